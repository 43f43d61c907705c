//! Delivers queued transactions: each once, a limited number at the same time. The database is the queue; this only
//! says that there is something in it.

use std::{sync::Arc, time::Duration};

use model::{
    id::TransactionId,
    transaction::{RequestState, TransactionState},
};
use tokio::sync::{Semaphore, mpsc};

use super::delivery;
use crate::{Engine, Result};

/// Deliveries at the same time.
const AT_ONCE: usize = 64;
/// How long closing waits for deliveries under way.
const DRAIN: Duration = Duration::from_secs(10);
/// Queued transactions read at a time when starting.
const BATCH: i64 = 500;

/// The sending side of the queue.
pub(crate) struct Dispatcher {
    queue: mpsc::UnboundedSender<TransactionId>,
    slots: Arc<Semaphore>,
}

impl Dispatcher {
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<TransactionId>) {
        let (queue, receiver) = mpsc::unbounded_channel();
        (
            Self {
                queue,
                slots: Arc::new(Semaphore::new(AT_ONCE)),
            },
            receiver,
        )
    }

    /// Says that a transaction was stored and may be delivered.
    pub(crate) fn deliver(&self, id: TransactionId) {
        // Without a receiver we are closing: the next start picks it up.
        let _ = self.queue.send(id);
    }

    /// Starts nothing more and waits for what is under way.
    pub(crate) async fn drain(&self) {
        let all = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
        if tokio::time::timeout(DRAIN, self.slots.acquire_many(all))
            .await
            .is_err()
        {
            tracing::warn!("closing while requests are still under way; they will be marked as interrupted");
        }
        self.slots.close();
    }
}

/// Marks what a crash interrupted, picks up what was queued, and delivers from then on.
pub(crate) async fn start(engine: &Engine, mut queue: mpsc::UnboundedReceiver<TransactionId>) -> Result<()> {
    // Only an embedded database is surely ours alone; several instances on PostgreSQL leave each other's work be.
    if engine.db.backend() == "sqlite" {
        for (request, transaction) in
            store::http_request::in_state(&engine.db, &[RequestState::Sending]).await?
        {
            delivery::interrupted(engine, request, transaction).await?;
        }
    }
    let mut after = None;
    loop {
        let waiting =
            store::transaction::waiting(&engine.db, &[TransactionState::Queued], after, BATCH).await?;
        let Some(last) = waiting.last() else { break };
        after = Some(model::transaction::Position {
            number: last.number,
            replay: last.replay,
        });
        for row in &waiting {
            engine.dispatcher.deliver(row.id);
        }
    }
    let own = engine.clone();
    let slots = engine.dispatcher.slots.clone();
    tokio::spawn(async move {
        while let Some(id) = queue.recv().await {
            let Ok(slot) = slots.clone().acquire_owned().await else {
                return;
            };
            let engine = own.clone();
            tokio::spawn(async move {
                if let Err(error) = delivery::deliver(&engine, id).await {
                    tracing::error!(transaction.id = %id, %error, "a delivery could not be recorded");
                }
                drop(slot);
            });
        }
    });
    Ok(())
}
