//! `Idempotency-Key` of the send API, over HTTP.

use crate::support::{Api, Design, Server, id, problem};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

fn send(api: &Api<'_>, design: &Design, body: &'static str) -> RequestBuilder {
    let path = format!("/integrations/{}/messages/create", design.integration);
    api.request(Method::POST, &path)
        .header("Idempotency-Key", "key-1")
        .body(body)
}

async fn accepted(request: RequestBuilder) -> Value {
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    response.json().await.unwrap()
}

#[tokio::test]
async fn a_key_makes_one_message_and_gets_one_answer() {
    let server = Server::start();
    let api = server.api();
    let design = api.design().await;
    let all = (0..50).map(|_| accepted(send(&api, &design, "{}")));
    let answers = futures::future::join_all(all).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let list = api.get("/transactions?direction=outbound").await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");

    let refused = problem(
        "another body",
        send(&api, &design, "[]").send().await.unwrap(),
        409,
    )
    .await;
    assert_eq!(refused["type"], "/docs/api#message-id-reused");

    let messages = api
        .get(&format!("/integrations/{}/messages", design.integration))
        .await;
    let message = &messages["items"][0];
    let form = json!({ "name": "create", "method": "POST", "path": "echo", "active": false, "version": message["version"] });
    let path = format!("/messages/{}", id(message));
    let changed = api.request(Method::PUT, &path).json(&form).send().await.unwrap();
    assert_eq!(changed.status(), StatusCode::OK);
    assert_eq!(
        accepted(send(&api, &design, "{}")).await,
        answers[0],
        "the message is inactive"
    );
    api.post(&format!("/connections/{}/disable", design.connection), json!({}))
        .await;
    assert_eq!(
        accepted(send(&api, &design, "{}")).await,
        answers[0],
        "nothing is active"
    );
    let path = format!("/integrations/{}/messages/create", design.integration);
    let new = api
        .request(Method::POST, &path)
        .header("Idempotency-Key", "key-2")
        .body("{}");
    problem("a new key", new.send().await.unwrap(), 409).await;
}
