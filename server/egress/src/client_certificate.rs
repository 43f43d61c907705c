//! What became of our client certificate, in plain words.

use rustls::AlertDescription;

use crate::{client_identity::Shown, wording::list};

/// Authorities named in a sentence.
const NAMED: usize = 6;

/// What became of our client certificate in a handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientCertificate {
    /// The server did not ask. What we would have shown.
    NotAsked(Option<Shown>),
    /// The server asked and we have none.
    Missing {
        /// Authorities whose certificates the server accepts, when it says so.
        accepted: Vec<String>,
    },
    /// The server asked, and verifies no signature that our kind of key can make.
    Unfit(Shown),
    Sent {
        ours: Shown,
        accepted: Vec<String>,
    },
}

/// Why a server refused our certificate, by its alert (RFC 8446, 6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    Expired,
    Revoked,
    UnknownAuthority,
    UnsupportedKind,
    /// The certificate is good, but not for this server.
    AccessDenied,
    /// The server does not say more.
    Unexplained,
}

impl Refusal {
    /// The alerts by which a server says that it misses, or dislikes, our certificate. With TLS 1.3 they come
    /// when the handshake is over for us, in place of an answer.
    pub(crate) fn from_alert(alert: AlertDescription) -> Option<Self> {
        match alert {
            AlertDescription::CertificateExpired => Some(Self::Expired),
            AlertDescription::CertificateRevoked => Some(Self::Revoked),
            AlertDescription::UnknownCA => Some(Self::UnknownAuthority),
            AlertDescription::UnsupportedCertificate => Some(Self::UnsupportedKind),
            AlertDescription::AccessDenied => Some(Self::AccessDenied),
            AlertDescription::CertificateRequired
            | AlertDescription::NoCertificate
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::DecryptError
            // What TLS 1.2 has for certificate_required. Ciphers are settled when the server asks for certificates.
            | AlertDescription::HandshakeFailure => Some(Self::Unexplained),
            _ => None,
        }
    }
}

impl ClientCertificate {
    /// Whether the server asked for one.
    pub(crate) fn asked(&self) -> bool {
        !matches!(self, Self::NotAsked(_))
    }

    /// For the report of a handshake that went well; None when there is nothing to say.
    pub(crate) fn summary(&self) -> Option<String> {
        match self {
            Self::NotAsked(None) => None,
            Self::NotAsked(Some(ours)) => Some(format!(
                "the server did not ask for our client certificate ({})",
                ours.subject
            )),
            Self::Missing { .. } => Some(
                "the server asked for a client certificate and the connection has none: if it refuses the request, switch Mutual auth on"
                    .into(),
            ),
            Self::Unfit(ours) => Some(format!(
                "the server asked for a client certificate; ours ({}) was not sent, because the server verifies no signature of its kind of key",
                ours.subject
            )),
            Self::Sent { ours, .. } => Some(format!(
                "the server asked for a client certificate; ours ({}) was sent",
                ours.subject
            )),
        }
    }

    /// The cause of a failure that is about it: `refusal` is what the server said, None when it closed the
    /// connection without a word.
    pub(crate) fn cause(&self, refusal: Option<Refusal>) -> String {
        match (self, refusal) {
            // Alerts without a question are explained elsewhere; this is not reached.
            (Self::NotAsked(_), _) => "The server refused the connection.".into(),
            (Self::Missing { accepted }, Some(_)) => format!(
                "The server wants a client certificate, and the connection has none.{}",
                accepts(accepted)
            ),
            (Self::Missing { accepted }, None) => format!(
                "The server asked for a client certificate, got none, and closed the connection without an answer.{}",
                accepts(accepted)
            ),
            (Self::Unfit(ours), _) => format!(
                "The server wants a client certificate, and verifies no signature that the key of ours ({}) can make.",
                ours.subject
            ),
            (Self::Sent { ours, .. }, None) => format!(
                "The server got our client certificate ({}) and closed the connection without an answer.",
                ours.subject
            ),
            (Self::Sent { ours, accepted }, Some(refusal)) => refused(ours, accepted, refusal),
        }
    }

    /// What to do next.
    pub(crate) fn next_step(&self, refusal: Option<Refusal>) -> &'static str {
        match (self, refusal) {
            (Self::NotAsked(_), _) => "Ask the operator of the server what its log says.",
            (Self::Missing { .. }, _) => {
                "Turn on Mutual auth and choose a protocol profile with the certificate the server expects."
            }
            (Self::Unfit(_), _) => {
                "Have a certificate issued for another kind of key (RSA with 2048 bits is understood everywhere), and upload it to the protocol profile."
            }
            (Self::Sent { .. }, Some(Refusal::Expired)) => {
                "Have the certificate renewed and upload the new one to the protocol profile. If it is still valid, the clock of the server is wrong."
            }
            (Self::Sent { .. }, Some(Refusal::UnknownAuthority)) => {
                "Ask the operator of the server which authorities it trusts; if ours is one of them, upload the certificate again together with the intermediate certificates above it."
            }
            (Self::Sent { .. }, Some(Refusal::Revoked | Refusal::UnsupportedKind)) => {
                "Have a new certificate issued and upload it to the protocol profile."
            }
            (Self::Sent { .. }, Some(Refusal::AccessDenied)) => {
                "Ask the operator of the server to let this certificate in."
            }
            (Self::Sent { .. }, Some(Refusal::Unexplained) | None) => {
                "Ask the operator of the server what its log says about our certificate, and which one it expects."
            }
        }
    }
}

fn refused(ours: &Shown, accepted: &[String], refusal: Refusal) -> String {
    let Shown {
        subject,
        issuer,
        not_after,
    } = ours;
    let begin = format!("The server refused our client certificate ({subject})");
    match refusal {
        Refusal::Expired => format!("{begin} as expired: it is valid until {}.", not_after.date()),
        Refusal::Revoked => format!("{begin} as revoked."),
        Refusal::UnknownAuthority => format!(
            "{begin}: it does not know the authority \"{issuer}\" that issued it.{}",
            accepts(accepted)
        ),
        Refusal::UnsupportedKind => format!("{begin}: it does not support its kind."),
        Refusal::AccessDenied => format!("{begin}: it is not allowed in."),
        Refusal::Unexplained => format!("{begin} and does not say why.{}", accepts(accepted)),
    }
}

fn accepts(authorities: &[String]) -> String {
    if authorities.is_empty() {
        return String::new();
    }
    format!(" It accepts those issued by: {}.", list(authorities, NAMED))
}
