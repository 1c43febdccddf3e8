//! Expected numbers come from vectors that other implementations publish:
//! - py-fsrs 6.3.1 (MIT), `tests/test_basic.py`, commit 3abe686e;
//! - ts-fsrs 5.4.1 (MIT), `packages/fsrs/__tests__`, commit bfc0a196;
//! - fsrs-rs 6.6.2 (BSD-3-Clause), `src/inference.rs`, commit 6088949b.

use super::*;
use crate::model::{CardKind, DesiredRetention, Fact, FactBody, FactId, MarkKind, Review, UtcOffset};
use Rating::{Again, Easy, Good, Hard};
use proptest::prelude::*;

/// 2022-11-29 12:30 UTC, where py-fsrs's tests start.
const START: i64 = 1_669_725_000_000;
const DAY: i64 = 86_400_000;

/// The first published FSRS-6 defaults (py-fsrs up to 6.1.1, ts-fsrs up to 5.1.0): a second, independent set.
const EARLY: [f32; 21] = [
    0.2172, 1.1771, 3.2602, 16.1507, 7.0114, 0.57, 2.0966, 0.0069, 1.5261, 0.112, 1.0178, 1.849, 0.1133, 0.3127, 2.2934, 0.2191, 3.0004,
    0.7536, 0.3332, 0.1437, 0.2,
];

fn id() -> CardId {
    CardId::parse("deck/note/front").expect("an id")
}

fn now(millis: i64) -> Now {
    Now { at: Timestamp(millis), offset: UtcOffset(0) }
}

fn scheduler(parameters: &[f32]) -> Scheduler {
    let policy = Policy { parameters: parameters.to_vec(), fuzz: false, ..Policy::default() };
    Scheduler::new(policy).expect("published parameters")
}

fn close(actual: f32, expected: f32) {
    assert!((actual - expected).abs() <= 1e-4 * expected.abs(), "{actual} is not {expected}");
}

/// Answers at the instant each card is due, and lists the days until it is due again.
fn intervals(scheduler: &Scheduler, ratings: &[Rating]) -> Vec<i32> {
    let (mut state, mut at) = (CardState::default(), START);
    (ratings.iter())
        .map(|rating| {
            let today = scheduler.day(now(at));
            state = scheduler.answer(&id(), &state, now(at), *rating).expect("a state");
            match state.due {
                Some(Due::Day(day)) => {
                    at += i64::from(day.days_since(today)) * DAY;
                    day.days_since(today)
                }
                Some(Due::At(due)) => {
                    at = due.0;
                    0
                }
                None => panic!("answered cards are due"),
            }
        })
        .collect()
}

fn memory_after(scheduler: &Scheduler, reviews: &[(Rating, i64)]) -> MemoryState {
    let (mut state, mut at) = (CardState::default(), START);
    for (rating, days) in reviews {
        at += days * DAY;
        state = scheduler.answer(&id(), &state, now(at), *rating).expect("a state");
    }
    state.memory.expect("answered cards have memory")
}

#[test]
fn interval_history_is_that_of_py_fsrs_and_ts_fsrs() {
    let ratings = [Good, Good, Good, Good, Good, Good, Again, Again, Good, Good, Good, Good, Good];
    assert_eq!(intervals(&scheduler(&[]), &ratings), [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]);
    assert_eq!(intervals(&scheduler(&EARLY), &ratings), [0, 4, 14, 45, 135, 372, 0, 0, 2, 5, 10, 20, 40]);
}

#[test]
fn memory_states_are_those_all_three_publish() {
    let reviews = [(Again, 0), (Good, 0), (Good, 1), (Good, 3), (Good, 8), (Good, 21)];
    let memory = memory_after(&scheduler(&[]), &reviews);
    close(memory.stability, 53.626_91);
    close(memory.difficulty, 6.357_486_7);
    let memory = memory_after(&scheduler(&EARLY), &reviews);
    close(memory.stability, 49.4472);
    close(memory.difficulty, 6.8573);
}

