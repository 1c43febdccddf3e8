//! From cards to exam questions: how much better or worse questions go than recall says, learned from mock exams.
//!
//! A question of a domain is right with chance sigmoid(a + b + logit(g + (1 - g - s) R)): R is the recall of its card, g the chance of
//! guessing, s that of slipping on what is known or of being asked beside it, a the learner's transfer and b that of the domain. Normal priors; the posterior is the normal one at its mode
//! (Laplace's approximation).

use rand::{Rng, RngExt as _};

/// Transfer before any mock exam, and its spread, in logits: exam questions ask for more than their cards.
const PRIOR: (f64, f64) = (-0.7, 0.55);
/// Spread of the domains around it.
const DOMAIN_SPREAD: f64 = 0.35;
/// The chance to guess a question of four options.
pub(super) const GUESS: f64 = 0.25;

/// One answer in a mock exam.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MockItem {
    /// The domain of the blueprint.
    pub domain: usize,
    /// The recall of its card that was believed at the time, 0 to 1.
    pub recall: f64,
    /// Credit, 0 to 1.
    pub credit: f64,
}

pub(super) fn logit(share: f64) -> f64 {
    let share = share.clamp(1e-6, 1.0 - 1e-6);
    (share / (1.0 - share)).ln()
}

pub(super) fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// The chance to miss a question about something that is known by heart: nobody's cards are the whole exam.
const SLIP: f64 = 0.02;

/// What a card's recall says of a question about it, in logits, before transfer.
pub(super) fn offset(recall: f64) -> f64 {
    logit(GUESS + (1.0 - GUESS - SLIP) * recall.clamp(0.0, 1.0))
}

/// What is known of a learner's transfer: a normal distribution over the common part and that of each domain.
#[derive(Debug, Clone)]
pub struct Transfer {
    mean: Vec<f64>,
    /// Lower triangle of the Cholesky factor of the precision.
    factor: Vec<Vec<f64>>,
}

impl Transfer {
    /// What mock exams say. Newton's method; the posterior is concave, so a few steps reach its top.
    pub fn learn(domains: usize, items: &[MockItem]) -> Self {
        let size = domains + 1;
        let prior: Vec<(f64, f64)> = (0..size)
            .map(|index| if index == 0 { PRIOR } else { (0.0, DOMAIN_SPREAD) })
            .map(|(mean, sd)| (mean, 1.0 / (sd * sd)))
            .collect();
        let mut mean: Vec<f64> = prior.iter().map(|(mean, _)| *mean).collect();
        let mut factor = Vec::new();
        for _ in 0..12 {
            let (gradient, precision) = slopes(&prior, &mean, items);
            factor = cholesky(&precision);
            let step = backward(&factor, &forward(&factor, &gradient));
            for (mean, step) in mean.iter_mut().zip(&step) {
                *mean += step.clamp(-2.0, 2.0);
            }
            if step.iter().all(|step| step.abs() < 1e-8) {
                break;
            }
        }
        Self { mean, factor }
    }

    /// The transfer of a domain, common part included, at the mean.
    pub fn of(&self, domain: usize) -> f64 {
        at(&self.mean, 0) + if domain + 1 < self.mean.len() { at(&self.mean, domain + 1) } else { 0.0 }
    }

    /// One transfer for each domain, drawn.
    pub(super) fn draw(&self, rng: &mut impl Rng) -> Vec<f64> {
        let z: Vec<f64> = self.mean.iter().map(|_| normal(rng)).collect();
        let offsets = backward(&self.factor, &z);
        let drawn: Vec<f64> = self.mean.iter().zip(offsets).map(|(mean, offset)| mean + offset).collect();
        drawn.iter().skip(1).map(|domain| at(&drawn, 0) + domain).collect()
    }
}

fn at(values: &[f64], index: usize) -> f64 {
    values.get(index).copied().unwrap_or(0.0)
}

