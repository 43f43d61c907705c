//! Every bad PEM upload is refused for its own reason.

use certificates::{LARGEST_UPLOAD, Problem, read_pem};
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use time::Month;

use crate::{
    made::{authority, changed_client, client, client_with_key, day, intermediate, now, password},
    openssl::Openssl,
};

/// What is uploaded, the password, and the beginning of the expected cause.
type Case = (&'static str, Vec<u8>, Option<&'static str>, &'static str);

fn check(cases: Vec<Case>) {
    for (name, upload, given, expected) in cases {
        let problem = read_pem(&upload, None, given.map(password).as_ref(), now())
            .err()
            .unwrap_or_else(|| panic!("{name} was accepted"));
        assert!(
            problem.cause().starts_with(expected),
            "{name}: {}",
            problem.cause()
        );
        assert!(problem.next_step().len() > 20, "{name}: {}", problem.next_step());
        assert_eq!(problem.to_string(), problem.cause());
    }
}

#[test]
fn texts_that_are_no_certificate_and_key() {
    let root = authority("Our CA");
    let client = client(&root);
    let request = CertificateParams::default()
        .serialize_request(&KeyPair::generate().unwrap())
        .unwrap();
    let key = KeyPair::generate().unwrap();
    let cut = client.both().replace("-----END PRIVATE KEY-----", "");
    let garbled = client.both().replacen("MI", "!!", 1);
    let noise = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    let bad_key = "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n";
    let pkcs7 = "-----BEGIN PKCS7-----\nMAA=\n-----END PKCS7-----\n";
    let ssh = "-----BEGIN OPENSSH PRIVATE KEY-----\nMAA=\n-----END OPENSSH PRIVATE KEY-----\n";
    check(vec![
        ("empty", vec![], None, "The upload is not PEM"),
        (
            "nonsense",
            b"certificate: yes".to_vec(),
            None,
            "The upload is not PEM",
        ),
        (
            "certificate in DER",
            pem::parse(&client.certificate).unwrap().into_contents(),
            None,
            "The upload is a certificate in binary form (DER)",
        ),
        (
            "key in DER",
            key.serialize_der(),
            None,
            "The upload is a private key in binary form (DER)",
        ),
        (
            "request in DER",
            request.der().to_vec(),
            None,
            "The upload is a certificate signing request, not",
        ),
        (
            "request",
            format!("{}{}", request.pem().unwrap(), client.key).into(),
            None,
            "The upload is a certificate signing request, not",
        ),
        ("cut off", cut.into(), None, "The PEM text is damaged"),
        ("garbled", garbled.into(), None, "The PEM text is damaged"),
        (
            "noise as certificate",
            noise.into(),
            None,
            "Certificate 1 of the upload cannot be read",
        ),
        (
            "noise as key",
            format!("{}{bad_key}", client.certificate).into(),
            None,
            "The private key cannot be read",
        ),
        (
            "key alone",
            client.key.clone().into(),
            None,
            "The upload holds no certificate.",
        ),
        (
            "certificate alone",
            client.certificate.clone().into(),
            None,
            "The upload holds no private key.",
        ),
        (
            "public key",
            format!("{}{}", client.certificate, key.public_key_pem()).into(),
            None,
            "The upload holds a public key where",
        ),
        (
            "two keys",
            format!("{}{}", client.both(), key.serialize_pem()).into(),
            None,
            "The upload holds 2 different private keys",
        ),
        (
            "another's key",
            format!("{}{}", client.certificate, key.serialize_pem()).into(),
            None,
            "The private key does not belong to the certificate of \"switchboard\".",
        ),
        (
            "PKCS#7",
            pkcs7.into(),
            None,
            "The upload holds a section named PKCS7",
        ),
        (
            "SSH key",
            format!("{}{ssh}", client.certificate).into(),
            None,
            "The upload holds a section named OPENSSH PRIVATE KEY",
        ),
        (
            "too large",
            [client.both().into_bytes(), vec![b'\n'; LARGEST_UPLOAD]].concat(),
            None,
            "The upload is larger than 256 KiB",
        ),
    ]);
}

#[test]
fn certificates_that_no_server_would_take() {
    let root = authority("Our CA");
    let expired = changed_client(&root, |params| {
        params.not_before = day(2020, Month::May, 3);
        params.not_after = day(2021, Month::May, 3);
    });
    let early = changed_client(&root, |params| {
        params.not_before = day(2048, Month::May, 3);
        params.not_after = day(2049, Month::May, 3);
    });
    let server = changed_client(&root, |params| {
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::CodeSigning,
        ];
    });
    let mute = changed_client(&root, |params| {
        params.key_usages = vec![KeyUsagePurpose::KeyEncipherment];
    });
    let old = intermediate("Old CA", &root, |params| {
        params.not_after = day(2021, Month::May, 3);
    });
    let young = intermediate("Young CA", &root, |params| {
        params.not_before = day(2048, Month::May, 3);
    });
    let below = |above: &crate::made::Authority| format!("{}{}", client(above).both(), above.pem());
    check(vec![
        (
            "expired",
            expired.both().into(),
            None,
            "The certificate of \"switchboard\" expired on 3 May 2021.",
        ),
        (
            "not yet valid",
            early.both().into(),
            None,
            "The certificate of \"switchboard\" is not valid before 3 May 2048, 00:00:00 UTC.",
        ),
        (
            "a server's",
            server.both().into(),
            None,
            "The certificate of \"switchboard\" was issued for TLS servers, signing programs only, not for TLS clients.",
        ),
        (
            "may not sign",
            mute.both().into(),
            None,
            "The certificate of \"switchboard\" does not allow digital signatures",
        ),
        (
            "authority and its key",
            format!("{}{}", root.pem(), root.key().serialize_pem()).into(),
            None,
            "The certificate of \"Our CA\" is a certificate authority's; a client must not use one.",
        ),
        (
            "authority and the client's key",
            format!("{}{}", root.pem(), expired.key).into(),
            None,
            "The certificate of \"Our CA\" is a certificate authority's; a client must not use one.",
        ),
        (
            "expired intermediate",
            below(&old).into(),
            None,
            "The certificate of \"Old CA\" expired on 3 May 2021.",
        ),
        (
            "intermediate of tomorrow",
            below(&young).into(),
            None,
            "The certificate of \"Young CA\" is not valid before 3 May 2048",
        ),
        (
            "strangers",
            format!(
                "{}{}{}{}",
                client(&root).both(),
                root.pem(),
                authority("Strange CA").pem(),
                authority("Another CA").pem()
            )
            .into(),
            None,
            "The upload also holds the certificate of \"Strange CA\" and \"Another CA\", which has nothing to do with the one of \"switchboard\".",
        ),
        (
            "a namesake of the authority",
            format!("{}{}", client(&root).both(), authority("Our CA").pem()).into(),
            None,
            "The upload also holds the certificate of \"Our CA\"",
        ),
    ]);
}

