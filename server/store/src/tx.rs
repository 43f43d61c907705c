//! A write in progress.

use sqlx::{PgConnection, Postgres, SqlSafeStr, SqlStr, SqliteConnection, Transaction};

use crate::{
    error::{Error, Result},
    foreign_key,
    row::StoredRow,
    statement::{self, Changed},
    value::Value,
};

/// A write in progress: handed to the closure of [`crate::Db::write`], and from there to the functions of this crate.
pub struct Tx(pub(crate) Open);

/// What a write runs on.
pub(crate) enum Open {
    /// The writer's only connection, inside `BEGIN IMMEDIATE` and a savepoint of this write.
    Sqlite(SqliteConnection),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Runs a statement without rows; answers how many rows it changed.
    pub(crate) async fn run(&mut self, sql: impl SqlSafeStr, values: Vec<Value<'_>>) -> Result<u64> {
        let changed = self.execute(sql.into_sql_str(), &values, false).await?;
        Ok(changed.count)
    }

    /// Runs a statement that must change a row, or what the caller saw is out of date.
    pub(crate) async fn run_or_stale(&mut self, sql: impl SqlSafeStr, values: Vec<Value<'_>>) -> Result<()> {
        if self.run(sql, values).await? == 0 {
            Err(Error::Stale)
        } else {
            Ok(())
        }
    }

    /// Runs a statement with rows to its end: SQLite ends a half-read statement too late for its WAL to be checkpointed.
    pub(crate) async fn rows(
        &mut self,
        sql: impl SqlSafeStr,
        values: Vec<Value<'_>>,
    ) -> Result<Vec<StoredRow>> {
        Ok(self.execute(sql.into_sql_str(), &values, true).await?.rows)
    }

    async fn execute(&mut self, sql: SqlStr, values: &[Value<'_>], rows: bool) -> Result<Changed> {
        match &mut self.0 {
            Open::Sqlite(connection) => {
                let result = statement::sqlite(&mut *connection, sql.clone(), values, rows).await;
                match result {
                    Err(error) if error.is_nameless_foreign_key() => {
                        Err(foreign_key::named(connection, sql, values).await.unwrap_or(error))
                    }
                    result => result,
                }
            }
            Open::Postgres(transaction) => {
                let connection: &mut PgConnection = transaction;
                statement::postgres(connection, sql, values, rows).await
            }
        }
    }
}
