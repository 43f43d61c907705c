//! Server functions of the frame.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::{
    installation::AcceptForm,
    overview::{Found, Frame},
};

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, engine},
};

/// What the frame shows.
#[server(name = FetchFrame, prefix = "/fn", endpoint = "frame", input = GetUrl)]
pub async fn frame() -> Result<Frame, AppError> {
    Ok(engine::overview::frame(&engine()?, &actor()?).await?)
}

/// What the palette finds.
#[server(name = FetchSearch, prefix = "/fn", endpoint = "search", input = GetUrl)]
pub async fn search(text: String) -> Result<Vec<Found>, AppError> {
    Ok(engine::overview::search(&engine()?, &actor()?.grant()?, &text).await?)
}

/// Accepts that the database is run under the name of this installation from now on.
#[server(prefix = "/fn", endpoint = "accept_installation")]
pub async fn accept_installation(form: AcceptForm) -> Result<(), AppError> {
    engine::installation::accept(&engine()?, &actor()?.grant()?, form).await?;
    leptos_axum::redirect(&routes::after(routes::SETTINGS, "accepted"));
    Ok(())
}
