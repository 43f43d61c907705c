//! Warnings before what no keep-alive can extend: 30, 14, 7 and 1 days ahead, each once.

use model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::token_state::{Behaviour, TokenState};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Days ahead, the earliest first (product.md 3).
const DAYS_AHEAD: [i64; 4] = [30, 14, 7, 1];

/// An end that only a person can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    pub at: Timestamp,
    /// When that life began.
    pub since: Timestamp,
    pub by: EndsBy,
}

/// What ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndsBy {
    /// The consent, whatever is done.
    Consent,
    /// The refresh token, which the provider does not renew.
    RefreshToken,
    /// The access token; there is no refresh token.
    AccessToken,
}

/// A warning to give now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warning {
    /// 30, 14, 7 or 1.
    pub days: i64,
    pub ends: Ends,
    /// Whole days left, rounded up.
    pub days_left: i64,
}

/// The warning given last: a new end is warned of anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warned {
    pub ends: Timestamp,
    pub days: i64,
}

impl Warning {
    pub(crate) fn given(&self) -> Warned {
        Warned {
            ends: self.ends.at,
            days: self.days,
        }
    }

    /// What will happen.
    pub fn cause(&self) -> String {
        let days = match self.days_left {
            1 => "1 day".to_owned(),
            days => format!("{days} days"),
        };
        let (what, why) = match self.ends.by {
            EndsBy::Consent => (
                "The authorisation",
                "The provider ends it then, however often it is refreshed.",
            ),
            EndsBy::RefreshToken => ("The refresh token", "The provider does not renew it."),
            EndsBy::AccessToken => ("The token", "The provider gave no refresh token with it."),
        };
        format!("{what} expires in {days}, on {}. {why}", self.ends.at.exact())
    }

    /// What to do.
    pub fn next_step(&self) -> &'static str {
        "Press Re-authorise on the connection before that day; messages go on meanwhile."
    }

    /// Cause and next step for alerts, naming the connection.
    pub fn sentence(&self, connection: &str) -> String {
        format!(
            "Connection {}: {} {}",
            crate::wording::plain(connection),
            self.cause(),
            self.next_step()
        )
    }
}

impl TokenState {
    /// The nearest end that only a person can move, if there is one.
    pub fn ends(&self, behaviour: &Behaviour) -> Option<Ends> {
        if !behaviour.needs_person {
            return None;
        }
        let Some(refresh) = &self.refresh else {
            return self.access_expires.map(|at| Ends {
                at,
                since: self.issued,
                by: EndsBy::AccessToken,
            });
        };
        let consent = behaviour.absolute_ms.map(|life| Ends {
            at: self.authorised.plus(life),
            since: self.authorised,
            by: EndsBy::Consent,
        });
        // What was seen counts more than what was expected.
        let is_renewed = refresh.renewed.unwrap_or(behaviour.rotates);
        let token = refresh.expires.filter(|_| !is_renewed).map(|at| Ends {
            at,
            since: refresh.issued,
            by: EndsBy::RefreshToken,
        });
        [consent, token].into_iter().flatten().min_by_key(|ends| ends.at)
    }

    /// The warning to give now, if one is due and was not given. After a long stop only the latest is given; a life
    /// shorter than the time ahead needs no such warning.
    pub fn warning(&self, behaviour: &Behaviour, now: Timestamp) -> Option<Warning> {
        let ends = self.ends(behaviour)?;
        let left = ends.at.since(now);
        if left <= 0 {
            return None;
        }
        let life = ends.at.since(ends.since);
        let days = DAYS_AHEAD
            .into_iter()
            .filter(|days| left <= days * DAY && days * DAY < life)
            .min()?;
        let given = self
            .warned
            .is_some_and(|warned| warned.ends == ends.at && warned.days <= days);
        (!given).then_some(Warning {
            days,
            ends,
            days_left: (left + DAY - 1) / DAY,
        })
    }
}
