//! Our token endpoint: who gets tokens, what is refused, and in which words.

use crate::support::{
    CALLER, Server, encoded, problem,
    tokens::{Client, ask, by_password, client, post, refused},
};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

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
