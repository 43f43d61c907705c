//! Mutual TLS with nginx, which judges certificates after the handshake and answers 400.

use std::{fs, process::Command};

use egress::{ClientIdentity, Failure, Outcome, Phase, Response, TlsProblem};
use model::profile::TlsVersion;
use time::Month;

use crate::{
    programs::Program,
    servers::{answer, failure, loopback, outcome},
    tls_servers::{Authority, authority, client, day},
};

/// nginx of the system's package, insisting on certificates of `clients`. `more` goes into its server block.
async fn nginx(trusted: &Authority, clients: &Authority, protocols: &str, more: &str) -> Program {
    Program::start(trusted, clients, |folder, port| {
        let configuration = format!(
            "daemon off; master_process off; pid nginx.pid; error_log stderr; events {{}}
             http {{
               access_log off;
               client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
               uwsgi_temp_path uwsgi; scgi_temp_path scgi;
               server {{
                 listen 127.0.0.1:{port} ssl;
                 ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
                 ssl_client_certificate {folder}/clients.pem; ssl_verify_client on; ssl_verify_depth 2;
                 ssl_protocols {protocols};
                 {more}
                 location / {{ return 200 \"$ssl_client_verify $ssl_client_s_dn $ssl_protocol\"; }}
               }}
             }}",
            folder = folder.path().display()
        );
        fs::write(folder.path().join("nginx.conf"), configuration).unwrap();
        let mut command = Command::new("/usr/sbin/nginx");
        command
            .arg("-p")
            .arg(folder.path())
            .args(["-c", "nginx.conf", "-e", "stderr"]);
        command
    })
    .await
}

async fn told(nginx: &Program, identity: Option<ClientIdentity>) -> (u16, String, String) {
    let mut request = nginx.request();
    request.tls.identity = identity;
    let response = answer(&loopback(), request).await;
    let body = String::from_utf8_lossy(&response.body).into_owned();
    (response.status.as_u16(), body, tls_report(&response))
}

fn tls_report(response: &Response) -> String {
    match outcome(&response.phases, Phase::Tls) {
        Outcome::Passed(text) => text.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn it_knows_us_by_our_certificate_with_both_versions() {
    let (trusted, clients) = (authority("Our CA"), authority("Client CA"));
    for version in ["TLSv1.2", "TLSv1.3"] {
        let nginx = nginx(&trusted, &clients, version, "").await;
        let (status, body, report) = told(&nginx, Some(client(&clients, |_| ()))).await;
        assert_eq!((status, body), (200, format!("SUCCESS CN=switchboard {version}")));
        assert!(
            report.ends_with("; the server asked for a client certificate; ours (CN=switchboard) was sent"),
            "{report}"
        );
    }
}

#[tokio::test]
async fn its_refusals_come_with_what_the_handshake_showed() {
    let (trusted, clients) = (authority("Our CA"), authority("Client CA"));
    for version in ["TLSv1.2", "TLSv1.3"] {
        let nginx = nginx(&trusted, &clients, version, "").await;
        let (status, body, report) = told(&nginx, None).await;
        assert_eq!(status, 400);
        assert!(body.contains("No required SSL certificate was sent"), "{body}");
        assert!(
            report.ends_with("and the connection has none: if it refuses the request, switch Mutual auth on"),
            "{report}"
        );
        let strange = client(&authority("Strange CA"), |_| ());
        let expired = client(&clients, |params| {
            params.not_before = day(2020, Month::May, 3);
            params.not_after = day(2021, Month::May, 3);
        });
        for refused in [strange, expired] {
            let (status, body, report) = told(&nginx, Some(refused)).await;
            assert_eq!(status, 400);
            assert!(body.contains("The SSL certificate error"), "{body}");
            assert!(report.ends_with("ours (CN=switchboard) was sent"), "{report}");
        }
    }
}

#[tokio::test]
async fn a_key_whose_signatures_it_does_not_take_is_not_shown() {
    let trusted = authority("Our CA");
    let only_rsa = "ssl_conf_command ClientSignatureAlgorithms RSA+SHA256:RSA-PSS+SHA256;";
    let nginx = nginx(&trusted, &trusted, "TLSv1.2 TLSv1.3", only_rsa).await;
    let (status, _, report) = told(&nginx, Some(client(&trusted, |_| ()))).await;
    assert_eq!(status, 400);
    assert!(
        report.ends_with(
            "ours (CN=switchboard) was not sent, because the server verifies no signature of its kind of key"
        ),
        "{report}"
    );
}

#[tokio::test]
async fn the_minimum_version_holds() {
    let trusted = authority("Our CA");
    let nginx = nginx(&trusted, &trusted, "TLSv1.2", "").await;
    let mut request = nginx.request();
    request.tls.identity = Some(client(&trusted, |_| ()));
    request.tls.minimum = TlsVersion::Tls13;
    assert_eq!(
        failure(&loopback(), request).await.0,
        Failure::TlsProtocol(TlsProblem::BelowMinimum)
    );
}
