//! The only file that names the `fsrs` crate.

use crate::model::{MemoryState, Rating};

/// The FSRS-6 model with one set of parameters.
#[derive(Debug)]
pub(super) struct Model {
    fsrs: fsrs::FSRS,
    decay: f32,
}

impl Model {
    /// None if the crate does not accept the parameters. Empty means the published defaults.
    pub(super) fn new(parameters: &[f32]) -> Option<Self> {
        let filled = fsrs::check_and_fill_parameters(parameters).ok()?;
        let decay = filled.get(20).copied()?;
        Some(Self { fsrs: fsrs::FSRS::new(parameters).ok()?, decay })
    }

    /// Memory and unrounded interval in days after each rating. None if the state cannot be continued from.
    pub(super) fn next_states(&self, memory: Option<MemoryState>, retention: f32, elapsed_days: u32) -> Option<[(MemoryState, f32); 4]> {
        let memory = memory.map(|m| fsrs::MemoryState { stability: m.stability, difficulty: m.difficulty });
        let next = self.fsrs.next_states(memory, retention, elapsed_days).ok()?;
        Some([next.again, next.hard, next.good, next.easy].map(|state| {
            let memory = MemoryState { stability: state.memory.stability, difficulty: state.memory.difficulty };
            (memory, state.interval)
        }))
    }

    /// What SM-2's ease and interval say of a memory, taking the interval as the time after which recall falls to 90 %.
    pub(super) fn memory_of_sm2(&self, ease: f32, interval_days: f32) -> Option<MemoryState> {
        let memory = self.fsrs.memory_state_from_sm2(ease, interval_days, 0.9).ok()?;
        Some(MemoryState { stability: memory.stability, difficulty: memory.difficulty })
    }

    /// The forgetting curve.
    pub(super) fn retrievability(&self, memory: MemoryState, days: f32) -> f32 {
        let memory = fsrs::MemoryState { stability: memory.stability, difficulty: memory.difficulty };
        fsrs::current_retrievability(memory, days, self.decay)
    }
}

/// The answers to a card up to one that is to be predicted: ratings with the days since the answer before.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingItem {
    /// The caller's number of the card.
    pub card: i64,
    /// The answers in the order of time; the last is the one predicted.
    pub reviews: Vec<(Rating, u32)>,
}

/// The published FSRS-6 parameters.
pub fn default_parameters() -> [f32; 21] {
    fsrs::DEFAULT_PARAMETERS
}

fn crate_items(items: &[TrainingItem]) -> (Vec<fsrs::FSRSItem>, Vec<i64>) {
    let review = |(rating, days): &(Rating, u32)| fsrs::FSRSReview { rating: rating.number().into(), delta_t: *days };
    let item = |item: &TrainingItem| fsrs::FSRSItem { reviews: item.reviews.iter().map(review).collect() };
    (items.iter().map(item).collect(), items.iter().map(|item| item.card).collect())
}

/// Parameters fitted to answers in the order of time. None if the crate finds none, or none that are finite.
pub fn train(items: &[TrainingItem]) -> Option<[f32; 21]> {
    let (train_set, card_ids) = crate_items(items);
    let input = fsrs::ComputeParametersInput { train_set, card_ids: Some(card_ids), ..fsrs::ComputeParametersInput::default() };
    let parameters = fsrs::compute_parameters(input).ok()?;
    let parameters: [f32; 21] = parameters.try_into().ok()?;
    parameters.iter().all(|parameter| parameter.is_finite()).then_some(parameters)
}

/// Mean log loss of predicting the last answer of each item. None where there is nothing to predict.
pub fn log_loss(parameters: &[f32], items: &[TrainingItem]) -> Option<f32> {
    let (items, card_ids) = crate_items(items);
    let evaluation = fsrs::FSRS::new(parameters).ok()?.evaluate_with_card_ids(items, card_ids, |_| true).ok()?;
    Some(evaluation.log_loss)
}
