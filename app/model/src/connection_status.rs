//! The status of a connection: computed, never typed; shown with its reason and the time of the evidence.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, choice, connection::Connection};

choice! {
    /// ServiceNow's five words.
    ConnectionStatus {
        Connected = "connected", "Connected";
        Configured = "configured", "Configured";
        Expired = "expired", "Expired";
        NotConfigured = "not_configured", "Not Configured";
        Deactivated = "deactivated", "Deactivated";
    }
}

/// A status with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusWithReason {
    pub status: ConnectionStatus,
    pub reason: String,
    /// When the evidence was seen; `None` when there is none.
    pub since: Option<Timestamp>,
    /// Warnings that do not replace the status: Expiring, Failing, Wrong instance.
    pub warnings: Vec<String>,
}

/// The last call or test, as evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub at: Timestamp,
    /// HTTP status, when an answer came.
    pub status: Option<u16>,
    /// Whether it was 2xx or declared.
    pub proven: bool,
    pub duration_ms: i64,
    /// Whether it was a Connection Test rather than a message.
    pub test: bool,
}

/// What the status is computed from, besides the connection itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatusInput {
    /// What is missing, in the words of the form ("Endpoint URL", "Password").
    pub missing: Vec<String>,
    /// Why what it proves itself with is past its end, and since when.
    pub expired: Option<(String, Option<Timestamp>)>,
    /// Why there is no OAuth token to send although nothing is missing and none is past hope, and since when.
    pub without_token: Option<(String, Option<Timestamp>)>,
    /// Warnings about what it proves itself with, as sentences without a full stop.
    pub credential_warnings: Vec<String>,
    pub last: Option<Evidence>,
    /// Failures among the last ten calls.
    pub recent_failures: u32,
    /// This installation's instance name.
    pub instance_name: String,
}

/// The first rule that holds, from what hinders most to what is proven.
pub fn compute(connection: &Connection, input: &StatusInput) -> StatusWithReason {
    let mut warnings = Vec::new();
    if !connection.instance_name.is_empty() && connection.instance_name != input.instance_name {
        warnings.push(format!(
            "Wrong instance: it sends only from {}, this one is {}",
            connection.instance_name, input.instance_name
        ));
    }
    if input.recent_failures >= 3 {
        warnings.push(format!("Failing: {} of the last 10 calls", input.recent_failures));
    }
    warnings.extend(input.credential_warnings.iter().cloned());
    let with = |status, reason: String, since| StatusWithReason {
        status,
        reason,
        since,
        warnings,
    };
    if !connection.active
        && let (Some(_), Some(at)) = (connection.enabled_at, connection.disabled_at)
    {
        let by = if connection.disabled_by.is_empty() {
            String::new()
        } else {
            format!(" by {}", connection.disabled_by)
        };
        return with(ConnectionStatus::Deactivated, format!("disabled{by}"), Some(at));
    }
    if !input.missing.is_empty() {
        return with(
            ConnectionStatus::NotConfigured,
            format!("missing: {}", input.missing.join(", ")),
            None,
        );
    }
    if let Some((reason, since)) = &input.expired {
        return with(ConnectionStatus::Expired, reason.clone(), *since);
    }
    // What was proven with the token before says nothing while there is none.
    if let Some((reason, since)) = &input.without_token {
        return with(ConnectionStatus::Configured, reason.clone(), *since);
    }
    if let Some(last) = input
        .last
        .as_ref()
        .filter(|last| last.at >= connection.proof_reset_at)
    {
        let what = if last.test { "last test" } else { "last call" };
        if last.proven {
            let status = last.status.map_or_else(String::new, |s| format!(" answered {s}"));
            return with(
                ConnectionStatus::Connected,
                format!("{what}{status}, {} ms", last.duration_ms),
                Some(last.at),
            );
        }
        if last.status == Some(401) {
            return with(
                ConnectionStatus::Expired,
                format!("{what} was refused with 401"),
                Some(last.at),
            );
        }
        let reason = match last.status {
            Some(status) => format!("{what} answered {status}: reachable, not proven"),
            None => format!("{what} got no answer"),
        };
        return with(ConnectionStatus::Configured, reason, Some(last.at));
    }
    let reason = if input.last.is_some() {
        "changed since the last test"
    } else {
        "complete, never tested"
    };
    with(ConnectionStatus::Configured, reason.into(), None)
}
