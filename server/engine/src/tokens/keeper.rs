//! The keep-alive: what is due is refreshed without being asked, so that no token dies of neglect.

use std::time::Duration;

use futures::StreamExt;
use model::id::ConnectionId;

use super::{
    access::{NoToken, access, take_over},
    codes,
    demand::{Asker, Wanted},
};
use crate::{Engine, Error, Result, departure::Leave};

/// How often it is looked for what is due.
const EVERY: Duration = Duration::from_secs(2);
/// How long one is left alone for which no call could be made.
const POSTPONED_MS: i64 = 5 * 60 * 1000;
/// Connections looked at in one round.
const AT_ONCE: i64 = 100;
/// Providers asked at the same time: a slow one keeps nobody waiting.
const SIDE_BY_SIDE: usize = 8;

/// Refreshes every token whose time has come, asks again where the provider gave none, and looks after those whose asker
/// was killed; answers how many connections were looked at. A failure is in the token's timeline and is tried again
/// after its own pause. Connections that name another installation are left alone: no call, no lease, no warning.
pub async fn keep_alive(engine: &Engine) -> Result<usize> {
    let asked = store::token::being_asked(&engine.db).await?;
    let due = store::token::due(&engine.db, engine.now(), &engine.instance_name(), AT_ONCE).await?;
    let look_after = |id, left_behind| async move {
        // One that cannot be looked after must not keep the others from it.
        match look_after(engine, id, left_behind).await {
            Ok(()) => {}
            Err(error) => {
                tracing::warn!(connection = %id, %error, "a token could not be looked after");
                if let Err(error) = postpone(engine, id).await {
                    tracing::warn!(connection = %id, %error, "nor be put off");
                }
            }
        }
    };
    let all = asked
        .iter()
        .map(|id| (*id, true))
        .chain(due.iter().map(|id| (*id, false)));
    futures::stream::iter(all)
        .for_each_concurrent(SIDE_BY_SIDE, |(id, left_behind)| look_after(id, left_behind))
        .await;
    codes::send_due(engine).await;
    Ok(asked.len() + due.len())
}

async fn look_after(engine: &Engine, id: ConnectionId, left_behind: bool) -> Result<()> {
    let Some(connection) = store::connection::find(&engine.db, id).await? else {
        return Ok(());
    };
    if Leave::for_connection(engine, &connection).is_err() {
        return Ok(());
    }
    let outcome = if left_behind {
        take_over(engine, &connection).await?
    } else {
        Some(access(engine, &connection, Wanted::KeptAlive, Asker::KeepAlive).await?)
    };
    let Some(Err(NoToken { sentence, call })) = outcome else {
        return Ok(());
    };
    if call.is_none() {
        postpone(engine, id).await?;
    }
    tracing::warn!(connection = %id, name = connection.name, why = sentence, "a token was not refreshed");
    Ok(())
}

/// No call could be made: it is looked at again later, so that the others get their turn.
async fn postpone(engine: &Engine, id: ConnectionId) -> Result<()> {
    let (now, until) = (engine.now(), engine.now().plus(POSTPONED_MS));
    engine
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move { Ok(store::token::postpone(tx, id, now, until).await?) })
        })
        .await
}

/// Looks for what is due until the engine closes.
pub(crate) fn start(engine: &Engine) {
    engine.supervise("keep-alive", rounds);
}

async fn rounds(engine: Engine) -> Result<()> {
    let mut round = tokio::time::interval(EVERY);
    round.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = round.tick() => {}
            () = engine.closing() => return Ok(()),
        }
        if let Err(error) = keep_alive(&engine).await {
            tracing::warn!(%error, "the tokens that are due could not be looked up");
        }
    }
}
