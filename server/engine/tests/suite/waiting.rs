//! Messages that wait: for the limits of their connection, or for somebody to say where they go.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::support::{
    Fixture, Target, answer, form,
    outbound::{accepted, finished, reached, sending},
};
use engine::{connections, transactions};
use model::{
    connection_form::ConnectionForm,
    forms::SwitchForm,
    id::{ConnectionId, IntegrationId},
    transaction::{TransactionDetail, TransactionState},
};

/// A target that answers only when told to, one request at a time.
struct Gate {
    target: Target,
    open: Arc<AtomicUsize>,
}

impl Gate {
    async fn start() -> Self {
        let open = Arc::new(AtomicUsize::new(0));
        let gate = open.clone();
        let target = Target::start(move |_| {
            while gate
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1))
                .is_err()
            {
                std::thread::yield_now();
            }
            answer(200, "", "")
        })
        .await;
        Self { target, open }
    }

    fn let_through(&self, requests: usize) {
        self.open.fetch_add(requests, Ordering::SeqCst);
    }
}

async fn detail(fixture: &Fixture, number: &str) -> TransactionDetail {
    transactions::detail(&fixture.engine, &fixture.see(), number)
        .await
        .unwrap()
}

async fn until(fixture: &Fixture, number: &str, state: TransactionState) {
    reached(fixture, number, |now| now == state).await;
}

fn switch(id: ConnectionId, queued: &str) -> SwitchForm {
    SwitchForm {
        id: id.to_string(),
        queued: queued.into(),
        ..SwitchForm::default()
    }
}

async fn active(fixture: &Fixture) -> ConnectionId {
    let all = connections::all(&fixture.engine, &fixture.see()).await.unwrap();
    all.iter()
        .find(|row| row.connection.active)
        .unwrap()
        .connection
        .id
}

/// One message under way that does not end, two behind it.
async fn blocked(gate: &Gate) -> (Fixture, IntegrationId, [String; 3]) {
    let (fixture, integration) = sending(&gate.target.url, |form| ConnectionForm {
        concurrency: "1".into(),
        ..form
    })
    .await;
    let first = accepted(&fixture, integration, "{\"n\":1}").await;
    until(&fixture, &first, TransactionState::Sending).await;
    let second = accepted(&fixture, integration, "{\"n\":2}").await;
    let third = accepted(&fixture, integration, "{\"n\":3}").await;
    (fixture, integration, [first, second, third])
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_requests_are_under_way_than_the_connection_allows() {
    let gate = Gate::start().await;
    let (fixture, _, [first, second, third]) = blocked(&gate).await;
    gate.let_through(1);
    until(&fixture, &first, TransactionState::Complete).await;
    until(&fixture, &second, TransactionState::Sending).await;
    assert_eq!(
        detail(&fixture, &third).await.row.state,
        TransactionState::Queued,
        "the second is still under way"
    );
    gate.let_through(2);
    assert_eq!(
        finished(&fixture, &third).await.row.state,
        TransactionState::Complete
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_does_not_answer_holds_up_nobody_else() {
    let gate = Gate::start().await;
    let (fixture, _, _) = blocked(&gate).await;
    let target = Target::start(|_| answer(200, "", "")).await;
    let other = fixture.integration("change").await;
    let id = fixture.save(form(other, "Test", &target.url)).await.unwrap();
    crate::support::outbound::message(&fixture, other, "/").await;
    fixture.enable(id).await.unwrap();
    let number = accepted(&fixture, other, "{}").await;
    assert_eq!(
        finished(&fixture, &number).await.row.state,
        TransactionState::Complete
    );
    gate.let_through(3);
}

#[tokio::test(flavor = "multi_thread")]
async fn disabling_holds_what_waits_and_enabling_keeps_it_held() {
    let gate = Gate::start().await;
    let (fixture, _, [first, second, third]) = blocked(&gate).await;
    let id = active(&fixture).await;
    let preview = connections::disable_preview(&fixture.engine, &fixture.see(), id)
        .await
        .unwrap();
    assert_eq!(preview.queued, 2);
    connections::disable(&fixture.engine, &fixture.operate(), switch(id, ""))
        .await
        .unwrap();
    let held = detail(&fixture, &second).await;
    assert!(held.held && held.row.state == TransactionState::Queued);
    assert!(
        held.row.error.contains("Test is not active"),
        "{}",
        held.row.error
    );
    gate.let_through(10);
    until(&fixture, &first, TransactionState::Complete).await;

    let preview = connections::enable_preview(&fixture.engine, &fixture.see(), id)
        .await
        .unwrap();
    assert_eq!(preview.queued, 2);
    connections::enable(&fixture.engine, &fixture.operate(), switch(id, ""))
        .await
        .unwrap();
    // The lane is open again for what comes now, and what is held stays where it is.
    let replayed = transactions::replay(&fixture.engine, &fixture.operate(), &third)
        .await
        .unwrap();
    let end = finished(&fixture, &replayed.transaction).await;
    assert_eq!(end.row.state, TransactionState::Complete);
    assert_eq!(
        detail(&fixture, &third).await.row.state,
        TransactionState::Ignored
    );
    assert!(detail(&fixture, &second).await.held);
    assert_eq!(gate.target.requests().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_goes_through_the_new_connection_when_asked() {
    let gate = Gate::start().await;
    let (fixture, integration, [first, second, third]) = blocked(&gate).await;
    let target = Target::start(|_| answer(200, "", "")).await;
    let production = ConnectionForm {
        environment: "production".into(),
        ..form(integration, "Production", &target.url)
    };
    let id = fixture.save(production).await.unwrap();
    crate::support::outbound::variable(&fixture, id).await;
    connections::enable(&fixture.engine, &fixture.operate(), switch(id, "send"))
        .await
        .unwrap();
    for number in [&second, &third] {
        let end = finished(&fixture, number).await;
        assert_eq!(
            (end.row.state, end.row.connection_name.as_str()),
            (TransactionState::Complete, "Production")
        );
    }
    assert_eq!(target.requests().len(), 2);
    gate.let_through(1);
    let end = finished(&fixture, &first).await;
    assert_eq!(
        end.row.connection_name, "Test",
        "what was under way stays where it was"
    );
    assert_eq!(gate.target.requests().len(), 1);
}
