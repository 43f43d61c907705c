//! The REST API.

use std::{collections::BTreeSet, time::Duration};

use crate::support::{Server, problem};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

#[tokio::test]
async fn a_message_is_sent_and_can_be_replayed() {
    let server = Server::start();
    let api = server.api();
    let design = api.design().await;
    let test = api
        .post(&format!("/connections/{}/test", design.connection), json!({}))
        .await;
    assert_eq!(test["report"]["verdict"], "authorised", "{test}");
    let path = format!("/integrations/{}/messages/create", design.integration);
    let response = api
        .request(Method::POST, &path)
        .header("Idempotency-Key", "out-1")
        .body("{\"b\":2}")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    let accepted: Value = response.json().await.unwrap();
    assert_eq!(accepted["message_id"], "out-1");
    let number = accepted["transaction"].as_str().unwrap();
    let done = completed(&api, number).await;
    assert_eq!(done["number"], number);
    assert_eq!(done["requests"][0]["status"], 200);
    assert!(
        done["requests"][0]["response_body"]["text"]
            .as_str()
            .unwrap()
            .contains("\"b\""),
        "the echo came back"
    );
    let replay = api
        .post(&format!("/transactions/{number}/replay"), json!({}))
        .await;
    assert_eq!(replay["transaction"], format!("{number}.1"));
    completed(&api, &format!("{number}.1")).await;
    let list = api.get("/transactions?direction=outbound").await;
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    api.post(&format!("/connections/{}/disable", design.connection), json!({}))
        .await;
    problem(
        "no active connection",
        api.request(Method::POST, &path).body("{}").send().await.unwrap(),
        409,
    )
    .await;
}

async fn completed(api: &crate::support::Api<'_>, number: &str) -> Value {
    for _ in 0..200 {
        let transaction = api.get(&format!("/transactions/{number}")).await;
        if transaction["state"] == "complete" {
            return transaction;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{number} is not complete after 10 s");
}

#[tokio::test]
async fn a_change_needs_the_version_it_began_with() {
    let server = Server::start();
    let api = server.api();
    api.design().await;
    let process = api.get("/processes").await["items"][0]["process"].clone();
    let path = format!("/processes/{}", crate::support::id(&process));
    let form = json!({ "name": "Incidents", "api_name": "incident", "application": process["application"], "version": process["version"] });
    let response = api.request(Method::PUT, &path).json(&form).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.json::<Value>().await.unwrap()["name"], "Incidents");
    let refused = problem(
        "stale",
        api.request(Method::PUT, &path).json(&form).send().await.unwrap(),
        409,
    )
    .await;
    assert_eq!(refused["type"], "/docs/api#stale");
}

#[tokio::test]
async fn only_tokens_open_the_api() {
    let server = Server::start();
    let cookie = server.log_in().await;
    for path in ["/api/v1/processes", "/api/v1/nothing", "/metrics"] {
        for authorization in [
            None,
            Some("Bearer wrong"),
            Some("Bearer "),
            Some("Basic YTpi"),
            Some("bearer"),
        ] {
            let mut request = server.request(Method::GET, path).header(header::COOKIE, &cookie);
            if let Some(authorization) = authorization {
                request = request.header(header::AUTHORIZATION, authorization);
            }
            let response = request.send().await.unwrap();
            let challenge = response.headers()[header::WWW_AUTHENTICATE]
                .to_str()
                .unwrap()
                .to_owned();
            assert!(
                challenge.starts_with("Bearer realm=\"Switchboard\""),
                "{path} {authorization:?}: {challenge}"
            );
            problem(&format!("{path} {authorization:?}"), response, 401).await;
        }
    }
}

#[tokio::test]
async fn metrics_are_measured() {
    let server = Server::start();
    let api = server.api();
    api.design().await;
    let response = server
        .request(Method::GET, "/metrics")
        .bearer_auth(&api.token)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let text = response.text().await.unwrap();
    for line in [
        "switchboard_build_info{version=",
        "switchboard_uptime_seconds ",
        "switchboard_connections 1",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

/// The routes as the source declares them, relative to `/api/v1`, with their methods.
fn declared_routes() -> BTreeSet<(String, &'static str)> {
    let mut routes = BTreeSet::new();
    for source in [
        include_str!("../../src/rest.rs"),
        include_str!("../../src/rest/records.rs"),
        include_str!("../../src/rest/connections.rs"),
        include_str!("../../src/rest/credentials.rs"),
        include_str!("../../src/rest/transactions.rs"),
        include_str!("../../src/rest/warnings.rs"),
    ] {
        // The areas whose records all have the same routes.
        for area in source.split("plain_area!(").skip(1) {
            let path = area.split('"').nth(1).unwrap().to_owned();
            let one = format!("{path}/{{id}}");
            routes.extend(["get", "post"].map(|method| (path.clone(), method)));
            routes.extend(["get", "put", "delete"].map(|method| (one.clone(), method)));
        }
        let literal = |declaration: &&str| declaration.trim_start().starts_with('"');
        for declaration in source.split(".route(").skip(1).filter(literal) {
            let path = declaration.split('"').nth(1).unwrap().to_owned();
            let handlers = declaration
                .split('"')
                .nth(2)
                .unwrap()
                .split(".route")
                .next()
                .unwrap();
            for method in ["get", "post", "put", "delete", "patch"] {
                if handlers
                    .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '(')
                    .any(|word| word.starts_with(&format!("{method}(")))
                {
                    routes.insert((path.clone(), method));
                }
            }
        }
    }
    routes.retain(|(path, _)| path != "/metrics");
    routes
}

#[tokio::test]
async fn the_description_names_every_route_and_no_other() {
    let server = Server::start();
    problem("nobody", server.get("/api/v1/openapi.json").await, 401).await;
    let cookie = server.log_in().await;
    let response = server
        .request(Method::GET, "/api/v1/openapi.json")
        .header(header::COOKIE, cookie)
        .send()
        .await
        .unwrap();
    let document: Value = response.json().await.unwrap();
    let mut described = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "delete", "patch"] {
            if operations.get(method).is_some() {
                described.insert((path.clone(), method));
            }
        }
    }
    let declared = declared_routes();
    assert!(declared.len() > 30, "{declared:?}");
    assert_eq!(described, declared);
}
