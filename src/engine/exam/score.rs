//! Scores that say how sure they are.

use super::adaptive::{self, Ability};
use super::sitting::Sitting;
use crate::engine::study::{Verdict, judge};
use crate::model::{Driver, EndReason, Question, QuestionBody, Response, Scoring};

/// Version of the rules below; stored with each result.
pub const SCORER_VERSION: u16 = 1;

/// Share of just-passing candidates who get a question right where its author does not say.
pub const USUAL_EXPECT: f32 = 0.65;

/// The result of an attempt. Shares are from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Version of the scorer.
    pub scorer: u16,
    /// Credit over the questions that count: right answers, and parts of answers where the exam gives credit for them.
    pub raw: f64,
    /// Questions that count. In an adaptive exam those that were asked.
    pub of: u32,
    /// The share that is compared with the cut score: the raw share, or in an adaptive exam the share of the pool that someone of the
    /// ability found would get right.
    pub share: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The share that passes; none where the issuer says nothing.
    pub cut: Option<f64>,
    /// The issuer's scale, if it has one: lowest, cut and highest score.
    pub scale: Option<(f64, f64, f64)>,
    /// Whether it is a pass.
    pub passed: Option<bool>,
    /// Ability, in an adaptive exam.
    pub ability: Option<Ability>,
}

impl Score {
    /// A share on the issuer's scale; on a scale of 0 to 100 where there is none. The lowest score stands for nothing right, the cut
    /// score for the cut, the highest for all right, and what lies between is straight: issuers do not publish more.
    pub fn scaled(&self, share: f64) -> f64 {
        let share = share.clamp(0.0, 1.0);
        let (Some((min, pass, max)), Some(cut)) = (self.scale, self.cut) else { return share * 100.0 };
        if share < cut {
            min + (pass - min) * share / cut
        } else if cut < 1.0 {
            pass + (max - pass) * (share - cut) / (1.0 - cut)
        } else {
            max
        }
    }

    /// The score as it is shown, rounded down: what is shown as passing is a pass.
    pub fn shown(&self) -> u32 {
        (self.scaled(self.share) + 1e-6).floor() as u32
    }

    /// The cut score as it is shown.
    pub fn shown_cut(&self) -> Option<u32> {
        self.cut.map(|cut| (self.scaled(cut) - 1e-6).ceil() as u32)
    }

    /// Where about two of three retakes of equal difficulty would land: one standard error to each side, as shown.
    pub fn likely(&self) -> (u32, u32) {
        let at = |share: f64| self.scaled(share).round() as u32;
        (at(self.share - self.standard_error), at(self.share + self.standard_error))
    }
}

/// Credit for an answer, 0 to 1. All or nothing; where the exam gives credit for parts: keys chosen less wrong options chosen, steps
/// in their place, pairs that are right, each as a share.
pub fn credit(question: &Question, response: &Response, partial: bool) -> f64 {
    let verdict = judge(question, response);
    if !partial || verdict != Verdict::Partly {
        return if verdict == Verdict::Right { 1.0 } else { 0.0 };
    }
    match (&question.body, response) {
        (QuestionBody::Choice(choice), Response::Chosen(chosen)) => {
            let is_key = |index: &usize| choice.options.get(*index).is_some_and(|option| option.is_key);
            let right = chosen.iter().filter(|index| is_key(index)).count() as f64;
            let wrong = chosen.len() as f64 - right;
            ((right - wrong) / choice.key_count().max(1) as f64).max(0.0)
        }
        (QuestionBody::Order(order), Response::Ordered(ordered)) => {
            let placed = ordered.iter().enumerate().filter(|(place, index)| order.steps.get(**index) == order.steps.get(*place)).count();
            placed as f64 / order.steps.len().max(1) as f64
        }
        (QuestionBody::Match(pairs), Response::Paired(paired)) => {
            let sides = pairs.right_sides();
            let side = |index: &Option<usize>| index.and_then(|index| sides.get(index).copied());
            let right = pairs.pairs.iter().zip(paired).filter(|((_, right), index)| side(index) == Some(right.as_str())).count();
            right as f64 / pairs.pairs.len().max(1) as f64
        }
        _ => 0.0,
    }
}

