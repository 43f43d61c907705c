//! Server functions of OAuth profiles and protocol profiles.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::{
    forms::ProtocolProfileForm,
    oauth_profile_form::OauthProfileForm,
    profile::{OauthProfile, ProtocolProfile},
};

use crate::{AppError, typed::Typed};
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, engine, id},
};

/// All OAuth profiles.
#[server(name = FetchOauthProfiles, prefix = "/fn", endpoint = "oauth_profiles", input = GetUrl)]
pub async fn oauth_profiles() -> Result<Vec<OauthProfile>, AppError> {
    Ok(engine::oauth_profiles::list(&engine()?, &actor()?.grant()?).await?)
}

/// One OAuth profile.
#[server(name = FetchOauthProfile, prefix = "/fn", endpoint = "oauth_profile", input = GetUrl)]
pub async fn oauth_profile(profile: String) -> Result<OauthProfile, AppError> {
    Ok(engine::oauth_profiles::find(&engine()?, &actor()?.grant()?, id(&profile, "OAuth profile")?).await?)
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
