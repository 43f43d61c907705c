//! Delivers queued transactions: each once, a limited number at the same time. The database is the queue; this only
//! says that there is something in it.
//!
//! Each connection has a lane of its own, so that a slow target holds up nobody else's messages and the connection's
//! limits (requests per minute, requests at the same time) are kept.

use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::FutureExt;
use model::{
    id::{ConnectionId, TransactionId},
    transaction::{Position, RequestState},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    time::Instant,
};

use super::{
    delivery,
    lane::{Lane, Limits},
};
use crate::{Engine, Error, Result, tasks::panic_text};

/// Deliveries at the same time.
const AT_ONCE: usize = 64;
/// How long closing waits for deliveries under way.
const DRAIN: Duration = Duration::from_secs(10);
/// Queued transactions read at a time when starting.
const BATCH: i64 = 500;

/// What the dispatcher is told.
pub(crate) enum Event {
    /// A transaction of this connection was stored and may be delivered.
    Stored(TransactionId, Option<ConnectionId>),
    /// A delivery of this connection ended.
    Done(Option<ConnectionId>),
    /// A delivery of this connection could not begin or be recorded because of the database: it has to be tried again.
    Again(TransactionId, Option<ConnectionId>),
}

/// The sending side of the queue.
pub(crate) struct Dispatcher {
    queue: mpsc::UnboundedSender<Event>,
    slots: Arc<Semaphore>,
    /// How often each transaction is in a lane or under way: one that was released to another connection may be in two.
    held: Mutex<HashMap<TransactionId, u32>>,
}

