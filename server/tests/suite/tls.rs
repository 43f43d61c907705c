//! TLS of our own, with and without client certificates.

use std::sync::Arc;

use crate::support::{CALLER_PASSWORD, PASSWORD, Server};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const MESSAGE: &str = "/inbound/incident/message";

/// A certificate authority with a server's and a client's certificate.
struct Certificates {
    folder: tempfile::TempDir,
    authority: CertifiedIssuer<'static, KeyPair>,
}

impl Certificates {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, "Test authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let made = Self {
            folder: tempfile::tempdir().unwrap(),
            authority: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap(),
        };
        made.write("ca.pem", &made.authority.pem());
        let (chain, key) = made.issue("localhost", ExtendedKeyUsagePurpose::ServerAuth);
        made.write("server.pem", &chain);
        made.write("server.key", &key);
        made
    }

    fn issue(&self, name: &str, purpose: ExtendedKeyUsagePurpose) -> (String, String) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.authority).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Sends a request in TLS, with a client certificate or without, and gives the answer.
    async fn send(
        &self,
        port: u16,
        client: Option<&(String, String)>,
        request: &str,
    ) -> std::io::Result<String> {
        use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject};
        let mut roots = rustls::RootCertStore::empty();
        roots.add(self.authority.der().clone()).unwrap();
        let builder = rustls::ClientConfig::builder().with_root_certificates(roots);
        let config = match client {
            Some((chain, key)) => {
                let chain = CertificateDer::pem_slice_iter(chain.as_bytes())
                    .map(Result::unwrap)
                    .collect();
                let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
                builder.with_client_auth_cert(chain, key).unwrap()
            }
            None => builder.with_no_client_auth(),
        };
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        let mut stream = connector
            .connect(ServerName::try_from("localhost").unwrap(), stream)
            .await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer).await;
        if answer.is_empty() {
            read?;
        }
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

#[tokio::test]
async fn switchboard_speaks_tls_itself_and_knows_callers_by_their_certificate() {
    let certificates = Certificates::new();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let server = Server::start_with(&[
        ("SWITCHBOARD_ADMIN_USER", "admin"),
        ("SWITCHBOARD_ADMIN_PASSWORD", PASSWORD),
        ("SWITCHBOARD_LISTEN", &format!("127.0.0.1:{port}")),
        ("SWITCHBOARD_TLS_CERT", &certificates.path("server.pem")),
        ("SWITCHBOARD_TLS_KEY", &certificates.path("server.key")),
        ("SWITCHBOARD_TLS_CLIENT_CA", &certificates.path("ca.pem")),
    ]);
    assert_eq!(server.url, format!("https://127.0.0.1:{port}"));
    let token = server.token();
    let request = |path: &str, authorization: &str, body: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{authorization}Content-Type: \
             application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let api = async |path: &str, body: Value| {
        let text = request(
            &format!("/api/v1{path}"),
            &format!("Authorization: Bearer {token}\r\n"),
            &body.to_string(),
        );
        let answer = certificates.send(port, None, &text).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 2"), "{path}: {answer}");
        assert!(
            head.to_lowercase().contains("strict-transport-security"),
            "{head}"
        );
        serde_json::from_str::<Value>(body).unwrap()
    };
    let user = json!({ "name": "Jira", "user_id": "jira", "password": CALLER_PASSWORD, "active": true });
    let user = crate::support::id(&api("/inbound-users", user).await);
    let named = certificates.issue("jira", ExtendedKeyUsagePurpose::ClientAuth);
    let credential =
        json!({ "kind": "certificate", "certificate_match": "subject", "certificate": "CN=jira" });
    api(&format!("/inbound-users/{user}/credentials"), credential).await;
    let text = format!(
        "GET /api/v1/applications HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    let answer = certificates.send(port, None, &text).await.unwrap();
    let applications: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    let process =
        json!({ "name": "Incident", "api_name": "incident", "application": applications["items"][0]["id"] });
    let process = crate::support::id(&api("/processes", process).await);
    let integration = json!({ "name": "Jira", "process": process, "system": "Jira" });
    let integration = crate::support::id(&api("/integrations", integration).await["integration"]);
    let connection = json!({
        "name": "Test", "environment": "test", "endpoint_url": "https://example.com", "authentication": "none",
        "inbound_user": user,
    });
    let connection = api(&format!("/integrations/{integration}/connections"), connection).await;
    let connection = crate::support::id(&connection["connection"]);
    api(&format!("/connections/{connection}/enable"), json!({})).await;

    let message = request(MESSAGE, "", "{}");
    let answer = certificates.send(port, Some(&named), &message).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    let answer = certificates.send(port, None, &message).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "without one: {answer}");
    let other = certificates.issue("other", ExtendedKeyUsagePurpose::ClientAuth);
    let answer = certificates.send(port, Some(&other), &message).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "another subject: {answer}");
    let forged = Certificates::new().issue("jira", ExtendedKeyUsagePurpose::ClientAuth);
    assert!(
        certificates.send(port, Some(&forged), &message).await.is_err(),
        "an unknown authority"
    );
}
