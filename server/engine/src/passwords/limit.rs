//! The limit on guessing, as the checks of passwords meet it: they wait where an answer comes soon, and count what they
//! began even when nobody waits for them any more.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, watch},
    time::{Instant, timeout_at},
};
use uuid::Uuid;

use super::guesses::{Account, Begun, Guesses, News};
use crate::{Error, Result, clock::Clock};

/// How long a check waits for its turn: three exchanges of the instances.
const PATIENCE: Duration = Duration::from_secs(3);

/// Ten guesses a minute for each account.
pub(super) struct Limit {
    guesses: Mutex<Guesses>,
    /// Wakes the exchange.
    something_to_tell: Notify,
    clock: Clock,
    /// Tells this process from the other instances.
    pub(super) instance: Uuid,
}

/// A check under way. Dropped without a word, because the caller went away or the check failed, it counts as wrong.
pub(super) struct Guess<'l> {
    limit: &'l Limit,
    account: &'l Account,
    wrong: bool,
}

/// Whether a check may begin.
pub(super) enum Turn<'l> {
    Now(Guess<'l>),
    Later(watch::Receiver<()>),
}

/// Until when a check waits for its turn.
pub(super) struct Patience(Instant);

impl Patience {
    pub(super) fn new() -> Self {
        Self(Instant::now() + PATIENCE)
    }

    /// Waits until it is worth asking again.
    ///
    /// # Errors
    /// [`Error::TooManyTries`] when others had the turns for too long.
    pub(super) async fn wait(&self, mut changed: watch::Receiver<()>) -> Result<()> {
        // A counter that was forgotten closes its channel, which is a change, too.
        match timeout_at(self.0, changed.changed()).await {
            Ok(_) => Ok(()),
            Err(_) => Err(Error::TooManyTries {
                retry_after_seconds: 1,
            }),
        }
    }
}

impl Limit {
    pub(super) fn new(clock: &Clock) -> Self {
        Self {
            guesses: Mutex::default(),
            something_to_tell: Notify::new(),
            clock: clock.clone(),
            instance: clock.id(),
        }
    }

    /// Begins a check if the account's turn has come.
    ///
    /// # Errors
    /// [`Error::TooManyTries`] when the limit is used up.
    pub(super) fn begin<'l>(&'l self, account: &'l Account) -> Result<Turn<'l>> {
        match self.guesses().begin(account, self.clock.now()) {
            Begun::Now => Ok(Turn::Now(Guess {
                limit: self,
                account,
                wrong: true,
            })),
            Begun::After(changed) => Ok(Turn::Later(changed)),
            Begun::UsedUp(milliseconds) => Err(too_many(milliseconds)),
        }
    }

    /// Counts a guess that is known to be wrong.
    ///
    /// # Errors
    /// [`Error::TooManyTries`] when the limit is used up.
    pub(super) async fn count_wrong(&self, account: &Account) -> Result<()> {
        let patience = Patience::new();
        loop {
            let changed = match self.begin(account)? {
                Turn::Now(_counts_when_dropped) => return Ok(()),
                Turn::Later(changed) => changed,
            };
            patience.wait(changed).await?;
        }
    }

    /// From now on guesses are exchanged with other instances.
    pub(super) fn share(&self) {
        self.guesses().share();
    }

    /// Resolves when there is something to tell the other instances.
    pub(super) async fn something_to_tell(&self) {
        self.something_to_tell.notified().await;
    }

    /// What the other instances have to know.
    pub(super) fn news(&self) -> News {
        self.guesses().news()
    }

    /// The other instances know; `all` is what was counted for the accounts told of.
    pub(super) fn told(&self, news: News, all: &[store::guess::Guess]) {
        self.guesses().told(news, all, self.clock.now());
    }

    /// The other instances could not be told: the next exchange tries again.
    pub(super) fn not_told(&self, news: News) {
        self.guesses().not_told(news);
        self.something_to_tell.notify_one();
    }

    fn guesses(&self) -> MutexGuard<'_, Guesses> {
        self.guesses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guess<'_> {
    /// The password was right: that is no guess.
    pub(super) fn right(mut self) {
        self.wrong = false;
    }
}

impl Drop for Guess<'_> {
    fn drop(&mut self) {
        let now = self.limit.clock.now();
        if self.limit.guesses().end(self.account, self.wrong, now) {
            self.limit.something_to_tell.notify_one();
        }
    }
}

/// The refusal of an account that has no turn for so long.
pub(super) fn too_many(milliseconds: i64) -> Error {
    Error::TooManyTries {
        retry_after_seconds: u64::try_from(milliseconds / 1000 + 1).unwrap_or(60),
    }
}
