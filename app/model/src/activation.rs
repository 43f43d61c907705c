//! Enabling and disabling: what will happen, said first.

use serde::{Deserialize, Serialize};

use crate::{choice, overview::ConnectionLabel};

/// In the place of a connection's id: no other connection is active.
pub const NO_OTHER: &str = "none";

/// What enabling a connection would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnablePreview {
    pub connection: ConnectionLabel,
    /// The connection that is active now and would be disabled.
    pub replaces: Option<ConnectionLabel>,
    /// What is missing; enabling is refused while this is not empty.
    pub missing: Vec<String>,
    /// Other reasons against it, in sentences (inbound user taken by another integration of the process).
    pub refused: Vec<String>,
    /// Things to know that do not refuse it (wrong instance name, no inbound user).
    pub notes: Vec<String>,
    /// Outbound messages that wait: they are held unless they are to be sent through this connection.
    pub queued: i64,
    /// Version to send back, so that nothing changed in between.
    pub version: i64,
}

/// What disabling would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisablePreview {
    pub connection: ConnectionLabel,
    pub integration_name: String,
    /// Outbound messages that wait and will be held.
    pub queued: i64,
    pub version: i64,
}

choice! {
    /// What becomes of the messages that wait when a connection is enabled.
    QueuedMessages {
        Keep = "keep", "Keep them held";
        Send = "send", "Send them through this connection";
    }
}

/// What a deletion takes along, and what stands against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletePreview {
    /// Record kind, for the dialog: "process", "integration".
    pub record: String,
    pub name: String,
    /// What goes with it: "2 connections: Test, Production".
    pub takes_along: Vec<String>,
    /// Why it cannot be deleted now; deletion is refused while this is not empty.
    pub refused: Vec<String>,
    pub version: i64,
}
