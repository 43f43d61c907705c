//! Asking the provider under a lease, and settling what came of it in one transaction.

use std::time::Duration;

use model::{
    Timestamp,
    connection::Connection,
    connection_test::TokenCall,
    profile::GrantType,
    token::{TokenEvent, TokenEventKind, TokenStatus},
};
use oauth::{
    FailureClass, Grant, Jitter, JwtBearer, KeyIdentity, TokenAnswer, TokenFailure, TokenState, back_off,
};
use secrecy::{ExposeSecret, SecretString};
use store::token::{Lease, Token};

use super::{ACCESS_TOKEN, REFRESH_TOKEN, access::LEASE_MS, ask::ask, registration::Registration};
use crate::{Engine, Error, Result, changes::Topic, vault};

/// How often a lease is extended while the provider is asked.
const EXTEND_EVERY: Duration = Duration::from_secs(2);
/// Longest that a configuration fault is left alone before the next call by itself: somebody may have mended it at the
/// provider, where Switchboard does not see it.
const CONFIGURATION_PAUSE_MS: i64 = 15 * 60 * 1000;

/// A new grant, or the refresh of what there is.
pub(super) enum How {
    /// As the profile's grant does without a person.
    ByItself,
    /// With the code a person brought back.
    Code(Grant),
}

/// What a renewal did.
pub(super) struct Renewed {
    pub call: Option<TokenCall>,
    pub result: Result<(), TokenFailure>,
}

/// Asks under `lease` and settles it. `by` is who wanted it, for the timeline.
pub(super) async fn renew(
    engine: &Engine,
    connection: &Connection,
    registration: &Registration,
    (lease, token): (Lease, Token),
    how: How,
    by: &str,
) -> Result<Renewed> {
    let old = Old::load(engine, connection, registration, &token).await?;
    let by_code = matches!(how, How::Code(_));
    let first = by_code || old.life.is_none();
    let grant = match how {
        How::Code(grant) => grant,
        How::ByItself => {
            let Some(grant) = grant(registration, &old) else {
                release(engine, lease).await?;
                let failure =
                    TokenFailure::unreachable("There is no refresh token.", "Press Get OAuth token.");
                return Ok(Renewed {
                    call: None,
                    result: Err(failure),
                });
            };
            grant
        }
    };
    if lease.after_interruption {
        note_interruption(engine, connection.id).await?;
    }
    let asked = while_extending(engine, lease, Box::pin(ask(engine, registration, &grant))).await?;
    let (settled, answer, failure) = match asked.outcome {
        Ok(answer) => {
            let settled = Settled::of(engine, registration, &token, &old, &answer, first);
            (settled, Some(answer), None)
        }
        // A consent that came to nothing says nothing of the token there is.
        Err(failure) if by_code && old.life.is_some() => {
            (Settled::unchanged(token, &failure), None, Some(failure))
        }
        Err(failure) => {
            let settled = Settled::failed(engine, registration, token, &failure);
            (settled, None, Some(failure))
        }
    };
    let in_time = settle(
        engine,
        connection,
        registration,
        lease,
        settled,
        answer.as_ref(),
        by,
    )
    .await?;
    let result = match failure {
        Some(failure) => Err(failure),
        None if in_time => Ok(()),
        None => Err(TokenFailure::unreachable(
            "The answer came too late: somebody else has asked or revoked meanwhile.",
            "Press Get OAuth token if the connection has no token.",
        )),
    };
    Ok(Renewed {
        call: asked.call,
        result,
    })
}

/// What is known of the token that is to be replaced.
struct Old {
    life: Option<TokenState>,
    access: Option<SecretString>,
    refresh: Option<SecretString>,
}

impl Old {
    async fn load(
        engine: &Engine,
        connection: &Connection,
        registration: &Registration,
        token: &Token,
    ) -> Result<Self> {
        if token.status != TokenStatus::Live || token.bound_to != registration.bound_to {
            return Ok(Self {
                life: None,
                access: None,
                refresh: None,
            });
        }
        let read = |name| engine.vault.read(&engine.db, connection.id.0, name);
        Ok(Self {
            life: serde_json::from_str(&token.life).ok(),
            access: read(ACCESS_TOKEN).await?.map(|(clear, _)| clear),
            refresh: read(REFRESH_TOKEN).await?.map(|(clear, _)| clear),
        })
    }
}

