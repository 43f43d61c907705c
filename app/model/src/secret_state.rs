//! What may be told about a stored secret: that it is set, when and by whom. Never its value or length.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// "Set on 12 Nov 2026 by admin".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SecretState {
    /// When it was set.
    pub set_at: Timestamp,
    /// Name of the user who set it.
    pub set_by: String,
    /// The origin it may be sent to (scheme, host, port), empty when not bound.
    pub origin: String,
    /// `env:NAME` or `file:/path` when it is read from there instead of being stored; empty otherwise.
    #[serde(default)]
    pub reference: String,
}
