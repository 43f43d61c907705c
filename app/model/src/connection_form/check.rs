//! The check of the connection form, shared by form, server, REST API and documentation.

use super::{
    ConnectionForm,
    parse::{key_name, optional_instance, statuses},
    rules::shown,
};
use crate::{
    FieldErrors,
    connection::{ApiKeyPlace, Authentication, Environment, Header, HttpMethod, secret},
    forms::{
        Check, DESCRIPTION_LIMIT, blank_or, choice_or, headers, optional, reference, secret_line, ticked, url,
    },
    id::{InboundUserId, OauthProfileId, ProtocolProfileId},
    names::{self, Name},
    target_url,
};

/// Longest password, key and token, in characters.
const SECRET_LIMIT: usize = 8000;

/// The checked fields of a [`ConnectionForm`]. Hidden fields come as blank: they do not count.
#[derive(Default)]
pub struct CheckedConnection {
    pub name: String,
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
    /// Checks every field at once.
    pub fn check(&self) -> Result<CheckedConnection, FieldErrors> {
        let mut errors = FieldErrors::default();
        let typed = choice_or(&self.authentication, Authentication::None, Authentication::parse);
        let authentication = errors.keep("authentication", typed).unwrap_or_default();
        let mutual_auth = ticked(&self.mutual_auth);
        let is_shown = |field: &str| shown(field, authentication, mutual_auth);
        let mut check = Check::new(errors, &is_shown);
        let checked = CheckedConnection {
            authentication,
            mutual_auth,
            secrets: self.secrets(&mut check),
            ..self.checked(&mut check)
        };
        check.into_result()?;
        Ok(checked)
    }

    fn checked(&self, check: &mut Check<'_>) -> CheckedConnection {
        let environment = choice_or(&self.environment, Environment::Development, Environment::parse);
        let environment = check.keep("environment", environment);
        let seconds = |typed: Option<i64>| typed.map(|seconds| seconds * 1000);
        let connect_timeout = check.keep("connect_timeout", names::number(&self.connect_timeout, 1, 60));
        let request_timeout = check.keep("request_timeout", names::number(&self.request_timeout, 1, 300));
        CheckedConnection {
            name: check.keep("name", self.name_or(environment)),
            environment,
            description: check.keep(
                "description",
                names::paragraph(&self.description, DESCRIPTION_LIMIT),
            ),
            endpoint_url: check.keep("endpoint_url", blank_or(&self.endpoint_url, url)),
            instance_name: check.keep("instance_name", optional_instance(&self.instance_name)),
            user: check.keep("user", names::line(&self.user, 200)),
            oauth_profile: check.keep("oauth_profile", optional(&self.oauth_profile)),
            api_key_place: check.keep(
                "api_key_place",
                choice_or(&self.api_key_place, ApiKeyPlace::Header, ApiKeyPlace::parse),
            ),
            api_key_name: check.keep("api_key_name", key_name(&self.api_key_name)),
            protocol_profile: check.keep("protocol_profile", reference(&self.protocol_profile).map(Some)),
            inbound_user: check.keep("inbound_user", optional(&self.inbound_user)),
            test_method: check.keep(
                "test_method",
                choice_or(&self.test_method, HttpMethod::Get, HttpMethod::parse),
            ),
            test_path: check.keep(
                "test_path",
                target_url::check_path(&self.test_path).map(|()| self.test_path.trim().to_owned()),
            ),
            expected_statuses: check.keep("expected_statuses", statuses(&self.expected_statuses)),
            test_declared: !self.test_method.is_empty()
                || !self.test_path.trim().is_empty()
                || !self.expected_statuses.trim().is_empty(),
            connect_timeout_ms: seconds(connect_timeout),
            request_timeout_ms: seconds(request_timeout),
            rate_limit: check.keep("rate_limit", names::number(&self.rate_limit, 1, 100_000)),
            concurrency: check.keep("concurrency", names::number(&self.concurrency, 1, 1000)),
            extra_headers: check.keep("extra_headers", headers(&self.extra_headers)),
            ..CheckedConnection::default()
        }
    }

    /// The name; blank is that of the environment.
    fn name_or(&self, environment: Environment) -> Result<String, crate::Invalid> {
        let typed = if self.name.trim().is_empty() {
            environment.label()
        } else {
            &self.name
        };
        Name::parse(typed).map(|name| name.as_str().to_owned())
    }

    fn secrets(&self, check: &mut Check<'_>) -> Vec<(&'static str, String)> {
        [
            (secret::PASSWORD, &self.password),
            (secret::API_KEY, &self.api_key),
            (secret::TOKEN, &self.token),
        ]
        .into_iter()
        .filter_map(|(name, typed)| check.secret(name, typed, |text| secret_line(text, SECRET_LIMIT)))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Invalid;

    fn form() -> ConnectionForm {
        ConnectionForm {
            environment: "test".into(),
            endpoint_url: "https://a.example".into(),
            ..Default::default()
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
        assert_eq!(form().check().map(|c| c.name).ok(), Some("Test".into()));
    }
}
