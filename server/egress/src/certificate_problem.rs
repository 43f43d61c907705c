//! Why the server's certificate was refused, in plain words.

use model::Timestamp;
use rustls::{CertificateError, pki_types::UnixTime};
use rustls_pki_types::{CertificateDer, ServerName};

use crate::{
    certificate::Certificate,
    wording::{list, plain},
};

/// Why the server's certificate was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateProblem {
    Expired {
        since: Timestamp,
        /// The subject, when it is not the server's own certificate but one above it.
        above: Option<String>,
    },
    NotYetValid {
        from: Timestamp,
    },
    WrongName {
        wanted: String,
        names: Vec<String>,
    },
    UnknownIssuer {
        issuer: String,
        self_signed: bool,
    },
    /// A certificate authority's own certificate, shown by a server.
    AuthorityCertificate {
        self_signed: bool,
    },
    Revoked,
    /// Made for something else than a server, by its extended key usage.
    WrongPurpose,
    /// The machine has no trusted authorities installed.
    NoAuthorities,
    Other(String),
}

impl CertificateProblem {
    /// Turns rustls' error into words, with the chain the server showed (its own certificate first).
    pub(crate) fn new(
        error: &CertificateError,
        chain: &[CertificateDer<'_>],
        wanted: &ServerName<'_>,
    ) -> Self {
        let leaf = chain.first().and_then(Certificate::read);
        match error {
            CertificateError::ExpiredContext { not_after, .. } => expired(*not_after, chain),
            CertificateError::Expired => Self::Expired {
                since: leaf.map_or(Timestamp(0), |leaf| leaf.not_after),
                above: None,
            },
            CertificateError::NotValidYetContext { not_before, .. } => Self::NotYetValid {
                from: timestamp(*not_before),
            },
            CertificateError::NotValidYet => Self::NotYetValid {
                from: leaf.map_or(Timestamp(0), |leaf| leaf.not_before),
            },
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                let names = leaf.map(|leaf| leaf.names).unwrap_or_default();
                Self::WrongName {
                    wanted: wanted.to_str().into_owned(),
                    names,
                }
            }
            CertificateError::UnknownIssuer => {
                let top = chain.iter().filter_map(Certificate::read).next_back();
                Self::UnknownIssuer {
                    issuer: top.map(|top| top.issuer).unwrap_or_default(),
                    self_signed: leaf.is_some_and(|leaf| leaf.self_signed),
                }
            }
            CertificateError::Revoked => Self::Revoked,
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                Self::WrongPurpose
            }
            other => match leaf.filter(|leaf| leaf.authority) {
                Some(leaf) => Self::AuthorityCertificate {
                    self_signed: leaf.self_signed,
                },
                None => Self::Other(plain(&other.to_string())),
            },
        }
    }

    /// The cause, in plain words.
    pub fn cause(&self) -> String {
        match self {
            Self::Expired { since, above: None } => {
                format!("The server's certificate expired on {}.", since.date())
            }
            Self::Expired { since, above: Some(subject) } => format!(
                "The certificate of {subject}, which vouches for the server's, expired on {}.",
                since.date()
            ),
            Self::NotYetValid { from } => {
                format!("The server's certificate is not valid before {}.", from.exact())
            }
            Self::WrongName { wanted, names } if names.is_empty() => {
                format!("The server's certificate is not for {wanted}: it names no host at all.")
            }
            Self::WrongName { wanted, names } => {
                format!("The server's certificate is not for {wanted} but for {}.", list(names, 8))
            }
            Self::UnknownIssuer { self_signed: true, .. } => {
                "The server's certificate is self-signed: no known authority vouches for it.".into()
            }
            Self::UnknownIssuer { issuer, .. } => {
                format!("The server's certificate was issued by \"{issuer}\", which is not a known authority.")
            }
            Self::AuthorityCertificate { self_signed } => format!(
                "The server shows {} that is marked as a certificate authority's; servers must not use one.",
                if *self_signed { "a self-signed certificate" } else { "a certificate" }
            ),
            Self::Revoked => "The server's certificate has been revoked.".into(),
            Self::WrongPurpose => "The server's certificate was not issued for use by a server.".into(),
            Self::NoAuthorities => {
                "No certificate can be checked: this machine has no trusted certificate authorities installed.".into()
            }
            Self::Other(text) => format!("The server's certificate was refused: {text}."),
        }
    }

    /// What to do next, in plain words.
    pub fn next_step(&self) -> String {
        match self {
            Self::Expired { above: None, .. } => "Ask the operator of the server to renew its certificate.",
            Self::Expired { .. } => {
                "Ask the operator of the server to install the authority's current intermediate certificate."
            }
            Self::NotYetValid { .. } => {
                "Check the clock of the machine Switchboard runs on, and ask the operator of the server about its certificate."
            }
            Self::WrongName { .. } => {
                "Use a host in the Endpoint URL that the certificate names, or ask the operator of the server for a certificate with this name."
            }
            Self::UnknownIssuer { self_signed: true, .. } => {
                "If this is the right server, add its certificate to the trusted CA bundle of the protocol profile."
            }
            Self::UnknownIssuer { .. } => {
                "If the authority is your own, add its certificate to the trusted CA bundle of the protocol profile. Otherwise the server may not send its intermediate certificates: ask its operator."
            }
            Self::AuthorityCertificate { .. } => {
                "Give the server a certificate issued by an authority, and add that authority to the trusted CA bundle of the protocol profile."
            }
            Self::Revoked | Self::WrongPurpose | Self::Other(_) => {
                "Ask the operator of the server for a new certificate."
            }
            Self::NoAuthorities => {
                "Install the package ca-certificates on the machine Switchboard runs on, and restart Switchboard."
            }
        }
        .into()
    }
}

/// Says whose certificate expired: rustls tells only the date.
fn expired(not_after: UnixTime, chain: &[CertificateDer<'_>]) -> CertificateProblem {
    let since = timestamp(not_after);
    let above = chain
        .iter()
        .filter_map(Certificate::read)
        .enumerate()
        .find(|(_, certificate)| certificate.not_after == since)
        .filter(|(position, _)| *position > 0)
        .map(|(_, certificate)| certificate.subject);
    CertificateProblem::Expired { since, above }
}

fn timestamp(time: UnixTime) -> Timestamp {
    Timestamp(
        i64::try_from(time.as_secs())
            .unwrap_or(i64::MAX / 1000)
            .saturating_mul(1000),
    )
}
