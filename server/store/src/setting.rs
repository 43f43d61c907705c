//! Settings of the installation that live in the database: name and text.

use crate::{Reader, Result, Tx, row::StoredRow, value::values};

/// The text of a setting.
pub async fn get(from: impl Into<Reader<'_>>, name: &str) -> Result<Option<String>> {
    let sql = "SELECT value FROM setting WHERE name = $1";
    from.into()
        .one(sql, values![name], |row: &StoredRow| row.text("value"))
        .await
}

/// Every setting, by name.
pub async fn all(from: impl Into<Reader<'_>>) -> Result<Vec<(String, String)>> {
    let read = |row: &StoredRow| Ok((row.text("name")?, row.text("value")?));
    from.into()
        .list("SELECT name, value FROM setting ORDER BY name", values![], read)
        .await
}

/// Sets or replaces a setting.
pub async fn put(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    tx.run(
        "INSERT INTO setting (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        values![name, value],
    )
    .await
    .map(drop)
}

/// Sets a setting that is not set yet; `false` leaves the one that was there first.
pub async fn put_new(tx: &mut Tx, name: &str, value: &str) -> Result<bool> {
    let sql = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    Ok(tx.run(sql, values![name, value]).await? > 0)
}

/// Removes a setting; `false` when there was none.
pub async fn delete(tx: &mut Tx, name: &str) -> Result<bool> {
    Ok(tx
        .run("DELETE FROM setting WHERE name = $1", values![name])
        .await?
        > 0)
}
