//! Processes.

use model::{id::ProcessId, overview::ProcessRow, process::Process};

use crate::{Reader, Result, Tx, row::StoredRow, secret, value::values};

macro_rules! columns {
    () => {
        "id, application, name, api_name, description, version, created, created_by, updated, updated_by"
    };
}

fn read(row: &StoredRow) -> Result<Process> {
    Ok(Process {
        id: row.id("id")?,
        application: row.id("application")?,
        name: row.text("name")?,
        api_name: row.text("api_name")?,
        description: row.text("description")?,
        version: row.integer("version")?,
        created: row.time("created")?,
        created_by: row.text("created_by")?,
        updated: row.time("updated")?,
        updated_by: row.text("updated_by")?,
    })
}

fn read_row(row: &StoredRow) -> Result<ProcessRow> {
    Ok(ProcessRow {
        process: read(row)?,
        application_name: row.text("application_name")?,
        integrations: row.integer("integrations")?,
    })
}

/// Stores a new process. Conflicts: `process_api_name`, `process_application`.
pub async fn insert(tx: &mut Tx, process: &Process) -> Result<()> {
    let values = values![
        process.id,
        process.application,
        &process.name,
        &process.api_name,
        &process.description,
        process.version,
        process.created,
        &process.created_by,
        process.updated,
        &process.updated_by,
    ];
    let sql = concat!(
        "INSERT INTO process (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    );
    tx.run(sql, values).await.map(drop)
}

/// Changes a process. `version` is the one seen.
pub async fn update(tx: &mut Tx, process: &Process) -> Result<()> {
    let values = values![
        process.id,
        process.version,
        process.application,
        &process.name,
        &process.api_name,
        &process.description,
        process.updated,
        &process.updated_by,
    ];
    tx.run_or_stale(
        "UPDATE process SET application = $3, name = $4, api_name = $5, description = $6, updated = $7,
         updated_by = $8, version = version + 1 WHERE id = $1 AND version = $2",
        values,
    )
    .await
}

/// Deletes a process with its integrations, their connections, messages, variables, tests and secrets.
pub async fn delete(tx: &mut Tx, id: ProcessId, version: i64) -> Result<()> {
    secret::delete_of_process(tx, id).await?;
    tx.run_or_stale(
        "DELETE FROM process WHERE id = $1 AND version = $2",
        values![id, version],
    )
    .await
}

/// The process with this id.
pub async fn find(from: impl Into<Reader<'_>>, id: ProcessId) -> Result<Option<Process>> {
    let sql = concat!("SELECT ", columns!(), " FROM process WHERE id = $1");
    from.into().one(sql, values![id], read).await
}

/// The process with this api name.
pub async fn find_by_api_name(from: impl Into<Reader<'_>>, api_name: &str) -> Result<Option<Process>> {
    let sql = concat!("SELECT ", columns!(), " FROM process WHERE api_name = $1");
    from.into().one(sql, values![api_name], read).await
}

/// Every process, by name.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<Process>> {
    let sql = concat!("SELECT ", columns!(), " FROM process ORDER BY LOWER(name), id");
    from.into().list(sql, values![], read).await
}

/// Every process with what its list shows.
pub async fn list_rows(from: impl Into<Reader<'_>>) -> Result<Vec<ProcessRow>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", (SELECT a.name FROM application a WHERE a.id = process.application) AS application_name,
         (SELECT COUNT(*) FROM integration i WHERE i.process = process.id) AS integrations
         FROM process ORDER BY LOWER(name), id"
    );
    from.into().list(sql, values![], read_row).await
}
