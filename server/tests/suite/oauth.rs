//! Getting an OAuth token in the browser and by the API: the way to the provider and back.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::support::{Server, id, problem};
use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};
use url::Url;

const TOKEN: &str =
    r#"{"access_token":"at-secret-1","token_type":"Bearer","expires_in":3600,"refresh_token":"rt-secret-1"}"#;

/// A token endpoint on a free port of this machine.
pub struct Provider {
    pub url: String,
    pub asked: Arc<AtomicUsize>,
}

/// One that gives a token to whoever asks.
pub fn provider() -> Provider {
    answering("200 OK", TOKEN.to_owned())
}

/// One that answers everybody like this.
pub fn answering(status: &'static str, body: String) -> Provider {
    answering_after(Duration::ZERO, status, body)
}

/// The same, after a time.
fn answering_after(after: Duration, status: &'static str, body: String) -> Provider {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 8192];
            let _ = stream.read(&mut request).unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(after);
            let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close");
            write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        }
    });
    Provider { url, asked }
}

pub struct Design {
    pub page: String,
    pub connection: String,
    pub callback: String,
}

/// A connection whose OAuth profile has this grant.
async fn design(server: &Server, api: &crate::support::Api<'_>, grant: &str) -> Design {
    design_at(&provider().url, server, api, grant).await
}

/// The same, at this provider.
pub async fn design_at(
    provider: &str,
    server: &Server,
    api: &crate::support::Api<'_>,
    grant: &str,
) -> Design {
    let made = api.design().await;
    let profile = json!({
        "name": "Provider", "grant_type": grant, "client_id": "switchboard",
        "client_authentication": "body", "client_secret": "client-secret-1", "pkce": "on",
        "authorization_url": format!("{provider}/authorize"), "token_url": format!("{provider}/token"),
        "api_origins": server.url,
    });
    let profile = id(&api.post("/oauth-profiles", profile).await);
    let connection = json!({
        "name": "OAuth", "environment": "test", "endpoint_url": format!("{}/practice", server.url),
        "authentication": "oauth2", "oauth_profile": profile,
    });
    let path = format!("/integrations/{}/connections", made.integration);
    let connection = id(&api.post(&path, connection).await["connection"]);
    Design {
        page: format!("/integrations/{}/connections/{connection}", made.integration),
        callback: format!("/oauth/callback/{connection}"),
        connection,
    }
}

