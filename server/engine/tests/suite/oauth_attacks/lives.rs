//! How long a token is believed to live, whatever the provider writes, and whatever the clocks say.

use crate::support::{
    Fixture, Target, answer,
    outbound::sent,
    provider::{Behaviour, Provider, connection, profile, view},
};
use engine::{Engine, clock::Clock, connection_tests, tokens};
use model::{
    Timestamp,
    id::{ConnectionId, IntegrationId},
    oauth_profile_form::OauthProfileForm,
    token::TokenStatus,
    transaction::TransactionState,
};
use tokio::sync::mpsc::unbounded_channel;

use super::NOW;

const SECOND: i64 = 1000;
const TEN_YEARS: i64 = 10 * 365 * 24 * 3600;

struct World {
    fixture: Fixture,
    provider: Provider,
    integration: IntegrationId,
    connection: ConnectionId,
    api: Target,
}

impl World {
    async fn new(fixture: Fixture, change: impl FnOnce(OauthProfileForm) -> OauthProfileForm) -> Self {
        let api = Target::start(|_| answer(200, "", "{}")).await;
        let provider = Provider::start(Behaviour::default()).await;
        let form = change(provider.form("client_credentials", &api.url));
        let profile = profile(&fixture, form).await;
        let (integration, connection) = connection(&fixture, profile, &api.url).await;
        fixture.enable(connection).await.unwrap();
        Self {
            fixture,
            provider,
            integration,
            connection,
            api,
        }
    }

    /// From now on the provider answers a token with these fields.
    fn answers(&self, token: &str, fields: &str) {
        let body = format!(r#"{{"access_token":"{token}","token_type":"Bearer"{fields}}}"#);
        self.provider.set(|behaviour| behaviour.fails = Some((200, body)));
    }

    async fn obtain(&self) {
        tokens::obtain(&self.fixture.engine, &self.fixture.operate(), self.connection)
            .await
            .unwrap();
    }

    /// A message goes out with this token.
    async fn sends(&self, token: &str, case: &str) {
        let detail = sent(&self.fixture, self.integration, "{}").await;
        assert_eq!(detail.row.state, TransactionState::Complete, "{case}");
        let last = self.api.requests().pop().unwrap();
        assert!(last.contains(&format!("Bearer {token}\r\n")), "{case}: {last}");
    }
}

#[tokio::test]
async fn every_way_to_write_a_life_is_stored_safely_and_leads_to_no_further_calls() {
    // A life of zero or less is no token at all: `token_pauses`.
    let lives: [(&str, Option<i64>); 17] = [
        ("", None),
        ("null", None),
        ("3600", Some(3600)),
        ("\"3600\"", Some(3600)),
        ("\" 3600 \"", Some(3600)),
        ("3599.9", Some(3599)),
        ("\"3599.9\"", Some(3599)),
        ("1e3", Some(1000)),
        ("9223372036854775807", Some(TEN_YEARS)),
        ("18446744073709551615", Some(TEN_YEARS)),
        ("99999999999999999999999999", Some(TEN_YEARS)),
        ("1e300", Some(TEN_YEARS)),
        ("\"soon\"", None),
        ("\"NaN\"", None),
        ("true", None),
        ("[3600]", None),
        ("{\"seconds\":3600}", None),
    ];
    let world = World::new(Fixture::at(Clock::fixed(NOW)).await, |form| form).await;
    for (index, (written, seconds)) in lives.into_iter().enumerate() {
        let token = format!("token-{index}");
        let field = if written.is_empty() {
            String::new()
        } else {
            format!(",\"expires_in\":{written}")
        };
        world.answers(&token, &field);
        world.obtain().await;
        let shown = view(&world.fixture, world.connection).await;
        assert_eq!(shown.status, TokenStatus::Live, "{written}");
        let end = seconds.map(|seconds| NOW.plus(seconds * SECOND));
        assert_eq!(shown.access_expires, end, "{written}");
        let asked = world.provider.calls();
        for _ in 0..2 {
            world.sends(&token, written).await;
        }
        tokens::keep_alive(&world.fixture.engine).await.unwrap();
        assert_eq!(world.provider.calls(), asked, "{written}: asked again");
    }
}

/// A person or a provider may give less than was asked for; the target then says what is missing.
#[tokio::test]
async fn fewer_scopes_than_asked_for_are_taken_as_they_are() {
    let world = World::new(Fixture::at(Clock::fixed(NOW)).await, |form| OauthProfileForm {
        scopes: "read write admin".into(),
        ..form
    })
    .await;
    for (index, scope) in [
        "\"read\"",
        "\"\"",
        "null",
        "[\"read\"]",
        "7",
        "\"read write admin and more\"",
        "\"<script>alert(1)</script>\"",
    ]
    .into_iter()
    .enumerate()
    {
        let token = format!("token-{index}");
        world.answers(&token, &format!(r#","expires_in":3600,"scope":{scope}"#));
        world.obtain().await;
        assert_eq!(world.provider.last("scope").as_deref(), Some("read write admin"));
        let shown = view(&world.fixture, world.connection).await;
        assert_eq!(
            (shown.status, &*shown.failure),
            (TokenStatus::Live, ""),
            "{scope}"
        );
        world.sends(&token, scope).await;
    }
}

async fn proven(engine: &Engine, world: &World) -> bool {
    let (events, _kept) = unbounded_channel();
    let test = connection_tests::run(engine, &world.fixture.operate(), world.connection, events).await;
    test.unwrap().report.proven
}

/// Instances five minutes ahead and behind use one token, and do not take turns asking for the next.
#[tokio::test]
async fn instances_with_other_clocks_share_a_token() {
    let (ahead, behind) = (NOW.plus(300 * SECOND), NOW.plus(-300 * SECOND));
    let world = World::new(Fixture::shared(Clock::fixed(NOW)).await, |form| form).await;
    let instance = |now: Timestamp| Engine::open_at(world.fixture.settings.clone(), Clock::fixed(now));
    let (ahead, behind) = (instance(ahead).await.unwrap(), instance(behind).await.unwrap());
    let engines = [&ahead, &world.fixture.engine, &behind];
    world.answers("token", r#","expires_in":3600"#);
    for asked_by in engines {
        let before = world.provider.calls();
        tokens::obtain(asked_by, &world.fixture.operate(), world.connection)
            .await
            .unwrap();
        for used_by in engines {
            assert!(proven(used_by, &world).await);
            tokens::keep_alive(used_by).await.unwrap();
        }
        assert_eq!(world.provider.calls(), before + 1);
    }
}

/// One clock that is set by five minutes, either way.
#[tokio::test]
async fn a_clock_that_is_set_leaves_a_token_usable() {
    let clock = Clock::fixed(NOW);
    let world = World::new(Fixture::at(clock.clone()).await, |form| form).await;
    world.answers("token", r#","expires_in":3600"#);
    world.obtain().await;
    for step in [-300, 600, -300] {
        clock.advance(step * SECOND);
        world.sends("token", "a clock set").await;
        tokens::keep_alive(&world.fixture.engine).await.unwrap();
    }
    assert_eq!(world.provider.calls(), 1);
}
