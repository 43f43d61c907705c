//! Idempotency keys of the send API: of all requests with the same key, one is stored.

use model::{
    id::{IntegrationId, UserId},
    transaction::number_text,
};

use super::{NewTransaction, insert};
use crate::{Error, Reader, Result, Tx, row::StoredRow, value::values};

/// An idempotency key with its scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyed {
    pub integration: IntegrationId,
    /// The user of the API token.
    pub user: UserId,
    pub key: String,
}

/// The message that was stored under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedMessage {
    /// `TX0000123`.
    pub transaction: String,
    pub message_name: String,
    pub content_type: String,
    pub body_hash: Vec<u8>,
}

/// Stores a transaction under its key and returns its number. While another transaction with the same key is being
/// committed, this waits for it.
///
/// # Errors
/// Conflict `idempotency_key_once` when the key was used before: look the first one up with [`first_with_key`].
pub async fn insert_keyed(tx: &mut Tx, new: &NewTransaction, keyed: &Keyed) -> Result<i64> {
    let number = insert(tx, new).await?;
    let sql = "INSERT INTO idempotency_key (transaction_id, integration, app_user, message_key)
         VALUES ($1, $2, $3, $4) ON CONFLICT (integration, app_user, message_key) DO NOTHING";
    let values = values![new.row.id, keyed.integration, keyed.user, &keyed.key];
    if tx.run(sql, values).await? == 0 {
        return Err(Error::Conflict {
            constraint: "idempotency_key_once".to_owned(),
        });
    }
    Ok(number)
}

/// The message stored under a key.
pub async fn first_with_key(from: impl Into<Reader<'_>>, keyed: &Keyed) -> Result<Option<KeyedMessage>> {
    let sql = "SELECT t.number, t.replay, t.message_name, t.content_type, t.body_hash
         FROM idempotency_key k JOIN message_transaction t ON t.id = k.transaction_id
         WHERE k.integration = $1 AND k.app_user = $2 AND k.message_key = $3";
    let read = |row: &StoredRow| {
        Ok(KeyedMessage {
            transaction: number_text(row.integer("number")?, row.integer("replay")?),
            message_name: row.text("message_name")?,
            content_type: row.text("content_type")?,
            body_hash: row.bytes("body_hash")?,
        })
    };
    from.into()
        .one(sql, values![keyed.integration, keyed.user, &keyed.key], read)
        .await
}
