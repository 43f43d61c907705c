//! The form of an outbound message.

use serde::{Deserialize, Serialize};

use super::{
    DESCRIPTION_LIMIT,
    parse::{choice_or, header_lines, headers, mark, ticked},
};
use crate::{
    FieldErrors,
    connection::{Header, HttpMethod},
    message::Message,
    names::{self, Slug},
    target_url,
};

form! {
    /// Input of an outbound message form. Headers are lines `Name: value`.
    MessageForm { integration, name, description, method, path, headers, /** `on` when ticked. */ active }
}

/// The checked fields of a [`MessageForm`].
#[derive(Debug)]
pub struct CheckedMessage {
    pub name: Slug,
    pub description: String,
    pub method: HttpMethod,
    pub path: String,
    pub headers: Vec<Header>,
    pub active: bool,
}

impl MessageForm {
    /// The form of a stored record.
    pub fn of(message: &Message) -> Self {
        Self {
            id: message.id.to_string(),
            version: message.version,
            integration: message.integration.to_string(),
            name: message.name.clone(),
            description: message.description.clone(),
            method: message.method.word().into(),
            path: message.path.clone(),
            headers: header_lines(&message.headers),
            active: mark(message.active),
        }
    }

    /// Checks every field at once.
    pub fn check(&self) -> Result<CheckedMessage, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", Slug::parse(&self.name));
        let description = errors.keep(
            "description",
            names::paragraph(&self.description, DESCRIPTION_LIMIT),
        );
        let method = errors.keep(
            "method",
            choice_or(&self.method, HttpMethod::Post, HttpMethod::parse),
        );
        let path = errors.keep(
            "path",
            target_url::check_path(&self.path).map(|()| self.path.trim().to_owned()),
        );
        let headers = errors.keep("headers", headers(&self.headers));
        match (name, description, method, path, headers) {
            (Some(name), Some(description), Some(method), Some(path), Some(headers)) => Ok(CheckedMessage {
                name,
                description,
                method,
                path,
                headers,
                active: ticked(&self.active),
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
        id::{IntegrationId, MessageId},
    };

    #[test]
    fn a_stored_message_comes_back() {
        let message = Message {
            id: MessageId(uuid::Uuid::from_u128(1)),
            integration: IntegrationId(uuid::Uuid::from_u128(2)),
            name: "create".into(),
            description: "A ticket.".into(),
            method: HttpMethod::Put,
            path: "/tickets/${SITE}".into(),
            headers: headers("X-One: 1\nAccept: application/json").unwrap(),
            active: true,
            version: 3,
            created: Timestamp(1),
            created_by: "ann".into(),
            updated: Timestamp(2),
            updated_by: "ben".into(),
        };
        let form = MessageForm::of(&message);
        let checked = form.check().unwrap();
        assert_eq!((form.id, form.version), (message.id.to_string(), 3));
        assert_eq!(form.integration, message.integration.to_string());
        assert_eq!(
            (checked.name.as_str(), checked.description, checked.path),
            ("create", message.description, message.path)
        );
        assert_eq!(
            (checked.method, checked.headers, checked.active),
            (message.method, message.headers, true)
        );
    }
}
