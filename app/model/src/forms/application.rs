//! The application form.

use serde::{Deserialize, Serialize};

use super::DESCRIPTION_LIMIT;
use crate::{
    FieldErrors,
    names::{self, Name, Slug},
};

form! {
    /// Input of an application form.
    ApplicationForm { name, key, description }
}

/// The checked fields of an [`ApplicationForm`].
#[derive(Debug)]
pub struct CheckedApplication {
    pub name: Name,
    pub key: Slug,
    pub description: String,
}

impl ApplicationForm {
    /// Checks every field at once.
    pub fn check(&self) -> Result<CheckedApplication, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", Name::parse(&self.name));
        let key = errors.keep("key", Slug::parse(&self.key));
        let description = errors.keep(
            "description",
            names::paragraph(&self.description, DESCRIPTION_LIMIT),
        );
        match (name, key, description) {
            (Some(name), Some(key), Some(description)) => Ok(CheckedApplication {
                name,
                key,
                description,
            }),
            _ => Err(errors),
        }
    }
}
