//! Messages in and out, with a real server at the other end.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use engine::{
    Engine, connection_tests, connections,
    inbound::{self, InboundCall, Received, Refusal},
    messages,
    sending::{self, Outgoing},
    transactions, variables,
};
use model::{
    connection_form::ConnectionForm,
    connection_status::ConnectionStatus,
    connection_test::{Rung, StepState, Verdict},
    forms::{MessageForm, SwitchForm, VariableForm},
    id::IntegrationId,
    transaction::{TransactionDetail, TransactionFilter, TransactionState},
};
use support::{Fixture, PASSWORD, Target, answer, form};

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

async fn post(engine: &Engine, process: &str, id: Option<&str>, body: &str) -> Result<Received, Refusal> {
    let caller = inbound::authenticate(engine, Some(&basic("jira", PASSWORD))).await?;
    let call = InboundCall {
        process: process.into(),
        headers: Vec::new(),
        content_type: Some("application/json".into()),
        message_id: id.map(str::to_owned),
        body: body.into(),
    };
    inbound::receive(engine, &caller, call).await
}

fn status(result: &Result<Received, Refusal>) -> u16 {
    match result {
        Ok(Received::New(_)) => 202,
        Ok(Received::Repeated(_)) => 200,
        Err(refusal) => refusal.status(),
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
            version: 0,
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
        let refused = inbound::authenticate(engine, wrong.as_deref())
            .await
            .err()
            .map(|refusal| refusal.status());
        assert_eq!(refused, Some(401), "{wrong:?}");
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

async fn sending(url: &str, change: impl Fn(ConnectionForm) -> ConnectionForm) -> (Fixture, IntegrationId) {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let connection = ConnectionForm {
        authentication: "basic".into(),
        user: "jira".into(),
        password: "s3cret-pass".into(),
        ..form(integration, "Test", url)
    };
    let id = fixture.save(change(connection)).await.unwrap();
    let variable = VariableForm {
        connection: id.to_string(),
        key: "project".into(),
        value: "IT/SM".into(),
        ..Default::default()
    };
    variables::save(&fixture.engine, &fixture.design(), variable)
        .await
        .unwrap();
    let message = MessageForm {
        integration: integration.to_string(),
        name: "create".into(),
        method: "POST".into(),
        path: "/projects/${project}/issues".into(),
        headers: "X-Project: ${project}".into(),
        active: "on".into(),
        ..Default::default()
    };
    messages::save(&fixture.engine, &fixture.design(), message)
        .await
        .unwrap();
    fixture.enable(id).await.unwrap();
    (fixture, integration)
}

async fn sent(fixture: &Fixture, integration: IntegrationId, body: &str) -> TransactionDetail {
    let outgoing = Outgoing {
        integration,
        message: "create".into(),
        body: body.into(),
        content_type: "application/json".into(),
        message_id: None,
    };
    let accepted = sending::send(&fixture.engine, &fixture.operate(), outgoing)
        .await
        .unwrap();
    finished(fixture, &accepted.transaction).await
}

async fn finished(fixture: &Fixture, number: &str) -> TransactionDetail {
    loop {
        let detail = transactions::detail(&fixture.engine, &fixture.see(), number)
            .await
            .unwrap();
        if !matches!(
            detail.row.state,
            TransactionState::Queued | TransactionState::Sending
        ) {
            return detail;
        }
        tokio::task::yield_now().await;
    }
}

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
    let outgoing = Outgoing {
        integration,
        message: "create".into(),
        body: b"{}".to_vec(),
        content_type: "application/json".into(),
        message_id: None,
    };
    let accepted = sending::send(&idle.engine, &idle.operate(), outgoing)
        .await
        .unwrap();
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
        finished(&fixture, &accepted.transaction).await.row.state,
        TransactionState::Complete
    );
    assert_eq!(target.requests().len(), 1);
}

async fn tested(fixture: &Fixture, connection: ConnectionForm) -> model::connection_test::TestReport {
    let id = fixture.save(connection).await.unwrap();
    let (events, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let result = connection_tests::run(&fixture.engine, &fixture.operate(), id, events)
        .await
        .unwrap();
    assert!(
        seen.recv().await.is_some(),
        "the steps are told while they happen"
    );
    result.report
}

#[tokio::test]
async fn a_test_makes_at_most_two_attempts_and_the_last_decides() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    for (status, verdict, attempts) in [
        (200, Verdict::Authorised, 1),
        (401, Verdict::Failed, 2),
        (503, Verdict::Authorised, 1),
        (301, Verdict::Authorised, 1),
    ] {
        let target = Target::start(move |_| answer(status, "location: http://127.0.0.1:1/\r\n", "")).await;
        let report = tested(
            &fixture,
            form(integration, &format!("Test {status}"), &target.url),
        )
        .await;
        assert_eq!(
            (report.verdict, report.attempts.len()),
            (verdict, attempts),
            "{status}: {}",
            report.cause
        );
        assert_eq!(target.requests().len(), attempts, "{status}");
        assert_eq!(report.proven, status == 200);
    }
}

#[tokio::test]
async fn a_method_that_changes_something_is_not_repeated() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let target = Target::start(|_| answer(403, "", "")).await;
    let report = tested(
        &fixture,
        ConnectionForm {
            test_method: "POST".into(),
            ..form(integration, "Test", &target.url)
        },
    )
    .await;
    assert_eq!((report.verdict, target.requests().len()), (Verdict::Failed, 1));
}

#[tokio::test]
async fn options_names_the_allowed_methods_and_does_not_authorise() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let target = Target::start(|request| {
        if request.starts_with("OPTIONS") {
            answer(204, "allow: POST, PUT\r\n", "")
        } else {
            answer(405, "", "")
        }
    })
    .await;
    let report = tested(&fixture, form(integration, "Test", &target.url)).await;
    assert_eq!((report.verdict, report.attempts.len()), (Verdict::Failed, 2));
    assert!(report.cause.contains("POST, PUT"), "{}", report.cause);
}

#[tokio::test]
async fn policy_and_missing_fields_make_no_attempt() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    for (name, form) in [
        (
            "forbidden",
            form(integration, "forbidden", "http://169.254.169.254/latest"),
        ),
        (
            "missing",
            ConnectionForm {
                authentication: "bearer".into(),
                ..form(integration, "missing", "http://127.0.0.1:1")
            },
        ),
        (
            "instance",
            ConnectionForm {
                instance_name: "other".into(),
                ..form(integration, "instance", "http://127.0.0.1:1")
            },
        ),
    ] {
        let report = tested(&fixture, form).await;
        assert_eq!(
            (report.verdict, report.attempts.len()),
            (Verdict::Failed, 0),
            "{name}"
        );
        let policy = report
            .steps
            .iter()
            .find(|step| step.rung == Rung::Policy)
            .map(|step| step.state);
        assert_eq!(policy, Some(StepState::Failed), "{name}");
        assert_eq!(report.steps.len(), Rung::ALL.len(), "{name}");
    }
}

#[tokio::test]
async fn a_closed_port_is_tried_twice_and_explained() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let report = tested(&fixture, form(integration, "Test", &url)).await;
    assert_eq!(
        (report.verdict, report.attempts.len()),
        (Verdict::Failed, 2),
        "{}",
        report.cause
    );
    assert!(!report.cause.is_empty() && !report.next_step.is_empty());
}
