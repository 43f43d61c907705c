//! The OAuth profile of a connection as the protocol wants it, secrets included.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{
    connection::Connection,
    profile::{ClientAuthentication, GrantType, OauthProfile},
    token::TokenStatus,
};
use oauth::{
    Algorithm, Behaviour, KeyIdentity, Parameters, PrivateKeyJwt, Profile, ProviderUrl, Scopes, SigningKey,
    authorization::Authorization,
};
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use store::token::Token;
use url::Url;

use super::renew::{jitter_of, life};
use crate::{Engine, Result, departure::Leave, destination, oauth_profiles::secret};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Everything the calls for one connection's token need.
pub(super) struct Registration {
    pub leave: Leave,
    pub stored: OauthProfile,
    pub protocol: Profile,
    pub behaviour: Behaviour,
    pub bound_to: String,
    /// Password of the resource owner.
    pub password: Option<SecretString>,
    /// Key of the JWT bearer assertion.
    pub key: Option<SigningKey>,
}

/// What a token is given for: with another profile, client, provider or API it does not count. Where no
/// person is needed, what is asked for belongs to it as well: a new token with other scopes or for another user is asked
/// for at once.
pub(crate) fn bound_to(profile: &OauthProfile, token_endpoint: &str, destination: &str) -> String {
    let asks = if needs_person(profile) {
        String::new()
    } else {
        let asked = [
            &profile.user,
            &profile.subject,
            &profile.scopes,
            &profile.audience,
            &profile.resource,
            &profile.token_parameters,
        ];
        let mut digest = Sha256::new();
        for part in asked {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        format!(" {}", URL_SAFE_NO_PAD.encode(&digest.finalize()[..12]))
    };
    format!(
        "{} {} {} {} {token_endpoint} {destination}{asks}",
        profile.id,
        profile.grant_type.word(),
        profile.client_id,
        profile.token_url,
    )
}

fn needs_person(profile: &OauthProfile) -> bool {
    profile.grant_type == GrantType::AuthorizationCode
}

fn behaviour(profile: &OauthProfile) -> Behaviour {
    let days = |days: Option<i64>| days.map(|days| days.saturating_mul(DAY));
    Behaviour {
        rotates: profile.rotates,
        inactivity_ms: days(profile.inactivity_days),
        absolute_ms: days(profile.absolute_days),
        refresh_lifespan_ms: days(profile.refresh_days),
        needs_person: needs_person(profile),
    }
}

/// A stored token with the times that follow from what its profile says of the provider now.
pub(crate) fn rescheduled(token: Token, profile: &OauthProfile) -> Token {
    let Some(life) = life(&token).filter(|_| token.status == TokenStatus::Live) else {
        return token;
    };
    let behaviour = behaviour(profile);
    let next = life.next(&behaviour, jitter_of(token.connection), token.last_used);
    Token {
        due_at: next.map(|due| due.at),
        ends_at: life.dead_at(&behaviour),
        renew_by: life.ends(&behaviour).map(|ends| ends.at),
        ..token
    }
}

/// Loads it; the inner error is a sentence that says what to mend.
pub(super) async fn load(engine: &Engine, connection: &Connection) -> Result<Result<Registration, String>> {
    let leave = match Leave::for_connection(engine, connection) {
        Ok(leave) => leave,
        Err(sentence) => return Ok(Err(sentence)),
    };
    let Some(id) = connection.oauth_profile else {
        return Ok(Err("The connection has no OAuth profile. Choose one.".into()));
    };
    let Some(stored) = store::oauth_profile::find(&engine.db, id).await? else {
        return Ok(Err(
            "Its OAuth profile does not exist any more. Choose another.".into()
        ));
    };
    let origin = destination::origin(&connection.endpoint_url);
    if !stored.sends_to(&origin) {
        return Ok(Err(format!(
            "The OAuth profile {} does not list {origin} among its API origins, so its tokens are not sent there. \
             An administrator adds it to the profile.",
            stored.name
        )));
    }
    let token_endpoint = destination::of_token_endpoint(engine, &stored).await?;
    let mut secrets = Vec::new();
    for name in secret::ALL {
        match engine.vault.read(&engine.db, id.0, name).await {
            Ok(Some((clear, state))) if state.origin == token_endpoint => secrets.push((name, clear)),
            Ok(_) => {}
            Err(error) => {
                let record = format!("the OAuth profile {}", stored.name);
                return error.about_secret(&record).map(Err);
            }
        }
    }
    let take = |wanted: &str| {
        secrets
            .iter()
            .find(|(name, _)| *name == wanted)
            .map(|(_, clear)| clear.clone())
    };
    let destination = destination::of_connection(engine, connection).await?;
    Ok(build(leave, (&token_endpoint, &destination), stored, take))
}

/// Scheme, host and port of a token URL: where a client's secrets may go.
pub(crate) fn token_origin(token_url: &str) -> String {
    Url::parse(token_url)
        .map(|url| url.origin().ascii_serialization())
        .unwrap_or_default()
}

fn build(
    leave: Leave,
    (token_endpoint, destination): (&str, &str),
    stored: OauthProfile,
    take: impl Fn(&str) -> Option<SecretString>,
) -> Result<Registration, String> {
    let profile = &stored.name;
    let wrong = |what: &str, why: &dyn std::fmt::Display| format!("OAuth profile {profile}: {what}: {why}");
    let missing = |label: &str| {
        format!("OAuth profile {profile}: the {label} is missing, or was set for another host. Set it there.")
    };
    let key = |label: &str| -> Result<SigningKey, String> {
        let pem = take(secret::PRIVATE_KEY).ok_or_else(|| missing(label))?;
        let algorithm: Option<Algorithm> = None;
        SigningKey::from_pem(&pem, algorithm).map_err(|problem| wrong(label, &problem))
    };
    let identity = || KeyIdentity {
        kid: some(&stored.key_id),
        ..KeyIdentity::default()
    };
    let secret_text = || take(secret::CLIENT_SECRET).ok_or_else(|| missing("client secret"));
    let authentication = match stored.client_authentication {
        ClientAuthentication::Basic => oauth::ClientAuthentication::Basic(secret_text()?),
        ClientAuthentication::Body => oauth::ClientAuthentication::Body(secret_text()?),
        ClientAuthentication::PrivateKeyJwt => oauth::ClientAuthentication::PrivateKeyJwt(PrivateKeyJwt {
            key: key("private key")?,
            identity: identity(),
            audience: some(&stored.assertion_audience),
        }),
        ClientAuthentication::MutualTls => oauth::ClientAuthentication::MutualTls,
        ClientAuthentication::None => oauth::ClientAuthentication::Public,
    };
    let protocol = Profile {
        client_id: stored.client_id.clone(),
        authentication,
        token_url: ProviderUrl::parse(&stored.token_url).map_err(|bad| wrong("Token URL", &bad))?,
        scopes: Scopes::parse(&stored.scopes).map_err(|bad| wrong("Scopes", &bad))?,
        audience: some(&stored.audience),
        resources: stored.resource.split_whitespace().map(str::to_owned).collect(),
        token_parameters: parameters(&stored.token_parameters)
            .map_err(|bad| wrong("Token parameters", &bad))?,
    };
    let password = match stored.grant_type {
        GrantType::Password => Some(take(secret::PASSWORD).ok_or_else(|| missing("password"))?),
        _ => None,
    };
    let key = match stored.grant_type {
        GrantType::JwtBearer => Some(key("private key")?),
        _ => None,
    };
    Ok(Registration {
        leave,
        bound_to: bound_to(&stored, token_endpoint, destination),
        protocol,
        behaviour: behaviour(&stored),
        password,
        key,
        stored,
    })
}

impl Registration {
    /// What the authorization URL needs.
    pub(super) fn authorization(&self) -> Result<Authorization, String> {
        let stored = &self.stored;
        let wrong =
            |what: &str, why: &dyn std::fmt::Display| format!("OAuth profile {}: {what}: {why}", stored.name);
        Ok(Authorization {
            authorization_url: ProviderUrl::parse(&stored.authorization_url)
                .map_err(|bad| wrong("Authorization URL", &bad))?,
            parameters: parameters(&stored.authorization_parameters)
                .map_err(|bad| wrong("Authorization parameters", &bad))?,
            pkce: stored.pkce,
            issuer: some(&stored.issuer),
            iss_promised: stored.iss_promised,
        })
    }
}

/// Lines `name=value`, as the form checked them.
pub(crate) fn parameters(lines: &str) -> Result<Parameters, oauth::BadParameter> {
    let pair = |line: &str| match line.split_once('=') {
        Some((name, value)) => (name.trim().to_owned(), value.trim().to_owned()),
        None => (line.trim().to_owned(), String::new()),
    };
    Parameters::parse(lines.lines().filter(|line| !line.trim().is_empty()).map(pair))
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
