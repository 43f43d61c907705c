//! Transactions: storing them, moving them from state to state, finding one.
//!
//! Lists and counts, which never read bodies, are in [`list`](list()) and its neighbours.

mod append;
mod hold;
mod idempotency;
mod list;
mod record;
mod statistics;
mod stuck;

use model::{
    Timestamp,
    id::{InboundUserId, ProcessId, TransactionId},
    transaction::{TransactionRow, TransactionState},
};

pub(crate) use append::insert_all;
pub use hold::{claim, count_waiting, hold, hold_all, release};
pub use idempotency::{Keyed, KeyedMessage, first_with_key, insert_keyed};
pub(crate) use list::list_within;
pub use list::{family, last_of_process, list, of_connection, recent_failed, to_send};
pub use record::{NewTransaction, StoredTransaction};
pub use statistics::{
    Counts, count_in_state, counts_of_integration_since, counts_since, hours, last_inbound_calls,
};
pub use stuck::{Unfinished, unfinished, unfinished_since};

use crate::{
    Error, Reader, Result, Tx,
    row::StoredRow,
    value::{Value, values},
};
use record::{listed_columns, read_row, read_stored};

/// Stores a transaction and answers its number. A row with number 0 gets the next one; a replay brings its own.
///
/// Conflict `transaction_message_id` when the caller (`inbound_user`) has used the message id for this process
/// before: let the write fail and look the first one up with [`by_message_id`].
pub async fn insert(tx: &mut Tx, new: &NewTransaction) -> Result<i64> {
    let numbers = append::insert_all(tx, &[new]).await?;
    numbers.into_iter().next().unwrap_or(Err(Error::Closed))
}

/// The number of the next replay of a transaction: 1, 2, … Replays are counted from the first.
/// Two replays at once: the later insert fails with Conflict `transaction_number`.
pub async fn next_replay(tx: &mut Tx, number: i64) -> Result<i64> {
    let sql = "SELECT COALESCE(MAX(replay), 0) + 1 AS count FROM message_transaction WHERE number = $1";
    Reader::from(tx).count(sql, values![number]).await
}

/// What becomes of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateChange {
    pub to: TransactionState,
    /// When it came to an end; `None` while it has not.
    pub finished: Option<Timestamp>,
    /// Why it is in Error, in plain words.
    pub error: String,
    /// HTTP status of the last attempt; `None` leaves the stored one.
    pub last_status: Option<i64>,
}

impl StateChange {
    /// A change to a state that is no end.
    pub fn to(state: TransactionState) -> Self {
        Self {
            to: state,
            finished: None,
            error: String::new(),
            last_status: None,
        }
    }
}

/// Moves a transaction from one of the states `from` to another. `false` when it was in none of them: somebody
/// else was quicker and this change must not happen (promise R4).
pub async fn set_state(
    tx: &mut Tx,
    id: TransactionId,
    from: &[TransactionState],
    change: &StateChange,
) -> Result<bool> {
    let mut values = values![
        id,
        change.to.word(),
        change.finished,
        &change.error,
        change.last_status
    ];
    let states = placeholders(&mut values, from.iter().map(|state| state.word()));
    let sql = format!(
        "UPDATE message_transaction SET state = $2, finished = $3, error = $4,
         last_status = COALESCE($5, last_status) WHERE id = $1 AND state IN ({states})"
    );
    Ok(tx.run(sqlx::AssertSqlSafe(sql), values).await? > 0)
}

/// Adds words to the values and gives their placeholders: `$3, $4`. Without words, one that no row has.
pub(crate) fn placeholders(values: &mut Vec<Value<'_>>, words: impl Iterator<Item = &'static str>) -> String {
    let before = values.len();
    for word in words {
        values.push(Value::from(word));
    }
    if values.len() == before {
        values.push(Value::from(""));
    }
    (before + 1..=values.len())
        .map(|n| format!("${n}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The first transaction a caller sent with this message id, and the hash of its body.
pub async fn by_message_id(
    from: impl Into<Reader<'_>>,
    process: ProcessId,
    inbound_user: InboundUserId,
    message_id: &str,
) -> Result<Option<(TransactionRow, Vec<u8>)>> {
    let sql = concat!(
        "SELECT ",
        listed_columns!(),
        ", body_hash FROM message_transaction
         WHERE process = $1 AND inbound_user = $2 AND message_id = $3 AND replay = 0"
    );
    let read = |row: &StoredRow| Ok((read_row(row)?, row.bytes("body_hash")?));
    from.into()
        .one(sql, values![process, inbound_user, message_id], read)
        .await
}

macro_rules! select_stored {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            listed_columns!(),
            ", held, process, inbound_user, content_type, body_hash, headers, body FROM message_transaction WHERE ",
            $condition
        )
    };
}

/// The transaction with this id, with its body.
pub async fn find(from: impl Into<Reader<'_>>, id: TransactionId) -> Result<Option<StoredTransaction>> {
    from.into()
        .one(select_stored!("id = $1"), values![id], read_stored)
        .await
}

/// The transaction with this number, with its body.
pub async fn find_by_number(
    from: impl Into<Reader<'_>>,
    number: i64,
    replay: i64,
) -> Result<Option<StoredTransaction>> {
    from.into()
        .one(
            select_stored!("number = $1 AND replay = $2"),
            values![number, replay],
            read_stored,
        )
        .await
}
