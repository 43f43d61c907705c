//! The audit trail. There is no update and no delete.

use model::{
    audit::{AuditAction, AuditEntry},
    id::AuditId,
};

use crate::{Reader, Result, Tx, row::StoredRow, value::values};

macro_rules! columns {
    () => {
        "id, at, actor, address, action, record, record_id, name, detail"
    };
}

fn read(row: &StoredRow) -> Result<AuditEntry> {
    Ok(AuditEntry {
        id: row.id("id")?,
        at: row.time("at")?,
        actor: row.text("actor")?,
        address: row.text("address")?,
        action: row.word("action", AuditAction::parse)?,
        record: row.text("record")?,
        record_id: row.text("record_id")?,
        name: row.text("name")?,
        detail: row.text("detail")?,
    })
}

/// Adds an entry.
pub async fn insert(tx: &mut Tx, entry: &AuditEntry) -> Result<()> {
    let values = values![
        entry.id,
        entry.at,
        &entry.actor,
        &entry.address,
        entry.action.word(),
        &entry.record,
        &entry.record_id,
        &entry.name,
        &entry.detail,
    ];
    let sql = concat!(
        "INSERT INTO audit_entry (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    );
    tx.run(sql, values).await.map(drop)
}

/// The newest entries, or those older than `before`; newest first.
pub async fn list(
    from: impl Into<Reader<'_>>,
    limit: i64,
    before: Option<AuditId>,
) -> Result<Vec<AuditEntry>> {
    const NEWEST: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM audit_entry ORDER BY at DESC, id DESC LIMIT $1"
    );
    const OLDER: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM audit_entry WHERE (at, id) < (SELECT e.at, e.id FROM audit_entry e WHERE e.id = $2)
         ORDER BY at DESC, id DESC LIMIT $1"
    );
    match before {
        None => from.into().list(NEWEST, values![limit], read).await,
        Some(before) => from.into().list(OLDER, values![limit, before], read).await,
    }
}

/// What happened to a record, newest first.
pub async fn of_record(from: impl Into<Reader<'_>>, record_id: &str, limit: i64) -> Result<Vec<AuditEntry>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM audit_entry WHERE record_id = $1 ORDER BY at DESC, id DESC LIMIT $2"
    );
    from.into().list(sql, values![record_id, limit], read).await
}
