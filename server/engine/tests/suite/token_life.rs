//! Tokens from a provider: got, used, refreshed, refused, and never lost without a word.

use crate::support::{
    Fixture, Target, answer,
    provider::{Behaviour, NOW, World},
};
use engine::{Granted, clock::Clock, notifications, permission::Administer, tokens, upkeep, warnings};
use model::{
    connection_status::ConnectionStatus, notification::ChannelForm, oauth_profile_form::OauthProfileForm,
    token::TokenEventKind, transaction::TransactionState,
};
use sqlx::{Connection, Executor};

const SECOND: i64 = 1000;
const HOUR: i64 = 3600 * SECOND;
const DAY: i64 = 24 * HOUR;

fn bearer(request: &str) -> &str {
    let line = request
        .lines()
        .find(|line| line.to_ascii_lowercase().starts_with("authorization: bearer "));
    line.unwrap_or_default().rsplit(' ').next().unwrap_or_default()
}

fn hourly() -> Behaviour {
    Behaviour {
        lifetime: 3600,
        ..Behaviour::default()
    }
}

async fn world_at(api: Target, behaviour: Behaviour) -> World {
    let clock = Clock::fixed(NOW);
    let fixture = Fixture::at(clock.clone()).await;
    World::on((fixture, clock), api, behaviour, "client_credentials", |form| {
        form
    })
    .await
}

#[tokio::test]
async fn messages_carry_the_token_that_one_of_them_got() {
    let world = World::new("client_credentials", hourly()).await;
    assert_eq!(world.status().await.0, ConnectionStatus::Configured);
    world.enable().await;
    for _ in 0..3 {
        assert_eq!(world.send().await.row.state, TransactionState::Complete);
    }
    assert_eq!(world.provider.calls(), 1);
    let sent = world.api.requests();
    assert!(sent.iter().all(|request| bearer(request) == "access-canary-1"));
    assert_eq!(world.kinds().await, [TokenEventKind::Issued]);
    // Shortly before the end a message asks for the next one.
    world.clock.advance(HOUR - 60 * SECOND);
    world.send().await;
    assert_eq!(bearer(&world.api.requests()[3]), "access-canary-2");
    assert_eq!(world.provider.calls(), 2);
}

#[tokio::test]
async fn a_missing_refresh_token_in_the_answer_keeps_the_old_one() {
    let clock = Clock::fixed(NOW);
    let fixture = Fixture::at(clock.clone()).await;
    let api = Target::start(|_| answer(200, "", "{}")).await;
    let world = World::on((fixture, clock), api, hourly(), "authorization_code", |form| {
        OauthProfileForm {
            refresh_days: "100".into(),
            rotates: String::new(),
            ..form
        }
    })
    .await;
    world.authorise().await.unwrap();
    let end = world.view().await.ends_at.unwrap();
    assert_eq!(end, NOW.plus(100 * DAY));
    world.enable().await;
    for _ in 0..2 {
        world.clock.advance(2 * HOUR);
        world.send().await;
        assert_eq!(
            world.provider.last("refresh_token").as_deref(),
            Some("refresh-canary-1")
        );
    }
    // The recorded end moves only with a really new token.
    assert_eq!(world.view().await.ends_at, Some(end));
    assert_eq!(
        world.kinds().await[1..],
        [TokenEventKind::Refreshed, TokenEventKind::Refreshed]
    );
}

#[tokio::test]
async fn after_a_401_the_token_is_refreshed_and_the_message_sent_once_more() {
    let api = Target::start(|request| {
        let old = request.contains("access-canary-1");
        answer(if old { 401 } else { 200 }, "", "{}")
    })
    .await;
    let world = world_at(api, hourly()).await;
    world.enable().await;
    let detail = world.send().await;
    assert_eq!(detail.row.state, TransactionState::Complete);
    let statuses: Vec<_> = detail.requests.iter().map(|request| request.status).collect();
    assert_eq!(statuses, [Some(401), Some(200)]);
    let sent = world.api.requests();
    assert!(sent.iter().all(|request| request.ends_with("{}")));
    assert_eq!(world.provider.calls(), 2);
}

/// The dispatcher may still work on a message that a person found stuck and replayed.
#[tokio::test]
async fn after_a_401_a_message_that_was_replayed_meanwhile_is_not_sent_once_more() {
    let api = Target::start(|_| answer(401, "", "{}")).await;
    let world = world_at(api, hourly()).await;
    world.enable().await;
    let mut raw = sqlx::SqliteConnection::connect(&world.fixture.settings.database_url)
        .await
        .unwrap();
    raw.execute(
        "CREATE TRIGGER replayed AFTER UPDATE ON http_request WHEN NEW.status = 401
         BEGIN UPDATE message_transaction SET state = 'ignored' WHERE id = NEW.transaction_id; END",
    )
    .await
    .unwrap();
    raw.close().await.unwrap();
    let detail = world.send().await;
    assert_eq!(detail.row.state, TransactionState::Ignored);
    assert_eq!(detail.requests.len(), 1);
}

