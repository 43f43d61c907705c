//! What an attacker, a hostile provider or a careless profile may try: every one is refused, in plain words, and leaves
//! no token behind (promise S7).

mod answers;
mod assertions;
mod callbacks;
mod flows;
mod lives;
mod mix_up;
mod pkce;

use crate::support::{
    Fixture, Target, answer,
    provider::{Behaviour, Provider, connection, parameter, profile, view},
};
use engine::{clock::Clock, tokens};
use model::{Timestamp, id::ConnectionId, oauth_profile_form::OauthProfileForm, token::TokenStatus};

const NOW: Timestamp = Timestamp(1_795_000_000_000);
const ISSUER: &str = "https://login.example.com";

/// A connection whose provider promises `iss` in every callback.
struct World {
    fixture: Fixture,
    clock: Clock,
    provider: Provider,
    connection: ConnectionId,
    _api: Target,
}

impl World {
    async fn new() -> Self {
        let clock = Clock::fixed(NOW);
        Self::on(Fixture::at(clock.clone()).await, clock).await
    }

    async fn on(fixture: Fixture, clock: Clock) -> Self {
        let api = Target::start(|_| answer(200, "", "{}")).await;
        let provider = Provider::start(Behaviour::default()).await;
        let form = OauthProfileForm {
            issuer: ISSUER.into(),
            iss_promised: "on".into(),
            ..provider.form("authorization_code", &api.url)
        };
        let profile = profile(&fixture, form).await;
        let (_, connection) = connection(&fixture, profile, &api.url).await;
        Self {
            fixture,
            clock,
            provider,
            connection,
            _api: api,
        }
    }

    async fn begin(&self) -> String {
        let url = tokens::begin(
            &self.fixture.engine,
            &self.fixture.design(),
            self.connection,
            "mine",
        )
        .await;
        parameter(&url.unwrap(), "state").unwrap()
    }

    async fn finish(&self, session: &str, query: &str) -> engine::Result<()> {
        tokens::finish(
            &self.fixture.engine,
            &self.fixture.design(),
            self.connection,
            session,
            query,
        )
        .await
    }

    /// The attack came to nothing and says so in one line that names the connection. Markup in it is text: pages escape.
    async fn refused(&self, attack: &str, result: engine::Result<()>) {
        let said = match result {
            Ok(()) => panic!("{attack}: let in"),
            Err(error) => error.to_string(),
        };
        assert!(said.contains("Jira Test"), "{attack}: {said}");
        assert!(!said.contains(char::is_control), "{attack}: {said}");
        assert!(said.len() < 2000, "{attack}: {} bytes", said.len());
        assert!(!said.contains("canary"), "{attack}: {said}");
        let view = view(&self.fixture, self.connection).await;
        assert_ne!(view.status, TokenStatus::Live, "{attack}: left a token");
    }
}
