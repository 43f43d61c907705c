//! Writes that are committed together fail apart.

use std::{sync::Arc, time::Duration};

use model::{
    id::{InboundUserId, ProcessId},
    transaction::TransactionFilter,
};
use store::{Db, Error, Result};
use tokio::sync::Barrier;
use uuid::Uuid;

use crate::{
    samples,
    world::{both, conflict, write},
};

#[tokio::test(flavor = "multi_thread")]
async fn only_the_writes_that_violate_something_fail() {
    both(|db| async move {
        let mut tasks = Vec::new();
        let start = Arc::new(Barrier::new(200));
        for n in 0..200 {
            let (db, start) = (db.clone(), start.clone());
            tasks.push(tokio::spawn(async move {
                let mut application = samples::application();
                // Every fourth wants a key that another one has.
                let wanted = if n % 4 == 0 { n / 8 * 8 } else { n };
                application.key = format!("key-{wanted}");
                start.wait().await;
                write!(db, |tx| store::application::insert(tx, &application).await)
            }));
        }
        let mut refused = 0;
        for task in tasks {
            match task.await.expect("task") {
                Ok(()) => {}
                result => {
                    assert_eq!(conflict(result), "application_key");
                    refused += 1;
                }
            }
        }
        assert_eq!(refused, 25);
        assert_eq!(store::application::list(&db).await.expect("list").len(), 175);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_given_once() {
    both(|db| async move {
        let mut tasks = Vec::new();
        for _ in 0..100 {
            let db = db.clone();
            tasks.push(tokio::spawn(async move {
                let new = samples::transaction();
                write!(db, |tx| store::transaction::insert(tx, &new).await).expect("stored")
            }));
        }
        let mut numbers = Vec::new();
        for task in tasks {
            numbers.push(task.await.expect("task"));
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=100).collect::<Vec<_>>());
    })
    .await;
}

/// Many at once share their statements: each gets a number of its own, a repeated message id is refused alone, and one
/// that cannot be stored at all takes nobody along.
#[tokio::test(flavor = "multi_thread")]
async fn transactions_stored_together_fail_apart() {
    both(|db| async move {
        let (process, caller) = (ProcessId(Uuid::from_u128(1)), InboundUserId(Uuid::from_u128(2)));
        let taken = db.append(samples::transaction()).await.expect("stored");
        let start = Arc::new(Barrier::new(200));
        let mut tasks = Vec::new();
        for n in 0..200 {
            let (db, start) = (db.clone(), start.clone());
            tasks.push(tokio::spawn(async move {
                let mut new = samples::transaction();
                (new.process, new.inbound_user) = (Some(process), Some(caller));
                // Every fourth uses the message id of the one before; one wants a number that is taken.
                new.row.message_id = format!("id-{}", if n % 4 == 1 { n - 1 } else { n });
                new.row.number = if n == 99 { taken } else { 0 };
                start.wait().await;
                (n, db.append(new).await)
            }));
        }
        let (mut numbers, mut repeated) = (Vec::new(), 0);
        for task in tasks {
            let (n, result) = task.await.expect("task");
            match result {
                Ok(number) => numbers.push(number),
                refused if n == 99 => assert_eq!(conflict(refused), "transaction_number"),
                refused => {
                    assert_eq!(conflict(refused), "transaction_message_id");
                    repeated += 1;
                }
            }
        }
        assert_eq!((numbers.len(), repeated), (149, 50));
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 149, "numbers are given once");
        let all = store::transaction::list(&db, &TransactionFilter::default(), 1000).await;
        assert_eq!(all.expect("list").len(), 150);
    })
    .await;
}

#[tokio::test]
async fn a_failed_write_leaves_nothing() {
    #[derive(Debug)]
    enum Own {
        Refused,
        Store(#[expect(dead_code, reason = "shown when the test fails")] Error),
    }
    impl From<Error> for Own {
        fn from(error: Error) -> Self {
            Self::Store(error)
        }
    }
    both(|db| async move {
        let application = samples::application();
        let id = application.id;
        let result: Result<(), Own> = db
            .write(move |tx| {
                Box::pin(async move {
                    store::application::insert(tx, &application).await?;
                    let seen = store::application::find(&mut *tx, id).await?;
                    assert_eq!(seen, Some(application), "a write sees itself");
                    Err(Own::Refused)
                })
            })
            .await;
        assert!(matches!(result, Err(Own::Refused)), "{result:?}");
        assert_eq!(store::application::find(&db, id).await.expect("find"), None);
    })
    .await;
}

#[tokio::test]
async fn the_writer_survives_a_panic() {
    both(|db| async move {
        let application = samples::application();
        let result: Result<()> = write!(db, |tx| {
            store::application::insert(tx, &application).await?;
            panic!("on purpose")
        });
        assert!(matches!(result, Err(Error::Panicked)), "{result:?}");
        let application = samples::application();
        write!(db, |tx| store::application::insert(tx, &application).await).expect("stored");
        assert_eq!(store::application::list(&db).await.expect("list").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_closed_database_says_so() {
    both(|db| async move {
        db.ping().await.expect("ping");
        db.close().await;
        let application = samples::application();
        let error = write!(db, |tx| store::application::insert(tx, &application).await).expect_err("closed");
        assert!(error.is_unavailable(), "{error:?}");
        assert!(db.ping().await.expect_err("closed").is_unavailable());
    })
    .await;
}

#[tokio::test]
async fn a_locked_database_is_unavailable_and_recovers() {
    use sqlx::{ConnectOptions, Connection, Executor, sqlite::SqliteConnectOptions};
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("test.db");
    let db = Db::open(&format!("sqlite://{}", file.display()))
        .await
        .expect("open");
    assert_eq!(db.backend(), "sqlite");
    let mut other = SqliteConnectOptions::new()
        .filename(&file)
        .connect()
        .await
        .expect("connect");
    other.execute("BEGIN IMMEDIATE").await.expect("lock");
    let application = samples::application();
    let waiting = tokio::spawn({
        let db = db.clone();
        async move { write!(db, |tx| store::application::insert(tx, &application).await) }
    });
    // Reading goes on while the writer waits for the lock.
    assert!(store::application::list(&db).await.expect("list").is_empty());
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished(), "the other one has the lock");
    other.execute("COMMIT").await.expect("unlock");
    other.close().await.expect("close");
    waiting.await.expect("task").expect("stored");
    db.close().await;
    assert!(
        !folder.path().join("test.db-wal").exists(),
        "closing empties the WAL"
    );
}
