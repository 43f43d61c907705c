//! Calls from outside: messages, tokens, the provider's callback, and what writes nothing.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{
    Case, make,
    records::{Active, active, made, oauth_connection},
    routes::Route,
};

/// Routes of GET that write all the same.
pub fn gets() -> Vec<Route> {
    vec![Route::new("GET", "/oauth/callback/{connection}")]
}

fn basic(active: &Active) -> String {
    format!(
        "Basic {}",
        STANDARD.encode(format!("{}:caller-secret-1", active.user_id))
    )
}

macro_rules! token_call {
    ($path:literal) => {
        Case::Writes(make!(|world| {
            let client = made(world, "/oauth-clients").await;
            let path = format!("/oauth-clients/{}/secrets", client.id);
            let secret = world.done("POST", &path, json!({})).await;
            let fields = [
                ("grant_type", "client_credentials"),
                ("client_id", secret["client_id"].as_str().unwrap()),
                ("client_secret", secret["client_secret"].as_str().unwrap()),
            ];
            let form = ("content-type", "application/x-www-form-urlencoded");
            world.post($path, &[form], serde_urlencoded::to_string(fields).unwrap())
        }))
    };
}

/// What is known of the other routes.
pub fn case(route: &Route) -> Option<Case> {
    Some(match (route.method.as_str(), route.path.as_str()) {
        ("POST", "/inbound/{process}/message") => Case::Writes(make!(|world| {
            let active = active(world).await;
            let headers = [
                ("authorization", &*basic(&active)),
                ("content-type", "application/json"),
            ];
            world.post(
                &format!("/inbound/{}/message", active.process),
                &headers,
                "{}".into(),
            )
        })),
        ("POST", "/inbound/{process}/message/{token}") => Case::Writes(make!(|world| {
            let active = active(world).await;
            let body = json!({ "kind": "path_token", "label": "path" });
            let path = format!("/inbound-users/{}/credentials", active.inbound_user);
            let made = world.done("POST", &path, body).await;
            let url = made["urls"][0]
                .as_str()
                .unwrap()
                .strip_prefix(&world.url)
                .unwrap()
                .to_owned();
            world.post(&url, &[("content-type", "application/json")], "{}".into())
        })),
        ("POST", "/oauth/token") => token_call!("/oauth/token"),
        ("POST", "/oauth_token.do") => token_call!("/oauth_token.do"),
        ("GET", "/oauth/callback/{connection}") => Case::Writes(make!(|world| {
            let (_, made) = oauth_connection(world, "authorization_code").await;
            let id = made.id.parse().unwrap();
            let session = world.cookie.split_once('=').unwrap().1;
            let by = world.actor().await.grant().unwrap();
            let address = engine::tokens::begin(&world.engine, &by, id, session)
                .await
                .unwrap();
            let address: String = address.into();
            let (_, state) = address.split_once("state=").unwrap();
            let state = state.split('&').next().unwrap();
            world.page(&format!("/oauth/callback/{}?code=code-1&state={state}", made.id))
        })),
        (_, path) if path.starts_with("/practice/") => {
            Case::Reads("the practice target stores nothing", None)
        }
        (_, "/api" | "/api/" | "/api/{*rest}" | "/inbound/") => Case::Reads("nothing is there", None),
        _ => return None,
    })
}