#[test]
fn the_next_step_for_an_old_intermediate_is_not_to_renew_ones_own() {
    let root = authority("Our CA");
    let old = intermediate("Old CA", &root, |params| {
        params.not_after = day(2021, Month::May, 3);
    });
    let upload = format!("{}{}", client(&old).both(), old.pem());
    let problem = read_pem(upload.as_bytes(), None, None, now()).unwrap_err();
    assert!(
        matches!(problem, Problem::Expired { own: false, .. }),
        "{problem:?}"
    );
    assert!(
        problem.next_step().contains("intermediate"),
        "{}",
        problem.next_step()
    );
}

#[test]
fn an_older_certificate_for_the_same_key_is_named() {
    let root = authority("Our CA");
    let key = KeyPair::generate().unwrap();
    let old = client_with_key(&root, &key, |params| params.not_after = day(2021, Month::May, 3));
    let new = client_with_key(&root, &key, |_| ());
    let upload = format!("{}{}", old.certificate, new.both());
    let problem = read_pem(upload.as_bytes(), None, None, now()).unwrap_err();
    assert!(matches!(problem, Problem::Strangers { .. }), "{problem:?}");
}

#[test]
fn keys_and_signatures_that_are_not_safe() {
    for (key, digest, expected) in [
        (
            "genrsa -out key.pem 1024",
            "-sha256",
            "The RSA key has 1024 bits; fewer than 2048",
        ),
        (
            "genrsa -out key.pem 5120",
            "-sha256",
            "The private key is of a kind that is not supported: RSA 5120.",
        ),
        (
            "dsaparam -genkey -noout -out key.pem 1024",
            "-sha256",
            "The private key is of a kind that is not supported: DSA.",
        ),
        (
            "ecparam -name secp521r1 -genkey -noout -out key.pem",
            "-sha512",
            "The private key is of a kind that is not supported: EC P-521.",
        ),
        (
            "genpkey -algorithm ed448 -out key.pem",
            "",
            "The private key is of a kind that is not supported: Ed448.",
        ),
        (
            "genrsa -out key.pem 2048",
            "-sha1",
            "The certificate of \"switchboard\" is signed with SHA-1",
        ),
        (
            "genrsa -out key.pem 2048",
            "-md5",
            "The certificate of \"switchboard\" is signed with MD5",
        ),
    ] {
        let openssl = Openssl::new();
        openssl.run(key);
        openssl.run(&format!(
            "req -new -x509 {digest} -key key.pem -subj /CN=switchboard -days 90 -out client.pem \
             -addext basicConstraints=critical,CA:FALSE"
        ));
        let problem = read_pem(
            &openssl.read("client.pem"),
            Some(&openssl.read("key.pem")),
            None,
            now(),
        )
        .unwrap_err();
        assert!(
            problem.cause().starts_with(expected),
            "{key}: {}",
            problem.cause()
        );
        assert!(problem.next_step().contains("2048") || problem.next_step().contains("SHA-256"));
    }
}

