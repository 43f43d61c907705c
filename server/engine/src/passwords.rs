//! Passwords of people and inbound users: argon2id, a memory of what was proven, and a limit on guessing (S9).
//!
//! argon2id takes some 50 ms by design. A machine that posts a hundred messages a second cannot pay that for each, so a
//! password that was proven is remembered as a keyed hash over user, stored hash and password: it stops counting the
//! moment the stored hash changes. Wrong ones are remembered in the same way, so that repeating one costs nothing: no
//! work, and no guess of the account's.
//!
//! Whoever has to wait for argon2id waits in the line of its address, and only the first of each line for a place: a
//! flood from one address costs everybody else one check (promises S9, R10).

mod argon;
mod exchange;
mod guesses;
mod limit;
mod turns;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use hmac::{Hmac, Mac};
use sha2::Sha256;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Error, Result, by_address::ByAddress, clock::Clock};
use argon::Argon;
use limit::{Limit, Patience, Turn};
use turns::Turns;

pub(crate) use exchange::start_exchange;
pub(crate) use guesses::Account;

/// Wrong set-up codes per minute.
const CODES_PER_MINUTE: usize = 5;
/// Proven and wrong passwords remembered: bounded memory.
const REMEMBERED: usize = 10_000;
/// argon2id at the same time: guessing must not stop two cores.
const AT_ONCE: usize = 2;

type Digest = [u8; 32];
/// A place in the line of an address, and one for argon2id.
type Slot = [OwnedSemaphorePermit; 2];

/// Hashes and checks passwords.
pub(crate) struct Passwords {
    key: [u8; 32],
    slots: Arc<Semaphore>,
    argon: Arc<Argon>,
    lines: ByAddress,
    seen: Mutex<Seen>,
    limit: Limit,
    /// Every instance prints a set-up code of its own, so that each counts by itself.
    codes: Mutex<Turns>,
    /// A hash nobody's password fits: checked for unknown users, so that they cost the same.
    decoy: tokio::sync::OnceCell<String>,
    clock: Clock,
}

#[derive(Default)]
struct Seen {
    proven: Bounded,
    wrong: Bounded,
}

/// A set of digests that forgets the oldest.
#[derive(Default)]
struct Bounded {
    set: std::collections::HashSet<Digest>,
    order: VecDeque<Digest>,
}

impl Bounded {
    fn remember(&mut self, digest: Digest) {
        if self.set.insert(digest) {
            self.order.push_back(digest);
            if self.order.len() > REMEMBERED
                && let Some(oldest) = self.order.pop_front()
            {
                self.set.remove(&oldest);
            }
        }
    }
}

impl Passwords {
    pub(crate) fn new(clock: &Clock) -> Self {
        Self {
            key: clock.random(),
            slots: Arc::new(Semaphore::new(AT_ONCE)),
            argon: Arc::default(),
            lines: ByAddress::new(1),
            seen: Mutex::default(),
            limit: Limit::new(clock),
            codes: Mutex::new(Turns::new(CODES_PER_MINUTE)),
            decoy: tokio::sync::OnceCell::new(),
            clock: clock.clone(),
        }
    }

