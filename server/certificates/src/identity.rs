//! What is shown to a server that asks who is calling: certificate chain and private key.

use std::fmt;

use model::certificate::CertificateInfo;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::certificate::Certificate;

/// Certificate chain, the client's own first, and its private key. Its dates were right when it was uploaded;
/// they are in [`Identity::info`].
#[derive(Clone)]
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    /// PKCS#8 without password.
    key: Zeroizing<Vec<u8>>,
}

/// What the vault held is no identity: it was not written by [`Identity::to_pem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The stored certificate and private key cannot be read.")]
pub struct BadIdentity;

impl Identity {
    pub(crate) fn new(chain: Vec<CertificateDer<'static>>, key: Zeroizing<Vec<u8>>) -> Self {
        Self { chain, key }
    }

    /// The client's own first, in DER.
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.chain
    }

    /// The private key, in PKCS#8.
    pub fn key(&self) -> PrivateKeyDer<'_> {
        PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.as_slice()))
    }

    /// What people see of the chain, the client's own first.
    pub fn info(&self) -> Vec<CertificateInfo> {
        self.chain
            .iter()
            .filter_map(|der| Certificate::read(der))
            .map(|certificate| certificate.info)
            .collect()
    }

    /// What the vault stores: the chain and the private key in PEM, in this order, without password.
    pub fn to_pem(&self) -> SecretString {
        let mut text = Zeroizing::new(String::new());
        for certificate in &self.chain {
            text.push_str(&pem::encode(&pem::Pem::new("CERTIFICATE", certificate.to_vec())));
        }
        let key = Zeroizing::new(pem::encode(&pem::Pem::new("PRIVATE KEY", self.key.to_vec())));
        text.push_str(&key);
        SecretString::from(text.as_str())
    }

    /// Reads what [`Identity::to_pem`] wrote.
    pub fn from_pem(text: &SecretString) -> Result<Self, BadIdentity> {
        let mut sections = pem::parse_many(text.expose_secret()).map_err(|_| BadIdentity)?;
        let key = sections
            .pop()
            .filter(|section| section.tag() == "PRIVATE KEY")
            .ok_or(BadIdentity)?;
        if sections.is_empty() || sections.iter().any(|section| section.tag() != "CERTIFICATE") {
            return Err(BadIdentity);
        }
        Ok(Self {
            chain: sections
                .into_iter()
                .map(|section| CertificateDer::from(section.into_contents()))
                .collect(),
            key: Zeroizing::new(key.into_contents()),
        })
    }
}

/// Shows nothing of the key.
impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Identity({} certificates)", self.chain.len())
    }
}
