//! Inbound users: the accounts external systems authenticate with.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp, choice,
    id::{ApplicationId, InboundUserId},
    inbound_credential::CredentialKind,
};

/// An inbound user, without its password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundUser {
    pub id: InboundUserId,
    pub application: ApplicationId,
    pub name: String,
    /// What the caller sends as Basic user. Unique.
    pub user_id: String,
    pub description: String,
    pub active: bool,
    pub password_set_at: Timestamp,
    /// Blank while there is no password: the user then authenticates with other credentials only.
    pub password_set_by: String,
    pub version: i64,
    pub created: Timestamp,
    pub created_by: String,
    pub updated: Timestamp,
    pub updated_by: String,
    /// Last use of the first password, to the minute.
    #[serde(default)]
    pub password_last_used: Option<Timestamp>,
    /// The ways it may authenticate by; none allows every way.
    #[serde(default)]
    pub allowed: Vec<Way>,
}

choice! {
    /// A way of authenticating that may be allowed.
    Way {
        /// User ID and password, with HTTP Basic.
        Basic = "basic", "Basic";
        /// An access token of our token endpoint.
        Bearer = "bearer", "Access token";
        ApiKey = "api_key", "API key";
        Signature = "signature", "Signature";
        PathToken = "path_token", "Path token";
        Certificate = "certificate", "Client certificate";
    }
}

impl Way {
    /// The way a credential is used by.
    pub const fn of(kind: CredentialKind) -> Self {
        match kind {
            CredentialKind::ApiKey => Self::ApiKey,
            CredentialKind::Signature => Self::Signature,
            CredentialKind::PathToken => Self::PathToken,
            CredentialKind::Certificate => Self::Certificate,
            CredentialKind::Password => Self::Basic,
        }
    }

    /// As they are stored: `basic api_key`.
    pub fn words(ways: &[Self]) -> String {
        let words: Vec<_> = ways.iter().map(|way| way.word()).collect();
        words.join(" ")
    }

    /// The reverse of [`Way::words`].
    pub fn of_words(words: &str) -> Vec<Self> {
        words.split(' ').filter_map(Self::parse).collect()
    }

    /// As people read them: “Basic, API key”, and “every way” for none.
    pub fn labels(ways: &[Self]) -> String {
        let labels: Vec<_> = ways.iter().map(|way| way.label()).collect();
        if labels.is_empty() {
            "every way".into()
        } else {
            labels.join(", ")
        }
    }
}

impl InboundUser {
    /// Whether a password is set.
    pub fn has_password(&self) -> bool {
        !self.password_set_by.is_empty()
    }

    /// Whether it may authenticate by this way.
    pub fn allows(&self, way: Way) -> bool {
        self.allowed.is_empty() || self.allowed.contains(&way)
    }
}
