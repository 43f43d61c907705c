//! Connection variables. The values of secret ones are in the vault (`secret`).

use model::{
    id::{ConnectionId, IntegrationId, VariableId},
    variable::Variable,
};

use crate::{Reader, Result, Tx, row::StoredRow, secret, value::values};

macro_rules! columns {
    () => {
        "id, connection, key, value, description, secret, version, updated, updated_by"
    };
}

fn read(row: &StoredRow) -> Result<Variable> {
    Ok(Variable {
        id: row.id("id")?,
        connection: row.id("connection")?,
        key: row.text("key")?,
        value: row.text("value")?,
        description: row.text("description")?,
        secret: row.boolean("secret")?,
        version: row.integer("version")?,
        updated: row.time("updated")?,
        updated_by: row.text("updated_by")?,
    })
}

/// Stores a new variable. Conflicts: `variable_key`, `variable_connection`.
pub async fn insert(tx: &mut Tx, variable: &Variable) -> Result<()> {
    let values = values![
        variable.id,
        variable.connection,
        &variable.key,
        &variable.value,
        &variable.description,
        variable.secret,
        variable.version,
        variable.updated,
        &variable.updated_by,
    ];
    let sql = concat!(
        "INSERT INTO variable (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    );
    tx.run(sql, values).await.map(drop)
}

/// Changes a variable. `version` is the one seen.
pub async fn update(tx: &mut Tx, variable: &Variable) -> Result<()> {
    let values = values![
        variable.id,
        variable.version,
        &variable.key,
        &variable.value,
        &variable.description,
        variable.secret,
        variable.updated,
        &variable.updated_by,
    ];
    tx.run_or_stale(
        "UPDATE variable SET key = $3, value = $4, description = $5, secret = $6, updated = $7, updated_by = $8,
         version = version + 1 WHERE id = $1 AND version = $2",
        values,
    )
    .await
}

/// Deletes a variable with its secret.
pub async fn delete(tx: &mut Tx, id: VariableId) -> Result<()> {
    secret::delete_owner(tx, id.0).await?;
    tx.run_or_stale("DELETE FROM variable WHERE id = $1", values![id])
        .await
}

/// The variable with this id.
pub async fn find(from: impl Into<Reader<'_>>, id: VariableId) -> Result<Option<Variable>> {
    let sql = concat!("SELECT ", columns!(), " FROM variable WHERE id = $1");
    from.into().one(sql, values![id], read).await
}

/// The variables of a connection, by key.
pub async fn list_by_connection(
    from: impl Into<Reader<'_>>,
    connection: ConnectionId,
) -> Result<Vec<Variable>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM variable WHERE connection = $1 ORDER BY LOWER(key), key"
    );
    from.into().list(sql, values![connection], read).await
}

/// The variables of all connections of an integration, by key.
pub async fn list_by_integration(
    from: impl Into<Reader<'_>>,
    integration: IntegrationId,
) -> Result<Vec<Variable>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM variable WHERE connection IN (SELECT c.id FROM connection c WHERE c.integration = $1)
         ORDER BY LOWER(key), key, connection"
    );
    from.into().list(sql, values![integration], read).await
}
