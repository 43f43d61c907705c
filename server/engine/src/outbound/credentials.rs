//! How a request proves who sends it: loaded from the vault, put into the request, and hidden in what is recorded.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue};
use model::connection::{ApiKeyPlace, Authentication, Connection, secret};
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use uuid::Uuid;

use super::prepare::{SentToken, TokenUse, Unprepared, put};
use crate::{
    Engine, Result,
    mask::{MASKED, Mask},
    tokens,
};

/// How the request proves who sends it.
pub(super) enum Credentials {
    None,
    Basic {
        user: String,
        password: SecretString,
    },
    ApiKey {
        place: ApiKeyPlace,
        name: String,
        key: SecretString,
    },
    Bearer(SecretString),
}

impl Credentials {
    /// Loads them; the inner error says what to mend.
    pub(super) async fn load(
        engine: &Engine,
        connection: &Connection,
        destination: &str,
        token: TokenUse<'_>,
    ) -> Result<Result<(Self, Option<SentToken>), Unprepared>> {
        let read = |name: &'static str, label: &'static str| {
            bound(engine, connection.id.0, name, label, destination)
        };
        let loaded = match connection.authentication {
            Authentication::None => Ok(Self::None),
            Authentication::Oauth2 => return Self::token(engine, connection, token).await,
            Authentication::Basic => read(secret::PASSWORD, "Password")
                .await?
                .map(|password| Self::Basic {
                    user: connection.user.clone(),
                    password,
                }),
            Authentication::Bearer => read(secret::TOKEN, "Token").await?.map(Self::Bearer),
            Authentication::ApiKey => read(secret::API_KEY, "API key").await?.map(|key| Self::ApiKey {
                place: connection.api_key_place,
                name: connection.api_key_name.clone(),
                key,
            }),
        };
        Ok(loaded
            .map(|credentials| (credentials, None))
            .map_err(Unprepared::Connection))
    }

    async fn token(
        engine: &Engine,
        connection: &Connection,
        token: TokenUse<'_>,
    ) -> Result<Result<(Self, Option<SentToken>), Unprepared>> {
        Ok(
            match Box::pin(tokens::access(engine, connection, token.wanted, token.by)).await? {
                Ok(access) => Ok((
                    Self::Bearer(access.token),
                    Some(SentToken {
                        serial: access.serial,
                        call: access.call,
                    }),
                )),
                Err(no) => Err(Unprepared::Token(no.sentence, no.call)),
            },
        )
    }

    /// Hides them in everything recorded.
    pub(super) fn hide(&self, mask: &mut Mask) {
        match self {
            Self::None => {}
            Self::Basic { user, password } => {
                mask.hide(password);
                let pair = format!("{user}:{}", password.expose_secret());
                // As it is written: a pair of three bytes is too short to be searched for.
                mask.hide(&SecretString::from(STANDARD.encode(&pair)));
                mask.hide(&SecretString::from(pair));
            }
            Self::ApiKey { key, .. } => mask.hide(key),
            Self::Bearer(token) => {
                mask.hide(token);
                // The same: a target may repeat the header of a token that is too short.
                mask.hide(&SecretString::from(format!("Bearer {}", token.expose_secret())));
            }
        }
    }

    /// Puts them where the target looks for them: headers marked sensitive, and into `shown`, which is the URL for
    /// people, as [`MASKED`].
    pub(super) fn apply(
        &self,
        headers: &mut HeaderMap,
        url: &mut Url,
        shown: &mut Url,
    ) -> Result<(), String> {
        match self {
            Self::None => Ok(()),
            Self::Basic { user, password } => {
                let pair = STANDARD.encode(format!("{user}:{}", password.expose_secret()));
                authorization(headers, &format!("Basic {pair}"))
            }
            Self::Bearer(token) => authorization(headers, &format!("Bearer {}", token.expose_secret())),
            Self::ApiKey {
                place: ApiKeyPlace::Header,
                name,
                key,
            } => {
                put(headers, name, key.expose_secret())?;
                if let Some(value) = HeaderName::try_from(name.as_str())
                    .ok()
                    .and_then(|name| headers.get_mut(name))
                {
                    value.set_sensitive(true);
                }
                Ok(())
            }
            Self::ApiKey {
                place: ApiKeyPlace::Query,
                name,
                key,
            } => {
                url.query_pairs_mut().append_pair(name, key.expose_secret());
                shown.query_pairs_mut().append_pair(name, MASKED);
                Ok(())
            }
        }
    }
}

async fn bound(
    engine: &Engine,
    owner: Uuid,
    name: &str,
    label: &str,
    destination: &str,
) -> Result<Result<SecretString, String>> {
    Ok(match engine.vault.read(&engine.db, owner, name).await? {
        None => Err(format!("{label} is missing. Set it on the connection.")),
        Some((_, state)) if state.origin != destination => Err(format!(
            "{label} was set for {} and is not sent to {destination}. Set it again.",
            state.origin
        )),
        Some((secret, _)) => Ok(secret),
    })
}

fn authorization(headers: &mut HeaderMap, value: &str) -> Result<(), String> {
    let mut value = HeaderValue::try_from(value)
        .map_err(|_| "The credentials contain characters that no header may carry.".to_owned())?;
    value.set_sensitive(true);
    headers.insert(http::header::AUTHORIZATION, value);
    Ok(())
}
