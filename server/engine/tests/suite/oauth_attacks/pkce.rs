//! PKCE before a provider that checks it: a code of another flow brings no token (RFC 7636, RFC 9700 4.5 and 4.8).

use crate::support::{
    Fixture, Target, answer,
    provider::{connection, parameter, profile, view},
    strict_provider::{StrictProvider, challenge_of},
};
use engine::tokens;
use model::{id::ConnectionId, oauth_profile_form::OauthProfileForm, token::TokenStatus};
use url::Url;

struct World {
    fixture: Fixture,
    provider: StrictProvider,
    connection: ConnectionId,
    _api: Target,
}

impl World {
    async fn new(pkce: &str) -> Self {
        let api = Target::start(|_| answer(200, "", "{}")).await;
        let fixture = Fixture::new().await;
        let provider = StrictProvider::start("strict").await;
        let form = OauthProfileForm {
            pkce: pkce.into(),
            ..provider.form(&api.url)
        };
        let profile = profile(&fixture, form).await;
        let (_, connection) = connection(&fixture, profile, &api.url).await;
        provider.register(tokens::redirect_uri(&fixture.engine, connection));
        Self {
            fixture,
            provider,
            connection,
            _api: api,
        }
    }

    async fn begin(&self) -> Url {
        tokens::begin(
            &self.fixture.engine,
            &self.fixture.design(),
            self.connection,
            "mine",
        )
        .await
        .unwrap()
    }

    async fn finish(&self, query: &str) -> engine::Result<()> {
        tokens::finish(
            &self.fixture.engine,
            &self.fixture.design(),
            self.connection,
            "mine",
            query,
        )
        .await
    }

    async fn has_token(&self) -> bool {
        view(&self.fixture, self.connection).await.status == TokenStatus::Live
    }
}

/// The url with these parameters of PKCE instead of its own.
fn with(url: &Url, pkce: &[(&str, &str)]) -> Url {
    let pairs: Vec<_> = url
        .query_pairs()
        .into_owned()
        .filter(|(name, _)| !name.starts_with("code_challenge"))
        .collect();
    let mut changed = url.clone();
    changed
        .query_pairs_mut()
        .clear()
        .extend_pairs(pairs)
        .extend_pairs(pkce);
    changed
}

#[tokio::test]
async fn the_verifier_is_the_one_of_the_flow_and_new_in_each() {
    let world = World::new("on").await;
    let mut verifiers = Vec::new();
    for _ in 0..2 {
        let url = world.begin().await;
        let (_, query) = world.provider.consent(&url, true).unwrap();
        world.finish(&query).await.unwrap();
        let verifier = world.provider.learned()["code_verifier"].clone();
        assert!(
            verifier.len() >= 43 && verifier.len() <= 128,
            "{}",
            verifier.len()
        );
        assert_eq!(parameter(&url, "code_challenge"), Some(challenge_of(&verifier)));
        verifiers.push(verifier);
    }
    assert_ne!(verifiers[0], verifiers[1]);
    assert_eq!(world.provider.verdicts(), [None, None]);
    assert!(world.has_token().await);
}

/// What somebody on the way to the provider does to the challenge, and why the provider then gives nothing.
#[tokio::test]
async fn codes_of_other_flows_bring_no_token() {
    let challenge = challenge_of("the attacker's own verifier, which he knows");
    let downgraded = "S256 is needed";
    let cases = [
        (
            "a code of the attacker's flow",
            vec![("code_challenge", &*challenge), ("code_challenge_method", "S256")],
            true,
            "a wrong verifier",
        ),
        ("no challenge", vec![], true, downgraded),
        (
            "no challenge, and a careless provider",
            vec![],
            false,
            "a verifier without a challenge",
        ),
        (
            "plain",
            vec![("code_challenge", "known"), ("code_challenge_method", "plain")],
            true,
            downgraded,
        ),
        (
            "plain by leaving out the method",
            vec![("code_challenge", "known")],
            true,
            downgraded,
        ),
        (
            "an empty challenge",
            vec![("code_challenge", ""), ("code_challenge_method", "S256")],
            true,
            "a wrong verifier",
        ),
    ];
    let world = World::new("on").await;
    // Once without a token, once with one: it is not lost by such an attempt.
    for had_token in [false, true] {
        for (attack, pkce, strict, why) in &cases {
            let url = with(&world.begin().await, pkce);
            let (_, query) = world.provider.consent(&url, *strict).unwrap();
            let said = world.finish(&query).await.expect_err(attack).to_string();
            assert!(
                said.contains("Jira Test") && said.contains(why),
                "{attack}: {said}"
            );
            assert_eq!(world.has_token().await, had_token, "{attack}");
        }
        let (_, query) = world.provider.consent(&world.begin().await, true).unwrap();
        world.finish(&query).await.unwrap();
    }
}

/// Switched off for a provider that demands it after all.
#[tokio::test]
async fn a_profile_without_pkce_is_told_by_the_provider() {
    let world = World::new("").await;
    let url = world.begin().await;
    assert_eq!(parameter(&url, "code_challenge"), None);
    for (strict, why) in [(true, "S256 is needed"), (false, "no verifier")] {
        let (_, query) = world.provider.consent(&world.begin().await, strict).unwrap();
        let said = world.finish(&query).await.unwrap_err().to_string();
        assert!(said.contains(why), "{said}");
        assert!(!world.has_token().await);
    }
}
