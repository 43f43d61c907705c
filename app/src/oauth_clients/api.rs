//! Server functions of OAuth clients.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::{
    forms::{ClientSecretForm, OauthClientForm},
    oauth_client::{NewClientSecret, OauthClient, OauthClientView},
    overview::InboundRow,
};
use serde::{Deserialize, Serialize};

use crate::{AppError, typed::Typed};
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, engine, id},
};

/// A client with the inbound users it may stand for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OauthClientEdit {
    pub view: OauthClientView,
    pub users: Vec<InboundRow>,
}

/// All OAuth clients.
#[server(name = FetchOauthClients, prefix = "/fn", endpoint = "oauth_clients", input = GetUrl)]
pub async fn oauth_clients() -> Result<Vec<OauthClient>, AppError> {
    Ok(engine::oauth_clients::list(&engine()?, &actor()?.grant()?).await?)
}

/// One OAuth client, to be changed.
#[server(name = FetchOauthClientEdit, prefix = "/fn", endpoint = "oauth_client_edit", input = GetUrl)]
pub async fn oauth_client_edit(client: String) -> Result<OauthClientEdit, AppError> {
    let (engine, grant) = (engine()?, actor()?.grant()?);
    Ok(OauthClientEdit {
        view: engine::oauth_clients::find(&engine, &grant, id(&client, "OAuth client")?).await?,
        users: engine::inbound_users::list(&engine, &grant).await?,
    })
}

/// One OAuth client with its secrets, as far as they may be told.
#[server(name = FetchOauthClient, prefix = "/fn", endpoint = "oauth_client", input = GetUrl)]
pub async fn oauth_client(client: String) -> Result<OauthClientView, AppError> {
    Ok(engine::oauth_clients::find(&engine()?, &actor()?.grant()?, id(&client, "OAuth client")?).await?)
}

/// Creates or changes an OAuth client.
#[server(prefix = "/fn", endpoint = "save_oauth_client")]
pub async fn save_oauth_client(form: Typed<OauthClientForm>) -> Result<(), AppError> {
    let Typed(form) = form;
    let saved = engine::oauth_clients::save(&engine()?, &actor()?.grant()?, form).await?;
    leptos_axum::redirect(&routes::after(&routes::oauth_client(saved), "saved"));
    Ok(())
}

/// Makes a secret; its text is in the answer and nowhere else.
#[server(name = NewSecret, prefix = "/fn", endpoint = "new_client_secret")]
pub async fn new_client_secret(form: Typed<ClientSecretForm>) -> Result<NewClientSecret, AppError> {
    let Typed(form) = form;
    Ok(engine::oauth_clients::new_secret(&engine()?, &actor()?.grant()?, form).await?)
}

/// Revokes a secret.
#[server(prefix = "/fn", endpoint = "revoke_client_secret")]
pub async fn revoke_client_secret(secret: String) -> Result<(), AppError> {
    let client =
        engine::oauth_clients::revoke_secret(&engine()?, &actor()?.grant()?, id(&secret, "secret")?).await?;
    leptos_axum::redirect(&routes::after(&routes::oauth_client(client), "revoked"));
    Ok(())
}
