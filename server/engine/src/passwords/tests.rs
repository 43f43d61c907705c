use super::*;

#[tokio::test]
async fn guessing_is_limited_while_the_proven_password_still_gets_in() {
    let clock = Clock::fixed(Timestamp(1_000_000));
    let passwords = Passwords::new(&clock);
    let hash = passwords.hash("right").await.unwrap();
    assert!(
        passwords
            .check("jira", Some(&hash), "right", "192.0.2.1")
            .await
            .unwrap()
    );
    for guess in 0..10 {
        assert!(
            !passwords
                .check("jira", Some(&hash), &format!("wrong {guess}"), "192.0.2.1")
                .await
                .unwrap()
        );
    }
    assert!(matches!(
        passwords.check("jira", Some(&hash), "wrong", "192.0.2.1").await,
        Err(Error::TooManyTries { .. })
    ));
    assert!(
        passwords
            .check("jira", Some(&hash), "right", "192.0.2.1")
            .await
            .unwrap()
    );
    clock.advance(MINUTE_MS);
    assert!(
        !passwords
            .check("jira", Some(&hash), "wrong", "192.0.2.1")
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
            .check("jira", Some(&old), "old", "192.0.2.1")
            .await
            .unwrap()
    );
    assert!(
        !passwords
            .check("jira", Some(&new), "old", "192.0.2.1")
            .await
            .unwrap()
    );
    assert!(!passwords.check("jira", None, "old", "192.0.2.1").await.unwrap());
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
            .check_any("jira", &both, "old", "192.0.2.1")
            .await
            .unwrap(),
        Some(0)
    );
    assert_eq!(
        passwords
            .check_any("jira", &both, "new", "192.0.2.1")
            .await
            .unwrap(),
        Some(1)
    );
    for guess in 0..10 {
        let guess = format!("wrong {guess}");
        assert_eq!(
            passwords
                .check_any("jira", &both, &guess, "192.0.2.1")
                .await
                .unwrap(),
            None
        );
    }
    assert!(
        passwords
            .check_any("jira", &both, "wrong", "192.0.2.1")
            .await
            .is_err()
    );
    assert_eq!(
        passwords
            .check_any("jira", &both, "new", "192.0.2.1")
            .await
            .unwrap(),
        Some(1)
    );
    let only_new = [new.as_str()];
    assert!(
        passwords
            .check_any("jira", &only_new, "old", "192.0.2.1")
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
                .check("jira", Some(&hash), "old", "192.0.2.1")
                .await
                .unwrap()
        );
    }
    assert!(
        passwords
            .check("jira", Some(&hash), "new", "192.0.2.2")
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
            let account = format!("made up {number}");
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
                .check("ann", Some(&hash), "right", "192.0.2.1")
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
    let checks = (0..64).map(|_| passwords.check("jira", Some(&hash), "right", "192.0.2.1"));
    let answers = futures::future::join_all(checks).await;
    assert!(answers.into_iter().all(|answer| answer.is_ok_and(|fits| fits)));
}
