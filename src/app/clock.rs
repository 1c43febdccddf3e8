//! The only reader of the system's clocks.

use crate::model::id::fnv1a;
use crate::model::{Clock, Steady, Timestamp, UtcOffset};
use chrono::{Local, Offset as _, TimeZone as _};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
    /// Names this run of the program, for machines that do not name their starts.
    run: u64,
    /// Names the start of the machine.
    boot: Option<u64>,
}

impl SystemClock {
    /// Starts counting.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn new() -> Self {
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok().map(|id| fnv1a(id.trim().as_bytes()));
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        let run = fnv1a(format!("{} {wall}", std::process::id()).as_bytes());
        Self { started: Instant::now(), run, boot }
    }
}

/// Milliseconds since the machine was started, sleep included, as Linux has them.
fn uptime_millis() -> Option<i64> {
    let text = std::fs::read_to_string("/proc/uptime").ok()?;
    let seconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some((seconds * 1000.0) as i64)
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

    fn steady(&self) -> Option<Steady> {
        match (self.boot, uptime_millis()) {
            (Some(origin), Some(millis)) => Some(Steady { origin, millis, counts_sleep: true }),
            _ => Some(Steady { origin: self.run, millis: self.started.elapsed().as_millis() as i64, counts_sleep: false }),
        }
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
