//! Who may still guess: a pure counter of one instance, which is told the time and what other instances have counted.
//!
//! While guesses are shared (several instances on PostgreSQL), an instance lets through one guess of an account, and
//! the next when the other instances can know of the first. Without that, each of them would let ten through at once.
//! Names that belong to nobody are treated alike, so that the pace does not tell them apart, but are never shared: what
//! strangers make up is not written anywhere.

use std::collections::{HashMap, VecDeque};

use model::Timestamp;
use store::guess::Guess;
use tokio::sync::watch;
use uuid::Uuid;

use super::turns::Turns;

/// Wrong passwords an account may be tried with per minute.
pub(super) const GUESSES_PER_MINUTE: usize = 10;
/// How long shared guesses are kept, in milliseconds: longer than the ten minutes that are promised.
pub(super) const KEPT_MS: i64 = 15 * super::turns::MINUTE_MS;
/// Guesses of an account that other instances need not know of before the next.
const UNSHARED: usize = 1;
/// Names that belong to nobody and are counted at the same time; beyond, the oldest is forgotten.
const STRANGERS: usize = 10_000;

/// Whose password is guessed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Account {
    /// The id of a user, an inbound user or an OAuth client.
    Known(Uuid),
    /// A name, in lower case, that belongs to nobody.
    Stranger(String),
}

impl Account {
    /// The record's, where there is one.
    pub(crate) fn new(id: Option<Uuid>, name: &str) -> Self {
        id.map_or_else(|| Self::Stranger(name.to_lowercase()), Self::Known)
    }

    /// What tells it from every other account.
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Known(id) => id.as_bytes(),
            Self::Stranger(name) => name.as_bytes(),
        }
    }
}

/// Whether a password may be checked.
#[derive(Debug)]
pub(super) enum Begun {
    /// Yes, and [`Guesses::end`] must follow.
    Now,
    /// Not before something changed: another check ended, or the instances told each other.
    After(watch::Receiver<()>),
    /// Not for so many milliseconds.
    UsedUp(i64),
}

/// The counter.
#[derive(Default)]
pub(super) struct Guesses {
    shared: bool,
    /// The last exchange failed: until one succeeds this instance counts by itself.
    cut_off: bool,
    tallies: HashMap<Account, Tally>,
    strangers: VecDeque<Account>,
    /// Accounts with unshared guesses.
    news: Vec<Account>,
    forget_at: Timestamp,
}

struct Tally {
    /// Oldest first: of every instance, as of the last exchange.
    shared: Vec<Timestamp>,
    /// Oldest first: our own since.
    unshared: Vec<Timestamp>,
    /// Our latest, told or not.
    latest: Option<Timestamp>,
    under_way: usize,
    turns: Turns,
    changed: watch::Sender<()>,
}

/// What an instance tells the others.
#[derive(Default)]
pub(super) struct News {
    /// How many guesses of each account, those of strangers included.
    told: Vec<(Account, usize)>,
    /// Those of known accounts.
    pub(super) guesses: Vec<Guess>,
}

impl News {
    /// The known accounts that are told of.
    pub(super) fn accounts(&self) -> Vec<Uuid> {
        let known = self.told.iter().filter_map(|(account, _)| match account {
            Account::Known(id) => Some(*id),
            Account::Stranger(_) => None,
        });
        known.collect()
    }
}

impl Guesses {
    /// From now on guesses are exchanged with other instances.
    pub(super) fn share(&mut self) {
        self.shared = true;
    }

    /// Whether a password of the account may be checked now.
    pub(super) fn begin(&mut self, account: &Account, now: Timestamp) -> Begun {
        self.forget(now);
        if !self.tallies.contains_key(account) && matches!(account, Account::Stranger(_)) {
            self.strangers.push_back(account.clone());
            if self.strangers.len() > STRANGERS
                && let Some(oldest) = self.strangers.pop_front()
            {
                self.tallies.remove(&oldest);
            }
        }
        let paced = self.shared && !self.cut_off;
        let tally = self.tallies.entry(account.clone()).or_default();
        if let Some(free) = tally.turns.free_at(0).filter(|free| now < *free) {
            return Begun::UsedUp(free.since(now));
        }
        let used_up_by_those_under_way = tally
            .turns
            .free_at(tally.under_way)
            .is_some_and(|free| now < free);
        if tally.under_way >= GUESSES_PER_MINUTE
            || used_up_by_those_under_way
            || (paced && tally.under_way + tally.unshared.len() >= UNSHARED)
        {
            return Begun::After(tally.changed.subscribe());
        }
        tally.under_way += 1;
        Begun::Now
    }

