//! Why the token endpoint gives no token.

use crate::Error;

/// Why there is no token (RFC 6749 5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    /// A parameter is missing.
    InvalidRequest(&'static str),
    /// Unknown, inactive, or a wrong secret: all alike.
    InvalidClient,
    /// A wrong password or refresh token; says no more.
    InvalidGrant(&'static str),
    /// The client may not use this grant.
    UnauthorizedClient(&'static str),
    UnsupportedGrantType,
    /// Too many wrong secrets or passwords; seconds to wait.
    TooManyTries(u64),
    /// The database does not take it now.
    Unavailable,
}

impl From<Error> for Denied {
    fn from(error: Error) -> Self {
        match error {
            Error::TooManyTries { retry_after_seconds } => Self::TooManyTries(retry_after_seconds),
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
