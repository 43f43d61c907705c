//! Server functions of connections.

use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, StreamingText, TextStream},
};
use model::{
    activation::{DisablePreview, EnablePreview},
    audit::AuditEntry,
    connection_form::ConnectionForm,
    connection_status::StatusWithReason,
    connection_test::ConnectionTest,
    forms::{DeleteForm, DuplicateForm, SwitchForm, VariableForm},
    id::ConnectionId,
    overview::{ConnectionChoices, ConnectionDetail, ConnectionRow, ConnectionsPage, InboundRow},
    redaction::Redaction,
    token::TokenView,
    transaction::TransactionRow,
    variable::Variable,
};
use serde::{Deserialize, Serialize};

use crate::{AppError, markdown::Markdown, typed::Typed};
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, engine, id},
};

/// A connection with everything its page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectionView {
    pub detail: ConnectionDetail,
    /// Its token; `None` without OAuth 2.0.
    pub oauth_token: Option<TokenView>,
    pub choices: ConnectionChoices,
    /// The description, rendered.
    pub description: Markdown,
    /// What to register at the provider, whatever OAuth profile will be chosen.
    pub redirect_url: String,
}

/// What happens to a connection while its page is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectionActivity {
    pub connection: ConnectionId,
    pub status: StatusWithReason,
    /// What is missing before it can be enabled.
    pub missing: Vec<String>,
    /// Its token; `None` without OAuth 2.0.
    pub oauth_token: Option<TokenView>,
    pub last_tests: Vec<ConnectionTest>,
    pub last_requests: Vec<TransactionRow>,
    pub history: Vec<AuditEntry>,
    pub variables: Vec<Variable>,
    /// Former values of secret variables that are being removed from what was recorded, or were lately.
    pub redactions: Vec<Redaction>,
}

impl ConnectionActivity {
    /// The part of the record's page that changes by itself.
    pub fn of(detail: &ConnectionDetail, oauth_token: Option<TokenView>) -> Self {
        Self {
            connection: detail.connection.id,
            status: detail.status.clone(),
            missing: detail.missing.clone(),
            oauth_token,
            last_tests: detail.last_tests.clone(),
            last_requests: detail.last_requests.clone(),
            history: detail.history.clone(),
            variables: detail.variables.clone(),
            redactions: detail.redactions.clone(),
        }
    }
}

/// Everything on Connections and Credentials.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AllConnections {
    pub outbound: Vec<ConnectionRow>,
    pub inbound: Vec<InboundRow>,
}

/// The connections page of an integration.
#[server(name = FetchConnections, prefix = "/fn", endpoint = "connections", input = GetUrl)]
pub async fn connections(integration: String) -> Result<ConnectionsPage, AppError> {
    Ok(engine::connections::page(&engine()?, &actor()?.grant()?, id(&integration, "integration")?).await?)
}

/// Connections and Credentials over all integrations.
#[server(name = FetchAllConnections, prefix = "/fn", endpoint = "all_connections", input = GetUrl)]
pub async fn all_connections() -> Result<AllConnections, AppError> {
    let (engine, actor) = (engine()?, actor()?);
    Ok(AllConnections {
        outbound: engine::connections::all(&engine, &actor.grant()?).await?,
        inbound: engine::inbound_users::list(&engine, &actor.grant()?).await?,
    })
}

/// One connection.
#[server(name = FetchConnection, prefix = "/fn", endpoint = "connection", input = GetUrl)]
pub async fn connection(connection: String) -> Result<ConnectionView, AppError> {
    let (engine, actor) = (engine()?, actor()?);
    let detail =
        engine::connections::detail(&engine, &actor.grant()?, id(&connection, "connection")?).await?;
    let choices =
        engine::connections::choices(&engine, &actor.grant()?, detail.connection.integration).await?;
    let description = Markdown::render(&detail.connection.description);
    let oauth_token = engine::tokens::view(&engine, &actor.grant()?, detail.connection.id).await?;
    Ok(ConnectionView {
        redirect_url: engine::tokens::redirect_uri(&engine, detail.connection.id),
        detail,
        oauth_token,
        choices,
        description,
    })
}

/// What happened to a connection lately.
#[server(name = FetchConnectionActivity, prefix = "/fn", endpoint = "connection_activity", input = GetUrl)]
pub async fn connection_activity(connection: String) -> Result<ConnectionActivity, AppError> {
    let (engine, grant) = (engine()?, actor()?.grant()?);
    let detail = engine::connections::detail(&engine, &grant, id(&connection, "connection")?).await?;
    let oauth_token = engine::tokens::view(&engine, &grant, detail.connection.id).await?;
    Ok(ConnectionActivity::of(&detail, oauth_token))
}

/// What a new connection of an integration can choose from.
#[server(name = FetchConnectionChoices, prefix = "/fn", endpoint = "connection_choices", input = GetUrl)]
pub async fn connection_choices(integration: String) -> Result<ConnectionChoices, AppError> {
    Ok(
        engine::connections::choices(&engine()?, &actor()?.grant()?, id(&integration, "integration")?)
            .await?,
    )
}

/// Creates or changes a connection.
#[server(prefix = "/fn", endpoint = "save_connection")]
pub async fn save_connection(form: Typed<ConnectionForm>) -> Result<(), AppError> {
    let Typed(form) = form;
    let integration = form.integration.clone();
    let saved = engine::connections::save(&engine()?, &actor()?.grant()?, form).await?;
    leptos_axum::redirect(&routes::after(&routes::connection(integration, saved), "saved"));
    Ok(())
}

