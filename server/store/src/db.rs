//! The handle of the database: opening, reading, writing, closing.

use std::{panic::AssertUnwindSafe, path::Path, str::FromStr, time::Duration};

use futures::{FutureExt, future::BoxFuture};
use sqlx::{
    ConnectOptions, Connection, PgPool, SqlSafeStr, SqlStr, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    cleanse, dialect,
    error::{Error, Result},
    migrations,
    row::StoredRow,
    statement,
    transaction::{self, NewTransaction},
    tx::{Open, Tx},
    value::Value,
    writer::Writer,
};

/// Connections that read a SQLite database at the same time.
const SQLITE_READERS: u32 = 8;
/// Connections to PostgreSQL, for reading and writing.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long to wait for a connection before answering "unavailable".
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes the WAL file keeps after a checkpoint.
const WAL_KEPT: &str = "67108864";

/// A database, SQLite or PostgreSQL. Cheap to clone.
#[derive(Clone)]
pub struct Db(Backend);

#[derive(Clone)]
enum Backend {
    Sqlite { readers: SqlitePool, writer: Writer },
    Postgres(PgPool),
}

impl Db {
    /// Opens `sqlite://path` (the file and its folder are made) or `postgres://…`, and brings the schema up to date.
    pub async fn open(url: &str) -> Result<Self> {
        if url.starts_with("sqlite:") {
            open_sqlite(url).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            open_postgres(url).await
        } else {
            Err(Error::Url(
                "it must begin with sqlite:// or postgres://".to_owned(),
            ))
        }
    }

    /// Runs a job in a transaction and answers when it is durable. A job that returns an error is undone alone.
    ///
    /// On SQLite jobs run one after the other, and those that arrived while the last commit ran are committed
    /// together; so a job awaits nothing but functions of this crate. On PostgreSQL a job that got an error
    /// must return it: the database has given the transaction up.
    pub async fn write<T, E, F>(&self, job: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        match &self.0 {
            Backend::Sqlite { writer, .. } => writer.write(job).await,
            Backend::Postgres(pool) => {
                let begun = pool.begin().await.map_err(Error::from)?;
                let mut tx = Tx(Open::Postgres(begun));
                let run = AssertUnwindSafe(async { job(&mut tx).await })
                    .catch_unwind()
                    .await;
                let answer = run.unwrap_or_else(|_| Err(Error::Panicked.into()));
                // Dropping the transaction of a failed job rolls it back.
                let Open::Postgres(transaction) = tx.0 else {
                    return Err(Error::Closed.into());
                };
                if answer.is_ok() {
                    transaction.commit().await.map_err(Error::from)?;
                }
                answer
            }
        }
    }

    /// Stores a transaction by itself and answers its number when it is durable: [`transaction::insert`] without a
    /// job around it. On SQLite those that arrive together share their statements, not only their commit.
    pub async fn append(&self, new: NewTransaction) -> Result<i64> {
        match &self.0 {
            Backend::Sqlite { writer, .. } => writer.append(new).await,
            Backend::Postgres(_) => {
                self.write(move |tx| Box::pin(async move { transaction::insert(tx, &new).await }))
                    .await
            }
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.rows("SELECT 1".into_sql_str(), &[]).await.map(drop)
    }

    /// Removes copies of overwritten rows as far as the database allows; `false` when readers stood in the way and it
    /// must be tried again. SQLite: the WAL is written back and emptied. PostgreSQL: `VACUUM` of `tables`.
    pub async fn cleanse(&self, tables: &[&'static str]) -> Result<bool> {
        match &self.0 {
            Backend::Sqlite { writer, .. } => writer.cleanse().await,
            Backend::Postgres(pool) => cleanse::vacuum(pool, tables).await.map(|()| true),
        }
    }

    /// Finishes the writes in hand, empties the WAL and closes every connection. Later calls fail.
    pub async fn close(&self) {
        match &self.0 {
            Backend::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Backend::Postgres(pool) => pool.close().await,
        }
    }

    /// `sqlite` or `postgres`.
    pub fn backend(&self) -> &'static str {
        match &self.0 {
            Backend::Sqlite { .. } => "sqlite",
            Backend::Postgres(_) => "postgres",
        }
    }

    #[cfg(test)]
    pub(crate) fn writer(&self) -> Option<&Writer> {
        match &self.0 {
            Backend::Sqlite { writer, .. } => Some(writer),
            Backend::Postgres(_) => None,
        }
    }

    pub(crate) async fn rows(&self, sql: SqlStr, values: &[Value<'_>]) -> Result<Vec<StoredRow>> {
        let changed = match &self.0 {
            Backend::Sqlite { readers, .. } => statement::sqlite(readers, sql, values, true).await?,
            Backend::Postgres(pool) => statement::postgres(pool, sql, values, true).await?,
        };
        Ok(changed.rows)
    }
}

async fn open_sqlite(url: &str) -> Result<Db> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|error| Error::Url(error.to_string()))?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        // What is deleted or overwritten is zeroed, so that a value that became secret is not left in free pages.
        .pragma("secure_delete", "ON")
        .pragma("journal_size_limit", WAL_KEPT);
    if let Some(folder) = options
        .get_filename()
        .parent()
        .filter(|folder| *folder != Path::new(""))
    {
        std::fs::create_dir_all(folder)?;
    }
    let mut connection = options.connect().await?;
    let version = statement::sqlite(
        &mut connection,
        "SELECT sqlite_version() AS version".into_sql_str(),
        &[],
        true,
    )
    .await?;
    let version = version
        .rows
        .first()
        .map_or(Ok(String::new()), |row| row.text("version"))?;
    if !dialect::sqlite_version_ok(&version) {
        return Err(Error::OldSqlite(version));
    }
    migrations::sqlite().run(&mut connection).await?;
    // The migrations' own connection goes, so that the writer's starts with a clean statement cache.
    connection.close().await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS)
        .acquire_timeout(PATIENCE)
        .connect_with(
            options
                .clone()
                .create_if_missing(false)
                .pragma("query_only", "ON"),
        )
        .await?;
    let writer = Writer::start(options).await?;
    Ok(Db(Backend::Sqlite { readers, writer }))
}

async fn open_postgres(url: &str) -> Result<Db> {
    let options = PgConnectOptions::from_str(url).map_err(|error| Error::Url(error.to_string()))?;
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .connect_with(options)
        .await?;
    migrations::postgres().run(&pool).await?;
    Ok(Db(Backend::Postgres(pool)))
}
