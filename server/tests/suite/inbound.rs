//! The inbound endpoints: what is accepted, what is refused, in which order.

use crate::support::{CALLER, CALLER_PASSWORD, Server, problem};
use reqwest::{Method, RequestBuilder, StatusCode, header};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

fn call(server: &Server, path: &str) -> RequestBuilder {
    server
        .request(Method::POST, path)
        .basic_auth(CALLER, Some(CALLER_PASSWORD))
        .header(header::CONTENT_TYPE, "application/json")
}

const MESSAGE: &str = "/inbound/incident/message";

#[tokio::test]
async fn a_message_is_stored_before_it_is_acknowledged() {
    let server = Server::start();
    let api = server.api();
    api.design().await;
    let response = call(&server, MESSAGE)
        .header("Idempotency-Key", "m-1")
        .body("{\"a\":1}")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    let first: Value = response.json().await.unwrap();
    assert_eq!(first["message_id"], "m-1");
    let stored = api
        .get(&format!(
            "/transactions/{}",
            first["transaction"].as_str().unwrap()
        ))
        .await;
    assert_eq!(
        (stored["direction"].as_str(), stored["state"].as_str()),
        (Some("inbound"), Some("complete"))
    );
    assert_eq!(stored["body"]["text"], "{\"a\":1}");
    assert!(
        !stored["headers"]
            .to_string()
            .to_lowercase()
            .contains("authorization")
    );

    let again = call(&server, MESSAGE)
        .header("Idempotency-Key", "m-1")
        .body("{\"a\":1}")
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), StatusCode::OK);
    assert_eq!(again.json::<Value>().await.unwrap(), first, "the first answer");
    let other = call(&server, MESSAGE)
        .header("Idempotency-Key", "m-1")
        .body("{\"a\":2}")
        .send()
        .await
        .unwrap();
    problem("another body", other, 409).await;
    let hook = call(&server, MESSAGE)
        .header("webhook-id", "m-1")
        .body("{\"a\":1}")
        .send()
        .await
        .unwrap();
    assert_eq!(hook.status(), StatusCode::OK, "webhook-id is the same id");
}

#[tokio::test]
async fn the_checks_come_in_their_order() {
    let server = Server::start();
    let api = server.api();
    let design = api.design().await;
    let other = json!({ "name": "Other", "user_id": "other", "password": "other-secret-1", "active": true });
    api.post("/inbound-users", other).await;
    let large = "x".repeat(70_000);
    let nobody = |path: &str| server.request(Method::POST, path);
    for (case, request, status) in [
        (
            "too large, nobody",
            nobody("/inbound/none/message").body(large.clone()),
            413,
        ),
        (
            "nobody, unknown process",
            nobody("/inbound/none/message").body("x"),
            401,
        ),
        ("nobody", nobody(MESSAGE).body("x"), 401),
        (
            "wrong password",
            nobody(MESSAGE).basic_auth(CALLER, Some("wrong")).body("x"),
            401,
        ),
        (
            "unknown user",
            nobody(MESSAGE).basic_auth("nobody", Some("wrong")).body("x"),
            401,
        ),
        ("bearer", nobody(MESSAGE).bearer_auth("x").body("x"), 401),
        (
            "credentials twice",
            call(&server, MESSAGE)
                .basic_auth(CALLER, Some(CALLER_PASSWORD))
                .body("{}"),
            401,
        ),
        (
            "unknown process",
            call(&server, "/inbound/none/message").body("x"),
            404,
        ),
        (
            "no connection",
            nobody(MESSAGE)
                .basic_auth("other", Some("other-secret-1"))
                .body("x"),
            403,
        ),
        (
            "wrong type",
            nobody(MESSAGE)
                .basic_auth(CALLER, Some(CALLER_PASSWORD))
                .header("content-type", "text/plain")
                .body("x"),
            415,
        ),
        (
            "no type",
            nobody(MESSAGE)
                .basic_auth(CALLER, Some(CALLER_PASSWORD))
                .body("x"),
            415,
        ),
        ("no JSON", call(&server, MESSAGE).body("{"), 400),
        (
            "id twice",
            call(&server, MESSAGE)
                .header("idempotency-key", "a")
                .header("idempotency-key", "b")
                .body("{}"),
            400,
        ),
    ] {
        let response = request.send().await.unwrap();
        if status == 401 {
            assert_eq!(
                response.headers()[header::WWW_AUTHENTICATE],
                "Basic realm=\"Switchboard\", charset=\"UTF-8\"",
                "{case}"
            );
        }
        problem(case, response, status).await;
    }
    let connection = format!("/connections/{}/disable", design.connection);
    api.post(&connection, json!({})).await;
    problem(
        "disabled",
        call(&server, MESSAGE).body("{}").send().await.unwrap(),
        403,
    )
    .await;
}

#[tokio::test]
async fn only_post_is_possible() {
    let server = Server::start();
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
        let response = server.request(method.clone(), MESSAGE).send().await.unwrap();
        assert_eq!(response.headers()[header::ALLOW], "POST", "{method}");
        problem(method.as_str(), response, 405).await;
    }
}

/// Sends raw bytes and reads until the other side closes or `Connection: close` has been honoured.
async fn raw(server: &Server, text: &str) -> String {
    let mut stream = TcpStream::connect(server.authority()).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    let _ = tokio::time::timeout(std::time::Duration::from_secs(20), reading)
        .await
        .expect("an answer in time");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_chunked_body_is_limited_too() {
    let server = Server::start();
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
    let head = format!(
        "POST {MESSAGE} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n",
        server.authority()
    );
    let answer = raw(&server, &format!("{head}{}0\r\n\r\n", chunk.repeat(20))).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    let answer = raw(&server, &format!("{head}2\r\n{{}}\r\n0\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}

#[tokio::test]
async fn who_asks_before_sending_too_much_is_told_at_once() {
    let server = Server::start();
    let text = format!(
        "POST {MESSAGE} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 9000000\r\n\r\n",
        server.authority()
    );
    let answer = raw(&server, &text).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test]
async fn smuggled_requests_are_not_answered() {
    let server = Server::start();
    let host = server.authority();
    let smuggled = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n");
    for (case, headers) in [
        (
            "two lengths",
            format!("Content-Length: 4\r\nContent-Length: {}", smuggled.len()),
        ),
        (
            "obsolete coding",
            "Transfer-Encoding: identity\r\nContent-Length: 0".to_owned(),
        ),
        ("blank before colon", "Content-Length : 0".to_owned()),
    ] {
        let answer = raw(
            &server,
            &format!("POST {MESSAGE} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n\r\n{smuggled}"),
        )
        .await;
        assert!(!answer.contains("\"status\":\"ok\""), "{case}: {answer}");
    }
    for (case, hosts) in [
        ("none", String::new()),
        ("two", format!("Host: {host}\r\nHost: evil.example\r\n")),
    ] {
        let answer = raw(
            &server,
            &format!("GET /login HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n"),
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{case}: {answer}");
    }
    let absolute =
        format!("GET http://evil.example/login HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let answer = raw(&server, &absolute).await;
    assert!(answer.starts_with("HTTP/1.1 421"), "{answer}");
}
