//! The connection form: its rule table, its fields and its check, shared by form, server, REST API and documentation.

mod missing;
mod parse;

use serde::{Deserialize, Serialize};

use crate::{
    FieldErrors, Invalid,
    connection::{ApiKeyPlace, Authentication, Connection, Environment, Header, HttpMethod},
    forms::{self, DESCRIPTION_LIMIT, choice_or, headers, ticked},
    id::{InboundUserId, OauthProfileId, ProtocolProfileId},
    names::{self, Name},
    target_url,
};
use parse::{key_name, optional, optional_instance, optional_url, statuses};

pub use missing::{missing, needed_secret};

/// When a field is shown. A field that is not shown is not validated and not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownWhen {
    /// Only with this Authentication.
    Authentication(Authentication),
    /// Only with Mutual auth on.
    MutualAuth,
}

/// **The** rule table of conditional fields (seed 000, footnotes; product.md 2): field → shown when.
/// Fields that are not listed are always shown.
pub const SHOWN_WHEN: &[(&str, ShownWhen)] = &[
    ("user", ShownWhen::Authentication(Authentication::Basic)),
    ("password", ShownWhen::Authentication(Authentication::Basic)),
    ("oauth_profile", ShownWhen::Authentication(Authentication::Oauth2)),
    ("api_key", ShownWhen::Authentication(Authentication::ApiKey)),
    ("api_key_place", ShownWhen::Authentication(Authentication::ApiKey)),
    ("api_key_name", ShownWhen::Authentication(Authentication::ApiKey)),
    ("token", ShownWhen::Authentication(Authentication::Bearer)),
    ("protocol_profile", ShownWhen::MutualAuth),
];

/// Whether `field` is shown with this Authentication and Mutual auth.
pub fn shown(field: &str, authentication: Authentication, mutual_auth: bool) -> bool {
    SHOWN_WHEN
        .iter()
        .find(|(name, _)| *name == field)
        .is_none_or(|(_, when)| match when {
            ShownWhen::Authentication(needed) => *needed == authentication,
            ShownWhen::MutualAuth => mutual_auth,
        })
}

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

