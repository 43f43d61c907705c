//! Server functions of notification channels.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::notification::{ChannelForm, ChannelRow, Notifications};

use crate::{AppError, typed::Typed};
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, engine, id, set_status},
};

/// Every channel.
#[server(name = FetchNotifications, prefix = "/fn", endpoint = "notifications", input = GetUrl)]
pub async fn notifications() -> Result<Notifications, AppError> {
    Ok(engine::notifications::page(&engine()?, &actor()?.grant()?).await?)
}

/// One channel.
#[server(name = FetchChannel, prefix = "/fn", endpoint = "channel", input = GetUrl)]
pub async fn channel(channel: String) -> Result<ChannelRow, AppError> {
    let id = id(&channel, "notification channel")?;
    Ok(engine::notifications::find(&engine()?, &actor()?.grant()?, id).await?)
}

/// Creates or changes a channel.
#[server(prefix = "/fn", endpoint = "save_channel")]
pub async fn save_channel(form: Typed<ChannelForm>) -> Result<(), AppError> {
    let Typed(form) = form;
    let saved = engine::notifications::save(&engine()?, &actor()?.grant()?, form).await?;
    leptos_axum::redirect(&routes::after(&routes::channel(saved), "saved"));
    Ok(())
}

/// Sends a test notice; a refusal is told where it was asked for.
#[server(prefix = "/fn", endpoint = "test_channel")]
pub async fn test_channel(channel: String) -> Result<(), AppError> {
    let channel = id(&channel, "notification channel")?;
    let sent = engine::notifications::test(&engine()?, &actor()?.grant()?, channel).await?;
    if !sent.error.is_empty() {
        set_status(409);
        return Err(AppError::Conflict(format!(
            "The test notice did not arrive. {}",
            sent.error
        )));
    }
    leptos_axum::redirect(&routes::after(&routes::channel(channel), "notified"));
    Ok(())
}
