//! Server functions, posted as forms.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use super::{
    Case, World, make,
    records::{active, body, connection, connection_body, fields, made, message_body, oauth_connection},
    rest::{credential, sent},
    routes::Route,
    world::PASSWORD,
};

/// Posts the fields of a record's form.
fn post(world: &World, path: &str, body: &Value) -> Request<Body> {
    let mut fields = fields(body);
    // Some of them lead back to the page they were on.
    fields.push(("back".into(), "/connections".into()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    world.form(path, &fields)
}

/// The form that makes a record of this collection.
macro_rules! saves {
    ($path:literal, $collection:literal) => {
        Case::Writes(make!(|world| {
            let body = body(world, $collection).await;
            post(world, $path, &body)
        }))
    };
}

/// What is known of a server function.
pub fn case(route: &Route) -> Option<Case> {
    if route.method != "POST" {
        return None;
    }
    entrance(&route.path)
        .or_else(|| design(&route.path))
        .or_else(|| credentials(&route.path))
        .or_else(|| run(&route.path))
}

fn entrance(path: &str) -> Option<Case> {
    Some(match path {
        "/fn/login" => Case::Writes(make!(|world| world.form_of(
            "",
            "/fn/login",
            &[("form[user_name]", "admin"), ("form[password]", PASSWORD)]
        ))),
        "/fn/logout" => Case::Writes(make!(|world| {
            let cookie = world.log_in().await;
            world.form_of(&cookie, "/fn/logout", &[])
        })),
        "/fn/setup" => Case::WritesAlone(
            || Box::pin(World::not_set_up()),
            make!(|world| {
                let code = engine::users::setup_code(&world.engine);
                let body = json!({
                    "code": code, "user_name": "admin", "password": PASSWORD, "instance_name": "acme",
                });
                post(world, "/fn/setup", &body)
            }),
        ),
        "/fn/load_sample" => Case::WritesAlone(
            || Box::pin(World::start()),
            make!(|world| world.form("/fn/load_sample", &[])),
        ),
        "/fn/accept_installation" => Case::WritesAlone(
            || Box::pin(World::copied()),
            make!(|world| post(
                world,
                "/fn/accept_installation",
                &json!({ "instance_name": "acme-test" })
            )),
        ),
        "/fn/create_token" => Case::Writes(make!(|world| {
            let name = format!("t{}", world.number());
            post(world, "/fn/create_token", &json!({ "name": name, "days": "1" }))
        })),
        "/fn/revoke_token" => Case::Writes(make!(|world| {
            let token = world.api_token().await;
            world.form("/fn/revoke_token", &[("token", &token)])
        })),
        _ => return None,
    })
}

fn design(path: &str) -> Option<Case> {
    Some(match path {
        "/fn/save_application" => saves!("/fn/save_application", "/applications"),
        "/fn/save_process" => saves!("/fn/save_process", "/processes"),
        "/fn/save_integration" => saves!("/fn/save_integration", "/integrations"),
        "/fn/save_message" => Case::Writes(make!(|world| {
            let mut body = message_body(world);
            body["integration"] = made(world, "/integrations").await.id.into();
            post(world, "/fn/save_message", &body)
        })),
        "/fn/save_connection" => Case::Writes(make!(|world| {
            let user = made(world, "/inbound-users").await.id;
            let mut body = connection_body(world, &user);
            body["integration"] = made(world, "/integrations").await.id.into();
            post(world, "/fn/save_connection", &body)
        })),
        "/fn/duplicate_connection" => Case::Writes(make!(|world| {
            let (_, made) = connection(world, json!({})).await;
            let name = format!("Copy {}", world.number());
            let body = json!({ "id": made.id, "environment": "sandbox", "name": name });
            post(world, "/fn/duplicate_connection", &body)
        })),
        "/fn/enable_connection" => Case::Writes(make!(|world| {
            let (_, made) = connection(world, json!({})).await;
            let body = json!({ "id": made.id, "version": made.version });
            post(world, "/fn/enable_connection", &body)
        })),
        "/fn/disable_connection" => Case::Writes(make!(|world| {
            let made = active(world).await.connection;
            let body = json!({ "id": made.id, "version": made.version });
            post(world, "/fn/disable_connection", &body)
        })),
        "/fn/save_variable" => Case::Writes(make!(|world| {
            let (_, made) = connection(world, json!({})).await;
            let body = json!({ "connection": made.id, "key": "KEY", "value": "x" });
            post(world, "/fn/save_variable", &body)
        })),
        "/fn/delete_variable" => Case::Writes(make!(|world| {
            let (_, made) = connection(world, json!({})).await;
            let body = json!({ "connection": made.id, "key": "KEY", "value": "x" });
            let saved = world.answer(post(world, "/fn/save_variable", &body)).await;
            assert!(saved.status().is_redirection());
            let view = world.connection_variable(&made.id).await;
            let body = json!({ "id": view.id.to_string(), "version": view.version, "confirm": view.key });
            post(world, "/fn/delete_variable", &body)
        })),
        "/fn/delete_record" => Case::Writes(make!(|world| {
            let made = made(world, "/applications").await;
            let mut fields = fields(&json!({ "id": made.id, "version": made.version, "confirm": made.name }));
            fields.push(("record".into(), "application".into()));
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
            world.form("/fn/delete_record", &fields)
        })),
        _ => return None,
    })
}

fn credentials(path: &str) -> Option<Case> {
    Some(match path {
        "/fn/save_inbound_user" => saves!("/fn/save_inbound_user", "/inbound-users"),
        "/fn/save_oauth_client" => saves!("/fn/save_oauth_client", "/oauth-clients"),
        "/fn/save_oauth_profile" => saves!("/fn/save_oauth_profile", "/oauth-profiles"),
        "/fn/save_protocol_profile" => saves!("/fn/save_protocol_profile", "/protocol-profiles"),
        "/fn/save_channel" => saves!("/fn/save_channel", "/notification-channels"),
        "/fn/discover_provider" => Case::Reads("reads a provider's description and stores nothing", None),
        "/fn/explain_request" => Case::Reads(
            "explains a pasted request and stores nothing",
            Some(make!(|world| {
                let process = made(world, "/processes").await.id;
                let body = json!({ "id": process, "pasted": "curl -u a:b http://x/" });
                post(world, "/fn/explain_request", &body)
            })),
        ),
        "/fn/add_credential" => Case::Writes(make!(|world| {
            let user = made(world, "/inbound-users").await.id;
            let body = json!({ "inbound_user": user, "kind": "api_key", "label": "key" });
            post(world, "/fn/add_credential", &body)
        })),
        "/fn/revoke_credential" => Case::Writes(make!(|world| {
            let credential = credential(world, "api_key").await;
            let id = credential["id"].as_str().unwrap();
            world.form("/fn/revoke_credential", &[("credential", id)])
        })),
        "/fn/new_client_secret" => Case::Writes(make!(|world| {
            let client = made(world, "/oauth-clients").await.id;
            post(world, "/fn/new_client_secret", &json!({ "id": client }))
        })),
        "/fn/revoke_client_secret" => Case::Writes(make!(|world| {
            let client = made(world, "/oauth-clients").await.id;
            let path = format!("/oauth-clients/{client}/secrets");
            let secret = world.done("POST", &path, json!({})).await;
            let id = secret["id"].as_str().unwrap();
            world.form("/fn/revoke_client_secret", &[("secret", id)])
        })),
        "/fn/begin_authorisation" => Case::Writes(make!(|world| {
            let (_, made) = oauth_connection(world, "authorization_code").await;
            world.form("/fn/begin_authorisation", &[("form[id]", &made.id)])
        })),
        "/fn/obtain_token" => Case::Writes(make!(|world| {
            let (_, made) = oauth_connection(world, "client_credentials").await;
            world.form("/fn/obtain_token", &[("form[id]", &made.id)])
        })),
        "/fn/revoke_oauth_token" => Case::Writes(make!(|world| {
            let (_, made) = oauth_connection(world, "client_credentials").await;
            world
                .done("POST", &format!("/connections/{}/token", made.id), json!({}))
                .await;
            world.form("/fn/revoke_oauth_token", &[("form[id]", &made.id)])
        })),
        _ => return None,
    })
}

fn run(path: &str) -> Option<Case> {
    Some(match path {
        "/fn/replay" => Case::Writes(make!(|world| {
            let number = sent(world).await;
            world.form("/fn/replay", &[("number", &number)])
        })),
        "/fn/send_message" => Case::Writes(make!(|world| {
            let active = active(world).await;
            let body =
                json!({ "integration": active.integration, "message": active.message.name, "body": "{}" });
            post(world, "/fn/send_message", &body)
        })),
        "/fn/test_connection" => Case::Writes(make!(|world| {
            let (_, made) = connection(world, json!({})).await;
            world.form("/fn/test_connection", &[("connection", &made.id)])
        })),
        "/fn/run_connection_test" => Case::Writes(make!(|world| {
            let (integration, made) = connection(world, json!({})).await;
            let fields = [
                ("integration", integration.id.as_str()),
                ("connection", made.id.as_str()),
            ];
            world.form("/fn/run_connection_test", &fields)
        })),
        "/fn/test_channel" => Case::Writes(make!(|world| {
            let channel = made(world, "/notification-channels").await.id;
            world.form("/fn/test_channel", &[("channel", &channel)])
        })),
        _ => return None,
    })
}
