//! Inbound calls that were not let in. Capped, so that an attack cannot fill the disk.

use model::transaction::RefusedCall;

use crate::{Reader, Result, Tx, row::StoredRow, value::values};

/// Calls kept.
const KEPT: i64 = 1000;

macro_rules! columns {
    () => {
        "id, at, address, claimed, process, status, reason"
    };
}

fn read(row: &StoredRow) -> Result<RefusedCall> {
    Ok(RefusedCall {
        id: row.id("id")?,
        at: row.time("at")?,
        address: row.text("address")?,
        claimed: row.text("claimed")?,
        process: row.text("process")?,
        status: row.integer("status")?,
        reason: row.text("reason")?,
    })
}

/// Notes a call and drops those beyond the newest thousand.
pub async fn insert(tx: &mut Tx, call: &RefusedCall) -> Result<()> {
    let values = values![
        call.id,
        call.at,
        &call.address,
        &call.claimed,
        &call.process,
        call.status,
        &call.reason
    ];
    let sql = concat!(
        "INSERT INTO refused_call (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    tx.run(sql, values).await?;
    // The row after the newest thousand, and all that are older; none when there are fewer.
    tx.run(
        "DELETE FROM refused_call WHERE (at, id) <=
         (SELECT r.at, r.id FROM refused_call r ORDER BY r.at DESC, r.id DESC LIMIT 1 OFFSET $1)",
        values![KEPT],
    )
    .await
    .map(drop)
}

/// The newest refused calls, of all or of one process (by api name); newest first.
pub async fn recent(
    from: impl Into<Reader<'_>>,
    process: Option<&str>,
    limit: i64,
) -> Result<Vec<RefusedCall>> {
    const ALL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM refused_call ORDER BY at DESC, id DESC LIMIT $1"
    );
    const SOME: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM refused_call WHERE process = $2 ORDER BY at DESC, id DESC LIMIT $1"
    );
    match process {
        None => from.into().list(ALL, values![limit], read).await,
        Some(process) => from.into().list(SOME, values![limit, process], read).await,
    }
}
