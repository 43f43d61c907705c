//! Why TLS failed for another reason than the certificate.

use rustls::{AlertDescription, Error, PeerIncompatible};

use crate::{
    client_certificate::{ClientCertificate, Refusal},
    wording::plain,
};
use model::profile::TlsVersion;

/// Why TLS failed for another reason than the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsProblem {
    /// What came is not TLS; most often plain HTTP.
    NotTls {
        port: u16,
    },
    /// Neither TLS 1.2 nor 1.3.
    OldVersion,
    /// TLS 1.2, where the protocol profile demands 1.3.
    BelowMinimum,
    /// No common cipher suite or key exchange, or a refusal without a reason.
    NothingInCommon,
    /// The server misses our certificate, or refused it.
    ClientCertificate {
        certificate: Box<ClientCertificate>,
        /// None when the server closed the connection without a word.
        refusal: Option<Refusal>,
    },
    /// The server does not know the host name we asked for.
    NameUnknownToServer,
    /// The server went away during the handshake.
    Closed,
    Other(String),
}

impl TlsProblem {
    /// `certificate` is what became of ours until the error.
    pub(crate) fn new(
        error: &Error,
        port: u16,
        minimum: TlsVersion,
        certificate: &ClientCertificate,
    ) -> Self {
        match error {
            Error::InvalidMessage(_) => Self::NotTls { port },
            Error::AlertReceived(AlertDescription::ProtocolVersion)
            | Error::PeerIncompatible(
                PeerIncompatible::ServerDoesNotSupportTls12Or13
                | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
            ) => match minimum {
                TlsVersion::Tls12 => Self::OldVersion,
                TlsVersion::Tls13 => Self::BelowMinimum,
            },
            Error::AlertReceived(alert) => {
                Self::about_certificate(*alert, certificate).unwrap_or_else(|| Self::from_alert(*alert))
            }
            Error::PeerIncompatible(_) => Self::NothingInCommon,
            other => Self::Other(plain(&other.to_string())),
        }
    }

    fn from_alert(alert: AlertDescription) -> Self {
        match alert {
            AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => {
                Self::NothingInCommon
            }
            AlertDescription::UnrecognisedName => Self::NameUnknownToServer,
            other => Self::Other(format!("the server says {other:?}")),
        }
    }

    /// The problem behind an alert that is about our certificate: the server must have asked for it.
    pub(crate) fn about_certificate(
        alert: AlertDescription,
        certificate: &ClientCertificate,
    ) -> Option<Self> {
        let refusal = Refusal::from_alert(alert).filter(|_| certificate.asked())?;
        Some(Self::ClientCertificate {
            certificate: Box::new(certificate.clone()),
            refusal: Some(refusal),
        })
    }

    /// The connection ended under the handshake.
    pub(crate) fn closed(certificate: ClientCertificate) -> Self {
        if certificate.asked() {
            Self::ClientCertificate {
                certificate: Box::new(certificate),
                refusal: None,
            }
        } else {
            Self::Closed
        }
    }

    /// The cause, in plain words.
    pub fn cause(&self) -> String {
        match self {
            Self::NotTls { port } => format!("The server does not speak TLS on port {port} (plain HTTP?)."),
            Self::OldVersion => "The server offers neither TLS 1.2 nor TLS 1.3.".into(),
            Self::NothingInCommon => {
                "The server and Switchboard have no TLS version or cipher suite in common.".into()
            }
            Self::BelowMinimum => {
                "The server does not offer TLS 1.3, and the protocol profile accepts nothing older.".into()
            }
            Self::ClientCertificate { certificate, refusal } => certificate.cause(*refusal),
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
            Self::BelowMinimum => {
                "Ask the operator of the server to enable TLS 1.3, or choose TLS 1.2 as the minimum in the protocol profile."
            }
            Self::ClientCertificate {
                certificate,
                refusal,
            } => certificate.next_step(*refusal),
            Self::NameUnknownToServer => "Check the host in the Endpoint URL.",
            Self::Closed | Self::Other(_) => {
                "Check the host and port in the Endpoint URL, and ask the operator of the server what its log says."
            }
        }
        .into()
    }
}
