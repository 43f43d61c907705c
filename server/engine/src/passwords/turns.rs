//! The limit as a calculation: when the next guess is allowed, given the guesses so far.
//!
//! Every guess takes a turn, and there are ten turns in any minute. A guess within the limit has its turn at once. One
//! over the limit (two instances let it through at the same moment) gets the next free turn, later than the guess
//! itself; the next guess is allowed when that turn is over. So what was exceeded is taken off the following minutes:
//! in any period, at most as many guesses as turns, plus those that still wait for theirs at its end.

use std::collections::VecDeque;

use model::Timestamp;

/// Milliseconds.
pub(super) const MINUTE_MS: i64 = 60_000;

/// The latest turns of one account.
#[derive(Debug)]
pub(super) struct Turns {
    per_minute: usize,
    /// As many as a minute has, oldest first.
    latest: VecDeque<Timestamp>,
}

impl Turns {
    pub(super) fn new(per_minute: usize) -> Self {
        Self {
            per_minute,
            latest: VecDeque::new(),
        }
    }

    /// The turns of guesses at these times, oldest first.
    pub(super) fn of(per_minute: usize, guesses: impl IntoIterator<Item = Timestamp>) -> Self {
        let mut turns = Self::new(per_minute);
        for at in guesses {
            turns.take(at);
        }
        turns
    }

    /// Gives a guess at this time its turn.
    pub(super) fn take(&mut self, at: Timestamp) {
        let turn = self.free_at(0).map_or(at, |free| free.max(at));
        self.latest.push_back(turn);
        if self.latest.len() > self.per_minute {
            self.latest.pop_front();
        }
    }

    /// When a turn is free, while so many guesses more are under way; `None`: it always was.
    pub(super) fn free_at(&self, under_way: usize) -> Option<Timestamp> {
        let before = self.latest.len() + under_way;
        let tenth_last = before.checked_sub(self.per_minute)?;
        // More under way than a minute has turns: not before theirs are over.
        let turn = self.latest.get(tenth_last).or(self.latest.back())?;
        Some(turn.plus(MINUTE_MS))
    }

    /// Whether a minute passed since the last turn: these guesses do not matter any more.
    pub(super) fn over(&self, now: Timestamp) -> bool {
        self.latest
            .back()
            .is_none_or(|last| now.since(*last) >= MINUTE_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(guesses: &[i64]) -> Option<i64> {
        Turns::of(3, guesses.iter().map(|at| Timestamp(*at)))
            .free_at(0)
            .map(|at| at.0)
    }

    #[test]
    fn within_the_limit_the_oldest_guess_of_the_minute_decides() {
        assert_eq!(after(&[0, 1]), None);
        assert_eq!(after(&[0, 1, 2]), Some(60_000));
        assert_eq!(after(&[0, 1, 2, 60_000]), Some(60_001));
    }

    #[test]
    fn what_was_exceeded_is_taken_off_the_following_minutes() {
        assert_eq!(
            after(&[0; 4]),
            Some(60_000),
            "one turn of the second minute is used"
        );
        assert_eq!(after(&[0; 6]), Some(120_000), "all of them are");
        assert_eq!(after(&[0; 7]), Some(120_000));
        assert_eq!(after(&[0; 9]), Some(180_000));
    }

    #[test]
    fn guesses_under_way_count() {
        let turns = Turns::of(3, [Timestamp(0), Timestamp(1)]);
        assert_eq!(turns.free_at(1), Some(Timestamp(60_000)));
        assert_eq!(turns.free_at(5), Some(Timestamp(60_001)));
    }
}
