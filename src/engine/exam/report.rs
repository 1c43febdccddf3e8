//! What an attempt says about its taker, as numbers. Words and texts come from the screens.

use super::score::{self, Score, credit_at};
use super::sitting::{Gap, ItemState, Sitting, Stage};
use crate::model::{Cause, Confidence, EndReason};
use std::collections::BTreeMap;

/// Confidence of the intervals shown.
pub const CONFIDENCE: f64 = 0.8;

/// One domain.
#[derive(Debug, Clone, PartialEq)]
pub struct DomainRow {
    /// What it is called.
    pub title: String,
    /// Its weight in per cent, if known.
    pub weight: Option<f32>,
    /// Credit.
    pub right: f64,
    /// Questions that count.
    pub of: u32,
    /// The 80 % interval of the share, 0 to 1.
    pub interval: (f64, f64),
}

/// One question.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and none excludes another")]
pub struct ItemRow {
    /// Its place in the form.
    pub place: usize,
    /// Its number as it was shown, from 1.
    pub number: usize,
    /// Its domain.
    pub domain: usize,
    /// Whether it counts.
    pub scored: bool,
    /// Credit, 0 to 1.
    pub credit: f64,
    /// Whether there was an answer.
    pub answered: bool,
    /// Flagged.
    pub flagged: bool,
    /// Milliseconds it was on the screen.
    pub taken_millis: i64,
    /// Far slower than the pace that the time allows.
    pub slow: bool,
    /// How the answer was changed, if it was: from right, to right.
    pub changed: Option<(bool, bool)>,
    /// How sure the learner was.
    pub confidence: Option<Confidence>,
    /// Why it was missed.
    pub cause: Option<Cause>,
}

impl ItemRow {
    /// Whether it was missed, wholly or in part.
    pub fn missed(&self) -> bool {
        self.credit < 1.0
    }
}

/// A count of right answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Right.
    pub right: u32,
    /// Of so many.
    pub of: u32,
}

/// A whole report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The score.
    pub score: Score,
    /// Why it ended; none while it goes on.
    pub ended: Option<EndReason>,
    /// By domain.
    pub domains: Vec<DomainRow>,
    /// By question, in the order they were asked.
    pub items: Vec<ItemRow>,
    /// Milliseconds used.
    pub used_millis: i64,
    /// Milliseconds a question has on the pace line; none without a clock.
    pub pace_millis: Option<i64>,
    /// Answers changed from right to wrong, from wrong to right, from wrong to wrong.
    pub changes: [u32; 3],
    /// Right answers by confidence, where it was asked.
    pub confidence: BTreeMap<Confidence, Tally>,
    /// Misses by cause.
    pub causes: BTreeMap<Cause, u32>,
    /// The last quarter of the questions that were asked.
    pub last_quarter: Tally,
    /// Time that passed unseen.
    pub gaps: Vec<Gap>,
}

/// Slower than this many times the pace counts as slow.
const SLOW: f64 = 1.6;

/// Makes the report of an attempt. `used_millis` as of its end.
pub fn report(sitting: &Sitting) -> Report {
    let asked = score::asked(sitting);
    let rules = &sitting.start().rules;
    let used_millis: i64 = sitting.items().iter().map(|item| item.taken_millis).sum();
    let pace_millis = rules.limit_millis.filter(|_| !asked.is_empty()).map(|limit| limit / asked.len() as i64);
    let usual = pace_millis.unwrap_or(used_millis / asked.len().max(1) as i64);
    let items: Vec<ItemRow> = asked.iter().enumerate().filter_map(|(index, place)| row(sitting, *place, index + 1, usual)).collect();
    let mut report = Report {
        score: score::score(sitting),
        ended: match sitting.stage() {
            Stage::Ended(reason) => Some(reason),
            _ => None,
        },
        domains: domains(sitting, &items),
        used_millis,
        pace_millis,
        changes: [0; 3],
        confidence: BTreeMap::new(),
        causes: BTreeMap::new(),
        last_quarter: Tally::default(),
        gaps: sitting.gaps().to_vec(),
        items,
    };
    report.count();
    report
}

fn row(sitting: &Sitting, place: usize, number: usize, usual: i64) -> Option<ItemRow> {
    let (form, state) = (sitting.start().form.items.get(place)?, sitting.items().get(place)?);
    Some(ItemRow {
        place,
        number,
        domain: form.domain,
        scored: form.scored,
        credit: credit_at(sitting, place),
        answered: state.is_answered(),
        flagged: state.flagged,
        taken_millis: state.taken_millis,
        slow: usual > 0 && state.taken_millis as f64 > SLOW * usual as f64,
        changed: changed(sitting, place, state),
        confidence: state.confidence,
        cause: state.cause,
    })
}

/// Compares the first answer a question was left with and the last one.
fn changed(sitting: &Sitting, place: usize, state: &ItemState) -> Option<(bool, bool)> {
    let question = sitting.question(place)?;
    let mut answers = state.settled.iter().flatten();
    let (first, last) = (answers.next()?, state.settled.last()?.as_ref());
    let right = |response| score::credit(question, response, false) >= 1.0;
    (Some(first) != last).then(|| (right(first), last.is_some_and(right)))
}

fn domains(sitting: &Sitting, items: &[ItemRow]) -> Vec<DomainRow> {
    let rows = sitting.start().form.domains.iter().enumerate().map(|(index, domain)| {
        let counted: Vec<&ItemRow> = items.iter().filter(|item| item.domain == index && item.scored).collect();
        let (right, of) = (counted.iter().fold(0.0, |sum, item| sum + item.credit), counted.len() as u32);
        DomainRow { title: domain.title.clone(), weight: domain.weight, right, of, interval: score::interval(right, of, CONFIDENCE) }
    });
    rows.collect()
}

impl Report {
    fn count(&mut self) {
        let quarter = self.items.len() - self.items.len() / 4;
        for (index, item) in self.items.iter().enumerate() {
            let right = u32::from(!item.missed());
            match item.changed {
                Some((true, false)) => self.changes[0] += 1,
                Some((false, true)) => self.changes[1] += 1,
                Some(_) => self.changes[2] += 1,
                None => {}
            }
            if let Some(confidence) = item.confidence {
                let tally = self.confidence.entry(confidence).or_default();
                (tally.right, tally.of) = (tally.right + right, tally.of + 1);
            }
            if let Some(cause) = item.cause.filter(|_| item.missed()) {
                *self.causes.entry(cause).or_default() += 1;
            }
            if index >= quarter {
                self.last_quarter.right += right;
                self.last_quarter.of += 1;
            }
        }
    }

    /// Places of the questions that were missed.
    pub fn missed(&self) -> impl Iterator<Item = &ItemRow> {
        self.items.iter().filter(|item| item.missed())
    }
}
