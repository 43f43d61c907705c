//! A certificate, read: what it says about itself, and whether one vouches for another.

use std::net::IpAddr;

use model::{
    Timestamp,
    certificate::{
        CertificateInfo,
        subject::{Part, Subject},
    },
};
use rustls_pki_types::CertificateDer;
use sha2::{Digest, Sha256};
use x509_parser::{
    error::X509Error,
    prelude::{ASN1Time, FromDer, GeneralName, X509Certificate, X509Name},
    public_key::PublicKey,
};

use crate::{
    algorithm::{KeyKind, weak_digest},
    problem::Problem,
    wording::{hexadecimal, plain},
};

/// A certificate, read.
#[derive(Debug, Clone)]
pub(crate) struct Certificate {
    pub(crate) der: CertificateDer<'static>,
    pub(crate) info: CertificateInfo,
    /// Common name, or the whole subject when there is none: for sentences.
    pub(crate) name: String,
    pub(crate) issuer_name: String,
    /// The bits of its public key.
    pub(crate) public_key: Vec<u8>,
    /// Marked as a certificate authority.
    pub(crate) authority: bool,
    /// Subject and issuer are the same.
    pub(crate) self_signed: bool,
    /// What it is for, when it says so and TLS clients are not among it.
    pub(crate) other_purposes: Option<Vec<String>>,
    pub(crate) may_sign: bool,
    pub(crate) weak_digest: Option<&'static str>,
}

impl Certificate {
    /// None when it is not a certificate, or more than one.
    pub(crate) fn read(der: &[u8]) -> Option<Self> {
        let (rest, certificate) = X509Certificate::from_der(der).ok()?;
        if !rest.is_empty() {
            return None;
        }
        Some(Self {
            der: CertificateDer::from(der.to_vec()),
            name: short_name(certificate.subject()),
            issuer_name: short_name(certificate.issuer()),
            public_key: certificate.public_key().subject_public_key.data.to_vec(),
            authority: certificate.is_ca(),
            self_signed: certificate.subject().as_raw() == certificate.issuer().as_raw(),
            other_purposes: other_purposes(&certificate),
            may_sign: certificate
                .key_usage()
                .ok()
                .flatten()
                .is_none_or(|usage| usage.value.digital_signature()),
            weak_digest: weak_digest(&certificate.signature_algorithm.algorithm),
            info: info(der, &certificate),
        })
    }

    /// Whether `issuer` signed this one: by name, and by signature where the signature's kind is known.
    pub(crate) fn issued_by(&self, issuer: &Self) -> bool {
        let (Ok((_, child)), Ok((_, parent))) = (
            X509Certificate::from_der(&self.der),
            X509Certificate::from_der(&issuer.der),
        ) else {
            return false;
        };
        child.issuer().as_raw() == parent.subject().as_raw()
            && !matches!(
                child.verify_signature(Some(parent.public_key())),
                Err(X509Error::SignatureVerificationError)
            )
    }

    /// Refuses it outside its validity; `own` is whether it is the client's.
    pub(crate) fn check_dates(&self, now: Timestamp, own: bool) -> Result<(), Problem> {
        if now > self.info.not_after {
            return Err(Problem::Expired {
                subject: self.name.clone(),
                since: self.info.not_after,
                own,
            });
        }
        if now < self.info.not_before {
            return Err(Problem::NotYetValid {
                subject: self.name.clone(),
                from: self.info.not_before,
                own,
            });
        }
        Ok(())
    }

    /// Refuses signatures that anybody could forge.
    pub(crate) fn check_signature(&self) -> Result<(), Problem> {
        match self.weak_digest {
            Some(digest) => Err(Problem::WeakSignature {
                subject: self.name.clone(),
                digest,
            }),
            None => Ok(()),
        }
    }
}

/// A certificate that a caller showed in TLS.
#[derive(Debug, Clone)]
pub struct ShownCertificate {
    pub info: CertificateInfo,
    /// Its name, exact; `None` when it has none, or one that cannot be read as text.
    pub subject: Option<Subject>,
}

impl ShownCertificate {
    /// None when the bytes are no certificate.
    pub fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        Some(Self {
            info: Certificate::read(der)?.info,
            subject: exact(certificate.subject()),
        })
    }
}

/// A name in its parts, each whole. One part that is no text makes it unreadable: it must not pass for a shorter name.
fn exact(name: &X509Name<'_>) -> Option<Subject> {
    let places = name.iter().map(|place| {
        let parts = place.iter().map(|part| {
            Some(Part {
                kind: part.attr_type().to_id_string(),
                value: part.as_str().ok()?.to_owned(),
            })
        });
        parts.collect::<Option<Vec<_>>>()
    });
    Subject::new(places.collect::<Option<Vec<_>>>()?)
}

fn info(der: &[u8], certificate: &X509Certificate<'_>) -> CertificateInfo {
    CertificateInfo {
        subject: plain(&certificate.subject().to_string()),
        issuer: plain(&certificate.issuer().to_string()),
        sans: alternative_names(certificate),
        serial: plain(&certificate.tbs_certificate.raw_serial_as_string()),
        not_before: timestamp(certificate.validity().not_before),
        not_after: timestamp(certificate.validity().not_after),
        fingerprint: hexadecimal(&Sha256::digest(der)),
        key: key_kind(certificate).to_string(),
    }
}

fn timestamp(time: ASN1Time) -> Timestamp {
    Timestamp(time.timestamp().saturating_mul(1000))
}

fn short_name(name: &X509Name<'_>) -> String {
    let common = name
        .iter_common_name()
        .next()
        .and_then(|attribute| attribute.as_str().ok());
    plain(&common.map_or_else(|| name.to_string(), str::to_owned))
}

fn key_kind(certificate: &X509Certificate<'_>) -> KeyKind {
    let key = certificate.public_key();
    let bits = match key.parsed() {
        Ok(PublicKey::RSA(rsa)) => Some(rsa.key_size()),
        _ => None,
    };
    let curve = key
        .algorithm
        .parameters
        .as_ref()
        .and_then(|parameters| parameters.as_oid().ok());
    KeyKind::new(&key.algorithm.algorithm, curve.as_ref(), bits)
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
        GeneralName::DNSName(text) | GeneralName::URI(text) | GeneralName::RFC822Name(text) => {
            Some(plain(text)).filter(|text| !text.is_empty())
        }
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes).ok().map(IpAddr::from),
            16 => <[u8; 16]>::try_from(*bytes).ok().map(IpAddr::from),
            _ => None,
        }
        .map(|address| address.to_string()),
        _ => None,
    }
}

fn other_purposes(certificate: &X509Certificate<'_>) -> Option<Vec<String>> {
    let usage = certificate.extended_key_usage().ok().flatten()?.value;
    if usage.client_auth || usage.any {
        return None;
    }
    let known = [
        (usage.server_auth, "TLS servers"),
        (usage.code_signing, "signing programs"),
        (usage.email_protection, "e-mail"),
        (usage.time_stamping, "time stamps"),
        (usage.ocsp_signing, "OCSP answers"),
    ];
    let mut purposes: Vec<String> = known
        .into_iter()
        .filter(|(set, _)| *set)
        .map(|(_, purpose)| purpose.into())
        .collect();
    purposes.extend(
        usage
            .other
            .iter()
            .map(|oid| format!("purpose {}", oid.to_id_string())),
    );
    Some(purposes)
}

#[cfg(test)]
mod tests;
