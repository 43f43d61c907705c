//! A fresh database on the PostgreSQL server of the tests.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// Makes one and gives its URL. It goes with the server, which the test run made for itself.
pub async fn fresh(server: &str) -> String {
    let name = format!(
        "engine_{}",
        uuid::Uuid::from_u128(u128::from_ne_bytes(engine::clock::Clock::default().random())).simple()
    );
    let mut connection = PgConnection::connect(server).await.unwrap();
    connection
        .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await
        .unwrap();
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/{name}")
}
