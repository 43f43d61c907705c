//! Signatures over inbound calls: Standard Webhooks, GitHub, Stripe, and any HMAC in a header.
//!
//! Nothing here reads a clock, a database or a secret of its own: what is needed is passed in, so that a real call and
//! "Paste a request" run the same code.
//!
//! **What is a replay.** The same signed bytes a second time within the window, under another message id. The signed
//! bytes are what the sender's secret vouches for: timestamp and body, with Standard Webhooks the `webhook-id` too.
//! - A sender that tries again signs anew with a new timestamp: other bytes, no replay. Its message id makes the
//!   repetition harmless.
//! - A proxy that repeats a call unchanged brings the same message id: the first answer is given again.
//! - Somebody who caught a call and sends it under a new `Idempotency-Key`, or takes the id away, is refused.
//! - After the window the timestamp itself is too old.
//! - A scheme without a signed timestamp (GitHub) has no window: only the message id tells a repetition.
//!
//! What was seen is stored in the database together with the message it belongs to, so that it holds across instances
//! and a call that was not stored can be sent again.

mod read;
#[cfg(test)]
mod tests;

use hmac::{Hmac, Mac, digest::KeyInit};
use model::{
    Timestamp,
    inbound_credential::{SignatureHash, SignaturePreset, SignatureSettings},
};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

pub(super) use read::read;

/// How far the time of signing may be from ours, in either direction: what Standard Webhooks and Stripe recommend.
pub(super) const WINDOW_MS: i64 = 5 * 60_000;

/// What a call claims: its signatures, and what besides the body they are over.
#[derive(Debug)]
pub(super) struct Claim {
    /// Every signature the call brings: during a rotation a sender signs with the old and the new secret.
    signatures: Vec<Vec<u8>>,
    signed_at: Option<Timestamp>,
    /// The signed bytes before the body.
    before: Vec<u8>,
}

/// Why a signature does not count. No secret and nothing of the body is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    /// The header is not there.
    Missing(String),
    /// A header cannot be read; says how it should be.
    Malformed(String),
    /// Signed this many milliseconds ago.
    TooOld(i64),
    /// Signed this many milliseconds in the future.
    TooNew(i64),
    /// No secret makes this signature.
    Wrong,
}

impl Problem {
    /// As a sentence for our own people.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Missing(header) => format!("the header {header} is missing"),
            Self::Malformed(how) => how.clone(),
            Self::TooOld(by) => format!(
                "the timestamp is {} old; at most {} are accepted",
                span(*by),
                span(WINDOW_MS)
            ),
            Self::TooNew(by) => format!(
                "the timestamp is {} in the future; check the sender's clock",
                span(*by)
            ),
            Self::Wrong => {
                "the signature was made with another secret, or the body was changed on the way".into()
            }
        }
    }
}

/// `12 minutes`, `45 seconds`, `3 hours`.
fn span(milliseconds: i64) -> String {
    let seconds = milliseconds / 1000;
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7200 => (seconds / 60, "minute"),
        7200..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

impl Claim {
    /// Refuses a time of signing outside the window.
    pub(super) fn check_time(&self, now: Timestamp) -> Result<(), Problem> {
        match self.signed_at.map(|at| now.0.saturating_sub(at.0)) {
            Some(age) if age > WINDOW_MS => Err(Problem::TooOld(age)),
            Some(age) if age < -WINDOW_MS => Err(Problem::TooNew(age.saturating_neg())),
            _ => Ok(()),
        }
    }

    /// Whether `secret` makes one of the signatures. Compared in constant time.
    pub(super) fn fits(&self, settings: &SignatureSettings, secret: &SecretString, body: &[u8]) -> bool {
        let Some(key) = key(settings.preset, secret.expose_secret()) else {
            return false;
        };
        let made = match settings.hash {
            SignatureHash::Sha256 => code::<Hmac<Sha256>>(&key, &self.before, body),
            SignatureHash::Sha512 => code::<Hmac<Sha512>>(&key, &self.before, body),
        };
        self.signatures
            .iter()
            .fold(false, |fits, signature| fits | bool::from(made.ct_eq(signature)))
    }

    /// What is remembered so that the same call is not taken twice, and until when; `None` without a signed timestamp.
    /// It is over the signed bytes, not the signature: taking one of two signatures away makes no new call.
    pub(super) fn seen_as(&self, user: uuid::Uuid, body: &[u8]) -> Option<(Vec<u8>, Timestamp)> {
        let until = self.signed_at?.plus(WINDOW_MS);
        let mut hash = Sha256::new();
        hash.update(user.as_bytes());
        hash.update(&self.before);
        hash.update(body);
        Some((hash.finalize().to_vec(), until))
    }
}

/// The bytes a secret stands for. Those of Standard Webhooks are base64 after `whsec_`; all others are used as written.
fn key(preset: SignaturePreset, secret: &str) -> Option<Vec<u8>> {
    match preset {
        SignaturePreset::StandardWebhooks => {
            read::base64(secret.strip_prefix("whsec_").unwrap_or(secret)).filter(|key| !key.is_empty())
        }
        _ => Some(secret.as_bytes().to_vec()),
    }
}

fn code<M: Mac + KeyInit>(key: &[u8], before: &[u8], body: &[u8]) -> Vec<u8> {
    let mut mac =
        <M as KeyInit>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    mac.update(before);
    mac.update(body);
    mac.finalize().into_bytes().to_vec()
}
