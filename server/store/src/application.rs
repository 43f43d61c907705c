//! Applications.

use model::{application::Application, id::ApplicationId};

use crate::{Reader, Result, Tx, row::StoredRow, value::values};

macro_rules! columns {
    () => {
        "id, name, key, description, version, created, created_by, updated, updated_by"
    };
}

fn read(row: &StoredRow) -> Result<Application> {
    Ok(Application {
        id: row.id("id")?,
        name: row.text("name")?,
        key: row.text("key")?,
        description: row.text("description")?,
        version: row.integer("version")?,
        created: row.time("created")?,
        created_by: row.text("created_by")?,
        updated: row.time("updated")?,
        updated_by: row.text("updated_by")?,
    })
}

/// Stores a new application. Conflict: `application_key`.
pub async fn insert(tx: &mut Tx, application: &Application) -> Result<()> {
    let values = values![
        application.id,
        &application.name,
        &application.key,
        &application.description,
        application.version,
        application.created,
        &application.created_by,
        application.updated,
        &application.updated_by,
    ];
    let sql = concat!(
        "INSERT INTO application (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    );
    tx.run(sql, values).await.map(drop)
}

/// Changes an application. `version` is the one seen; [`crate::Error::Stale`] when another is stored.
pub async fn update(tx: &mut Tx, application: &Application) -> Result<()> {
    let values = values![
        application.id,
        application.version,
        &application.name,
        &application.key,
        &application.description,
        application.updated,
        &application.updated_by,
    ];
    tx.run_or_stale(
        "UPDATE application SET name = $3, key = $4, description = $5, updated = $6, updated_by = $7,
         version = version + 1 WHERE id = $1 AND version = $2",
        values,
    )
    .await
}

/// Deletes an application. Conflict when records refer to it.
pub async fn delete(tx: &mut Tx, id: ApplicationId, version: i64) -> Result<()> {
    tx.run_or_stale(
        "DELETE FROM application WHERE id = $1 AND version = $2",
        values![id, version],
    )
    .await
}

/// The application with this id.
pub async fn find(from: impl Into<Reader<'_>>, id: ApplicationId) -> Result<Option<Application>> {
    let sql = concat!("SELECT ", columns!(), " FROM application WHERE id = $1");
    from.into().one(sql, values![id], read).await
}

/// The application with this key.
pub async fn find_by_key(from: impl Into<Reader<'_>>, key: &str) -> Result<Option<Application>> {
    let sql = concat!("SELECT ", columns!(), " FROM application WHERE key = $1");
    from.into().one(sql, values![key], read).await
}

/// Every application, by name.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<Application>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM application ORDER BY LOWER(name), id"
    );
    from.into().list(sql, values![], read).await
}
