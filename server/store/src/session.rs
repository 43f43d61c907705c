//! Sessions of people, under the hash of their token: a stolen database opens no session.

use model::{Timestamp, id::UserId, user::User};

use crate::{Reader, Result, Tx, row::StoredRow, user, value::values};

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub token_hash: Vec<u8>,
    pub user: UserId,
    pub created: Timestamp,
    pub last_seen: Timestamp,
    pub expires: Timestamp,
    /// Where it was opened from.
    pub address: String,
}

fn read(row: &StoredRow) -> Result<(Session, User)> {
    let session = Session {
        token_hash: row.bytes("token_hash")?,
        user: row.id("id")?,
        created: row.time("session_created")?,
        last_seen: row.time("last_seen")?,
        expires: row.time("expires")?,
        address: row.text("address")?,
    };
    Ok((session, user::read(row)?))
}

/// Opens a session. Conflict: `session_app_user`.
pub async fn insert(tx: &mut Tx, session: &Session) -> Result<()> {
    let values = values![
        &session.token_hash,
        session.user,
        session.created,
        session.last_seen,
        session.expires,
        &session.address,
    ];
    tx.run(
        "INSERT INTO session (token_hash, app_user, created, last_seen, expires, address)
         VALUES ($1, $2, $3, $4, $5, $6)",
        values,
    )
    .await
    .map(drop)
}

/// The session of a token with its user. Whether it has expired is the caller's to decide.
pub async fn find(from: impl Into<Reader<'_>>, token_hash: &[u8]) -> Result<Option<(Session, User)>> {
    let sql = "SELECT s.token_hash, s.created AS session_created, s.last_seen, s.expires, s.address,
               u.id, u.name, u.role, u.created, u.last_login
               FROM session s JOIN app_user u ON u.id = s.app_user WHERE s.token_hash = $1";
    from.into().one(sql, values![token_hash], read).await
}

/// Notes that a session was used. Nothing happens when it is gone.
pub async fn touch(tx: &mut Tx, token_hash: &[u8], at: Timestamp) -> Result<()> {
    let sql = "UPDATE session SET last_seen = $2 WHERE token_hash = $1";
    tx.run(sql, values![token_hash, at]).await.map(drop)
}

/// Ends a session; `false` when it was gone.
pub async fn delete(tx: &mut Tx, token_hash: &[u8]) -> Result<bool> {
    Ok(tx
        .run("DELETE FROM session WHERE token_hash = $1", values![token_hash])
        .await?
        > 0)
}

/// Ends every session of a user.
pub async fn delete_of_user(tx: &mut Tx, user: UserId) -> Result<u64> {
    tx.run("DELETE FROM session WHERE app_user = $1", values![user])
        .await
}

/// Removes sessions past their end or not used since `idle_before`.
pub async fn delete_expired(tx: &mut Tx, now: Timestamp, idle_before: Timestamp) -> Result<u64> {
    tx.run(
        "DELETE FROM session WHERE expires <= $1 OR last_seen < $2",
        values![now, idle_before],
    )
    .await
}
