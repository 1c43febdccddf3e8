//! The plan as a whole: what it must do whatever is asked.

use super::*;
use crate::engine::scheduler::default_parameters;
use proptest::prelude::*;

const TODAY: StudyDay = StudyDay(20_000);

fn card(domain: usize, answers: &[(i32, Rating)]) -> PlanCard {
    let answers = answers.iter().map(|(ago, rating)| DayAnswer { day: TODAY.plus_days(-ago), rating: *rating, seconds: 20.0 }).collect();
    PlanCard { domain, weight: 0.01, effort: 1.0, answers, claimed: false, asked: Vec::new() }
}

fn planner(cards: Vec<PlanCard>, days: i32) -> Planner {
    Planner::new(cards, 2, default_parameters(), TODAY, TODAY.plus_days(days))
}

#[test]
fn a_card_that_weighs_more_comes_first() {
    let mut cards: Vec<PlanCard> = (0..10).map(|_| card(0, &[])).collect();
    cards[7].weight = 0.02;
    assert_eq!(planner(cards, 20).order(1.0)[0], 7);
}

#[test]
fn what_is_known_by_heart_waits() {
    let fresh = card(0, &[(1, Rating::Easy)]);
    let shaky = card(0, &[(12, Rating::Again)]);
    let cards = vec![fresh, shaky, card(0, &[])];
    let order = planner(cards, 10).order(1.0);
    assert_eq!(order[2], 0, "{order:?}");
}

#[test]
fn a_quick_first_pass_says_the_card_was_known() {
    let mut quick = card(0, &[(5, Rating::Good)]);
    quick.answers[0].seconds = 10.0;
    let mut slow = quick.clone();
    slow.answers[0].seconds = 60.0;
    let planner = planner(vec![quick, slow], 40);
    let recall = planner.recall_on_exam();
    assert!(recall[0] > recall[1] + 0.05, "{recall:?}");
}

#[test]
fn known_cards_are_believed_to_be_known_until_an_answer_says_otherwise() {
    let mut said = card(0, &[]);
    said.claimed = true;
    let mut failed = card(0, &[(1, Rating::Again)]);
    failed.claimed = true;
    failed.answers[0].seconds = 70.0;
    let planner = planner(vec![said, failed, card(0, &[])], 20);
    let recall = planner.recall_on_exam();
    assert!(recall[0] > 0.6 && recall[2] < 0.3, "{recall:?}");
    assert!(recall[1] < recall[0], "{recall:?}");
}

#[test]
fn a_pre_test_tells_of_its_cards_and_of_their_domain() {
    let cards = || (0..40).map(|index| card(index % 2, &[])).collect::<Vec<_>>();
    let mut asked = cards();
    for (index, card) in asked.iter_mut().enumerate().take(20) {
        card.asked = vec![index % 2 == 0];
    }
    let (before, after) = (planner(cards(), 20).recall_on_exam(), planner(asked, 20).recall_on_exam());
    assert!(after[0] > before[0] + 0.1 && after[1] < before[1], "the cards that were asked");
    assert!(after[38] > before[38] + 0.02 && after[39] < before[39], "the others of their domains");
}

#[test]
fn a_projection_gains_with_every_minute_and_is_the_same_each_time() {
    let cards: Vec<PlanCard> = (0..120).map(|index| card(index % 2, &[])).collect();
    let planner = planner(cards, 20);
    let mean = |minutes: f32| {
        let recalls = planner.project(&[minutes; 20]);
        assert_eq!(recalls.len(), 120);
        recalls.iter().map(|(_, recall)| recall).sum::<f32>() / 120.0
    };
    let (none, some, much) = (mean(0.0), mean(5.0), mean(30.0));
    assert!(none < 0.3 && some > none + 0.1 && much > some + 0.05, "{none} {some} {much}");
    assert!((mean(5.0) - some).abs() < f32::EPSILON);
}

#[test]
fn a_few_claims_are_checked_each_day() {
    let mut cards: Vec<PlanCard> = (0..50).map(|_| card(0, &[])).collect();
    cards.iter_mut().skip(40).for_each(|card| card.claimed = true);
    let order = planner(cards, 30).order(10.0);
    let day: Vec<usize> = order.iter().copied().take(8).filter(|card| *card >= 40).collect();
    assert_eq!(day, [40, 41, 42], "{order:?}");
    assert!(order[20..].contains(&49), "the others wait");
}

#[test]
fn no_cards_no_order() {
    let planner = planner(Vec::new(), 10);
    assert!(planner.order(30.0).is_empty() && planner.recall_on_exam().is_empty());
}

fn any_cards() -> impl Strategy<Value = Vec<PlanCard>> {
    let answer = ((0_i32..4000), (1_i64..=4), (0.0_f32..4_000.0));
    let answers = proptest::collection::vec(answer, 0..6).prop_map(|answers| {
        let day = |(ago, rating, seconds): (i32, i64, f32)| DayAnswer {
            day: TODAY.plus_days(-ago),
            rating: Rating::from_number(rating).expect("a rating"),
            seconds,
        };
        let mut days: Vec<DayAnswer> = answers.into_iter().map(day).collect();
        days.sort_by_key(|answer| answer.day);
        by_day(days, TODAY)
    });
    let card = (0_usize..4, 0.0_f32..1.0, 0.1_f32..5.0, answers, any::<bool>(), proptest::collection::vec(any::<bool>(), 0..3));
    let card =
        card.prop_map(|(domain, weight, effort, answers, claimed, asked)| PlanCard { domain, weight, effort, answers, claimed, asked });
    proptest::collection::vec(card, 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Whatever was answered and however odd the weights: every card has one place in the order, and every figure is a figure.
    #[test]
    fn every_card_has_one_place_and_every_figure_is_finite(cards in any_cards(), days in -5_i32..180, minutes in 0.0_f32..2_000.0) {
        let planner = planner(cards.clone(), days);
        let mut order = planner.order(minutes);
        for card in 0..cards.len() {
            prop_assert!(planner.seconds(card).is_finite() && planner.seconds(card) > 0.0);
        }
        prop_assert!(planner.recall_on_exam().iter().all(|recall| (0.0..=1.0).contains(recall)));
        order.sort_unstable();
        prop_assert_eq!(order, (0..cards.len()).collect::<Vec<_>>());
    }
}
