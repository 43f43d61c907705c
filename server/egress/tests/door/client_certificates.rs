//! Servers that ask who is calling.

use egress::{
    ClientCertificate, ClientIdentity, Egress, Failure, IdentityProblem, Outcome, Phase, Refusal, Request,
    Response, TlsProblem,
};
use http::StatusCode;
use rcgen::KeyPair;
use rustls::{SupportedProtocolVersion, pki_types::PrivateKeyDer, version};
use time::Month;

use crate::{
    servers::{Server, answer, failure, loopback, outcome, read_request},
    tls_servers::{Asks, Authority, acceptor, authority, client, day, issued, serving, trusting},
};

const BOTH: [&SupportedProtocolVersion; 2] = [&version::TLS12, &version::TLS13];

/// A request to a server that speaks `version` and insists on certificates of `clients`.
async fn insisting(
    trusted: &Authority,
    clients: &Authority,
    version: &'static SupportedProtocolVersion,
) -> (Server, Request) {
    let server = serving(issued(trusted, &["localhost"], |_| ()), &[version], Some(clients)).await;
    let request = trusting(&server, "localhost", trusted);
    (server, request)
}

fn tls_report(response: &Response) -> String {
    match outcome(&response.phases, Phase::Tls) {
        Outcome::Passed(text) => text.clone(),
        other => panic!("{other:?}"),
    }
}

async fn refusal(request: Request) -> Failure {
    let (failure, reports) = failure(&loopback(), request).await;
    assert!(!failure.sent(), "{failure:?}");
    assert!(
        matches!(
            failure,
            Failure::TlsProtocol(TlsProblem::ClientCertificate { .. })
        ),
        "{failure:?}"
    );
    assert_eq!(reports.last().unwrap().outcome, Outcome::Failed(failure.cause()));
    failure
}

#[tokio::test]
async fn ours_is_sent_and_accepted_with_both_versions() {
    let trusted = authority("Our CA");
    for version in BOTH {
        let (_server, mut request) = insisting(&trusted, &trusted, version).await;
        request.tls.identity = Some(client(&trusted, |_| ()));
        let response = answer(&loopback(), request).await;
        assert_eq!(response.status, StatusCode::OK);
        let report = tls_report(&response);
        assert!(
            report.ends_with("; the server asked for a client certificate; ours (CN=switchboard) was sent"),
            "{report}"
        );
    }
}

#[tokio::test]
async fn a_missing_one_is_said_with_the_authorities_that_count() {
    let (trusted, clients) = (authority("Our CA"), authority("Client CA"));
    for version in BOTH {
        let (_server, request) = insisting(&trusted, &clients, version).await;
        let failure = refusal(request).await;
        assert_eq!(
            failure.cause(),
            "The server wants a client certificate, and the connection has none. It accepts those issued by: Client CA."
        );
        assert!(
            failure.next_step().starts_with("Turn on Mutual auth"),
            "{version:?}"
        );
    }
}

#[tokio::test]
async fn an_unknown_authority_is_named_beside_the_known_one() {
    let (trusted, clients) = (authority("Our CA"), authority("Client CA"));
    for version in BOTH {
        let (_server, mut request) = insisting(&trusted, &clients, version).await;
        request.tls.identity = Some(client(&authority("Strange CA"), |_| ()));
        assert_eq!(
            refusal(request).await.cause(),
            "The server refused our client certificate (CN=switchboard): it does not know the authority \
             \"Strange CA\" that issued it. It accepts those issued by: Client CA."
        );
    }
}

#[tokio::test]
async fn an_expired_one_is_told_with_its_date() {
    let trusted = authority("Our CA");
    for version in BOTH {
        let (_server, mut request) = insisting(&trusted, &trusted, version).await;
        request.tls.identity = Some(client(&trusted, |params| {
            params.not_before = day(2020, Month::May, 3);
            params.not_after = day(2021, Month::May, 3);
        }));
        let failure = refusal(request).await;
        assert_eq!(
            failure.cause(),
            "The server refused our client certificate (CN=switchboard) as expired: it is valid until 3 May 2021."
        );
        assert!(failure.next_step().contains("renewed"));
    }
}

