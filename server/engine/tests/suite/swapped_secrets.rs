//! Two rows of the database that got each other's ciphertext: nothing is sent, and people are told which record it is.

use engine::{connection_tests, connections};
use model::{
    connection_form::ConnectionForm, connection_status::ConnectionStatus, forms::VariableForm,
    id::ConnectionId, transaction::TransactionState,
};
use sqlx::{Connection, SqliteConnection};

use crate::support::{
    Fixture, Target, answer, form,
    outbound::{sending, sent},
};

/// Exchanges the ciphertexts of two owners.
async fn swap(fixture: &Fixture, one: uuid::Uuid, two: uuid::Uuid) {
    let mut database = SqliteConnection::connect(&fixture.settings.database_url)
        .await
        .unwrap();
    let mut ciphertexts = Vec::new();
    for owner in [one, two] {
        let read =
            sqlx::query_scalar::<_, Vec<u8>>("SELECT ciphertext FROM secret WHERE owner = $1").bind(owner);
        ciphertexts.push(read.fetch_one(&mut database).await.unwrap());
    }
    for (owner, ciphertext) in [two, one].into_iter().zip(ciphertexts) {
        let put = sqlx::query("UPDATE secret SET ciphertext = $2 WHERE owner = $1")
            .bind(owner)
            .bind(ciphertext);
        put.execute(&mut database).await.unwrap();
    }
}

async fn secret_variable(fixture: &Fixture, connection: ConnectionId, value: &str) -> uuid::Uuid {
    let variable = VariableForm {
        connection: connection.to_string(),
        key: "licence".into(),
        value: value.into(),
        secret: "on".into(),
        ..Default::default()
    };
    engine::variables::save(&fixture.engine, &fixture.design(), variable)
        .await
        .unwrap()
        .0
}

#[tokio::test]
async fn the_record_is_named_and_nothing_is_sent() {
    let target = Target::start(|_| answer(200, "", "")).await;
    let (fixture, integration) = sending(&target.url, |form| form).await;
    let rows = connections::all(&fixture.engine, &fixture.see()).await.unwrap();
    let first = rows[0].connection.id;
    let other = ConnectionForm {
        authentication: "basic".into(),
        user: "jira".into(),
        password: "other-password".into(),
        ..form(integration, "Other", &target.url)
    };
    let other = fixture.save(other).await.unwrap();
    swap(&fixture, first.0, other.0).await;
    let done = sent(&fixture, integration, "{}").await;
    assert_eq!(done.row.state, TransactionState::Error);
    let says = "The Password of the connection Test cannot be decrypted";
    assert!(done.row.error.contains(says), "{}", done.row.error);
    assert!(
        done.row.error.contains("Enter it again on the connection"),
        "{}",
        done.row.error
    );
    for (id, name) in [(first, "Test"), (other, "Other")] {
        let detail = connections::detail(&fixture.engine, &fixture.see(), id)
            .await
            .unwrap();
        assert_eq!(detail.status.status, ConnectionStatus::NotConfigured, "{name}");
        assert!(
            detail
                .status
                .reason
                .contains("Password (the stored value cannot be decrypted"),
            "{}",
            detail.status.reason
        );
        let (events, _) = tokio::sync::mpsc::unbounded_channel();
        let test = connection_tests::run(&fixture.engine, &fixture.operate(), id, events)
            .await
            .unwrap();
        assert!(
            test.report.cause.contains("cannot be decrypted: enter it again"),
            "{}",
            test.report.cause
        );
        let shown = serde_json::to_string(&(&detail, &test)).unwrap();
        assert!(
            !shown.contains("s3cret-pass") && !shown.contains("other-password"),
            "{shown}"
        );
    }
    assert!(target.requests().is_empty());
    // Entered again, it works.
    let detail = connections::detail(&fixture.engine, &fixture.see(), first)
        .await
        .unwrap();
    let again = ConnectionForm {
        password: "s3cret-pass".into(),
        ..ConnectionForm::of(&detail.connection)
    };
    fixture.save(again).await.unwrap();
    assert_eq!(
        sent(&fixture, integration, "{}").await.row.state,
        TransactionState::Complete
    );
}

#[tokio::test]
async fn a_variable_is_named_with_its_connection() {
    let target = Target::start(|_| answer(200, "", "")).await;
    let (fixture, integration) = sending(&target.url, |form| form).await;
    let rows = connections::all(&fixture.engine, &fixture.see()).await.unwrap();
    let first = rows[0].connection.id;
    let other = fixture
        .save(form(integration, "Other", &target.url))
        .await
        .unwrap();
    let one = secret_variable(&fixture, first, "first licence").await;
    let two = secret_variable(&fixture, other, "other licence").await;
    swap(&fixture, one, two).await;
    let done = sent(&fixture, integration, "{}").await;
    let says = "The secret variable licence of the connection Test cannot be decrypted";
    assert!(done.row.error.contains(says), "{}", done.row.error);
    let detail = connections::detail(&fixture.engine, &fixture.see(), first)
        .await
        .unwrap();
    assert!(
        detail
            .missing
            .iter()
            .any(|missing| missing.contains("Variable licence (the stored value")),
        "{:?}",
        detail.missing
    );
    assert!(target.requests().is_empty());
}
