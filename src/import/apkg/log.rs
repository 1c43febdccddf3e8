//! The review log, sixteen bytes an answer: a collection of five years has a million.

use super::super::foreign::{Findings, ForeignAnswer};
use crate::model::{Rating, Timestamp};
use std::collections::BTreeMap;
use std::ops::Range;

/// Longest thinking time that is believed: a day.
const MAX_TAKEN: i64 = 86_400_000;
const TAKEN_BITS: u32 = 27;

/// What a row of the log says besides card and instant.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LogEntry {
    pub(super) ease: i64,
    pub(super) last_interval: i64,
    pub(super) factor: i64,
    pub(super) taken_millis: i64,
    pub(super) kind: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// Moved by hand, or nothing that is known.
    Manual,
    /// An answer that did not count for the schedule.
    Cram,
    /// Made new again.
    Reset,
    /// An answer; one to a new card begins a whole log.
    Answer { rating: Rating, begins: bool },
}

impl What {
    fn of(entry: LogEntry) -> Self {
        match (entry.ease, entry.kind) {
            (0, 4) if entry.factor == 0 => Self::Reset,
            (1..=4, 3) if entry.factor == 0 => Self::Cram,
            (1..=4, 0..=3) => match Rating::from_number(entry.ease) {
                Some(rating) => Self::Answer { rating, begins: entry.kind == 0 && entry.last_interval <= 0 },
                None => Self::Manual,
            },
            _ => Self::Manual,
        }
    }

    fn code(self) -> u32 {
        match self {
            Self::Manual => 0,
            Self::Cram => 1,
            Self::Reset => 2,
            Self::Answer { rating, begins } => 4 + u32::from(rating.number()) * 2 + u32::from(begins),
        }
    }

    fn from_code(code: u32) -> Self {
        match (code, Rating::from_number(i64::from(code / 2) - 2)) {
            (1, _) => Self::Cram,
            (2, _) => Self::Reset,
            (_, Some(rating)) => Self::Answer { rating, begins: code % 2 == 1 },
            (_, None) => Self::Manual,
        }
    }
}

/// A row, packed: thinking time in the lower bits, what it says in the upper.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LogRow {
    at_ms: i64,
    card: u32,
    packed: u32,
}

impl LogRow {
    /// `card` is the place of the card among all.
    pub(super) fn new(card: u32, at_ms: i64, entry: LogEntry) -> Self {
        let taken = u32::try_from(entry.taken_millis.clamp(0, MAX_TAKEN)).unwrap_or(0);
        Self { at_ms, card, packed: taken | What::of(entry).code() << TAKEN_BITS }
    }

    fn what(self) -> What {
        What::from_code(self.packed >> TAKEN_BITS)
    }

    fn taken_millis(self) -> u32 {
        self.packed & ((1 << TAKEN_BITS) - 1)
    }
}

/// The log by card.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) answers: Vec<ForeignAnswer>,
    /// Where each card's answers begin, and where the last one's end.
    starts: Vec<u32>,
    /// Whether a card's answers are all there are since it was new.
    complete: Vec<bool>,
    resets: BTreeMap<u32, Vec<Timestamp>>,
    cram: usize,
    manual: usize,
}

impl Log {
    /// Sorts rows, which are in the order of time, by their cards.
    pub(super) fn of(cards: usize, rows: Vec<LogRow>) -> Self {
        let mut log = Self { starts: Vec::with_capacity(cards + 1), complete: Vec::with_capacity(cards), ..Self::default() };
        let (sorted, ends) = by_card(cards, &rows);
        drop(rows);
        log.answers = Vec::with_capacity(sorted.len());
        let mut from = 0;
        for (card, end) in ends.into_iter().enumerate() {
            log.starts.push(log.answers.len() as u32);
            let rows = sorted.get(from..end as usize).unwrap_or_default();
            log.card(card as u32, rows.iter().filter(|row| is_plausible(row.at_ms)));
            from = end as usize;
        }
        log.starts.push(log.answers.len() as u32);
        log
    }

