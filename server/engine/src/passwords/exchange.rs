//! Instances tell each other of wrong passwords: at most once a second, all of the second in one write, and only when
//! there are any.

use std::time::Duration;

use model::Timestamp;
use store::guess::{self, Guess};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::{
    guesses::{KEPT_MS, News},
    turns::MINUTE_MS,
};
use crate::{Engine, Error, Result};

/// Between the beginnings of two exchanges.
const EVERY: Duration = Duration::from_secs(1);
/// How long one takes at least. Guesses of names that belong to nobody are not written; without this the next guess
/// would be answered sooner than that of a known name.
const AT_LEAST: Duration = Duration::from_millis(100);
/// How long one may take. Less than a check waits for its turn, so that checks do not fail with a stuck database.
const AT_MOST: Duration = Duration::from_secs(2);

/// Begins the exchange of this instance. With SQLite there is one instance, which counts in memory.
pub(crate) fn start_exchange(engine: &Engine) {
    if engine.db.backend() != "postgres" {
        return;
    }
    engine.passwords.limit.share();
    engine.supervise("guesses", |engine| async move {
        tokio::select! {
            () = engine.closing() => {}
            () = exchange_for_ever(&engine) => {}
        }
        Ok(())
    });
}

async fn exchange_for_ever(engine: &Engine) {
    let mut delete_at = engine.now();
    let mut failing = false;
    loop {
        engine.passwords.limit.something_to_tell().await;
        let next = Instant::now() + EVERY;
        let news = engine.passwords.limit.news();
        let delete = engine.now() >= delete_at;
        let (told, ()) = tokio::join!(tell(engine, &news, delete), sleep(AT_LEAST));
        match told {
            Ok(all) => {
                engine.passwords.limit.told(news, &all);
                failing = false;
                if delete {
                    delete_at = engine.now().plus(MINUTE_MS);
                }
            }
            Err(error) => {
                // Once, not once a second.
                if !failing {
                    tracing::warn!(%error, "wrong passwords cannot be counted together with other instances");
                }
                failing = true;
                engine.passwords.limit.not_told(news);
            }
        }
        sleep_until(next).await;
    }
}

/// Writes what this instance counted, and reads what all did.
async fn tell(engine: &Engine, news: &News, delete: bool) -> Result<Vec<Guess>> {
    if news.guesses.is_empty() {
        return Ok(Vec::new());
    }
    let instance = engine.passwords.limit.instance;
    let (guesses, accounts) = (news.guesses.clone(), news.accounts());
    let since: Timestamp = engine.now().plus(-KEPT_MS);
    let written = engine.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            guess::add(tx, instance, &guesses).await?;
            if delete {
                guess::delete_before(tx, since).await?;
            }
            Ok(guess::of_accounts(tx, &accounts, since).await?)
        })
    });
    timeout(AT_MOST, written)
        .await
        .unwrap_or_else(|_| Err(Error::Unavailable("The database did not answer in time.".into())))
}
