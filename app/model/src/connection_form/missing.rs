//! What a connection lacks before it can be enabled.

use crate::connection::{Authentication, Connection, secret};

/// The secret that an Authentication needs, by its name in the vault.
pub const fn needed_secret(authentication: Authentication) -> Option<&'static str> {
    match authentication {
        Authentication::Basic => Some(secret::PASSWORD),
        Authentication::ApiKey => Some(secret::API_KEY),
        Authentication::Bearer => Some(secret::TOKEN),
        Authentication::None | Authentication::Oauth2 => None,
    }
}

/// What is missing before a connection can be enabled, in the labels of the form. `set` are the names of its stored secrets.
pub fn missing(connection: &Connection, set: &[String]) -> Vec<String> {
    let has = |name: &str| set.iter().any(|s| s == name);
    let mut missing: Vec<&str> = Vec::new();
    if connection.endpoint_url.is_empty() && connection.inbound_user.is_none() {
        missing.push("Endpoint URL");
    }
    match connection.authentication {
        Authentication::None => {}
        Authentication::Basic => {
            if connection.user.is_empty() {
                missing.push("User");
            }
            if !has(secret::PASSWORD) {
                missing.push("Password");
            }
        }
        Authentication::Oauth2 => {
            if connection.oauth_profile.is_none() {
                missing.push("OAuth profile");
            }
        }
        Authentication::ApiKey => {
            if connection.api_key_name.is_empty() {
                missing.push("API key name");
            }
            if !has(secret::API_KEY) {
                missing.push("API key");
            }
        }
        Authentication::Bearer => {
            if !has(secret::TOKEN) {
                missing.push("Token");
            }
        }
    }
    if connection.mutual_auth && connection.protocol_profile.is_none() {
        missing.push("Protocol profile");
    }
    missing.into_iter().map(str::to_owned).collect()
}
