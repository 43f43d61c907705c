//! OAuth clients: the application registry of our own token endpoint. An external system gets a client ID and a secret
//! here, fetches tokens with them, and posts as the client's inbound user.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp, choice,
    id::{ApplicationId, InboundUserId, OauthClientId, OauthClientSecretId},
};

choice! {
    /// A grant a client may use (RFC 6749 4 and 6).
    ClientGrant {
        ClientCredentials = "client_credentials", "Client credentials";
        Password = "password", "Password";
        RefreshToken = "refresh_token", "Refresh token";
    }
}

/// A registered client, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OauthClient {
    pub id: OauthClientId,
    pub application: ApplicationId,
    pub name: String,
    pub description: String,
    /// Unique; fixed after creation.
    pub client_id: String,
    pub grants: Vec<ClientGrant>,
    /// Seconds an access token counts.
    pub access_lifetime: i64,
    /// Seconds a refresh token counts.
    pub refresh_lifetime: i64,
    /// Who holders of its tokens post as.
    pub inbound_user: InboundUserId,
    pub active: bool,
    pub version: i64,
    pub created: Timestamp,
    pub created_by: String,
    pub updated: Timestamp,
    pub updated_by: String,
}

/// A secret of a client, without its text. Several may be valid at once, so that one can be rotated without a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSecret {
    pub id: OauthClientSecretId,
    pub client: OauthClientId,
    /// First characters, to tell secrets apart.
    pub begins_with: String,
    pub created: Timestamp,
    pub created_by: String,
    /// From then on it does not count; `None` counts until it is revoked.
    pub expires: Option<Timestamp>,
    /// To the minute.
    pub last_used: Option<Timestamp>,
}

/// A client with what its page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OauthClientView {
    pub client: OauthClient,
    /// Name of its inbound user.
    pub inbound_user_name: String,
    pub secrets: Vec<ClientSecret>,
    /// Access tokens that count now.
    pub live_tokens: i64,
    /// Absolute URL of the token endpoint.
    pub token_url: String,
}

/// Answer to making a secret: the only time its text is shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewClientSecret {
    pub id: OauthClientSecretId,
    pub client_id: String,
    pub client_secret: String,
    pub token_url: String,
    /// How the client may fetch tokens.
    pub grants: Vec<ClientGrant>,
    /// User ID of its inbound user, for the password grant.
    pub user_id: String,
}
