//! The audit trail: who changed what, when, from where.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, choice, id::AuditId};

choice! {
    /// What was done to a record.
    AuditAction {
        Created = "created", "created";
        Changed = "changed", "changed";
        Deleted = "deleted", "deleted";
        Enabled = "enabled", "enabled";
        Disabled = "disabled", "disabled";
        Tested = "tested", "tested";
        Replayed = "replayed", "replayed";
        Authorised = "authorised", "authorised";
        Revoked = "revoked", "revoked the token of";
        SecretSet = "secret_set", "replaced a secret of";
        Rotated = "rotated", "rotated";
        Redacted = "redacted", "removed a former value of";
        LoggedIn = "logged_in", "logged in";
        LoggedOut = "logged_out", "logged out";
    }
}

/// One entry. Names are copied, so that entries outlive their records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    pub id: AuditId,
    pub at: Timestamp,
    /// Name of the user or token.
    pub actor: String,
    /// Address the change came from; empty for the program itself.
    pub address: String,
    pub action: AuditAction,
    /// Record kind: `process`, `integration`, `connection`…
    pub record: String,
    /// Id of the record, as text.
    pub record_id: String,
    /// Name of the record at that time.
    pub name: String,
    /// What changed, as `field: old → new` lines; secrets only by name.
    pub detail: String,
}
