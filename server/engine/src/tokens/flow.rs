//! The authorization code grant: a person goes to the provider and comes back to the same page.

use model::{
    audit::AuditAction, connection::Connection, id::ConnectionId, profile::GrantType, token::TokenEventKind,
};
use oauth::{
    CallbackProblem,
    authorization::{self, Binding, Pending},
};
use secrecy::ExposeSecret;
use url::Url;

use super::{
    PENDING,
    codes::{Code, exchange},
    lease, registration,
    settle::event,
};
use crate::{Engine, Error, Granted, Result, audit, changes::Topic, connections, permission::Design, vault};

/// The redirect URI of a connection: one each, so that an answer for one cannot be given to another.
pub fn redirect_uri(engine: &Engine, connection: ConnectionId) -> String {
    format!("{}/oauth/callback/{connection}", engine.settings.public_url)
}

/// Where to send the person. `session` is who begins, and the only one who may end it.
///
/// # Errors
/// [`Error::Conflict`] with what to mend in the OAuth profile.
pub async fn begin(engine: &Engine, by: &Granted<Design>, id: ConnectionId, session: &str) -> Result<Url> {
    let connection = connections::stored(engine, id).await?;
    let registration = registration::load(engine, &connection)
        .await?
        .map_err(Error::Conflict)?;
    engine.tokens.codes.drop(id);
    if registration.stored.grant_type != GrantType::AuthorizationCode {
        return Err(Error::Conflict(format!(
            "The grant of {} needs no person: press Get OAuth token.",
            registration.stored.name
        )));
    }
    let authorization = registration.authorization().map_err(Error::Conflict)?;
    let binding = Binding::of(session, &id.to_string());
    let (url, pending) = authorization::begin(
        &registration.protocol,
        &authorization,
        &redirect_uri(engine, id),
        binding,
        &engine.clock.random::<64>(),
        engine.now(),
    )
    .map_err(|cannot| Error::Conflict(cannot.to_string()))?;
    let sealed = engine
        .vault
        .seal(id.0, PENDING, pending.to_sealable().expose_secret())?;
    let state = vault::state(engine.now(), by.name(), &registration.bound_to);
    let detail = format!(
        "If the provider's page complains of the redirect URL, register exactly {} there.",
        redirect_uri(engine, id)
    );
    let begun = event(engine, id, TokenEventKind::Begun, by.name(), detail);
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                store::secret::put(tx, id.0, PENDING, &sealed, &state).await?;
                Ok(store::token::insert_event(tx, &begun).await?)
            })
        })
        .await?;
    Ok(url)
}

/// Ends a flow with the query of the callback: the code becomes a token.
///
/// # Errors
/// [`Error::Conflict`] with a sentence that names the connection, says what went wrong and what to do.
pub async fn finish(
    engine: &Engine,
    by: &Granted<Design>,
    id: ConnectionId,
    session: &str,
    query: &str,
) -> Result<()> {
    let connection = connections::stored(engine, id).await?;
    let registration = registration::load(engine, &connection)
        .await?
        .map_err(Error::Conflict)?;
    let pending = take_pending(engine, id, &registration.bound_to)
        .await?
        .ok_or_else(|| Error::Conflict(CallbackProblem::NotBegun.sentence(&connection.name)))?;
    let binding = Binding::of(session, &id.to_string());
    let grant = match pending.finish(query, binding, engine.now()) {
        Ok(grant) => grant,
        Err(problem) => return Err(not_authorised(engine, by, &connection, &problem).await?),
    };
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Authorised,
        (connections::RECORD, id, &connection.name),
        format!("by the OAuth profile {}", registration.stored.name),
    );
    let code = Code::new(engine, grant, entry, by.name(), &registration.bound_to);
    let place = engine.tokens.place().await?;
    let lease = lease::wait(engine, &connection, "Get OAuth token").await?;
    engine.tokens.codes.sent(id, &code);
    exchange(engine, &connection, registration, (place, lease), code)
        .await?
        .map_err(Error::Conflict)
}

/// The error of a consent that came to nothing; the timeline keeps it, too.
async fn not_authorised(
    engine: &Engine,
    by: &Granted<Design>,
    connection: &Connection,
    problem: &CallbackProblem,
) -> Result<Error> {
    let sentence = problem.sentence(&connection.name);
    let event = event(
        engine,
        connection.id,
        TokenEventKind::NotAuthorised,
        by.name(),
        sentence.clone(),
    );
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move { Ok(store::token::insert_event(tx, &event).await?) })
        })
        .await?;
    Ok(Error::Conflict(sentence))
}

/// Takes the flow out of the store, whatever comes of it: it is finished once (S7).
async fn take_pending(engine: &Engine, id: ConnectionId, bound_to: &str) -> Result<Option<Pending>> {
    let sealed = engine
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let found = store::secret::get(&mut *tx, id.0, PENDING).await?;
                // Of two callbacks at the same time one deletes it.
                let mine = store::secret::delete(tx, id.0, PENDING).await?;
                Ok(found.filter(|_| mine))
            })
        })
        .await?;
    let Some((sealed, _)) = sealed.filter(|(_, state)| state.origin == bound_to) else {
        return Ok(None);
    };
    let clear = engine
        .vault
        .open_sealed(&engine.db, id.0, PENDING, &sealed)
        .await?;
    Ok(Pending::from_sealable(&clear))
}
