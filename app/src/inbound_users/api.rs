//! Server functions of inbound users.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::{forms::InboundUserForm, inbound_user::InboundUser, overview::InboundRow};

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
