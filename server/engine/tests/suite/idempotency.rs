//! Idempotency keys of the send API, on the database of `SWITCHBOARD_TEST_POSTGRES` where it is set.

use crate::support::{
    Fixture, Target, answer, form,
    outbound::{finished, message, sending_with},
};
use engine::{Actor, Error, clock::Clock, connections, sending, sending::Outgoing, transactions};
use model::{
    forms::SwitchForm,
    id::{IntegrationId, UserId},
    overview::Accepted,
    transaction::{TransactionFilter, TransactionState},
};

async fn started() -> (Target, Fixture, IntegrationId) {
    let target = Target::start(|_| answer(200, "", "")).await;
    let fixture = Fixture::shared(Clock::default()).await;
    let (fixture, integration) = sending_with(fixture, &target.url, |form| form).await;
    (target, fixture, integration)
}

fn user(fixture: &Fixture) -> Actor {
    Actor {
        user: Some(Clock::default().id::<UserId>()),
        ..fixture.actor()
    }
}

async fn send(
    fixture: &Fixture,
    by: &Actor,
    integration: IntegrationId,
    body: &str,
) -> engine::Result<Accepted> {
    let outgoing = Outgoing {
        integration,
        message: "create".into(),
        body: body.into(),
        content_type: "application/json".into(),
        message_id: Some("key-1".into()),
    };
    sending::send(&fixture.engine, &by.grant().unwrap(), outgoing).await
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_requests_with_one_key_make_one_delivery_and_get_one_answer() {
    let (target, fixture, integration) = started().await;
    let by = user(&fixture);
    let all = (0..50).map(|_| send(&fixture, &by, integration, "{}"));
    let answers: Vec<_> = futures::future::join_all(all)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert!(
        answers
            .iter()
            .all(|one| one.transaction == answers[0].transaction && one.message_id == "key-1"),
        "{answers:?}"
    );
    let end = finished(&fixture, &answers[0].transaction).await;
    assert_eq!(end.row.state, TransactionState::Complete);
    let all = transactions::list(&fixture.engine, &fixture.see(), TransactionFilter::default())
        .await
        .unwrap();
    assert_eq!((all.rows.len(), target.requests().len()), (1, 1));
}

#[tokio::test]
async fn another_message_under_the_same_key_is_refused() {
    let (target, fixture, integration) = started().await;
    let by = user(&fixture);
    let first = send(&fixture, &by, integration, "{}").await.unwrap();
    for (name, body, content_type) in [
        ("create", "[]", "application/json"),
        ("update", "{}", "application/json"),
        ("create", "{}", "text/plain"),
    ] {
        let outgoing = Outgoing {
            integration,
            message: name.into(),
            body: body.into(),
            content_type: content_type.into(),
            message_id: Some("key-1".into()),
        };
        let refused = sending::send(&fixture.engine, &by.grant().unwrap(), outgoing).await;
        assert!(
            matches!(&refused, Err(Error::MessageIdReused(text)) if text.contains(&first.transaction)),
            "{name} {body} {content_type}: {refused:?}"
        );
    }
    finished(&fixture, &first.transaction).await;
    assert_eq!(target.requests().len(), 1);
}

#[tokio::test]
async fn the_same_key_of_another_user_or_integration_is_another_message() {
    let (target, fixture, integration) = started().await;
    let other = fixture.integration("change").await;
    let id = fixture.save(form(other, "Test", &target.url)).await.unwrap();
    message(&fixture, other, "/").await;
    fixture.enable(id).await.unwrap();
    let (one, two) = (user(&fixture), user(&fixture));
    for (by, integration) in [(&one, integration), (&two, integration), (&one, other)] {
        let accepted = send(&fixture, by, integration, "{}").await.unwrap();
        finished(&fixture, &accepted.transaction).await;
    }
    assert_eq!(target.requests().len(), 3);
}

#[tokio::test]
async fn the_first_answer_is_given_after_the_connection_was_disabled_and_after_a_replay() {
    let (target, fixture, integration) = started().await;
    let by = user(&fixture);
    let first = send(&fixture, &by, integration, "{}").await.unwrap();
    finished(&fixture, &first.transaction).await;
    let replay = transactions::replay(&fixture.engine, &fixture.operate(), &first.transaction)
        .await
        .unwrap();
    assert_eq!(replay.message_id, "key-1", "a replay keeps the message id");
    finished(&fixture, &replay.transaction).await;
    let active = connections::all(&fixture.engine, &fixture.see()).await.unwrap()[0]
        .connection
        .id;
    let form = SwitchForm {
        id: active.to_string(),
        ..SwitchForm::default()
    };
    connections::disable(&fixture.engine, &fixture.operate(), form)
        .await
        .unwrap();
    let again = send(&fixture, &by, integration, "{}").await.unwrap();
    assert_eq!(again.transaction, first.transaction);
    assert_eq!(target.requests().len(), 2);
}
