//! Ways in beside Basic, over HTTP: path tokens never told back, signatures over the raw body, and what is shown once.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use crate::support::{CALLER, CALLER_PASSWORD, Server, problem};
use hmac::{Hmac, Mac, digest::KeyInit};
use reqwest::{Client, Method, StatusCode, header};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpSocket, TcpStream},
};

const MESSAGE: &str = "/inbound/incident/message";

#[tokio::test]
async fn a_path_token_lets_in_and_is_never_told_back() {
    let server = Server::start();
    let api = server.api();
    let design = api.design().await;
    let credentials = format!("/inbound-users/{}/credentials", design.user);
    let made = api
        .post(
            &credentials,
            json!({ "kind": "path_token", "label": "old switchboard" }),
        )
        .await;
    let (token, url) = (
        made["secret"].as_str().unwrap(),
        made["urls"][0].as_str().unwrap(),
    );
    assert!(url.ends_with(&format!("{MESSAGE}/{token}")), "{url}");
    let post = |path: String| {
        server
            .request(Method::POST, &path)
            .header(header::CONTENT_TYPE, "application/json")
    };
    let path = format!("{MESSAGE}/{token}");
    assert_eq!(
        post(path.clone()).body("{}").send().await.unwrap().status(),
        StatusCode::ACCEPTED
    );
    let malformed = problem(
        "malformed",
        post(path.clone()).body("{").send().await.unwrap(),
        400,
    )
    .await;
    assert!(!malformed.to_string().contains(token), "{malformed}");
    let large = problem(
        "large",
        post(path.clone()).body("x".repeat(70_000)).send().await.unwrap(),
        413,
    )
    .await;
    assert!(!large.to_string().contains(token), "{large}");
    let get = problem("GET", server.get(&path).await, 405).await;
    assert!(!get.to_string().contains(token), "{get}");
    problem(
        "unknown",
        post(format!("{MESSAGE}/sbp_unknown"))
            .body("{}")
            .send()
            .await
            .unwrap(),
        401,
    )
    .await;
    problem(
        "no token",
        post(format!("{MESSAGE}/x")).body("{}").send().await.unwrap(),
        404,
    )
    .await;
    let listed = api.get(&credentials).await;
    assert!(
        !listed.to_string().contains(token) && listed["items"][0]["last_used"].is_number(),
        "{listed}"
    );
    let repeated = post(path.clone())
        .header("X-Original-URL", format!("https://sb.example{path}"))
        .header("Referer", path.replace("sbp_", "%73%62p%5F"))
        .body("{}")
        .send()
        .await
        .unwrap();
    let accepted: Value = repeated.json().await.unwrap();
    let number = accepted["transaction"].as_str().unwrap();
    let stored = api.get(&format!("/transactions/{number}")).await.to_string();
    assert!(
        stored.contains("sb.example") && !stored.contains(&token[4..]),
        "{stored}"
    );
    let transactions = api.get("/transactions").await;
    assert!(!transactions.to_string().contains(token));
}

/// As GitHub signs.
fn signed(body: &str) -> String {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(b"a-secret-of-github").unwrap();
    mac.update(body.as_bytes());
    let code = mac.finalize().into_bytes();
    let text: Vec<String> = code.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={}", text.concat())
}

#[tokio::test]
async fn a_signature_is_over_the_bytes_that_came() {
    let server = Server::start();
    let api = server.api();
    let design = api.design().await;
    let credentials = format!("/inbound-users/{}/credentials", design.user);
    let github = json!({ "kind": "signature", "preset": "github", "signing_secret": "a-secret-of-github" });
    api.post(&credentials, github).await;
    let post = |signature: String| {
        server
            .request(Method::POST, MESSAGE)
            .header(header::CONTENT_TYPE, "application/json")
            .header("X-Hub-Signature-256", signature)
    };
    let body = "{ \"a\" : 1 }\r\n";
    let good = post(signed(body)).body(body).send().await.unwrap();
    assert_eq!(good.status(), StatusCode::ACCEPTED);
    let accepted: Value = good.json().await.unwrap();
    let stored = api
        .get(&format!(
            "/transactions/{}",
            accepted["transaction"].as_str().unwrap()
        ))
        .await;
    assert!(
        !stored.to_string().to_lowercase().contains("x-hub-signature"),
        "{stored}"
    );
    let wrong = post(signed(body)).body("{\"a\":1}").send().await.unwrap();
    let challenges: Vec<_> = wrong.headers().get_all(header::WWW_AUTHENTICATE).iter().collect();
    assert_eq!(challenges.len(), 2, "Basic and Bearer");
    problem("another body", wrong, 401).await;
    let large = "x".repeat(70_000);
    problem(
        "too large",
        post(signed(&large)).body(large).send().await.unwrap(),
        413,
    )
    .await;
    let malformed = post(signed("{")).body("{").send().await.unwrap();
    problem("malformed, but authentic", malformed, 400).await;
}

