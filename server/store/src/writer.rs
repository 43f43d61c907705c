//! The one writer of a SQLite database, with group commit: what arrived while the last commit ran is committed together.
//!
//! A durable commit costs a disk flush (about 4 ms). One flush for many writes lifts the limit from hundreds to
//! tens of thousands a second; a savepoint per write keeps strangers' failures apart.

use std::panic::AssertUnwindSafe;

use futures::{FutureExt, future::BoxFuture};
use sqlx::{ConnectOptions, Connection, SqlSafeStr, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{mpsc, oneshot};

use crate::{
    cleanse,
    database_files::DatabaseFiles,
    error::{Error, Result},
    job::{Job, job},
    statement,
    transaction::{self, NewTransaction},
    tx::{Open, Tx},
};

/// Writes committed together at most.
const BATCH: usize = 256;
/// Writes waiting at most; more wait in their callers.
const QUEUE: usize = 4096;

enum Order {
    Write(Box<dyn Job>),
    Append(Box<Append>),
    Cleanse(oneshot::Sender<Result<bool>>),
    Close(oneshot::Sender<()>),
}

/// A transaction on its way to the log.
struct Append {
    new: NewTransaction,
    outcome: Option<Result<i64>>,
    caller: oneshot::Sender<Result<i64>>,
}

/// What one commit makes durable.
#[derive(Default)]
struct Batch {
    jobs: Vec<Box<dyn Job>>,
    appends: Vec<Append>,
}

/// Sends jobs to the writer's task.
#[derive(Clone)]
pub(crate) struct Writer(mpsc::Sender<Order>);

impl Writer {
    /// Opens the writer's connection and starts its task.
    pub(crate) async fn start(options: SqliteConnectOptions) -> Result<Self> {
        let files = DatabaseFiles::of(options.get_filename())?;
        let connection = options.connect().await?;
        let (sender, orders) = mpsc::channel(QUEUE);
        let task = Task {
            tx: Some(Tx(Open::Sqlite(connection))),
            // A file that was removed meanwhile must not come back as an empty database.
            options: options.create_if_missing(false),
            files,
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
        answer.await.unwrap_or_else(|_| Err(Error::Interrupted.into()))
    }

    /// Stores a transaction, together with the others that arrived in the meantime, and waits until it is durable.
    pub(crate) async fn append(&self, new: NewTransaction) -> Result<i64> {
        let (caller, answer) = oneshot::channel();
        let append = Append {
            new,
            outcome: None,
            caller,
        };
        let order = Order::Append(Box::new(append));
        self.0.send(order).await.map_err(|_| Error::Closed)?;
        answer.await.unwrap_or(Err(Error::Interrupted))
    }

    /// Empties the WAL between two commits; `false` when readers stood in the way.
    pub(crate) async fn cleanse(&self) -> Result<bool> {
        let (caller, answer) = oneshot::channel();
        self.0
            .send(Order::Cleanse(caller))
            .await
            .map_err(|_| Error::Closed)?;
        answer.await.unwrap_or(Err(Error::Closed))
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
    /// `None` after a panic: the connection may hold half a transaction, so the next batch opens another.
    tx: Option<Tx>,
    options: SqliteConnectOptions,
    files: DatabaseFiles,
}

impl Task {
    async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        let mut arrived = Vec::with_capacity(BATCH);
        let mut closing = Vec::new();
        while closing.is_empty() && orders.recv_many(&mut arrived, BATCH).await > 0 {
            let mut batch = Batch::default();
            let mut cleansing = Vec::new();
            for order in arrived.drain(..) {
                match order {
                    Order::Write(job) => batch.jobs.push(job),
                    Order::Append(append) => batch.appends.push(*append),
                    Order::Cleanse(caller) => cleansing.push(caller),
                    Order::Close(sender) => closing.push(sender),
                }
            }
            if !batch.jobs.is_empty() || !batch.appends.is_empty() {
                self.commit_or_reconnect(batch).await;
            }
            for caller in cleansing {
                let outcome = match self.connection() {
                    Ok(connection) => cleanse::empty_wal(connection).await,
                    Err(error) => Err(error),
                };
                // The caller may have gone; it tries again later.
                let _ = caller.send(outcome);
            }
        }
        orders.close();
        if let Some(Tx(Open::Sqlite(connection))) = self.tx
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the database was not closed cleanly");
        }
        for sender in closing {
            // Nobody may be waiting any more.
            let _ = sender.send(());
        }
    }

    /// Commits a batch. A panic costs this batch alone: its callers get [`Error::Interrupted`], because their answers
    /// are dropped, and the next batch gets a new connection. The writer itself never ends.
    async fn commit_or_reconnect(&mut self, batch: Batch) {
        let committing = AssertUnwindSafe(self.commit_together(batch)).catch_unwind();
        if committing.await.is_err() {
            self.tx = None;
            tracing::error!("the writer panicked; its connection is replaced");
        }
    }

    async fn commit_together(&mut self, mut batch: Batch) {
        let result = self.attempt(&mut batch).await;
        if let Err(error) = &result {
            let writes = batch.jobs.len() + batch.appends.len();
            tracing::error!(%error, writes, "writes were not committed");
            self.recover().await;
        }
        let failure = result.err();
        for job in batch.jobs {
            job.answer(failure.as_ref());
        }
        for append in batch.appends {
            let outcome = match (append.outcome, &failure) {
                (Some(Err(own)), _) => Err(own),
                (_, Some(failure)) => Err(failure.clone()),
                (outcome, None) => outcome.unwrap_or(Err(Error::Interrupted)),
            };
            // The caller may have gone; the transaction stays.
            let _ = append.caller.send(outcome);
        }
    }

    /// Any error here means that nothing of the batch is stored, or that it was stored where nobody will look for it. Should SQLite have rolled back by itself
    /// (disk full, disk error), the savepoint is gone and the next statement says so.
    async fn attempt(&mut self, batch: &mut Batch) -> Result<()> {
        // What is committed into a file that nobody will open again is lost: it must not be acknowledged.
        self.files.check()?;
        self.connect().await?;
        self.control("BEGIN IMMEDIATE").await?;
        for job in &mut batch.jobs {
            self.control("SAVEPOINT job").await?;
            if !job.run(self.tx()?).await {
                self.control("ROLLBACK TO job").await?;
            }
            self.control("RELEASE job").await?;
        }
        self.append(&mut batch.appends).await?;
        self.control("COMMIT").await?;
        self.files.check()
    }

    /// Stores transactions with as few statements as can be. When they cannot be stored together (one brings a number
    /// that is taken), each is tried by itself, so that strangers' failures stay apart.
    async fn append(&mut self, appends: &mut [Append]) -> Result<()> {
        if appends.is_empty() || self.append_group(appends).await? {
            return Ok(());
        }
        for append in appends {
            self.append_group(std::slice::from_mut(append)).await?;
        }
        Ok(())
    }

    /// `false` when none of them is stored and one alone may be to blame.
    async fn append_group(&mut self, appends: &mut [Append]) -> Result<bool> {
        self.control("SAVEPOINT job").await?;
        let new: Vec<_> = appends.iter().map(|append| &append.new).collect();
        let outcomes = transaction::insert_all(self.tx()?, &new).await;
        if outcomes.is_err() {
            self.control("ROLLBACK TO job").await?;
        }
        self.control("RELEASE job").await?;
        match outcomes {
            Ok(outcomes) => {
                for (append, outcome) in appends.iter_mut().zip(outcomes) {
                    append.outcome = Some(outcome);
                }
                Ok(true)
            }
            Err(error) => {
                for append in appends {
                    append.outcome = Some(Err(error.clone()));
                }
                Ok(false)
            }
        }
    }

    async fn control(&mut self, sql: &'static str) -> Result<()> {
        statement::sqlite(self.connection()?, sql.into_sql_str(), &[], false)
            .await
            .map(drop)
    }

    fn tx(&mut self) -> Result<&mut Tx> {
        self.tx.as_mut().ok_or(Error::Interrupted)
    }

    fn connection(&mut self) -> Result<&mut SqliteConnection> {
        match self.tx()? {
            Tx(Open::Sqlite(connection)) => Ok(connection),
            Tx(Open::Postgres(_)) => Err(Error::Closed),
        }
    }

    /// Opens a connection if there is none.
    async fn connect(&mut self) -> Result<()> {
        if self.tx.is_none() {
            let connection = self.options.connect().await?;
            self.files.reopened()?;
            self.tx = Some(Tx(Open::Sqlite(connection)));
        }
        Ok(())
    }

    /// Leaves no transaction open; a connection that does not even answer is replaced.
    async fn recover(&mut self) {
        // Fails when SQLite rolled back by itself or the transaction never began: then there is nothing to undo.
        let _ = self.control("ROLLBACK").await;
        if self.control("SELECT 1").await.is_err() {
            self.tx = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Db, write_proof};

    /// Panics in the writer's own code, outside of what guards a job.
    struct PanicsWhenAnswered;

    impl Job for PanicsWhenAnswered {
        fn run<'t>(&'t mut self, _: &'t mut Tx) -> BoxFuture<'t, bool> {
            Box::pin(async { true })
        }

        fn answer(self: Box<Self>, _: Option<&Error>) {
            panic!("on purpose")
        }
    }

    #[tokio::test]
    async fn a_panic_of_the_writer_costs_one_batch() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&format!("sqlite://{}", folder.path().join("test.db").display()))
            .await
            .unwrap();
        let writer = db.writer().unwrap();
        for _ in 0..3 {
            writer
                .0
                .send(Order::Write(Box::new(PanicsWhenAnswered)))
                .await
                .unwrap();
            // In the same batch it is lost with it, and says so; in the next one it is stored.
            let proof = write_proof::write(&db, model::Timestamp(1)).await;
            assert!(matches!(proof, Ok(()) | Err(Error::Interrupted)), "{proof:?}");
        }
        write_proof::write(&db, model::Timestamp(2)).await.unwrap();
    }
}
