//! Server functions of integrations.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::{
    forms::IntegrationForm,
    overview::{ConnectionLabel, IntegrationDetail, IntegrationRow, ProcessRow},
    transaction::TransactionRow,
    variable::VariableComparison,
};
use serde::{Deserialize, Serialize};

use crate::{AppError, markdown::Markdown, typed::Typed};
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, engine, id},
};

/// An integration with what its pages show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IntegrationView {
    pub detail: IntegrationDetail,
    /// The description, rendered.
    pub description: Markdown,
    pub last: Vec<TransactionRow>,
    /// Connections that Enable would choose from.
    pub candidates: Vec<ConnectionLabel>,
}

/// All integrations.
#[server(name = FetchIntegrations, prefix = "/fn", endpoint = "integrations", input = GetUrl)]
pub async fn integrations() -> Result<Vec<IntegrationRow>, AppError> {
    Ok(engine::integrations::list(&engine()?, &actor()?.grant()?, None).await?)
}

/// One integration.
#[server(name = FetchIntegration, prefix = "/fn", endpoint = "integration", input = GetUrl)]
pub async fn integration(integration: String) -> Result<IntegrationView, AppError> {
    use model::transaction::TransactionFilter;
    let (engine, grant) = (engine()?, actor()?.grant()?);
    let integration = id(&integration, "integration")?;
    let detail = engine::integrations::detail(&engine, &grant, integration).await?;
    let filter = TransactionFilter {
        integration: Some(integration),
        ..TransactionFilter::default()
    };
    let mut last = engine::transactions::list(&engine, &grant, filter).await?.rows;
    last.truncate(10);
    Ok(IntegrationView {
        description: Markdown::render(&detail.integration.description),
        candidates: engine::integrations::candidates(&engine, &grant, integration).await?,
        detail,
        last,
    })
}

/// Processes to choose from.
#[server(name = FetchProcessChoices, prefix = "/fn", endpoint = "process_choices", input = GetUrl)]
pub async fn process_choices() -> Result<Vec<ProcessRow>, AppError> {
    Ok(engine::processes::list(&engine()?, &actor()?.grant()?).await?)
}

/// Creates or changes an integration.
#[server(prefix = "/fn", endpoint = "save_integration")]
pub async fn save_integration(form: Typed<IntegrationForm>) -> Result<(), AppError> {
    let Typed(form) = form;
    let new = form.id.is_empty();
    let saved = engine::integrations::save(&engine()?, &actor()?.grant()?, form).await?;
    let page = if new {
        routes::integration(saved)
    } else {
        routes::integration_settings(saved)
    };
    leptos_axum::redirect(&routes::after(&page, "saved"));
    Ok(())
}

/// The variables of all connections side by side.
#[server(name = FetchCompareVariables, prefix = "/fn", endpoint = "compare_variables", input = GetUrl)]
pub async fn compare_variables(integration: String) -> Result<VariableComparison, AppError> {
    Ok(engine::variables::compare(&engine()?, &actor()?.grant()?, id(&integration, "integration")?).await?)
}
