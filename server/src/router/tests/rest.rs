//! Requests of the REST API.

use serde_json::{Value, json};

use super::{
    Case, World, make,
    records::{self, active, body, connection, connection_body, made, message_body, oauth_connection},
    routes::Route,
};

/// Collections whose records are all made, changed and deleted in the same way.
macro_rules! plain_records {
    ($route:ident: $($path:literal),+) => { $(
        if $route.is("POST", concat!("/api/v1", $path)) {
            return Some(Case::Writes(make!(|world| {
                let body = body(world, $path).await;
                world.rest("POST", $path, &body)
            })));
        }
        if $route.is("PUT", concat!("/api/v1", $path, "/{id}")) {
            return Some(Case::Writes(make!(|world| {
                let mut body = body(world, $path).await;
                let made = world.done("POST", $path, body.clone()).await;
                let made = records::Made::of(made);
                body["name"] = format!("Renamed {}", world.number()).into();
                body["version"] = made.version.into();
                world.rest("PUT", &format!("{}/{}", $path, made.id), &body)
            })));
        }
        if $route.is("DELETE", concat!("/api/v1", $path, "/{id}")) {
            return Some(Case::Writes(make!(|world| {
                let made = made(world, $path).await;
                world.rest("DELETE", &format!("{}/{}", $path, made.id), &Value::Null)
            })));
        }
    )+ };
}

