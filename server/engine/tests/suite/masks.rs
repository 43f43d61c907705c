//! Credentials too short to be searched for are hidden by their place: in recorded requests, in the connection test and
//! in token calls.

use engine::{connection_tests, variables};
use model::{
    connection_form::ConnectionForm, connection_test::TestReport, forms::VariableForm, id::ConnectionId,
};

use crate::support::{
    Fixture, Target, answer,
    outbound::{message, sent},
    provider::{Behaviour, World},
};

const MASKED: &str = "••••••";
const PATH: &str = "/a/${key}/b?c=${key}";

/// URL and headers of a request as they are shown.
type Shown = (String, Vec<(String, String)>);

async fn tested(fixture: &Fixture, connection: ConnectionId) -> TestReport {
    let (events, _kept) = tokio::sync::mpsc::unbounded_channel();
    connection_tests::run(&fixture.engine, &fixture.operate(), connection, events)
        .await
        .unwrap()
        .report
}

/// The request of a message to `url`, as recorded, and the one of a connection test.
async fn shown(url: &str, path: &str, secret: Option<&str>, connection: ConnectionForm) -> [Shown; 2] {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let connection = ConnectionForm {
        integration: integration.to_string(),
        endpoint_url: url.into(),
        test_path: path.into(),
        ..connection
    };
    let id = fixture.save(connection).await.unwrap();
    if let Some(secret) = secret {
        let variable = VariableForm {
            connection: id.to_string(),
            key: "key".into(),
            value: secret.into(),
            secret: "on".into(),
            ..Default::default()
        };
        variables::save(&fixture.engine, &fixture.design(), variable)
            .await
            .unwrap();
    }
    message(&fixture, integration, path).await;
    fixture.enable(id).await.unwrap();
    let detail = sent(&fixture, integration, "{}").await;
    let recorded = detail.requests.into_iter().next().unwrap();
    let report = tested(&fixture, id).await;
    let attempt = report.attempts.into_iter().next().unwrap();
    [
        (recorded.url, recorded.request_headers),
        (attempt.url, attempt.request_headers),
    ]
}

fn header(shown: &Shown, name: &str) -> String {
    let found = shown.1.iter().find(|(other, _)| other == name);
    found.unwrap().1.clone()
}

fn blank() -> ConnectionForm {
    ConnectionForm {
        name: "Test".into(),
        environment: "test".into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn authentication_of_one_to_three_characters_is_hidden() {
    let target = Target::start(|_| answer(200, "", "{}")).await;
    for secret in ["x", "x7", "x7y"] {
        let basic = ConnectionForm {
            authentication: "basic".into(),
            user: "u".into(),
            password: secret.into(),
            ..blank()
        };
        for shown in shown(&target.url, "/a", None, basic).await {
            assert_eq!(header(&shown, "authorization"), format!("Basic {MASKED}"));
        }
        let bearer = ConnectionForm {
            authentication: "bearer".into(),
            token: secret.into(),
            ..blank()
        };
        for shown in shown(&target.url, "/a", None, bearer).await {
            assert_eq!(header(&shown, "authorization"), format!("Bearer {MASKED}"));
        }
    }
}

#[tokio::test]
async fn an_api_key_of_one_to_three_characters_is_hidden() {
    let target = Target::start(|_| answer(200, "", "{}")).await;
    for secret in ["x", "x7", "é+"] {
        let key = |place: &str| ConnectionForm {
            authentication: "api_key".into(),
            api_key: secret.into(),
            api_key_place: place.into(),
            api_key_name: "x-key".into(),
            ..blank()
        };
        if secret.is_ascii() {
            for shown in shown(&target.url, "/a", None, key("header")).await {
                assert_eq!(header(&shown, "x-key"), MASKED);
            }
        }
        for (url, _) in shown(&target.url, "/a", None, key("query")).await {
            assert_eq!(url, format!("{}/a?x-key={MASKED}", target.url));
        }
    }
}

#[tokio::test]
async fn a_secret_variable_of_one_to_three_characters_is_hidden() {
    let target = Target::start(|_| answer(200, "", "{}")).await;
    for secret in ["a", "b7", "a/b"] {
        let connection = ConnectionForm {
            extra_headers: "X-Part: begin-${key}-end".into(),
            ..blank()
        };
        for shown in shown(&target.url, PATH, Some(secret), connection).await {
            assert_eq!(shown.0, format!("{}/a/{MASKED}/b?c={MASKED}", target.url));
            assert_eq!(header(&shown, "x-part"), format!("begin-{MASKED}-end"));
        }
    }
}

#[tokio::test]
async fn secret_fields_of_a_token_call_are_hidden_whatever_their_length() {
    let clock = engine::clock::Clock::fixed(crate::support::provider::NOW);
    let api = Target::start(|_| answer(200, "", "{}")).await;
    let fixture = Fixture::at(clock.clone()).await;
    let world = World::on((fixture, clock), api, Behaviour::rotating(), "password", |form| {
        model::oauth_profile_form::OauthProfileForm {
            client_secret: "s".into(),
            password: "p7".into(),
            ..form
        }
    })
    .await;
    let report = tested(&world.fixture, world.connection).await;
    let call = &report.token_calls[0];
    for (name, value) in &call.form {
        let open = matches!(name.as_str(), "grant_type" | "client_id" | "username" | "scope");
        assert!(open || value == MASKED, "{name}: {value}");
    }
    assert!(call.form.iter().any(|(name, _)| name == "password"));
    for (name, value) in call.headers.iter().filter(|(name, _)| name == "authorization") {
        assert_eq!(value, &format!("Basic {MASKED}"), "{name}");
    }
}
