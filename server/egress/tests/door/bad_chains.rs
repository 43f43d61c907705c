//! Servers whose certificate, or one above it, must not be believed: each is refused, and the reason told is the true one
//! (promise S11). The chains are shown as they are, whether or not they fit the server's key.

use std::{fmt::Write, sync::Arc};

use egress::{CaBundle, Roots};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, GeneralSubtree,
    IsCa, KeyPair, NameConstraints, SanType,
};
use rustls::{
    ServerConfig,
    crypto::ring::sign::any_supported_type,
    pki_types::PrivateKeyDer,
    sign::{CertifiedKey, SingleCertAndKey},
};
use rustls_pki_types::CertificateDer;
use time::Month;
use tokio_rustls::TlsAcceptor;

use crate::{
    certificates::problem,
    servers::{Server, answer, get, loopback},
    tls_servers::{Authority, Identity, authority, below, day, issued, serving_by, trusting},
};

/// A server that shows `chain`, whatever it is, and signs with `key`.
async fn showing(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> Server {
    let key = any_supported_type(&PrivateKeyDer::Pkcs8(key.serialize_der().into())).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(CertifiedKey::new(chain, key))));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    serving_by(TlsAcceptor::from(Arc::new(config))).await
}

type Change = Box<dyn FnOnce(&mut CertificateParams)>;

fn change(change: impl FnOnce(&mut CertificateParams) + 'static) -> Change {
    Box::new(change)
}

fn names(names: &[&str]) -> Change {
    let names = names
        .iter()
        .map(|name| SanType::DnsName((*name).try_into().unwrap()))
        .collect();
    change(move |params| params.subject_alt_names = names)
}

/// What is wrong with the server's own certificate, and what is told.
fn own() -> Vec<(&'static str, Change, &'static str)> {
    let not_for = "The server's certificate is not for localhost but for ";
    let told = |text: String| &*text.leak();
    vec![
        (
            "a wildcard below the name",
            names(&["*.localhost"]),
            told(format!("{not_for}*.localhost.")),
        ),
        (
            "another host that ends alike",
            names(&["evil-localhost", "localhost.example"]),
            told(format!("{not_for}evil-localhost, localhost.example.")),
        ),
        (
            "the name in the subject only",
            change(|params| {
                params.subject_alt_names.clear();
                params.distinguished_name.push(DnType::CommonName, "localhost");
            }),
            "The server's certificate is not for localhost: it names no host at all.",
        ),
        (
            "a mail address of the name",
            change(|params| {
                params.subject_alt_names = vec![SanType::Rfc822Name("ada@localhost".try_into().unwrap())];
            }),
            "The server's certificate is not for localhost: it names no host at all.",
        ),
        (
            "an end before its beginning",
            change(|params| {
                params.not_before = day(2049, Month::May, 3);
                params.not_after = day(2048, Month::May, 3);
            }),
            "The server's certificate was refused: it ends before it begins.",
        ),
        (
            "a critical extension nobody knows",
            change(|params| {
                let mut extension =
                    CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 55555, 1], vec![5, 0]);
                extension.set_criticality(true);
                params.custom_extensions.push(extension);
            }),
            "The server's certificate was refused: it has a critical extension that Switchboard does not know.",
        ),
        (
            "made for signing programs",
            change(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::CodeSigning]),
            "The server's certificate was not issued for use by a server.",
        ),
    ]
}

#[tokio::test]
async fn what_is_wrong_with_a_servers_own_certificate_is_told() {
    let trusted = authority("Our CA");
    let mut wrong = String::new();
    for (what, change, told) in own() {
        let Identity { chain, key } = issued(&trusted, &["localhost"], change);
        let server = showing(chain, &key).await;
        let met = problem(trusting(&server, "localhost", &trusted)).await.cause();
        if met != told {
            writeln!(wrong, "{what}: {met}").unwrap();
        }
    }
    assert_eq!(wrong, "");
}

#[tokio::test]
async fn an_address_is_compared_with_addresses_only() {
    let trusted = authority("Our CA");
    let Identity { chain, key } = issued(&trusted, &[], names(&["127.0.0.1"]));
    let server = showing(chain, &key).await;
    let met = problem(trusting(&server, "127.0.0.1", &trusted)).await;
    assert_eq!(
        met.cause(),
        "The server's certificate is not for 127.0.0.1: it has the address among its host names, not among its addresses."
    );
    let server = showing(
        issued(&trusted, &["127.0.0.2", "::1", "localhost"], |_| ()).chain,
        &key,
    )
    .await;
    let met = problem(trusting(&server, "127.0.0.1", &trusted)).await;
    assert_eq!(
        met.cause(),
        "The server's certificate is not for 127.0.0.1 but for 127.0.0.2, ::1, localhost."
    );
}

