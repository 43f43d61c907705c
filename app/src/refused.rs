//! A form that was refused without JavaScript comes back with what was typed.
//!
//! The server renders the page again with a [`Refused`] in the request's extensions; the form it belongs to takes its
//! values and error from there. The same value travels to the browser, so that hydration sees the same page.

use leptos::{prelude::*, server_fn::ServerFn};
use serde::{Deserialize, Serialize};

use crate::{
    AppError,
    profiles::{DiscoverProvider, SaveOauthProfile},
};

/// A refused plain form post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Path of the server function: `/fn/save_connection`.
    pub path: String,
    /// What was typed, by the names of the HTML fields (`form[name]`), without secrets.
    pub fields: Vec<(String, String)>,
    /// Why it was refused.
    pub error: AppError,
}

impl Refused {
    /// Whether it is about the record with this id, of several forms of the same kind on a page.
    fn is_about(&self, record: Option<&str>) -> bool {
        let id = self.fields.iter().find(|(name, _)| bare(name) == "id");
        record.is_none_or(|record| id.is_some_and(|(_, id)| id == record))
    }
}

/// Field names whose values are never sent back to a page.
pub const SECRET_FIELDS: &[&str] = &[
    "password",
    "api_key",
    "token",
    "client_secret",
    "private_key",
    "key_password",
    "pkcs12",
    "signing_secret",
    "pasted",
];

/// What a private key in PEM begins with, after its kind (RFC 7468 2).
const PRIVATE_KEY: &str = "PRIVATE KEY-----";

/// Server functions that a second button of another function's form posts to: what they refuse belongs to that form.
const SECOND_BUTTONS: &[(&str, &str)] = &[(
    <DiscoverProvider as ServerFn>::PATH,
    <SaveOauthProfile as ServerFn>::PATH,
)];

/// The server function whose form a refusal of `path` belongs to.
pub fn form_of(path: &str) -> &str {
    SECOND_BUTTONS
        .iter()
        .find(|(button, _)| *button == path)
        .map_or(path, |(_, form)| form)
}

/// Removes what must not be echoed: secrets, private keys in whatever field, and the value of a variable that is marked
/// secret.
pub fn without_secrets(fields: Vec<(String, String)>) -> Vec<(String, String)> {
    let secret_value = fields
        .iter()
        .any(|(name, value)| bare(name) == "secret" && !value.is_empty());
    fields
        .into_iter()
        .filter(|(name, value)| {
            let name = bare(name);
            let secret = SECRET_FIELDS.contains(&name) || value.contains(PRIVATE_KEY);
            !secret && (name != "value" || !secret_value)
        })
        .collect()
}

/// The error in the address a refused server function redirects to (`…?__path=…&__err=…`).
#[cfg(feature = "ssr")]
pub fn refused_error(location: &str) -> Option<AppError> {
    use leptos::server_fn::error::ServerFnUrlError;
    let query = location.split_once('?')?.1;
    let query = query.split('#').next().unwrap_or_default();
    let encoded = query
        .split('&')
        .rev()
        .find_map(|pair| pair.strip_prefix("__err="))?;
    let encoded = encoded
        .replace("%3D", "=")
        .replace("%3d", "=")
        .replace("%2B", "+")
        .replace("%2F", "/");
    Some(ServerFnUrlError::<AppError>::decode_err(&encoded))
}

/// `name` of `form[name]`.
pub fn bare(name: &str) -> &str {
    name.split_once('[')
        .and_then(|(_, rest)| rest.strip_suffix(']'))
        .unwrap_or(name)
}

/// The refusal this page was rendered with, if any. Kept in the context of the application.
#[derive(Clone, Copy)]
pub struct Refusal(StoredValue<Option<Refused>>);

impl Refusal {
    /// Reads the refusal of the request on the server, and the same one in the browser.
    pub fn provide() {
        let refused = SharedValue::new(of_request).into_inner();
        provide_context(Self(StoredValue::new(refused)));
    }

    /// Whether the form that posts to `path` about `record` (any, when `None`) was refused.
    pub fn is_of(path: &str, record: Option<&str>) -> bool {
        use_context::<Self>().is_some_and(|Self(stored)| {
            stored.with_value(|refused| {
                refused
                    .as_ref()
                    .is_some_and(|refused| refused.path == path && refused.is_about(record))
            })
        })
    }

    /// The refusal of the form that posts to `path` about `record` (any, when `None`). In the browser it is handed out
    /// once: a form opened later is fresh.
    pub fn of(path: &str, record: Option<&str>) -> Option<Refused> {
        if !Self::is_of(path, record) {
            return None;
        }
        let Self(stored) = use_context::<Self>()?;
        let refused = stored.get_value()?;
        if cfg!(not(feature = "ssr")) {
            stored.set_value(None);
        }
        Some(refused)
    }
}

#[cfg(feature = "ssr")]
fn of_request() -> Option<Refused> {
    use_context::<http::request::Parts>().and_then(|parts| parts.extensions.get::<Refused>().cloned())
}

#[cfg(not(feature = "ssr"))]
fn of_request() -> Option<Refused> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_never_echoed() {
        let fields = [
            ("form[name]", "Jira"),
            ("form[password]", "s3cret"),
            ("form[value]", "x"),
            ("form[secret]", "on"),
            ("form[client_secret]", "x"),
            ("form[key_password]", "x"),
            (
                "form[certificate]",
                "-----BEGIN CERTIFICATE-----\n-----BEGIN RSA PRIVATE KEY-----",
            ),
        ];
        let kept = without_secrets(
            fields
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
        );
        assert_eq!(
            kept.iter().map(|(name, _)| bare(name)).collect::<Vec<_>>(),
            ["name", "secret"]
        );
    }

    #[test]
    fn of_several_forms_of_a_kind_only_the_refused_one_is_told() {
        let refused = Refused {
            path: "/fn/save_variable".into(),
            fields: vec![("form[id]".into(), "1".into())],
            error: AppError::Internal,
        };
        assert!(refused.is_about(None) && refused.is_about(Some("1")));
        assert!(!refused.is_about(Some("2")) && !refused.is_about(Some("")));
    }

    #[test]
    fn what_a_second_button_refuses_belongs_to_the_form_it_stands_in() {
        assert_eq!(form_of("/fn/discover_provider"), "/fn/save_oauth_profile");
        assert_eq!(form_of("/fn/login"), "/fn/login");
    }

    #[test]
    fn an_open_variable_keeps_its_value() {
        let fields = vec![("form[value]".to_owned(), "x".to_owned())];
        assert_eq!(without_secrets(fields.clone()), fields);
    }
}
