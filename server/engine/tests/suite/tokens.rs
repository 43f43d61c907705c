//! Tokens from a provider: got, used, refreshed, refused, and never lost without a word (product.md 3).

use crate::support::{
    Fixture, Target, answer,
    outbound::sent,
    provider::{Behaviour, Provider, authorise, connection, kinds, parameter, profile, view},
};
use engine::{clock::Clock, connections, oauth_profiles, tokens};
use model::{
    Timestamp,
    connection_status::ConnectionStatus,
    oauth_profile_form::OauthProfileForm,
    token::{TokenEventKind, TokenStatus},
    transaction::TransactionState,
};

const NOW: Timestamp = Timestamp(1_795_000_000_000);
const SECOND: i64 = 1000;
const HOUR: i64 = 3600 * SECOND;

async fn api() -> Target {
    Target::start(|_| answer(200, "", "{}")).await
}

fn bearer(request: &str) -> &str {
    let line = request
        .lines()
        .find(|line| line.to_ascii_lowercase().starts_with("authorization: bearer "));
    line.unwrap_or_default().rsplit(' ').next().unwrap_or_default()
}

async fn status(fixture: &Fixture, id: model::id::ConnectionId) -> (ConnectionStatus, String) {
    let detail = connections::detail(&fixture.engine, &fixture.see(), id)
        .await
        .unwrap();
    (detail.status.status, detail.status.reason)
}

#[tokio::test]
async fn messages_carry_the_token_that_one_of_them_got() {
    let (clock, api) = (Clock::fixed(NOW), api().await);
    let provider = Provider::start(Behaviour {
        lifetime: 3600,
        ..Behaviour::default()
    })
    .await;
    let fixture = Fixture::at(clock.clone()).await;
    let profile = profile(&fixture, provider.form("client_credentials", &api.url)).await;
    let (integration, id) = connection(&fixture, profile, &api.url).await;
    assert_eq!(status(&fixture, id).await.0, ConnectionStatus::Configured);
    fixture.enable(id).await.unwrap();
    for _ in 0..3 {
        assert_eq!(
            sent(&fixture, integration, "{}").await.row.state,
            TransactionState::Complete
        );
    }
    assert_eq!(provider.calls(), 1);
    assert!(
        api.requests()
            .iter()
            .all(|request| bearer(request) == "access-canary-1")
    );
    assert_eq!(kinds(&fixture, id).await, [TokenEventKind::Issued]);
    // Shortly before the end a message asks for the next one.
    clock.advance(HOUR - 60 * SECOND);
    sent(&fixture, integration, "{}").await;
    assert_eq!(bearer(&api.requests()[3]), "access-canary-2");
    assert_eq!(provider.calls(), 2);
}

#[tokio::test]
async fn a_person_consents_and_the_token_is_kept_alive() {
    let (clock, api) = (Clock::fixed(NOW), api().await);
    let provider = Provider::start(Behaviour {
        lifetime: 3600,
        rotates: true,
        ..Behaviour::default()
    })
    .await;
    let fixture = Fixture::at(clock.clone()).await;
    let form = OauthProfileForm {
        inactivity_days: "90".into(),
        absolute_days: "365".into(),
        ..provider.form("authorization_code", &api.url)
    };
    let profile = profile(&fixture, form).await;
    let (integration, id) = connection(&fixture, profile, &api.url).await;
    let (state, reason) = status(&fixture, id).await;
    assert_eq!(state, ConnectionStatus::NotConfigured);
    assert!(reason.contains("Get OAuth token"), "{reason}");
    authorise(&fixture, id).await.unwrap();
    assert!(provider.last("code_verifier").is_some(), "PKCE (S7)");
    assert_eq!(
        provider.last("redirect_uri"),
        Some(format!("http://127.0.0.1:3000/oauth/callback/{id}"))
    );
    fixture.enable(id).await.unwrap();
    sent(&fixture, integration, "{}").await;
    // Nobody sends for a year: the refresh token is used every two months all the same.
    let begun = provider.calls();
    for _ in 0..360 {
        clock.advance(24 * HOUR);
        tokens::keep_alive(&fixture.engine).await.unwrap();
    }
    let refreshes = provider.calls() - begun;
    assert!((5..=8).contains(&refreshes), "{refreshes} refreshes in 360 days");
    let shown = connections::detail(&fixture.engine, &fixture.see(), id)
        .await
        .unwrap();
    let warnings = shown.status.warnings.join(" ");
    assert!(warnings.contains("ends in 5 days"), "{warnings}");
    clock.advance(6 * 24 * HOUR);
    let (state, reason) = status(&fixture, id).await;
    assert_eq!(state, ConnectionStatus::Expired, "{reason}");
    // The next consent begins a new life.
    authorise(&fixture, id).await.unwrap();
    assert_ne!(status(&fixture, id).await.0, ConnectionStatus::Expired);
    assert_eq!(
        kinds(&fixture, id).await.last(),
        Some(&TokenEventKind::Authorised)
    );
}

