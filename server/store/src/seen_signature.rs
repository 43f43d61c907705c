//! Signed calls that were taken within the last minutes.

use model::Timestamp;

use crate::{Reader, Result, Tx, row::StoredRow, value::values};

/// A signed call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Hash over who signed and what was signed.
    pub digest: Vec<u8>,
    /// The process and the message id it was taken as.
    pub taken_as: String,
    /// When its time of signing is too old.
    pub until: Timestamp,
}

/// Clocks of instances may differ by this much, in milliseconds: what is too old for one still counts for another.
const CLOCKS_DIFFER_MS: i64 = 5 * 60_000;

/// Notes a call, and forgets those that have long been too old at `now`. `false` when it was taken as something else
/// before: a replay.
pub async fn note(tx: &mut Tx, seen: &Seen, now: Timestamp) -> Result<bool> {
    tx.run(
        "DELETE FROM seen_signature WHERE until < $1",
        values![now.plus(-CLOCKS_DIFFER_MS)],
    )
    .await?;
    tx.run(
        "INSERT INTO seen_signature (digest, taken_as, until) VALUES ($1, $2, $3) ON CONFLICT (digest) DO NOTHING",
        values![&seen.digest, &seen.taken_as, seen.until],
    )
    .await?;
    let first = taken_as(&mut *tx, &seen.digest).await?;
    Ok(first.as_deref() == Some(&seen.taken_as))
}

/// What a call was taken as.
pub async fn taken_as(from: impl Into<Reader<'_>>, digest: &[u8]) -> Result<Option<String>> {
    let sql = "SELECT taken_as FROM seen_signature WHERE digest = $1";
    let read = |row: &StoredRow| row.text("taken_as");
    from.into().one(sql, values![digest], read).await
}

/// How many calls are noted now.
pub async fn count(from: impl Into<Reader<'_>>) -> Result<i64> {
    from.into()
        .count("SELECT COUNT(*) AS count FROM seen_signature", values![])
        .await
}
