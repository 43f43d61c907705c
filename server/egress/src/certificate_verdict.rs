//! What rustls and webpki say against a certificate, looked up in the chain that the server showed: they tell what is
//! wrong, seldom with whose certificate.

use model::Timestamp;
use rustls::{CertificateError, pki_types::UnixTime};
use rustls_pki_types::{CertificateDer, ServerName};

use crate::{certificate::Certificate, certificate_problem::CertificateProblem, wording::plain};

/// Shortest RSA key whose signatures ring accepts, in bits.
const SHORTEST_RSA: usize = 2048;

impl CertificateProblem {
    /// Turns rustls' error into words, with the chain the server showed (its own certificate first).
    pub(crate) fn new(
        error: &CertificateError,
        chain: &[CertificateDer<'_>],
        wanted: &ServerName<'_>,
    ) -> Self {
        let chain: Vec<_> = chain.iter().filter_map(Certificate::read).collect();
        let leaf = chain.first();
        match error {
            CertificateError::ExpiredContext { not_after, .. } => {
                let since = timestamp(*not_after);
                let above = above(&chain, |certificate| certificate.not_after == since);
                Self::Expired { since, above }
            }
            // What rustls also says of one whose dates make no sense.
            CertificateError::Expired => Self::Other("it ends before it begins".into()),
            CertificateError::NotValidYetContext { not_before, .. } => {
                let from = timestamp(*not_before);
                let above = above(&chain, |certificate| certificate.not_before == from);
                Self::NotYetValid { from, above }
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::WrongName {
                    wanted: wanted.to_str().into_owned(),
                    names: leaf.map(|leaf| leaf.names.clone()).unwrap_or_default(),
                }
            }
            CertificateError::UnknownIssuer => Self::UnknownIssuer {
                issuer: top(&chain),
                self_signed: leaf.is_some_and(|leaf| leaf.self_signed),
            },
            CertificateError::BadSignature => {
                short_key(&chain).unwrap_or(Self::BadSignature { issuer: top(&chain) })
            }
            CertificateError::UnsupportedSignatureAlgorithmContext {
                signature_algorithm_id,
                ..
            } => unsafe_signature(&chain, signature_algorithm_id).unwrap_or_else(unknown_algorithm),
            CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => unknown_algorithm(),
            CertificateError::Revoked => Self::Revoked,
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                Self::WrongPurpose
            }
            CertificateError::BadEncoding => unreadable(),
            CertificateError::Other(other) => match other.0.downcast_ref() {
                Some(error) => of_webpki(error, &chain, wanted),
                None => Self::Other(plain(&other.to_string())),
            },
            other => Self::Other(plain(&other.to_string())),
        }
    }

    /// The certificate is good, the signature in the handshake is not.
    pub(crate) fn in_handshake(shown: &CertificateDer<'_>) -> Self {
        let chain: Vec<_> = Certificate::read(shown).into_iter().collect();
        short_key(&chain).unwrap_or(Self::NotItsKey)
    }
}

/// What rustls has no word of its own for.
fn of_webpki(error: &webpki::Error, chain: &[Certificate], wanted: &ServerName<'_>) -> CertificateProblem {
    let other = |text: &str| CertificateProblem::Other(text.to_owned());
    match error {
        webpki::Error::CaUsedAsEndEntity => match chain {
            [first, rest @ ..] if rest.iter().any(|certificate| !certificate.authority) => {
                CertificateProblem::WrongOrder {
                    first: first.subject.clone(),
                }
            }
            _ => CertificateProblem::AuthorityCertificate {
                self_signed: chain.first().is_some_and(|leaf| leaf.self_signed),
            },
        },
        webpki::Error::EndEntityUsedAsCa => {
            let issuer = chain.iter().skip(1).find(|certificate| !certificate.authority);
            let issuer = issuer.map(|issuer| issuer.subject.as_str()).unwrap_or_default();
            CertificateProblem::Other(format!("it was issued by \"{issuer}\", which is no authority"))
        }
        webpki::Error::NameConstraintViolation => CertificateProblem::Other(format!(
            "an authority above it may not vouch for {}",
            wanted.to_str()
        )),
        webpki::Error::PathLenConstraintViolated => {
            other("an authority above it may not have so many intermediate ones below itself")
        }
        webpki::Error::UnsupportedCriticalExtension => {
            other("it has a critical extension that Switchboard does not know")
        }
        webpki::Error::UnsupportedCertVersion => {
            other("it is of an old version of the standard, before version 3")
        }
        webpki::Error::MaximumPathDepthExceeded
        | webpki::Error::MaximumPathBuildCallsExceeded
        | webpki::Error::MaximumSignatureChecksExceeded => other("its chain is too long"),
        webpki::Error::ExtensionValueInvalid
        | webpki::Error::InvalidSerialNumber
        | webpki::Error::MalformedDnsIdentifier
        | webpki::Error::MalformedExtensions
        | webpki::Error::MalformedNameConstraint
        | webpki::Error::SignatureAlgorithmMismatch => unreadable(),
        error => CertificateProblem::Other(plain(&error.to_string())),
    }
}

fn unreadable() -> CertificateProblem {
    CertificateProblem::Other("it cannot be read".into())
}

fn unknown_algorithm() -> CertificateProblem {
    CertificateProblem::Other("it is signed in a way that Switchboard does not know".into())
}

/// The subject of the first that is meant, when that is not the server's own.
fn above(chain: &[Certificate], meant: impl Fn(&Certificate) -> bool) -> Option<String> {
    let position = chain.iter().position(meant).filter(|position| *position > 0)?;
    chain.get(position).map(|certificate| certificate.subject.clone())
}

/// Who vouches for the last of the chain.
fn top(chain: &[Certificate]) -> String {
    chain.last().map(|top| top.issuer.clone()).unwrap_or_default()
}

fn short_key(chain: &[Certificate]) -> Option<CertificateProblem> {
    let short = |certificate: &Certificate| certificate.rsa_bits.filter(|bits| *bits < SHORTEST_RSA);
    let bits = chain.iter().find_map(short)?;
    let above = above(chain, |certificate| certificate.rsa_bits == Some(bits));
    Some(CertificateProblem::ShortKey { bits, above })
}

/// `id` is an AlgorithmIdentifier without its outer tag, as webpki gives it.
fn unsafe_signature(chain: &[Certificate], id: &[u8]) -> Option<CertificateProblem> {
    let meant = |certificate: &Certificate| {
        let oid = &certificate.signature;
        id.get(2..).is_some_and(|rest| rest.starts_with(oid.as_bytes()))
    };
    let algorithm = match chain
        .iter()
        .find(|one| meant(one))?
        .signature
        .to_id_string()
        .as_str()
    {
        "1.2.840.113549.1.1.4" => "MD5",
        "1.2.840.113549.1.1.5" | "1.2.840.10045.4.1" => "SHA-1",
        _ => return None,
    };
    let above = above(chain, meant);
    Some(CertificateProblem::UnsafeSignature { algorithm, above })
}

fn timestamp(time: UnixTime) -> Timestamp {
    Timestamp(
        i64::try_from(time.as_secs())
            .unwrap_or(i64::MAX / 1000)
            .saturating_mul(1000),
    )
}