/// Copies a connection to another environment, without its credentials.
#[server(prefix = "/fn", endpoint = "duplicate_connection")]
pub async fn duplicate_connection(form: Typed<DuplicateForm>) -> Result<(), AppError> {
    let Typed(form) = form;
    let (engine, actor) = (engine()?, actor()?);
    let copy = engine::connections::duplicate(&engine, &actor.grant()?, form).await?;
    let detail = engine::connections::detail(&engine, &actor.grant()?, copy).await?;
    leptos_axum::redirect(&routes::after(
        &routes::connection(detail.connection.integration, copy),
        "duplicated",
    ));
    Ok(())
}

/// What enabling would do.
#[server(name = FetchEnablePreview, prefix = "/fn", endpoint = "enable_preview", input = GetUrl)]
pub async fn enable_preview(connection: String) -> Result<EnablePreview, AppError> {
    Ok(
        engine::connections::enable_preview(&engine()?, &actor()?.grant()?, id(&connection, "connection")?)
            .await?,
    )
}

/// What disabling would do.
#[server(name = FetchDisablePreview, prefix = "/fn", endpoint = "disable_preview", input = GetUrl)]
pub async fn disable_preview(connection: String) -> Result<DisablePreview, AppError> {
    Ok(
        engine::connections::disable_preview(&engine()?, &actor()?.grant()?, id(&connection, "connection")?)
            .await?,
    )
}

/// Makes the connection the active one of its integration.
#[server(prefix = "/fn", endpoint = "enable_connection")]
pub async fn enable_connection(form: Typed<SwitchForm>, back: String) -> Result<(), AppError> {
    let Typed(form) = form;
    engine::connections::enable(&engine()?, &actor()?.grant()?, form).await?;
    go_back(&back, "enabled");
    Ok(())
}

/// Makes the connection, and with it the integration, inactive.
#[server(prefix = "/fn", endpoint = "disable_connection")]
pub async fn disable_connection(form: Typed<SwitchForm>, back: String) -> Result<(), AppError> {
    let Typed(form) = form;
    engine::connections::disable(&engine()?, &actor()?.grant()?, form).await?;
    go_back(&back, "disabled");
    Ok(())
}

#[cfg(feature = "ssr")]
fn go_back(back: &str, done: &str) {
    let back = if routes::is_local(back) {
        back
    } else {
        routes::CONNECTIONS
    };
    leptos_axum::redirect(&routes::after(back, done));
}

/// Creates or changes a variable.
#[server(prefix = "/fn", endpoint = "save_variable")]
pub async fn save_variable(form: Typed<VariableForm>, back: String) -> Result<(), AppError> {
    let Typed(form) = form;
    engine::variables::save(&engine()?, &actor()?.grant()?, form).await?;
    go_back(&back, "saved");
    Ok(())
}

/// Deletes a variable.
#[server(prefix = "/fn", endpoint = "delete_variable")]
pub async fn delete_variable(form: Typed<DeleteForm>, back: String) -> Result<(), AppError> {
    let Typed(form) = form;
    engine::variables::delete(&engine()?, &actor()?.grant()?, form).await?;
    go_back(&back, "deleted");
    Ok(())
}

/// Runs the Connection Test and reports each step as it happens: one `TestEvent` as JSON per line.
#[server(prefix = "/fn", endpoint = "test_connection", output = StreamingText)]
pub async fn test_connection(connection: String) -> Result<TextStream<AppError>, AppError> {
    use model::connection_test::TestEvent;
    use tokio_stream::{StreamExt, wrappers::UnboundedReceiverStream};
    let (engine, actor) = (engine()?, actor()?);
    let (grant, connection) = (actor.grant()?, id(&connection, "connection")?);
    // An unknown connection is refused with a status, before the stream begins.
    engine::connections::detail(&engine, &actor.grant()?, connection).await?;
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    let problems = sender.clone();
    leptos::task::spawn(async move {
        if let Err(error) = engine::connection_tests::run(&engine, &grant, connection, sender).await {
            let _ = problems.send(TestEvent::Problem(AppError::from(error).to_string()));
        }
    });
    let lines = UnboundedReceiverStream::new(receiver).map(|event| {
        serde_json::to_string(&event)
            .map(|line| line + "\n")
            .map_err(|_| AppError::Internal)
    });
    Ok(TextStream::new(lines))
}

/// Runs the Connection Test and leads to the page with its result, for browsers without JavaScript.
#[server(prefix = "/fn", endpoint = "run_connection_test")]
pub async fn run_connection_test(integration: String, connection: String) -> Result<(), AppError> {
    let (engine, grant) = (engine()?, actor()?.grant()?);
    let connection = id(&connection, "connection")?;
    // Nobody listens to the steps: the page shows the stored result.
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    drop(receiver);
    let test = engine::connection_tests::run(&engine, &grant, connection, sender).await?;
    let integration: model::id::IntegrationId = id(&integration, "integration")?;
    leptos_axum::redirect(&routes::connection_test_result(integration, connection, test.id));
    Ok(())
}

/// A stored result of a Connection Test.
#[server(name = FetchTestResult, prefix = "/fn", endpoint = "test_result", input = GetUrl)]
pub async fn test_result(test: String) -> Result<ConnectionTest, AppError> {
    Ok(engine::connection_tests::find(&engine()?, &actor()?.grant()?, id(&test, "connection test")?).await?)
}
