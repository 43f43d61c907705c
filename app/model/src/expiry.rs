//! The expiry radar: everything that will expire, soonest first, and how soon.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp, choice,
    id::{ConnectionId, InboundUserId, IntegrationId, OauthClientId, OauthProfileId, ProtocolProfileId},
    transaction::TransactionState,
};

const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;
const MINUTE_MS: i64 = 60_000;

/// Days before an end at which people are warned.
pub const WARNING_DAYS: [i64; 4] = [30, 14, 7, 1];

choice! {
    /// What expires.
    ExpiringKind {
        AccessToken = "access_token", "Access token";
        RefreshToken = "refresh_token", "Refresh token";
        Certificate = "certificate", "Certificate";
        Authority = "authority", "CA certificate";
        ApiToken = "api_token", "API token";
        InboundCredential = "inbound_credential", "Inbound credential";
        ClientSecret = "client_secret", "Secret of an OAuth client";
    }
}

/// Where something is mended. A record that has no page of its own leads to its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Connection(IntegrationId, ConnectionId),
    OauthProfile(OauthProfileId),
    ProtocolProfile(ProtocolProfileId),
    InboundUser(InboundUserId),
    OauthClient(OauthClientId),
    ApiTokens,
    /// The transactions of a connection in a state.
    Transactions(Option<ConnectionId>, TransactionState),
    /// The radar itself, and what has no better place.
    Expiry,
}

/// Something with an end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expiring {
    /// Names it for ever, so that it is warned about once: kind and id.
    pub subject: String,
    pub kind: ExpiringKind,
    /// What people call it: “deploy pipeline”, “Jira Production”.
    pub name: String,
    /// More about it: whose it is, what it is for.
    pub detail: String,
    /// Since when it is valid; a short life is no reason to warn.
    pub since: Option<Timestamp>,
    pub at: Timestamp,
    /// Whether Switchboard renews it by itself: then nobody is warned.
    pub renewed: bool,
    pub place: Place,
}

/// How soon something ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    Expired,
    /// A day or less.
    Day,
    /// A week or less.
    Week,
    /// Thirty days or less.
    Month,
    Later,
}

impl Expiring {
    /// The smallest warning that holds at `now`: 30, 14, 7 or 1 days before the end, 0 after it; `None` while there is
    /// time, or when it is renewed by itself. A warning that was due before it was even made does not count.
    pub fn warning(&self, now: Timestamp) -> Option<i64> {
        if self.renewed {
            return None;
        }
        let left = self.at.since(now);
        if left <= 0 {
            return Some(0);
        }
        let life = self.since.map_or(i64::MAX, |since| self.at.since(since));
        WARNING_DAYS
            .into_iter()
            .filter(|days| left <= days * DAY_MS && life > days * DAY_MS)
            .min()
    }
}

/// How soon `at` comes.
pub fn nearness(at: Timestamp, now: Timestamp) -> Nearness {
    match at.since(now) {
        ..=0 => Nearness::Expired,
        left if left <= DAY_MS => Nearness::Day,
        left if left <= 7 * DAY_MS => Nearness::Week,
        left if left <= 30 * DAY_MS => Nearness::Month,
        _ => Nearness::Later,
    }
}

/// `expired 2 days ago`, `in 5 min`, `in 3 h`, `tomorrow`, `in 12 days`.
pub fn in_words(at: Timestamp, now: Timestamp) -> String {
    let left = at.since(now);
    let plural = |n: i64| {
        if n == 1 {
            "1 day".to_owned()
        } else {
            format!("{n} days")
        }
    };
    match left {
        _ if left <= -DAY_MS => format!("expired {} ago", plural(-left / DAY_MS)),
        ..=0 => "expired today".into(),
        _ if left < HOUR_MS => format!("in {} min", (left / MINUTE_MS).max(1)),
        _ if left < DAY_MS => format!("in {} h", left / HOUR_MS),
        _ => format!("in {}", plural(left / DAY_MS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ending(at_days: i64, life_days: Option<i64>) -> Expiring {
        Expiring {
            subject: "x".into(),
            kind: ExpiringKind::ApiToken,
            name: "x".into(),
            detail: String::new(),
            since: life_days.map(|life| Timestamp((at_days - life) * DAY_MS)),
            at: Timestamp(at_days * DAY_MS),
            renewed: false,
            place: Place::ApiTokens,
        }
    }

    #[test]
    fn warnings_come_at_30_14_7_and_1_days() {
        for (left, warning) in [
            (365, None),
            (31, None),
            (30, Some(30)),
            (15, Some(30)),
            (14, Some(14)),
            (8, Some(14)),
            (7, Some(7)),
            (2, Some(7)),
            (1, Some(1)),
            (0, Some(0)),
            (-3, Some(0)),
        ] {
            assert_eq!(
                ending(left, Some(400)).warning(Timestamp(0)),
                warning,
                "{left} days"
            );
        }
    }

    #[test]
    fn what_is_made_for_a_short_time_is_not_warned_about_at_once() {
        assert_eq!(ending(10, Some(10)).warning(Timestamp(0)), None);
        assert_eq!(ending(7, Some(10)).warning(Timestamp(0)), Some(7));
        assert_eq!(ending(1, Some(1)).warning(Timestamp(0)), None);
        assert_eq!(
            ending(0, Some(1)).warning(Timestamp(0)),
            Some(0),
            "its end is told"
        );
        assert_eq!(
            ending(10, None).warning(Timestamp(0)),
            Some(14),
            "a life nobody knows is long"
        );
    }

    proptest! {
        #[test]
        fn each_warning_holds_once_and_only_the_nearest(life in 0..1100_i64, mut looks in proptest::collection::vec(0..1100 * DAY_MS, 1..60)) {
            looks.sort_unstable();
            let expiring = ending(life, Some(life));
            let mut last = i64::MAX;
            for now in looks.into_iter().map(Timestamp) {
                let left = expiring.at.since(now);
                let Some(days) = expiring.warning(now) else {
                    prop_assert!(last == i64::MAX, "a warning is not taken back");
                    continue;
                };
                prop_assert!(days <= last && left <= days * DAY_MS && days < life.max(1));
                prop_assert!(WARNING_DAYS.iter().all(|other| *other >= days || left > other * DAY_MS || left <= 0));
                last = days;
            }
        }
    }

    #[test]
    fn what_renews_itself_warns_nobody() {
        let renewed = Expiring {
            renewed: true,
            ..ending(0, None)
        };
        assert_eq!(renewed.warning(Timestamp(1)), None);
    }

    #[test]
    fn the_time_left_is_told_in_words() {
        for (left, words, near) in [
            (-2 * DAY_MS, "expired 2 days ago", Nearness::Expired),
            (-1, "expired today", Nearness::Expired),
            (5 * MINUTE_MS, "in 5 min", Nearness::Day),
            (3 * HOUR_MS, "in 3 h", Nearness::Day),
            (DAY_MS, "in 1 day", Nearness::Day),
            (7 * DAY_MS, "in 7 days", Nearness::Week),
            (30 * DAY_MS, "in 30 days", Nearness::Month),
            (31 * DAY_MS, "in 31 days", Nearness::Later),
        ] {
            let at = Timestamp(left);
            assert_eq!(
                (in_words(at, Timestamp(0)).as_str(), nearness(at, Timestamp(0))),
                (words, near)
            );
        }
    }
}
