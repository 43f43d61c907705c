//! Behind a proxy that speaks https for us.

use crate::support::{PASSWORD, Server, encoded};
use reqwest::{StatusCode, header};

#[tokio::test]
async fn under_https_the_cookie_is_bound_to_the_host() {
    // The printed address is the public one, so the port is chosen here.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = free.local_addr().unwrap().to_string();
    drop(free);
    let server = Server::start_with(&[
        ("SWITCHBOARD_ADMIN_USER", "admin"),
        ("SWITCHBOARD_ADMIN_PASSWORD", PASSWORD),
        ("SWITCHBOARD_LISTEN", &listen),
        ("SWITCHBOARD_PUBLIC_URL", "https://switchboard.example"),
    ]);
    assert_eq!(server.url, "https://switchboard.example");
    let log_in = |origin: &str, host: &str| {
        server
            .client
            .post(format!("http://{listen}/fn/login"))
            .header(header::HOST, host)
            .header(header::ORIGIN, origin)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(encoded(&[
                ("form[user_name]", "admin"),
                ("form[password]", PASSWORD),
                ("form[next]", ""),
            ]))
            .send()
    };
    let response = log_in("https://switchboard.example", "switchboard.example")
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    for part in [
        "__Host-switchboard=",
        "Secure",
        "HttpOnly",
        "SameSite=Lax",
        "Path=/",
    ] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(response.headers().contains_key(header::STRICT_TRANSPORT_SECURITY));
    let session = cookie.split(';').next().unwrap();
    for (sent, status) in [
        (session.to_owned(), StatusCode::OK),
        (session.replace("__Host-", ""), StatusCode::SEE_OTHER),
    ] {
        let page = server
            .client
            .get(format!("http://{listen}/processes"))
            .header(header::HOST, "switchboard.example");
        assert_eq!(
            page.header(header::COOKIE, sent).send().await.unwrap().status(),
            status
        );
    }
    let response = log_in("http://switchboard.example", "switchboard.example")
        .await
        .unwrap();
    assert_eq!(
        response.status(),
        StatusCode::FORBIDDEN,
        "plain http is another origin"
    );
    let response = log_in("https://switchboard.example", &listen).await.unwrap();
    assert_eq!(
        response.status(),
        StatusCode::MISDIRECTED_REQUEST,
        "the socket's own address is no name of ours"
    );
}
