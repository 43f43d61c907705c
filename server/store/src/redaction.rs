//! Removing a value that became secret from transactions and their attempts, and how far that has come.
//! Other recorded text is in [`crate::recorded_text`].

use model::{
    Timestamp,
    id::{ConnectionId, IntegrationId, TransactionId},
    redaction::{Redaction, RedactionPhase},
};

use crate::{
    Reader, Result, Tx,
    http_request::StoredRequest,
    row::StoredRow,
    value::{Value, values},
};

macro_rules! columns {
    () => {
        "id, integration, connection, variable, name, places, started, started_by, phase, number, replay, checked, changed,
         waiting, finished"
    };
}

fn read(row: &StoredRow) -> Result<Redaction> {
    Ok(Redaction {
        id: row.id("id")?,
        integration: row.id("integration")?,
        connection: row.id("connection")?,
        variable: row.id("variable")?,
        name: row.text("name")?,
        places: row.text("places")?.lines().map(str::to_owned).collect(),
        started: row.time("started")?,
        started_by: row.text("started_by")?,
        phase: row.word("phase", RedactionPhase::parse)?,
        position: (row.integer("number")?, row.integer("replay")?),
        checked: row.integer("checked")?,
        changed: row.integer("changed")?,
        waiting: row.integer("waiting")?,
        finished: row.optional_time("finished")?,
    })
}

/// Stores one that has to be done.
pub async fn insert(tx: &mut Tx, redaction: &Redaction) -> Result<()> {
    let values = values![
        redaction.id,
        redaction.integration,
        redaction.connection,
        redaction.variable,
        &redaction.name,
        redaction.places.join("\n"),
        redaction.started,
        &redaction.started_by,
        redaction.phase.word(),
        redaction.position.0,
        redaction.position.1,
        redaction.checked,
        redaction.changed,
        redaction.waiting,
        redaction.finished,
    ];
    let sql = concat!(
        "INSERT INTO redaction (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
    );
    tx.run(sql, values).await.map(drop)
}

/// Stores how far `seen` has come; `false` when another instance has taken it further.
pub async fn advance(tx: &mut Tx, seen: &Redaction, next: &Redaction) -> Result<bool> {
    let values = values![
        seen.id,
        seen.phase.word(),
        seen.position.0,
        seen.position.1,
        next.phase.word(),
        next.position.0,
        next.position.1,
        next.checked,
        next.changed,
        next.waiting,
        next.finished,
    ];
    let sql = "UPDATE redaction SET phase = $5, number = $6, replay = $7, checked = $8, changed = $9, waiting = $10,
               finished = $11 WHERE id = $1 AND phase = $2 AND number = $3 AND replay = $4 AND finished IS NULL";
    Ok(tx.run(sql, values).await? > 0)
}

/// Those that have not finished, oldest first.
pub async fn unfinished(from: impl Into<Reader<'_>>) -> Result<Vec<Redaction>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM redaction WHERE finished IS NULL ORDER BY started, id"
    );
    from.into().list(sql, values![], read).await
}

/// The newest of a connection, newest first.
pub async fn of_connection(
    from: impl Into<Reader<'_>>,
    connection: ConnectionId,
    limit: i64,
) -> Result<Vec<Redaction>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM redaction WHERE connection = $1 ORDER BY started DESC, id DESC LIMIT $2"
    );
    from.into().list(sql, values![connection, limit], read).await
}

/// What a transaction keeps of its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedMessage {
    pub id: TransactionId,
    /// Number and replay.
    pub position: (i64, i64),
    /// Whether it is on its way no more: its body is not needed for sending.
    pub ended: bool,
    pub error: String,
    pub content_type: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// The messages of an integration after a position: those stored until `created`, and with `ended` only those that ended
/// since then or have no time of ending.
pub async fn messages_after(
    from: impl Into<Reader<'_>>,
    integration: IntegrationId,
    (number, replay): (i64, i64),
    (created, ended): (Timestamp, Option<Timestamp>),
    limit: i64,
) -> Result<Vec<RecordedMessage>> {
    let sql =
        "SELECT id, number, replay, state IN ('queued', 'sending', 'awaiting_receipt') AS under_way, error,
               content_type, headers, body FROM message_transaction
               WHERE integration = $1 AND (number, replay) > ($2, $3) AND created <= $4
               AND ($5 = 0 OR finished IS NULL OR finished >= $5)
               ORDER BY number, replay LIMIT $6";
    let read = |row: &StoredRow| {
        Ok(RecordedMessage {
            id: row.id("id")?,
            position: (row.integer("number")?, row.integer("replay")?),
            ended: !row.boolean("under_way")?,
            error: row.text("error")?,
            content_type: row.text("content_type")?,
            headers: row.json("headers")?,
            body: row.bytes("body")?,
        })
    };
    let ended = ended.map_or(0, |at| at.0);
    from.into()
        .list(
            sql,
            values![integration, number, replay, created, ended, limit],
            read,
        )
        .await
}

/// How many messages of an integration that were stored until `created` are on their way.
pub async fn count_under_way(
    from: impl Into<Reader<'_>>,
    integration: IntegrationId,
    created: Timestamp,
) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS count FROM message_transaction
               WHERE state IN ('queued', 'sending', 'awaiting_receipt') AND integration = $1 AND created <= $2";
    from.into().count(sql, values![integration, created]).await
}

/// Replaces what a transaction keeps. With `redacted`, its body is not what was sent any more.
pub async fn put_message(tx: &mut Tx, message: &RecordedMessage, redacted: bool) -> Result<()> {
    let values = values![
        message.id,
        &message.error,
        &message.content_type,
        Value::json(&message.headers)?,
        &message.body,
        redacted,
    ];
    let sql = "UPDATE message_transaction SET error = $2, content_type = $3, headers = $4, body = $5,
               redacted = redacted OR $6 WHERE id = $1";
    tx.run(sql, values).await.map(drop)
}

/// Whether a value was removed from the body of a transaction.
pub async fn is_redacted(from: impl Into<Reader<'_>>, id: TransactionId) -> Result<bool> {
    let sql = "SELECT redacted FROM message_transaction WHERE id = $1";
    let found = from
        .into()
        .one(sql, values![id], |row| row.boolean("redacted"))
        .await?;
    Ok(found.unwrap_or(false))
}

/// Replaces what an attempt keeps.
pub async fn put_request(tx: &mut Tx, request: &StoredRequest) -> Result<()> {
    let values = values![
        request.id,
        &request.url,
        &request.error,
        &request.request_type,
        &request.response_type,
        Value::json(&request.request_headers)?,
        Value::json(&request.response_headers)?,
        &request.request_body,
        &request.response_body,
    ];
    let sql = "UPDATE http_request SET url = $2, error = $3, request_type = $4, response_type = $5,
               request_headers = $6, response_headers = $7, request_body = $8, response_body = $9 WHERE id = $1";
    tx.run(sql, values).await.map(drop)
}