/// Gradient of the log posterior, and its precision.
fn slopes(prior: &[(f64, f64)], mean: &[f64], items: &[MockItem]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut gradient: Vec<f64> = prior.iter().zip(mean).map(|((centre, precision), mean)| precision * (centre - mean)).collect();
    let mut precision = vec![vec![0.0; mean.len()]; mean.len()];
    for (index, (row, (_, own))) in precision.iter_mut().zip(prior).enumerate() {
        if let Some(slot) = row.get_mut(index) {
            *slot += own;
        }
    }
    for item in items.iter().filter(|item| item.domain + 1 < mean.len()) {
        let touched = [0, item.domain + 1];
        let chance = sigmoid(touched.iter().map(|index| at(mean, *index)).sum::<f64>() + offset(item.recall));
        for row in touched {
            if let Some(slot) = gradient.get_mut(row) {
                *slot += item.credit - chance;
            }
            for column in touched {
                if let Some(slot) = precision.get_mut(row).and_then(|row| row.get_mut(column)) {
                    *slot += chance * (1.0 - chance);
                }
            }
        }
    }
    (gradient, precision)
}

/// The lower triangle L of a positive definite matrix, L times its transpose.
fn cholesky(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut lower: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for (index, row) in matrix.iter().enumerate() {
        let mut own: Vec<f64> = Vec::with_capacity(index + 1);
        for (column, other) in lower.iter().enumerate() {
            let sum: f64 = own.iter().zip(other).map(|(a, b)| a * b).sum();
            own.push((at(row, column) - sum) / at(other, column));
        }
        let sum: f64 = own.iter().map(|a| a * a).sum();
        own.push((at(row, index) - sum).max(1e-12).sqrt());
        lower.push(own);
    }
    lower
}

/// Solves L x = b.
fn forward(lower: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x: Vec<f64> = Vec::with_capacity(b.len());
    for (index, (row, b)) in lower.iter().zip(b).enumerate() {
        let sum: f64 = row.iter().zip(&x).map(|(a, x)| a * x).sum();
        x.push((b - sum) / at(row, index));
    }
    x
}

/// Solves the transpose of L times x = b.
fn backward(lower: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x = b.to_vec();
    for index in (0..lower.len()).rev() {
        let below: f64 = (index + 1..lower.len()).map(|row| lower.get(row).map_or(0.0, |row| at(row, index)) * at(&x, row)).sum();
        let value = (at(b, index) - below) / lower.get(index).map_or(1.0, |row| at(row, index));
        if let Some(slot) = x.get_mut(index) {
            *slot = value;
        }
    }
    x
}

/// A standard normal number (Box and Muller 1958).
pub(super) fn normal(rng: &mut impl Rng) -> f64 {
    let (u, v): (f64, f64) = (rng.random::<f64>().max(1e-12), rng.random());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;

    #[test]
    fn without_a_mock_exam_the_prior_holds() {
        let transfer = Transfer::learn(2, &[]);
        assert!((transfer.of(0) - PRIOR.0).abs() < 1e-9 && (transfer.of(1) - PRIOR.0).abs() < 1e-9);
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
        let drawn: Vec<f64> = (0..20_000).map(|_| transfer.draw(&mut rng)[0]).collect();
        let mean = drawn.iter().sum::<f64>() / 20_000.0;
        let spread = (drawn.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / 20_000.0).sqrt();
        let expected = (PRIOR.1 * PRIOR.1 + DOMAIN_SPREAD * DOMAIN_SPREAD).sqrt();
        assert!((mean - PRIOR.0).abs() < 0.03 && (spread - expected).abs() < 0.03, "{mean} {spread}");
    }

    /// One domain, so the sum of both parts is what matters: with many answers the chance the posterior gives is their share.
    #[test]
    fn many_answers_outweigh_the_prior() {
        let items: Vec<MockItem> = (0..20_000).map(|n| MockItem { domain: 0, recall: 0.6, credit: f64::from(n % 5 != 0) }).collect();
        let transfer = Transfer::learn(1, &items);
        assert!((sigmoid(transfer.of(0) + offset(0.6)) - 0.8).abs() < 0.005);
    }

    #[test]
    fn a_matrix_is_solved() {
        // By hand: [[4, 2], [2, 3]] x = [2, -1] has x = [1, -1].
        let lower = cholesky(&[vec![4.0, 2.0], vec![2.0, 3.0]]);
        let x = backward(&lower, &forward(&lower, &[2.0, -1.0]));
        assert!((x[0] - 1.0).abs() < 1e-12 && (x[1] + 1.0).abs() < 1e-12, "{x:?}");
    }
}
