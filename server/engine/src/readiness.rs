//! Whether this process can do its work: its tasks run, and the database takes a durable write.

use std::time::Duration;

use tokio::{sync::Mutex, time::Instant};

use crate::{Engine, Error, Result};

/// One proof serves everybody who asks within this time, so that probes cost at most one write a second.
const SHARED_FOR: Duration = Duration::from_secs(1);
/// A write that takes longer counts as failed. With [`SHARED_FOR`] it keeps every answer younger than 5 s.
const TIME_LIMIT: Duration = Duration::from_secs(3);

/// The latest proof, and when it was begun.
#[derive(Default)]
pub(crate) struct Readiness(Mutex<Option<(Instant, std::result::Result<(), String>)>>);

impl Engine {
    /// Proves that this process can do its work. Those who ask at the same time share one proof.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with a sentence for people; the log has the details.
    pub async fn ready(&self) -> Result<()> {
        let ended = self.tasks.ended();
        if !ended.is_empty() {
            let names = ended.join(", ");
            return Err(Error::Unavailable(format!(
                "Not running: {names}. It is started again."
            )));
        }
        let mut latest = self.readiness.0.lock().await;
        if let Some((begun, outcome)) = &*latest
            && begun.elapsed() < SHARED_FOR
        {
            return outcome.clone().map_err(Error::Unavailable);
        }
        let begun = Instant::now();
        let outcome = prove(self).await;
        *latest = Some((begun, outcome.clone()));
        outcome.map_err(Error::Unavailable)
    }
}

async fn prove(engine: &Engine) -> std::result::Result<(), String> {
    let writing = store::write_proof::write(&engine.db, engine.now());
    let failure = match tokio::time::timeout(TIME_LIMIT, writing).await {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("a write took longer than {} s", TIME_LIMIT.as_secs()),
    };
    tracing::warn!(reason = failure, "not ready");
    Err("The database does not take writes. The log says why.".into())
}
