//! The TLS phase: rustls with ring, verified by webpki, with the shown certificates kept for the report.

use std::sync::{Arc, OnceLock};

use model::profile::TlsVersion;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error, ProtocolVersion,
    RootCertStore, SignatureScheme, SupportedProtocolVersion,
    client::{
        Resumption, WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::CryptoProvider,
    version::{TLS12, TLS13},
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{
    certificate::Certificate, certificate_problem::CertificateProblem, client_auth::ClientAuth,
    client_certificate::ClientCertificate, failure::Failure, request::TlsOptions, roots::Roots,
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

    /// Shakes hands over `stream`.
    pub(crate) async fn connect(
        &self,
        stream: TcpStream,
        target: &Target,
        options: &TlsOptions,
    ) -> Result<Secured, Failure> {
        let name = target.server_name()?;
        let inner = match &options.roots {
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
            without_key: OnceLock::new(),
        });
        let auth = Arc::new(ClientAuth::new(options.identity.clone()));
        let protocol = |error: &Error| {
            let outcome = auth.outcome();
            Failure::TlsProtocol(TlsProblem::new(error, target.port, options.minimum, &outcome))
        };
        let config = self
            .config(recorder.clone(), auth.clone(), options.minimum)
            .map_err(|error| protocol(&error))?;
        match TlsConnector::from(Arc::new(config))
            .connect(name.clone(), stream)
            .await
        {
            Ok(stream) => Ok(Secured::new(stream, auth.outcome(), &name)),
            Err(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
                Some(Error::InvalidCertificate(problem)) => Err(Failure::TlsCertificate(Box::new(
                    recorder.verdict(problem, &name),
                ))),
                Some(error) => Err(protocol(error)),
                // The system's own error: the connection ended under the handshake.
                None => Err(Failure::TlsProtocol(TlsProblem::closed(auth.outcome()))),
            },
        }
    }

    fn config(
        &self,
        recorder: Arc<Recorder>,
        auth: Arc<ClientAuth>,
        minimum: TlsVersion,
    ) -> Result<ClientConfig, Error> {
        let versions: &[&SupportedProtocolVersion] = match minimum {
            TlsVersion::Tls12 => &[&TLS13, &TLS12],
            TlsVersion::Tls13 => &[&TLS13],
        };
        let mut config = ClientConfig::builder_with_provider(self.provider.clone())
            .with_protocol_versions(versions)?
            .dangerous()
            .with_custom_certificate_verifier(recorder)
            .with_client_cert_resolver(auth);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // Every handshake shows the certificates, so that a test proves what it says.
        config.resumption = Resumption::disabled();
        Ok(config)
    }
}

/// A connection after its handshake.
pub(crate) struct Secured {
    pub(crate) stream: TlsStream<TcpStream>,
    /// Version, name and date, and what became of our certificate.
    pub(crate) text: String,
    /// What the server may still have to say about our certificate. With TLS 1.3 its verdict comes after the
    /// handshake, with TLS 1.2 it was part of it.
    pub(crate) certificate: ClientCertificate,
}

impl Secured {
    fn new(stream: TlsStream<TcpStream>, certificate: ClientCertificate, name: &ServerName<'_>) -> Self {
        let mut text = summary(&stream, name);
        if let Some(ours) = certificate.summary() {
            text.push_str("; ");
            text.push_str(&ours);
        }
        let judged = stream.get_ref().1.protocol_version() == Some(ProtocolVersion::TLSv1_2);
        let certificate = match certificate {
            ClientCertificate::Sent { ours, .. } if judged => ClientCertificate::NotAsked(Some(ours)),
            open => open,
        };
        Self {
            stream,
            text,
            certificate,
        }
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

/// Delegates every decision to webpki and only remembers what the server showed: on a failed handshake
/// rustls does not tell.
#[derive(Debug)]
struct Recorder {
    inner: Arc<WebPkiServerVerifier>,
    /// The server's own certificate, then those above it, when one of them was refused.
    shown: OnceLock<Vec<CertificateDer<'static>>>,
    /// The server's own certificate, when what it signed in the handshake was refused.
    without_key: OnceLock<CertificateDer<'static>>,
}

impl Recorder {
    fn verdict(&self, problem: &CertificateError, name: &ServerName<'_>) -> CertificateProblem {
        if let Some(certificate) = self.without_key.get() {
            return CertificateProblem::in_handshake(certificate);
        }
        let chain = self.shown.get().map_or(&[][..], Vec::as_slice);
        CertificateProblem::new(problem, chain, name)
    }

    fn note<T>(&self, verdict: Result<T, Error>, certificate: &CertificateDer<'_>) -> Result<T, Error> {
        if verdict.is_err() {
            self.without_key.get_or_init(|| certificate.clone().into_owned());
        }
        verdict
    }
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
        let verdict = self.inner.verify_tls12_signature(message, certificate, signature);
        self.note(verdict, certificate)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let verdict = self.inner.verify_tls13_signature(message, certificate, signature);
        self.note(verdict, certificate)
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
