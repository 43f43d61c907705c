//! The process form.

use serde::{Deserialize, Serialize};

use super::{DESCRIPTION_LIMIT, parse::reference};
use crate::{
    FieldErrors,
    id::ApplicationId,
    names::{self, Name, Slug},
};

form! {
    /// Input of a process form.
    ProcessForm { name, api_name, application, description }
}

/// The checked fields of a [`ProcessForm`].
#[derive(Debug)]
pub struct CheckedProcess {
    pub name: Name,
    pub api_name: Slug,
    pub application: ApplicationId,
    pub description: String,
}

impl ProcessForm {
    /// Checks every field at once.
    pub fn check(&self) -> Result<CheckedProcess, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", Name::parse(&self.name));
        let api_name = errors.keep("api_name", Slug::parse(&self.api_name));
        let application = errors.keep("application", reference(&self.application));
        let description = errors.keep(
            "description",
            names::paragraph(&self.description, DESCRIPTION_LIMIT),
        );
        match (name, api_name, application, description) {
            (Some(name), Some(api_name), Some(application), Some(description)) => Ok(CheckedProcess {
                name,
                api_name,
                application,
                description,
            }),
            _ => Err(errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_fields_are_checked_at_once() {
        let errors = ProcessForm::default().check().unwrap_err();
        assert_eq!(
            errors.0.keys().collect::<Vec<_>>(),
            ["api_name", "application", "name"]
        );
    }
}
