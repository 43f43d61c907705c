//! Forms of the smaller records: what is typed, and the checks that browser, server and REST API share.
//!
//! Every form holds plain text as it was typed, so that nothing is lost when it is refused. An empty `id` makes a new
//! record; `version` is the one that was shown (0 for a new one).

use serde::{Deserialize, Serialize};

use crate::{
    FieldErrors, Invalid,
    connection::{Header, HttpMethod},
    id::{ApplicationId, ProcessId},
    integration::{MessageFormat, ServiceType},
    names::{self, Name, Slug},
    profile::{GrantType, TlsVersion},
    target_url,
};

/// Longest description, in characters.
pub const DESCRIPTION_LIMIT: usize = 10_000;

macro_rules! form {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct $name {
            /// Id of the record, empty for a new one.
            pub id: String,
            /// The version that was shown; 0 for a new record.
            pub version: i64,
            $($(#[$fdoc])* pub $field: String,)+
        }
    };
}

form! {
    /// Input of an application form.
    ApplicationForm { name, key, description }
}
form! {
    /// Input of a process form.
    ProcessForm { name, api_name, application, description }
}
form! {
    /// Input of an integration form.
    IntegrationForm { name, process, system, description, company, service_type, message_format }
}
form! {
    /// Input of an inbound user form. A blank password keeps the one that is set.
    InboundUserForm { name, user_id, password, description, /** `on` when ticked. */ active }
}
form! {
    /// Input of an OAuth profile form.
    OauthProfileForm { name, description, grant_type, authorization_url, token_url, client_id, scopes }
}
form! {
    /// Input of a protocol profile form.
    ProtocolProfileForm { name, description, minimum_tls }
}
form! {
    /// Input of an outbound message form. Headers are lines `Name: value`.
    MessageForm { integration, name, description, method, path, headers, /** `on` when ticked. */ active }
}
form! {
    /// Input of a connection variable. A blank value of a secret one keeps what is set.
    VariableForm { connection, key, value, description, /** `on` when ticked. */ secret }
}
form! {
    /// Input of Settings → API tokens → New token.
    ApiTokenForm { name, role, /** Days until it expires, default 365. */ days }
}

/// Confirmation of a deletion.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeleteForm {
    pub id: String,
    pub version: i64,
    /// The record's name, typed.
    pub confirm: String,
}

/// Confirmation of Enable or Disable.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SwitchForm {
    pub id: String,
    pub version: i64,
    /// A [`QueuedMessages`](crate::activation::QueuedMessages); empty keeps them held.
    pub queued: String,
    /// Id of the connection that was said to be disabled by this, or `none`. Empty: whoever asks does not mind.
    pub replaces: String,
}

/// Input of "Duplicate to another environment".
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DuplicateForm {
    pub id: String,
    pub environment: String,
    pub name: String,
}

/// Input of the Send form of an integration.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SendForm {
    pub integration: String,
    /// Name of the message.
    pub message: String,
    pub body: String,
}

/// The checked fields of an [`ApplicationForm`].
#[derive(Debug)]
pub struct CheckedApplication {
    pub name: Name,
    pub key: Slug,
    pub description: String,
}

impl ApplicationForm {
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
        let api_name = errors.keep("api_name", Slug::parse(&self.api_name));
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

/// The checked fields of an [`InboundUserForm`].
pub struct CheckedInboundUser {
    pub name: Name,
    pub user_id: String,
    /// `None` keeps the password.
    pub password: Option<String>,
    pub description: String,
    pub active: bool,
}

/// Shortest password of an inbound user, in characters.
pub const INBOUND_PASSWORD_MINIMUM: usize = 8;

impl InboundUserForm {
    /// Checks every field at once. A new user needs a password.
    pub fn check(&self) -> Result<CheckedInboundUser, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", Name::parse(&self.name));
        let user_id = errors.keep("user_id", crate::user::user_name(&self.user_id));
        let description = errors.keep(
            "description",
            names::paragraph(&self.description, DESCRIPTION_LIMIT),
        );
        let password = match self.password.chars().count() {
            0 if self.id.is_empty() => errors.keep("password", Err(Invalid::Required)),
            0 => Some(None),
            n if n < INBOUND_PASSWORD_MINIMUM => {
                errors.keep("password", Err(Invalid::TooShort(INBOUND_PASSWORD_MINIMUM)))
            }
            n if n > 200 => errors.keep("password", Err(Invalid::TooLong(200))),
            _ => Some(Some(self.password.clone())),
        };
        match (name, user_id, description, password) {
            (Some(name), Some(user_id), Some(description), Some(password)) => Ok(CheckedInboundUser {
                name,
                user_id,
                password,
                description,
                active: ticked(&self.active),
            }),
            _ => Err(errors),
        }
    }
}

