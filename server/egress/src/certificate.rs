//! Reading a certificate for people: names, dates and issuer. Nothing is trusted here.

use std::net::IpAddr;

use model::Timestamp;
use rustls_pki_types::{CertificateDer, ServerName};
use x509_parser::{
    der_parser::Oid,
    prelude::{ASN1Time, FromDer, GeneralName, X509Certificate, X509Name},
    public_key::PublicKey,
};

use crate::wording::plain;

/// What a certificate says about itself.
pub(crate) struct Certificate {
    /// Common name, or the whole subject when there is none.
    pub(crate) subject: String,
    pub(crate) whole_subject: String,
    pub(crate) issuer: String,
    /// Subject alternative names: DNS names and addresses.
    pub(crate) names: Vec<String>,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
    /// Subject and issuer are the same.
    pub(crate) self_signed: bool,
    /// Marked as a certificate authority.
    pub(crate) authority: bool,
    /// How the issuer signed it.
    pub(crate) signature: Oid<'static>,
    /// Size of its key, when that is an RSA key.
    pub(crate) rsa_bits: Option<usize>,
}

impl Certificate {
    /// None when it is not even a certificate.
    pub(crate) fn read(der: &CertificateDer<'_>) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let validity = certificate.validity();
        Some(Self {
            subject: name(certificate.subject()),
            whole_subject: plain(&certificate.subject().to_string()),
            issuer: name(certificate.issuer()),
            names: alternative_names(&certificate),
            not_before: timestamp(validity.not_before),
            not_after: timestamp(validity.not_after),
            self_signed: certificate.subject().as_raw() == certificate.issuer().as_raw(),
            authority: certificate.is_ca(),
            signature: certificate.signature_algorithm.algorithm.to_owned(),
            rsa_bits: match certificate.public_key().parsed() {
                Ok(PublicKey::RSA(key)) => Some(key.key_size()),
                _ => None,
            },
        })
    }

    /// The name by which it covers `wanted`, for the report of a handshake that went well.
    pub(crate) fn name_for(&self, wanted: &ServerName<'_>) -> &str {
        let wanted = wanted.to_str();
        let covers = |name: &&String| {
            name.eq_ignore_ascii_case(&wanted)
                || name.strip_prefix('*').is_some_and(|end| {
                    wanted
                        .split_once('.')
                        .is_some_and(|(_, domain)| end[1..].eq_ignore_ascii_case(domain))
                })
        };
        self.names
            .iter()
            .find(covers)
            .or(self.names.first())
            .unwrap_or(&self.subject)
    }
}

fn timestamp(time: ASN1Time) -> Timestamp {
    Timestamp(time.timestamp().saturating_mul(1000))
}

/// The common name, or all of it when there is none.
pub(crate) fn name(name: &X509Name<'_>) -> String {
    let common = name
        .iter_common_name()
        .next()
        .and_then(|attribute| attribute.as_str().ok());
    plain(&common.map_or_else(|| name.to_string(), str::to_owned))
}

fn alternative_names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    extension
        .value
        .general_names
        .iter()
        .filter_map(alternative_name)
        .collect()
}

fn alternative_name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) if !name.is_empty() => Some(plain(name)),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes)
                .ok()
                .map(|bytes| IpAddr::from(bytes).to_string()),
            16 => <[u8; 16]>::try_from(*bytes)
                .ok()
                .map(|bytes| IpAddr::from(bytes).to_string()),
            _ => None,
        },
        _ => None,
    }
}
