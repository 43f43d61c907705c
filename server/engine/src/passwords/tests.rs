use model::Timestamp;

use super::*;

fn named(name: &str) -> Account {
    Account::new(None, name)
}

#[tokio::test]
async fn guessing_is_limited_while_the_proven_password_still_gets_in() {
    let clock = Clock::fixed(Timestamp(1_000_000));
    let passwords = Passwords::new(&clock);
    let hash = passwords.hash("right").await.unwrap();
    assert!(
        passwords
            .check(&named("jira"), Some(&hash), "right", "192.0.2.1")
            .await
            .unwrap()
    );
    for guess in 0..10 {
        assert!(
            !passwords
                .check(
                    &named("jira"),
                    Some(&hash),
                    &format!("wrong {guess}"),
                    "192.0.2.1"
                )
                .await
                .unwrap()
        );
    }
    assert!(matches!(
        passwords
            .check(&named("jira"), Some(&hash), "wrong", "192.0.2.1")
            .await,
        Err(Error::TooManyTries { .. })
    ));
    assert!(
        passwords
            .check(&named("jira"), Some(&hash), "right", "192.0.2.1")
            .await
            .unwrap()
    );
    clock.advance(turns::MINUTE_MS);
    assert!(
        !passwords
            .check(&named("jira"), Some(&hash), "wrong", "192.0.2.1")
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn a_changed_hash_forgets_what_was_proven() {
    let passwords = Passwords::new(&Clock::default());
    let (old, new) = (
        passwords.hash("old").await.unwrap(),
        passwords.hash("new").await.unwrap(),
    );
    assert!(
        passwords
            .check(&named("jira"), Some(&old), "old", "192.0.2.1")
            .await
            .unwrap()
    );
    assert!(
        !passwords
            .check(&named("jira"), Some(&new), "old", "192.0.2.1")
            .await
            .unwrap()
    );
    assert!(
        !passwords
            .check(&named("jira"), None, "old", "192.0.2.1")
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn during_a_rotation_both_fit_and_a_wrong_one_is_one_guess() {
    let clock = Clock::fixed(Timestamp(1_000_000));
    let passwords = Passwords::new(&clock);
    let (old, new) = (
        passwords.hash("old").await.unwrap(),
        passwords.hash("new").await.unwrap(),
    );
    let both = [old.as_str(), new.as_str()];
    assert_eq!(
        passwords
            .check_any(&named("jira"), &both, "old", "192.0.2.1")
            .await
            .unwrap(),
        Some(0)
    );
    assert_eq!(
        passwords
            .check_any(&named("jira"), &both, "new", "192.0.2.1")
            .await
            .unwrap(),
        Some(1)
    );
    for guess in 0..10 {
        let guess = format!("wrong {guess}");
        assert_eq!(
            passwords
                .check_any(&named("jira"), &both, &guess, "192.0.2.1")
                .await
                .unwrap(),
            None
        );
    }
    assert!(
        passwords
            .check_any(&named("jira"), &both, "wrong", "192.0.2.1")
            .await
            .is_err()
    );
    assert_eq!(
        passwords
            .check_any(&named("jira"), &both, "new", "192.0.2.1")
            .await
            .unwrap(),
        Some(1)
    );
    let only_new = [new.as_str()];
    assert!(
        passwords
            .check_any(&named("jira"), &only_new, "old", "192.0.2.1")
            .await
            .is_err(),
        "no more"
    );
}

#[tokio::test]
async fn repeating_a_wrong_password_is_no_further_guess() {
    let passwords = Passwords::new(&Clock::fixed(Timestamp(1_000_000)));
    let hash = passwords.hash("new").await.unwrap();
    // A node that was not told of the new password, and the one that was.
    for _ in 0..30 {
        assert!(
            !passwords
                .check(&named("jira"), Some(&hash), "old", "192.0.2.1")
                .await
                .unwrap()
        );
    }
    assert!(
        passwords
            .check(&named("jira"), Some(&hash), "new", "192.0.2.2")
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn a_flood_from_one_address_costs_the_others_one_check() {
    let passwords = Passwords::new(&Clock::fixed(Timestamp(1_000_000)));
    let hash = passwords.hash("right").await.unwrap();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let flood = futures::future::join_all((0..20).map(|number| {
        let (passwords, done) = (&passwords, &done);
        async move {
            let account = named(&format!("made up {number}"));
            passwords
                .check(&account, None, "guess", "192.0.2.66")
                .await
                .unwrap();
            done.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        }
    }));
    let person = async {
        tokio::task::yield_now().await;
        assert!(
            passwords
                .check(&named("ann"), Some(&hash), "right", "192.0.2.1")
                .await
                .unwrap()
        );
        done.load(std::sync::atomic::Ordering::SeqCst)
    };
    let (_, before) = futures::join!(flood, person);
    assert!(before < 6, "{before} of the flood came first");
}

#[tokio::test]
async fn many_connections_with_the_right_password_all_get_in() {
    let passwords = Passwords::new(&Clock::fixed(Timestamp(1_000_000)));
    let hash = passwords.hash("right").await.unwrap();
    let jira = named("jira");
    let checks = (0..64).map(|_| passwords.check(&jira, Some(&hash), "right", "192.0.2.1"));
    let answers = futures::future::join_all(checks).await;
    assert!(answers.into_iter().all(|answer| answer.is_ok_and(|fits| fits)));
}

#[tokio::test]
async fn senders_at_several_addresses_prove_their_password_at_the_same_time() {
    let passwords = Passwords::new(&Clock::fixed(Timestamp(1_000_000)));
    passwords.limit.share();
    let hash = passwords.hash("right").await.unwrap();
    let (jira, passwords, hash) = (&named("jira"), &passwords, &hash);
    let checks = (0..20).map(|number| async move {
        let address = format!("192.0.2.{number}");
        passwords.check(jira, Some(hash), "right", &address).await
    });
    let answers = futures::future::join_all(checks).await;
    assert!(answers.into_iter().all(|answer| answer.is_ok_and(|fits| fits)));
    assert!(passwords.limit.news().guesses.is_empty());
}

#[tokio::test]
async fn a_check_that_nobody_waits_for_any_more_counts() {
    let passwords = Passwords::new(&Clock::fixed(Timestamp(1_000_000)));
    let hash = passwords.hash("right").await.unwrap();
    let jira = named("jira");
    let mut begun = 0;
    for guess in 0..11 {
        let guess = format!("wrong {guess}");
        // The check that was dropped keeps its place until argon2id has ended.
        drop(passwords.slot("192.0.2.1").await.unwrap());
        let check = passwords.check(&jira, Some(&hash), &guess, "192.0.2.1");
        // Polled until argon2id has begun, then dropped.
        match futures::future::select(Box::pin(check), std::future::ready(())).await {
            futures::future::Either::Left((answer, _)) => assert!(answer.is_err(), "no answer comes at once"),
            futures::future::Either::Right(_) => begun += 1,
        }
    }
    assert_eq!(begun, 10);
}

#[test]
fn the_set_up_code_may_be_tried_five_times_a_minute() {
    let clock = Clock::fixed(Timestamp(1_000_000));
    let passwords = Passwords::new(&clock);
    for _ in 0..5 {
        passwords.count_code_guess().unwrap();
    }
    assert!(passwords.count_code_guess().is_err());
    clock.advance(turns::MINUTE_MS);
    passwords.count_code_guess().unwrap();
}
