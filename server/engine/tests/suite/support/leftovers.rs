//! Searches everything a database keeps on disk for texts that must not be there any more.

use std::path::Path;

use engine::Settings;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

/// Where any of `needles` still stands: files with offsets, or columns of PostgreSQL.
pub async fn of(settings: &Settings, needles: &[String]) -> Vec<String> {
    if settings.database_url.starts_with("sqlite:") {
        in_files(&settings.data_dir, needles)
    } else {
        in_columns(&settings.database_url, needles).await
    }
}

fn in_files(folder: &Path, needles: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(in_files(&path, needles));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for needle in needles {
            if let Some(at) = position(&bytes, needle.as_bytes()) {
                let around = &bytes[at.saturating_sub(60)..(at + 60).min(bytes.len())];
                let around = String::from_utf8_lossy(around).into_owned();
                found.push(format!("{} at {at}: {around:?}", path.display()));
            }
        }
    }
    found
}

/// Every column of text or bytes of every table.
async fn in_columns(url: &str, needles: &[String]) -> Vec<String> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let columns = sqlx::query(
        "SELECT table_name::text AS t, column_name::text AS c, data_type::text AS d FROM information_schema.columns
         WHERE table_schema = 'public' AND data_type IN ('text', 'bytea')",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert!(columns.len() > 20, "the schema was not found");
    let mut found = Vec::new();
    for column in columns {
        let (table, name): (String, String) = (column.get("t"), column.get("c"));
        let as_bytes = if column.get::<String, _>("d") == "text" {
            format!("convert_to({name}, 'UTF8')")
        } else {
            name.clone()
        };
        let sql = format!("SELECT {as_bytes} AS bytes FROM {table} WHERE {name} IS NOT NULL");
        for row in sqlx::query(AssertSqlSafe(sql))
            .fetch_all(&mut connection)
            .await
            .unwrap()
        {
            let bytes: Vec<u8> = row.get("bytes");
            for needle in needles
                .iter()
                .filter(|needle| position(&bytes, needle.as_bytes()).is_some())
            {
                found.push(format!("{table}.{name}: {needle}"));
            }
        }
    }
    found
}

fn position(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}
