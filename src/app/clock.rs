//! The only reader of the system's clocks.

use crate::model::{Clock, Timestamp, UtcOffset};
use chrono::{Local, Offset as _, TimeZone as _};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// Starts counting.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn new() -> Self {
        Self { started: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        let millis = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
        };
        Timestamp(millis)
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }

    fn utc_offset_at(&self, at: Timestamp) -> UtcOffset {
        let offset = Local.timestamp_millis_opt(at.0).earliest();
        UtcOffset(offset.map_or(0, |time| time.offset().fix().local_minus_utc() / 60))
    }
}

/// A clock that stands still at a given instant: for `--now`, so that any run can be repeated.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock {
    /// The instant.
    pub at: Timestamp,
    /// The local offset.
    pub offset: UtcOffset,
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.at
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn utc_offset_at(&self, _at: Timestamp) -> UtcOffset {
        self.offset
    }
}
