//! Typed identifiers. Every record has a UUIDv7, made by `engine::Clock` (never here).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

ids! {
    /// Identifies an application.
    ApplicationId,
    /// Identifies a process.
    ProcessId,
    /// Identifies an integration.
    IntegrationId,
    /// Identifies a connection.
    ConnectionId,
    /// Identifies a connection variable.
    VariableId,
    /// Identifies the removal of a value that became secret.
    RedactionId,
    /// Identifies an OAuth profile.
    OauthProfileId,
    /// Identifies a protocol profile.
    ProtocolProfileId,
    /// Identifies an inbound user.
    InboundUserId,
    /// Identifies a message definition.
    MessageId,
    /// Identifies a transaction.
    TransactionId,
    /// Identifies one HTTP request (one attempt).
    HttpRequestId,
    /// Identifies a stored result of a connection test.
    ConnectionTestId,
    /// Identifies a person who logs in.
    UserId,
    /// Identifies an API token.
    ApiTokenId,
    /// Identifies an audit entry.
    AuditId,
    /// Identifies an entry of a token's timeline.
    TokenEventId,
    /// Identifies a refused inbound call.
    RefusedCallId,
    /// Identifies a notification channel.
    ChannelId,
    /// Identifies an incident.
    IncidentId,
    /// Identifies a notice about an incident.
    NoticeId,
    /// Identifies a credential of an inbound user.
    InboundCredentialId,
    /// Identifies an OAuth client of our own token endpoint.
    OauthClientId,
    /// Identifies a secret of an OAuth client.
    OauthClientSecretId,
}
