//! Inbound users. Only [`credentials`] reads the password's hash.

use model::{
    Timestamp,
    id::InboundUserId,
    inbound_user::{InboundUser, Way},
};

use crate::{Reader, Result, Tx, row::StoredRow, value::values};

macro_rules! columns {
    () => {
        "id, application, name, user_id, description, active, password_set_at, password_set_by, version, created,
         created_by, updated, updated_by, password_last_used, allowed"
    };
}

/// The columns of a joined table, for [`read`]. Tables joined with it must not have columns of these names in the
/// result.
macro_rules! columns_of {
    ($table:literal) => {
        concat!(
            $table,
            ".id, ",
            $table,
            ".application, ",
            $table,
            ".name, ",
            $table,
            ".user_id, ",
            $table,
            ".description, ",
            $table,
            ".active, ",
            $table,
            ".password_set_at, ",
            $table,
            ".password_set_by, ",
            $table,
            ".version, ",
            $table,
            ".created, ",
            $table,
            ".created_by, ",
            $table,
            ".updated, ",
            $table,
            ".updated_by, ",
            $table,
            ".password_last_used, ",
            $table,
            ".allowed"
        )
    };
}
pub(crate) use columns_of;

pub(crate) fn read(row: &StoredRow) -> Result<InboundUser> {
    Ok(InboundUser {
        id: row.id("id")?,
        application: row.id("application")?,
        name: row.text("name")?,
        user_id: row.text("user_id")?,
        description: row.text("description")?,
        active: row.boolean("active")?,
        password_set_at: row.time("password_set_at")?,
        password_set_by: row.text("password_set_by")?,
        version: row.integer("version")?,
        created: row.time("created")?,
        created_by: row.text("created_by")?,
        updated: row.time("updated")?,
        updated_by: row.text("updated_by")?,
        password_last_used: row.optional_time("password_last_used")?,
        allowed: Way::of_words(&row.text("allowed")?),
    })
}

/// Stores a new inbound user. Conflicts: `inbound_user_user_id`, `inbound_user_application`.
pub async fn insert(tx: &mut Tx, user: &InboundUser, password_hash: &str) -> Result<()> {
    let values = values![
        user.id,
        user.application,
        &user.name,
        &user.user_id,
        &user.description,
        user.active,
        user.password_set_at,
        &user.password_set_by,
        user.version,
        user.created,
        &user.created_by,
        user.updated,
        &user.updated_by,
        user.password_last_used,
        Way::words(&user.allowed),
        password_hash,
    ];
    let sql = concat!(
        "INSERT INTO inbound_user (",
        columns!(),
        ", password_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
    );
    tx.run(sql, values).await.map(drop)
}

/// Changes an inbound user, but not its password. `version` is the one seen.
pub async fn update(tx: &mut Tx, user: &InboundUser) -> Result<()> {
    let values = values![
        user.id,
        user.version,
        user.application,
        &user.name,
        &user.user_id,
        &user.description,
        user.active,
        user.updated,
        &user.updated_by,
        Way::words(&user.allowed),
    ];
    tx.run_or_stale(
        "UPDATE inbound_user SET application = $3, name = $4, user_id = $5, description = $6, active = $7,
         updated = $8, updated_by = $9, allowed = $10, version = version + 1 WHERE id = $1 AND version = $2",
        values,
    )
    .await
}

/// Notes that the first password was used; `false` when it is another one by now, or the user is gone. The row is held
/// until the end of the transaction: nobody replaces the password in between.
pub async fn touch_password(
    tx: &mut Tx,
    id: InboundUserId,
    password_hash: &str,
    at: Timestamp,
) -> Result<bool> {
    let sql = "UPDATE inbound_user SET password_last_used = $3 WHERE id = $1 AND password_hash = $2";
    Ok(tx.run(sql, values![id, password_hash, at]).await? > 0)
}

/// Replaces the password; the new one was never used. Counts as a change: the version goes up.
pub async fn set_password(
    tx: &mut Tx,
    id: InboundUserId,
    password_hash: &str,
    at: Timestamp,
    by: &str,
) -> Result<()> {
    tx.run_or_stale(
        "UPDATE inbound_user SET password_hash = $2, password_set_at = $3, password_set_by = $4,
         password_last_used = NULL, updated = $3, updated_by = $4, version = version + 1 WHERE id = $1",
        values![id, password_hash, at, by],
    )
    .await
}

/// Deletes an inbound user with its credentials. Conflicts: `connection_inbound_user` while connections name it,
/// `oauth_client_inbound_user` while OAuth clients do.
pub async fn delete(tx: &mut Tx, id: InboundUserId, version: i64) -> Result<()> {
    crate::inbound_credential::delete_secrets_of(tx, id).await?;
    tx.run_or_stale(
        "DELETE FROM inbound_user WHERE id = $1 AND version = $2",
        values![id, version],
    )
    .await
}

/// The inbound user with this id.
pub async fn find(from: impl Into<Reader<'_>>, id: InboundUserId) -> Result<Option<InboundUser>> {
    let sql = concat!("SELECT ", columns!(), " FROM inbound_user WHERE id = $1");
    from.into().one(sql, values![id], read).await
}

/// The inbound user a caller claims to be, with the hash of the password. Disabled ones too.
pub async fn credentials(
    from: impl Into<Reader<'_>>,
    user_id: &str,
) -> Result<Option<(InboundUser, String)>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", password_hash FROM inbound_user WHERE user_id = $1"
    );
    let read = |row: &StoredRow| Ok((read(row)?, row.text("password_hash")?));
    from.into().one(sql, values![user_id], read).await
}

/// Every inbound user, by name.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<InboundUser>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM inbound_user ORDER BY LOWER(name), id"
    );
    from.into().list(sql, values![], read).await
}
