//! Both databases get the same tables, columns and named indexes.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection};
use store::Db;

use crate::world::{drop_database, postgres_database, postgres_server};

/// `table.column nullable` and `index name`.
type Schema = BTreeSet<String>;

async fn sqlite_schema() -> Schema {
    let folder = tempfile::tempdir().expect("folder");
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    let db = Db::open(&url).await.expect("open");
    db.close().await;
    let mut connection = SqliteConnection::connect(&url).await.expect("connect");
    let mut schema = Schema::new();
    let tables = sqlx::query(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'",
    )
    .fetch_all(&mut connection)
    .await
    .expect("tables");
    for table in tables {
        let table: String = table.get("name");
        let columns = sqlx::query(AssertSqlSafe(format!("PRAGMA table_info({table})")))
            .fetch_all(&mut connection)
            .await
            .expect("columns");
        for column in columns {
            let kind: String = column.get("type");
            let required = column.get::<i64, _>("notnull") == 1;
            schema.insert(format!(
                "{table}.{} {kind} required={required}",
                column.get::<String, _>("name")
            ));
        }
    }
    let indexes =
        sqlx::query("SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite%'")
            .fetch_all(&mut connection)
            .await
            .expect("indexes");
    schema.extend(
        indexes
            .into_iter()
            .map(|index| format!("index {}", index.get::<String, _>("name"))),
    );
    schema
}

async fn postgres_schema(server: &str) -> Schema {
    let (name, url) = postgres_database(server).await;
    let db = Db::open(&url).await.expect("open");
    // A second instance finds everything done.
    Db::open(&url).await.expect("open again").close().await;
    db.close().await;
    let mut connection = PgConnection::connect(&url).await.expect("connect");
    let columns = sqlx::query(
        "SELECT table_name::text AS t, column_name::text AS c, data_type::text AS d, is_nullable::text AS n
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_%'",
    )
    .fetch_all(&mut connection)
    .await
    .expect("columns");
    let mut schema = Schema::new();
    for column in columns {
        let kind = match column.get::<String, _>("d").as_str() {
            "uuid" | "bytea" => "BLOB".to_owned(),
            other => other.to_uppercase(),
        };
        let (table, name) = (column.get::<String, _>("t"), column.get::<String, _>("c"));
        schema.insert(format!(
            "{table}.{name} {kind} required={}",
            column.get::<String, _>("n") == "NO"
        ));
    }
    let indexes = sqlx::query(
        "SELECT c.relname::text AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
         JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'public' AND NOT i.indisprimary",
    )
    .fetch_all(&mut connection)
    .await
    .expect("indexes");
    schema.extend(
        indexes
            .into_iter()
            .map(|index| format!("index {}", index.get::<String, _>("name"))),
    );
    connection.close().await.expect("close");
    drop_database(server, &name).await;
    schema
}

#[tokio::test]
async fn both_databases_have_the_same_schema() {
    let sqlite = sqlite_schema().await;
    assert!(sqlite.contains("index connection_one_active"));
    let Some(server) = postgres_server() else {
        println!("SWITCHBOARD_TEST_POSTGRES is not set: nothing to compare with");
        return;
    };
    let postgres = postgres_schema(&server).await;
    let differences: Vec<_> = sqlite.symmetric_difference(&postgres).collect();
    assert!(differences.is_empty(), "{differences:#?}");
}

#[tokio::test]
async fn unknown_urls_are_refused() {
    for url in ["mysql://localhost/x", "", "data/switchboard.db"] {
        assert!(matches!(Db::open(url).await, Err(store::Error::Url(_))), "{url}");
    }
}