#[test]
fn encrypted_keys_and_their_passwords() {
    let openssl = Openssl::new();
    openssl.self_signed("genrsa -traditional -out key.pem 2048");
    openssl.run("pkcs8 -topk8 -v2 aes-256-cbc -in key.pem -out modern.pem -passout pass:right");
    openssl.run("pkcs8 -topk8 -v1 PBE-SHA1-3DES -in key.pem -out old.pem -passout pass:right");
    openssl.run("rsa -aes256 -traditional -in key.pem -out rfc1421.pem -passout pass:right");
    openssl.run("pkcs8 -topk8 -scrypt -scrypt_N 16384 -in key.pem -out scrypt.pem -passout pass:right");
    openssl.run("pkcs8 -topk8 -v2 aes-256-cbc -iter 65536 -in key.pem -out pbkdf2.pem -passout pass:right");
    // OpenSSL does not make keys whose password costs gigabytes or minutes, so the cost is raised afterwards.
    let parallel = (
        [2, 2, 0x40, 0, 2, 1, 8, 2, 1, 1],
        [2, 2, 0x40, 0, 2, 1, 8, 2, 1, 0x7f],
    );
    openssl.write("dear.pem", patched(&openssl.read("scrypt.pem"), parallel));
    let iterations = ([2, 3, 1, 0, 0], [2, 3, 0x7f, 0xff, 0xff]);
    openssl.write("slow.pem", patched(&openssl.read("pbkdf2.pem"), iterations));
    openssl.run("pkcs8 -topk8 -scrypt -scrypt_N 64 -in key.pem -out small.pem -passout pass:right");
    let nothing = ([2, 1, 0x40, 2, 1, 8], [2, 1, 0, 2, 1, 8]);
    openssl.write("nothing.pem", patched(&openssl.read("small.pem"), nothing));
    let client = openssl.read("client.pem");
    for (file, given, expected) in [
        ("modern.pem", None, Problem::PasswordNeeded),
        ("modern.pem", Some(""), Problem::PasswordNeeded),
        ("modern.pem", Some("wrong"), Problem::WrongPassword),
        ("old.pem", Some("right"), Problem::UnsupportedKeyEncryption),
        ("rfc1421.pem", Some("right"), Problem::UnsupportedKeyEncryption),
        ("dear.pem", Some("right"), Problem::UnsupportedKeyEncryption),
        ("slow.pem", Some("right"), Problem::UnsupportedKeyEncryption),
        ("nothing.pem", Some("right"), Problem::UnsupportedKeyEncryption),
    ] {
        let problem = read_pem(
            &client,
            Some(&openssl.read(file)),
            given.map(password).as_ref(),
            now(),
        );
        assert_eq!(problem.unwrap_err(), expected, "{file} {given:?}");
    }
}

pub fn patched<const N: usize>(key: &[u8], (from, to): ([u8; N], [u8; N])) -> String {
    let mut der = pem::parse(key).unwrap().into_contents();
    let start = der.windows(N).position(|window| window == from).unwrap();
    der[start..start + N].copy_from_slice(&to);
    pem::encode(&pem::Pem::new("ENCRYPTED PRIVATE KEY", der))
}