/// Begins a signed call from `address` and never ends it.
async fn unfinished(server: &Server, address: Ipv4Addr, sent: usize) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((address, 0).into()).unwrap();
    let mut stream = socket.connect(server.authority().parse().unwrap()).await.unwrap();
    let head = format!(
        "POST {MESSAGE} HTTP/1.1\r\nHost: {}\r\nX-Hub-Signature-256: sha256=00\r\nContent-Length: {}\r\n\r\n{}",
        server.authority(),
        sent + 1,
        "x".repeat(sent),
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn strangers_who_never_finish_keep_no_signed_sender_out() {
    let server = Server::start();
    let api = server.api();
    let design = api.design().await;
    let credentials = format!("/inbound-users/{}/credentials", design.user);
    let github = json!({ "kind": "signature", "preset": "github", "signing_secret": "a-secret-of-github" });
    api.post(&credentials, github).await;
    let post = async |address: Ipv4Addr, number: usize| {
        let body = format!("{{\"number\":{number}}}");
        let client = Client::builder()
            .no_proxy()
            .local_address(IpAddr::V4(address))
            .build();
        let post = client.unwrap().post(format!("{}{MESSAGE}", server.url));
        let post = post.header(header::CONTENT_TYPE, "application/json");
        let post = post.header("X-Hub-Signature-256", signed(&body)).body(body);
        // Sooner than any of the strangers is given up.
        post.timeout(Duration::from_secs(20)).send().await.unwrap()
    };
    let [slow, full, good] = [2, 3, 4].map(|last| Ipv4Addr::new(127, 0, 0, last));
    let mut held = Vec::new();
    for _ in 0..600 {
        held.push(unfinished(&server, slow, 1).await);
    }
    assert_eq!(
        post(slow, 0).await.status(),
        StatusCode::ACCEPTED,
        "many are no harm"
    );
    // An address has an eighth of 64 MiB.
    for _ in 0..128 {
        held.push(unfinished(&server, full, 64 * 1024 - 1).await);
    }
    let mut number = 1;
    let mut refused = post(full, number).await;
    while refused.status() == StatusCode::ACCEPTED {
        number += 1;
        assert!(number < 100, "the share of an address never ends");
        refused = post(full, number).await;
    }
    assert_eq!(refused.headers()[header::RETRY_AFTER], "2");
    problem("an address that holds its share", refused, 503).await;
    assert_eq!(post(good, number + 1).await.status(), StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_pasted_request_is_explained_over_the_api() {
    let server = Server::start();
    let api = server.api();
    api.design().await;
    let process = crate::support::id(&api.get("/processes").await["items"][0]["process"]);
    let path = format!("/processes/{process}/explain");
    let paste = format!(
        "curl -u {CALLER}:{CALLER_PASSWORD} --json '{{}}' {}{MESSAGE}",
        server.url
    );
    let explained = api
        .request(Method::POST, &path)
        .json(&json!({ "pasted": paste }))
        .send()
        .await
        .unwrap();
    assert_eq!(explained.status(), StatusCode::OK);
    let explained: Value = explained.json().await.unwrap();
    assert_eq!(explained["status"], 202, "{explained}");
    assert!(!explained.to_string().contains(CALLER_PASSWORD));
    let nonsense = api
        .request(Method::POST, &path)
        .json(&json!({ "pasted": "hello" }))
        .send()
        .await
        .unwrap();
    let refused = problem("no request", nonsense, 422).await;
    assert!(refused["errors"]["pasted"].is_object(), "{refused}");
}

#[tokio::test]
async fn without_javascript_a_new_key_is_shown_once_and_a_paste_is_not_told_back() {
    let server = Server::start();
    let design = server.api().design().await;
    let cookie = server.log_in().await;
    let page = format!("/inbound-users/{}", design.user);
    let fields = [
        ("form[inbound_user]", design.user.as_str()),
        ("form[kind]", "api_key"),
        ("form[label]", "old system"),
    ];
    let form = |path: &str, page: &str, fields: &[(&str, &str)]| {
        server.form(path, page, fields).header(header::COOKIE, &cookie)
    };
    let answer = form("/fn/add_credential", &page, &fields).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    let shown = answer.text().await.unwrap();
    // The list shows how it begins, too.
    let written = shown.split("sbk_").skip(1).map(|key| {
        let ends = |c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c);
        key.split(ends).next().unwrap_or_default()
    });
    let key = written.max_by_key(|key| key.len()).unwrap();
    assert!(key.len() > 40 && shown.contains("Copy the key now"), "{key}");
    let again = server
        .request(Method::GET, &page)
        .header(header::COOKIE, &cookie)
        .send()
        .await
        .unwrap();
    assert!(!again.text().await.unwrap().contains(key));

    let wrong = [
        ("form[inbound_user]", design.user.as_str()),
        ("form[kind]", "signature"),
        ("form[preset]", "github"),
        ("form[signing_secret]", "too-short"),
    ];
    let refused = form("/fn/add_credential", &page, &wrong).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        !refused.text().await.unwrap().contains("too-short"),
        "a secret is not echoed"
    );

    let process = crate::support::id(&server.api().get("/processes").await["items"][0]["process"]);
    let page = format!("/processes/{process}/endpoints/message");
    let paste = format!(
        "curl -u {CALLER}:{CALLER_PASSWORD} --json '{{}}' {}{MESSAGE}",
        server.url
    );
    let fields = [("form[id]", process.as_str()), ("form[pasted]", paste.as_str())];
    let explained = form("/fn/explain_request", &page, &fields).send().await.unwrap();
    assert_eq!(explained.status(), StatusCode::OK);
    let explained = explained.text().await.unwrap();
    assert!(explained.contains("it would be taken"));
    assert!(!explained.contains(CALLER_PASSWORD));
}
