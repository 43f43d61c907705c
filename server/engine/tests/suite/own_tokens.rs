//! Tokens of our own token endpoint: what ends with a password, and what guessing shows.

use crate::support::{
    Fixture, PASSWORD,
    inbound::{Call, add, of, revoke},
};
use engine::{
    clock::Clock,
    inbound_users, oauth_clients, overview,
    token_endpoint::{self, Denied, TokenRequest, Tokens},
};
use model::{
    Timestamp,
    forms::{ClientSecretForm, InboundCredentialForm, InboundUserForm, OauthClientForm},
};
use secrecy::{ExposeSecret, SecretString};

const DAY_MS: i64 = 86_400_000;

struct World {
    fixture: Fixture,
    clock: Clock,
    user: String,
    secret: String,
}

impl World {
    /// An inbound user with a connection, and a client with every grant that posts as it.
    async fn new() -> Self {
        let clock = Clock::fixed(Timestamp(1_800_000_000_000));
        let fixture = Fixture::at(clock.clone()).await;
        let (user, _) = fixture.receiving("incident", "jira").await;
        let form = OauthClientForm {
            name: "Jira".into(),
            client_id: "jira-client".into(),
            inbound_user: user.clone(),
            client_credentials: "on".into(),
            password_grant: "on".into(),
            refresh_token: "on".into(),
            active: "on".into(),
            ..OauthClientForm::default()
        };
        let (engine, design) = (&fixture.engine, fixture.design());
        let id = oauth_clients::save(engine, &design, form).await.unwrap();
        let of = ClientSecretForm {
            id: id.to_string(),
            ..ClientSecretForm::default()
        };
        let secret = oauth_clients::new_secret(engine, &design, of).await.unwrap();
        Self {
            secret: secret.client_secret,
            fixture,
            clock,
            user,
        }
    }

    async fn ask(&self, grant: &str, fill: impl FnOnce(&mut TokenRequest)) -> Result<Tokens, Denied> {
        let mut request = TokenRequest {
            client_id: "jira-client".into(),
            client_secret: self.secret.clone().into(),
            grant_type: grant.into(),
            ..TokenRequest::default()
        };
        fill(&mut request);
        token_endpoint::issue(&self.fixture.engine, request).await
    }

    async fn by_password(&self, password: &str) -> Result<Tokens, Denied> {
        self.ask("password", |request| {
            request.user_name = "jira".into();
            request.password = password.into();
        })
        .await
    }

    async fn refresh(&self, tokens: &Tokens) -> Result<Tokens, Denied> {
        let refresh = tokens.refresh_token.clone().unwrap();
        self.ask("refresh_token", |request| request.refresh_token = refresh)
            .await
    }

    async fn post(&self, token: &SecretString) -> u16 {
        let header = format!("Bearer {}", token.expose_secret());
        let call = Call::to("incident", "{}").with("authorization", &header);
        call.status(&self.fixture.engine).await
    }