#[test]
fn first_answers_are_those_of_ts_fsrs() {
    let outcomes = scheduler(&[]).preview(&id(), &CardState::default(), now(START)).expect("outcomes");
    let expected = [(0.212, 6.4133), (1.2931, 5.112_170_7), (2.3065, 2.118_104), (8.2956, 1.0)];
    for (outcome, (stability, difficulty)) in outcomes.iter().zip(expected) {
        let memory = outcome.memory.expect("memory");
        close(memory.stability, stability);
        close(memory.difficulty, difficulty);
    }
    let phases = outcomes.each_ref().map(|outcome| outcome.phase);
    assert_eq!(phases, [CardPhase::Learning, CardPhase::Learning, CardPhase::Learning, CardPhase::Review]);
    assert_eq!(outcomes[3].interval_days(4), 8);
}

#[test]
fn reschedule_vectors_of_ts_fsrs() {
    let scheduler = scheduler(&[]);
    let check = |reviews: &[(Rating, i64)], stability: f32, difficulty: f32| {
        let memory = memory_after(&scheduler, reviews);
        close(memory.stability, stability);
        close(memory.difficulty, difficulty);
    };
    check(&[(Good, 0), (Good, 0), (Good, 4)], 16.188_023, 2.104_331_5);
    check(&[(Good, 0), (Good, 0), (Good, 4), (Good, 11)], 52.763_256, 2.097_455_5);
    check(&[(Easy, 0), (Good, 1)], 13.485_063, 1.0);
    check(&[(Easy, 0), (Good, 1), (Good, 1), (Good, 1)], 23.065_955, 1.0);
}

#[test]
fn the_forgetting_curve_is_that_of_ts_fsrs() {
    let scheduler = scheduler(&[]);
    let memory = MemoryState { stability: 1.0, difficulty: 5.0 };
    let state = CardState { memory: Some(memory), last_review: Some(now(START)), ..CardState::default() };
    for (days, expected) in [(0, 1.0), (1, 0.9), (2, 0.845_884_6), (3, 0.809_388_1)] {
        close(scheduler.retrievability(&state, now(START + days * DAY)).expect("memory"), expected);
    }
    assert_eq!(scheduler.retrievability(&CardState::default(), now(START)), None);
}

#[test]
fn difficulty_falls_to_one_and_stability_stays_above_its_floor() {
    // py-fsrs test_repeated_correct_reviews and test_stability_lower_bound.
    let scheduler = scheduler(&[]);
    let easy: Vec<_> = (0..10).map(|_| (Easy, 0)).collect();
    assert!((memory_after(&scheduler, &easy).difficulty - 1.0).abs() < f32::EPSILON);
    let again: Vec<_> = (0..1_000).map(|_| (Again, 1)).collect();
    assert!(memory_after(&scheduler, &again).stability >= 0.001);
}

#[test]
fn relearning_follows_the_published_steps() {
    // py-fsrs test_relearning and the tests of Hard in relearning steps.
    let scheduler = scheduler(&[]);
    let mut state = CardState::default();
    let mut at = START;
    let mut answer = |rating, wait: i64| {
        at += wait;
        state = scheduler.answer(&id(), &state, now(at), rating).expect("a state");
        let minutes = match state.due {
            Some(Due::At(due)) => Some(due.millis_since(Timestamp(at)) / 60_000),
            _ => None,
        };
        (state.phase, minutes, state.lapses)
    };
    assert_eq!(answer(Easy, 0), (CardPhase::Review, None, 0));
    assert_eq!(answer(Again, 8 * DAY), (CardPhase::Relearning, Some(10), 1));
    assert_eq!(answer(Hard, 600_000), (CardPhase::Relearning, Some(15), 1));
    assert_eq!(answer(Again, 900_000), (CardPhase::Relearning, Some(10), 1), "a lapse counts once");
    assert_eq!(answer(Good, 600_000).0, CardPhase::Review);
}

#[test]
fn parameters_that_make_no_sense_are_refused() {
    for bad in [vec![1.0; 3], vec![f32::NAN; 21], vec![1.0; 24]] {
        let policy = Policy { parameters: bad.clone(), ..Policy::default() };
        assert_eq!(Scheduler::new(policy).err(), Some(SchedulerError::Parameters), "{bad:?}");
    }
}

