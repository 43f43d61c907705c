//! The practice target: useful, and harmless to whoever opens it in a browser.

use crate::support::{PASSWORD, Server, problem};
use reqwest::{Method, StatusCode, header};
use serde_json::Value;

#[tokio::test]
async fn it_is_not_there_unless_switched_on() {
    let server = Server::start_with(&[
        ("SWITCHBOARD_ADMIN_USER", "admin"),
        ("SWITCHBOARD_ADMIN_PASSWORD", PASSWORD),
    ]);
    problem("off", server.get("/practice/echo").await, 404).await;
}

#[tokio::test]
async fn the_echo_shows_everything_but_credentials() {
    let server = Server::start();
    let request = server
        .request(Method::PUT, "/practice/echo?a=1&b=%20")
        .bearer_auth("t0ken")
        .body("{\"x\":1}");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert!(
        response.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap()
            .starts_with("sandbox")
    );
    let text = response.text().await.unwrap();
    assert!(!text.contains("t0ken"), "{text}");
    let echo: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (echo["method"].as_str(), echo["path"].as_str()),
        (Some("PUT"), Some("/practice/echo"))
    );
    assert_eq!(echo["query"][1]["value"], " ");
    assert_eq!(echo["json"]["x"], 1);
}

#[tokio::test]
async fn it_answers_with_any_status_but_sends_nobody_elsewhere() {
    let server = Server::start();
    for status in [
        200, 201, 204, 301, 302, 304, 307, 400, 401, 403, 404, 405, 418, 429, 500, 503, 599,
    ] {
        let response = server.get(&format!("/practice/status/{status}")).await;
        assert_eq!(response.status().as_u16(), status);
        assert!(!response.headers().contains_key(header::LOCATION), "{status}");
    }
    for bad in ["199", "100", "600", "0", "-1", "abc", "99999999999", "%ff"] {
        problem(bad, server.get(&format!("/practice/status/{bad}")).await, 400).await;
    }
}

#[tokio::test]
async fn basic_authentication_is_exact() {
    let server = Server::start();
    let ask = |user: &str, password: &str| {
        server
            .request(Method::GET, "/practice/basic/ada/s3cret")
            .basic_auth(user, Some(password))
    };
    assert_eq!(
        ask("ada", "s3cret").send().await.unwrap().status(),
        StatusCode::OK
    );
    for (user, password) in [("ada", "wrong"), ("eve", "s3cret"), ("ada", "")] {
        let response = ask(user, password).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert!(response.headers().contains_key(header::WWW_AUTHENTICATE));
    }
}

#[tokio::test]
async fn broken_json_is_broken() {
    let server = Server::start();
    let response = server.get("/practice/broken").await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    assert!(response.json::<Value>().await.is_err());
}

#[tokio::test]
async fn only_a_few_delays_run_at_once() {
    let server = Server::start();
    for bad in ["31", "-1", "x", "1.5"] {
        problem(bad, server.get(&format!("/practice/delay/{bad}")).await, 400).await;
    }
    let asked = futures::future::join_all((0..40).map(|_| server.get("/practice/delay/1"))).await;
    let busy: Vec<_> = asked
        .iter()
        .filter(|response| response.status() == StatusCode::SERVICE_UNAVAILABLE)
        .collect();
    assert_eq!(busy.len(), 8);
    assert!(
        busy.iter()
            .all(|response| response.headers().contains_key(header::RETRY_AFTER))
    );
}
