//! The OAuth profile form.

use serde::{Deserialize, Serialize};

use super::{
    DESCRIPTION_LIMIT,
    parse::{required, url},
};
use crate::{
    FieldErrors, Invalid,
    names::{self, Name},
    profile::GrantType,
};

form! {
    /// Input of an OAuth profile form.
    OauthProfileForm { name, description, grant_type, authorization_url, token_url, client_id, scopes }
}

/// The checked fields of an [`OauthProfileForm`].
#[derive(Debug)]
pub struct CheckedOauthProfile {
    pub name: Name,
    pub description: String,
    pub grant_type: GrantType,
    pub authorization_url: String,
    pub token_url: String,
    pub client_id: String,
    pub scopes: String,
}

impl OauthProfileForm {
    /// Checks every field at once. The authorization URL is asked for with the authorization code grant only.
    pub fn check(&self) -> Result<CheckedOauthProfile, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", Name::parse(&self.name));
        let description = errors.keep(
            "description",
            names::paragraph(&self.description, DESCRIPTION_LIMIT),
        );
        let grant_type = errors.keep(
            "grant_type",
            GrantType::parse(&self.grant_type).ok_or(Invalid::NotAChoice),
        );
        let needs_authorization = grant_type == Some(GrantType::AuthorizationCode);
        let authorization_url = errors.keep(
            "authorization_url",
            if needs_authorization {
                url(&self.authorization_url)
            } else {
                Ok(String::new())
            },
        );
        let token_url = errors.keep("token_url", url(&self.token_url));
        let client_id = errors.keep("client_id", names::line(&self.client_id, 500).and_then(required));
        let scopes = errors.keep("scopes", names::line(&self.scopes, 2000));
        match (
            name,
            description,
            grant_type,
            authorization_url,
            token_url,
            client_id,
            scopes,
        ) {
            (
                Some(name),
                Some(description),
                Some(grant_type),
                Some(authorization_url),
                Some(token_url),
                Some(client_id),
                Some(scopes),
            ) => Ok(CheckedOauthProfile {
                name,
                description,
                grant_type,
                authorization_url,
                token_url,
                client_id,
                scopes,
            }),
            _ => Err(errors),
        }
    }
}
