//! Connection Test, with a real server at the other end.

use crate::support::{Fixture, Target, answer, form};
use engine::connection_tests;
use model::{
    connection_form::ConnectionForm,
    connection_test::{Rung, StepState, Verdict},
};

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
