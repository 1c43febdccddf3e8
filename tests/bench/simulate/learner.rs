//! Learners to study with: a memory of their own, habits of their own, and knowledge they bring along. Nothing here is shared with the
//! program: the truth is written down a second time, in double precision.

use ascertain::model::Rating;
use rand::{Rng, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Which memory learners have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// FSRS-6 with parameters of their own.
    Fsrs6,
    /// Two forgetting curves, a fast and a slow one, mixed by stability; the growth of stability as in FSRS-6.
    TwoCurves,
}

/// An exam in so many days.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    pub days: usize,
    pub minutes: f64,
    pub cards: usize,
}

pub const SCENARIOS: [Scenario; 6] = [
    Scenario { days: 14, minutes: 60.0, cards: 600 },
    Scenario { days: 30, minutes: 30.0, cards: 1000 },
    Scenario { days: 60, minutes: 15.0, cards: 1000 },
    Scenario { days: 60, minutes: 30.0, cards: 1000 },
    Scenario { days: 60, minutes: 60.0, cards: 1000 },
    Scenario { days: 90, minutes: 30.0, cards: 1500 },
];

pub const DOMAINS: usize = 5;
pub const WEIGHTS: [f64; DOMAINS] = [0.12, 0.22, 0.18, 0.28, 0.20];

/// Means and spreads of the parameters of 48 users, transformed: logarithm for w0 to w3 and w20, square root for w7, w9, w18 and w19.
const MEANS: [f64; 21] = [
    -1.4197, 0.0914, 0.8576, 2.4688, 7.0295, 0.5322, 2.2397, 0.1439, 1.5102, 0.3531, 0.9794, 1.8121, 0.1197, 0.3117, 2.215, 0.2442, 2.934,
    0.7762, 0.4818, 0.3176, -1.4438,
];
const SPREADS: [f64; 21] = [
    1.361, 1.528, 1.598, 1.506, 0.302, 0.226, 0.243, 0.115, 0.342, 0.203, 0.296, 0.091, 0.033, 0.103, 0.263, 0.163, 0.556, 0.229, 0.277,
    0.163, 0.54,
];
const LOWEST: [f64; 21] =
    [0.001, 0.001, 0.001, 0.001, 1.0, 0.001, 0.001, 0.001, 0.0, 0.0, 0.001, 0.001, 0.001, 0.001, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.1];
const HIGHEST: [f64; 21] =
    [100.0, 100.0, 100.0, 100.0, 10.0, 4.0, 4.0, 0.75, 4.5, 0.8, 3.5, 5.0, 0.25, 0.9, 4.0, 1.0, 6.0, 2.0, 2.0, 0.8, 0.8];

/// Seconds of the first day of a card, Again to Easy, and of a later day; averages of Anki users, times 1.5 for exam cards.
const FIRST_SECONDS: [f64; 4] = [47.6, 38.8, 26.1, 10.7];
const LATER_SECONDS: [f64; 4] = [37.7, 17.6, 12.4, 8.9];
const EXAM_CARDS: f64 = 1.5;
/// Spread of the logarithm of the seconds of one answer.
const JITTER: f64 = 0.25;

