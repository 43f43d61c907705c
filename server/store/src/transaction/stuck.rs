//! Outbound transactions that are neither held nor at an end, and since when.

use model::{
    Timestamp,
    id::{ConnectionId, TransactionId},
    transaction::{Position, TransactionState},
};

use crate::{
    Reader, Result,
    row::StoredRow,
    value::{Value, values},
};

/// A transaction that is Queued or Sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    pub id: TransactionId,
    pub position: Position,
    pub connection: Option<ConnectionId>,
    pub connection_name: String,
    /// Queued since it was created or released; Sending since its last attempt started.
    pub since: Timestamp,
}

macro_rules! since {
    () => {
        "CASE state WHEN 'sending' THEN COALESCE(
             (SELECT MAX(started) FROM http_request WHERE transaction_id = message_transaction.id), created)
         ELSE COALESCE(released, created) END"
    };
}

/// Transactions in the state Queued (not held) or Sending since before `before`, oldest first, after a position.
pub async fn unfinished(
    from: impl Into<Reader<'_>>,
    state: TransactionState,
    before: Timestamp,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Unfinished>> {
    let mut values: Vec<Value<'_>> = values![state.word(), before, limit];
    let mut position = "";
    if let Some(after) = after {
        values.extend(values![after.number, after.replay]);
        position = " AND (number, replay) > ($4, $5)";
    }
    // A transaction is created before it is released or sent: the first condition on time spares the others.
    let sql = format!(
        "SELECT id, number, replay, connection, connection_name, {} AS since FROM message_transaction
         WHERE state = $1 AND direction = 'outbound' AND NOT held AND created < $2 AND {} < $2{position}
         ORDER BY number, replay LIMIT $3",
        since!(),
        since!()
    );
    let read = |row: &StoredRow| {
        Ok(Unfinished {
            id: row.id("id")?,
            position: Position {
                number: row.integer("number")?,
                replay: row.integer("replay")?,
            },
            connection: row.optional_id("connection")?,
            connection_name: row.text("connection_name")?,
            since: row.time("since")?,
        })
    };
    from.into().list(sqlx::AssertSqlSafe(sql), values, read).await
}

/// Since when a transaction is Queued or Sending; `None` when it is held, received or at an end.
pub async fn unfinished_since(
    from: impl Into<Reader<'_>>,
    id: TransactionId,
) -> Result<Option<(TransactionState, Timestamp)>> {
    let sql = concat!(
        "SELECT state, ",
        since!(),
        " AS since FROM message_transaction
         WHERE id = $1 AND state IN ('queued', 'sending') AND direction = 'outbound' AND NOT held"
    );
    let read = |row: &StoredRow| Ok((row.word("state", TransactionState::parse)?, row.time("since")?));
    from.into().one(sql, values![id], read).await
}
