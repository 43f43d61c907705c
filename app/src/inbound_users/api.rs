//! Server functions of inbound users.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::{
    forms::{InboundCredentialForm, InboundUserForm},
    inbound_credential::{InboundCredential, NewCredential},
    inbound_user::InboundUser,
    overview::InboundRow,
};

use crate::{AppError, typed::Typed};
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, engine, id},
};

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
