//! Processes: a business process being integrated (Incident, User, Asset).

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    id::{ApplicationId, ProcessId},
};

/// A process. Its api name forms the inbound URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    pub id: ProcessId,
    pub application: ApplicationId,
    pub name: String,
    /// Unique slug.
    pub api_name: String,
    pub description: String,
    pub version: i64,
    pub created: Timestamp,
    pub created_by: String,
    pub updated: Timestamp,
    pub updated_by: String,
}

/// One inbound endpoint of a process. They exist from the moment the process is created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundEndpoint {
    pub method: String,
    /// Full URL, from the public URL of the installation.
    pub url: String,
    /// Last part of the path: `message`.
    pub resource: String,
}
