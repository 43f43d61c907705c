//! Results of connection tests: the newest ten of each connection.

use model::{
    connection_test::{ConnectionTest, TestReport},
    id::{ConnectionId, ConnectionTestId},
};

use crate::{
    Reader, Result, Tx,
    row::StoredRow,
    value::{Value, values},
};

/// Results kept per connection.
const KEPT: i64 = 10;

fn read(row: &StoredRow) -> Result<ConnectionTest> {
    Ok(ConnectionTest {
        id: row.id("id")?,
        connection: row.id("connection")?,
        at: row.time("at")?,
        by: row.text("by_name")?,
        report: row.json("report")?,
    })
}

/// HTTP status of the attempt that decided: the one whose steps the report repeats.
fn status(report: &TestReport) -> Option<i64> {
    let decided = report
        .attempts
        .iter()
        .rfind(|attempt| attempt.steps == report.steps);
    decided
        .or(report.attempts.last())
        .and_then(|attempt| attempt.status)
        .map(i64::from)
}

/// Stores a result and drops those beyond the newest ten. Conflict `connection_test_connection`.
pub async fn insert(tx: &mut Tx, test: &ConnectionTest) -> Result<()> {
    let values = values![
        test.id,
        test.connection,
        test.at,
        &test.by,
        status(&test.report),
        test.report.proven,
        test.report.duration_ms,
        Value::json(&test.report)?,
    ];
    tx.run(
        "INSERT INTO connection_test (id, connection, at, by_name, status, proven, duration_ms, report)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values,
    )
    .await?;
    tx.run(
        "DELETE FROM connection_test WHERE connection = $1 AND id NOT IN (SELECT t.id FROM connection_test t
         WHERE t.connection = $1 ORDER BY t.at DESC, t.id DESC LIMIT $2)",
        values![test.connection, KEPT],
    )
    .await
    .map(drop)
}

/// The result with this id.
pub async fn find(from: impl Into<Reader<'_>>, id: ConnectionTestId) -> Result<Option<ConnectionTest>> {
    let sql = "SELECT id, connection, at, by_name, report FROM connection_test WHERE id = $1";
    from.into().one(sql, values![id], read).await
}

/// The newest results of a connection, newest first.
pub async fn list(
    from: impl Into<Reader<'_>>,
    connection: ConnectionId,
    limit: i64,
) -> Result<Vec<ConnectionTest>> {
    let sql = "SELECT id, connection, at, by_name, report FROM connection_test WHERE connection = $1
               ORDER BY at DESC, id DESC LIMIT $2";
    from.into().list(sql, values![connection, limit], read).await
}
