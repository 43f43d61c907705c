//! The access token of a connection: the stored one, or a new one that exactly one task of one instance asks for.

use std::time::Duration;

use model::{Timestamp, connection::Connection, connection_test::TokenCall, token::TokenStatus};
use secrecy::SecretString;
use store::token::{Lease, Token};
use tokio::time::Instant;

use super::{
    ACCESS_TOKEN,
    registration::{self, Registration},
    renew::{How, due_when_used, jitter_of, life, renew},
};
use crate::{Engine, Error, Result};

/// How long another instance leaves us alone; whoever waits for the provider extends it (`renew`). Short, so that a
/// token whose asker was killed is asked for again within seconds (R6).
pub(super) const LEASE_MS: i64 = 6_000;
/// Why a target's 401 leads to no further token call.
const REFUSED_NEW: &str = "The target refused a token that was new less than a minute ago. Check what the token may do \
                           there: the scopes and the audience of the OAuth profile, and the user it acts for.";
/// How long a message waits for somebody else's call, and how often it looks.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// How exactly it is known when a token was last used: a row is not written for every message.
const USE_NOTED_EVERY_MS: i64 = 60_000;

/// Which token will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// One that is not about to expire.
    Usable,
    /// A newer one than this: the target refused it with 401.
    NewerThan(i64),
    /// One whose keep-alive is not due.
    KeptAlive,
    /// A new one, whatever is stored: somebody pressed the button.
    New,
}

/// A token to send.
pub(crate) struct Access {
    pub token: SecretString,
    /// Which one it is, to ask for a newer one.
    pub serial: i64,
    /// The call that brought it, if it was not there already.
    pub call: Option<TokenCall>,
}

/// Why there is no token.
pub(crate) struct NoToken {
    /// Says what happened and what to do.
    pub sentence: String,
    /// The call that brought none, if one was made now.
    pub call: Option<Box<TokenCall>>,
}

impl From<String> for NoToken {
    fn from(sentence: String) -> Self {
        Self { sentence, call: None }
    }
}

/// The token, or a sentence that says why there is none and what to do. `by` is for the timeline.
pub(crate) async fn access(
    engine: &Engine,
    connection: &Connection,
    wanted: Wanted,
    by: &str,
) -> Result<Result<Access, NoToken>> {
    let registration = match registration::load(engine, connection).await? {
        Ok(registration) => registration,
        Err(sentence) => return Ok(Err(sentence.into())),
    };
    if let Some(found) = stored(engine, connection, &registration, wanted).await? {
        return Ok(found);
    }
    let gate = engine.tokens.gate(connection.id);
    let _mine = gate.lock().await;
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = stored(engine, connection, &registration, wanted).await? {
            return Ok(found);
        }
        if matches!(wanted, Wanted::NewerThan(_)) && !engine.tokens.may_force(connection.id, engine.now()) {
            return Ok(Err(REFUSED_NEW.to_owned().into()));
        }
        if let Some(lease) = take_lease(engine, connection).await? {
            let (to_engine, connection, by) = (engine.clone(), connection.clone(), by.to_owned());
            let work = async move {
                under_lease(&to_engine, &connection, &registration, (lease, wanted), &by).await
            };
            return engine.tokens.to_the_end(Box::pin(work)).await;
        }
        if Instant::now() > deadline {
            return Ok(Err(
                "Another instance is asking the provider for a token and got no answer yet. It is tried again."
                    .to_owned()
                    .into(),
            ));
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

async fn under_lease(
    engine: &Engine,
    connection: &Connection,
    registration: &Registration,
    (lease, wanted): (Lease, Wanted),
    by: &str,
) -> Result<Result<Access, NoToken>> {
    // Somebody may have brought one between our look and our lease.
    let token = store::token::find(&engine.db, connection.id).await?;
    let Some(token) = token else {
        return Ok(Err("The connection was deleted meanwhile.".to_owned().into()));
    };
    if let Some(found) = usable(engine, connection, registration, &token, wanted).await? {
        engine
            .db
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move { Ok(store::token::release(tx, lease).await?) })
            })
            .await?;
        return Ok(Ok(found));
    }
    let renewed = renew(
        engine,
        connection,
        registration,
        (lease, token),
        How::ByItself,
        by,
    )
    .await?;
    match renewed.result {
        Ok(()) => {
            let token = store::token::find(&engine.db, connection.id).await?;
            let found = match token {
                Some(token) => valid(engine, connection, registration, &token).await?,
                None => None,
            };
            Ok(found
                .map(|access| Access {
                    call: renewed.call.clone(),
                    ..access
                })
                .ok_or_else(|| NoToken {
                    sentence: "The provider gave a token that is expired already. Check the clocks.".into(),
                    call: renewed.call.map(Box::new),
                }))
        }
        Err(failure) => {
            // What is still valid is still used: a failed refresh before the end harms nobody.
            let still = match (wanted, store::token::find(&engine.db, connection.id).await?) {
                (Wanted::Usable, Some(token)) => valid(engine, connection, registration, &token).await?,
                _ => None,
            };
            Ok(still.ok_or_else(|| NoToken {
                sentence: failure.to_string(),
                call: renewed.call.map(Box::new),
            }))
        }
    }
}

