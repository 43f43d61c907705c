//! Good uploads: every form people have them in, and what is said about them.

use std::sync::Arc;

use certificates::{Identity, Uploaded, read_pem, read_pkcs12};
use rustls::ClientConfig;
use secrecy::{ExposeSecret, SecretString};
use time::{Duration, OffsetDateTime};

use crate::{
    made::{authority, changed_authority, changed_client, client, day, intermediate, now, password},
    openssl::Openssl,
};

/// Whether the TLS library shakes hands with it, before and after the vault.
fn usable(uploaded: &Uploaded) {
    let stored = Identity::from_pem(&uploaded.identity.to_pem()).unwrap();
    assert_eq!(stored.info(), uploaded.info);
    for identity in [&uploaded.identity, &stored] {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            // Compares key and certificate, too.
            .with_client_auth_cert(identity.chain().to_vec(), identity.key().clone_key())
            .unwrap();
    }
}

fn subjects(uploaded: &Uploaded) -> Vec<&str> {
    uploaded.info.iter().map(|info| info.subject.as_str()).collect()
}

#[test]
fn every_form_of_private_key() {
    for (make, convert, secret, kind) in [
        (
            "genrsa -out key.pem 2048",
            "rsa -traditional -in key.pem -out out.pem",
            None,
            "RSA 2048",
        ),
        (
            "genrsa -out key.pem 3072",
            "pkcs8 -topk8 -nocrypt -in key.pem -out out.pem",
            None,
            "RSA 3072",
        ),
        (
            "genrsa -out key.pem 2048",
            "pkcs8 -topk8 -in key.pem -out out.pem -passout pass:sésame",
            Some("sésame"),
            "RSA 2048",
        ),
        (
            "genrsa -out key.pem 2048",
            "pkcs8 -topk8 -v2 des3 -v2prf hmacWithSHA1 -in key.pem -out out.pem -passout pass:old",
            Some("old"),
            "RSA 2048",
        ),
        (
            "genrsa -out key.pem 2048",
            "pkcs8 -topk8 -scrypt -in key.pem -out out.pem -passout pass:dear",
            Some("dear"),
            "RSA 2048",
        ),
        // With the section named EC PARAMETERS before the key.
        (
            "ecparam -name prime256v1 -genkey -out key.pem",
            "ec -in key.pem -out out.pem",
            None,
            "EC P-256",
        ),
        (
            "ecparam -name secp384r1 -genkey -out key.pem",
            "pkcs8 -topk8 -nocrypt -in key.pem -out out.pem",
            None,
            "EC P-384",
        ),
        // As Java writes it: without the public half.
        (
            "ecparam -name prime256v1 -genkey -noout -out key.pem",
            "ec -no_public -in key.pem -out out.pem",
            None,
            "EC P-256",
        ),
        (
            "genpkey -algorithm ed25519 -out key.pem",
            "pkey -in key.pem -out out.pem",
            None,
            "Ed25519",
        ),
    ] {
        let openssl = Openssl::new();
        openssl.self_signed(make);
        openssl.run(convert);
        let given = secret.map(password);
        let in_two = read_pem(
            &openssl.read("client.pem"),
            Some(&openssl.read("out.pem")),
            given.as_ref(),
            now(),
        )
        .unwrap_or_else(|problem| panic!("{convert}: {problem}"));
        usable(&in_two);
        assert_eq!(in_two.info[0].key, kind);
        let both = [openssl.read("key.pem"), openssl.read("client.pem")].concat();
        usable(&read_pem(&both, Some(b"\n"), None, now()).unwrap());
    }
}

#[test]
fn a_public_half_that_is_anothers_is_not_accepted() {
    let (one, other) = (Openssl::new(), Openssl::new());
    for openssl in [&one, &other] {
        openssl.self_signed("ecparam -name prime256v1 -genkey -noout -out key.pem");
        openssl.run("ec -no_public -in key.pem -out out.pem");
    }
    let problem = read_pem(&one.read("client.pem"), Some(&other.read("out.pem")), None, now()).unwrap_err();
    let subject = "switchboard".into();
    assert_eq!(problem, certificates::Problem::WrongKey { subject });
}

#[test]
fn pkcs12_old_and_new() {
    for options in [
        "",
        "-legacy",
        "-descert -legacy",
        "-macalg sha512",
        "-keypbe AES-128-CBC -certpbe AES-128-CBC",
        "-keypbe NONE -certpbe NONE",
        "-nomac",
    ] {
        let openssl = Openssl::new();
        openssl.self_signed("genrsa -out key.pem 2048");
        openssl.run(&format!(
            "pkcs12 -export -inkey key.pem -in client.pem -out client.p12 -passout pass:pässword {options}"
        ));
        let uploaded = read_pkcs12(&openssl.read("client.p12"), Some(&password("pässword")), now())
            .unwrap_or_else(|problem| panic!("{options}: {problem}"));
        usable(&uploaded);
        assert_eq!(subjects(&uploaded), ["O=Example, CN=switchboard"]);
    }
}

