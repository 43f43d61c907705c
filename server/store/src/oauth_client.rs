//! OAuth clients of our own token endpoint, and their secrets under a hash.

use model::{
    Timestamp,
    id::{InboundUserId, OauthClientId, OauthClientSecretId},
    oauth_client::{ClientSecret, OauthClient},
};

use crate::{Reader, Result, Tx, row::StoredRow, value::Value, value::values};

macro_rules! columns {
    () => {
        "id, application, name, description, client_id, grants, access_lifetime, refresh_lifetime, inbound_user,
         active, version, created, created_by, updated, updated_by"
    };
}

fn read(row: &StoredRow) -> Result<OauthClient> {
    Ok(OauthClient {
        id: row.id("id")?,
        application: row.id("application")?,
        name: row.text("name")?,
        description: row.text("description")?,
        client_id: row.text("client_id")?,
        grants: row.json("grants")?,
        access_lifetime: row.integer("access_lifetime")?,
        refresh_lifetime: row.integer("refresh_lifetime")?,
        inbound_user: row.id("inbound_user")?,
        active: row.boolean("active")?,
        version: row.integer("version")?,
        created: row.time("created")?,
        created_by: row.text("created_by")?,
        updated: row.time("updated")?,
        updated_by: row.text("updated_by")?,
    })
}

/// Stores a new client. Conflicts: `oauth_client_client_id`, `oauth_client_name`, `oauth_client_inbound_user`,
/// `oauth_client_application`.
pub async fn insert(tx: &mut Tx, client: &OauthClient) -> Result<()> {
    let values = values![
        client.id,
        client.application,
        &client.name,
        &client.description,
        &client.client_id,
        Value::json(&client.grants)?,
        client.access_lifetime,
        client.refresh_lifetime,
        client.inbound_user,
        client.active,
        client.version,
        client.created,
        &client.created_by,
        client.updated,
        &client.updated_by,
    ];
    let sql = concat!(
        "INSERT INTO oauth_client (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
    );
    tx.run(sql, values).await.map(drop)
}

/// Changes a client, but not its client ID. `version` is the one seen.
pub async fn update(tx: &mut Tx, client: &OauthClient) -> Result<()> {
    let values = values![
        client.id,
        client.version,
        &client.name,
        &client.description,
        Value::json(&client.grants)?,
        client.access_lifetime,
        client.refresh_lifetime,
        client.inbound_user,
        client.active,
        client.updated,
        &client.updated_by,
    ];
    tx.run_or_stale(
        "UPDATE oauth_client SET name = $3, description = $4, grants = $5, access_lifetime = $6,
         refresh_lifetime = $7, inbound_user = $8, active = $9, updated = $10, updated_by = $11,
         version = version + 1 WHERE id = $1 AND version = $2",
        values,
    )
    .await
}

/// Deletes a client with its secrets and tokens.
pub async fn delete(tx: &mut Tx, id: OauthClientId, version: i64) -> Result<()> {
    tx.run_or_stale(
        "DELETE FROM oauth_client WHERE id = $1 AND version = $2",
        values![id, version],
    )
    .await
}

/// The client with this id.
pub async fn find(from: impl Into<Reader<'_>>, id: OauthClientId) -> Result<Option<OauthClient>> {
    let sql = concat!("SELECT ", columns!(), " FROM oauth_client WHERE id = $1");
    from.into().one(sql, values![id], read).await
}

/// The client with this client ID.
pub async fn find_by_client_id(from: impl Into<Reader<'_>>, client_id: &str) -> Result<Option<OauthClient>> {
    let sql = concat!("SELECT ", columns!(), " FROM oauth_client WHERE client_id = $1");
    from.into().one(sql, values![client_id], read).await
}

/// Every client, by name.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<OauthClient>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM oauth_client ORDER BY LOWER(name), id"
    );
    from.into().list(sql, values![], read).await
}

