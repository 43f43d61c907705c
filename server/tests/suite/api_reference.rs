//! `/docs/api`: for people with a session and scripts with a token; every kind of problem has its place there.

use crate::support::{Server, problem};
use reqwest::{Method, StatusCode, header};

const PUBLISHED: &str = include_str!("../../../docs/api.md");

/// The kinds that `docs/api.md` promises: the words in backticks after "one of these".
fn published() -> Vec<&'static str> {
    let (_, list) = PUBLISHED.split_once("and one of these").unwrap();
    let (list, _) = list.split_once("A request line").unwrap();
    list.split('`').skip(1).step_by(2).collect()
}

#[tokio::test]
async fn the_type_of_a_problem_is_an_anchor_of_the_page() {
    let server = Server::start();
    let token = server.token();
    let response = server
        .request(Method::GET, "/docs/api")
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let page = response.text().await.unwrap();
    let kinds = published();
    assert!(kinds.len() > 15, "{kinds:?}");
    for kind in &kinds {
        assert!(page.contains(&format!("id=\"{kind}\"")), "{kind}");
    }
    // What is really answered is among them.
    let nowhere = problem("a stranger", server.get("/api/v1/nowhere").await, 401).await;
    let kind = nowhere["type"]
        .as_str()
        .unwrap()
        .strip_prefix("/docs/api#")
        .unwrap();
    assert!(kinds.contains(&kind), "{kind}");
}

#[tokio::test]
async fn only_a_login_or_a_good_token_opens_it() {
    let server = Server::start();
    let stranger = server.get("/docs/api").await;
    assert_eq!(stranger.headers()[header::LOCATION], "/login?next=/docs/api");
    let guessed = server
        .request(Method::GET, "/docs/api")
        .bearer_auth("sbd_guessed")
        .send()
        .await
        .unwrap();
    problem("a guessed token", guessed, 401).await;
    let cookie = server.log_in().await;
    let known = server
        .request(Method::GET, "/docs/api")
        .header(header::COOKIE, cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(known.status(), StatusCode::OK);
    // A token opens this page and no other.
    let elsewhere = server
        .request(Method::GET, "/processes")
        .bearer_auth(server.token())
        .send()
        .await
        .unwrap();
    assert!(elsewhere.status().is_redirection());
}