#[tokio::test]
async fn a_missing_refresh_token_in_the_answer_keeps_the_old_one() {
    let (clock, api) = (Clock::fixed(NOW), api().await);
    let provider = Provider::start(Behaviour {
        lifetime: 3600,
        ..Behaviour::default()
    })
    .await;
    let fixture = Fixture::at(clock.clone()).await;
    let form = OauthProfileForm {
        refresh_days: "100".into(),
        rotates: String::new(),
        ..provider.form("authorization_code", &api.url)
    };
    let profile = profile(&fixture, form).await;
    let (integration, id) = connection(&fixture, profile, &api.url).await;
    authorise(&fixture, id).await.unwrap();
    let end = view(&fixture, id).await.ends_at.unwrap();
    assert_eq!(end, NOW.plus(100 * 24 * HOUR));
    fixture.enable(id).await.unwrap();
    for _ in 0..2 {
        clock.advance(2 * HOUR);
        sent(&fixture, integration, "{}").await;
        assert_eq!(
            provider.last("refresh_token").as_deref(),
            Some("refresh-canary-1")
        );
    }
    // The recorded end moves only with a really new token.
    assert_eq!(view(&fixture, id).await.ends_at, Some(end));
    assert_eq!(
        kinds(&fixture, id).await[1..],
        [TokenEventKind::Refreshed, TokenEventKind::Refreshed]
    );
}

