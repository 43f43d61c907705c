//! Finding a provider's URLs from its issuer.

use crate::support::{
    Fixture, Target, answer,
    provider::{Behaviour, Provider, authorise, connection, profile},
};
use engine::oauth_profiles;
use model::{oauth_profile_form::OauthProfileForm, profile::ClientAuthentication};

/// A provider that answers `document` at `path`, with its own address for `{issuer}`, and 404 elsewhere.
async fn provider(path: &'static str, document: &'static str) -> Target {
    Target::start(move |request| {
        let host = request
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("host:").map(str::to_owned))
            .unwrap_or_default();
        let issuer = format!("http://{}", host.trim());
        if request.starts_with(&format!("GET {path} ")) {
            let body = document.replace("{issuer}", &issuer);
            answer(200, "content-type: application/json\r\n", &body)
        } else {
            answer(404, "", "nothing here")
        }
    })
    .await
}

const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";
const GOOD: &str = r#"{"issuer":"{issuer}","token_endpoint":"{issuer}/token","authorization_endpoint":"{issuer}/authorize",
    "revocation_endpoint":"{issuer}/revoke","authorization_response_iss_parameter_supported":true,
    "code_challenge_methods_supported":["S256"],"scopes_supported":["openid"],
    "token_endpoint_auth_methods_supported":["private_key_jwt","client_secret_post"]}"#;

async fn refused(fixture: &Fixture, issuer: &str) -> String {
    let found = oauth_profiles::discover(&fixture.engine, &fixture.design(), issuer).await;
    match found {
        Err(engine::Error::Invalid(errors)) => {
            errors.get("issuer").map(model::Invalid::text).unwrap_or_default()
        }
        other => panic!("{issuer}: {other:?}"),
    }
}

#[tokio::test]
async fn the_urls_are_found_at_either_place() {
    let fixture = Fixture::new().await;
    for place in [OPENID, OAUTH] {
        let target = provider(place, GOOD).await;
        let found = oauth_profiles::discover(&fixture.engine, &fixture.design(), &target.url)
            .await
            .unwrap();
        assert_eq!(found.issuer, target.url, "{place}");
        assert_eq!(found.token_url, format!("{}/token", target.url));
        assert_eq!(found.revocation_url, format!("{}/revoke", target.url));
        assert!(found.iss_promised && found.pkce == Some(true));
        assert_eq!(
            found.client_authentications,
            [ClientAuthentication::Body, ClientAuthentication::PrivateKeyJwt]
        );
    }
}

#[tokio::test]
async fn what_cannot_be_used_is_said_beside_the_issuer() {
    let fixture = Fixture::new().await;
    let nothing = provider("/elsewhere", GOOD).await;
    assert!(refused(&fixture, &nothing.url).await.contains("no description"));
    let other = provider(
        OPENID,
        r#"{"issuer":"https://evil.example","token_endpoint":"{issuer}/token"}"#,
    )
    .await;
    assert!(
        refused(&fixture, &other.url)
            .await
            .contains("https://evil.example")
    );
    let broken = provider(OPENID, "<html>").await;
    assert!(
        refused(&fixture, &broken.url)
            .await
            .contains("not the description")
    );
    assert!(
        refused(&fixture, "https://login.example.com?x=1")
            .await
            .contains("question mark")
    );
    assert!(
        refused(&fixture, "http://login.example.com")
            .await
            .contains("https://")
    );
}

#[tokio::test]
async fn a_document_cannot_lead_us_where_we_may_not_call() {
    let fixture = Fixture::new().await;
    for (field, url) in [
        ("token_endpoint", "https://169.254.169.254/token"),
        ("revocation_endpoint", "https://10.0.0.1/revoke"),
        ("authorization_endpoint", "https://[fd00::1]/authorize"),
    ] {
        let document =
            format!(r#"{{"issuer":"{{issuer}}","token_endpoint":"{{issuer}}/token","{field}":"{url}"}}"#);
        let document = if field == "token_endpoint" {
            format!(r#"{{"issuer":"{{issuer}}","token_endpoint":"{url}"}}"#)
        } else {
            document
        };
        let target = provider(OPENID, Box::leak(document.into_boxed_str())).await;
        let text = refused(&fixture, &target.url).await;
        assert!(text.contains("SWITCHBOARD_ALLOWED_TARGETS"), "{field}: {text}");
    }
    // The issuer itself is held to the same rule.
    let text = refused(&fixture, "https://169.254.169.254").await;
    assert!(text.contains("SWITCHBOARD_ALLOWED_TARGETS"), "{text}");
}

/// The description names a token URL on another host, where we may call all the same: nothing goes there before somebody
/// has typed the secret for it.
#[tokio::test]
async fn a_document_cannot_lead_a_secret_to_another_host() {
    let fixture = Fixture::new().await;
    let api = Target::start(|_| answer(200, "", "{}")).await;
    let (own, other) = (
        Provider::start(Behaviour::default()).await,
        Provider::start(Behaviour::default()).await,
    );
    let id = profile(&fixture, own.form("authorization_code", &api.url)).await;
    let (_, connection) = connection(&fixture, id, &api.url).await;
    let document = GOOD.replace("{issuer}/token", &format!("{}/token", other.target.url));
    let describing = provider(OPENID, Box::leak(document.into_boxed_str())).await;
    let found = oauth_profiles::discover(&fixture.engine, &fixture.design(), &describing.url)
        .await
        .unwrap();
    assert_eq!(found.token_url, format!("{}/token", other.target.url));
    // Nothing was stored by looking.
    let see = fixture.see();
    let stored = || oauth_profiles::find(&fixture.engine, &see, id);
    let before = stored().await.unwrap();
    assert_eq!(before.token_url, format!("{}/token", own.target.url));
    let form = OauthProfileForm {
        token_url: found.token_url,
        ..OauthProfileForm::of(&before)
    };
    let taken = oauth_profiles::save(&fixture.engine, &fixture.design(), form.clone()).await;
    let Err(engine::Error::Invalid(errors)) = taken else {
        panic!("{taken:?}")
    };
    let text = errors.get("client_secret").unwrap().text();
    assert!(
        text.contains(&own.target.url) && text.contains(&other.target.url),
        "{text}"
    );
    assert_eq!(stored().await.unwrap().token_url, before.token_url);
    authorise(&fixture, connection).await.unwrap();
    assert_eq!((own.calls(), other.target.requests().len()), (1, 0));
    // Typed for the other host, the new secret goes there, and never the old one.
    let form = OauthProfileForm {
        client_secret: "typed-for-the-other".into(),
        ..form
    };
    oauth_profiles::save(&fixture.engine, &fixture.design(), form)
        .await
        .unwrap();
    authorise(&fixture, connection).await.unwrap();
    let asked = other.target.requests();
    assert_eq!(asked.len(), 1);
    let old = crate::support::outbound::basic("switchboard", "client-secret-canary");
    let new = crate::support::outbound::basic("switchboard", "typed-for-the-other");
    assert!(
        !asked[0].contains(&old) && asked[0].contains(&new),
        "{}",
        asked[0]
    );
}