/// Credit for the question at a place, as its answer stands.
pub fn credit_at(sitting: &Sitting, place: usize) -> f64 {
    let response = sitting.items().get(place).and_then(|item| item.response.as_ref());
    match (sitting.question(place), response) {
        (Some(question), Some(response)) => credit(question, response, sitting.start().rules.partial_credit),
        _ => 0.0,
    }
}

/// Places that were asked: all of a fixed form, those shown of an adaptive one.
pub fn asked(sitting: &Sitting) -> Vec<usize> {
    if sitting.is_adaptive() { sitting.path().to_vec() } else { (0..sitting.items().len()).collect() }
}

/// Scores an attempt as it stands.
pub fn score(sitting: &Sitting) -> Score {
    let form = &sitting.start().form;
    let rules = &sitting.start().rules;
    let counted: Vec<usize> = asked(sitting).into_iter().filter(|place| form.items.get(*place).is_some_and(|item| item.scored)).collect();
    let raw = counted.iter().fold(0.0, |sum, place| sum + credit_at(sitting, *place));
    let of = counted.len();
    let (scale, fixed_cut) = match rules.scoring {
        Scoring::Scaled { min, max, pass } => (Some((f64::from(min), f64::from(pass), f64::from(max))), None),
        Scoring::Percent { pass } => (None, Some(f64::from(pass) / 100.0)),
        Scoring::Unpublished => (None, None),
    };
    let expects = |places: &[usize]| {
        let sum: f64 = places.iter().filter_map(|place| form.items.get(*place)).map(|item| f64::from(item.expect)).sum();
        sum / places.len().max(1) as f64
    };
    let base = Score {
        scorer: SCORER_VERSION,
        raw,
        of: of as u32,
        share: if of == 0 { 0.0 } else { raw / of as f64 },
        standard_error: binomial_error(raw, of),
        // Angoff: the cut is what a just-passing candidate is expected to get right.
        cut: scale.map(|_| expects(&counted)).or(fixed_cut),
        scale,
        passed: None,
        ability: None,
    };
    let score = if let Driver::Adaptive { min, .. } = rules.driver { adaptive_score(sitting, base, min) } else { base };
    let passed = score.cut.map(|cut| score.of > 0 && score.share + 1e-9 >= cut);
    Score { passed: score.passed.or(passed), ..score }
}

/// Lord's binomial error of a raw score (Lord 1957), as a share.
fn binomial_error(raw: f64, of: usize) -> f64 {
    let n = of as f64;
    if of < 2 { 0.5 } else { (raw * (n - raw)).max(0.0).sqrt() / (n - 1.0).sqrt() / n }
}

/// Ability on the scale of the pool. An attempt that ended before the fewest questions were answered does not pass.
fn adaptive_score(sitting: &Sitting, base: Score, min: u32) -> Score {
    let ability = sitting.ability();
    let pool: Vec<f64> =
        sitting.start().form.items.iter().filter(|item| item.scored).map(|item| adaptive::difficulty(item.expect)).collect();
    let share_at = |theta: f64| pool.iter().map(|difficulty| adaptive::chance(theta, *difficulty)).sum::<f64>() / pool.len().max(1) as f64;
    let answered = sitting.items().iter().filter(|item| item.is_answered()).count();
    let cut_short = (answered as u32) < min && sitting.stage() != super::sitting::Stage::Ended(EndReason::Decided);
    Score {
        share: share_at(ability.theta),
        standard_error: (share_at(ability.theta + ability.standard_error) - share_at(ability.theta - ability.standard_error)) / 2.0,
        cut: base.cut.map(|_| share_at(0.0)),
        passed: base.cut.map(|_| !cut_short && ability.theta >= 0.0),
        ability: Some(ability),
        ..base
    }
}

