//! Trusted CA bundles, good and bad.

use certificates::{CaBundle, Problem};
use time::Month;

use crate::{
    made::{authority, changed_authority, client, day, intermediate, now},
    openssl::Openssl,
};

#[test]
fn authorities_are_read_once_each() {
    let (one, two) = (authority("One CA"), authority("Two CA"));
    let middle = intermediate("Middle CA", &two, |_| ());
    let text = [one.pem(), two.pem(), one.pem(), middle.pem()].concat();
    let bundle = CaBundle::read(text.as_bytes(), now()).unwrap();
    let subjects: Vec<String> = bundle.info().into_iter().map(|info| info.subject).collect();
    assert_eq!(subjects, ["CN=One CA", "CN=Two CA", "CN=Middle CA"]);
    assert!(bundle.warnings().is_empty());
    let again = CaBundle::read(bundle.to_pem().as_bytes(), now()).unwrap();
    assert_eq!(again.info(), bundle.info());
}

#[test]
fn an_expired_root_is_warned_about() {
    let old = changed_authority("Old CA", |params| params.not_after = day(2021, Month::May, 3));
    let text = format!("{}{}", old.pem(), authority("New CA").pem());
    let bundle = CaBundle::read(text.as_bytes(), now()).unwrap();
    assert_eq!(bundle.info().len(), 2);
    assert_eq!(
        bundle.warnings(),
        ["The certificate of \"Old CA\" expired on 3 May 2021."]
    );
}

#[test]
fn a_self_signed_server_may_be_trusted_by_itself() {
    let openssl = Openssl::new();
    openssl.run("genrsa -out key.pem 2048");
    openssl.run(
        "req -new -x509 -key key.pem -subj /CN=host -days 9 -out server.pem -addext basicConstraints=CA:FALSE",
    );
    let bundle = CaBundle::read(&openssl.read("server.pem"), now()).unwrap();
    assert_eq!(bundle.info()[0].subject, "CN=host");
}

#[test]
fn every_reason() {
    let root = authority("Our CA");
    let client = client(&root);
    let subject = "switchboard".to_owned();
    let der = pem::parse(root.pem()).unwrap().into_contents();
    for (name, upload, expected) in [
        ("empty", vec![], Problem::NotPem),
        (
            "binary",
            der,
            Problem::BinaryForPem {
                what: "a certificate",
            },
        ),
        (
            "a client's",
            client.certificate.clone().into(),
            Problem::NotAnAuthority { subject },
        ),
        (
            "with a key",
            format!("{}{}", root.pem(), client.key).into(),
            Problem::KeyInBundle,
        ),
        (
            "noise",
            format!(
                "{}-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
                root.pem()
            )
            .into(),
            Problem::UnreadableCertificate { position: 2 },
        ),
        (
            "too large",
            vec![b'\n'; certificates::LARGEST_UPLOAD + 1],
            Problem::TooLarge,
        ),
    ] {
        assert_eq!(CaBundle::read(&upload, now()).unwrap_err(), expected, "{name}");
        assert!(expected.next_step().len() > 20, "{name}");
    }
}
