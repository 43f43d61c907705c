//! The trusted CA bundle: authorities of your own, trusted beside the system's.

use model::{Timestamp, certificate::CertificateInfo};
use rustls::RootCertStore;

use crate::{certificate::Certificate, pem_text::PemText, problem::Problem, upload::LARGEST_UPLOAD};

/// A trusted CA bundle, read and checked.
#[derive(Debug, Clone)]
pub struct CaBundle {
    certificates: Vec<Certificate>,
    warnings: Vec<String>,
}

impl CaBundle {
    /// Reads certificates in PEM, in any order; the same one twice is one.
    ///
    /// Self-signed certificates of servers are taken, too: trusting exactly that server is a use of the bundle.
    /// Expired ones lead to a warning, for they often stand beside their successors.
    pub fn read(pem: &[u8], now: Timestamp) -> Result<Self, Problem> {
        if pem.len() > LARGEST_UPLOAD {
            return Err(Problem::TooLarge);
        }
        if holds_private_key(pem) {
            return Err(Problem::KeyInBundle);
        }
        let mut text = PemText::default();
        text.read(pem, None)?;
        text.check_certificates()?;
        let mut bundle = Self {
            certificates: Vec::new(),
            warnings: Vec::new(),
        };
        for (index, certificate) in text.certificates.into_iter().enumerate() {
            bundle.add(certificate, index + 1, now)?;
        }
        Ok(bundle)
    }

    fn add(&mut self, certificate: Certificate, position: usize, now: Timestamp) -> Result<(), Problem> {
        if self.certificates.iter().any(|known| known.der == certificate.der) {
            return Ok(());
        }
        if !certificate.authority && !certificate.self_signed {
            return Err(Problem::NotAnAuthority {
                subject: certificate.name,
            });
        }
        // What the handshake will make of it.
        RootCertStore::empty()
            .add(certificate.der.clone())
            .map_err(|_| Problem::UnreadableCertificate { position })?;
        if let Err(problem) = certificate.check_dates(now, false) {
            self.warnings.push(problem.cause());
        }
        self.certificates.push(certificate);
        Ok(())
    }

    /// What people see of the certificates, in the order of the upload.
    pub fn info(&self) -> Vec<CertificateInfo> {
        self.certificates
            .iter()
            .map(|certificate| certificate.info.clone())
            .collect()
    }

    /// What may go wrong later, in plain words.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The certificates alone, in PEM, as they are stored.
    pub fn to_pem(&self) -> String {
        self.certificates
            .iter()
            .map(|certificate| pem::encode(&pem::Pem::new("CERTIFICATE", certificate.der.to_vec())))
            .collect()
    }
}

/// Encrypted ones included.
fn holds_private_key(pem: &[u8]) -> bool {
    let end = b"PRIVATE KEY-----";
    pem.windows(end.len()).any(|window| window == end)
}