/// The grant that needs no person: the refresh token where the provider gives one, else the profile's own.
fn grant(registration: &Registration, old: &Old) -> Option<Grant> {
    let stored = &registration.stored;
    match stored.grant_type {
        GrantType::AuthorizationCode => old
            .refresh
            .clone()
            .map(|refresh_token| Grant::Refresh { refresh_token }),
        GrantType::ClientCredentials => Some(Grant::ClientCredentials),
        GrantType::Password => Some(Grant::Password {
            user: stored.user.clone(),
            password: registration.password.clone()?,
        }),
        GrantType::JwtBearer => Some(Grant::JwtBearer(JwtBearer {
            key: registration.key.clone()?,
            identity: KeyIdentity {
                kid: (!stored.key_id.is_empty()).then(|| stored.key_id.clone()),
                ..KeyIdentity::default()
            },
            issuer: None,
            subject: stored.subject.clone(),
            audience: (!stored.assertion_audience.is_empty()).then(|| stored.assertion_audience.clone()),
            claims: serde_json::Map::new(),
        })),
    }
}

/// What the lease ends with.
struct Settled {
    token: Token,
    kind: TokenEventKind,
    detail: String,
}

impl Settled {
    fn of(
        engine: &Engine,
        registration: &Registration,
        token: &Token,
        old: &Old,
        answer: &TokenAnswer,
        first: bool,
    ) -> Self {
        let (now, behaviour) = (engine.now(), &registration.behaviour);
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
        let detail = life
            .access_expires
            .map(|end| format!("the access token expires {}", end.exact()))
            .unwrap_or_default();
        let token = Token {
            status: TokenStatus::Live,
            bound_to: registration.bound_to.clone(),
            life: serde_json::to_string(&life).unwrap_or_default(),
            failure: String::new(),
            failed_at: None,
            attempts: 0,
            retry_at: None,
            due_at: life.next(behaviour, jitter, token.last_used).map(|due| due.at),
            ends_at: life.dead_at(behaviour),
            renew_by: life.ends(behaviour).map(|ends| ends.at),
            serial: token.serial + 1,
            ..token.clone()
        };
        Self { token, kind, detail }
    }

    /// What was there goes on; only the timeline tells of the failure.
    fn unchanged(token: Token, failure: &TokenFailure) -> Self {
        Self {
            token,
            kind: TokenEventKind::Failed,
            detail: failure.to_string(),
        }
    }

    fn failed(engine: &Engine, registration: &Registration, token: Token, failure: &TokenFailure) -> Self {
        let now = engine.now();
        let attempts = token.attempts + 1;
        let [a, b, c, d] = engine.clock.random::<4>();
        let jitter = Jitter::from_random(u32::from_be_bytes([a, b, c, d]));
        let pause = |retry_after| back_off(u32::try_from(attempts).unwrap_or(u32::MAX), jitter, retry_after);
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
        let token = Token {
            status,
            bound_to: if status == TokenStatus::Refused {
                registration.bound_to.clone()
            } else {
                token.bound_to.clone()
            },
            failure: detail.clone(),
            failed_at: Some(now),
            attempts,
            retry_at,
            ..token
        };
        Self { token, kind, detail }
    }
}

