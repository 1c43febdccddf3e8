//! The memory model fitted to one learner: by the `fsrs` crate, shrunk to the published defaults, and kept only if it predicts better.

use super::history::DayAnswer;
use super::memory::{Memory, Parameters};
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
    /// What was predicted of the reviews held back, and what came of them: by the fit if it is kept, else by the defaults. It counts a
    /// day as one answer.
    pub calibration: Vec<CalibrationBin>,
}

/// Fits the model to reviews in the order of time. Without reviews, and for reviews no model fits, the defaults stay.
pub fn fit(items: &[TrainingItem]) -> Fit {
    let defaults = default_parameters();
    if items.is_empty() {
        return Fit { parameters: defaults, evidence: None, calibration: Vec::new() };
    }
    let untested = Evidence { reviews: items.len(), held_back: 0, before: 0.0, after: 0.0, kept: true };
    let tested = if items.len() < LEAST_TO_TEST { None } else { predicts(items, &defaults) };
    let (evidence, calibration) = tested.unwrap_or((untested, Vec::new()));
    let fitted = if evidence.kept { train(items) } else { None };
    let parameters = fitted.map_or(defaults, |fitted| shrunk(&defaults, &fitted, items.len()));
    Fit { parameters, evidence: Some(Evidence { kept: fitted.is_some(), ..evidence }), calibration }
}

/// Fits to the older reviews and asks for the newest.
fn predicts(items: &[TrainingItem], defaults: &Parameters) -> Option<(Evidence, Vec<CalibrationBin>)> {
    let (older, newest) = items.split_at(items.len() - items.len() / HELD_BACK);
    let trial = shrunk(defaults, &train(older)?, older.len());
    let (before, after) = (log_loss(defaults, newest)?, log_loss(&trial, newest)?);
    let kept = after < before;
    let calibration = calibrated(if kept { &trial } else { defaults }, newest);
    Some((Evidence { reviews: items.len(), held_back: newest.len(), before, after, kept }, calibration))
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

/// What was predicted in a range of recalls, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationBin {
    /// Mean predicted recall, 0 to 1.
    pub predicted: f32,
    /// Share that was recalled.
    pub actual: f32,
    /// Reviews.
    pub count: usize,
}

/// Holds predictions of reviews against what came of them: bins of equal size, by predicted recall.
fn calibrated(trial: &Parameters, newest: &[TrainingItem]) -> Vec<CalibrationBin> {
    const MOST_BINS: usize = 6;
    const LEAST_IN_BIN: usize = 40;
    let memory = Memory::new(*trial);
    let mut said: Vec<(f32, bool)> = newest.iter().filter_map(|item| predicted(&memory, item)).collect();
    said.sort_by(|a, b| a.0.total_cmp(&b.0));
    let bin = |chunk: &[(f32, bool)]| CalibrationBin {
        predicted: chunk.iter().map(|(recall, _)| recall).sum::<f32>() / chunk.len() as f32,
        actual: chunk.iter().filter(|(_, passed)| *passed).count() as f32 / chunk.len() as f32,
        count: chunk.len(),
    };
    let bins = (said.len() / LEAST_IN_BIN).clamp(1, MOST_BINS);
    said.chunks(said.len().div_ceil(bins).max(1)).map(bin).collect()
}

/// The recall predicted for the last answer of an item, and whether it was a pass.
fn predicted(memory: &Memory, item: &TrainingItem) -> Option<(f32, bool)> {
    let ((last, days), before) = item.reviews.split_last()?;
    let ((first, _), rest) = before.split_first()?;
    let mut state = memory.first(*first);
    for (rating, days) in rest {
        state = memory.next(state, memory.recall(*days as f32, state.stability), *rating);
    }
    Some((memory.recall(*days as f32, state.stability), last.is_pass()))
}

/// The newest reviews a fit looks at: more do not change it, as old ones hardly count, and would take seconds.
const MOST_REVIEWS: usize = 50_000;

/// Where the newest reviews begin, if there are more than a fit looks at.
pub fn from<T: Ord + Copy>(times: impl Iterator<Item = T>) -> Option<T> {
    let mut times: Vec<T> = times.collect();
    let place = times.len().checked_sub(MOST_REVIEWS)?;
    if place == 0 {
        return None;
    }
    Some(*times.select_nth_unstable(place).1)
}

/// What to fit to when a day counts as one answer: each later answer of each card with those before it, in the order of days.
pub fn days_items<'a>(cards: impl IntoIterator<Item = &'a [DayAnswer]> + Clone) -> Vec<TrainingItem> {
    let since = from(cards.clone().into_iter().flat_map(|answers| answers.iter().skip(1)).map(|answer| answer.day));
    let mut items: Vec<(StudyDay, TrainingItem)> = Vec::new();
    for (number, answers) in (0..).zip(cards) {
        let mut reviews = Vec::with_capacity(answers.len());
        let mut before: Option<StudyDay> = None;
        for answer in answers {
            let days = before.map_or(0, |before| answer.day.days_since(before).max(0));
            reviews.push((answer.rating, u32::try_from(days).unwrap_or(0)));
            if before.is_some() && since.is_none_or(|since| answer.day >= since) {
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
        assert_eq!(fit(&[]), Fit { parameters: default_parameters(), evidence: None, calibration: Vec::new() });
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

    #[test]
    fn predictions_are_held_against_what_came() {
        // One card in four is forgotten after ten days, whatever a model thinks of it.
        let items: Vec<TrainingItem> =
            (0..600).map(|card| item(card, &[(Rating::Good, 0), (if card % 4 == 0 { Rating::Again } else { Rating::Good }, 10)])).collect();
        let bins = fit(&items).calibration;
        assert_eq!(bins.iter().map(|bin| bin.count).sum::<usize>(), 120);
        assert!(bins.iter().all(|bin| (bin.actual - 0.75).abs() < 1e-6 && (bin.predicted - 0.75).abs() < 0.08), "{bins:?}");
        assert!(fit(&items[..150]).calibration.is_empty(), "too few");
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
