//! Server functions of OAuth profiles and protocol profiles.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::{
    connection::Environment,
    forms::ProtocolProfileForm,
    id::{ConnectionId, IntegrationId},
    oauth_profile_form::OauthProfileForm,
    profile::{OauthProfile, ProtocolProfile},
    secret_state::SecretState,
};
use serde::{Deserialize, Serialize};

use crate::{AppError, typed::Typed};
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, engine, id},
};

/// A connection that uses an OAuth profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedBy {
    pub integration: IntegrationId,
    pub integration_name: String,
    pub connection: ConnectionId,
    pub name: String,
    pub environment: Environment,
    /// What to register at the provider for it.
    pub redirect_uri: String,
}

/// An OAuth profile with everything its page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OauthProfileView {
    pub profile: OauthProfile,
    /// Name and state of each secret that is set.
    pub secrets: Vec<(String, SecretState)>,
    /// Client certificates to choose from.
    pub protocol_profiles: Vec<ProtocolProfile>,
    pub used_by: Vec<UsedBy>,
}

/// What was found by an issuer: the form as it would be, without secrets, and what to say.
#[derive(Clone, Serialize, Deserialize)]
pub struct Discovery {
    pub form: OauthProfileForm,
    pub said: String,
}

/// All OAuth profiles.
#[server(name = FetchOauthProfiles, prefix = "/fn", endpoint = "oauth_profiles", input = GetUrl)]
pub async fn oauth_profiles() -> Result<Vec<OauthProfile>, AppError> {
    Ok(engine::oauth_profiles::list(&engine()?, &actor()?.grant()?).await?)
}

/// One OAuth profile.
#[server(name = FetchOauthProfile, prefix = "/fn", endpoint = "oauth_profile", input = GetUrl)]
pub async fn oauth_profile(profile: String) -> Result<OauthProfileView, AppError> {
    let (engine, actor) = (engine()?, actor()?);
    let id = id(&profile, "OAuth profile")?;
    let profile = engine::oauth_profiles::find(&engine, &actor.grant()?, id).await?;
    let used_by = engine::connections::all(&engine, &actor.grant()?)
        .await?
        .into_iter()
        .filter(|row| row.connection.oauth_profile == Some(id))
        .map(|row| UsedBy {
            integration: row.connection.integration,
            integration_name: row.integration_name,
            connection: row.connection.id,
            name: row.connection.name,
            environment: row.connection.environment,
            redirect_uri: engine::tokens::redirect_uri(&engine, row.connection.id),
        })
        .collect();
    Ok(OauthProfileView {
        profile,
        secrets: engine::oauth_profiles::secrets(&engine, &actor.grant()?, id).await?,
        protocol_profiles: engine::protocol_profiles::list(&engine, &actor.grant()?).await?,
        used_by,
    })
}

/// Finds the provider's URLs by the issuer in the form. Nothing is stored.
#[server(prefix = "/fn", endpoint = "discover_provider")]
pub async fn discover_provider(form: Typed<OauthProfileForm>) -> Result<Discovery, AppError> {
    let Typed(mut form) = form;
    let found = engine::oauth_profiles::discover(&engine()?, &actor()?.grant()?, &form.issuer).await?;
    found.fill_in(&mut form);
    for secret in [&mut form.client_secret, &mut form.private_key, &mut form.password] {
        secret.clear();
    }
    Ok(Discovery {
        form,
        said: found.said(),
    })
}

/// Creates or changes an OAuth profile.
#[server(prefix = "/fn", endpoint = "save_oauth_profile")]
pub async fn save_oauth_profile(form: Typed<OauthProfileForm>) -> Result<(), AppError> {
    let Typed(form) = form;
    let saved = engine::oauth_profiles::save(&engine()?, &actor()?.grant()?, form).await?;
    leptos_axum::redirect(&routes::after(&routes::oauth_profile(saved), "saved"));
    Ok(())
}

/// All protocol profiles.
#[server(name = FetchProtocolProfiles, prefix = "/fn", endpoint = "protocol_profiles", input = GetUrl)]
pub async fn protocol_profiles() -> Result<Vec<ProtocolProfile>, AppError> {
    Ok(engine::protocol_profiles::list(&engine()?, &actor()?.grant()?).await?)
}

/// One protocol profile.
#[server(name = FetchProtocolProfile, prefix = "/fn", endpoint = "protocol_profile", input = GetUrl)]
pub async fn protocol_profile(profile: String) -> Result<ProtocolProfile, AppError> {
    Ok(
        engine::protocol_profiles::find(&engine()?, &actor()?.grant()?, id(&profile, "protocol profile")?)
            .await?,
    )
}

/// Creates or changes a protocol profile.
#[server(prefix = "/fn", endpoint = "save_protocol_profile")]
pub async fn save_protocol_profile(form: Typed<ProtocolProfileForm>) -> Result<(), AppError> {
    let Typed(form) = form;
    let saved = engine::protocol_profiles::save(&engine()?, &actor()?.grant()?, form).await?;
    leptos_axum::redirect(&routes::after(&routes::protocol_profile(saved), "saved"));
    Ok(())
}
