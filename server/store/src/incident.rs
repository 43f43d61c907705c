//! Incidents. Every change is guarded by what it expects, so that of several instances one makes it.

use model::{
    Timestamp,
    id::IncidentId,
    incident::{Incident, IncidentKind},
};

use crate::{
    Reader, Result, Tx,
    row::StoredRow,
    value::{Value, values},
};

macro_rules! columns {
    () => {
        "id, kind, subject, title, detail, place, opened, level, recovered"
    };
}

fn read(row: &StoredRow) -> Result<Incident> {
    Ok(Incident {
        id: row.id("id")?,
        kind: row.word("kind", IncidentKind::parse)?,
        subject: row.text("subject")?,
        title: row.text("title")?,
        detail: row.text("detail")?,
        place: row.json("place")?,
        opened: row.time("opened")?,
        level: row.integer("level")?,
        recovered: row.optional_time("recovered")?,
    })
}

/// Opens an incident; `false` when one of the same kind and subject is open already.
pub async fn open(tx: &mut Tx, incident: &Incident) -> Result<bool> {
    let sql = concat!(
        "INSERT INTO incident (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)
         ON CONFLICT (kind, subject) WHERE recovered IS NULL DO NOTHING"
    );
    let values = values![
        incident.id,
        incident.kind.word(),
        &incident.subject,
        &incident.title,
        &incident.detail,
        Value::json(&incident.place)?,
        incident.opened,
        incident.level,
    ];
    Ok(tx.run(sql, values).await? > 0)
}

/// Moves an open incident from the level that was seen to another, with its new words; `false` when somebody else did.
pub async fn set_level(tx: &mut Tx, seen: &Incident, level: i64, title: &str, detail: &str) -> Result<bool> {
    let sql = "UPDATE incident SET level = $3, title = $4, detail = $5
               WHERE id = $1 AND level = $2 AND recovered IS NULL";
    Ok(tx
        .run(sql, values![seen.id, seen.level, level, title, detail])
        .await?
        > 0)
}

/// Ends an incident; `false` when somebody else did.
pub async fn recover(tx: &mut Tx, id: IncidentId, at: Timestamp) -> Result<bool> {
    let sql = "UPDATE incident SET recovered = $2 WHERE id = $1 AND recovered IS NULL";
    Ok(tx.run(sql, values![id, at]).await? > 0)
}

/// The open ones, the newest first.
pub async fn list_open(from: impl Into<Reader<'_>>) -> Result<Vec<Incident>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM incident WHERE recovered IS NULL ORDER BY opened DESC, id DESC"
    );
    from.into().list(sql, values![], read).await
}

/// Removes those that ended before `before`, with their notices.
pub async fn delete_recovered(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.run("DELETE FROM incident WHERE recovered < $1", values![before])
        .await
}
