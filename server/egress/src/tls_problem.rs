//! Why TLS failed for another reason than the certificate.

use rustls::{AlertDescription, Error, PeerIncompatible};

use crate::wording::plain;

/// Why TLS failed for another reason than the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsProblem {
    /// What came is not TLS; most often plain HTTP.
    NotTls {
        port: u16,
    },
    /// Neither TLS 1.2 nor 1.3.
    OldVersion,
    /// No common cipher suite or key exchange, or a refusal without a reason.
    NothingInCommon,
    /// The server wants a certificate from us.
    ClientCertificateWanted,
    /// The server does not know the host name we asked for.
    NameUnknownToServer,
    /// The server went away during the handshake.
    Closed,
    Other(String),
}

impl TlsProblem {
    pub(crate) fn new(error: &Error, port: u16) -> Self {
        match error {
            Error::InvalidMessage(_) => Self::NotTls { port },
            Error::AlertReceived(alert) => Self::from_alert(*alert),
            Error::PeerIncompatible(
                PeerIncompatible::ServerDoesNotSupportTls12Or13
                | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
            ) => Self::OldVersion,
            Error::PeerIncompatible(_) => Self::NothingInCommon,
            other => Self::Other(plain(&other.to_string())),
        }
    }

    fn from_alert(alert: AlertDescription) -> Self {
        match alert {
            AlertDescription::ProtocolVersion => Self::OldVersion,
            AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => {
                Self::NothingInCommon
            }
            AlertDescription::UnrecognisedName => Self::NameUnknownToServer,
            other => Self::wants_certificate(other)
                .unwrap_or_else(|| Self::Other(format!("the server says {other:?}"))),
        }
    }

    /// The alerts by which a server says that it misses, or dislikes, our certificate. With TLS 1.3 they come
    /// when the handshake is over for us, in place of an answer.
    pub(crate) fn wants_certificate(alert: AlertDescription) -> Option<Self> {
        matches!(
            alert,
            AlertDescription::CertificateRequired
                | AlertDescription::NoCertificate
                | AlertDescription::BadCertificate
                | AlertDescription::UnknownCA
                | AlertDescription::AccessDenied
        )
        .then_some(Self::ClientCertificateWanted)
    }

    /// The cause, in plain words.
    pub fn cause(&self) -> String {
        match self {
            Self::NotTls { port } => format!("The server does not speak TLS on port {port} (plain HTTP?)."),
            Self::OldVersion => "The server offers neither TLS 1.2 nor TLS 1.3.".into(),
            Self::NothingInCommon => {
                "The server and Switchboard have no TLS version or cipher suite in common.".into()
            }
            Self::ClientCertificateWanted => {
                "The server wants a client certificate, and got none that it accepts.".into()
            }
            Self::NameUnknownToServer => "The server does not know this host name.".into(),
            Self::Closed => "The server closed the connection during the TLS handshake.".into(),
            Self::Other(text) => format!("The TLS handshake failed: {text}."),
        }
    }

    /// What to do next, in plain words.
    pub fn next_step(&self) -> String {
        match self {
            Self::NotTls { .. } => {
                "Correct the port in the Endpoint URL; if the server really speaks plain HTTP there, the URL begins with http:// (secrets then travel in clear)."
            }
            Self::OldVersion | Self::NothingInCommon => {
                "Ask the operator of the server to enable TLS 1.2 with ECDHE and AES-GCM, or TLS 1.3: older ones are not safe and not supported."
            }
            Self::ClientCertificateWanted => {
                "Turn on Mutual auth and choose a protocol profile with the certificate the server expects."
            }
            Self::NameUnknownToServer => "Check the host in the Endpoint URL.",
            Self::Closed | Self::Other(_) => {
                "Check the host and port in the Endpoint URL, and ask the operator of the server what its log says."
            }
        }
        .into()
    }
}
