//! Who we are to servers that ask: certificate chain and private key.

use std::{fmt, sync::Arc};

use model::Timestamp;
use rustls::{InconsistentKeys, sign::CertifiedKey};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::certificate::Certificate;

/// Certificate chain and private key, checked. Cheap to clone; make it once, not for every request.
#[derive(Clone)]
pub struct ClientIdentity {
    pub(crate) key: Arc<CertifiedKey>,
    pub(crate) shown: Shown,
}

/// What is said about our certificate in reports and failures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The whole subject: `O=Example, CN=switchboard`.
    pub subject: String,
    /// Who issued the last certificate that we send.
    pub issuer: String,
    pub not_after: Timestamp,
}

/// Why chain and key are no identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityProblem {
    #[error("The client certificate cannot be read.")]
    BadCertificate,
    #[error(
        "The private key of the client certificate cannot be read, or is of a kind that is not supported."
    )]
    BadKey,
    #[error("The private key does not belong to the client certificate.")]
    WrongKey,
}

impl ClientIdentity {
    /// `chain` begins with our own certificate. Dates are the server's to judge.
    pub fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, IdentityProblem> {
        let read: Vec<Certificate> = chain
            .iter()
            .map(Certificate::read)
            .collect::<Option<_>>()
            .ok_or(IdentityProblem::BadCertificate)?;
        let (Some(own), Some(top)) = (read.first(), read.last()) else {
            return Err(IdentityProblem::BadCertificate);
        };
        let shown = Shown {
            subject: own.whole_subject.clone(),
            issuer: top.issuer.clone(),
            not_after: own.not_after,
        };
        let provider = rustls::crypto::ring::default_provider();
        let key = CertifiedKey::from_der(chain, key, &provider).map_err(|error| match error {
            rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => IdentityProblem::WrongKey,
            _ => IdentityProblem::BadKey,
        })?;
        Ok(Self {
            key: Arc::new(key),
            shown,
        })
    }
}

/// Shows nothing of the key.
impl fmt::Debug for ClientIdentity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ClientIdentity({})", self.shown.subject)
    }
}
