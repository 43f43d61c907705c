//! Open pages are told what has changed, as long as their session lasts.

use std::time::Duration;

use crate::support::Server;
use reqwest::{Method, Response, StatusCode, header};
use serde_json::json;

/// Longer than anything here takes, and shorter than the heartbeat.
const PATIENCE: Duration = Duration::from_secs(10);

async fn listen(server: &Server, cookie: &str, since: i64) -> Response {
    let response = server
        .request(Method::GET, &format!("/fn/events?since={since}"))
        .header(header::COOKIE, cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    response
}

/// A time that nothing comes after.
const NEVER: i64 = i64::MAX / 2;

/// What arrives until `word` has come; `None` when the stream ends before.
async fn until(stream: &mut Response, word: &str) -> Option<String> {
    let mut text = String::new();
    while !text.contains(word) {
        let chunk = tokio::time::timeout(PATIENCE, stream.chunk()).await;
        let chunk = chunk.unwrap_or_else(|_| panic!("waiting for {word} after {text:?}"));
        text.push_str(&String::from_utf8_lossy(&chunk.unwrap()?));
    }
    Some(text)
}

#[tokio::test]
async fn a_transaction_is_told_to_those_who_listen() {
    let server = Server::start();
    let cookie = server.log_in().await;
    let api = server.api();
    let design = api.design().await;
    let mut stream = listen(&server, &cookie, 0).await;
    // Who has heard nothing yet is told everything at once.
    let first = until(&mut stream, "data: transactions\n\n").await.unwrap();
    assert!(first.contains("data: design\n\n"), "{first}");
    let id = first.rsplit("id: ").next().unwrap().lines().next().unwrap();
    let path = format!("/integrations/{}/messages/create", design.integration);
    api.post(&path, json!({ "n": 1 })).await;
    let second = until(&mut stream, "data: transactions\n\n").await.unwrap();
    assert!(!second.contains("data: design"), "only what changed: {second}");
    // Who lost the connection before that hears it when coming back, whatever the address says.
    let mut back = server
        .request(Method::GET, &format!("/fn/events?since={NEVER}"))
        .header(header::COOKIE, &cookie)
        .header("last-event-id", id)
        .send()
        .await
        .unwrap();
    assert!(until(&mut back, "data: transactions\n\n").await.is_some());
}

#[tokio::test]
async fn the_end_of_the_session_ends_the_listening() {
    let server = Server::start();
    let cookie = server.log_in().await;
    let api = server.api();
    let mut stream = listen(&server, &cookie, 0).await;
    assert!(until(&mut stream, "data: design\n\n").await.is_some());
    let out = server
        .form("/fn/logout", "/", &[])
        .header(header::COOKIE, &cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(out.status(), StatusCode::SEE_OTHER);
    api.post("/applications", json!({ "name": "Other", "key": "other" }))
        .await;
    assert_eq!(until(&mut stream, "data:").await, None);
}

#[tokio::test]
async fn nobody_listens_without_a_session() {
    let server = Server::start();
    let token = server.token();
    assert_eq!(server.get("/fn/events").await.status(), StatusCode::UNAUTHORIZED);
    let with_token = server
        .request(Method::GET, "/fn/events")
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    assert_eq!(with_token.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_open_page_does_not_hold_up_the_end() {
    let server = Server::start();
    let cookie = server.log_in().await;
    let mut stream = listen(&server, &cookie, NEVER).await;
    assert!(until(&mut stream, "retry:").await.is_some());
    let asked = std::time::Instant::now();
    server.ask_to_end();
    assert_eq!(until(&mut stream, "data:").await, None);
    // The drain time is 8 s; nothing but the stream was running.
    assert!(asked.elapsed() < Duration::from_secs(4), "{:?}", asked.elapsed());
}
