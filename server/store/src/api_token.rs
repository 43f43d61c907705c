//! API tokens, under the hash of their text.

use model::{
    Timestamp,
    api_token::ApiToken,
    id::{ApiTokenId, UserId},
    permission::Role,
    user::User,
};

use crate::{Reader, Result, Tx, row::StoredRow, user, value::values};

macro_rules! select {
    ($more:literal, $condition:literal) => {
        concat!(
            "SELECT t.id AS token_id, t.name AS token_name, t.prefix, t.role AS token_role,
             t.created AS token_created, t.expires, t.last_used, u.name AS user_name",
            $more,
            " FROM api_token t JOIN app_user u ON u.id = t.app_user ",
            $condition
        )
    };
}

fn read(row: &StoredRow) -> Result<ApiToken> {
    Ok(ApiToken {
        id: row.id("token_id")?,
        name: row.text("token_name")?,
        prefix: row.text("prefix")?,
        user_name: row.text("user_name")?,
        role: row.word("token_role", Role::parse)?,
        created: row.time("token_created")?,
        expires: row.time("expires")?,
        last_used: row.optional_time("last_used")?,
    })
}

/// Stores a new token of a user. Conflicts: `api_token_hash`, `api_token_app_user`.
pub async fn insert(tx: &mut Tx, token: &ApiToken, user: UserId, token_hash: &[u8]) -> Result<()> {
    let values = values![
        token.id,
        token_hash,
        &token.name,
        &token.prefix,
        user,
        token.role.word(),
        token.created,
        token.expires,
        token.last_used,
    ];
    tx.run(
        "INSERT INTO api_token (id, token_hash, name, prefix, app_user, role, created, expires, last_used)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        values,
    )
    .await
    .map(drop)
}

/// The token with its user. Whether it has expired is the caller's to decide.
pub async fn find_by_hash(
    from: impl Into<Reader<'_>>,
    token_hash: &[u8],
) -> Result<Option<(ApiToken, User)>> {
    let sql = select!(
        ", u.id, u.name, u.role, u.created, u.last_login",
        "WHERE t.token_hash = $1"
    );
    let read = |row: &StoredRow| Ok((read(row)?, user::read(row)?));
    from.into().one(sql, values![token_hash], read).await
}

/// Every token, newest first.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<ApiToken>> {
    from.into()
        .list(select!("", "ORDER BY t.created DESC, t.id DESC"), values![], read)
        .await
}

/// The tokens of a user, newest first.
pub async fn list_of_user(from: impl Into<Reader<'_>>, user: UserId) -> Result<Vec<ApiToken>> {
    let sql = select!("", "WHERE t.app_user = $1 ORDER BY t.created DESC, t.id DESC");
    from.into().list(sql, values![user], read).await
}

/// Deletes a token; `false` when it was gone.
pub async fn delete(tx: &mut Tx, id: ApiTokenId) -> Result<bool> {
    Ok(tx.run("DELETE FROM api_token WHERE id = $1", values![id]).await? > 0)
}

/// Notes that a token was used. Nothing happens when it is gone.
pub async fn touch(tx: &mut Tx, id: ApiTokenId, at: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE api_token SET last_used = $2 WHERE id = $1",
        values![id, at],
    )
    .await
    .map(drop)
}
