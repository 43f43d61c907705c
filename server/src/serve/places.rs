//! Places for connections: a limit for all of them, a share for each address, and which connection ends for another when
//! places become scarce.
//!
//! A connection is *idle* while no request of it is handled: it has not sent a whole header yet, or it is kept open
//! between requests. Accepting never waits for a place. Once three quarters of a share or of all places are taken, each
//! new connection ends the one that is idle longest: of its own address, or of the address that has most. When all
//! places are taken and none is idle, the address with most connections loses one as long as it has more than the new
//! one's address. So whoever comes from an address with few connections gets in, whatever the others do.
//!
//! Trusted proxies have no share and lose no connections: those behind them share requests instead
//! (`gate/address.rs`).

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use engine::by_address::network;
use ipnet::IpNet;
use tokio::sync::Notify;

/// All places, and who has them.
pub struct Places {
    total: usize,
    share: usize,
    proxies: Vec<IpNet>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Ids of connections, and the order in which they became idle. Never used twice.
    next: u64,
    connections: HashMap<u64, Connection>,
    /// Networks with connections, without trusted proxies.
    networks: HashMap<IpAddr, Network>,
}

struct Connection {
    /// `None` for trusted proxies.
    network: Option<IpAddr>,
    /// When it became idle, in the order of [`State::next`].
    since: u64,
    /// Requests that are being handled.
    requests: usize,
    /// A request is handled that leaves the connection idle.
    light: bool,
    end: Arc<Notify>,
}

/// The connections of a network that can be ended, by the time they are idle since.
#[derive(Default)]
struct Network {
    held: usize,
    idle: BTreeMap<u64, u64>,
    busy: BTreeMap<u64, u64>,
}

/// The place of one connection, given back when this is dropped.
pub struct Place {
    places: Arc<Places>,
    id: u64,
    end: Arc<Notify>,
}

/// A request that is being handled. It keeps its connection from being idle and keeps the connection's place, even when
/// the connection has ended. Found in the request's extensions.
#[derive(Clone)]
pub struct Running(Arc<RunningRequest>);

struct RunningRequest(Arc<Place>);

impl Places {
    /// `total` connections, `share` of them from one address (IPv6: from one /64). `proxies` have no share.
    pub fn new(total: usize, share: usize, proxies: Vec<IpNet>) -> Arc<Self> {
        Arc::new(Self {
            total,
            share,
            proxies,
            state: Mutex::default(),
        })
    }

