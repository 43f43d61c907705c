//! Our token endpoint: who gets tokens, what they are good for, and attacks on both.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};
use support::{Api, CALLER, CALLER_PASSWORD, Design, Server, encoded, problem};

const MESSAGE: &str = "/inbound/incident/message";

/// A client with every grant, and a secret.
struct Client {
    record: String,
    id: String,
    secret: String,
    secret_id: String,
}

async fn client(api: &Api<'_>, design: &Design) -> Client {
    let form = json!({
        "name": "Jira", "client_id": "jira-client", "inbound_user": design.user, "active": true,
        "client_credentials": true, "password_grant": true, "refresh_token": true,
    });
    let record = api.post("/oauth-clients", form).await["client"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let secret = api
        .post(&format!("/oauth-clients/{record}/secrets"), json!({}))
        .await;
    Client {
        record,
        id: "jira-client".into(),
        secret: secret["client_secret"].as_str().unwrap().into(),
        secret_id: secret["id"].as_str().unwrap().into(),
    }
}

async fn ask(server: &Server, path: &str, fields: &[(&str, &str)]) -> Response {
    server
        .request(Method::POST, path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(encoded(fields))
        .send()
        .await
        .unwrap()
}

impl Client {
    /// A request with the client's credentials in the body.
    async fn ask(&self, server: &Server, fields: &[(&str, &str)]) -> Response {
        let own = [
            ("client_id", self.id.as_str()),
            ("client_secret", self.secret.as_str()),
        ];
        ask(server, "/oauth/token", &[&own, fields].concat()).await
    }

    async fn tokens(&self, server: &Server, fields: &[(&str, &str)]) -> Value {
        let response = self.ask(server, fields).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    }
}

fn by_password() -> [(&'static str, &'static str); 3] {
    [
        ("grant_type", "password"),
        ("username", CALLER),
        ("password", CALLER_PASSWORD),
    ]
}

async fn post(server: &Server, token: &str) -> u16 {
    let response = server
        .request(Method::POST, MESSAGE)
        .bearer_auth(token)
        .header(header::CONTENT_TYPE, "application/json")
        .body("{}")
        .send()
        .await
        .unwrap();
    response.status().as_u16()
}

/// Asserts a refusal of RFC 6749 5.2.
async fn refused(case: &str, response: Response, status: u16, error: &str) {
    assert_eq!(response.status().as_u16(), status, "{case}");
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store", "{case}");
    if status == 401 {
        let challenge = response.headers()[header::WWW_AUTHENTICATE].to_str().unwrap();
        assert!(challenge.starts_with("Basic "), "{case}");
    }
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["error"], error, "{case}: {answer}");
    assert!(answer["error_description"].is_string(), "{case}");
    assert!(answer.get("access_token").is_none(), "{case}");
}

#[tokio::test]
async fn tokens_are_fetched_at_both_paths_and_let_in() {
    let server = Server::start();
    let api = server.api();
    let client = client(&api, &api.design().await).await;
    for path in ["/oauth/token", "/oauth_token.do"] {
        let response = server
            .request(Method::POST, path)
            .basic_auth(&client.id, Some(&client.secret))
            .header(
                header::CONTENT_TYPE,
                "application/x-www-form-urlencoded; charset=UTF-8",
            )
            .body("grant_type=client_credentials&scope=useraccount")
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(response.headers()[header::PRAGMA], "no-cache");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(
            (&answer["token_type"], &answer["expires_in"]),
            (&json!("Bearer"), &json!(1800))
        );
        assert_eq!(answer["scope"], "inbound");
        assert!(answer.get("refresh_token").is_none(), "RFC 6749 4.4.3");
        assert_eq!(post(&server, answer["access_token"].as_str().unwrap()).await, 202);
    }
    let answer = client.tokens(&server, &by_password()).await;
    assert_eq!(post(&server, answer["access_token"].as_str().unwrap()).await, 202);
    let view = api.get(&format!("/oauth-clients/{}", client.record)).await;
    assert_eq!(view["live_tokens"], 3);
    assert!(!view.to_string().contains(&client.secret), "shown once");
}

#[tokio::test]
async fn bad_requests_are_refused_in_the_words_of_the_standard() {
    let server = Server::start();
    let api = server.api();
    let client = client(&api, &api.design().await).await;
    let own = [
        ("client_id", client.id.as_str()),
        ("client_secret", client.secret.as_str()),
    ];
    let with = |fields: &[(&'static str, &'static str)]| [&own, fields].concat();
    for (case, fields, status, error) in [
        ("nothing", vec![], 400, "invalid_request"),
        (
            "no client",
            vec![("grant_type", "client_credentials")],
            401,
            "invalid_client",
        ),
        ("no grant", own.to_vec(), 400, "invalid_request"),
        (
            "unknown grant",
            with(&[("grant_type", "implicit")]),
            400,
            "unsupported_grant_type",
        ),
        (
            "a code",
            with(&[("grant_type", "authorization_code"), ("code", "x")]),
            400,
            "unsupported_grant_type",
        ),
        (
            "grant twice",
            with(&[("grant_type", "client_credentials"), ("grant_type", "password")]),
            400,
            "invalid_request",
        ),
        (
            "client twice",
            with(&[("client_id", "other"), ("grant_type", "client_credentials")]),
            400,
            "invalid_request",
        ),
        (
            "no password",
            with(&[("grant_type", "password"), ("username", CALLER)]),
            400,
            "invalid_request",
        ),
        (
            "wrong password",
            with(&[
                ("grant_type", "password"),
                ("username", CALLER),
                ("password", "wrong"),
            ]),
            400,
            "invalid_grant",
        ),
        (
            "unknown user",
            with(&[
                ("grant_type", "password"),
                ("username", "nobody"),
                ("password", "wrong"),
            ]),
            400,
            "invalid_grant",
        ),
        (
            "no refresh token",
            with(&[("grant_type", "refresh_token")]),
            400,
            "invalid_request",
        ),
        (
            "a made-up refresh token",
            with(&[("grant_type", "refresh_token"), ("refresh_token", "sbr_guessed")]),
            400,
            "invalid_grant",
        ),
        (
            "a wrong secret",
            vec![
                ("client_id", "jira-client"),
                ("client_secret", "wrong"),
                ("grant_type", "client_credentials"),
            ],
            401,
            "invalid_client",
        ),
        (
            "an unknown client",
            vec![
                ("client_id", "nobody"),
                ("client_secret", "wrong"),
                ("grant_type", "client_credentials"),
            ],
            401,
            "invalid_client",
        ),
    ] {
        refused(case, ask(&server, "/oauth/token", &fields).await, status, error).await;
    }
    for (case, kind, body) in [
        (
            "JSON",
            "application/json",
            "{\"grant_type\":\"client_credentials\"}",
        ),
        ("no type", "", "grant_type=client_credentials"),
    ] {
        let response = server
            .request(Method::POST, "/oauth/token")
            .basic_auth(&client.id, Some(&client.secret))
            .header(header::CONTENT_TYPE, kind)
            .body(body)
            .send()
            .await
            .unwrap();
        refused(case, response, 400, "invalid_request").await;
    }
    let both = server
        .request(Method::POST, "/oauth/token")
        .basic_auth(&client.id, Some(&client.secret))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(encoded(&with(&[("grant_type", "client_credentials")])))
        .send()
        .await
        .unwrap();
    refused("credentials in two places", both, 400, "invalid_request").await;
    let in_query = format!(
        "/oauth/token?grant_type=client_credentials&client_id={}&client_secret={}",
        client.id, client.secret
    );
    refused(
        "secrets in the address",
        ask(&server, &in_query, &[]).await,
        400,
        "invalid_request",
    )
    .await;
    let get = server.get("/oauth/token").await;
    problem("GET", get, 405).await;
}

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
    let other_user = support::id(&api.post("/inbound-users", user).await);
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
async fn what_is_revoked_or_switched_off_counts_no_more() {
    let server = Server::start();
    let api = server.api();
    let design = api.design().await;
    let client = client(&api, &design).await;
    let grant = [("grant_type", "client_credentials")];
    let token = client.tokens(&server, &grant).await["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let secrets = format!("/oauth-clients/{}/secrets", client.record);
    let newer = api.post(&secrets, json!({ "overlap_hours": 24 })).await;
    assert_eq!(
        client.ask(&server, &grant).await.status(),
        StatusCode::OK,
        "the overlap"
    );
    let newer = Client {
        record: client.record.clone(),
        id: client.id.clone(),
        secret: newer["client_secret"].as_str().unwrap().into(),
        secret_id: String::new(),
    };
    let revoke = api.request(
        Method::DELETE,
        &format!("/oauth-client-secrets/{}", client.secret_id),
    );
    assert_eq!(revoke.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    refused(
        "a revoked secret",
        client.ask(&server, &grant).await,
        401,
        "invalid_client",
    )
    .await;
    newer.tokens(&server, &grant).await;
    assert_eq!(post(&server, &token).await, 202, "tokens stay until they expire");
    let path = format!("/oauth-clients/{}", client.record);
    let off = json!({
        "name": "Jira", "inbound_user": design.user, "client_credentials": true, "active": false, "version": 1,
    });
    let answer = api.request(Method::PUT, &path).json(&off).send().await.unwrap();
    assert_eq!(
        answer.status(),
        StatusCode::OK,
        "{}",
        answer.text().await.unwrap()
    );
    assert_eq!(post(&server, &token).await, 401, "switched off");
    refused(
        "an inactive client",
        newer.ask(&server, &grant).await,
        401,
        "invalid_client",
    )
    .await;
    let user = api.request(Method::DELETE, &format!("/inbound-users/{}", design.user));
    problem("in use", user.send().await.unwrap(), 409).await;
    let delete = api.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(delete.status(), StatusCode::NO_CONTENT);
    refused("deleted", newer.ask(&server, &grant).await, 401, "invalid_client").await;
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
