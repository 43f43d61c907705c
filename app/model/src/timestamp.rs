//! Points in time: milliseconds since 1970-01-01T00:00:00Z, as stored (BIGINT) and sent.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// A point in time in milliseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl Timestamp {
    /// Milliseconds from `earlier` to `self`; negative when `earlier` is later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// `self` moved by `milliseconds`.
    #[must_use]
    pub fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    fn parts(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// `12 Nov 2026`.
    pub fn date(self) -> String {
        let t = self.parts();
        format!(
            "{} {} {}",
            t.day(),
            MONTHS[usize::from(u8::from(t.month())) - 1],
            t.year()
        )
    }

    /// `12 Nov 2026, 14:03:09 UTC`, for titles and details.
    pub fn exact(self) -> String {
        let t = self.parts();
        format!(
            "{}, {:02}:{:02}:{:02} UTC",
            self.date(),
            t.hour(),
            t.minute(),
            t.second()
        )
    }

    /// RFC 3339 with milliseconds, for the REST API and `<time datetime>`.
    pub fn rfc3339(self) -> String {
        let t = self.parts();
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            t.year(),
            u8::from(t.month()),
            t.day(),
            t.hour(),
            t.minute(),
            t.second(),
            self.0.rem_euclid(1000)
        )
    }

    /// `just now`, `8 s ago`, `4 min ago`, `3 h ago`, `2 days ago`, then the date.
    pub fn relative_to(self, now: Self) -> String {
        let seconds = now.since(self) / 1000;
        match seconds {
            i64::MIN..=0 => "just now".into(),
            1..=59 => format!("{seconds} s ago"),
            60..=3599 => format!("{} min ago", seconds / 60),
            3600..=86_399 => format!("{} h ago", seconds / 3600),
            86_400..=172_799 => "1 day ago".into(),
            172_800..=2_591_999 => format!("{} days ago", seconds / 86_400),
            _ => self.date(),
        }
    }

    /// `now`, `in 8 s`, `in 4 min`, `in 3 h`, `in 2 days`, then the date; of what is past, [`Self::relative_to`].
    pub fn ahead_of(self, now: Self) -> String {
        let seconds = self.since(now) / 1000;
        match seconds {
            i64::MIN..=-1 => self.relative_to(now),
            0 => "now".into(),
            1..=59 => format!("in {seconds} s"),
            60..=3599 => format!("in {} min", seconds / 60),
            3600..=86_399 => format!("in {} h", seconds / 3600),
            86_400..=172_799 => "in 1 day".into(),
            172_800..=8_639_999 => format!("in {} days", seconds / 86_400),
            _ => self.date(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_a_known_moment() {
        let t = Timestamp(1_794_484_989_042);
        assert_eq!(t.rfc3339(), "2026-11-12T12:03:09.042Z");
        assert_eq!(t.exact(), "12 Nov 2026, 12:03:09 UTC");
    }

    #[test]
    fn what_is_to_come_is_told_like_what_was() {
        for (seconds, text) in [
            (0, "now"),
            (8, "in 8 s"),
            (240, "in 4 min"),
            (7200, "in 2 h"),
            (90_000, "in 1 day"),
            (7_776_000, "in 90 days"),
            (9_000_000, "15 Apr 1970"),
        ] {
            assert_eq!(Timestamp(seconds * 1000).ahead_of(Timestamp(0)), text);
        }
        assert_eq!(Timestamp(0).ahead_of(Timestamp(240_000)), "4 min ago");
    }

    #[test]
    fn relative_time_grows_with_distance() {
        let t = Timestamp(0);
        for (seconds, text) in [
            (0, "just now"),
            (8, "8 s ago"),
            (240, "4 min ago"),
            (7200, "2 h ago"),
            (90_000, "1 day ago"),
            (200_000, "2 days ago"),
            (9_000_000, "1 Jan 1970"),
        ] {
            assert_eq!(t.relative_to(Timestamp(seconds * 1000)), text);
        }
    }
}
