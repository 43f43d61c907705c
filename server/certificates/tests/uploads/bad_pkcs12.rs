//! Every bad PKCS#12 upload is refused for its own reason, and no damage makes us stumble.

use certificates::{LARGEST_UPLOAD, Problem, read_pem, read_pkcs12};

use crate::{
    bad_pem::patched,
    made::{authority, client, now, password},
    openssl::Openssl,
};

fn p12(options: &str) -> Vec<u8> {
    let openssl = Openssl::new();
    openssl.self_signed("genrsa -out key.pem 2048");
    openssl.run(&format!(
        "pkcs12 -export -out client.p12 -in client.pem -passout pass:right {options}"
    ));
    openssl.read("client.p12")
}

#[test]
fn every_reason() {
    let whole = p12("-inkey key.pem");
    let pem = client(&authority("Our CA")).both();
    let without_checksum = p12("-inkey key.pem -nomac");
    for (name, upload, given, expected) in [
        (
            "wrong password",
            whole.clone(),
            Some("wrong"),
            Problem::WrongPassword,
        ),
        ("password forgotten", whole.clone(), None, Problem::PasswordNeeded),
        (
            "no checksum, wrong password",
            without_checksum.clone(),
            Some("wrong"),
            Problem::WrongPassword,
        ),
        (
            "no checksum, password forgotten",
            without_checksum,
            None,
            Problem::PasswordNeeded,
        ),
        ("no key", p12("-nokeys"), Some("right"), Problem::NoKey),
        (
            "no certificate",
            p12("-inkey key.pem -nocerts"),
            Some("right"),
            Problem::NoCertificate,
        ),
        ("PEM", pem.into_bytes(), None, Problem::PemForPkcs12),
        (
            "cut off",
            whole[..whole.len() / 2].to_vec(),
            Some("right"),
            Problem::NotPkcs12,
        ),
        (
            "nonsense",
            b"certificate: yes".to_vec(),
            Some("right"),
            Problem::NotPkcs12,
        ),
        ("empty", vec![], None, Problem::NotPkcs12),
        (
            "open lengths",
            [&[0x30, 0x80, 0x02, 0x01, 0x03][..], &whole[7..]].concat(),
            Some("right"),
            Problem::OldPkcs12,
        ),
        (
            "RC2 with 128 bits",
            p12("-inkey key.pem -legacy -certpbe PBE-SHA1-RC2-128 -keypbe PBE-SHA1-3DES"),
            Some("right"),
            Problem::UnsupportedFileEncryption,
        ),
        (
            "too large",
            vec![0x30; LARGEST_UPLOAD + 1],
            None,
            Problem::TooLarge,
        ),
    ] {
        let problem = read_pkcs12(&upload, given.map(password).as_ref(), now());
        assert_eq!(problem.unwrap_err(), expected, "{name}");
        assert!(expected.next_step().len() > 20, "{name}");
    }
}

#[test]
fn what_is_checked_in_pem_is_checked_here() {
    let openssl = Openssl::new();
    openssl.run("genrsa -out key.pem 2048");
    // OpenSSL marks self-signed certificates as an authority's when nobody says otherwise.
    openssl.run("req -new -x509 -key key.pem -subj /CN=switchboard -days 9 -out client.pem");
    openssl.run("pkcs12 -export -inkey key.pem -in client.pem -out client.p12 -passout pass:right");
    let problem = read_pkcs12(&openssl.read("client.p12"), Some(&password("right")), now()).unwrap_err();
    let subject = "switchboard".into();
    assert_eq!(problem, Problem::AuthorityAsClient { subject });
    assert!(problem.next_step().contains("basicConstraints=CA:FALSE"));
}

#[test]
fn pkcs12_given_as_pem_is_recognised() {
    let problem = read_pem(&p12("-inkey key.pem"), None, None, now()).unwrap_err();
    assert_eq!(
        problem,
        Problem::BinaryForPem {
            what: "a PKCS#12 file"
        }
    );
    assert_eq!(problem.next_step(), "Choose PKCS#12 for this file.");
}

/// Where only the padding tells, one wrong password in 256 passes it.
#[test]
fn wrong_passwords_are_called_wrong_every_time() {
    let openssl = Openssl::new();
    openssl.self_signed("ecparam -name prime256v1 -genkey -noout -out key.pem");
    openssl.run("pkcs8 -topk8 -v2 aes-128-cbc -iter 1 -in key.pem -out encrypted.pem -passout pass:right");
    // In this order: -iter brings the checksum back.
    openssl.run(
        "pkcs12 -export -inkey key.pem -in client.pem -out client.p12 -passout pass:right \
         -iter 1 -nomac -keypbe AES-128-CBC -certpbe AES-128-CBC",
    );
    let (client, key) = (openssl.read("client.pem"), openssl.read("encrypted.pem"));
    let file = openssl.read("client.p12");
    for attempt in 0..1500 {
        let wrong = password(&format!("wrong {attempt}"));
        let problem = read_pem(&client, Some(&key), Some(&wrong), now()).unwrap_err();
        assert_eq!(problem, Problem::WrongPassword, "attempt {attempt}");
        let problem = read_pkcs12(&file, Some(&wrong), now()).unwrap_err();
        assert_eq!(problem, Problem::WrongPassword, "attempt {attempt} with PKCS#12");
    }
}

#[test]
fn no_damaged_byte_makes_it_panic() {
    let openssl = Openssl::new();
    openssl.self_signed("ecparam -name prime256v1 -genkey -noout -out key.pem");
    // Without encryption and checksum, so that the damage reaches everything behind them.
    openssl.run(
        "pkcs12 -export -inkey key.pem -in client.pem -out client.p12 -passout pass: \
         -nomac -keypbe NONE -certpbe NONE",
    );
    let whole = openssl.read("client.p12");
    assert!(read_pkcs12(&whole, None, now()).is_ok());
    for position in 0..whole.len() {
        for bit in [0x01, 0x80] {
            let mut damaged = whole.clone();
            damaged[position] ^= bit;
            let _ = read_pkcs12(&damaged, None, now());
        }
    }
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x82], &length[..], content].concat()
}

/// A PKCS#12 file of one encrypted key and nothing else (RFC 7292, 4).
fn with_one_key(encrypted_pkcs8: &[u8]) -> Vec<u8> {
    const DATA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
    const SHROUDED_KEY_BAG: &[u8] = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02";
    let data = |content: &[u8]| tlv(0x30, &[DATA, &tlv(0xa0, &tlv(0x04, content))].concat());
    let bag = tlv(0x30, &[SHROUDED_KEY_BAG, &tlv(0xa0, encrypted_pkcs8)].concat());
    let safes = tlv(0x30, &data(&tlv(0x30, &bag)));
    tlv(0x30, &[&[0x02, 0x01, 0x03][..], &data(&safes)].concat())
}

#[test]
fn parameters_that_the_parser_does_not_expect_are_no_panic() {
    let openssl = Openssl::new();
    openssl.run("genrsa -out key.pem 2048");
    openssl.run("pkcs8 -topk8 -scrypt -scrypt_N 64 -in key.pem -out small.pem -passout pass:right");
    let small = openssl.read("small.pem");
    let nothing = patched(&small, ([2, 1, 0x40, 2, 1, 8], [2, 1, 0, 2, 1, 8])).into_bytes();
    for (key, expected) in [(small, Problem::NoCertificate), (nothing, Problem::NotPkcs12)] {
        let file = with_one_key(pem::parse(key).unwrap().contents());
        let problem = read_pkcs12(&file, Some(&password("right")), now()).unwrap_err();
        assert_eq!(problem, expected);
    }
}