/// The checked fields of a [`ConnectionForm`]. Hidden fields come as blank: they do not count.
pub struct CheckedConnection {
    pub name: Name,
    pub environment: Environment,
    pub description: String,
    /// Blank is allowed: the connection is then Not Configured, or only receives.
    pub endpoint_url: String,
    pub instance_name: String,
    pub authentication: Authentication,
    pub user: String,
    pub oauth_profile: Option<OauthProfileId>,
    pub api_key_place: ApiKeyPlace,
    pub api_key_name: String,
    pub mutual_auth: bool,
    pub protocol_profile: Option<ProtocolProfileId>,
    pub inbound_user: Option<InboundUserId>,
    pub test_method: HttpMethod,
    pub test_path: String,
    pub expected_statuses: Vec<u16>,
    pub test_declared: bool,
    pub connect_timeout_ms: Option<i64>,
    pub request_timeout_ms: Option<i64>,
    pub rate_limit: Option<i64>,
    pub concurrency: Option<i64>,
    pub extra_headers: Vec<Header>,
    /// Secrets that were typed, by their name in the vault. Blank ones are absent.
    pub secrets: Vec<(&'static str, String)>,
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
            mutual_auth: if connection.mutual_auth {
                "on".into()
            } else {
                String::new()
            },
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

    /// Checks every field at once.
    pub fn check(&self) -> Result<CheckedConnection, FieldErrors> {
        let mut errors = FieldErrors::default();
        let authentication = errors.keep(
            "authentication",
            choice_or(&self.authentication, Authentication::None, Authentication::parse),
        );
        let mutual_auth = ticked(&self.mutual_auth);
        let shown_text = |field: &str, text: &str| {
            if authentication.is_some_and(|a| shown(field, a, mutual_auth)) {
                text.to_owned()
            } else {
                String::new()
            }
        };
        let environment = errors.keep(
            "environment",
            choice_or(&self.environment, Environment::Development, Environment::parse),
        );
        let typed_name = if self.name.trim().is_empty() {
            environment.map_or("", Environment::label)
        } else {
            &self.name
        };
        let name = errors.keep("name", Name::parse(typed_name));
        let description = errors.keep(
            "description",
            names::paragraph(&self.description, DESCRIPTION_LIMIT),
        );
        let endpoint_url = errors.keep("endpoint_url", optional_url(&self.endpoint_url));
        let instance_name = errors.keep("instance_name", optional_instance(&self.instance_name));
        let user = errors.keep("user", names::line(&shown_text("user", &self.user), 200));
        let oauth_profile = errors.keep(
            "oauth_profile",
            optional(&shown_text("oauth_profile", &self.oauth_profile)),
        );
        let api_key_place = errors.keep(
            "api_key_place",
            choice_or(
                &shown_text("api_key_place", &self.api_key_place),
                ApiKeyPlace::Header,
                ApiKeyPlace::parse,
            ),
        );
        let api_key_name = errors.keep(
            "api_key_name",
            key_name(&shown_text("api_key_name", &self.api_key_name)),
        );
        let protocol_profile = errors.keep(
            "protocol_profile",
            optional(&shown_text("protocol_profile", &self.protocol_profile)),
        );
        if mutual_auth && protocol_profile == Some(None) {
            errors.add("protocol_profile", Invalid::Required);
        }
        let inbound_user = errors.keep("inbound_user", optional(&self.inbound_user));
        let test_method = errors.keep(
            "test_method",
            choice_or(&self.test_method, HttpMethod::Get, HttpMethod::parse),
        );
        let test_path = errors.keep(
            "test_path",
            target_url::check_path(&self.test_path).map(|()| self.test_path.trim().to_owned()),
        );
        let expected_statuses = errors.keep("expected_statuses", statuses(&self.expected_statuses));
        let connect_timeout = errors.keep("connect_timeout", names::number(&self.connect_timeout, 1, 60));
        let request_timeout = errors.keep("request_timeout", names::number(&self.request_timeout, 1, 300));
        let rate_limit = errors.keep("rate_limit", names::number(&self.rate_limit, 1, 100_000));
        let concurrency = errors.keep("concurrency", names::number(&self.concurrency, 1, 1000));
        let extra_headers = errors.keep("extra_headers", headers(&self.extra_headers));
        let secrets = self.typed_secrets(authentication, mutual_auth, &mut errors);
        errors.into_result()?;
        // Every `keep` above either gave a value or an error, so the defaults below are never used.
        let missing = || FieldErrors::one("name", Invalid::Required);
        Ok(CheckedConnection {
            name: name.ok_or_else(missing)?,
            environment: environment.ok_or_else(missing)?,
            description: description.unwrap_or_default(),
            endpoint_url: endpoint_url.unwrap_or_default(),
            instance_name: instance_name.unwrap_or_default(),
            authentication: authentication.ok_or_else(missing)?,
            user: user.unwrap_or_default(),
            oauth_profile: oauth_profile.flatten(),
            api_key_place: api_key_place.ok_or_else(missing)?,
            api_key_name: api_key_name.unwrap_or_default(),
            mutual_auth,
            protocol_profile: protocol_profile.flatten(),
            inbound_user: inbound_user.flatten(),
            test_method: test_method.ok_or_else(missing)?,
            test_declared: !self.test_method.is_empty()
                || !self.test_path.trim().is_empty()
                || !self.expected_statuses.trim().is_empty(),
            test_path: test_path.unwrap_or_default(),
            expected_statuses: expected_statuses.unwrap_or_default(),
            connect_timeout_ms: connect_timeout.flatten().map(|s| s * 1000),
            request_timeout_ms: request_timeout.flatten().map(|s| s * 1000),
            rate_limit: rate_limit.flatten(),
            concurrency: concurrency.flatten(),
            extra_headers: extra_headers.unwrap_or_default(),
            secrets,
        })
    }

    fn typed_secrets(
        &self,
        authentication: Option<Authentication>,
        mutual_auth: bool,
        errors: &mut FieldErrors,
    ) -> Vec<(&'static str, String)> {
        use crate::connection::secret;
        let mut secrets = Vec::new();
        for (field, text) in [
            (secret::PASSWORD, &self.password),
            (secret::API_KEY, &self.api_key),
            (secret::TOKEN, &self.token),
        ] {
            if text.is_empty() || !authentication.is_some_and(|a| shown(field, a, mutual_auth)) {
                continue;
            }
            if text.chars().any(char::is_control) {
                errors.add(
                    field,
                    Invalid::Malformed("Use one line without control characters.".into()),
                );
            } else if text.chars().count() > 8000 {
                errors.add(field, Invalid::TooLong(8000));
            } else {
                secrets.push((field, text.clone()));
            }
        }
        secrets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ConnectionForm {
        ConnectionForm {
            environment: "test".into(),
            endpoint_url: "https://a.example".into(),
            ..Default::default()
        }
    }

    #[test]
    fn the_rule_table_is_that_of_the_seed() {
        for &authentication in Authentication::ALL {
            for mutual in [false, true] {
                assert_eq!(
                    shown("oauth_profile", authentication, mutual),
                    authentication == Authentication::Oauth2
                );
                assert_eq!(
                    shown("password", authentication, mutual),
                    authentication == Authentication::Basic
                );
                assert_eq!(
                    shown("token", authentication, mutual),
                    authentication == Authentication::Bearer
                );
                assert_eq!(
                    shown("api_key", authentication, mutual),
                    authentication == Authentication::ApiKey
                );
                assert_eq!(shown("protocol_profile", authentication, mutual), mutual);
                assert!(shown("endpoint_url", authentication, mutual));
            }
        }
    }

    #[test]
    fn hidden_fields_are_neither_checked_nor_kept() {
        let form = ConnectionForm {
            oauth_profile: "not an id".into(),
            protocol_profile: "not an id".into(),
            password: "kept out".into(),
            user: "x\u{0}".into(),
            ..form()
        };
        let checked = form.check().unwrap_or_else(|errors| panic!("{errors:?}"));
        assert!(checked.secrets.is_empty() && checked.user.is_empty() && checked.oauth_profile.is_none());
    }

    #[test]
    fn shown_fields_are_checked() {
        let errors = ConnectionForm {
            authentication: "oauth2".into(),
            oauth_profile: "not an id".into(),
            mutual_auth: "on".into(),
            ..form()
        }
        .check()
        .err()
        .unwrap();
        assert_eq!(errors.get("oauth_profile"), Some(&Invalid::NoSuchRecord));
        assert_eq!(errors.get("protocol_profile"), Some(&Invalid::Required));
    }

    #[test]
    fn the_name_defaults_to_the_environment() {
        assert_eq!(
            form().check().map(|c| c.name.as_str().to_owned()).ok(),
            Some("Test".into())
        );
    }

    #[test]
    fn statuses_are_read_and_refused() {
        assert_eq!(statuses("204, 200 200"), Ok(vec![200, 204]));
        assert!(statuses("2000").is_err() && statuses("ok").is_err());
    }
}