/// The clients whose tokens stand for an inbound user.
pub async fn by_inbound_user(from: impl Into<Reader<'_>>, user: InboundUserId) -> Result<Vec<OauthClient>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM oauth_client WHERE inbound_user = $1 ORDER BY LOWER(name), id"
    );
    from.into().list(sql, values![user], read).await
}

fn read_secret(row: &StoredRow) -> Result<ClientSecret> {
    Ok(ClientSecret {
        id: row.id("id")?,
        client: row.id("oauth_client")?,
        begins_with: row.text("begins_with")?,
        created: row.time("created")?,
        created_by: row.text("created_by")?,
        expires: row.optional_time("expires")?,
        last_used: row.optional_time("last_used")?,
    })
}

/// Stores a new secret. Conflict `oauth_client_secret_oauth_client` when the client is gone.
pub async fn insert_secret(tx: &mut Tx, secret: &ClientSecret, secret_hash: &[u8]) -> Result<()> {
    let values = values![
        secret.id,
        secret.client,
        secret_hash,
        &secret.begins_with,
        secret.created,
        &secret.created_by,
        secret.expires,
        secret.last_used,
    ];
    tx.run(
        "INSERT INTO oauth_client_secret (id, oauth_client, secret_hash, begins_with, created, created_by, expires,
         last_used) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values,
    )
    .await
    .map(drop)
}

/// Lets the secrets of a client end at `at`, if they would count longer.
pub async fn expire_secrets(tx: &mut Tx, client: OauthClientId, at: Timestamp) -> Result<u64> {
    tx.run(
        "UPDATE oauth_client_secret SET expires = $2 WHERE oauth_client = $1 AND (expires IS NULL OR expires > $2)",
        values![client, at],
    )
    .await
}

/// Deletes a secret; `false` when it was gone.
pub async fn delete_secret(tx: &mut Tx, id: OauthClientSecretId) -> Result<bool> {
    let sql = "DELETE FROM oauth_client_secret WHERE id = $1";
    Ok(tx.run(sql, values![id]).await? > 0)
}

/// Notes that a secret was used.
pub async fn touch_secret(tx: &mut Tx, id: OauthClientSecretId, at: Timestamp) -> Result<()> {
    let sql = "UPDATE oauth_client_secret SET last_used = $2 WHERE id = $1";
    tx.run(sql, values![id, at]).await.map(drop)
}

/// The secrets of a client with their hashes, oldest first.
pub async fn secrets(
    from: impl Into<Reader<'_>>,
    client: OauthClientId,
) -> Result<Vec<(ClientSecret, Vec<u8>)>> {
    let sql = "SELECT id, oauth_client, secret_hash, begins_with, created, created_by, expires, last_used
               FROM oauth_client_secret WHERE oauth_client = $1 ORDER BY created, id";
    let read = |row: &StoredRow| Ok((read_secret(row)?, row.bytes("secret_hash")?));
    from.into().list(sql, values![client], read).await
}

/// The secret with this id.
pub async fn find_secret(
    from: impl Into<Reader<'_>>,
    id: OauthClientSecretId,
) -> Result<Option<ClientSecret>> {
    let sql = "SELECT id, oauth_client, begins_with, created, created_by, expires, last_used
               FROM oauth_client_secret WHERE id = $1";
    from.into().one(sql, values![id], read_secret).await
}

/// Every secret with an end, with the name of its client.
pub async fn secrets_that_expire(from: impl Into<Reader<'_>>) -> Result<Vec<(ClientSecret, String)>> {
    let sql =
        "SELECT s.id, s.oauth_client, s.begins_with, s.created, s.created_by, s.expires, s.last_used, c.name
               FROM oauth_client_secret s JOIN oauth_client c ON c.id = s.oauth_client
               WHERE s.expires IS NOT NULL ORDER BY s.expires, s.id";
    let read = |row: &StoredRow| Ok((read_secret(row)?, row.text("name")?));
    from.into().list(sql, values![], read).await
}
