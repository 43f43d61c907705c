//! What the connection's page shows of its token, and getting one where no person is needed.

use model::{
    audit::AuditAction,
    connection::Authentication,
    id::ConnectionId,
    token::{TokenStatus, TokenView},
};

use super::{
    access::access,
    bound_to,
    demand::{Asker, Wanted, failure_told},
    flow::redirect_uri,
    renew::life,
};
use crate::{
    Engine, Error, Granted, Result, audit, connections, destination,
    permission::{Operate, See},
};

/// Events shown.
const SHOWN: i64 = 30;

/// The token of a connection with OAuth 2.0 and a profile; `None` for any other.
pub async fn view(engine: &Engine, _: &Granted<See>, id: ConnectionId) -> Result<Option<TokenView>> {
    let connection = &connections::stored(engine, id).await?;
    let Some(profile) = connection
        .oauth_profile
        .filter(|_| connection.authentication == Authentication::Oauth2)
    else {
        return Ok(None);
    };
    let Some(profile) = store::oauth_profile::find(&engine.db, profile).await? else {
        return Ok(None);
    };
    let destination = destination::of_connection(engine, connection).await?;
    let token_endpoint = destination::of_token_endpoint(engine, &profile).await?;
    let token = store::token::find(&engine.db, connection.id).await?;
    let life = token.as_ref().and_then(life);
    let refresh = life.as_ref().and_then(|life| life.refresh.clone());
    Ok(Some(TokenView {
        status: token.as_ref().map_or(TokenStatus::None, |token| token.status),
        needs_person: profile.grant_type == model::profile::GrantType::AuthorizationCode,
        outdated: token.as_ref().is_some_and(|token| {
            !token.bound_to.is_empty() && token.bound_to != bound_to(&profile, &token_endpoint, &destination)
        }),
        issued: life.as_ref().map(|life| life.issued),
        access_expires: life.as_ref().and_then(|life| life.access_expires),
        refresh_issued: refresh.map(|refresh| refresh.issued),
        ends_at: token.as_ref().and_then(|token| token.ends_at),
        due_at: token.as_ref().and_then(|token| token.due_at),
        failure: token
            .map(|token| failure_told(engine, connection, &token))
            .unwrap_or_default(),
        redirect_uri: redirect_uri(engine, connection.id),
        events: store::token::events(&engine.db, connection.id, SHOWN).await?,
    }))
}

/// Gets a new token for a grant that needs no person, whatever is stored.
///
/// # Errors
/// [`Error::Conflict`] with why there is none.
pub async fn obtain(engine: &Engine, by: &Granted<Operate>, id: ConnectionId) -> Result<()> {
    let connection = connections::stored(engine, id).await?;
    match access(engine, &connection, Wanted::New, Asker::Button(by.name())).await? {
        Ok(_) => {
            let entry = audit::entry(
                engine,
                by.actor(),
                AuditAction::Authorised,
                (connections::RECORD, id, &connection.name),
                "a token was got without a person".to_owned(),
            );
            engine
                .db
                .write(move |tx| Box::pin(async move { Ok(store::audit::insert(tx, &entry).await?) }))
                .await
        }
        Err(no) => Err(Error::Conflict(format!("{}: {}", connection.name, no.sentence))),
    }
}
