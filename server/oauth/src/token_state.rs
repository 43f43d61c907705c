//! What is known about the tokens of a connection: when they were given and when they end. The tokens themselves are
//! in the vault.

use model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::answer::{TokenAnswer, TokenChange};

/// How a provider treats its tokens, and whether the grant needs a person. All times in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behaviour {
    /// Whether a refresh is expected to bring a new refresh token.
    pub rotates: bool,
    /// A refresh token unused for so long is dead.
    pub inactivity_ms: Option<i64>,
    /// So long after the consent everything is dead, whatever is done.
    pub absolute_ms: Option<i64>,
    /// How long a new refresh token lives when the answer does not say.
    pub refresh_lifespan_ms: Option<i64>,
    /// Whether a new consent needs a person: the authorization code grant. With the others Switchboard asks anew by
    /// itself, so nothing is kept alive and nothing warned of.
    pub needs_person: bool,
}

/// The life of a connection's tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenState {
    /// When the grant was given: the consent, or the first answer.
    pub authorised: Timestamp,
    /// When the access token was given.
    pub issued: Timestamp,
    pub access_expires: Option<Timestamp>,
    /// The last refresh brought the access token we had: asking before it ends is useless with this provider.
    pub access_repeated: bool,
    pub refresh: Option<RefreshState>,
}

/// The life of a refresh token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshState {
    /// When this very token came.
    pub issued: Timestamp,
    /// When it, or the code that gave it, last brought an answer.
    pub last_used: Timestamp,
    pub expires: Option<Timestamp>,
    /// Whether the last refresh brought a new refresh token; `None` before the first.
    pub renewed: Option<bool>,
}

impl TokenState {
    /// After a grant: the code, the client credentials, the password or the assertion brought a token.
    pub fn authorised(answer: &TokenAnswer, behaviour: &Behaviour, now: Timestamp) -> Self {
        Self {
            authorised: now,
            issued: now,
            access_expires: answer.expires_in_ms.map(|life| now.plus(life)),
            access_repeated: false,
            refresh: answer
                .refresh_token
                .is_some()
                .then(|| RefreshState::new(answer, behaviour, now)),
        }
    }

    /// After a refresh.
    ///
    /// The refresh token's recorded end moves only when a really new one came: believing otherwise keeps dead tokens
    /// looking alive (ServiceNow KB2132135).
    #[must_use]
    pub fn apply(
        &self,
        answer: &TokenAnswer,
        change: TokenChange,
        behaviour: &Behaviour,
        now: Timestamp,
    ) -> Self {
        let refresh = match &self.refresh {
            Some(_) if change.refresh_is_new => Some(RefreshState {
                renewed: Some(true),
                ..RefreshState::new(answer, behaviour, now)
            }),
            Some(old) => Some(old.used_again(answer, now)),
            None if change.refresh_is_new => Some(RefreshState::new(answer, behaviour, now)),
            None => None,
        };
        Self {
            authorised: self.authorised,
            issued: now,
            access_expires: answer.expires_in_ms.map(|life| now.plus(life)),
            access_repeated: !change.access_is_new,
            refresh,
        }
    }

    /// Whether the access token is past its end, as far as the provider named one.
    pub fn access_expired(&self, now: Timestamp) -> bool {
        self.access_expires.is_some_and(|end| end <= now)
    }
}

impl RefreshState {
    fn new(answer: &TokenAnswer, behaviour: &Behaviour, now: Timestamp) -> Self {
        let life = answer.refresh_expires_in_ms.or(behaviour.refresh_lifespan_ms);
        Self {
            issued: now,
            last_used: now,
            expires: life.map(|life| now.plus(life)),
            renewed: None,
        }
    }

    /// The same token goes on. What the provider says of its end may bring it nearer, never move it away.
    fn used_again(&self, answer: &TokenAnswer, now: Timestamp) -> Self {
        let said = answer.refresh_expires_in_ms.map(|life| now.plus(life));
        Self {
            issued: self.issued,
            last_used: now,
            expires: match (self.expires, said) {
                (Some(recorded), Some(said)) => Some(recorded.min(said)),
                (recorded, said) => recorded.or(said),
            },
            renewed: Some(false),
        }
    }
}
