//! Names the foreign key that SQLite refused a statement for: SQLite itself says only "FOREIGN KEY constraint failed".

use sqlx::{SqlSafeStr, SqlStr, SqliteConnection};

use crate::{
    error::{Error, Result},
    statement,
    value::Value,
};

/// Tables whose foreign keys can be refused, in the order of the schema.
/// `http_request` is not among them: checking the log could take long, and nothing refers to requests.
const TABLES: [&str; 20] = [
    "process",
    "integration",
    "inbound_user",
    "oauth_profile",
    "protocol_profile",
    "connection",
    "variable",
    "message",
    "connection_test",
    "token",
    "token_event",
    "session",
    "api_token",
    "app_user",
    "secret",
    "notice",
    "inbound_credential",
    "oauth_client",
    "oauth_client_secret",
    "issued_token",
];

/// The column of a table's foreign key that is left hanging.
const HANGING: &str = "SELECT list.\"from\" AS name FROM pragma_foreign_key_check($1) AS hanging
    JOIN pragma_foreign_key_list($1) AS list ON list.id = hanging.fkid LIMIT 1";

/// Repeats the refused statement with the check deferred, asks SQLite which rows are left hanging, and undoes it.
pub(crate) async fn named(
    connection: &mut SqliteConnection,
    sql: SqlStr,
    values: &[Value<'_>],
) -> Option<Error> {
    run(connection, "SAVEPOINT violation").await.ok()?;
    let found = find(connection, sql, values).await;
    run(connection, "ROLLBACK TO violation").await.ok()?;
    run(connection, "RELEASE violation").await.ok()?;
    run(connection, "PRAGMA defer_foreign_keys = OFF").await.ok()?;
    let constraint = found
        .ok()
        .flatten()
        .unwrap_or_else(|| "http_request_transaction_id".to_owned());
    Some(Error::Conflict { constraint })
}

async fn find(
    connection: &mut SqliteConnection,
    sql: SqlStr,
    values: &[Value<'_>],
) -> Result<Option<String>> {
    run(connection, "PRAGMA defer_foreign_keys = ON").await?;
    statement::sqlite(&mut *connection, sql, values, false).await?;
    for table in TABLES {
        let column = statement::sqlite(
            &mut *connection,
            HANGING.into_sql_str(),
            &[Value::from(table)],
            true,
        )
        .await?;
        if let Some(row) = column.rows.first() {
            return Ok(Some(format!("{table}_{}", row.text("name")?)));
        }
    }
    Ok(None)
}

async fn run(connection: &mut SqliteConnection, sql: &'static str) -> Result<()> {
    statement::sqlite(connection, sql.into_sql_str(), &[], false)
        .await
        .map(drop)
}
