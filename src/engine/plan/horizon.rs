//! What a memory state is worth, if it is looked after as well as the price of time allows until the exam: a dynamic programme over
//! stability, difficulty and day. It is the price-directed index of restless bandits (Whittle 1988), with one price for all days.

use super::habits::Habits;
use super::memory::Memory;
use crate::model::{MemoryState, Rating};

const STABILITIES: usize = 24;
const DIFFICULTIES: usize = 4;
const SPOTS: usize = STABILITIES * DIFFICULTIES;
const LEAST: f32 = 0.05;
const MOST: f32 = 1_000.0;

/// Days after which a card may be shown again; what lies between is as good as its neighbours.
pub(super) const STEPS: [usize; 11] = [1, 2, 3, 4, 6, 8, 12, 18, 27, 40, 60];

/// A state between four points of the grid, with their shares.
#[derive(Debug, Clone, Copy)]
struct Spot([(usize, f32); 4]);

impl Spot {
    fn of(state: MemoryState) -> Self {
        let x = (state.stability / LEAST).ln() / (MOST / LEAST).ln() * (STABILITIES - 1) as f32;
        let (x, y) = (x.clamp(0.0, (STABILITIES - 1) as f32 - 1e-3), ((state.difficulty - 1.0) / 3.0).clamp(0.0, 3.0 - 1e-3));
        let (row, column) = (x as usize, y as usize);
        let (a, b) = (x - row as f32, y - column as f32);
        let at = row * DIFFICULTIES + column;
        let below = at + DIFFICULTIES;
        Self([(at, (1.0 - a) * (1.0 - b)), (at + 1, (1.0 - a) * b), (below, a * (1.0 - b)), (below + 1, a * b)])
    }

    fn read(&self, values: &[f32]) -> f32 {
        self.0.iter().map(|(at, share)| share * values.get(*at).copied().unwrap_or(0.0)).sum()
    }
}

/// What showing a state of the grid after some days leads to.
struct Showing {
    recall: f32,
    outcomes: [Spot; 4],
    seconds: f32,
}

/// The grid of states, which depends on the learner but not on the price.
pub(super) struct Grid {
    /// By spot and step.
    showings: Vec<[Showing; STEPS.len()]>,
    /// By spot and days to the exam.
    recalls: Vec<Vec<f32>>,
    pass: [f32; 3],
    days: usize,
}

impl Grid {
    /// The grid for an exam in so many days.
    pub fn new(memory: &Memory, habits: &Habits, days: usize) -> Self {
        let states: Vec<MemoryState> = (0..SPOTS)
            .map(|spot| MemoryState {
                stability: LEAST * (MOST / LEAST).powf((spot / DIFFICULTIES) as f32 / (STABILITIES - 1) as f32),
                difficulty: 1.0 + 3.0 * (spot % DIFFICULTIES) as f32,
            })
            .collect();
        let showing = |state: MemoryState, step: usize| {
            let recall = memory.recall(step as f32, state.stability);
            Showing { recall, outcomes: memory.outcomes(state, recall).map(Spot::of), seconds: habits.later_seconds(recall) }
        };
        Self {
            showings: states.iter().map(|state| STEPS.map(|step| showing(*state, step))).collect(),
            recalls: states.iter().map(|state| (0..=days).map(|day| memory.recall(day as f32, state.stability)).collect()).collect(),
            pass: habits.pass,
            days,
        }
    }

    /// The worth of each state at the end of each day from today, at a price a second.
    pub fn solve(&self, price: f32) -> Worth {
        let mut days: Vec<Vec<f32>> = vec![Vec::new(); self.days];
        for day in (0..self.days).rev() {
            let value = |(showings, recalls): (&[Showing; STEPS.len()], &Vec<f32>)| {
                let left_alone = recalls.get(self.days - day).copied().unwrap_or(0.0);
                let shown = STEPS.iter().zip(showings).filter_map(|(step, showing)| {
                    let values = days.get(day + step).filter(|values| !values.is_empty())?;
                    Some(
                        mix(showing.recall, self.pass, showing.outcomes.each_ref().map(|spot| spot.read(values))) - price * showing.seconds,
                    )
                });
                shown.fold(left_alone, f32::max)
            };
            let row = self.showings.iter().zip(&self.recalls).map(value).collect();
            if let Some(slot) = days.get_mut(day) {
                *slot = row;
            }
        }
        Worth { days, price, pass: self.pass }
    }
}

