//! Records that requests are about, made over the REST API.

use serde_json::{Value, json};

use super::world::World;

/// A record that was just made, as the REST API returns it.
pub struct Made {
    pub id: String,
    pub version: i64,
    pub name: String,
    pub answer: Value,
}

impl Made {
    pub fn of(answer: Value) -> Self {
        // Some details wrap the record: `{"integration": {…}, …}`.
        let wrapped = [
            "connection",
            "integration",
            "client",
            "process",
            "user",
            "profile",
            "channel",
        ]
        .into_iter()
        .filter_map(|name| answer.get(name))
        .find(|inner| inner.get("id").is_some());
        let record = wrapped.unwrap_or(&answer);
        let text = |field: &str| record[field].as_str().unwrap_or_default().to_owned();
        Self {
            id: text("id"),
            version: record["version"].as_i64().unwrap_or_default(),
            name: text("name"),
            answer: answer.clone(),
        }
    }
}

/// The body that makes a new record of the collection at `path`.
pub async fn body(world: &World, path: &str) -> Value {
    let n = world.number();
    let name = format!("Record {n}");
    match path {
        "/applications" => json!({ "name": name, "key": format!("a{n}") }),
        "/processes" => json!({
            "name": name, "api_name": format!("p{n}"), "application": made(world, "/applications").await.id,
        }),
        "/integrations" => {
            json!({ "name": name, "process": made(world, "/processes").await.id, "system": "Jira" })
        }
        "/inbound-users" => json!({
            "name": name, "user_id": format!("u{n}"), "password": "caller-secret-1", "active": true,
        }),
        "/oauth-clients" => json!({
            "name": name, "client_id": format!("c{n}"), "inbound_user": made(world, "/inbound-users").await.id,
            "active": true, "client_credentials": true,
        }),
        "/oauth-profiles" => json!({
            "name": name, "grant_type": "client_credentials", "client_authentication": "body",
            "token_url": format!("{}/token", world.provider), "client_id": "c", "client_secret": "client-secret-1",
            "revocation_url": format!("{}/revoke", world.provider), "api_origins": world.url,
        }),
        "/protocol-profiles" => {
            let made = rcgen::generate_simple_self_signed(vec!["client.example".into()]).unwrap();
            json!({
                "name": name, "minimum_tls": "1.2", "certificate": made.cert.pem(),
                "private_key": made.signing_key.serialize_pem(),
            })
        }
        "/notification-channels" => json!({
            "name": name, "kind": "webhook", "url": format!("{}/practice/echo", world.url), "active": true,
        }),
        other => panic!("no body for {other}"),
    }
}

/// Makes a record of the collection at `path`.
pub async fn made(world: &World, path: &str) -> Made {
    let body = Box::pin(body(world, path)).await;
    Made::of(world.done("POST", path, body).await)
}

/// A connection of a new integration, not active. `change` sets what is not as usual.
pub async fn connection(world: &World, change: Value) -> (Made, Made) {
    let integration = made(world, "/integrations").await;
    let user = made(world, "/inbound-users").await;
    let mut body = connection_body(world, &user.id);
    for (name, value) in change.as_object().cloned().unwrap_or_default() {
        body[name] = value;
    }
    let path = format!("/integrations/{}/connections", integration.id);
    let connection = Made::of(world.done("POST", &path, body).await);
    (integration, connection)
}

/// What makes a connection to the practice target.
pub fn connection_body(world: &World, inbound_user: &str) -> Value {
    json!({
        "name": format!("Connection {}", world.number()), "environment": "test",
        "endpoint_url": format!("{}/practice", world.url), "authentication": "none",
        "inbound_user": inbound_user, "instance_name": "", "test_path": "echo",
    })
}

/// A connection with an OAuth profile of this grant.
pub async fn oauth_connection(world: &World, grant: &str) -> (Made, Made) {
    let mut profile = body(world, "/oauth-profiles").await;
    profile["grant_type"] = grant.into();
    if grant == "authorization_code" {
        profile["authorization_url"] = format!("{}/authorize", world.provider).into();
    }
    let profile = Made::of(world.done("POST", "/oauth-profiles", profile).await);
    connection(
        world,
        json!({ "authentication": "oauth2", "oauth_profile": profile.id }),
    )
    .await
}

/// An integration with an active connection and an outbound message.
pub struct Active {
    pub integration: String,
    pub connection: Made,
    pub message: Made,
    /// The api name of its process.
    pub process: String,
    pub inbound_user: String,
    /// The user id that callers of its process use.
    pub user_id: String,
}

/// Makes one.
pub async fn active(world: &World) -> Active {
    let (integration, connection) = connection(world, json!({})).await;
    let path = format!("/connections/{}/enable", connection.id);
    let connection = Made::of(world.done("POST", &path, json!({})).await);
    let message = message(world, &integration.id).await;
    let record = &connection.answer["connection"];
    let inbound_user = record["inbound_user"].as_str().unwrap().to_owned();
    let user = world
        .done("GET", &format!("/inbound-users/{inbound_user}"), Value::Null)
        .await;
    let process_id = integration.answer["integration"]["process"]
        .as_str()
        .unwrap()
        .to_owned();
    let process = world
        .done("GET", &format!("/processes/{process_id}"), Value::Null)
        .await;
    let api_name = process["api_name"]
        .as_str()
        .or(process["process"]["api_name"].as_str());
    Active {
        integration: integration.id,
        connection,
        message,
        process: api_name.unwrap().to_owned(),
        inbound_user,
        user_id: user["user_id"].as_str().unwrap().to_owned(),
    }
}

/// An outbound message to the practice target.
pub async fn message(world: &World, integration: &str) -> Made {
    let body = message_body(world);
    Made::of(
        world
            .done("POST", &format!("/integrations/{integration}/messages"), body)
            .await,
    )
}

pub fn message_body(world: &World) -> Value {
    json!({ "name": format!("m{}", world.number()), "method": "POST", "path": "echo", "active": true })
}

/// The fields of a form with these values.
pub fn fields(body: &Value) -> Vec<(String, String)> {
    let values = body.as_object().cloned().unwrap_or_default();
    values
        .into_iter()
        .map(|(name, value)| {
            let text = match value {
                Value::Bool(on) => if on { "on" } else { "" }.to_owned(),
                Value::String(text) => text,
                other => other.to_string(),
            };
            (format!("form[{name}]"), text)
        })
        .collect()
}
