//! Answers of plain HTTP servers, and the requests that brought them.

use std::time::Duration;

use egress::{Outcome, Phase};
use http::{HeaderValue, Method, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::servers::{OK, Server, answer, get, loopback, outcome, read_request};

#[tokio::test]
async fn an_answer_comes_back_with_every_phase_timed() {
    let (server, _requests) = Server::answering(OK).await;
    let mut seen = Vec::new();
    let response = loopback()
        .send(get(&server.url("/")), |report| seen.push(report))
        .await
        .unwrap();
    assert_eq!(
        (response.status, response.body.as_slice()),
        (StatusCode::OK, &b"hello"[..])
    );
    assert_eq!(
        (response.truncated, response.body_size, response.peer),
        (false, 5, server.address)
    );
    let steps: Vec<_> = seen
        .iter()
        .map(|report| (report.phase, report.outcome == Outcome::Running))
        .collect();
    assert_eq!(
        steps,
        [
            (Phase::Policy, true),
            (Phase::Policy, false),
            (Phase::Name, false),
            (Phase::Tcp, true),
            (Phase::Tcp, false),
            (Phase::Tls, false),
            (Phase::Request, true),
            (Phase::Request, false),
        ]
    );
    let ends: Vec<_> = seen
        .into_iter()
        .filter(|report| report.outcome != Outcome::Running)
        .collect();
    assert_eq!(ends, response.phases);
    let spent: Duration = ends.iter().map(|report| report.elapsed).sum();
    assert!(spent > Duration::ZERO && spent <= response.elapsed);
    assert_eq!(outcome(&ends, Phase::Request), &Outcome::Passed("200 OK".into()));
    assert_eq!(
        outcome(&ends, Phase::Tcp),
        &Outcome::Passed(format!("127.0.0.1, port {}", server.address.port()))
    );
}

#[tokio::test]
async fn the_request_leaves_with_our_headers_and_not_with_smuggled_ones() {
    let (server, mut requests) = Server::answering(OK).await;
    let mut request = get(&server.url("/a/b?q=1%20x#fragment"));
    request.method = Method::POST;
    request.body = b"{\"a\":1}".to_vec();
    for (name, value) in [
        ("x-api-key", "secret"),
        ("host", "evil.example"),
        ("content-length", "1"),
        ("transfer-encoding", "chunked"),
        ("connection", "keep-alive, x-api-key"),
        ("accept-encoding", "gzip"),
        ("expect", "100-continue"),
    ] {
        request.headers.append(name, HeaderValue::from_static(value));
    }
    answer(&loopback(), request).await;
    let sent = requests.recv().await.unwrap();
    let (head, body) = sent.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<&str> = head.lines().collect();
    assert_eq!(lines.remove(0), "POST /a/b?q=1%20x HTTP/1.1");
    lines.sort_unstable();
    let host = format!("host: {}", server.address);
    let agent = concat!("user-agent: Switchboard/", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        lines,
        [
            "accept: */*",
            "connection: close",
            "content-length: 7",
            &host,
            agent,
            "x-api-key: secret"
        ]
    );
    assert_eq!(body, "{\"a\":1}");
}

#[tokio::test]
async fn an_empty_post_says_so_and_given_agent_and_accept_stay() {
    let (server, mut requests) = Server::answering(OK).await;
    let mut request = get(&server.url("/"));
    request.method = Method::POST;
    request
        .headers
        .insert("user-agent", HeaderValue::from_static("Mine/1"));
    request
        .headers
        .insert("accept", HeaderValue::from_static("text/csv"));
    answer(&loopback(), request).await;
    let sent = requests.recv().await.unwrap();
    for line in ["content-length: 0", "user-agent: Mine/1", "accept: text/csv"] {
        assert_eq!(sent.matches(line).count(), 1, "{line} in {sent}");
    }
}

#[tokio::test]
async fn a_long_body_is_counted_and_its_beginning_kept() {
    let (server, _requests) = Server::answering(OK).await;
    let mut request = get(&server.url("/"));
    request.limits.response_bytes = 2;
    let response = answer(&loopback(), request).await;
    assert_eq!(
        (response.body.as_slice(), response.truncated, response.body_size),
        (&b"he"[..], true, 5)
    );
}

#[tokio::test]
async fn an_endless_body_is_cut() {
    let server = Server::start(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(&[b'x'; 8192]).await.is_ok() {}
    })
    .await;
    let mut request = get(&server.url("/"));
    request.limits.response_bytes = 1000;
    let response = answer(&loopback(), request).await;
    assert_eq!((response.body.len(), response.truncated), (1000, true));
    assert!(response.body_size > 16 * 1024 * 1024 && response.body_size < 18 * 1024 * 1024);
}

#[tokio::test]
async fn interim_answers_are_passed_over_and_chunks_joined() {
    let (server, _requests) = Server::answering(
        "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
    )
    .await;
    let response = answer(&loopback(), get(&server.url("/"))).await;
    assert_eq!(
        (response.status, response.body.as_slice()),
        (StatusCode::OK, &b"abcde"[..])
    );
}

#[test]
fn sending_can_be_spawned_and_requests_do_not_print_secrets() {
    fn assert_send(_: impl Send) {}
    let mut request = get("http://127.0.0.1/path-secret?key=query-secret");
    request
        .headers
        .insert("authorization", HeaderValue::from_static("header-secret"));
    request.body = b"body-secret".to_vec();
    assert!(!format!("{request:?}").contains("secret"), "{request:?}");
    assert_send(loopback().send(request, |_| ()));
}

#[tokio::test]
async fn an_answer_before_the_body_was_taken_is_the_answer() {
    let server = Server::start(|mut stream| async move {
        let mut head = [0; 64];
        let _ = stream.read_exact(&mut head).await;
        let _ = stream
            .write_all(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n")
            .await;
        let _ = stream.shutdown().await;
        // To close over unread bytes would reset the connection and could take the answer along.
        let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
    })
    .await;
    let mut request = get(&server.url("/"));
    request.method = Method::POST;
    request.body = vec![b'x'; 8 * 1024 * 1024];
    let response = answer(&loopback(), request).await;
    assert_eq!(response.status, StatusCode::PAYLOAD_TOO_LARGE);
}
