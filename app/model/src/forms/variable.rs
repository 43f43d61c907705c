//! The form of a connection variable.

use serde::{Deserialize, Serialize};

use super::parse::ticked;
use crate::{FieldErrors, Invalid, names};

form! {
    /// Input of a connection variable. A blank value of a secret one keeps what is set.
    VariableForm { connection, key, value, description, /** `on` when ticked. */ secret }
}

/// The checked fields of a [`VariableForm`].
pub struct CheckedVariable {
    pub key: names::VariableKey,
    pub value: String,
    pub description: String,
    pub secret: bool,
}

impl VariableForm {
    /// Checks every field at once. A new secret needs a value.
    pub fn check(&self) -> Result<CheckedVariable, FieldErrors> {
        let mut errors = FieldErrors::default();
        let secret = ticked(&self.secret);
        let key = errors.keep("key", names::VariableKey::parse(&self.key));
        let value = errors.keep("value", names::paragraph(&self.value, 10_000));
        if secret && self.value.is_empty() && self.id.is_empty() {
            errors.add("value", Invalid::Required);
        }
        let description = errors.keep("description", names::line(&self.description, 500));
        match (key, value, description) {
            (Some(key), Some(value), Some(description)) if errors.is_empty() => Ok(CheckedVariable {
                key,
                value,
                description,
                secret,
            }),
            _ => Err(errors),
        }
    }
}
