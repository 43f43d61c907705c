//! The one writer of a SQLite database, with group commit: what arrived while the last commit ran is committed together.
//!
//! A durable commit costs a disk flush (about 4 ms). One flush for many writes lifts the limit from hundreds to
//! tens of thousands a second; a savepoint per write keeps strangers' failures apart.

use futures::future::BoxFuture;
use sqlx::{ConnectOptions, Connection, SqlSafeStr, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{mpsc, oneshot};

use crate::{
    error::{Error, Result},
    job::{Job, job},
    statement,
    tx::{Open, Tx},
};

/// Writes committed together at most.
const BATCH: usize = 256;
/// Writes waiting at most; more wait in their callers.
const QUEUE: usize = 4096;

enum Order {
    Write(Box<dyn Job>),
    Close(oneshot::Sender<()>),
}

/// Sends jobs to the writer's task.
#[derive(Clone)]
pub(crate) struct Writer(mpsc::Sender<Order>);

impl Writer {
    /// Opens the writer's connection and starts its task.
    pub(crate) async fn start(options: SqliteConnectOptions) -> Result<Self> {
        let connection = options.connect().await?;
        let (sender, orders) = mpsc::channel(QUEUE);
        let task = Task {
            tx: Tx(Open::Sqlite(connection)),
            options,
        };
        tokio::spawn(task.run(orders));
        Ok(Self(sender))
    }

    /// Has a job done and waits until it is durable.
    pub(crate) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        let (job, answer) = job(work);
        self.0.send(Order::Write(job)).await.map_err(|_| Error::Closed)?;
        answer.await.unwrap_or_else(|_| Err(Error::Closed.into()))
    }

    /// Ends the task after the jobs in hand.
    pub(crate) async fn close(&self) {
        let (sender, done) = oneshot::channel();
        if self.0.send(Order::Close(sender)).await.is_ok() {
            // An error means the task is gone already.
            drop(done.await);
        }
    }
}

struct Task {
    tx: Tx,
    options: SqliteConnectOptions,
}

impl Task {
    async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        let mut batch = Vec::with_capacity(BATCH);
        let mut closing = Vec::new();
        while closing.is_empty() && orders.recv_many(&mut batch, BATCH).await > 0 {
            let mut jobs = Vec::with_capacity(batch.len());
            for order in batch.drain(..) {
                match order {
                    Order::Write(job) => jobs.push(job),
                    Order::Close(sender) => closing.push(sender),
                }
            }
            if !jobs.is_empty() {
                self.commit_together(jobs).await;
            }
        }
        orders.close();
        if let Open::Sqlite(connection) = self.tx.0
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the database was not closed cleanly");
        }
        for sender in closing {
            // Nobody may be waiting any more.
            let _ = sender.send(());
        }
    }

    async fn commit_together(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        let result = self.attempt(&mut jobs).await;
        if let Err(error) = &result {
            tracing::error!(%error, writes = jobs.len(), "writes were not committed");
            self.recover().await;
        }
        for job in jobs {
            job.answer(result.as_ref().err());
        }
    }

    /// Any error here means that nothing of the batch is stored. Should SQLite have rolled back by itself
    /// (disk full, disk error), the savepoint is gone and the next statement says so.
    async fn attempt(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<()> {
        self.control("BEGIN IMMEDIATE").await?;
        for job in jobs {
            self.control("SAVEPOINT job").await?;
            if !job.run(&mut self.tx).await {
                self.control("ROLLBACK TO job").await?;
            }
            self.control("RELEASE job").await?;
        }
        self.control("COMMIT").await
    }

    async fn control(&mut self, sql: &'static str) -> Result<()> {
        statement::sqlite(self.connection()?, sql.into_sql_str(), &[], false)
            .await
            .map(drop)
    }

    fn connection(&mut self) -> Result<&mut SqliteConnection> {
        match &mut self.tx.0 {
            Open::Sqlite(connection) => Ok(connection),
            Open::Postgres(_) => Err(Error::Closed),
        }
    }

    /// Leaves no transaction open; a connection that does not even answer is replaced.
    async fn recover(&mut self) {
        // Fails when SQLite rolled back by itself or the transaction never began: then there is nothing to undo.
        let _ = self.control("ROLLBACK").await;
        if self.control("SELECT 1").await.is_err()
            && let Ok(connection) = self.options.connect().await
        {
            self.tx = Tx(Open::Sqlite(connection));
        }
    }
}
