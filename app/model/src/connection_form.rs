//! The connection form: its rule table, its fields and its check, shared by form, server, REST API and documentation.

mod check;
mod missing;
mod parse;
mod rules;

use serde::{Deserialize, Serialize};

use crate::{
    connection::{Authentication, Connection},
    forms,
};

pub use check::CheckedConnection;
pub use missing::{missing, needed_secret};
pub use rules::{SHOWN_WHEN, ShownWhen, shown};

/// What was typed into a connection form. Secrets are write-only: blank keeps what is set.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConnectionForm {
    /// Id of the connection, empty for a new one.
    pub id: String,
    /// The version that was shown.
    pub version: i64,
    /// The integration it belongs to; fixed after creation.
    pub integration: String,
    pub name: String,
    pub environment: String,
    pub description: String,
    pub endpoint_url: String,
    pub instance_name: String,
    pub authentication: String,
    pub user: String,
    pub password: String,
    pub oauth_profile: String,
    pub api_key: String,
    pub api_key_place: String,
    pub api_key_name: String,
    pub token: String,
    /// `on` when switched on.
    pub mutual_auth: String,
    pub protocol_profile: String,
    pub inbound_user: String,
    pub test_method: String,
    pub test_path: String,
    /// Statuses separated by commas or blanks.
    pub expected_statuses: String,
    /// Seconds.
    pub connect_timeout: String,
    /// Seconds.
    pub request_timeout: String,
    pub rate_limit: String,
    pub concurrency: String,
    /// Lines `Name: value`.
    pub extra_headers: String,
}

impl ConnectionForm {
    /// The form of a stored connection, without secrets.
    pub fn of(connection: &Connection) -> Self {
        let seconds = |ms: Option<i64>| ms.map_or_else(String::new, |ms| (ms / 1000).to_string());
        let number = |n: Option<i64>| n.map_or_else(String::new, |n| n.to_string());
        let id = |text: Option<String>| text.unwrap_or_default();
        let declared = connection.test_declared;
        Self {
            id: connection.id.to_string(),
            version: connection.version,
            integration: connection.integration.to_string(),
            name: connection.name.clone(),
            environment: connection.environment.word().into(),
            description: connection.description.clone(),
            endpoint_url: connection.endpoint_url.clone(),
            instance_name: connection.instance_name.clone(),
            authentication: connection.authentication.word().into(),
            user: connection.user.clone(),
            oauth_profile: id(connection.oauth_profile.map(|id| id.to_string())),
            api_key_place: connection.api_key_place.word().into(),
            api_key_name: connection.api_key_name.clone(),
            mutual_auth: forms::mark(connection.mutual_auth),
            protocol_profile: id(connection.protocol_profile.map(|id| id.to_string())),
            inbound_user: id(connection.inbound_user.map(|id| id.to_string())),
            test_method: if declared {
                connection.test_method.word().into()
            } else {
                String::new()
            },
            test_path: connection.test_path.clone(),
            expected_statuses: connection
                .expected_statuses
                .iter()
                .map(u16::to_string)
                .collect::<Vec<_>>()
                .join(", "),
            connect_timeout: seconds(connection.connect_timeout_ms),
            request_timeout: seconds(connection.request_timeout_ms),
            rate_limit: number(connection.rate_limit),
            concurrency: number(connection.concurrency),
            extra_headers: forms::header_lines(&connection.extra_headers),
            ..Self::default()
        }
    }

    /// The chosen Authentication, None when it is unknown or blank.
    pub fn chosen_authentication(&self) -> Authentication {
        Authentication::parse(&self.authentication).unwrap_or(Authentication::None)
    }
}
