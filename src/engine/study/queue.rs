//! Which cards a session brings, and in which order.

use crate::model::{CardPhase, CardState, Due, Now, StudyDay, Timestamp};
use rand::Rng;
use rand::seq::SliceRandom as _;
use std::collections::{HashMap, HashSet};

/// A card that may be studied.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// The caller's number for it.
    pub index: usize,
    /// The caller's number for its note: cards of one note are siblings.
    pub note: usize,
    /// The caller's number for its deck.
    pub deck: usize,
    /// What is known of it.
    pub state: &'a CardState,
    /// Seconds it is likely to take.
    pub seconds: f32,
    /// Whether the exam studied for draws from it: new cards of the exam come before others.
    pub on_target: bool,
}

/// How much a session may bring.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// New cards.
    pub new_cards: usize,
    /// Seconds of work; none for as much as is due.
    pub seconds: Option<f32>,
    /// Cards that are not due yet, soonest first: studying ahead.
    pub ahead: usize,
}

/// The cards of a session.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Queue {
    /// Cards in short steps, with the instant they are due.
    pub learning: Vec<(Timestamp, usize)>,
    /// Reviews and new cards, in the order they come.
    pub main: Vec<usize>,
    /// How many of `main` are new.
    pub new_count: usize,
    /// Seconds all of it is likely to take.
    pub seconds: f32,
    /// Due reviews that did not fit into the limits.
    pub reviews_left_out: usize,
}

/// Chooses and orders. Siblings: of one note's cards one comes today, and none if one was answered today already,
/// unless it is in short steps. Reviews come by due day, shuffled within a day; new cards come from the decks in turn, each in its
/// author's order, those of the exam studied for before all others, those said to be known after all others, and are spread evenly among the reviews.
pub fn build(candidates: &[Candidate<'_>], now: Now, rollover_hour: u8, limits: Limits, rng: &mut impl Rng) -> Queue {
    let today = now.study_day(rollover_hour);
    let mut picker = Picker::new(candidates, today, rollover_hour);
    let learning = picker.learning();
    let mut reviews = picker.due(today);
    reviews.shuffle(rng);
    reviews.sort_by_key(|card| due_day(card.state));
    reviews.retain(|card| picker.takes(card));
    let mut new: Vec<&Candidate<'_>> = candidates.iter().filter(|card| card.state.phase == CardPhase::New).collect();
    if limits.new_cards == 0 {
        new.clear();
    }
    new.retain(|card| picker.takes(card));
    deal(&mut new);
    let ahead = if limits.ahead > 0 { picker.ahead(today, limits.ahead) } else { Vec::new() };

    let mut budget = Budget { left: limits.seconds, used: learning.iter().map(|card| card.seconds).sum() };
    let due_count = reviews.len();
    reviews.retain(|card| budget.take(card.seconds));
    new.truncate(limits.new_cards);
    new.retain(|card| budget.take(card.seconds));
    let kept = reviews.len();
    reviews.extend(ahead);
    Queue {
        learning: learning.iter().map(|card| (due_instant(card.state), card.index)).collect(),
        main: interleave(&reviews, &new),
        new_count: new.len(),
        seconds: budget.used,
        reviews_left_out: due_count - kept,
    }
}

/// Takes cards in the order of a plan to an exam, as many as fit into the time; short steps come besides. Of one note's cards one comes
/// a day. Nothing is left out that the learner would have to make up for.
pub fn follow(order: &[Candidate<'_>], all: &[Candidate<'_>], now: Now, rollover_hour: u8, seconds: Option<f32>) -> Queue {
    let mut picker = Picker::new(all, now.study_day(rollover_hour), rollover_hour);
    let learning = picker.learning();
    let mut budget = Budget { left: seconds, used: learning.iter().map(|card| card.seconds).sum() };
    let (mut main, mut new_count) = (Vec::new(), 0);
    for card in order {
        if budget.is_spent() {
            break;
        }
        if picker.takes(card) && budget.take(card.seconds) {
            main.push(card.index);
            new_count += usize::from(card.state.phase == CardPhase::New);
        }
    }
    Queue {
        learning: learning.iter().map(|card| (due_instant(card.state), card.index)).collect(),
        main,
        new_count,
        seconds: budget.used,
        reviews_left_out: 0,
    }
}

/// Takes from each deck in turn, each in its author's order.
fn deal(cards: &mut [&Candidate<'_>]) {
    let mut dealt: HashMap<usize, usize> = HashMap::new();
    let turns: HashMap<usize, usize> = (cards.iter())
        .map(|card| {
            let turn = dealt.entry(card.deck).or_default();
            *turn += 1;
            (card.index, *turn)
        })
        .collect();
    cards.sort_by_key(|card| (card.state.claimed, !card.on_target, turns.get(&card.index).copied()));
}

fn due_day(state: &CardState) -> StudyDay {
    match state.due {
        Some(Due::Day(day)) => day,
        Some(Due::At(_)) | None => StudyDay(i32::MAX),
    }
}

fn due_instant(state: &CardState) -> Timestamp {
    match state.due {
        Some(Due::At(at)) => at,
        Some(Due::Day(_)) | None => Timestamp(0),
    }
}

struct Budget {
    left: Option<f32>,
    used: f32,
}

impl Budget {
    fn is_spent(&self) -> bool {
        self.left.is_some_and(|left| self.used >= left)
    }

    /// Takes a card while there is time left; the card that crosses the line still comes, so a budget is never left unused.
    fn take(&mut self, seconds: f32) -> bool {
        let fits = self.left.is_none_or(|left| self.used < left);
        if fits {
            self.used += seconds;
        }
        fits
    }
}

struct Picker<'c, 'a> {
    candidates: &'c [Candidate<'a>],
    today: StudyDay,
    seen_today: HashSet<usize>,
    taken: HashMap<usize, usize>,
}

impl<'c, 'a> Picker<'c, 'a> {
    fn new(candidates: &'c [Candidate<'a>], today: StudyDay, rollover_hour: u8) -> Self {
        let answered_today = |state: &CardState| state.last_review.is_some_and(|last| last.study_day(rollover_hour) == today);
        let seen_today = candidates.iter().filter(|card| answered_today(card.state)).map(|card| card.note).collect();
        Self { candidates, today, seen_today, taken: HashMap::new() }
    }

    fn learning(&mut self) -> Vec<&'c Candidate<'a>> {
        let in_steps = |card: &&Candidate<'_>| {
            matches!(card.state.phase, CardPhase::Learning | CardPhase::Relearning) && !card.state.is_hidden(self.today)
        };
        let found: Vec<_> = self.candidates.iter().filter(in_steps).collect();
        for card in &found {
            self.taken.insert(card.note, card.index);
        }
        found
    }

    fn due(&self, today: StudyDay) -> Vec<&'c Candidate<'a>> {
        let is_due = |card: &&Candidate<'_>| card.state.phase == CardPhase::Review && due_day(card.state) <= today;
        self.candidates.iter().filter(is_due).collect()
    }

    /// Whether the card may come, which keeps its siblings away for today.
    fn takes(&mut self, card: &Candidate<'_>) -> bool {
        if card.state.is_hidden(self.today) || self.seen_today.contains(&card.note) || self.taken.contains_key(&card.note) {
            return false;
        }
        self.taken.insert(card.note, card.index);
        true
    }

    fn ahead(&mut self, today: StudyDay, count: usize) -> Vec<&'c Candidate<'a>> {
        let mut later: Vec<_> =
            self.candidates.iter().filter(|card| card.state.phase == CardPhase::Review && due_day(card.state) > today).collect();
        later.sort_by_key(|card| due_day(card.state));
        later.retain(|card| self.takes(card));
        later.truncate(count);
        later
    }
}

