//! Reading what a token endpoint answers (RFC 6749 5). Everything in it is a stranger's: sizes are capped, characters
//! checked, and no part but error code and description is ever shown.

use model::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use subtle::ConstantTimeEq;

use crate::{
    call::HttpCall,
    failure::{FailureClass, TokenFailure, retry_after_ms},
    refusal,
    wording::{is_visible_ascii, plain},
};

/// Largest answer read, in bytes; `egress` is asked for no more.
pub const LARGEST_ANSWER: usize = 64 * 1024;

/// Longest token, in bytes. What is longer fits into no header anyway.
const LONGEST_TOKEN: usize = 16 * 1024;

/// Longest life a provider may name, in seconds: ten years.
const LONGEST_LIFE: i64 = 10 * 365 * 24 * 60 * 60;

// Whether Switchboard asks again by itself depends on the connection, so the engine adds that.
const CHECK_TOKEN_URL: &str = "Check the Token URL of the OAuth profile.";
const WAIT: &str = "If this lasts, look at the provider's status page.";

/// What came back.
#[derive(Debug, Clone, Copy)]
pub struct RawAnswer<'a> {
    pub status: u16,
    pub retry_after: Option<&'a str>,
    pub location: Option<&'a str>,
    pub body: &'a [u8],
    /// Whether the body was longer than what was kept of it.
    pub truncated: bool,
}

impl RawAnswer<'_> {
    fn retry_after_ms(&self, now: Timestamp) -> Option<i64> {
        self.retry_after.and_then(|header| retry_after_ms(header, now))
    }
}

/// A token.
#[derive(Debug, Clone)]
pub struct TokenAnswer {
    pub access_token: SecretString,
    /// 0 when the token has expired already. `None` when the provider names no life: the token is used until it is
    /// refused.
    pub expires_in_ms: Option<i64>,
    /// `None` when the answer has none, or an empty one: the old one stays.
    pub refresh_token: Option<SecretString>,
    /// Under one of the names that providers use: `refresh_token_expires_in` and its like.
    pub refresh_expires_in_ms: Option<i64>,
    /// The scopes granted, when the provider names them.
    pub scope: Option<String>,
}

/// Which tokens of an answer are new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenChange {
    pub access_is_new: bool,
    /// A refresh token came and is another than the stored one.
    pub refresh_is_new: bool,
}

impl TokenAnswer {
    /// Compares with the stored tokens. Some providers repeat the same token.
    pub fn compared_with(
        &self,
        old_access: Option<&SecretString>,
        old_refresh: Option<&SecretString>,
    ) -> TokenChange {
        TokenChange {
            access_is_new: differs(&self.access_token, old_access),
            refresh_is_new: self
                .refresh_token
                .as_ref()
                .is_some_and(|token| differs(token, old_refresh)),
        }
    }
}

fn differs(new: &SecretString, old: Option<&SecretString>) -> bool {
    old.is_none_or(|old| {
        !bool::from(
            new.expose_secret()
                .as_bytes()
                .ct_eq(old.expose_secret().as_bytes()),
        )
    })
}

/// The fields read; a field given twice is an error of serde's. Numbers come as numbers or as texts.
#[derive(Deserialize)]
struct Fields {
    access_token: Option<Value>,
    token_type: Option<Value>,
    expires_in: Option<Value>,
    refresh_token: Option<Value>,
    /// GitHub, LinkedIn, eBay, Microsoft.
    refresh_token_expires_in: Option<Value>,
    /// Keycloak.
    refresh_expires_in: Option<Value>,
    /// Intuit.
    x_refresh_token_expires_in: Option<Value>,
    scope: Option<Value>,
    error: Option<Value>,
    error_description: Option<Value>,
}

impl Fields {
    /// The error. Blank is none: some send the field always.
    fn error(&self) -> Option<&Value> {
        self.error.as_ref().filter(|error| error.as_str() != Some(""))
    }

    fn refresh_life_ms(&self) -> Option<i64> {
        [
            &self.refresh_token_expires_in,
            &self.refresh_expires_in,
            &self.x_refresh_token_expires_in,
        ]
        .into_iter()
        .flatten()
        .find_map(refresh_life_ms)
    }
}

