//! Two providers, one of them hostile: neither gets the other's codes, and no answer of one counts for the other (mix-up,
//! COAT; RFC 9700 4.4).

use crate::support::{
    Fixture, Target, answer, form,
    provider::{parameter, profile, view},
    strict_provider::StrictProvider,
};
use engine::tokens;
use model::{
    connection_form::ConnectionForm, id::ConnectionId, oauth_profile_form::OauthProfileForm,
    token::TokenStatus,
};
use url::Url;

/// A connection at a provider of its own.
struct Site {
    provider: StrictProvider,
    connection: ConnectionId,
}

impl Site {
    async fn new(fixture: &Fixture, name: &'static str, api: &str, promises: bool) -> Self {
        let provider = StrictProvider::start(name).await;
        let (issuer, iss_promised) = if promises {
            (provider.target.url.clone(), "on".to_owned())
        } else {
            (String::new(), String::new())
        };
        let profile = OauthProfileForm {
            issuer,
            iss_promised,
            ..provider.form(api)
        };
        let profile = self::profile(fixture, profile).await;
        let integration = fixture.integration(name).await;
        let connection = ConnectionForm {
            authentication: "oauth2".into(),
            oauth_profile: profile.to_string(),
            ..form(integration, "Jira Test", api)
        };
        let connection = fixture.save(connection).await.unwrap();
        provider.register(tokens::redirect_uri(&fixture.engine, connection));
        Self { provider, connection }
    }

    async fn begin(&self, fixture: &Fixture) -> Url {
        tokens::begin(&fixture.engine, &fixture.design(), self.connection, "mine")
            .await
            .unwrap()
    }

    async fn finish(&self, fixture: &Fixture, query: &str) -> engine::Result<()> {
        tokens::finish(&fixture.engine, &fixture.design(), self.connection, "mine", query).await
    }

    async fn has_token(&self, fixture: &Fixture) -> bool {
        view(fixture, self.connection).await.status == TokenStatus::Live
    }

    /// The code of a person who consents at this provider.
    async fn code(&self, fixture: &Fixture) -> String {
        let (_, query) = self.provider.consent(&self.begin(fixture).await, true).unwrap();
        let (code, _) = query.trim_start_matches("code=").split_once('&').unwrap();
        code.to_owned()
    }
}

/// The honest provider and the other one.
async fn two(promises: bool) -> (Fixture, Target, Site, Site) {
    let fixture = Fixture::new().await;
    let api = Target::start(|_| answer(200, "", "{}")).await;
    let honest = Site::new(&fixture, "honest", &api.url, promises).await;
    let hostile = Site::new(&fixture, "hostile", &api.url, promises).await;
    (fixture, api, honest, hostile)
}

/// The url with another value for a parameter.
fn with(url: &Url, name: &str, value: &str) -> Url {
    let pairs: Vec<_> = url
        .query_pairs()
        .into_owned()
        .filter(|(key, _)| key != name)
        .collect();
    let mut changed = url.clone();
    changed
        .query_pairs_mut()
        .clear()
        .extend_pairs(pairs)
        .append_pair(name, value);
    changed
}

#[tokio::test]
async fn each_provider_gives_its_own_token() {
    let (fixture, _api, honest, hostile) = two(false).await;
    // Both flows at once: each ends with its own answer.
    let (first, second) = (honest.begin(&fixture).await, hostile.begin(&fixture).await);
    for (site, url) in [(&hostile, second), (&honest, first)] {
        let (redirect_uri, query) = site.provider.consent(&url, true).unwrap();
        assert_eq!(
            redirect_uri,
            tokens::redirect_uri(&fixture.engine, site.connection)
        );
        site.finish(&fixture, &query).await.unwrap();
        assert_eq!(site.provider.verdicts(), [None]);
        assert!(site.has_token(&fixture).await);
    }
}

/// The code of one with the valid state of the other: the flow that waits is not that of the code.
#[tokio::test]
async fn a_code_brought_with_the_state_of_another_provider_is_worth_nothing() {
    let (fixture, _api, honest, hostile) = two(false).await;
    let code = honest.code(&fixture).await;
    let state = parameter(&hostile.begin(&fixture).await, "state").unwrap();
    let query = format!("code={code}&state={state}");
    // Where the code was given: that state is not of this flow, and nobody is asked.
    honest.finish(&fixture, &query).await.unwrap_err();
    assert!(honest.provider.verdicts().is_empty() && hostile.provider.verdicts().is_empty());
    // Where the state is of: without `iss` nothing tells, and the hostile provider learns the code…
    let state = parameter(&hostile.begin(&fixture).await, "state").unwrap();
    let said = hostile
        .finish(&fixture, &format!("code={code}&state={state}"))
        .await
        .unwrap_err()
        .to_string();
    assert!(said.contains("Jira Test"), "{said}");
    assert!(!hostile.has_token(&fixture).await);
    let learned = hostile.provider.learned();
    assert_eq!(learned["code"], code);
    // …and can do nothing with it: redirect URI and verifier are of the other flow.
    assert_eq!(honest.provider.brought(&learned), Some("another redirect URI"));
    let code = honest.code(&fixture).await;
    let stolen = [
        ("code", code),
        (
            "redirect_uri",
            tokens::redirect_uri(&fixture.engine, honest.connection),
        ),
        ("code_verifier", learned["code_verifier"].clone()),
    ];
    let stolen = stolen
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    assert_eq!(honest.provider.brought(&stolen), Some("a wrong verifier"));
    assert!(!honest.has_token(&fixture).await);
}

