//! Tokens that our token endpoint gave out, under the hash of their text.

use model::{
    Timestamp, choice,
    id::{InboundUserId, OauthClientId},
    inbound_user::InboundUser,
};
use uuid::Uuid;

use crate::{Reader, Result, Tx, inbound_user, row::StoredRow, value::values};

choice! {
    /// What a token is for.
    TokenKind {
        Access = "access", "access token";
        Refresh = "refresh", "refresh token";
    }
}

/// A token that was given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedToken {
    pub token_hash: Vec<u8>,
    pub client: OauthClientId,
    /// What came from the same password.
    pub family: Uuid,
    pub kind: TokenKind,
    pub created: Timestamp,
    pub expires: Timestamp,
    /// When a refresh token was used.
    pub used: Option<Timestamp>,
    /// Whether the family came from a password, and ends with it.
    pub by_password: bool,
    /// When that password expires: nothing of the family counts longer.
    pub ends: Option<Timestamp>,
}

fn read(row: &StoredRow) -> Result<IssuedToken> {
    Ok(IssuedToken {
        token_hash: row.bytes("token_hash")?,
        client: row.id("oauth_client")?,
        family: row.id("family")?,
        kind: row.word("kind", TokenKind::parse)?,
        created: row.time("created")?,
        expires: row.time("expires")?,
        used: row.optional_time("used")?,
        by_password: row.boolean("by_password")?,
        ends: row.optional_time("ends")?,
    })
}

/// Stores a token. Conflict `issued_token_oauth_client` when the client is gone.
pub async fn insert(tx: &mut Tx, token: &IssuedToken) -> Result<()> {
    let values = values![
        &token.token_hash,
        token.client,
        token.family,
        token.kind.word(),
        token.created,
        token.expires,
        token.used,
        token.by_password,
        token.ends,
    ];
    tx.run(
        "INSERT INTO issued_token (token_hash, oauth_client, family, kind, created, expires, used, by_password, ends)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        values,
    )
    .await
    .map(drop)
}

/// A token by its hash. Whether it has expired is the caller's to decide.
pub async fn find(from: impl Into<Reader<'_>>, token_hash: &[u8]) -> Result<Option<IssuedToken>> {
    let sql = "SELECT token_hash, oauth_client, family, kind, created, expires, used, by_password, ends
               FROM issued_token WHERE token_hash = $1";
    from.into().one(sql, values![token_hash], read).await
}

/// Who an access token stands for, and when it expires; `None` when it is unknown or its client is inactive.
pub async fn bearer(
    from: impl Into<Reader<'_>>,
    token_hash: &[u8],
) -> Result<Option<(InboundUser, Timestamp)>> {
    let sql = concat!(
        "SELECT t.expires, ",
        inbound_user::columns_of!("u"),
        " FROM issued_token t JOIN oauth_client c ON c.id = t.oauth_client AND c.active
         JOIN inbound_user u ON u.id = c.inbound_user WHERE t.token_hash = $1 AND t.kind = 'access'"
    );
    let read = |row: &StoredRow| Ok((inbound_user::read(row)?, row.time("expires")?));
    from.into().one(sql, values![token_hash], read).await
}

/// Notes that a refresh token is used now. `false` when it was used before, or is gone: only one of two requests with
/// the same token gets `true`.
pub async fn take(tx: &mut Tx, token_hash: &[u8], at: Timestamp) -> Result<bool> {
    let sql = "UPDATE issued_token SET used = $2 WHERE token_hash = $1 AND kind = 'refresh' AND used IS NULL";
    Ok(tx.run(sql, values![token_hash, at]).await? > 0)
}

/// Removes every token of a family.
pub async fn delete_family(tx: &mut Tx, family: Uuid) -> Result<u64> {
    tx.run("DELETE FROM issued_token WHERE family = $1", values![family])
        .await
}

/// Removes every token that was fetched with a password of an inbound user, and counts them. Repeated until nothing is
/// left: PostgreSQL shows a deletion only what was committed when it began, and one that waited for a request that was
/// just making the next tokens has to look again.
pub async fn delete_by_password(tx: &mut Tx, user: InboundUserId) -> Result<u64> {
    let sql = "DELETE FROM issued_token WHERE by_password
               AND oauth_client IN (SELECT c.id FROM oauth_client c WHERE c.inbound_user = $1)";
    let mut gone = 0;
    loop {
        match tx.run(sql, values![user]).await? {
            0 => return Ok(gone),
            count => gone += count,
        }
    }
}

/// Removes every token of a client.
pub async fn delete_of_client(tx: &mut Tx, client: OauthClientId) -> Result<u64> {
    tx.run(
        "DELETE FROM issued_token WHERE oauth_client = $1",
        values![client],
    )
    .await
}

/// Removes tokens that have expired.
pub async fn delete_expired(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    tx.run("DELETE FROM issued_token WHERE expires <= $1", values![now])
        .await
}

/// Access tokens of a client that count now.
pub async fn live(from: impl Into<Reader<'_>>, client: OauthClientId, now: Timestamp) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS count FROM issued_token WHERE oauth_client = $1 AND kind = 'access' AND expires > $2";
    from.into().count(sql, values![client, now]).await
}
