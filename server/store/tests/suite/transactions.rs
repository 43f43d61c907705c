//! Transactions: numbers, replays, message ids, states, lists.

use model::{
    Timestamp,
    id::ConnectionId,
    message::Direction,
    transaction::{Position, TransactionFilter, TransactionState},
};
use store::{
    Db,
    transaction::{Counts, NewTransaction, StateChange},
};

use crate::{
    samples::{self, designed, id},
    world::{both, conflict, write},
};

async fn insert(db: &Db, new: NewTransaction) -> i64 {
    write!(db, |tx| store::transaction::insert(tx, &new).await).expect("stored")
}

#[tokio::test]
async fn a_transaction_comes_back_as_it_was() {
    both(|db| async move {
        let new = samples::transaction();
        let number = insert(&db, new.clone()).await;
        let found = store::transaction::find_by_number(&db, number, 0)
            .await
            .expect("find")
            .expect("stored");
        assert_eq!(
            found,
            store::transaction::find(&db, new.row.id)
                .await
                .expect("find")
                .expect("stored")
        );
        let mut row = new.row;
        row.number = number;
        assert_eq!(found.row, row);
        assert_eq!(
            (found.headers, found.body, found.content_type),
            (new.headers, new.body, new.content_type)
        );
        assert_eq!(found.body_hash, new.body_hash);
    })
    .await;
}

#[tokio::test]
async fn a_message_id_counts_once_per_caller() {
    both(|db| async move {
        let all = designed(&db).await;
        let mut new = samples::transaction();
        new.process = Some(all.process.id);
        new.inbound_user = Some(all.user.id);
        let message_id = new.row.message_id.clone();
        let first = insert(&db, new.clone()).await;
        let mut again = new.clone();
        again.row.id = id();
        let result = write!(db, |tx| store::transaction::insert(tx, &again).await);
        assert_eq!(conflict(result), "transaction_message_id");
        let find = store::transaction::by_message_id;
        let (row, hash) = find(&db, all.process.id, all.user.id, &message_id)
            .await
            .expect("find")
            .expect("stored");
        assert_eq!((row.number, hash), (first, new.body_hash.clone()));
        assert_eq!(
            find(&db, all.process.id, samples::nobody(), &message_id)
                .await
                .expect("find"),
            None
        );
        // Another caller, or a replay, may carry the same message id.
        let mut other = new.clone();
        other.row.id = id();
        other.inbound_user = Some(samples::nobody());
        insert(&db, other).await;
        let mut replay = new;
        replay.row.id = id();
        replay.row.number = first;
        replay.row.replay = 1;
        insert(&db, replay).await;
        let calls = store::transaction::last_inbound_calls(&db).await.expect("calls");
        assert_eq!(calls.get(&all.user.id), Some(&Timestamp(1000)));
    })
    .await;
}

#[tokio::test]
async fn replays_are_counted_from_the_first() {
    both(|db| async move {
        let number = insert(&db, samples::transaction()).await;
        for expected in 1..=3 {
            let mut replay = samples::transaction();
            let found = write!(db, |tx| {
                let next = store::transaction::next_replay(tx, number).await?;
                replay.row.number = number;
                replay.row.replay = next;
                store::transaction::insert(tx, &replay).await?;
                Ok(next)
            });
            assert_eq!(found.expect("replay"), expected);
        }
        let family = store::transaction::family(&db, number).await.expect("family");
        assert_eq!(family, [(number, 0), (number, 1), (number, 2), (number, 3)]);
        let mut taken = samples::transaction();
        taken.row.number = number;
        taken.row.replay = 2;
        let result = write!(db, |tx| store::transaction::insert(tx, &taken).await);
        assert_eq!(conflict(result), "transaction_number");
        assert_eq!(insert(&db, samples::transaction()).await, number + 1);
    })
    .await;
}

#[tokio::test]
async fn a_state_changes_only_from_the_expected_one() {
    both(|db| async move {
        let new = samples::transaction();
        let number = insert(&db, new.clone()).await;
        let id = new.row.id;
        let queued = [TransactionState::Queued];
        let change = StateChange::to(TransactionState::Sending);
        let moved = write!(db, |tx| store::transaction::set_state(tx, id, &queued, &change)
            .await);
        assert!(moved.expect("moved"));
        let change = StateChange::to(TransactionState::Sending);
        let again = write!(db, |tx| store::transaction::set_state(tx, id, &queued, &change)
            .await);
        assert!(!again.expect("refused"));
        let end = StateChange {
            to: TransactionState::Error,
            finished: Some(Timestamp(5)),
            error: "no answer\0".into(),
            last_status: Some(503),
        };
        let from = [TransactionState::Sending, TransactionState::Queued];
        let moved = write!(db, |tx| store::transaction::set_state(tx, id, &from, &end).await);
        assert!(moved.expect("moved"));
        let nothing = StateChange::to(TransactionState::Complete);
        let never = write!(db, |tx| store::transaction::set_state(tx, id, &[], &nothing)
            .await);
        assert!(!never.expect("refused"));
        let row = store::transaction::find_by_number(&db, number, 0)
            .await
            .expect("find")
            .expect("stored")
            .row;
        assert_eq!(
            (row.state, row.finished, row.last_status),
            (TransactionState::Error, Some(Timestamp(5)), Some(503))
        );
        assert_eq!(row.error, "no answer\u{fffd}");
        let failed = store::transaction::recent_failed(&db, 5).await.expect("failed");
        assert_eq!(failed, vec![row]);
    })
    .await;
}

