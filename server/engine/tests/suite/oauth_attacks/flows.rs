//! Who ends a flow, when and how often.

use super::{ISSUER, NOW, World};
use crate::support::{Fixture, form, provider::parameter};
use engine::{Engine, clock::Clock, oauth_profiles, tokens};
use model::{connection_form::ConnectionForm, id::ConnectionId};

#[tokio::test]
async fn flows_end_where_and_by_whom_they_were_begun() {
    let world = World::new().await;
    let good = |state: &str| format!("iss={ISSUER}&code=good-code&state={state}");
    let result = world.finish("mine", &good("anything")).await;
    world.refused("a callback that nobody began", result).await;
    let state = world.begin().await;
    let result = world.finish("another session", &good(&state)).await;
    world.refused("a link sent to somebody else", result).await;
    let state = world.begin().await;
    world.clock.advance(10 * 60 * 1000 + 1);
    let result = world.finish("mine", &good(&state)).await;
    world.refused("after ten minutes", result).await;
    let first = world.begin().await;
    world.begin().await;
    let result = world.finish("mine", &good(&first)).await;
    world.refused("an earlier flow than the last", result).await;
    // Another connection's flow, though at the same provider and by the same profile.
    let other = World::second(&world).await;
    let url = tokens::begin(&world.fixture.engine, &world.fixture.design(), other, "mine")
        .await
        .unwrap();
    world.begin().await;
    let result = world
        .finish("mine", &good(&parameter(&url, "state").unwrap()))
        .await;
    world.refused("another connection's state", result).await;
    assert!(
        parameter(&url, "redirect_uri")
            .unwrap()
            .ends_with(&other.to_string()),
        "a redirect URI of its own"
    );
    assert_eq!(parameter(&url, "code_challenge_method").as_deref(), Some("S256"));
    assert_eq!(world.provider.calls(), 0);
}

impl World {
    /// A second connection with the same profile.
    async fn second(&self) -> ConnectionId {
        let stored = oauth_profiles::list(&self.fixture.engine, &self.fixture.see())
            .await
            .unwrap();
        let integration = self.fixture.integration("user").await;
        let form = ConnectionForm {
            authentication: "oauth2".into(),
            oauth_profile: stored[0].id.to_string(),
            ..form(integration, "Other", &stored[0].api_origins[0])
        };
        self.fixture.save(form).await.unwrap()
    }
}

/// The person's clock, or that of the instance that answers, is five minutes off.
#[tokio::test]
async fn a_clock_that_jumps_during_a_flow_lets_nobody_in_who_came_late() {
    const FIVE_MINUTES: i64 = 5 * 60 * 1000;
    let world = World::new().await;
    let good = |state: &str| format!("iss={ISSUER}&code=good-code&state={state}");
    let state = world.begin().await;
    world.clock.advance(-FIVE_MINUTES);
    let result = world.finish("mine", &good(&state)).await;
    world.refused("a clock set back since", result).await;
    assert_eq!(world.provider.calls(), 0);
    let state = world.begin().await;
    world.clock.advance(FIVE_MINUTES);
    world.finish("mine", &good(&state)).await.unwrap();
}

/// A double click, a browser that tries again, or somebody who read the address over a shoulder.
#[tokio::test(flavor = "multi_thread")]
async fn callbacks_at_the_same_time_bring_the_code_to_the_provider_once() {
    let clock = Clock::fixed(NOW);
    let world = World::on(Fixture::shared(clock.clone()).await, clock.clone()).await;
    let other = Engine::open_at(world.fixture.settings.clone(), clock)
        .await
        .unwrap();
    for round in 1..=10 {
        let query = format!("iss={ISSUER}&code=good-code&state={}", world.begin().await);
        let callbacks: Vec<_> = (0..8)
            .map(|caller| {
                let engine = if caller % 2 == 0 {
                    &world.fixture.engine
                } else {
                    &other
                };
                let (engine, by, query) = (engine.clone(), world.fixture.design(), query.clone());
                let connection = world.connection;
                tokio::spawn(async move { tokens::finish(&engine, &by, connection, "mine", &query).await })
            })
            .collect();
        let mut let_in = 0;
        for callback in callbacks {
            match callback.await.unwrap() {
                Ok(()) => let_in += 1,
                // Not that the token is being refreshed: that would say that the flow was there for this one, too.
                Err(error) => assert!(
                    error
                        .to_string()
                        .contains("No authorisation waits for this answer"),
                    "{error}"
                ),
            }
        }
        assert_eq!(
            (let_in, world.provider.calls()),
            (1, round),
            "let in, and asked of the provider"
        );
    }
}
