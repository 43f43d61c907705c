//! The values of a connection's variables, for everything `${…}` may stand in.

use model::connection::Connection;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};

use crate::{Engine, Result, variables};

/// What is escaped in a variable's value inside a path: everything that could leave its segment.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'&')
    .add(b'+');

/// The values of a connection's variables; secret ones only when bound to this destination.
pub(super) struct Values(Vec<(String, Value)>);

enum Value {
    Plain(String),
    Secret(SecretString),
    /// Set for another host: never sent to this one.
    Elsewhere,
}

impl Values {
    pub(super) async fn load(engine: &Engine, connection: &Connection, destination: &str) -> Result<Self> {
        let mut values = Vec::new();
        for variable in store::variable::list_by_connection(&engine.db, connection.id).await? {
            let value = if variable.secret {
                match engine
                    .vault
                    .read(&engine.db, variable.id.0, variables::SECRET)
                    .await?
                {
                    Some((secret, state)) if state.origin == destination => Value::Secret(secret),
                    _ => Value::Elsewhere,
                }
            } else {
                Value::Plain(variable.value)
            };
            values.push((variable.key, value));
        }
        Ok(Self(values))
    }

    /// As it is.
    pub(super) fn clear(&self, key: &str) -> Option<String> {
        self.0
            .iter()
            .find(|(name, _)| name == key)
            .and_then(|(_, value)| match value {
                Value::Plain(text) => Some(text.clone()),
                Value::Secret(secret) => Some(secret.expose_secret().to_owned()),
                Value::Elsewhere => None,
            })
    }

    /// As part of a path: it cannot leave its segment.
    pub(super) fn in_path(&self, key: &str) -> Option<String> {
        let value = self.clear(key)?;
        Some(utf8_percent_encode(&value, SEGMENT).to_string())
    }

    /// As [`Self::clear`], but `hidden` in the place of secrets; `None` also when no such variable is set.
    pub(super) fn shown(&self, key: &str, hidden: &str) -> Option<String> {
        if self.is_secret(key) {
            return Some(hidden.to_owned());
        }
        self.clear(key)
    }

    /// As [`Self::in_path`], but `hidden` in the place of secrets.
    pub(super) fn shown_in_path(&self, key: &str, hidden: &str) -> Option<String> {
        if self.is_secret(key) {
            return Some(hidden.to_owned());
        }
        self.in_path(key)
    }

    /// Whether the variable's value is a secret.
    pub(super) fn is_secret(&self, key: &str) -> bool {
        self.0
            .iter()
            .any(|(name, value)| name == key && matches!(value, Value::Secret(_)))
    }

    /// To be hidden in everything recorded.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        self.0.iter().filter_map(|(_, value)| {
            if let Value::Secret(secret) = value {
                Some(secret)
            } else {
                None
            }
        })
    }
}
