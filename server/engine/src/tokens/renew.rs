//! Asking the provider under a lease.

use model::{
    Timestamp,
    connection::Connection,
    connection_test::TokenCall,
    id::ConnectionId,
    profile::GrantType,
    token::{TokenEventKind, TokenStatus},
};
use oauth::{Grant, Jitter, JwtBearer, KeyIdentity, TokenFailure, TokenState};
use secrecy::SecretString;
use store::token::{Lease, Token};

use super::{
    ACCESS_TOKEN, REFRESH_TOKEN,
    ask::ask,
    codes::Code,
    lease::{release, while_extending},
    registration::Registration,
    settle::{Settled, Settling, event},
};
use crate::{Engine, Error, Result};

/// A new grant, or the refresh of what there is.
pub(super) enum How {
    /// As the profile's grant does without a person.
    ByItself,
    /// With the code a person brought back.
    Code(Box<Code>),
}

/// What a renewal did.
pub(super) struct Renewed {
    pub call: Option<TokenCall>,
    pub result: Result<(), TokenFailure>,
    /// When the code is sent again.
    pub code_again: Option<Timestamp>,
}

impl Renewed {
    fn without_call(cause: &str, next_step: &str) -> Self {
        Self {
            call: None,
            result: Err(TokenFailure::unreachable(cause, next_step)),
            code_again: None,
        }
    }
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
    if lease.after_interruption {
        note_interruption(engine, connection.id).await?;
    }
    let old = match Old::load(engine, connection, registration, &token).await {
        Ok(old) => old,
        Err(error) => {
            release(engine, lease).await?;
            return Err(error);
        }
    };
    let (grant, code) = match how {
        How::Code(code) => (Some(code.grant.clone()), Some(code)),
        How::ByItself => (grant(registration, &old), None),
    };
    let Some(grant) = grant else {
        release(engine, lease).await?;
        return Ok(Renewed::without_call(
            "There is no refresh token.",
            "Press Get OAuth token.",
        ));
    };
    let asked = while_extending(engine, lease, Box::pin(ask(engine, registration, &grant))).await?;
    let settling = Settling {
        engine,
        connection,
        registration,
        lease,
        by,
    };
    let mut code_again = None;
    let mut entry = None;
    let (settled, failure) = match (asked.outcome, code) {
        (Ok(answer), code) => {
            let first = code.is_some() || old.life.is_none();
            entry = code.map(|code| code.entry);
            settling.brought(&token, &old, &answer, first)?
        }
        // A consent that came to nothing says nothing of the token there is.
        (Err(failure), Some(code)) => {
            code_again = code.again(engine, &failure);
            let told = code.told(&failure, code_again);
            (Settled::unchanged(token, told), Some(failure))
        }
        (Err(failure), None) => (settling.failed(token, &failure), Some(failure)),
    };
    let in_time = settling.settle(settled, entry).await?;
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
        code_again,
    })
}

/// What is known of the token that is to be replaced.
pub(super) struct Old {
    pub life: Option<TokenState>,
    pub access: Option<SecretString>,
    pub refresh: Option<SecretString>,
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
        // A token that does not decrypt must not stand against a new one.
        let read = async |name| match engine.vault.read(&engine.db, connection.id.0, name).await {
            Err(Error::SecretUnreadable(_)) => Ok(None),
            read => read,
        };
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

/// An instance that was killed while it asked leaves its lease: what became of its call is not known.
async fn note_interruption(engine: &Engine, connection: ConnectionId) -> Result<()> {
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

/// Connections do not ask all at once: each has its own place in the margin, always the same.
pub(super) fn jitter_of(connection: ConnectionId) -> Jitter {
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
