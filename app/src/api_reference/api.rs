//! The server function of the API reference.

#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "server functions are asynchronous")
)]

use leptos::{prelude::*, server_fn::codec::GetUrl};

use super::reference::Reference;
use crate::AppError;

/// The REST API, for everybody who is let in.
#[server(name = FetchApiReference, prefix = "/fn", endpoint = "api_reference", input = GetUrl)]
pub async fn api_reference() -> Result<Reference, AppError> {
    let _: engine::Granted<engine::permission::See> = crate::server::actor()?.grant()?;
    let document = use_context::<super::ApiDocument>().ok_or(AppError::Internal)?;
    super::read::reference(&document).ok_or(AppError::Internal)
}
