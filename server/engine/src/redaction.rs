//! A value that becomes secret is removed from what was recorded while people could read it: requests, bodies, test
//! results, audit entries, notices.
//!
//! The work is a row in the database, stored in the transaction that makes the value secret, with the value encrypted
//! beside it. It goes on in batches, from where it stopped, on whichever instance looks next. Two passes: the first over
//! everything, the last over what was under way when the value became secret. Then the database's own copies of
//! overwritten rows are removed ([`store::Db::cleanse`]).

mod batch;
mod places;

use std::{sync::Arc, time::Duration};

use model::{
    audit::{AuditAction, AuditEntry},
    connection::Connection,
    redaction::{Redaction, RedactionPhase},
    variable::Variable,
};
use secrecy::SecretString;
use store::redaction::RecordedMessage;
use tokio::{
    sync::broadcast::error::RecvError,
    time::{Instant, MissedTickBehavior},
};

use crate::{Actor, Engine, Error, Result, audit, changes::Topic, mask::Mask};

/// Name of the removed value in the vault, owned by the redaction.
pub(crate) const SECRET: &str = "value";
/// How often unfinished work is looked for, besides after each change of the design.
const EVERY: Duration = Duration::from_mins(1);
/// Transactions of one batch: bodies may be a mebibyte each.
const BATCH: i64 = 16;
/// After so long nothing that began before the value became secret is recorded, but for messages on their way: a
/// connection test takes at most 30 seconds, clocks of instances differ by a minute at most.
const SETTLE_MS: i64 = 2 * 60 * 1000;
/// What PostgreSQL is asked to vacuum.
const TABLES: &[&str] = &[
    "variable",
    "message_transaction",
    "http_request",
    "connection_test",
    "audit_entry",
    "token",
    "token_event",
    "incident",
    "notice",
];

/// A redaction to be stored with the change that makes a value secret.
pub(crate) struct Begun {
    redaction: Redaction,
    sealed: Vec<u8>,
}

impl Begun {
    /// Stores it.
    pub(crate) async fn store(self, tx: &mut store::Tx) -> Result<()> {
        let state = crate::vault::state(self.redaction.started, &self.redaction.started_by, "");
        store::secret::put(tx, self.redaction.id.0, SECRET, &self.sealed, &state).await?;
        Ok(store::redaction::insert(tx, &self.redaction).await?)
    }
}

/// The removal of `value`, which `variable` holds as a secret from now on.
pub(crate) async fn begin(
    engine: &Engine,
    by: &str,
    (connection, variable): (&Connection, &Variable),
    value: &str,
) -> Result<Begun> {
    let id: model::id::RedactionId = engine.clock.id();
    let redaction = Redaction {
        id,
        integration: connection.integration,
        connection: connection.id,
        variable: variable.id,
        name: variable.key.clone(),
        places: places::of(engine, connection, variable.id, value).await?,
        started: engine.now(),
        started_by: by.to_owned(),
        phase: RedactionPhase::First,
        position: (0, 0),
        checked: 0,
        changed: 0,
        waiting: 0,
        finished: None,
    };
    Ok(Begun {
        redaction,
        sealed: engine.vault.seal(id.0, SECRET, value)?,
    })
}

/// As [`begin`], for a value that is secret from the start: only when it is found in the design or in recorded text.
pub(crate) async fn begin_if_recorded(
    engine: &Engine,
    by: &str,
    about: (&Connection, &Variable),
    value: &str,
) -> Result<Option<Begun>> {
    let begun = begin(engine, by, about, value).await?;
    let mut mask = Mask::default();
    mask.hide(&SecretString::from(value));
    let is_recorded = !begun.redaction.places.is_empty()
        || !batch::of_texts(engine, &begun.redaction, &mask)
            .await?
            .changes
            .is_empty();
    Ok(is_recorded.then_some(begun))
}

/// Looks for unfinished work of this database until the engine closes.
pub(crate) fn start(engine: &Engine) {
    engine.supervise("redaction", rounds);
}

async fn rounds(engine: Engine) -> Result<()> {
    let mut changes = engine.changes();
    let mut ticks = tokio::time::interval_at(Instant::now(), EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = engine.closing() => return Ok(()),
            _ = ticks.tick() => {}
            change = changes.recv() => match change {
                Ok(Topic::Transactions) => continue,
                Ok(Topic::Design) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Ok(()),
            }
        }
        // A batch that is cut off here is done again after the next start.
        tokio::select! {
            () = engine.closing() => return Ok(()),
            done = work(&engine) => if let Err(error) = done {
                tracing::warn!(%error, "a former value was not removed yet; this is tried again within a minute");
            }
        }
    }
}

/// Takes every unfinished redaction as far as it goes now: also for tests, which own the clock.
///
/// # Errors
/// The first one; the other redactions are worked on all the same.
pub async fn work(engine: &Engine) -> Result<()> {
    let mut outcome = Ok(());
    for redaction in store::redaction::unfinished(&engine.db).await? {
        let done = Work::new(engine, redaction).run().await;
        outcome = outcome.and(done);
    }
    outcome
}

struct Work<'a> {
    engine: &'a Engine,
    seen: Redaction,
}

impl<'a> Work<'a> {
    fn new(engine: &'a Engine, seen: Redaction) -> Self {
        Self { engine, seen }
    }

