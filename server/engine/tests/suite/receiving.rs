//! Inbound messages: who is let in, and what a message id does.

use crate::support::{
    Fixture, PASSWORD, form,
    inbound::{Call, status},
    outbound::basic,
};
use engine::{
    Engine, connections,
    inbound::{Received, Refusal},
    transactions,
};
use model::{connection_form::ConnectionForm, forms::SwitchForm, transaction::TransactionFilter};

async fn post(engine: &Engine, process: &str, id: Option<&str>, body: &str) -> Result<Received, Refusal> {
    let call = Call::to(process, body).with("authorization", &basic("jira", PASSWORD));
    match id {
        Some(id) => call.with("idempotency-key", id).post(engine).await,
        None => call.post(engine).await,
    }
}

async fn receiving() -> (Fixture, model::id::ConnectionId) {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let user = fixture.inbound_user("jira").await;
    let connection = ConnectionForm {
        inbound_user: user,
        ..form(integration, "Test", "http://127.0.0.1:1")
    };
    let id = fixture.save(connection).await.unwrap();
    (fixture, id)
}

#[tokio::test]
async fn only_a_caller_with_an_active_connection_gets_in() {
    let (fixture, connection) = receiving().await;
    let engine = &fixture.engine;
    assert_eq!(
        status(&post(engine, "incident", None, "{}").await),
        403,
        "not enabled yet"
    );
    fixture.enable(connection).await.unwrap();
    assert_eq!(status(&post(engine, "incident", None, "{}").await), 202);
    assert_eq!(status(&post(engine, "nothing", None, "{}").await), 404);
    connections::disable(
        engine,
        &fixture.operate(),
        SwitchForm {
            id: connection.to_string(),
            ..Default::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(
        status(&post(engine, "incident", None, "{}").await),
        403,
        "disabled counts at once"
    );
    for wrong in [
        None,
        Some("Basic !!!".to_owned()),
        Some(basic("jira", "wrong password")),
        Some(basic("nobody", PASSWORD)),
    ] {
        let call = Call::to("incident", "{}");
        let call = match &wrong {
            Some(header) => call.with("authorization", header),
            None => call,
        };
        assert_eq!(call.status(engine).await, 401, "{wrong:?}");
    }
}

#[tokio::test]
async fn a_message_id_counts_once() {
    let (fixture, connection) = receiving().await;
    fixture.enable(connection).await.unwrap();
    let first = post(&fixture.engine, "incident", Some("m-1"), "{\"a\":1}").await;
    let again = post(&fixture.engine, "incident", Some("m-1"), "{\"a\":1}").await;
    let (Ok(Received::New(first)), Ok(Received::Repeated(again))) = (first, again) else {
        panic!("stored twice")
    };
    assert_eq!(first, again);
    assert_eq!(
        status(&post(&fixture.engine, "incident", Some("m-1"), "{\"a\":2}").await),
        409
    );
    assert_eq!(
        status(&post(&fixture.engine, "incident", Some("bad id"), "{}").await),
        400
    );
    let page = transactions::list(&fixture.engine, &fixture.see(), TransactionFilter::default())
        .await
        .unwrap();
    assert_eq!(page.rows.len(), 1);
}
