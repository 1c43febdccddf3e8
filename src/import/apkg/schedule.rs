//! Where an Anki card stands, in the words of the neutral form.

use super::super::foreign::{Findings, ForeignAnswer, ForeignCard, ForeignDue, ForeignPhase, ForeignStanding};
use super::collection::{CardRow, Collection, LogRow};
use crate::model::{Flag, Now, Rating, Timestamp, UtcOffset};

/// What the log holds that is not taken, counted over all cards.
#[derive(Debug, Default)]
pub(super) struct NotTaken {
    cram: usize,
    manual: usize,
}

impl NotTaken {
    pub(super) fn report(&self, findings: &mut Findings) {
        if self.cram > 0 {
            findings.changed(0, format!("{} answers of cram sessions do not count for the schedule and were left out", self.cram));
        }
        if self.manual > 0 {
            findings.changed(
                0,
                format!("{} rows of the log say that a card was moved by hand; they are no answers and were left out", self.manual),
            );
        }
    }
}

/// Instants no calendar of a learner names: before 2000 or after 2200.
fn is_plausible(ms: i64) -> bool {
    (946_684_800_000..7_258_118_400_000).contains(&ms)
}

/// The study day of the collection's first day: due dates count from there.
fn first_day(collection: &Collection) -> i32 {
    let offset = UtcOffset(collection.creation_west_minutes.map_or(0, |west| -west));
    let at = Timestamp(collection.created.saturating_mul(1000));
    // Without an offset the stamp is four in the morning of the learner's own day, which is its UTC day from twelve hours before it on.
    if collection.creation_west_minutes.is_none() {
        return Now { at: at.plus_seconds(8 * 3600), offset }.study_day(0).0;
    }
    Now { at, offset }.study_day(0).0
}

/// What is known of a card.
pub(super) fn card(collection: &Collection, row: &CardRow, key: String, not_taken: &mut NotTaken) -> ForeignCard {
    let log = collection.log_of(row.id);
    let mut card = ForeignCard {
        key,
        suspended: row.queue == -1,
        flag: Flag::new(u8::try_from(row.flags & 7).unwrap_or(0)),
        ..ForeignCard::default()
    };
    let mut complete = false;
    for entry in log.iter().filter(|entry| is_plausible(entry.at_ms)) {
        take(&mut card, entry, not_taken, &mut complete);
    }
    card.standing = standing(collection, row, &card, complete);
    card
}

fn take(card: &mut ForeignCard, entry: &LogRow, not_taken: &mut NotTaken, complete: &mut bool) {
    match (entry.ease, entry.kind) {
        (0, 4) if entry.factor == 0 => {
            card.resets.push(Timestamp(entry.at_ms));
            *complete = true;
        }
        (1..=4, 3) if entry.factor == 0 => not_taken.cram += 1,
        (1..=4, 0..=3) => {
            // The first answer of a whole log is one to a new card.
            if card.answers.is_empty() && card.resets.is_empty() {
                *complete = entry.kind == 0 && entry.last_interval <= 0;
            }
            if let Some(rating) = Rating::from_number(entry.ease.into()) {
                card.answers.push(ForeignAnswer { at: Timestamp(entry.at_ms), rating, taken_millis: entry.taken_ms });
            }
        }
        _ => not_taken.manual += 1,
    }
}

fn standing(collection: &Collection, row: &CardRow, card: &ForeignCard, log_complete: bool) -> Option<ForeignStanding> {
    let first = first_day(collection);
    let day = |due: i64| ForeignDue::Day(first.saturating_add(i32::try_from(due.clamp(-100_000, 100_000)).unwrap_or(0)));
    let at = |seconds: i64| ForeignDue::At(Timestamp(seconds.clamp(0, 7_258_118_400).saturating_mul(1000)));
    let (phase, due) = match (row.kind, row.queue) {
        (0, _) => return None,
        // A suspended or buried card keeps its kind; whether its due is a day or an instant shows in its size.
        (1, 3) => (ForeignPhase::Learning, day(row.due)),
        (3, 3) => (ForeignPhase::Relearning, day(row.due)),
        (1, _) => (ForeignPhase::Learning, if row.due > 1_000_000 { at(row.due) } else { day(row.due) }),
        (3, _) => (ForeignPhase::Relearning, if row.due > 1_000_000 { at(row.due) } else { day(row.due) }),
        _ => (ForeignPhase::Review, day(row.due)),
    };
    let logged = card.answers.last().map(|answer| answer.at);
    let from_due = match due {
        ForeignDue::Day(day) if row.interval > 0 => {
            let days = i64::from(day) - row.interval.min(100_000);
            Some(Timestamp(days.saturating_mul(86_400_000) + 12 * 3_600_000))
        }
        _ => None,
    };
    let stored = row.last_review.filter(|seconds| is_plausible(seconds.saturating_mul(1000))).map(|seconds| Timestamp(seconds * 1000));
    let ease = row.factor as f32 / 1000.0;
    // With FSRS the factor is a difficulty, from 0.1 to 1.1; an ease begins at 1.3.
    let sm2 = (ease >= 1.3 && row.interval > 0).then_some((ease, row.interval as f32));
    let count = |number: i64| u32::try_from(number.clamp(0, 1_000_000)).unwrap_or(0);
    Some(ForeignStanding {
        phase,
        memory: row.memory,
        sm2: sm2.or_else(|| (row.interval > 0).then_some((2.5, row.interval as f32))),
        due,
        reps: count(row.reps).max(1),
        lapses: count(row.lapses),
        last_review: stored.or(logged).or(from_due),
        log_complete: log_complete && !card.answers.is_empty(),
    })
}
