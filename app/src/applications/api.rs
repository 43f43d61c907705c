//! Server functions of applications.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::{application::Application, forms::ApplicationForm};

use crate::{AppError, typed::Typed};
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, engine, id},
};

/// All applications.
#[server(name = FetchApplications, prefix = "/fn", endpoint = "applications", input = GetUrl)]
pub async fn applications() -> Result<Vec<Application>, AppError> {
    Ok(engine::applications::list(&engine()?, &actor()?.grant()?).await?)
}

/// One application.
#[server(name = FetchApplication, prefix = "/fn", endpoint = "application", input = GetUrl)]
pub async fn application(application: String) -> Result<Application, AppError> {
    Ok(engine::applications::find(&engine()?, &actor()?.grant()?, id(&application, "application")?).await?)
}

/// Creates or changes an application.
#[server(prefix = "/fn", endpoint = "save_application")]
pub async fn save_application(form: Typed<ApplicationForm>) -> Result<(), AppError> {
    let Typed(form) = form;
    let saved = engine::applications::save(&engine()?, &actor()?.grant()?, form).await?;
    leptos_axum::redirect(&routes::after(&routes::application(saved), "saved"));
    Ok(())
}
