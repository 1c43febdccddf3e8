//! Will the exam be passed? From the recall expected on its morning, the transfer from cards to questions, the luck of the questions
//! drawn, and the blueprint.

mod transfer;

pub use transfer::{MockItem, Transfer};

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use transfer::{GUESS, normal, offset, sigmoid};

/// Draws behind a forecast. The same draws serve every "what if", so that small differences are not noise.
const DRAWS: usize = 1_000;
const SEED: u64 = 0x0f07_eca5;
/// Spread of the error of a mean recall in logits, found by simulation (`cargo bench --bench simulate`), and what a month that is still
/// to come adds.
const RECALL_SPREAD: f64 = 0.12;
const RECALL_SPREAD_A_MONTH: f64 = 0.15;
/// Between these two shares of the draws lies the interval that holds with 80 %.
const INTERVAL: (f64, f64) = (0.1, 0.9);

/// An exam, as far as its result is concerned.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Questions that count.
    pub questions: u32,
    /// Share of them that passes; none where the issuer says nothing.
    pub cut: Option<f64>,
    /// Weights of the domains; what is missing to 1 is not covered by any card and can only be guessed.
    pub weights: Vec<f64>,
}

/// What is expected of the exam. Shares and chances are from 0 to 1; intervals hold with 80 %.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// The chance of passing; none where no cut score is known.
    pub chance: Option<f64>,
    /// Its interval: what the chance would be if the learner's true level were known.
    pub chance_interval: (f64, f64),
    /// The share of questions that will be right.
    pub share: f64,
    /// Its interval, before the luck of the questions.
    pub share_interval: (f64, f64),
    /// The same by domain.
    pub domains: Vec<f64>,
}

/// The recalls of a domain's cards on the exam morning.
pub type Recalls = Vec<f32>;

/// Recalls in bins, so that a thousand draws do not each ask every card.
fn binned(recalls: &Recalls) -> Vec<(f64, f64)> {
    const BINS: usize = 24;
    let mut bins = vec![(0.0_f64, 0_u32); BINS];
    for recall in recalls {
        let recall = f64::from(recall.clamp(0.0, 1.0));
        if let Some((sum, count)) = bins.get_mut(((recall * BINS as f64) as usize).min(BINS - 1)) {
            *sum += recall;
            *count += 1;
        }
    }
    let all = recalls.len().max(1) as f64;
    bins.into_iter().filter(|(_, count)| *count > 0).map(|(sum, count)| (sum / f64::from(count), f64::from(count) / all)).collect()
}

/// The chance of at least `needed` right answers of `questions`, each right with chance `share` (normal approximation with continuity
/// correction; for 20 questions and more it is off by less than one point).
fn at_least(needed: f64, questions: f64, share: f64) -> f64 {
    let spread = (questions * share * (1.0 - share)).sqrt().max(1e-9);
    1.0 - normal_below((needed - 0.5 - questions * share) / spread)
}

