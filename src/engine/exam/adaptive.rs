//! Computerised adaptive testing with the Rasch model (Rasch 1960): one ability, one difficulty for each question. The cut score is
//! the zero of the scale, so an author's Angoff guess `p` makes a difficulty of −ln(p / (1 − p)).

use crate::model::Driver;
use rand::Rng;
use rand::seq::IndexedRandom as _;

/// An estimate of ability in logits, 0 at the cut score, with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ability {
    /// The estimate.
    pub theta: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// What an adaptive exam does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It asks on.
    GoOn,
    /// It stops: passed or not.
    Stop(bool),
}

/// The difficulty of a question in logits: where someone at the cut score gets it right with chance `expect`.
pub fn difficulty(expect: f32) -> f64 {
    let p = f64::from(if expect.is_finite() { expect } else { 0.6 }).clamp(0.02, 0.98);
    -(p / (1.0 - p)).ln()
}

/// Chance of a right answer.
pub fn chance(theta: f64, difficulty: f64) -> f64 {
    1.0 / (1.0 + (difficulty - theta).exp())
}

/// Fisher information of one answer.
pub fn information(theta: f64, difficulty: f64) -> f64 {
    let p = chance(theta, difficulty);
    p * (1.0 - p)
}

/// Spread of the prior, in logits: wide enough that twenty answers outweigh it.
const PRIOR: f64 = 1.5;

/// Points of the grid, from −6 to 6 logits.
const GRID: usize = 121;

/// Expected a posteriori estimation (Bock and Mislevy 1982) on a grid, with a normal prior around the cut score; it takes one answer
/// after another.
#[derive(Debug, Clone)]
pub struct Estimator {
    logs: [f64; GRID],
}

impl Default for Estimator {
    fn default() -> Self {
        Self { logs: std::array::from_fn(|index| -grid(index).powi(2) / (2.0 * PRIOR * PRIOR)) }
    }
}

fn grid(index: usize) -> f64 {
    (index as f64 - 60.0) / 10.0
}

impl Estimator {
    /// Takes an answer to a question of a difficulty in.
    pub fn add(&mut self, difficulty: f64, right: bool) {
        for (index, log) in self.logs.iter_mut().enumerate() {
            // ln p = −ln(1 + e^(b − θ)), and for a wrong answer with the sign turned round.
            let distance = difficulty - grid(index);
            *log -= (if right { distance } else { -distance }).exp().ln_1p();
        }
    }

    /// The ability that the answers so far speak for.
    pub fn ability(&self) -> Ability {
        let most = self.logs.iter().copied().fold(f64::MIN, f64::max);
        let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
        for (index, log) in self.logs.iter().enumerate() {
            let (theta, weight) = (grid(index), (log - most).exp());
            sum += weight;
            first += weight * theta;
            second += weight * theta * theta;
        }
        let theta = first / sum;
        Ability { theta, standard_error: (second / sum - theta * theta).max(0.0).sqrt() }
    }
}

/// The ability that answers speak for: difficulties with whether they were answered rightly.
pub fn estimate(answers: &[(f64, bool)]) -> Ability {
    let mut estimator = Estimator::default();
    for (difficulty, right) in answers {
        estimator.add(*difficulty, *right);
    }
    estimator.ability()
}

/// Whether to stop: not before the fewest questions, then when the confidence interval clears the cut score, and at the latest after
/// the most, where the estimate itself decides. `left` says whether there is another question to ask.
pub fn decide(driver: &Driver, ability: Ability, scored: u32, left: bool) -> Decision {
    let Driver::Adaptive { min, max, confidence } = driver else { return Decision::GoOn };
    let passes = ability.theta >= 0.0;
    if scored >= *max || !left {
        return Decision::Stop(passes);
    }
    let clear = ability.theta.abs() > quantile(f64::from(*confidence)) * ability.standard_error;
    if scored >= *min && clear { Decision::Stop(passes) } else { Decision::GoOn }
}

