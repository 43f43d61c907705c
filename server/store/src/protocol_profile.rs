//! Protocol profiles. Their keys are in the vault (`secret`).

use model::{
    id::ProtocolProfileId,
    profile::{ProtocolProfile, TlsVersion},
};

use crate::{
    Reader, Result, Tx,
    row::StoredRow,
    secret,
    value::{Value, values},
};

macro_rules! columns {
    () => {
        "id, application, name, description, minimum_tls, certificates, ca_bundle, authorities, version, created, created_by, updated, updated_by"
    };
}

fn read(row: &StoredRow) -> Result<ProtocolProfile> {
    Ok(ProtocolProfile {
        id: row.id("id")?,
        application: row.id("application")?,
        name: row.text("name")?,
        description: row.text("description")?,
        minimum_tls: row.word("minimum_tls", TlsVersion::parse)?,
        certificates: row.json("certificates")?,
        ca_bundle: row.text("ca_bundle")?,
        authorities: row.json("authorities")?,
        version: row.integer("version")?,
        created: row.time("created")?,
        created_by: row.text("created_by")?,
        updated: row.time("updated")?,
        updated_by: row.text("updated_by")?,
    })
}

/// Stores a new profile. Conflicts: `protocol_profile_name`, `protocol_profile_application`.
pub async fn insert(tx: &mut Tx, profile: &ProtocolProfile) -> Result<()> {
    let values = values![
        profile.id,
        profile.application,
        &profile.name,
        &profile.description,
        profile.minimum_tls.word(),
        Value::json(&profile.certificates)?,
        &profile.ca_bundle,
        Value::json(&profile.authorities)?,
        profile.version,
        profile.created,
        &profile.created_by,
        profile.updated,
        &profile.updated_by,
    ];
    let sql = concat!(
        "INSERT INTO protocol_profile (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    );
    tx.run(sql, values).await.map(drop)
}

/// Changes a profile. `version` is the one seen.
pub async fn update(tx: &mut Tx, profile: &ProtocolProfile) -> Result<()> {
    let values = values![
        profile.id,
        profile.version,
        profile.application,
        &profile.name,
        &profile.description,
        profile.minimum_tls.word(),
        profile.updated,
        &profile.updated_by,
        Value::json(&profile.certificates)?,
        &profile.ca_bundle,
        Value::json(&profile.authorities)?,
    ];
    tx.run_or_stale(
        "UPDATE protocol_profile SET application = $3, name = $4, description = $5, minimum_tls = $6,
         updated = $7, updated_by = $8, certificates = $9, ca_bundle = $10, authorities = $11, version = version + 1 WHERE id = $1 AND version = $2",
        values,
    )
    .await
}

/// Deletes a profile with its secrets. Conflict `connection_protocol_profile` while connections name it.
pub async fn delete(tx: &mut Tx, id: ProtocolProfileId, version: i64) -> Result<()> {
    secret::delete_owner(tx, id.0).await?;
    tx.run_or_stale(
        "DELETE FROM protocol_profile WHERE id = $1 AND version = $2",
        values![id, version],
    )
    .await
}

/// The profile with this id.
pub async fn find(from: impl Into<Reader<'_>>, id: ProtocolProfileId) -> Result<Option<ProtocolProfile>> {
    let sql = concat!("SELECT ", columns!(), " FROM protocol_profile WHERE id = $1");
    from.into().one(sql, values![id], read).await
}

/// Every profile, by name.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<ProtocolProfile>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM protocol_profile ORDER BY LOWER(name), id"
    );
    from.into().list(sql, values![], read).await
}
