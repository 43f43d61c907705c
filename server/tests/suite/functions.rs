//! Every server function and every page is behind the gate of its group.

use crate::support::Server;
use leptos::server_fn::axum::server_fn_paths;
use reqwest::{Method, StatusCode, header};

const PUBLIC: &[&str] = &["/fn/login", "/fn/logout", "/fn/setup"];

/// All server functions of the interface. Listing its pages also makes the linker keep them.
fn functions() -> Vec<(&'static str, Method)> {
    assert!(leptos_axum::generate_route_list(app::App).len() > 10);
    server_fn_paths().collect()
}

#[tokio::test]
async fn no_function_works_without_a_session() {
    let functions = functions();
    assert!(
        functions.len() > 20,
        "the walk finds the functions: {functions:?}"
    );
    let server = Server::start();
    for (path, method) in functions {
        assert!(path.starts_with("/fn/"), "{path}");
        if PUBLIC.contains(&path) {
            continue;
        }
        for cookie in [None, Some("switchboard=guessed"), Some("switchboard=")] {
            let mut request = server
                .request(method.clone(), path)
                .header(header::ORIGIN, &server.url)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            if let Some(cookie) = cookie {
                request = request.header(header::COOKIE, cookie);
            }
            let response = request.send().await.unwrap();
            assert_eq!(
                response.status(),
                StatusCode::UNAUTHORIZED,
                "{method} {path} {cookie:?}"
            );
        }
    }
}

#[tokio::test]
async fn no_function_can_be_called_from_another_site() {
    let server = Server::start();
    let cookie = server.log_in().await;
    for (path, method) in functions()
        .into_iter()
        .filter(|(_, method)| method != Method::GET)
    {
        let response = server
            .request(method.clone(), path)
            .header(header::COOKIE, &cookie)
            .header("sec-fetch-site", "cross-site")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{method} {path}");
    }
}

#[tokio::test]
async fn no_page_but_two_is_shown_without_a_session() {
    let server = Server::start();
    for listing in leptos_axum::generate_route_list(app::App) {
        let path = listing.path().replace(['{', '}'], "").replace('*', "");
        let response = server.get(&path).await;
        match path.as_str() {
            "/login" => assert_eq!(response.status(), StatusCode::OK),
            "/setup" => assert_eq!(response.headers()[header::LOCATION], "/login"),
            _ => {
                let location = response
                    .headers()
                    .get(header::LOCATION)
                    .and_then(|location| location.to_str().ok());
                assert!(
                    location.is_some_and(|location| location.starts_with("/login")),
                    "{path}: {location:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn spellings_of_a_public_path_open_nothing() {
    let server = Server::start();
    for path in [
        "/login/",
        "/login/../processes",
        "/login%2f..%2fprocesses",
        "/processes?/login",
        "/processes;/login",
        "//processes",
        "/LOGIN",
        "/processes%00/login",
        "/pkg/../processes",
        "/fn/login/../list_processes",
        "/processes#/login",
    ] {
        let response = server.get(path).await;
        assert_ne!(response.status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn strangers_post_little() {
    let server = Server::start();
    for path in PUBLIC {
        let response = server
            .request(Method::POST, path)
            .header(header::ORIGIN, &server.url)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body("x".repeat(20 * 1024))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
}
