//! What leads an inbound call to its connection, remembered for a few seconds: a message costs no lookups.
//!
//! Every change on this instance forgets it at once; changes of other instances count after [`LIFE_MS`] at the latest
//! (promised within five seconds).

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use model::{
    Timestamp,
    connection::Connection,
    id::{InboundCredentialId, InboundUserId},
    inbound_credential::CredentialSettings,
    inbound_user::InboundUser,
    integration::Integration,
    process::Process,
};
use uuid::Uuid;

use super::candidates::Candidates;
use crate::{Engine, Result};

/// Milliseconds a remembered lookup counts.
const LIFE_MS: i64 = 3000;
/// Lookups remembered at most.
const REMEMBERED: usize = 10_000;

/// An inbound user with the hashes of its passwords.
pub(super) struct Account {
    pub user: Arc<InboundUser>,
    password_hash: String,
    /// Those of a rotation: credential, hash, expiry.
    further: Vec<(InboundCredentialId, String, Option<Timestamp>)>,
}

impl Account {
    /// The passwords that count now.
    pub(super) fn passwords(&self, now: Timestamp) -> impl Iterator<Item = Password> {
        let further = self
            .further
            .iter()
            .filter(move |(_, _, expires)| expires.is_none_or(|at| now < at))
            .map(|(id, hash, expires)| Password {
                of: PasswordOf::Rotation(*id),
                hash: hash.clone(),
                expires: *expires,
            });
        let first = Password {
            of: PasswordOf::User(self.user.id),
            hash: self.password_hash.clone(),
            expires: None,
        };
        // Without a first password the hash is blank.
        std::iter::once(first)
            .filter(|first| !first.hash.is_empty())
            .chain(further)
    }
}

/// Where a password is stored.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PasswordOf {
    /// The first one, with the user itself.
    User(InboundUserId),
    /// A further one, with its credential.
    Rotation(InboundCredentialId),
}

/// A password that counts.
#[derive(Clone)]
pub(crate) struct Password {
    pub(super) of: PasswordOf,
    pub(super) hash: String,
    pub expires: Option<Timestamp>,
}

impl Password {
    /// Notes that it was used; `false` when it counts no more. It counts until the end of the database transaction then:
    /// who replaces or revokes it waits.
    pub(crate) async fn touch(&self, tx: &mut store::Tx, at: Timestamp) -> store::Result<bool> {
        match self.of {
            PasswordOf::User(id) => store::inbound_user::touch_password(tx, id, &self.hash, at).await,
            PasswordOf::Rotation(id) => store::inbound_credential::touch(tx, id, at).await,
        }
    }
}