fn ratings() -> impl Strategy<Value = Vec<(Rating, i64)>> {
    let rating = (1_i64..=4).prop_filter_map("a rating", Rating::from_number);
    proptest::collection::vec((rating, 0_i64..40 * DAY), 1..25)
}

proptest! {
    #[test]
    fn memory_stays_in_range_and_better_ratings_wait_longer(reviews in ratings(), fuzz: bool) {
        let scheduler = Scheduler::new(Policy { fuzz, ..Policy::default() }).expect("defaults");
        let (mut state, mut at) = (CardState::default(), START);
        for (rating, wait) in reviews {
            at += wait;
            let outcomes = scheduler.preview(&id(), &state, now(at)).expect("outcomes");
            let days: Vec<i32> = outcomes.iter().map(|outcome| outcome.interval_days(4)).collect();
            let reviewed: Vec<i32> = days.iter().copied().filter(|days| *days > 0).collect();
            prop_assert!(reviewed.is_sorted(), "{days:?}");
            let committed = scheduler.answer(&id(), &state, now(at), rating).expect("a state");
            prop_assert_eq!(&committed, &outcomes[rating.index()], "the button shows what is committed");
            let memory = committed.memory.expect("memory");
            prop_assert!(memory.stability.is_finite() && memory.stability > 0.0);
            prop_assert!((1.0..=10.0).contains(&memory.difficulty));
            state = committed;
        }
    }

    #[test]
    fn more_retention_never_means_a_longer_interval(reviews in ratings(), low in 0.70_f32..0.99, high in 0.70_f32..0.99) {
        let of = |share: f32| {
            let desired_retention = DesiredRetention::new(share).expect("in range");
            Scheduler::new(Policy { desired_retention, fuzz: false, ..Policy::default() }).expect("a policy")
        };
        let (low, high) = (of(low.min(high)), of(low.max(high)));
        let (mut state, mut at) = (CardState::default(), START);
        for (rating, wait) in reviews {
            at += wait;
            let relaxed = low.preview(&id(), &state, now(at)).expect("outcomes");
            let strict = high.preview(&id(), &state, now(at)).expect("outcomes");
            for (relaxed, strict) in relaxed.iter().zip(&strict) {
                prop_assert!(strict.interval_days(4) <= relaxed.interval_days(4));
            }
            state = low.answer(&id(), &state, now(at), rating).expect("a state");
        }
    }

    /// Folding the facts, in whatever order they are found, gives what answering gave, bit for bit; a withdrawn fact
    /// leaves no trace.
    #[test]
    fn folding_gives_the_same_state_as_answering(reviews in ratings(), seed: u64) {
        let policies = Policies::new().expect("defaults");
        let (mut state, mut at, mut facts) = (CardState::default(), START, Vec::new());
        for (index, (rating, wait)) in reviews.into_iter().enumerate() {
            at += wait + 1;
            let review = Review { card: id(), rating, taken_millis: 1, scheduler: 1, policy: None, text_hash: 0, kind: CardKind::Basic };
            let body = if index % 5 == 4 { FactBody::Mark(id(), MarkKind::Reset) } else { FactBody::Review(review) };
            state = match &body {
                FactBody::Mark(_, mark) => apply(state, mark, now(at)),
                _ => policies.current().answer(&id(), &state, now(at), rating).expect("a state"),
            };
            facts.push(Fact { id: FactId { device: 1, sequence: index as u64 + 1 }, at: now(at), body });
        }
        let mut shuffled = facts.clone();
        let stray = Fact { id: FactId { device: 2, sequence: 1 }, at: now(START + 5), body: FactBody::Mark(id(), MarkKind::Suspend) };
        shuffled.push(Fact { id: FactId { device: 2, sequence: 2 }, at: now(START + 6), body: FactBody::Withdrawal(stray.id) });
        shuffled.push(stray);
        let turn = (seed % shuffled.len() as u64) as usize;
        shuffled.rotate_left(turn);
        prop_assert_eq!(fold(&shuffled, &policies).expect("a state"), state);
    }
}

fn apply(state: CardState, mark: &MarkKind, at: Now) -> CardState {
    super::fold::apply_mark(state, mark, at)
}