#[tokio::test]
async fn a_401_that_a_refresh_does_not_help_is_expired() {
    let api = Target::start(|_| answer(401, "", "{}")).await;
    let world = world_at(api, Behaviour::default()).await;
    world.enable().await;
    let detail = world.send().await;
    assert_eq!(detail.row.state, TransactionState::Error);
    assert_eq!((detail.requests.len(), world.provider.calls()), (2, 2));
    assert_eq!(world.status().await.0, ConnectionStatus::Expired);
    // The provider is not asked anew by every further message.
    for _ in 0..3 {
        world.send().await;
    }
    assert_eq!(world.provider.calls(), 2);
}

#[tokio::test]
async fn a_refresh_after_a_401_that_failed_is_not_taken_for_a_new_token() {
    let api = Target::start(|_| answer(401, "", "{}")).await;
    let world = world_at(api, hourly()).await;
    world.enable().await;
    world.fixture.engine.changes();
    let by = world.fixture.operate();
    tokens::obtain(&world.fixture.engine, &by, world.connection)
        .await
        .unwrap();
    world
        .provider
        .set(|behaviour| behaviour.fails = Some((503, String::new())));
    let error = world.send().await.row.error;
    assert!(error.contains("503"), "{error}");
    let again = world.send().await.row.error;
    assert!(!again.contains("new less than a minute ago"), "{again}");
}

