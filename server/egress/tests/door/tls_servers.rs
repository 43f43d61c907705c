//! TLS servers, and the certificates they show.

use std::sync::Arc;

use egress::{CaBundle, ClientIdentity, Request, Roots};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
};
use rustls::{ServerConfig, SupportedProtocolVersion, pki_types::PrivateKeyDer};
use rustls_pki_types::CertificateDer;
use time::{Date, Month, OffsetDateTime};
use tokio::io::AsyncWriteExt;
use tokio_rustls::TlsAcceptor;

use crate::servers::{Server, get, read_request};

pub type Authority = CertifiedIssuer<'static, KeyPair>;

/// A certificate authority of our own.
pub fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// An authority below `above`, changed by `change`.
pub fn below(above: &Authority, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Authority {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    change(&mut params);
    CertifiedIssuer::signed_by(params, KeyPair::generate().unwrap(), above).unwrap()
}

/// What a server shows: chain and key.
pub struct Identity {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: KeyPair,
}

/// A server certificate for `names`, changed by `change`, signed by `issuer`.
pub fn issued(issuer: &Authority, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Identity {
    let mut params = server_params(names);
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    Identity {
        chain: vec![certificate.der().clone()],
        key,
    }
}

pub fn server_params(names: &[&str]) -> CertificateParams {
    let mut params =
        CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
    params.distinguished_name.push(DnType::CommonName, "Test server");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

pub fn day(year: i32, month: Month, day: u8) -> OffsetDateTime {
    Date::from_calendar_date(year, month, day)
        .unwrap()
        .midnight()
        .assume_utc()
}

/// A client's identity named `switchboard`, changed by `change`, signed by `issuer`.
pub fn client(issuer: &Authority, change: impl FnOnce(&mut CertificateParams)) -> ClientIdentity {
    let identity = issued(issuer, &[], |params| {
        params.distinguished_name.push(DnType::CommonName, "switchboard");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        change(params);
    });
    let key = PrivateKeyDer::Pkcs8(identity.key.serialize_der().into());
    ClientIdentity::new(identity.chain, key).unwrap()
}

/// Whether a server asks for client certificates.
#[derive(Clone, Copy)]
pub enum Asks<'a> {
    Never,
    /// And lets callers without one in.
    For(&'a Authority),
    InsistsOn(&'a Authority),
}

/// A server that shows `identity`, asks for client certificates of `clients`, and answers 200.
pub async fn serving(
    identity: Identity,
    versions: &[&'static SupportedProtocolVersion],
    clients: Option<&Authority>,
) -> Server {
    let asks = clients.map_or(Asks::Never, Asks::InsistsOn);
    serving_by(acceptor(identity, versions, asks)).await
}

/// A server that shakes hands by `acceptor` and answers 200.
pub async fn serving_by(acceptor: TlsAcceptor) -> Server {
    Server::start(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            // Clients that refuse the certificate end here, and those whose own is refused.
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return;
            };
            assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
            read_request(&mut stream).await;
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                .await;
            let _ = stream.shutdown().await;
        }
    })
    .await
}

pub fn acceptor(
    identity: Identity,
    versions: &[&'static SupportedProtocolVersion],
    asks: Asks<'_>,
) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(versions)
        .unwrap();
    let verifier = |authority: &Authority| {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(authority.der().clone()).unwrap();
        rustls::server::WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
    };
    let builder = match asks {
        Asks::Never => builder.with_no_client_auth(),
        Asks::InsistsOn(authority) => builder.with_client_cert_verifier(verifier(authority).build().unwrap()),
        Asks::For(authority) => {
            let lenient = verifier(authority).allow_unauthenticated();
            builder.with_client_cert_verifier(lenient.build().unwrap())
        }
    };
    let key = PrivateKeyDer::Pkcs8(identity.key.serialize_der().into());
    let mut config = builder.with_single_cert(identity.chain, key).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

/// A request to `server` by `host`, trusting `authority` beside the system's.
pub fn trusting(server: &Server, host: &str, authority: &Authority) -> Request {
    let mut request = get(&format!("https://{host}:{}/", server.address.port()));
    request.tls.roots = Roots::Extra(CaBundle::from_pem(&authority.pem()).unwrap());
    request
}