pub(super) async fn take_lease(engine: &Engine, connection: &Connection) -> Result<Option<Lease>> {
    let (id, by, now) = (connection.id, engine.tokens.instance, engine.now());
    engine
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                store::token::prepare(tx, id).await?;
                Ok(store::token::lease(tx, id, by, now, now.plus(LEASE_MS)).await?)
            })
        })
        .await
}

/// What the stored row answers without a call: a token, or why no call may be made. `None`: a call is needed.
async fn stored(
    engine: &Engine,
    connection: &Connection,
    registration: &Registration,
    wanted: Wanted,
) -> Result<Option<Result<Access, NoToken>>> {
    let Some(token) = store::token::find(&engine.db, connection.id).await? else {
        return Ok(no_person(registration).map(|why| Err(why.into())));
    };
    if let Some(found) = usable(engine, connection, registration, &token, wanted).await? {
        note_use(engine, &token, registration, wanted).await?;
        return Ok(Some(Ok(found)));
    }
    let ours = token.bound_to == registration.bound_to;
    if wanted == Wanted::New && !registration.behaviour.needs_person {
        return Ok(None);
    }
    if token.status == TokenStatus::Refused && ours {
        return Ok(Some(Err(token.failure.into())));
    }
    if registration.behaviour.needs_person && (token.status != TokenStatus::Live || !ours) {
        return Ok(no_person(registration).map(|why| Err(why.into())));
    }
    if wanted != Wanted::New
        && !token.failure.is_empty()
        && token.retry_at.is_some_and(|at| at > engine.now())
    {
        if wanted == Wanted::Usable
            && let Some(found) = valid(engine, connection, registration, &token).await?
        {
            return Ok(Some(Ok(found)));
        }
        return Ok(Some(Err(token.failure.into())));
    }
    Ok(None)
}

/// Without a token, the authorization code grant needs a person.
fn no_person(registration: &Registration) -> Option<String> {
    registration
        .behaviour
        .needs_person
        .then(|| "There is no OAuth token yet. Press Get OAuth token on the connection.".to_owned())
}

async fn usable(
    engine: &Engine,
    connection: &Connection,
    registration: &Registration,
    token: &Token,
    wanted: Wanted,
) -> Result<Option<Access>> {
    let now = engine.now();
    let good = match wanted {
        Wanted::Usable => life(token).is_some_and(|life| {
            life.access_due(jitter_of(token.connection))
                .is_none_or(|due| due > now)
        }),
        Wanted::NewerThan(serial) => token.serial > serial,
        Wanted::KeptAlive => token.due_at.is_none_or(|due| due > now),
        Wanted::New => false,
    };
    if good {
        valid(engine, connection, registration, token).await
    } else {
        Ok(None)
    }
}

fn expired(token: &Token, now: Timestamp) -> bool {
    life(token).is_none_or(|life| life.access_expired(now))
}

/// The stored token while it is ours and not expired, however soon it will be.
async fn valid(
    engine: &Engine,
    connection: &Connection,
    registration: &Registration,
    token: &Token,
) -> Result<Option<Access>> {
    if token.status != TokenStatus::Live
        || token.bound_to != registration.bound_to
        || expired(token, engine.now())
    {
        return Ok(None);
    }
    let secret = engine
        .vault
        .read(&engine.db, connection.id.0, ACCESS_TOKEN)
        .await?;
    Ok(secret
        .filter(|(_, state)| state.origin == registration.bound_to)
        .map(|(clear, _)| Access {
            token: clear,
            serial: token.serial,
            call: None,
        }))
}

/// A token that messages use is refreshed before it ends; one that nobody uses is left to end.
async fn note_use(engine: &Engine, token: &Token, registration: &Registration, wanted: Wanted) -> Result<()> {
    let now = engine.now();
    let noted = token
        .last_used
        .is_some_and(|at| now.since(at) < USE_NOTED_EVERY_MS);
    let since_issue = life(token).is_none_or(|life| token.last_used.is_some_and(|at| at >= life.issued));
    if wanted == Wanted::KeptAlive || (noted && since_issue) {
        return Ok(());
    }
    let (id, due) = (token.connection, due_when_used(token, registration, now));
    engine
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move { Ok(store::token::used(tx, id, now, due).await?) })
        })
        .await
}
