//! Certificates good and bad.

use std::time::Duration;

use egress::{CaBundle, CertificateProblem, Failure, Outcome, Phase, Request, Roots};
use http::StatusCode;
use rcgen::{BasicConstraints, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::version;
use time::{Duration as Days, Month, OffsetDateTime};

use crate::{
    servers::{answer, failure, get, loopback},
    tls_servers::{Identity, authority, below, day, issued, server_params, serving, trusting},
};

/// Why the certificate of the server that this goes to is refused.
pub async fn problem(request: Request) -> CertificateProblem {
    let (failure, reports) = failure(&loopback(), request).await;
    assert!(!failure.sent());
    assert!(!failure.next_step().is_empty());
    let last = reports.last().unwrap();
    assert_eq!(
        (last.phase, &last.outcome),
        (Phase::Tls, &Outcome::Failed(failure.cause()))
    );
    match failure {
        Failure::TlsCertificate(problem) => *problem,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_certificate_of_a_trusted_authority_is_accepted_with_both_versions() {
    let trusted = authority("Our CA");
    for (version, name) in [(&version::TLS13, "TLS 1.3"), (&version::TLS12, "TLS 1.2")] {
        let identity = issued(&trusted, &["other.example", "localhost", "127.0.0.1"], |params| {
            params.not_after = day(2049, Month::May, 3);
        });
        let server = serving(identity, &[version], None).await;
        for host in ["localhost", "127.0.0.1", "LOCALHOST."] {
            let response = answer(&loopback(), trusting(&server, host, &trusted)).await;
            assert_eq!(
                (response.status, response.body.as_slice()),
                (StatusCode::OK, &b"ok"[..])
            );
            let shown = host.to_lowercase();
            let expected = format!(
                "{name}, certificate for {} valid until 3 May 2049",
                shown.trim_end_matches('.')
            );
            let report = response
                .phases
                .iter()
                .find(|report| report.phase == Phase::Tls)
                .unwrap();
            assert_eq!(report.outcome, Outcome::Passed(expected));
            assert!(report.elapsed > Duration::ZERO);
        }
    }
}

#[tokio::test]
async fn dates_are_said_in_words() {
    let trusted = authority("Our CA");
    let identity = issued(&trusted, &["localhost"], |params| {
        params.not_before = day(2020, Month::May, 3);
        params.not_after = day(2021, Month::May, 3);
    });
    let server = serving(identity, rustls::ALL_VERSIONS, None).await;
    let expired = problem(trusting(&server, "localhost", &trusted)).await;
    assert!(
        matches!(expired, CertificateProblem::Expired { above: None, .. }),
        "{expired:?}"
    );
    assert_eq!(expired.cause(), "The server's certificate expired on 3 May 2021.");

    let identity = issued(&trusted, &["localhost"], |params| {
        params.not_before = day(2048, Month::December, 24);
        params.not_after = day(2049, Month::December, 24);
    });
    let server = serving(identity, rustls::ALL_VERSIONS, None).await;
    let early = problem(trusting(&server, "localhost", &trusted)).await;
    assert_eq!(
        early.cause(),
        "The server's certificate is not valid before 24 Dec 2048, 00:00:00 UTC."
    );
}

#[tokio::test]
async fn an_expired_intermediate_is_not_blamed_on_the_server() {
    let trusted = authority("Our CA");
    let middle = below(&trusted, "Old intermediate", |params| {
        params.not_after = OffsetDateTime::now_utc() - Days::days(30);
    });
    let mut identity = issued(&middle, &["localhost"], |_| ());
    identity.chain.push(middle.der().clone());
    let server = serving(identity, rustls::ALL_VERSIONS, None).await;
    let expired = problem(trusting(&server, "localhost", &trusted)).await;
    assert!(
        matches!(&expired, CertificateProblem::Expired { above: Some(name), .. } if name == "Old intermediate"),
        "{expired:?}"
    );
}

#[tokio::test]
async fn a_wrong_name_is_told_with_the_right_ones() {
    let trusted = authority("Our CA");
    let server = serving(
        issued(&trusted, &["*.example.com", "10.0.0.1"], |_| ()),
        rustls::ALL_VERSIONS,
        None,
    )
    .await;
    for host in ["localhost", "127.0.0.1"] {
        let wrong = problem(trusting(&server, host, &trusted)).await;
        let expected = format!("The server's certificate is not for {host} but for *.example.com, 10.0.0.1.");
        assert_eq!(wrong.cause(), expected);
    }
    let server = serving(issued(&trusted, &[], |_| ()), rustls::ALL_VERSIONS, None).await;
    let nameless = problem(trusting(&server, "localhost", &trusted)).await;
    assert!(
        nameless.cause().ends_with("it names no host at all."),
        "{}",
        nameless.cause()
    );
}

#[tokio::test]
async fn unknown_authorities_are_named() {
    let trusted = authority("Our CA");
    let stranger = authority("Strange CA");
    let server = serving(
        issued(&stranger, &["localhost"], |_| ()),
        rustls::ALL_VERSIONS,
        None,
    )
    .await;
    let expected = CertificateProblem::UnknownIssuer {
        issuer: "Strange CA".into(),
        self_signed: false,
    };
    assert_eq!(problem(trusting(&server, "localhost", &trusted)).await, expected);
    let by_system = get(&format!("https://localhost:{}/", server.address.port()));
    assert_eq!(problem(by_system).await, expected);

    // An authority of the same name with another key vouches for nothing.
    let impostor = authority("Our CA");
    let server = serving(
        issued(&impostor, &["localhost"], |_| ()),
        rustls::ALL_VERSIONS,
        None,
    )
    .await;
    let refused = problem(trusting(&server, "localhost", &trusted)).await;
    let issuer = "Our CA".to_owned();
    assert_eq!(refused, CertificateProblem::BadSignature { issuer });
}

#[tokio::test]
async fn self_signed_certificates_are_refused_and_accepted_once_trusted() {
    let key = KeyPair::generate().unwrap();
    let certificate = server_params(&["localhost"]).self_signed(&key).unwrap();
    let pem = certificate.pem();
    let identity = Identity {
        chain: vec![certificate.der().clone()],
        key,
    };
    let server = serving(identity, rustls::ALL_VERSIONS, None).await;
    let url = format!("https://localhost:{}/", server.address.port());
    let refused = problem(get(&url)).await;
    assert!(
        matches!(
            refused,
            CertificateProblem::UnknownIssuer {
                self_signed: true,
                ..
            }
        ),
        "{refused:?}"
    );
    let mut request = get(&url);
    request.tls.roots = Roots::Extra(CaBundle::from_pem(&pem).unwrap());
    assert_eq!(answer(&loopback(), request).await.status, StatusCode::OK);
}

#[tokio::test]
async fn wrong_kinds_of_certificate_are_refused() {
    let trusted = authority("Our CA");
    let client_only = issued(&trusted, &["localhost"], |params| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    let server = serving(client_only, rustls::ALL_VERSIONS, None).await;
    assert_eq!(
        problem(trusting(&server, "localhost", &trusted)).await,
        CertificateProblem::WrongPurpose
    );

    let as_authority = issued(&trusted, &["localhost"], |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    });
    let server = serving(as_authority, rustls::ALL_VERSIONS, None).await;
    let expected = CertificateProblem::AuthorityCertificate { self_signed: false };
    assert_eq!(problem(trusting(&server, "localhost", &trusted)).await, expected);
}

#[test]
fn bundles_are_checked_when_read() {
    for (pem, words) in [
        ("", "holds no certificate"),
        ("nonsense", "holds no certificate"),
        (
            "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
            "not valid PEM",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
            "Certificate 1",
        ),
    ] {
        let problem = CaBundle::from_pem(pem).unwrap_err().to_string();
        assert!(problem.contains(words), "{pem:?}: {problem}");
    }
    let both = format!("{}{}", authority("One").pem(), authority("Two").pem());
    assert_eq!(
        format!("{:?}", CaBundle::from_pem(&both).unwrap()),
        "CaBundle(2 certificates)"
    );
}
