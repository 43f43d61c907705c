//! What Switchboard does when a provider gives no token: it asks again by itself, with growing pauses, and a person may
//! always ask now.

use std::time::Duration;

use crate::support::provider::{Behaviour, NOW, World};
use engine::{connection_tests, tokens};
use model::{
    connection_test::ConnectionTest,
    token::{TokenEventKind, TokenStatus},
    transaction::TransactionState,
};
use tokio::sync::mpsc::unbounded_channel;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
/// How often the keep-alive looks.
const ROUND: i64 = 2 * SECOND;

async fn machine(behaviour: Behaviour) -> World {
    World::new("client_credentials", behaviour).await
}

fn unavailable(world: &World, header: &str) {
    world.provider.set(|behaviour| {
        behaviour.fails = Some((503, String::new()));
        behaviour.fails_with = header.into();
    });
}

fn available(world: &World) {
    world.provider.set(|behaviour| behaviour.fails = None);
}

async fn press(world: &World) -> engine::Result<()> {
    let by = world.fixture.operate();
    tokens::obtain(&world.fixture.engine, &by, world.connection).await
}

async fn test(world: &World) -> ConnectionTest {
    let (events, _kept) = unbounded_channel();
    let by = world.fixture.operate();
    connection_tests::run(&world.fixture.engine, &by, world.connection, events)
        .await
        .unwrap()
}

/// Runs the keep-alive as its task does for so long; answers when the provider was asked, after the start.
async fn asked_during(world: &World, milliseconds: i64) -> Vec<i64> {
    let mut asked = Vec::new();
    let (mut passed, mut calls) = (0, world.provider.calls());
    while passed < milliseconds {
        world.clock.advance(ROUND);
        passed += ROUND;
        tokens::keep_alive(&world.fixture.engine).await.unwrap();
        if world.provider.calls() > calls {
            asked.push(passed);
        }
        calls = world.provider.calls();
    }
    asked
}

#[tokio::test]
async fn the_first_token_of_a_machine_is_asked_for_again_with_growing_pauses() {
    let world = machine(Behaviour::rotating()).await;
    world.enable().await;
    unavailable(&world, "");
    let error = world.send().await.row.error;
    assert!(
        error.contains("503") && error.contains("asks again by itself"),
        "{error}"
    );
    let asked = asked_during(&world, 20 * MINUTE).await;
    assert!((6..=12).contains(&asked.len()), "{asked:?}");
    let pauses: Vec<i64> = asked.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(
        asked[0] <= 8 * SECOND && pauses[pauses.len() - 1] > 2 * MINUTE,
        "they grow: {asked:?}"
    );
    available(&world);
    asked_during(&world, 16 * MINUTE).await;
    let view = world.view().await;
    assert_eq!((view.status, view.failure.as_str()), (TokenStatus::Live, ""));
    let calls = world.provider.calls();
    assert_eq!(world.send().await.row.state, TransactionState::Complete);
    assert_eq!(world.provider.calls(), calls, "the token was there already");
}

#[tokio::test]
async fn an_expired_token_that_was_not_refreshed_is_asked_for_again() {
    let world = machine(Behaviour::rotating()).await;
    world.enable().await;
    world.send().await;
    world.clock.advance(120 * MINUTE);
    unavailable(&world, "");
    world.send().await;
    available(&world);
    assert_eq!(asked_during(&world, MINUTE).await.len(), 1);
    assert_eq!(world.view().await.failure, "");
}

#[tokio::test]
async fn a_connection_that_is_not_active_is_left_to_people_and_says_so() {
    let world = machine(Behaviour::rotating()).await;
    unavailable(&world, "");
    let refused = press(&world).await.unwrap_err().to_string();
    assert!(!refused.contains("by itself, "), "{refused}");
    assert!(refused.contains("Run the Connection Test"), "{refused}");
    assert!(asked_during(&world, 20 * MINUTE).await.is_empty());
    // Once it is active the provider is asked by itself, and the page says so.
    world.enable().await;
    let failure = world.view().await.failure;
    assert!(failure.contains("asks again by itself"), "{failure}");
    available(&world);
    assert_eq!(asked_during(&world, MINUTE).await.len(), 1);
}

