//! When a card is seen again: FSRS-6 for days, short steps for minutes.

mod fold;
mod fuzz;
mod memory_model;
mod steps;

pub use fold::{Policies, apply_mark, fold, fold_with};
pub use memory_model::{TrainingItem, default_parameters, log_loss, train};

use crate::model::{CardId, CardPhase, CardState, Due, MemoryState, Now, Policy, Rating, StudyDay, Timestamp};

/// Version of the rules in this module, written with each review. 1: FSRS-6 by `fsrs` 6.6.2.
pub const SCHEDULER_VERSION: u16 = 1;

/// Why a schedule cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchedulerError {
    /// Not 21 finite numbers within the model's bounds.
    #[error("the memory model does not accept these parameters")]
    Parameters,
    /// A memory state outside what the model can continue from.
    #[error("the memory state of {0} is not one the model can continue from")]
    Memory(CardId),
}

/// The scheduling rules under one policy.
#[derive(Debug)]
pub struct Scheduler {
    policy: Policy,
    model: memory_model::Model,
}

impl Scheduler {
    /// Fails if the policy's parameters are not usable.
    pub fn new(policy: Policy) -> Result<Self, SchedulerError> {
        let model = memory_model::Model::new(&policy.parameters).ok_or(SchedulerError::Parameters)?;
        Ok(Self { policy, model })
    }

    /// The policy it follows.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The study day of an instant under this policy.
    pub fn day(&self, now: Now) -> StudyDay {
        now.study_day(self.policy.rollover_hour)
    }

    /// What the card becomes under each of the four ratings, in the order of [`Rating::ALL`].
    /// The same call makes the words on the buttons and the state that is committed.
    pub fn preview(&self, card: &CardId, state: &CardState, now: Now) -> Result<[CardState; 4], SchedulerError> {
        let elapsed = state.last_review.map_or(0, |last| self.day(now).days_since(self.day(last)).max(0));
        let elapsed = u32::try_from(elapsed).unwrap_or(0);
        let retention = self.policy.desired_retention.share();
        let next = (self.model.next_states(state.memory, retention, elapsed)).ok_or_else(|| SchedulerError::Memory(card.clone()))?;
        let days = self.interval_days(card, state, next.map(|(_, interval)| interval));
        let [again, hard, good, easy] = next.map(|(memory, _)| memory);
        let [again_days, hard_days, good_days, easy_days] = days;
        let mut outcomes = [
            self.outcome(state, now, Rating::Again, again, again_days),
            self.outcome(state, now, Rating::Hard, hard, hard_days),
            self.outcome(state, now, Rating::Good, good, good_days),
            self.outcome(state, now, Rating::Easy, easy, easy_days),
        ];
        for outcome in &mut outcomes {
            outcome.changed_at = Some(now.at);
        }
        Ok(outcomes)
    }

    /// The card after one rating.
    pub fn answer(&self, card: &CardId, state: &CardState, now: Now, rating: Rating) -> Result<CardState, SchedulerError> {
        let [again, hard, good, easy] = self.preview(card, state, now)?;
        Ok(match rating {
            Rating::Again => again,
            Rating::Hard => hard,
            Rating::Good => good,
            Rating::Easy => easy,
        })
    }

    /// The chance of recalling the card now, 0 to 1; none for a card without memory.
    pub fn retrievability(&self, state: &CardState, now: Now) -> Option<f32> {
        let (memory, last) = (state.memory?, state.last_review?);
        let days = now.at.millis_since(last.at).max(0) as f32 / 86_400_000.0;
        Some(self.model.retrievability(memory, days))
    }

    /// What SM-2's ease (2.5 is usual) and interval in days say of a memory. None if they say nothing.
    pub fn memory_from_sm2(&self, ease: f32, interval_days: f32) -> Option<MemoryState> {
        self.model.memory_of_sm2(ease, interval_days)
    }

    /// Moves a card's phase and step on as an answer would, and nothing else: they follow from ratings and steps alone.
    pub fn advance_phase(&self, state: &mut CardState, rating: Rating) {
        let (short_phase, next_step) = self.next_step(state, rating);
        (state.phase, state.step) = next_step.map_or((CardPhase::Review, 0), |(step, _)| (short_phase, step));
    }

    /// The phase of short steps a card would be in after an answer, and the step with its seconds; none if it is scheduled by days.
    fn next_step(&self, state: &CardState, rating: Rating) -> (CardPhase, Option<(u8, u32)>) {
        let (short_phase, short_steps) = match state.phase {
            CardPhase::New | CardPhase::Learning => (CardPhase::Learning, &self.policy.learning_steps),
            CardPhase::Review | CardPhase::Relearning => (CardPhase::Relearning, &self.policy.relearning_steps),
        };
        let next_step = match state.phase {
            CardPhase::Review if rating.is_pass() => None,
            _ => steps::next(short_steps, usize::from(state.step), rating),
        };
        (short_phase, next_step)
    }

    /// Whole days for each rating: rounded, spread, and never shorter for a better rating.
    fn interval_days(&self, card: &CardId, state: &CardState, raw: [f32; 4]) -> [i32; 4] {
        let seed = card.seed() ^ u64::from(state.reps).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let maximum = self.policy.maximum_interval_days.max(1);
        let mut floor = 1;
        raw.map(|interval| {
            let days = if self.policy.fuzz { fuzz::spread(interval, seed, maximum) } else { fuzz::round(interval, maximum) };
            floor = floor.max(days);
            floor
        })
    }

    fn outcome(&self, state: &CardState, now: Now, rating: Rating, memory: MemoryState, days: i32) -> CardState {
        let (short_phase, next_step) = self.next_step(state, rating);
        let (phase, step, due) = match next_step {
            Some((step, seconds)) => (short_phase, step, Due::At(Timestamp(now.at.0).plus_seconds(i64::from(seconds)))),
            None => (CardPhase::Review, 0, Due::Day(self.day(now).plus_days(days))),
        };
        let lapsed = state.phase == CardPhase::Review && rating == Rating::Again;
        CardState {
            phase,
            step,
            due: Some(due),
            memory: Some(memory),
            reps: state.reps.saturating_add(1),
            lapses: state.lapses.saturating_add(u32::from(lapsed)),
            first_review: state.first_review.or(Some(now)),
            last_review: Some(now),
            ..state.clone()
        }
    }
}

/// The memory after each rating by the crate alone, for tests of what imitates it.
#[cfg(test)]
pub(in crate::engine) fn memory_states(parameters: &[f32], memory: Option<MemoryState>, days: u32) -> Option<[MemoryState; 4]> {
    let next = memory_model::Model::new(parameters)?.next_states(memory, 0.9, days)?;
    Some(next.map(|(memory, _)| memory))
}

#[cfg(test)]
mod tests;