/// Presses **Get OAuth token** without JavaScript; gives the page that leads away.
pub async fn press(server: &Server, design: &Design, cookie: &str) -> String {
    let response = server
        .form(
            "/fn/begin_authorisation",
            &design.page,
            &[("form[id]", &design.connection)],
        )
        .header(header::COOKIE, cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.text().await.unwrap()
}

/// The provider's address on that page.
pub fn address(html: &str) -> Url {
    let (_, rest) = html.split_once("0;url=").unwrap();
    let (address, _) = rest.split_once('"').unwrap();
    Url::parse(&address.replace("&amp;", "&")).unwrap()
}

pub fn state(address: &Url) -> String {
    let mut pairs = address.query_pairs();
    pairs.find(|(name, _)| name == "state").unwrap().1.into_owned()
}

pub async fn come_back(server: &Server, design: &Design, query: &str, cookie: &str) -> Response {
    server
        .request(Method::GET, &format!("{}?{query}", design.callback))
        .header(header::COOKIE, cookie)
        .header(header::ACCEPT, "text/html")
        .header("sec-fetch-site", "cross-site")
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_person_goes_to_the_provider_and_comes_back_with_a_token() {
    let server = Server::start();
    let api = server.api();
    let design = design(&server, &api, "authorization_code").await;
    let cookie = server.log_in().await;
    let address = address(&press(&server, &design, &cookie).await);
    let sent: Vec<_> = address.query_pairs().into_owned().collect();
    let redirect = format!("{}{}", server.url, design.callback);
    assert!(sent.contains(&("redirect_uri".into(), redirect)), "{sent:?}");

    let query = format!("code=abc&state={}", state(&address));
    let response = come_back(&server, &design, &query, &cookie).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let location = response.headers()[header::LOCATION].to_str().unwrap();
    assert_eq!(location, format!("{}?done=authorised", design.page));
    let page = server
        .request(Method::GET, location)
        .header(header::COOKIE, &cookie)
        .send()
        .await
        .unwrap();
    let html = page.text().await.unwrap();
    for text in ["The OAuth token is there", "Re-authorise", "Token timeline"] {
        assert!(html.contains(text), "{text}");
    }
    assert!(!html.contains("at-secret-1") && !html.contains("rt-secret-1"));

    // Used once: the same answer again is refused, in full, on the connection's page.
    let again = come_back(&server, &design, &query, &cookie).await;
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = again.text().await.unwrap();
    assert!(
        html.contains("No authorisation waits for this answer") && html.contains("role=\"alert\""),
        "{html}"
    );
}

#[tokio::test]
async fn what_the_provider_refuses_is_said_beside_the_button() {
    let server = Server::start();
    let api = server.api();
    let design = design(&server, &api, "authorization_code").await;
    let cookie = server.log_in().await;
    let state = state(&address(&press(&server, &design, &cookie).await));
    let query = format!("error=access_denied&error_description=Nobody+agreed&state={state}");
    let response = come_back(&server, &design, &query, &cookie).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!response.headers().contains_key(header::LOCATION));
    let html = response.text().await.unwrap();
    assert!(
        html.contains("role=\"alert\"") && html.contains("Get OAuth token"),
        "{html}"
    );
    // The browser is put on the page's own address, without the query of the callback.
    assert!(
        html.contains(&format!("history.replaceState(null,'',\"{}\")", design.page)),
        "{html}"
    );
}

#[tokio::test]
async fn only_the_session_that_began_may_end_it_and_nobody_learns_the_code() {
    let server = Server::start();
    let api = server.api();
    let design = design(&server, &api, "authorization_code").await;
    let cookie = server.log_in().await;
    let state = state(&address(&press(&server, &design, &cookie).await));
    let query = format!("code=abc&state={state}");
    let stranger = server.get(&format!("{}?{query}", design.callback)).await;
    assert_eq!(stranger.headers()[header::LOCATION], "/login?next=/connections");
    let other = server.log_in().await;
    let response = come_back(&server, &design, &query, &other).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    // It was the only try.
    let mine = come_back(&server, &design, &query, &cookie).await;
    assert_eq!(mine.status(), StatusCode::UNPROCESSABLE_ENTITY);
    for path in [
        "/oauth/callback/nonsense",
        "/oauth/callback/01890000-0000-7000-8000-000000000000",
    ] {
        let nowhere = server.request(Method::GET, path).header(header::COOKIE, &cookie);
        let nowhere = nowhere.send().await.unwrap();
        assert_eq!(nowhere.headers()[header::LOCATION], "/connections", "{path}");
    }
}

#[tokio::test]
async fn with_javascript_the_answer_is_the_address() {
    let server = Server::start();
    let api = server.api();
    let design = design(&server, &api, "authorization_code").await;
    let cookie = server.log_in().await;
    let response = server
        .request(Method::POST, "/fn/begin_authorisation")
        .header(header::ORIGIN, &server.url)
        .header(header::COOKIE, &cookie)
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(crate::support::encoded(&[("form[id]", &design.connection)]))
        .send()
        .await
        .unwrap();
    let text = response.text().await.unwrap();
    assert!(text.contains("/authorize?"), "{text}");
}

#[tokio::test]
async fn scripts_get_a_token_where_no_person_is_needed() {
    let server = Server::start();
    let api = server.api();
    let design = design(&server, &api, "client_credentials").await;
    let path = format!("/connections/{}/token", design.connection);
    let view = api.get(&path).await;
    assert_eq!(
        (&view["status"], &view["needs_person"]),
        (&json!("none"), &json!(false))
    );
    let made = api.request(Method::POST, &path).send().await.unwrap();
    assert_eq!(made.status(), StatusCode::NO_CONTENT);
    let view: Value = api.get(&path).await;
    assert_eq!(view["status"], "live");
    assert_eq!(view["events"][0]["kind"], "issued", "{view}");
    assert!(!view.to_string().contains("at-secret-1"));
    let given_back = api.request(Method::DELETE, &path).send().await.unwrap();
    let given_back: Value = given_back.json().await.unwrap();
    assert!(
        given_back["outcome"]
            .as_str()
            .unwrap()
            .contains("no Revocation URL"),
        "{given_back}"
    );
    assert_eq!(api.get(&path).await["status"], "none");
}

#[tokio::test]
async fn a_script_cannot_agree_for_a_person() {
    let server = Server::start();
    let api = server.api();
    let design = design(&server, &api, "authorization_code").await;
    let path = format!("/connections/{}/token", design.connection);
    let refused = api.request(Method::POST, &path).send().await.unwrap();
    problem("a person is needed", refused, 409).await;
}

#[tokio::test]
async fn a_provider_that_was_asked_is_waited_for_at_the_end() {
    let mut server = Server::start();
    let provider = answering_after(Duration::from_secs(4), "200 OK", TOKEN.to_owned());
    let connection = {
        let api = server.api();
        let design = design_at(&provider.url, &server, &api, "client_credentials").await;
        let path = format!("/connections/{}/token", design.connection);
        // Whoever asked goes away: nothing but the provider's answer is waited for.
        let gone = api
            .request(Method::POST, &path)
            .timeout(Duration::from_millis(500))
            .send()
            .await;
        assert!(gone.unwrap_err().is_timeout());
        design.connection
    };
    assert_eq!(provider.asked.load(Ordering::SeqCst), 1);
    server.restart();
    let token = server
        .api()
        .get(&format!("/connections/{connection}/token"))
        .await;
    assert_eq!(token["status"], "live", "{token}");
}
