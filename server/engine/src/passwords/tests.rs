use super::*;

#[tokio::test]
async fn guessing_is_limited_while_the_proven_password_still_gets_in() {
    let clock = Clock::fixed(Timestamp(1_000_000));
    let passwords = Passwords::new(&clock);
    let hash = passwords.hash("right").await.unwrap();
    assert!(passwords.check("jira", Some(&hash), "right").await.unwrap());
    for guess in 0..10 {
        assert!(
            !passwords
                .check("jira", Some(&hash), &format!("wrong {guess}"))
                .await
                .unwrap()
        );
    }
    assert!(matches!(
        passwords.check("jira", Some(&hash), "wrong").await,
        Err(Error::TooManyTries { .. })
    ));
    assert!(passwords.check("jira", Some(&hash), "right").await.unwrap());
    clock.advance(MINUTE_MS);
    assert!(!passwords.check("jira", Some(&hash), "wrong").await.unwrap());
}

#[tokio::test]
async fn a_changed_hash_forgets_what_was_proven() {
    let passwords = Passwords::new(&Clock::default());
    let (old, new) = (
        passwords.hash("old").await.unwrap(),
        passwords.hash("new").await.unwrap(),
    );
    assert!(passwords.check("jira", Some(&old), "old").await.unwrap());
    assert!(!passwords.check("jira", Some(&new), "old").await.unwrap());
    assert!(!passwords.check("jira", None, "old").await.unwrap());
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
    assert_eq!(passwords.check_any("jira", &both, "old").await.unwrap(), Some(0));
    assert_eq!(passwords.check_any("jira", &both, "new").await.unwrap(), Some(1));
    for guess in 0..10 {
        let guess = format!("wrong {guess}");
        assert_eq!(passwords.check_any("jira", &both, &guess).await.unwrap(), None);
    }
    assert!(passwords.check_any("jira", &both, "wrong").await.is_err());
    assert_eq!(passwords.check_any("jira", &both, "new").await.unwrap(), Some(1));
    let only_new = [new.as_str()];
    assert!(
        passwords.check_any("jira", &only_new, "old").await.is_err(),
        "no more"
    );
}

#[tokio::test]
async fn many_connections_with_the_right_password_all_get_in() {
    let passwords = Passwords::new(&Clock::fixed(Timestamp(1_000_000)));
    let hash = passwords.hash("right").await.unwrap();
    let checks = (0..64).map(|_| passwords.check("jira", Some(&hash), "right"));
    let answers = futures::future::join_all(checks).await;
    assert!(answers.into_iter().all(|answer| answer.is_ok_and(|fits| fits)));
}
