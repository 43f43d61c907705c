//! Enabling switches over within one write.

use model::Timestamp;
use store::Error;

use crate::{
    samples::{self, designed},
    world::{both, conflict, write},
};

#[tokio::test]
async fn activation_switches_over() {
    both(|db| async move {
        let all = designed(&db).await;
        let (test, production, integration) = (all.test.id, all.production.id, all.integration.id);
        let replaced = write!(db, |tx| store::connection::activate(
            tx,
            test,
            1,
            Timestamp(10),
            "anna"
        )
        .await)
        .expect("activate");
        assert_eq!(replaced, None);
        let replaced = write!(db, |tx| store::connection::activate(
            tx,
            production,
            1,
            Timestamp(20),
            "ben"
        )
        .await)
        .expect("activate");
        assert_eq!(replaced, Some(test));
        let old = store::connection::find(&db, test)
            .await
            .expect("find")
            .expect("stored");
        assert_eq!((old.active, old.version), (false, 3));
        assert_eq!(
            (old.enabled_at, old.disabled_at),
            (Some(Timestamp(10)), Some(Timestamp(20)))
        );
        assert_eq!(old.disabled_by, "ben");
        let active = store::connection::active_of_integration(&db, integration)
            .await
            .expect("find")
            .expect("active");
        assert_eq!(
            (active.id, active.version, active.enabled_at),
            (production, 2, Some(Timestamp(20)))
        );
        assert_eq!(
            store::connection::active_of_process(&db, all.process.id)
                .await
                .expect("list"),
            vec![active]
        );
        write!(db, |tx| store::connection::deactivate(
            tx,
            production,
            2,
            Timestamp(30),
            "ben"
        )
        .await)
        .expect("deactivate");
        assert_eq!(
            store::connection::active_of_integration(&db, integration)
                .await
                .expect("find"),
            None
        );
        let stored = store::integration::find(&db, integration)
            .await
            .expect("find")
            .expect("stored");
        assert_eq!(
            (stored.last_active_connection, stored.version),
            (Some(production), 1)
        );
        let stale = write!(db, |tx| store::connection::activate(
            tx,
            production,
            2,
            Timestamp(40),
            "ben"
        )
        .await);
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
        // An edit leaves the activation alone.
        let mut edited = store::connection::find(&db, test)
            .await
            .expect("find")
            .expect("stored");
        edited.active = true;
        write!(db, |tx| store::connection::update(tx, &edited).await).expect("update");
        assert!(
            !store::connection::find(&db, test)
                .await
                .expect("find")
                .expect("stored")
                .active
        );
    })
    .await;
}

#[tokio::test]
async fn a_caller_leads_to_one_active_connection_of_the_process() {
    both(|db| async move {
        let all = designed(&db).await;
        let (process, user) = (all.process.id, all.user.id);
        let other = samples::integration(all.application.id, process);
        let mut first = samples::connection(all.application.id, all.integration.id, "A");
        let mut second = samples::connection(all.application.id, other.id, "A");
        first.inbound_user = Some(user);
        second.inbound_user = Some(user);
        let (first_id, second_id) = (first.id, second.id);
        write!(db, |tx| {
            store::integration::insert(tx, &other).await?;
            store::connection::insert(tx, &first).await?;
            store::connection::insert(tx, &second).await
        })
        .expect("stored");
        assert_eq!(
            store::connection::active_for_caller(&db, process, user)
                .await
                .expect("find"),
            None
        );
        write!(db, |tx| store::connection::activate(
            tx,
            first_id,
            1,
            Timestamp(1),
            "a"
        )
        .await)
        .expect("activate");
        let found = store::connection::active_for_caller(&db, process, user)
            .await
            .expect("find")
            .expect("active");
        assert_eq!(found.id, first_id);
        let result = write!(db, |tx| store::connection::activate(
            tx,
            second_id,
            1,
            Timestamp(2),
            "a"
        )
        .await);
        assert_eq!(conflict(result), "connection_active_inbound_user");
        let still = store::connection::active_for_caller(&db, process, user)
            .await
            .expect("find")
            .expect("active");
        assert_eq!(
            (still.id, still.version),
            (first_id, 2),
            "the refused switch-over left nothing"
        );
        // Moving an integration to another process moves its connections along.
        let elsewhere = samples::process(all.application.id);
        let elsewhere_id = elsewhere.id;
        let mut moved = all.integration.clone();
        moved.process = elsewhere.id;
        write!(db, |tx| {
            store::process::insert(tx, &elsewhere).await?;
            store::integration::update(tx, &moved).await
        })
        .expect("moved");
        assert_eq!(
            store::connection::active_for_caller(&db, process, user)
                .await
                .expect("find"),
            None
        );
        let found = store::connection::active_for_caller(&db, elsewhere_id, user)
            .await
            .expect("find");
        assert_eq!(found.map(|connection| connection.id), Some(first_id));
    })
    .await;
}
