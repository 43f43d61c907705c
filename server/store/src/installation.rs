//! The instance name the database is run under: one row at most.

use model::{Timestamp, installation::Installed};

use crate::{Reader, Result, Tx, row::StoredRow, value::values};

fn read(row: &StoredRow) -> Result<Installed> {
    Ok(Installed {
        instance_name: row.text("instance_name")?,
        previous_name: row.text("previous_name")?,
        since: row.time("since")?,
        accepted_by: row.text("accepted_by")?,
    })
}

/// What is recorded; `None` before the first start with a name.
pub async fn find(from: impl Into<Reader<'_>>) -> Result<Option<Installed>> {
    let sql = "SELECT instance_name, previous_name, since, accepted_by FROM installation WHERE id = 1";
    from.into().one(sql, values![], read).await
}

/// Records the name of a database that has none; does nothing when it has one.
pub async fn record_first(tx: &mut Tx, name: &str, at: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO installation (id, instance_name, previous_name, since, accepted_by) VALUES (1, $1, '', $2, '')
         ON CONFLICT (id) DO NOTHING",
        values![name, at],
    )
    .await
    .map(drop)
}

/// Replaces the recorded name `installed.previous_name`; `false` when another one is recorded by now.
pub async fn replace(tx: &mut Tx, installed: &Installed) -> Result<bool> {
    let changed = tx
        .run(
            "UPDATE installation SET instance_name = $2, previous_name = $1, since = $3, accepted_by = $4
             WHERE id = 1 AND instance_name = $1",
            values![
                &installed.previous_name,
                &installed.instance_name,
                installed.since,
                &installed.accepted_by
            ],
        )
        .await?;
    Ok(changed > 0)
}
