//! Outbound transactions that wait: held when their connection is no longer the active one, released by a person.

use model::{
    Timestamp,
    connection::Environment,
    id::{ConnectionId, IntegrationId, TransactionId},
};

use crate::{Reader, Result, Tx, value::values};

/// How many outbound transactions of an integration wait, held or not.
pub async fn count_waiting(from: impl Into<Reader<'_>>, integration: IntegrationId) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS count FROM message_transaction
         WHERE state = 'queued' AND direction = 'outbound' AND integration = $1";
    from.into().count(sql, values![integration]).await
}

/// Takes a transaction that waits and is not held: it is Sending from now on. `false` when it may not be sent (any
/// more): somebody else took it, or it was held meanwhile (promise R4).
pub async fn claim(tx: &mut Tx, id: TransactionId) -> Result<bool> {
    let sql = "UPDATE message_transaction SET state = 'sending', error = ''
         WHERE id = $1 AND state = 'queued' AND NOT held";
    Ok(tx.run(sql, values![id]).await? > 0)
}

/// Holds a transaction that waits, with the reason. `false` when it does not wait any more.
pub async fn hold(tx: &mut Tx, id: TransactionId, reason: &str) -> Result<bool> {
    let sql = "UPDATE message_transaction SET held = TRUE, error = $2 WHERE id = $1 AND state = 'queued'";
    Ok(tx.run(sql, values![id, reason]).await? > 0)
}

/// Holds all outbound transactions of an integration that wait.
pub async fn hold_all(tx: &mut Tx, integration: IntegrationId, reason: &str) -> Result<u64> {
    tx.run(
        "UPDATE message_transaction SET held = TRUE, error = $2
         WHERE state = 'queued' AND direction = 'outbound' AND integration = $1 AND NOT held",
        values![integration, reason],
    )
    .await
}

/// Gives all outbound transactions of an integration that wait to a connection at the time `at`, and answers which,
/// oldest first.
pub async fn release(
    tx: &mut Tx,
    integration: IntegrationId,
    to: (ConnectionId, &str, Environment),
    at: Timestamp,
) -> Result<Vec<TransactionId>> {
    let (connection, name, environment) = to;
    let rows = tx
        .rows(
            "UPDATE message_transaction SET held = FALSE, error = '', connection = $2, connection_name = $3,
             environment = $4, released = $5 WHERE state = 'queued' AND direction = 'outbound' AND integration = $1
             RETURNING id, number, replay",
            values![integration, connection, name, environment.word(), at],
        )
        .await?;
    let mut released = Vec::with_capacity(rows.len());
    for row in &rows {
        released.push((row.integer("number")?, row.integer("replay")?, row.id("id")?));
    }
    released.sort_unstable_by_key(|(number, replay, _)| (*number, *replay));
    Ok(released.into_iter().map(|(.., id)| id).collect())
}
