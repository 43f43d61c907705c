//! Why an inbound call is refused, with what the caller is told. One place for all of them.

use crate::Error;

/// Why an inbound call is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The body is larger than the limit, in bytes.
    TooLarge { limit: usize },
    /// Wrong, unknown or missing credentials. The text is for our list, callers are told less.
    Unauthenticated(String),
    /// Too many wrong passwords for this user; seconds to wait.
    TooManyTries { retry_after_seconds: u64 },
    /// No process of this api name.
    UnknownProcess(String),
    /// The caller has no active connection at this process.
    NoActiveConnection(String),
    /// The content type is not what the integration takes.
    UnsupportedType(String),
    /// The body or a header cannot be understood; says where.
    Malformed(String),
    /// The message id was used with another body.
    Conflict(String),
    /// The database does not take it now. Nothing was stored.
    Unavailable(String),
}

impl Refusal {
    /// HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::TooLarge { .. } => 413,
            Self::Unauthenticated(_) => 401,
            Self::TooManyTries { .. } => 429,
            Self::UnknownProcess(_) => 404,
            Self::NoActiveConnection(_) => 403,
            Self::UnsupportedType(_) => 415,
            Self::Malformed(_) => 400,
            Self::Conflict(_) => 409,
            Self::Unavailable(_) => 503,
        }
    }

    /// Stable name of the kind, the fragment of the problem's `type`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too-large",
            Self::Unauthenticated(_) => "unauthenticated",
            Self::TooManyTries { .. } => "too-many-tries",
            Self::UnknownProcess(_) => "no-such-process",
            Self::NoActiveConnection(_) => "no-active-connection",
            Self::UnsupportedType(_) => "unsupported-type",
            Self::Malformed(_) => "malformed",
            Self::Conflict(_) => "message-id-conflict",
            Self::Unavailable(_) => "unavailable",
        }
    }

    /// Title of the problem.
    pub fn title(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "The body is too large",
            Self::Unauthenticated(_) => "Not authenticated",
            Self::TooManyTries { .. } => "Too many wrong passwords",
            Self::UnknownProcess(_) => "No such process",
            Self::NoActiveConnection(_) => "No active connection",
            Self::UnsupportedType(_) => "Unsupported content type",
            Self::Malformed(_) => "Malformed message",
            Self::Conflict(_) => "Message id used with another body",
            Self::Unavailable(_) => "Not available",
        }
    }

    /// What the caller is told: what happened and what to do.
    pub fn detail(&self) -> String {
        match self {
            Self::TooLarge { limit } => format!("Send at most {limit} bytes."),
            Self::Unauthenticated(_) => {
                "Authenticate as the inbound user of the connection: with HTTP Basic, or in another way that is set up for it. The credentials are missing, wrong or expired.".into()
            }
            Self::TooManyTries { retry_after_seconds } => format!("Wait {retry_after_seconds} seconds before trying another password."),
            Self::UnknownProcess(text)
            | Self::NoActiveConnection(text)
            | Self::UnsupportedType(text)
            | Self::Malformed(text)
            | Self::Conflict(text)
            | Self::Unavailable(text) => text.clone(),
        }
    }

    /// What our own list of refused calls says.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Unauthenticated(reason) => reason.clone(),
            other => other.detail(),
        }
    }

    /// Seconds of `Retry-After`, with 429 and 503.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooManyTries { retry_after_seconds } => Some(*retry_after_seconds),
            Self::Unavailable(_) => Some(5),
            _ => None,
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::TooManyTries { retry_after_seconds } => Self::TooManyTries { retry_after_seconds },
            Error::Unavailable(text) => Self::Unavailable(text),
            other => {
                tracing::error!(error = %other, "an inbound call failed");
                Self::Unavailable("The message was not stored. Send it again in a moment.".into())
            }
        }
    }
}
