//! The process form.

use serde::{Deserialize, Serialize};

use super::{DESCRIPTION_LIMIT, parse::reference};
use crate::{
    FieldErrors, Invalid,
    id::ApplicationId,
    names::{self, Name, Slug},
    process::Process,
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
    /// The form of a stored record.
    pub fn of(process: &Process) -> Self {
        Self {
            id: process.id.to_string(),
            version: process.version,
            name: process.name.clone(),
            api_name: process.api_name.clone(),
            application: process.application.to_string(),
            description: process.description.clone(),
        }
    }

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
    use crate::{Timestamp, id::ProcessId};

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

    #[test]
    fn a_stored_process_comes_back() {
        let process = Process {
            id: ProcessId(uuid::Uuid::from_u128(1)),
            application: ApplicationId(uuid::Uuid::from_u128(2)),
            name: "Incident".into(),
            api_name: "incident".into(),
            description: "Tickets.".into(),
            version: 3,
            created: Timestamp(1),
            created_by: "ann".into(),
            updated: Timestamp(2),
            updated_by: "ben".into(),
        };
        let form = ProcessForm::of(&process);
        let checked = form.check().unwrap();
        assert_eq!((form.id, form.version), (process.id.to_string(), 3));
        assert_eq!(
            (checked.name.as_str(), checked.api_name.as_str()),
            ("Incident", "incident")
        );
        assert_eq!(
            (checked.application, checked.description),
            (process.application, process.description)
        );
    }
}
