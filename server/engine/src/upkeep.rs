//! What an instance does now and then on its own account. Every task stands by itself: a failure of one is noted, and
//! the next round tries again.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, sleep_until};

use crate::{Engine, Result, keys, notifications, outbound, warnings};

/// Between two rounds, and before the first.
const EVERY: Duration = Duration::from_mins(1);
/// After a change of the design (a token that was refused is one), so that people hear of it within ten seconds (R6).
const AFTER_CHANGE: Duration = Duration::from_secs(3);

/// Begins the rounds of this instance.
pub(crate) fn start(engine: &Engine) {
    engine.supervise("upkeep", rounds);
}

async fn rounds(engine: Engine) -> Result<()> {
    let mut ticks = tokio::time::interval_at(Instant::now() + EVERY, EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut look_at: Option<Instant> = None;
    loop {
        tokio::select! {
            () = engine.closing() => return Ok(()),
            _ = ticks.tick() => round(&engine).await,
            () = sleep_until(look_at.unwrap_or_else(Instant::now)), if look_at.is_some() => {
                look_at = None;
                look(&engine).await;
            }
            () = engine.changes.of_design() => {
                look_at.get_or_insert_with(|| Instant::now() + AFTER_CHANGE);
            }
        }
    }
}

/// Looks for what people should be told, and tells them.
async fn look(engine: &Engine) {
    note("warnings", warnings::look(engine).await);
    note("notices", notifications::deliver(engine).await);
}

/// One round, at once: also for tests, which own the clock.
pub async fn round(engine: &Engine) {
    note("keys", keys::upkeep(engine).await);
    // Before the warnings: what is picked up now is stuck no longer.
    note("queue", outbound::upkeep(engine).await);
    look(engine).await;
}

fn note(task: &str, result: Result<()>) {
    if let Err(error) = result {
        tracing::warn!(%error, task, "upkeep failed; the next round tries again");
    }
}
