//! What pages show: records joined with names, statuses and counts.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    audit::AuditEntry,
    command_line::ExampleCall,
    connection::{Connection, Environment},
    connection_status::StatusWithReason,
    connection_test::ConnectionTest,
    id::{ConnectionId, InboundUserId, IntegrationId, ProcessId},
    inbound_user::InboundUser,
    incident::Incident,
    integration::Integration,
    process::{InboundEndpoint, Process},
    profile::{OauthProfile, ProtocolProfile},
    secret_state::SecretState,
    transaction::{RefusedCall, TransactionRow},
    variable::Variable,
};

/// Enough to name and link a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionLabel {
    pub id: ConnectionId,
    pub integration: IntegrationId,
    pub name: String,
    pub environment: Environment,
}

/// Counts of the last hour in twelve steps of five minutes, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LastHour {
    pub sent: [u32; 12],
    pub failed: [u32; 12],
}

/// A process as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessRow {
    pub process: Process,
    pub application_name: String,
    pub integrations: i64,
}

/// An integration as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntegrationRow {
    pub integration: Integration,
    pub process_name: String,
    pub connections: i64,
    pub active: Option<ConnectionLabel>,
}

/// Header of every page of an integration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntegrationDetail {
    pub integration: Integration,
    pub process: Process,
    pub application_name: String,
    pub active: Option<ConnectionLabel>,
    pub active_since: Option<Timestamp>,
    /// Transactions of the last 24 hours.
    pub messages_24h: i64,
    pub failed_24h: i64,
}

/// A connection as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionRow {
    pub connection: Connection,
    pub integration_name: String,
    pub system: String,
    pub status: StatusWithReason,
    pub last_hour: LastHour,
    pub last_success: Option<Timestamp>,
}

/// The connections page of an integration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionsPage {
    pub detail: IntegrationDetail,
    pub endpoints: Vec<InboundEndpoint>,
    /// User id of the active connection's inbound user.
    pub active_inbound_user: Option<String>,
    pub rows: Vec<ConnectionRow>,
}

/// The page of one connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionDetail {
    pub connection: Connection,
    pub integration: Integration,
    pub application_name: String,
    pub status: StatusWithReason,
    /// What is missing before it can be enabled.
    pub missing: Vec<String>,
    pub password: Option<SecretState>,
    pub api_key: Option<SecretState>,
    pub token: Option<SecretState>,
    pub variables: Vec<Variable>,
    pub last_tests: Vec<ConnectionTest>,
    pub last_requests: Vec<TransactionRow>,
    pub history: Vec<AuditEntry>,
}

/// What the choices of a connection form offer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ConnectionChoices {
    pub oauth_profiles: Vec<OauthProfile>,
    pub protocol_profiles: Vec<ProtocolProfile>,
    pub inbound_users: Vec<InboundUser>,
    /// This installation's instance name: the default of the field.
    pub instance_name: String,
}

/// A row of the Inbound tab of Connections and Credentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundRow {
    pub user: InboundUser,
    /// Connections that name this user.
    pub connections: Vec<ConnectionLabel>,
    /// The active one of them, with its integration's name and endpoint URL.
    pub active: Option<(ConnectionLabel, String, String)>,
    pub last_call: Option<Timestamp>,
}

/// The resource page of an inbound endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointPage {
    pub process: Process,
    pub endpoint: InboundEndpoint,
    /// Who may post now: user id, connection and integration name.
    pub callers: Vec<(String, ConnectionLabel, String)>,
    /// A call as the first of them makes it.
    pub example: ExampleCall,
    /// Largest accepted body, in bytes.
    pub body_limit: i64,
    pub last: Vec<TransactionRow>,
    pub refused: Vec<RefusedCall>,
}

/// An integration that runs, on the dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveIntegration {
    pub integration: IntegrationId,
    pub name: String,
    pub system: String,
    pub process_name: String,
    pub connection: ConnectionLabel,
    pub status: StatusWithReason,
    pub last_hour: LastHour,
}

/// The dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dashboard {
    pub processes: i64,
    pub integrations: i64,
    pub connections: i64,
    pub messages_24h: i64,
    pub failed_24h: i64,
    pub queued: i64,
    /// Messages per hour of the last day, oldest first: sent and failed.
    pub hours: Vec<(i64, i64)>,
    pub active: Vec<ActiveIntegration>,
    pub failed: Vec<TransactionRow>,
    pub refused: Vec<RefusedCall>,
    /// What is wrong or soon will be.
    pub warnings: Vec<Incident>,
    /// Whether the practice target is on, so that the sample can be loaded.
    pub practice: bool,
}

/// What the frame around every page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    pub user_name: String,
    pub role: crate::permission::Role,
    pub instance_name: String,
    pub application_name: String,
    pub processes: i64,
    pub integrations: i64,
    pub connections: i64,
    pub inbound_users: i64,
    pub oauth_profiles: i64,
    pub protocol_profiles: i64,
    /// Failed transactions of the last hour: the health light.
    pub failing: i64,
}

/// Something the palette and the search field find.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// "Process", "Integration", "Connection", "Transaction", "Inbound user".
    pub kind: String,
    pub name: String,
    pub detail: String,
    pub target: FoundTarget,
}

/// Where a found thing is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundTarget {
    Process(ProcessId),
    Integration(IntegrationId),
    Connection(IntegrationId, ConnectionId),
    InboundUser(InboundUserId),
    Transaction(String),
}

/// Answer to storing a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// `TX0000123`.
    pub transaction: String,
    pub message_id: String,
}
