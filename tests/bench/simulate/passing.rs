//! How good is the forecast of passing? Learners study for 30 days, sit a mock exam of 60 questions the evening before, and then an exam of 90
//! questions of which 68 must be right. What questions ask for beyond cards differs by learner and by domain, and the program does not
//! know by how much.

use super::learner::{DOMAINS, Learner, Scenario, Truth, WEIGHTS};
use super::policies::Kind;
use super::{for_each, study_to_the_end};
use ascertain::engine::forecast::{MockItem, Recalls, Shape, Transfer, forecast};
use rand::{Rng, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

const SCENARIO: Scenario = Scenario { days: 30, minutes: 30.0, cards: 600 };
const MOCK: usize = 60;
const QUESTIONS: usize = 90;
const NEEDED: usize = 68;
/// Pairs of a mock exam and an exam for each learner, so that the figures are not those of one day's luck.
const EXAMS: usize = 20;

/// What each predictor says, and what happened.
struct Sat {
    passed: bool,
    /// Plain recall and a guess; the forecast without a mock; with one; knowing the true chances.
    chances: [f64; 4],
}

fn right(learner: &Learner, card: usize, rng: &mut impl Rng) -> bool {
    rng.random::<f64>() < learner.answers_right(card, SCENARIO.days)
}

fn sit(number: u64) -> Vec<Sat> {
    let (learner, mut policy) = study_to_the_end(number, SCENARIO, Truth::Fsrs6, Kind::Plan);
    let belief = policy.belief();
    let rng = &mut ChaCha8Rng::seed_from_u64(number ^ 0xe4a3);
    (0..EXAMS).map(|_| once(&learner, &belief, rng)).collect()
}

/// A mock exam, and the exam.
fn once(learner: &Learner, belief: &[f64], rng: &mut impl Rng) -> Sat {
    let mock: Vec<MockItem> = (learner.questions(MOCK, rng).into_iter())
        .map(|card| MockItem { domain: learner.domain(card), recall: belief[card], credit: f64::from(u8::from(right(learner, card, rng))) })
        .collect();
    let correct = learner.questions(QUESTIONS, rng).into_iter().filter(|card| right(learner, *card, rng)).count();
    let mut recalls: Vec<Recalls> = vec![Vec::new(); DOMAINS];
    let mut truth = 0.0;
    for (card, recall) in belief.iter().enumerate() {
        recalls[learner.domain(card)].push(*recall as f32);
        truth += learner.weight(card) * learner.answers_right(card, SCENARIO.days);
    }
    let shape = Shape { questions: QUESTIONS as u32, cut: Some(NEEDED as f64 / QUESTIONS as f64), weights: WEIGHTS.to_vec() };
    let chance = |items: &[MockItem]| forecast(&shape, &recalls, &Transfer::learn(DOMAINS, items), 0).chance.unwrap_or(0.0);
    let plain: f64 = belief.iter().enumerate().map(|(card, recall)| learner.weight(card) * (0.25 + 0.75 * recall)).sum();
    Sat { passed: correct >= NEEDED, chances: [tail(plain), chance(&[]), chance(&mock), tail(truth)] }
}

/// The exact binomial tail.
fn tail(share: f64) -> f64 {
    let mut term = (1.0 - share).powi(QUESTIONS as i32);
    let mut sum = 0.0;
    for right in 0..=QUESTIONS {
        if right >= NEEDED {
            sum += term;
        }
        term *= (QUESTIONS - right) as f64 / (right + 1) as f64 * share / (1.0 - share).max(1e-12);
    }
    sum.min(1.0)
}

fn brier(said: &[(f64, bool)]) -> f64 {
    said.iter().map(|(chance, passed)| (chance - f64::from(u8::from(*passed))).powi(2)).sum::<f64>() / said.len() as f64
}

/// Expected calibration error over ten bins.
fn calibration(said: &[(f64, bool)]) -> f64 {
    (0..10)
        .map(|bin| {
            let own: Vec<_> = said.iter().filter(|(chance, _)| ((chance * 10.0) as usize).min(9) == bin).collect();
            let chance: f64 = own.iter().map(|(chance, _)| chance).sum();
            let passed = own.iter().filter(|(_, passed)| *passed).count() as f64;
            (chance - passed).abs() / said.len() as f64
        })
        .sum()
}

pub fn report(learners: usize) {
    let sat: Vec<Sat> = for_each(learners, |number| sit(number as u64 + 100_001)).into_iter().flatten().collect();
    let base = sat.iter().filter(|one| one.passed).count() as f64 / sat.len() as f64;
    println!(
        "\nforecast of passing; {learners} learners, {EXAMS} mock exams and exams each, {:.0} % pass\n{:<36}{:>8}{:>22}",
        100.0 * base,
        "",
        "Brier",
        "calibration error"
    );
    println!("{:<36}{:>8.4}{:>22}", "base rate", base * (1.0 - base), "");
    let names =
        ["a quarter guessed, the rest recalled", "the forecast, no mock exam", "the forecast, one mock exam", "knowing the true chances"];
    for (index, name) in names.into_iter().enumerate() {
        let said: Vec<(f64, bool)> = sat.iter().map(|one| (one.chances[index], one.passed)).collect();
        println!("{name:<36}{:>8.4}{:>22.4}", brier(&said), calibration(&said));
    }
}
