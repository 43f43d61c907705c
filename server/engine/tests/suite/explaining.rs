//! "Paste a request": the same verdict as a real call, in words, and without its effects.

use crate::support::{
    Fixture, PASSWORD,
    inbound::{Call, signed},
    outbound::basic,
};
use engine::{inbound, inbound_credentials, transactions};
use model::{
    explanation::{Explanation, StepOutcome},
    forms::{InboundCredentialForm, PasteForm},
    transaction::TransactionFilter,
};

async fn explain(fixture: &Fixture, text: &str) -> Explanation {
    let process = &engine::processes::list(&fixture.engine, &fixture.see())
        .await
        .unwrap()[0];
    let form = PasteForm {
        id: process.process.id.to_string(),
        pasted: text.into(),
        ..PasteForm::default()
    };
    inbound::explain(&fixture.engine, &fixture.design(), form)
        .await
        .unwrap()
}

fn why(explanation: &Explanation) -> String {
    let refused = explanation
        .steps
        .iter()
        .find(|step| step.outcome == StepOutcome::Refused);
    refused.map(|step| step.text.clone()).unwrap_or_default()
}

fn curl(password: &str, body: &str) -> String {
    format!(
        "curl -X POST http://127.0.0.1:3000/inbound/incident/message \\\n -u jira:'{password}' \\\n \
         -H 'Content-Type: application/json' -d '{body}'"
    )
}

#[tokio::test]
async fn a_good_request_is_explained_and_not_stored() {
    let fixture = Fixture::new().await;
    fixture.receiving("incident", "jira").await;
    let explained = explain(&fixture, &curl(PASSWORD, "{}")).await;
    assert_eq!(explained.status, 202, "{explained:?}");
    let told = format!("{explained:?}");
    assert!(
        told.contains("Recognised as jira by Basic.") && !told.contains(PASSWORD),
        "{told}"
    );
    let stored = transactions::list(&fixture.engine, &fixture.see(), TransactionFilter::default())
        .await
        .unwrap();
    assert!(stored.rows.is_empty());
}

#[tokio::test]
async fn each_refusal_is_the_one_of_a_real_call() {
    let fixture = Fixture::new().await;
    fixture.receiving("incident", "jira").await;
    for (text, status, told) in [
        (curl("wrong", "{}"), 401, "Wrong password."),
        (curl(PASSWORD, "{"), 400, "not valid JSON"),
        (
            curl(PASSWORD, "{}").replace("/message", "/nothing"),
            404,
            "The path is not that",
        ),
        (
            curl(PASSWORD, "{}").replace("incident", "unknown"),
            404,
            "no process",
        ),
        (curl(PASSWORD, "{}").replace("POST", "PUT"), 405, "only POST"),
        (
            curl(PASSWORD, "{}").replace("application/json", "text/plain"),
            415,
            "text/plain",
        ),
        (
            "POST /inbound/incident/message HTTP/1.1\n\n{}".into(),
            401,
            "No credentials.",
        ),
        ("Authorization: Bearer abc\n\n{}".into(), 401, "Unknown token"),
        (
            curl(PASSWORD, "{}").replace("/message", "/message/"),
            404,
            "The path is not that",
        ),
        (
            curl(PASSWORD, "{}").replace("/message", "/message/x"),
            404,
            "The path is not that",
        ),
        (
            curl(PASSWORD, "{}").replace("/message", "/message/%73bp_unknown"),
            401,
            "Unknown path token",
        ),
        (
            curl(PASSWORD, "").replace("-X POST", ""),
            400,
            "The body is empty",
        ),
        (
            format!("{} -H 'Authorization: Bearer abc'", curl(PASSWORD, "{}")),
            401,
            "Unknown token",
        ),
    ] {
        let explained = explain(&fixture, &text).await;
        assert_eq!(explained.status, status, "{text}: {explained:?}");
        assert!(why(&explained).contains(told), "{text}: {explained:?}");
    }
}

#[tokio::test]
async fn wrong_passwords_are_not_counted() {
    let fixture = Fixture::new().await;
    fixture.receiving("incident", "jira").await;
    for guess in 0..11 {
        let explained = explain(&fixture, &curl(&format!("wrong {guess}"), "{}")).await;
        assert_eq!(explained.status, 401);
    }
    let call = Call::to("incident", "{}").with("authorization", &basic("jira", PASSWORD));
    assert_eq!(call.status(&fixture.engine).await, 202, "nobody is locked out");
}

#[tokio::test]
async fn it_is_told_when_real_calls_have_used_up_their_guesses() {
    let fixture = Fixture::new().await;
    fixture.receiving("incident", "jira").await;
    let told = |explained: Explanation| format!("{explained:?}").contains("real calls get 429");
    assert!(!told(explain(&fixture, &curl(PASSWORD, "{}")).await));
    for guess in 0..11 {
        let wrong = basic("jira", &format!("wrong {guess}"));
        let call = Call::to("incident", "{}").with("authorization", &wrong);
        let status = call.status(&fixture.engine).await;
        assert_eq!(status, if guess < 10 { 401 } else { 429 });
    }
    assert!(told(explain(&fixture, &curl(PASSWORD, "{}")).await));
    assert!(told(explain(&fixture, &curl("wrong", "{}")).await));
}

#[tokio::test]
async fn signatures_are_explained() {
    let fixture = Fixture::new().await;
    let (user, _) = fixture.receiving("incident", "stripe").await;
    let stripe = InboundCredentialForm {
        inbound_user: user,
        kind: "signature".into(),
        preset: "stripe".into(),
        signing_secret: "whsec_test_secret".into(),
        ..InboundCredentialForm::default()
    };
    inbound_credentials::create(&fixture.engine, &fixture.design(), stripe)
        .await
        .unwrap();
    let now = fixture.engine.now().0 / 1000;
    let request = |at: i64, signed_body: &str, body: &str| {
        let code = signed("whsec_test_secret", &format!("{at}.{signed_body}"));
        format!(
            "POST /inbound/incident/message HTTP/1.1\r\nContent-Type: application/json\r\nStripe-Signature: t={at},v1={code}\r\n\r\n{body}"
        )
    };
    let good = request(now, "{}", "{}");
    assert_eq!(explain(&fixture, &good).await.status, 202);
    assert_eq!(
        explain(&fixture, &good).await.status,
        202,
        "asking is no delivery"
    );
    let late = explain(&fixture, &request(now - 720, "{}", "{}")).await;
    assert!(why(&late).contains("12 minutes old"), "{late:?}");
    let changed = explain(&fixture, &request(now, "{\"a\":1}", "{\"a\":2}")).await;
    assert!(
        why(&changed).contains("another secret, or the body was changed"),
        "{changed:?}"
    );
    let broken = explain(&fixture, &request(now, "{\r\n}\r\n", "{\n}\n")).await;
    let told = format!("{broken:?}");
    assert!(told.contains("CRLF") && broken.status == 401, "{told}");
    let call = {
        let code = signed("whsec_test_secret", &format!("{now}.{{}}"));
        Call::to("incident", "{}").with("stripe-signature", &format!("t={now},v1={code}"))
    };
    assert_eq!(call.status(&fixture.engine).await, 202);
    assert!(why(&explain(&fixture, &good).await).contains("replay"));
}
