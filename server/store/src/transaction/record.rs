//! The shapes of a transaction: to store, stored, and as listed.

use model::{
    connection::Environment,
    id::{InboundUserId, ProcessId},
    message::Direction,
    transaction::{ProcessState, TransactionRow, TransactionState},
};

use crate::{Result, row::StoredRow};

/// A transaction to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTransaction {
    /// `number` 0 asks for the next number.
    pub row: TransactionRow,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The media type, as declared.
    pub content_type: String,
    pub process: Option<ProcessId>,
    /// The caller of an inbound transaction.
    pub inbound_user: Option<InboundUserId>,
    /// Tells a repeated message from another one with the same message id.
    pub body_hash: Vec<u8>,
}

/// A transaction with its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTransaction {
    pub row: TransactionRow,
    /// Queued, but not to be sent before somebody says so.
    pub held: bool,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub content_type: String,
    pub process: Option<ProcessId>,
    pub inbound_user: Option<InboundUserId>,
    pub body_hash: Vec<u8>,
}

/// What lists read: everything but headers and body.
macro_rules! listed_columns {
    () => {
        "id, number, replay, direction, state, process_state, integration, integration_name, connection,
         connection_name, environment, process_name, message_name, message_id, created, created_by, finished,
         last_status, error"
    };
}
pub(super) use listed_columns;

pub(super) fn read_row(row: &StoredRow) -> Result<TransactionRow> {
    Ok(TransactionRow {
        id: row.id("id")?,
        number: row.integer("number")?,
        replay: row.integer("replay")?,
        direction: row.word("direction", Direction::parse)?,
        state: row.word("state", TransactionState::parse)?,
        process_state: row.word("process_state", ProcessState::parse)?,
        integration: row.optional_id("integration")?,
        integration_name: row.text("integration_name")?,
        connection: row.optional_id("connection")?,
        connection_name: row.text("connection_name")?,
        environment: row.optional_word("environment", Environment::parse)?,
        process_name: row.text("process_name")?,
        message_name: row.text("message_name")?,
        message_id: row.text("message_id")?,
        created: row.time("created")?,
        created_by: row.text("created_by")?,
        finished: row.optional_time("finished")?,
        last_status: row.optional_integer("last_status")?,
        error: row.text("error")?,
    })
}

pub(super) fn read_stored(row: &StoredRow) -> Result<StoredTransaction> {
    Ok(StoredTransaction {
        row: read_row(row)?,
        held: row.boolean("held")?,
        headers: row.json("headers")?,
        body: row.bytes("body")?,
        content_type: row.text("content_type")?,
        process: row.optional_id("process")?,
        inbound_user: row.optional_id("inbound_user")?,
        body_hash: row.bytes("body_hash")?,
    })
}
