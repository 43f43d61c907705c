//! A connection with a message, ready to send, and what became of what was sent.

use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use engine::{
    messages,
    sending::{self, Outgoing},
    transactions, variables,
};
use model::{
    connection_form::ConnectionForm,
    forms::{MessageForm, VariableForm},
    id::{ConnectionId, IntegrationId},
    transaction::{TransactionDetail, TransactionState},
};

use super::{Fixture, form};

pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// An active connection to `url` with the message `create`.
pub async fn sending(
    url: &str,
    change: impl Fn(ConnectionForm) -> ConnectionForm,
) -> (Fixture, IntegrationId) {
    sending_with(Fixture::new().await, url, change).await
}

/// As [`sending`], on a fixture of the test's own.
pub async fn sending_with(
    fixture: Fixture,
    url: &str,
    change: impl Fn(ConnectionForm) -> ConnectionForm,
) -> (Fixture, IntegrationId) {
    let integration = fixture.integration("incident").await;
    let connection = ConnectionForm {
        authentication: "basic".into(),
        user: "jira".into(),
        password: "s3cret-pass".into(),
        ..form(integration, "Test", url)
    };
    let id = fixture.save(change(connection)).await.unwrap();
    variable(&fixture, id).await;
    message(&fixture, integration, "/projects/${project}/issues").await;
    fixture.enable(id).await.unwrap();
    (fixture, integration)
}

/// Gives a connection the variable `project`.
pub async fn variable(fixture: &Fixture, connection: ConnectionId) {
    let variable = VariableForm {
        connection: connection.to_string(),
        key: "project".into(),
        value: "IT/SM".into(),
        ..Default::default()
    };
    variables::save(&fixture.engine, &fixture.design(), variable)
        .await
        .unwrap();
}

/// Gives an integration the message `create`, a POST to `path`.
pub async fn message(fixture: &Fixture, integration: IntegrationId, path: &str) {
    let headers = if path.contains("${project}") {
        "X-Project: ${project}"
    } else {
        ""
    };
    let message = MessageForm {
        integration: integration.to_string(),
        name: "create".into(),
        method: "POST".into(),
        path: path.into(),
        headers: headers.into(),
        active: "on".into(),
        ..Default::default()
    };
    messages::save(&fixture.engine, &fixture.design(), message)
        .await
        .unwrap();
}

/// Stores a `create` to be sent and gives its number.
pub async fn accepted(fixture: &Fixture, integration: IntegrationId, body: &str) -> String {
    let outgoing = Outgoing {
        integration,
        message: "create".into(),
        body: body.into(),
        content_type: "application/json".into(),
        message_id: None,
    };
    let accepted = sending::send(&fixture.engine, &fixture.operate(), outgoing).await;
    accepted.unwrap().transaction
}

/// Sends a `create` and waits for its end.
pub async fn sent(fixture: &Fixture, integration: IntegrationId, body: &str) -> TransactionDetail {
    finished(fixture, &accepted(fixture, integration, body).await).await
}

/// How long a transaction may take to get where a test wants it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until a transaction is neither Queued nor Sending.
pub async fn finished(fixture: &Fixture, number: &str) -> TransactionDetail {
    let is_over = |state| !matches!(state, TransactionState::Queued | TransactionState::Sending);
    reached(fixture, number, is_over).await
}

/// Waits until a transaction has a state that is wanted; one that never has fails the test with where it stayed.
pub async fn reached(
    fixture: &Fixture,
    number: &str,
    is_wanted: impl Fn(TransactionState) -> bool,
) -> TransactionDetail {
    let began = Instant::now();
    loop {
        let detail = transactions::detail(&fixture.engine, &fixture.see(), number)
            .await
            .unwrap();
        if is_wanted(detail.row.state) {
            return detail;
        }
        assert!(
            began.elapsed() < PATIENCE,
            "{number} is {:?} after {PATIENCE:?}: {}",
            detail.row.state,
            detail.row.error
        );
        tokio::task::yield_now().await;
    }
}