#[tokio::test]
async fn a_refused_token_is_not_asked_for_again_by_itself() {
    let world = machine(Behaviour::rotating()).await;
    world.enable().await;
    let refused = Some((400, r#"{"error":"invalid_grant"}"#.into()));
    world.provider.set(|behaviour| behaviour.fails = refused);
    world.send().await;
    assert!(asked_during(&world, 30 * MINUTE).await.is_empty());
    let failure = world.view().await.failure;
    assert!(!failure.contains("by itself"), "{failure}");
    // A person may: the grant needs no consent.
    available(&world);
    assert!(test(&world).await.report.proven);
    assert_eq!(world.view().await.status, TokenStatus::Live);
}

#[tokio::test]
async fn retry_after_is_kept_to_the_round() {
    // The date is 300 s after `NOW`.
    for (header, wait) in [
        ("retry-after: 300", 300 * SECOND),
        ("retry-after: Wed, 18 Nov 2026 11:11:40 GMT", 300 * SECOND),
        ("retry-after: 8", 8 * SECOND),
    ] {
        let world = machine(Behaviour::rotating()).await;
        world.enable().await;
        unavailable(&world, header);
        world.send().await;
        assert_eq!(world.clock.now(), NOW);
        let asked = asked_during(&world, wait + ROUND).await;
        assert!(
            asked.len() == 1 && (wait..=wait + ROUND).contains(&asked[0]),
            "{header}: {asked:?}"
        );
    }
}

#[tokio::test]
async fn a_short_retry_after_is_kept_however_often_it_failed() {
    let world = machine(Behaviour::rotating()).await;
    world.enable().await;
    unavailable(&world, "");
    world.send().await;
    asked_during(&world, 10 * MINUTE).await;
    unavailable(&world, "retry-after: 20");
    press(&world).await.unwrap_err();
    let asked = asked_during(&world, 22 * SECOND).await;
    assert!(asked.len() == 1 && asked[0] >= 20 * SECOND, "{asked:?}");
}

#[tokio::test]
async fn a_person_asks_now_however_long_the_pause_is() {
    let world = machine(Behaviour::rotating()).await;
    world.enable().await;
    unavailable(&world, "retry-after: 3600");
    world.send().await;
    let asked = world.provider.calls();
    world.send().await;
    assert_eq!(world.provider.calls(), asked, "a message keeps to the pause");
    let verdict = test(&world).await;
    assert_eq!(world.provider.calls(), asked + 1, "a test asks now");
    assert!(verdict.report.cause.contains("503"), "{}", verdict.report.cause);
    press(&world).await.unwrap_err();
    assert_eq!(world.provider.calls(), asked + 2, "so does the button");
    available(&world);
    assert!(test(&world).await.report.proven);
    press(&world).await.unwrap();
    assert_eq!(world.provider.calls(), asked + 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_presses_make_one_call() {
    for fails in [false, true] {
        let world = machine(Behaviour {
            delay_ms: 500,
            ..Behaviour::rotating()
        })
        .await;
        if fails {
            unavailable(&world, "");
        }
        let presses = futures::future::join_all((0..20).map(|_| press(&world))).await;
        assert_eq!(world.provider.calls(), 1, "failing: {fails}");
        assert!(
            presses.iter().all(|outcome| outcome.is_err() == fails),
            "{presses:?}"
        );
        // The outcome was for those who waited: the next press asks.
        drop(press(&world).await);
        assert_eq!(world.provider.calls(), 2, "failing: {fails}");
        // So it is with tests, while there is no token to use.
        if fails {
            let tests = futures::future::join_all((0..20).map(|_| test(&world))).await;
            assert_eq!(world.provider.calls(), 3);
            assert!(tests.iter().all(|test| test.report.cause.contains("503")));
        }
    }
}

#[tokio::test]
async fn a_token_that_expired_before_it_came_is_a_failure_with_growing_pauses() {
    for expires_in in [0, -5] {
        let world = machine(Behaviour {
            expires_in: Some(expires_in),
            ..Behaviour::default()
        })
        .await;
        world.enable().await;
        let detail = world.send().await;
        assert_eq!(detail.row.state, TransactionState::Error);
        assert!(
            detail.row.error.contains("expired already"),
            "{}",
            detail.row.error
        );
        assert!(world.api.requests().is_empty(), "it is not sent");
        for _ in 0..5 {
            world.send().await;
        }
        assert_eq!(
            world.provider.calls(),
            1,
            "the provider is not asked by every message"
        );
        let asked = asked_during(&world, 20 * MINUTE).await;
        assert!((6..=12).contains(&asked.len()), "{expires_in}: {asked:?}");
        let view = world.view().await;
        assert!(view.failure.contains("expired already"), "{}", view.failure);
        world.provider.set(|behaviour| behaviour.expires_in = Some(3600));
        press(&world).await.unwrap();
        assert_eq!(world.send().await.row.state, TransactionState::Complete);
        assert_eq!(world.view().await.failure, "");
    }
}

#[tokio::test]
async fn a_refresh_token_that_came_with_an_expired_token_is_kept() {
    let world = World::authorised(Behaviour::rotating()).await;
    world.enable().await;
    world.send().await;
    world.clock.advance(120 * MINUTE);
    world.provider.set(|behaviour| behaviour.expires_in = Some(0));
    world.send().await;
    world.provider.set(|behaviour| behaviour.expires_in = None);
    assert_eq!(asked_during(&world, MINUTE).await.len(), 1);
    assert_eq!(
        world.provider.last("refresh_token").as_deref(),
        Some("refresh-canary-2")
    );
    assert_eq!(world.send().await.row.state, TransactionState::Complete);
}

#[tokio::test]
async fn a_code_that_the_provider_could_not_take_is_sent_again() {
    for status in [503, 429] {
        let world = World::new("authorization_code", Behaviour::rotating()).await;
        world.provider.set(|behaviour| {
            behaviour.fails = Some((status, String::new()));
            behaviour.fails_with = "retry-after: 30".into();
        });
        let told = world.authorise().await.unwrap_err().to_string();
        assert!(told.contains("sends the code again by itself"), "{told}");
        let asked = asked_during(&world, 34 * SECOND).await;
        assert!(asked.len() == 1 && asked[0] >= 30 * SECOND, "{asked:?}");
        available(&world);
        assert_eq!(asked_during(&world, 34 * SECOND).await.len(), 1);
        assert_eq!(world.view().await.status, TokenStatus::Live);
        assert_eq!(world.provider.last("code").as_deref(), Some("good-code"));
        let kinds = world.kinds().await;
        let failed = TokenEventKind::NotAuthorised;
        assert_eq!(kinds, [failed, failed, TokenEventKind::Authorised]);
        assert!(
            asked_during(&world, 15 * MINUTE).await.is_empty(),
            "it is sent no more"
        );
    }
}

#[tokio::test]
async fn a_code_is_sent_for_ten_minutes_at_most_and_not_after_another_flow_began() {
    let world = World::new("authorization_code", Behaviour::rotating()).await;
    unavailable(&world, "");
    world.authorise().await.unwrap_err();
    let asked = asked_during(&world, 20 * MINUTE).await;
    assert!(
        asked.len() >= 4 && asked[asked.len() - 1] < 10 * MINUTE,
        "{asked:?}"
    );
    let last = world.view().await.events.remove(0);
    assert!(last.detail.ends_with("press Get OAuth token."), "{}", last.detail);
    world.authorise().await.unwrap_err();
    world.begin("another").await;
    assert!(asked_during(&world, 10 * MINUTE).await.is_empty());
}

#[tokio::test]
async fn a_code_that_may_have_been_used_is_not_sent_again() {
    for (status, body) in [
        (500, ""),
        (502, ""),
        (200, "<html>"),
        (400, r#"{"error":"invalid_grant"}"#),
    ] {
        let world = World::new("authorization_code", Behaviour::rotating()).await;
        world
            .provider
            .set(|behaviour| behaviour.fails = Some((status, body.into())));
        let told = world.authorise().await.unwrap_err().to_string();
        assert!(!told.contains("by itself"), "{status}: {told}");
        assert!(told.contains("ress Get OAuth token"), "{status}: {told}");
        assert!(asked_during(&world, 12 * MINUTE).await.is_empty(), "{status}");
    }
}

#[tokio::test]
async fn a_provider_that_refuses_the_connection_gets_the_code_once_it_is_back() {
    let world = World::new("authorization_code", Behaviour::rotating()).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    world
        .change_profile(|form| {
            form.client_secret = "client-secret-canary".into();
            form.token_url = format!("http://{address}/token");
        })
        .await
        .unwrap();
    let told = world.authorise().await.unwrap_err().to_string();
    assert!(told.contains("sends the code again by itself"), "{told}");
    let back = tokio::net::TcpListener::bind(address).await.unwrap();
    let round = asked_during(&world, 8 * SECOND);
    let (_, taken) = tokio::join!(
        tokio::time::timeout(Duration::from_secs(30), round),
        tokio::time::timeout(Duration::from_secs(30), async {
            let (mut socket, _) = back.accept().await.unwrap();
            tokio::io::AsyncWriteExt::write_all(
                &mut socket,
                crate::support::answer(
                    200,
                    "content-type: application/json\r\n",
                    r#"{"access_token":"a","token_type":"Bearer","expires_in":3600}"#,
                )
                .as_bytes(),
            )
            .await
            .unwrap();
            socket
        })
    );
    taken.unwrap();
    assert_eq!(world.view().await.status, TokenStatus::Live);
}
