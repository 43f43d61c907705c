//! Server functions of inbound users.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::{
    forms::{InboundCredentialForm, InboundUserForm},
    inbound_credential::{InboundCredential, NewCredential},
    inbound_user::InboundUser,
    overview::InboundRow,
};
use serde::{Deserialize, Serialize};

use crate::{AppError, typed::Typed};
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, engine, id, set_status},
};

/// A credential with the inbound user it lets in, and so with the connections it serves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CredentialInUse {
    pub credential: InboundCredential,
    pub user: InboundRow,
}

/// All inbound users with where they may post.
#[server(name = FetchInboundUsers, prefix = "/fn", endpoint = "inbound_users", input = GetUrl)]
pub async fn inbound_users() -> Result<Vec<InboundRow>, AppError> {
    Ok(engine::inbound_users::list(&engine()?, &actor()?.grant()?).await?)
}

/// One inbound user.
#[server(name = FetchInboundUser, prefix = "/fn", endpoint = "inbound_user", input = GetUrl)]
pub async fn inbound_user(user: String) -> Result<InboundUser, AppError> {
    Ok(engine::inbound_users::find(&engine()?, &actor()?.grant()?, id(&user, "inbound user")?).await?)
}

/// Creates or changes an inbound user.
#[server(prefix = "/fn", endpoint = "save_inbound_user")]
pub async fn save_inbound_user(form: Typed<InboundUserForm>) -> Result<(), AppError> {
    let Typed(form) = form;
    let saved = engine::inbound_users::save(&engine()?, &actor()?.grant()?, form).await?;
    leptos_axum::redirect(&routes::after(&routes::inbound_user(saved), "saved"));
    Ok(())
}

/// The credentials of an inbound user.
#[server(name = FetchInboundCredentials, prefix = "/fn", endpoint = "inbound_credentials", input = GetUrl)]
pub async fn inbound_credentials(user: String) -> Result<Vec<InboundCredential>, AppError> {
    let user = id(&user, "inbound user")?;
    Ok(engine::inbound_credentials::list(&engine()?, &actor()?.grant()?, user).await?)
}

/// A credential of an inbound user, with what it serves.
#[server(name = FetchCredentialInUse, prefix = "/fn", endpoint = "credential_in_use", input = GetUrl)]
pub async fn credential_in_use(user: String, credential: String) -> Result<CredentialInUse, AppError> {
    let (engine, grant) = (engine()?, actor()?.grant()?);
    let (user, credential) = (id(&user, "inbound user")?, id(&credential, "credential")?);
    let credentials = engine::inbound_credentials::list(&engine, &grant, user).await?;
    let users = engine::inbound_users::list(&engine, &grant).await?;
    let credential = credentials.into_iter().find(|one| one.id == credential);
    let user = users.into_iter().find(|row| row.user.id == user);
    if let (Some(credential), Some(user)) = (credential, user) {
        Ok(CredentialInUse { credential, user })
    } else {
        set_status(404);
        Err(AppError::NotFound("credential".into()))
    }
}

/// Adds a credential; a secret that was made is in the answer and nowhere else.
#[server(prefix = "/fn", endpoint = "add_credential")]
pub async fn add_credential(form: Typed<InboundCredentialForm>) -> Result<NewCredential, AppError> {
    let Typed(form) = form;
    Ok(engine::inbound_credentials::create(&engine()?, &actor()?.grant()?, form).await?)
}

/// Revokes a credential.
#[server(prefix = "/fn", endpoint = "revoke_credential")]
pub async fn revoke_credential(credential: String) -> Result<(), AppError> {
    let credential = id(&credential, "credential")?;
    let user = engine::inbound_credentials::revoke(&engine()?, &actor()?.grant()?, credential).await?;
    leptos_axum::redirect(&routes::after(&routes::inbound_user(user), "revoked"));
    Ok(())
}
