//! Connection variables: key and value of one connection, read by scripts as `variables.KEY`.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    id::{ConnectionId, VariableId},
};

/// A variable. The value of a secret one is in the vault; `value` is empty, or on its page the reference to where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    pub id: VariableId,
    pub connection: ConnectionId,
    pub key: String,
    pub value: String,
    pub description: String,
    pub secret: bool,
    pub version: i64,
    pub updated: Timestamp,
    pub updated_by: String,
}

/// One key over all connections of an integration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableRow {
    pub key: String,
    /// One cell per connection, in the order of [`VariableComparison::connections`].
    pub cells: Vec<VariableCell>,
}

/// What one connection has for a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VariableCell {
    /// The connection has no such variable, while another has.
    Missing,
    /// Set, and secret.
    Secret,
    /// Set to this value.
    Value(String),
}

/// The side-by-side view of the variables of an integration's connections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableComparison {
    pub connections: Vec<crate::overview::ConnectionLabel>,
    pub rows: Vec<VariableRow>,
}
