//! The keep-alive: what is due is refreshed without being asked, so that no token dies of neglect.

use std::time::Duration;

use model::id::ConnectionId;

use super::access::{Wanted, access};
use crate::{Engine, Error, Result};

/// How often it is looked for what is due.
const EVERY: Duration = Duration::from_secs(5);
/// How long one is left alone for which no call could be made.
const POSTPONED_MS: i64 = 5 * 60 * 1000;
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
        let why = match access(engine, &connection, Wanted::KeptAlive, "keep-alive").await {
            Ok(Ok(_)) => continue,
            Ok(Err(no)) if no.call.is_some() => no.sentence,
            Ok(Err(no)) => {
                postpone(engine, *id).await?;
                no.sentence
            }
            // One that cannot be looked after must not keep the others from it.
            Err(error) => {
                postpone(engine, *id).await?;
                error.to_string()
            }
        };
        tracing::warn!(connection = %id, name = connection.name, why, "a token was not refreshed");
    }
    Ok(due.len())
}

/// No call could be made: it is looked at again later, so that the others get their turn.
async fn postpone(engine: &Engine, id: ConnectionId) -> Result<()> {
    let until = engine.now().plus(POSTPONED_MS);
    engine
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move { Ok(store::token::postpone(tx, id, until).await?) })
        })
        .await
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
