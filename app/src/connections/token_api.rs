//! Server functions of a connection's OAuth token.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, engine, id, session_token},
};

/// The connection whose token is wanted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenOf {
    pub id: String,
}

/// Begins the authorization code grant: answers with the provider's address, where the person agrees.
///
/// The browser goes there by itself, not by a redirect: a redirect after a form is bound to the page's `form-action`
/// (`docs/adr/0008-leaving-for-the-provider.md`).
#[server(prefix = "/fn", endpoint = "begin_authorisation")]
pub async fn begin_authorisation(form: TokenOf) -> Result<String, AppError> {
    let (engine, actor) = (engine()?, actor()?);
    let session = session_token(&engine).ok_or(AppError::Unauthenticated)?;
    let connection = id(&form.id, "connection")?;
    let address = engine::tokens::begin(&engine, &actor.grant()?, connection, &session).await?;
    Ok(address.into())
}

/// Gets a token where no person is needed.
#[server(prefix = "/fn", endpoint = "obtain_token")]
pub async fn obtain_token(form: TokenOf) -> Result<(), AppError> {
    let (engine, actor) = (engine()?, actor()?);
    let connection = id(&form.id, "connection")?;
    engine::tokens::obtain(&engine, &actor.grant()?, connection).await?;
    back(&engine, &actor, connection, "authorised").await
}

/// Gives the token back: the provider is told where it can be, and it is forgotten here.
#[server(prefix = "/fn", endpoint = "revoke_oauth_token")]
pub async fn revoke_oauth_token(form: TokenOf) -> Result<(), AppError> {
    let (engine, actor) = (engine()?, actor()?);
    let connection = id(&form.id, "connection")?;
    engine::tokens::revoke(&engine, &actor.grant()?, connection).await?;
    back(&engine, &actor, connection, "revoked").await
}

/// To the connection's page, which says what was done.
#[cfg(feature = "ssr")]
async fn back(
    engine: &engine::Engine,
    actor: &engine::Actor,
    connection: model::id::ConnectionId,
    done: &str,
) -> Result<(), AppError> {
    let detail = engine::connections::detail(engine, &actor.grant()?, connection).await?;
    let page = routes::connection(detail.connection.integration, connection);
    leptos_axum::redirect(&routes::after(&page, done));
    Ok(())
}
