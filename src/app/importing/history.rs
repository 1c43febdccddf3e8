//! Answers and schedules of another program as facts of ours.
//!
//! Each card's facts carry a name made of the card, and the instant as their number: the same log imported twice, or on two machines, is
//! there once.

use super::incoming::{CardRef, IncomingDecks, Merged, Which, card_for};
use crate::app::Error;
use crate::engine::scheduler::{Policies, SCHEDULER_VERSION, apply_mark, fold_with};
use crate::import::{ForeignAnswer, ForeignDue, ForeignKnown, ForeignPhase, ForeignStanding};
use crate::model::id::fnv1a;
use crate::model::{
    Answer, CardId, CardKind, CardPhase, CardState, Carried, DeckId, Due, Fact, FactBody, FactId, ForeignLog, MarkKind, MemoryState,
    NoteId, Now, Rating, StudyDay, Timestamp, UtcOffset, number_of,
};
use crate::store::Store;
use std::collections::{BTreeMap, HashMap, HashSet};

/// How far local time was ahead of UTC, hour by hour, for a thread that has no clock.
#[derive(Debug, Default)]
pub(super) struct Offsets {
    /// Where each stretch begins, and its offset.
    stretches: Vec<(i64, UtcOffset)>,
}

impl Offsets {
    /// The offsets between two instants.
    pub(super) fn between(from: Timestamp, to: Timestamp, at: impl Fn(Timestamp) -> UtcOffset) -> Self {
        const HOUR: i64 = 3_600_000;
        let mut stretches: Vec<(i64, UtcOffset)> = Vec::new();
        let mut instant = from.0.div_euclid(HOUR) * HOUR;
        while instant <= to.0 {
            let offset = at(Timestamp(instant));
            if stretches.last().is_none_or(|(_, last)| *last != offset) {
                stretches.push((instant, offset));
            }
            instant += HOUR;
        }
        Self { stretches }
    }

    fn at(&self, at: Timestamp) -> Now {
        let place = self.stretches.partition_point(|(from, _)| *from <= at.0).saturating_sub(1);
        Now { at, offset: self.stretches.get(place).map_or(UtcOffset(0), |(_, offset)| *offset) }
    }
}

/// Sums over reviews: by deck and day, and by kind.
#[derive(Debug, Clone, Default)]
pub(super) struct Sums {
    decks: BTreeMap<DeckId, Days>,
    pub(super) paces: BTreeMap<CardKind, (i64, i64)>,
}

/// Sums of each day of a stretch.
#[derive(Debug, Clone, Default)]
struct Days {
    first: i32,
    sums: Vec<[i64; 6]>,
}

impl Days {
    /// The sums of a day; the stretch grows to hold it.
    fn at(&mut self, day: StudyDay) -> Option<&mut [i64; 6]> {
        if self.sums.is_empty() {
            self.first = day.0;
        }
        if day.0 < self.first {
            let before = usize::try_from(self.first.abs_diff(day.0)).unwrap_or(0);
            self.sums.splice(..0, std::iter::repeat_n([0; 6], before));
            self.first = day.0;
        }
        let place = usize::try_from(day.0.abs_diff(self.first)).unwrap_or(0);
        if place >= self.sums.len() {
            self.sums.resize(place + 1, [0; 6]);
        }
        self.sums.get_mut(place)
    }
}

impl Sums {
    /// By deck and day, those with a review.
    pub(super) fn days(&self) -> impl Iterator<Item = (&DeckId, StudyDay, [i64; 6])> {
        self.decks.iter().flat_map(|(deck, days)| {
            let all = days.sums.iter().enumerate().map(move |(place, sums)| (deck, StudyDay(days.first + place as i32), *sums));
            all.filter(|(.., sums)| *sums != [0; 6])
        })
    }

    /// Counts answers to one card: each with its day, its rating, the phase before it and the milliseconds it took.
    fn add(&mut self, deck: &DeckId, kind: CardKind, answers: impl Iterator<Item = (StudyDay, Rating, CardPhase, u32)>, sign: i64) {
        if !self.decks.contains_key(deck) {
            self.decks.insert(deck.clone(), Days::default());
        }
        let (Some(days), pace) = (self.decks.get_mut(deck), self.paces.entry(kind).or_default()) else { return };
        for (day, rating, before, taken_millis) in answers {
            let passed = i64::from(rating.is_pass());
            let (mature, new) = (i64::from(before == CardPhase::Review), i64::from(before == CardPhase::New));
            let taken = i64::from(taken_millis);
            let Some(sums) = days.at(day) else { continue };
            for (sum, one) in sums.iter_mut().zip([1, passed, mature, mature * passed, new, taken]) {
                *sum += sign * one;
            }
            pace.0 += sign * passed;
            pace.1 += sign * passed * taken;
        }
    }
}

/// What is new of a card, and what its facts become with it.
pub(super) struct CardFacts {
    pub(super) log: ForeignLog,
    pub(super) state: CardState,
}

