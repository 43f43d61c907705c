//! The authorization code grant: who begins a flow ends it, once, and what comes to nothing is told (promise S7).

use crate::support::provider::{Behaviour, World};
use model::{
    connection_status::ConnectionStatus,
    token::{TokenEventKind, TokenStatus},
    transaction::TransactionState,
};

const HOUR: i64 = 3_600_000;

#[tokio::test]
async fn a_person_consents() {
    let world = World::authorised(Behaviour::rotating()).await;
    assert!(world.provider.last("code_verifier").is_some(), "PKCE (S7)");
    assert_eq!(
        world.provider.last("redirect_uri"),
        Some(format!(
            "http://127.0.0.1:3000/oauth/callback/{}",
            world.connection
        ))
    );
    world.enable().await;
    assert_eq!(world.send().await.row.state, TransactionState::Complete);
    assert_eq!(world.kinds().await, [TokenEventKind::Authorised]);
}

#[tokio::test]
async fn who_begins_a_flow_ends_it_once() {
    let world = World::new("authorization_code", Behaviour::default()).await;
    let state = world.begin("mine").await;
    let good = format!("code=good-code&state={state}");
    assert!(world.finish("another", &good).await.is_err());
    let after = world.finish("mine", &good).await;
    assert!(after.is_err(), "a callback in another session ended the flow");
    world.begin("mine").await;
    assert!(
        world
            .finish("mine", "code=good-code&state=made-up")
            .await
            .is_err()
    );
    let state = world.begin("mine").await;
    let denied = world
        .finish("mine", &format!("error=access_denied&state={state}"))
        .await;
    let denied = denied.unwrap_err().to_string();
    assert!(denied.contains("Jira Test"), "{denied}");
    assert_eq!(world.provider.calls(), 0, "no code was sent anywhere");
    let state = world.begin("mine").await;
    let query = format!("code=good-code&state={state}");
    world.finish("mine", &query).await.unwrap();
    assert!(world.finish("mine", &query).await.is_err(), "replayed");
    assert_eq!(world.provider.calls(), 1);
    assert_eq!(world.view().await.status, TokenStatus::Live);
}

#[tokio::test]
async fn a_flow_that_took_too_long_is_refused() {
    let world = World::new("authorization_code", Behaviour::default()).await;
    let state = world.begin("mine").await;
    world.clock.advance(10 * 60 * 1000 + 1);
    let late = world
        .finish("mine", &format!("code=good-code&state={state}"))
        .await;
    assert!(late.is_err());
    assert_eq!(world.provider.calls(), 0);
}

#[tokio::test]
async fn a_first_consent_that_came_to_nothing_is_told_and_leaves_it_not_configured() {
    let world = World::new("authorization_code", Behaviour::rotating()).await;
    let state = world.begin("mine").await;
    let refused = world
        .finish("mine", &format!("code=stale-code&state={state}"))
        .await;
    assert!(refused.is_err());
    assert_eq!(world.status().await.0, ConnectionStatus::NotConfigured);
    assert_eq!(world.kinds().await, [TokenEventKind::NotAuthorised]);
    world.clock.advance(1);
    let state = world.begin("mine").await;
    let events = world.view().await.events;
    assert_eq!(events[0].kind, TokenEventKind::Begun);
    assert!(
        events[0].detail.contains("/oauth/callback/"),
        "{}",
        events[0].detail
    );
    world.clock.advance(1);
    let denied = world
        .finish("mine", &format!("error=access_denied&state={state}"))
        .await;
    let event = world.view().await.events.remove(0);
    assert_eq!(event.kind, TokenEventKind::NotAuthorised);
    assert_eq!(event.detail, denied.unwrap_err().to_string());
}

#[tokio::test]
async fn a_consent_that_came_to_nothing_leaves_the_token_there_is() {
    let world = World::authorised(Behaviour::rotating()).await;
    world.enable().await;
    let state = world.begin("mine").await;
    let refused = world
        .finish("mine", &format!("code=stale-code&state={state}"))
        .await;
    assert!(refused.is_err());
    assert_eq!(world.view().await.status, TokenStatus::Live);
    world.clock.advance(2 * HOUR);
    let state = world.send().await.row.state;
    assert_eq!(
        state,
        TransactionState::Complete,
        "the refresh token still counts"
    );
}