/// The checked fields of an [`OauthProfileForm`].
#[derive(Debug)]
pub struct CheckedOauthProfile {
    pub name: Name,
    pub description: String,
    pub grant_type: GrantType,
    pub authorization_url: String,
    pub token_url: String,
    pub client_id: String,
    pub scopes: String,
}

impl OauthProfileForm {
    /// Checks every field at once. The authorization URL is asked for with the authorization code grant only.
    pub fn check(&self) -> Result<CheckedOauthProfile, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", Name::parse(&self.name));
        let description = errors.keep(
            "description",
            names::paragraph(&self.description, DESCRIPTION_LIMIT),
        );
        let grant_type = errors.keep(
            "grant_type",
            GrantType::parse(&self.grant_type).ok_or(Invalid::NotAChoice),
        );
        let needs_authorization = grant_type == Some(GrantType::AuthorizationCode);
        let authorization_url = errors.keep(
            "authorization_url",
            if needs_authorization {
                url(&self.authorization_url)
            } else {
                Ok(String::new())
            },
        );
        let token_url = errors.keep("token_url", url(&self.token_url));
        let client_id = errors.keep("client_id", names::line(&self.client_id, 500).and_then(required));
        let scopes = errors.keep("scopes", names::line(&self.scopes, 2000));
        match (
            name,
            description,
            grant_type,
            authorization_url,
            token_url,
            client_id,
            scopes,
        ) {
            (
                Some(name),
                Some(description),
                Some(grant_type),
                Some(authorization_url),
                Some(token_url),
                Some(client_id),
                Some(scopes),
            ) => Ok(CheckedOauthProfile {
                name,
                description,
                grant_type,
                authorization_url,
                token_url,
                client_id,
                scopes,
            }),
            _ => Err(errors),
        }
    }
}

/// The checked fields of a [`ProtocolProfileForm`].
#[derive(Debug)]
pub struct CheckedProtocolProfile {
    pub name: Name,
    pub description: String,
    pub minimum_tls: TlsVersion,
}

impl ProtocolProfileForm {
    /// Checks every field at once.
    pub fn check(&self) -> Result<CheckedProtocolProfile, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", Name::parse(&self.name));
        let description = errors.keep(
            "description",
            names::paragraph(&self.description, DESCRIPTION_LIMIT),
        );
        let minimum_tls = errors.keep(
            "minimum_tls",
            choice_or(&self.minimum_tls, TlsVersion::Tls12, TlsVersion::parse),
        );
        match (name, description, minimum_tls) {
            (Some(name), Some(description), Some(minimum_tls)) => Ok(CheckedProtocolProfile {
                name,
                description,
                minimum_tls,
            }),
            _ => Err(errors),
        }
    }
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

/// The checked fields of a [`VariableForm`].
pub struct CheckedVariable {
    pub key: names::VariableKey,
    pub value: String,
    pub description: String,
    pub secret: bool,
}

