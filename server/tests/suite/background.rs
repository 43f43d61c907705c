//! What runs in the background does not die unseen: the log, the writer, and what `/readyz` says about them.

use std::{
    fs,
    fs::File,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Server, problem};

/// Longest that a change may take to be seen: a proof is at most five seconds old.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until `/readyz` answers with `status`.
async fn readiness(server: &Server, status: StatusCode) {
    let seen = async {
        while server.get("/readyz").await.status() != status {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, seen)
        .await
        .unwrap_or_else(|_| panic!("/readyz never answered {status}"));
}

/// Makes a thousand log lines: the fallback of `/api` warns of nothing, but a refused write is logged as an error, and
/// so is every panic. Then writes must still be stored.
async fn assert_writes_after_logging(case: &str, server: &Server) {
    let token = server.token();
    let application = |n: usize| {
        server
            .request(Method::POST, "/api/v1/applications")
            .bearer_auth(&token)
            .json(&json!({ "name": format!("A{n}"), "key": format!("a{n}") }))
            .send()
    };
    for n in 0..200 {
        assert_eq!(
            application(n).await.unwrap().status(),
            StatusCode::CREATED,
            "{case}"
        );
    }
    assert_eq!(server.get("/readyz").await.status(), StatusCode::OK, "{case}");
}

#[tokio::test]
async fn a_log_that_takes_no_lines_stops_nothing() {
    // Every request is logged at this level.
    let logging = [
        ("SWITCHBOARD_ADMIN_USER", "admin"),
        ("SWITCHBOARD_ADMIN_PASSWORD", crate::support::PASSWORD),
        ("SWITCHBOARD_INSTANCE_NAME", "acme-test"),
        ("SWITCHBOARD_LOG", "trace"),
    ];
    // A full disk.
    let full = Stdio::from(File::create("/dev/full").unwrap());
    assert_writes_after_logging("full disk", &Server::start_logging_to(&logging, full)).await;
    // A reader that has gone: writing fails with EPIPE.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert_writes_after_logging("closed pipe", &Server::start_logging_to(&logging, writer.into())).await;
    // A reader that has stopped: writing would wait for ever.
    let (reader, writer) = std::io::pipe().unwrap();
    assert_writes_after_logging(
        "stopped reader",
        &Server::start_logging_to(&logging, writer.into()),
    )
    .await;
    drop(reader);
}

#[tokio::test]
async fn readiness_fails_on_a_full_disk_and_comes_back() {
    let server = Server::start();
    readiness(&server, StatusCode::OK).await;
    let limit = |bytes: &str| {
        let done = Command::new("prlimit")
            .args([
                "--pid",
                &server.process().to_string(),
                &format!("--fsize={bytes}:unlimited"),
            ])
            .status();
        assert!(done.unwrap().success());
    };
    // No file may grow or be written beyond its first page.
    limit("4096");
    readiness(&server, StatusCode::SERVICE_UNAVAILABLE).await;
    let refused = problem("readyz", server.get("/readyz").await, 503).await;
    assert!(
        refused["detail"].as_str().unwrap().contains("database"),
        "{refused}"
    );
    assert_eq!(server.get("/healthz").await.status(), StatusCode::OK);
    limit("unlimited");
    readiness(&server, StatusCode::OK).await;
}

#[tokio::test]
async fn a_removed_database_is_noticed_and_nothing_is_accepted() {
    let server = Server::start();
    let api = server.api();
    let design = api.design().await;
    readiness(&server, StatusCode::OK).await;
    let database: PathBuf = server.data().join("switchboard.db");
    fs::rename(&database, server.data().join("moved.db")).unwrap();
    readiness(&server, StatusCode::SERVICE_UNAVAILABLE).await;
    let path = format!("/integrations/{}/messages/create", design.integration);
    let refused = api.request(Method::POST, &path).body("{}").send().await.unwrap();
    problem("send", refused, 503).await;
    assert!(!database.exists(), "no empty database takes its place");
    fs::rename(server.data().join("moved.db"), &database).unwrap();
    readiness(&server, StatusCode::OK).await;
}
