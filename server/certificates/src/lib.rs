//! Reads the certificates and private keys that designers upload for mutual authentication, and says in plain
//! words what is wrong with them.
//!
//! No network, no clock, no database: the time is passed in, what was read goes to the vault as
//! [`Identity::to_pem`]. A key is accepted exactly when the TLS library can shake hands with it.

mod algorithm;
mod authorities;
mod certificate;
mod chain;
mod foreign;
mod identity;
mod pem_text;
mod pkcs12;
mod private_key;
mod problem;
mod upload;
mod wording;

pub use authorities::CaBundle;
pub use certificate::ShownCertificate;
pub use identity::{BadIdentity, Identity};
pub use model::certificate::CertificateInfo;
pub use problem::Problem;
pub use upload::{LARGEST_UPLOAD, Uploaded, read_pem, read_pkcs12};
