//! Inbound users: the accounts external systems authenticate with.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    id::{ApplicationId, InboundUserId},
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
}

impl InboundUser {
    /// Whether a password is set.
    pub fn has_password(&self) -> bool {
        !self.password_set_by.is_empty()
    }
}