    /// Goes on until it is finished, must wait, or another instance has taken it further.
    async fn run(mut self) -> Result<()> {
        if self.seen.phase != RedactionPhase::Cleanse {
            let Some(mask) = self.mask().await? else {
                return self.go_on(RedactionPhase::Cleanse).await.map(drop);
            };
            let mask = Arc::new(mask);
            while self.seen.phase != RedactionPhase::Cleanse {
                if self.waits().await? || !self.step(&mask).await? {
                    return Ok(());
                }
            }
        }
        self.cleanse().await
    }

    /// What hides the value; `None` when it is gone from the vault.
    async fn mask(&self) -> Result<Option<Mask>> {
        let (engine, owner) = (self.engine, self.seen.id.0);
        let stored = engine.vault.read(&engine.db, owner, SECRET).await?;
        Ok(stored.map(|(value, _)| {
            let mut mask = Mask::default();
            mask.hide(&value);
            mask
        }))
    }

    /// Whether the last pass has to wait: for what is being recorded, or for messages that are not sent yet.
    async fn waits(&mut self) -> Result<bool> {
        if self.seen.phase != RedactionPhase::Last || self.seen.position != (0, 0) {
            return Ok(false);
        }
        let until = self.seen.started.plus(SETTLE_MS);
        let waiting =
            store::redaction::count_under_way(&self.engine.db, self.seen.integration, until).await?;
        if waiting != self.seen.waiting {
            let next = Redaction {
                waiting,
                ..self.seen.clone()
            };
            if !self.advance(next, Vec::new()).await? {
                return Ok(true);
            }
        }
        Ok(waiting > 0 || self.engine.now() < until)
    }

    /// One batch; `false` when another instance did it.
    async fn step(&mut self, mask: &Arc<Mask>) -> Result<bool> {
        let (engine, seen) = (self.engine, &self.seen);
        let until = seen.started.plus(SETTLE_MS);
        let since = (seen.phase == RedactionPhase::Last).then(|| seen.started.plus(-SETTLE_MS));
        let messages: Vec<RecordedMessage> = store::redaction::messages_after(
            &engine.db,
            seen.integration,
            seen.position,
            (until, since),
            BATCH,
        )
        .await?;
        let Some(last) = messages.last() else {
            return self.end_of_pass(mask).await;
        };
        let position = last.position;
        let batch = batch::of_messages(engine, messages, mask).await?;
        let next = Redaction {
            position,
            checked: seen.checked + batch.checked,
            changed: seen.changed + batch.changed(),
            ..seen.clone()
        };
        self.advance(next, batch.changes).await
    }

    /// The text outside of transactions, then the next phase.
    async fn end_of_pass(&mut self, mask: &Arc<Mask>) -> Result<bool> {
        let (engine, seen) = (self.engine, &self.seen);
        let batch = batch::of_texts(engine, seen, mask).await?;
        let phase = match seen.phase {
            RedactionPhase::First => RedactionPhase::Last,
            RedactionPhase::Last | RedactionPhase::Cleanse => RedactionPhase::Cleanse,
        };
        let next = Redaction {
            phase,
            position: (0, 0),
            checked: seen.checked + batch.checked,
            changed: seen.changed + batch.changed(),
            ..seen.clone()
        };
        let done = self.advance(next, batch.changes).await?;
        if done && phase == RedactionPhase::Last {
            // The last pass does this again; until then what is done so far should not be readable either.
            engine.db.cleanse(TABLES).await?;
        }
        Ok(done)
    }

    async fn go_on(&mut self, phase: RedactionPhase) -> Result<bool> {
        let next = Redaction {
            phase,
            ..self.seen.clone()
        };
        self.advance(next, Vec::new()).await
    }

    /// Stores changes together with how far they bring it.
    async fn advance(&mut self, next: Redaction, changes: Vec<batch::Change>) -> Result<bool> {
        let (seen, stored) = (self.seen.clone(), next.clone());
        let done = self
            .engine
            .db
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    if !store::redaction::advance(tx, &seen, &stored).await? {
                        return Ok(false);
                    }
                    for change in &changes {
                        change.store(tx).await?;
                    }
                    Ok(true)
                })
            })
            .await?;
        if done {
            self.seen = next;
        }
        Ok(done)
    }

    /// Removes the database's copies of overwritten rows, then the value itself, and says so in the audit trail.
    async fn cleanse(self) -> Result<()> {
        let engine = self.engine;
        if !engine.db.cleanse(TABLES).await? {
            // Readers stand in the way: the next round tries again.
            return Ok(());
        }
        let (entry, seen) = (self.entry(), self.seen);
        let finished = Redaction {
            finished: Some(engine.now()),
            ..seen.clone()
        };
        engine
            .change::<_, Error, _>(Topic::Transactions, move |tx| {
                Box::pin(async move {
                    if store::redaction::advance(tx, &seen, &finished).await? {
                        store::secret::delete(tx, seen.id.0, SECRET).await?;
                        store::audit::insert(tx, &entry).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    fn entry(&self) -> AuditEntry {
        let seen = &self.seen;
        let detail = format!(
            "made secret by {} on {}: its former value was replaced by {} in {} of {} records (messages, requests, tests, \
             audit entries, notices)",
            seen.started_by,
            seen.started.exact(),
            oauth::MASKED,
            seen.changed,
            seen.checked
        );
        let about = ("variable", seen.variable, seen.name.as_str());
        audit::entry(
            self.engine,
            &Actor::program(),
            AuditAction::Redacted,
            about,
            detail,
        )
    }
}
