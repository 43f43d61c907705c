//! What pages show: records joined with names, statuses and counts.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    audit::AuditEntry,
    command_line::ExampleCall,
    connection::{Connection, Environment},
    connection_status::{ConnectionStatus, StatusWithReason},
    connection_test::ConnectionTest,
    id::{
        ConnectionId, InboundUserId, IntegrationId, OauthClientId, OauthProfileId, ProcessId,
        ProtocolProfileId,
    },
    inbound_user::InboundUser,
    incident::Incident,
    installation::NewInstallation,
    integration::Integration,
    process::{InboundEndpoint, Process},
    profile::{OauthProfile, ProtocolProfile},
    redaction::Redaction,
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
    /// How many connections it has.
    pub connections: i64,
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
    /// Former values that are being removed from what was recorded, or were lately; newest first.
    pub redactions: Vec<Redaction>,
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

impl ActiveIntegration {
    /// Whether no message can leave: a cause of the health light.
    pub const fn cannot_send(&self) -> bool {
        matches!(
            self.status.status,
            ConnectionStatus::NotConfigured | ConnectionStatus::Expired
        )
    }
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
    /// Set while nobody has accepted that the database is run under another instance name.
    pub new_installation: Option<NewInstallation>,
    pub health: Health,
}

/// What the health light is made of: nothing of it means that all is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Health {
    /// Active connections that cannot send: Not Configured or Expired.
    pub unable: i64,
    /// Open incidents.
    pub incidents: i64,
    /// Transactions of the last hour that failed.
    pub failing: i64,
}

impl Health {
    /// How many things are wrong.
    pub const fn total(self) -> i64 {
        self.unable + self.incidents + self.failing
    }

    /// `1 connection cannot send, 2 warnings, 3 failed in the last hour`.
    pub fn in_words(self) -> String {
        let counted = |count: i64, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {many}")),
        };
        let parts = [
            counted(self.unable, "connection cannot send", "connections cannot send"),
            counted(self.incidents, "warning", "warnings"),
            counted(self.failing, "failed in the last hour", "failed in the last hour"),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        if parts.is_empty() {
            "All healthy".into()
        } else {
            parts.join(", ")
        }
    }
}

/// Something the palette and the search field find.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// "Process", "Integration", "Connection", "Transaction", "Inbound user", "OAuth client", "OAuth profile",
    /// "Protocol profile".
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
    OauthClient(OauthClientId),
    OauthProfile(OauthProfileId),
    ProtocolProfile(ProtocolProfileId),
    Transaction(String),
}

/// Answer to storing a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// `TX0000123`.
    pub transaction: String,
    pub message_id: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_health_light_says_what_it_counts() {
        let of = |unable, incidents, failing| {
            let health = Health {
                unable,
                incidents,
                failing,
            };
            (health.total(), health.in_words())
        };
        assert_eq!(of(0, 0, 0), (0, "All healthy".into()));
        assert_eq!(of(0, 0, 3), (3, "3 failed in the last hour".into()));
        assert_eq!(
            of(1, 2, 1),
            (
                4,
                "1 connection cannot send, 2 warnings, 1 failed in the last hour".into()
            )
        );
        assert_eq!(of(2, 1, 0), (3, "2 connections cannot send, 1 warning".into()));
    }
}
