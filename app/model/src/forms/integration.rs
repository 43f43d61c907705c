//! The integration form.

use serde::{Deserialize, Serialize};

use super::{
    DESCRIPTION_LIMIT,
    parse::{choice_or, reference},
};
use crate::{
    FieldErrors,
    id::ProcessId,
    integration::{Integration, MessageFormat, ServiceType},
    names::{self, Name},
};

form! {
    /// Input of an integration form.
    IntegrationForm { name, process, system, description, company, service_type, message_format }
}

/// The checked fields of an [`IntegrationForm`].
#[derive(Debug)]
pub struct CheckedIntegration {
    pub name: Name,
    pub process: ProcessId,
    pub system: Name,
    pub description: String,
    pub company: String,
    pub service_type: ServiceType,
    pub message_format: MessageFormat,
}

impl IntegrationForm {
    /// The form of a stored record.
    pub fn of(integration: &Integration) -> Self {
        Self {
            id: integration.id.to_string(),
            version: integration.version,
            name: integration.name.clone(),
            process: integration.process.to_string(),
            system: integration.system.clone(),
            description: integration.description.clone(),
            company: integration.company.clone(),
            service_type: integration.service_type.word().into(),
            message_format: integration.message_format.word().into(),
        }
    }

    /// Checks every field at once.
    pub fn check(&self) -> Result<CheckedIntegration, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", Name::parse(&self.name));
        let process = errors.keep("process", reference(&self.process));
        let system = errors.keep("system", Name::parse(&self.system));
        let description = errors.keep(
            "description",
            names::paragraph(&self.description, DESCRIPTION_LIMIT),
        );
        let company = errors.keep("company", names::line(&self.company, Name::LIMIT));
        let service_type = errors.keep(
            "service_type",
            choice_or(&self.service_type, ServiceType::Rest, ServiceType::parse),
        );
        let message_format = errors.keep(
            "message_format",
            choice_or(&self.message_format, MessageFormat::Json, MessageFormat::parse),
        );
        match (
            name,
            process,
            system,
            description,
            company,
            service_type,
            message_format,
        ) {
            (
                Some(name),
                Some(process),
                Some(system),
                Some(description),
                Some(company),
                Some(service_type),
                Some(message_format),
            ) => Ok(CheckedIntegration {
                name,
                process,
                system,
                description,
                company,
                service_type,
                message_format,
            }),
            _ => Err(errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Timestamp,
        id::{ApplicationId, IntegrationId},
    };

    #[test]
    fn a_stored_integration_comes_back() {
        let integration = Integration {
            id: IntegrationId(uuid::Uuid::from_u128(1)),
            application: ApplicationId(uuid::Uuid::from_u128(2)),
            process: ProcessId(uuid::Uuid::from_u128(3)),
            name: "Incident to Jira".into(),
            system: "Jira".into(),
            company: "Example".into(),
            description: "Tickets.".into(),
            service_type: ServiceType::Soap,
            message_format: MessageFormat::Xml,
            last_active_connection: None,
            version: 3,
            created: Timestamp(1),
            created_by: "ann".into(),
            updated: Timestamp(2),
            updated_by: "ben".into(),
        };
        let form = IntegrationForm::of(&integration);
        let checked = form.check().unwrap();
        assert_eq!((form.id, form.version), (integration.id.to_string(), 3));
        assert_eq!(
            (checked.name.as_str(), checked.process, checked.system.as_str()),
            ("Incident to Jira", integration.process, "Jira")
        );
        assert_eq!(
            (checked.company, checked.description),
            (integration.company, integration.description)
        );
        assert_eq!(
            (checked.service_type, checked.message_format),
            (ServiceType::Soap, MessageFormat::Xml)
        );
    }
}
