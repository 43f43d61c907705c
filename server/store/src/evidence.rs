//! What the last calls and tests say about connections, for all of a list at once.

use std::collections::HashMap;

use model::{Timestamp, connection_status::Evidence, id::ConnectionId, overview::LastHour};

use crate::{
    Reader, Result,
    row::StoredRow,
    value::{Value, values},
};

/// What is known about a connection from its traffic and tests.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConnectionEvidence {
    /// The last call or test, whichever is newer.
    pub last: Option<Evidence>,
    /// Failures among the last ten calls.
    pub recent_failures: u32,
    /// The last call that was OK or test that proved the connection.
    pub last_success: Option<Timestamp>,
}

/// Milliseconds of one of the twelve steps of [`LastHour`].
const STEP_MS: i64 = 300_000;

/// The newest finished request, the failures of the last ten, the last success and the newest test per connection.
/// Each part is one step into an index, however long the log is.
macro_rules! select_evidence {
    ($condition:literal) => {
        concat!(
            "SELECT c.id, c.expected_statuses,
             h.started AS call_at, h.status AS call_status, h.duration_ms AS call_duration,
             t.at AS test_at, t.status AS test_status, t.proven AS test_proven, t.duration_ms AS test_duration,
             (SELECT COUNT(*) FROM (SELECT r.state FROM http_request r WHERE r.connection = c.id
                AND r.started IS NOT NULL AND r.state IN ('ok', 'error') ORDER BY r.started DESC LIMIT 10) AS newest
              WHERE newest.state = 'error') AS recent_failures,
             (SELECT MAX(r.started) FROM http_request r WHERE r.connection = c.id AND r.state = 'ok') AS last_ok,
             (SELECT MAX(p.at) FROM connection_test p WHERE p.connection = c.id AND p.proven) AS last_proven
             FROM connection c
             LEFT JOIN http_request h ON h.id = (SELECT r.id FROM http_request r WHERE r.connection = c.id
                AND r.started IS NOT NULL AND r.state IN ('ok', 'error') ORDER BY r.started DESC LIMIT 1)
             LEFT JOIN connection_test t ON t.id = (SELECT p.id FROM connection_test p WHERE p.connection = c.id
                ORDER BY p.at DESC, p.id DESC LIMIT 1)",
            $condition
        )
    };
}

/// The evidence of every connection.
pub async fn all(from: impl Into<Reader<'_>>) -> Result<HashMap<ConnectionId, ConnectionEvidence>> {
    collect(from.into(), select_evidence!(""), values![]).await
}

/// The evidence of one connection; nothing known when there is no such connection.
pub async fn of_connection(from: impl Into<Reader<'_>>, id: ConnectionId) -> Result<ConnectionEvidence> {
    let mut found = collect(from.into(), select_evidence!(" WHERE c.id = $1"), values![id]).await?;
    Ok(found.remove(&id).unwrap_or_default())
}

async fn collect(
    mut reader: Reader<'_>,
    sql: &'static str,
    values: Vec<Value<'_>>,
) -> Result<HashMap<ConnectionId, ConnectionEvidence>> {
    reader
        .rows(sql, values)
        .await?
        .iter()
        .map(|row| Ok((row.id("id")?, read(row)?)))
        .collect()
}

fn read(row: &StoredRow) -> Result<ConnectionEvidence> {
    let call = read_call(row)?;
    let test = read_test(row)?;
    let last = match (call, test) {
        (Some(call), Some(test)) => Some(if test.at >= call.at { test } else { call }),
        (call, test) => call.or(test),
    };
    let last_success = row
        .optional_time("last_ok")?
        .max(row.optional_time("last_proven")?);
    let recent_failures = u32::try_from(row.integer("recent_failures")?).unwrap_or(0);
    Ok(ConnectionEvidence {
        last,
        recent_failures,
        last_success,
    })
}

fn read_call(row: &StoredRow) -> Result<Option<Evidence>> {
    let Some(at) = row.optional_time("call_at")? else {
        return Ok(None);
    };
    let expected: Vec<u16> = row.json("expected_statuses")?;
    let status = read_status(row, "call_status")?;
    // A 2xx or a declared status proves a connection.
    let proven = status.is_some_and(|status| (200..300).contains(&status) || expected.contains(&status));
    let duration_ms = row.optional_integer("call_duration")?.unwrap_or(0);
    Ok(Some(Evidence {
        at,
        status,
        proven,
        duration_ms,
        test: false,
    }))
}

fn read_test(row: &StoredRow) -> Result<Option<Evidence>> {
    let Some(at) = row.optional_time("test_at")? else {
        return Ok(None);
    };
    let status = read_status(row, "test_status")?;
    let proven = row.boolean("test_proven")?;
    let duration_ms = row.optional_integer("test_duration")?.unwrap_or(0);
    Ok(Some(Evidence {
        at,
        status,
        proven,
        duration_ms,
        test: true,
    }))
}

fn read_status(row: &StoredRow, column: &str) -> Result<Option<u16>> {
    Ok(row
        .optional_integer(column)?
        .and_then(|status| u16::try_from(status).ok()))
}

/// The requests of the last hour per connection, in twelve steps of five minutes up to `now`, oldest first.
/// `sent` counts every request that was started, `failed` those of them in Error.
pub async fn last_hour(
    from: impl Into<Reader<'_>>,
    now: Timestamp,
) -> Result<HashMap<ConnectionId, LastHour>> {
    let start = now.plus(-12 * STEP_MS);
    let rows = from
        .into()
        .rows(
            "SELECT connection, (started - $1 - 1) / $3 AS step, COUNT(*) AS sent,
             CAST(SUM(CASE WHEN state = 'error' THEN 1 ELSE 0 END) AS BIGINT) AS failed
             FROM http_request WHERE started > $1 AND started <= $2 AND connection IS NOT NULL GROUP BY 1, 2",
            values![start, now, STEP_MS],
        )
        .await?;
    let mut hours: HashMap<ConnectionId, LastHour> = HashMap::new();
    for row in &rows {
        let hour = hours.entry(row.id("connection")?).or_default();
        let Ok(step) = usize::try_from(row.integer("step")?) else {
            continue;
        };
        if let (Some(sent), Some(failed)) = (hour.sent.get_mut(step), hour.failed.get_mut(step)) {
            *sent = u32::try_from(row.integer("sent")?).unwrap_or(u32::MAX);
            *failed = u32::try_from(row.integer("failed")?).unwrap_or(u32::MAX);
        }
    }
    Ok(hours)
}
