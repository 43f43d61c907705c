//! Server functions of processes.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::{
    application::Application,
    explanation::Explanation,
    forms::{PasteForm, ProcessForm},
    overview::{EndpointPage, IntegrationRow, ProcessRow},
    process::Process,
};
use serde::{Deserialize, Serialize};

use crate::{AppError, typed::Typed};
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, engine, id},
};

/// A process with what its page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProcessView {
    pub process: Process,
    pub applications: Vec<Application>,
    pub integrations: Vec<IntegrationRow>,
    pub endpoint: EndpointPage,
}

/// All processes.
#[server(name = FetchProcesses, prefix = "/fn", endpoint = "processes", input = GetUrl)]
pub async fn processes() -> Result<Vec<ProcessRow>, AppError> {
    Ok(engine::processes::list(&engine()?, &actor()?.grant()?).await?)
}

/// One process.
#[server(name = FetchProcess, prefix = "/fn", endpoint = "process", input = GetUrl)]
pub async fn process(process: String) -> Result<ProcessView, AppError> {
    let (engine, grant) = (engine()?, actor()?.grant()?);
    let process = id(&process, "process")?;
    Ok(ProcessView {
        process: engine::processes::find(&engine, &grant, process).await?,
        applications: engine::applications::list(&engine, &grant).await?,
        integrations: engine::integrations::list(&engine, &grant, Some(process)).await?,
        endpoint: engine::processes::endpoint_page(&engine, &grant, process).await?,
    })
}

/// Creates or changes a process.
#[server(prefix = "/fn", endpoint = "save_process")]
pub async fn save_process(form: Typed<ProcessForm>) -> Result<(), AppError> {
    let Typed(form) = form;
    let saved = engine::processes::save(&engine()?, &actor()?.grant()?, form).await?;
    leptos_axum::redirect(&routes::after(&routes::process(saved), "saved"));
    Ok(())
}

/// The resource page of the inbound endpoint.
#[server(name = FetchEndpoint, prefix = "/fn", endpoint = "endpoint", input = GetUrl)]
pub async fn endpoint(process: String) -> Result<EndpointPage, AppError> {
    Ok(engine::processes::endpoint_page(&engine()?, &actor()?.grant()?, id(&process, "process")?).await?)
}

/// Why a pasted request would be let in or refused. Nothing of it is kept.
#[server(prefix = "/fn", endpoint = "explain_request")]
pub async fn explain_request(form: Typed<PasteForm>) -> Result<Explanation, AppError> {
    let Typed(form) = form;
    Ok(engine::inbound::explain(&engine()?, &actor()?.grant()?, form).await?)
}
