//! The lane of one connection: what waits for it, and when the next may start.

use std::{collections::VecDeque, time::Duration};

use model::{
    connection::{Connection, DEFAULT_CONCURRENCY},
    id::TransactionId,
};
use tokio::time::Instant;

/// How long limits count before they are read again: a change of the connection takes effect within it.
const LIMITS_LIFE: Duration = Duration::from_secs(1);
/// The first and the longest pause after a delivery that the database did not allow.
const PAUSE_FIRST: Duration = Duration::from_secs(1);
const PAUSE_LAST: Duration = Duration::from_mins(1);

/// The limits of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    at_once: usize,
    /// Time between the starts of two requests; none without a limit.
    pace: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            at_once: usize::try_from(DEFAULT_CONCURRENCY).unwrap_or(1),
            pace: None,
        }
    }
}

impl Limits {
    pub(super) fn of(connection: &Connection) -> Self {
        let number = |n: i64| u32::try_from(n.max(1)).unwrap_or(u32::MAX);
        Self {
            at_once: usize::try_from(number(connection.concurrency.unwrap_or(DEFAULT_CONCURRENCY)))
                .unwrap_or(usize::MAX),
            pace: connection
                .rate_limit
                .map(|a_minute| Duration::from_mins(1) / number(a_minute)),
        }
    }
}

/// What waits for one connection.
#[derive(Default)]
pub(super) struct Lane {
    pub waiting: VecDeque<TransactionId>,
    pub running: usize,
    limits: Limits,
    limits_at: Option<Instant>,
    /// When the rate allows the next start.
    next: Option<Instant>,
    /// Deliveries in a row that the database did not allow.
    troubles: u32,
    /// When the pause after them ends.
    paused: Option<Instant>,
}

impl Lane {
    pub(super) fn limits_are_old(&self, now: Instant) -> bool {
        self.limits_at
            .is_none_or(|at| now.saturating_duration_since(at) > LIMITS_LIFE)
    }

    pub(super) fn limits_read(&mut self, limits: Limits, now: Instant) {
        self.limits = limits;
        self.limits_at = Some(now);
    }

    /// Whether the next may start now; if not, when, or `None` when only an ending delivery helps.
    pub(super) fn may_start(&self, now: Instant) -> Result<(), Option<Instant>> {
        if self.running >= self.limits.at_once {
            return Err(None);
        }
        if let Some(until) = self.paused.filter(|until| now < *until) {
            return Err(Some(until));
        }
        match self.next {
            Some(at) if self.limits.pace.is_some() && now < at => Err(Some(at)),
            _ => Ok(()),
        }
    }

    /// A delivery ended.
    pub(super) fn ended(&mut self) {
        self.running = self.running.saturating_sub(1);
        self.troubles = 0;
    }

    /// A delivery could not begin or be recorded: its transaction comes first again after a pause, twice as long each
    /// time.
    pub(super) fn retry(&mut self, id: TransactionId, now: Instant) {
        self.running = self.running.saturating_sub(1);
        self.waiting.push_front(id);
        if self.paused.is_none_or(|until| until <= now) {
            let pause = PAUSE_FIRST
                .saturating_mul(1 << self.troubles.min(16))
                .min(PAUSE_LAST);
            self.paused = Some(now + pause);
            self.troubles += 1;
        }
    }

    /// Takes the next transaction out of the lane.
    pub(super) fn start(&mut self, now: Instant) -> Option<TransactionId> {
        let id = self.waiting.pop_front()?;
        self.running += 1;
        // Paced from the planned start, so that a late wake-up costs no throughput, but never catching up in a burst.
        self.next = self.limits.pace.map(|pace| {
            let planned = self.next.filter(|at| now.saturating_duration_since(*at) < pace);
            planned.unwrap_or(now) + pace
        });
        Some(id)
    }

    /// Whether the rate still has to remember the last start.
    pub(super) fn is_paced(&self, now: Instant) -> bool {
        self.next.is_some_and(|at| now < at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(waiting: usize, at_once: usize, pace_ms: Option<u64>) -> (Lane, Instant) {
        let now = Instant::now();
        let mut lane = Lane::default();
        lane.waiting
            .extend((0..waiting).map(|_| TransactionId(uuid::Uuid::nil())));
        let pace = pace_ms.map(Duration::from_millis);
        lane.limits_read(Limits { at_once, pace }, now);
        (lane, now)
    }

    #[test]
    fn no_more_run_at_the_same_time_than_the_limit() {
        let (mut lane, now) = lane(3, 2, None);
        assert!(lane.start(now).is_some());
        assert_eq!(lane.may_start(now), Ok(()));
        assert!(lane.start(now).is_some());
        assert_eq!(lane.may_start(now), Err(None));
        lane.running -= 1;
        assert_eq!(lane.may_start(now), Ok(()));
    }

    #[test]
    fn starts_are_a_pace_apart_and_do_not_catch_up_in_a_burst() {
        let (mut lane, now) = lane(10, 10, Some(100));
        let at = |ms| now + Duration::from_millis(ms);
        assert!(lane.start(now).is_some());
        assert_eq!(lane.may_start(at(99)), Err(Some(at(100))));
        // A little late: the next stays on the planned grid.
        assert!(lane.start(at(130)).is_some());
        assert_eq!(lane.may_start(at(199)), Err(Some(at(200))));
        // Much later: one now, then a pace again.
        assert!(lane.start(at(5000)).is_some());
        assert_eq!(lane.may_start(at(5099)), Err(Some(at(5100))));
    }

    #[test]
    fn pauses_grow_while_the_database_refuses_and_end_with_the_first_success() {
        let (mut lane, now) = lane(1, 2, None);
        let mut at = now;
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
            let id = lane.start(at);
            lane.retry(id.unwrap(), at);
            let end = at + Duration::from_secs(seconds);
            assert_eq!(lane.may_start(at), Err(Some(end)));
            assert_eq!(lane.may_start(end), Ok(()));
            at = end;
        }
        assert!(lane.start(at).is_some());
        lane.ended();
        assert_eq!((lane.troubles, lane.running), (0, 0));
    }

    #[test]
    fn deliveries_that_fail_together_make_one_pause() {
        let (mut lane, now) = lane(2, 2, None);
        let both = [lane.start(now), lane.start(now)];
        for id in both {
            lane.retry(id.unwrap(), now);
        }
        assert_eq!(lane.may_start(now), Err(Some(now + PAUSE_FIRST)));
        assert_eq!(lane.waiting.len(), 2);
    }
}
