//! Bad input by hand for the inbound endpoints: every case is answered with a complete problem, and nothing breaks.

use crate::support::{CALLER, CALLER_PASSWORD, Server, bad::NO_JSON, problem};
use reqwest::{Method, header};

/// Types that are no JSON.
const NO_JSON_TYPES: &[&str] = &[
    "",
    "text/plain",
    "application/xml",
    "application/jsonx",
    "json",
    "text/json",
    "application/json2;x=json",
    "*/*",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "application/json; charset=utf-16",
    "application/json; charset=latin1",
];

/// Message ids that are none.
const NO_IDS: &[&str] = &["", " ", "a b", "a\tb"];

#[tokio::test]
async fn inbound_refuses_everything_bad() {
    let server = Server::start();
    server.api().design().await;
    let call = |path: &str| {
        server
            .request(Method::POST, path)
            .basic_auth(CALLER, Some(CALLER_PASSWORD))
    };
    let message = || call("/inbound/incident/message");
    let json = || message().header(header::CONTENT_TYPE, "application/json");
    let mut cases = Vec::new();
    for body in NO_JSON {
        cases.push((
            format!("body {:?}", String::from_utf8_lossy(body)),
            json().body(body.to_vec()),
            400,
        ));
    }
    for kind in NO_JSON_TYPES {
        cases.push((
            format!("type {kind}"),
            message().header(header::CONTENT_TYPE, *kind).body("{}"),
            415,
        ));
    }
    let long = "x".repeat(300);
    for id in NO_IDS.iter().copied().chain([long.as_str()]) {
        cases.push((
            format!("id {id:?}"),
            json().header("Idempotency-Key", id).body("{}"),
            400,
        ));
        cases.push((
            format!("webhook id {id:?}"),
            json().header("webhook-id", id).body("{}"),
            400,
        ));
    }
    cases.push(("deep".into(), json().body("[".repeat(10_000)), 400));
    cases.push(("large".into(), json().body(vec![b' '; 70_000]), 413));
    for path in [
        "/inbound/Incident/message",
        "/inbound/incident%00/message",
        "/inbound/%2e%2e%2fincident/message",
        "/inbound/incident%20/message",
        "/inbound/%ff/message",
        "/inbound/\u{e9}/message",
        "/inbound/incident'--/message",
        "/inbound/%3Cscript%3E/message",
    ] {
        cases.push((
            path.into(),
            call(path)
                .header(header::CONTENT_TYPE, "application/json")
                .body("{}"),
            404,
        ));
    }
    for path in [
        "/inbound",
        "/inbound/",
        "/inbound/incident",
        "/inbound/incident/",
        "/inbound/incident/messages",
        "/inbound/incident/message/x",
        "/inbound//message",
    ] {
        cases.push((path.into(), call(path).body("{}"), 404));
    }
    let count = cases.len();
    assert!(count >= 80, "{count}");
    for (case, request, status) in cases {
        problem(&case, request.send().await.unwrap(), status).await;
    }
    assert!(
        json().body("{}").send().await.unwrap().status().is_success(),
        "and good input still works"
    );
}

#[tokio::test]
async fn inbound_refuses_bad_credentials() {
    let server = Server::start();
    server.api().design().await;
    for (index, authorization) in [
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic YQ",
        "Basic YQ==",
        "Basic Og==",
        "Basic amlyYTo=",
        "Bearer amlyYTpqaXJh",
        "Digest username=\"jira\"",
        "Basic amlyYTpqaXJh extra",
        "basic",
        "Negotiate x",
        "Basic gICA",
        "Basic AAAA",
        "Basic 4oKs",
        "amlyYTpqaXJh",
    ]
    .into_iter()
    .enumerate()
    {
        let request = server
            .request(Method::POST, "/inbound/incident/message")
            .header(header::AUTHORIZATION, authorization)
            .body("{}");
        let response = request.send().await.unwrap();
        problem(&format!("{index} {authorization}"), response, 401).await;
    }
}
