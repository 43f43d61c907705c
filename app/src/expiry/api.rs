//! Server functions of the expiry radar.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::expiry::Expiring;

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::server::{actor, engine};

/// Everything with an end, the soonest first.
#[server(name = FetchExpiry, prefix = "/fn", endpoint = "expiry", input = GetUrl)]
pub async fn expiring() -> Result<Vec<Expiring>, AppError> {
    Ok(engine::expiry::list(&engine()?, &actor()?.grant()?).await?)
}
