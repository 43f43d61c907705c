//! What the status of connections is computed from, gathered without a query per connection.

use std::collections::{HashMap, HashSet};

use model::{
    connection::{Authentication, Connection},
    connection_form,
    connection_status::{StatusInput, StatusWithReason, compute},
    id::ConnectionId,
    profile::OauthProfile,
    variable::Variable,
};
use store::{evidence::ConnectionEvidence, token::Token};
use uuid::Uuid;

use super::credentials::Credentials;
use crate::{Engine, Result, variables};

/// Evidence and stored secrets of many connections.
pub(crate) struct Gathered {
    evidence: HashMap<ConnectionId, ConnectionEvidence>,
    secrets: HashMap<Uuid, Vec<(String, String)>>,
    /// Owner and name of those that do not decrypt.
    unreadable: HashSet<(Uuid, String)>,
    variables: HashMap<ConnectionId, Vec<Variable>>,
    credentials: Credentials,
    instance_name: String,
}

impl Gathered {
    /// Gathers for every connection.
    pub(crate) async fn all(engine: &Engine, connections: &[Connection]) -> Result<Self> {
        let mut secrets: HashMap<Uuid, Vec<(String, String)>> = HashMap::new();
        let stored = store::secret::all(&engine.db).await?;
        let unreadable = engine.vault.unreadable(&engine.db, &stored).await?;
        for secret in stored {
            secrets
                .entry(secret.owner)
                .or_default()
                .push((secret.name, secret.state.origin));
        }
        let mut variables: HashMap<ConnectionId, Vec<Variable>> = HashMap::new();
        let mut integrations: Vec<_> = connections
            .iter()
            .map(|connection| connection.integration)
            .collect();
        integrations.sort_unstable();
        integrations.dedup();
        for integration in integrations {
            for variable in store::variable::list_by_integration(&engine.db, integration).await? {
                variables.entry(variable.connection).or_default().push(variable);
            }
        }
        let evidence = store::evidence::all(&engine.db).await?;
        Ok(Self {
            evidence,
            secrets,
            unreadable,
            variables,
            credentials: Credentials::gather(engine).await?,
            instance_name: engine.instance_name(),
        })
    }

    /// What is missing before a connection can be enabled.
    pub(crate) fn missing(&self, connection: &Connection) -> Vec<String> {
        let set: Vec<String> = self
            .secrets
            .get(&connection.id.0)
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect();
        let mut missing = connection_form::missing(connection, &set);
        missing.extend(self.credentials.missing(connection));
        let destination = self.credentials.destination(connection);
        // A secret set for another destination is never sent to this one: it has to be typed again.
        if let Some(name) = connection_form::needed_secret(connection.authentication)
            && self.set_elsewhere(connection.id.0, name, &destination)
        {
            let label = secret_label(connection.authentication);
            missing.push(format!(
                "{label} (typed again: the trusted authorities have changed)"
            ));
        }
        missing.extend(self.unreadable_of(connection));
        for variable in self
            .variables
            .get(&connection.id)
            .into_iter()
            .flatten()
            .filter(|variable| variable.secret)
        {
            if self.set_elsewhere(variable.id.0, variables::SECRET, &destination)
                || !self.secrets.contains_key(&variable.id.0)
            {
                missing.push(format!("Variable {} (typed again for this host)", variable.key));
            }
        }
        missing
    }

    /// What the connection sends that does not decrypt any more.
    fn unreadable_of(&self, connection: &Connection) -> Vec<String> {
        let is_unreadable = |owner: Uuid, name: &str| self.unreadable.contains(&(owner, name.to_owned()));
        let mut found = Vec::new();
        if let Some(name) = connection_form::needed_secret(connection.authentication)
            && is_unreadable(connection.id.0, name)
        {
            let label = secret_label(connection.authentication);
            found.push(format!("{label} ({ENTER_AGAIN})"));
        }
        for variable in self.variables.get(&connection.id).into_iter().flatten() {
            if variable.secret && is_unreadable(variable.id.0, variables::SECRET) {
                found.push(format!("Variable {} ({ENTER_AGAIN})", variable.key));
            }
        }
        if let Some(profile) = connection
            .oauth_profile
            .filter(|_| connection.authentication == Authentication::Oauth2)
            && self.unreadable.iter().any(|(owner, _)| *owner == profile.0)
        {
            found.push(format!("a secret of the OAuth profile ({ENTER_AGAIN})"));
        }
        if let Some(profile) = connection.protocol_profile.filter(|_| connection.mutual_auth)
            && self.unreadable.iter().any(|(owner, _)| *owner == profile.0)
        {
            found.push(format!("the private key of the protocol profile ({ENTER_AGAIN})"));
        }
        found
    }

    /// Whether a secret is set, but for another destination.
    fn set_elsewhere(&self, owner: Uuid, name: &str, destination: &str) -> bool {
        let set = self.secrets.get(&owner).into_iter().flatten();
        set.filter(|(known, _)| known == name)
            .any(|(_, bound)| bound != destination)
    }

    /// The status of a connection, with its reason.
    pub(crate) fn status(&self, connection: &Connection) -> StatusWithReason {
        let evidence = self.evidence.get(&connection.id);
        let input = StatusInput {
            missing: self.missing(connection),
            expired: self.credentials.expired(connection),
            without_token: self.credentials.without_token(connection),
            credential_warnings: self.credentials.warnings(connection),
            last: evidence.and_then(|evidence| evidence.last.clone()),
            recent_failures: evidence.map_or(0, |evidence| evidence.recent_failures),
            instance_name: self.instance_name.clone(),
        };
        compute(connection, &input)
    }

    /// The token of a connection with its OAuth profile, as long as it was given for what the connection is now.
    pub(crate) fn token(&self, connection: &Connection) -> Option<(&Token, &OauthProfile)> {
        self.credentials
            .token(connection)
            .zip(self.credentials.oauth_profile(connection))
    }

    /// Why a connection gets no token, and how often it was asked for one in vain.
    pub(crate) fn without_token(&self, connection: &Connection) -> Option<(String, i64)> {
        self.credentials.without_token(connection)?;
        let token = self.credentials.token(connection)?;
        Some((token.failure.clone(), token.attempts))
    }

    /// Failures among the last ten calls.
    pub(crate) fn recent_failures(&self, connection: &Connection) -> u32 {
        self.evidence
            .get(&connection.id)
            .map_or(0, |evidence| evidence.recent_failures)
    }

    /// When a call or test last succeeded.
    pub(crate) fn last_success(&self, connection: &Connection) -> Option<model::Timestamp> {
        self.evidence
            .get(&connection.id)
            .and_then(|evidence| evidence.last_success)
    }
}

/// What is said of a secret whose ciphertext does not decrypt.
const ENTER_AGAIN: &str = "the stored value cannot be decrypted: enter it again";

/// The label of the secret that an Authentication needs.
fn secret_label(authentication: Authentication) -> &'static str {
    match authentication {
        Authentication::ApiKey => "API key",
        Authentication::Bearer => "Token",
        Authentication::Basic | Authentication::None | Authentication::Oauth2 => "Password",
    }
}

/// What is missing before one connection can be enabled or tested.
pub(crate) async fn missing_of(engine: &Engine, connection: &Connection) -> Result<Vec<String>> {
    Ok(Gathered::all(engine, std::slice::from_ref(connection))
        .await?
        .missing(connection))
}
