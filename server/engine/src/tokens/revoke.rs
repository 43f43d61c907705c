//! Giving a token back: the provider is told (RFC 7009), and what is stored is forgotten.

use model::{audit::AuditAction, connection::Connection, id::ConnectionId, token::TokenEventKind};
use oauth::{Fresh, ProviderUrl, TokenKind, revocation_call};

use super::{
    ACCESS_TOKEN, REFRESH_TOKEN,
    ask::call,
    lease::{self, while_extending},
    registration,
    settle::event,
};
use crate::{
    Engine, Error, Granted, Result, audit, changes::Topic, connections, departure::Leave, permission::Design,
};

/// Revokes the token of a connection. It is forgotten here in any case; the answer says in a sentence what the provider
/// made of it.
///
/// # Errors
/// [`Error::Conflict`] when the connection names another installation, whose token this may be.
pub async fn revoke(engine: &Engine, by: &Granted<Design>, id: ConnectionId) -> Result<String> {
    let connection = connections::stored(engine, id).await?;
    Leave::for_connection(engine, &connection).map_err(Error::Conflict)?;
    engine.tokens.codes.drop(id);
    let lease = lease::wait(engine, &connection, "Revoke token").await?;
    let told = while_extending(engine, lease, Box::pin(tell_provider(engine, &connection))).await?;
    let event = event(engine, id, TokenEventKind::Revoked, by.name(), told.clone());
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Revoked,
        (connections::RECORD, id, &connection.name),
        told.clone(),
    );
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                for name in [ACCESS_TOKEN, REFRESH_TOKEN] {
                    store::secret::delete(tx, id.0, name).await?;
                }
                store::token::forget(tx, id).await?;
                store::token::insert_event(tx, &event).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(told)
}

/// Tells the provider, where it can be told: the refresh token, which ends its access tokens too, else the access token.
async fn tell_provider(engine: &Engine, connection: &Connection) -> Result<String> {
    let untold = |why: &str| {
        format!("Forgotten here. The provider was not told: {why} Revoke it there if it matters.")
    };
    let registration = match registration::load(engine, connection).await? {
        Ok(registration) => registration,
        Err(sentence) => return Ok(untold(&sentence)),
    };
    if registration.stored.revocation_url.is_empty() {
        return Ok(untold("the OAuth profile has no Revocation URL."));
    }
    let url = match ProviderUrl::parse(&registration.stored.revocation_url) {
        Ok(url) => url,
        Err(bad) => return Ok(untold(&format!("Revocation URL: {bad}."))),
    };
    // Only what this provider gave goes to it (S2).
    let bound_to = &registration.bound_to;
    let read = |name| async move {
        let stored = match engine.vault.read(&engine.db, connection.id.0, name).await {
            Err(Error::SecretUnreadable(_)) => None,
            read => read?,
        };
        Ok::<_, Error>(stored.filter(|(_, state)| state.origin == *bound_to))
    };
    let (token, kind) = match (read(REFRESH_TOKEN).await?, read(ACCESS_TOKEN).await?) {
        (Some((token, _)), _) => (token, TokenKind::Refresh),
        (None, Some((token, _))) => (token, TokenKind::Access),
        (None, None) => return Ok(untold("there is no token that it gave for this profile and API.")),
    };
    let fresh = Fresh {
        now: engine.now(),
        random: engine.clock.random(),
    };
    let revocation = match revocation_call(&registration.protocol, &url, &token, kind, &fresh) {
        Ok(revocation) => revocation,
        Err(problem) => return Ok(untold(&problem.to_string())),
    };
    let answered = call(engine, &registration, (&revocation, "Revocation URL"), |answer| {
        revocation.read_revocation(answer, engine.now())
    })
    .await?;
    Ok(match answered.outcome {
        Ok(()) => "Revoked at the provider.".into(),
        Err(failure) => untold(failure.cause()),
    })
}
