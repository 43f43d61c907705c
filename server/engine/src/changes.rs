//! What has just been written, said to those who show it: pages update by themselves.

use futures::future::BoxFuture;
use store::Tx;
use tokio::sync::{Notify, broadcast};

use crate::Engine;

/// Changes remembered for a slow listener; one that missed some looks again anyway.
const REMEMBERED: usize = 16;

/// What a change was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Something that was designed, enabled, disabled or tested.
    Design,
    /// A transaction came or went on.
    Transactions,
}

impl Topic {
    /// The word it has on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Design => "design",
            Self::Transactions => "transactions",
        }
    }
}

/// Tells listeners what was written on this instance.
pub(crate) struct Changes {
    told: broadcast::Sender<Topic>,
    /// Of the design, for the upkeep: it must not lag behind the traffic.
    design: Notify,
}

impl Default for Changes {
    fn default() -> Self {
        Self {
            told: broadcast::channel(REMEMBERED).0,
            design: Notify::new(),
        }
    }
}

impl Changes {
    pub(crate) fn note(&self, topic: Topic) {
        // Nobody may be listening.
        let _ = self.told.send(topic);
        if topic == Topic::Design {
            self.design.notify_one();
        }
    }

    /// Resolves once the design was changed on this instance, since the last time it resolved. For one listener.
    pub(crate) async fn of_design(&self) {
        self.design.notified().await;
    }
}

impl Engine {
    /// What is written on this instance from now on. A listener that lags has missed something and looks again.
    pub fn changes(&self) -> broadcast::Receiver<Topic> {
        self.changes.told.subscribe()
    }

    /// Runs a job durably ([`store::Db::write`]), then lets everybody know: pages look again, and what was remembered
    /// of a design is forgotten.
    pub(crate) async fn change<T, E, F>(&self, topic: Topic, job: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<store::Error> + Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        let done = self.db.write(job).await?;
        if topic == Topic::Design {
            self.routes.forget();
        }
        self.changes.note(topic);
        Ok(done)
    }
}
