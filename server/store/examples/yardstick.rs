//! What inbound is compared with by `make bench`: bare axum routes that keep a body, without anything Switchboard does.
//!
//! `POST /none` keeps nothing, `POST /each` commits every body by itself, `POST /group` commits together what arrived
//! while the last commit ran. Each answers 202 when the body is as durable as it says.

use std::{error::Error, path::Path, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
    routing::post,
    serve::ListenerExt,
};
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc, oneshot},
};

/// Bodies that are committed together at most, and that wait at most.
const BATCH: usize = 1024;
const INSERT: &str = "INSERT INTO message (body) VALUES ($1)";

/// A body, and who waits for it to be durable.
type Arrived = (Bytes, oneshot::Sender<()>);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let each = Arc::new(Mutex::new(open(&folder.path().join("each.db")).await?));
    let (group, arrived) = mpsc::channel(BATCH);
    tokio::spawn(commit_groups(
        open(&folder.path().join("group.db")).await?,
        arrived,
    ));
    let routes = Router::new()
        .route("/none", post(none))
        .route("/each", post(commit_each).with_state(each))
        .route("/group", post(commit_in_group).with_state(group));
    // Without TCP_NODELAY answers wait for the caller's delayed acknowledgement.
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            eprintln!("TCP_NODELAY: {error}");
        }
    });
    axum::serve(listener, routes)
        .with_graceful_shutdown(asked_to_stop())
        .await?;
    Ok(())
}

/// Until then the folder stays; it goes with the program.
async fn asked_to_stop() {
    let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    if let Ok(mut terminate) = terminate {
        terminate.recv().await;
    }
}

/// A database as durable as Switchboard's (`store::Db`): a commit returns when the disk has it.
async fn open(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    sqlx::query("CREATE TABLE message (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
        .execute(&mut connection)
        .await?;
    Ok(connection)
}

fn accepted() -> impl IntoResponse {
    (
        StatusCode::ACCEPTED,
        [(CONTENT_TYPE, "application/json")],
        r#"{"ok":true}"#,
    )
}

async fn none(_body: Bytes) -> impl IntoResponse {
    accepted()
}

async fn commit_each(
    State(connection): State<Arc<Mutex<SqliteConnection>>>,
    body: Bytes,
) -> Result<impl IntoResponse, StatusCode> {
    let mut connection = connection.lock().await;
    let stored = sqlx::query(INSERT)
        .bind(body.as_ref())
        .execute(&mut *connection)
        .await;
    stored
        .map(|_| accepted())
        .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
}

async fn commit_in_group(
    State(writer): State<mpsc::Sender<Arrived>>,
    body: Bytes,
) -> Result<impl IntoResponse, StatusCode> {
    let (durable, waiting) = oneshot::channel();
    let unavailable = StatusCode::SERVICE_UNAVAILABLE;
    writer.send((body, durable)).await.map_err(|_| unavailable)?;
    waiting.await.map(|()| accepted()).map_err(|_| unavailable)
}

/// The writer. Whoever belongs to a group that could not be committed is dropped, which answers 503.
async fn commit_groups(mut connection: SqliteConnection, mut arrived: mpsc::Receiver<Arrived>) {
    let mut group = Vec::with_capacity(BATCH);
    while arrived.recv_many(&mut group, BATCH).await > 0 {
        match commit(&mut connection, &group).await {
            Ok(()) => {
                for (_, durable) in group.drain(..) {
                    // The caller may have gone; the body stays.
                    let _ = durable.send(());
                }
            }
            Err(error) => {
                eprintln!("a group was not committed: {error}");
                group.clear();
            }
        }
    }
}

async fn commit(connection: &mut SqliteConnection, group: &[Arrived]) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    for (body, _) in group {
        sqlx::query(INSERT)
            .bind(body.as_ref())
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await
}