/// The mean over the four outcomes of a showing.
fn mix(recall: f32, [hard, good, easy]: [f32; 3], [a, b, c, d]: [f32; 4]) -> f32 {
    (1.0 - recall) * a + recall * (hard * b + good * c + easy * d)
}

/// What states are worth at one price, in recall on the exam morning.
pub(super) struct Worth {
    days: Vec<Vec<f32>>,
    price: f32,
    pass: [f32; 3],
}

impl Worth {
    fn read(&self, day: usize, state: MemoryState) -> f32 {
        self.days.get(day).map_or(0.0, |values| Spot::of(state).read(values))
    }

    /// Days to the exam.
    fn days(&self) -> usize {
        self.days.len()
    }

    /// What showing a card now is worth beyond the best later day, or never. `recall` tells its chance of recall on a day from today,
    /// the exam's own included.
    pub fn index(&self, memory: &Memory, habits: &Habits, state: MemoryState, recall: impl Fn(usize) -> f32) -> f32 {
        let shown = |day: usize| {
            let chance = recall(day);
            let worths = memory.outcomes(state, chance).map(|state| self.read(day, state));
            mix(chance, self.pass, worths) - self.price * habits.later_seconds(chance)
        };
        let later = STEPS.into_iter().filter(|step| *step < self.days()).map(&shown).fold(recall(self.days()), f32::max);
        shown(0) - later
    }

    /// The same for a card that was never seen and is not known.
    pub fn index_of_new(&self, memory: &Memory, habits: &Habits) -> f32 {
        let states = Rating::ALL.map(|rating| Spot::of(memory.first(rating)));
        let cost = self.price * habits.first_seconds();
        let shown = |values: &Vec<f32>| states.iter().zip(habits.first).map(|(spot, share)| share * spot.read(values)).sum::<f32>() - cost;
        let mut days = self.days.iter().map(shown);
        let now = days.next().unwrap_or(0.0);
        now - days.fold(0.0, f32::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::scheduler::default_parameters;

    #[test]
    fn free_time_is_worth_taking_and_dear_time_is_not() {
        let (memory, habits) = (Memory::new(default_parameters()), Habits::usual(1));
        let grid = Grid::new(&memory, &habits, 30);
        let state = MemoryState { stability: 3.0, difficulty: 5.0 };
        let alone = memory.recall(30.0, 3.0);
        let (free, dear) = (grid.solve(0.0), grid.solve(1.0));
        assert!(free.read(0, state) > 0.95, "shown as often as one likes");
        assert!((dear.read(0, state) - alone).abs() < 0.02, "never shown: {} and {alone}", dear.read(0, state));
        assert!(dear.index_of_new(&memory, &habits) < 0.0);
    }

    #[test]
    fn on_the_last_day_waiting_brings_nothing() {
        let (memory, habits) = (Memory::new(default_parameters()), Habits::usual(1));
        let worth = Grid::new(&memory, &habits, 1).solve(0.0);
        let state = MemoryState { stability: 3.0, difficulty: 5.0 };
        let index = worth.index(&memory, &habits, state, |day| memory.recall(10.0 + day as f32, 3.0));
        // By hand: the mean recall one day after the showing, less the recall on the eleventh day.
        let chance = memory.recall(10.0, 3.0);
        let [a, b, c, d] = memory.outcomes(state, chance).map(|state| memory.recall(1.0, state.stability));
        let expected = (1.0 - chance) * a + chance * (0.224 * b + 0.631 * c + 0.145 * d) - memory.recall(11.0, 3.0);
        assert!((index - expected).abs() < 0.01, "{index} is not {expected}");
    }
}
