//! The OAuth profile form: its rule table, its fields and its check, shared by form, server and REST API.

mod check;
mod parse;
mod rules;

use serde::{Deserialize, Serialize};

use crate::{
    forms::mark,
    oauth_presets::OauthPreset,
    profile::{ClientAuthentication, GrantType, OauthProfile},
};

pub use check::CheckedOauthProfile;
pub use rules::{ASKED_WHEN, AskedWhen, KEY_FIELDS, asked_for};

/// What was typed into the form. Secrets are write-only: blank keeps what is set.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OauthProfileForm {
    /// Id of the record, empty for a new one.
    pub id: String,
    /// The version that was shown; 0 for a new record.
    pub version: i64,
    pub name: String,
    pub description: String,
    /// Key of an [`OauthPreset`]; blank is the generic one.
    pub preset: String,
    pub grant_type: String,
    pub issuer: String,
    /// `on` when switched on.
    pub iss_promised: String,
    pub authorization_url: String,
    pub token_url: String,
    pub revocation_url: String,
    pub client_id: String,
    pub client_authentication: String,
    pub client_secret: String,
    /// PEM.
    pub private_key: String,
    pub key_id: String,
    pub assertion_audience: String,
    pub subject: String,
    pub user: String,
    pub password: String,
    /// Separated by blanks.
    pub scopes: String,
    pub audience: String,
    /// Separated by blanks (RFC 8707).
    pub resource: String,
    /// Lines `name=value`.
    pub authorization_parameters: String,
    /// Lines `name=value`.
    pub token_parameters: String,
    /// `on` when switched on.
    pub pkce: String,
    /// Lines, each `https://host`.
    pub api_origins: String,
    /// `on` when switched on.
    pub rotates: String,
    pub inactivity_days: String,
    pub absolute_days: String,
    pub refresh_days: String,
    pub protocol_profile: String,
}

impl OauthProfileForm {
    /// The form of a new profile: what is right at most providers. Of one that is not known, an unused refresh token
    /// is taken to live a month, so that it is kept alive.
    pub fn fresh() -> Self {
        let inactivity =
            OauthPreset::find(OauthPreset::GENERIC_KEY).and_then(|preset| preset.inactivity_days);
        Self {
            inactivity_days: inactivity.map_or_else(String::new, |days| days.to_string()),
            grant_type: GrantType::AuthorizationCode.word().into(),
            client_authentication: ClientAuthentication::Basic.word().into(),
            pkce: "on".into(),
            ..Self::default()
        }
    }

    /// The form of a stored profile, without secrets.
    pub fn of(profile: &OauthProfile) -> Self {
        let days = |days: Option<i64>| days.map_or_else(String::new, |days| days.to_string());
        Self {
            id: profile.id.to_string(),
            version: profile.version,
            name: profile.name.clone(),
            description: profile.description.clone(),
            preset: profile.preset.clone(),
            grant_type: profile.grant_type.word().into(),
            issuer: profile.issuer.clone(),
            iss_promised: mark(profile.iss_promised),
            authorization_url: profile.authorization_url.clone(),
            token_url: profile.token_url.clone(),
            revocation_url: profile.revocation_url.clone(),
            client_id: profile.client_id.clone(),
            client_authentication: profile.client_authentication.word().into(),
            client_secret: String::new(),
            private_key: String::new(),
            key_id: profile.key_id.clone(),
            assertion_audience: profile.assertion_audience.clone(),
            subject: profile.subject.clone(),
            user: profile.user.clone(),
            password: String::new(),
            scopes: profile.scopes.clone(),
            audience: profile.audience.clone(),
            resource: profile.resource.clone(),
            authorization_parameters: profile.authorization_parameters.clone(),
            token_parameters: profile.token_parameters.clone(),
            pkce: mark(profile.pkce),
            api_origins: profile.api_origins.join("\n"),
            rotates: mark(profile.rotates),
            inactivity_days: days(profile.inactivity_days),
            absolute_days: days(profile.absolute_days),
            refresh_days: days(profile.refresh_days),
            protocol_profile: profile
                .protocol_profile
                .map_or_else(String::new, |id| id.to_string()),
        }
    }
}
