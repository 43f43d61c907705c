//! What a token is asked for with.

use secrecy::SecretString;
use serde_json::{Map, Value};

use crate::{assertion::KeyIdentity, signing_key::SigningKey};

/// A grant (RFC 6749 4, RFC 7523 2.1, RFC 6749 6).
#[derive(Debug, Clone)]
pub enum Grant {
    /// What [`Pending::finish`](crate::authorization::Pending::finish) gives.
    AuthorizationCode {
        code: SecretString,
        redirect_uri: String,
        pkce_verifier: Option<SecretString>,
    },
    ClientCredentials,
    Password {
        user: String,
        password: SecretString,
    },
    JwtBearer(JwtBearer),
    Refresh {
        refresh_token: SecretString,
    },
}

/// The assertion of the JWT bearer grant.
#[derive(Debug, Clone)]
pub struct JwtBearer {
    pub key: SigningKey,
    pub identity: KeyIdentity,
    /// `iss`; the client id when absent.
    pub issuer: Option<String>,
    /// `sub`: for whom the token is.
    pub subject: String,
    /// `aud`; the token URL when absent.
    pub audience: Option<String>,
    /// Further claims, such as Google's `scope`. They cannot replace iss, sub, aud, exp, iat and jti.
    pub claims: Map<String, Value>,
}

/// What a call asks for. Which answers are final depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    AuthorizationCode,
    ClientCredentials,
    Password,
    JwtBearer,
    Refresh,
    Revocation,
}

impl Asked {
    /// Whether a person has to consent again when what was sent is dead.
    pub fn needs_person(self) -> bool {
        matches!(self, Self::AuthorizationCode | Self::Refresh)
    }

    /// What the provider refuses when it refuses the grant.
    pub(crate) fn proof(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "the authorization code",
            Self::ClientCredentials => "the client credentials",
            Self::Password => "the user and password",
            Self::JwtBearer => "the signed assertion",
            Self::Refresh => "the refresh token",
            Self::Revocation => "the revocation",
        }
    }
}

impl Grant {
    /// What this grant asks for.
    pub fn asked(&self) -> Asked {
        match self {
            Self::AuthorizationCode { .. } => Asked::AuthorizationCode,
            Self::ClientCredentials => Asked::ClientCredentials,
            Self::Password { .. } => Asked::Password,
            Self::JwtBearer(_) => Asked::JwtBearer,
            Self::Refresh { .. } => Asked::Refresh,
        }
    }
}
