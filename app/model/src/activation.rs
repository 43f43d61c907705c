//! Enabling and disabling: what will happen, said first.

use serde::{Deserialize, Serialize};

use crate::overview::ConnectionLabel;

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
    /// Version to send back, so that nothing changed in between.
    pub version: i64,
}

/// What disabling would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisablePreview {
    pub connection: ConnectionLabel,
    pub integration_name: String,
    pub version: i64,
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