/// Wilson's interval (Wilson 1927) for a share of `of`, at a two-sided confidence. Shares from 0 to 1.
pub fn interval(right: f64, of: u32, confidence: f64) -> (f64, f64) {
    if of == 0 {
        return (0.0, 1.0);
    }
    let (n, z) = (f64::from(of), adaptive::quantile(confidence));
    let p = right / n;
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Choice, Match, Opt, Order};

    fn question(body: QuestionBody) -> Question {
        Question { stem: "?".into(), why: String::new(), expect: None, body }
    }

    #[test]
    fn credit_is_all_or_nothing_unless_the_exam_gives_parts() {
        let options = [true, false, true, true].map(|is_key| Opt { text: "o".into(), why: String::new(), see: None, is_key });
        let choice = question(QuestionBody::Choice(Choice { options: options.into(), shuffle: true }));
        let order = question(QuestionBody::Order(Order { steps: ["a", "b", "c", "d"].map(String::from).into() }));
        let pairs = vec![("l".to_owned(), "x".to_owned()), ("m".to_owned(), "y".to_owned())];
        let matching = question(QuestionBody::Match(Match { pairs, decoys: vec![] }));
        let chosen = |indices: &[usize]| Response::Chosen(indices.iter().copied().collect());
        let check = |question: &Question, response: Response, whole: f64, parts: f64| {
            assert!((credit(question, &response, false) - whole).abs() < 1e-9, "{response:?}");
            assert!((credit(question, &response, true) - parts).abs() < 1e-9, "{response:?}");
        };
        check(&choice, chosen(&[0, 2, 3]), 1.0, 1.0);
        check(&choice, chosen(&[0, 2]), 0.0, 2.0 / 3.0);
        check(&choice, chosen(&[0, 1]), 0.0, 0.0);
        check(&choice, chosen(&[0, 2, 1]), 0.0, 1.0 / 3.0);
        check(&order, Response::Ordered(vec![0, 1, 3, 2]), 0.0, 0.5);
        check(&matching, Response::Paired(vec![Some(0), None]), 0.0, 0.5);
    }

    fn fixed(raw: f64, of: u32, cut: f64, scale: (f64, f64, f64)) -> Score {
        Score {
            scorer: SCORER_VERSION,
            raw,
            of,
            share: raw / f64::from(of),
            standard_error: binomial_error(raw, of as usize),
            cut: Some(cut),
            scale: Some(scale),
            passed: None,
            ability: None,
        }
    }

    #[test]
    fn the_scale_meets_its_ends_and_its_cut() {
        let score = fixed(30.0, 50, 0.6, (100.0, 750.0, 1000.0));
        let check = |share: f64, expected: f64| assert!((score.scaled(share) - expected).abs() < 1e-6, "{share}");
        check(0.0, 100.0);
        check(0.3, 425.0);
        check(0.6, 750.0);
        check(0.8, 875.0);
        check(1.0, 1000.0);
        assert_eq!((score.shown(), score.shown_cut()), (750, Some(750)));
        assert_eq!(fixed(29.99, 50, 0.6, (100.0, 750.0, 1000.0)).shown(), 749, "never shown as a pass");
        // A cut of zero or of everything divides by nothing.
        for cut in [0.0, 1.0] {
            let score = fixed(30.0, 50, cut, (100.0, 750.0, 1000.0));
            assert!(score.scaled(0.0).is_finite() && score.scaled(0.5).is_finite() && score.scaled(1.0).is_finite());
        }
    }

    #[test]
    fn errors_and_intervals_are_the_published_ones() {
        // Lord's formula by hand: 40 of 50 gives sqrt(40 * 10 / 49) = 2.857 questions.
        assert!((binomial_error(40.0, 50) * 50.0 - 2.857).abs() < 0.001);
        assert!((binomial_error(50.0, 50)).abs() < 1e-12 && binomial_error(1.0, 1) > 0.0);
        // Wilson's interval for 8 of 10 at 95 %, as R's binom.confint(8, 10, methods = "wilson") prints it: 0.4901625, 0.9433178.
        let (low, high) = interval(8.0, 10, 0.95);
        assert!((low - 0.490_16).abs() < 5e-4 && (high - 0.943_32).abs() < 5e-4, "{low} {high}");
        assert_eq!(interval(0.0, 0, 0.8), (0.0, 1.0));
    }
}
