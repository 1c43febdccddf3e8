//! How this learner answers: ratings, seconds, and how much was known before the first card. Every figure starts from what learners
//! usually do and moves towards this one's with the evidence.

use super::belief;
use super::history::{DayAnswer, PlanCard};
use super::memory::Memory;
use crate::model::Rating;

/// Seconds a plain card takes on the day of its first answer, its short steps included, by rating. Averages of Anki users, times 1.5,
/// as cards for an exam are longer.
const FIRST_SECONDS: [f32; 4] = [71.4, 58.2, 39.15, 16.05];
/// The same for a later day.
const LATER_SECONDS: [f32; 4] = [56.55, 26.4, 18.6, 13.35];
/// How first answers fall, Again to Easy.
const FIRST_SHARES: [f32; 4] = [0.24, 0.094, 0.495, 0.171];
/// How passed reviews fall, Hard to Easy.
const PASS_SHARES: [f32; 3] = [0.224, 0.631, 0.145];
/// Share of a syllabus that learners bring along.
const KNOWN_SHARE: f32 = 0.25;

/// Answers that weigh as much as what is usual.
const SHARES_WEIGHT: f32 = 20.0;
const SPEED_WEIGHT: f32 = 10.0;
const SPREAD_WEIGHT: f32 = 20.0;
const KNOWN_WEIGHT: f32 = 10.0;
/// Share of what learners say they know that holds when it is asked.
const CLAIMS_HOLD: f32 = 0.85;
/// Chances that a question of a mock exam is right: of a card that is known, and of one that is not, by guessing and common sense.
const ASKED_RIGHT: (f32, f32) = (0.9, 0.35);
/// Spread of the logarithm of seconds before anything is known.
const USUAL_SPREAD: f32 = 0.5;

/// What is known of a learner's ways.
#[derive(Debug, Clone, PartialEq)]
pub struct Habits {
    /// Shares of the first ratings of cards that were not known, Again to Easy.
    pub first: [f32; 4],
    /// Shares of the ratings of passed reviews, Hard to Easy.
    pub pass: [f32; 3],
    /// Time this learner takes over the usual time.
    pub pace: f32,
    /// Spread of the logarithm of the seconds.
    spread: f32,
    /// By domain: the share of cards that were known before their first answer.
    pub known: Vec<f32>,
    /// The share of cards said to be known that were.
    pub claims: f32,
}

struct First<'a> {
    card: &'a PlanCard,
    rating: Rating,
    /// Logarithm of seconds over the effort of the card.
    seconds: f32,
}

/// Sums over one pass of the estimate.
struct Sums {
    first: [f32; 4],
    pass: [f32; 3],
    log_ratio: f32,
    counted: f32,
    squares: f32,
    known: Vec<(f32, f32)>,
    claims: (f32, f32),
}

impl Sums {
    fn new(domains: usize) -> Self {
        Self {
            first: FIRST_SHARES.map(|share| share * SHARES_WEIGHT),
            pass: PASS_SHARES.map(|share| share * SHARES_WEIGHT),
            log_ratio: 0.0,
            counted: 0.0,
            squares: 0.0,
            known: vec![(0.0, 0.0); domains],
            claims: (CLAIMS_HOLD * KNOWN_WEIGHT, KNOWN_WEIGHT),
        }
    }

    fn time(&mut self, ratio: f32, centre: f32, weight: f32) {
        self.log_ratio += weight * ratio;
        self.squares += weight * (ratio - centre).powi(2);
        self.counted += weight;
    }

    /// How likely it turned out that a card was known before its first answer here.
    fn known(&mut self, card: &PlanCard, known: f32) {
        let slot = if card.claimed { Some(&mut self.claims) } else { self.known.get_mut(card.domain) };
        if let Some((sum, count)) = slot {
            *sum += known;
            *count += 1.0;
        }
    }

    fn pass(&mut self, rating: Rating, weight: f32) {
        if let Some(slot) = rating.index().checked_sub(1).and_then(|index| self.pass.get_mut(index)) {
            *slot += weight;
        }
    }
}

fn by_rating(table: [f32; 4], rating: Rating) -> f32 {
    let [again, hard, good, easy] = table;
    match rating {
        Rating::Again => again,
        Rating::Hard => hard,
        Rating::Good => good,
        Rating::Easy => easy,
    }
}

impl Habits {
    /// What learners usually do.
    pub fn usual(domains: usize) -> Self {
        Self {
            first: FIRST_SHARES,
            pass: PASS_SHARES,
            pace: 1.0,
            spread: USUAL_SPREAD,
            known: vec![KNOWN_SHARE; domains],
            claims: CLAIMS_HOLD,
        }
    }

    /// This learner's ways, from all answers. Four rounds of expectation and maximisation over whether each card was known before
    /// its first answer: a quick pass says so, a slow one does not.
    pub fn estimate(cards: &[PlanCard], domains: usize, memory: &Memory) -> Self {
        let log = |answer: &DayAnswer, effort: f32| (answer.seconds.max(0.5) / effort).ln();
        let mut first = Vec::new();
        let mut later = Vec::new();
        let asked: Vec<&PlanCard> = cards.iter().filter(|card| card.answers.is_empty() && !card.asked.is_empty()).collect();
        for card in cards {
            let Some((one, rest)) = card.answers.split_first() else { continue };
            first.push(First { card, rating: one.rating, seconds: log(one, card.effort) });
            later.extend(rest.iter().map(|answer| (answer.rating, log(answer, card.effort))));
        }
        let mut habits = Self::usual(domains);
        if first.is_empty() && asked.is_empty() {
            return habits;
        }
        for _ in 0..4 {
            habits = habits.improved(&first, &later, &asked, memory);
        }
        habits
    }

