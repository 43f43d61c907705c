//! The form of an outbound message.

use serde::{Deserialize, Serialize};

use super::{
    DESCRIPTION_LIMIT,
    parse::{choice_or, headers, ticked},
};
use crate::{
    FieldErrors,
    connection::{Header, HttpMethod},
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
