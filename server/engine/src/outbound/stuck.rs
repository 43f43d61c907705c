//! When an outbound message is stuck: nothing works on it any more, and by itself nothing will.
//!
//! - *Queued*, not held, for more than five minutes, and in no lane of this instance. One that waits its turn behind a
//!   slow target or a rate limit is in a lane, so it is not stuck.
//! - *Sending* for longer than any attempt takes, and not under way on this instance.
//!
//! SQLite has one instance, so this is exact. On PostgreSQL the lanes of the other instances are unknown:
//! - Whether a message **may be replayed** is decided as above. If another instance holds it after all, its claim fails
//!   once the message is replayed, so nothing is sent twice; the message only loses its place in the lane.
//! - Whether **people are told** must be the same on every instance, or one would end the warning that another began.
//!   So age alone decides, with a longer limit for Queued ([`Limits::of_warnings`]).

use model::{
    Timestamp,
    id::TransactionId,
    transaction::{Position, TransactionState},
};
use store::transaction::Unfinished;

use crate::{Engine, Result};

const MINUTE_MS: i64 = 60_000;
/// An attempt takes at most a minute to connect and five to be answered (the largest time-outs of a connection), and
/// there may be two, with a token call between them.
const SENDING_MS: i64 = 15 * MINUTE_MS;
const QUEUED_MS: i64 = 5 * MINUTE_MS;
/// Where the lanes of other instances are unknown: long enough for most rate limits to work off a burst.
const QUEUED_ELSEWHERE_MS: i64 = 60 * MINUTE_MS;
/// Transactions read at a time.
const BATCH: i64 = 500;

/// How long a message may be in a state, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    queued: i64,
    sending: i64,
    /// Whether what this instance holds is not stuck. Only where no other instance can see it differently.
    own_lanes: bool,
}

impl Limits {
    /// From when on a message may be replayed.
    const OF_REPLAYS: Self = Self {
        queued: QUEUED_MS,
        sending: SENDING_MS,
        own_lanes: true,
    };

    /// From when on people are told.
    pub(crate) fn of_warnings(engine: &Engine) -> Self {
        let alone = engine.db.backend() == "sqlite";
        Self {
            queued: if alone { QUEUED_MS } else { QUEUED_ELSEWHERE_MS },
            own_lanes: alone,
            ..Self::OF_REPLAYS
        }
    }

    /// Whether other instances look at the same messages, by clocks of their own.
    pub(crate) fn are_shared(self) -> bool {
        !self.own_lanes
    }

    /// How long a message may be in a state, in milliseconds.
    pub(crate) fn of(self, state: TransactionState) -> i64 {
        match state {
            TransactionState::Queued => self.queued,
            _ => self.sending,
        }
    }
}

/// Since when this message is stuck in its state, by the rule for replays; `None` when it is not.
pub(crate) async fn stuck_since(
    engine: &Engine,
    id: TransactionId,
) -> Result<Option<(TransactionState, Timestamp)>> {
    if engine.dispatcher.holds(id) {
        return Ok(None);
    }
    let unfinished = store::transaction::unfinished_since(&engine.db, id).await?;
    let is_stuck = |(state, since): &(TransactionState, Timestamp)| {
        engine.now().since(*since) > Limits::OF_REPLAYS.of(*state)
    };
    Ok(unfinished.filter(is_stuck))
}

/// The messages that have been in a state since before `before`, but for those that `limits` leave out.
pub(crate) async fn since(
    engine: &Engine,
    limits: Limits,
    state: TransactionState,
    before: Timestamp,
) -> Result<Vec<Unfinished>> {
    let mut found = Vec::new();
    let mut after: Option<Position> = None;
    loop {
        let page = store::transaction::unfinished(&engine.db, state, before, after, BATCH).await?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        after = Some(last.position);
        let ours = |id| limits.own_lanes && engine.dispatcher.holds(id);
        found.extend(page.into_iter().filter(|one| !ours(one.id)));
    }
}