/// What an intermediate authority is like, and what is told of a server below it.
fn intermediates() -> Vec<(&'static str, Change, &'static str)> {
    vec![
        (
            "not valid yet",
            change(|params| params.not_before = day(2048, Month::December, 24)),
            "The certificate of Middle CA, which vouches for the server's, is not valid before 24 Dec 2048, 00:00:00 UTC.",
        ),
        (
            "for other names",
            change(|params| params.name_constraints = Some(constraints(&["example.com"], &[]))),
            "The server's certificate was refused: an authority above it may not vouch for localhost.",
        ),
        (
            "not for this name",
            change(|params| params.name_constraints = Some(constraints(&[], &["localhost"]))),
            "The server's certificate was refused: an authority above it may not vouch for localhost.",
        ),
        (
            "no authority",
            change(|params| params.is_ca = IsCa::ExplicitNoCa),
            "The server's certificate was refused: it was issued by \"Middle CA\", which is no authority.",
        ),
        (
            "not said to be an authority",
            change(|params| params.is_ca = IsCa::NoCa),
            "The server's certificate was refused: it was issued by \"Middle CA\", which is no authority.",
        ),
        (
            "for clients only",
            change(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]),
            "The server's certificate was not issued for use by a server.",
        ),
    ]
}

fn constraints(permitted: &[&str], excluded: &[&str]) -> NameConstraints {
    let subtrees = |names: &[&str]| {
        names
            .iter()
            .map(|name| GeneralSubtree::DnsName((*name).into()))
            .collect()
    };
    NameConstraints {
        permitted_subtrees: subtrees(permitted),
        excluded_subtrees: subtrees(excluded),
    }
}

/// The chain of a server for localhost below `authorities`, the nearest first.
fn chain(authorities: &[&Authority]) -> Identity {
    let mut identity = issued(authorities[0], &["localhost"], |_| ());
    identity
        .chain
        .extend(authorities.iter().map(|authority| authority.der().clone()));
    identity
}

#[tokio::test]
async fn what_is_wrong_with_an_authority_in_between_is_told() {
    let trusted = authority("Our CA");
    let mut wrong = String::new();
    for (what, change, told) in intermediates() {
        let middle = below(&trusted, "Middle CA", change);
        let Identity { chain, key } = chain(&[&middle]);
        let server = showing(chain, &key).await;
        let met = problem(trusting(&server, "localhost", &trusted)).await.cause();
        if met != told {
            writeln!(wrong, "{what}: {met}").unwrap();
        }
    }
    assert_eq!(wrong, "");
}