    fn improved(&self, first: &[First<'_>], later: &[(Rating, f32)], asked: &[&PlanCard], memory: &Memory) -> Self {
        let centre = self.pace.ln() - 0.5 * self.spread * self.spread;
        let mut sums = Sums::new(self.known.len());
        for one in first {
            let known = self.was_known(one, memory);
            let (as_new, as_known) =
                (one.seconds - by_rating(FIRST_SECONDS, one.rating).ln(), one.seconds - by_rating(LATER_SECONDS, one.rating).ln());
            sums.time(as_new, centre, 1.0 - known);
            sums.time(as_known, centre, known);
            sums.pass(one.rating, known);
            if let Some(slot) = sums.first.get_mut(one.rating.index()) {
                *slot += 1.0 - known;
            }
            sums.known(one.card, known);
        }
        for card in asked {
            sums.known(card, self.prior(card));
        }
        for (rating, seconds) in later {
            sums.time(seconds - by_rating(LATER_SECONDS, *rating).ln(), centre, 1.0);
            sums.pass(*rating, 1.0);
        }
        Self::of_sums(&sums)
    }

    fn of_sums(sums: &Sums) -> Self {
        let variance = (USUAL_SPREAD * USUAL_SPREAD * SPREAD_WEIGHT + sums.squares) / (SPREAD_WEIGHT + sums.counted);
        let spread = variance.sqrt().clamp(0.15, 1.0);
        let mean = (sums.log_ratio + 0.5 * spread * spread * sums.counted) / (SPEED_WEIGHT + sums.counted);
        let (all_known, all) = sums.known.iter().fold((0.0, 0.0), |(known, all), (k, n)| (known + k, all + n));
        let share = (KNOWN_SHARE * KNOWN_WEIGHT + all_known) / (KNOWN_WEIGHT + all);
        let known = sums.known.iter().map(|(k, n)| ((share * KNOWN_WEIGHT + k) / (KNOWN_WEIGHT + n)).clamp(0.01, 0.95)).collect();
        let (first, pass): (f32, f32) = (sums.first.iter().sum(), sums.pass.iter().sum());
        Self {
            first: sums.first.map(|share| share / first),
            pass: sums.pass.map(|share| share / pass),
            pace: mean.exp().clamp(0.1, 10.0),
            spread,
            known,
            claims: sums.claims.0 / sums.claims.1,
        }
    }

    /// How likely it is that a card was known before its first answer.
    fn was_known(&self, one: &First<'_>, memory: &Memory) -> f32 {
        let prior = self.prior(one.card);
        let (new, known) = self.first_likelihoods(one.rating, one.seconds);
        let recall = belief::known_recall(memory);
        let known = prior * known * if one.rating.is_pass() { recall } else { 1.0 - recall };
        let all = (1.0 - prior) * new + known;
        if all > 0.0 { (known / all).clamp(0.0, 1.0) } else { prior }
    }

    /// How likely a card was known before its first answer, from what was said of it and asked about it before.
    pub fn prior(&self, card: &PlanCard) -> f32 {
        let prior = if card.claimed { self.claims } else { self.known_in(card.domain) };
        let (known, unknown) = ASKED_RIGHT;
        let odds = card.asked.iter().fold(prior / (1.0 - prior).max(0.01), |odds, right| {
            (odds * if *right { known / unknown } else { (1.0 - known) / (1.0 - unknown) }).min(1e6)
        });
        (odds / (1.0 + odds)).clamp(0.005, 0.98)
    }

    /// The share of cards of a domain that were known before their first answer.
    pub fn known_in(&self, domain: usize) -> f32 {
        self.known.get(domain).copied().unwrap_or(KNOWN_SHARE)
    }

    /// How likely a first rating and its time are for a card that was not known, and, given whether it is recalled, for one that was.
    /// `log_seconds` is the logarithm of the seconds over the card's effort.
    pub(super) fn first_likelihoods(&self, rating: Rating, log_seconds: f32) -> (f32, f32) {
        let time = |usual: f32| {
            let z = (log_seconds - usual.ln() - self.pace.ln() + 0.5 * self.spread * self.spread) / self.spread;
            (-0.5 * z * z).max(-50.0).exp()
        };
        let share = if rating.is_pass() { self.pass_share(rating) } else { 1.0 };
        (by_rating(self.first, rating) * time(by_rating(FIRST_SECONDS, rating)), share * time(by_rating(LATER_SECONDS, rating)))
    }

    /// Share of a rating among passed reviews.
    pub(super) fn pass_share(&self, rating: Rating) -> f32 {
        let [hard, good, easy] = self.pass;
        match rating {
            Rating::Again => 0.0,
            Rating::Hard => hard,
            Rating::Good => good,
            Rating::Easy => easy,
        }
    }

    /// Usual seconds of the first day of a card that is not known, before pace and effort.
    pub(super) fn first_seconds(&self) -> f32 {
        self.first.iter().zip(FIRST_SECONDS).map(|(share, seconds)| share * seconds).sum()
    }

    /// Usual seconds of a later day at a chance of recall, before pace and effort.
    pub(super) fn later_seconds(&self, recall: f32) -> f32 {
        let [failed, hard, good, easy] = LATER_SECONDS;
        let [a, b, c] = self.pass;
        (1.0 - recall) * failed + recall * (a * hard + b * good + c * easy)
    }

    /// Seconds an answer usually takes: the first of a card or a later one, before pace and effort.
    pub fn answer_seconds(is_first: bool, rating: Rating) -> f32 {
        by_rating(if is_first { FIRST_SECONDS } else { LATER_SECONDS }, rating)
    }
}
