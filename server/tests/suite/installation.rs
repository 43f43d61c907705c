//! A database that is run under another instance name than before: a banner on every page, and one press.

use crate::support::{PASSWORD, Server, problem};
use reqwest::{Method, StatusCode, header};
use serde_json::json;

const PRESS: &str = "This is a new installation";

async fn page(server: &Server, cookie: &str, path: &str) -> String {
    let response = server
        .request(Method::GET, path)
        .header(header::COOKIE, cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.text().await.unwrap()
}

#[tokio::test]
async fn a_new_installation_is_told_on_every_page_and_accepted_by_one_press() {
    let mut server = Server::start();
    let cookie = server.log_in().await;
    for path in ["/", "/connections", "/settings/general"] {
        assert!(!page(&server, &cookie, path).await.contains(PRESS), "{path}");
    }
    server.restart_with(&[("SWITCHBOARD_INSTANCE_NAME", "acme-copy")]);
    let cookie = server.log_in().await;
    for path in ["/", "/connections", "/settings/general", "/oauth-profiles/new"] {
        let page = page(&server, &cookie, path).await;
        for part in [
            PRESS,
            "acme-copy",
            "acme-test",
            "action=\"/fn/accept_installation\"",
        ] {
            assert!(page.contains(part), "{path}: {part}");
        }
    }
    // The name that was shown is what is accepted.
    let press = async |name: &str| {
        let fields = [("form[instance_name]", name)];
        server
            .form("/fn/accept_installation", "/connections", &fields)
            .header(header::COOKIE, &cookie)
            .send()
            .await
            .unwrap()
    };
    assert_eq!(
        press("acme-test").await.status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let pressed = press("acme-copy").await;
    assert_eq!(pressed.status(), StatusCode::SEE_OTHER);
    let told = pressed.headers()[header::LOCATION].to_str().unwrap().to_owned();
    let told = page(&server, &cookie, &told).await;
    for part in ["notices leave from this installation", "Name before", "acme-test"] {
        assert!(told.contains(part), "{part}");
    }
    assert!(!told.contains(PRESS));
    let trail = page(&server, &cookie, "/settings/audit").await;
    assert!(
        trail.contains("acme-test → acme-copy"),
        "the press is in the audit trail"
    );
}

#[tokio::test]
async fn scripts_accept_a_new_installation_too() {
    let mut server = Server::start();
    server.restart_with(&[("SWITCHBOARD_INSTANCE_NAME", "acme-copy")]);
    let api = server.api();
    let accepted = api
        .post("/installation/accept", json!({ "instance_name": "acme-copy" }))
        .await;
    assert_eq!(
        accepted,
        json!({ "instance_name": "acme-copy", "previous_name": "acme-test", "notices": 0, "withheld_connections": 0 })
    );
    let again = api
        .request(Method::POST, "/installation/accept")
        .json(&json!({ "instance_name": "acme-copy" }))
        .send()
        .await
        .unwrap();
    problem("nothing to accept", again, 409).await;
}

#[tokio::test]
async fn the_name_given_at_set_up_is_the_first() {
    let mut server = Server::start_with(&[("SWITCHBOARD_PRACTICE", "on")]);
    let code = server.setup.clone().unwrap();
    let code = code.split_once("code=").unwrap().1.to_owned();
    let fields = [
        ("form[code]", code.as_str()),
        ("form[instance_name]", "acme"),
        ("form[user_name]", "admin"),
        ("form[password]", PASSWORD),
    ];
    let done = server.form("/fn/setup", "/setup", &fields).send().await.unwrap();
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
    server.restart_with(&[
        ("SWITCHBOARD_ADMIN_USER", "admin"),
        ("SWITCHBOARD_ADMIN_PASSWORD", PASSWORD),
    ]);
    let cookie = server.log_in().await;
    assert!(!page(&server, &cookie, "/").await.contains(PRESS));
    server.restart_with(&[("SWITCHBOARD_INSTANCE_NAME", "acme-copy")]);
    let cookie = server.log_in().await;
    assert!(page(&server, &cookie, "/").await.contains(PRESS));
}
