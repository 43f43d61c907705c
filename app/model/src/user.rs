//! People who log in.

use serde::{Deserialize, Serialize};

use crate::{FieldErrors, Invalid, Timestamp, id::UserId, names, permission::Role};

/// A person, as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub name: String,
    pub role: Role,
    pub created: Timestamp,
    pub last_login: Option<Timestamp>,
}

/// Input of `/login`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginForm {
    pub user_name: String,
    pub password: String,
    /// A page to go to afterwards; only a local path of ours counts.
    #[serde(default)]
    pub next: String,
}

/// Input of `/setup`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupForm {
    /// The code that the log printed.
    pub code: String,
    pub user_name: String,
    pub password: String,
    pub instance_name: String,
}

/// Shortest password of a person, in characters (NIST SP 800-63B-4, 3.1.1.2: 15 for a password alone, 8 at least; we ask 10).
pub const PASSWORD_MINIMUM: usize = 10;

/// Checks a user name: one line of 1 to 60 characters without blanks.
pub fn user_name(text: &str) -> Result<String, Invalid> {
    let text = names::line(text, 60)?;
    if text.is_empty() {
        return Err(Invalid::Required);
    }
    if text.contains(char::is_whitespace) || text.contains(':') {
        return Err(Invalid::Malformed("Use no blanks and no colon.".into()));
    }
    Ok(text)
}

/// Checks a new password of a person.
pub fn new_password(text: &str) -> Result<(), Invalid> {
    match text.chars().count() {
        0 => Err(Invalid::Required),
        n if n < PASSWORD_MINIMUM => Err(Invalid::TooShort(PASSWORD_MINIMUM)),
        n if n > 200 => Err(Invalid::TooLong(200)),
        _ => Ok(()),
    }
}

/// Checks an instance name: 1 to 60 letters, digits, `.`, `_` and `-`.
pub fn instance_name(text: &str) -> Result<String, Invalid> {
    let text = text.trim();
    match text.len() {
        0 => Err(Invalid::Required),
        61.. => Err(Invalid::TooLong(60)),
        _ if text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')) =>
        {
            Ok(text.to_owned())
        }
        _ => Err(Invalid::Malformed("Use letters, digits, dots, - and _.".into())),
    }
}

impl SetupForm {
    /// Checks every field at once.
    pub fn check(&self) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        errors.keep("user_name", user_name(&self.user_name));
        errors.keep("password", new_password(&self.password));
        errors.keep("instance_name", instance_name(&self.instance_name));
        errors.into_result()
    }
}
