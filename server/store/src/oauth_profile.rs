//! OAuth profiles. Their client secrets are in the vault (`secret`).

use model::{
    id::OauthProfileId,
    profile::{ClientAuthentication, GrantType, OauthProfile},
};

use crate::{
    Reader, Result, Tx,
    row::StoredRow,
    secret,
    value::{Value, values},
};

macro_rules! columns {
    () => {
        "id, application, name, description, preset, grant_type, issuer, iss_promised, authorization_url,
         token_url, revocation_url, client_id, client_authentication, key_id, subject, assertion_audience,
         user_name, scopes, audience, resource, authorization_parameters, token_parameters, pkce,
         api_origins, rotates, inactivity_days, absolute_days, refresh_days, protocol_profile, version,
         created, created_by, updated, updated_by"
    };
}

fn read(row: &StoredRow) -> Result<OauthProfile> {
    Ok(OauthProfile {
        id: row.id("id")?,
        application: row.id("application")?,
        name: row.text("name")?,
        description: row.text("description")?,
        preset: row.text("preset")?,
        grant_type: row.word("grant_type", GrantType::parse)?,
        issuer: row.text("issuer")?,
        iss_promised: row.boolean("iss_promised")?,
        authorization_url: row.text("authorization_url")?,
        token_url: row.text("token_url")?,
        revocation_url: row.text("revocation_url")?,
        client_id: row.text("client_id")?,
        client_authentication: row.word("client_authentication", ClientAuthentication::parse)?,
        key_id: row.text("key_id")?,
        subject: row.text("subject")?,
        assertion_audience: row.text("assertion_audience")?,
        user: row.text("user_name")?,
        scopes: row.text("scopes")?,
        audience: row.text("audience")?,
        resource: row.text("resource")?,
        authorization_parameters: row.text("authorization_parameters")?,
        token_parameters: row.text("token_parameters")?,
        pkce: row.boolean("pkce")?,
        api_origins: row.text("api_origins")?.lines().map(str::to_owned).collect(),
        rotates: row.boolean("rotates")?,
        inactivity_days: row.optional_integer("inactivity_days")?,
        absolute_days: row.optional_integer("absolute_days")?,
        refresh_days: row.optional_integer("refresh_days")?,
        protocol_profile: row.optional_id("protocol_profile")?,
        version: row.integer("version")?,
        created: row.time("created")?,
        created_by: row.text("created_by")?,
        updated: row.time("updated")?,
        updated_by: row.text("updated_by")?,
    })
}

/// What a designer typed, in the order of the columns.
fn settings(profile: &OauthProfile) -> Vec<Value<'_>> {
    values![
        &profile.name,
        &profile.description,
        &profile.preset,
        profile.grant_type.word(),
        &profile.issuer,
        profile.iss_promised,
        &profile.authorization_url,
        &profile.token_url,
        &profile.revocation_url,
        &profile.client_id,
        profile.client_authentication.word(),
        &profile.key_id,
        &profile.subject,
        &profile.assertion_audience,
        &profile.user,
        &profile.scopes,
        &profile.audience,
        &profile.resource,
        &profile.authorization_parameters,
        &profile.token_parameters,
        profile.pkce,
        profile.api_origins.join("\n"),
        profile.rotates,
        profile.inactivity_days,
        profile.absolute_days,
        profile.refresh_days,
        profile.protocol_profile,
    ]
}

/// Stores a new profile. Conflicts: `oauth_profile_name`, `oauth_profile_application`, `oauth_profile_protocol_profile`.
pub async fn insert(tx: &mut Tx, profile: &OauthProfile) -> Result<()> {
    let mut values = values![profile.id, profile.application];
    values.extend(settings(profile));
    values.extend(values![
        profile.version,
        profile.created,
        &profile.created_by,
        profile.updated,
        &profile.updated_by,
    ]);
    let sql = concat!(
        "INSERT INTO oauth_profile (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
         $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34)"
    );
    tx.run(sql, values).await.map(drop)
}

/// Changes a profile. `version` is the one seen.
pub async fn update(tx: &mut Tx, profile: &OauthProfile) -> Result<()> {
    let mut values = values![profile.id, profile.version];
    values.extend(settings(profile));
    values.extend(values![profile.updated, &profile.updated_by]);
    tx.run_or_stale(
        "UPDATE oauth_profile SET name = $3, description = $4, preset = $5, grant_type = $6, issuer = $7, iss_promised = $8,
         authorization_url = $9, token_url = $10, revocation_url = $11, client_id = $12,
         client_authentication = $13, key_id = $14, subject = $15, assertion_audience = $16, user_name = $17,
         scopes = $18, audience = $19, resource = $20, authorization_parameters = $21,
         token_parameters = $22, pkce = $23, api_origins = $24, rotates = $25, inactivity_days = $26,
         absolute_days = $27, refresh_days = $28, protocol_profile = $29, updated = $30, updated_by = $31,
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