/// The refusal comes while a long request is on its way.
#[tokio::test]
async fn a_refusal_is_heard_over_a_long_request() {
    let trusted = authority("Our CA");
    for _ in 0..20 {
        let (_server, mut request) = insisting(&trusted, &trusted, &version::TLS13).await;
        request.method = http::Method::POST;
        request.body = vec![b'x'; 8 * 1024 * 1024];
        let failure = refusal(request).await;
        assert!(
            matches!(
                &failure,
                Failure::TlsProtocol(TlsProblem::ClientCertificate {
                    certificate,
                    refusal: Some(Refusal::Unexplained)
                }) if matches!(**certificate, ClientCertificate::Missing { .. })
            ),
            "{failure:?}"
        );
    }
}

#[tokio::test]
async fn servers_that_only_ask_or_do_not_ask_are_reported() {
    let trusted = authority("Our CA");
    let mut reports = Vec::new();
    for (asks, ours) in [
        (Asks::For(&trusted), None),
        (Asks::For(&trusted), Some(client(&trusted, |_| ()))),
        (Asks::Never, Some(client(&trusted, |_| ()))),
        (Asks::Never, None),
    ] {
        let acceptor = acceptor(
            issued(&trusted, &["localhost"], |_| ()),
            rustls::ALL_VERSIONS,
            asks,
        );
        let server = Server::start(move |stream| {
            let acceptor = acceptor.clone();
            async move {
                use tokio::io::AsyncWriteExt;
                let mut stream = acceptor.accept(stream).await.unwrap();
                read_request(&mut stream).await;
                stream
                    .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
                    .await
                    .unwrap();
            }
        })
        .await;
        let mut request = trusting(&server, "localhost", &trusted);
        request.tls.identity = ours;
        let report = tls_report(&answer(&loopback(), request).await);
        reports.push(
            report
                .split_once("; ")
                .map_or(String::new(), |(_, ours)| ours.to_owned()),
        );
    }
    assert_eq!(
        reports,
        [
            "the server asked for a client certificate and the connection has none: if it refuses the request, switch Mutual auth on",
            "the server asked for a client certificate; ours (CN=switchboard) was sent",
            "the server did not ask for our client certificate (CN=switchboard)",
            "",
        ]
    );
}

/// A server that asks, and goes away without an answer once it has the request.
async fn leaving(
    trusted: &Authority,
    version: &'static SupportedProtocolVersion,
    identity: Option<ClientIdentity>,
) -> Failure {
    let acceptor = acceptor(
        issued(trusted, &["localhost"], |_| ()),
        &[version],
        Asks::For(trusted),
    );
    let server = Server::start(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let mut stream = acceptor.accept(stream).await.unwrap();
            read_request(&mut stream).await;
        }
    })
    .await;
    let mut request = trusting(&server, "localhost", trusted);
    request.tls.identity = identity;
    let door: Egress = loopback();
    failure(&door, request).await.0
}

#[tokio::test]
async fn a_server_that_leaves_without_a_word_is_suspected() {
    let trusted = authority("Our CA");
    for version in BOTH {
        let none = leaving(&trusted, version, None).await;
        assert_eq!(
            none.cause(),
            "The server asked for a client certificate, got none, and closed the connection without an answer. It accepts those issued by: Our CA."
        );
        // It had the request: nobody can know what it did with it.
        assert!(none.sent());
    }
    let ours = leaving(&trusted, &version::TLS13, Some(client(&trusted, |_| ()))).await;
    assert_eq!(
        ours.cause(),
        "The server got our client certificate (CN=switchboard) and closed the connection without an answer."
    );
    assert!(ours.sent());
    // With TLS 1.2 it had accepted ours in the handshake.
    let judged = leaving(&trusted, &version::TLS12, Some(client(&trusted, |_| ()))).await;
    assert_eq!(judged, Failure::ClosedEarly { status: None });
}

#[test]
fn chain_and_key_are_checked_when_they_are_put_together() {
    let trusted = authority("Our CA");
    let key = || PrivateKeyDer::Pkcs8(KeyPair::generate().unwrap().serialize_der().into());
    let own = issued(&trusted, &[], |_| ());
    let noise = PrivateKeyDer::Pkcs8(vec![0x30, 0].into());
    for (chain, key, expected) in [
        (own.chain.clone(), key(), IdentityProblem::WrongKey),
        (own.chain.clone(), noise, IdentityProblem::BadKey),
        (vec![], key(), IdentityProblem::BadCertificate),
        (vec![vec![0x30, 0].into()], key(), IdentityProblem::BadCertificate),
    ] {
        assert_eq!(ClientIdentity::new(chain, key).unwrap_err(), expected);
    }
    assert_eq!(
        format!("{:?}", client(&trusted, |_| ())),
        "ClientIdentity(CN=switchboard)"
    );
}
