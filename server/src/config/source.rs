//! Where settings come from: `SWITCHBOARD_*` of the environment, and a TOML file with the same names in small letters
//! without the prefix. The environment wins.

use std::{collections::BTreeMap, ffi::OsString, path::Path};

use engine::SecretString;
use model::secret_text::secret_name;

use super::ConfigError;

const PREFIX: &str = "SWITCHBOARD_";

/// The settings of this release.
pub const KNOWN: &[&str] = &[
    "listen",
    "public_url",
    "database_url",
    "instance_name",
    "master_key",
    "master_key_file",
    "allowed_targets",
    "admin_user",
    "admin_password",
    "tls_cert",
    "tls_key",
    "tls_client_ca",
    "trusted_proxies",
    "practice",
    "log",
    "body_limit",
    "secret_roots",
    "smtp_url",
    "mail_from",
    "new_master_key",
    "new_master_key_file",
];

/// Names of the environment that are not settings: what builds and tests use.
const NOT_SETTINGS: &[&str] = &["TEST_"];
const NOT_SETTINGS_EXACTLY: &[&str] = &["BUNDLE", "BINARY"];

struct Setting {
    value: String,
    /// How the person wrote it: `SWITCHBOARD_LISTEN`, or `listen` in the file.
    written_as: String,
}

/// Settings not yet looked at, and what was wrong so far.
pub struct Source {
    settings: BTreeMap<String, Setting>,
    secrets: BTreeMap<String, SecretString>,
    problems: Vec<String>,
}

impl Source {
    /// Reads both places.
    ///
    /// # Errors
    /// A file that cannot be read or is no TOML. Unknown keys are kept for [`Source::finish`].
    pub fn read(
        environment: impl IntoIterator<Item = (OsString, OsString)>,
        file: Option<&Path>,
    ) -> Result<Self, ConfigError> {
        let mut source = Self {
            settings: BTreeMap::new(),
            secrets: BTreeMap::new(),
            problems: Vec::new(),
        };
        if let Some(file) = file {
            source.read_file(file)?;
        }
        source.read_environment(environment);
        Ok(source)
    }

    fn read_file(&mut self, file: &Path) -> Result<(), ConfigError> {
        let shown = file.display();
        let text = std::fs::read_to_string(file)
            .map_err(|error| ConfigError(vec![format!("--config {shown}: cannot be read: {error}.")]))?;
        let table: toml::Table = text
            .parse()
            .map_err(|error| ConfigError(vec![format!("--config {shown}: is no TOML: {error}")]))?;
        for (key, value) in table {
            let written_as = format!("`{key}` in {shown}");
            match value_text(value) {
                Some(value) => self.add(&key, Setting { value, written_as }),
                None => self
                    .problems
                    .push(format!("{written_as}: write one text, number or true/false.")),
            }
        }
        Ok(())
    }

    fn read_environment(&mut self, environment: impl IntoIterator<Item = (OsString, OsString)>) {
        for (name, value) in environment {
            let name = name.to_string_lossy().into_owned();
            let Some(key) = name.strip_prefix(PREFIX) else {
                continue;
            };
            if secret_name(&name) {
                match value.into_string() {
                    Ok(value) => drop(self.secrets.insert(name, value.into())),
                    Err(_) => self.problems.push(format!("{name}: the value is no UTF-8 text.")),
                }
                continue;
            }
            if NOT_SETTINGS.iter().any(|prefix| key.starts_with(prefix))
                || NOT_SETTINGS_EXACTLY.contains(&key)
            {
                continue;
            }
            match value.into_string() {
                Ok(value) => self.add(
                    &key.to_ascii_lowercase(),
                    Setting {
                        value,
                        written_as: name.clone(),
                    },
                ),
                Err(_) => self.problems.push(format!("{name}: the value is no UTF-8 text.")),
            }
        }
    }

    fn add(&mut self, key: &str, setting: Setting) {
        if KNOWN.contains(&key) {
            self.settings.insert(key.to_owned(), setting);
        } else {
            self.problems
                .push(format!("{}: there is no such setting.", setting.written_as));
        }
    }

    /// The values that references may name, by the full name of their variable.
    pub fn secrets(&self) -> BTreeMap<String, SecretString> {
        self.secrets.clone()
    }

    /// The raw text of a setting, empty when not given.
    pub fn peek(&self, key: &str) -> String {
        self.settings
            .get(key)
            .map(|setting| setting.value.clone())
            .unwrap_or_default()
    }

    /// How the person wrote a setting, or would write it.
    pub fn written_as(&self, key: &str) -> String {
        let variable = || format!("{PREFIX}{}", key.to_ascii_uppercase());
        self.settings
            .get(key)
            .map_or_else(variable, |setting| setting.written_as.clone())
    }

    /// Notes that something is wrong with a setting.
    pub fn refuse(&mut self, key: &str, reason: &str) {
        self.problems.push(format!("{}: {reason}", self.written_as(key)));
    }

    /// A setting, if it is given and good. A blank value counts as not given: container files often leave variables empty.
    pub fn take_optional<T>(&mut self, key: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let value = self.settings.get(key)?.value.trim().to_owned();
        if value.is_empty() {
            return None;
        }
        parse(&value).map_err(|reason| self.refuse(key, &reason)).ok()
    }

    /// A setting or its default.
    pub fn take<T>(
        &mut self,
        key: &str,
        parse: impl Fn(&str) -> Result<T, String>,
        default: impl Fn() -> T,
    ) -> T {
        self.take_optional(key, parse).unwrap_or_else(default)
    }

    /// Everything that was wrong.
    ///
    /// # Errors
    /// When anything was.
    pub fn finish(self) -> Result<(), ConfigError> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(ConfigError(self.problems))
        }
    }
}

/// Lists of texts are joined by commas, as in a variable.
fn value_text(value: toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(on) => Some(on.to_string()),
        toml::Value::Array(items) => items
            .into_iter()
            .map(value_text)
            .collect::<Option<Vec<_>>>()
            .map(|v| v.join(",")),
        _ => None,
    }
}
