//! HTTP requests: one row per attempt, as sent and received, secrets masked before they come here.

use model::{
    Timestamp,
    id::{ConnectionId, HttpRequestId, TransactionId},
    transaction::RequestState,
};

use crate::{
    Reader, Result, Tx,
    row::StoredRow,
    transaction::placeholders,
    value::{Value, values},
};

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRequest {
    pub id: HttpRequestId,
    pub transaction: TransactionId,
    pub connection: Option<ConnectionId>,
    /// 1, 2, …
    pub attempt: i64,
    pub state: RequestState,
    pub method: String,
    pub url: String,
    pub request_headers: Vec<(String, String)>,
    /// What was kept of the body.
    pub request_body: Vec<u8>,
    /// Bytes of the whole body.
    pub request_size: i64,
    /// Media type.
    pub request_type: String,
    pub status: Option<i64>,
    pub response_headers: Vec<(String, String)>,
    pub response_body: Vec<u8>,
    pub response_size: i64,
    pub response_type: String,
    /// Whether only the beginning was kept.
    pub response_truncated: bool,
    pub error: String,
    pub started: Option<Timestamp>,
    pub duration_ms: Option<i64>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestOutcome {
    pub id: HttpRequestId,
    pub state: RequestState,
    pub status: Option<i64>,
    pub response_headers: Vec<(String, String)>,
    pub response_body: Vec<u8>,
    pub response_size: i64,
    pub response_type: String,
    pub response_truncated: bool,
    pub error: String,
    pub duration_ms: Option<i64>,
}

macro_rules! columns {
    () => {
        "id, transaction_id, connection, attempt, state, method, url, status, error, started, duration_ms,
         request_size, request_type, response_size, response_type, response_truncated, request_headers,
         response_headers, request_body, response_body"
    };
}

fn read(row: &StoredRow) -> Result<StoredRequest> {
    Ok(StoredRequest {
        id: row.id("id")?,
        transaction: row.id("transaction_id")?,
        connection: row.optional_id("connection")?,
        attempt: row.integer("attempt")?,
        state: row.word("state", RequestState::parse)?,
        method: row.text("method")?,
        url: row.text("url")?,
        request_headers: row.json("request_headers")?,
        request_body: row.bytes("request_body")?,
        request_size: row.integer("request_size")?,
        request_type: row.text("request_type")?,
        status: row.optional_integer("status")?,
        response_headers: row.json("response_headers")?,
        response_body: row.bytes("response_body")?,
        response_size: row.integer("response_size")?,
        response_type: row.text("response_type")?,
        response_truncated: row.boolean("response_truncated")?,
        error: row.text("error")?,
        started: row.optional_time("started")?,
        duration_ms: row.optional_integer("duration_ms")?,
    })
}

/// Stores an attempt. Conflict: `http_request_transaction_id`.
pub async fn insert(tx: &mut Tx, request: &StoredRequest) -> Result<()> {
    let values = values![
        request.id,
        request.transaction,
        request.connection,
        request.attempt,
        request.state.word(),
        &request.method,
        &request.url,
        request.status,
        &request.error,
        request.started,
        request.duration_ms,
        request.request_size,
        &request.request_type,
        request.response_size,
        &request.response_type,
        request.response_truncated,
        Value::json(&request.request_headers)?,
        Value::json(&request.response_headers)?,
        &request.request_body,
        &request.response_body,
    ];
    let sql = concat!(
        "INSERT INTO http_request (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"
    );
    tx.run(sql, values).await.map(drop)
}

/// Stores how an attempt ended. `false` when it was in none of the states `from`: the result comes too late.
pub async fn finish(tx: &mut Tx, outcome: &RequestOutcome, from: &[RequestState]) -> Result<bool> {
    let mut values = values![
        outcome.id,
        outcome.state.word(),
        outcome.status,
        Value::json(&outcome.response_headers)?,
        &outcome.response_body,
        outcome.response_size,
        &outcome.response_type,
        outcome.response_truncated,
        &outcome.error,
        outcome.duration_ms,
    ];
    let states = placeholders(&mut values, from.iter().map(|state| state.word()));
    let sql = format!(
        "UPDATE http_request SET state = $2, status = $3, response_headers = $4, response_body = $5,
         response_size = $6, response_type = $7, response_truncated = $8, error = $9, duration_ms = $10
         WHERE id = $1 AND state IN ({states})"
    );
    Ok(tx.run(sqlx::AssertSqlSafe(sql), values).await? > 0)
}

/// The attempts of a transaction, in order.
pub async fn of_transaction(
    from: impl Into<Reader<'_>>,
    transaction: TransactionId,
) -> Result<Vec<StoredRequest>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM http_request WHERE transaction_id = $1 ORDER BY attempt, id"
    );
    from.into().list(sql, values![transaction], read).await
}

/// Attempts left in an unfinished state (Pending, Ready, Sending): what a crash left over.
pub async fn in_state(
    from: impl Into<Reader<'_>>,
    states: &[RequestState],
) -> Result<Vec<(HttpRequestId, TransactionId)>> {
    let mut values = Vec::new();
    let wanted = placeholders(&mut values, states.iter().map(|state| state.word()));
    // The first condition repeats the partial index's, so that it is used: the log itself may be huge.
    let sql = format!(
        "SELECT id, transaction_id FROM http_request WHERE state IN ('pending', 'ready', 'sending')
         AND state IN ({wanted}) ORDER BY id"
    );
    let read = |row: &StoredRow| Ok((row.id("id")?, row.id("transaction_id")?));
    from.into().list(sqlx::AssertSqlSafe(sql), values, read).await
}
