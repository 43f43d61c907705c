//! Outbound messages, with a real server at the other end.

use crate::support::{
    Fixture, Target, answer,
    outbound::{accepted, basic, finished, sending, sent},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use engine::{Engine, connections, transactions};
use model::{
    connection_form::ConnectionForm, connection_status::ConnectionStatus, transaction::TransactionState,
};

#[tokio::test]
async fn a_message_goes_out_through_the_active_connection() {
    // The target gives everything back, so the secret comes home in its answer.
    let target = Target::start(|request| answer(201, "", request)).await;
    let (fixture, integration) = sending(&format!("{}/rest", target.url), |form| form).await;
    let detail = sent(&fixture, integration, "{\"a\":1}").await;
    assert_eq!(
        detail.row.state,
        TransactionState::Complete,
        "{}",
        detail.row.error
    );
    let request = &target.requests()[0];
    assert!(
        request.starts_with("POST /rest/projects/IT%2FSM/issues HTTP/1.1"),
        "{request}"
    );
    assert!(
        request.contains(&basic("jira", "s3cret-pass")) && request.ends_with("{\"a\":1}"),
        "{request}"
    );
    let names: Vec<_> = detail.requests[0]
        .request_headers
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    for line in request.lines().skip(1).take_while(|line| !line.is_empty()) {
        let name = line.split(':').next().unwrap();
        assert!(
            names.contains(&name),
            "{name} was sent and not recorded: {names:?}"
        );
    }
    let recorded = serde_json::to_string(&detail).unwrap();
    assert!(
        !recorded.contains("s3cret-pass") && !recorded.contains(&STANDARD.encode("jira:s3cret-pass")),
        "{recorded}"
    );
    assert!(recorded.contains("••••••"));
    let status = connections::all(&fixture.engine, &fixture.see()).await.unwrap()[0]
        .status
        .status;
    assert_eq!(status, ConnectionStatus::Connected);
}

#[tokio::test]
async fn a_wrong_instance_sends_nothing_and_says_why() {
    let target = Target::start(|_| answer(200, "", "")).await;
    let (fixture, integration) = sending(&target.url, |form| ConnectionForm {
        instance_name: "acme-production".into(),
        ..form
    })
    .await;
    let detail = sent(&fixture, integration, "{}").await;
    assert_eq!(detail.row.state, TransactionState::Error);
    assert!(
        detail.row.error.contains("acme-production") && detail.row.error.contains("acme-test"),
        "{}",
        detail.row.error
    );
    assert_eq!(detail.requests.len(), 1);
    assert!(target.requests().is_empty());
}

#[tokio::test]
async fn a_replay_is_a_new_transaction_and_the_failed_one_is_ignored() {
    let failing = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let switch = failing.clone();
    let target = Target::start(move |_| {
        answer(
            if switch.load(std::sync::atomic::Ordering::SeqCst) {
                503
            } else {
                200
            },
            "",
            "",
        )
    })
    .await;
    let (fixture, integration) = sending(&target.url, |form| form).await;
    let first = sent(&fixture, integration, "{}").await;
    assert_eq!(first.row.state, TransactionState::Error);
    failing.store(false, std::sync::atomic::Ordering::SeqCst);
    let number = model::transaction::number_text(first.row.number, 0);
    let accepted = transactions::replay(&fixture.engine, &fixture.operate(), &number)
        .await
        .unwrap();
    assert_eq!(accepted.transaction, format!("{number}.1"));
    assert_eq!(
        finished(&fixture, &accepted.transaction).await.row.state,
        TransactionState::Complete
    );
    assert_eq!(
        finished(&fixture, &number).await.row.state,
        TransactionState::Ignored
    );
}

/// A command beside a running server must not send; the server's next start sends what was queued, once.
#[tokio::test]
async fn an_idle_engine_sends_nothing_and_the_next_start_sends_what_was_queued() {
    let target = Target::start(|_| answer(200, "", "")).await;
    let (fixture, integration) = sending(&target.url, |form| form).await;
    let Fixture {
        engine,
        settings,
        directory,
    } = fixture;
    engine.close().await;
    let engine = Engine::open_idle(settings.clone()).await.unwrap();
    let idle = Fixture {
        engine,
        settings,
        directory,
    };
    let number = accepted(&idle, integration, "{}").await;
    let Fixture {
        engine,
        settings,
        directory,
    } = idle;
    engine.close().await;
    assert!(target.requests().is_empty());
    let engine = Engine::open(settings.clone()).await.unwrap();
    let fixture = Fixture {
        engine,
        settings,
        directory,
    };
    assert_eq!(
        finished(&fixture, &number).await.row.state,
        TransactionState::Complete
    );
    assert_eq!(target.requests().len(), 1);
}
