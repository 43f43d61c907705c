//! Removing what databases keep of overwritten rows.

use sqlx::{AssertSqlSafe, PgPool, SqlSafeStr, SqliteConnection};

use crate::{error::Result, statement};

/// How long the writer waits for readers of the old pages. Meanwhile nothing is committed, so it is short.
const WAIT_FOR_READERS: &str = "PRAGMA busy_timeout = 200";
/// As `db` sets it.
const WAIT_AS_BEFORE: &str = "PRAGMA busy_timeout = 10000";

/// Writes the WAL back and cuts it to nothing: before that it holds the pages as they were.
/// `false` when a reader still needed it.
pub(crate) async fn empty_wal(connection: &mut SqliteConnection) -> Result<bool> {
    run(connection, WAIT_FOR_READERS).await?;
    let checkpoint = statement::sqlite(
        &mut *connection,
        "PRAGMA wal_checkpoint(TRUNCATE)".into_sql_str(),
        &[],
        true,
    )
    .await;
    run(connection, WAIT_AS_BEFORE).await?;
    match checkpoint?.rows.first() {
        Some(row) => Ok(row.integer("busy")? == 0),
        None => Ok(false),
    }
}

async fn run(connection: &mut SqliteConnection, sql: &'static str) -> Result<()> {
    // A changed time-out is answered as a row.
    statement::sqlite(connection, sql.into_sql_str(), &[], true)
        .await
        .map(drop)
}

/// Frees the dead rows of tables. Their bytes stay in the table's file until PostgreSQL uses the space again.
pub(crate) async fn vacuum(pool: &PgPool, tables: &[&'static str]) -> Result<()> {
    for table in tables {
        let sql = AssertSqlSafe(format!("VACUUM {table}")).into_sql_str();
        statement::postgres(pool, sql, &[], false).await?;
    }
    Ok(())
}
