//! What can go wrong with the database, in the words the engine decides by.

use std::sync::Arc;

use sqlx::error::{DatabaseError, ErrorKind};

use crate::dialect;

/// Why a read or write failed. Cheap to clone: one failed commit answers many writes.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A unique index or foreign key stands against it. The name is the same on both databases.
    #[error("the constraint {constraint} does not allow it")]
    Conflict { constraint: String },
    /// The version seen is not the stored one any more, or the row is gone.
    #[error("the record changed or went in the meantime")]
    Stale,
    /// A stored word or structure could not be read back.
    #[error("the column {column} holds something unreadable")]
    Corrupt { column: String },
    /// The job panicked; nothing of it was stored.
    #[error("the write panicked")]
    Panicked,
    /// The writer panicked while this write was in its hands: whether it was stored is not known.
    #[error("the writer was interrupted")]
    Interrupted,
    /// The database file or its WAL was removed or replaced while it was open. Nothing was stored.
    #[error("the file {0} was removed or replaced while Switchboard had it open; restart Switchboard")]
    FileReplaced(String),
    /// [`crate::Db::close`] was called.
    #[error("the database is closed")]
    Closed,
    /// SQLite before 3.51.3 can lose committed data in WAL mode (its "WAL-reset bug").
    #[error("SQLite {0} can lose committed data; 3.51.3 or later is needed")]
    OldSqlite(String),
    /// The database URL is not understood.
    #[error("the database URL is not understood: {0}")]
    Url(String),
    /// The schema could not be brought up to date.
    #[error("the schema could not be brought up to date: {0}")]
    Migrate(Arc<sqlx::migrate::MigrateError>),
    /// Anything else the database said.
    #[error("database: {0}")]
    Sql(Arc<sqlx::Error>),
    /// The folder of the database file could not be made.
    #[error("folder of the database: {0}")]
    Io(Arc<std::io::Error>),
}

/// A result with this crate's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether trying again later can help: disk full, disk error, no free connection, server gone.
    /// Such a failure is answered with 503 and Retry-After (promise R8).
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Closed | Self::Interrupted | Self::FileReplaced(_) | Self::Io(_) => true,
            Self::Sql(error) => match &**error {
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed => true,
                sqlx::Error::Database(error) => dialect::is_passing(&**error),
                _ => false,
            },
            _ => false,
        }
    }

    /// Name of the constraint that stands against it.
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Conflict { constraint } => Some(constraint),
            _ => None,
        }
    }

    /// Whether SQLite refused it for a foreign key, which it does not name.
    pub(crate) fn is_nameless_foreign_key(&self) -> bool {
        self.constraint() == Some("")
    }

    pub(crate) fn corrupt(column: &str) -> Self {
        Self::Corrupt {
            column: column.to_owned(),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) => match conflict(&**database) {
                Some(constraint) => Self::Conflict { constraint },
                None => Self::Sql(Arc::new(error)),
            },
            _ => Self::Sql(Arc::new(error)),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Migrate(Arc::new(error))
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Io(Arc::new(error))
    }
}

fn conflict(error: &dyn DatabaseError) -> Option<String> {
    match error.kind() {
        ErrorKind::UniqueViolation => Some(
            error
                .constraint()
                .map_or_else(|| dialect::unique_name(error.message()), str::to_owned),
        ),
        ErrorKind::ForeignKeyViolation => Some(error.constraint().unwrap_or_default().to_owned()),
        _ => None,
    }
}
