//! Sums a learner can look at: recall, streak, heat map, what is coming.

use crate::model::{CardPhase, CardState, Due, StudyDay};
use std::collections::BTreeMap;

/// What was done on one day in one deck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayRow {
    /// The study day.
    pub day: StudyDay,
    /// The deck's id.
    pub deck: String,
    /// Answers.
    pub reviews: u32,
    /// Answers other than Again.
    pub passed: u32,
    /// Answers to cards that were scheduled by days.
    pub mature_reviews: u32,
    /// Those other than Again.
    pub mature_passed: u32,
    /// First answers to new cards.
    pub new_cards: u32,
    /// Milliseconds spent.
    pub taken_millis: u64,
}

/// Totals over days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Answers.
    pub reviews: u32,
    /// Answers other than Again.
    pub passed: u32,
    /// Answers to cards that were scheduled by days.
    pub mature_reviews: u32,
    /// Those other than Again.
    pub mature_passed: u32,
    /// First answers to new cards.
    pub new_cards: u32,
    /// Milliseconds spent.
    pub taken_millis: u64,
}

impl Totals {
    /// Share of remembered cards among those that were due by day; none without any.
    pub fn recall(&self) -> Option<f32> {
        (self.mature_reviews > 0).then(|| self.mature_passed as f32 / self.mature_reviews as f32)
    }

    /// Whole minutes, rounded up.
    pub fn minutes(&self) -> u64 {
        self.taken_millis.div_ceil(60_000)
    }

    fn add(&mut self, row: &DayRow) {
        self.reviews += row.reviews;
        self.passed += row.passed;
        self.mature_reviews += row.mature_reviews;
        self.mature_passed += row.mature_passed;
        self.new_cards += row.new_cards;
        self.taken_millis += row.taken_millis;
    }
}

/// Adds up rows.
pub fn total<'a>(rows: impl IntoIterator<Item = &'a DayRow>) -> Totals {
    let mut totals = Totals::default();
    rows.into_iter().for_each(|row| totals.add(row));
    totals
}

/// Totals by deck.
pub fn by_deck(rows: &[DayRow]) -> BTreeMap<&str, Totals> {
    let mut decks: BTreeMap<&str, Totals> = BTreeMap::new();
    for row in rows {
        decks.entry(&row.deck).or_default().add(row);
    }
    decks
}

/// Answers by day.
pub fn by_day(rows: &[DayRow]) -> BTreeMap<StudyDay, u32> {
    let mut days = BTreeMap::new();
    for row in rows.iter().filter(|row| row.reviews > 0) {
        *days.entry(row.day).or_default() += row.reviews;
    }
    days
}

/// Days of study in a row up to today; a day that is not over yet does not break it.
pub fn streak(days: &BTreeMap<StudyDay, u32>, today: StudyDay) -> u32 {
    let start = if days.contains_key(&today) { today } else { today.plus_days(-1) };
    (0..=days.len() as i32).take_while(|back| days.contains_key(&start.plus_days(-*back))).count() as u32
}

/// Five shades, from 0 for nothing to 4, by quarters of the busiest day shown.
pub fn shade(count: u32, busiest: u32) -> u8 {
    match (count, busiest) {
        (0, _) | (_, 0) => 0,
        _ => (count.min(busiest) * 4).div_ceil(busiest) as u8,
    }
}

/// Reviews due on each of the next days; what is overdue counts for today.
pub fn forecast<'a>(states: impl Iterator<Item = &'a CardState>, today: StudyDay, days: usize) -> Vec<u32> {
    let mut counts = vec![0; days];
    for state in states.filter(|state| !state.suspended && state.phase != CardPhase::New) {
        let offset = match state.due {
            Some(Due::Day(day)) => day.max(state.buried_until.unwrap_or(day)).days_since(today).max(0) as usize,
            Some(Due::At(_)) => 0,
            None => continue,
        };
        if let Some(count) = counts.get_mut(offset) {
            *count += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(day: i32, reviews: u32) -> DayRow {
        let deck = "iam".to_owned();
        DayRow {
            day: StudyDay(day),
            deck,
            reviews,
            passed: reviews,
            mature_reviews: 0,
            mature_passed: 0,
            new_cards: 0,
            taken_millis: 61_000,
        }
    }

    #[test]
    fn a_streak_ends_with_a_missed_day_but_not_with_a_morning() {
        let check = |days: &[i32], expected| {
            let rows: Vec<_> = days.iter().map(|day| row(*day, 3)).collect();
            assert_eq!(streak(&by_day(&rows), StudyDay(10)), expected, "{days:?}");
        };
        check(&[8, 9, 10], 3);
        check(&[8, 9], 2);
        check(&[7, 8], 0);
        check(&[6, 8, 9, 10], 3);
        check(&[], 0);
    }

    #[test]
    fn shades_are_quarters_of_the_busiest_day() {
        assert_eq!([0, 1, 10, 20, 21, 30, 40, 99].map(|count| shade(count, 40)), [0, 1, 1, 2, 3, 3, 4, 4]);
        assert_eq!(shade(3, 0), 0);
    }

    #[test]
    fn the_forecast_puts_overdue_on_today_and_leaves_out_what_is_not_due() {
        let due = |day| CardState { phase: CardPhase::Review, due: Some(Due::Day(StudyDay(day))), ..CardState::default() };
        let states = [due(5), due(10), due(12), due(99), CardState { suspended: true, ..due(10) }, CardState::default()];
        assert_eq!(forecast(states.iter(), StudyDay(10), 3), [2, 0, 1]);
    }

    #[test]
    fn totals_round_minutes_up_and_recall_needs_evidence() {
        let totals = total(&[row(1, 2), row(2, 2)]);
        assert_eq!((totals.reviews, totals.minutes(), totals.recall()), (4, 3, None));
        let mature = DayRow { mature_reviews: 4, mature_passed: 3, ..row(1, 4) };
        assert_eq!(total(&[mature]).recall(), Some(0.75));
    }
}
