//! Server functions of the settings.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::{
    api_token::{ApiToken, NewApiToken},
    audit::AuditEntry,
    data_key::DataKeyRow,
    forms::ApiTokenForm,
    installation::Installed,
};
use serde::{Deserialize, Serialize};

use crate::{AppError, typed::Typed};
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, engine, id},
};

/// What is told about the installation. Secrets and paths of the machine are not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installation {
    pub instance_name: String,
    /// What the database records of it.
    pub recorded: Option<Installed>,
    pub public_url: String,
    pub database: String,
    pub body_limit: u64,
    pub practice: bool,
    pub version: String,
}

/// This installation.
#[server(name = FetchInstallation, prefix = "/fn", endpoint = "installation", input = GetUrl)]
pub async fn installation() -> Result<Installation, AppError> {
    let engine = engine()?;
    let actor = actor()?;
    // Everybody who may see anything may see this.
    let see: engine::Granted<engine::permission::See> = actor.grant()?;
    engine.ready().await?;
    let settings = engine.settings();
    Ok(Installation {
        instance_name: engine.instance_name(),
        recorded: engine::installation::recorded(&engine, &see).await?,
        public_url: settings.public_url.clone(),
        database: if settings.database_url.starts_with("sqlite") {
            "SQLite".into()
        } else {
            "PostgreSQL".into()
        },
        body_limit: u64::try_from(settings.body_limit).unwrap_or(u64::MAX),
        practice: settings.practice,
        version: env!("CARGO_PKG_VERSION").into(),
    })
}

/// The API tokens.
#[server(name = FetchTokens, prefix = "/fn", endpoint = "tokens", input = GetUrl)]
pub async fn tokens() -> Result<Vec<ApiToken>, AppError> {
    Ok(engine::api_tokens::list(&engine()?, &actor()?.grant()?).await?)
}

/// Makes a token; its text is in the answer and nowhere else.
#[server(prefix = "/fn", endpoint = "create_token")]
pub async fn create_token(form: Typed<ApiTokenForm>) -> Result<NewApiToken, AppError> {
    let Typed(form) = form;
    Ok(engine::api_tokens::create(&engine()?, &actor()?, form).await?)
}

/// Revokes a token.
#[server(prefix = "/fn", endpoint = "revoke_token")]
pub async fn revoke_token(token: String) -> Result<(), AppError> {
    engine::api_tokens::revoke(&engine()?, &actor()?.grant()?, id(&token, "API token")?).await?;
    leptos_axum::redirect(&routes::after(routes::TOKENS, "revoked"));
    Ok(())
}

/// The data keys of the vault.
#[server(name = FetchKeys, prefix = "/fn", endpoint = "keys", input = GetUrl)]
pub async fn keys() -> Result<Vec<DataKeyRow>, AppError> {
    Ok(engine::keys::list(&engine()?, &actor()?.grant()?).await?)
}

/// The audit trail, newest first, before the entry of an id.
#[server(name = FetchAudit, prefix = "/fn", endpoint = "audit", input = GetUrl)]
pub async fn audit(before: String) -> Result<Vec<AuditEntry>, AppError> {
    let before = before.parse::<model::id::AuditId>().ok();
    Ok(engine::audit::list(&engine()?, &actor()?.grant()?, before).await?)
}
