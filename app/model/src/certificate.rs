//! What people see of a certificate. The bytes stay on the server.

pub mod subject;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What people see of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateInfo {
    /// The whole name, to be shown: `C=DE, O=Example, CN=switchboard`. Never compared; [`subject::Subject`] is.
    pub subject: String,
    pub issuer: String,
    /// Subject alternative names: DNS names, addresses, URIs and mail addresses.
    pub sans: Vec<String>,
    /// Hexadecimal with colons, as OpenSSL prints it: `3f:0a:11`.
    pub serial: String,
    pub not_before: Timestamp,
    /// The last moment of its validity (RFC 5280, 4.1.2.5).
    pub not_after: Timestamp,
    /// SHA-256 of the certificate, upper-case hexadecimal with colons.
    pub fingerprint: String,
    /// Kind and size of its key: `RSA 2048`, `EC P-256`, `Ed25519`.
    pub key: String,
}
