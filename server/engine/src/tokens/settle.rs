//! What came of asking the provider, stored in one transaction that is tried until it stands.

use std::time::Duration;

use model::{
    Timestamp,
    audit::AuditEntry,
    connection::Connection,
    id::ConnectionId,
    secret_state::SecretState,
    token::{TokenEvent, TokenEventKind, TokenStatus},
};
use oauth::{FailureClass, Jitter, TokenAnswer, TokenFailure, TokenState, back_off};
use secrecy::ExposeSecret;
use store::{
    Tx,
    token::{Lease, Token},
};
use tokio::time::Instant;

use super::{
    ACCESS_TOKEN, REFRESH_TOKEN,
    lease::while_extending,
    registration::Registration,
    renew::{Old, jitter_of},
};
use crate::{Engine, Result, changes::Topic, vault};

/// Longest that a configuration fault is left alone before the next call by itself: somebody may have mended it at the
/// provider, where Switchboard does not see it.
const CONFIGURATION_PAUSE_MS: i64 = 15 * 60 * 1000;
/// How long storing is tried while the database is away: a provider that rotates takes the old refresh token for stolen,
/// so that what it gave must not be lost.
const STORING: Duration = Duration::from_mins(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A lease to be settled.
pub(super) struct Settling<'a> {
    pub engine: &'a Engine,
    pub connection: &'a Connection,
    pub registration: &'a Registration,
    pub lease: Lease,
    /// Who wanted it, for the timeline.
    pub by: &'a str,
}

/// What the lease ends with.
pub(super) struct Settled {
    token: Token,
    kind: TokenEventKind,
    detail: String,
    /// The tokens that came, encrypted, by their names.
    sealed: Vec<(&'static str, Vec<u8>)>,
}

impl Settled {
    /// What was there goes on; only the timeline tells of the failure.
    pub(super) fn unchanged(token: Token, told: String) -> Self {
        Self {
            token,
            kind: TokenEventKind::NotAuthorised,
            detail: told,
            sealed: Vec::new(),
        }
    }
}

/// When to ask again after the `attempts`-th failure in a row.
pub(super) fn pause_after(engine: &Engine, attempts: i64, retry_after_ms: Option<i64>) -> i64 {
    let jitter = Jitter::from_random(u32::from_be_bytes(engine.clock.random()));
    back_off(
        u32::try_from(attempts).unwrap_or(u32::MAX),
        jitter,
        retry_after_ms,
    )
}

impl Settling<'_> {
    /// A token came; `first` unless it was refreshed. One that had expired when it came is stored, because a new refresh
    /// token may have come with it, and counts as a failure: the provider is not asked for the next one at once.
    pub(super) fn brought(
        &self,
        token: &Token,
        old: &Old,
        answer: &TokenAnswer,
        first: bool,
    ) -> Result<(Settled, Option<TokenFailure>)> {
        let (now, behaviour) = (self.engine.now(), &self.registration.behaviour);
        let change = answer.compared_with(old.access.as_ref(), old.refresh.as_ref());
        let life = match &old.life {
            Some(life) if !first => life.apply(answer, change, behaviour, now),
            _ => TokenState::authorised(answer, behaviour, now),
        };
        let kind = match (first, behaviour.needs_person, change.refresh_is_new) {
            (true, true, _) => TokenEventKind::Authorised,
            (true, false, _) => TokenEventKind::Issued,
            (false, _, true) => TokenEventKind::Rotated,
            (false, _, false) => TokenEventKind::Refreshed,
        };
        let jitter = jitter_of(token.connection);
        let failure = life.access_expired(now).then(|| {
            let url = self.registration.protocol.token_url.url();
            TokenFailure::expired_at_once(url.host_str().unwrap_or("The provider"))
        });
        let attempts = failure.as_ref().map_or(0, |_| token.attempts + 1);
        let token = Token {
            status: TokenStatus::Live,
            bound_to: self.registration.bound_to.clone(),
            life: serde_json::to_string(&life).unwrap_or_default(),
            failure: failure.as_ref().map(ToString::to_string).unwrap_or_default(),
            failed_at: failure.as_ref().map(|_| now),
            attempts,
            retry_at: failure
                .as_ref()
                .map(|_| now.plus(pause_after(self.engine, attempts, None))),
            due_at: life.next(behaviour, jitter, token.last_used).map(|due| due.at),
            ends_at: life.dead_at(behaviour),
            renew_by: life.ends(behaviour).map(|ends| ends.at),
            serial: token.serial + 1,
            ..token.clone()
        };
        let settled = Settled {
            token,
            kind,
            detail: self.told(&life, answer),
            sealed: self.sealed(answer)?,
        };
        Ok((settled, failure))
    }

    /// For the timeline: until when, and what was asked for but not given.
    fn told(&self, life: &TokenState, answer: &TokenAnswer) -> String {
        let end = life
            .access_expires
            .map(|end| format!("the access token expires {}", end.exact()));
        let missing = self
            .registration
            .protocol
            .scopes
            .missing_from(answer.scope.as_deref());
        let missing = (!missing.is_empty()).then(|| format!("not granted: {}", missing.join(" ")));
        let told: Vec<String> = end.into_iter().chain(missing).collect();
        told.join("; ")
    }

