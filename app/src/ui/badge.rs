//! Pills: environments, statuses and states. Always with text, never colour alone.

use leptos::prelude::*;
use model::{
    connection::Environment,
    connection_status::{ConnectionStatus, StatusWithReason},
    connection_test::Verdict,
    transaction::{RequestState, TransactionState},
};

use super::time::TimeAgo;

/// The environment of a connection, coloured and with its name.
#[component]
pub fn EnvironmentBadge(
    /// Which one.
    environment: Environment,
) -> impl IntoView {
    let class = match environment {
        Environment::Production => "env production",
        Environment::PreProduction => "env pre-production",
        Environment::Test => "env test",
        Environment::Development => "env development",
        Environment::Sandbox => "env sandbox",
    };
    view! { <span class=class>{environment.label()}</span> }
}

/// A pill with a dot.
#[component]
pub fn Pill(
    /// `ok`, `info`, `warn`, `bad` or `off`.
    tone: &'static str,
    /// What it says.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <span class=format!("pill {tone}")><i class="dot" aria-hidden="true"></i>{text}</span> }
}

const fn status_tone(status: ConnectionStatus) -> &'static str {
    match status {
        ConnectionStatus::Connected => "ok",
        ConnectionStatus::Configured => "info",
        ConnectionStatus::NotConfigured => "warn",
        ConnectionStatus::Expired => "bad",
        ConnectionStatus::Deactivated => "off",
    }
}

/// The status of a connection alone.
#[component]
pub fn StatusPill(
    /// The computed status.
    status: ConnectionStatus,
) -> impl IntoView {
    view! { <Pill tone=status_tone(status) text=status.label()/> }
}

/// The status of a connection with its reason, the time of the evidence and its warnings.
#[component]
pub fn StatusView(
    /// The computed status.
    status: StatusWithReason,
) -> impl IntoView {
    let warnings = status
        .warnings
        .into_iter()
        .map(|text| view! { <span class="pill warn">{text}</span> })
        .collect_view();
    view! {
        <span class="status">
            <StatusPill status=status.status/>
            {warnings}
            <small class="reason">
                {status.reason} {status.since.map(|at| view! { ", " <TimeAgo at/> })}
            </small>
        </span>
    }
}

/// Whether a connection is active.
#[component]
pub fn ActivePill(
    /// Whether it is.
    active: bool,
) -> impl IntoView {
    if active {
        view! { <Pill tone="ok" text="Active"/> }.into_any()
    } else {
        view! { <span class="muted">"Inactive"</span> }.into_any()
    }
}

/// The transport state of a transaction.
#[component]
pub fn TransactionPill(
    /// The state.
    state: TransactionState,
) -> impl IntoView {
    let tone = match state {
        TransactionState::Complete => "ok",
        TransactionState::Error | TransactionState::TimedOut => "bad",
        TransactionState::Queued | TransactionState::Sending | TransactionState::AwaitingReceipt => "info",
        TransactionState::Ignored => "off",
    };
    view! { <Pill tone text=state.label()/> }
}

/// The state of one HTTP request.
#[component]
pub fn RequestPill(
    /// The state.
    state: RequestState,
) -> impl IntoView {
    let tone = match state {
        RequestState::Ok => "ok",
        RequestState::Error => "bad",
        RequestState::Pending | RequestState::Ready | RequestState::Sending => "info",
        RequestState::Cancelled => "off",
    };
    view! { <Pill tone text=state.label()/> }
}

/// An HTTP status, coloured by its class.
#[component]
pub fn HttpStatus(
    /// The status.
    status: i64,
) -> impl IntoView {
    let tone = match status {
        200..=299 => "ok",
        300..=399 => "info",
        429 => "warn",
        _ => "bad",
    };
    view! { <span class=format!("pill num {tone}")>{status.to_string()}</span> }
}

/// The verdict of a connection test.
#[component]
pub fn VerdictPill(
    /// The verdict.
    verdict: Verdict,
) -> impl IntoView {
    let tone = if verdict == Verdict::Authorised {
        "ok"
    } else {
        "bad"
    };
    view! { <Pill tone text=verdict.label()/> }
}
