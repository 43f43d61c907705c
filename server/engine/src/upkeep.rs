//! What an instance does now and then on its own account. Every task stands by itself: a failure of one is noted, and
//! the next round tries again.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior};

use crate::{Engine, Result, keys, notifications, warnings};

/// Between two rounds, and before the first.
const EVERY: Duration = Duration::from_mins(1);

/// Begins the rounds of this instance.
pub(crate) fn start(engine: &Engine) {
    let engine = engine.clone();
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval_at(Instant::now() + EVERY, EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = engine.closing() => return,
                _ = ticks.tick() => round(&engine).await,
            }
        }
    });
}

/// One round, at once: also for tests, which own the clock.
pub async fn round(engine: &Engine) {
    note("keys", keys::upkeep(engine).await);
    note("warnings", warnings::look(engine).await);
    note("notices", notifications::deliver(engine).await);
}

fn note(task: &str, result: Result<()>) {
    if let Err(error) = result {
        tracing::warn!(%error, task, "upkeep failed; the next round tries again");
    }
}
