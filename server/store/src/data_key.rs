//! Data keys of the vault, wrapped by the master key.

use model::Timestamp;
use uuid::Uuid;

use crate::{Reader, Result, Tx, row::StoredRow, value::values};

/// A wrapped data key. The active one encrypts; older ones stay to decrypt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataKey {
    pub id: Uuid,
    pub wrapped: Vec<u8>,
    pub created: Timestamp,
    pub active: bool,
}

fn read(row: &StoredRow) -> Result<DataKey> {
    Ok(DataKey {
        id: row.id("id")?,
        wrapped: row.bytes("wrapped")?,
        created: row.time("created")?,
        active: row.boolean("active")?,
    })
}

/// Stores a new key. Conflict `data_key_one_active` when another is active: two instances that start on an empty
/// database at once agree on one key that way.
pub async fn insert(tx: &mut Tx, key: &DataKey) -> Result<()> {
    let sql = "INSERT INTO data_key (id, wrapped, created, active) VALUES ($1, $2, $3, $4)";
    tx.run(sql, values![key.id, &key.wrapped, key.created, key.active])
        .await
        .map(drop)
}

/// Every key, oldest first.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<DataKey>> {
    from.into()
        .list(
            "SELECT id, wrapped, created, active FROM data_key ORDER BY created, id",
            values![],
            read,
        )
        .await
}

/// The key that encrypts.
pub async fn active(from: impl Into<Reader<'_>>) -> Result<Option<DataKey>> {
    from.into()
        .one(
            "SELECT id, wrapped, created, active FROM data_key WHERE active",
            values![],
            read,
        )
        .await
}

/// Makes a key the one that encrypts.
pub async fn activate(tx: &mut Tx, id: Uuid) -> Result<()> {
    tx.run(
        "UPDATE data_key SET active = FALSE WHERE active AND id <> $1",
        values![id],
    )
    .await?;
    tx.run_or_stale("UPDATE data_key SET active = TRUE WHERE id = $1", values![id])
        .await
}

/// Replaces the wrapping, after the master key was changed.
pub async fn set_wrapped(tx: &mut Tx, id: Uuid, wrapped: &[u8]) -> Result<()> {
    tx.run_or_stale(
        "UPDATE data_key SET wrapped = $2 WHERE id = $1",
        values![id, wrapped],
    )
    .await
}

/// Deletes a key that nothing is encrypted with any more.
pub async fn delete(tx: &mut Tx, id: Uuid) -> Result<()> {
    tx.run_or_stale("DELETE FROM data_key WHERE id = $1", values![id])
        .await
}
