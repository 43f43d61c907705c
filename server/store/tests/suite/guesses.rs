//! Wrong passwords that instances count together.

use model::Timestamp;
use store::guess::{self, Guess};
use uuid::Uuid;

use crate::world::{both, write};

fn guess_of(account: u128, at: i64) -> Guess {
    Guess {
        account: Uuid::from_u128(account),
        at: Timestamp(at),
    }
}

#[tokio::test]
async fn instances_see_the_guesses_of_all_and_a_repeated_batch_counts_once() {
    both(|db| async move {
        let (one, other) = (Uuid::from_u128(101), Uuid::from_u128(102));
        let batch = vec![guess_of(1, 1_000), guess_of(1, 2_000), guess_of(2, 2_000)];
        for instance in [one, one, other] {
            let batch = batch.clone();
            write!(db, |tx| guess::add(tx, instance, &batch).await).expect("stored");
        }
        assert_eq!(guess::count(&db).await.expect("count"), 6);
        let accounts = [Uuid::from_u128(1), Uuid::from_u128(3)];
        let found = guess::of_accounts(&db, &accounts, Timestamp(1_001)).await;
        assert_eq!(
            found.expect("read"),
            [guess_of(1, 2_000), guess_of(1, 2_000)],
            "one of each instance"
        );
        let deleted = write!(db, |tx| guess::delete_before(tx, Timestamp(2_000)).await);
        assert_eq!(deleted.expect("deleted"), 2);
        assert_eq!(guess::count(&db).await.expect("count"), 4);
    })
    .await;
}

#[tokio::test]
async fn a_batch_of_any_size_is_stored() {
    both(|db| async move {
        for size in [0, 1, 1_200_u128] {
            let instance = Uuid::from_u128(1_000 + size);
            let batch: Vec<_> = (0..size).map(|account| guess_of(account, 1_000)).collect();
            let accounts: Vec<_> = batch.iter().map(|guess| guess.account).collect();
            let stored = batch.clone();
            write!(db, |tx| {
                guess::delete_before(tx, Timestamp(i64::MAX)).await?;
                guess::add(tx, instance, &stored).await
            })
            .expect("stored");
            let mut found = guess::of_accounts(&db, &accounts, Timestamp(0))
                .await
                .expect("read");
            found.sort_unstable();
            assert_eq!(found, batch);
        }
    })
    .await;
}
