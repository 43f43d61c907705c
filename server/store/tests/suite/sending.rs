//! Idempotency keys of the send API, and transactions that came to no end.

use model::{
    Timestamp,
    id::UserId,
    message::Direction,
    transaction::{RequestState, TransactionState, number_text},
};
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use store::{
    Db,
    http_request::StoredRequest,
    transaction::{
        Keyed, NewTransaction, StateChange, first_with_key, insert_keyed, unfinished, unfinished_since,
    },
};
use tokio::task::JoinSet;

use crate::{
    samples::{self, id},
    world::{both, conflict, drop_database, postgres_database, postgres_server, write},
};

fn keyed() -> Keyed {
    Keyed {
        integration: id(),
        user: id(),
        key: "key-1".into(),
    }
}

async fn stored(db: &Db, keyed: &Keyed) -> store::Result<i64> {
    let (new, keyed) = (samples::transaction(), keyed.clone());
    write!(db, |tx| insert_keyed(tx, &new, &keyed).await)
}

#[tokio::test]
async fn of_requests_with_one_key_at_once_one_is_stored() {
    both(|db| async move {
        let keyed = keyed();
        let mut all = JoinSet::new();
        for _ in 0..50 {
            let (db, keyed) = (db.clone(), keyed.clone());
            all.spawn(async move { stored(&db, &keyed).await });
        }
        let mut numbers = Vec::new();
        while let Some(result) = all.join_next().await {
            match result.expect("no panic") {
                Ok(number) => numbers.push(number),
                refused => assert_eq!(conflict(refused), "idempotency_key_once"),
            }
        }
        assert_eq!(numbers, [1], "what was refused uses no number");
        let first = first_with_key(&db, &keyed).await.expect("find").expect("stored");
        assert_eq!(first.transaction, number_text(1, 0));
        let queued = store::transaction::count_in_state(&db, TransactionState::Queued).await;
        assert_eq!(queued.expect("count"), 1);
    })
    .await;
}

#[tokio::test]
async fn a_key_belongs_to_its_user_and_integration() {
    both(|db| async move {
        let keyed = keyed();
        stored(&db, &keyed).await.expect("stored");
        for other in [
            Keyed {
                user: id::<UserId>(),
                ..keyed.clone()
            },
            Keyed {
                integration: id(),
                ..keyed.clone()
            },
            Keyed {
                key: "key-2".into(),
                ..keyed.clone()
            },
        ] {
            assert_eq!(first_with_key(&db, &other).await.expect("find"), None);
            stored(&db, &other).await.expect("another message");
        }
        assert_eq!(conflict(stored(&db, &keyed).await), "idempotency_key_once");
    })
    .await;
}

#[tokio::test]
async fn a_key_goes_with_its_transaction() {
    const DELETE: &str = "DELETE FROM message_transaction";
    let folder = tempfile::tempdir().expect("folder");
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    let db = Db::open(&url).await.expect("open");
    let keyed = keyed();
    stored(&db, &keyed).await.expect("stored");
    let mut raw = SqliteConnection::connect(&url).await.expect("connect");
    raw.execute(DELETE).await.expect("delete");
    stored(&db, &keyed).await.expect("the key is free again");
    db.close().await;
    let Some(server) = postgres_server() else { return };
    let (name, url) = postgres_database(&server).await;
    let db = Db::open(&url).await.expect("open");
    stored(&db, &keyed).await.expect("stored");
    let mut raw = PgConnection::connect(&url).await.expect("connect");
    raw.execute(DELETE).await.expect("delete");
    stored(&db, &keyed).await.expect("the key is free again");
    raw.close().await.expect("close");
    db.close().await;
    drop_database(&server, &name).await;
}

/// Stores an outbound transaction that was created at 1000.
async fn outbound(db: &Db, state: TransactionState) -> NewTransaction {
    let mut new = samples::transaction();
    new.row.direction = Direction::Outbound;
    new.row.state = state;
    new.row.created = Timestamp(1000);
    new.row.integration = Some(id());
    let to_store = new.clone();
    write!(db, |tx| store::transaction::insert(tx, &to_store).await).expect("stored");
    new
}

#[tokio::test]
async fn a_message_waits_since_it_was_created_or_released() {
    both(|db| async move {
        let queued = TransactionState::Queued;
        let first = outbound(&db, queued).await;
        let second = outbound(&db, queued).await;
        outbound(&db, TransactionState::Complete).await;
        let since = |id| {
            let db = db.clone();
            async move { unfinished_since(&db, id).await.expect("find") }
        };
        assert_eq!(since(first.row.id).await, Some((queued, Timestamp(1000))));
        let old = |before| {
            let db = db.clone();
            async move {
                let found = unfinished(&db, queued, Timestamp(before), None, 10)
                    .await
                    .expect("list");
                found.into_iter().map(|one| one.id).collect::<Vec<_>>()
            }
        };
        assert_eq!(old(1000).await, []);
        assert_eq!(old(1001).await, [first.row.id, second.row.id]);
        let page = unfinished(&db, queued, Timestamp(1001), None, 1)
            .await
            .expect("list");
        let rest = unfinished(&db, queued, Timestamp(1001), Some(page[0].position), 10)
            .await
            .expect("list");
        assert_eq!(rest.iter().map(|one| one.id).collect::<Vec<_>>(), [second.row.id]);

        let id = first.row.id;
        write!(db, |tx| store::transaction::hold(tx, id, "held").await).expect("held");
        assert_eq!(since(id).await, None, "what is held is not expected to move");
        let (integration, connection) = (first.row.integration.expect("one"), samples::id());
        write!(db, |tx| {
            let to = (connection, "Test", model::connection::Environment::Test);
            store::transaction::release(tx, integration, to, Timestamp(5000)).await
        })
        .expect("released");
        assert_eq!(since(id).await, Some((queued, Timestamp(5000))));
        assert_eq!(old(1001).await, [second.row.id]);
    })
    .await;
}

#[tokio::test]
async fn a_message_is_sending_since_its_last_attempt_started() {
    both(|db| async move {
        let new = outbound(&db, TransactionState::Queued).await;
        let id = new.row.id;
        let sending = TransactionState::Sending;
        write!(db, |tx| {
            let change = StateChange::to(sending);
            store::transaction::set_state(tx, id, &[TransactionState::Queued], &change).await?;
            for (attempt, started) in [(1, 2000), (2, 3000)] {
                let request = StoredRequest {
                    attempt,
                    state: RequestState::Sending,
                    started: Some(Timestamp(started)),
                    ..samples::request(id, None)
                };
                store::http_request::insert(tx, &request).await?;
            }
            Ok(())
        })
        .expect("stored");
        assert_eq!(
            unfinished_since(&db, id).await.expect("find"),
            Some((sending, Timestamp(3000)))
        );
        let old = unfinished(&db, sending, Timestamp(3000), None, 10)
            .await
            .expect("list");
        assert!(old.is_empty());
        let old = unfinished(&db, sending, Timestamp(3001), None, 10)
            .await
            .expect("list");
        assert_eq!(old.len(), 1);
    })
    .await;
}
