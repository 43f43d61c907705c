//! The access token of a connection: the stored one, or a new one that exactly one task of one instance asks for.

use std::time::Duration;

use model::{Timestamp, connection::Connection, connection_test::TokenCall, token::TokenStatus};
use secrecy::SecretString;
use store::token::{Lease, Token};
use tokio::time::Instant;

use super::{
    ACCESS_TOKEN, Tokens,
    demand::{Asker, Demand, Wanted, failure_told},
    lease::{self, LOOK_AGAIN, release},
    registration::{self, Registration},
    renew::{How, due_when_used, jitter_of, life, renew},
};
use crate::{Engine, Error, Result};

/// Why a target's 401 leads to no further token call.
const REFUSED_NEW: &str = "The target refused a token that was new less than a minute ago. Check what the token may do \
                           there: the scopes and the audience of the OAuth profile, and the user it acts for.";
/// How long a message waits for somebody else's call.
const PATIENCE: Duration = Duration::from_secs(30);
/// How exactly it is known when a token was last used: a row is not written for every message.
const USE_NOTED_EVERY_MS: i64 = 60_000;

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

/// The token, or a sentence that says why there is none and what to do.
pub(crate) async fn access(
    engine: &Engine,
    connection: &Connection,
    wanted: Wanted,
    by: Asker<'_>,
) -> Result<Result<Access, NoToken>> {
    let registration = match registration::load(engine, connection).await? {
        Ok(registration) => registration,
        Err(sentence) => return Ok(Err(sentence.into())),
    };
    let find = || store::token::find(&engine.db, connection.id);
    let token = find().await?;
    let demand = Demand::new(wanted, by, token.as_ref());
    if let Some(found) = stored(engine, connection, &registration, &demand, token).await? {
        return Ok(found);
    }
    let gate = engine.tokens.gate(connection.id);
    let _mine = gate.lock().await;
    let forces = matches!(wanted, Wanted::NewerThan(_));
    let mut may_force = !forces || demand.person;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let token = find().await?;
        if let Some(found) = stored(engine, connection, &registration, &demand, token).await? {
            return Ok(found);
        }
        // Asked once: what another instance forces while we wait is what we wait for.
        if !may_force && engine.tokens.forced_lately(connection.id, engine.now()) {
            return Ok(Err(REFUSED_NEW.to_owned().into()));
        }
        may_force = true;
        let place = engine.tokens.place().await?;
        if let Some(lease) = lease::take(engine, connection.id).await? {
            let (to_engine, connection) = (engine.clone(), connection.clone());
            let id = connection.id;
            let work =
                async move { under_lease(&to_engine, &connection, &registration, lease, &demand).await };
            let got = Tokens::to_the_end(place, Box::pin(work)).await?;
            if forces && got.as_ref().is_ok_and(|access| access.call.is_some()) {
                engine.tokens.note_forced(id, engine.now());
            }
            return Ok(got);
        }
        drop(place);
        if Instant::now() > deadline {
            return Ok(Err(
                "Another instance is asking the provider for a token and got no answer yet. Try again in a minute."
                    .to_owned()
                    .into(),
            ));
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Asks anew for a token whose asker was killed: whether the provider gave one then is not known, and what is stored may
/// be worth nothing. `None` while the asker lives, or may live.
pub(super) async fn take_over(
    engine: &Engine,
    connection: &Connection,
) -> Result<Option<Result<Access, NoToken>>> {
    let place = engine.tokens.place().await?;
    let lease = match lease::take(engine, connection.id).await? {
        Some(lease) if lease.after_interruption => lease,
        // It has been settled since it was looked for.
        Some(lease) => {
            release(engine, lease).await?;
            return Ok(None);
        }
        None => return Ok(None),
    };
    let registration = match registration::load(engine, connection).await? {
        Ok(registration) => registration,
        Err(sentence) => {
            release(engine, lease).await?;
            return Ok(Some(Err(sentence.into())));
        }
    };
    let (to_engine, connection) = (engine.clone(), connection.clone());
    let work = async move {
        let demand = Demand::new(Wanted::New, Asker::KeepAlive, None);
        under_lease(&to_engine, &connection, &registration, lease, &demand).await
    };
    Tokens::to_the_end(place, Box::pin(work)).await.map(Some)
}

async fn under_lease(
    engine: &Engine,
    connection: &Connection,
    registration: &Registration,
    lease: Lease,
    demand: &Demand,
) -> Result<Result<Access, NoToken>> {
    let find = || store::token::find(&engine.db, connection.id);
    let Some(token) = find().await? else {
        return Ok(Err("The connection was deleted meanwhile.".to_owned().into()));
    };
    // Somebody may have brought one, or heard why there is none, between our look and our lease. After an interruption
    // the provider is asked whatever is stored: its refresh token may be spent.
    if !lease.after_interruption
        && let Some(found) = stored(engine, connection, registration, demand, Some(token.clone())).await?
    {
        release(engine, lease).await?;
        return Ok(found);
    }
    let (how, by) = (How::ByItself, demand.by.as_str());
    let renewed = renew(engine, connection, registration, (lease, token), how, by).await?;
    let token = find().await?;
    let found = match &token {
        // What is still valid is still used: a failed refresh before the end harms nobody.
        Some(token) if renewed.result.is_ok() || demand.wanted == Wanted::Usable => {
            valid(engine, connection, registration, token).await?
        }
        _ => None,
    };
    Ok(match (found, renewed.result) {
        (Some(access), result) => Ok(Access {
            call: renewed.call.filter(|_| result.is_ok()),
            ..access
        }),
        (None, result) => Err(NoToken {
            sentence: match (result, token) {
                // In the words that everybody gets who waits for the same outcome.
                (Err(failure), Some(token)) if token.failure == failure.to_string() => {
                    failure_told(engine, connection, &token)
                }
                (Err(failure), _) => failure.to_string(),
                (Ok(()), _) => "The provider gave a token that is expired already. Check the clocks.".into(),
            },
            call: renewed.call.map(Box::new),
        }),
    })
}

/// What the stored row answers without a call: a token, or why no call may be made. `None`: a call is needed.
async fn stored(
    engine: &Engine,
    connection: &Connection,
    registration: &Registration,
    demand: &Demand,
    token: Option<Token>,
) -> Result<Option<Result<Access, NoToken>>> {
    let Some(token) = token else {
        return Ok(no_person(registration).map(|why| Err(why.into())));
    };
    if let Some(found) = usable(engine, connection, registration, &token, demand).await? {
        note_use(engine, &token, registration, demand.wanted).await?;
        return Ok(Some(Ok(found)));
    }
    let ours = token.bound_to == registration.bound_to;
    let needs_person = registration.behaviour.needs_person;
    let answered = demand.was_answered(&token);
    // A person does not wait for the end of a pause, but for the outcome of a call that is under way.
    let asks_now = demand.person && !answered;
    if ours && token.status == TokenStatus::Refused && (needs_person || !asks_now) {
        return Ok(Some(Err(token.failure.into())));
    }
    if needs_person && (token.status != TokenStatus::Live || !ours) {
        return Ok(no_person(registration).map(|why| Err(why.into())));
    }
    let pauses = token.retry_at.is_some_and(|at| at > engine.now());
    if ours && !token.failure.is_empty() && !asks_now && (pauses || answered) {
        if demand.wanted == Wanted::Usable
            && let Some(found) = valid(engine, connection, registration, &token).await?
        {
            return Ok(Some(Ok(found)));
        }
        return Ok(Some(Err(failure_told(engine, connection, &token).into())));
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
    demand: &Demand,
) -> Result<Option<Access>> {
    let now = engine.now();
    let good = match demand.wanted {
        Wanted::Usable => life(token).is_some_and(|life| {
            life.access_due(jitter_of(token.connection))
                .is_none_or(|due| due > now)
        }),
        Wanted::NewerThan(serial) => token.serial > serial,
        Wanted::KeptAlive => token.due_at.is_none_or(|due| due > now),
        Wanted::New => demand.is_newer(token),
    };
    if good {
        valid(engine, connection, registration, token).await
    } else {
        Ok(None)
    }
}

/// Whether there is an access token that has not ended, for whatever it was given.
pub(crate) fn is_valid(token: &Token, now: Timestamp) -> bool {
    token.status == TokenStatus::Live && life(token).is_some_and(|life| !life.access_expired(now))
}

/// The stored token while it is ours and not expired, however soon it will be.
async fn valid(
    engine: &Engine,
    connection: &Connection,
    registration: &Registration,
    token: &Token,
) -> Result<Option<Access>> {
    if token.bound_to != registration.bound_to || !is_valid(token, engine.now()) {
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
