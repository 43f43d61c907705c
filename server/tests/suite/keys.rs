//! Rotating the data key with the real program, killed in the middle while a server runs beside it.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use crate::support::{Server, id};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// Connections with a password each: more than two batches of a rotation.
const SECRETS: usize = 450;
const BATCH: usize = 200;

async fn connection(api: &crate::support::Api<'_>, integration: &str, url: &str, number: usize) -> String {
    let password = format!("secret-{number}");
    let connection = json!({
        "name": format!("Connection {number}"), "environment": "test",
        "endpoint_url": format!("{url}/practice/basic/u/{password}"),
        "authentication": "basic", "user": "u", "password": password, "instance_name": "",
    });
    let made = api
        .post(&format!("/integrations/{integration}/connections"), connection)
        .await;
    id(&made["connection"])
}

/// Whether the password of a connection is what it was: the practice target knows.
async fn authorised(api: &crate::support::Api<'_>, connection: &str) {
    let test = api
        .post(&format!("/connections/{connection}/test"), json!({}))
        .await;
    assert_eq!(test["report"]["verdict"], "authorised", "{test}");
}

#[tokio::test]
async fn a_rotation_survives_being_killed_while_a_server_runs() {
    let server = Server::start();
    let api = server.api();
    let design = api.design().await;
    let mut connections = Vec::new();
    for number in 0..SECRETS {
        connections.push(connection(&api, &design.integration, &server.url, number).await);
    }
    let mut resumed = 0;
    for round in 0..4 {
        let mut rotation = server
            .program(&["key", "rotate"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // The first batch is in: SIGKILL.
        let mut lines = BufReader::new(rotation.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        assert!(first.contains("secrets are encrypted again"), "{first}");
        rotation.kill().unwrap();
        rotation.wait().unwrap();
        authorised(&api, &connections[round]).await;
        authorised(&api, &connections[SECRETS - 1 - round]).await;
        let output = server.program(&["key", "rotate"]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{text}");
        resumed += usize::from(text.contains("had not ended is complete"));
        authorised(&api, &connections[BATCH + round]).await;
    }
    assert!(resumed > 0, "no kill came in time to leave something over");
    let keys = api.get("/keys").await["items"].clone();
    let active = keys
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["active"] == true)
        .unwrap();
    assert_eq!(active["secrets"], SECRETS, "{keys}");
    let cookie = server.log_in().await;
    let page = server
        .request(Method::GET, "/settings/keys")
        .header("cookie", cookie)
        .send()
        .await
        .unwrap();
    assert!(page.text().await.unwrap().contains("switchboard key rotate"));
}

#[tokio::test]
async fn the_master_key_is_rotated_by_the_command_line() {
    let server = Server::start();
    let api = server.api();
    let design = api.design().await;
    let made = connection(&api, &design.integration, &server.url, 1).await;
    let without = server.program(&["key", "rotate", "--master"]).output().unwrap();
    let text = String::from_utf8(without.stderr).unwrap();
    assert!(
        !without.status.success() && text.contains("SWITCHBOARD_NEW_MASTER_KEY"),
        "{text}"
    );
    let new = "cd".repeat(32);
    let rotated = server
        .program(&["key", "rotate", "--master"])
        .env("SWITCHBOARD_NEW_MASTER_KEY", &new)
        .output()
        .unwrap();
    assert!(
        rotated.status.success(),
        "{}",
        String::from_utf8_lossy(&rotated.stderr)
    );
    authorised(&api, &made).await;
    let old = server.program(&["key", "rotate"]).output().unwrap();
    let text = String::from_utf8(old.stderr).unwrap();
    assert!(
        text.contains("The master key does not fit this database"),
        "{text}"
    );
    let next = server
        .program(&["key", "rotate"])
        .env("SWITCHBOARD_MASTER_KEY", &new)
        .output()
        .unwrap();
    assert!(next.status.success(), "{}", String::from_utf8_lossy(&next.stderr));
}

#[tokio::test]
async fn references_and_channels_work_over_the_rest_api() {
    let server = Server::start_with(&[
        ("SWITCHBOARD_ADMIN_USER", "admin"),
        ("SWITCHBOARD_ADMIN_PASSWORD", crate::support::PASSWORD),
        ("SWITCHBOARD_INSTANCE_NAME", "acme-test"),
        ("SWITCHBOARD_PRACTICE", "on"),
        ("SWITCHBOARD_ALLOWED_TARGETS", "127.0.0.0/8,::1"),
        ("SWITCHBOARD_SECRET_JIRA", "from-outside"),
    ]);
    let api = server.api();
    let design = api.design().await;
    let connection = json!({
        "name": "Referred", "environment": "test", "instance_name": "",
        "endpoint_url": format!("{}/practice/basic/u/from-outside", server.url),
        "authentication": "basic", "user": "u", "password": "env:SWITCHBOARD_SECRET_JIRA",
    });
    let path = format!("/integrations/{}/connections", design.integration);
    let made = api.post(&path, connection.clone()).await;
    assert_eq!(made["password"]["reference"], "env:SWITCHBOARD_SECRET_JIRA");
    authorised(&api, &id(&made["connection"])).await;
    let mut stolen = connection;
    stolen["password"] = "env:SWITCHBOARD_ADMIN_PASSWORD".into();
    let refused = api
        .request(Method::POST, &path)
        .json(&stolen)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let channel = json!({ "name": "Hook", "kind": "webhook", "url": format!("{}/practice/echo", server.url), "active": true });
    let made = api.post("/notification-channels", channel).await;
    let made: Value = made["channel"].clone();
    let sent = api
        .post(&format!("/notification-channels/{}/test", id(&made)), json!({}))
        .await;
    assert_eq!(sent["error"], "");
    assert_eq!(api.get("/expiry").await["items"][0]["kind"], "api_token");
    assert_eq!(api.get("/incidents").await["items"], json!([]));
}