impl Dispatcher {
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<Event>) {
        let (queue, receiver) = mpsc::unbounded_channel();
        (
            Self {
                queue,
                slots: Arc::new(Semaphore::new(AT_ONCE)),
                held: Mutex::default(),
            },
            receiver,
        )
    }

    /// Says that a transaction was stored and may be delivered.
    pub(crate) fn deliver(&self, id: TransactionId, connection: Option<ConnectionId>) {
        *self.held().entry(id).or_default() += 1;
        // Without a receiver we are closing: the next start picks it up.
        let _ = self.queue.send(Event::Stored(id, connection));
    }

    /// Whether a transaction is in a lane of this instance or under way on it.
    pub(crate) fn holds(&self, id: TransactionId) -> bool {
        self.held().contains_key(&id)
    }

    /// A transaction left its lane for good.
    fn let_go(&self, id: TransactionId) {
        let mut held = self.held();
        if let Some(times) = held.get_mut(&id) {
            *times -= 1;
            if *times == 0 {
                held.remove(&id);
            }
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, HashMap<TransactionId, u32>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
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

/// Marks what a crash interrupted, then delivers what is queued.
pub(crate) async fn start(engine: &Engine, queue: mpsc::UnboundedReceiver<Event>) -> Result<()> {
    // Only an embedded database is surely ours alone; several instances on PostgreSQL leave each other's work be.
    if engine.db.backend() == "sqlite" {
        for (request, transaction) in
            store::http_request::in_state(&engine.db, &[RequestState::Sending]).await?
        {
            delivery::interrupted(engine, request, transaction).await?;
        }
    }
    // The receiver outlives each run of the dispatcher: what was told during a restart is not lost.
    let queue = Arc::new(tokio::sync::Mutex::new(queue));
    engine.supervise("dispatcher", move |engine| {
        let queue = queue.clone();
        async move {
            let mut queue = queue.lock().await;
            // An earlier run took its lanes along, and with them what they held.
            engine.dispatcher.held().clear();
            hand_over(&engine).await?;
            let lanes = Lanes {
                engine: engine.clone(),
                lanes: HashMap::new(),
            };
            lanes.run(&mut queue).await;
            Ok(())
        }
    });
    Ok(())
}

/// Gives the dispatcher what is Queued and in none of its lanes. On PostgreSQL other instances may hold some of it: there
/// only a start does this, and [`Dispatcher::deliver`] does nothing to what somebody else has taken.
async fn hand_over(engine: &Engine) -> Result<()> {
    let mut after = None;
    loop {
        let waiting = store::transaction::to_send(&engine.db, after, BATCH).await?;
        let Some(last) = waiting.last() else {
            return Ok(());
        };
        after = Some(Position {
            number: last.number,
            replay: last.replay,
        });
        for row in waiting.iter().filter(|row| !engine.dispatcher.holds(row.id)) {
            engine.dispatcher.deliver(row.id, row.connection);
        }
    }
}

/// Picks up what fell out of the queue, such as after database trouble, where all of the queue is surely ours.
pub(crate) async fn upkeep(engine: &Engine) -> Result<()> {
    if engine.db.backend() == "sqlite" {
        hand_over(engine).await?;
    }
    Ok(())
}

/// The lanes of all connections that have something to do.
struct Lanes {
    engine: Engine,
    lanes: HashMap<Option<ConnectionId>, Lane>,
}

impl Lanes {
    async fn run(mut self, queue: &mut mpsc::UnboundedReceiver<Event>) {
        loop {
            // Without a time to look again, only an event brings something to do.
            let look_again = self.start_what_may().await;
            let at = look_again.unwrap_or_else(Instant::now);
            let event = tokio::select! {
                event = queue.recv() => event,
                () = tokio::time::sleep_until(at), if look_again.is_some() => continue,
                () = self.engine.closing() => return,
            };
            match event {
                Some(Event::Stored(id, connection)) => {
                    self.lanes.entry(connection).or_default().waiting.push_back(id);
                }
                Some(Event::Done(connection)) => {
                    if let Some(lane) = self.lanes.get_mut(&connection) {
                        lane.ended();
                    }
                }
                Some(Event::Again(id, connection)) => {
                    self.lanes
                        .entry(connection)
                        .or_default()
                        .retry(id, Instant::now());
                }
                None => return,
            }
        }
    }

    /// Starts one delivery of each lane in turn until no lane may start another; answers when to look again, if a
    /// lane waits for its rate.
    async fn start_what_may(&mut self) -> Option<Instant> {
        loop {
            let mut started = false;
            let mut earliest = None;
            let now = Instant::now();
            for (connection, lane) in &mut self.lanes {
                if lane.waiting.is_empty() {
                    continue;
                }
                if lane.limits_are_old(now) {
                    lane.limits_read(limits(&self.engine, *connection).await, now);
                }
                match lane.may_start(now) {
                    Ok(()) => {
                        let Ok(slot) = self.engine.dispatcher.slots.clone().try_acquire_owned() else {
                            // A delivery that ends gives its slot back and says so.
                            return earliest;
                        };
                        if let Some(id) = lane.start(now) {
                            started = true;
                            spawn(&self.engine, id, *connection, slot);
                        }
                    }
                    Err(Some(at)) => earliest = Some(earliest.map_or(at, |other: Instant| other.min(at))),
                    Err(None) => {}
                }
            }
            if !started {
                self.lanes
                    .retain(|_, lane| !lane.waiting.is_empty() || lane.running > 0 || lane.is_paced(now));
                return earliest;
            }
        }
    }
}

async fn limits(engine: &Engine, connection: Option<ConnectionId>) -> Limits {
    let Some(id) = connection else {
        return Limits::default();
    };
    match store::connection::find(&engine.db, id).await {
        Ok(Some(connection)) => Limits::of(&connection),
        // The delivery finds out and says so.
        Ok(None) => Limits::default(),
        Err(error) => {
            tracing::warn!(connection = %id, %error, "the limits of a connection could not be read");
            Limits::default()
        }
    }
}

fn spawn(engine: &Engine, id: TransactionId, connection: Option<ConnectionId>, slot: OwnedSemaphorePermit) {
    let engine = engine.clone();
    tokio::spawn(async move {
        let delivering = AssertUnwindSafe(delivery::deliver(&engine, id)).catch_unwind();
        let delivered = delivering.await.unwrap_or_else(|panic| {
            let panic = panic_text(&*panic);
            Err(Error::Internal(format!("the delivery panicked: {panic}")))
        });
        if let Err(error) = &delivered {
            tracing::error!(transaction.id = %id, %error, "a delivery could not be recorded");
        }
        drop(slot);
        // The next delivery finds out whether it is still Queued. What is broken in itself does not stop its lane.
        let event = if matches!(delivered, Err(Error::Unavailable(_))) {
            Event::Again(id, connection)
        } else {
            engine.dispatcher.let_go(id);
            Event::Done(connection)
        };
        // Without a receiver we are closing.
        let _ = engine.dispatcher.queue.send(event);
    });
}
