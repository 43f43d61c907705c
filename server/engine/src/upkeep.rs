//! What an instance does now and then on its own account. Every task stands by itself: a failure of one is noted, and
//! the next round tries again.

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, time::MissedTickBehavior};

use crate::{Engine, Result, keys};

/// Between two rounds.
const EVERY: Duration = Duration::from_secs(60);

/// Tells the rounds to end.
pub(crate) struct Rounds(watch::Sender<bool>);

impl Default for Rounds {
    fn default() -> Self {
        Self(watch::channel(false).0)
    }
}

impl Rounds {
    /// No further round begins.
    pub(crate) fn end(&self) {
        self.0.send_replace(true);
    }
}

/// Begins the rounds of this instance.
pub(crate) fn start(engine: &Engine) {
    let mut end = engine.rounds.0.subscribe();
    // A weak handle: an engine that nobody uses any more is not kept alive by its own rounds.
    let engine = Arc::downgrade(&engine.inner);
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = end.changed() => return,
                _ = ticks.tick() => {}
            }
            let Some(inner) = engine.upgrade() else { return };
            round(&Engine { inner }).await;
        }
    });
}

/// One round, at once: also for tests, which own the clock.
pub async fn round(engine: &Engine) {
    note("keys", keys::upkeep(engine).await);
}

fn note(task: &str, result: Result<()>) {
    if let Err(error) = result {
        tracing::warn!(%error, task, "upkeep failed; the next round tries again");
    }
}
