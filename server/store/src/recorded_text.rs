//! Text that was recorded about a connection outside of transactions, one column at a time: to remove a value from it.

use model::id::ConnectionId;
use uuid::Uuid;

use crate::{
    Reader, Result, Tx,
    row::StoredRow,
    value::{Value, values},
};

/// A column of recorded text.
pub struct Column {
    select: &'static str,
    update: &'static str,
    by: By,
    /// Whether it holds JSON, whose strings are the text.
    pub json: bool,
}

/// What the rows of a column are found by.
enum By {
    Connection,
    /// Ids of records as text.
    Records,
    /// Subjects of incidents.
    Subjects,
}

/// Whose text it is.
pub struct About {
    pub connection: ConnectionId,
    /// Ids of the records whose audit entries it is, as text.
    pub records: Vec<String>,
    /// Subjects of the incidents about it.
    pub subjects: Vec<String>,
}

macro_rules! column {
    ($table:literal, $column:literal, $by:ident, $condition:literal) => {
        column!($table, $column, $by, $condition, false)
    };
    ($table:literal, $column:literal, $by:ident, $condition:literal, $json:literal) => {
        Column {
            select: concat!(
                "SELECT id, ",
                $column,
                " AS text FROM ",
                $table,
                " WHERE ",
                $condition
            ),
            // Only what was read is replaced: somebody may have written in the meantime.
            update: concat!(
                "UPDATE ",
                $table,
                " SET ",
                $column,
                " = $3 WHERE id = $1 AND ",
                $column,
                " = $2"
            ),
            by: By::$by,
            json: $json,
        }
    };
}

/// Every such column. The name of a record is no recorded value.
pub const COLUMNS: &[Column] = &[
    column!("audit_entry", "detail", Records, "record_id = $1"),
    column!("connection_test", "report", Connection, "connection = $1", true),
    column!("token_event", "detail", Connection, "connection = $1"),
    Column {
        select: "SELECT connection AS id, failure AS text FROM token WHERE connection = $1",
        update: "UPDATE token SET failure = $3 WHERE connection = $1 AND failure = $2",
        by: By::Connection,
        json: false,
    },
    column!("incident", "title", Subjects, "subject = $1"),
    column!("incident", "detail", Subjects, "subject = $1"),
    column!(
        "notice",
        "title",
        Subjects,
        "incident IN (SELECT i.id FROM incident i WHERE i.subject = $1)"
    ),
    column!(
        "notice",
        "detail",
        Subjects,
        "incident IN (SELECT i.id FROM incident i WHERE i.subject = $1)"
    ),
    column!(
        "notice",
        "error",
        Subjects,
        "incident IN (SELECT i.id FROM incident i WHERE i.subject = $1)"
    ),
];

/// The text of a column: ids of its rows, and what stands in them.
pub async fn list(
    from: impl Into<Reader<'_>>,
    column: &Column,
    about: &About,
) -> Result<Vec<(Uuid, String)>> {
    let mut reader = from.into();
    let keys: Vec<Value<'_>> = match column.by {
        By::Connection => values![about.connection],
        By::Records => about.records.iter().map(Value::from).collect(),
        By::Subjects => about.subjects.iter().map(Value::from).collect(),
    };
    let mut found = Vec::new();
    for key in keys {
        let read = |row: &StoredRow| Ok((row.id("id")?, row.text("text")?));
        found.extend(reader.list(column.select, vec![key], read).await?);
    }
    Ok(found)
}

/// Replaces the text of a row, if it is still `old`.
pub async fn replace(tx: &mut Tx, column: &Column, id: Uuid, old: &str, new: &str) -> Result<()> {
    tx.run(column.update, values![id, old, new]).await.map(drop)
}