/// A card of an import and what is known of it here.
pub(super) struct Wanted<'a> {
    card: CardId,
    kind: CardKind,
    text_hash: u64,
    foreign: &'a ForeignKnown,
    answers: &'a [ForeignAnswer],
    device: u64,
    known: Vec<Fact>,
}

/// Everything needed to make facts of foreign cards.
pub(super) struct Historian<'a> {
    pub(super) own_device: u64,
    pub(super) policies: &'a Policies,
    pub(super) states: &'a HashMap<CardId, CardState>,
    pub(super) offsets: &'a Offsets,
    pub(super) now: Now,
    pub(super) withdrawn: HashSet<u64>,
    pub(super) sums: Sums,
}

impl Historian<'_> {
    /// The cards of an import that are there, in the order of their names: rows that follow each other in the file are written without
    /// looking for their place. Only what is asked of the store is asked here; facts are made one card at a time.
    pub(super) fn wanted<'d>(&self, store: &Store, incoming: &'d IncomingDecks, decks: &[Merged<'_>]) -> Result<Vec<Wanted<'d>>, Error> {
        let places: Vec<HashMap<&NoteId, usize>> = (decks.iter().zip(&incoming.decks))
            .map(|((deck, _), own)| {
                let notes = deck.notes.iter().filter(|_| own.known.is_some()).enumerate();
                notes.map(|(place, note)| (&note.id, place)).collect()
            })
            .collect();
        let mut found = Vec::with_capacity(incoming.cards.len());
        for own in &incoming.cards {
            let (Some((deck, renamed)), Some(by_id)) = (decks.get(own.deck as usize), places.get(own.deck as usize)) else { continue };
            let note = renamed.get(&own.note).unwrap_or(&own.note);
            let in_known = |key: &str| {
                let cards = by_id.get(note).and_then(|place| deck.notes.get(*place))?.cards();
                CardRef::of(card_for(&cards, key)?)
            };
            let which = match &own.which {
                Which::Card(card) => Some(card.clone()),
                Which::Keyed(key) => in_known(key),
            };
            let Some(CardRef { key, kind, text_hash }) = which else { continue };
            let card = CardId { deck: deck.id.clone(), note: note.clone(), key };
            let known = if self.states.contains_key(&card) { store.facts_about(&card)? } else { Vec::new() };
            let answers = own.known.answers_of(&incoming.answers);
            found.push(Wanted { device: self.device(&card), kind, text_hash, card, foreign: &own.known, answers, known });
        }
        found.sort_unstable_by(|a, b| a.card.cmp(&b.card));
        Ok(found)
    }

    /// The name under which the facts of a card are written. One whose facts were taken back is not used again.
    fn device(&self, card: &CardId) -> u64 {
        let name = |round: u32| fnv1a(format!("foreign {card} {round}").as_bytes());
        (0..1_000).map(name).find(|device| !self.withdrawn.contains(device)).unwrap_or_else(|| name(1_000))
    }

    /// What is new of one card. None if nothing is.
    pub(super) fn one(&mut self, wanted: &Wanted<'_>) -> Result<Option<CardFacts>, Error> {
        let Wanted { card, known, .. } = wanted;
        let mut log = self.log(wanted);
        if !known.is_empty() {
            let named: HashSet<FactId> = known.iter().map(|fact| fact.id).collect();
            let is_new = |sequence: u64| !named.contains(&FactId { device: log.device, sequence });
            log.answers.retain(|answer| is_new(number_of(answer.at.at)));
            log.marks.retain(|(sequence, ..)| is_new(*sequence));
        }
        let studied_here = known.iter().any(|fact| fact.id.device == self.own_device && matches!(fact.body, FactBody::Review(_)));
        if !studied_here {
            self.marks(wanted, self.states.get(card), &mut log.marks)?;
        }
        if log.name().is_none() {
            return Ok(None);
        }
        let state = self.fold(known, &log)?;
        Ok(Some(CardFacts { log, state }))
    }

    /// The answers of a card and its being made new.
    fn log(&self, wanted: &Wanted<'_>) -> ForeignLog {
        let before_now = |at: &Timestamp| *at < self.now.at;
        let answer =
            |answer: &ForeignAnswer| Answer { at: self.offsets.at(answer.at), rating: answer.rating, taken_millis: answer.taken_millis };
        let reset = |at: &Timestamp| (number_of(*at), self.offsets.at(*at), MarkKind::Reset);
        ForeignLog {
            card: wanted.card.clone(),
            device: wanted.device,
            scheduler: SCHEDULER_VERSION,
            policy: self.policies.current_fact(),
            text_hash: wanted.text_hash,
            kind: wanted.kind,
            answers: wanted.answers.iter().filter(|answer| before_now(&answer.at)).map(answer).collect(),
            marks: wanted.foreign.resets.iter().filter(|at| before_now(at)).map(reset).collect(),
        }
    }

    /// Where the card stands, after its answers: a mark for its schedule, and one for being suspended or flagged.
    fn marks(&self, wanted: &Wanted<'_>, state: Option<&CardState>, marks: &mut Vec<(u64, Now, MarkKind)>) -> Result<(), Error> {
        let foreign = wanted.foreign;
        let changed = state.and_then(|state| state.changed_at).unwrap_or(self.now.at);
        let at = Now { at: self.now.at.max(changed), ..self.now };
        let mut number = number_of(self.now.at);
        let mut push = |mark: MarkKind| {
            marks.push((number, at, mark));
            number += 1;
        };
        if let Some(standing) = &foreign.standing
            && let Some(carried) = self.carried(standing, wanted, state)?
        {
            push(MarkKind::Carry(carried));
        }
        if foreign.suspended && !state.is_some_and(|state| state.suspended) {
            push(MarkKind::Suspend);
        }
        if foreign.flag.is_some() && foreign.flag != state.and_then(|state| state.flag) {
            push(MarkKind::Flag(foreign.flag));
        }
        Ok(())
    }

    fn carried(&self, standing: &ForeignStanding, wanted: &Wanted<'_>, state: Option<&CardState>) -> Result<Option<Carried>, Error> {
        let Some(memory) = self.memory(standing, wanted)? else { return Ok(None) };
        let last_review = standing.last_review.unwrap_or(self.now.at).min(self.now.at);
        let carried = Carried {
            phase: match standing.phase {
                ForeignPhase::Learning => CardPhase::Learning,
                ForeignPhase::Review => CardPhase::Review,
                ForeignPhase::Relearning => CardPhase::Relearning,
            },
            memory,
            due: match standing.due {
                ForeignDue::Day(day) => Due::Day(StudyDay(day)),
                ForeignDue::At(at) => Due::At(at),
            },
            step: 0,
            reps: standing.reps,
            lapses: standing.lapses,
            first_review: wanted.answers.first().map_or(last_review, |answer| answer.at).min(last_review),
            last_review,
        };
        let same = state.is_some_and(|state| {
            state.memory == Some(carried.memory)
                && state.due == Some(carried.due)
                && (state.phase, state.reps, state.lapses) == (carried.phase, carried.reps, carried.lapses)
        });
        Ok((!same).then_some(carried))
    }

    /// What the program stored; else what its whole log adds up to; else what ease and interval say; else what there is of the log.
    fn memory(&self, standing: &ForeignStanding, wanted: &Wanted<'_>) -> Result<Option<MemoryState>, Error> {
        if let Some((stability, difficulty)) = standing.memory {
            return Ok(Some(MemoryState { stability, difficulty }));
        }
        let scheduler = self.policies.current();
        let from_log = || -> Result<Option<MemoryState>, Error> {
            let mut state = CardState::default();
            let since = wanted.foreign.resets.last().map_or(i64::MIN, |reset| reset.0);
            for answer in wanted.answers.iter().filter(|answer| answer.at.0 > since && answer.at < self.now.at) {
                state = scheduler.answer(&wanted.card, &state, self.offsets.at(answer.at), answer.rating)?;
            }
            Ok(state.memory)
        };
        if standing.log_complete {
            return from_log();
        }
        let from_factors = standing.sm2.and_then(|(ease, days)| scheduler.memory_from_sm2(ease, days));
        if from_factors.is_some() { Ok(from_factors) } else { from_log() }
    }

    /// The state after what is new; the sums take the known facts back and count all of them.
    fn fold(&mut self, known: &[Fact], log: &ForeignLog) -> Result<CardState, Error> {
        if known.is_empty()
            && let Some(state) = self.carried_only(log)
        {
            return Ok(state);
        }
        let (policies, sums) = (self.policies, &mut self.sums);
        let mut count = |sign: i64, fact: &Fact, before: &CardState| {
            if let FactBody::Review(review) = &fact.body {
                let day = policies.at(review.policy).day(fact.at);
                let one = (day, review.rating, before.phase, review.taken_millis);
                sums.add(&review.card.deck, review.kind, std::iter::once(one), sign);
            }
        };
        fold_with(known, policies, |fact, before| count(-1, fact, before))?;
        let all: Vec<Fact> = known.iter().cloned().chain(log.facts()).collect();
        Ok(fold_with(&all, policies, |fact, before| count(1, fact, before))?)
    }

    /// The state of a new card whose answers are followed by where it stands: only the phases of the answers matter then, for the sums,
    /// and they follow from ratings and steps alone. None if the log is of another shape.
    fn carried_only(&mut self, log: &ForeignLog) -> Option<CardState> {
        let is_carried = matches!(log.marks.first(), Some((_, _, MarkKind::Carry(_))));
        let in_order = log.answers.is_sorted_by(|a, b| a.at.at < b.at.at);
        if !is_carried || !in_order {
            return None;
        }
        let rules = self.policies.at(log.policy);
        let mut phases = CardState::default();
        let answers = log.answers.iter().map(|answer| {
            let before = phases.phase;
            rules.advance_phase(&mut phases, answer.rating);
            (rules.day(answer.at), answer.rating, before, answer.taken_millis)
        });
        self.sums.add(&log.card.deck, log.kind, answers, 1);
        // What the standing does not take the place of is empty for a card nobody marked.
        Some(log.marks.iter().fold(CardState::default(), |state, (_, at, mark)| apply_mark(state, mark, *at)))
    }
}
