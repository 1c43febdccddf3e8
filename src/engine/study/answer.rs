//! Judging an answer, and the rating proposed for it.

pub use crate::model::Response;
use crate::model::{Question, QuestionBody, Rating};
use rand::Rng;
use rand::seq::SliceRandom as _;
use std::collections::BTreeSet;

/// How right an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Wholly right.
    Right,
    /// Some of it.
    Partly,
    /// None of it.
    Wrong,
}

/// The order in which parts are shown: options, steps or right sides. Always a permutation; steps never come already in order.
pub fn presentation(question: &Question, rng: &mut impl Rng) -> Vec<usize> {
    let (count, shuffled) = match &question.body {
        QuestionBody::Choice(choice) => (choice.options.len(), choice.shuffle),
        QuestionBody::Order(order) => (order.steps.len(), true),
        QuestionBody::Match(pairs) => (pairs.right_sides().len(), true),
        QuestionBody::Typed(_) => (0, false),
    };
    let mut shown: Vec<usize> = (0..count).collect();
    if shuffled {
        shown.shuffle(rng);
    }
    let solved = matches!(question.body, QuestionBody::Order(_)) && shown.is_sorted();
    if solved && count > 1 {
        shown.rotate_left(1);
    }
    shown
}

/// How right a response is. A response of another kind than the question counts as wrong.
pub fn judge(question: &Question, response: &Response) -> Verdict {
    match (&question.body, response) {
        (QuestionBody::Choice(choice), Response::Chosen(chosen)) => {
            let keys: BTreeSet<usize> =
                choice.options.iter().enumerate().filter(|(_, option)| option.is_key).map(|(index, _)| index).collect();
            grade(chosen.intersection(&keys).count(), keys.len(), *chosen == keys)
        }
        (QuestionBody::Order(order), Response::Ordered(ordered)) => {
            let texts = |index: &usize| order.steps.get(*index);
            let in_place = ordered.iter().enumerate().filter(|(place, index)| texts(index) == order.steps.get(*place)).count();
            grade(in_place, order.steps.len(), in_place == order.steps.len() && ordered.len() == in_place)
        }
        (QuestionBody::Match(pairs), Response::Paired(paired)) => {
            let right_sides = pairs.right_sides();
            let right = (pairs.pairs.iter().zip(paired))
                .filter(|((_, right), index)| index.and_then(|index| right_sides.get(index)) == Some(&right.as_str()))
                .count();
            grade(right, pairs.pairs.len(), right == pairs.pairs.len())
        }
        (QuestionBody::Typed(typed), Response::Typed(text)) if typed.accepts(text) => Verdict::Right,
        _ => Verdict::Wrong,
    }
}

fn grade(right: usize, of: usize, wholly: bool) -> Verdict {
    match (wholly && of > 0, right) {
        (true, _) => Verdict::Right,
        (false, 0) => Verdict::Wrong,
        (false, _) => Verdict::Partly,
    }
}

/// The rating proposed for an answered question: wrong or partly right is Again, right is Good, right but more than
/// twice the learner's usual time for that kind is Hard. Easy is the learner's to say.
pub fn propose(verdict: Verdict, taken_millis: u32, usual_millis: u32) -> Rating {
    match verdict {
        Verdict::Wrong | Verdict::Partly => Rating::Again,
        Verdict::Right if u64::from(taken_millis) > 2 * u64::from(usual_millis) => Rating::Hard,
        Verdict::Right => Rating::Good,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Choice, Match, Opt, Order, Typed};
    use rand::SeedableRng as _;

    fn question(body: QuestionBody) -> Question {
        Question { stem: "?".into(), why: String::new(), expect: None, body }
    }

    fn choice(keys: &[bool]) -> Question {
        let options = keys.iter().map(|is_key| Opt { text: "o".into(), why: String::new(), see: None, is_key: *is_key });
        question(QuestionBody::Choice(Choice { options: options.collect(), shuffle: true }))
    }

    #[test]
    fn choices_are_all_or_nothing_with_partly_in_between() {
        let check = |chosen: &[usize], expected| {
            let response = Response::Chosen(chosen.iter().copied().collect());
            assert_eq!(judge(&choice(&[true, false, true, false]), &response), expected, "{chosen:?}");
        };
        check(&[0, 2], Verdict::Right);
        check(&[0], Verdict::Partly);
        check(&[0, 1], Verdict::Partly);
        check(&[0, 1, 2, 3], Verdict::Partly);
        check(&[1, 3], Verdict::Wrong);
        check(&[], Verdict::Wrong);
        assert_eq!(judge(&choice(&[true]), &Response::GaveUp), Verdict::Wrong);
    }

    #[test]
    fn order_match_and_typed() {
        let order = question(QuestionBody::Order(Order { steps: vec!["a".into(), "b".into(), "b".into()] }));
        assert_eq!(judge(&order, &Response::Ordered(vec![0, 2, 1])), Verdict::Right, "equal steps may swap");
        assert_eq!(judge(&order, &Response::Ordered(vec![1, 0, 2])), Verdict::Partly);
        assert_eq!(judge(&order, &Response::Ordered(vec![])), Verdict::Wrong);
        let pairs = vec![("l".to_owned(), "x".to_owned()), ("m".to_owned(), "y".to_owned())];
        let matching = question(QuestionBody::Match(Match { pairs, decoys: vec!["z".into()] }));
        assert_eq!(judge(&matching, &Response::Paired(vec![Some(0), Some(1)])), Verdict::Right);
        assert_eq!(judge(&matching, &Response::Paired(vec![Some(0), Some(2)])), Verdict::Partly);
        assert_eq!(judge(&matching, &Response::Paired(vec![None, None])), Verdict::Wrong);
        let typed = question(QuestionBody::Typed(Typed { accept: vec!["4".into()] }));
        assert_eq!(judge(&typed, &Response::Typed(" 4 ".into())), Verdict::Right);
        assert_eq!(judge(&typed, &Response::Typed("5".into())), Verdict::Wrong);
    }

    #[test]
    fn the_proposal_follows_verdict_and_time() {
        let check = |verdict, taken, expected| assert_eq!(propose(verdict, taken, 10_000), expected, "{verdict:?} {taken}");
        check(Verdict::Wrong, 1, Rating::Again);
        check(Verdict::Partly, 1, Rating::Again);
        check(Verdict::Right, 20_000, Rating::Good);
        check(Verdict::Right, 20_001, Rating::Hard);
        check(Verdict::Right, 1, Rating::Good);
    }

    #[test]
    fn presentations_are_permutations_and_steps_never_come_solved() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(3);
        let order = question(QuestionBody::Order(Order { steps: vec!["a".into(), "b".into()] }));
        let fixed = question(QuestionBody::Choice(Choice { options: vec![], shuffle: false }));
        for _ in 0..50 {
            assert_eq!(presentation(&order, &mut rng), [1, 0]);
            let mut shown = presentation(&choice(&[true, false, false, false]), &mut rng);
            shown.sort_unstable();
            assert_eq!(shown, [0, 1, 2, 3]);
        }
        assert!(presentation(&fixed, &mut rng).is_empty());
    }
}
