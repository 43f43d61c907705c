//! What can go wrong, and the one place where database errors become something a person can act on.

use model::{FieldErrors, Invalid, comparison::Comparison, permission::Permission};

/// The result of an operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is logged in, or the credentials are wrong.
    #[error("not logged in")]
    Unauthenticated,
    /// The role does not include the permission.
    #[error("needs permission to {0}")]
    Forbidden(Permission),
    /// There is no such record. Names its kind.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// Fields are wrong.
    #[error("fields are wrong")]
    Invalid(FieldErrors),
    /// Somebody else changed the record meanwhile.
    #[error("changed by somebody else")]
    Stale(Box<Comparison>),
    /// The state of things does not allow it. A sentence that says what to do.
    #[error("{0}")]
    Conflict(String),
    /// The idempotency key was used for another message. A sentence that names the first one.
    #[error("{0}")]
    MessageIdReused(String),
    /// A secret that is kept in the environment or in a file is not to be found there. A sentence that says so.
    #[error("{0}")]
    SecretNotFound(String),
    /// The stored form of a secret does not decrypt. A sentence that names its record and says what to do.
    #[error("{0}")]
    SecretUnreadable(String),
    /// Too many wrong passwords or codes.
    #[error("too many tries; wait {retry_after_seconds} s")]
    TooManyTries {
        /// Seconds to wait.
        retry_after_seconds: u64,
    },
    /// The database does not take writes now, or we are shutting down. Nothing was done; trying again may work.
    #[error("not available: {0}")]
    Unavailable(String),
    /// Something of ours is broken. The text is for the log, not for people.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// One wrong field.
    pub fn field(field: &str, invalid: Invalid) -> Self {
        Self::Invalid(FieldErrors::one(field, invalid))
    }
}

impl Error {
    /// The sentence for people when a secret of `record` is not to be had; any other error stays one.
    pub(crate) fn about_secret(self, record: &str) -> Result<String> {
        match self {
            Self::SecretNotFound(sentence) => Ok(format!("A secret of {record} is not there. {sentence}")),
            Self::SecretUnreadable(sentence) => Ok(sentence),
            other => Err(other),
        }
    }
}

impl From<FieldErrors> for Error {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}

/// Constraint → field and what it says. A violated constraint is the check: there is no racy "does it exist?" query.
const TAKEN: &[(&str, &str, &str)] = &[
    ("application_key", "key", "by another application"),
    ("process_api_name", "api_name", "by another process"),
    (
        "integration_name",
        "name",
        "by another integration of this process",
    ),
    ("inbound_user_user_id", "user_id", "by another inbound user"),
    ("oauth_profile_name", "name", "by another OAuth profile"),
    ("oauth_client_name", "name", "by another OAuth client"),
    ("oauth_client_client_id", "client_id", "by another OAuth client"),
    ("protocol_profile_name", "name", "by another protocol profile"),
    (
        "connection_name",
        "name",
        "by another connection of this integration",
    ),
    ("variable_key", "key", "by another variable of this connection"),
    ("notification_channel_name", "name", "by another channel"),
    ("message_name", "name", "by another message of this integration"),
    ("app_user_name", "user_name", "by another user"),
];

/// Foreign key → field whose record is gone.
const GONE: &[(&str, &str)] = &[
    ("process_application", "application"),
    ("integration_process", "process"),
    ("connection_inbound_user", "inbound_user"),
    ("oauth_client_inbound_user", "inbound_user"),
    ("connection_oauth_profile", "oauth_profile"),
    ("connection_protocol_profile", "protocol_profile"),
];

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match &error {
            store::Error::Conflict { constraint } => conflict(constraint),
            store::Error::Stale => {
                Self::Conflict("Somebody changed this meanwhile. Reload the page and try again.".into())
            }
            store::Error::Closed => Self::Unavailable("Switchboard is shutting down.".into()),
            error if error.is_unavailable() => {
                tracing::error!(%error, "the database does not answer");
                Self::Unavailable("The database does not take this now. Try again in a moment.".into())
            }
            error => Self::Internal(error.to_string()),
        }
    }
}

fn conflict(constraint: &str) -> Error {
    if let Some((_, field, within)) = TAKEN.iter().find(|(name, ..)| *name == constraint) {
        return Error::field(field, Invalid::Taken((*within).into()));
    }
    if let Some((_, field)) = GONE.iter().find(|(name, _)| *name == constraint) {
        return Error::field(field, Invalid::NoSuchRecord);
    }
    match constraint {
        "connection_active_inbound_user" => Error::Conflict(
            "Its inbound user is already used by the active connection of another integration of this process. \
             Choose another inbound user, so that a caller leads to one integration."
                .into(),
        ),
        "secret_data_key" => {
            Error::Conflict("The data key was rotated at the same moment. Save again in a minute.".into())
        }
        "connection_one_active" => Error::Conflict("Another connection was enabled at the same moment. Try again.".into()),
        other => Error::Conflict(format!("Other records depend on this ({other}).")),
    }
}
