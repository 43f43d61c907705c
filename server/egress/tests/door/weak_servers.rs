//! What rustls cannot make itself: weak keys, weak signatures and old versions, by OpenSSL.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use egress::{CertificateProblem, Failure, TlsProblem};
use tempfile::TempDir;

use crate::{
    programs::Program,
    servers::{failure, loopback},
    tls_servers::authority,
};

/// Runs `openssl` with these words in `folder`.
fn openssl(folder: &Path, words: &str) {
    let made = Command::new("openssl")
        .args(words.split_whitespace())
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "openssl {words}: {}",
        String::from_utf8_lossy(&made.stderr)
    );
}

/// Makes an authority `ca`, an intermediate `middle` and a server's key and certificate, each with the options of its own.
fn issue(folder: &Path, [ca, middle, server]: [&str; 3]) {
    fs::write(folder.join("ca.ext"), "basicConstraints=critical,CA:TRUE\n").unwrap();
    fs::write(folder.join("server.ext"), "subjectAltName=DNS:localhost\n").unwrap();
    // The key's kind stands before the slash, the options of the signature behind it.
    let parts = |options: &str| {
        let (key, signature) = options.split_once('/').unwrap();
        (key.trim().to_owned(), signature.trim().to_owned())
    };
    let (key, signature) = parts(ca);
    openssl(
        folder,
        &format!(
            "req -x509 -nodes -newkey {key} {signature} -keyout ca.key -out ca.pem -subj /CN=OurCA -days 30"
        ),
    );
    let above = "-CAcreateserial -days 30";
    let (key, signature) = parts(middle);
    openssl(
        folder,
        &format!("req -new -nodes -newkey {key} -keyout middle.key -out middle.csr -subj /CN=MiddleCA"),
    );
    openssl(
        folder,
        &format!(
            "x509 -req -in middle.csr -out middle.pem -CA ca.pem -CAkey ca.key {above} -extfile ca.ext {signature}"
        ),
    );
    let (key, signature) = parts(server);
    openssl(
        folder,
        &format!("req -new -nodes -newkey {key} -keyout server.key -out server.csr -subj /CN=localhost"),
    );
    openssl(
        folder,
        &format!(
            "x509 -req -in server.csr -out server.pem -CA middle.pem -CAkey middle.key {above} {signature}"
        ),
    );
}

/// OpenSSL's server, as lenient as it can be.
fn s_server(folder: &TempDir, port: u16, more: &[&str]) -> Command {
    let mut command = Command::new("openssl");
    command
        .current_dir(folder.path())
        .args([
            "s_server",
            "-accept",
            &format!("127.0.0.1:{port}"),
            "-www",
            "-quiet",
        ])
        .args([
            "-cert",
            "server.pem",
            "-key",
            "server.key",
            "-cipher",
            "DEFAULT@SECLEVEL=0",
        ])
        .args(more)
        .stderr(Stdio::null());
    command
}

const STRONG: &str = "ec -pkeyopt ec_paramgen_curve:P-256 / -sha256";
const STRONG_RSA: &str = "rsa:2048 / -sha256";
const EXTENDED: &str = "ec -pkeyopt ec_paramgen_curve:P-256 / -sha256 -extfile server.ext";

