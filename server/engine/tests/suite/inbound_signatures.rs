//! Signed calls: rotation, replays, and what is tried again.

use crate::support::{
    Fixture, form,
    inbound::{Call, add, of, revoke, signed},
};
use sqlx::{Connection, SqliteConnection};

use model::{connection_form::ConnectionForm, forms::InboundCredentialForm};

#[tokio::test]
async fn signatures_of_github_overlap_in_a_rotation() {
    let fixture = Fixture::new().await;
    let (user, _) = fixture.receiving("incident", "github").await;
    let github = |secret: &str| InboundCredentialForm {
        preset: "github".into(),
        signing_secret: secret.into(),
        ..of(&user, "signature")
    };
    let old = add(&fixture, github("old-secret-0123456")).await;
    add(&fixture, github("new-secret-0123456")).await;
    let call = |secret: &str, body: &str| {
        Call::to("incident", body).with(
            "x-hub-signature-256",
            &format!("sha256={}", signed(secret, "{\"a\":1}")),
        )
    };
    let engine = &fixture.engine;
    assert_eq!(call("old-secret-0123456", "{\"a\":1}").status(engine).await, 202);
    assert_eq!(call("new-secret-0123456", "{\"a\":1}").status(engine).await, 202);
    let changed = call("new-secret-0123456", "{\"a\":2}").refused(engine).await;
    assert!(changed.contains("the body was changed"), "{changed}");
    revoke(&fixture, &old).await;
    assert_eq!(call("old-secret-0123456", "{\"a\":1}").status(engine).await, 401);
    assert_eq!(call("new-secret-0123456", "{\"a\":1}").status(engine).await, 202);
}

#[tokio::test]
async fn a_secret_that_cannot_be_read_keeps_no_other_signer_out() {
    let fixture = Fixture::new().await;
    let (user, _) = fixture.receiving("incident", "github").await;
    let github = |secret: &str| InboundCredentialForm {
        preset: "github".into(),
        signing_secret: secret.into(),
        ..of(&user, "signature")
    };
    let broken = add(&fixture, github("old-secret-0123456")).await;
    let mut database = SqliteConnection::connect(&fixture.settings.database_url)
        .await
        .unwrap();
    sqlx::query("UPDATE secret SET ciphertext = X'0102' WHERE owner = $1")
        .bind(broken.id.0)
        .execute(&mut database)
        .await
        .unwrap();
    // Adding another one makes the engine forget what it has read.
    add(&fixture, github("new-secret-0123456")).await;
    let call = |secret: &str| {
        let signature = format!("sha256={}", signed(secret, "{}"));
        Call::to("incident", "{}").with("x-hub-signature-256", &signature)
    };
    let engine = &fixture.engine;
    assert_eq!(call("new-secret-0123456").status(engine).await, 202);
    assert_eq!(
        call("old-secret-0123456").status(engine).await,
        503,
        "it may be right: nobody can tell"
    );
    revoke(&fixture, &broken).await;
    assert_eq!(call("old-secret-0123456").status(engine).await, 401);
}

#[tokio::test]
async fn a_signed_call_is_taken_once() {
    let fixture = Fixture::new().await;
    let (user, _) = fixture.receiving("incident", "stripe").await;
    let stripe = InboundCredentialForm {
        preset: "stripe".into(),
        signing_secret: "whsec_test_secret".into(),
        ..of(&user, "signature")
    };
    add(&fixture, stripe).await;
    let engine = &fixture.engine;
    let now = engine.now().0 / 1000;
    let call = |at: i64, body: &str| {
        let code = signed("whsec_test_secret", &format!("{at}.{body}"));
        Call::to("incident", body).with("stripe-signature", &format!("t={at},v1={code}"))
    };
    assert_eq!(call(now, "{}").status(engine).await, 202);
    let replay = call(now, "{}").refused(engine).await;
    assert!(replay.contains("replay"), "{replay}");
    let under_an_id = call(now, "{}").with("idempotency-key", "mine");
    assert!(
        under_an_id.refused(engine).await.contains("replay"),
        "an id of the attacker's"
    );
    assert_eq!(call(now - 1, "{}").status(engine).await, 202, "signed anew");
    let known = call(now, "[1]").with("idempotency-key", "m-1");
    assert_eq!(known.status(engine).await, 202);
    assert_eq!(
        known.status(engine).await,
        200,
        "repeated with its id: the first answer"
    );
    let again = call(now - 2, "[1]").with("idempotency-key", "m-1");
    assert_eq!(
        again.status(engine).await,
        200,
        "tried again: signed anew, the same id"
    );
    let old = call(now - 720, "{}").refused(engine).await;
    assert!(old.contains("the timestamp is 12 minutes old"), "{old}");
    // What is not stored may be sent again.
    let malformed = call(now, "{");
    assert_eq!(malformed.status(engine).await, 400);
    assert_eq!(malformed.status(engine).await, 400);
}

#[tokio::test]
async fn a_captured_call_serves_for_no_other_message() {
    let fixture = Fixture::new().await;
    let (user, _) = fixture.receiving("incident", "stripe").await;
    // The same user posts to a second process.
    let other = fixture.integration("asset").await;
    let connection = ConnectionForm {
        inbound_user: user.clone(),
        ..form(other, "Test", "http://127.0.0.1:1")
    };
    let connection = fixture.save(connection).await.unwrap();
    fixture.enable(connection).await.unwrap();
    let stripe = InboundCredentialForm {
        preset: "stripe".into(),
        signing_secret: "whsec_test_secret".into(),
        ..of(&user, "signature")
    };
    add(&fixture, stripe).await;
    let engine = &fixture.engine;
    let now = engine.now().0 / 1000;
    let call = |process: &str, at: i64, id: &'static str| {
        let code = signed("whsec_test_secret", &format!("{at}.{{}}"));
        Call::to(process, "{}")
            .with("stripe-signature", &format!("t={at},v1={code}"))
            .with("idempotency-key", id)
    };
    assert_eq!(call("incident", now, "m-1").status(engine).await, 202);
    // The sender tries again, signed anew; whoever catches that has nothing to use it for.
    assert_eq!(call("incident", now - 1, "m-1").status(engine).await, 200);
    let caught = call("incident", now - 1, "m-2").refused(engine).await;
    assert!(caught.contains("replay"), "{caught}");
    let elsewhere = call("asset", now, "m-1").refused(engine).await;
    assert!(elsewhere.contains("replay"), "{elsewhere}");
    assert_eq!(
        call("asset", now - 2, "m-1").status(engine).await,
        202,
        "signed for it"
    );
}
