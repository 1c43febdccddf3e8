//! The only file that names the `fsrs` crate.

use crate::model::MemoryState;

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

    /// The forgetting curve.
    pub(super) fn retrievability(&self, memory: MemoryState, days: f32) -> f32 {
        let memory = fsrs::MemoryState { stability: memory.stability, difficulty: memory.difficulty };
        fsrs::current_retrievability(memory, days, self.decay)
    }
}
