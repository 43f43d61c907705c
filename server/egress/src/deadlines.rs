//! The time limits of a call, as points in time.

use std::time::Duration;

use tokio::time::Instant;

use crate::{failure::Failure, phase::Phase, request::Limits, target::Target};

/// The longest time limit that is taken literally; it keeps the sums below from overflowing.
const LONGEST_LIMIT: Duration = Duration::from_hours(24);

/// When a call has to be connected, and when it has to be over.
pub(crate) struct Deadlines {
    begun: Instant,
    limits: Limits,
}

impl Deadlines {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            begun: Instant::now(),
            limits,
        }
    }

    fn connect_limit(&self) -> Duration {
        self.limits.connect.min(self.total_limit())
    }

    fn total_limit(&self) -> Duration {
        self.limits.total.min(LONGEST_LIMIT)
    }

    pub(crate) fn connected(&self) -> Instant {
        self.begun + self.connect_limit()
    }

    pub(crate) fn over(&self) -> Instant {
        self.begun + self.total_limit()
    }

    pub(crate) fn connect_timeout(&self, target: &Target, phase: Phase) -> Failure {
        let after_ms = milliseconds(self.connect_limit());
        Failure::ConnectTimeout {
            host: target.host(),
            port: target.port,
            after_ms,
            phase,
        }
    }

    /// For failures of the whole call.
    pub(crate) fn total_ms(&self) -> u64 {
        milliseconds(self.total_limit())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
