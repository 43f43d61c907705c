//! Server functions of the dashboard.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::overview::Dashboard;

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, engine},
};

/// Everything on the dashboard.
#[server(name = FetchDashboard, prefix = "/fn", endpoint = "dashboard", input = GetUrl)]
pub async fn dashboard() -> Result<Dashboard, AppError> {
    Ok(engine::overview::dashboard(&engine()?, &actor()?.grant()?).await?)
}

/// Makes the sample integration with the practice target.
#[server(prefix = "/fn", endpoint = "load_sample")]
pub async fn load_sample() -> Result<(), AppError> {
    let integration = engine::sample::load(&engine()?, &actor()?.grant()?).await?;
    leptos_axum::redirect(&routes::after(&routes::integration(integration), "loaded"));
    Ok(())
}
