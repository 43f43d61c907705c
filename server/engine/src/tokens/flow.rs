//! The authorization code grant: a person goes to the provider and comes back to the same page.

use model::{audit::AuditAction, id::ConnectionId, profile::GrantType};
use oauth::{
    CallbackProblem,
    authorization::{self, Binding, Pending},
};
use secrecy::ExposeSecret;
use url::Url;

use super::{
    PENDING,
    access::take_lease,
    registration,
    renew::{How, renew},
};
use crate::{Engine, Error, Granted, Result, audit, connections, permission::Design, vault};

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
    if registration.stored.grant_type != GrantType::AuthorizationCode {
        return Err(Error::Conflict(format!(
            "The grant of {} needs no person: press Get OAuth token.",
            registration.stored.name
        )));
    }
    let authorization = registration.authorization().map_err(Error::Conflict)?;
    let binding = Binding::of(session, &id.to_string());
    let (first, second) = (engine.clock.random::<32>(), engine.clock.random::<32>());
    let mut random = [0; 64];
    random[..32].copy_from_slice(&first);
    random[32..].copy_from_slice(&second);
    let (url, pending) = authorization::begin(
        &registration.protocol,
        &authorization,
        &redirect_uri(engine, id),
        binding,
        &random,
        engine.now(),
    )
    .map_err(|cannot| Error::Conflict(cannot.to_string()))?;
    let sealed = engine
        .vault
        .seal(id.0, PENDING, pending.to_sealable().expose_secret())?;
    let state = vault::state(engine.now(), by.name(), &registration.bound_to);
    engine
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move { Ok(store::secret::put(tx, id.0, PENDING, &sealed, &state).await?) })
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
    let grant = pending
        .finish(query, binding, engine.now())
        .map_err(|problem| Error::Conflict(problem.sentence(&connection.name)))?;
    let lease = take_lease(engine, &connection).await?.ok_or_else(|| {
        Error::Conflict(format!(
            "Connection {}: its token is being refreshed at this moment. Press Get OAuth token again.",
            connection.name
        ))
    })?;
    let token = store::token::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(connections::RECORD))?;
    let profile = registration.stored.name.clone();
    let (to_engine, name, to_connection) = (engine.clone(), by.name().to_owned(), connection.clone());
    let work = async move {
        let how = How::Code(grant);
        renew(
            &to_engine,
            &to_connection,
            &registration,
            (lease, token),
            how,
            &name,
        )
        .await
    };
    let renewed = engine.tokens.to_the_end(Box::pin(work)).await?;
    renewed
        .result
        .map_err(|failure| Error::Conflict(failure.sentence(&connection.name)))?;
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Authorised,
        (connections::RECORD, id, &connection.name),
        format!("by the OAuth profile {profile}"),
    );
    engine
        .db
        .write(move |tx| Box::pin(async move { Ok(store::audit::insert(tx, &entry).await?) }))
        .await
}

/// Takes the flow out of the store, whatever comes of it: it is finished once (S7).
async fn take_pending(engine: &Engine, id: ConnectionId, bound_to: &str) -> Result<Option<Pending>> {
    let sealed = engine
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let found = store::secret::get(&mut *tx, id.0, PENDING).await?;
                store::secret::delete(tx, id.0, PENDING).await?;
                Ok(found)
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
