//! Spreads intervals a little, so that cards learned together do not come back together.
//! The widths are those of py-fsrs (`FUZZ_RANGES`): one day, plus 15 % of the part from 2.5 to 7 days, 10 % up to 20, 5 % beyond.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

const RANGES: [(f32, f32, f32); 3] = [(2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, f32::INFINITY, 0.05)];

/// Nearest whole day, from 1 to the maximum.
pub(super) fn round(interval: f32, maximum: u32) -> i32 {
    (interval.round().max(1.0) as i32).min(i32::try_from(maximum).unwrap_or(i32::MAX))
}

/// A whole day near the interval. The same seed gives the same day, and a longer interval never a shorter day.
pub(super) fn spread(interval: f32, seed: u64, maximum: u32) -> i32 {
    if interval < 2.5 {
        return round(interval, maximum);
    }
    let delta = RANGES.iter().fold(1.0, |delta, (start, end, factor)| delta + factor * (interval.min(*end) - start).max(0.0));
    let high = round(interval + delta, maximum);
    let low = round(interval - delta, maximum).max(2).min(high);
    let place: f32 = ChaCha8Rng::seed_from_u64(seed).random();
    low + ((place * (high - low + 1) as f32) as i32).min(high - low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn short_intervals_are_left_alone() {
        for (interval, expected) in [(0.2, 1), (1.4, 1), (1.6, 2), (2.4, 2)] {
            assert_eq!(spread(interval, 7, 100), expected, "{interval}");
        }
    }

    proptest! {
        #[test]
        fn a_day_stays_within_the_published_width(interval in 2.5_f32..3_000.0, seed: u64) {
            // Widths by hand from the ranges above.
            let width = 1.0 + 0.15 * (interval.min(7.0) - 2.5) + 0.10 * (interval.min(20.0) - 7.0).max(0.0) + 0.05 * (interval - 20.0).max(0.0);
            let day = spread(interval, seed, 36_500) as f32;
            prop_assert!((day - interval).abs() <= width + 0.51, "{interval} gave {day}");
        }

        #[test]
        fn a_longer_interval_never_gives_a_shorter_day(a in 0.1_f32..3_000.0, b in 0.1_f32..3_000.0, seed: u64) {
            let (short, long) = (a.min(b), a.max(b));
            prop_assert!(spread(short, seed, 36_500) <= spread(long, seed, 36_500));
        }

        #[test]
        fn the_maximum_holds(interval in 0.1_f32..1e9, seed: u64, maximum in 1_u32..1_000) {
            prop_assert!((1..=maximum as i32).contains(&spread(interval, seed, maximum)));
        }
    }
}
