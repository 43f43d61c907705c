//! Hostile providers and hostile links, as a browser meets them.

use std::sync::atomic::Ordering;

use crate::{
    oauth::{address, answering, come_back, design_at, press, provider, state},
    support::{Server, encoded},
};
use reqwest::{Method, StatusCode, header};
use serde_json::json;

/// Text that would do something if it were not text in a page, in an attribute, or in a script.
const MARKUP: [&str; 8] = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onfocus=alert(1) autofocus='",
    "</title></textarea></style><svg onload=alert(1)>",
    "<!--<script>alert(1)",
    "<a href=javascript:alert(1)>x</a>",
    "\\u003cscript\\u003ealert(1)",
];

/// What must stand in no page, in small letters.
const LIVE: [&str; 6] = [
    "<script>alert",
    "<img src=x",
    "<svg onload",
    "<!--<script",
    "<a href=javascript",
    "=' onfocus=",
];

/// Markup that came from outside is text in this page.
fn is_text(case: &str, html: &str) {
    assert!(html.contains("<html"), "{case}: no page: {html}");
    let small = html.to_lowercase();
    for live in LIVE {
        assert!(!small.contains(live), "{case}: {live} in {html}");
    }
}

#[tokio::test]
async fn markup_in_a_callback_is_text_on_the_page() {
    let server = Server::start();
    let api = server.api();
    let provider = answering("400 Bad Request", r#"{"error":"invalid_grant"}"#.into());
    let design = design_at(&provider.url, &server, &api, "authorization_code").await;
    let cookie = server.log_in().await;
    for markup in MARKUP {
        for place in [
            "error",
            "error_description",
            "error_uri",
            "iss",
            "state",
            "code",
            "x",
        ] {
            let right = state(&address(&press(&server, &design, &cookie).await));
            let mut fields = vec![("error", "access_denied"), ("state", &right)];
            fields.retain(|(name, _)| *name != place && !(place == "code" && *name == "error"));
            fields.push((place, markup));
            let response = come_back(&server, &design, &encoded(&fields), &cookie).await;
            assert_eq!(
                response.status(),
                StatusCode::UNPROCESSABLE_ENTITY,
                "{place}={markup}"
            );
            let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
                .to_str()
                .unwrap()
                .to_owned();
            assert!(policy.contains("script-src"), "{policy}");
            let html = response.text().await.unwrap();
            let case = format!("{place}={markup}");
            is_text(&case, &html);
            // It is shown all the same where it explains something, or this test would see nothing.
            if place.starts_with("error") && place != "error_uri" && markup.starts_with("<script") {
                assert!(html.contains("&lt;script"), "{case}: {html}");
            }
        }
    }
}

#[tokio::test]
async fn markup_of_a_token_endpoint_is_text_on_every_page() {
    let server = Server::start();
    let api = server.api();
    let said = MARKUP.join(" ");
    let body = json!({ "error": said, "error_description": said, "error_uri": said }).to_string();
    let provider = answering("400 Bad Request", body);
    let design = design_at(&provider.url, &server, &api, "authorization_code").await;
    let cookie = server.log_in().await;
    let right = state(&address(&press(&server, &design, &cookie).await));
    let query = format!("code=abc&state={right}");
    let html = come_back(&server, &design, &query, &cookie).await;
    let html = html.text().await.unwrap();
    is_text("the callback", &html);
    assert!(html.contains("&lt;script"), "{html}");
    assert_eq!(provider.asked.load(Ordering::SeqCst), 1);
    for path in [&*design.page, "/", "/connections", "/settings/audit", "/expiry"] {
        let page = server.request(Method::GET, path).header(header::COOKIE, &cookie);
        let html = page.send().await.unwrap().text().await.unwrap();
        is_text(path, &html);
        if path == design.page {
            assert!(html.contains("&lt;script"), "the timeline tells it: {html}");
        }
    }
    let path = format!("/connections/{}/token", design.connection);
    let told = api.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(told.headers()[header::CONTENT_TYPE], "application/json");
    assert_eq!(told.headers()["x-content-type-options"], "nosniff");
}

/// The answer of the provider counts at the redirect URI alone: not at another host, port or path.
#[tokio::test]
async fn a_callback_elsewhere_brings_nothing_and_ends_nothing() {
    let server = Server::start();
    let api = server.api();
    let provider = provider();
    let design = design_at(&provider.url, &server, &api, "authorization_code").await;
    let cookie = server.log_in().await;
    let away = address(&press(&server, &design, &cookie).await);
    let query = format!("code=abc&state={}", state(&away));
    let callback = &design.callback;
    let ask = |method: Method, path: String, host: Option<&str>| {
        let mut request = server
            .request(method, &path)
            .header(header::COOKIE, &cookie)
            .header("sec-fetch-site", "cross-site");
        if let Some(host) = host {
            request = request.header(header::HOST, host);
        }
        request.send()
    };
    for host in ["evil.example", "127.0.0.1:1", "evil.example:443"] {
        let met = ask(Method::GET, format!("{callback}?{query}"), Some(host))
            .await
            .unwrap();
        assert_eq!(met.status(), StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
    for path in [
        format!("{callback}/"),
        format!("{callback}/x"),
        format!("/{callback}"),
        callback.replace("/oauth/", "/OAuth/"),
        callback.replace("/oauth/", "/oauth%2f"),
        callback.replace("/callback/", "/callbacks/"),
        format!("{callback}%00"),
        "/oauth/callback".into(),
        "/oauth/callback/01890000-0000-7000-8000-000000000000".into(),
        design.page.clone(),
        "/".into(),
    ] {
        let met = ask(Method::GET, format!("{path}?{query}"), None).await.unwrap();
        assert!(!met.status().is_server_error(), "{path}: {}", met.status());
    }
    // As a form of a stranger's page (response_mode=form_post), which brings no flow to its end.
    let met = ask(Method::POST, format!("{callback}?{query}"), None)
        .await
        .unwrap();
    assert!(met.status().is_client_error(), "{}", met.status());
    assert_eq!(provider.asked.load(Ordering::SeqCst), 0, "the code went out");
    let right = come_back(&server, &design, &query, &cookie).await;
    assert_eq!(right.status(), StatusCode::SEE_OTHER);
    assert_eq!(provider.asked.load(Ordering::SeqCst), 1);
}

/// Where the provider is to send the person is settled by the configuration, whatever a client claims.
#[tokio::test]
async fn the_redirect_uri_does_not_follow_a_client() {
    let server = Server::start();
    let api = server.api();
    let design = design_at(&provider().url, &server, &api, "authorization_code").await;
    let cookie = server.log_in().await;
    for (name, value) in [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-port", "1"),
        ("forwarded", "host=evil.example;proto=https"),
        ("x-original-url", "/evil"),
    ] {
        let fields = [
            ("form[id]", &*design.connection),
            ("form[redirect_uri]", "https://evil.example"),
        ];
        let asked = server
            .form("/fn/begin_authorisation", &design.page, &fields)
            .header(header::COOKIE, &cookie)
            .header(name, value);
        let away = address(&asked.send().await.unwrap().text().await.unwrap());
        let uris: Vec<_> = away
            .query_pairs()
            .filter(|(name, _)| name == "redirect_uri")
            .map(|(_, value)| value.into_owned())
            .collect();
        assert_eq!(uris, [format!("{}{}", server.url, design.callback)], "{name}");
    }
}
