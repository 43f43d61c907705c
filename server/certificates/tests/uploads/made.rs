//! Certificates made for a test.

use std::time::{SystemTime, UNIX_EPOCH};

use model::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
};
use secrecy::SecretString;
use time::{Date, Month, OffsetDateTime};

pub type Authority = CertifiedIssuer<'static, KeyPair>;

/// OpenSSL dates what it makes by the machine's clock, so the tests read it, too.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp(i64::try_from(since.as_millis()).unwrap())
}

pub fn password(text: &str) -> SecretString {
    SecretString::from(text)
}

pub fn day(year: i32, month: Month, day: u8) -> OffsetDateTime {
    Date::from_calendar_date(year, month, day)
        .unwrap()
        .midnight()
        .assume_utc()
}

fn authority_params(name: &str, change: impl FnOnce(&mut CertificateParams)) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    change(&mut params);
    params
}

/// A root.
pub fn authority(name: &str) -> Authority {
    changed_authority(name, |_| ())
}

pub fn changed_authority(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Authority {
    CertifiedIssuer::self_signed(authority_params(name, change), KeyPair::generate().unwrap()).unwrap()
}

/// An intermediate authority.
pub fn intermediate(name: &str, above: &Authority, change: impl FnOnce(&mut CertificateParams)) -> Authority {
    CertifiedIssuer::signed_by(
        authority_params(name, change),
        KeyPair::generate().unwrap(),
        above,
    )
    .unwrap()
}

/// A client's certificate and key, in PEM.
pub struct Client {
    pub certificate: String,
    pub key: String,
}

impl Client {
    pub fn both(&self) -> String {
        format!("{}{}", self.certificate, self.key)
    }
}

pub fn client(issuer: &Authority) -> Client {
    changed_client(issuer, |_| ())
}

/// A client named `switchboard`, changed by `change`, signed by `issuer`.
pub fn changed_client(issuer: &Authority, change: impl FnOnce(&mut CertificateParams)) -> Client {
    client_with_key(issuer, &KeyPair::generate().unwrap(), change)
}

pub fn client_with_key(
    issuer: &Authority,
    key: &KeyPair,
    change: impl FnOnce(&mut CertificateParams),
) -> Client {
    let mut params = CertificateParams::new(vec!["switchboard.example".to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "switchboard");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    change(&mut params);
    Client {
        certificate: params.signed_by(key, issuer).unwrap().pem(),
        key: key.serialize_pem(),
    }
}
