//! The TLS phase: rustls with ring, verified by webpki, with the shown certificates kept for the report.

use std::sync::{Arc, OnceLock};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error, ProtocolVersion,
    RootCertStore, SignatureScheme,
    client::{
        Resumption, WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::CryptoProvider,
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{
    certificate::Certificate, certificate_problem::CertificateProblem, failure::Failure, roots::Roots,
    target::Target, tls_problem::TlsProblem,
};

/// What all handshakes share.
pub(crate) struct Tls {
    provider: Arc<CryptoProvider>,
    system: RootCertStore,
    /// None when the system has no authorities: then every certificate is refused.
    system_verifier: Option<Arc<WebPkiServerVerifier>>,
}

impl Tls {
    pub(crate) fn new(system: RootCertStore) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let system_verifier = verifier(system.clone(), &provider);
        Self {
            provider,
            system,
            system_verifier,
        }
    }

    /// Shakes hands over `stream`; the text says version, name and date.
    pub(crate) async fn connect(
        &self,
        stream: TcpStream,
        target: &Target,
        roots: &Roots,
    ) -> Result<(TlsStream<TcpStream>, String), Failure> {
        let name = target.server_name()?;
        let inner = match roots {
            Roots::System => self.system_verifier.clone(),
            Roots::Extra(bundle) => verifier(bundle.beside(&self.system), &self.provider),
        };
        let Some(inner) = inner else {
            return Err(Failure::TlsCertificate(Box::new(
                CertificateProblem::NoAuthorities,
            )));
        };
        let recorder = Arc::new(Recorder {
            inner,
            shown: OnceLock::new(),
        });
        let config = self
            .config(recorder.clone())
            .map_err(|error| protocol(&error, target.port))?;
        match TlsConnector::from(Arc::new(config))
            .connect(name.clone(), stream)
            .await
        {
            Ok(stream) => {
                let text = summary(&stream, &name);
                Ok((stream, text))
            }
            Err(error) => {
                let chain = recorder.shown.get().map_or(&[][..], Vec::as_slice);
                Err(explain(&error, chain, &name, target.port))
            }
        }
    }

    fn config(&self, recorder: Arc<Recorder>) -> Result<ClientConfig, Error> {
        let mut config = ClientConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(recorder)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // Every handshake shows the certificate, so that a test proves what it says.
        config.resumption = Resumption::disabled();
        Ok(config)
    }
}

fn verifier(roots: RootCertStore, provider: &Arc<CryptoProvider>) -> Option<Arc<WebPkiServerVerifier>> {
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .build()
        .ok()
}

/// `TLS 1.3, certificate for *.example.com valid until 3 May 2027`.
fn summary(stream: &TlsStream<TcpStream>, name: &ServerName<'_>) -> String {
    let (_, connection) = stream.get_ref();
    let version = match connection.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "TLS",
    };
    let shown = connection
        .peer_certificates()
        .and_then(<[_]>::first)
        .and_then(Certificate::read);
    match shown {
        Some(certificate) => format!(
            "{version}, certificate for {} valid until {}",
            certificate.name_for(name),
            certificate.not_after.date()
        ),
        None => version.into(),
    }
}

/// The failure behind an error of the handshake.
fn explain(
    error: &std::io::Error,
    chain: &[CertificateDer<'_>],
    name: &ServerName<'_>,
    port: u16,
) -> Failure {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::InvalidCertificate(problem)) => certificate(problem, chain, name),
        Some(error) => protocol(error, port),
        // The system's own error: the connection ended under the handshake.
        None => Failure::TlsProtocol(TlsProblem::Closed),
    }
}

fn certificate(problem: &CertificateError, chain: &[CertificateDer<'_>], name: &ServerName<'_>) -> Failure {
    Failure::TlsCertificate(Box::new(CertificateProblem::new(problem, chain, name)))
}

fn protocol(error: &Error, port: u16) -> Failure {
    Failure::TlsProtocol(TlsProblem::new(error, port))
}

/// Delegates every decision to webpki and only remembers what the server showed: on a failed handshake
/// rustls does not tell.
#[derive(Debug)]
struct Recorder {
    inner: Arc<WebPkiServerVerifier>,
    /// The server's own certificate, then those above it.
    shown: OnceLock<Vec<CertificateDer<'static>>>,
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict =
            self.inner
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        if verdict.is_err() {
            self.shown.get_or_init(|| {
                std::iter::once(end_entity)
                    .chain(intermediates)
                    .map(|der| der.clone().into_owned())
                    .collect()
            });
        }
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }

    fn requires_raw_public_keys(&self) -> bool {
        self.inner.requires_raw_public_keys()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.inner.root_hint_subjects()
    }
}
