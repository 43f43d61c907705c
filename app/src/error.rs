//! What a page or a form is told when something could not be done.

use std::fmt;

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use model::{FieldErrors, comparison::Comparison, permission::Permission};
use serde::{Deserialize, Serialize};

/// The error of every server function. It holds what the person may know; the log says the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppError {
    /// Nobody is logged in.
    Unauthenticated,
    /// The role does not include this permission.
    Forbidden(Permission),
    /// There is no such record; the word is its kind.
    NotFound(String),
    /// Fields that need to be corrected.
    Invalid(FieldErrors),
    /// Somebody else saved the record first.
    Stale(Box<Comparison>),
    /// The state of things stands against it; the sentence says how.
    Conflict(String),
    /// Too many wrong passwords or codes; seconds until the next try counts.
    TooManyTries(u64),
    /// Something that is needed does not answer now.
    Unavailable(String),
    /// The request did not reach Switchboard or came back unreadable.
    Transport(String),
    /// A fault of Switchboard, noted in its log.
    Internal,
}

impl AppError {
    /// What is wrong with which field; empty for every other kind of error.
    pub fn fields(&self) -> FieldErrors {
        match self {
            Self::Invalid(errors) => errors.clone(),
            _ => FieldErrors::default(),
        }
    }

    /// A short title of an error page.
    pub fn title(&self) -> String {
        match self {
            Self::Unauthenticated => "Please log in".into(),
            Self::Forbidden(_) => "Not allowed".into(),
            Self::NotFound(record) => format!("There is no such {record}"),
            Self::Unavailable(_) | Self::Transport(_) => "Not available now".into(),
            _ => "Something went wrong".into(),
        }
    }

    /// The HTTP status that says the same.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Unauthenticated => 401,
            Self::Forbidden(_) => 403,
            Self::NotFound(_) => 404,
            Self::Invalid(_) => 422,
            Self::Stale(_) | Self::Conflict(_) => 409,
            Self::TooManyTries(_) => 429,
            Self::Unavailable(_) => 503,
            Self::Transport(_) => 400,
            Self::Internal => 500,
        }
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unauthenticated => f.write_str("Your session has ended. Log in in another tab, then come back and send this again: nothing typed is lost."),
            Self::Forbidden(permission) => write!(f, "Your role does not include the permission to {permission}. Ask an administrator."),
            Self::NotFound(record) => write!(f, "This {record} does not exist, or it was deleted meanwhile."),
            Self::Invalid(_) => f.write_str("Not done yet. Correct the marked fields."),
            Self::Stale(comparison) => write!(
                f,
                "{} saved this record on {}, after you opened it. Nothing was overwritten.",
                comparison.changed_by,
                comparison.changed_at.exact()
            ),
            Self::Conflict(sentence) | Self::Unavailable(sentence) => f.write_str(sentence),
            Self::TooManyTries(seconds) => write!(f, "Too many wrong tries. Wait {seconds} seconds, then try again."),
            Self::Transport(_) => f.write_str("Switchboard could not be reached. Check the connection and try again; nothing you typed is lost."),
            Self::Internal => f.write_str("Switchboard met an unexpected fault. Its log says more; try again."),
        }
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self::Transport(error.to_string())
    }
}

#[cfg(feature = "ssr")]
impl From<engine::Error> for AppError {
    fn from(error: engine::Error) -> Self {
        let error = match error {
            engine::Error::Unauthenticated => Self::Unauthenticated,
            engine::Error::Forbidden(permission) => Self::Forbidden(permission),
            engine::Error::NotFound(record) => Self::NotFound(record.into()),
            engine::Error::Invalid(errors) => Self::Invalid(errors),
            engine::Error::Stale(comparison) => Self::Stale(comparison),
            engine::Error::Conflict(sentence)
            | engine::Error::MessageIdReused(sentence)
            | engine::Error::SecretNotFound(sentence)
            | engine::Error::SecretUnreadable(sentence) => Self::Conflict(sentence),
            engine::Error::TooManyTries { retry_after_seconds } => Self::TooManyTries(retry_after_seconds),
            engine::Error::Unavailable(sentence) => Self::Unavailable(sentence),
            engine::Error::Internal(detail) => {
                tracing::error!(detail, "a page or form failed");
                Self::Internal
            }
        };
        crate::server::set_status(error.status());
        error
    }
}
