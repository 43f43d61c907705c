//! Why no token came, and what to do.

use std::{fmt, time::UNIX_EPOCH};

use model::Timestamp;

use crate::wording::plain;

/// Longest wait that a provider's Retry-After may ask for, in milliseconds: one day. A token must not die because of a
/// mistyped header.
const LONGEST_RETRY_AFTER: i64 = 24 * 60 * 60 * 1000;

/// What a failure means for the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureClass {
    /// The provider refused for good: the connection is Expired until a person acts.
    Final,
    /// The OAuth profile or the registration at the provider is wrong. The token lives; asking again is useless until
    /// somebody changes something, so it is done slowly.
    Configuration,
    /// It may work later: the token lives, the call is made again with back-off.
    Passing {
        /// What the provider asked for, at most a day.
        retry_after_ms: Option<i64>,
    },
}

/// No token, in words that say what happened and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFailure {
    pub class: FailureClass,
    /// The provider's error code, cleaned.
    pub code: Option<String>,
    /// Whether the provider surely did not process the call: nothing reached it, or it said so. An authorization code
    /// may be sent again then; otherwise it may have been used, and must not be used twice (RFC 6749 4.1.2).
    pub unprocessed: bool,
    pub(crate) cause: String,
    pub(crate) next_step: String,
}

impl TokenFailure {
    /// The provider was not reached. `egress` says why and what to do.
    pub fn unreachable(cause: &str, next_step: &str) -> Self {
        Self::passing(cause.to_owned(), next_step, None)
    }

    /// Nothing of the call reached the provider.
    #[must_use]
    pub fn unsent(self) -> Self {
        Self {
            unprocessed: true,
            ..self
        }
    }

    /// The provider gave an access token whose life had ended when it came.
    pub fn expired_at_once(host: &str) -> Self {
        Self::passing(
            format!("{host} gave an access token that had expired already (expires_in is not above 0)."),
            "Ask those who run the provider.",
            None,
        )
    }

    /// A failure that may pass.
    pub(crate) fn passing(cause: String, next_step: &str, retry_after_ms: Option<i64>) -> Self {
        Self {
            class: FailureClass::Passing { retry_after_ms },
            code: None,
            unprocessed: false,
            cause,
            next_step: next_step.to_owned(),
        }
    }

    /// A fault of the configuration.
    pub(crate) fn configuration(cause: String, next_step: &str) -> Self {
        Self {
            class: FailureClass::Configuration,
            code: None,
            unprocessed: false,
            cause,
            next_step: next_step.to_owned(),
        }
    }

    /// What happened.
    pub fn cause(&self) -> &str {
        &self.cause
    }

    /// What to do.
    pub fn next_step(&self) -> &str {
        &self.next_step
    }

    /// Cause and next step for alerts, naming the connection.
    pub fn sentence(&self, connection: &str) -> String {
        format!("Connection {}: {self}", plain(connection))
    }
}

impl fmt::Display for TokenFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.cause, self.next_step)
    }
}

impl std::error::Error for TokenFailure {}

/// Milliseconds of a Retry-After header (RFC 9110 10.2.3): seconds or a date. `None` for anything else and for the past.
pub(crate) fn retry_after_ms(header: &str, now: Timestamp) -> Option<i64> {
    let header = header.trim();
    let wait = if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are as good as for ever.
        header.parse::<i64>().unwrap_or(i64::MAX).saturating_mul(1000)
    } else {
        let at = httpdate::parse_http_date(header)
            .ok()?
            .duration_since(UNIX_EPOCH)
            .ok()?;
        i64::try_from(at.as_millis()).ok()?.saturating_sub(now.0)
    };
    (wait > 0).then_some(wait.min(LONGEST_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_in_both_forms_and_capped() {
        let now = Timestamp(1_794_484_989_000); // Thu, 12 Nov 2026 12:03:09 GMT
        assert_eq!(retry_after_ms(" 120 ", now), Some(120_000));
        assert_eq!(retry_after_ms("Thu, 12 Nov 2026 12:04:09 GMT", now), Some(60_000));
        assert_eq!(retry_after_ms("Thu, 12 Nov 2026 12:00:00 GMT", now), None);
        assert_eq!(retry_after_ms("999999999", now), Some(LONGEST_RETRY_AFTER));
        assert_eq!(retry_after_ms(&"9".repeat(50), now), Some(LONGEST_RETRY_AFTER));
        for nonsense in ["", "0", "-5", "1.5", "soon", "+3"] {
            assert_eq!(retry_after_ms(nonsense, now), None, "{nonsense}");
        }
    }
}
