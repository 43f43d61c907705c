//! Fresh databases, one per test and backend.

use std::{
    future::Future,
    sync::atomic::{AtomicU64, Ordering},
};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use store::{BoxFuture, Db, Error, Result, Tx};

static NEXT: AtomicU64 = AtomicU64::new(1);

/// A number not used before in this run.
pub fn unique() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The PostgreSQL server to test on.
pub fn postgres_server() -> Option<String> {
    std::env::var("SWITCHBOARD_TEST_POSTGRES")
        .ok()
        .filter(|url| !url.is_empty())
}

/// Makes a database on the server and gives its name and URL.
pub async fn postgres_database(server: &str) -> (String, String) {
    let name = format!("test_{}_{}", std::process::id(), unique());
    let mut connection = PgConnection::connect(server).await.expect("PostgreSQL");
    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    connection
        .execute(AssertSqlSafe(drop))
        .await
        .expect("drop database");
    connection
        .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await
        .expect("create database");
    let (base, _) = server.rsplit_once('/').expect("a database in the URL");
    (name.clone(), format!("{base}/{name}"))
}

/// Drops a database again.
pub async fn drop_database(server: &str, name: &str) {
    let mut connection = PgConnection::connect(server).await.expect("PostgreSQL");
    connection
        .execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)")))
        .await
        .expect("drop database");
}

/// Runs a test on each database.
pub async fn both<F, Fut>(test: F)
where
    F: Fn(Db) -> Fut,
    Fut: Future<Output = ()>,
{
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("new folder").join("test.db");
    let db = Db::open(&format!("sqlite://{}", file.display()))
        .await
        .expect("SQLite");
    test(db.clone()).await;
    db.close().await;
    let Some(server) = postgres_server() else {
        println!("SWITCHBOARD_TEST_POSTGRES is not set: tested on SQLite only");
        return;
    };
    let (name, url) = postgres_database(&server).await;
    let db = Db::open(&url).await.expect("PostgreSQL");
    test(db.clone()).await;
    db.close().await;
    drop_database(&server, &name).await;
}

/// A write with this crate's own error.
pub async fn run<T, F>(db: &Db, job: F) -> Result<T>
where
    T: Send + 'static,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send + 'static,
{
    db.write(job).await
}

/// The name of the constraint that stood against it.
#[track_caller]
pub fn conflict<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(Error::Conflict { constraint }) => constraint,
        other => panic!("a conflict was expected, not {other:?}"),
    }
}

/// Shorter way to write `db.write(move |tx| Box::pin(async move { … }))`.
macro_rules! write {
    ($db:expr, |$tx:ident| $body:expr) => {
        $crate::world::run(&$db, move |$tx| Box::pin(async move { $body })).await
    };
}
pub(crate) use write;