/// What is known of a route of the REST API.
pub fn case(route: &Route) -> Option<Case> {
    plain_records!(route: "/applications", "/processes", "/integrations", "/inbound-users", "/oauth-clients",
        "/oauth-profiles", "/protocol-profiles", "/notification-channels");
    let (method, path) = (route.method.as_str(), route.path.strip_prefix("/api/v1")?);
    Some(match (method, path) {
        ("POST", "/integrations/{id}/connections") => Case::Writes(make!(|world| {
            let integration = made(world, "/integrations").await.id;
            let user = made(world, "/inbound-users").await.id;
            let path = format!("/integrations/{integration}/connections");
            world.rest("POST", &path, &connection_body(world, &user))
        })),
        ("PUT", "/connections/{id}") => Case::Writes(make!(|world| {
            let (_, made) = connection(world, json!({})).await;
            let mut body = connection_body(world, "");
            body["version"] = made.version.into();
            world.rest("PUT", &format!("/connections/{}", made.id), &body)
        })),
        ("DELETE", "/connections/{id}") => Case::Writes(make!(|world| {
            let (_, made) = connection(world, json!({})).await;
            world.rest("DELETE", &format!("/connections/{}", made.id), &Value::Null)
        })),
        ("POST", "/connections/{id}/test") => Case::Writes(make!(|world| {
            let (_, made) = connection(world, json!({})).await;
            world.rest("POST", &format!("/connections/{}/test", made.id), &json!({}))
        })),
        ("POST", "/connections/{id}/enable") => Case::Writes(make!(|world| {
            let (_, made) = connection(world, json!({})).await;
            world.rest("POST", &format!("/connections/{}/enable", made.id), &json!({}))
        })),
        ("POST", "/connections/{id}/disable") => Case::Writes(make!(|world| {
            let connection = active(world).await.connection.id;
            world.rest("POST", &format!("/connections/{connection}/disable"), &json!({}))
        })),
        ("POST", "/connections/{id}/token") => Case::Writes(make!(|world| {
            let (_, made) = oauth_connection(world, "client_credentials").await;
            world.rest("POST", &format!("/connections/{}/token", made.id), &json!({}))
        })),
        ("DELETE", "/connections/{id}/token") => Case::Writes(make!(|world| {
            let (_, made) = oauth_connection(world, "client_credentials").await;
            let path = format!("/connections/{}/token", made.id);
            world.done("POST", &path, json!({})).await;
            world.rest("DELETE", &path, &Value::Null)
        })),
        ("POST", "/integrations/{id}/messages") => Case::Writes(make!(|world| {
            let integration = made(world, "/integrations").await.id;
            let path = format!("/integrations/{integration}/messages");
            world.rest("POST", &path, &message_body(world))
        })),
        ("PUT", "/messages/{id}") => Case::Writes(make!(|world| {
            let message = active(world).await.message;
            let mut body = message_body(world);
            body["version"] = message.version.into();
            world.rest("PUT", &format!("/messages/{}", message.id), &body)
        })),
        ("DELETE", "/messages/{id}") => Case::Writes(make!(|world| {
            let message = active(world).await.message;
            world.rest("DELETE", &format!("/messages/{}", message.id), &Value::Null)
        })),
        ("POST", "/integrations/{id}/messages/{name}") => Case::Writes(make!(|world| {
            let active = active(world).await;
            let path = format!(
                "/integrations/{}/messages/{}",
                active.integration, active.message.name
            );
            world.rest("POST", &path, &json!({ "n": 1 }))
        })),
        ("POST", "/transactions/{number}/replay") => Case::Writes(make!(|world| {
            let number = sent(world).await;
            world.rest("POST", &format!("/transactions/{number}/replay"), &json!({}))
        })),
        ("POST", "/inbound-users/{id}/credentials") => Case::Writes(make!(|world| {
            let user = made(world, "/inbound-users").await.id;
            let body = json!({ "kind": "api_key", "label": "key" });
            world.rest("POST", &format!("/inbound-users/{user}/credentials"), &body)
        })),
        ("DELETE", "/inbound-credentials/{id}") => Case::Writes(make!(|world| {
            let credential = credential(world, "api_key").await;
            let path = format!("/inbound-credentials/{}", credential["id"].as_str().unwrap());
            world.rest("DELETE", &path, &Value::Null)
        })),
        ("POST", "/oauth-clients/{id}/secrets") => Case::Writes(make!(|world| {
            let client = made(world, "/oauth-clients").await.id;
            world.rest("POST", &format!("/oauth-clients/{client}/secrets"), &json!({}))
        })),
        ("DELETE", "/oauth-client-secrets/{id}") => Case::Writes(make!(|world| {
            let client = made(world, "/oauth-clients").await.id;
            let path = format!("/oauth-clients/{client}/secrets");
            let secret = world.done("POST", &path, json!({})).await;
            let path = format!("/oauth-client-secrets/{}", secret["id"].as_str().unwrap());
            world.rest("DELETE", &path, &Value::Null)
        })),
        ("POST", "/notification-channels/{id}/test") => Case::Writes(make!(|world| {
            let channel = made(world, "/notification-channels").await.id;
            world.rest(
                "POST",
                &format!("/notification-channels/{channel}/test"),
                &json!({}),
            )
        })),
        ("POST", "/installation/accept") => Case::WritesAlone(
            || Box::pin(World::copied()),
            make!(|world| world.rest(
                "POST",
                "/installation/accept",
                &json!({ "instance_name": "acme-test" })
            )),
        ),
        ("POST", "/processes/{id}/explain") => Case::Reads(
            "explains a pasted request and stores nothing",
            Some(make!(|world| {
                let process = made(world, "/processes").await.id;
                let body = json!({ "pasted": "curl -u a:b http://x/" });
                world.rest("POST", &format!("/processes/{process}/explain"), &body)
            })),
        ),
        ("POST", "/{*rest}") => Case::Reads("nothing is there", None),
        _ => return None,
    })
}

/// The number of a message that was delivered.
pub async fn sent(world: &World) -> String {
    let active = active(world).await;
    let path = format!(
        "/integrations/{}/messages/{}",
        active.integration, active.message.name
    );
    let accepted = world.done("POST", &path, json!({ "n": 1 })).await;
    world.settle(&path).await;
    accepted["transaction"].as_str().unwrap().to_owned()
}

/// A further credential of a new inbound user.
pub async fn credential(world: &World, kind: &str) -> Value {
    let user = made(world, "/inbound-users").await.id;
    let body = json!({ "kind": kind, "label": "key" });
    world
        .done("POST", &format!("/inbound-users/{user}/credentials"), body)
        .await
}
