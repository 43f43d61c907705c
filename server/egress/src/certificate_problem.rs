//! Why the server's certificate was refused, in plain words.

use model::Timestamp;

use crate::wording::list;

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
        /// As with [`CertificateProblem::Expired`].
        above: Option<String>,
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
    /// The server's own certificate does not come first, but this authority's.
    WrongOrder {
        first: String,
    },
    /// A signature of the chain is not of the authority it names: changed, or made by somebody else.
    BadSignature {
        issuer: String,
    },
    /// Signed with a hash for which forgeries can be made.
    UnsafeSignature {
        algorithm: &'static str,
        /// As with [`CertificateProblem::Expired`].
        above: Option<String>,
    },
    /// An RSA key that can be broken.
    ShortKey {
        bits: usize,
        /// As with [`CertificateProblem::Expired`].
        above: Option<String>,
    },
    /// The server shows somebody's certificate and has not the private key that belongs to it.
    NotItsKey,
    Revoked,
    /// Made for something else than a server, by its extended key usage.
    WrongPurpose,
    /// The machine has no trusted authorities installed.
    NoAuthorities,
    Other(String),
}

impl CertificateProblem {
    /// The cause, in plain words.
    pub fn cause(&self) -> String {
        match self {
            Self::Expired { since, above } => format!("{} expired on {}.", whose(above.as_deref()), since.date()),
            Self::NotYetValid { from, above } => {
                format!("{} is not valid before {}.", whose(above.as_deref()), from.exact())
            }
            Self::WrongName { wanted, names } if names.is_empty() => {
                format!("The server's certificate is not for {wanted}: it names no host at all.")
            }
            Self::WrongName { wanted, names } if names.contains(wanted) => format!(
                "The server's certificate is not for {wanted}: it has the address among its host names, not among its addresses."
            ),
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
            Self::WrongOrder { first } => format!(
                "The server sends its certificates in the wrong order: first that of the authority \"{first}\", its own later."
            ),
            Self::BadSignature { issuer } => format!(
                "The server's certificate claims to come from \"{issuer}\", but the signature is wrong: it was changed, or made by somebody else."
            ),
            Self::UnsafeSignature { algorithm, above } => {
                format!("{} is signed with {algorithm}, which can be forged.", whose(above.as_deref()))
            }
            Self::ShortKey { bits, above } => format!(
                "{} has an RSA key of {bits} bits, which is too short to be safe: 2048 are needed.",
                whose(above.as_deref())
            ),
            Self::NotItsKey => {
                "The server does not have the private key that belongs to the certificate it shows.".into()
            }
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
            Self::WrongOrder { .. } => {
                "Ask the operator of the server to put its own certificate first in its chain, then those above it."
            }
            Self::BadSignature { .. } => {
                "Do not trust this server before its operator has explained it: somebody may be in between. If the authority has a new key, add its new certificate to the trusted CA bundle of the protocol profile."
            }
            Self::NotItsKey => {
                "Ask the operator of the server whether certificate and private key belong together. Somebody may be in between."
            }
            Self::UnsafeSignature { .. } | Self::ShortKey { .. } => {
                "Ask the operator of the server for a certificate with an RSA key of at least 2048 bits or one on an elliptic curve, signed with SHA-256 or better, by such an authority."
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

/// The beginning of a sentence about the server's certificate, or about that of `above`.
fn whose(above: Option<&str>) -> String {
    match above {
        None => "The server's certificate".into(),
        Some(subject) => format!("The certificate of {subject}, which vouches for the server's,"),
    }
}
