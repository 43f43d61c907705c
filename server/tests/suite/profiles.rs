//! The forms of OAuth and protocol profiles without JavaScript.

use std::{
    io::{Read, Write},
    net::TcpListener,
};

use crate::support::Server;
use reqwest::{Method, Response, StatusCode, header};

/// Value of the field `form[name]` on a page.
fn value(html: &str, name: &str) -> String {
    let (_, rest) = html.split_once(&format!("name=\"form[{name}]\"")).unwrap();
    let (tag, after) = rest.split_once('>').unwrap();
    if let Some((_, value)) = tag.split_once("value=\"") {
        return value.split('"').next().unwrap().to_owned();
    }
    after.split("</textarea>").next().unwrap().to_owned()
}

async fn page(server: &Server, path: &str, cookie: &str) -> String {
    let response = server.request(Method::GET, path).header(header::COOKIE, cookie);
    let response = response.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.text().await.unwrap()
}

async fn post(server: &Server, path: &str, from: &str, fields: &[(&str, &str)], cookie: &str) -> Response {
    let form = server.form(path, from, fields).header(header::COOKIE, cookie);
    form.send().await.unwrap()
}

/// Answers with a description of itself to whoever asks.
fn provider() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let body = format!(
        r#"{{"issuer":"{issuer}","token_endpoint":"{issuer}/token","authorization_endpoint":"{issuer}/authorize"}}"#
    );
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut asked = [0; 8192];
            let _ = stream.read(&mut asked).unwrap();
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
            write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        }
    });
    issuer
}

#[tokio::test]
async fn a_preset_in_the_address_fills_the_form() {
    let server = Server::start();
    let cookie = server.log_in().await;
    let path = "/oauth-profiles/new?preset=servicenow&instance=acme&origin=https%3A%2F%2Fapi.example.com";
    let html = page(&server, path, &cookie).await;
    assert_eq!(
        value(&html, "token_url"),
        "https://acme.service-now.com/oauth_token.do"
    );
    assert_eq!(value(&html, "refresh_days"), "100");
    assert!(value(&html, "api_origins").contains("https://api.example.com"));
    assert!(html.contains("Application Registry"), "the guide");
    let wrong = page(
        &server,
        "/oauth-profiles/new?preset=servicenow&instance=a%2Fb",
        &cookie,
    )
    .await;
    assert_eq!(value(&wrong, "token_url"), "");
    assert!(wrong.contains("letters, digits"), "the reason");
}

#[tokio::test]
async fn urls_are_found_without_javascript_and_what_was_typed_stays() {
    let server = Server::start();
    let cookie = server.log_in().await;
    let issuer = provider();
    let fields = |issuer: &str| {
        [
            ("form[name]", "Mine".to_owned()),
            ("form[grant_type]", "authorization_code".to_owned()),
            ("form[client_authentication]", "basic".to_owned()),
            ("form[client_secret]", "client-secret-1".to_owned()),
            ("form[issuer]", issuer.to_owned()),
        ]
    };
    let found = fields(&issuer);
    let found: Vec<_> = found
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let response = post(
        &server,
        "/fn/discover_provider",
        "/oauth-profiles/new",
        &found,
        &cookie,
    )
    .await;
    assert_eq!(response.status(), StatusCode::OK);
    let html = response.text().await.unwrap();
    assert_eq!(value(&html, "token_url"), format!("{issuer}/token"));
    assert_eq!(value(&html, "name"), "Mine");
    assert!(html.contains("Found and filled in") && !html.contains("client-secret-1"));

    let wrong = fields("no issuer");
    let wrong: Vec<_> = wrong
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let response = post(
        &server,
        "/fn/discover_provider",
        "/oauth-profiles/new",
        &wrong,
        &cookie,
    )
    .await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = response.text().await.unwrap();
    assert_eq!(
        (value(&html, "name"), value(&html, "issuer")),
        ("Mine".into(), "no issuer".into())
    );
    assert!(html.contains("This is not an issuer") && !html.contains("client-secret-1"));
}

#[tokio::test]
async fn a_refused_upload_never_comes_back() {
    let server = Server::start();
    let cookie = server.log_in().await;
    let key = "-----BEGIN PRIVATE KEY-----\nkey-canary\n-----END PRIVATE KEY-----";
    let fields = [
        ("form[name]", "Bank"),
        ("form[certificate]", key),
        ("form[private_key]", key),
        ("form[key_password]", "password-canary"),
    ];
    let response = post(
        &server,
        "/fn/save_protocol_profile",
        "/protocol-profiles/new",
        &fields,
        &cookie,
    )
    .await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = response.text().await.unwrap();
    assert_eq!(value(&html, "name"), "Bank");
    assert!(html.contains("aria-invalid=\"true\""), "{html}");
    assert!(!html.contains("key-canary") && !html.contains("password-canary"));
}
