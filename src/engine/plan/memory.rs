//! FSRS-6 for one card at a time, fast enough to ask what many days would bring.
//!
//! The formulas are those of the FSRS-6 wiki page of `open-spaced-repetition/fsrs4anki` ("The Algorithm"). The `fsrs` crate schedules;
//! it answers for whole intervals and all four ratings at once, and choosing what to study asks millions of times. A test holds the
//! two together.

use crate::model::{MemoryState, Rating};

/// Parameters of FSRS-6, as its papers number them: w0 to w20.
pub type Parameters = [f32; 21];

const LEAST_STABILITY: f32 = 0.001;
const MOST_STABILITY: f32 = 36_500.0;

/// The memory model with one set of parameters.
#[derive(Debug, Clone)]
pub struct Memory {
    w: Parameters,
    factor: f32,
    easy_difficulty: f32,
    growth: f32,
}

impl Memory {
    /// The model with parameters that were checked by the scheduler.
    pub fn new(w: Parameters) -> Self {
        let [.., decay] = w;
        let factor = (0.9_f32.ln() / -decay).exp() - 1.0;
        let mut memory = Self { w, factor, easy_difficulty: 0.0, growth: w[8].exp() };
        memory.easy_difficulty = memory.first_difficulty(Rating::Easy);
        memory
    }

    /// The chance of recall after a number of days, 0 to 1.
    pub fn recall(&self, days: f32, stability: f32) -> f32 {
        (-self.w[20] * (1.0 + self.factor * days.max(0.0) / stability).ln()).exp()
    }

    fn first_difficulty(&self, rating: Rating) -> f32 {
        self.w[4] - (self.w[5] * rating.index() as f32).exp() + 1.0
    }

    /// The state after the first answer.
    pub fn first(&self, rating: Rating) -> MemoryState {
        let stability = match rating {
            Rating::Again => self.w[0],
            Rating::Hard => self.w[1],
            Rating::Good => self.w[2],
            Rating::Easy => self.w[3],
        };
        MemoryState { stability: stability.max(LEAST_STABILITY), difficulty: self.first_difficulty(rating).clamp(1.0, 10.0) }
    }

    fn next_difficulty(&self, difficulty: f32, rating: Rating) -> f32 {
        let change = -self.w[6] * (f32::from(rating.number()) - 3.0);
        let damped = difficulty + change * (10.0 - difficulty) / 9.0;
        (self.w[7] * (self.easy_difficulty - damped) + damped).clamp(1.0, 10.0)
    }

    /// By how much a pass at a chance of recall makes a state more stable, before the rating is known.
    fn growth(&self, state: MemoryState, recall: f32) -> f32 {
        let saturation = (-self.w[9] * state.stability.ln()).exp();
        self.growth * (11.0 - state.difficulty) * saturation * ((self.w[10] * (1.0 - recall)).exp() - 1.0)
    }

    fn passed(&self, state: MemoryState, growth: f32, rating: Rating) -> MemoryState {
        let factor = match rating {
            Rating::Hard => self.w[15],
            Rating::Easy => self.w[16],
            Rating::Again | Rating::Good => 1.0,
        };
        let stability = (state.stability * (1.0 + growth * factor)).clamp(LEAST_STABILITY, MOST_STABILITY);
        MemoryState { stability, difficulty: self.next_difficulty(state.difficulty, rating) }
    }

    fn failed(&self, state: MemoryState, recall: f32) -> MemoryState {
        let size = ((state.stability + 1.0).ln() * self.w[13]).exp() - 1.0;
        let ease = (-self.w[12] * state.difficulty.ln()).exp();
        let fallen = self.w[11] * ease * size * (self.w[14] * (1.0 - recall)).exp();
        let most = state.stability / (self.w[17] * self.w[18]).exp();
        let stability = fallen.min(most).clamp(LEAST_STABILITY, MOST_STABILITY);
        MemoryState { stability, difficulty: self.next_difficulty(state.difficulty, Rating::Again) }
    }

    /// The state after an answer on a later day, at a chance of recall.
    pub fn next(&self, state: MemoryState, recall: f32, rating: Rating) -> MemoryState {
        if rating.is_pass() { self.passed(state, self.growth(state, recall), rating) } else { self.failed(state, recall) }
    }

    /// The states after each of the four ratings, in the order of [`Rating::ALL`].
    pub fn outcomes(&self, state: MemoryState, recall: f32) -> [MemoryState; 4] {
        let growth = self.growth(state, recall);
        let pass = |rating| self.passed(state, growth, rating);
        [self.failed(state, recall), pass(Rating::Hard), pass(Rating::Good), pass(Rating::Easy)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::scheduler::default_parameters;
    use proptest::prelude::*;

    fn crate_states(parameters: &[f32], state: Option<MemoryState>, days: u32) -> [MemoryState; 4] {
        crate::engine::scheduler::memory_states(parameters, state, days).expect("states")
    }

    fn close(left: MemoryState, right: MemoryState) -> bool {
        let near = |a: f32, b: f32| (a - b).abs() <= 2e-3 * a.abs().max(b.abs());
        near(left.stability, right.stability) && near(left.difficulty, right.difficulty)
    }

    #[test]
    fn first_answers_are_those_of_ts_fsrs() {
        let memory = Memory::new(default_parameters());
        let expected = [(0.212, 6.4133), (1.2931, 5.112_170_7), (2.3065, 2.118_104), (8.2956, 1.0)];
        for (rating, (stability, difficulty)) in Rating::ALL.into_iter().zip(expected) {
            assert!(close(memory.first(rating), MemoryState { stability, difficulty }), "{rating:?}");
        }
        for (days, expected) in [(0.0, 1.0), (1.0, 0.9), (2.0, 0.845_884_6), (3.0, 0.809_388_1)] {
            assert!((memory.recall(days, 1.0) - expected).abs() < 1e-5, "{days}");
        }
    }

    proptest! {
        #[test]
        fn later_answers_are_those_of_the_crate(stability in 0.01_f32..500.0, difficulty in 1.0_f32..10.0, days in 1_u32..200) {
            let parameters = default_parameters();
            let memory = Memory::new(parameters);
            let state = MemoryState { stability, difficulty };
            let ours = memory.outcomes(state, memory.recall(days as f32, stability));
            for (ours, theirs) in ours.into_iter().zip(crate_states(&parameters, Some(state), days)) {
                prop_assert!(close(ours, theirs), "{ours:?} is not {theirs:?}");
            }
        }
    }
}
