//! The ways an inbound user may authenticate by, and what is told about the others.

use crate::support::{
    Fixture, PASSWORD,
    inbound::{Call, add, of, signed},
    outbound::basic,
};
use certificates::ShownCertificate;
use engine::{inbound, inbound_users};
use model::{
    explanation::StepOutcome,
    forms::{InboundCredentialForm, InboundUserForm, PasteForm},
    inbound_user::InboundUser,
};

async fn stored(fixture: &Fixture, user: &str) -> InboundUser {
    inbound_users::find(&fixture.engine, &fixture.see(), user.parse().unwrap())
        .await
        .unwrap()
}

/// Allows one way, or all with a blank name.
async fn allow(fixture: &Fixture, user: &str, way: &str) {
    let on = |name: &str| {
        if name == way {
            "on".to_owned()
        } else {
            String::new()
        }
    };
    let form = InboundUserForm {
        allow_basic: on("basic"),
        allow_bearer: on("bearer"),
        allow_api_key: on("api_key"),
        allow_signature: on("signature"),
        allow_path_token: on("path_token"),
        allow_certificate: on("certificate"),
        ..InboundUserForm::of(&stored(fixture, user).await)
    };
    inbound_users::save(&fixture.engine, &fixture.design(), form)
        .await
        .unwrap();
}

/// A call by each way, and its name.
async fn calls(fixture: &Fixture, user: &str) -> Vec<(&'static str, Call)> {
    let key = add(fixture, of(user, "api_key")).await.secret.unwrap();
    let token = add(fixture, of(user, "path_token")).await.secret.unwrap();
    let github = InboundCredentialForm {
        preset: "github".into(),
        signing_secret: "a-secret-of-github".into(),
        ..of(user, "signature")
    };
    add(fixture, github).await;
    let key_pair = rcgen::KeyPair::generate().unwrap();
    let made = rcgen::CertificateParams::default()
        .self_signed(&key_pair)
        .unwrap();
    let shown = ShownCertificate::read(made.der()).unwrap();
    let certificate = InboundCredentialForm {
        certificate: shown.info.fingerprint.clone(),
        ..of(user, "certificate")
    };
    add(fixture, certificate).await;
    let call = || Call::to("incident", "{}");
    let signature = format!("sha256={}", signed("a-secret-of-github", "{}"));
    vec![
        ("basic", call().with("authorization", &basic("jira", PASSWORD))),
        ("api_key", call().with("x-api-key", &key)),
        ("signature", call().with("x-hub-signature-256", &signature)),
        (
            "path_token",
            Call {
                token: Some(token),
                ..call()
            },
        ),
        (
            "certificate",
            Call {
                certificate: Some(shown),
                ..call()
            },
        ),
    ]
}

#[tokio::test]
async fn only_allowed_ways_let_in() {
    let fixture = Fixture::new().await;
    let (user, _) = fixture.receiving("incident", "jira").await;
    let calls = calls(&fixture, &user).await;
    let engine = &fixture.engine;
    for (way, call) in &calls {
        assert_eq!(call.status(engine).await, 202, "nothing ticked allows {way}");
    }
    for allowed in ["basic", "api_key", "signature", "path_token", "certificate"] {
        allow(&fixture, &user, allowed).await;
        for (way, call) in &calls {
            if *way == allowed {
                assert_eq!(call.status(engine).await, 202, "{way}");
                continue;
            }
            let why = call.refused(engine).await;
            assert!(
                why.contains("is no allowed way of the inbound user jira"),
                "{way}: {why}"
            );
        }
    }
    allow(&fixture, &user, "").await;
    assert_eq!(calls[0].1.status(engine).await, 202);
}

#[tokio::test]
async fn a_sender_that_sends_two_ways_gets_in_by_the_allowed_one() {
    let fixture = Fixture::new().await;
    let (user, _) = fixture.receiving("incident", "jira").await;
    let calls = calls(&fixture, &user).await;
    allow(&fixture, &user, "certificate").await;
    let mut both = calls[1].1.clone();
    both.certificate.clone_from(&calls[4].1.certificate);
    assert_eq!(both.status(&fixture.engine).await, 202);
}

#[tokio::test]
async fn a_paste_tells_what_the_caller_is_not_told() {
    let fixture = Fixture::new().await;
    let (user, _) = fixture.receiving("incident", "jira").await;
    allow(&fixture, &user, "api_key").await;
    let process = &engine::processes::list(&fixture.engine, &fixture.see())
        .await
        .unwrap()[0];
    let form = PasteForm {
        id: process.process.id.to_string(),
        pasted: format!("curl -u 'jira:{PASSWORD}' --json '{{}}' /inbound/incident/message"),
        ..PasteForm::default()
    };
    let explained = inbound::explain(&fixture.engine, &fixture.design(), form)
        .await
        .unwrap();
    let refused = explained
        .steps
        .iter()
        .find(|step| step.outcome == StepOutcome::Refused)
        .unwrap();
    assert_eq!(
        refused.text,
        "Basic is no allowed way of the inbound user jira, which are: API key."
    );
}

#[tokio::test]
async fn the_last_use_of_the_first_password_is_noted() {
    let fixture = Fixture::new().await;
    let (user, _) = fixture.receiving("incident", "jira").await;
    let call = |password: &str| Call::to("incident", "{}").with("authorization", &basic("jira", password));
    assert_eq!(stored(&fixture, &user).await.password_last_used, None);
    assert_eq!(call("wrong").status(&fixture.engine).await, 401);
    assert_eq!(stored(&fixture, &user).await.password_last_used, None);
    assert_eq!(call(PASSWORD).status(&fixture.engine).await, 202);
    assert!(stored(&fixture, &user).await.password_last_used.is_some());
    let form = InboundUserForm {
        password: "another password".into(),
        ..InboundUserForm::of(&stored(&fixture, &user).await)
    };
    inbound_users::save(&fixture.engine, &fixture.design(), form)
        .await
        .unwrap();
    assert_eq!(
        stored(&fixture, &user).await.password_last_used,
        None,
        "the new one was never used"
    );
    assert_eq!(call("another password").status(&fixture.engine).await, 202);
    assert!(stored(&fixture, &user).await.password_last_used.is_some());
}
