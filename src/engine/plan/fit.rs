//! The memory model fitted to one learner: by the `fsrs` crate, shrunk to the published defaults, and kept only if it predicts better.

use super::history::DayAnswer;
use super::memory::Parameters;
use crate::engine::scheduler::{TrainingItem, default_parameters, log_loss, train};
use crate::model::StudyDay;

/// Reviews that weigh as much as the defaults.
const DEFAULTS_WEIGHT: f32 = 300.0;
/// Share of the reviews held back, the newest, to see whether a fit predicts.
const HELD_BACK: usize = 5;
/// With fewer reviews than this there is nothing to hold back, and the defaults outweigh the fit anyway.
const LEAST_TO_TEST: usize = 200;

/// How well a fit predicts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// Reviews it was fitted to.
    pub reviews: usize,
    /// Newest reviews held back for the test; none if there were too few.
    pub held_back: usize,
    /// Log loss of the defaults on those.
    pub before: f32,
    /// Log loss on those of a fit to the others.
    pub after: f32,
    /// Whether the fit is used.
    pub kept: bool,
}

/// Parameters of the memory model, and why one may trust them.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// What to use.
    pub parameters: Parameters,
    /// How well they predict; none if there is nothing to fit to.
    pub evidence: Option<Evidence>,
}

/// Fits the model to reviews in the order of time. Without reviews, and for reviews no model fits, the defaults stay.
pub fn fit(items: &[TrainingItem]) -> Fit {
    let defaults = default_parameters();
    let stay = |evidence| Fit { parameters: defaults, evidence };
    if items.is_empty() {
        return stay(None);
    }
    let test = if items.len() < LEAST_TO_TEST { None } else { predicts(items, &defaults) };
    let kept = test.as_ref().is_none_or(|evidence| evidence.kept);
    let fitted = if kept { train(items) } else { None };
    let evidence = Evidence {
        kept: fitted.is_some(),
        ..test.unwrap_or(Evidence { reviews: items.len(), held_back: 0, before: 0.0, after: 0.0, kept: false })
    };
    match fitted {
        Some(fitted) => Fit { parameters: shrunk(&defaults, &fitted, items.len()), evidence: Some(evidence) },
        None => stay(Some(evidence)),
    }
}

/// Fits to the older reviews and asks for the newest.
fn predicts(items: &[TrainingItem], defaults: &Parameters) -> Option<Evidence> {
    let (older, newest) = items.split_at(items.len() - items.len() / HELD_BACK);
    let trial = shrunk(defaults, &train(older)?, older.len());
    let (before, after) = (log_loss(defaults, newest)?, log_loss(&trial, newest)?);
    Some(Evidence { reviews: items.len(), held_back: newest.len(), before, after, kept: after < before })
}

/// Between the defaults and a fit, by the number of reviews: on the scale each parameter lives on.
fn shrunk(defaults: &Parameters, fitted: &Parameters, reviews: usize) -> Parameters {
    let share = reviews as f32 / (reviews as f32 + DEFAULTS_WEIGHT);
    let mut parameters = *defaults;
    for (index, (own, fitted)) in parameters.iter_mut().zip(fitted).enumerate() {
        let is_ratio = index < 4 || index == 20;
        *own =
            if is_ratio { (own.ln() * (1.0 - share) + fitted.max(1e-3).ln() * share).exp() } else { *own * (1.0 - share) + fitted * share };
    }
    parameters
}

/// What to fit to when a day counts as one answer: each later answer of each card with those before it, in the order of days.
pub fn days_items<'a>(cards: impl IntoIterator<Item = &'a [DayAnswer]>) -> Vec<TrainingItem> {
    let mut items: Vec<(StudyDay, TrainingItem)> = Vec::new();
    for (number, answers) in (0..).zip(cards) {
        let mut reviews = Vec::with_capacity(answers.len());
        let mut before: Option<StudyDay> = None;
        for answer in answers {
            let days = before.map_or(0, |before| answer.day.days_since(before).max(0));
            reviews.push((answer.rating, u32::try_from(days).unwrap_or(0)));
            if before.is_some() {
                items.push((answer.day, TrainingItem { card: number, reviews: reviews.clone() }));
            }
            before = Some(answer.day);
        }
    }
    items.sort_by_key(|(day, item)| (*day, item.card));
    items.into_iter().map(|(_, item)| item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Rating;

    fn item(card: i64, reviews: &[(Rating, u32)]) -> TrainingItem {
        TrainingItem { card, reviews: reviews.to_vec() }
    }

    #[test]
    fn nothing_gives_the_defaults() {
        assert_eq!(fit(&[]), Fit { parameters: default_parameters(), evidence: None });
    }

    #[test]
    fn shrinking_goes_from_the_defaults_to_the_fit() {
        let defaults = default_parameters();
        let mut fitted = defaults;
        fitted[0] = defaults[0] * 4.0;
        fitted[10] = 2.0;
        let half = shrunk(&defaults, &fitted, 300);
        assert!((half[0] - defaults[0] * 2.0).abs() < 1e-5, "a geometric mean");
        assert!((half[10] - f32::midpoint(defaults[10], 2.0)).abs() < 1e-5, "an arithmetic mean");
        assert!((shrunk(&defaults, &fitted, 0)[10] - defaults[10]).abs() < f32::EPSILON);
    }

    /// Ratings that follow no memory: all forgotten after a day, all recalled after thirty. Whatever comes of it is usable.
    #[test]
    fn ratings_no_model_fits_leave_usable_parameters() {
        let items: Vec<TrainingItem> = (0..400)
            .map(|card| {
                let (rating, days) = if card % 2 == 0 { (Rating::Again, 1) } else { (Rating::Easy, 30) };
                item(card, &[(Rating::Good, 0), (rating, days)])
            })
            .collect();
        let fit = fit(&items);
        assert!(fit.parameters.iter().all(|parameter| parameter.is_finite()));
        let evidence = fit.evidence.expect("there are reviews");
        assert_eq!((evidence.reviews, evidence.held_back), (400, 80));
    }
}
