//! Where an Anki card stands, in the words of the neutral form.

use super::super::foreign::{ForeignAnswer, ForeignCard, ForeignDue, ForeignKnown, ForeignPhase, ForeignStanding};
use super::collection::{CardRow, Collection};
use super::log::is_plausible;
use crate::model::{Flag, Now, Timestamp, UtcOffset};
use std::borrow::Cow;

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

/// What is known of a card, by its place among all.
pub(super) fn card(collection: &Collection, place: usize, key: impl Into<Cow<'static, str>>) -> ForeignCard {
    let Some(row) = collection.cards.get(place) else { return ForeignCard::default() };
    let mut known = ForeignKnown {
        answers: collection.log.answers_of(place),
        resets: collection.log.resets_of(place),
        suspended: row.queue == -1,
        flag: Flag::new(u8::try_from(row.flags & 7).unwrap_or(0)),
        standing: None,
    };
    known.standing = standing(collection, row, known.answers_of(&collection.log.answers), collection.log.is_complete(place));
    ForeignCard { key: key.into(), known }
}

fn standing(collection: &Collection, row: &CardRow, answers: &[ForeignAnswer], log_complete: bool) -> Option<ForeignStanding> {
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
    let logged = answers.last().map(|answer| answer.at);
    let from_due = match due {
        ForeignDue::Day(day) if row.interval > 0 => {
            let days = i64::from(day) - i64::from(row.interval.min(100_000));
            Some(Timestamp(days.saturating_mul(86_400_000) + 12 * 3_600_000))
        }
        _ => None,
    };
    let stored = row.last_review.saturating_mul(1000);
    let stored = is_plausible(stored).then_some(Timestamp(stored));
    let ease = row.factor as f32 / 1000.0;
    // With FSRS the factor is a difficulty, from 0.1 to 1.1; an ease begins at 1.3.
    let sm2 = (ease >= 1.3 && row.interval > 0).then_some((ease, row.interval as f32));
    let count = |number: i32| u32::try_from(number.clamp(0, 1_000_000)).unwrap_or(0);
    Some(ForeignStanding {
        phase,
        memory: row.memory,
        sm2: sm2.or_else(|| (row.interval > 0).then_some((2.5, row.interval as f32))),
        due,
        reps: count(row.reps).max(1),
        lapses: count(row.lapses),
        last_review: stored.or(logged).or(from_due),
        log_complete: log_complete && !answers.is_empty(),
    })
}