    /// A check that [`Guesses::begin`] allowed has ended. A right password is no guess. Returns whether there is
    /// something to tell the other instances.
    pub(super) fn end(&mut self, account: &Account, wrong: bool, now: Timestamp) -> bool {
        let Some(tally) = self.tallies.get_mut(account) else {
            return false;
        };
        tally.under_way = tally.under_way.saturating_sub(1);
        if wrong {
            if self.shared && tally.unshared.is_empty() {
                self.news.push(account.clone());
            }
            tally.count(now, self.shared);
        }
        tally.changed.send_replace(());
        wrong && self.shared
    }

    /// What the other instances have to know.
    pub(super) fn news(&mut self) -> News {
        let mut news = News::default();
        for account in self.news.drain(..) {
            let Some(tally) = self.tallies.get(&account) else {
                continue;
            };
            if let Account::Known(id) = &account {
                let guesses = tally.unshared.iter().map(|at| Guess {
                    account: *id,
                    at: *at,
                });
                news.guesses.extend(guesses);
            }
            news.told.push((account, tally.unshared.len()));
        }
        news
    }

    /// The other instances know; `all` is what they and we have counted for the accounts told of.
    pub(super) fn told(&mut self, news: News, all: &[Guess], now: Timestamp) {
        self.cut_off = false;
        for (account, count) in news.told {
            let Some(tally) = self.tallies.get_mut(&account) else {
                continue;
            };
            let ours: Vec<_> = tally.unshared.drain(..count.min(tally.unshared.len())).collect();
            match &account {
                Account::Stranger(_) => tally.shared.extend(ours),
                Account::Known(id) => {
                    let theirs = all.iter().filter(|guess| guess.account == *id);
                    // A clock that is ahead must not lock the account for longer.
                    tally.shared = theirs.map(|guess| guess.at.min(now)).collect();
                }
            }
            tally.shared.retain(|at| now.since(*at) < KEPT_MS);
            tally.reckon();
            if !tally.unshared.is_empty() {
                self.news.push(account);
            }
        }
    }

    /// The other instances could not be told. Nothing is lost; meanwhile this instance counts by itself.
    pub(super) fn not_told(&mut self, news: News) {
        self.cut_off = true;
        for (account, _) in news.told {
            if let Some(tally) = self.tallies.get(&account) {
                tally.changed.send_replace(());
                if !self.news.contains(&account) {
                    self.news.push(account);
                }
            }
        }
    }

    /// Forgets, once a minute, accounts whose guesses do not matter any more.
    fn forget(&mut self, now: Timestamp) {
        if now < self.forget_at {
            return;
        }
        self.forget_at = now.plus(super::turns::MINUTE_MS);
        self.tallies.retain(|_, tally| !tally.idle(now));
        self.strangers
            .retain(|account| self.tallies.contains_key(account));
    }
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            shared: Vec::new(),
            unshared: Vec::new(),
            latest: None,
            under_way: 0,
            turns: Turns::new(GUESSES_PER_MINUTE),
            changed: watch::Sender::new(()),
        }
    }
}

impl Tally {
    fn count(&mut self, now: Timestamp, share: bool) {
        // Its time tells a guess from the others of this instance, and from one that is told again.
        let at = self.latest.map_or(now, |latest| now.max(latest.plus(1)));
        self.latest = Some(at);
        if share {
            &mut self.unshared
        } else {
            &mut self.shared
        }
        .push(at);
        self.turns.take(at);
        if !share {
            self.shared.retain(|at| now.since(*at) < KEPT_MS);
        }
    }

    /// The turns of all guesses anew: those of others lie between ours.
    fn reckon(&mut self) {
        let mut all = [self.shared.as_slice(), &self.unshared].concat();
        all.sort_unstable();
        self.turns = Turns::of(GUESSES_PER_MINUTE, all);
        self.changed.send_replace(());
    }

    fn idle(&self, now: Timestamp) -> bool {
        self.under_way == 0 && self.unshared.is_empty() && self.turns.over(now)
    }
}

#[cfg(test)]
mod tests;
