//! Integrations.

use model::{
    connection::Environment,
    id::{ConnectionId, IntegrationId, ProcessId},
    integration::{Integration, MessageFormat, ServiceType},
    overview::{ConnectionLabel, IntegrationRow},
};

use crate::{Reader, Result, Tx, row::StoredRow, secret, value::values};

macro_rules! columns {
    () => {
        "id, application, process, name, system, company, description, service_type, message_format,
         last_active_connection, version, created, created_by, updated, updated_by"
    };
}

fn read(row: &StoredRow) -> Result<Integration> {
    Ok(Integration {
        id: row.id("id")?,
        application: row.id("application")?,
        process: row.id("process")?,
        name: row.text("name")?,
        system: row.text("system")?,
        company: row.text("company")?,
        description: row.text("description")?,
        service_type: row.word("service_type", ServiceType::parse)?,
        message_format: row.word("message_format", MessageFormat::parse)?,
        last_active_connection: row.optional_id("last_active_connection")?,
        version: row.integer("version")?,
        created: row.time("created")?,
        created_by: row.text("created_by")?,
        updated: row.time("updated")?,
        updated_by: row.text("updated_by")?,
    })
}

fn read_row(row: &StoredRow) -> Result<IntegrationRow> {
    let integration = read(row)?;
    let active = match row.optional_id::<ConnectionId>("active_id")? {
        Some(id) => Some(ConnectionLabel {
            id,
            integration: integration.id,
            name: row.text("active_name")?,
            environment: row.word("active_environment", Environment::parse)?,
        }),
        None => None,
    };
    Ok(IntegrationRow {
        integration,
        process_name: row.text("process_name")?,
        connections: row.integer("connections")?,
        active,
    })
}

/// Stores a new integration. Conflicts: `integration_name`, `integration_process`, `integration_application`.
pub async fn insert(tx: &mut Tx, integration: &Integration) -> Result<()> {
    let values = values![
        integration.id,
        integration.application,
        integration.process,
        &integration.name,
        &integration.system,
        &integration.company,
        &integration.description,
        integration.service_type.word(),
        integration.message_format.word(),
        integration.last_active_connection,
        integration.version,
        integration.created,
        &integration.created_by,
        integration.updated,
        &integration.updated_by,
    ];
    let sql = concat!(
        "INSERT INTO integration (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
    );
    tx.run(sql, values).await.map(drop)
}

/// Changes an integration, but not which connection was active last. `version` is the one seen.
pub async fn update(tx: &mut Tx, integration: &Integration) -> Result<()> {
    let values = values![
        integration.id,
        integration.version,
        integration.application,
        integration.process,
        &integration.name,
        &integration.system,
        &integration.company,
        &integration.description,
        integration.service_type.word(),
        integration.message_format.word(),
        integration.updated,
        &integration.updated_by,
    ];
    tx.run_or_stale(
        "UPDATE integration SET application = $3, process = $4, name = $5, system = $6, company = $7,
         description = $8, service_type = $9, message_format = $10, updated = $11, updated_by = $12,
         version = version + 1 WHERE id = $1 AND version = $2",
        values,
    )
    .await?;
    // Connections carry the process for the index that keeps inbound users apart.
    tx.run(
        "UPDATE connection SET process = $2 WHERE integration = $1 AND process <> $2",
        values![integration.id, integration.process],
    )
    .await
    .map(drop)
}

/// Deletes an integration with its connections, messages, variables, tests and secrets.
pub async fn delete(tx: &mut Tx, id: IntegrationId, version: i64) -> Result<()> {
    secret::delete_of_integration(tx, id).await?;
    tx.run_or_stale(
        "DELETE FROM integration WHERE id = $1 AND version = $2",
        values![id, version],
    )
    .await
}

/// The integration with this id.
pub async fn find(from: impl Into<Reader<'_>>, id: IntegrationId) -> Result<Option<Integration>> {
    let sql = concat!("SELECT ", columns!(), " FROM integration WHERE id = $1");
    from.into().one(sql, values![id], read).await
}

/// Every integration, or those of a process, by name.
pub async fn list(from: impl Into<Reader<'_>>, process: Option<ProcessId>) -> Result<Vec<Integration>> {
    const ALL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM integration ORDER BY LOWER(name), id"
    );
    const SOME: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM integration WHERE process = $1 ORDER BY LOWER(name), id"
    );
    match process {
        None => from.into().list(ALL, values![], read).await,
        Some(process) => from.into().list(SOME, values![process], read).await,
    }
}

macro_rules! select_rows {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", (SELECT p.name FROM process p WHERE p.id = integration.process) AS process_name,
             (SELECT COUNT(*) FROM connection c WHERE c.integration = integration.id) AS connections,
             (SELECT c.id FROM connection c WHERE c.integration = integration.id AND c.active) AS active_id,
             (SELECT c.name FROM connection c WHERE c.integration = integration.id AND c.active) AS active_name,
             (SELECT c.environment FROM connection c WHERE c.integration = integration.id AND c.active)
             AS active_environment FROM integration ",
            $condition,
            " ORDER BY LOWER(name), id"
        )
    };
}

/// Every integration, or those of a process, with what their list shows.
pub async fn list_rows(
    from: impl Into<Reader<'_>>,
    process: Option<ProcessId>,
) -> Result<Vec<IntegrationRow>> {
    match process {
        None => from.into().list(select_rows!(""), values![], read_row).await,
        Some(process) => {
            from.into()
                .list(select_rows!("WHERE process = $1"), values![process], read_row)
                .await
        }
    }
}
