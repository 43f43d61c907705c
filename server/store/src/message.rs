//! Message definitions.

use model::{
    connection::HttpMethod,
    id::{IntegrationId, MessageId},
    message::Message,
};

use crate::{
    Reader, Result, Tx,
    row::StoredRow,
    value::{Value, values},
};

macro_rules! columns {
    () => {
        "id, integration, name, description, method, path, headers, active, version, created, created_by, updated,
         updated_by"
    };
}

fn read(row: &StoredRow) -> Result<Message> {
    Ok(Message {
        id: row.id("id")?,
        integration: row.id("integration")?,
        name: row.text("name")?,
        description: row.text("description")?,
        method: row.word("method", HttpMethod::parse)?,
        path: row.text("path")?,
        headers: row.json("headers")?,
        active: row.boolean("active")?,
        version: row.integer("version")?,
        created: row.time("created")?,
        created_by: row.text("created_by")?,
        updated: row.time("updated")?,
        updated_by: row.text("updated_by")?,
    })
}

/// Stores a new message. Conflicts: `message_name`, `message_integration`.
pub async fn insert(tx: &mut Tx, message: &Message) -> Result<()> {
    let values = values![
        message.id,
        message.integration,
        &message.name,
        &message.description,
        message.method.word(),
        &message.path,
        Value::json(&message.headers)?,
        message.active,
        message.version,
        message.created,
        &message.created_by,
        message.updated,
        &message.updated_by,
    ];
    let sql = concat!(
        "INSERT INTO message (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    );
    tx.run(sql, values).await.map(drop)
}

/// Changes a message. `version` is the one seen.
pub async fn update(tx: &mut Tx, message: &Message) -> Result<()> {
    let values = values![
        message.id,
        message.version,
        &message.name,
        &message.description,
        message.method.word(),
        &message.path,
        Value::json(&message.headers)?,
        message.active,
        message.updated,
        &message.updated_by,
    ];
    tx.run_or_stale(
        "UPDATE message SET name = $3, description = $4, method = $5, path = $6, headers = $7, active = $8,
         updated = $9, updated_by = $10, version = version + 1 WHERE id = $1 AND version = $2",
        values,
    )
    .await
}

/// Deletes a message. Its transactions stay.
pub async fn delete(tx: &mut Tx, id: MessageId, version: i64) -> Result<()> {
    tx.run_or_stale(
        "DELETE FROM message WHERE id = $1 AND version = $2",
        values![id, version],
    )
    .await
}

/// The message with this id.
pub async fn find(from: impl Into<Reader<'_>>, id: MessageId) -> Result<Option<Message>> {
    let sql = concat!("SELECT ", columns!(), " FROM message WHERE id = $1");
    from.into().one(sql, values![id], read).await
}

/// The message of an integration with this name.
pub async fn find_by_name(
    from: impl Into<Reader<'_>>,
    integration: IntegrationId,
    name: &str,
) -> Result<Option<Message>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM message WHERE integration = $1 AND name = $2"
    );
    from.into().one(sql, values![integration, name], read).await
}

/// The messages of an integration, by name.
pub async fn list_by_integration(
    from: impl Into<Reader<'_>>,
    integration: IntegrationId,
) -> Result<Vec<Message>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM message WHERE integration = $1 ORDER BY name"
    );
    from.into().list(sql, values![integration], read).await
}