impl HttpCall {
    /// Reads the answer to a token call.
    pub fn read(&self, answer: &RawAnswer<'_>, now: Timestamp) -> Result<TokenAnswer, TokenFailure> {
        let fields = self.fields(answer, now)?;
        if let Some(error) = fields.error() {
            return Err(self.refused(answer, error, fields.error_description.as_ref(), now));
        }
        if !(200..300).contains(&answer.status) {
            return Err(self.unexplained(answer, now));
        }
        let access_token = self.access_token(&fields)?;
        let refresh_token = fields
            .refresh_token
            .as_ref()
            .and_then(Value::as_str)
            .filter(|t| !t.is_empty());
        let is_usable = |token: &str| token.len() <= LONGEST_TOKEN && is_visible_ascii(token);
        if !is_usable(access_token) || !refresh_token.is_none_or(is_usable) {
            return Err(TokenFailure::passing(
                format!(
                    "A token in the answer of {} is longer than 16 KiB or has characters that no token has.",
                    self.host()
                ),
                "Ask those who run the provider.",
                None,
            ));
        }
        Ok(TokenAnswer {
            access_token: access_token.into(),
            expires_in_ms: fields.expires_in.as_ref().and_then(life_ms),
            refresh_token: refresh_token.map(SecretString::from),
            refresh_expires_in_ms: fields.refresh_life_ms(),
            scope: fields.scope.as_ref().and_then(scope),
        })
    }

    /// The access token, when it is there and of the type we can send.
    fn access_token<'a>(&self, fields: &'a Fields) -> Result<&'a str, TokenFailure> {
        let host = self.host();
        let token = fields
            .access_token
            .as_ref()
            .and_then(Value::as_str)
            .filter(|t| !t.is_empty());
        let token = token.ok_or_else(|| {
            TokenFailure::passing(
                format!("The answer of {host} has no access token."),
                CHECK_TOKEN_URL,
                None,
            )
        })?;
        // A missing type is read as Bearer, the only one we can send; another one is not.
        let token_type = fields
            .token_type
            .as_ref()
            .map_or(Some("Bearer"), Value::as_str)
            .unwrap_or_default();
        if !token_type.eq_ignore_ascii_case("bearer") {
            let shown = self.clean(token_type);
            return Err(TokenFailure::configuration(
                format!("{host} gave a token of the type {shown}; only Bearer tokens can be used."),
                "Let the provider issue Bearer tokens to this client.",
            ));
        }
        Ok(token)
    }

    /// Reads the answer to a revocation call. Any 2xx is a success, also for a token unknown there (RFC 7009 2.2).
    pub fn read_revocation(&self, answer: &RawAnswer<'_>, now: Timestamp) -> Result<(), TokenFailure> {
        if (200..300).contains(&answer.status) {
            return Ok(());
        }
        let fields = self.fields(answer, now)?;
        Err(match fields.error() {
            Some(error) => self.refused(answer, error, fields.error_description.as_ref(), now),
            None => self.unexplained(answer, now),
        })
    }

    fn fields(&self, answer: &RawAnswer<'_>, now: Timestamp) -> Result<Fields, TokenFailure> {
        if answer.truncated || answer.body.len() > LARGEST_ANSWER {
            return Err(TokenFailure::passing(
                format!(
                    "The answer of {} is longer than 64 KiB; that is no token.",
                    self.host()
                ),
                CHECK_TOKEN_URL,
                answer.retry_after_ms(now),
            ));
        }
        serde_json::from_slice(answer.body).map_err(|_| self.unexplained(answer, now))
    }

    /// An answer without an error code: a page of the provider or of a proxy, or nothing.
    fn unexplained(&self, answer: &RawAnswer<'_>, now: Timestamp) -> TokenFailure {
        let (host, status) = (self.host(), answer.status);
        if (300..400).contains(&status) {
            let to = answer
                .location
                .map(|location| format!(" to {}", self.clean(without_query(location))));
            return TokenFailure::configuration(
                format!(
                    "{host} answered with a redirect{} (status {status}). Secrets follow no redirect.",
                    to.unwrap_or_default()
                ),
                "Enter the address that really gives tokens as Token URL.",
            );
        }
        let what = match status {
            200..300 => format!("The answer of {host} is not the JSON that a token comes in."),
            429 => format!("{host} says that it was asked too often (status 429)."),
            500.. => format!("{host} is in trouble (status {status})."),
            _ => format!("{host} answered with status {status} and without saying why."),
        };
        let next_step = if status >= 500 || status == 429 {
            WAIT
        } else {
            CHECK_TOKEN_URL
        };
        TokenFailure {
            unprocessed: is_unprocessed(status),
            ..TokenFailure::passing(what, next_step, answer.retry_after_ms(now))
        }
    }

    fn refused(
        &self,
        answer: &RawAnswer<'_>,
        error: &Value,
        description: Option<&Value>,
        now: Timestamp,
    ) -> TokenFailure {
        let host = self.host();
        let raw = description.and_then(Value::as_str).unwrap_or_default();
        let code = self.clean(error.as_str().unwrap_or("an error without a code"));
        let class = match refusal::class(answer.status, &code, raw, self.asked) {
            FailureClass::Passing { .. } => FailureClass::Passing {
                retry_after_ms: answer.retry_after_ms(now),
            },
            class => class,
        };
        let said = match self.clean(raw).as_str() {
            "" => code.clone(),
            description => format!("{code}: {description}"),
        };
        let cause = match class {
            FailureClass::Final => format!("{host} refused {} ({said}).", self.asked.proof()),
            FailureClass::Configuration => format!("{host} refused the request ({said})."),
            FailureClass::Passing { .. } => format!("{host} could not answer now ({said})."),
        };
        let next_step = match class {
            FailureClass::Final => refusal::after_final(self.asked),
            FailureClass::Configuration => refusal::after_configuration(&code),
            FailureClass::Passing { .. } => WAIT,
        };
        TokenFailure {
            class,
            code: Some(code),
            unprocessed: matches!(class, FailureClass::Passing { .. }) && is_unprocessed(answer.status),
            cause,
            next_step: next_step.into(),
        }
    }

    /// A provider's words, without what was sent to it.
    fn clean(&self, text: &str) -> String {
        plain(&self.masked(text))
    }

    fn host(&self) -> &str {
        self.url.host_str().unwrap_or("The provider")
    }
}

