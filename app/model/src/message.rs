//! Messages: one kind of message of an integration. This release has simple outbound definitions.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp, choice,
    connection::{Header, HttpMethod},
    id::{IntegrationId, MessageId},
};

choice! {
    /// Which way messages travel, seen from Switchboard.
    Direction {
        Inbound = "inbound", "Inbound";
        Outbound = "outbound", "Outbound";
    }
}

/// An outbound message definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub integration: IntegrationId,
    /// Unique slug within the integration: part of the send URL.
    pub name: String,
    pub description: String,
    pub method: HttpMethod,
    /// Appended to the Endpoint URL by segments; `${variable}` allowed.
    pub path: String,
    pub headers: Vec<Header>,
    pub active: bool,
    pub version: i64,
    pub created: Timestamp,
    pub created_by: String,
    pub updated: Timestamp,
    pub updated_by: String,
}