pub fn normal(rng: &mut impl Rng) -> f64 {
    let (u, v): (f64, f64) = (rng.random::<f64>().max(1e-12), rng.random());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// Marsaglia and Tsang 2000.
fn gamma(rng: &mut impl Rng, shape: f64) -> f64 {
    if shape < 1.0 {
        let u: f64 = rng.random();
        return gamma(rng, shape + 1.0) * u.powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = normal(rng);
        let cube = (1.0 + c * x).powi(3);
        let accept: f64 = rng.random();
        if cube > 0.0 && accept.ln() < 0.5 * x * x + d - d * cube + d * cube.ln() {
            return d * cube;
        }
    }
}

fn beta(rng: &mut impl Rng, mean: f64, size: f64) -> f64 {
    let (a, b) = (gamma(rng, mean * size), gamma(rng, (1.0 - mean) * size));
    a / (a + b)
}

fn around<const N: usize>(rng: &mut impl Rng, means: [f64; N], size: f64) -> [f64; N] {
    let drawn = means.map(|mean| gamma(rng, mean * size));
    let sum: f64 = drawn.iter().sum();
    drawn.map(|one| one / sum)
}

fn pick(u: f64, shares: &[f64]) -> usize {
    let mut sum = 0.0;
    shares
        .iter()
        .position(|share| {
            sum += share;
            u < sum
        })
        .unwrap_or(shares.len() - 1)
}

#[derive(Debug, Clone, Copy)]
pub struct State {
    pub stability: f64,
    pub difficulty: f64,
}

/// FSRS-6, for the truth.
#[derive(Debug, Clone)]
pub struct Fsrs6 {
    w: [f64; 21],
}

impl Fsrs6 {
    pub fn new(w: [f64; 21]) -> Self {
        Self { w }
    }

    pub fn recall(&self, days: f64, stability: f64) -> f64 {
        let decay = -self.w[20];
        let factor = 0.9_f64.powf(1.0 / decay) - 1.0;
        (1.0 + factor * days / stability).powf(decay)
    }

    /// Days until the chance of recall has fallen to a share.
    pub fn interval(&self, share: f64, stability: f64) -> f64 {
        let decay = -self.w[20];
        (share.powf(1.0 / decay) - 1.0) / (0.9_f64.powf(1.0 / decay) - 1.0) * stability
    }

    fn first_difficulty(&self, rating: usize) -> f64 {
        self.w[4] - (self.w[5] * rating as f64).exp() + 1.0
    }

    pub fn first(&self, rating: usize) -> State {
        State { stability: self.w[rating], difficulty: self.first_difficulty(rating).clamp(1.0, 10.0) }
    }

    pub fn next(&self, state: State, recall: f64, rating: usize) -> State {
        let w = &self.w;
        let State { stability: s, difficulty: d } = state;
        let stability = if rating == 0 {
            let fallen = w[11] * d.powf(-w[12]) * ((s + 1.0).powf(w[13]) - 1.0) * (w[14] * (1.0 - recall)).exp();
            fallen.min(s / (w[17] * w[18]).exp())
        } else {
            let factor = [1.0, w[15], 1.0, w[16]][rating];
            s * (1.0 + w[8].exp() * (11.0 - d) * s.powf(-w[9]) * ((w[10] * (1.0 - recall)).exp() - 1.0) * factor)
        };
        let damped = d - w[6] * (rating as f64 - 2.0) * (10.0 - d) / 9.0;
        let difficulty = (w[7] * self.first_difficulty(3) + (1.0 - w[7]) * damped).clamp(1.0, 10.0);
        State { stability: stability.clamp(0.001, 36_500.0), difficulty }
    }
}

#[derive(Debug, Clone)]
struct Card {
    domain: usize,
    /// How much more stable this card is than the model says, and its difficulty over the model's.
    trait_stability: f64,
    trait_difficulty: f64,
    state: Option<(State, f64)>,
    showings: u64,
}

/// Someone who studies.
#[derive(Debug, Clone)]
pub struct Learner {
    seed: u64,
    truth: Truth,
    memory: Fsrs6,
    cards: Vec<Card>,
    first: [f64; 4],
    pass: [f64; 3],
    pace: f64,
    missed: Vec<bool>,
    /// How much better or worse exam questions go than cards, in logits; and the same by domain.
    transfer: f64,
    transfer_in: [f64; DOMAINS],
}

impl Learner {
    /// Draws a learner; the same number always gives the same one.
    pub fn draw(number: u64, scenario: Scenario, truth: Truth) -> Self {
        let rng = &mut ChaCha8Rng::seed_from_u64(number ^ 0x5eed_0000);
        let mut w: [f64; 21] = std::array::from_fn(|index| {
            let drawn = MEANS[index] + SPREADS[index] * normal(rng);
            let own = match index {
                0..=3 | 20 => drawn.exp(),
                7 | 9 | 18 | 19 => drawn * drawn,
                _ => drawn,
            };
            own.clamp(LOWEST[index], HIGHEST[index])
        });
        w[..4].sort_by(f64::total_cmp);
        let first = around(rng, [0.24, 0.094, 0.495, 0.171], 25.0);
        let pass = around(rng, [0.224, 0.631, 0.145], 25.0);
        let known = beta(rng, 0.25, 8.0).clamp(0.02, 0.98);
        let pace = (0.3 * normal(rng)).exp();
        let misses = beta(rng, 0.1, 20.0);
        let missed = (0..scenario.days).map(|_| rng.random::<f64>() < misses).collect();
        let known_in: [f64; DOMAINS] = std::array::from_fn(|_| beta(rng, known, 12.0));
        let cards = (0..scenario.cards).map(|index| Card::draw(index % DOMAINS, &known_in, rng)).collect();
        let transfer = 0.5 * normal(rng) - 1.0;
        let transfer_in = std::array::from_fn(|_| 0.3 * normal(rng));
        Self { seed: number, truth, memory: Fsrs6::new(w), cards, first, pass, pace, missed, transfer, transfer_in }
    }

    pub fn studies_on(&self, day: usize) -> bool {
        !self.missed.get(day).copied().unwrap_or(false)
    }

    pub fn cards(&self) -> usize {
        self.cards.len()
    }

    pub fn domain(&self, card: usize) -> usize {
        self.cards[card].domain
    }

    /// What a card adds to the share of the exam.
    pub fn weight(&self, card: usize) -> f64 {
        let domain = self.domain(card);
        WEIGHTS[domain] / self.cards.iter().filter(|card| card.domain == domain).count() as f64
    }

    /// The true chance of recall on the morning of a day.
    pub fn recall(&self, card: usize, day: f64) -> f64 {
        let card = &self.cards[card];
        card.state.map_or(0.0, |(state, last)| self.curve(day - last, state.stability * card.trait_stability))
    }

    fn curve(&self, days: f64, stability: f64) -> f64 {
        match self.truth {
            Truth::Fsrs6 => self.memory.recall(days, stability),
            Truth::TwoCurves => {
                let share = 0.25 + 0.45 / (1.0 + stability / 10.0);
                share * (1.0 + days / (1.5 * stability)).powf(-1.0) + (1.0 - share) * (1.0 + days / (6.0 * stability)).powf(-0.12)
            }
        }
    }

    /// Shows a card: the rating and the seconds of the day, short steps included. Chance depends on the learner, the card and how often it
    /// was shown, so that policies meet the same luck.
    pub fn show(&mut self, index: usize, day: usize) -> (Rating, f64) {
        let recall = self.recall(index, day as f64);
        let card = &self.cards[index];
        let seed = self.seed.wrapping_mul(1_000_003) ^ ((index as u64) << 20) ^ card.showings;
        let rng = &mut ChaCha8Rng::seed_from_u64(seed);
        let (u, v): (f64, f64) = (rng.random(), rng.random());
        let jitter = (JITTER * normal(rng) - JITTER * JITTER / 2.0).exp();
        let (rating, seconds, state) = match card.state {
            None => {
                let rating = pick(u, &self.first);
                let mut state = self.memory.first(rating);
                state.difficulty = (state.difficulty + card.trait_difficulty).clamp(1.0, 10.0);
                (rating, FIRST_SECONDS[rating], state)
            }
            Some((state, _)) => {
                let rating = if u < recall { 1 + pick(v, &self.pass) } else { 0 };
                (rating, LATER_SECONDS[rating], self.memory.next(state, recall, rating))
            }
        };
        let card = &mut self.cards[index];
        card.state = Some((state, day as f64));
        card.showings += 1;
        (Rating::ALL[rating], seconds * EXAM_CARDS * self.pace * jitter)
    }

    /// The true chance that a question about a card is right on the exam morning.
    pub fn answers_right(&self, card: usize, days: usize) -> f64 {
        let share = 0.25 + 0.75 * self.recall(card, days as f64);
        let logit = (share / (1.0 - share).max(1e-9)).ln() + self.transfer + self.transfer_in[self.domain(card)];
        1.0 / (1.0 + (-logit).exp())
    }

    /// Draws questions by the weights of the blueprint.
    pub fn questions(&self, count: usize, rng: &mut impl Rng) -> Vec<usize> {
        let by_domain: Vec<Vec<usize>> = (0..DOMAINS).map(|d| (0..self.cards()).filter(|card| self.domain(*card) == d).collect()).collect();
        (0..count)
            .map(|_| {
                let pool = &by_domain[pick(rng.random(), &WEIGHTS)];
                pool[(rng.random::<f64>() * pool.len() as f64) as usize % pool.len()]
            })
            .collect()
    }

    /// The expected share of the syllabus recalled on the exam morning, by the weights of the blueprint.
    pub fn share(&self, days: usize) -> f64 {
        (0..self.cards()).map(|card| self.weight(card) * self.recall(card, days as f64)).sum()
    }

    /// The mean chance of recall on the exam morning.
    pub fn mean_recall(&self, days: usize) -> f64 {
        (0..self.cards()).map(|card| self.recall(card, days as f64)).sum::<f64>() / self.cards() as f64
    }
}

impl Card {
    fn draw(domain: usize, known_in: &[f64; DOMAINS], rng: &mut impl Rng) -> Self {
        let trait_stability = [0.42, 0.66, 1.0, 1.52, 2.38][pick(rng.random(), &[0.1, 0.2, 0.4, 0.2, 0.1])];
        let known = rng.random::<f64>() < known_in[domain];
        let state = State { stability: (40_f64.ln() + normal(rng)).exp(), difficulty: (5.0 + 2.0 * normal(rng)).clamp(1.0, 10.0) };
        let met = -60.0 * rng.random::<f64>();
        Self { domain, trait_stability, trait_difficulty: normal(rng), state: known.then_some((state, met)), showings: 0 }
    }
}
