//! Incidents, channels and notices.

use model::{
    Timestamp,
    expiry::Place,
    incident::{Incident, IncidentKind},
    notification::{Channel, ChannelKind},
};
use store::notice::Notice;

use crate::{
    samples::id,
    world::{both, conflict, write},
};

fn incident(subject: &str) -> Incident {
    Incident {
        id: id(),
        kind: IncidentKind::Expiry,
        subject: subject.into(),
        title: "API token deploy expires in 30 days".into(),
        detail: "Make a new one.".into(),
        place: Place::ApiTokens,
        opened: Timestamp(5),
        level: 30,
        recovered: None,
    }
}

fn channel(name: &str) -> Channel {
    Channel {
        id: id(),
        kind: ChannelKind::Email,
        name: name.into(),
        recipients: vec!["ops@example.com".into()],
        active: true,
        version: 1,
        created: Timestamp(1),
        created_by: "admin".into(),
        updated: Timestamp(1),
        updated_by: "admin".into(),
    }
}

fn notice(incident: &Incident, channel: &Channel) -> Notice {
    Notice {
        id: id(),
        incident: incident.id,
        channel: channel.id,
        recovery: false,
        title: incident.title.clone(),
        detail: incident.detail.clone(),
        place: incident.place,
        created: Timestamp(5),
        attempts: 0,
    }
}

#[tokio::test]
async fn one_incident_is_open_per_subject() {
    both(|db| async move {
        let (first, rival) = (incident("api_token:1"), incident("api_token:1"));
        let (one, two, other) = (first.clone(), rival, incident("api_token:2"));
        let opened = write!(db, |tx| {
            Ok((
                store::incident::open(tx, &one).await?,
                store::incident::open(tx, &two).await?,
                store::incident::open(tx, &other).await?,
            ))
        });
        assert_eq!(opened.expect("opened"), (true, false, true));
        let seen = first.clone();
        let raised = write!(db, |tx| {
            let first_time = store::incident::set_level(tx, &seen, 14, "new title", "").await?;
            Ok((
                first_time,
                store::incident::set_level(tx, &seen, 14, "new title", "").await?,
            ))
        });
        assert_eq!(
            raised.expect("raised"),
            (true, false),
            "the level seen is out of date"
        );
        let again = incident("api_token:1");
        let ended = write!(db, |tx| {
            let first_time = store::incident::recover(tx, first.id, Timestamp(9)).await?;
            let twice = store::incident::recover(tx, first.id, Timestamp(10)).await?;
            Ok((first_time, twice, store::incident::open(tx, &again).await?))
        });
        assert_eq!(
            ended.expect("ended"),
            (true, false, true),
            "after its end it may come again"
        );
        assert_eq!(store::incident::list_open(&db).await.expect("list").len(), 2);
        let gone = write!(db, |tx| store::incident::delete_recovered(tx, Timestamp(10))
            .await);
        assert_eq!(gone.expect("deleted"), 1);
    })
    .await;
}

#[tokio::test]
async fn a_notice_is_claimed_once_per_attempt() {
    both(|db| async move {
        let (incident, channel) = (incident("x"), channel("Operators"));
        let notice = notice(&incident, &channel);
        let (stored, into, about) = (notice.clone(), channel.clone(), incident.clone());
        write!(db, |tx| {
            store::channel::insert(tx, &into).await?;
            store::incident::open(tx, &about).await?;
            store::notice::insert(tx, &stored).await
        })
        .expect("stored");
        assert!(
            store::notice::due(&db, Timestamp(4), 9)
                .await
                .expect("due")
                .is_empty()
        );
        assert_eq!(
            store::notice::due(&db, Timestamp(5), 9).await.expect("due"),
            std::slice::from_ref(&notice)
        );
        let seen = notice.clone();
        let claimed = write!(db, |tx| {
            let first_time = store::notice::claim(tx, &seen, Some(Timestamp(60))).await?;
            let twice = store::notice::claim(tx, &seen, Some(Timestamp(60))).await?;
            store::notice::failed(tx, seen.id, "refused").await?;
            Ok((first_time, twice))
        });
        assert_eq!(claimed.expect("claimed"), (true, false));
        let newest = store::notice::newest(&db).await.expect("newest");
        assert_eq!((newest[0].0, newest[0].1.error.as_str()), (channel.id, "refused"));
        let again = store::notice::due(&db, Timestamp(60), 9).await.expect("due");
        assert_eq!(again[0].attempts, 1);
        let last = again[0].clone();
        write!(db, |tx| {
            store::notice::claim(tx, &last, None).await?;
            store::notice::sent(tx, last.id, Timestamp(61)).await
        })
        .expect("sent");
        assert!(
            store::notice::due(&db, Timestamp(99), 9)
                .await
                .expect("due")
                .is_empty()
        );
        assert_eq!(
            store::notice::newest(&db).await.expect("newest")[0].1.sent,
            Some(Timestamp(61))
        );
    })
    .await;
}

#[tokio::test]
async fn channels_live_and_die() {
    both(|db| async move {
        let (first, rival) = (channel("Operators"), channel("Operators"));
        let new = first.clone();
        write!(db, |tx| store::channel::insert(tx, &new).await).expect("stored");
        let taken = write!(db, |tx| store::channel::insert(tx, &rival).await);
        assert_eq!(conflict(taken), "notification_channel_name");
        let mut changed = first.clone();
        changed.recipients.push("night@example.com".into());
        let (update, stale) = (changed.clone(), changed.clone());
        write!(db, |tx| store::channel::update(tx, &update).await).expect("changed");
        changed.version = 2;
        assert_eq!(
            store::channel::find(&db, first.id).await.expect("find"),
            Some(changed)
        );
        let late = write!(db, |tx| store::channel::update(tx, &stale).await);
        assert!(matches!(late, Err(store::Error::Stale)));
        write!(db, |tx| store::channel::delete(tx, first.id, 2).await).expect("deleted");
        assert!(store::channel::list(&db).await.expect("list").is_empty());
    })
    .await;
}
