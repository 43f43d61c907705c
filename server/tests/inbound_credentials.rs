//! Ways in beside Basic, over HTTP: path tokens never told back, signatures over the raw body, certificates in TLS.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use std::sync::Arc;

use hmac::{Hmac, Mac, digest::KeyInit};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use sha2::Sha256;
use support::{CALLER, CALLER_PASSWORD, PASSWORD, Server, problem};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const MESSAGE: &str = "/inbound/incident/message";

#[tokio::test]
async fn a_path_token_lets_in_and_is_never_told_back() {
    let server = Server::start();
    let api = server.api();
    let design = api.design().await;
    let credentials = format!("/inbound-users/{}/credentials", design.user);
    let made = api
        .post(
            &credentials,
            json!({ "kind": "path_token", "label": "old switchboard" }),
        )
        .await;
    let (token, url) = (
        made["secret"].as_str().unwrap(),
        made["urls"][0].as_str().unwrap(),
    );
    assert!(url.ends_with(&format!("{MESSAGE}/{token}")), "{url}");
    let post = |path: String| {
        server
            .request(Method::POST, &path)
            .header(header::CONTENT_TYPE, "application/json")
    };
    let path = format!("{MESSAGE}/{token}");
    assert_eq!(
        post(path.clone()).body("{}").send().await.unwrap().status(),
        StatusCode::ACCEPTED
    );
    let malformed = problem(
        "malformed",
        post(path.clone()).body("{").send().await.unwrap(),
        400,
    )
    .await;
    assert!(!malformed.to_string().contains(token), "{malformed}");
    let large = problem(
        "large",
        post(path.clone()).body("x".repeat(70_000)).send().await.unwrap(),
        413,
    )
    .await;
    assert!(!large.to_string().contains(token), "{large}");
    let get = problem("GET", server.get(&path).await, 405).await;
    assert!(!get.to_string().contains(token), "{get}");
    problem(
        "unknown",
        post(format!("{MESSAGE}/sbp_unknown"))
            .body("{}")
            .send()
            .await
            .unwrap(),
        401,
    )
    .await;
    problem(
        "no token",
        post(format!("{MESSAGE}/x")).body("{}").send().await.unwrap(),
        404,
    )
    .await;
    let listed = api.get(&credentials).await;
    assert!(
        !listed.to_string().contains(token) && listed["items"][0]["last_used"].is_number(),
        "{listed}"
    );
    let transactions = api.get("/transactions").await;
    assert!(!transactions.to_string().contains(token));
}

#[tokio::test]
async fn a_signature_is_over_the_bytes_that_came() {
    let server = Server::start();
    let api = server.api();
    let design = api.design().await;
    let credentials = format!("/inbound-users/{}/credentials", design.user);
    let github = json!({ "kind": "signature", "preset": "github", "signing_secret": "a-secret-of-github" });
    api.post(&credentials, github).await;
    let signed = |body: &str| {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(b"a-secret-of-github").unwrap();
        mac.update(body.as_bytes());
        let code = mac.finalize().into_bytes();
        let text: Vec<String> = code.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256={}", text.concat())
    };
    let post = |signature: String| {
        server
            .request(Method::POST, MESSAGE)
            .header(header::CONTENT_TYPE, "application/json")
            .header("X-Hub-Signature-256", signature)
    };
    let body = "{ \"a\" : 1 }\r\n";
    let good = post(signed(body)).body(body).send().await.unwrap();
    assert_eq!(good.status(), StatusCode::ACCEPTED);
    let accepted: Value = good.json().await.unwrap();
    let stored = api
        .get(&format!(
            "/transactions/{}",
            accepted["transaction"].as_str().unwrap()
        ))
        .await;
    assert!(
        !stored.to_string().to_lowercase().contains("x-hub-signature"),
        "{stored}"
    );
    let wrong = post(signed(body)).body("{\"a\":1}").send().await.unwrap();
    let challenges: Vec<_> = wrong.headers().get_all(header::WWW_AUTHENTICATE).iter().collect();
    assert_eq!(challenges.len(), 2, "Basic and Bearer");
    problem("another body", wrong, 401).await;
    let large = "x".repeat(70_000);
    problem(
        "too large",
        post(signed(&large)).body(large).send().await.unwrap(),
        413,
    )
    .await;
    let malformed = post(signed("{")).body("{").send().await.unwrap();
    problem("malformed, but authentic", malformed, 400).await;
}

#[tokio::test]
async fn a_pasted_request_is_explained_over_the_api() {
    let server = Server::start();
    let api = server.api();
    api.design().await;
    let process = support::id(&api.get("/processes").await["items"][0]["process"]);
    let path = format!("/processes/{process}/explain");
    let paste = format!(
        "curl -u {CALLER}:{CALLER_PASSWORD} --json '{{}}' {}{MESSAGE}",
        server.url
    );
    let explained = api
        .request(Method::POST, &path)
        .json(&json!({ "pasted": paste }))
        .send()
        .await
        .unwrap();
    assert_eq!(explained.status(), StatusCode::OK);
    let explained: Value = explained.json().await.unwrap();
    assert_eq!(explained["status"], 202, "{explained}");
    assert!(!explained.to_string().contains(CALLER_PASSWORD));
    let nonsense = api
        .request(Method::POST, &path)
        .json(&json!({ "pasted": "hello" }))
        .send()
        .await
        .unwrap();
    let refused = problem("no request", nonsense, 422).await;
    assert!(refused["errors"]["pasted"].is_object(), "{refused}");
}

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
    let user = support::id(&api("/inbound-users", user).await);
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
    let process = support::id(&api("/processes", process).await);
    let integration = json!({ "name": "Jira", "process": process, "system": "Jira" });
    let integration = support::id(&api("/integrations", integration).await["integration"]);
    let connection = json!({
        "name": "Test", "environment": "test", "endpoint_url": "https://example.com", "authentication": "none",
        "inbound_user": user,
    });
    let connection = api(&format!("/integrations/{integration}/connections"), connection).await;
    let connection = support::id(&connection["connection"]);
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
