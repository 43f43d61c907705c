//! Applications: the scope that contains records, the unit of export and permission.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, id::ApplicationId};

/// An application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    pub id: ApplicationId,
    pub name: String,
    /// Unique slug.
    pub key: String,
    pub description: String,
    pub version: i64,
    pub created: Timestamp,
    pub created_by: String,
    pub updated: Timestamp,
    pub updated_by: String,
}
