//! The application form.

use serde::{Deserialize, Serialize};

use super::DESCRIPTION_LIMIT;
use crate::{
    FieldErrors,
    application::Application,
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
    /// The form of a stored record.
    pub fn of(application: &Application) -> Self {
        Self {
            id: application.id.to_string(),
            version: application.version,
            name: application.name.clone(),
            key: application.key.clone(),
            description: application.description.clone(),
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Timestamp, id::ApplicationId};

    #[test]
    fn a_stored_application_comes_back() {
        let application = Application {
            id: ApplicationId(uuid::Uuid::from_u128(1)),
            name: "Sales".into(),
            key: "sales".into(),
            description: "Orders.".into(),
            version: 3,
            created: Timestamp(1),
            created_by: "ann".into(),
            updated: Timestamp(2),
            updated_by: "ben".into(),
        };
        let form = ApplicationForm::of(&application);
        let checked = form.check().unwrap();
        assert_eq!((form.id, form.version), (application.id.to_string(), 3));
        assert_eq!(
            (checked.name.as_str(), checked.key.as_str(), checked.description),
            ("Sales", "sales", "Orders.".to_owned())
        );
    }
}
