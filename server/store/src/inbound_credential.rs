//! Credentials of inbound users. Only [`of_process`] and [`passwords_of`] read what they are checked with.

use model::{
    Timestamp,
    id::{InboundCredentialId, InboundUserId, ProcessId},
    inbound_credential::{CredentialKind, CredentialSettings, InboundCredential},
    inbound_user::InboundUser,
};

use crate::{Reader, Result, Tx, inbound_user, row::StoredRow, value::Value, value::values};

/// A credential with what it is checked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedBy {
    pub credential: InboundCredential,
    /// Keyed hash of an API key or a path token.
    pub secret_hash: Vec<u8>,
    /// argon2id of a password.
    pub password_hash: String,
    /// Ciphertext of a signing secret.
    pub ciphertext: Vec<u8>,
}

macro_rules! columns {
    () => {
        "c.id AS credential_id, c.inbound_user, c.label, c.settings, c.begins_with, c.created AS credential_created,
         c.created_by AS credential_created_by, c.expires, c.last_used"
    };
}

fn read(row: &StoredRow) -> Result<InboundCredential> {
    Ok(InboundCredential {
        id: row.id("credential_id")?,
        inbound_user: row.id("inbound_user")?,
        label: row.text("label")?,
        settings: row.json("settings")?,
        begins_with: row.text("begins_with")?,
        created: row.time("credential_created")?,
        created_by: row.text("credential_created_by")?,
        expires: row.optional_time("expires")?,
        last_used: row.optional_time("last_used")?,
    })
}

/// Stores a new credential. Conflicts: `inbound_credential_secret`, `inbound_credential_inbound_user`.
pub async fn insert(
    tx: &mut Tx,
    credential: &InboundCredential,
    secret_hash: &[u8],
    password_hash: &str,
) -> Result<()> {
    let values = values![
        credential.id,
        credential.inbound_user,
        credential.settings.kind().word(),
        &credential.label,
        Value::json(&credential.settings)?,
        secret_hash,
        password_hash,
        &credential.begins_with,
        credential.created,
        &credential.created_by,
        credential.expires,
        credential.last_used,
    ];
    tx.run(
        "INSERT INTO inbound_credential (id, inbound_user, kind, label, settings, secret_hash, password_hash,
         begins_with, created, created_by, expires, last_used)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        values,
    )
    .await
    .map(drop)
}

/// Deletes a credential with its signing secret; `false` when it was gone.
pub async fn delete(tx: &mut Tx, id: InboundCredentialId) -> Result<bool> {
    crate::secret::delete_owner(tx, id.0).await?;
    Ok(tx
        .run("DELETE FROM inbound_credential WHERE id = $1", values![id])
        .await?
        > 0)
}

/// Removes the signing secrets of an inbound user; the credentials themselves go with their user.
pub(crate) async fn delete_secrets_of(tx: &mut Tx, user: InboundUserId) -> Result<u64> {
    tx.run(
        "DELETE FROM secret WHERE owner IN (SELECT c.id FROM inbound_credential c WHERE c.inbound_user = $1)",
        values![user],
    )
    .await
}

/// Notes that a credential was used; `false` when it is gone.
pub async fn touch(tx: &mut Tx, id: InboundCredentialId, at: Timestamp) -> Result<bool> {
    let sql = "UPDATE inbound_credential SET last_used = $2 WHERE id = $1";
    Ok(tx.run(sql, values![id, at]).await? > 0)
}

/// The credential with this id.
pub async fn find(from: impl Into<Reader<'_>>, id: InboundCredentialId) -> Result<Option<InboundCredential>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM inbound_credential c WHERE c.id = $1"
    );
    from.into().one(sql, values![id], read).await
}

/// The credentials of an inbound user, oldest first.
pub async fn list(from: impl Into<Reader<'_>>, user: InboundUserId) -> Result<Vec<InboundCredential>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM inbound_credential c WHERE c.inbound_user = $1 ORDER BY c.created, c.id"
    );
    from.into().list(sql, values![user], read).await
}

/// The further passwords of an inbound user, as hashes with their expiry and id.
pub async fn passwords_of(
    from: impl Into<Reader<'_>>,
    user: InboundUserId,
) -> Result<Vec<(InboundCredentialId, String, Option<Timestamp>)>> {
    let read = |row: &StoredRow| {
        Ok((
            row.id("id")?,
            row.text("password_hash")?,
            row.optional_time("expires")?,
        ))
    };
    from.into()
        .list(
            "SELECT id, password_hash, expires FROM inbound_credential WHERE inbound_user = $1 AND kind = $2
             ORDER BY created, id",
            values![user, CredentialKind::Password.word()],
            read,
        )
        .await
}

/// Everybody who may be recognised at a process, by a credential that is no password: the inbound users of its
/// connections, active or not. Those who may post now come first.
pub async fn of_process(
    from: impl Into<Reader<'_>>,
    process: ProcessId,
) -> Result<Vec<(InboundUser, CheckedBy)>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", c.secret_hash, c.password_hash, s.ciphertext, ",
        inbound_user::columns_of!("u"),
        " FROM inbound_credential c JOIN inbound_user u ON u.id = c.inbound_user
         LEFT JOIN secret s ON s.owner = c.id
         WHERE c.kind <> 'password'
         AND c.inbound_user IN (SELECT n.inbound_user FROM connection n WHERE n.process = $1)
         ORDER BY CASE WHEN EXISTS (SELECT 1 FROM connection a WHERE a.process = $1 AND a.active
         AND a.inbound_user = u.id) THEN 0 ELSE 1 END, c.created, c.id"
    );
    let read = |row: &StoredRow| {
        let checked_by = CheckedBy {
            credential: read(row)?,
            secret_hash: row.bytes("secret_hash")?,
            password_hash: row.text("password_hash")?,
            ciphertext: row.optional_bytes("ciphertext")?.unwrap_or_default(),
        };
        Ok((inbound_user::read(row)?, checked_by))
    };
    from.into().list(sql, values![process], read).await
}

/// How the keys and signatures of all inbound users are sent.
pub async fn settings_in_headers(from: impl Into<Reader<'_>>) -> Result<Vec<CredentialSettings>> {
    let sql = "SELECT DISTINCT settings FROM inbound_credential WHERE kind IN ($1, $2)";
    let kinds = values![CredentialKind::ApiKey.word(), CredentialKind::Signature.word()];
    from.into().list(sql, kinds, |row| row.json("settings")).await
}

/// Every credential with an end, with the name of its inbound user.
pub async fn that_expire(from: impl Into<Reader<'_>>) -> Result<Vec<(InboundCredential, String)>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", u.name AS user_name FROM inbound_credential c JOIN inbound_user u ON u.id = c.inbound_user
         WHERE c.expires IS NOT NULL ORDER BY c.expires, c.id"
    );
    let read_both = |row: &StoredRow| Ok((read(row)?, row.text("user_name")?));
    from.into().list(sql, values![], read_both).await
}
