//! People who log in. Only [`credentials`] reads the password's hash. Names are equal without regard to case.

use model::{Timestamp, id::UserId, permission::Role, user::User};

use crate::{Reader, Result, Tx, row::StoredRow, value::values};

pub(crate) fn read(row: &StoredRow) -> Result<User> {
    Ok(User {
        id: row.id("id")?,
        name: row.text("name")?,
        role: row.word("role", Role::parse)?,
        created: row.time("created")?,
        last_login: row.optional_time("last_login")?,
    })
}

/// Stores a new user. Conflict: `app_user_name`.
pub async fn insert(tx: &mut Tx, user: &User, password_hash: &str) -> Result<()> {
    tx.run(
        "INSERT INTO app_user (id, name, password_hash, role, created, last_login) VALUES ($1, $2, $3, $4, $5, $6)",
        values![user.id, &user.name, password_hash, user.role.word(), user.created, user.last_login],
    )
    .await
    .map(drop)
}

/// The user with this name.
pub async fn find_by_name(from: impl Into<Reader<'_>>, name: &str) -> Result<Option<User>> {
    let sql = "SELECT id, name, role, created, last_login FROM app_user WHERE LOWER(name) = LOWER($1)";
    from.into().one(sql, values![name], read).await
}

/// The user with this name and the hash of the password.
pub async fn credentials(from: impl Into<Reader<'_>>, name: &str) -> Result<Option<(User, String)>> {
    let sql = "SELECT id, name, role, created, last_login, password_hash FROM app_user
               WHERE LOWER(name) = LOWER($1)";
    let read = |row: &StoredRow| Ok((read(row)?, row.text("password_hash")?));
    from.into().one(sql, values![name], read).await
}

/// Every user, by name.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<User>> {
    let sql = "SELECT id, name, role, created, last_login FROM app_user ORDER BY LOWER(name), id";
    from.into().list(sql, values![], read).await
}

/// How many users there are; none means that the set-up is still to be done.
pub async fn count(from: impl Into<Reader<'_>>) -> Result<i64> {
    from.into()
        .count("SELECT COUNT(*) AS count FROM app_user", values![])
        .await
}

/// Replaces the password.
pub async fn set_password(tx: &mut Tx, id: UserId, password_hash: &str) -> Result<()> {
    tx.run_or_stale(
        "UPDATE app_user SET password_hash = $2 WHERE id = $1",
        values![id, password_hash],
    )
    .await
}

/// Notes a login.
pub async fn set_last_login(tx: &mut Tx, id: UserId, at: Timestamp) -> Result<()> {
    tx.run_or_stale(
        "UPDATE app_user SET last_login = $2 WHERE id = $1",
        values![id, at],
    )
    .await
}
