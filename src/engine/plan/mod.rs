//! The plan to an exam: which card, shown next, raises the expected recall on the exam morning the most for its time.
//!
//! The rank of a card is a mix of two figures, both in recall a second: the marginal gain (recall on the exam morning if the card is shown
//! today, less that if it never is again), and the index (its worth if shown today, less its worth on the best later day, both at
//! the price of time). The price is taken from the day itself: what the last card that fits into the minutes gains.
//! Everything is a function of the answers before today, so a day has one order, whatever happens in it.

mod belief;
mod course;
mod fit;
mod habits;
mod history;
mod horizon;
mod memory;
mod order;
mod projection;

pub use belief::Belief;
pub use course::Course;
pub use fit::{CalibrationBin, Evidence, Fit, days_items, fit, from};
pub use habits::Habits;
pub use history::{DayAnswer, PlanCard, by_day};
pub use memory::{Memory, Parameters};

use crate::model::{Rating, StudyDay};
use horizon::{Grid, Worth};
use std::collections::BTreeMap;

/// Further away than this an exam is not planned for: cards come by desired retention.
pub const MOST_DAYS: i32 = 180;

/// Share of the index in a rank. Between 0.5 and 0.8 simulated learners differ by less than chance (`cargo bench --bench simulate`).
const INDEX_SHARE: f32 = 0.6;
/// Cards said to be known that are checked each day.
const CLAIMS_A_DAY: usize = 3;
/// The price of later time against what the last card of today gains: later days hold better chances than today's last one.
const LATER_PRICE: f32 = 0.65;

/// Everything known on the morning of a day.
#[derive(Debug, Clone)]
pub struct Planner {
    cards: Vec<PlanCard>,
    beliefs: Vec<Belief>,
    memory: Memory,
    habits: Habits,
    today: StudyDay,
    exam: StudyDay,
}

/// What showing a card today brings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Showing {
    /// Recall on the exam morning if it is shown today and then left alone.
    pub shown: f32,
    /// The same if it is left alone from now on.
    pub alone: f32,
    /// Seconds it takes today.
    pub seconds: f32,
}

impl Planner {
    /// A planner for an exam on a later day. Days are at least one, whatever is asked.
    pub fn new(cards: Vec<PlanCard>, domains: usize, parameters: Parameters, today: StudyDay, exam: StudyDay) -> Self {
        let memory = Memory::new(parameters);
        let habits = Habits::estimate(&cards, domains, &memory);
        let start = cards.iter().filter_map(|card| card.answers.first()).map(|answer| answer.day).min().unwrap_or(today);
        let beliefs = cards.iter().map(|card| Belief::of(card, &memory, &habits, start)).collect();
        Self { cards, beliefs, memory, habits, today, exam: exam.max(today.plus_days(1)) }
    }

    /// The same for another day of the exam.
    #[must_use]
    pub fn with_exam(&self, exam: StudyDay) -> Self {
        Self { exam: exam.max(self.today.plus_days(1)), ..self.clone() }
    }

    /// The learner's ways.
    pub fn habits(&self) -> &Habits {
        &self.habits
    }

    /// The cards planned for.
    pub fn cards(&self) -> &[PlanCard] {
        &self.cards
    }

    /// What is believed of each card.
    pub fn beliefs(&self) -> &[Belief] {
        &self.beliefs
    }

    /// The memory model of this learner.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Days from today to the exam, at least 1.
    pub fn days_left(&self) -> usize {
        usize::try_from(self.exam.days_since(self.today)).unwrap_or(1).max(1)
    }

    /// The believed recall of each card on the exam morning, if nothing more is studied.
    pub fn recall_on_exam(&self) -> Vec<f32> {
        self.beliefs.iter().map(|belief| belief.recall(&self.memory, self.exam)).collect()
    }

    /// The seconds a card takes today.
    pub fn seconds(&self, card: usize) -> f32 {
        match (self.cards.get(card), self.beliefs.get(card)) {
            (Some(card), Some(belief)) => self.showing(card, belief).seconds,
            _ => 0.0,
        }
    }

