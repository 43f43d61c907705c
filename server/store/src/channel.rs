//! Notification channels.

use model::{
    id::ChannelId,
    notification::{Channel, ChannelKind},
};

use crate::{
    Reader, Result, Tx,
    row::StoredRow,
    secret,
    value::{Value, values},
};

macro_rules! columns {
    () => {
        "id, kind, name, recipients, active, version, created, created_by, updated, updated_by"
    };
}

fn read(row: &StoredRow) -> Result<Channel> {
    Ok(Channel {
        id: row.id("id")?,
        kind: row.word("kind", ChannelKind::parse)?,
        name: row.text("name")?,
        recipients: row.json("recipients")?,
        active: row.boolean("active")?,
        version: row.integer("version")?,
        created: row.time("created")?,
        created_by: row.text("created_by")?,
        updated: row.time("updated")?,
        updated_by: row.text("updated_by")?,
    })
}

/// Stores a new channel. Conflict: `notification_channel_name`.
pub async fn insert(tx: &mut Tx, channel: &Channel) -> Result<()> {
    let sql = concat!(
        "INSERT INTO notification_channel (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    );
    let values = values![
        channel.id,
        channel.kind.word(),
        &channel.name,
        Value::json(&channel.recipients)?,
        channel.active,
        channel.version,
        channel.created,
        &channel.created_by,
        channel.updated,
        &channel.updated_by,
    ];
    tx.run(sql, values).await.map(drop)
}

/// Changes a channel. `version` is the one seen.
pub async fn update(tx: &mut Tx, channel: &Channel) -> Result<()> {
    let values = values![
        channel.id,
        channel.version,
        channel.kind.word(),
        &channel.name,
        Value::json(&channel.recipients)?,
        channel.active,
        channel.updated,
        &channel.updated_by,
    ];
    tx.run_or_stale(
        "UPDATE notification_channel SET version = version + 1, kind = $3, name = $4, recipients = $5, active = $6,
         updated = $7, updated_by = $8 WHERE id = $1 AND version = $2",
        values,
    )
    .await
}

/// Deletes a channel with its notices and its URL.
pub async fn delete(tx: &mut Tx, id: ChannelId, version: i64) -> Result<()> {
    tx.run_or_stale(
        "DELETE FROM notification_channel WHERE id = $1 AND version = $2",
        values![id, version],
    )
    .await?;
    secret::delete_owner(tx, id.0).await.map(drop)
}

/// One of them.
pub async fn find(from: impl Into<Reader<'_>>, id: ChannelId) -> Result<Option<Channel>> {
    let sql = concat!("SELECT ", columns!(), " FROM notification_channel WHERE id = $1");
    from.into().one(sql, values![id], read).await
}

/// All of them, by name.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<Channel>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM notification_channel ORDER BY name, id"
    );
    from.into().list(sql, values![], read).await
}
