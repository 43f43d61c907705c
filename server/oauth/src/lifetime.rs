//! When to ask for the next token, and when asking does not help any more.

use model::Timestamp;

use crate::{
    back_off::Jitter,
    token_state::{Behaviour, RefreshState, TokenState},
};

/// Largest margin before the end of an access token, in milliseconds.
const LARGEST_MARGIN: i64 = 5 * 60 * 1000;

/// The next call to make by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub at: Timestamp,
    pub why: Why,
}

/// Why a token is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The access token ends and is in use.
    AccessEnds,
    /// The provider forgets a refresh token that is not used.
    Inactivity,
    /// The refresh token ends and a refresh is expected to bring a new one.
    RefreshEnds,
}

/// An end that only a person can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    pub at: Timestamp,
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

impl TokenState {
    /// From when on an access token should be refreshed before it is sent: a tenth of its life before its end, at most
    /// five minutes, and up to as much again by `jitter`, so that connections do not ask all at once.
    ///
    /// `None` when the provider names no end; then only a 401 tells.
    pub fn access_due(&self, jitter: Jitter) -> Option<Timestamp> {
        let end = self.access_expires?;
        if self.access_repeated {
            return Some(end);
        }
        let margin = (end.since(self.issued) / 10).clamp(0, LARGEST_MARGIN);
        Some(end.plus(-margin - jitter.of(margin)))
    }

    /// The next call to make without being asked; it is due when its time has come.
    ///
    /// `last_used`: when a message last needed the token. An access token that nobody uses is left to end; the refresh
    /// token is kept alive all the same. Never at or after the end of everything: it would be refused.
    pub fn next(&self, behaviour: &Behaviour, jitter: Jitter, last_used: Option<Timestamp>) -> Option<Due> {
        let used = last_used.is_some_and(|at| at >= self.issued);
        let can_ask = self.refresh.is_some() || !behaviour.needs_person;
        let access = self.access_due(jitter).filter(|_| used && can_ask).map(|at| Due {
            at,
            why: Why::AccessEnds,
        });
        let refresh = self.refresh.as_ref().filter(|_| behaviour.needs_person);
        let inactivity = refresh.and_then(|refresh| {
            let at = refresh
                .last_used
                .plus(keep_alive_after(behaviour.inactivity_ms?, jitter));
            Some(Due {
                at,
                why: Why::Inactivity,
            })
        });
        let renewal = refresh.and_then(|refresh| renewal(refresh, behaviour, jitter));
        let end = self.dead_at(behaviour);
        [access, inactivity, renewal]
            .into_iter()
            .flatten()
            .filter(|due| end.is_none_or(|end| due.at < end))
            .min_by_key(|due| due.at)
    }

    /// The nearest end that only a person can move, if there is one.
    pub fn ends(&self, behaviour: &Behaviour) -> Option<Ends> {
        if !behaviour.needs_person {
            return None;
        }
        let ends = |by| move |at| Ends { at, by };
        let Some(refresh) = &self.refresh else {
            return self.access_expires.map(ends(EndsBy::AccessToken));
        };
        let consent = behaviour.absolute_ms.map(|life| self.authorised.plus(life));
        // What was seen counts more than what was expected.
        let is_renewed = refresh.renewed.unwrap_or(behaviour.rotates);
        let token = refresh.expires.filter(|_| !is_renewed);
        [
            consent.map(ends(EndsBy::Consent)),
            token.map(ends(EndsBy::RefreshToken)),
        ]
        .into_iter()
        .flatten()
        .min_by_key(|ends| ends.at)
    }

    /// When no refresh can succeed any more, as far as is known: what the connection shows as Expired. `None` when
    /// nothing ends, or when Switchboard can ask anew by itself.
    pub fn dead_at(&self, behaviour: &Behaviour) -> Option<Timestamp> {
        if !behaviour.needs_person {
            return None;
        }
        let absolute = behaviour.absolute_ms.map(|life| self.authorised.plus(life));
        match &self.refresh {
            // The access token is all there is.
            None => self.access_expires,
            Some(refresh) => {
                let forgotten = behaviour
                    .inactivity_ms
                    .map(|window| refresh.last_used.plus(window));
                [absolute, refresh.expires, forgotten].into_iter().flatten().min()
            }
        }
    }
}

/// Two thirds of a window, up to a twelfth of it earlier by jitter: a third is left for outages.
fn keep_alive_after(window: i64, jitter: Jitter) -> i64 {
    window / 3 * 2 - jitter.of(window / 12)
}

/// A refresh that is to bring a new refresh token. After one that did not, it is tried again a twelfth of the life
/// later.
fn renewal(refresh: &RefreshState, behaviour: &Behaviour, jitter: Jitter) -> Option<Due> {
    let life = refresh.expires?.since(refresh.issued);
    if !behaviour.rotates && refresh.renewed != Some(true) {
        return None;
    }
    let first = refresh.issued.plus(keep_alive_after(life, jitter));
    let again = refresh.last_used.plus(life / 12);
    let at = if refresh.renewed == Some(false) {
        first.max(again)
    } else {
        first
    };
    Some(Due {
        at,
        why: Why::RefreshEnds,
    })
}
