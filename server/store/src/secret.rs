//! Secrets, as ciphertext. The owner is the id of the record a secret belongs to: a connection, a variable, a profile.

use model::{
    id::{ConnectionId, IntegrationId, ProcessId},
    secret_state::SecretState,
};
use uuid::Uuid;

use crate::{Reader, Result, Tx, row::StoredRow, value::values};

/// A secret as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSecret {
    pub owner: Uuid,
    pub name: String,
    /// What `engine::vault` made; bound to owner and name.
    pub ciphertext: Vec<u8>,
    pub state: SecretState,
}

fn read_state(row: &StoredRow) -> Result<SecretState> {
    Ok(SecretState {
        set_at: row.time("set_at")?,
        set_by: row.text("set_by")?,
        origin: row.text("origin")?,
        reference: row.text("reference")?,
    })
}

fn read(row: &StoredRow) -> Result<StoredSecret> {
    Ok(StoredSecret {
        owner: row.id("owner")?,
        name: row.text("name")?,
        ciphertext: row.bytes("ciphertext")?,
        state: read_state(row)?,
    })
}

/// The data key a ciphertext names in its bytes 2 to 17 (the format of `engine::vault`).
fn key_of(ciphertext: &[u8]) -> Option<Uuid> {
    Uuid::from_slice(ciphertext.get(1..17)?).ok()
}

/// Sets or replaces a secret. Conflict `secret_data_key` when its key was removed in the meantime.
pub async fn put(tx: &mut Tx, owner: Uuid, name: &str, ciphertext: &[u8], state: &SecretState) -> Result<()> {
    tx.run(
        "INSERT INTO secret (owner, name, ciphertext, data_key, origin, reference, set_at, set_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (owner, name) DO UPDATE SET ciphertext = excluded.ciphertext, data_key = excluded.data_key,
         origin = excluded.origin, reference = excluded.reference, set_at = excluded.set_at,
         set_by = excluded.set_by",
        values![
            owner,
            name,
            ciphertext,
            key_of(ciphertext),
            &state.origin,
            &state.reference,
            state.set_at,
            &state.set_by
        ],
    )
    .await
    .map(drop)
}

/// Replaces a ciphertext by another of the same secret; `false` leaves what somebody has stored in the meantime.
pub async fn exchange(tx: &mut Tx, owner: Uuid, name: &str, old: &[u8], new: &[u8]) -> Result<bool> {
    let sql = "UPDATE secret SET ciphertext = $4, data_key = $5
               WHERE owner = $1 AND name = $2 AND ciphertext = $3";
    Ok(tx.run(sql, values![owner, name, old, new, key_of(new)]).await? > 0)
}

/// Secrets that another key than `key` encrypts, after the one of this owner and name, by owner and name.
pub async fn beside_key(
    from: impl Into<Reader<'_>>,
    key: Uuid,
    after: (Uuid, &str),
    limit: i64,
) -> Result<Vec<StoredSecret>> {
    let sql = "SELECT owner, name, ciphertext, origin, reference, set_at, set_by FROM secret
               WHERE (data_key IS NULL OR data_key <> $1) AND (owner, name) > ($2, $3)
               ORDER BY owner, name LIMIT $4";
    from.into()
        .list(sql, values![key, after.0, after.1, limit], read)
        .await
}

/// How many secrets each data key encrypts, but for those of the owner `except`. Keys without any are not listed.
pub async fn count_by_key(
    from: impl Into<Reader<'_>>,
    except: Option<Uuid>,
) -> Result<Vec<(Option<Uuid>, i64)>> {
    const ALL: &str = "SELECT data_key, COUNT(*) AS count FROM secret GROUP BY data_key";
    const BUT: &str = "SELECT data_key, COUNT(*) AS count FROM secret WHERE owner <> $1 GROUP BY data_key";
    let read = |row: &StoredRow| Ok((row.optional_id("data_key")?, row.integer("count")?));
    match except {
        None => from.into().list(ALL, values![], read).await,
        Some(owner) => from.into().list(BUT, values![owner], read).await,
    }
}

/// The ciphertext of a secret and what may be told about it.
pub async fn get(
    from: impl Into<Reader<'_>>,
    owner: Uuid,
    name: &str,
) -> Result<Option<(Vec<u8>, SecretState)>> {
    let sql =
        "SELECT ciphertext, origin, reference, set_at, set_by FROM secret WHERE owner = $1 AND name = $2";
    let read = |row: &StoredRow| Ok((row.bytes("ciphertext")?, read_state(row)?));
    from.into().one(sql, values![owner, name], read).await
}

/// Which secrets an owner has.
pub async fn states(from: impl Into<Reader<'_>>, owner: Uuid) -> Result<Vec<(String, SecretState)>> {
    let sql = "SELECT name, origin, reference, set_at, set_by FROM secret WHERE owner = $1 ORDER BY name";
    let read = |row: &StoredRow| Ok((row.text("name")?, read_state(row)?));
    from.into().list(sql, values![owner], read).await
}

/// All secrets: for lists, so that they need not ask owner by owner.
pub async fn all(from: impl Into<Reader<'_>>) -> Result<Vec<StoredSecret>> {
    let sql =
        "SELECT owner, name, ciphertext, origin, reference, set_at, set_by FROM secret ORDER BY owner, name";
    from.into().list(sql, values![], read).await
}

/// Removes a secret; `false` when there was none.
pub async fn delete(tx: &mut Tx, owner: Uuid, name: &str) -> Result<bool> {
    let sql = "DELETE FROM secret WHERE owner = $1 AND name = $2";
    Ok(tx.run(sql, values![owner, name]).await? > 0)
}

/// Removes every secret of an owner; answers how many there were.
pub async fn delete_owner(tx: &mut Tx, owner: Uuid) -> Result<u64> {
    tx.run("DELETE FROM secret WHERE owner = $1", values![owner])
        .await
}

/// Removes the secrets of a connection and of its variables.
pub(crate) async fn delete_of_connection(tx: &mut Tx, connection: ConnectionId) -> Result<u64> {
    tx.run(
        "DELETE FROM secret WHERE owner = $1 OR owner IN (SELECT v.id FROM variable v WHERE v.connection = $1)",
        values![connection],
    )
    .await
}

/// Removes the secrets of all connections of an integration.
pub(crate) async fn delete_of_integration(tx: &mut Tx, integration: IntegrationId) -> Result<u64> {
    tx.run(
        "DELETE FROM secret WHERE owner IN (SELECT c.id FROM connection c WHERE c.integration = $1
         UNION ALL SELECT v.id FROM variable v JOIN connection c ON c.id = v.connection WHERE c.integration = $1)",
        values![integration],
    )
    .await
}

/// Removes the secrets of all connections of a process.
pub(crate) async fn delete_of_process(tx: &mut Tx, process: ProcessId) -> Result<u64> {
    tx.run(
        "DELETE FROM secret WHERE owner IN (SELECT c.id FROM connection c JOIN integration i ON i.id = c.integration
         WHERE i.process = $1 UNION ALL SELECT v.id FROM variable v JOIN connection c ON c.id = v.connection
         JOIN integration i ON i.id = c.integration WHERE i.process = $1)",
        values![process],
    )
    .await
}
