//! `/metrics` in the text format of Prometheus: only what is really measured.

use std::{fmt::Write, time::Instant};

use axum::{
    Extension,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use engine::{Actor, overview};

use crate::{gate::Gate, problem::Refused};

/// When this program began to serve.
#[derive(Clone, Copy)]
pub struct Started(pub Instant);

/// The figures.
pub async fn metrics(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Extension(Started(started)): Extension<Started>,
) -> Result<Response, Refused> {
    let dashboard = overview::dashboard(&gate.engine, &actor.grant()?).await?;
    let mut text = String::new();
    let version = env!("CARGO_PKG_VERSION");
    gauge(
        &mut text,
        "switchboard_build_info",
        "The running version.",
        &format!("{{version=\"{version}\"}}"),
        1,
    );
    let uptime = i64::try_from(started.elapsed().as_secs()).unwrap_or(i64::MAX);
    for (name, help, value) in [
        (
            "switchboard_uptime_seconds",
            "Seconds since this program began to serve.",
            uptime,
        ),
        ("switchboard_processes", "Processes.", dashboard.processes),
        (
            "switchboard_integrations",
            "Integrations.",
            dashboard.integrations,
        ),
        ("switchboard_connections", "Connections.", dashboard.connections),
        (
            "switchboard_transactions_queued",
            "Transactions that wait to be sent.",
            dashboard.queued,
        ),
        (
            "switchboard_transactions_last_day",
            "Transactions of the last 24 hours.",
            dashboard.messages_24h,
        ),
        (
            "switchboard_transactions_failed_last_day",
            "Failed transactions of the last 24 hours.",
            dashboard.failed_24h,
        ),
    ] {
        gauge(&mut text, name, help, "", value);
    }
    Ok((
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text,
    )
        .into_response())
}

fn gauge(text: &mut String, name: &str, help: &str, labels: &str, value: i64) {
    // Writing into a String cannot fail.
    let _ = write!(
        text,
        "# HELP {name} {help}\n# TYPE {name} gauge\n{name}{labels} {value}\n"
    );
}
