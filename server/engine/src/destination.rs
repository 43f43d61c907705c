//! Where the secrets of a connection may go: the origin of its Endpoint URL and, with a trusted CA bundle, whoever those
//! authorities vouch for. A secret is bound to it, and another destination demands the secret again.

use std::fmt::Write as _;

use model::{
    connection::Connection,
    id::ProtocolProfileId,
    profile::{ClientAuthentication, OauthProfile, ProtocolProfile},
    target_url::EndpointUrl,
};
use sha2::{Digest, Sha256};

use crate::{Engine, Result};

/// Scheme, host and port of an Endpoint URL; blank when it has none.
pub(crate) fn origin(endpoint_url: &str) -> String {
    EndpointUrl::parse(endpoint_url)
        .map(|url| url.origin())
        .unwrap_or_default()
}

/// The destination of a connection with this Endpoint URL that shows itself by `profile`, if by any.
pub(crate) fn destination(endpoint_url: &str, profile: Option<&ProtocolProfile>) -> String {
    let mut text = origin(endpoint_url);
    if let Some(profile) = profile.filter(|profile| !profile.ca_bundle.is_empty() && !text.is_empty()) {
        text.push_str(" (own authorities ");
        for byte in &Sha256::digest(&profile.ca_bundle)[..8] {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text.push(')');
    }
    text
}

/// The protocol profile by which an OAuth client proves itself to the token endpoint.
pub(crate) fn token_profile(
    authentication: ClientAuthentication,
    profile: Option<ProtocolProfileId>,
) -> Option<ProtocolProfileId> {
    profile.filter(|_| authentication == ClientAuthentication::MutualTls)
}

/// The same, with the profile looked up.
pub(crate) async fn with_profile(
    engine: &Engine,
    endpoint_url: &str,
    profile: Option<ProtocolProfileId>,
) -> Result<String> {
    let profile = match profile {
        Some(id) => store::protocol_profile::find(&engine.db, id).await?,
        None => None,
    };
    Ok(destination(endpoint_url, profile.as_ref()))
}

/// The protocol profile that a connection shows itself by.
pub(crate) fn profile_of(connection: &Connection) -> Option<ProtocolProfileId> {
    connection.protocol_profile.filter(|_| connection.mutual_auth)
}

/// The destination of a stored connection.
pub(crate) async fn of_connection(engine: &Engine, connection: &Connection) -> Result<String> {
    with_profile(engine, &connection.endpoint_url, profile_of(connection)).await
}

/// Where the secrets of an OAuth client go: its token endpoint.
pub(crate) async fn of_token_endpoint(engine: &Engine, profile: &OauthProfile) -> Result<String> {
    let shown = token_profile(profile.client_authentication, profile.protocol_profile);
    with_profile(engine, &profile.token_url, shown).await
}