/// The standard normal distribution function (Abramowitz and Stegun 26.2.17, error below 7.5e-8).
fn normal_below(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let series = t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let tail = (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt() * series;
    if x >= 0.0 { 1.0 - tail } else { tail }
}

/// What is expected, given the recalls of each domain's cards on the exam morning, and how many days away that is.
pub fn forecast(shape: &Shape, recalls: &[Recalls], transfer: &Transfer, days_left: usize) -> Forecast {
    let bins: Vec<Vec<(f64, f64)>> = recalls.iter().map(binned).collect();
    let months = days_left as f64 / 30.0;
    let spread = (RECALL_SPREAD * RECALL_SPREAD + RECALL_SPREAD_A_MONTH * RECALL_SPREAD_A_MONTH * months).sqrt();
    let covered: f64 = shape.weights.iter().sum();
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let (mut shares, mut chances) = (Vec::with_capacity(DRAWS), Vec::with_capacity(DRAWS));
    let mut domains = vec![0.0; bins.len()];
    for _ in 0..DRAWS {
        let drawn = transfer.draw(&mut rng);
        let error = spread * normal(&mut rng);
        let mut share = (1.0 - covered).max(0.0) * GUESS;
        for (((bins, transfer), weight), sum) in bins.iter().zip(&drawn).zip(&shape.weights).zip(&mut domains) {
            let own = right_share(bins, *transfer, error);
            *sum += own / DRAWS as f64;
            share += weight * own;
        }
        shares.push(share);
        chances.push(
            shape.cut.map_or(0.0, |cut| at_least((cut * f64::from(shape.questions) - 1e-6).ceil(), f64::from(shape.questions), share)),
        );
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / DRAWS as f64;
    Forecast {
        chance: shape.cut.map(|_| mean(&chances)),
        chance_interval: interval(&mut chances),
        share: mean(&shares),
        share_interval: interval(&mut shares),
        domains,
    }
}

/// The share of a domain's questions that is right.
fn right_share(bins: &[(f64, f64)], transfer: f64, error: f64) -> f64 {
    if bins.is_empty() {
        return GUESS;
    }
    let moved = |recall: f64| sigmoid(transfer::logit(recall) + error);
    bins.iter().map(|(recall, share)| share * sigmoid(transfer + offset(moved(*recall)))).sum()
}

fn interval(values: &mut [f64]) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values.get((share * values.len() as f64) as usize).copied().unwrap_or(0.0);
    (at(INTERVAL.0), at(INTERVAL.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_luck_of_an_exam_is_that_of_its_questions() {
        // Exact binomial tails, summed with Python's math.comb: at least 68 of 90.
        for (share, exact) in [(0.70, 0.1500), (0.75, 0.5081), (0.80, 0.8805), (0.85, 0.9938)] {
            assert!((at_least(68.0, 90.0, share) - exact).abs() < 0.012, "{share}: {} is not {exact}", at_least(68.0, 90.0, share));
        }
    }

    #[test]
    fn the_normal_distribution_is_the_published_one() {
        for (x, expected) in [(0.0, 0.5), (1.0, 0.841_344_7), (-1.96, 0.024_997_9), (3.0, 0.998_650_1)] {
            assert!((normal_below(x) - expected).abs() < 1e-6, "{x}");
        }
    }

    fn shape(cut: f64) -> Shape {
        Shape { questions: 60, cut: Some(cut), weights: vec![0.4, 0.6] }
    }

    #[test]
    fn more_recall_is_a_better_chance_and_a_mock_exam_a_narrower_interval() {
        let prior = Transfer::learn(2, &[]);
        let low = forecast(&shape(0.7), &[vec![0.5; 30], vec![0.5; 30]], &prior, 10);
        let high = forecast(&shape(0.7), &[vec![0.9; 30], vec![0.9; 30]], &prior, 10);
        assert!(low.chance < high.chance && low.share < high.share);
        let items: Vec<MockItem> = (0..60).map(|n| MockItem { domain: n % 2, recall: 0.9, credit: f64::from(n % 5 != 0) }).collect();
        let tested = forecast(&shape(0.7), &[vec![0.9; 30], vec![0.9; 30]], &Transfer::learn(2, &items), 10);
        let width = |interval: (f64, f64)| interval.1 - interval.0;
        assert!(width(tested.share_interval) < 0.7 * width(high.share_interval));
    }

    proptest! {
        /// Whatever is asked, every figure is a share, and the mean lies within what is possible.
        #[test]
        fn every_figure_is_a_share(
            recalls in proptest::collection::vec(proptest::collection::vec(0.0_f32..=1.0, 0..5), 0..4),
            weights in proptest::collection::vec(0.0_f64..0.5, 0..4),
            cut in proptest::option::of(0.0_f64..=1.0),
            questions in 0_u32..300,
            days in 0_usize..2_000,
        ) {
            let shape = Shape { questions, cut, weights };
            let forecast = forecast(&shape, &recalls, &Transfer::learn(recalls.len(), &[]), days);
            let shares = [forecast.share, forecast.share_interval.0, forecast.share_interval.1, forecast.chance_interval.0, forecast.chance_interval.1];
            for share in shares.into_iter().chain(forecast.domains).chain(forecast.chance) {
                prop_assert!(share.is_finite() && (-1e-9..=1.5 + 1e-9).contains(&share), "{share}");
            }
        }
    }
}