    /// A place for a connection from `peer`; `None` when its address has all of its share in use, or nobody can make
    /// room.
    pub fn enter(self: &Arc<Self>, peer: IpAddr) -> Option<Arc<Place>> {
        let peer = peer.to_canonical();
        let proxy = self.proxies.iter().any(|network| network.contains(&peer));
        let network = (!proxy).then(|| network(peer));
        let mut state = self.state();
        if let Some(network) = network {
            if is_scarce(state.held_by(network), self.share) {
                state.end_idle_of(network);
            }
            if state.held_by(network) >= self.share {
                return None;
            }
        }
        if is_scarce(state.connections.len(), self.total) {
            state.end_idle();
        }
        if state.connections.len() >= self.total {
            let held = network.map_or(0, |network| state.held_by(network));
            state.end_busy(held);
        }
        (state.connections.len() < self.total).then(|| {
            let (id, end) = state.add(network);
            drop(state);
            Arc::new(Place {
                places: Arc::clone(self),
                id,
                end,
            })
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether more than three quarters are in use.
fn is_scarce(held: usize, most: usize) -> bool {
    held >= most - most / 4
}

impl Place {
    /// Returns when the connection must end for another.
    pub async fn ended(&self) {
        self.end.notified().await;
    }

    /// A request begins. `None` when the connection was ended a moment ago.
    pub fn begin(self: &Arc<Self>) -> Option<Running> {
        let mut state = self.places.state();
        let connection = state.connections.get_mut(&self.id)?;
        connection.requests += 1;
        if connection.requests == 1 {
            state.becomes(self.id, Standing::Busy);
        }
        Some(Running(Arc::new(RunningRequest(Arc::clone(self)))))
    }

    /// The connection has ended. Its place is in use until its requests have ended too, and cannot be taken from it.
    pub fn leave(&self) {
        self.places.state().becomes(self.id, Standing::Fixed);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.state().remove(self.id);
    }
}

impl Running {
    /// Lets the connection count as idle, for as long as it was before, although it sends requests: those that ask
    /// only whether the program is alive keep no place from others.
    pub fn leaves_connection_idle(&self) {
        let Self(running) = self;
        let RunningRequest(place) = &**running;
        let mut state = place.places.state();
        if let Some(connection) = state.connections.get_mut(&place.id) {
            connection.light = true;
            state.becomes(place.id, Standing::Idle);
        }
    }
}

impl Drop for RunningRequest {
    fn drop(&mut self) {
        let Self(place) = self;
        let mut state = place.places.state();
        let next = state.tick();
        let Some(connection) = state.connections.get_mut(&place.id) else {
            return;
        };
        connection.requests -= 1;
        if connection.requests > 0 {
            return;
        }
        if std::mem::take(&mut connection.light) {
            return;
        }
        let before = std::mem::replace(&mut connection.since, next);
        state.idle_again(place.id, before);
    }
}

/// What a connection can be ended for.
#[derive(Clone, Copy, PartialEq)]
enum Standing {
    Idle,
    Busy,
    /// It has ended already.
    Fixed,
}

impl State {
    fn tick(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn held_by(&self, network: IpAddr) -> usize {
        self.networks.get(&network).map_or(0, |network| network.held)
    }

    fn add(&mut self, network: Option<IpAddr>) -> (u64, Arc<Notify>) {
        let id = self.tick();
        let end = Arc::new(Notify::new());
        if let Some(network) = network {
            let network = self.networks.entry(network).or_default();
            network.held += 1;
            network.idle.insert(id, id);
        }
        let connection = Connection {
            network,
            since: id,
            requests: 0,
            light: false,
            end: Arc::clone(&end),
        };
        self.connections.insert(id, connection);
        (id, end)
    }

    fn remove(&mut self, id: u64) -> Option<Connection> {
        let connection = self.connections.remove(&id)?;
        if let Some(address) = connection.network
            && let Some(network) = self.networks.get_mut(&address)
        {
            network.held -= 1;
            network.idle.remove(&connection.since);
            network.busy.remove(&connection.since);
            if network.held == 0 {
                self.networks.remove(&address);
            }
        }
        Some(connection)
    }

    fn becomes(&mut self, id: u64, standing: Standing) {
        let Some(connection) = self.connections.get(&id) else {
            return;
        };
        let network = connection
            .network
            .and_then(|network| self.networks.get_mut(&network));
        let Some(network) = network else {
            return;
        };
        let since = connection.since;
        let was_idle = network.idle.remove(&since).is_some();
        let was_busy = network.busy.remove(&since).is_some();
        if !was_idle && !was_busy {
            return;
        }
        match standing {
            Standing::Idle => network.idle.insert(since, id),
            Standing::Busy => network.busy.insert(since, id),
            Standing::Fixed => None,
        };
    }

    /// After a request: idle from now on, unless the connection has ended.
    fn idle_again(&mut self, id: u64, before: u64) {
        let Some(connection) = self.connections.get(&id) else {
            return;
        };
        let network = connection
            .network
            .and_then(|network| self.networks.get_mut(&network));
        if let Some(network) = network
            && network.busy.remove(&before).is_some()
        {
            network.idle.insert(connection.since, id);
        }
    }

    fn end(&mut self, id: u64) {
        if let Some(connection) = self.remove(id) {
            connection.end.notify_one();
        }
    }

    /// Ends the connection of `network` that is idle longest.
    fn end_idle_of(&mut self, network: IpAddr) {
        let network = self.networks.get(&network);
        let longest = network.and_then(|network| network.idle.first_key_value());
        if let Some(id) = longest.map(|(_, id)| *id) {
            self.end(id);
        }
    }

    /// The same, of the network that has most connections and an idle one.
    fn end_idle(&mut self) {
        let idle = self.networks.iter().filter_map(|(address, network)| {
            let (since, _) = network.idle.first_key_value()?;
            Some((network.held, Reverse(*since), *address))
        });
        if let Some((.., address)) = idle.max() {
            self.end_idle_of(address);
        }
    }

    /// Ends the oldest connection of the network that has most, if it has more than `held` and the new one.
    fn end_busy(&mut self, held: usize) {
        let busy = self.networks.values().filter_map(|network| {
            let (since, id) = network.busy.first_key_value()?;
            (network.held > held + 1).then_some((network.held, Reverse(*since), *id))
        });
        if let Some((.., id)) = busy.max() {
            self.end(id);
        }
    }
}

#[cfg(test)]
mod tests;
