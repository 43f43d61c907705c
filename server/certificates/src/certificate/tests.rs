//! Names of certificates that were made for the purpose.

use rcgen::{CertificateParams, DistinguishedName, DnType, DnValue, KeyPair};

use super::*;

fn shown(parts: Vec<(DnType, DnValue)>) -> ShownCertificate {
    let mut params = CertificateParams::default();
    let mut name = DistinguishedName::new();
    for (kind, value) in parts {
        name.push(kind, value);
    }
    params.distinguished_name = name;
    let made = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
    ShownCertificate::read(made.der()).unwrap()
}

fn text(value: &str) -> DnValue {
    DnValue::Utf8String(value.into())
}

#[test]
fn a_name_is_its_parts_and_not_what_is_shown() {
    let plain = shown(vec![
        (DnType::CommonName, text("jira")),
        (DnType::OrganizationName, text("Example")),
    ]);
    let sly = shown(vec![(DnType::CommonName, text("jira, O=Example"))]);
    assert_eq!(plain.info.subject, sly.info.subject, "they look alike");
    let (plain, sly) = (plain.subject.unwrap(), sly.subject.unwrap());
    assert!(!plain.is(&sly));
    assert!(Subject::parse("CN=jira, O=Example").unwrap().is(&plain));
    assert_eq!(sly.to_string(), "CN=jira\\, O\\=Example");
}

#[test]
fn long_names_stay_whole() {
    let long = |end: &str| shown(vec![(DnType::CommonName, text(&("x".repeat(300) + end)))]);
    let (one, other) = (long("1"), long("2"));
    assert_eq!(one.info.subject, other.info.subject, "shown they are cut");
    assert!(!one.subject.unwrap().is(&other.subject.unwrap()));
}

#[test]
fn a_name_that_is_no_text_is_none() {
    let odd = DnValue::BmpString("jira".try_into().unwrap());
    let shown = shown(vec![
        (DnType::CommonName, odd),
        (DnType::OrganizationName, text("Example")),
    ]);
    assert_eq!(shown.subject, None);
}
