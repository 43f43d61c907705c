//! What stands before the pages: host, same site, session, headers; and the first start.

use crate::support::{PASSWORD, Server, encoded, problem};
use reqwest::{Method, StatusCode, header};

#[tokio::test]
async fn other_host_names_are_refused() {
    let server = Server::start();
    let port = server.authority().rsplit(':').next().unwrap().to_owned();
    for (host, expected) in [
        (format!("127.0.0.1:{port}"), 200),
        (format!("localhost:{port}"), 200),
        (format!("[::1]:{port}"), 200),
        ("127.0.0.1".into(), 421),
        (format!("evil.example:{port}"), 421),
        (format!("127.0.0.1:{port}@evil.example"), 421),
        (format!("127.0.0.1:{port}.evil.example"), 421),
    ] {
        let ask = |path| {
            server
                .request(Method::GET, path)
                .header(header::HOST, &host)
                .send()
        };
        let response = ask("/login").await.unwrap();
        if expected == 200 {
            assert_eq!(response.status(), StatusCode::OK, "{host}");
        } else {
            problem(&host, response, expected).await;
        }
        // Probes ask for whatever address they know; what they get is a word.
        let probe = ask("/healthz").await.unwrap();
        assert_eq!(probe.status(), StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let server = Server::start();
    let fields = encoded(&[
        ("form[user_name]", "admin"),
        ("form[password]", PASSWORD),
        ("form[next]", ""),
    ]);
    for (headers, passes) in [
        (vec![("sec-fetch-site", "same-origin")], true),
        (vec![("sec-fetch-site", "none")], true),
        (vec![("sec-fetch-site", "same-site")], false),
        (
            vec![("sec-fetch-site", "cross-site"), ("origin", server.url.as_str())],
            false,
        ),
        (vec![("origin", server.url.as_str())], true),
        (vec![("origin", "http://evil.example")], false),
        (vec![("origin", "null")], false),
        (vec![("referer", "http://evil.example/login")], false),
        (vec![], false),
    ] {
        let mut request = server
            .request(Method::POST, "/fn/login")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(fields.clone());
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        if passes {
            assert!(
                response.status().is_success() || response.status().is_redirection(),
                "{headers:?}: {}",
                response.status()
            );
        } else {
            problem(&format!("{headers:?}"), response, 403).await;
        }
    }
}

#[tokio::test]
async fn pages_lead_to_the_login_and_back() {
    let server = Server::start();
    let response = server.get("/transactions?state=error").await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        response.headers()[header::LOCATION],
        "/login?next=/transactions%3Fstate%3Derror"
    );
    let cookie = server.log_in().await;
    let response = server
        .request(Method::GET, "/processes")
        .header(header::COOKIE, &cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let twice = format!("{cookie}; {cookie}x");
    let response = server
        .request(Method::GET, "/processes")
        .header(header::COOKIE, twice)
        .send()
        .await
        .unwrap();
    assert_eq!(
        response.status(),
        StatusCode::SEE_OTHER,
        "a planted second cookie does not count"
    );
    let response = server
        .request(Method::GET, "/no-such-page")
        .header(header::COOKIE, &cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_session_cookie_is_guarded_and_ends_with_the_logout() {
    let server = Server::start();
    let fields = [
        ("form[user_name]", "admin"),
        ("form[password]", PASSWORD),
        ("form[next]", "//evil.example"),
    ];
    let response = server.form("/fn/login", "/login", &fields).send().await.unwrap();
    assert_eq!(
        response.headers()[header::LOCATION],
        "/",
        "only local pages are a way back"
    );
    let cookie = response.headers()[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .to_owned();
    for part in ["switchboard=", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    let cookie = cookie.split(';').next().unwrap();
    let response = server
        .form("/fn/logout", "/processes", &[])
        .header(header::COOKIE, cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let response = server
        .request(Method::GET, "/processes")
        .header(header::COOKIE, cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(
        response.status(),
        StatusCode::SEE_OTHER,
        "the token is worth nothing any more"
    );
}

#[tokio::test]
async fn every_answer_carries_the_careful_headers() {
    let server = Server::start();
    for path in [
        "/login",
        "/healthz",
        "/api/v1/processes",
        "/inbound/x/message",
        "/practice/echo",
        "/nothing",
    ] {
        let response = server.get(path).await;
        let headers = response.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "same-origin", "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"),
            "{path}: {policy}"
        );
        assert!(!headers.contains_key("server"), "{path}");
    }
}

#[tokio::test]
async fn a_page_allows_exactly_its_own_scripts() {
    let server = Server::start();
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let response = server.get("/login").await;
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .unwrap()
            .split('\'')
            .next()
            .unwrap()
            .to_owned();
        let page = response.text().await.unwrap();
        for script in page.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{tag}");
        }
        assert!(!page.contains(" style=\""), "the policy forbids style attributes");
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn a_refused_form_comes_back_as_its_page() {
    let server = Server::start();
    let wrong = [
        ("form[user_name]", "somebody"),
        ("form[password]", "wrong-password"),
        ("form[next]", ""),
    ];
    let response = server.form("/fn/login", "/login", &wrong).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let remembered = response.headers()[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let page = response.text().await.unwrap();
    assert!(page.contains("somebody"), "what was typed is there");
    assert!(!page.contains("wrong-password"), "but no secret");
    // Now the browser stands on the form's own address, and sends that as Referer.
    let response = server
        .form("/fn/login", "/fn/login", &wrong)
        .header(header::COOKIE, remembered)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(response.text().await.unwrap().contains("somebody"));
}

#[tokio::test]
async fn the_first_start_leads_to_the_set_up() {
    let server = Server::start_with(&[]);
    let setup = server.setup.clone().expect("the code is printed");
    for path in ["/", "/login", "/processes"] {
        let response = server.get(path).await;
        assert_eq!(
            response
                .headers()
                .get(header::LOCATION)
                .map(|l| l.to_str().unwrap()),
            Some("/setup"),
            "{path}"
        );
    }
    assert_eq!(server.get("/setup").await.status(), StatusCode::OK);
    let code = setup.split_once("code=").unwrap().1;
    assert!(code.len() >= 22, "128 bits");
    let fields = |code: &str| {
        encoded(&[
            ("form[code]", code),
            ("form[user_name]", "admin"),
            ("form[password]", PASSWORD),
            ("form[instance_name]", "acme"),
        ])
    };
    let post = async |code: &str| {
        let form = server.form("/fn/setup", "/setup", &[]).body(fields(code));
        form.send().await.unwrap().status()
    };
    assert_eq!(post("wrong").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(post(code).await, StatusCode::SEE_OTHER);
    let response = server.get("/setup").await;
    assert_eq!(
        response.headers()[header::LOCATION],
        "/login",
        "it is gone once used"
    );
    server.log_in().await;
}

#[tokio::test]
async fn health_needs_nobody() {
    let server = Server::start_with(&[]);
    assert_eq!(server.get("/healthz").await.status(), StatusCode::OK);
    assert_eq!(server.get("/readyz").await.status(), StatusCode::OK);
}
