//! OAuth profiles. Their client secrets are in the vault (`secret`).

use model::{
    id::OauthProfileId,
    profile::{GrantType, OauthProfile},
};

use crate::{Reader, Result, Tx, row::StoredRow, secret, value::values};

macro_rules! columns {
    () => {
        "id, application, name, description, grant_type, authorization_url, token_url, client_id, scopes, version,
         created, created_by, updated, updated_by"
    };
}

fn read(row: &StoredRow) -> Result<OauthProfile> {
    Ok(OauthProfile {
        id: row.id("id")?,
        application: row.id("application")?,
        name: row.text("name")?,
        description: row.text("description")?,
        grant_type: row.word("grant_type", GrantType::parse)?,
        authorization_url: row.text("authorization_url")?,
        token_url: row.text("token_url")?,
        client_id: row.text("client_id")?,
        scopes: row.text("scopes")?,
        version: row.integer("version")?,
        created: row.time("created")?,
        created_by: row.text("created_by")?,
        updated: row.time("updated")?,
        updated_by: row.text("updated_by")?,
    })
}

/// Stores a new profile. Conflicts: `oauth_profile_name`, `oauth_profile_application`.
pub async fn insert(tx: &mut Tx, profile: &OauthProfile) -> Result<()> {
    let values = values![
        profile.id,
        profile.application,
        &profile.name,
        &profile.description,
        profile.grant_type.word(),
        &profile.authorization_url,
        &profile.token_url,
        &profile.client_id,
        &profile.scopes,
        profile.version,
        profile.created,
        &profile.created_by,
        profile.updated,
        &profile.updated_by,
    ];
    let sql = concat!(
        "INSERT INTO oauth_profile (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    );
    tx.run(sql, values).await.map(drop)
}

/// Changes a profile. `version` is the one seen.
pub async fn update(tx: &mut Tx, profile: &OauthProfile) -> Result<()> {
    let values = values![
        profile.id,
        profile.version,
        profile.application,
        &profile.name,
        &profile.description,
        profile.grant_type.word(),
        &profile.authorization_url,
        &profile.token_url,
        &profile.client_id,
        &profile.scopes,
        profile.updated,
        &profile.updated_by,
    ];
    tx.run_or_stale(
        "UPDATE oauth_profile SET application = $3, name = $4, description = $5, grant_type = $6,
         authorization_url = $7, token_url = $8, client_id = $9, scopes = $10, updated = $11, updated_by = $12,
         version = version + 1 WHERE id = $1 AND version = $2",
        values,
    )
    .await
}

/// Deletes a profile with its secrets. Conflict `connection_oauth_profile` while connections name it.
pub async fn delete(tx: &mut Tx, id: OauthProfileId, version: i64) -> Result<()> {
    secret::delete_owner(tx, id.0).await?;
    tx.run_or_stale(
        "DELETE FROM oauth_profile WHERE id = $1 AND version = $2",
        values![id, version],
    )
    .await
}

/// The profile with this id.
pub async fn find(from: impl Into<Reader<'_>>, id: OauthProfileId) -> Result<Option<OauthProfile>> {
    let sql = concat!("SELECT ", columns!(), " FROM oauth_profile WHERE id = $1");
    from.into().one(sql, values![id], read).await
}

/// Every profile, by name.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<OauthProfile>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM oauth_profile ORDER BY LOWER(name), id"
    );
    from.into().list(sql, values![], read).await
}
