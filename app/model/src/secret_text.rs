//! What was typed where a secret belongs: the secret itself, or a reference to where it is (promise S13).

use crate::Invalid;

/// Longest path or name of a reference, in characters.
const LONGEST: usize = 1000;
/// Names of variables that references may name.
const PREFIX: &str = "SWITCHBOARD_SECRET_";
/// A setting, although it begins like them.
const SETTING: &str = "SWITCHBOARD_SECRET_ROOTS";

/// How a secret field is filled in, for its hint.
pub const REFERENCE_HINT: &str = "Administrators may write env:SWITCHBOARD_SECRET_NAME or file:/path instead. A secret that really begins so is written with literal: in front.";

/// What was typed into a secret field.
#[derive(Clone, PartialEq, Eq)]
pub enum SecretText {
    /// The secret, stored encrypted.
    Literal(String),
    /// Where it is, read at each use.
    Reference(Reference),
}

/// Where a secret is instead of in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// Name of a variable of the environment.
    Environment(String),
    /// Absolute path of a file.
    File(String),
}

/// Whether a variable of the environment may be named by references.
pub fn secret_name(name: &str) -> bool {
    let rest = name.strip_prefix(PREFIX).unwrap_or_default();
    name != SETTING
        && !rest.is_empty()
        && name.len() <= LONGEST
        && rest
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

impl SecretText {
    /// Tells references from secrets: `env:…` and `file:…` are references, `literal:` in front makes anything a secret.
    ///
    /// # Errors
    /// A reference that may not be, with what is allowed.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if let Some(literal) = text.strip_prefix("literal:") {
            return Ok(Self::Literal(literal.to_owned()));
        }
        match Reference::parse(text) {
            Some(reference) => reference.map(Self::Reference),
            None => Ok(Self::Literal(text.to_owned())),
        }
    }
}

impl Reference {
    /// Reads `env:NAME` and `file:/path`; `None` for every other text.
    pub fn parse(text: &str) -> Option<Result<Self, Invalid>> {
        let text = text.trim();
        if let Some(name) = text.strip_prefix("env:") {
            let refused = || {
                Invalid::Refused(format!(
                    "References name variables that begin with {PREFIX}, in capitals, digits and _. Write literal: in front if the secret itself begins with env:."
                ))
            };
            return Some(if secret_name(name) {
                Ok(Self::Environment(name.to_owned()))
            } else {
                Err(refused())
            });
        }
        let path = text.strip_prefix("file:")?;
        let refused = || {
            Invalid::Refused(
                "References name a file by its absolute path, without “..”. Write literal: in front if the secret itself begins with file:.".into(),
            )
        };
        let plain = path.starts_with('/')
            && path.len() <= LONGEST
            && !path.chars().any(char::is_control)
            && !path.split('/').any(|part| part == "..");
        Some(if plain {
            Ok(Self::File(path.to_owned()))
        } else {
            Err(refused())
        })
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{path}"),
        }
    }
}

/// A stored reference in words: “From environment variable SWITCHBOARD_SECRET_JIRA”.
pub fn in_words(reference: &str) -> String {
    match Reference::parse(reference) {
        Some(Ok(Reference::Environment(name))) => format!("From environment variable {name}"),
        Some(Ok(Reference::File(path))) => format!("From file {path}"),
        _ => reference.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(text: &str) -> SecretText {
        SecretText::Literal(text.into())
    }

    #[test]
    fn references_are_told_from_secrets() {
        let environment = Reference::Environment("SWITCHBOARD_SECRET_JIRA".into());
        for (text, expected) in [
            ("env:SWITCHBOARD_SECRET_JIRA", SecretText::Reference(environment)),
            (
                "file:/run/secrets/jira",
                SecretText::Reference(Reference::File("/run/secrets/jira".into())),
            ),
            ("hunter2", literal("hunter2")),
            ("environment", literal("environment")),
            (" spaces ", literal(" spaces ")),
            (
                "literal:env:SWITCHBOARD_SECRET_JIRA",
                literal("env:SWITCHBOARD_SECRET_JIRA"),
            ),
            ("literal:literal:x", literal("literal:x")),
        ] {
            assert!(SecretText::parse(text) == Ok(expected), "{text}");
        }
    }

    #[test]
    fn only_named_places_may_be_referred_to() {
        for text in [
            "env:PATH",
            "env:SWITCHBOARD_MASTER_KEY",
            "env:SWITCHBOARD_SECRET_",
            "env:SWITCHBOARD_SECRET_ROOTS",
            "env:SWITCHBOARD_SECRET_a",
            "env:",
            "file:etc/passwd",
            "file:/run/secrets/../../etc/passwd",
            "file:",
        ] {
            assert!(SecretText::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_reference_is_read_back_from_its_text() {
        for text in ["env:SWITCHBOARD_SECRET_A", "file:/a/b"] {
            let Some(Ok(reference)) = Reference::parse(text) else {
                panic!("{text}")
            };
            assert_eq!(reference.to_string(), text);
        }
        assert_eq!(
            in_words("env:SWITCHBOARD_SECRET_A"),
            "From environment variable SWITCHBOARD_SECRET_A"
        );
    }
}
