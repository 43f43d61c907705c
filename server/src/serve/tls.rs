//! TLS of our own, for those who run Switchboard without a proxy.

use std::sync::Arc;

use anyhow::Context;
use certificates::ShownCertificate;
use rustls::{
    RootCertStore, ServerConfig, ServerConnection,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};
use tokio_rustls::TlsAcceptor;

use crate::config::TlsFiles;

/// The certificate a caller showed, whose chain leads to one of the authorities of `SWITCHBOARD_TLS_CLIENT_CA`.
#[derive(Clone)]
pub struct ClientCertificate(pub Arc<ShownCertificate>);

impl ClientCertificate {
    /// That of a session, read once for all its requests.
    pub fn of(session: &ServerConnection) -> Option<Self> {
        let shown = session.peer_certificates()?.first()?;
        ShownCertificate::read(shown).map(|shown| Self(Arc::new(shown)))
    }
}

/// Reads certificate chain, key, and the authorities of client certificates.
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
    let builder = ServerConfig::builder();
    let builder = match &files.client_ca {
        Some(file) => builder.with_client_cert_verifier(verifier(file)?),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder
        .with_single_cert(chain, key)
        .context("SWITCHBOARD_TLS_CERT and SWITCHBOARD_TLS_KEY do not fit together")?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Client certificates are optional: people and callers with other credentials have none.
fn verifier(file: &std::path::Path) -> anyhow::Result<Arc<dyn ClientCertVerifier>> {
    let unreadable = || {
        format!(
            "SWITCHBOARD_TLS_CLIENT_CA: {} holds no readable certificates of authorities",
            file.display()
        )
    };
    let mut roots = RootCertStore::empty();
    for authority in CertificateDer::pem_file_iter(file).with_context(unreadable)? {
        roots
            .add(authority.with_context(unreadable)?)
            .with_context(unreadable)?;
    }
    WebPkiClientVerifier::builder(Arc::new(roots))
        .allow_unauthenticated()
        .build()
        .with_context(unreadable)
}
