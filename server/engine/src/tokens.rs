//! The tokens of connections with OAuth 2.0: got, kept alive, refreshed once however many need them, and never lost
//! without a word (promise R6).
//!
//! The protocol is the crate `oauth`'s. Here is what it needs: the registration with its secrets out of the vault, the
//! call through `egress`, the lease that lets one instance ask at a time, and the timeline people read.

mod access;
mod ask;
mod codes;
mod demand;
mod flow;
mod keeper;
mod lease;
mod registration;
mod renew;
mod revoke;
mod settle;
mod view;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use model::{Timestamp, id::ConnectionId};
use store::token::Held;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::{Error, Result, clock::Clock};
use codes::Codes;

pub(crate) use access::{access, is_valid};
pub(crate) use demand::{Asker, Wanted};
pub use flow::{begin, finish, redirect_uri};
pub use keeper::keep_alive;
pub(crate) use keeper::start;
pub(crate) use registration::{bound_to, parameters, rescheduled, token_origin};
pub use revoke::revoke;
pub use view::{obtain, view};

/// Names of the tokens in the vault; their owner is the connection.
pub(crate) const ACCESS_TOKEN: &str = "access_token";
pub(crate) const REFRESH_TOKEN: &str = "refresh_token";
/// An authorisation that waits for its person; at most one per connection.
pub(crate) const PENDING: &str = "authorization_flow";

/// What this instance knows about tokens: who it is to the leases, and who of its own tasks asks at the moment.
pub(crate) struct Tokens {
    instance: Uuid,
    gates: Mutex<HashMap<ConnectionId, Arc<tokio::sync::Mutex<()>>>>,
    /// When a target's 401 last brought a newer token.
    forced: Mutex<HashMap<ConnectionId, Timestamp>>,
    /// Leases of others, and since when they stand still.
    watched: Mutex<HashMap<ConnectionId, (Held, Instant)>>,
    under_way: Arc<Semaphore>,
    /// Authorization codes that the provider could not take yet.
    codes: Codes,
}

/// More calls than this are never under way.
const PLACES: u32 = 100_000;
/// How long closing waits for calls under way: what a provider answers must be stored.
const DRAIN: Duration = Duration::from_secs(8);
/// A target that refuses even a new token gets no further one for so long: it would cost a call per message.
const FORCED_EVERY_MS: i64 = 60_000;

impl Tokens {
    pub(crate) fn new(clock: &Clock) -> Self {
        Self {
            instance: clock.id(),
            gates: Mutex::default(),
            forced: Mutex::default(),
            watched: Mutex::default(),
            under_way: Arc::new(Semaphore::new(PLACES as usize)),
            codes: Codes::default(),
        }
    }

    /// The leave to ask a provider, which closing waits for. Taken before the lease, so that none is left behind.
    async fn place(&self) -> Result<OwnedSemaphorePermit> {
        let closing = |_| Error::Unavailable("Switchboard is closing. Try again.".into());
        self.under_way.clone().acquire_owned().await.map_err(closing)
    }

    /// Does `work` to its end even if nobody waits for it any more: a provider that was asked has used up the old
    /// refresh token, and its answer must be stored (R6).
    async fn to_the_end<T: Send + 'static>(
        place: OwnedSemaphorePermit,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let task = tokio::spawn(async move {
            let outcome = work.await;
            drop(place);
            outcome
        });
        task.await
            .map_err(|error| Error::Internal(format!("a token call ended abruptly: {error}")))?
    }

    /// Lets nothing begin any more and waits for what is under way.
    pub(crate) async fn drain(&self) {
        if tokio::time::timeout(DRAIN, self.under_way.acquire_many(PLACES))
            .await
            .is_err()
        {
            tracing::warn!("closing while providers are still being asked for tokens");
        }
        self.under_way.close();
    }

    /// Whether a 401 brought a newer token a moment ago: what is refused then is not helped by yet another.
    fn forced_lately(&self, connection: ConnectionId, now: Timestamp) -> bool {
        let forced = self.forced.lock().unwrap_or_else(PoisonError::into_inner);
        forced
            .get(&connection)
            .is_some_and(|at| now.since(*at) < FORCED_EVERY_MS)
    }

    fn note_forced(&self, connection: ConnectionId, now: Timestamp) {
        let mut forced = self.forced.lock().unwrap_or_else(PoisonError::into_inner);
        forced.retain(|_, at| now.since(*at) < FORCED_EVERY_MS);
        forced.insert(connection, now);
    }

    /// Whether a lease has stood still for longer than any living holder leaves it. Measured by our own steady clock
    /// from when we first saw it, because clocks of instances may differ.
    fn seems_dead(&self, connection: ConnectionId, held: Held) -> bool {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = watched.entry(connection).or_insert((held, Instant::now()));
        if seen.0 != held {
            *seen = (held, Instant::now());
        }
        seen.1.elapsed() >= lease::STANDS_STILL
    }

    fn watch_no_longer(&self, connection: ConnectionId) {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        watched.remove(&connection);
    }

    /// The gate of a connection: of many tasks one asks, and the others find what it brought.
    fn gate(&self, connection: ConnectionId) -> Arc<tokio::sync::Mutex<()>> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        // A gate that only the map holds has nobody at it.
        gates.retain(|_, gate| Arc::strong_count(gate) > 1);
        gates.entry(connection).or_default().clone()
    }
}
