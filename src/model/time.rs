//! Instants, local offsets and study days. Time comes in as an argument everywhere; only `app` holds a clock.

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta};
use std::fmt;
use std::time::Duration;

/// An instant, in milliseconds since 1970-01-01 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The instant so many seconds later.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Milliseconds from `earlier` to this; negative when the clock went back.
    pub fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// How far local time is ahead of UTC, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct UtcOffset(pub i32);

/// One reading of the clock: taken once a frame or a command and passed down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// The instant.
    pub at: Timestamp,
    /// The local offset in force at that instant.
    pub offset: UtcOffset,
}

impl Now {
    /// Local wall time. Falls back to the epoch for instants no calendar can name.
    pub fn local(self) -> chrono::NaiveDateTime {
        let millis = self.at.0.saturating_add(i64::from(self.offset.0) * 60_000);
        DateTime::from_timestamp_millis(millis).unwrap_or_default().naive_utc()
    }

    /// The study day this instant belongs to, when a day starts at `rollover_hour` (0 to 23) local time.
    pub fn study_day(self, rollover_hour: u8) -> StudyDay {
        let shift = i64::from(self.offset.0) * 60_000 - i64::from(rollover_hour) * 3_600_000;
        let days = self.at.0.saturating_add(shift).div_euclid(86_400_000);
        StudyDay(i32::try_from(days).unwrap_or(if days < 0 { i32::MIN / 2 } else { i32::MAX / 2 }))
    }
}

/// A day of study: the local calendar day, shifted by the hour at which the learner's day starts.
/// Counted in days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct StudyDay(pub i32);

impl StudyDay {
    /// The study day of a calendar date.
    pub fn from_date(date: NaiveDate) -> Self {
        Self(date.num_days_from_ce() - EPOCH_DAYS_FROM_CE)
    }

    /// The calendar date, clamped to what the calendar can name.
    pub fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0.saturating_add(EPOCH_DAYS_FROM_CE)).unwrap_or(NaiveDate::MAX)
    }

    /// The day so many days later, or earlier for a negative number.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Days from `earlier` to this one; negative if this one is before.
    pub fn days_since(self, earlier: Self) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// The first instant of this day under the given offset and rollover hour.
    pub fn start(self, offset: UtcOffset, rollover_hour: u8) -> Timestamp {
        let local = i64::from(self.0) * 86_400_000 + i64::from(rollover_hour) * 3_600_000;
        Timestamp(local - i64::from(offset.0) * 60_000)
    }
}

const EPOCH_DAYS_FROM_CE: i32 = 719_163;

impl fmt::Display for StudyDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

/// Where the program reads time. `app` has the real one, tests a manual one.
pub trait Clock {
    /// The instant now.
    fn now(&self) -> Timestamp;
    /// Time since some fixed moment that no change of the system clock moves.
    fn monotonic(&self) -> Duration;
    /// The local offset in force at an instant.
    fn utc_offset_at(&self, at: Timestamp) -> UtcOffset;
    /// A clock that nobody sets, where there is one.
    fn steady(&self) -> Option<super::Steady> {
        None
    }
}

/// How long until something, in the words a button has room for: "10 minutes", "6 days", "3.2 months".
pub fn interval_words(seconds: i64) -> String {
    let count = |number: i64, unit: &str| format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
    let minutes = (seconds + 59) / 60;
    let days = seconds / 86_400;
    match seconds {
        ..3_600 => count(minutes.max(1), "minute"),
        3_600..86_400 => count((seconds + 1_800) / 3_600, "hour"),
        _ if days < 31 => count(days, "day"),
        _ if days < 365 => tenths(days, 30.4, "month"),
        _ => tenths(days, 365.25, "year"),
    }
}

fn tenths(days: i64, unit_days: f64, unit: &str) -> String {
    let number = format!("{:.1}", days as f64 / unit_days);
    let number = number.strip_suffix(".0").unwrap_or(&number).to_owned();
    let plural = if number == "1" { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

/// Seconds from one instant to another; zero if the second is earlier.
pub fn seconds_until(from: Timestamp, to: Timestamp) -> i64 {
    TimeDelta::milliseconds(to.millis_since(from)).num_seconds().max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset_minutes: i32) -> Now {
        let time = DateTime::parse_from_rfc3339(text).expect("a time");
        Now { at: Timestamp(time.timestamp_millis()), offset: UtcOffset(offset_minutes) }
    }

    #[test]
    fn a_study_day_starts_at_four_local_time() {
        let check = |utc: &str, offset: i32, expected: &str| {
            assert_eq!(at(utc, offset).study_day(4).to_string(), expected, "{utc} {offset}");
        };
        check("2026-11-23T03:59:59Z", 0, "2026-11-22");
        check("2026-11-23T04:00:00Z", 0, "2026-11-23");
        // Berlin, both clock changes of 2026: 04:00 local is 03:00 UTC in winter and 02:00 UTC in summer.
        check("2026-03-29T02:00:00Z", 120, "2026-03-29");
        check("2026-03-29T01:59:00Z", 120, "2026-03-28");
        check("2026-10-25T02:59:00Z", 60, "2026-10-24");
        check("2026-10-25T03:00:00Z", 60, "2026-10-25");
        // A flight from Auckland (+13) to Honolulu (-10) lands on the day before: no day is skipped or invented.
        check("2026-11-23T02:00:00Z", 780, "2026-11-23");
        check("2026-11-23T10:00:00Z", -600, "2026-11-22");
        check("2027-01-01T02:00:00Z", 60, "2026-12-31");
        check("1969-12-31T23:00:00Z", 0, "1969-12-31");
    }

    #[test]
    fn days_and_dates_agree() {
        let date = NaiveDate::from_ymd_opt(2028, 2, 29).expect("a leap day");
        assert_eq!(StudyDay::from_date(date).date(), date);
        assert_eq!(StudyDay::from_date(date).plus_days(366).to_string(), "2029-03-01");
        assert_eq!(StudyDay(0).to_string(), "1970-01-01");
    }

    #[test]
    fn absurd_clocks_give_a_day_and_no_panic() {
        for millis in [i64::MIN, -1, 0, i64::MAX] {
            let now = Now { at: Timestamp(millis), offset: UtcOffset(840) };
            let _ = (now.local(), now.study_day(4).date(), now.study_day(4).plus_days(36_500));
        }
    }

    #[test]
    fn intervals_read_like_a_person_would_say_them() {
        let check = |seconds: i64, expected: &str| assert_eq!(interval_words(seconds), expected, "{seconds}");
        check(30, "1 minute");
        check(600, "10 minutes");
        check(3_600, "1 hour");
        check(86_400, "1 day");
        check(6 * 86_400, "6 days");
        check(61 * 86_400, "2 months");
        check(100 * 86_400, "3.3 months");
        check(731 * 86_400, "2 years");
    }
}
