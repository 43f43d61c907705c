//! The integration form.

use serde::{Deserialize, Serialize};

use super::{
    DESCRIPTION_LIMIT,
    parse::{choice_or, reference},
};
use crate::{
    FieldErrors,
    id::ProcessId,
    integration::{MessageFormat, ServiceType},
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
