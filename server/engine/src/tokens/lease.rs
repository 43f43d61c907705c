//! The lease: of all instances one asks the provider at a time (promise R6).

use std::time::Duration;

use model::{connection::Connection, id::ConnectionId};
use store::token::Lease;
use tokio::time::Instant;

use crate::{Engine, Error, Result};

/// A living holder changes its lease so often.
const EXTEND_EVERY: Duration = Duration::from_secs(1);
/// A lease that has not changed for so long is taken over. Short, so that a token whose asker was killed is asked for
/// again within seconds.
pub(super) const STANDS_STILL: Duration = Duration::from_secs(4);
/// What the table shows as the lease's end.
const SHOWN_MS: i64 = 4_000;
/// How often whoever waits for a lease looks.
pub(super) const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Takes the lease; `None` while a holder lives, or may live.
pub(super) async fn take(engine: &Engine, id: ConnectionId) -> Result<Option<Lease>> {
    let over = store::token::held(&engine.db, id).await?;
    if over.is_some_and(|held| !engine.tokens.seems_dead(id, held)) {
        return Ok(None);
    }
    let (by, until) = (engine.tokens.instance, engine.now().plus(SHOWN_MS));
    let lease = engine
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                store::token::prepare(tx, id).await?;
                Ok(store::token::lease(tx, id, by, until, over).await?)
            })
        })
        .await?;
    engine.tokens.watch_no_longer(id);
    Ok(lease)
}

/// Waits for the lease as long as a person would. `button` is what to press again.
///
/// # Errors
/// [`Error::Conflict`] while somebody else asks the provider all the time.
pub(super) async fn wait(engine: &Engine, connection: &Connection, button: &str) -> Result<Lease> {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(lease) = take(engine, connection.id).await? {
            return Ok(lease);
        }
        if Instant::now() > deadline {
            return Err(Error::Conflict(format!(
                "Connection {}: its token is being refreshed at this moment. Press {button} again.",
                connection.name
            )));
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Waits for the provider and keeps the lease meanwhile, without holding a database connection.
pub(super) async fn while_extending<T>(
    engine: &Engine,
    lease: Lease,
    asking: impl Future<Output = Result<T>>,
) -> Result<T> {
    let mut asking = std::pin::pin!(asking);
    let mut beat = tokio::time::interval(EXTEND_EVERY);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    beat.tick().await;
    loop {
        tokio::select! {
            answer = &mut asking => return answer,
            _ = beat.tick() => {
                // Beside the call, which goes on while the database is slow.
                let (engine, until) = (engine.clone(), engine.now().plus(SHOWN_MS));
                tokio::spawn(async move {
                    let extended = engine
                        .db
                        .write::<_, Error, _>(move |tx| Box::pin(async move { Ok(store::token::extend(tx, lease, until).await?) }))
                        .await;
                    // A lost lease is found out when it is settled: the call is on its way already.
                    if let Err(error) = extended {
                        tracing::warn!(%error, "the lease of a token could not be extended");
                    }
                });
            }
        }
    }
}

/// Gives a lease back without having asked.
pub(super) async fn release(engine: &Engine, lease: Lease) -> Result<()> {
    engine
        .db
        .write(move |tx| Box::pin(async move { Ok(store::token::release(tx, lease).await?) }))
        .await
}
