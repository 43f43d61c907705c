//! Authorization codes that the provider could not take: sent again with growing pauses, as long as a code lives.
//!
//! A code must not be used twice (RFC 6749 4.1.2), so it is sent again only after a failure that says the provider did not
//! process it: nothing reached it, or it answered 429 or 503. Should it have used the code all the same, it refuses the
//! second call, and a person presses the button again, as without it. Codes are kept in memory only: they are worth a
//! token, and live for minutes.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use model::{Timestamp, audit::AuditEntry, connection::Connection, id::ConnectionId};
use oauth::{FailureClass, Grant, TokenFailure, authorization};
use store::token::Lease;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    Tokens, lease,
    registration::{self, Registration},
    renew::{How, renew},
    settle::pause_after,
};
use crate::{Engine, Error, Result, connections};

/// A code that a person brought back.
#[derive(Clone)]
pub(super) struct Code {
    pub grant: Grant,
    /// What the audit trail says once it has become a token. Its id is the code's.
    pub entry: AuditEntry,
    /// Who brought it, for the timeline.
    pub by: String,
    /// What it was given for.
    pub bound_to: String,
    /// It is not sent after this.
    until: Timestamp,
    /// Calls so far that the provider did not process.
    attempts: i64,
}

impl Code {
    pub(super) fn new(engine: &Engine, grant: Grant, entry: AuditEntry, by: &str, bound_to: &str) -> Self {
        Self {
            grant,
            entry,
            by: by.to_owned(),
            bound_to: bound_to.to_owned(),
            until: engine.now().plus(authorization::LIFE_MS),
            attempts: 0,
        }
    }

    /// When to send it again after `failure`, if that may help and is safe.
    pub(super) fn again(&self, engine: &Engine, failure: &TokenFailure) -> Option<Timestamp> {
        let FailureClass::Passing { retry_after_ms } = failure.class else {
            return None;
        };
        let at = engine
            .now()
            .plus(pause_after(engine, self.attempts + 1, retry_after_ms));
        (failure.unprocessed && at < self.until).then_some(at)
    }

    /// What happened and what comes next.
    pub(super) fn told(&self, failure: &TokenFailure, again: Option<Timestamp>) -> String {
        match (again, failure.class) {
            (Some(_), _) => format!(
                "{failure} Switchboard sends the code again by itself, with growing pauses, until {} at most, unless it \
                 is restarted. The token timeline says what comes of it.",
                self.until.exact()
            ),
            (None, FailureClass::Passing { .. }) => {
                format!("{failure} Switchboard does not send the code again: press Get OAuth token.")
            }
            (None, _) => failure.to_string(),
        }
    }
}

/// Codes on their way, by connection: the newest of each.
#[derive(Default)]
pub(super) struct Codes(Mutex<HashMap<ConnectionId, (Code, Option<Timestamp>)>>);

impl Codes {
    fn with<T>(&self, work: impl FnOnce(&mut HashMap<ConnectionId, (Code, Option<Timestamp>)>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes that a code is being sent, in the place of any other of the connection.
    pub(super) fn sent(&self, connection: ConnectionId, code: &Code) {
        self.with(|codes| codes.insert(connection, (code.clone(), None)));
    }

    /// Notes what came of it; nothing when another code has taken its place, or the token was revoked.
    fn answered(&self, connection: ConnectionId, code: &Code, again: Option<Timestamp>) {
        self.with(|codes| {
            let ours = codes
                .get_mut(&connection)
                .filter(|(known, _)| known.entry.id == code.entry.id);
            match (ours, again) {
                (None, _) => {}
                (Some(_), None) => drop(codes.remove(&connection)),
                (Some(waiting), Some(at)) => {
                    waiting.0.attempts += 1;
                    waiting.1 = Some(at);
                }
            }
        });
    }

    /// Takes those whose time has come; they count as being sent.
    fn due(&self, now: Timestamp) -> Vec<(ConnectionId, Code)> {
        self.with(|codes| {
            let mut due = Vec::new();
            for (connection, (code, at)) in codes.iter_mut() {
                if at.take_if(|at| *at <= now).is_some() {
                    due.push((*connection, code.clone()));
                }
            }
            due
        })
    }

    /// Forgets the code of a connection.
    pub(super) fn drop(&self, connection: ConnectionId) {
        self.with(|codes| codes.remove(&connection));
    }
}

/// Sends a code under a lease; the inner error says what happened and what comes next. It is done to its end even if
/// nobody waits any more.
pub(super) async fn exchange(
    engine: &Engine,
    connection: &Connection,
    registration: Registration,
    (place, lease): (OwnedSemaphorePermit, Lease),
    code: Code,
) -> Result<Result<(), String>> {
    let id = connection.id;
    let Some(token) = store::token::find(&engine.db, id).await? else {
        engine.tokens.codes.drop(id);
        return Err(Error::NotFound(connections::RECORD));
    };
    let (engine, connection) = (engine.clone(), connection.clone());
    let work = async move {
        let how = How::Code(Box::new(code.clone()));
        let renewed = renew(&engine, &connection, &registration, (lease, token), how, &code.by).await;
        let again = renewed.as_ref().ok().and_then(|renewed| renewed.code_again);
        engine.tokens.codes.answered(id, &code, again);
        Ok(renewed?
            .result
            .map_err(|failure| format!("Connection {}: {}", connection.name, code.told(&failure, again))))
    };
    Tokens::to_the_end(place, Box::pin(work)).await
}

/// Sends again what is due.
pub(super) async fn send_due(engine: &Engine) {
    for (id, code) in engine.tokens.codes.due(engine.now()) {
        match send_again(engine, id, &code).await {
            // What came of it is in the timeline.
            Ok(true) => {}
            // Somebody else asks: the next round tries.
            Ok(false) => engine.tokens.codes.with(|codes| {
                if let Some((_, at)) = codes.get_mut(&id) {
                    at.get_or_insert(engine.now());
                }
            }),
            Err(error) => {
                engine.tokens.codes.answered(id, &code, None);
                tracing::warn!(connection = %id, %error, "an authorization code could not be sent again");
            }
        }
    }
}

/// `false` while somebody else asks the provider.
async fn send_again(engine: &Engine, id: ConnectionId, code: &Code) -> Result<bool> {
    let connection = connections::stored(engine, id).await?;
    let registration = registration::load(engine, &connection)
        .await?
        .map_err(Error::Conflict)?;
    if registration.bound_to != code.bound_to {
        return Err(Error::Conflict(
            "the OAuth profile or the connection was changed meanwhile: press Get OAuth token again".into(),
        ));
    }
    let place = engine.tokens.place().await?;
    let Some(lease) = lease::take(engine, id).await? else {
        return Ok(false);
    };
    drop(exchange(engine, &connection, registration, (place, lease), code.clone()).await?);
    Ok(true)
}
