//! How long to wait after a failure that may pass.

/// First wait and longest wait, in milliseconds.
const FIRST: i64 = 5_000;
const LONGEST: i64 = 15 * 60 * 1000;

/// A share of a span between nothing and all of it, made of random bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jitter(u32);

impl Jitter {
    /// No part.
    pub const NONE: Self = Self(0);
    /// All of it.
    pub const FULL: Self = Self(u32::MAX);

    /// From 32 random bits. A connection keeps its own, so that its times do not jump.
    pub fn from_random(bits: u32) -> Self {
        Self(bits)
    }

    /// The share of `milliseconds`.
    pub fn of(self, milliseconds: i64) -> i64 {
        let share = i128::from(milliseconds) * i128::from(self.0) / i128::from(u32::MAX);
        // A share is never larger than the whole.
        i64::try_from(share).unwrap_or(milliseconds)
    }
}

/// Milliseconds to wait after the `attempt`-th failure in a row, counted from 1: from 5 s doubling up to 15 min, half
/// of it by jitter. A provider that names a wait (Retry-After) gets that one, but at least 2.5 s.
pub fn back_off(attempt: u32, jitter: Jitter, retry_after_ms: Option<i64>) -> i64 {
    if let Some(asked) = retry_after_ms {
        return asked.max(FIRST / 2);
    }
    let doubled = FIRST
        .checked_shl(attempt.saturating_sub(1).min(20))
        .unwrap_or(LONGEST);
    let whole = doubled.min(LONGEST);
    whole / 2 + jitter.of(whole - whole / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = (1..=10)
            .map(|attempt| back_off(attempt, Jitter::FULL, None) / 1000)
            .collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
        assert_eq!(back_off(1, Jitter::NONE, None), FIRST / 2);
        assert_eq!(back_off(u32::MAX, Jitter::FULL, None), LONGEST);
        assert_eq!(back_off(0, Jitter::FULL, None), FIRST);
    }

    #[test]
    fn a_wait_that_the_provider_asked_for_is_kept() {
        assert_eq!(back_off(1, Jitter::FULL, Some(3_600_000)), 3_600_000);
        assert_eq!(back_off(9, Jitter::FULL, Some(30_000)), 30_000);
        assert_eq!(back_off(9, Jitter::FULL, Some(1)), FIRST / 2);
    }
}
