//! What is known of one question in an attempt.

use super::Refusal;
use crate::model::{Cause, Confidence, ExamEvent, Question, QuestionBody, Response};
use std::collections::BTreeSet;

/// One question's state.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ItemState {
    /// Whether it was shown.
    pub visited: bool,
    /// The answer as it stands.
    pub response: Option<Response>,
    /// The answers it was left with, each time it was left with another one.
    pub settled: Vec<Option<Response>>,
    /// Options struck through, by the author's number.
    pub struck: BTreeSet<usize>,
    /// Highlighted stretches of the stem, as character positions.
    pub highlights: Vec<(u32, u32)>,
    /// A note to oneself.
    pub note: String,
    /// Flagged for review.
    pub flagged: bool,
    /// How sure the learner is.
    pub confidence: Option<Confidence>,
    /// Whether the reasons were shown.
    pub checked: bool,
    /// Milliseconds it was on the screen.
    pub taken_millis: i64,
    /// Why it was missed, as the learner says.
    pub cause: Option<Cause>,
}

impl ItemState {
    /// Whether there is an answer.
    pub fn is_answered(&self) -> bool {
        self.response.as_ref().is_some_and(|response| !response.is_empty())
    }

    pub(super) fn settle(&mut self) {
        if self.settled.last() != Some(&self.response) && (self.response.is_some() || !self.settled.is_empty()) {
            self.settled.push(self.response.clone());
        }
    }

    /// Carries out an event that concerns this question alone.
    pub(super) fn apply(&mut self, event: &ExamEvent) {
        match event {
            ExamEvent::Respond(_, response) => self.response.clone_from(response),
            ExamEvent::Strike(_, option, true) => {
                self.struck.insert(*option);
            }
            ExamEvent::Strike(_, option, false) => {
                self.struck.remove(option);
            }
            ExamEvent::Highlight(_, ranges) => self.highlights.clone_from(ranges),
            ExamEvent::Note(_, words) => self.note.clone_from(words),
            ExamEvent::Flag(_, on) => self.flagged = *on,
            ExamEvent::Confidence(_, confidence) => self.confidence = Some(*confidence),
            ExamEvent::Check(_) => self.checked = true,
            ExamEvent::Cause(_, cause) => self.cause = *cause,
            _ => {}
        }
    }
}

/// How many options may be chosen; none for other kinds.
pub fn max_choices(question: &Question) -> Option<usize> {
    match &question.body {
        QuestionBody::Choice(choice) => Some(choice.key_count()),
        _ => None,
    }
}

pub(super) fn has_option(question: &Question, option: usize) -> bool {
    matches!(&question.body, QuestionBody::Choice(choice) if option < choice.options.len())
}

/// Whether a response is one to this question: of its kind, within its parts, with no more choices than it has keys.
pub fn fits(question: &Question, response: &Response) -> Result<(), Refusal> {
    let inside = match (&question.body, response) {
        (QuestionBody::Choice(choice), Response::Chosen(chosen)) => {
            if chosen.len() > choice.key_count() {
                return Err(Refusal::TooMany);
            }
            chosen.iter().all(|option| *option < choice.options.len())
        }
        (QuestionBody::Order(order), Response::Ordered(ordered)) => {
            let distinct: BTreeSet<&usize> = ordered.iter().collect();
            distinct.len() == ordered.len() && ordered.len() == order.steps.len() && ordered.iter().all(|step| *step < order.steps.len())
        }
        (QuestionBody::Match(pairs), Response::Paired(paired)) => {
            let rights = pairs.pairs.len() + pairs.decoys.len();
            paired.len() == pairs.pairs.len() && paired.iter().flatten().all(|right| *right < rights)
        }
        (QuestionBody::Typed(_), Response::Typed(_)) => true,
        _ => false,
    };
    if inside { Ok(()) } else { Err(Refusal::NotThere) }
}
