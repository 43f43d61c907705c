//! What the door does not open for, and what it does not follow.

use std::process::Command;

use egress::{BadUrl, Egress, Failure, Outcome, Phase, Policy};
use http::{Method, StatusCode};

use crate::servers::{OK, Server, answer, failure, get, loopback, outcome};

#[tokio::test]
async fn a_redirect_comes_back_and_is_not_followed() {
    let (inside, _requests) = Server::answering(OK).await;
    let location = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n",
        inside.url("/")
    );
    let (server, _requests) = Server::answering(location.leak()).await;
    let response = answer(&loopback(), get(&server.url("/"))).await;
    assert_eq!(response.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(inside.strangers().await, 0);
}

#[tokio::test]
async fn forbidden_addresses_see_no_connection() {
    let (server, _requests) = Server::answering(OK).await;
    let port = server.address.port();
    let door = Egress::new(Policy::default());
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "2130706433",
        "0",
        "[::ffff:127.0.0.1]",
        "localhost",
        "localhost.",
    ] {
        let (failure, reports) = failure(&door, get(&format!("http://{host}:{port}/"))).await;
        assert!(
            matches!(failure, Failure::Forbidden(_)) && !failure.sent(),
            "{host}: {failure:?}"
        );
        assert!(
            failure.cause().contains("SWITCHBOARD_ALLOWED_TARGETS"),
            "{failure}"
        );
        assert!(
            matches!(outcome(&reports, Phase::Policy), Outcome::Failed(_)),
            "{host}: {reports:?}"
        );
        assert!(
            reports.iter().all(|report| report.phase <= Phase::Name),
            "{reports:?}"
        );
    }
    assert_eq!(server.strangers().await, 0);
}

#[tokio::test]
async fn a_name_is_called_at_its_allowed_addresses_only() {
    let (server, mut requests) = Server::answering(OK).await;
    let url = format!("http://localhost:{}/", server.address.port());
    for setting in ["127.0.0.1", "localhost"] {
        let door = Egress::new(Policy::parse(setting).unwrap());
        let response = answer(&door, get(&url)).await;
        assert_eq!(response.peer, server.address, "{setting}");
        let sent = requests.recv().await.unwrap();
        assert!(
            sent.contains(&format!("host: localhost:{}\r\n", server.address.port())),
            "{sent}"
        );
    }
}

#[tokio::test]
async fn bad_urls_and_methods_are_refused_before_anything_is_dialled() {
    for (url, problem) in [
        ("ftp://127.0.0.1/", BadUrl::Scheme),
        ("http://user:word@127.0.0.1/", BadUrl::UserInfo),
        ("http://127.0.0.1:0/", BadUrl::Port),
    ] {
        let (failure, reports) = failure(&loopback(), get(url)).await;
        assert_eq!(failure, Failure::BadUrl(problem));
        assert_eq!(reports.len(), 1);
    }
    let mut tunnel = get("http://127.0.0.1/");
    tunnel.method = Method::CONNECT;
    assert!(matches!(
        failure(&loopback(), tunnel).await.0,
        Failure::UnsupportedMethod(_)
    ));
}

/// Variables are set for a child of its own: a process must not change its environment while threads run.
#[tokio::test]
async fn proxy_variables_are_ignored() {
    const NAME: &str = "guard::proxy_variables_are_ignored";
    if let Ok(url) = std::env::var("EGRESS_TEST_URL") {
        assert_eq!(answer(&loopback(), get(&url)).await.status, StatusCode::OK);
        return;
    }
    let (server, _requests) = Server::answering(OK).await;
    let (proxy, _proxied) = Server::answering("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n").await;
    let (url, proxy_url) = (server.url("/"), proxy.url(""));
    let child = tokio::task::spawn_blocking(move || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", NAME])
            .env("EGRESS_TEST_URL", url)
            .env_remove("NO_PROXY")
            .env_remove("no_proxy");
        for name in [
            "HTTP_PROXY",
            "http_proxy",
            "HTTPS_PROXY",
            "ALL_PROXY",
            "all_proxy",
        ] {
            command.env(name, &proxy_url);
        }
        command.output().unwrap()
    });
    let output = child.await.unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert_eq!((server.strangers().await, proxy.strangers().await), (1, 0));
}