#[tokio::test]
async fn pages_are_complete_and_without_duplicates() {
    both(|db| async move {
        write!(db, |tx| {
            for n in 0..30 {
                let number = store::transaction::insert(tx, &samples::transaction()).await?;
                for replay in 1..=(n % 4) {
                    let mut new = samples::transaction();
                    new.row.number = number;
                    new.row.replay = replay;
                    store::transaction::insert(tx, &new).await?;
                }
            }
            Ok(())
        })
        .expect("stored");
        let every = store::transaction::list(&db, &TransactionFilter::default(), 1000)
            .await
            .expect("list");
        assert_eq!(every.len(), 30 + 7 * 6 + 1);
        assert!(every.is_sorted_by_key(|row| std::cmp::Reverse((row.number, row.replay))));
        for size in [1, 2, 3, 7] {
            let mut filter = TransactionFilter::default();
            let mut paged = Vec::new();
            loop {
                let page = store::transaction::list(&db, &filter, size).await.expect("list");
                let Some(last) = page.last() else { break };
                filter.before = Some(Position {
                    number: last.number,
                    replay: last.replay,
                });
                paged.extend(page);
            }
            assert_eq!(paged, every, "pages of {size}");
        }
        let oldest = store::transaction::to_send(&db, None, 1000).await.expect("list");
        assert_eq!(oldest, every.iter().rev().cloned().collect::<Vec<_>>());
        let after = Position {
            number: oldest[9].number,
            replay: oldest[9].replay,
        };
        let rest = store::transaction::to_send(&db, Some(after), 5)
            .await
            .expect("list");
        assert_eq!(rest, oldest[10..15]);
    })
    .await;
}

#[tokio::test]
async fn filters_combine() {
    both(|db| async move {
        let all = designed(&db).await;
        let connection: ConnectionId = all.test.id;
        for n in 0..12 {
            let mut new = samples::transaction();
            new.row.created = Timestamp(1000 + n);
            new.row.message_name = "update".into();
            if n % 2 == 0 {
                new.row.integration = Some(all.integration.id);
                new.row.connection = Some(connection);
                new.process = Some(all.process.id);
            }
            if n % 3 == 0 {
                new.row.direction = Direction::Inbound;
                new.row.state = TransactionState::Error;
            }
            insert(&db, new).await;
        }
        let count = |filter: TransactionFilter| {
            let db = db.clone();
            async move {
                store::transaction::list(&db, &filter, 100)
                    .await
                    .expect("list")
                    .len()
            }
        };
        let none = TransactionFilter::default;
        assert_eq!(
            count(TransactionFilter {
                integration: Some(all.integration.id),
                ..none()
            })
            .await,
            6
        );
        assert_eq!(
            count(TransactionFilter {
                connection: Some(connection),
                ..none()
            })
            .await,
            6
        );
        assert_eq!(
            count(TransactionFilter {
                direction: Some(Direction::Inbound),
                ..none()
            })
            .await,
            4
        );
        assert_eq!(
            count(TransactionFilter {
                state: Some(TransactionState::Error),
                ..none()
            })
            .await,
            4
        );
        let both_ends = TransactionFilter {
            from: Some(Timestamp(1003)),
            until: Some(Timestamp(1005)),
            ..none()
        };
        assert_eq!(count(both_ends).await, 2);
        let page = |before| {
            let db = db.clone();
            let filter = TransactionFilter {
                from: Some(Timestamp(1004)),
                before,
                ..TransactionFilter::default()
            };
            async move {
                let page = store::transaction::list(&db, &filter, 5).await.expect("list");
                page.iter().map(|row| row.number).collect::<Vec<_>>()
            }
        };
        assert_eq!(page(None).await, [12, 11, 10, 9, 8]);
        assert_eq!(page(Some(Position { number: 8, replay: 0 })).await, [7, 6, 5]);
        let narrow = TransactionFilter {
            integration: Some(all.integration.id),
            connection: Some(connection),
            direction: Some(Direction::Inbound),
            state: Some(TransactionState::Error),
            from: Some(Timestamp(1001)),
            until: Some(Timestamp(2000)),
            search: " Update ".into(),
            before: Some(Position {
                number: 100,
                replay: 0,
            }),
        };
        assert_eq!(count(narrow).await, 1);
        assert_eq!(
            count(TransactionFilter {
                search: "TX0000003".into(),
                ..none()
            })
            .await,
            1
        );
        assert_eq!(
            count(TransactionFilter {
                search: "nothing".into(),
                ..none()
            })
            .await,
            0
        );
        let counts = store::transaction::counts_since(&db, Timestamp(1002))
            .await
            .expect("counts");
        assert_eq!(counts, Counts { total: 10, failed: 3 });
        let counts =
            store::transaction::counts_of_integration_since(&db, all.integration.id, Timestamp(0)).await;
        assert_eq!(counts.expect("counts"), Counts { total: 6, failed: 2 });
        let waiting = store::transaction::count_in_state(&db, TransactionState::Queued)
            .await
            .expect("count");
        assert_eq!(waiting, 8);
        let steps = store::transaction::hours(&db, Timestamp(1000), 5, 3)
            .await
            .expect("steps");
        assert_eq!(steps, [(5, 2), (5, 2), (2, 0)]);
        let last = store::transaction::last_of_process(&db, all.process.id, 10)
            .await
            .expect("list");
        assert_eq!(last.len(), 2);
        assert_eq!(
            store::transaction::of_connection(&db, connection, 3)
                .await
                .expect("list")
                .len(),
            3
        );
    })
    .await;
}
