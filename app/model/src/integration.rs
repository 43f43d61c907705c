//! Integrations: one process connected with one external system.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp, choice,
    id::{ApplicationId, ConnectionId, IntegrationId, ProcessId},
};

choice! {
    /// How the external system is spoken to.
    ServiceType {
        Rest = "rest", "REST";
        Soap = "soap", "SOAP";
    }
}

choice! {
    /// What message bodies are.
    MessageFormat {
        Json = "json", "JSON";
        Xml = "xml", "XML";
        Raw = "raw", "Raw";
    }
}

/// An integration. It is active exactly when one of its connections is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integration {
    pub id: IntegrationId,
    pub application: ApplicationId,
    pub process: ProcessId,
    pub name: String,
    /// Name of the external system: "Jira", "ServiceNow".
    pub system: String,
    pub company: String,
    pub description: String,
    pub service_type: ServiceType,
    pub message_format: MessageFormat,
    /// The connection enabled last, which enabling the integration enables again.
    pub last_active_connection: Option<ConnectionId>,
    pub version: i64,
    pub created: Timestamp,
    pub created_by: String,
    pub updated: Timestamp,
    pub updated_by: String,
}
