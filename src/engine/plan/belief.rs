//! What is believed of one card: learned here, or known before, each with its memory state and its weight.

use super::habits::Habits;
use super::history::PlanCard;
use super::memory::Memory;
use crate::model::{MemoryState, Rating, StudyDay};

/// Stabilities a card may have that was known before its first answer, in days, equally likely; and when it was last met.
const KNOWN_STABILITIES: [f32; 2] = [16.0, 100.0];
const KNOWN_DIFFICULTY: f32 = 5.0;
const KNOWN_SINCE_DAYS: i32 = 20;
/// Below this weight a hypothesis is not asked any more.
const LEAST_WEIGHT: f32 = 0.003;

/// One hypothesis about a card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Trace {
    pub state: MemoryState,
    pub last: StudyDay,
    pub weight: f32,
}

impl Trace {
    pub fn recall(&self, memory: &Memory, day: StudyDay) -> f32 {
        memory.recall(day.days_since(self.last) as f32, self.state.stability)
    }
}

/// What is believed of one card.
#[derive(Debug, Clone, PartialEq)]
pub struct Belief {
    /// Whether it was ever answered.
    pub(super) seen: bool,
    /// That it was not known before; its weight is 1 less the others' for a card never answered, whose state is then of no meaning.
    pub(super) learned: Trace,
    /// That it was known before.
    pub(super) known: [Trace; 2],
}

/// The chance that a card known before is recalled at its first answer.
pub(super) fn known_recall(memory: &Memory) -> f32 {
    KNOWN_STABILITIES.iter().map(|stability| memory.recall(KNOWN_SINCE_DAYS as f32, *stability)).sum::<f32>() / 2.0
}

impl Belief {
    /// What is believed of a card that begins to be studied on a day.
    fn before(known: f32, start: StudyDay) -> Self {
        let trace = |stability| Trace {
            state: MemoryState { stability, difficulty: KNOWN_DIFFICULTY },
            last: start.plus_days(-KNOWN_SINCE_DAYS),
            weight: known / 2.0,
        };
        let nothing = MemoryState { stability: 0.001, difficulty: 10.0 };
        let learned = Trace { state: nothing, last: start, weight: 1.0 - known };
        Self { seen: false, learned, known: KNOWN_STABILITIES.map(trace) }
    }

    /// What its answers say of a card. `start` is the day the learner's studies began.
    pub fn of(card: &PlanCard, memory: &Memory, habits: &Habits, start: StudyDay) -> Self {
        let mut belief = Self::before(habits.prior(card), start);
        for answer in &card.answers {
            if belief.seen {
                belief.later(memory, answer.day, answer.rating);
            } else {
                belief.first(memory, habits, (answer.seconds.max(0.5) / card.effort).ln(), answer.day, answer.rating);
            }
        }
        belief
    }

    fn first(&mut self, memory: &Memory, habits: &Habits, log_seconds: f32, day: StudyDay, rating: Rating) {
        let (new, known) = habits.first_likelihoods(rating, log_seconds);
        self.seen = true;
        self.learned = Trace { state: memory.first(rating), last: day, weight: self.learned.weight * new };
        for trace in &mut self.known {
            trace.answer(memory, day, rating);
            trace.weight *= known;
        }
        self.normalise();
    }

    /// After an answer on a later day.
    fn later(&mut self, memory: &Memory, day: StudyDay, rating: Rating) {
        for trace in self.traces_mut() {
            trace.answer(memory, day, rating);
        }
        self.normalise();
    }

    fn traces_mut(&mut self) -> impl Iterator<Item = &mut Trace> {
        std::iter::once(&mut self.learned).chain(&mut self.known)
    }

    /// Its hypotheses that count. Those of a card never answered leave out that it was not known.
    pub(super) fn traces(&self) -> impl Iterator<Item = &Trace> {
        self.seen.then_some(&self.learned).into_iter().chain(&self.known).filter(|trace| trace.weight > LEAST_WEIGHT)
    }

    fn normalise(&mut self) {
        let all: f32 = self.traces_mut().map(|trace| trace.weight).sum();
        if all > 1e-20 {
            self.traces_mut().for_each(|trace| trace.weight /= all);
        } else {
            self.traces_mut().for_each(|trace| trace.weight = 0.0);
            self.learned.weight = 1.0;
        }
    }

    /// The chance of recall on a day, 0 to 1.
    pub fn recall(&self, memory: &Memory, day: StudyDay) -> f32 {
        self.traces().map(|trace| trace.weight * trace.recall(memory, day)).sum::<f32>().clamp(0.0, 1.0)
    }
}

impl Trace {
    fn answer(&mut self, memory: &Memory, day: StudyDay, rating: Rating) {
        let recall = self.recall(memory, day).clamp(0.001, 0.999);
        self.weight *= if rating.is_pass() { recall } else { 1.0 - recall };
        self.state = memory.next(self.state, recall, rating);
        self.last = day;
    }
}
