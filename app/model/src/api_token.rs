//! API tokens: bearer tokens of the REST API, shown once, stored hashed.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, id::ApiTokenId, permission::Role};

/// A token, as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    pub id: ApiTokenId,
    pub name: String,
    /// First characters, to tell tokens apart.
    pub prefix: String,
    pub user_name: String,
    pub role: Role,
    pub created: Timestamp,
    pub expires: Timestamp,
    pub last_used: Option<Timestamp>,
}

/// Answer to making a token: the only time its text is shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewApiToken {
    pub id: ApiTokenId,
    pub name: String,
    pub token: String,
    pub expires: Timestamp,
}