#[test]
fn pkcs12_without_a_password_and_with_its_chain() {
    let root = authority("Our CA");
    let middle = intermediate("Middle CA", &root, |_| ());
    let client = client(&middle);
    let openssl = Openssl::new();
    openssl.write("key.pem", &client.key);
    openssl.write("client.pem", &client.certificate);
    openssl.write("above.pem", format!("{}{}", root.pem(), middle.pem()));
    openssl.run(
        "pkcs12 -export -inkey key.pem -in client.pem -certfile above.pem -out client.p12 -passout pass:",
    );
    let uploaded = read_pkcs12(&openssl.read("client.p12"), None, now()).unwrap();
    usable(&uploaded);
    assert_eq!(
        subjects(&uploaded),
        ["CN=switchboard", "CN=Middle CA", "CN=Our CA"]
    );
    assert_eq!(uploaded.warnings, Vec::<String>::new());
}

#[test]
fn the_chain_is_put_in_order_and_doubles_are_dropped() {
    let root = authority("Our CA");
    let middle = intermediate("Middle CA", &root, |_| ());
    let client = client(&middle);
    let upload = [
        root.pem(),
        client.key.clone(),
        middle.pem(),
        root.pem(),
        client.certificate.clone(),
        client.key.clone(),
    ]
    .concat()
    .replace('\n', "\r\n");
    let uploaded = read_pem(upload.as_bytes(), None, None, now()).unwrap();
    usable(&uploaded);
    assert_eq!(
        subjects(&uploaded),
        ["CN=switchboard", "CN=Middle CA", "CN=Our CA"]
    );
}

#[test]
fn what_may_go_wrong_later_is_warned_about() {
    let root = authority("Our CA");
    let middle = intermediate("Middle CA", &root, |_| ());
    let missing = read_pem(client(&middle).both().as_bytes(), None, None, now()).unwrap();
    assert_eq!(missing.warnings.len(), 1);
    assert!(
        missing.warnings[0].starts_with(
            "The certificate of \"Middle CA\", which issued the one of \"switchboard\", is not in the upload."
        ),
        "{:?}",
        missing.warnings
    );

    let upload = format!("{}{}", client(&middle).both(), middle.pem());
    let root_left_out = read_pem(upload.as_bytes(), None, None, now()).unwrap();
    assert!(root_left_out.warnings[0].contains("\"Our CA\", which issued the one of \"Middle CA\""));

    let old = changed_authority("Old root", |params| {
        params.not_after = day(2021, time::Month::May, 3);
    });
    let upload = format!("{}{}", client(&old).both(), old.pem());
    let old_root = read_pem(upload.as_bytes(), None, None, now()).unwrap();
    assert!(
        old_root.warnings[0].starts_with("The root certificate of \"Old root\" expired on 3 May 2021."),
        "{:?}",
        old_root.warnings
    );

    for (days, warned) in [(29, true), (31, false)] {
        let soon = changed_client(&root, |params| {
            params.not_after = OffsetDateTime::now_utc() + Duration::days(days);
        });
        let upload = format!("{}{}", soon.both(), root.pem());
        let uploaded = read_pem(upload.as_bytes(), None, None, now()).unwrap();
        assert_eq!(
            uploaded
                .warnings
                .iter()
                .any(|warning| warning.contains("expires on")),
            warned,
            "{:?}",
            uploaded.warnings
        );
    }
}

#[test]
fn what_people_see() {
    let openssl = Openssl::new();
    openssl.run("genrsa -out key.pem 2048");
    openssl.run(
        "req -new -x509 -key key.pem -subj /C=DE/O=Example/CN=switchboard -days 90 -out client.pem \
         -set_serial 0x0a3f -addext basicConstraints=CA:FALSE \
         -addext subjectAltName=DNS:a.example,IP:10.0.0.1,URI:spiffe://example/x,email:a@example.com",
    );
    openssl.run("x509 -in client.pem -outform DER -out client.der");
    openssl.run("dgst -sha256 -c -out digest client.der");
    let both = [openssl.read("client.pem"), openssl.read("key.pem")].concat();
    let uploaded = read_pem(&both, None, None, now()).unwrap();
    let info = &uploaded.info[0];
    assert_eq!(info.subject, "C=DE, O=Example, CN=switchboard");
    assert_eq!(info.issuer, info.subject);
    assert_eq!(
        info.sans,
        ["a.example", "10.0.0.1", "spiffe://example/x", "a@example.com"]
    );
    assert_eq!(info.serial, "0a:3f");
    assert_eq!(info.not_after.since(info.not_before), 90 * 24 * 60 * 60 * 1000);
    let digest = String::from_utf8(openssl.read("digest")).unwrap();
    assert!(
        digest.trim().ends_with(&info.fingerprint.to_lowercase()),
        "{digest} {info:?}"
    );
    assert_eq!(uploaded.warnings, Vec::<String>::new());
}

#[test]
fn nothing_shows_the_key() {
    let uploaded = read_pem(client(&authority("Our CA")).both().as_bytes(), None, None, now()).unwrap();
    assert_eq!(format!("{:?}", uploaded.identity), "Identity(1 certificates)");
    let stored = uploaded.identity.to_pem();
    assert!(!format!("{stored:?}").contains("PRIVATE"));
    assert!(stored.expose_secret().contains("-----BEGIN PRIVATE KEY-----"));
}

#[test]
fn only_what_was_stored_is_read_back() {
    let stored = read_pem(client(&authority("Our CA")).both().as_bytes(), None, None, now())
        .unwrap()
        .identity
        .to_pem();
    let stored = stored.expose_secret();
    let key = stored.find("-----BEGIN PRIVATE").unwrap();
    for bad in ["", "nonsense", &stored[..key], &stored[key..]] {
        assert!(Identity::from_pem(&SecretString::from(bad)).is_err(), "{bad}");
    }
}