    /// What showing a card today brings.
    fn showing(&self, card: &PlanCard, belief: &Belief) -> Showing {
        let days = self.days_left() as f32;
        let mut showing = Showing { shown: 0.0, alone: 0.0, seconds: 0.0 };
        if !belief.seen {
            let weight = belief.learned.weight;
            let later = Rating::ALL.map(|rating| self.memory.recall(days, self.memory.first(rating).stability));
            showing.shown += weight * later.iter().zip(self.habits.first).map(|(recall, share)| recall * share).sum::<f32>();
            showing.seconds += weight * self.habits.first_seconds();
        }
        for trace in belief.traces() {
            let recall = trace.recall(&self.memory, self.today);
            let [a, b, c, d] = self.memory.outcomes(trace.state, recall).map(|state| self.memory.recall(days, state.stability));
            let [hard, good, easy] = self.habits.pass;
            showing.shown += trace.weight * ((1.0 - recall) * a + recall * (hard * b + good * c + easy * d));
            showing.alone += trace.weight * trace.recall(&self.memory, self.exam);
            showing.seconds += trace.weight * self.habits.later_seconds(recall);
        }
        // Hypotheses too unlikely to be asked cost no time in the sum; a card always takes some.
        showing.seconds = (showing.seconds * card.effort * self.habits.pace).max(0.1);
        showing
    }

    /// All cards, the one to show first at the front, given the minutes of the day.
    pub fn order(&self, minutes: f32) -> Vec<usize> {
        let showings: Vec<Showing> = self.cards.iter().zip(&self.beliefs).map(|(card, belief)| self.showing(card, belief)).collect();
        let gains: Vec<f32> =
            showings.iter().zip(&self.cards).map(|(one, card)| card.weight * (one.shown - one.alone) / one.seconds).collect();
        let ranks = if self.days_left() > 1 { self.with_index(&showings, &gains, minutes) } else { gains };
        let ranks = self.with_checks(ranks);
        let seconds: Vec<f32> = showings.iter().map(|showing| showing.seconds).collect();
        let domains: Vec<usize> = self.cards.iter().map(|card| card.domain).collect();
        order::interleaved(&ranks, &seconds, &domains, minutes * 60.0)
    }

    /// A few cards that were said to be known are asked each day, whatever they gain: a claim is believed until it is checked.
    fn with_checks(&self, mut ranks: Vec<f32>) -> Vec<f32> {
        let most = ranks.iter().copied().fold(0.0, f32::max);
        let claimed = ranks.iter_mut().zip(&self.cards).filter(|(_, card)| card.claimed && card.answers.is_empty());
        claimed.take(CLAIMS_A_DAY).for_each(|(rank, _)| *rank = most + 1.0);
        ranks
    }

    fn with_index(&self, showings: &[Showing], gains: &[f32], minutes: f32) -> Vec<f32> {
        let price = LATER_PRICE * order::margin(gains, showings.iter().map(|showing| showing.seconds), minutes * 60.0);
        let grid = Grid::new(&self.memory, &self.habits, self.days_left());
        // Cards of one weight and effort share a price in recall.
        let mut worths: BTreeMap<(u32, u32), (Worth, f32)> = BTreeMap::new();
        let rank = |((card, belief), (showing, gain)): ((&PlanCard, &Belief), (&Showing, &f32))| {
            let (worth, new) = worths.entry((card.weight.to_bits(), card.effort.to_bits())).or_insert_with(|| {
                let worth = grid.solve(price * card.effort * self.habits.pace / card.weight.max(1e-9));
                let new = worth.index_of_new(&self.memory, &self.habits);
                (worth, new)
            });
            let known: f32 = (belief.traces())
                .map(|trace| {
                    let recall = |day: usize| trace.recall(&self.memory, self.today.plus_days(day as i32));
                    trace.weight * worth.index(&self.memory, &self.habits, trace.state, recall)
                })
                .sum();
            let index = if belief.seen { known } else { known + belief.learned.weight * *new };
            (1.0 - INDEX_SHARE) * gain + INDEX_SHARE * card.weight * index / showing.seconds
        };
        self.cards.iter().zip(&self.beliefs).zip(showings.iter().zip(gains)).map(rank).collect()
    }
}

#[cfg(test)]
mod tests;