/// Options of authority, intermediate and server, and what is told.
const WEAK: [([&str; 3], &str); 9] = [
    (
        [STRONG, STRONG_RSA, "rsa:2048 / -sha1 -extfile server.ext"],
        "The server's certificate is signed with SHA-1, which can be forged.",
    ),
    (
        [STRONG, STRONG, "rsa:2048 / -sha1 -extfile server.ext"],
        "The server's certificate is signed with SHA-1, which can be forged.",
    ),
    (
        [STRONG, STRONG_RSA, "rsa:2048 / -md5 -extfile server.ext"],
        "The server's certificate is signed with MD5, which can be forged.",
    ),
    (
        [STRONG, "rsa:2048 / -sha1", EXTENDED],
        "The certificate of MiddleCA, which vouches for the server's, is signed with SHA-1, which can be forged.",
    ),
    (
        [STRONG_RSA, "rsa:2048 / -md5", EXTENDED],
        "The certificate of MiddleCA, which vouches for the server's, is signed with MD5, which can be forged.",
    ),
    (
        [STRONG, STRONG, "rsa:1024 / -sha256 -extfile server.ext"],
        "The server's certificate has an RSA key of 1024 bits, which is too short to be safe: 2048 are needed.",
    ),
    (
        [STRONG, "rsa:1024 / -sha256", EXTENDED],
        "The certificate of MiddleCA, which vouches for the server's, has an RSA key of 1024 bits, which is too short to be safe: 2048 are needed.",
    ),
    (
        [STRONG, "ec -pkeyopt ec_paramgen_curve:P-521 / -sha256", EXTENDED],
        "The server's certificate was refused: it is signed in a way that Switchboard does not know.",
    ),
    (
        [STRONG, STRONG, STRONG],
        "The server's certificate was refused: it is of an old version of the standard, before version 3.",
    ),
];

#[tokio::test]
async fn weak_certificates_are_told() {
    for (index, (options, told)) in WEAK.into_iter().enumerate() {
        let own = authority("Unused");
        // In TLS 1.2 the server's key signs elsewhere in the handshake than in TLS 1.3.
        let version = if index % 2 == 0 { "-tls1_2" } else { "-tls1_3" };
        let server = Program::start(&own, &own, |folder, port| {
            issue(folder.path(), options);
            s_server(folder, port, &["-cert_chain", "middle.pem", version])
        })
        .await;
        let (failure, _) = failure(&loopback(), server.trusting("ca.pem")).await;
        assert_eq!(failure.cause(), told, "{options:?} {version}");
        assert!(!failure.sent());
        let Failure::TlsCertificate(problem) = failure else {
            panic!("{failure:?}")
        };
        if !matches!(*problem, CertificateProblem::Other(_)) {
            assert!(problem.next_step().contains("at least 2048 bits"), "{problem:?}");
        }
    }
}

/// A key that no handshake may be signed with, in both versions of it.
#[tokio::test]
async fn short_keys_are_told_in_either_version() {
    for version in ["-tls1_2", "-tls1_3"] {
        let own = authority("Unused");
        let server = Program::start(&own, &own, |folder, port| {
            issue(
                folder.path(),
                [STRONG, STRONG, "rsa:1024 / -sha256 -extfile server.ext"],
            );
            s_server(folder, port, &["-cert_chain", "middle.pem", version])
        })
        .await;
        let (failure, _) = failure(&loopback(), server.trusting("ca.pem")).await;
        let above = None;
        assert_eq!(
            failure,
            Failure::TlsCertificate(Box::new(CertificateProblem::ShortKey { bits: 1024, above })),
            "{version}"
        );
    }
}

#[tokio::test]
async fn servers_of_the_last_century_are_told() {
    let trusted = authority("Our CA");
    for version in ["-tls1", "-tls1_1"] {
        let server = Program::start(&trusted, &trusted, |folder, port| {
            s_server(folder, port, &[version])
        })
        .await;
        let (failure, _) = failure(&loopback(), server.request()).await;
        assert_eq!(failure, Failure::TlsProtocol(TlsProblem::OldVersion), "{version}");
        assert_eq!(failure.cause(), "The server offers neither TLS 1.2 nor TLS 1.3.");
        assert!(failure.next_step().contains("enable TLS 1.2") && !failure.sent());
    }
}

#[tokio::test]
async fn a_server_with_weak_ciphers_only_is_told() {
    let trusted = authority("Our CA");
    for ciphers in ["AES128-SHA@SECLEVEL=0", "ECDHE-ECDSA-AES128-SHA@SECLEVEL=0"] {
        let server = Program::start(&trusted, &trusted, |folder, port| {
            s_server(folder, port, &["-tls1_2", "-cipher", ciphers])
        })
        .await;
        let (failure, _) = failure(&loopback(), server.request()).await;
        assert_eq!(
            failure,
            Failure::TlsProtocol(TlsProblem::NothingInCommon),
            "{ciphers}"
        );
        assert!(!failure.sent());
    }
}
