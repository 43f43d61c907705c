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
    /// When another key took its place.
    pub retired: Option<Timestamp>,
}

fn read(row: &StoredRow) -> Result<DataKey> {
    Ok(DataKey {
        id: row.id("id")?,
        wrapped: row.bytes("wrapped")?,
        created: row.time("created")?,
        active: row.boolean("active")?,
        retired: row.optional_time("retired")?,
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
            "SELECT id, wrapped, created, active, retired FROM data_key ORDER BY created, id",
            values![],
            read,
        )
        .await
}

/// The key that encrypts.
pub async fn active(from: impl Into<Reader<'_>>) -> Result<Option<DataKey>> {
    from.into()
        .one(
            "SELECT id, wrapped, created, active, retired FROM data_key WHERE active",
            values![],
            read,
        )
        .await
}

/// Makes a stored key the one that encrypts, in the place of `old`.
/// Stale when `old` is not the active key any more, or a new master key wraps it meanwhile.
pub async fn succeed(tx: &mut Tx, id: Uuid, old: &DataKey, at: Timestamp) -> Result<()> {
    tx.run_or_stale(
        "UPDATE data_key SET active = FALSE, retired = $3 WHERE id = $1 AND active AND wrapped = $2",
        values![old.id, &old.wrapped, at],
    )
    .await?;
    tx.run_or_stale("UPDATE data_key SET active = TRUE WHERE id = $1", values![id])
        .await
}

/// Replaces the wrapping, after the master key was changed. Stale when it is not the one that was read.
pub async fn set_wrapped(tx: &mut Tx, key: &DataKey, wrapped: &[u8]) -> Result<()> {
    tx.run_or_stale(
        "UPDATE data_key SET wrapped = $3 WHERE id = $1 AND wrapped = $2",
        values![key.id, &key.wrapped, wrapped],
    )
    .await
}

/// Deletes the keys retired before `before` that nothing is encrypted with any more; answers how many.
pub async fn delete_unused(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.run(
        "DELETE FROM data_key WHERE NOT active AND retired < $1
         AND NOT EXISTS (SELECT 1 FROM secret s WHERE s.data_key = data_key.id)",
        values![before],
    )
    .await
}