    /// An argon2id hash in PHC form.
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        let salt = self.clock.random::<16>();
        let (argon, password) = (Arc::clone(&self.argon), password.to_owned());
        let slot = self.slot("").await?;
        let (_slot, hash) = blocking(slot, move || argon.hash(&password, &salt)).await?;
        hash
    }

    /// Whether `password` is that of the account. `stored` is `None` for an unknown account, which costs the same work.
    /// `address` is where it comes from.
    ///
    /// # Errors
    /// [`Error::TooManyTries`] after ten wrong ones in a minute on all instances together; a password proven before
    /// still gets in.
    pub(crate) async fn check(
        &self,
        account: &Account,
        stored: Option<&str>,
        password: &str,
        address: &str,
    ) -> Result<bool> {
        let stored: Vec<&str> = stored.into_iter().collect();
        Ok(self
            .check_any(account, &stored, password, address)
            .await?
            .is_some())
    }

    /// Which of the hashes `password` fits: an account has several while its password is rotated, and one try of all
    /// of them is one guess. No hash is an unknown account.
    ///
    /// # Errors
    /// As [`Passwords::check`].
    pub(crate) async fn check_any(
        &self,
        account: &Account,
        stored: &[&str],
        password: &str,
        address: &str,
    ) -> Result<Option<usize>> {
        let digests: Vec<Digest> = match stored {
            [] => vec![self.digest(account, "", password)],
            stored => stored
                .iter()
                .map(|hash| self.digest(account, hash, password))
                .collect(),
        };
        let known = |seen: &Seen| {
            let proven = digests.iter().position(|digest| seen.proven.set.contains(digest));
            let wrong = || digests.iter().all(|digest| seen.wrong.set.contains(digest));
            proven.map(Some).or_else(|| wrong().then_some(None))
        };
        if let Some(answer) = known(&self.seen()) {
            return Ok(answer);
        }
        let decoy = match stored {
            [] => Some(self.decoy().await?),
            _ => None,
        };
        // Waiting comes before counting: a sender with many connections proves its password once, and those that
        // waited find it proven instead of counting as guesses.
        let patience = Patience::new();
        let (slot, guess) = loop {
            let slot = self.slot(address).await?;
            if let Some(answer) = known(&self.seen()) {
                return Ok(answer);
            }
            let changed = match self.limit.begin(account)? {
                Turn::Now(guess) => break (slot, guess),
                Turn::Later(changed) => changed,
            };
            // Who waits for a turn keeps nobody from argon2id.
            drop(slot);
            patience.wait(changed).await?;
        };
        let (_slot, fits) = match decoy {
            Some(decoy) => {
                let (slot, fits) = self.verify(slot, &[&decoy], password).await?;
                (slot, fits.and(None))
            }
            None => self.verify(slot, stored, password).await?,
        };
        // Remembered before the next check of this account begins, which then need not be one.
        let mut seen = self.seen();
        if let Some(at) = fits {
            seen.proven.remember(digests[at]);
            guess.right();
        } else {
            for digest in digests {
                seen.wrong.remember(digest);
            }
        }
        Ok(fits)
    }

    /// Which of the hashes a password fits, without counting a guess and without remembering anything: for people who
    /// may replace the password anyway.
    pub(crate) async fn fits(&self, stored: &[&str], password: &str) -> Result<Option<usize>> {
        let slot = self.slot("").await?;
        let (_slot, fits) = self.verify(slot, stored, password).await?;
        Ok(fits)
    }

    /// Counts a wrong secret of an account whose secrets are random and need no argon2id.
    ///
    /// # Errors
    /// [`Error::TooManyTries`] when ten were wrong within a minute.
    pub(crate) async fn count_wrong(&self, account: &Account) -> Result<()> {
        self.limit.count_wrong(account).await
    }

    async fn decoy(&self) -> Result<String> {
        let made = self
            .decoy
            .get_or_try_init(|| self.hash("nobody has this password"))
            .await?;
        Ok(made.clone())
    }

    /// Counts a guess of something that is no password (the set-up code). Five a minute are allowed.
    pub(crate) fn count_code_guess(&self) -> Result<()> {
        let now = self.clock.now();
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(free) = codes.free_at(0).filter(|free| now < *free) {
            return Err(limit::too_many(free.since(now)));
        }
        codes.take(now);
        Ok(())
    }

    fn digest(&self, account: &Account, stored: &str, password: &str) -> Digest {
        let mut mac = <Hmac<Sha256> as hmac::digest::KeyInit>::new_from_slice(&self.key)
            .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
        for part in [account.bytes(), stored.as_bytes(), password.as_bytes()] {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// A place for argon2id, after those of the same address that came before.
    async fn slot(&self, address: &str) -> Result<Slot> {
        let closed = |error: tokio::sync::AcquireError| Error::Internal(error.to_string());
        let line = self.lines.of(address).acquire_owned().await.map_err(closed)?;
        let slot = self.slots.clone().acquire_owned().await.map_err(closed)?;
        Ok([line, slot])
    }

    /// Which of the hashes a password fits; the later ones are not tried when an earlier one does.
    async fn verify(&self, slot: Slot, stored: &[&str], password: &str) -> Result<(Slot, Option<usize>)> {
        let stored: Vec<String> = stored.iter().map(|hash| (*hash).to_owned()).collect();
        let (argon, password) = (Arc::clone(&self.argon), password.to_owned());
        blocking(slot, move || {
            stored.iter().position(|hash| argon.verify(hash, &password))
        })
        .await
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does `work` away from the threads that serve requests. The slot goes along and comes back with the result: work
/// goes on when the caller stops waiting, and needs its slot until it has ended.
async fn blocking<T: Send + 'static>(
    slot: Slot,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<(Slot, T)> {
    tokio::task::spawn_blocking(move || {
        let done = work();
        (slot, done)
    })
    .await
    .map_err(|error| Error::Internal(error.to_string()))
}

#[cfg(test)]
mod tests;