/// Who an access token stands for, and until when.
pub(super) type Bearer = Arc<(Arc<InboundUser>, Timestamp)>;

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
    accounts: RwLock<Remembered<String, Option<Arc<Account>>>>,
    /// Api name of the process → who may be recognised there.
    candidates: RwLock<Remembered<String, Arc<Candidates>>>,
    /// Headers that keys and signatures come in, of all inbound users.
    secret_headers: RwLock<Remembered<(), Arc<HashSet<String>>>>,
    /// Hash of an access token → who it stands for.
    bearers: RwLock<Remembered<Vec<u8>, Bearer>>,
    /// User ids with too many wrong passwords, and until when: for "Paste a request".
    used_up: Mutex<HashMap<String, Timestamp>>,
    /// When the use of a credential was last noted.
    noted: Mutex<HashMap<(Uuid, String), Timestamp>>,
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
    pub(super) async fn account(&self, engine: &Engine, user_id: &str) -> Result<Option<Arc<Account>>> {
        let key = user_id.to_owned();
        if let Some(known) = self.known(&self.accounts, &key, engine.now()) {
            return Ok(known);
        }
        let generation = self.generation.load(Ordering::Acquire);
        let account = match store::inbound_user::credentials(&engine.db, user_id).await? {
            Some((user, password_hash)) => Some(Arc::new(Account {
                further: store::inbound_credential::passwords_of(&engine.db, user.id).await?,
                user: Arc::new(user),
                password_hash,
            })),
            None => None,
        };
        Self::remember(&self.accounts, key, (generation, engine.now(), account.clone()));
        Ok(account)
    }

    /// Who may be recognised at a process of an api name; nobody when there is none.
    pub(super) async fn candidates(&self, engine: &Engine, process: &str) -> Result<Arc<Candidates>> {
        let key = process.to_owned();
        if let Some(known) = self.known(&self.candidates, &key, engine.now()) {
            return Ok(known);
        }
        let generation = self.generation.load(Ordering::Acquire);
        // Unknown names are not remembered: there are as many, and as long ones, as anybody likes to send.
        let Some(stored) = store::process::find_by_api_name(&engine.db, process).await? else {
            return Ok(Arc::new(Candidates::new(Vec::new())));
        };
        let stored = store::inbound_credential::of_process(&engine.db, stored.id).await?;
        let candidates = Arc::new(Candidates::new(stored));
        let entry = (generation, engine.now(), candidates.clone());
        Self::remember(&self.candidates, key, entry);
        Ok(candidates)
    }

    /// The headers that keys and signatures come in, in lower case: of all inbound users, because a sender sends its key
    /// to every process, also where it is recognised by something else.
    pub(super) async fn secret_headers(&self, engine: &Engine) -> Result<Arc<HashSet<String>>> {
        if let Some(known) = self.known(&self.secret_headers, &(), engine.now()) {
            return Ok(known);
        }
        let generation = self.generation.load(Ordering::Acquire);
        let stored = store::inbound_credential::settings_in_headers(&engine.db).await?;
        let names = stored.into_iter().filter_map(|settings| match settings {
            CredentialSettings::ApiKey { header } => Some(header),
            CredentialSettings::Signature(settings) => Some(settings.header),
            _ => None,
        });
        let names = Arc::new(names.collect());
        let entry = (generation, engine.now(), Arc::clone(&names));
        Self::remember(&self.secret_headers, (), entry);
        Ok(names)
    }

    /// Who an access token stands for. Unknown tokens are not remembered: there are as many as anybody likes to send.
    pub(super) async fn bearer(&self, engine: &Engine, token_hash: &[u8]) -> Result<Option<Bearer>> {
        let key = token_hash.to_vec();
        if let Some(known) = self.known(&self.bearers, &key, engine.now()) {
            return Ok(Some(known));
        }
        let generation = self.generation.load(Ordering::Acquire);
        let Some((user, expires)) = store::issued_token::bearer(&engine.db, token_hash).await? else {
            return Ok(None);
        };
        let bearer = Arc::new((Arc::new(user), expires));
        Self::remember(&self.bearers, key, (generation, engine.now(), bearer.clone()));
        Ok(Some(bearer))
    }

    /// Whether the use of a credential is to be noted, or of the password with this hash: not within `every` milliseconds of the last note.
    pub(super) fn due(&self, id: Uuid, hash: &str, now: Timestamp, every: i64) -> bool {
        let key = (id, hash.to_owned());
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.get(&key).is_some_and(|last| now.since(*last) < every) {
            return false;
        }
        if noted.len() >= REMEMBERED {
            noted.clear();
        }
        noted.insert(key, now);
        true
    }

    /// Notes that a user id was refused for too many wrong passwords.
    pub(super) fn note_used_up(&self, user_id: &str, now: Timestamp, until: Timestamp) {
        let mut used_up = self.used_up.lock().unwrap_or_else(PoisonError::into_inner);
        if used_up.len() >= REMEMBERED {
            used_up.retain(|_, until| now < *until);
            if used_up.len() >= REMEMBERED {
                used_up.clear();
            }
        }
        used_up.insert(user_id.to_lowercase(), until);
    }

    /// Until when a user id is refused for too many wrong passwords.
    pub(super) fn used_up(&self, user_id: &str, now: Timestamp) -> Option<Timestamp> {
        let used_up = self.used_up.lock().unwrap_or_else(PoisonError::into_inner);
        used_up
            .get(&user_id.to_lowercase())
            .copied()
            .filter(|until| now < *until)
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