/// Stores tokens, life and timeline in one transaction, if the lease still holds; answers whether it did. The newest
/// refresh token is stored before its access token can be used by anybody (reliability: a refresh token used twice kills
/// its family).
async fn settle(
    engine: &Engine,
    connection: &Connection,
    registration: &Registration,
    lease: Lease,
    settled: Settled,
    answer: Option<&TokenAnswer>,
    by: &str,
) -> Result<bool> {
    let id = connection.id;
    let state = vault::state(engine.now(), by, &registration.bound_to);
    let mut sealed = Vec::new();
    if let Some(answer) = answer {
        let tokens = [
            (REFRESH_TOKEN, answer.refresh_token.as_ref()),
            (ACCESS_TOKEN, Some(&answer.access_token)),
        ];
        for (name, clear) in tokens {
            if let Some(clear) = clear {
                sealed.push((name, engine.vault.seal(id.0, name, clear.expose_secret())?));
            }
        }
    }
    // What was proven or refused before says nothing of what a person has just agreed to.
    let by_person = settled.kind == TokenEventKind::Authorised;
    let now = engine.now();
    // A new authorisation without a refresh token leaves none of an earlier one.
    let replaces_all = matches!(settled.kind, TokenEventKind::Authorised | TokenEventKind::Issued);
    let event = event(engine, id, settled.kind, by, settled.detail.clone());
    let late = event_late(engine, id, by);
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                if !store::token::settle(tx, lease, &settled.token).await? {
                    store::token::insert_event(tx, &late).await?;
                    return Ok(false);
                }
                if by_person {
                    store::connection::reset_proof(tx, id, now).await?;
                }
                if replaces_all {
                    store::secret::delete(tx, id.0, REFRESH_TOKEN).await?;
                }
                for (name, ciphertext) in sealed {
                    store::secret::put(tx, id.0, name, &ciphertext, &state).await?;
                }
                store::token::insert_event(tx, &event).await?;
                Ok(true)
            })
        })
        .await
}

/// Waits for the provider and keeps the lease meanwhile, without holding a database connection.
pub(super) async fn while_extending<T>(
    engine: &Engine,
    lease: Lease,
    asking: impl Future<Output = Result<T>>,
) -> Result<T> {
    let mut asking = std::pin::pin!(asking);
    let mut beat = tokio::time::interval(EXTEND_EVERY);
    beat.tick().await;
    loop {
        tokio::select! {
            answer = &mut asking => return answer,
            _ = beat.tick() => {
                let until = engine.now().plus(LEASE_MS);
                let extended = engine
                    .db
                    .write::<_, Error, _>(move |tx| Box::pin(async move { Ok(store::token::extend(tx, lease, until).await?) }))
                    .await;
                // A lost lease is found out when it is settled: the call is on its way already.
                if let Err(error) = extended {
                    tracing::warn!(%error, "the lease of a token could not be extended");
                }
            }
        }
    }
}

/// An instance that was killed while it asked leaves its lease: what became of its call is not known.
async fn note_interruption(engine: &Engine, connection: model::id::ConnectionId) -> Result<()> {
    let detail =
        "An instance stopped while it asked the provider; whether it got a token is not known.".to_owned();
    let event = event(
        engine,
        connection,
        TokenEventKind::Interrupted,
        "Switchboard",
        detail,
    );
    engine
        .db
        .write(move |tx| Box::pin(async move { Ok(store::token::insert_event(tx, &event).await?) }))
        .await
}

async fn release(engine: &Engine, lease: Lease) -> Result<()> {
    engine
        .db
        .write(move |tx| Box::pin(async move { Ok(store::token::release(tx, lease).await?) }))
        .await
}

fn event(
    engine: &Engine,
    connection: model::id::ConnectionId,
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

fn event_late(engine: &Engine, connection: model::id::ConnectionId, by: &str) -> TokenEvent {
    let detail = "Before the provider answered, somebody else asked or revoked; this answer does not count."
        .to_owned();
    event(engine, connection, TokenEventKind::Late, by, detail)
}

/// Connections do not ask all at once: each has its own place in the margin, always the same.
pub(super) fn jitter_of(connection: model::id::ConnectionId) -> Jitter {
    let bytes = connection.0.as_bytes();
    Jitter::from_random(u32::from_be_bytes([bytes[12], bytes[13], bytes[14], bytes[15]]))
}

/// The times of a token's life, if there is one.
pub(super) fn life(token: &Token) -> Option<TokenState> {
    serde_json::from_str(&token.life).ok()
}

/// When the next call would be due if a message needed the token at `at`.
pub(super) fn due_when_used(token: &Token, registration: &Registration, at: Timestamp) -> Option<Timestamp> {
    life(token)?
        .next(&registration.behaviour, jitter_of(token.connection), Some(at))
        .map(|due| due.at)
}
