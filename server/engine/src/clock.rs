//! Time, identifiers and randomness: the only place that asks the operating system for them (invariant 9 of ARCHITECTURE.md).

use std::{
    sync::{Arc, Mutex},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use model::Timestamp;
use rand::TryRngCore;
use uuid::Uuid;

/// Where time comes from: the system, or a test that moves it.
#[derive(Clone, Default)]
pub struct Clock {
    fixed: Option<Arc<Mutex<Timestamp>>>,
}

impl Clock {
    /// A clock that stands still at `now` until [`Clock::advance`] moves it.
    pub fn fixed(now: Timestamp) -> Self {
        Self {
            fixed: Some(Arc::new(Mutex::new(now))),
        }
    }

    /// Moves a fixed clock by `milliseconds`; the system's clock is not moved.
    pub fn advance(&self, milliseconds: i64) {
        if let Some(fixed) = &self.fixed {
            let mut now = fixed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            *now = now.plus(milliseconds);
        }
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        if let Some(fixed) = &self.fixed {
            return *fixed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// A steady point in time, for durations.
    pub fn instant(&self) -> Instant {
        Instant::now()
    }

    /// A new UUIDv7 (RFC 9562 5.7).
    pub fn id<T: From<Uuid>>(&self) -> T {
        let milliseconds = u64::try_from(self.now().0).unwrap_or_default();
        T::from(uuid::Builder::from_unix_timestamp_millis(milliseconds, &self.random()).into_uuid())
    }

    /// Random bytes from the operating system.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: nothing may go on without it.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        #[expect(
            clippy::expect_used,
            reason = "without randomness no key or token may be made"
        )]
        rand::rngs::OsRng
            .try_fill_bytes(&mut bytes)
            .expect("the operating system gives random bytes");
        bytes
    }
}

/// Milliseconds since `start`.
pub(crate) fn milliseconds_since(start: Instant) -> i64 {
    i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX)
}