    fn sealed(&self, answer: &TokenAnswer) -> Result<Vec<(&'static str, Vec<u8>)>> {
        let tokens = [
            (REFRESH_TOKEN, answer.refresh_token.as_ref()),
            (ACCESS_TOKEN, Some(&answer.access_token)),
        ];
        let owner = self.connection.id.0;
        tokens
            .into_iter()
            .filter_map(|(name, clear)| Some((name, clear?)))
            .map(|(name, clear)| Ok((name, self.engine.vault.seal(owner, name, clear.expose_secret())?)))
            .collect()
    }

    /// None came.
    pub(super) fn failed(&self, token: Token, failure: &TokenFailure) -> Settled {
        let now = self.engine.now();
        let token = self.ours(token);
        let attempts = token.attempts + 1;
        let pause = |retry_after| pause_after(self.engine, attempts, retry_after);
        let (status, kind, retry_at) = match failure.class {
            FailureClass::Final => (TokenStatus::Refused, TokenEventKind::Refused, None),
            FailureClass::Configuration => (
                token.status,
                TokenEventKind::Failed,
                Some(now.plus(pause(None).min(CONFIGURATION_PAUSE_MS))),
            ),
            FailureClass::Passing { retry_after_ms } => (
                token.status,
                TokenEventKind::Failed,
                Some(now.plus(pause(retry_after_ms))),
            ),
        };
        let detail = failure.to_string();
        Settled {
            token: Token {
                status,
                failure: detail.clone(),
                failed_at: Some(now),
                attempts,
                retry_at,
                ..token
            },
            kind,
            detail,
            sealed: Vec::new(),
        }
    }

    /// The row as one of this registration: what is known of a token that another one gave does not count for it.
    fn ours(&self, token: Token) -> Token {
        if token.bound_to == self.registration.bound_to {
            return token;
        }
        Token {
            status: TokenStatus::None,
            bound_to: self.registration.bound_to.clone(),
            life: String::new(),
            attempts: 0,
            due_at: None,
            ends_at: None,
            renew_by: None,
            ..token
        }
    }

    /// Stores it if the lease still holds, with `entry` for the audit trail; answers whether it did.
    pub(super) async fn settle(&self, settled: Settled, entry: Option<AuditEntry>) -> Result<bool> {
        let (engine, id) = (self.engine, self.connection.id);
        let outcome = Outcome {
            lease: self.lease,
            state: vault::state(engine.now(), self.by, &self.registration.bound_to),
            at: engine.now(),
            event: event(engine, id, settled.kind, self.by, settled.detail),
            late: late(engine, id, self.by),
            token: settled.token,
            sealed: settled.sealed,
            entry,
        };
        while_extending(engine, self.lease, Box::pin(outcome.store_for_sure(engine))).await
    }
}

/// Everything that one transaction stores.
#[derive(Clone)]
struct Outcome {
    lease: Lease,
    token: Token,
    sealed: Vec<(&'static str, Vec<u8>)>,
    state: SecretState,
    at: Timestamp,
    event: TokenEvent,
    /// Instead of all this, when the lease was lost.
    late: TokenEvent,
    entry: Option<AuditEntry>,
}

impl Outcome {
    async fn store_for_sure(self, engine: &Engine) -> Result<bool> {
        let give_up = Instant::now() + STORING;
        let mut pause = Duration::from_millis(100);
        loop {
            let once = self.clone();
            let stored = engine
                .change(Topic::Design, move |tx| Box::pin(once.store(tx)))
                .await;
            match stored {
                Err(error) if Instant::now() < give_up => {
                    tracing::warn!(%error, "what a provider answered could not be stored; it is tried again");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                stored => return stored,
            }
        }
    }

    /// The newest refresh token is stored before its access token can be used by anybody: a refresh token used twice
    /// kills its family (RFC 9700 4.14.2). To do this twice is to do it once.
    async fn store(self, tx: &mut Tx) -> Result<bool> {
        let owner = self.lease.connection.0;
        if !store::token::settle(tx, self.lease, &self.token).await? {
            store::token::insert_event(tx, &self.late).await?;
            return Ok(false);
        }
        // What was proven or refused before says nothing of what a person has just agreed to.
        if self.event.kind == TokenEventKind::Authorised {
            store::connection::reset_proof(tx, self.lease.connection, self.at).await?;
        }
        // A new authorisation without a refresh token leaves none of an earlier one.
        if matches!(
            self.event.kind,
            TokenEventKind::Authorised | TokenEventKind::Issued
        ) {
            store::secret::delete(tx, owner, REFRESH_TOKEN).await?;
        }
        for (name, ciphertext) in &self.sealed {
            store::secret::put(tx, owner, name, ciphertext, &self.state).await?;
        }
        store::token::insert_event(tx, &self.event).await?;
        if let Some(entry) = &self.entry {
            store::audit::insert(tx, entry).await?;
        }
        Ok(true)
    }
}

pub(super) fn event(
    engine: &Engine,
    connection: ConnectionId,
    kind: TokenEventKind,
    by: &str,
    detail: String,
) -> TokenEvent {
    TokenEvent {
        id: engine.clock.id(),
        connection,
        at: engine.now(),
        kind,
        by: by.to_owned(),
        detail,
    }
}

fn late(engine: &Engine, connection: ConnectionId, by: &str) -> TokenEvent {
    let detail = "Before the provider answered, somebody else asked or revoked; this answer does not count."
        .to_owned();
    event(engine, connection, TokenEventKind::Late, by, detail)
}
