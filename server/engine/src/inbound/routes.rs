//! What leads an inbound call to its connection, remembered for a few seconds: a message costs no lookups.
//!
//! Every change on this instance forgets it at once; changes of other instances count after [`LIFE_MS`] at the latest
//! (promises.md, Speed: within five seconds).

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use model::{
    Timestamp, connection::Connection, inbound_user::InboundUser, integration::Integration, process::Process,
};

use crate::{Engine, Result};

/// Milliseconds a remembered lookup counts.
const LIFE_MS: i64 = 3000;
/// Lookups remembered at most.
const REMEMBERED: usize = 10_000;

/// An inbound user with the hash of the password.
pub(super) type Account = Option<Arc<(InboundUser, String)>>;

/// Where a caller's messages of a process go.
pub(super) struct Route {
    pub process: Process,
    /// The caller's active connection and its integration.
    pub active: Option<(Connection, Integration)>,
}

type Target = Option<Arc<Route>>;

/// Remembered lookups.
#[derive(Default)]
pub(crate) struct Routes {
    generation: AtomicU64,
    accounts: RwLock<Remembered<String, Account>>,
    /// Api name of the process and user id → where it leads.
    targets: RwLock<Remembered<(String, String), Target>>,
}

type Remembered<K, V> = HashMap<K, (u64, Timestamp, V)>;

impl Routes {
    /// Forgets everything: something that was designed has changed.
    pub(crate) fn forget(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }

    /// The inbound user of a user id.
    pub(super) async fn account(&self, engine: &Engine, user_id: &str) -> Result<Account> {
        let key = user_id.to_owned();
        if let Some(known) = self.known(&self.accounts, &key, engine.now()) {
            return Ok(known);
        }
        let generation = self.generation.load(Ordering::Acquire);
        let account = store::inbound_user::credentials(&engine.db, user_id)
            .await?
            .map(Arc::new);
        Self::remember(&self.accounts, key, (generation, engine.now(), account.clone()));
        Ok(account)
    }

    /// The process of an api name and the caller's active connection at it; `None` without such a process.
    pub(super) async fn route(
        &self,
        engine: &Engine,
        process: &str,
        user: &InboundUser,
    ) -> Result<Option<Arc<Route>>> {
        let key = (process.to_owned(), user.user_id.clone());
        if let Some(known) = self.known(&self.targets, &key, engine.now()) {
            return Ok(known);
        }
        let generation = self.generation.load(Ordering::Acquire);
        let route = match store::process::find_by_api_name(&engine.db, process).await? {
            Some(process) => {
                let connection =
                    store::connection::active_for_caller(&engine.db, process.id, user.id).await?;
                let active = match connection {
                    Some(connection) => {
                        let integration =
                            store::integration::find(&engine.db, connection.integration).await?;
                        integration.map(|integration| (connection, integration))
                    }
                    None => None,
                };
                Some(Arc::new(Route { process, active }))
            }
            None => None,
        };
        Self::remember(&self.targets, key, (generation, engine.now(), route.clone()));
        Ok(route)
    }

    fn known<K: Eq + std::hash::Hash, V: Clone>(
        &self,
        map: &RwLock<Remembered<K, V>>,
        key: &K,
        now: Timestamp,
    ) -> Option<V> {
        let map = map.read().unwrap_or_else(PoisonError::into_inner);
        let (generation, at, value) = map.get(key)?;
        (*generation == self.generation.load(Ordering::Acquire) && now.since(*at) < LIFE_MS)
            .then(|| value.clone())
    }

    fn remember<K: Eq + std::hash::Hash, V>(
        map: &RwLock<Remembered<K, V>>,
        key: K,
        value: (u64, Timestamp, V),
    ) {
        let mut map = map.write().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= REMEMBERED {
            map.clear();
        }
        map.insert(key, value);
    }
}