#[tokio::test]
async fn after_a_401_the_token_is_refreshed_and_the_message_sent_once_more() {
    let api = Target::start(|request| {
        let status = if request.contains("access-canary-1") {
            401
        } else {
            200
        };
        answer(status, "", "{}")
    })
    .await;
    let provider = Provider::start(Behaviour {
        lifetime: 3600,
        ..Behaviour::default()
    })
    .await;
    let fixture = Fixture::at(Clock::fixed(NOW)).await;
    let profile = profile(&fixture, provider.form("client_credentials", &api.url)).await;
    let (integration, id) = connection(&fixture, profile, &api.url).await;
    fixture.enable(id).await.unwrap();
    let detail = sent(&fixture, integration, r#"{"a":1}"#).await;
    assert_eq!(detail.row.state, TransactionState::Complete);
    let statuses: Vec<_> = detail.requests.iter().map(|request| request.status).collect();
    assert_eq!(statuses, [Some(401), Some(200)]);
    assert!(
        api.requests()
            .iter()
            .all(|request| request.ends_with(r#"{"a":1}"#))
    );
    assert_eq!(provider.calls(), 2);
}

#[tokio::test]
async fn a_401_that_a_refresh_does_not_help_is_expired() {
    let api = Target::start(|_| answer(401, "", "{}")).await;
    let provider = Provider::start(Behaviour::default()).await;
    let fixture = Fixture::at(Clock::fixed(NOW)).await;
    let profile = profile(&fixture, provider.form("client_credentials", &api.url)).await;
    let (integration, id) = connection(&fixture, profile, &api.url).await;
    fixture.enable(id).await.unwrap();
    let detail = sent(&fixture, integration, "{}").await;
    assert_eq!(detail.row.state, TransactionState::Error);
    assert_eq!((detail.requests.len(), provider.calls()), (2, 2));
    assert_eq!(status(&fixture, id).await.0, ConnectionStatus::Expired);
    // The provider is not asked anew by every further message.
    for _ in 0..3 {
        sent(&fixture, integration, "{}").await;
    }
    assert_eq!(provider.calls(), 2);
}

#[tokio::test]
async fn invalid_grant_is_final_and_anything_else_passes() {
    let (clock, api) = (Clock::fixed(NOW), api().await);
    let provider = Provider::start(Behaviour {
        lifetime: 3600,
        rotates: true,
        ..Behaviour::default()
    })
    .await;
    let fixture = Fixture::at(clock.clone()).await;
    let profile = profile(&fixture, provider.form("authorization_code", &api.url)).await;
    let (integration, id) = connection(&fixture, profile, &api.url).await;
    authorise(&fixture, id).await.unwrap();
    fixture.enable(id).await.unwrap();
    sent(&fixture, integration, "{}").await;
    clock.advance(2 * HOUR);
    for (status_code, body) in [(503, ""), (500, "oops"), (200, "<html>"), (429, "{}")] {
        provider.set(|behaviour| behaviour.fails = Some((status_code, body.into())));
        let detail = sent(&fixture, integration, "{}").await;
        assert_eq!(detail.row.state, TransactionState::Error);
        let (state, reason) = status(&fixture, id).await;
        assert_ne!(state, ConnectionStatus::Expired, "{status_code}: {reason}");
        // It is asked again after a pause, not by every message.
        let asked = provider.calls();
        sent(&fixture, integration, "{}").await;
        assert_eq!(provider.calls(), asked, "{status_code}");
        clock.advance(2 * HOUR);
    }
    provider.set(|behaviour| behaviour.fails = None);
    let detail = sent(&fixture, integration, "{}").await;
    assert_eq!(
        detail.row.state,
        TransactionState::Complete,
        "it recovers by itself"
    );
    clock.advance(2 * HOUR);
    provider.set(|behaviour| behaviour.fails = Some((400, r#"{"error":"invalid_grant"}"#.into())));
    sent(&fixture, integration, "{}").await;
    let (state, reason) = status(&fixture, id).await;
    assert_eq!(state, ConnectionStatus::Expired, "{reason}");
    let asked = provider.calls();
    clock.advance(200 * HOUR);
    sent(&fixture, integration, "{}").await;
    tokens::keep_alive(&fixture.engine).await.unwrap();
    assert_eq!(
        provider.calls(),
        asked,
        "a refused token is not asked for again by itself"
    );
    provider.set(|behaviour| behaviour.fails = None);
    authorise(&fixture, id).await.unwrap();
    assert_eq!(
        sent(&fixture, integration, "{}").await.row.state,
        TransactionState::Complete
    );
}

#[tokio::test]
async fn who_begins_a_flow_ends_it_once() {
    let api = api().await;
    let provider = Provider::start(Behaviour::default()).await;
    let fixture = Fixture::at(Clock::fixed(NOW)).await;
    let profile = profile(&fixture, provider.form("authorization_code", &api.url)).await;
    let (_, id) = connection(&fixture, profile, &api.url).await;
    let begin = || async {
        let url = tokens::begin(&fixture.engine, &fixture.design(), id, "mine")
            .await
            .unwrap();
        parameter(&url, "state").unwrap()
    };
    let finish = |session: &'static str, query: String| {
        let (engine, by) = (fixture.engine.clone(), fixture.design());
        async move { tokens::finish(&engine, &by, id, session, &query).await }
    };
    let state = begin().await;
    assert!(
        finish("another", format!("code=good-code&state={state}"))
            .await
            .is_err()
    );
    assert!(
        finish("mine", format!("code=good-code&state={state}"))
            .await
            .is_err(),
        "a callback in another session ended the flow"
    );
    begin().await;
    assert!(
        finish("mine", "code=good-code&state=made-up".into())
            .await
            .is_err()
    );
    let state = begin().await;
    let denied = finish("mine", format!("error=access_denied&state={state}"))
        .await
        .unwrap_err();
    assert!(denied.to_string().contains("Jira Test"), "{denied}");
    assert_eq!(provider.calls(), 0, "no code was sent anywhere");
    let state = begin().await;
    let query = format!("code=good-code&state={state}");
    finish("mine", query.clone()).await.unwrap();
    assert!(finish("mine", query).await.is_err(), "replayed");
    assert_eq!(provider.calls(), 1);
    assert_eq!(view(&fixture, id).await.status, TokenStatus::Live);
}

#[tokio::test]
async fn a_flow_that_took_too_long_is_refused() {
    let (clock, api) = (Clock::fixed(NOW), api().await);
    let provider = Provider::start(Behaviour::default()).await;
    let fixture = Fixture::at(clock.clone()).await;
    let profile = profile(&fixture, provider.form("authorization_code", &api.url)).await;
    let (_, id) = connection(&fixture, profile, &api.url).await;
    let url = tokens::begin(&fixture.engine, &fixture.design(), id, "mine")
        .await
        .unwrap();
    clock.advance(10 * 60 * SECOND + 1);
    let query = format!("code=good-code&state={}", parameter(&url, "state").unwrap());
    let late = tokens::finish(&fixture.engine, &fixture.design(), id, "mine", &query).await;
    assert!(late.is_err());
    assert_eq!(provider.calls(), 0);
}

#[tokio::test]
async fn tokens_and_client_secrets_stay_where_they_were_allowed() {
    let api = api().await;
    let provider = Provider::start(Behaviour::default()).await;
    let elsewhere = Provider::start(Behaviour::default()).await;
    let fixture = Fixture::at(Clock::fixed(NOW)).await;
    let id = profile(&fixture, provider.form("client_credentials", &api.url)).await;
    let (_, connection) = connection(&fixture, id, &api.url).await;
    // A connection to an origin that the profile does not list.
    let detail = connections::detail(&fixture.engine, &fixture.see(), connection)
        .await
        .unwrap();
    let mut form = model::connection_form::ConnectionForm::of(&detail.connection);
    form.endpoint_url = elsewhere.target.url.clone();
    let refused = fixture.save(form).await.unwrap_err();
    assert!(format!("{refused:?}").contains("API origins"), "{refused:?}");
    // Another token URL demands the client secret again.
    let stored = oauth_profiles::find(&fixture.engine, &fixture.see(), id)
        .await
        .unwrap();
    let moved = OauthProfileForm {
        token_url: format!("{}/token", elsewhere.target.url),
        ..OauthProfileForm::of(&stored)
    };
    let refused = oauth_profiles::save(&fixture.engine, &fixture.design(), moved.clone())
        .await
        .unwrap_err();
    assert!(format!("{refused:?}").contains("client_secret"), "{refused:?}");
    let moved = OauthProfileForm {
        client_secret: "another".into(),
        ..moved
    };
    oauth_profiles::save(&fixture.engine, &fixture.design(), moved)
        .await
        .unwrap();
    assert_eq!(elsewhere.calls(), 0);
}

#[tokio::test]
async fn nothing_secret_is_in_clear_in_the_database_or_on_the_page() {
    let api = api().await;
    let provider = Provider::start(Behaviour {
        rotates: true,
        lifetime: 3600,
        ..Behaviour::default()
    })
    .await;
    let fixture = Fixture::at(Clock::fixed(NOW)).await;
    let profile = profile(&fixture, provider.form("authorization_code", &api.url)).await;
    let (integration, id) = connection(&fixture, profile, &api.url).await;
    authorise(&fixture, id).await.unwrap();
    fixture.enable(id).await.unwrap();
    let detail = sent(&fixture, integration, "{}").await;
    let mut seen = serde_json::to_string(&detail).unwrap();
    seen.push_str(&serde_json::to_string(&view(&fixture, id).await).unwrap());
    let page = connections::detail(&fixture.engine, &fixture.see(), id)
        .await
        .unwrap();
    seen.push_str(&serde_json::to_string(&page).unwrap());
    assert!(!seen.contains("canary"), "{seen}");
    fixture.engine.close().await;
    for file in std::fs::read_dir(fixture.directory.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(6).any(|window| window == b"canary");
        assert!(!found, "{}", path.display());
    }
}

#[tokio::test]
async fn a_revoked_token_is_forgotten_and_the_provider_told() {
    let api = api().await;
    let provider = Provider::start(Behaviour {
        rotates: true,
        lifetime: 3600,
        ..Behaviour::default()
    })
    .await;
    let fixture = Fixture::at(Clock::fixed(NOW)).await;
    let form = OauthProfileForm {
        revocation_url: format!("{}/revoke", provider.target.url),
        ..provider.form("authorization_code", &api.url)
    };
    let profile = profile(&fixture, form).await;
    let (_, id) = connection(&fixture, profile, &api.url).await;
    authorise(&fixture, id).await.unwrap();
    let said = tokens::revoke(&fixture.engine, &fixture.design(), id)
        .await
        .unwrap();
    assert_eq!(said, "Revoked at the provider.");
    assert_eq!(provider.last("token").as_deref(), Some("refresh-canary-1"));
    assert_eq!(view(&fixture, id).await.status, TokenStatus::None);
    assert_eq!(status(&fixture, id).await.0, ConnectionStatus::NotConfigured);
    assert!(kinds(&fixture, id).await.contains(&TokenEventKind::Revoked));
    // The client secret goes to the token URL's host only.
    let stored = oauth_profiles::find(&fixture.engine, &fixture.see(), profile)
        .await
        .unwrap();
    let elsewhere = OauthProfileForm {
        revocation_url: "https://elsewhere.example.com/revoke".into(),
        ..OauthProfileForm::of(&stored)
    };
    let refused = oauth_profiles::save(&fixture.engine, &fixture.design(), elsewhere)
        .await
        .unwrap_err();
    assert!(format!("{refused:?}").contains("revocation_url"), "{refused:?}");
}

#[tokio::test]
async fn a_consent_that_came_to_nothing_leaves_the_token_there_is() {
    let (clock, api) = (Clock::fixed(NOW), api().await);
    let provider = Provider::start(Behaviour {
        rotates: true,
        lifetime: 3600,
        ..Behaviour::default()
    })
    .await;
    let fixture = Fixture::at(clock.clone()).await;
    let profile = profile(&fixture, provider.form("authorization_code", &api.url)).await;
    let (integration, id) = connection(&fixture, profile, &api.url).await;
    authorise(&fixture, id).await.unwrap();
    fixture.enable(id).await.unwrap();
    let url = tokens::begin(&fixture.engine, &fixture.design(), id, "mine")
        .await
        .unwrap();
    let query = format!("code=stale-code&state={}", parameter(&url, "state").unwrap());
    let refused = tokens::finish(&fixture.engine, &fixture.design(), id, "mine", &query).await;
    assert!(refused.is_err());
    assert_eq!(view(&fixture, id).await.status, TokenStatus::Live);
    clock.advance(2 * HOUR);
    let detail = sent(&fixture, integration, "{}").await;
    assert_eq!(
        detail.row.state,
        TransactionState::Complete,
        "the refresh token still counts"
    );
}

#[tokio::test]
async fn a_mended_profile_is_tried_again_without_a_person() {
    let api = api().await;
    let provider = Provider::start(Behaviour {
        fails: Some((400, r#"{"error":"invalid_grant"}"#.into())),
        ..Behaviour::default()
    })
    .await;
    let fixture = Fixture::at(Clock::fixed(NOW)).await;
    let profile = profile(&fixture, provider.form("password", &api.url)).await;
    let (integration, id) = connection(&fixture, profile, &api.url).await;
    fixture.enable(id).await.unwrap();
    sent(&fixture, integration, "{}").await;
    assert_eq!(status(&fixture, id).await.0, ConnectionStatus::Expired);
    provider.set(|behaviour| behaviour.fails = None);
    let stored = oauth_profiles::find(&fixture.engine, &fixture.see(), profile)
        .await
        .unwrap();
    let mended = OauthProfileForm {
        password: "the-right-one".into(),
        ..OauthProfileForm::of(&stored)
    };
    oauth_profiles::save(&fixture.engine, &fixture.design(), mended)
        .await
        .unwrap();
    assert_eq!(
        sent(&fixture, integration, "{}").await.row.state,
        TransactionState::Complete
    );
}

#[tokio::test]
async fn a_token_is_given_back_only_to_the_provider_that_gave_it() {
    let api = api().await;
    let provider = Provider::start(Behaviour {
        rotates: true,
        ..Behaviour::default()
    })
    .await;
    let elsewhere = Provider::start(Behaviour::default()).await;
    let fixture = Fixture::at(Clock::fixed(NOW)).await;
    let profile = profile(&fixture, provider.form("authorization_code", &api.url)).await;
    let (_, id) = connection(&fixture, profile, &api.url).await;
    authorise(&fixture, id).await.unwrap();
    let stored = oauth_profiles::find(&fixture.engine, &fixture.see(), profile)
        .await
        .unwrap();
    let moved = OauthProfileForm {
        token_url: format!("{}/token", elsewhere.target.url),
        revocation_url: format!("{}/revoke", elsewhere.target.url),
        client_secret: "another".into(),
        ..OauthProfileForm::of(&stored)
    };
    oauth_profiles::save(&fixture.engine, &fixture.design(), moved)
        .await
        .unwrap();
    let said = tokens::revoke(&fixture.engine, &fixture.design(), id)
        .await
        .unwrap();
    assert!(said.contains("not told"), "{said}");
    assert_eq!(elsewhere.calls(), 0);
}
