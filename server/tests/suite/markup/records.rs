//! One record of every kind, with hostile text in every field that takes it.

use reqwest::{Method, header};
use serde_json::json;

use super::HOSTILE;
use crate::support::{Api, PASSWORD, Server, encoded, id};

/// Makes them, sends a message, and receives one.
pub async fn make(server: &Server) {
    let api = server.api();
    let application = json!({ "name": HOSTILE, "key": "hostile", "description": HOSTILE });
    let application = id(&api.post("/applications", application).await);
    let process = json!({
        "name": HOSTILE, "api_name": "hostile", "application": application, "description": HOSTILE,
    });
    let process = id(&api.post("/processes", process).await);
    let integration = json!({
        "name": HOSTILE, "process": process, "system": HOSTILE, "description": HOSTILE, "company": HOSTILE,
    });
    let integration = id(&api.post("/integrations", integration).await["integration"]);
    let user = json!({
        "name": HOSTILE, "user_id": "hostile", "password": "caller-secret-1", "description": HOSTILE, "active": true,
    });
    let user = id(&api.post("/inbound-users", user).await);
    let credential = json!({ "kind": "api_key", "label": HOSTILE });
    api.post(&format!("/inbound-users/{user}/credentials"), credential)
        .await;
    let client = json!({
        "name": HOSTILE, "description": HOSTILE, "client_id": "hostile-client", "inbound_user": user, "client_credentials": true, "active": true,
    });
    let client = id(&api.post("/oauth-clients", client).await["client"]);
    api.post(&format!("/oauth-clients/{client}/secrets"), json!({}))
        .await;
    let provider = crate::oauth::provider();
    let token = oauth_profile(&api, server, &provider.url, "client_credentials").await;
    let code = oauth_profile(&api, server, &provider.url, "authorization_code").await;
    let protocol = json!({ "name": HOSTILE, "description": HOSTILE, "minimum_tls": "1.2" });
    api.post("/protocol-profiles", protocol).await;
    let channel = json!({ "name": HOSTILE, "kind": "slack", "url": format!("{}/practice/echo", server.url), "active": true });
    api.post("/notification-channels", channel).await;
    let of = format!("/integrations/{integration}");
    let message = json!({ "name": "hostile", "description": HOSTILE, "method": "POST", "path": "echo", "active": true });
    api.post(&format!("{of}/messages"), message).await;
    for (kind, authentication, profile) in [
        ("", "none", ""),
        ("token ", "oauth2", &token),
        ("code ", "oauth2", &code),
    ] {
        let connection = json!({
            "name": format!("{kind}{HOSTILE}"), "environment": "test", "description": HOSTILE,
            "endpoint_url": format!("{}/practice", server.url), "authentication": authentication,
            "oauth_profile": profile, "inbound_user": user, "instance_name": "",
            "test_path": "echo",
        });
        let connection = id(&api.post(&format!("{of}/connections"), connection).await["connection"]);
        press(&api, &format!("/connections/{connection}/test")).await;
        if kind.is_empty() {
            api.post(&format!("/connections/{connection}/enable"), json!({}))
                .await;
        } else if kind == "token " {
            press(&api, &format!("/connections/{connection}/token")).await;
        }
    }
    exchange(server, &api, &of).await;
}

async fn oauth_profile(api: &Api<'_>, server: &Server, provider: &str, grant: &str) -> String {
    let target = &server.url;
    let profile = json!({
        "name": format!("{} {HOSTILE}", &grant[..4]), "description": HOSTILE, "grant_type": grant, "token_url": format!("{provider}/token"),
        "authorization_url": format!("{provider}/authorize"), "revocation_url": format!("{provider}/revoke"), "client_id": HOSTILE, "client_authentication": "basic",
        "client_secret": "hostile-secret", "api_origins": target,
    });
    id(&api.post("/oauth-profiles", profile).await)
}

/// A message each way, with hostile bodies, headers and queries; one more that nobody may send.
async fn exchange(server: &Server, api: &Api<'_>, integration: &str) {
    let query = encoded(&[("x", HOSTILE)]);
    let outbound = api
        .request(Method::POST, &format!("{integration}/messages/hostile?{query}"))
        .header("x-hostile", HOSTILE)
        .json(&json!({ "x": HOSTILE }))
        .send()
        .await
        .unwrap();
    assert!(
        outbound.status().is_success(),
        "{}",
        outbound.text().await.unwrap()
    );
    for (user, password) in [("hostile", "caller-secret-1"), (HOSTILE, PASSWORD)] {
        let inbound = server
            .request(Method::POST, &format!("/inbound/hostile/message?{query}"))
            .basic_auth(user, Some(password))
            .header("x-message-id", HOSTILE)
            .header("x-hostile", HOSTILE)
            .header(header::USER_AGENT, HOSTILE)
            .json(&json!({ "x": HOSTILE }))
            .send()
            .await
            .unwrap();
        assert!(
            !inbound.status().is_server_error(),
            "{}",
            inbound.text().await.unwrap()
        );
    }
}

/// What only does something; how it ends is another test's.
async fn press(api: &Api<'_>, path: &str) {
    let response = api
        .request(Method::POST, path)
        .json(&json!({}))
        .send()
        .await
        .unwrap();
    assert!(
        !response.status().is_server_error(),
        "{path}: {}",
        response.status()
    );
}
