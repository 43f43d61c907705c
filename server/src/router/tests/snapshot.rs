//! The rows of the database, and what of them changed.

use std::collections::{BTreeMap, HashMap};

use sqlx::{AssertSqlSafe, ConnectOptions, Row, SqliteConnection, sqlite::SqliteConnectOptions};

use super::world::World;

/// Tables that background tasks write by themselves.
const BACKGROUND: &[&str] = &[
    "write_proof",
    "incident",
    "notice",
    "sqlite_sequence",
    "_sqlx_migrations",
];
/// Tables whose rows note when they were last used.
const TOUCHED: &[&str] = &[
    "session",
    "api_token",
    "inbound_user",
    "inbound_credential",
    "token",
];

/// The rows of every table, by table and row id.
pub struct Snapshot(HashMap<(String, i64), String>);

/// How many rows of a table were added, removed and changed.
pub type Counts = (usize, usize, usize);

/// What changed, by table.
#[derive(Debug, PartialEq, Eq)]
pub struct Delta(BTreeMap<String, Counts>);

impl Delta {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Snapshot {
    pub fn since(&self, before: &Self) -> Delta {
        let mut delta: BTreeMap<String, Counts> = BTreeMap::new();
        let mut count = |key: &(String, i64), change: fn(&mut Counts)| {
            change(delta.entry(key.0.clone()).or_default());
        };
        for (key, row) in &self.0 {
            match before.0.get(key) {
                None => count(key, |counts| counts.0 += 1),
                Some(old) if old != row && !TOUCHED.contains(&key.0.as_str()) => {
                    count(key, |counts| counts.2 += 1);
                }
                Some(_) => {}
            }
        }
        for key in before.0.keys().filter(|key| !self.0.contains_key(*key)) {
            count(key, |counts| counts.1 += 1);
        }
        Delta(delta)
    }
}

/// Reads every row.
pub async fn of(world: &World) -> Snapshot {
    let options = SqliteConnectOptions::new()
        .filename(&world.database)
        .read_only(true);
    let mut connection = options.connect().await.unwrap();
    let mut rows = HashMap::new();
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table'";
    for table in texts(&mut connection, tables.to_owned()).await {
        if BACKGROUND.contains(&table.as_str()) {
            continue;
        }
        let columns = format!("SELECT name FROM pragma_table_info('{table}')");
        let quoted: Vec<String> = texts(&mut connection, columns)
            .await
            .into_iter()
            .map(|column| format!("quote(\"{column}\")"))
            .collect();
        let sql = format!(
            "SELECT rowid AS id, {} AS row FROM \"{table}\"",
            quoted.join(" || ',' || ")
        );
        for row in sqlx::query(AssertSqlSafe(sql))
            .fetch_all(&mut connection)
            .await
            .unwrap()
        {
            rows.insert((table.clone(), row.get("id")), row.get("row"));
        }
    }
    Snapshot(rows)
}

async fn texts(connection: &mut SqliteConnection, sql: String) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_all(connection)
        .await
        .unwrap()
}
