//! What a provider captures of a client that signs: an assertion is good at that provider alone, and once (RFC 7523,
//! audience injection).

use std::collections::HashSet;

use crate::support::{
    Fixture, Target, answer,
    provider::{Behaviour, Provider, connection, profile},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use engine::{clock::Clock, tokens};
use model::oauth_profile_form::OauthProfileForm;
use serde_json::Value;

use super::NOW;

const KEY: &str = include_str!("../../../../oauth/tests/keys/ec.pem");

/// Claims of the assertion in this field of the provider's last call.
fn claims(provider: &Provider, field: &str) -> Value {
    let assertion = provider.last(field).unwrap();
    let parts: Vec<_> = assertion.split('.').collect();
    assert_eq!(parts.len(), 3, "{assertion}");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap()
}

#[tokio::test]
async fn an_assertion_names_the_provider_it_goes_to_and_no_other() {
    let clock = Clock::fixed(NOW);
    let fixture = Fixture::at(clock.clone()).await;
    let api = Target::start(|_| answer(200, "", "{}")).await;
    let mut seen = HashSet::new();
    for (index, (grant, authentication, field, audience)) in [
        ("client_credentials", "private_key_jwt", "client_assertion", ""),
        (
            "client_credentials",
            "private_key_jwt",
            "client_assertion",
            "https://login.example.com",
        ),
        ("jwt_bearer", "basic", "assertion", ""),
        ("jwt_bearer", "basic", "assertion", "https://login.example.com"),
        ("jwt_bearer", "private_key_jwt", "client_assertion", ""),
        ("jwt_bearer", "private_key_jwt", "assertion", ""),
    ]
    .into_iter()
    .enumerate()
    {
        // Another provider each time, for the same client with the same key.
        let provider = Provider::start(Behaviour::default()).await;
        let form = OauthProfileForm {
            name: format!("Provider {index}"),
            client_authentication: authentication.into(),
            private_key: KEY.into(),
            assertion_audience: audience.into(),
            subject: "robot".into(),
            ..provider.form(grant, &api.url)
        };
        let profile = profile(&fixture, form).await;
        let integration = fixture.integration(&format!("process-{index}")).await;
        let connection = model::connection_form::ConnectionForm {
            authentication: "oauth2".into(),
            oauth_profile: profile.to_string(),
            ..crate::support::form(integration, "Test", &api.url)
        };
        let connection = fixture.save(connection).await.unwrap();
        for _ in 0..2 {
            clock.advance(61_000);
            tokens::obtain(&fixture.engine, &fixture.operate(), connection)
                .await
                .unwrap();
            let claims = claims(&provider, field);
            let expected = if audience.is_empty() {
                format!("{}/token", provider.target.url)
            } else {
                audience.to_owned()
            };
            let case = format!("{grant} {field} {audience:?}");
            assert_eq!(claims["aud"], Value::from(expected), "{case}: one, not a list");
            assert_eq!(claims["iss"], "switchboard", "{case}");
            let subject = if field == "assertion" {
                "robot"
            } else {
                "switchboard"
            };
            assert_eq!(claims["sub"], subject, "{case}");
            let (begin, end) = (claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
            assert_eq!(begin, clock.now().0 / 1000, "{case}");
            assert!(end > begin && end - begin <= 300, "{case}: {begin} to {end}");
            assert!(seen.insert(claims["jti"].to_string()), "{case}: used before");
        }
    }
    assert_eq!(seen.len(), 12);
}

/// A provider whose clock is five minutes off and that looks at the times refuses; that ends nothing for good, and the
/// next assertion is made anew.
#[tokio::test]
async fn a_provider_with_another_clock_is_asked_again_with_another_assertion() {
    let clock = Clock::fixed(NOW);
    let fixture = Fixture::at(clock.clone()).await;
    let api = Target::start(|_| answer(200, "", "{}")).await;
    let provider = Provider::start(Behaviour::default()).await;
    let form = OauthProfileForm {
        client_authentication: "private_key_jwt".into(),
        private_key: KEY.into(),
        ..provider.form("client_credentials", &api.url)
    };
    let profile = profile(&fixture, form).await;
    let (_, connection) = connection(&fixture, profile, &api.url).await;
    let refusal = r#"{"error":"invalid_client","error_description":"assertion is not yet valid"}"#;
    provider.set(|behaviour| behaviour.fails = Some((401, refusal.into())));
    let operate = fixture.operate();
    let obtain = || tokens::obtain(&fixture.engine, &operate, connection);
    let said = obtain().await.unwrap_err().to_string();
    assert!(said.contains("not yet valid"), "{said}");
    let first = claims(&provider, "client_assertion");
    provider.set(|behaviour| behaviour.fails = None);
    clock.advance(-5 * 60 * 1000);
    obtain().await.unwrap();
    let second = claims(&provider, "client_assertion");
    assert_ne!(first["jti"], second["jti"]);
    assert_eq!(
        second["exp"].as_i64().unwrap(),
        first["exp"].as_i64().unwrap() - 300
    );
}
