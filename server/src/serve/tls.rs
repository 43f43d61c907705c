//! TLS of our own, for those who run Switchboard without a proxy.

use std::sync::Arc;

use anyhow::Context;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio_rustls::TlsAcceptor;

use crate::config::TlsFiles;

/// Reads certificate chain and key.
///
/// # Errors
/// When a file cannot be read, or the key does not belong to the certificate.
pub fn acceptor(files: &TlsFiles) -> anyhow::Result<TlsAcceptor> {
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| {
            format!(
                "SWITCHBOARD_TLS_CERT: {} holds no readable certificates",
                files.certificate.display()
            )
        })?;
    let key = PrivateKeyDer::from_pem_file(&files.key).with_context(|| {
        format!(
            "SWITCHBOARD_TLS_KEY: {} holds no readable private key",
            files.key.display()
        )
    })?;
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .context("SWITCHBOARD_TLS_CERT and SWITCHBOARD_TLS_KEY do not fit together")?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
