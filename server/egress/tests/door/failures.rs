//! Servers that are not there, do not answer, or answer nonsense.

use std::time::Duration;

use egress::{Failure, Outcome, Phase};
use http::StatusCode;
use tokio::{io::AsyncWriteExt, net::TcpListener};

use crate::servers::{Server, failure, get, loopback, outcome, read_request};

#[tokio::test]
async fn a_closed_port_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let (failure, reports) = failure(&loopback(), get(&format!("http://{address}/"))).await;
    assert_eq!(failure, Failure::ConnectionRefused { address });
    assert!(!failure.sent());
    assert_eq!(outcome(&reports, Phase::Tcp), &Outcome::Failed(failure.cause()));
}

#[tokio::test]
async fn an_unknown_host_is_named() {
    let (failure, reports) = failure(&loopback(), get("http://nosuchhost.invalid/")).await;
    assert!(
        matches!(&failure, Failure::UnknownHost { host, .. } if host == "nosuchhost.invalid"),
        "{failure:?}"
    );
    assert!(!failure.sent());
    assert_eq!(outcome(&reports, Phase::Name), &Outcome::Failed(failure.cause()));
}

#[tokio::test]
async fn a_server_that_never_answers_meets_the_time_limit() {
    let server = Server::start(|mut stream| async move {
        read_request(&mut stream).await;
        std::future::pending::<()>().await;
    })
    .await;
    let mut request = get(&server.url("/"));
    request.limits.total = Duration::from_millis(300);
    let (failure, reports) = failure(&loopback(), request).await;
    assert_eq!(failure, Failure::RequestTimeout { after_ms: 300 });
    assert!(failure.sent());
    assert_eq!(
        outcome(&reports, Phase::Request),
        &Outcome::Failed(failure.cause())
    );
}

#[tokio::test]
async fn a_dripping_body_meets_the_time_limit_too() {
    let server = Server::start(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")
            .await;
        std::future::pending::<()>().await;
    })
    .await;
    let mut request = get(&server.url("/"));
    request.limits.total = Duration::from_millis(300);
    assert_eq!(
        failure(&loopback(), request).await.0,
        Failure::RequestTimeout { after_ms: 300 }
    );
}

#[tokio::test]
async fn early_ends_are_told_apart_from_bad_answers() {
    for (said, expected) in [
        ("", Failure::ClosedEarly { status: None }),
        (
            "HTTP/1.1 200 OK\r\ncontent-le",
            Failure::ClosedEarly { status: None },
        ),
        (
            "HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\nhalf",
            Failure::ClosedEarly {
                status: Some(StatusCode::CREATED),
            },
        ),
    ] {
        let (server, _requests) = Server::answering(said).await;
        let (failure, _) = failure(&loopback(), get(&server.url("/"))).await;
        assert_eq!(failure, expected, "{said:?}");
        assert!(failure.sent());
    }
    for said in [
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "\x15\x03\x01\x00\x02\x02\x0a",
        "HTTP/2 200\r\n\r\n",
    ] {
        let (server, _requests) = Server::answering(said).await;
        let (failure, _) = failure(&loopback(), get(&server.url("/"))).await;
        assert!(
            matches!(failure, Failure::BadResponse(_)) && failure.sent(),
            "{said:?}: {failure:?}"
        );
    }
}

#[tokio::test]
async fn huge_headers_are_refused() {
    let said = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(200_000));
    let server = Server::start(move |mut stream| {
        let said = said.clone();
        async move {
            read_request(&mut stream).await;
            let _ = stream.write_all(said.as_bytes()).await;
            std::future::pending::<()>().await;
        }
    })
    .await;
    assert_eq!(
        failure(&loopback(), get(&server.url("/"))).await.0,
        Failure::ResponseTooLarge
    );
}
