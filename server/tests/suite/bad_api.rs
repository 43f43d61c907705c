//! Bad input by hand for the REST API: every case is answered with a complete problem, and nothing is made.

use crate::support::{Api, Design, Server, bad::NO_JSON, problem};
use reqwest::{Method, header};

#[tokio::test]
async fn the_api_refuses_everything_bad() {
    let server = Server::start();
    let api = server.api();
    let design = api.design().await;
    for body in NO_JSON.iter().filter(|body| !body.is_empty()) {
        let request = api
            .request(Method::POST, "/processes")
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.to_vec());
        problem(
            &format!("body {:?}", String::from_utf8_lossy(body)),
            request.send().await.unwrap(),
            400,
        )
        .await;
    }
    for kind in [
        "",
        "text/plain",
        "text/json",
        "application/xml",
        "application/x-www-form-urlencoded",
    ] {
        let request = api
            .request(Method::POST, "/processes")
            .header(header::CONTENT_TYPE, kind)
            .body("{}");
        problem(&format!("type {kind}"), request.send().await.unwrap(), 415).await;
    }
    for accept in ["text/html", "application/xml", "application/json;q=0", "image/*"] {
        let request = api
            .request(Method::GET, "/processes")
            .header(header::ACCEPT, accept);
        problem(&format!("accept {accept}"), request.send().await.unwrap(), 406).await;
    }
    for (case, method, path, body, status) in wrong(&design) {
        let mut request = api.request(method, &path);
        if let Some(body) = body {
            request = request
                .header(header::CONTENT_TYPE, "application/json")
                .body(body);
        }
        problem(&format!("{case}: {path}"), request.send().await.unwrap(), status).await;
    }
    still_works(&api).await;
}

type Case = (&'static str, Method, String, Option<String>, u16);

fn wrong(design: &Design) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for body in ["1", "\"x\"", "[]", "null", "true", "[{}]"] {
        cases.push((
            "no object",
            Method::POST,
            "/processes".into(),
            Some(body.into()),
            400,
        ));
    }
    let long = format!("{{\"name\":\"{}\"}}", "x".repeat(101));
    for body in [
        "{}",
        "{\"name\":\"\"}",
        "{\"name\":[]}",
        "{\"name\":{}}",
        "{\"nmae\":\"x\"}",
        "{\"version\":\"x\"}",
        "{\"version\":1.5}",
        "{\"version\":99999999999999999999}",
        "{\"id\":\"x\"}",
        "{\"api_name\":\"Ä\"}",
        "{\"name\":\"a\\u0000b\"}",
        "{\"application\":\"x\"}",
        "{\"application\":\"00000000-0000-0000-0000-000000000000\",\"name\":\"a\",\"api_name\":\"a\"}",
        long.as_str(),
    ] {
        cases.push((
            "wrong fields",
            Method::POST,
            "/processes".into(),
            Some(body.into()),
            422,
        ));
    }
    let connections = format!("/integrations/{}/connections", design.integration);
    for body in [
        "{\"endpoint_url\":\"x\"}",
        "{\"endpoint_url\":\"ftp://a\"}",
        "{\"endpoint_url\":\"http://u:p@a\"}",
        "{\"endpoint_url\":\"http://a b\"}",
        "{\"environment\":\"moon\"}",
        "{\"authentication\":\"magic\"}",
        "{\"mutual_auth\":true}",
        "{\"rate_limit\":-1}",
        "{\"request_timeout\":\"9999\"}",
        "{\"expected_statuses\":\"9\"}",
        "{\"test_path\":\"//evil.example\"}",
        "{\"test_path\":\"../x\"}",
        "{\"extra_headers\":\"Host: evil\"}",
        "{\"extra_headers\":\"nonsense\"}",
        "{\"inbound_user\":\"nobody\"}",
        "{\"secret\":\"x\"}",
    ] {
        cases.push((
            "wrong connection",
            Method::POST,
            connections.clone(),
            Some(body.into()),
            422,
        ));
    }
    for path in [
        "/",
        "/nothing",
        "/processes/",
        "/processes/x",
        "/processes/00000000-0000-0000-0000-000000000000",
        "/integrations/1",
        "/connections/..%2f",
        "/transactions/1",
        "/transactions/TX",
        "/transactions/TX9999999",
        "/transactions/TX-1",
        "/transactions/TX1.x",
        "/transactions/%00",
        "/inbound-users/x",
        "/applications/x",
        "/messages/x",
    ] {
        cases.push(("nothing there", Method::GET, path.into(), None, 404));
    }
    for query in [
        "state=done",
        "direction=up",
        "integration=x",
        "from=yesterday",
        "before=x",
        "unknown=1",
        "until=99999999999999999999",
        "connection=%ff",
    ] {
        cases.push((
            "wrong filter",
            Method::GET,
            format!("/transactions?{query}"),
            None,
            400,
        ));
    }
    for (method, path) in [
        (Method::DELETE, "/processes"),
        (Method::PATCH, "/transactions"),
        (Method::GET, "/connections/x/test"),
        (Method::PUT, "/integrations"),
    ] {
        cases.push(("wrong method", method, path.into(), None, 405));
    }
    let send = format!("/integrations/{}/messages", design.integration);
    cases.push((
        "unknown message",
        Method::POST,
        format!("{send}/none"),
        Some("{}".into()),
        404,
    ));
    cases.push((
        "unknown integration",
        Method::POST,
        "/integrations/x/messages/create".into(),
        Some("{}".into()),
        404,
    ));
    cases.push((
        "too large to send",
        Method::POST,
        format!("{send}/create"),
        Some("x".repeat(70_000)),
        413,
    ));
    cases.push((
        "too large a record",
        Method::POST,
        "/processes".into(),
        Some("x".repeat(300_000)),
        413,
    ));
    cases.push((
        "unknown connection",
        Method::POST,
        "/connections/x/enable".into(),
        Some("{}".into()),
        404,
    ));
    cases
}

async fn still_works(api: &Api<'_>) {
    assert_eq!(
        api.get("/processes").await["items"].as_array().unwrap().len(),
        1,
        "nothing was made by bad input"
    );
}
