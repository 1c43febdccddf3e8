//! What the days to the exam will bring if they are studied: a course of study drawn from what is believed.

use super::belief::{Belief, Trace};
use super::{PlanCard, Planner};
use crate::model::{MemoryState, Rating, StudyDay};
use rand::{Rng, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// So many cards stand for all: the mean over them is good to about half a point.
const MOST_CARDS: usize = 700;
/// Chance depends on the card and on how often it was shown, so that every question of "what if" meets the same luck, and small
/// differences are not noise.
const SEED: u64 = 0x9a7b_51d3;

/// Whether a card is one of those that stand for all: about one in so many.
fn stands(index: usize, one_in: usize) -> bool {
    let mixed = (index as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> 40) as usize).is_multiple_of(one_in)
}

fn luck(index: usize, showings: u32) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(SEED ^ ((index as u64) << 24) ^ u64::from(showings))
}

/// A card with what is true of it in this draw.
struct Drawn<'a> {
    card: &'a PlanCard,
    belief: &'a Belief,
    /// What it is remembered by; none for a card that is not known yet.
    memory: Option<(MemoryState, StudyDay)>,
    /// Whether it was shown to the learner, so that the state is known to the planner.
    seen: bool,
    index: usize,
    showings: u32,
}

impl Planner {
    /// The recall of cards on the exam morning, if each day from today has so many minutes; what is left of today is the first. Where
    /// there are many cards some stand for all, chosen by a hash, so that no order among them matters.
    pub fn project(&self, minutes: &[f32]) -> Vec<(usize, f32)> {
        let one_in = self.cards.len().div_ceil(MOST_CARDS).max(1);
        let all = self.cards.iter().zip(&self.beliefs).enumerate();
        let mut drawn: Vec<Drawn<'_>> =
            all.filter(|(index, _)| stands(*index, one_in)).map(|(index, (card, belief))| Drawn::draw(index, card, belief)).collect();
        let each_for = self.cards.len() as f32 / drawn.len().max(1) as f32;
        for (day, minutes) in minutes.iter().take(self.days_left()).enumerate() {
            self.study(&mut drawn, self.today.plus_days(day as i32), minutes * 60.0 / each_for);
        }
        let recall = |(state, last): (MemoryState, StudyDay)| self.memory.recall(self.exam.days_since(last) as f32, state.stability);
        drawn.iter().map(|one| (one.index, one.memory.map_or(0.0, recall))).collect()
    }

    /// One day: the best marginal gains that fit into the time.
    fn study(&self, drawn: &mut [Drawn<'_>], day: StudyDay, time: f32) {
        if time <= 0.0 {
            return;
        }
        let left = self.exam.days_since(day) as f32;
        let new_later: f32 = (Rating::ALL.iter().zip(self.habits.first))
            .map(|(rating, share)| share * self.memory.recall(left, self.memory.first(*rating).stability))
            .sum();
        let mut order: Vec<(f32, usize)> = (drawn.iter().enumerate())
            .map(|(index, one)| {
                let (gain, seconds) = self.worth_showing(one, day, left, new_later);
                (one.card.weight * gain / (seconds * one.card.effort), index)
            })
            .collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut used = 0.0;
        for (_, index) in order {
            if used >= time {
                break;
            }
            if let Some(one) = drawn.get_mut(index) {
                used += self.show(one, day) * one.card.effort * self.habits.pace;
            }
        }
    }

    fn worth_showing(&self, one: &Drawn<'_>, day: StudyDay, left: f32, new_later: f32) -> (f32, f32) {
        match one.memory.filter(|_| one.seen) {
            None => {
                let new = if one.belief.seen { 1.0 } else { one.belief.learned.weight };
                (new * new_later, new * self.habits.first_seconds() + (1.0 - new) * self.habits.later_seconds(0.9))
            }
            Some((state, last)) => {
                let since = day.days_since(last) as f32;
                let recall = self.memory.recall(since, state.stability);
                let [a, b, c, d] = self.memory.outcomes(state, recall).map(|state| self.memory.recall(left, state.stability));
                let [hard, good, easy] = self.habits.pass;
                let shown = (1.0 - recall) * a + recall * (hard * b + good * c + easy * d);
                (shown - self.memory.recall(since + left, state.stability), self.habits.later_seconds(recall))
            }
        }
    }

    /// Shows a card and draws the answer; gives the seconds of a plain card.
    fn show(&self, one: &mut Drawn<'_>, day: StudyDay) -> f32 {
        one.showings += 1;
        let rng = &mut luck(one.index, one.showings);
        let (rating, state) = match one.memory {
            None => {
                let rating = pick(self.habits.first, Rating::ALL, rng);
                (rating, self.memory.first(rating))
            }
            Some((state, last)) => {
                let recall = self.memory.recall(day.days_since(last) as f32, state.stability);
                let recalled = rng.random::<f32>() < recall;
                let rating = if recalled { pick(self.habits.pass, [Rating::Hard, Rating::Good, Rating::Easy], rng) } else { Rating::Again };
                (rating, self.memory.next(state, recall, rating))
            }
        };
        let was_new = one.memory.is_none();
        one.memory = Some((state, day));
        one.seen = true;
        super::Habits::answer_seconds(was_new, rating)
    }
}

impl<'a> Drawn<'a> {
    fn draw(index: usize, card: &'a PlanCard, belief: &'a Belief) -> Self {
        let mut left: f32 = luck(index, 0).random();
        let chosen = belief.known.iter().find(|trace| {
            left -= trace.weight;
            left < 0.0
        });
        let of = |trace: &Trace| (trace.state, trace.last);
        let memory = chosen.map(of).or_else(|| belief.seen.then(|| of(&belief.learned)));
        Self { card, belief, memory, seen: belief.seen, index, showings: 0 }
    }
}

fn pick<const N: usize>(shares: [f32; N], ratings: [Rating; N], rng: &mut impl Rng) -> Rating {
    let mut left: f32 = rng.random();
    for (share, rating) in shares.into_iter().zip(ratings) {
        left -= share;
        if left < 0.0 {
            return rating;
        }
    }
    Rating::Good
}
