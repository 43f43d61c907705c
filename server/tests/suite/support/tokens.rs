//! An OAuth client of ours, and what it asks.

use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};

use super::{Api, CALLER, CALLER_PASSWORD, Design, Server, encoded};

const MESSAGE: &str = "/inbound/incident/message";

/// A client with every grant, and a secret.
pub struct Client {
    pub record: String,
    pub id: String,
    pub secret: String,
    pub secret_id: String,
}

pub async fn client(api: &Api<'_>, design: &Design) -> Client {
    let form = json!({
        "name": "Jira", "client_id": "jira-client", "inbound_user": design.user, "active": true,
        "client_credentials": true, "password_grant": true, "refresh_token": true,
    });
    let record = api.post("/oauth-clients", form).await["client"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let secret = api
        .post(&format!("/oauth-clients/{record}/secrets"), json!({}))
        .await;
    Client {
        record,
        id: "jira-client".into(),
        secret: secret["client_secret"].as_str().unwrap().into(),
        secret_id: secret["id"].as_str().unwrap().into(),
    }
}

pub async fn ask(server: &Server, path: &str, fields: &[(&str, &str)]) -> Response {
    server
        .request(Method::POST, path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(encoded(fields))
        .send()
        .await
        .unwrap()
}

impl Client {
    /// A request with the client's credentials in the body.
    pub async fn ask(&self, server: &Server, fields: &[(&str, &str)]) -> Response {
        let own = [
            ("client_id", self.id.as_str()),
            ("client_secret", self.secret.as_str()),
        ];
        ask(server, "/oauth/token", &[&own, fields].concat()).await
    }

    pub async fn tokens(&self, server: &Server, fields: &[(&str, &str)]) -> Value {
        let response = self.ask(server, fields).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    }
}

pub fn by_password() -> [(&'static str, &'static str); 3] {
    [
        ("grant_type", "password"),
        ("username", CALLER),
        ("password", CALLER_PASSWORD),
    ]
}

pub async fn post(server: &Server, token: &str) -> u16 {
    let response = server
        .request(Method::POST, MESSAGE)
        .bearer_auth(token)
        .header(header::CONTENT_TYPE, "application/json")
        .body("{}")
        .send()
        .await
        .unwrap();
    response.status().as_u16()
}

/// Asserts a refusal of RFC 6749 5.2.
pub async fn refused(case: &str, response: Response, status: u16, error: &str) {
    assert_eq!(response.status().as_u16(), status, "{case}");
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store", "{case}");
    if status == 401 {
        let challenge = response.headers()[header::WWW_AUTHENTICATE].to_str().unwrap();
        assert!(challenge.starts_with("Basic "), "{case}");
    }
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["error"], error, "{case}: {answer}");
    assert!(answer["error_description"].is_string(), "{case}");
    assert!(answer.get("access_token").is_none(), "{case}");
}