/// Two-sided quantile of the normal distribution, after Abramowitz and Stegun 26.2.23 (error below 4.5e-4).
pub fn quantile(confidence: f64) -> f64 {
    let tail = ((1.0 - confidence.clamp(0.01, 0.9999)) / 2.0).max(1e-9);
    let t = (-2.0 * tail.ln()).sqrt();
    let top = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let bottom = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    t - top / bottom
}

/// A question the exam could ask next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// Its place in the form.
    pub place: usize,
    /// Its domain.
    pub domain: usize,
    /// Its difficulty in logits.
    pub difficulty: f64,
}

/// How many of the most informative questions one is drawn from ("randomesque" exposure control, Kingsbury and Zara 1989).
const RANDOMESQUE: usize = 6;

/// The next question: of the domain that is furthest behind its share, one of the most informative at the ability found so far.
/// `asked` counts questions by domain, `shares` are the blueprint's.
pub fn next(candidates: &[Choice], theta: f64, asked: &[u32], shares: &[f64], rng: &mut impl Rng) -> Option<usize> {
    let total: u32 = asked.iter().sum();
    let behind = |domain: usize| {
        let share = shares.get(domain).copied().unwrap_or(0.0);
        share * f64::from(total + 1) - f64::from(asked.get(domain).copied().unwrap_or(0))
    };
    let domain = candidates.iter().map(|choice| choice.domain).max_by(|a, b| behind(*a).total_cmp(&behind(*b)).then(b.cmp(a)))?;
    let mut of_domain: Vec<&Choice> = candidates.iter().filter(|choice| choice.domain == domain).collect();
    let gain = |choice: &Choice| information(theta, choice.difficulty);
    of_domain.sort_by(|a, b| gain(b).total_cmp(&gain(a)).then(a.place.cmp(&b.place)));
    of_domain.truncate(RANDOMESQUE);
    of_domain.choose(rng).map(|choice| choice.place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn the_scale_has_the_cut_score_at_zero() {
        assert!((chance(0.0, difficulty(0.6)) - 0.6).abs() < 1e-6);
        assert!((quantile(0.95) - 1.959_964).abs() < 5e-4 && (quantile(0.8) - 1.281_552).abs() < 5e-4);
        assert!(difficulty(f32::NAN).is_finite() && difficulty(0.0).is_finite() && difficulty(1.0).is_finite());
        assert!(estimate(&[]).theta.abs() < 1e-9 && (estimate(&[]).standard_error - PRIOR).abs() < 0.01);
        // All right or all wrong has no maximum likelihood, but an estimate all the same.
        assert!(estimate(&vec![(0.0, true); 30]).theta > 2.0 && estimate(&vec![(0.0, false); 30]).theta < -2.0);
        // 100 answers at the learner's level: Fisher's information of 25 gives a standard error of 0.2.
        let half: Vec<(f64, bool)> = (0..100).map(|n| (0.0, n % 2 == 0)).collect();
        assert!((estimate(&half).standard_error - 0.2).abs() < 0.01);
    }

    fn normal(rng: &mut ChaCha8Rng) -> f64 {
        let (a, b): (f64, f64) = (rng.random_range(1e-9..1.0), rng.random_range(0.0..1.0));
        (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
    }

    struct Bank {
        items: Vec<Choice>,
        shares: Vec<f64>,
    }

    fn bank(rng: &mut ChaCha8Rng) -> Bank {
        let shares = vec![0.16, 0.10, 0.13, 0.13, 0.13, 0.12, 0.13, 0.10];
        let domains = super::super::assemble::counts(&shares, 600);
        let items = domains.iter().enumerate().flat_map(|(domain, count)| std::iter::repeat_n(domain, *count as usize));
        let item = |(place, domain)| Choice { place, domain, difficulty: difficulty(rng.random_range(0.35..0.9)) };
        Bank { items: items.enumerate().map(item).collect(), shares }
    }

    fn adaptive(bank: &Bank, driver: &Driver, truth: f64, rng: &mut ChaCha8Rng) -> (bool, usize, Vec<u32>) {
        let mut left = bank.items.clone();
        let mut asked = vec![0; bank.shares.len()];
        let mut estimator = Estimator::default();
        for count in 0.. {
            let ability = estimator.ability();
            if let Decision::Stop(passed) = decide(driver, ability, count, !left.is_empty()) {
                return (passed, count as usize, asked);
            }
            let place = next(&left, ability.theta, &asked, &bank.shares, rng).expect("a question");
            let at = left.iter().position(|choice| choice.place == place).expect("there");
            let choice = left.swap_remove(at);
            asked[choice.domain] += 1;
            estimator.add(choice.difficulty, rng.random_bool(chance(truth, choice.difficulty)));
        }
        unreachable!("an adaptive exam ends")
    }

    fn fixed(bank: &Bank, length: u32, truth: f64, rng: &mut ChaCha8Rng) -> bool {
        let mut answers = Vec::new();
        for (domain, count) in super::super::assemble::counts(&bank.shares, length).into_iter().enumerate() {
            let of_domain: Vec<&Choice> = bank.items.iter().filter(|choice| choice.domain == domain).collect();
            for choice in of_domain.sample(rng, count as usize) {
                answers.push((choice.difficulty, rng.random_bool(chance(truth, choice.difficulty))));
            }
        }
        estimate(&answers).theta >= 0.0
    }

    /// 2,000 takers of known ability, standard normal around the cut score, on a bank with 0.35 ≤ expect ≤ 0.9 and CISSP's eight
    /// weights. Prints agreement and length for the published limits and for two others.
    #[test]
    fn the_pass_decision_is_as_good_as_a_full_length_form_with_far_fewer_questions() {
        for (min, max) in [(100, 150), (60, 150)] {
            let mut rng = ChaCha8Rng::seed_from_u64(u64::from(min));
            let bank = bank(&mut rng);
            let driver = Driver::Adaptive { min, max, confidence: 0.95 };
            let takers = 2_000;
            let (mut agree, mut agree_fixed, mut questions) = (0, 0, 0);
            for _ in 0..takers {
                let truth = normal(&mut rng);
                let (passed, count, asked) = adaptive(&bank, &driver, truth, &mut rng);
                agree += usize::from(passed == (truth >= 0.0));
                agree_fixed += usize::from(fixed(&bank, max, truth, &mut rng) == (truth >= 0.0));
                questions += count;
                for (domain, share) in bank.shares.iter().enumerate() {
                    assert!((f64::from(asked[domain]) - share * count as f64).abs() <= 1.0, "blueprint limits hold: {asked:?}");
                }
            }
            let percent = |count: usize| 100.0 * count as f64 / f64::from(takers);
            let share = questions as f64 / f64::from(takers) / f64::from(max);
            println!(
                "adaptive {min}–{max}: {:.1} % agree, a fixed form of {max}: {:.1} %; {:.1} questions on average, {:.0} % of {max}",
                percent(agree),
                percent(agree_fixed),
                share * f64::from(max),
                100.0 * share
            );
            assert!(percent(agree) + 1.0 >= percent(agree_fixed), "{min}–{max}");
            // With CISSP's own limits the fewest questions are two thirds of the most already.
            assert!(share <= if min == 100 { 0.75 } else { 0.7 }, "{min}–{max}: {share}");
        }
    }

    #[test]
    fn no_question_comes_up_for_everybody() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let bank = bank(&mut rng);
        let mut first = std::collections::BTreeMap::new();
        for _ in 0..600 {
            let place = next(&bank.items, 0.0, &[0; 8], &bank.shares, &mut rng).expect("a question");
            *first.entry(place).or_insert(0_u32) += 1;
        }
        assert_eq!(first.len(), RANDOMESQUE);
        assert!(first.values().all(|count| *count < 200), "{first:?}");
    }
}
