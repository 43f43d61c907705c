//! Attacks on the token endpoint and with its tokens.

use crate::support::{
    CALLER, Server, problem,
    tokens::{Client, ask, by_password, client, post, refused},
};
use reqwest::{Method, header};
use serde_json::{Value, json};

#[tokio::test]
async fn a_refresh_token_works_once_and_its_reuse_ends_the_family() {
    let server = Server::start();
    let api = server.api();
    let client = client(&api, &api.design().await).await;
    let first = client.tokens(&server, &by_password()).await;
    let other = client.tokens(&server, &by_password()).await;
    let refresh = |token: &Value| {
        [
            ("grant_type", "refresh_token".to_owned()),
            ("refresh_token", token.as_str().unwrap().to_owned()),
        ]
    };
    let fields = refresh(&first["refresh_token"]);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let second = client.tokens(&server, &fields).await;
    assert_ne!(second["refresh_token"], first["refresh_token"], "rotated");
    let access = second["access_token"].as_str().unwrap();
    assert_eq!(post(&server, access).await, 202);
    refused(
        "used before",
        client.ask(&server, &fields).await,
        400,
        "invalid_grant",
    )
    .await;
    let newest = refresh(&second["refresh_token"]);
    let newest: Vec<(&str, &str)> = newest
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    refused(
        "its family",
        client.ask(&server, &newest).await,
        400,
        "invalid_grant",
    )
    .await;
    assert_eq!(post(&server, access).await, 401, "its access token, at once");
    assert_eq!(
        post(&server, other["access_token"].as_str().unwrap()).await,
        202,
        "another log-in is untouched"
    );
    let access_as_refresh = refresh(&other["access_token"]);
    let fields: Vec<(&str, &str)> = access_as_refresh
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    refused(
        "an access token",
        client.ask(&server, &fields).await,
        400,
        "invalid_grant",
    )
    .await;
    assert_eq!(
        post(&server, other["refresh_token"].as_str().unwrap()).await,
        401,
        "a refresh token lets nobody in"
    );
}

#[tokio::test]
async fn one_client_cannot_use_what_belongs_to_another() {
    let server = Server::start();
    let api = server.api();
    let design = api.design().await;
    let client = client(&api, &design).await;
    let user = json!({ "name": "Other", "user_id": "other", "password": "other-secret-1", "active": true });
    let other_user = crate::support::id(&api.post("/inbound-users", user).await);
    let form = json!({
        "name": "Other", "client_id": "other-client", "inbound_user": other_user, "active": true,
        "password_grant": true, "refresh_token": true,
    });
    let record = api.post("/oauth-clients", form).await["client"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let made = api
        .post(&format!("/oauth-clients/{record}/secrets"), json!({}))
        .await;
    let other = Client {
        record,
        id: "other-client".into(),
        secret: made["client_secret"].as_str().unwrap().into(),
        secret_id: String::new(),
    };
    let tokens = client.tokens(&server, &by_password()).await;
    let stolen = [
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
    ];
    refused(
        "a stolen refresh token",
        other.ask(&server, &stolen).await,
        400,
        "invalid_grant",
    )
    .await;
    refused(
        "another user's password",
        other.ask(&server, &by_password()).await,
        400,
        "invalid_grant",
    )
    .await;
    let grant = [("grant_type", "client_credentials")];
    refused(
        "a grant it has not",
        other.ask(&server, &grant).await,
        400,
        "unauthorized_client",
    )
    .await;
    let own = [
        ("grant_type", "password"),
        ("username", "other"),
        ("password", "other-secret-1"),
    ];
    let tokens = other.tokens(&server, &own).await;
    assert_eq!(
        post(&server, tokens["access_token"].as_str().unwrap()).await,
        403,
        "no connection of its own"
    );
    let mixed = [
        ("client_id", other.id.as_str()),
        ("client_secret", client.secret.as_str()),
        ("grant_type", "password"),
    ];
    refused(
        "another client's secret",
        ask(&server, "/oauth/token", &mixed).await,
        401,
        "invalid_client",
    )
    .await;
}

#[tokio::test]
async fn guessing_is_limited_and_the_real_client_still_gets_in() {
    let server = Server::start();
    let api = server.api();
    let client = client(&api, &api.design().await).await;
    let guess = |number: usize| {
        let (server, id) = (&server, client.id.clone());
        async move {
            let secret = format!("guess-{number}");
            let fields = [
                ("client_id", id.as_str()),
                ("client_secret", &secret),
                ("grant_type", "client_credentials"),
            ];
            ask(server, "/oauth/token", &fields).await
        }
    };
    for number in 0..10 {
        refused("a guess", guess(number).await, 401, "invalid_client").await;
    }
    let limited = guess(10).await;
    assert!(limited.headers().contains_key(header::RETRY_AFTER));
    refused("too many", limited, 429, "invalid_client").await;
    client
        .tokens(&server, &[("grant_type", "client_credentials")])
        .await;
}

#[tokio::test]
async fn guessing_tells_neither_which_clients_exist_nor_goes_on_with_passwords() {
    let server = Server::start();
    let api = server.api();
    let client = client(&api, &api.design().await).await;
    let unknown = [
        ("client_id", "nobody"),
        ("client_secret", "wrong"),
        ("grant_type", "client_credentials"),
    ];
    for _ in 0..10 {
        let guess = ask(&server, "/oauth/token", &unknown).await;
        refused("an unknown client", guess, 401, "invalid_client").await;
    }
    let limited = ask(&server, "/oauth/token", &unknown).await;
    refused("as a known one", limited, 429, "invalid_client").await;
    for number in 0..=10 {
        let password = format!("guess-{number}");
        let fields = [
            ("grant_type", "password"),
            ("username", CALLER),
            ("password", password.as_str()),
        ];
        let status = if number < 10 { 400 } else { 429 };
        refused(
            "a guess",
            client.ask(&server, &fields).await,
            status,
            "invalid_grant",
        )
        .await;
    }
}

#[tokio::test]
async fn a_new_password_ends_what_was_fetched_with_the_old_one() {
    let server = Server::start();
    let api = server.api();
    let design = api.design().await;
    let client = client(&api, &design).await;
    let tokens = client.tokens(&server, &by_password()).await;
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(post(&server, access).await, 202);
    let path = format!("/inbound-users/{}", design.user);
    let stored = api.get(&path).await;
    assert!(stored["password_last_used"].is_number(), "{stored}");
    let changed = json!({
        "name": stored["name"], "user_id": stored["user_id"], "active": true, "version": stored["version"],
        "password": "another-secret-1", "allow_bearer": true,
    });
    let answer = api
        .request(Method::PUT, &path)
        .json(&changed)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(api.get(&path).await["allowed"], json!(["bearer"]));
    assert_eq!(post(&server, access).await, 401);
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
    ];
    refused(
        "its refresh token",
        client.ask(&server, &refresh).await,
        400,
        "invalid_grant",
    )
    .await;
}

#[tokio::test]
async fn an_access_token_opens_nothing_else() {
    let server = Server::start();
    let api = server.api();
    let client = client(&api, &api.design().await).await;
    let token = client
        .tokens(&server, &[("grant_type", "client_credentials")])
        .await["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    for path in ["/api/v1/processes", "/metrics", "/docs/api"] {
        let response = server
            .request(Method::GET, path)
            .bearer_auth(&token)
            .send()
            .await
            .unwrap();
        problem(path, response, 401).await;
    }
    assert_eq!(
        post(&server, &api.token).await,
        401,
        "and an API token no inbound endpoint"
    );
}
