//! Two people edited the same record: what the second one is shown instead of a silent overwrite.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Why a save was refused, with what differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    pub changed_by: String,
    pub changed_at: Timestamp,
    /// The version stored now: sending it with the form keeps "yours".
    pub version: i64,
    pub differences: Vec<Difference>,
}

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Label of the field.
    pub field: String,
    pub yours: String,
    pub stored: String,
}

impl Comparison {
    /// The fields that differ between two forms, given as label, yours, stored.
    pub fn differences(fields: &[(&str, &str, &str)]) -> Vec<Difference> {
        fields
            .iter()
            .filter(|(_, yours, stored)| yours != stored)
            .map(|(field, yours, stored)| Difference {
                field: (*field).to_owned(),
                yours: (*yours).to_owned(),
                stored: (*stored).to_owned(),
            })
            .collect()
    }
}
