//! What a token was given for, and where it and the secrets behind it may go (promise S2).

use crate::support::provider::{Behaviour, Provider, World};
use engine::{connections, tokens};
use model::{
    connection_form::ConnectionForm,
    connection_status::ConnectionStatus,
    token::{TokenEventKind, TokenStatus},
    transaction::TransactionState,
};

const DAY: i64 = 24 * 3_600_000;

async fn revoke(world: &World) -> String {
    tokens::revoke(&world.fixture.engine, &world.fixture.design(), world.connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn tokens_and_client_secrets_stay_where_they_were_allowed() {
    let world = World::new("client_credentials", Behaviour::default()).await;
    let elsewhere = Provider::start(Behaviour::default()).await;
    // A connection to an origin that the profile does not list.
    let mut form = ConnectionForm::of(&world.detail().await.connection);
    form.endpoint_url = elsewhere.target.url.clone();
    let refused = world.fixture.save(form).await.unwrap_err();
    assert!(format!("{refused:?}").contains("API origins"), "{refused:?}");
    // Another token URL demands the client secret again.
    let moved = format!("{}/token", elsewhere.target.url);
    let refused = world.change_profile(|form| form.token_url = moved.clone()).await;
    let refused = format!("{:?}", refused.unwrap_err());
    assert!(refused.contains("client_secret"), "{refused}");
    world
        .change_profile(|form| {
            form.token_url = moved.clone();
            form.client_secret = "another".into();
        })
        .await
        .unwrap();
    assert_eq!(elsewhere.calls(), 0);
}

#[tokio::test]
async fn nothing_secret_is_in_clear_in_the_database_or_on_the_page() {
    let world = World::authorised(Behaviour::rotating()).await;
    world.enable().await;
    let mut seen = serde_json::to_string(&world.send().await).unwrap();
    seen.push_str(&serde_json::to_string(&world.view().await).unwrap());
    let page = connections::detail(&world.fixture.engine, &world.fixture.see(), world.connection).await;
    seen.push_str(&serde_json::to_string(&page.unwrap()).unwrap());
    assert!(!seen.contains("canary"), "{seen}");
    world.fixture.engine.close().await;
    for file in std::fs::read_dir(world.fixture.directory.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(6).any(|window| window == b"canary");
        assert!(!found, "{}", path.display());
    }
}

#[tokio::test]
async fn a_revoked_token_is_forgotten_and_the_provider_told() {
    let world = World::new("authorization_code", Behaviour::rotating()).await;
    let url = format!("{}/revoke", world.provider.target.url);
    world
        .change_profile(|form| form.revocation_url = url)
        .await
        .unwrap();
    world.authorise().await.unwrap();
    assert_eq!(revoke(&world).await, "Revoked at the provider.");
    assert_eq!(world.provider.last("token").as_deref(), Some("refresh-canary-1"));
    assert_eq!(world.view().await.status, TokenStatus::None);
    assert_eq!(world.status().await.0, ConnectionStatus::NotConfigured);
    assert!(world.kinds().await.contains(&TokenEventKind::Revoked));
    // The client secret goes to the token URL's host only.
    let elsewhere = "https://elsewhere.example.com/revoke";
    let refused = world
        .change_profile(|form| form.revocation_url = elsewhere.into())
        .await;
    let refused = format!("{:?}", refused.unwrap_err());
    assert!(refused.contains("revocation_url"), "{refused}");
}

#[tokio::test]
async fn a_token_is_given_back_only_to_the_provider_that_gave_it() {
    let world = World::authorised(Behaviour::rotating()).await;
    let elsewhere = Provider::start(Behaviour::default()).await;
    world
        .change_profile(|form| {
            form.token_url = format!("{}/token", elsewhere.target.url);
            form.revocation_url = format!("{}/revoke", elsewhere.target.url);
            form.client_secret = "another".into();
        })
        .await
        .unwrap();
    let said = revoke(&world).await;
    assert!(said.contains("not told"), "{said}");
    assert_eq!(elsewhere.calls(), 0);
}

#[tokio::test]
async fn a_mended_profile_is_tried_again_without_a_person() {
    let behaviour = Behaviour {
        fails: Some((400, r#"{"error":"invalid_grant"}"#.into())),
        ..Behaviour::default()
    };
    let world = World::new("password", behaviour).await;
    world.enable().await;
    world.send().await;
    assert_eq!(world.status().await.0, ConnectionStatus::Expired);
    world.provider.set(|behaviour| behaviour.fails = None);
    world
        .change_profile(|form| form.password = "the-right-one".into())
        .await
        .unwrap();
    assert_eq!(world.send().await.row.state, TransactionState::Complete);
}

#[tokio::test]
async fn the_next_request_uses_what_a_profile_asks_for_now() {
    let world = World::new("password", Behaviour::rotating()).await;
    world.enable().await;
    world.send().await;
    assert_eq!(world.status().await.0, ConnectionStatus::Connected);
    world.clock.advance(1);
    world
        .change_profile(|form| form.user = "another".into())
        .await
        .unwrap();
    assert_eq!(
        world.status().await.0,
        ConnectionStatus::Configured,
        "nothing proves it now"
    );
    world.send().await;
    assert_eq!(world.provider.last("username").as_deref(), Some("another"));
    world
        .change_profile(|form| form.password = "replaced".into())
        .await
        .unwrap();
    world.send().await;
    assert_eq!(world.provider.last("password").as_deref(), Some("replaced"));
    assert_eq!(world.provider.calls(), 3);
    // Words change nothing.
    world
        .change_profile(|form| form.description = "of Jira".into())
        .await
        .unwrap();
    assert_eq!(world.status().await.0, ConnectionStatus::Connected);
    world.send().await;
    assert_eq!(world.provider.calls(), 3);
}

#[tokio::test]
async fn what_is_learnt_of_a_provider_counts_for_tokens_there_are() {
    let world = World::authorised(Behaviour::rotating()).await;
    let days = |form: &mut model::oauth_profile_form::OauthProfileForm, days: &str| {
        form.inactivity_days = days.into();
        form.absolute_days = days.into();
    };
    world.change_profile(|form| days(form, "90")).await.unwrap();
    let before = world.view().await;
    world.change_profile(|form| days(form, "30")).await.unwrap();
    let after = world.view().await;
    assert!(
        after.due_at < before.due_at,
        "{:?} {:?}",
        after.due_at,
        before.due_at
    );
    assert!(after.ends_at < before.ends_at);
    assert!(after.ends_at.unwrap().since(crate::support::provider::NOW) <= 30 * DAY);
}
