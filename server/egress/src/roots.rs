//! Whom we trust to vouch for servers.

use std::{fmt, sync::Arc};

use rustls::RootCertStore;
use rustls_pki_types::{CertificateDer, pem::PemObject};

/// The trusted certificate authorities of one request.
#[derive(Debug, Clone, Default)]
pub enum Roots {
    /// Those of the operating system.
    #[default]
    System,
    /// Those of the operating system, and the protocol profile's trusted CA bundle.
    Extra(CaBundle),
}

/// A trusted CA bundle, read and checked. Cheap to clone.
#[derive(Clone)]
pub struct CaBundle {
    certificates: Arc<[CertificateDer<'static>]>,
}

/// Why a text is no CA bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleProblem {
    #[error("The trusted CA bundle is not valid PEM.")]
    NotPem,
    #[error("The trusted CA bundle holds no certificate.")]
    Empty,
    /// Counted from 1.
    #[error("Certificate {position} of the trusted CA bundle cannot be read.")]
    BadCertificate { position: usize },
}

impl CaBundle {
    /// Reads certificates in PEM; other PEM sections are passed over.
    pub fn from_pem(pem: &str) -> Result<Self, BundleProblem> {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|_| BundleProblem::NotPem)?;
        if certificates.is_empty() {
            return Err(BundleProblem::Empty);
        }
        let mut store = RootCertStore::empty();
        for (index, certificate) in certificates.iter().enumerate() {
            store
                .add(certificate.clone())
                .map_err(|_| BundleProblem::BadCertificate { position: index + 1 })?;
        }
        Ok(Self {
            certificates: certificates.into(),
        })
    }

    /// The system's authorities and these.
    pub(crate) fn beside(&self, system: &RootCertStore) -> RootCertStore {
        let mut store = system.clone();
        store.add_parsable_certificates(self.certificates.iter().cloned());
        store
    }
}

impl fmt::Debug for CaBundle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CaBundle({} certificates)", self.certificates.len())
    }
}

/// The operating system's authorities; empty, with a warning in the log, where there are none.
pub(crate) fn system() -> RootCertStore {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "a trusted certificate of the system cannot be read");
    }
    let mut store = RootCertStore::empty();
    let (added, _) = store.add_parsable_certificates(found.certs);
    if added == 0 {
        tracing::warn!("no trusted certificate authorities found: https targets will be refused");
    }
    store
}
