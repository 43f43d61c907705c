//! How far back the list of transactions goes.

model::choice! {
    /// A span of time until now.
    Since {
        Hour = "1h", "Last hour";
        Day = "24h", "Last 24 hours";
        Week = "7d", "Last 7 days";
        Month = "30d", "Last 30 days";
    }
}

impl Since {
    /// Its length in milliseconds.
    #[cfg_attr(
        not(feature = "ssr"),
        expect(dead_code, reason = "only the server knows the time")
    )]
    pub const fn milliseconds(self) -> i64 {
        const HOUR: i64 = 3_600_000;
        match self {
            Self::Hour => HOUR,
            Self::Day => 24 * HOUR,
            Self::Week => 7 * 24 * HOUR,
            Self::Month => 30 * 24 * HOUR,
        }
    }
}
