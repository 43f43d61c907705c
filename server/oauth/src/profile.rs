//! An OAuth profile as the protocol needs it: checked, with its secrets in clear for the one call being built.

use secrecy::SecretString;

use crate::{
    assertion::KeyIdentity, parameters::Parameters, provider_url::ProviderUrl, scopes::Scopes,
    signing_key::SigningKey,
};

/// The client registration a token is asked for with.
#[derive(Debug, Clone)]
pub struct Profile {
    pub client_id: String,
    pub authentication: ClientAuthentication,
    pub token_url: ProviderUrl,
    pub scopes: Scopes,
    /// `audience`, as Auth0 and Atlassian want it. Sent where the authorisation is asked for: in the authorization URL,
    /// or in the token request of a grant without one.
    pub audience: Option<String>,
    /// `resource` (RFC 8707), sent in every request.
    pub resources: Vec<String>,
    /// Extra parameters of every token request.
    pub token_parameters: Parameters,
}

/// How the client proves who it is (RFC 6749 2.3, RFC 7523 2.2, RFC 8705 2).
#[derive(Debug, Clone)]
pub enum ClientAuthentication {
    /// Client secret in the Authorization header.
    Basic(SecretString),
    /// Client secret in the form.
    Body(SecretString),
    /// An assertion signed with a private key.
    PrivateKeyJwt(PrivateKeyJwt),
    /// The client certificate of the TLS connection; the form names the client.
    MutualTls,
    /// A public client: none.
    Public,
}

/// A client that signs instead of sending a secret.
#[derive(Debug, Clone)]
pub struct PrivateKeyJwt {
    pub key: SigningKey,
    pub identity: KeyIdentity,
    /// The one audience of the assertion. Without it the token URL is named; some providers want their issuer.
    pub audience: Option<String>,
}