    fn card<'r>(&mut self, card: u32, rows: impl Iterator<Item = &'r LogRow>) {
        let (mut complete, mut begun) = (false, false);
        for row in rows {
            let at = Timestamp(row.at_ms);
            match row.what() {
                What::Manual => self.manual += 1,
                What::Cram => self.cram += 1,
                What::Reset => {
                    self.resets.entry(card).or_default().push(at);
                    (complete, begun) = (true, true);
                }
                What::Answer { rating, begins } => {
                    // The first answer of a whole log is one to a new card.
                    if !begun {
                        complete = begins;
                    }
                    begun = true;
                    self.answers.push(ForeignAnswer { at, rating, taken_millis: row.taken_millis() });
                }
            }
        }
        self.complete.push(complete);
    }

    /// Which answers are those of a card.
    pub(super) fn answers_of(&self, card: usize) -> Range<u32> {
        let at = |place: usize| self.starts.get(place).copied().unwrap_or(0);
        at(card)..at(card + 1).max(at(card))
    }

    /// When a card was made new again.
    pub(super) fn resets_of(&self, card: usize) -> Box<[Timestamp]> {
        self.resets.get(&(card as u32)).map(|resets| resets.as_slice().into()).unwrap_or_default()
    }

    pub(super) fn is_complete(&self, card: usize) -> bool {
        self.complete.get(card).copied().unwrap_or(false)
    }

    /// Says what was not taken.
    pub(super) fn report(&self, findings: &mut Findings) {
        if self.cram > 0 {
            findings.changed(0, format!("{} answers of cram sessions do not count for the schedule and were left out", self.cram));
        }
        if self.manual > 0 {
            let words = "rows of the log say that a card was moved by hand; they are no answers and were left out";
            findings.changed(0, format!("{} {words}", self.manual));
        }
    }
}

/// The rows by card, each card's in the order they were in, and where each card's end. Counted rather than compared: a card's place is
/// known from how many rows come before it.
fn by_card(cards: usize, rows: &[LogRow]) -> (Vec<LogRow>, Vec<u32>) {
    let mut places = vec![0_u32; cards];
    for row in rows {
        places.get_mut(row.card as usize).into_iter().for_each(|count| *count += 1);
    }
    let mut sum = 0;
    for place in &mut places {
        sum += std::mem::replace(place, sum);
    }
    let mut sorted = vec![LogRow::default(); rows.len()];
    for row in rows {
        if let Some(place) = places.get_mut(row.card as usize)
            && let Some(slot) = sorted.get_mut(*place as usize)
        {
            *slot = *row;
            *place += 1;
        }
    }
    // Each place has moved on to where its card's rows end.
    (sorted, places)
}

/// Instants a calendar of a learner names: from 2000 to 2200.
pub(super) fn is_plausible(ms: i64) -> bool {
    (946_684_800_000..7_258_118_400_000).contains(&ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(card: u32, at: i64, ease: i64, kind: i64, factor: i64) -> LogRow {
        LogRow::new(card, at, LogEntry { ease, kind, factor, last_interval: 0, taken_millis: 1_000 + at % 7 })
    }

    #[test]
    fn rows_come_back_by_card_and_in_time() {
        const T: i64 = 1_700_000_000_000;
        let rows = vec![
            row(2, T, 3, 0, 0),
            row(0, T + 1, 1, 0, 2_500),
            row(2, T + 2, 4, 1, 2_500),
            row(0, 5, 3, 1, 2_500),
            row(2, T + 3, 3, 3, 0),
            row(0, T + 4, 0, 4, 0),
            row(0, T + 5, 2, 1, 2_500),
            row(2, T + 6, 9, 1, 0),
            row(3, T + 7, 2, 1, 2_500),
        ];
        let log = Log::of(4, rows);
        let of = |card| -> Vec<(i64, Rating)> {
            let range = log.answers_of(card);
            log.answers[range.start as usize..range.end as usize].iter().map(|answer| (answer.at.0 - T, answer.rating)).collect()
        };
        assert_eq!(of(0), [(1, Rating::Again), (5, Rating::Hard)]);
        assert_eq!(of(1), []);
        assert_eq!(of(2), [(0, Rating::Good), (2, Rating::Easy)]);
        assert_eq!(log.answers[log.answers_of(2).start as usize].taken_millis, 1_000 + (T % 7) as u32);
        assert_eq!([0, 1, 2, 3].map(|card| log.is_complete(card)), [true, false, true, false]);
        assert_eq!((log.resets_of(0), log.resets_of(2)), ([Timestamp(T + 4)].into(), [].into()));
        assert_eq!((log.cram, log.manual), (1, 1), "an answer from the year 1970 is nothing at all");
    }

    #[test]
    fn the_longest_time_and_every_word_fit() {
        for rating in Rating::ALL {
            for begins in [true, false] {
                let what = What::Answer { rating, begins };
                assert_eq!(What::from_code(what.code()), what);
            }
        }
        assert_eq!(
            [What::Manual, What::Cram, What::Reset].map(|what| What::from_code(what.code())),
            [What::Manual, What::Cram, What::Reset]
        );
        let long = LogRow::new(0, 0, LogEntry { ease: 4, taken_millis: i64::MAX, ..LogEntry::default() });
        assert_eq!((long.taken_millis(), long.what()), (86_400_000, What::Answer { rating: Rating::Easy, begins: true }));
    }
}
