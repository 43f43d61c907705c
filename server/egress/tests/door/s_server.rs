//! Mutual TLS with OpenSSL's own server, which refuses with alerts as most servers do.

use std::process::{Command, Stdio};

use time::Month;

use crate::{
    programs::Program,
    servers::{answer, failure, loopback},
    tls_servers::{Authority, authority, client, day},
};

async fn s_server(trusted: &Authority, clients: &Authority, version: &str) -> Program {
    Program::start(trusted, clients, |_, port| {
        let mut command = Command::new("openssl");
        command.args([
            "s_server",
            "-accept",
            &format!("127.0.0.1:{port}"),
            "-www",
            "-quiet",
        ]);
        command.args([
            "-cert",
            "server.pem",
            "-key",
            "server.key",
            "-CAfile",
            "clients.pem",
        ]);
        command.args(["-Verify", "2", "-verify_return_error", version]);
        // It tells every verification.
        command.stderr(Stdio::null());
        command
    })
    .await
}

#[tokio::test]
async fn its_alerts_are_put_into_words() {
    let (trusted, clients) = (authority("Our CA"), authority("Client CA"));
    for version in ["-tls1_2", "-tls1_3"] {
        let server = s_server(&trusted, &clients, version).await;
        let good = client(&clients, |_| ());
        let strange = client(&authority("Strange CA"), |_| ());
        let expired = client(&clients, |params| {
            params.not_before = day(2020, Month::May, 3);
            params.not_after = day(2021, Month::May, 3);
        });
        let mut request = server.request();
        request.tls.identity = Some(good);
        assert_eq!(answer(&loopback(), request).await.status, 200, "{version}");
        for (identity, expected) in [
            (
                None,
                "The server wants a client certificate, and the connection has none.",
            ),
            (
                Some(strange),
                "The server refused our client certificate (CN=switchboard): it does not know the authority \"Strange CA\"",
            ),
            (
                Some(expired),
                "The server refused our client certificate (CN=switchboard) as expired: it is valid until 3 May 2021.",
            ),
        ] {
            let mut request = server.request();
            request.tls.identity = identity;
            let (failure, _) = failure(&loopback(), request).await;
            assert!(
                failure.cause().starts_with(expected),
                "{version}: {}",
                failure.cause()
            );
            assert!(!failure.sent());
        }
    }
}