    async fn change(&self, change: impl FnOnce(&mut InboundUserForm)) {
        let id = self.user.parse().unwrap();
        let stored = inbound_users::find(&self.fixture.engine, &self.fixture.see(), id)
            .await
            .unwrap();
        let mut form = InboundUserForm::of(&stored);
        change(&mut form);
        inbound_users::save(&self.fixture.engine, &self.fixture.design(), form)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_replaced_password_ends_what_was_fetched_with_it() {
    let world = World::new().await;
    let tokens = world.by_password(PASSWORD).await.unwrap();
    let newer = world.refresh(&tokens).await.unwrap();
    let own = world.ask("client_credentials", |_| ()).await.unwrap();
    world.change(|form| form.description = "another".into()).await;
    assert_eq!(world.post(&newer.access_token).await, 202, "another change");
    world
        .change(|form| form.password = "another password".into())
        .await;
    assert_eq!(world.post(&newer.access_token).await, 401);
    assert!(matches!(
        world.refresh(&newer).await,
        Err(Denied::InvalidGrant(_))
    ));
    assert_eq!(
        world.post(&own.access_token).await,
        202,
        "no password was needed for it"
    );
    let again = world.by_password("another password").await.unwrap();
    assert_eq!(world.post(&again.access_token).await, 202);
    let entries = engine::audit::list(
        &world.fixture.engine,
        &world.fixture.actor().grant().unwrap(),
        None,
    )
    .await;
    let told = format!("{:?}", entries.unwrap());
    assert!(told.contains("Tokens fetched with a password"), "{told}");
}

#[tokio::test]
async fn a_revoked_password_ends_what_was_fetched_with_it() {
    let world = World::new().await;
    let second = InboundCredentialForm {
        password: "the second one".into(),
        ..of(&world.user, "password")
    };
    let made = add(&world.fixture, second).await;
    let key = add(&world.fixture, of(&world.user, "api_key")).await;
    let tokens = world.by_password("the second one").await.unwrap();
    revoke(&world.fixture, &key).await;
    assert_eq!(
        world.post(&tokens.access_token).await,
        202,
        "a key is no password"
    );
    revoke(&world.fixture, &made).await;
    assert_eq!(world.post(&tokens.access_token).await, 401);
    assert!(matches!(
        world.refresh(&tokens).await,
        Err(Denied::InvalidGrant(_))
    ));
}

#[tokio::test]
async fn nothing_outlives_the_password_it_was_fetched_with() {
    let world = World::new().await;
    let second = InboundCredentialForm {
        password: "the second one".into(),
        days: "2".into(),
        ..of(&world.user, "password")
    };
    add(&world.fixture, second).await;
    world.clock.advance(DAY_MS);
    let first = world.by_password("the second one").await.unwrap();
    assert_eq!(first.expires_in, 1800);
    world.clock.advance(DAY_MS - 600_000);
    let last = world.refresh(&first).await.unwrap();
    assert_eq!(last.expires_in, 600, "the password ends in ten minutes");
    world.clock.advance(600_000);
    assert_eq!(world.post(&last.access_token).await, 401);
    assert!(matches!(world.refresh(&last).await, Err(Denied::InvalidGrant(_))));
}

#[tokio::test]
async fn guessing_does_not_tell_which_clients_exist() {
    let world = World::new().await;
    for id in ["jira-client", "nobody"] {
        let guess = || {
            world.ask("client_credentials", |request| {
                request.client_id = id.into();
                request.client_secret = "wrong".into();
            })
        };
        for _ in 0..10 {
            assert!(matches!(guess().await, Err(Denied::InvalidClient(_))), "{id}");
        }
        assert!(matches!(guess().await, Err(Denied::TooManySecrets(_))), "{id}");
    }
    for guess in 0..10 {
        let refused = world.by_password(&format!("guess {guess}")).await;
        assert!(matches!(refused, Err(Denied::InvalidGrant(_))));
    }
    let limited = world.by_password("guess 10").await;
    assert!(matches!(limited, Err(Denied::TooManyPasswords(_))));
}

#[tokio::test]
async fn refused_requests_are_listed_with_the_client_they_claim() {
    let world = World::new().await;
    let engine = &world.fixture.engine;
    for (denied, told) in [
        (Denied::InvalidClient("unknown client"), true),
        (Denied::InvalidGrant("user or password are wrong"), true),
        (Denied::InvalidRequest("grant_type is missing"), false),
        (Denied::Unavailable, false),
    ] {
        let before = overview::dashboard(engine, &world.fixture.see()).await.unwrap();
        token_endpoint::refused(engine, &denied, "jira-client", "192.0.2.7").await;
        let after = overview::dashboard(engine, &world.fixture.see()).await.unwrap();
        let count = usize::from(told);
        assert_eq!(after.refused.len(), before.refused.len() + count, "{denied:?}");
        if told {
            let call = &after.refused[0];
            assert_eq!(
                (call.claimed.as_str(), call.address.as_str(), call.status),
                ("jira-client", "192.0.2.7", i64::from(denied.status()))
            );
            assert!(call.reason.starts_with("token request: "), "{}", call.reason);
        }
        world.clock.advance(1);
    }
}

#[tokio::test]
async fn no_token_is_given_for_a_user_that_allows_none() {
    let world = World::new().await;
    let tokens = world.ask("client_credentials", |_| ()).await.unwrap();
    world.change(|form| form.allow_basic = "on".into()).await;
    assert_eq!(world.post(&tokens.access_token).await, 401, "at once");
    for denied in [
        world.ask("client_credentials", |_| ()).await,
        world.by_password(PASSWORD).await,
    ] {
        assert!(matches!(denied, Err(Denied::UnauthorizedClient(_))));
    }
    world.change(|form| form.allow_bearer = "on".into()).await;
    assert_eq!(world.post(&tokens.access_token).await, 202);
}
