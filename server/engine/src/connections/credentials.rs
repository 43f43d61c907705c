//! What connections prove themselves with beyond their own fields: OAuth tokens and certificates. What is missing of
//! it, what is past its end, and what soon will be.

use std::collections::HashMap;

use model::{
    Timestamp,
    connection::{Authentication, Connection},
    id::{ConnectionId, OauthProfileId, ProtocolProfileId},
    profile::{GrantType, OauthProfile, ProtocolProfile},
    token::TokenStatus,
};
use store::token::Token;

use crate::{
    Engine, Result,
    destination::{destination, origin, token_profile},
    tokens,
};

/// From when before its end something is called *Expiring*: 30 days.
const SOON: i64 = 30 * DAY;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// Profiles and tokens of all connections.
pub(super) struct Credentials {
    oauth_profiles: HashMap<OauthProfileId, OauthProfile>,
    protocol_profiles: HashMap<ProtocolProfileId, ProtocolProfile>,
    tokens: HashMap<ConnectionId, Token>,
    now: Timestamp,
}

impl Credentials {
    pub(super) async fn gather(engine: &Engine) -> Result<Self> {
        let oauth = store::oauth_profile::list(&engine.db).await?;
        let protocol = store::protocol_profile::list(&engine.db).await?;
        let tokens = store::token::list(&engine.db).await?;
        Ok(Self {
            oauth_profiles: oauth.into_iter().map(|profile| (profile.id, profile)).collect(),
            protocol_profiles: protocol
                .into_iter()
                .map(|profile| (profile.id, profile))
                .collect(),
            tokens: tokens
                .into_iter()
                .map(|token| (token.connection, token))
                .collect(),
            now: engine.now(),
        })
    }

    /// The OAuth profile of a connection that uses one.
    pub(super) fn oauth_profile(&self, connection: &Connection) -> Option<&OauthProfile> {
        (connection.authentication == Authentication::Oauth2)
            .then(|| self.oauth_profiles.get(&connection.oauth_profile?))
            .flatten()
    }

    /// Its token, as long as it was given for what the connection is now.
    pub(super) fn token(&self, connection: &Connection) -> Option<&Token> {
        let profile = self.oauth_profile(connection)?;
        let token = self.tokens.get(&connection.id)?;
        let shown_by = token_profile(profile.client_authentication, profile.protocol_profile)
            .and_then(|id| self.protocol_profiles.get(&id));
        let token_endpoint = destination(&profile.token_url, shown_by);
        let bound_to = tokens::bound_to(profile, &token_endpoint, &self.destination(connection));
        (token.bound_to == bound_to).then_some(token)
    }

    /// Where the secrets of a connection may go.
    pub(super) fn destination(&self, connection: &Connection) -> String {
        destination(&connection.endpoint_url, self.protocol_profile(connection))
    }

    fn protocol_profile(&self, connection: &Connection) -> Option<&ProtocolProfile> {
        connection
            .mutual_auth
            .then(|| self.protocol_profiles.get(&connection.protocol_profile?))
            .flatten()
    }

    /// What is missing, in words that say what to do.
    pub(super) fn missing(&self, connection: &Connection) -> Vec<String> {
        let mut missing = Vec::new();
        if let Some(profile) = self.oauth_profile(connection) {
            let origin = origin(&connection.endpoint_url);
            if !origin.is_empty() && !profile.sends_to(&origin) {
                missing.push(format!(
                    "{origin} among the API origins of the OAuth profile {}",
                    profile.name
                ));
            }
            let needs_person = profile.grant_type == GrantType::AuthorizationCode;
            let has_token = self
                .token(connection)
                .is_some_and(|token| token.status != TokenStatus::None);
            if needs_person && !has_token {
                missing.push("OAuth token (press Get OAuth token)".into());
            }
        }
        if let Some(profile) = self.protocol_profile(connection)
            && profile.certificates.is_empty()
        {
            missing.push(format!("certificate of the protocol profile {}", profile.name));
        }
        missing
    }

    /// Why it cannot prove itself any more, and since when: the connection is Expired.
    pub(super) fn expired(&self, connection: &Connection) -> Option<(String, Option<Timestamp>)> {
        if let Some(token) = self.token(connection) {
            if token.status == TokenStatus::Refused {
                return Some((token.failure.trim_end_matches('.').to_owned(), token.failed_at));
            }
            if let Some(end) = token.ends_at.filter(|end| *end <= self.now) {
                return Some(("the OAuth token expired: press Re-authorise".into(), Some(end)));
            }
        }
        let profile = self.protocol_profile(connection)?;
        let certificate = profile
            .certificates
            .iter()
            .find(|info| info.not_after <= self.now)?;
        let text = format!(
            "the certificate {} of the protocol profile {} expired: upload a new one",
            certificate.subject, profile.name
        );
        Some((text, Some(certificate.not_after)))
    }

    /// Why there is no token to send, and since when: the provider gives none at the moment, which ends nothing
    /// (a network error does not end in Expired).
    pub(super) fn without_token(&self, connection: &Connection) -> Option<(String, Option<Timestamp>)> {
        let token = self.token(connection)?;
        if token.status == TokenStatus::Refused
            || token.failure.is_empty()
            || tokens::is_valid(token, self.now)
        {
            return None;
        }
        // The cause; what to do about it stands with the token.
        let why = token.failure.split(". ").next().unwrap_or_default();
        let why = why.trim_end_matches('.');
        Some((format!("no OAuth token: {why}"), token.failed_at))
    }

    /// What will end soon, and what fails although it still works.
    pub(super) fn warnings(&self, connection: &Connection) -> Vec<String> {
        let mut warnings = Vec::new();
        if let Some(token) = self
            .token(connection)
            .filter(|token| token.status == TokenStatus::Live)
        {
            if let Some(days) = token.renew_by.and_then(|end| self.days_left(end)) {
                warnings.push(format!(
                    "Expiring: the OAuth token ends in {days}; press Re-authorise before"
                ));
            }
            if !token.failure.is_empty() && tokens::is_valid(token, self.now) {
                warnings.push(format!(
                    "Token not refreshed: {}",
                    token.failure.trim_end_matches('.')
                ));
            }
        }
        let certificates = self
            .protocol_profile(connection)
            .into_iter()
            .flat_map(|profile| &profile.certificates);
        for certificate in certificates {
            if let Some(days) = self.days_left(certificate.not_after) {
                warnings.push(format!(
                    "Expiring: the certificate {} ends in {days}",
                    certificate.subject
                ));
            }
        }
        warnings
    }

    /// `12 days`, when it is soon and not past.
    fn days_left(&self, end: Timestamp) -> Option<String> {
        let left = end.since(self.now);
        (left > 0 && left <= SOON).then(|| match (left + DAY - 1) / DAY {
            1 => "1 day".to_owned(),
            days => format!("{days} days"),
        })
    }
}
