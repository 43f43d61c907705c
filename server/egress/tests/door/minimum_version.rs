//! The protocol profile's minimum TLS version.

use egress::{Failure, Outcome, Phase, TlsProblem};
use model::profile::TlsVersion;
use rustls::version;

use crate::{
    servers::{answer, failure, loopback, outcome},
    tls_servers::{authority, issued, serving, trusting},
};

#[tokio::test]
async fn tls_1_2_is_refused_where_1_3_is_the_minimum() {
    let trusted = authority("Our CA");
    let server = serving(issued(&trusted, &["localhost"], |_| ()), &[&version::TLS12], None).await;
    let mut request = trusting(&server, "localhost", &trusted);
    assert_eq!(answer(&loopback(), request.clone()).await.status, 200);
    request.tls.minimum = TlsVersion::Tls13;
    let (failure, _) = failure(&loopback(), request).await;
    assert_eq!(failure, Failure::TlsProtocol(TlsProblem::BelowMinimum));
    assert_eq!(
        failure.cause(),
        "The server does not offer TLS 1.3, and the protocol profile accepts nothing older."
    );
    assert!(!failure.sent());
}

#[tokio::test]
async fn tls_1_3_is_used_where_it_is_the_minimum() {
    let trusted = authority("Our CA");
    let server = serving(
        issued(&trusted, &["localhost"], |_| ()),
        rustls::ALL_VERSIONS,
        None,
    )
    .await;
    let mut request = trusting(&server, "localhost", &trusted);
    request.tls.minimum = TlsVersion::Tls13;
    let response = answer(&loopback(), request).await;
    let report = outcome(&response.phases, Phase::Tls);
    assert!(
        matches!(report, Outcome::Passed(text) if text.starts_with("TLS 1.3, ")),
        "{report:?}"
    );
}
