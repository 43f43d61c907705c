//! The life of tokens: one holder of the lease, and nothing written by one that lost it (promise R6).

use model::{
    Timestamp,
    id::ConnectionId,
    token::{TokenEvent, TokenEventKind, TokenStatus},
};
use store::{
    Db,
    token::{Held, Lease, Token},
};
use uuid::Uuid;

use crate::{
    samples::{designed, id},
    world::{both, write},
};

async fn lease(db: &Db, connection: ConnectionId, by: Uuid, over: Option<Held>) -> Option<Lease> {
    write!(db, |tx| {
        store::token::prepare(tx, connection).await?;
        store::token::lease(tx, connection, by, Timestamp(20), over).await
    })
    .expect("lease")
}

async fn held(db: &Db, connection: ConnectionId) -> Option<Held> {
    store::token::held(db, connection).await.expect("held")
}

async fn found(db: &Db, connection: ConnectionId) -> Token {
    store::token::find(db, connection)
        .await
        .expect("find")
        .expect("stored")
}

fn live(token: Token, due_at: i64) -> Token {
    Token {
        status: TokenStatus::Live,
        bound_to: "profile".into(),
        life: "{}".into(),
        due_at: Some(Timestamp(due_at)),
        ends_at: Some(Timestamp(900)),
        renew_by: Some(Timestamp(800)),
        serial: token.serial + 1,
        ..token
    }
}

#[tokio::test]
async fn one_holder_at_a_time() {
    both(|db| async move {
        let connection = designed(&db).await.test.id;
        let (one, two) = (id::<Uuid>(), id::<Uuid>());
        assert_eq!(held(&db, connection).await, None);
        let first = lease(&db, connection, one, None).await.expect("free");
        assert!(!first.after_interruption);
        assert_eq!(lease(&db, connection, two, None).await, None, "held");
        let seen = held(&db, connection).await;
        for until in [30, 30] {
            let extended = write!(db, |tx| store::token::extend(tx, first, Timestamp(until)).await);
            assert!(extended.expect("extend"));
            assert_eq!(lease(&db, connection, two, seen).await, None, "its holder lives");
        }
        assert_eq!(store::token::being_asked(&db).await.expect("list"), [connection]);
        // The first one was stopped and says nothing: the second takes over and knows that it does.
        let seen = held(&db, connection).await;
        let second = lease(&db, connection, two, seen).await.expect("unchanged");
        assert!(second.after_interruption);
        assert_eq!(lease(&db, connection, one, seen).await, None, "taken over once");
        let token = live(found(&db, connection).await, 100);
        let late = token.clone();
        let settled = write!(db, |tx| store::token::settle(tx, first, &late).await).expect("settle");
        assert!(!settled, "what the first one brings comes too late");
        let extended = write!(db, |tx| store::token::extend(tx, first, Timestamp(90)).await).expect("extend");
        assert!(!extended);
        assert_eq!(found(&db, connection).await.status, TokenStatus::None);
        let mine = token.clone();
        assert!(write!(db, |tx| store::token::settle(tx, second, &mine).await).expect("settle"));
        assert_eq!(found(&db, connection).await, token);
        let third = lease(&db, connection, one, None).await.expect("free");
        assert!(!third.after_interruption, "the second one settled");
        write!(db, |tx| store::token::release(tx, third).await).expect("release");
        assert!(lease(&db, connection, two, None).await.is_some(), "given back");
    })
    .await;
}

#[tokio::test]
async fn what_is_due_is_live_free_and_not_waiting() {
    both(|db| async move {
        let all = designed(&db).await;
        let connection = all.test.id;
        let due = |now: i64| {
            let db = db.clone();
            async move {
                store::token::due(&db, Timestamp(now), "dev", 10)
                    .await
                    .expect("due")
            }
        };
        let held = lease(&db, connection, id(), None).await.expect("free");
        let token = live(found(&db, connection).await, 100);
        let stored = token.clone();
        write!(db, |tx| store::token::settle(tx, held, &stored).await).expect("settle");
        assert!(due(99).await.is_empty());
        assert_eq!(due(100).await, [connection]);
        let elsewhere = store::token::due(&db, Timestamp(100), "prod", 10).await;
        assert!(elsewhere.expect("due").is_empty(), "the connection names dev");
        write!(db, |tx| store::token::used(
            tx,
            connection,
            Timestamp(50),
            Some(Timestamp(60))
        )
        .await)
        .expect("used");
        assert_eq!(due(60).await, [connection]);
        let held = lease(&db, connection, id(), None).await.expect("free");
        assert!(due(65).await.is_empty(), "somebody asks");
        let failed = Token {
            retry_at: Some(Timestamp(200)),
            attempts: 1,
            failure: "no answer".into(),
            ..found(&db, connection).await
        };
        write!(db, |tx| store::token::settle(tx, held, &failed).await).expect("settle");
        let postpone = async |now: i64, until: i64| {
            write!(db, |tx| store::token::postpone(
                tx,
                connection,
                Timestamp(now),
                Timestamp(until)
            )
            .await)
            .expect("postpone");
        };
        postpone(150, 160).await;
        assert!(due(199).await.is_empty(), "it waits after a failure");
        assert_eq!(due(200).await, [connection]);
        postpone(200, 300).await;
        assert!(due(299).await.is_empty(), "put off");
        assert_eq!(due(300).await, [connection]);
        let held = lease(&db, connection, id(), None).await.expect("free");
        let refused = Token {
            status: TokenStatus::Refused,
            retry_at: None,
            ..found(&db, connection).await
        };
        write!(db, |tx| store::token::settle(tx, held, &refused).await).expect("settle");
        assert!(due(1000).await.is_empty(), "a refused token waits for a person");
    })
    .await;
}

#[tokio::test]
async fn the_timeline_keeps_the_newest() {
    both(|db| async move {
        let connection = designed(&db).await.test.id;
        for at in 0..205 {
            let event = TokenEvent {
                id: id(),
                connection,
                at: Timestamp(at),
                kind: TokenEventKind::Refreshed,
                by: "keep-alive".into(),
                detail: String::new(),
            };
            write!(db, |tx| store::token::insert_event(tx, &event).await).expect("insert");
        }
        let events = store::token::events(&db, connection, 1000).await.expect("list");
        assert_eq!(events.len(), 200);
        assert_eq!((events[0].at, events[199].at), (Timestamp(204), Timestamp(5)));
    })
    .await;
}