/// Whether a status says that the request was not processed: too many requests (RFC 6585 4), or the service is
/// unavailable (RFC 9110 15.6.4).
fn is_unprocessed(status: u16) -> bool {
    matches!(status, 429 | 503)
}

/// The life of a refresh token. Zero and less mean that the provider says nothing usable: Keycloak sends 0 for an
/// offline token, which does not end.
fn refresh_life_ms(value: &Value) -> Option<i64> {
    life_ms(value).filter(|life| *life > 0)
}

/// A life in seconds, as a number or a text, in milliseconds; 0 when it has ended already. `None` when it is not said.
fn life_ms(value: &Value) -> Option<i64> {
    let seconds = match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => {
            let text = text.trim();
            text.parse::<i64>()
                .ok()
                .or_else(|| whole(text.parse::<f64>().ok()?))
        }
        _ => None,
    }?;
    Some(seconds.clamp(0, LONGEST_LIFE) * 1000)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "clamped to a range that i64 holds"
)]
fn whole(seconds: f64) -> Option<i64> {
    // As precise as a float is, and never beyond what is kept anyway.
    seconds
        .is_finite()
        .then(|| seconds.clamp(0.0, 315_360_000.0) as i64)
}

/// The granted scopes: a text, or with some providers a list.
fn scope(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(scopes) => scopes
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(" "),
        _ => return None,
    };
    // Long lists are data, not a message: kept whole up to 4,000 characters, without control characters.
    let kept: String = text.chars().filter(|c| !c.is_control()).take(4000).collect();
    (!kept.trim().is_empty()).then_some(kept)
}

/// A redirect's target without its query, which can hold secrets.
fn without_query(location: &str) -> &str {
    location.split(['?', '#']).next().unwrap_or_default()
}
