//! Which token is wanted, by whom, and what was known when it was.

use model::{Timestamp, connection::Connection, token::TokenStatus};
use store::token::Token;

use crate::{Engine, departure::Leave};

/// Which token will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// One that is not about to expire.
    Usable,
    /// A newer one than this: the target refused it with 401.
    NewerThan(i64),
    /// One whose keep-alive is not due.
    KeptAlive,
    /// A new one, whatever is stored.
    New,
}

/// Who wants it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asker<'a> {
    Message,
    KeepAlive,
    /// Somebody tests the connection.
    ConnectionTest,
    /// Somebody pressed the button: the name of the user.
    Button(&'a str),
}

impl Asker<'_> {
    /// For the timeline.
    fn name(&self) -> &str {
        match self {
            Self::Message => "a message",
            Self::KeepAlive => "keep-alive",
            Self::ConnectionTest => "a Connection Test",
            Self::Button(user) => user,
        }
    }
}

/// A token that is wanted.
#[derive(Debug, Clone)]
pub(super) struct Demand {
    pub wanted: Wanted,
    /// For the timeline.
    pub by: String,
    /// A person waits for it. The provider is asked now, however long the pause after the last failure still is, and
    /// after a refusal too where the grant needs no consent.
    pub person: bool,
    seen: Seen,
}

/// The newest outcome that was stored when the token was wanted.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    serial: i64,
    attempts: i64,
    failed_at: Option<Timestamp>,
}

impl Demand {
    /// `stored` is what there is now.
    pub(super) fn new(wanted: Wanted, by: Asker<'_>, stored: Option<&Token>) -> Self {
        Self {
            wanted,
            by: by.name().to_owned(),
            person: matches!(by, Asker::ConnectionTest | Asker::Button(_)),
            seen: stored.map_or_else(Seen::default, |token| Seen {
                serial: token.serial,
                attempts: token.attempts,
                failed_at: token.failed_at,
            }),
        }
    }

    /// Whether the provider has answered since the token was wanted. That answer counts for everybody who waited for
    /// it, on any instance: of many presses at the same time one makes a call.
    pub(super) fn was_answered(&self, token: &Token) -> bool {
        let failed = token.failed_at.is_some() && token.failed_at != self.seen.failed_at;
        token.serial != self.seen.serial || token.attempts > self.seen.attempts || failed
    }

    /// Whether `token` came since then.
    pub(super) fn is_newer(&self, token: &Token) -> bool {
        token.serial > self.seen.serial
    }
}

/// Why there is no token, as stored, and whether Switchboard asks again by itself (`keeper.rs`).
pub(super) fn failure_told(engine: &Engine, connection: &Connection, token: &Token) -> String {
    let failure = &token.failure;
    if failure.is_empty() || token.status == TokenStatus::Refused || token.retry_at.is_none() {
        return failure.clone();
    }
    if connection.active && Leave::for_connection(engine, connection).is_ok() {
        format!("{failure} Switchboard asks again by itself, with growing pauses.")
    } else {
        format!(
            "{failure} Run the Connection Test to ask again: Switchboard does not do it by itself for this connection."
        )
    }
}
