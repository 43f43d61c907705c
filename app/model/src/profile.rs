//! OAuth profiles and protocol profiles. This release creates and references them; the tokens and certificates
//! that make them work come with the next.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp, choice,
    id::{ApplicationId, OauthProfileId, ProtocolProfileId},
};

choice! {
    /// OAuth 2.0 grants (RFC 6749, RFC 7523).
    GrantType {
        AuthorizationCode = "authorization_code", "Authorization code";
        ClientCredentials = "client_credentials", "Client credentials";
        Password = "password", "Resource owner password";
        JwtBearer = "jwt_bearer", "JWT bearer";
    }
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
    pub grant_type: GrantType,
    pub authorization_url: String,
    pub token_url: String,
    pub client_id: String,
    /// Blank-separated.
    pub scopes: String,
    pub version: i64,
    pub created: Timestamp,
    pub created_by: String,
    pub updated: Timestamp,
    pub updated_by: String,
}

/// TLS material for mutual authentication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtocolProfile {
    pub id: ProtocolProfileId,
    pub application: ApplicationId,
    pub name: String,
    pub description: String,
    pub minimum_tls: TlsVersion,
    pub version: i64,
    pub created: Timestamp,
    pub created_by: String,
    pub updated: Timestamp,
    pub updated_by: String,
}
