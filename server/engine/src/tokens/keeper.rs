//! The keep-alive: what is due is refreshed without being asked, so that no token dies of neglect.

use std::time::Duration;

use super::access::{Wanted, access};
use crate::{Engine, Result};

/// How often it is looked for what is due.
const EVERY: Duration = Duration::from_secs(5);
/// Connections looked at in one round.
const AT_ONCE: i64 = 100;

/// Refreshes every token whose time has come; answers how many connections were looked at. A failure is in the token's
/// timeline and is tried again by its own schedule.
pub async fn keep_alive(engine: &Engine) -> Result<usize> {
    let due = store::token::due(&engine.db, engine.now(), AT_ONCE).await?;
    for id in &due {
        let Some(connection) = store::connection::find(&engine.db, *id).await? else {
            continue;
        };
        if let Err(no) = access(engine, &connection, Wanted::KeptAlive, "keep-alive").await? {
            tracing::warn!(connection = %id, name = connection.name, sentence = no.sentence, "a token was not refreshed");
        }
    }
    Ok(due.len())
}

/// Looks for what is due until the engine closes.
pub(crate) fn start(engine: &Engine) {
    let engine = engine.clone();
    tokio::spawn(async move {
        let mut round = tokio::time::interval(EVERY);
        round.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = round.tick() => {}
                () = engine.closing() => return,
            }
            if let Err(error) = keep_alive(&engine).await {
                tracing::warn!(%error, "the tokens that are due could not be looked up");
            }
        }
    });
}
