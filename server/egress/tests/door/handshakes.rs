//! TLS handshakes that fail for another reason than the server's certificate.

use std::time::Duration;

use egress::{Failure, Phase, TlsProblem};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::servers::{Server, failure, get, loopback, read_request};

#[tokio::test]
async fn plain_http_on_the_port_is_recognised() {
    let server = Server::start(|mut stream| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n")
            .await;
        read_request(&mut stream).await;
    })
    .await;
    let port = server.address.port();
    let (failure, reports) = failure(&loopback(), get(&format!("https://127.0.0.1:{port}/"))).await;
    assert_eq!(failure, Failure::TlsProtocol(TlsProblem::NotTls { port }));
    assert_eq!(
        failure.cause(),
        format!("The server does not speak TLS on port {port} (plain HTTP?).")
    );
    assert_eq!(reports.last().unwrap().phase, Phase::Tls);
}

#[tokio::test]
async fn refusals_and_silence_in_the_handshake_are_told_apart() {
    for (said, expected) in [
        (&b"\x15\x03\x01\x00\x02\x02\x46"[..], TlsProblem::OldVersion),
        (&b"\x15\x03\x03\x00\x02\x02\x28"[..], TlsProblem::NothingInCommon),
        (
            &b"\x15\x03\x03\x00\x02\x02\x70"[..],
            TlsProblem::NameUnknownToServer,
        ),
        (&b""[..], TlsProblem::Closed),
    ] {
        let server = Server::start(move |mut stream| async move {
            let mut hello = [0; 5];
            let _ = stream.read_exact(&mut hello).await;
            let rest = usize::from(u16::from_be_bytes([hello[3], hello[4]]));
            let _ = stream.read_exact(&mut vec![0; rest]).await;
            let _ = stream.write_all(said).await;
        })
        .await;
        let url = format!("https://localhost:{}/", server.address.port());
        assert_eq!(
            failure(&loopback(), get(&url)).await.0,
            Failure::TlsProtocol(expected)
        );
    }
    let silent = Server::start(|stream| async move {
        let _open = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let mut request = get(&format!("https://localhost:{}/", silent.address.port()));
    request.limits.connect = Duration::from_millis(300);
    let (failure, _) = failure(&loopback(), request).await;
    assert!(
        matches!(
            failure,
            Failure::ConnectTimeout {
                phase: Phase::Tls,
                after_ms: 300,
                ..
            }
        ),
        "{failure:?}"
    );
}
