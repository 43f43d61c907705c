//! OAuth profiles and protocol profiles: what connections share about providers and TLS.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    certificate::CertificateInfo,
    choice,
    id::{ApplicationId, OauthProfileId, ProtocolProfileId},
};

choice! {
    /// OAuth 2.0 grants (RFC 6749, RFC 7523).
    #[derive(Default)]
    GrantType {
        #[default]
        AuthorizationCode = "authorization_code", "Authorization code";
        ClientCredentials = "client_credentials", "Client credentials";
        Password = "password", "Resource owner password";
        JwtBearer = "jwt_bearer", "JWT bearer";
    }
}

choice! {
    /// How the client proves to the provider who it is (RFC 6749 2.3, RFC 7523 2.2, RFC 8705 2).
    #[derive(Default)]
    ClientAuthentication {
        #[default]
        Basic = "basic", "Client secret in the header";
        Body = "body", "Client secret in the form body";
        PrivateKeyJwt = "private_key_jwt", "Private key JWT";
        MutualTls = "mutual_tls", "Client certificate (mutual TLS)";
        None = "none", "None: a public client";
    }
}

/// Names of an OAuth profile's secrets in the vault.
pub mod secret {
    pub const CLIENT_SECRET: &str = "client_secret";
    pub const PRIVATE_KEY: &str = "private_key";
    /// Of the resource owner, with the password grant.
    pub const PASSWORD: &str = "password";
    pub const ALL: [&str; 3] = [CLIENT_SECRET, PRIVATE_KEY, PASSWORD];
}

choice! {
    /// Lowest TLS version accepted.
    TlsVersion {
        Tls12 = "1.2", "TLS 1.2";
        Tls13 = "1.3", "TLS 1.3";
    }
}

/// An OAuth client registration at a provider, shared by connections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OauthProfile {
    pub id: OauthProfileId,
    pub application: ApplicationId,
    pub name: String,
    pub description: String,
    /// Key of an [`OauthPreset`](crate::oauth_presets::OauthPreset).
    pub preset: String,
    pub grant_type: GrantType,
    /// The provider's issuer, blank when not known.
    pub issuer: String,
    /// Whether the provider's metadata promise `iss` in every callback (RFC 9207).
    pub iss_promised: bool,
    pub authorization_url: String,
    pub token_url: String,
    pub revocation_url: String,
    pub client_id: String,
    pub client_authentication: ClientAuthentication,
    /// `kid` of what the client signs.
    pub key_id: String,
    /// `sub` of the JWT bearer grant.
    pub subject: String,
    /// `aud` of what the client signs; blank names the token URL.
    pub assertion_audience: String,
    /// Resource owner of the password grant.
    pub user: String,
    /// Blank-separated.
    pub scopes: String,
    pub audience: String,
    /// Blank-separated (RFC 8707).
    pub resource: String,
    /// Lines `name=value`.
    pub authorization_parameters: String,
    /// Lines `name=value`.
    pub token_parameters: String,
    pub pkce: bool,
    /// Origins (scheme, host, port) of the APIs its tokens may be sent to.
    pub api_origins: Vec<String>,
    /// Whether a refresh brings a new refresh token.
    pub rotates: bool,
    /// A refresh token unused for so many days is dead.
    pub inactivity_days: Option<i64>,
    /// So many days after the consent everything is dead.
    pub absolute_days: Option<i64>,
    /// How many days a refresh token lives from when it was given.
    pub refresh_days: Option<i64>,
    /// The client certificate, with mutual TLS.
    pub protocol_profile: Option<ProtocolProfileId>,
    pub version: i64,
    pub created: Timestamp,
    pub created_by: String,
    pub updated: Timestamp,
    pub updated_by: String,
}

impl OauthProfile {
    /// Whether its tokens may be sent to this origin.
    pub fn sends_to(&self, origin: &str) -> bool {
        self.api_origins.iter().any(|listed| listed == origin)
    }
}

/// TLS material for mutual authentication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtocolProfile {
    pub id: ProtocolProfileId,
    pub application: ApplicationId,
    pub name: String,
    pub description: String,
    pub minimum_tls: TlsVersion,
    /// What people see of the client's certificate chain, its own first; empty while none was uploaded.
    pub certificates: Vec<CertificateInfo>,
    /// Trusted authorities besides the system's, in PEM.
    pub ca_bundle: String,
    pub authorities: Vec<CertificateInfo>,
    pub version: i64,
    pub created: Timestamp,
    pub created_by: String,
    pub updated: Timestamp,
    pub updated_by: String,
}

impl ProtocolProfile {
    /// What a choice says: the name, and that there is no certificate yet.
    pub fn name_with_state(&self) -> String {
        if self.certificates.is_empty() {
            format!("{} (no certificate yet)", self.name)
        } else {
            self.name.clone()
        }
    }
}
