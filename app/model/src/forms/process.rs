//! The process form.

use serde::{Deserialize, Serialize};

use super::{DESCRIPTION_LIMIT, parse::reference};
use crate::{
    FieldErrors, Invalid,
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
        let api_name = errors.keep("api_name", self.api_name());
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

    /// What was typed; of a new process that has none, what its name suggests.
    fn api_name(&self) -> Result<Slug, Invalid> {
        if self.id.is_empty() && self.api_name.trim().is_empty() {
            return Slug::parse(&Slug::suggest(&self.name));
        }
        Slug::parse(&self.api_name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_process_takes_its_api_name_from_its_name() {
        let form = |id: &str, name: &str, api_name: &str| ProcessForm {
            id: id.into(),
            name: name.into(),
            api_name: api_name.into(),
            application: "01900000-0000-7000-8000-000000000001".into(),
            ..ProcessForm::default()
        };
        let checked = |form: ProcessForm| form.check().map(|checked| checked.api_name.as_str().to_owned());
        assert_eq!(checked(form("", "User Sync!", "")).unwrap(), "user-sync");
        assert_eq!(checked(form("", "User Sync!", "users")).unwrap(), "users");
        let errors = checked(form("", "日本", "")).unwrap_err();
        assert_eq!(errors.get("api_name"), Some(&Invalid::Required));
        let errors = checked(form("01900000-0000-7000-8000-000000000002", "User Sync", "")).unwrap_err();
        assert_eq!(errors.get("api_name"), Some(&Invalid::Required));
    }

    #[test]
    fn all_fields_are_checked_at_once() {
        let errors = ProcessForm::default().check().unwrap_err();
        assert_eq!(
            errors.0.keys().collect::<Vec<_>>(),
            ["api_name", "application", "name"]
        );
    }
}
