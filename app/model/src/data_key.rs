//! Data keys of the vault, as Settings → Keys shows them. The keys themselves never leave the vault.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Timestamp;

/// A data key and what it is used for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataKeyRow {
    pub id: Uuid,
    pub created: Timestamp,
    /// Whether it encrypts what is stored now.
    pub active: bool,
    /// When another key took its place.
    pub retired: Option<Timestamp>,
    /// Secrets that are encrypted with it.
    pub secrets: i64,
}
