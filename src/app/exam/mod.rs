//! Mock exams: what can be sat, the attempt under way, the reports. A mock is evidence about the learner and never writes a review.

mod form;
mod plan;
mod report;
mod save;
mod sit;
mod text;

pub(super) use form::{domain_draws, draws_any};
pub use plan::{ExtraTime, Only, Prepared, Quiz, SittingPlan, What};
pub use report::{ExamReport, ReportItem, time_words};
pub use save::ReportFormat;
pub use sit::{Acted, Exam};

use super::{Collection, Error};
use crate::model::{Blueprint, Driver, ExamStatus, FactId, Moment, Now, Scoring};
use std::sync::Arc;

/// An exam in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct ExamRow {
    /// The blueprint.
    pub exam: Arc<Blueprint>,
    /// Questions, time and cut score in a line.
    pub facts: String,
    /// "Back and forth", "No way back", …
    pub driver: &'static str,
    /// "retired on …", if it cannot be sat any more.
    pub status: String,
    /// Domains whose weight the issuer does not confirm.
    pub unconfirmed: usize,
    /// Questions that could be drawn, and how many the exam has.
    pub questions: (usize, u32),
    /// Finished attempts, newest first.
    pub attempts: Vec<AttemptRow>,
}

/// An attempt in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct AttemptRow {
    /// Names it.
    pub id: FactId,
    /// The exam's title.
    pub title: String,
    /// The exam's id, for one of the list.
    pub exam: Option<String>,
    /// When it was begun.
    pub made: Now,
    /// The score as it is shown, and the cut; none while it goes on.
    pub score: Option<(u32, Option<u32>)>,
    /// Whether it is a pass.
    pub passed: Option<bool>,
    /// Credit and questions that count.
    pub right: (f64, u32),
}

/// How a driver moves, in a few words.
pub fn driver_words(driver: &Driver) -> &'static str {
    match driver {
        Driver::Linear => "back and forth",
        Driver::Sectioned(_) => "sections, each left for good",
        Driver::ForwardOnly => "no way back",
        Driver::Adaptive { .. } => "adaptive, no way back",
    }
}

/// Where it passes, in words; empty if the issuer does not say.
pub fn pass_words(scoring: &Scoring) -> String {
    match scoring {
        Scoring::Scaled { max, pass, .. } => format!("pass at {pass} of {max}"),
        Scoring::Percent { pass } => format!("pass at {pass} %"),
        Scoring::Unpublished => "passing score not published".to_owned(),
    }
}

fn facts(exam: &Blueprint) -> String {
    let (fewest, most) = exam.questions;
    let questions = if fewest == most { format!("{most} questions") } else { format!("{fewest}–{most} questions") };
    format!("{questions} · {} min · {}", exam.minutes, pass_words(&exam.scoring))
}

fn status_words(status: &ExamStatus) -> String {
    match status {
        ExamStatus::Current => String::new(),
        ExamStatus::Announced => "announced".to_owned(),
        ExamStatus::Retired { on, successor } => {
            let after = successor.as_ref().map(|id| format!(", succeeded by {id}")).unwrap_or_default();
            format!("retired on {}{after}", on.format("%-d %B %Y"))
        }
    }
}

impl Collection {
    /// All clocks at once.
    pub(super) fn moment(&self) -> Moment {
        let monotonic_millis = i64::try_from(self.monotonic().as_millis()).unwrap_or(i64::MAX);
        Moment { now: self.now(), monotonic_millis, steady: self.clock.steady() }
    }

    /// The exams that can be sat: the target first, then by title, retired ones last.
    pub fn exam_rows(&self) -> Result<Vec<ExamRow>, Error> {
        let attempts = self.attempts()?;
        let target = self.target_exam().map(|exam| exam.id.clone());
        let mut rows: Vec<ExamRow> = (self.exams().into_iter())
            .map(|exam| ExamRow {
                facts: facts(&exam),
                driver: driver_words(&exam.driver),
                status: status_words(&exam.status),
                unconfirmed: exam.domains.iter().filter(|domain| !domain.confirmed).count(),
                questions: (self.drawable(&exam), exam.questions.1),
                attempts: attempts.iter().filter(|attempt| attempt.exam.as_deref() == Some(exam.id.as_str())).cloned().collect(),
                exam,
            })
            .collect();
        let retired = |row: &ExamRow| matches!(row.exam.status, ExamStatus::Retired { .. });
        rows.sort_by_key(|row| (Some(&row.exam.id) != target.as_ref(), retired(row), row.exam.issuer.is_empty(), row.exam.title.clone()));
        Ok(rows)
    }

    /// Finished attempts, newest first.
    pub fn attempts(&self) -> Result<Vec<AttemptRow>, Error> {
        let finished = self.store.sittings()?.into_iter().filter_map(|head| {
            let result = head.result?;
            Some(AttemptRow {
                id: head.id,
                title: head.title,
                exam: head.exam,
                made: head.made,
                score: Some((result.shown, result.shown_cut)),
                passed: result.passed,
                right: (result.raw, result.counted),
            })
        });
        Ok(finished.collect())
    }
}