/// Where providers say who they are, the code does not even leave (RFC 9207).
#[tokio::test]
async fn a_code_of_another_issuer_does_not_leave() {
    for promises in [true, false] {
        let (fixture, _api, honest, hostile) = two(promises).await;
        let code = honest.code(&fixture).await;
        for iss in [Some(&honest.provider.target.url), None] {
            if iss.is_none() && !promises {
                continue;
            }
            let state = parameter(&hostile.begin(&fixture).await, "state").unwrap();
            let iss = iss.map_or_else(String::new, |iss| format!("&iss={iss}"));
            let query = format!("code={code}&state={state}{iss}");
            hostile.finish(&fixture, &query).await.unwrap_err();
        }
        assert!(hostile.provider.verdicts().is_empty(), "it learned the code");
        assert!(!hostile.has_token(&fixture).await);
    }
}

#[tokio::test]
async fn a_whole_answer_at_the_callback_of_another_connection_is_refused() {
    let (fixture, _api, honest, hostile) = two(false).await;
    let url = honest.begin(&fixture).await;
    let (_, query) = honest.provider.consent(&url, true).unwrap();
    // Nothing was begun there, then something else was.
    hostile.finish(&fixture, &query).await.unwrap_err();
    hostile.begin(&fixture).await;
    hostile.finish(&fixture, &query).await.unwrap_err();
    assert!(hostile.provider.verdicts().is_empty() && honest.provider.verdicts().is_empty());
    // The honest flow was not touched by it.
    honest.finish(&fixture, &query).await.unwrap();
    assert!(!hostile.has_token(&fixture).await);
}

/// The hostile provider's authorization page sends the person on to the honest one, as its client.
#[tokio::test]
async fn a_provider_that_sends_people_on_to_another_gets_no_code() {
    let (fixture, _api, honest, hostile) = two(false).await;
    let client = "client-of-honest";
    let sent_on = with(&hostile.begin(&fixture).await, "client_id", client);
    assert_eq!(
        honest.provider.consent(&sent_on, true),
        Err("a redirect URI that is not registered")
    );
    // With the redirect URI that is registered there, the answer comes to a connection that waits for another state.
    let own = tokens::redirect_uri(&fixture.engine, honest.connection);
    honest.begin(&fixture).await;
    let (redirect_uri, query) = honest
        .provider
        .consent(&with(&sent_on, "redirect_uri", &own), true)
        .unwrap();
    assert_eq!(redirect_uri, own);
    honest.finish(&fixture, &query).await.unwrap_err();
    assert!(honest.provider.verdicts().is_empty() && hostile.provider.verdicts().is_empty());
}

/// Which redirect URIs a provider that compares letter by letter lets through: the one of the connection alone.
#[tokio::test]
async fn the_answer_comes_to_no_other_host_port_or_path() {
    let (fixture, _api, honest, hostile) = two(false).await;
    let url = honest.begin(&fixture).await;
    let own = parameter(&url, "redirect_uri").unwrap();
    assert!(own.starts_with("http://127.0.0.1:3000/oauth/callback/"), "{own}");
    for (what, other) in [
        ("host", own.replace("127.0.0.1", "evil.example")),
        ("port", own.replace(":3000", ":3001")),
        ("scheme", own.replace("http:", "https:")),
        ("path", format!("{own}/../x")),
        ("slash", format!("{own}/")),
        ("query", format!("{own}?next=https://evil.example")),
        (
            "connection",
            tokens::redirect_uri(&fixture.engine, hostile.connection),
        ),
    ] {
        assert_ne!(other, own, "{what}");
        let met = honest.provider.consent(&with(&url, "redirect_uri", &other), true);
        assert_eq!(met, Err("a redirect URI that is not registered"), "{what}");
    }
    // What is asked for with the code is what the person was sent away with.
    let (_, query) = honest.provider.consent(&url, true).unwrap();
    honest.finish(&fixture, &query).await.unwrap();
    assert_eq!(honest.provider.learned()["redirect_uri"], own);
}