#[tokio::test]
async fn invalid_grant_is_final_and_anything_else_passes() {
    let world = World::authorised(Behaviour::rotating()).await;
    world.enable().await;
    world.send().await;
    world.clock.advance(2 * HOUR);
    for (status_code, body) in [(503, ""), (500, "oops"), (200, "<html>"), (429, "{}")] {
        world
            .provider
            .set(|behaviour| behaviour.fails = Some((status_code, body.into())));
        assert_eq!(world.send().await.row.state, TransactionState::Error);
        let (state, reason) = world.status().await;
        assert_eq!(state, ConnectionStatus::Configured, "{status_code}: {reason}");
        assert!(reason.contains("no OAuth token"), "{reason}");
        // It is asked again after a pause, not by every message.
        let asked = world.provider.calls();
        world.send().await;
        assert_eq!(world.provider.calls(), asked, "{status_code}");
        world.clock.advance(2 * HOUR);
    }
    world.provider.set(|behaviour| behaviour.fails = None);
    let state = world.send().await.row.state;
    assert_eq!(state, TransactionState::Complete, "it recovers by itself");
    world.clock.advance(2 * HOUR);
    let invalid = Some((400, r#"{"error":"invalid_grant"}"#.into()));
    world.provider.set(|behaviour| behaviour.fails = invalid);
    world.send().await;
    let (state, reason) = world.status().await;
    assert_eq!(state, ConnectionStatus::Expired, "{reason}");
    let asked = world.provider.calls();
    world.clock.advance(200 * HOUR);
    world.send().await;
    tokens::keep_alive(&world.fixture.engine).await.unwrap();
    assert_eq!(
        world.provider.calls(),
        asked,
        "a refused token is not asked for again by itself"
    );
    world.provider.set(|behaviour| behaviour.fails = None);
    world.authorise().await.unwrap();
    assert_eq!(world.send().await.row.state, TransactionState::Complete);
}

#[tokio::test]
async fn what_was_not_granted_is_in_the_timeline() {
    let world = World::new(
        "client_credentials",
        Behaviour {
            scope: "read".into(),
            ..hourly()
        },
    )
    .await;
    world
        .change_profile(|form| form.scopes = "read write".into())
        .await
        .unwrap();
    let by = world.fixture.operate();
    tokens::obtain(&world.fixture.engine, &by, world.connection)
        .await
        .unwrap();
    let detail = world.view().await.events[0].detail.clone();
    assert!(detail.ends_with("not granted: write"), "{detail}");
}

fn administer(fixture: &Fixture) -> Granted<Administer> {
    fixture.actor().grant().unwrap()
}

/// A webhook that is told of incidents.
async fn told_to(fixture: &Fixture) -> Target {
    let hook = Target::start(|_| answer(200, "", "")).await;
    let form = ChannelForm {
        name: "operators".into(),
        kind: "webhook".into(),
        url: hook.url.clone(),
        active: "on".into(),
        ..ChannelForm::default()
    };
    notifications::save(&fixture.engine, &administer(fixture), form)
        .await
        .unwrap();
    hook
}

/// The titles it was told, the oldest first.
fn titles(hook: &Target) -> Vec<String> {
    let title = |request: &String| {
        let body = request.split_once("\r\n\r\n").unwrap().1;
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        body["title"].as_str().unwrap().to_owned()
    };
    hook.requests().iter().map(title).collect()
}

#[tokio::test]
async fn two_years_at_a_provider_that_forgets() {
    let clock = Clock::fixed(NOW);
    let fixture = Fixture::at(clock.clone()).await;
    let hook = told_to(&fixture).await;
    let api = Target::start(|_| answer(200, "", "{}")).await;
    let behaviour = Behaviour {
        forgets: Some((clock.clone(), 90, 365)),
        ..Behaviour::rotating()
    };
    let world = World::on((fixture, clock), api, behaviour, "authorization_code", |form| {
        OauthProfileForm {
            inactivity_days: "90".into(),
            absolute_days: "365".into(),
            ..form
        }
    })
    .await;
    let (state, reason) = world.status().await;
    assert_eq!(state, ConnectionStatus::NotConfigured);
    assert!(reason.contains("Get OAuth token"), "{reason}");
    for year in 1..=2 {
        world.authorise().await.unwrap();
        if year == 1 {
            world.enable().await;
            world.send().await;
        }
        let (asked, told) = (world.provider.calls(), titles(&hook).len());
        // Nobody sends anything: the refresh token is used every two months all the same.
        for day in 1..=366 {
            world.clock.advance(DAY);
            tokens::keep_alive(&world.fixture.engine).await.unwrap();
            upkeep::round(&world.fixture.engine).await;
            if day == 345 {
                // A refresh shortly before the end does not move it.
                let by = world.fixture.operate();
                tokens::obtain(&world.fixture.engine, &by, world.connection)
                    .await
                    .unwrap();
            }
            let (state, reason) = world.status().await;
            let dead = day >= 365;
            assert_eq!(state == ConnectionStatus::Expired, dead, "day {day}: {reason}");
        }
        let refreshes = world.provider.calls() - asked;
        assert!(
            (5..=8).contains(&refreshes),
            "{refreshes} refreshes in year {year}"
        );
        let told = titles(&hook)[told..].to_vec();
        let ends = |end: &str| format!("Refresh token Jira Test {end}");
        let over = (year == 2).then(|| "Over: ".to_owned());
        let expected: Vec<String> = over
            .into_iter()
            .chain(
                [
                    "expires in 30 days",
                    "expires in 14 days",
                    "expires in 7 days",
                    "expires in 1 day",
                ]
                .map(ends),
            )
            .chain([ends("expired on")])
            .collect();
        assert_eq!(told.len(), expected.len(), "{told:?}");
        for (told, expected) in told.iter().zip(&expected) {
            assert!(told.starts_with(expected), "{told} is not {expected}");
        }
    }
}

#[tokio::test]
async fn a_provider_that_gives_none_is_told_and_so_is_its_recovery() {
    let world = World::authorised(Behaviour::rotating()).await;
    world.enable().await;
    world.send().await;
    let hook = told_to(&world.fixture).await;
    assert_eq!(world.status().await.0, ConnectionStatus::Connected);
    // The client secret has expired there: no message gets out, and none is an HTTP call that failed.
    let expired = Some((401, r#"{"error":"invalid_client"}"#.into()));
    world.provider.set(|behaviour| behaviour.fails = expired);
    for _ in 0..3 {
        world.clock.advance(2 * HOUR);
        tokens::keep_alive(&world.fixture.engine).await.unwrap();
    }
    let (state, reason) = world.status().await;
    assert_eq!(state, ConnectionStatus::Configured, "{reason}");
    assert!(reason.starts_with("no OAuth token: "), "{reason}");
    assert!(
        !reason.contains("Check"),
        "what to do stands with the token: {reason}"
    );
    let failure = world.view().await.failure;
    assert!(failure.contains("Client ID and client secret"), "{failure}");
    upkeep::round(&world.fixture.engine).await;
    assert_eq!(titles(&hook), ["Connection Jira Test gets no OAuth token"]);
    world.provider.set(|behaviour| behaviour.fails = None);
    world.clock.advance(2 * HOUR);
    tokens::keep_alive(&world.fixture.engine).await.unwrap();
    upkeep::round(&world.fixture.engine).await;
    assert_eq!(
        titles(&hook)[1..],
        ["Over: Connection Jira Test gets no OAuth token"]
    );
    assert_eq!(world.status().await.0, ConnectionStatus::Connected);
}

#[tokio::test]
async fn that_it_came_worse_is_not_told_as_over() {
    let world = World::authorised(Behaviour::rotating()).await;
    world.enable().await;
    world
        .change_profile(|form| form.absolute_days = "40".into())
        .await
        .unwrap();
    let hook = told_to(&world.fixture).await;
    world.clock.advance(15 * DAY);
    upkeep::round(&world.fixture.engine).await;
    let invalid = Some((400, r#"{"error":"invalid_grant"}"#.into()));
    world.provider.set(|behaviour| behaviour.fails = invalid);
    world.send().await;
    upkeep::round(&world.fixture.engine).await;
    assert_eq!(
        titles(&hook),
        [
            "Refresh token Jira Test expires in 25 days",
            "Connection Jira Test is refused by the other side"
        ]
    );
    let open = warnings::open(&world.fixture.engine, &world.fixture.see()).await;
    assert_eq!(open.unwrap().len(), 1);
}
