//! `application/problem+json` (RFC 9457), the answer to everything refused by the REST API and the inbound endpoints.

use serde::{Deserialize, Serialize};

use crate::FieldErrors;

/// The body of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable URI reference: `/docs/api#not-found`.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// What happened and what to do.
    pub detail: String,
    /// The path that was asked.
    pub instance: String,
    /// What is wrong with which field.
    #[serde(default, skip_serializing_if = "FieldErrors::is_empty")]
    pub errors: FieldErrors,
}