/// Spreads the new cards evenly among the reviews, each run in its own order.
fn interleave(reviews: &[&Candidate<'_>], new: &[&Candidate<'_>]) -> Vec<usize> {
    let place = |index: usize, count: usize| (index as f64 + 0.5) / count as f64;
    let mut all: Vec<(f64, usize)> = Vec::with_capacity(reviews.len() + new.len());
    all.extend(reviews.iter().enumerate().map(|(index, card)| (place(index, reviews.len()), card.index)));
    all.extend(new.iter().enumerate().map(|(index, card)| (place(index, new.len()), card.index)));
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::UtcOffset;
    use rand::SeedableRng as _;

    const NOW: Now = Now { at: Timestamp(20_000 * 86_400_000 + 12 * 3_600_000), offset: UtcOffset(0) };
    const TODAY: StudyDay = StudyDay(20_000);
    const ALL: Limits = Limits { new_cards: usize::MAX, seconds: None, ahead: 0 };

    fn new() -> CardState {
        CardState::default()
    }

    fn review(due_in: i32) -> CardState {
        CardState { phase: CardPhase::Review, due: Some(Due::Day(TODAY.plus_days(due_in))), ..CardState::default() }
    }

    fn queue(cards: &[(usize, CardState)], limits: Limits) -> Queue {
        let candidates: Vec<_> = (cards.iter().enumerate())
            .map(|(index, (note, state))| Candidate { index, note: *note, deck: note / 100, state, seconds: 20.0, on_target: false })
            .collect();
        build(&candidates, NOW, 4, limits, &mut rand_chacha::ChaCha8Rng::seed_from_u64(1))
    }

    #[test]
    fn due_cards_come_by_day_and_new_ones_between_them() {
        let cards = [(0, review(0)), (1, review(-5)), (2, review(1)), (3, new()), (4, review(-9))];
        let queue = queue(&cards, ALL);
        assert_eq!(queue.main, [4, 1, 3, 0]);
        assert_eq!((queue.new_count, queue.reviews_left_out), (1, 0));
    }

    #[test]
    fn a_plan_is_followed_as_far_as_the_time_goes() {
        let step = CardState { phase: CardPhase::Learning, due: Some(Due::At(NOW.at)), ..CardState::default() };
        let answered = CardState { last_review: Some(NOW), ..review(3) };
        let states = [review(9), new(), new(), step, answered, review(-30)];
        let notes = [0, 1, 1, 2, 3, 4];
        let candidate =
            |index: usize| Candidate { index, note: notes[index], deck: 0, state: &states[index], seconds: 10.0, on_target: true };
        let all: Vec<_> = (0..6).map(candidate).collect();
        let order: Vec<_> = [4, 2, 1, 0, 3, 5].map(candidate).into();
        let queue = follow(&order, &all, NOW, 4, None);
        assert_eq!((queue.main, queue.new_count, queue.learning), (vec![2, 0, 5], 1, vec![(NOW.at, 3)]), "due or not, a sibling once");
        assert_eq!(follow(&order, &all, NOW, 4, Some(15.0)).main, [2], "the step takes ten seconds of it");
        assert!(follow(&order, &all, NOW, 4, Some(0.0)).main.is_empty());
    }

    #[test]
    fn new_cards_of_the_exam_come_before_others() {
        let state = new();
        let candidate = |index, note, on_target| Candidate { index, note, deck: note / 100, state: &state, seconds: 20.0, on_target };
        let cards = [candidate(0, 0, false), candidate(1, 100, true), candidate(2, 101, true), candidate(3, 1, false)];
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
        assert_eq!(build(&cards, NOW, 4, ALL, &mut rng).main, [1, 2, 0, 3]);
        let three = Limits { new_cards: 3, ..ALL };
        assert_eq!(build(&cards, NOW, 4, three, &mut rng).main, [1, 2, 0]);
    }

    #[test]
    fn decks_take_turns_with_new_cards() {
        let cards: Vec<_> = [1, 2, 3, 101, 102, 201].map(|note| (note, new())).into();
        assert_eq!(queue(&cards, Limits { new_cards: 4, ..ALL }).main, [0, 3, 5, 1]);
    }

    #[test]
    fn one_sibling_a_day() {
        assert_eq!(queue(&[(0, review(0)), (0, new()), (0, review(-1))], ALL).main.len(), 1);
        let answered = CardState { last_review: Some(NOW), ..review(3) };
        assert!(queue(&[(0, answered), (0, new())], ALL).main.is_empty(), "its sibling was answered today");
    }

    #[test]
    fn limits_hold() {
        let cards: Vec<_> = (0..10).map(|note| (note, new())).chain((10..20).map(|note| (note, review(0)))).collect();
        let limited = queue(&cards, Limits { new_cards: 3, ..ALL });
        assert_eq!((limited.new_count, limited.main.len()), (3, 13));
        let short = queue(&cards, Limits { seconds: Some(100.0), ..ALL });
        assert_eq!((short.main.len(), short.reviews_left_out, short.new_count), (5, 5, 0), "reviews come before new cards");
        let none = queue(&cards, Limits { seconds: Some(0.0), ..ALL });
        assert!(none.main.is_empty());
    }

    #[test]
    fn hidden_cards_stay_away_and_short_steps_come_first() {
        let suspended = CardState { suspended: true, ..review(0) };
        let buried = CardState { buried_until: Some(TODAY.plus_days(1)), ..review(0) };
        let unburied = CardState { buried_until: Some(TODAY), ..review(0) };
        let step = CardState { phase: CardPhase::Learning, due: Some(Due::At(NOW.at)), ..CardState::default() };
        let queue = queue(&[(0, suspended), (1, buried), (2, unburied), (3, step)], ALL);
        assert_eq!((queue.main, queue.learning), (vec![2], vec![(NOW.at, 3)]));
    }

    #[test]
    fn studying_ahead_takes_the_soonest() {
        let cards = [(0, review(9)), (1, review(2)), (2, review(5))];
        assert_eq!(queue(&cards, Limits { ahead: 2, ..ALL }).main, [1, 2]);
        assert!(queue(&cards, ALL).main.is_empty());
    }
}
