//! Connections: everything specific to one environment of one integration.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp, choice,
    id::{ApplicationId, ConnectionId, InboundUserId, IntegrationId, OauthProfileId, ProtocolProfileId},
};

choice! {
    /// What a connection leads to.
    #[derive(Default)]
    Environment {
        Production = "production", "Production";
        PreProduction = "pre_production", "Pre-Production";
        Test = "test", "Test";
        #[default]
        Development = "development", "Development";
        Sandbox = "sandbox", "Sandbox";
    }
}

choice! {
    /// How requests prove who sends them.
    #[derive(Default)]
    Authentication {
        #[default]
        None = "none", "None";
        Basic = "basic", "Basic";
        Oauth2 = "oauth2", "OAuth 2.0";
        ApiKey = "api_key", "API key";
        Bearer = "bearer", "Bearer token";
    }
}

impl Authentication {
    /// One line on what it is good for, shown under the choice.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::None => {
                "The target asks for no credentials. Only for open or otherwise protected services."
            }
            Self::Basic => {
                "User and password with every request. Use it only where nothing better is offered."
            }
            Self::Oauth2 => "Recommended: short-lived tokens instead of a shared password.",
            Self::ApiKey => {
                "A fixed key in a header or query parameter. Prefer the header: queries end up in logs."
            }
            Self::Bearer => "A fixed token in the Authorization header. Mind its expiry.",
        }
    }
}

choice! {
    /// Where an API key is put.
    #[derive(Default)]
    ApiKeyPlace {
        #[default]
        Header = "header", "Header";
        Query = "query", "Query";
    }
}

choice! {
    /// Methods of requests we send.
    #[derive(Default)]
    HttpMethod {
        #[default]
        Get = "GET", "GET";
        Head = "HEAD", "HEAD";
        Options = "OPTIONS", "OPTIONS";
        Post = "POST", "POST";
        Put = "PUT", "PUT";
        Patch = "PATCH", "PATCH";
        Delete = "DELETE", "DELETE";
    }
}

impl HttpMethod {
    /// Whether sending it again changes nothing at the target (RFC 9110 9.2.1 "safe").
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options)
    }
}

/// A header that goes with every request of a connection or message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub name: String,
    pub value: String,
}

/// A connection as stored, without its secrets. Secrets live in the vault under the names of [`secret`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    pub id: ConnectionId,
    pub application: ApplicationId,
    pub integration: IntegrationId,
    pub name: String,
    pub environment: Environment,
    /// Markdown.
    pub description: String,
    pub endpoint_url: String,
    /// Blank: always send when active.
    pub instance_name: String,
    pub authentication: Authentication,
    /// User of Basic authentication.
    pub user: String,
    pub oauth_profile: Option<OauthProfileId>,
    pub api_key_place: ApiKeyPlace,
    /// Header or query parameter that carries the API key.
    pub api_key_name: String,
    pub mutual_auth: bool,
    pub protocol_profile: Option<ProtocolProfileId>,
    pub inbound_user: Option<InboundUserId>,
    pub test_method: HttpMethod,
    /// Path appended to the Endpoint URL for the test; blank tests the Endpoint URL itself.
    pub test_path: String,
    /// Statuses the designer declared as right; empty means ServiceNow's rule.
    pub expected_statuses: Vec<u16>,
    /// Whether a test request was declared at all (method, path or statuses).
    pub test_declared: bool,
    /// Milliseconds until a TCP/TLS connection must stand; `None` is the default.
    pub connect_timeout_ms: Option<i64>,
    /// Milliseconds until the whole answer must be there; `None` is the default.
    pub request_timeout_ms: Option<i64>,
    /// Requests a minute at most; `None` is unlimited.
    pub rate_limit: Option<i64>,
    /// Requests at the same time at most; `None` is the default.
    pub concurrency: Option<i64>,
    pub extra_headers: Vec<Header>,
    pub active: bool,
    /// When it was last enabled; `None` when never.
    pub enabled_at: Option<Timestamp>,
    pub disabled_at: Option<Timestamp>,
    pub disabled_by: String,
    /// When a field that decides about "Connected" last changed.
    pub proof_reset_at: Timestamp,
    pub version: i64,
    pub created: Timestamp,
    pub created_by: String,
    pub updated: Timestamp,
    pub updated_by: String,
}

/// Milliseconds for TCP and TLS when nothing is set.
pub const DEFAULT_CONNECT_TIMEOUT_MS: i64 = 10_000;
/// Milliseconds for a whole request when nothing is set.
pub const DEFAULT_REQUEST_TIMEOUT_MS: i64 = 30_000;
/// Requests of one connection under way at the same time when the field is empty: so few that a target that never
/// answers leaves room for the others.
pub const DEFAULT_CONCURRENCY: i64 = 16;

/// Names of a connection's secrets in the vault.
pub mod secret {
    /// Password of Basic authentication.
    pub const PASSWORD: &str = "password";
    /// The API key.
    pub const API_KEY: &str = "api_key";
    /// The bearer token.
    pub const TOKEN: &str = "token";
}
