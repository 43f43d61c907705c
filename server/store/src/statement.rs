//! Runs one statement on one of the two databases: the only place that names the drivers' query functions.

use sqlx::{PgExecutor, SqlStr, SqliteExecutor, postgres::PgArguments, sqlite::SqliteArguments};

use crate::{error::Result, row::StoredRow, value::Value, value::arguments};

/// What a statement did.
#[derive(Default)]
pub(crate) struct Changed {
    pub(crate) count: u64,
    pub(crate) rows: Vec<StoredRow>,
}

macro_rules! runs_on {
    ($(#[$doc:meta])* $name:ident, $executor:ident, $arguments:ty, $row:path) => {
        $(#[$doc])*
        pub(crate) async fn $name<'c>(
            executor: impl $executor<'c>,
            sql: SqlStr,
            values: &[Value<'_>],
            rows: bool,
        ) -> Result<Changed> {
            let query = sqlx::query_with(sql, arguments::<$arguments>(values).map_err(sqlx::Error::Encode)?);
            if rows {
                let rows = query.fetch_all(executor).await?.into_iter().map($row).collect();
                Ok(Changed { count: 0, rows })
            } else {
                let done = query.execute(executor).await?;
                Ok(Changed { count: done.rows_affected(), rows: Vec::new() })
            }
        }
    };
}

runs_on!(
    /// Runs a statement on SQLite.
    sqlite, SqliteExecutor, SqliteArguments, StoredRow::Sqlite
);
runs_on!(
    /// Runs a statement on PostgreSQL.
    postgres, PgExecutor, PgArguments, StoredRow::Postgres
);
