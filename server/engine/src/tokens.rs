//! The tokens of connections with OAuth 2.0: got, kept alive, refreshed once however many need them, and never lost
//! without a word (product.md 3; promise R6).
//!
//! The protocol is the crate `oauth`'s. Here is what it needs: the registration with its secrets out of the vault, the
//! call through `egress`, the lease that lets one instance ask at a time, and the timeline people read.

mod access;
mod ask;
mod flow;
mod keeper;
mod registration;
mod renew;
mod revoke;
mod view;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use model::id::ConnectionId;
use uuid::Uuid;

use crate::clock::Clock;

pub(crate) use access::{Wanted, access};
pub use flow::{begin, finish, redirect_uri};
pub use keeper::keep_alive;
pub(crate) use keeper::start;
pub(crate) use registration::{bound_to, parameters, token_origin};
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
}

impl Tokens {
    pub(crate) fn new(clock: &Clock) -> Self {
        Self {
            instance: clock.id(),
            gates: Mutex::default(),
        }
    }

    /// The gate of a connection: of many tasks one asks, and the others find what it brought.
    fn gate(&self, connection: ConnectionId) -> Arc<tokio::sync::Mutex<()>> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        // A gate that only the map holds has nobody at it.
        gates.retain(|_, gate| Arc::strong_count(gate) > 1);
        gates.entry(connection).or_default().clone()
    }
}
