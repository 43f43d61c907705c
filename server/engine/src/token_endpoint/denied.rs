//! Why the token endpoint gives no token.

use crate::Error;

/// Why there is no token (RFC 6749 5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    /// A parameter is missing.
    InvalidRequest(&'static str),
    /// Unknown, inactive, or a wrong secret: all alike to the client. The text is for our list.
    InvalidClient(&'static str),
    /// A wrong password or refresh token; says no more.
    InvalidGrant(&'static str),
    /// The client may not use this grant.
    UnauthorizedClient(&'static str),
    UnsupportedGrantType,
    /// Too many wrong secrets of the client; seconds to wait.
    TooManySecrets(u64),
    /// Too many wrong passwords of the inbound user; seconds to wait.
    TooManyPasswords(u64),
    /// The database does not take it now.
    Unavailable,
}

impl Denied {
    /// HTTP status (RFC 6749 5.2).
    pub fn status(&self) -> u16 {
        match self {
            Self::InvalidRequest(_)
            | Self::InvalidGrant(_)
            | Self::UnauthorizedClient(_)
            | Self::UnsupportedGrantType => 400,
            Self::InvalidClient(_) => 401,
            Self::TooManySecrets(_) | Self::TooManyPasswords(_) => 429,
            Self::Unavailable => 503,
        }
    }

    /// What the list of refused calls says; `None` for what is no question of who it is.
    pub(super) fn reason(&self) -> Option<&'static str> {
        match self {
            Self::InvalidClient(why) | Self::InvalidGrant(why) | Self::UnauthorizedClient(why) => Some(why),
            Self::TooManySecrets(_) => Some("too many wrong secrets"),
            Self::TooManyPasswords(_) => Some("too many wrong passwords of the user"),
            Self::InvalidRequest(_) | Self::UnsupportedGrantType | Self::Unavailable => None,
        }
    }
}

impl From<Error> for Denied {
    fn from(error: Error) -> Self {
        match error {
            Error::TooManyTries { retry_after_seconds } => Self::TooManySecrets(retry_after_seconds),
            other => {
                tracing::error!(error = %other, "a token could not be given out");
                Self::Unavailable
            }
        }
    }
}

impl From<store::Error> for Denied {
    fn from(error: store::Error) -> Self {
        Error::from(error).into()
    }
}