#[tokio::test]
async fn chains_with_gaps_and_in_disorder_are_told() {
    let trusted = authority("Our CA");
    let upper = below(&trusted, "Upper CA", |_| ());
    let lower = below(&upper, "Lower CA", |_| ());
    let Identity { chain, key } = chain(&[&lower, &upper]);
    let [leaf, below_upper, below_trusted] = &chain[..] else {
        panic!("three certificates")
    };
    let unknown = |name: &str| {
        format!("The server's certificate was issued by \"{name}\", which is not a known authority.")
    };
    let disorder = "The server sends its certificates in the wrong order: first that of the authority \"Lower CA\", its own later.";
    let alone = "The server shows a certificate that is marked as a certificate authority's; servers must not use one.";
    for (what, shown, told) in [
        ("no intermediate", vec![leaf], unknown("Lower CA")),
        (
            "a gap below the top",
            vec![leaf, below_upper],
            unknown("Upper CA"),
        ),
        (
            "a gap above the server's",
            vec![leaf, below_trusted],
            unknown("Our CA"),
        ),
        (
            "its own last",
            vec![below_upper, below_trusted, leaf],
            disorder.into(),
        ),
        ("its own left out", vec![below_upper, below_trusted], alone.into()),
    ] {
        let server = showing(shown.into_iter().cloned().collect(), &key).await;
        let met = problem(trusting(&server, "localhost", &trusted)).await;
        assert_eq!(met.cause(), told, "{what}");
    }
    let step = problem(trusting(
        &showing(vec![leaf.clone()], &key).await,
        "localhost",
        &trusted,
    ))
    .await;
    assert!(step.next_step().contains("may not send its intermediate"));
    // Disorder above its own certificate harms nobody.
    let shown = vec![leaf.clone(), below_trusted.clone(), below_upper.clone()];
    let server = showing(shown, &key).await;
    assert_eq!(
        answer(&loopback(), trusting(&server, "localhost", &trusted))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn more_authorities_than_allowed_are_told() {
    let trusted = authority("Our CA");
    let narrow = below(&trusted, "Narrow CA", |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    });
    let lower = below(&narrow, "Lower CA", |_| ());
    let Identity { chain: shown, key } = chain(&[&lower, &narrow]);
    let met = problem(trusting(&showing(shown, &key).await, "localhost", &trusted)).await;
    assert_eq!(
        met.cause(),
        "The server's certificate was refused: an authority above it may not have so many intermediate ones below itself."
    );
    // A long one, and one of authorities that all have the same name, which would take long to disentangle.
    for name in [|depth: usize| format!("CA {depth}"), |_| "CA".to_owned()] {
        let mut authorities = vec![below(&trusted, &name(0), |_| ())];
        for depth in 1..8 {
            authorities.insert(0, below(&authorities[0], &name(depth), |_| ()));
        }
        let Identity { chain: shown, key } = chain(&authorities.iter().collect::<Vec<_>>());
        let met = problem(trusting(&showing(shown, &key).await, "localhost", &trusted)).await;
        assert_eq!(
            met.cause(),
            "The server's certificate was refused: its chain is too long."
        );
    }
}

#[tokio::test]
async fn forgeries_are_told() {
    let trusted = authority("Our CA");
    let forged = "The server's certificate claims to come from \"Our CA\", but the signature is wrong: it was changed, or made by somebody else.";
    let Identity { chain: good, key } = issued(&trusted, &["localhost"], |_| ());
    let mut changed = good[0].to_vec();
    *changed.last_mut().unwrap() ^= 1;
    let middle = below(&trusted, "Middle CA", |_| ());
    let impostor = below(&authority("Our CA"), "Middle CA", |_| ());
    for (what, shown) in [
        ("a changed signature", vec![changed.into()]),
        (
            "an authority of the same name",
            issued(&authority("Our CA"), &["localhost"], |_| ()).chain,
        ),
        ("an intermediate of such a one", chain(&[&impostor]).chain),
        (
            "an intermediate that did not sign",
            vec![chain(&[&impostor]).chain[0].clone(), middle.der().clone()],
        ),
    ] {
        let server = showing(shown, &key).await;
        let met = problem(trusting(&server, "localhost", &trusted)).await;
        assert_eq!(met.cause(), forged, "{what}");
        assert!(met.next_step().contains("somebody may be in between"), "{what}");
    }
    // Copied from the real server, whose key the copier has not.
    let server = showing(good, &KeyPair::generate().unwrap()).await;
    let met = problem(trusting(&server, "localhost", &trusted)).await;
    assert_eq!(
        met.cause(),
        "The server does not have the private key that belongs to the certificate it shows."
    );
}

#[tokio::test]
async fn what_is_no_certificate_is_told() {
    let trusted = authority("Our CA");
    let Identity { chain: good, key } = issued(&trusted, &["localhost"], |_| ());
    let unreadable = "The server's certificate was refused: it cannot be read.";
    let cut = good[0][..good[0].len() / 2].to_vec();
    let longer = [&good[0], &b"more"[..]].concat();
    for (what, shown) in [
        ("nonsense", b"nonsense".to_vec()),
        ("cut off", cut),
        ("with something behind it", longer),
        ("an empty list", vec![0x30, 0]),
    ] {
        let server = showing(vec![shown.into()], &key).await;
        let met = problem(trusting(&server, "localhost", &trusted)).await;
        assert_eq!(met.cause(), unreadable, "{what}");
    }
    // One that nobody needs does no harm.
    let server = showing(vec![good[0].clone(), b"nonsense".to_vec().into()], &key).await;
    let mut request = get(&format!("https://localhost:{}/", server.address.port()));
    request.tls.roots = Roots::Extra(CaBundle::from_pem(&trusted.pem()).unwrap());
    assert_eq!(answer(&loopback(), request).await.status, 200);
}
