//! Everything that will expire, from one list: the expiry radar shows it, the warnings are about it.

use model::{
    Timestamp,
    certificate::CertificateInfo,
    connection::Connection,
    expiry::{Expiring, ExpiringKind, Place},
    id::ConnectionId,
    inbound_credential::InboundCredential,
    oauth_client::ClientSecret,
    profile::{OauthProfile, ProtocolProfile},
    token::TokenStatus,
};
use store::token::Token;

use crate::{Engine, Granted, Result, connections::Gathered, permission::See};

/// Everything with an end, the soonest first.
pub async fn list(engine: &Engine, _: &Granted<See>) -> Result<Vec<Expiring>> {
    all(engine).await
}

pub(crate) async fn all(engine: &Engine) -> Result<Vec<Expiring>> {
    let mut found = of_tokens(engine).await?;
    for profile in store::protocol_profile::list(&engine.db).await? {
        found.extend(of_certificates(&profile));
    }
    found.extend(of_api_tokens(engine).await?);
    found.extend(of_inbound_credentials(engine).await?);
    found.extend(of_client_secrets(engine).await?);
    found.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.name.cmp(&b.name)));
    Ok(found)
}

/// The tokens of connections, as long as they were given for what the connection is now.
async fn of_tokens(engine: &Engine) -> Result<Vec<Expiring>> {
    let connections = store::connection::list_all(&engine.db).await?;
    let gathered = Gathered::all(engine, &connections).await?;
    let found = connections.iter().filter_map(|connection| {
        let (token, profile) = gathered.token(connection)?;
        of_token(token, connection, profile)
    });
    Ok(found.collect())
}

fn of_token(token: &Token, connection: &Connection, profile: &OauthProfile) -> Option<Expiring> {
    if token.status != TokenStatus::Live {
        return None;
    }
    let life: Option<oauth::TokenState> = serde_json::from_str(&token.life).ok();
    let refresh = life.as_ref().and_then(|life| life.refresh.as_ref());
    // What only a person can move is warned about; the rest is kept alive.
    let access = || life.as_ref().and_then(|life| life.access_expires);
    let at = token.renew_by.or(token.ends_at).or_else(access)?;
    let kind = if refresh.is_some() {
        ExpiringKind::RefreshToken
    } else {
        ExpiringKind::AccessToken
    };
    // An end that only a person can move has been coming since the person agreed, whatever was refreshed meanwhile.
    let since = life.as_ref().map(|life| match refresh {
        _ if token.renew_by.is_some() => life.authorised,
        Some(refresh) => refresh.issued,
        None => life.issued,
    });
    Some(Expiring {
        subject: of_token_of(connection.id),
        kind,
        name: connection.name.clone(),
        detail: format!("OAuth profile {}", profile.name),
        since,
        at,
        renewed: token.renew_by.is_none(),
        place: Place::Connection(connection.integration, connection.id),
    })
}

/// The subject of warnings about a connection's token.
pub(crate) fn of_token_of(connection: ConnectionId) -> String {
    format!("token:{connection}")
}

/// The certificate with its chain, and the trusted authorities.
fn of_certificates(profile: &ProtocolProfile) -> Vec<Expiring> {
    let one = |kind: ExpiringKind, info: &CertificateInfo| Expiring {
        subject: format!("certificate:{}:{}", profile.id, info.fingerprint),
        kind,
        name: info.subject.clone(),
        detail: format!("protocol profile {}", profile.name),
        since: Some(info.not_before),
        at: info.not_after,
        renewed: false,
        place: Place::ProtocolProfile(profile.id),
    };
    let own = profile
        .certificates
        .iter()
        .map(|info| one(ExpiringKind::Certificate, info));
    let trusted = profile
        .authorities
        .iter()
        .map(|info| one(ExpiringKind::Authority, info));
    own.chain(trusted).collect()
}

async fn of_api_tokens(engine: &Engine) -> Result<Vec<Expiring>> {
    let tokens = store::api_token::list(&engine.db).await?.into_iter();
    Ok(tokens
        .map(|token| Expiring {
            subject: format!("api_token:{}", token.id),
            kind: ExpiringKind::ApiToken,
            name: token.name,
            detail: format!("of {}, {}…", token.user_name, token.prefix),
            since: Some(token.created),
            at: token.expires,
            renewed: false,
            place: Place::ApiTokens,
        })
        .collect())
}

/// What external systems prove themselves with, where it has an end.
async fn of_inbound_credentials(engine: &Engine) -> Result<Vec<Expiring>> {
    let credentials = store::inbound_credential::that_expire(&engine.db).await?;
    let one = |(credential, user_name): (InboundCredential, String)| {
        let kind = credential.settings.kind();
        Some(Expiring {
            subject: format!("inbound_credential:{}", credential.id),
            kind: ExpiringKind::InboundCredential,
            name: if credential.label.is_empty() {
                kind.label().to_owned()
            } else {
                credential.label
            },
            detail: format!("{kind} of {user_name}"),
            since: Some(credential.created),
            at: credential.expires?,
            renewed: false,
            place: Place::InboundUser(credential.inbound_user),
        })
    };
    Ok(credentials.into_iter().filter_map(one).collect())
}

async fn of_client_secrets(engine: &Engine) -> Result<Vec<Expiring>> {
    let secrets = store::oauth_client::secrets_that_expire(&engine.db).await?;
    let one = |(secret, client_name): (ClientSecret, String)| {
        Some(Expiring {
            subject: format!("client_secret:{}", secret.id),
            kind: ExpiringKind::ClientSecret,
            name: format!("{}…", secret.begins_with),
            detail: format!("OAuth client {client_name}"),
            since: Some(secret.created),
            at: secret.expires?,
            renewed: false,
            place: Place::OauthClient(secret.client),
        })
    };
    Ok(secrets.into_iter().filter_map(one).collect())
}

/// `expires in 7 days`, `expired on 3 May 2026`: after the name of what ends.
pub(crate) fn in_words(at: Timestamp, now: Timestamp) -> String {
    if at.since(now) <= 0 {
        format!("expired on {}", at.date())
    } else {
        format!("expires {}", model::expiry::in_words(at, now))
    }
}