impl VariableForm {
    /// Checks every field at once. A new secret needs a value.
    pub fn check(&self) -> Result<CheckedVariable, FieldErrors> {
        let mut errors = FieldErrors::default();
        let secret = ticked(&self.secret);
        let key = errors.keep("key", names::VariableKey::parse(&self.key));
        let value = errors.keep("value", names::paragraph(&self.value, 10_000));
        if secret && self.value.is_empty() && self.id.is_empty() {
            errors.add("value", Invalid::Required);
        }
        let description = errors.keep("description", names::line(&self.description, 500));
        match (key, value, description) {
            (Some(key), Some(value), Some(description)) if errors.is_empty() => Ok(CheckedVariable {
                key,
                value,
                description,
                secret,
            }),
            _ => Err(errors),
        }
    }
}

/// Whether a tick box was ticked.
pub fn ticked(value: &str) -> bool {
    matches!(value, "on" | "true" | "1")
}

/// A reference to a record, chosen from a list.
pub fn reference<T: std::str::FromStr>(text: &str) -> Result<T, Invalid> {
    let text = text.trim();
    if text.is_empty() {
        Err(Invalid::Required)
    } else {
        text.parse().map_err(|_| Invalid::NoSuchRecord)
    }
}

/// A choice of a list, or its default when blank.
pub fn choice_or<T>(word: &str, default: T, parse: impl Fn(&str) -> Option<T>) -> Result<T, Invalid> {
    if word.is_empty() {
        Ok(default)
    } else {
        parse(word).ok_or(Invalid::NotAChoice)
    }
}

/// Header lines `Name: value`. Names are tokens (RFC 9110 5.1); values hold visible characters and blanks. Headers that
/// belong to the connection itself (Host, Content-Length, Connection, Transfer-Encoding…) are refused.
pub fn headers(text: &str) -> Result<Vec<Header>, Invalid> {
    const OURS: [&str; 8] = [
        "host",
        "content-length",
        "connection",
        "transfer-encoding",
        "te",
        "upgrade",
        "trailer",
        "proxy-authorization",
    ];
    let mut headers = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| Invalid::Malformed(format!("Write “{line}” as Name: value.")))?;
        let (name, value) = (name.trim(), value.trim());
        let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if name.is_empty() || !name.chars().all(token) {
            return Err(Invalid::Malformed(format!(
                "“{name}” is no header name: use letters, digits and -."
            )));
        }
        if OURS.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(Invalid::Refused(format!(
                "{name} is set by Switchboard. Remove it."
            )));
        }
        if value.chars().any(char::is_control) || value.len() > 4000 {
            return Err(Invalid::Malformed(format!(
                "The value of {name} must be one line of at most 4000 characters."
            )));
        }
        target_url::placeholders(value)?;
        headers.push(Header {
            name: name.to_owned(),
            value: value.to_owned(),
        });
    }
    if headers.len() > 50 {
        return Err(Invalid::Refused("Use at most 50 headers.".into()));
    }
    Ok(headers)
}

/// Header lines of stored headers: the reverse of [`headers`].
pub fn header_lines(headers: &[Header]) -> String {
    headers.iter().fold(String::new(), |lines, header| {
        lines + &header.name + ": " + &header.value + "\n"
    })
}

fn required(text: String) -> Result<String, Invalid> {
    if text.is_empty() {
        Err(Invalid::Required)
    } else {
        Ok(text)
    }
}

fn url(text: &str) -> Result<String, Invalid> {
    target_url::EndpointUrl::parse(text).map(|url| url.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_lines_round_trip() {
        let parsed = headers("X-One: 1\n\nAccept:  application/json ").unwrap();
        assert_eq!(header_lines(&parsed), "X-One: 1\nAccept: application/json\n");
        for bad in [
            "novalue",
            ": x",
            "a b: c",
            "Host: evil",
            "content-length: 3",
            "X: ${",
        ] {
            assert!(headers(bad).is_err(), "{bad}");
        }
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
    fn a_blank_password_keeps_the_one_that_is_set() {
        let form = InboundUserForm {
            name: "Jira".into(),
            user_id: "jira".into(),
            ..Default::default()
        };
        assert!(form.check().is_err());
        let form = InboundUserForm {
            id: "x".into(),
            ..form
        };
        assert!(form.check().is_ok_and(|checked| checked.password.is_none()));
    }
}
