//! Server functions of messages.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::{
    forms::{MessageForm, SendForm},
    message::Message,
};

use crate::{AppError, typed::Typed};
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, engine, id},
};

/// The messages of an integration.
#[server(name = FetchMessages, prefix = "/fn", endpoint = "messages", input = GetUrl)]
pub async fn messages(integration: String) -> Result<Vec<Message>, AppError> {
    Ok(engine::messages::list(&engine()?, &actor()?.grant()?, id(&integration, "integration")?).await?)
}

/// One message.
#[server(name = FetchMessage, prefix = "/fn", endpoint = "message", input = GetUrl)]
pub async fn message(message: String) -> Result<Message, AppError> {
    Ok(engine::messages::find(&engine()?, &actor()?.grant()?, id(&message, "message")?).await?)
}

/// Creates or changes a message.
#[server(prefix = "/fn", endpoint = "save_message")]
pub async fn save_message(form: Typed<MessageForm>) -> Result<(), AppError> {
    let Typed(form) = form;
    let integration = form.integration.clone();
    let saved = engine::messages::save(&engine()?, &actor()?.grant()?, form).await?;
    leptos_axum::redirect(&routes::after(&routes::message(integration, saved), "saved"));
    Ok(())
}

/// Sends a message through the active connection.
#[server(prefix = "/fn", endpoint = "send_message")]
pub async fn send_message(form: Typed<SendForm>) -> Result<(), AppError> {
    let Typed(form) = form;
    let body = form.body.into_bytes();
    let looks_like_xml = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<');
    let content_type = if looks_like_xml {
        "application/xml"
    } else {
        "application/json"
    };
    let outgoing = engine::sending::Outgoing {
        integration: id(&form.integration, "integration")?,
        message: form.message,
        body,
        content_type: content_type.into(),
        message_id: None,
    };
    let accepted = engine::sending::send(&engine()?, &actor()?.grant()?, outgoing).await?;
    leptos_axum::redirect(&routes::after(&routes::transaction(accepted.transaction), "sent"));
    Ok(())
}
