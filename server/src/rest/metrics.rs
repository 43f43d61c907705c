//! `/metrics` in the text format of Prometheus: only what is really measured.

use std::{fmt::Write, time::Instant};

use axum::{
    Extension,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use engine::{Actor, overview};

use tracing_appender::non_blocking::ErrorCounter;

use crate::{gate::Gate, problem::Refused};

/// What is known of this program since it began to serve.
#[derive(Clone)]
pub struct Started {
    pub at: Instant,
    /// Log lines that standard error did not take.
    pub dropped_log_lines: ErrorCounter,
}

/// The figures.
pub async fn metrics(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Extension(started): Extension<Started>,
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
    let uptime = i64::try_from(started.at.elapsed().as_secs()).unwrap_or(i64::MAX);
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
    let dropped = i64::try_from(started.dropped_log_lines.dropped_lines()).unwrap_or(i64::MAX);
    counter(
        &mut text,
        "switchboard_log_lines_dropped_total",
        "Log lines that standard error did not take.",
        [(String::new(), dropped)],
    );
    let restarts = gate.engine.tasks().restarts().into_iter().map(|(task, count)| {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        (format!("{{task=\"{task}\"}}"), count)
    });
    counter(
        &mut text,
        "switchboard_task_restarts_total",
        "How often a background task ended and was started again.",
        restarts,
    );
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

/// One metric with a line for each of `samples`: labels and value.
fn counter(text: &mut String, name: &str, help: &str, samples: impl IntoIterator<Item = (String, i64)>) {
    // Writing into a String cannot fail.
    let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} counter\n");
    for (labels, value) in samples {
        let _ = writeln!(text, "{name}{labels} {value}");
    }
}
