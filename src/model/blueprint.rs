//! What an exam asks, how long it takes and what passes.

use super::deck::Source;
use super::id::{DeckId, DomainId};
use chrono::NaiveDate;

/// An exam as its issuer describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Blueprint {
    /// Stable for ever.
    pub id: DeckId,
    /// What it is called.
    pub title: String,
    /// The issuer's code for it.
    pub code: String,
    /// Who issues it.
    pub issuer: String,
    /// The day its figures were last checked.
    pub as_of: Option<NaiveDate>,
    /// Whether it can be sat.
    pub status: ExamStatus,
    /// Fewest and most questions.
    pub questions: (u32, u32),
    /// Questions that do not count, among those.
    pub unscored: u32,
    /// Minutes for the whole exam.
    pub minutes: u32,
    /// How it is scored.
    pub scoring: Scoring,
    /// Whether partly right answers count in part.
    pub partial_credit: bool,
    /// How it is driven.
    pub driver: Driver,
    /// Its domains.
    pub domains: Vec<BlueprintDomain>,
    /// Where the figures come from.
    pub sources: Vec<Source>,
    /// What is not confirmed, for the learner to read.
    pub remarks: String,
}

/// Whether an exam can be sat.
#[derive(Debug, Clone, PartialEq)]
pub enum ExamStatus {
    /// It can.
    Current,
    /// It could until a day.
    Retired {
        /// That day.
        on: NaiveDate,
        /// The exam that follows it.
        successor: Option<DeckId>,
    },
    /// It is announced.
    Announced,
}

/// How an exam is scored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scoring {
    /// On a scale of the issuer's.
    Scaled {
        /// Lowest score.
        min: u32,
        /// Highest score.
        max: u32,
        /// Cut score.
        pass: u32,
    },
    /// In per cent.
    Percent {
        /// Cut score.
        pass: f32,
    },
    /// The issuer does not say.
    Unpublished,
}

/// How a sitting moves from question to question.
#[derive(Debug, Clone, PartialEq)]
pub enum Driver {
    /// Back and forth over all of it.
    Linear,
    /// In sections, each left for good: titles and shares of the questions.
    Sectioned(Vec<(String, f32)>),
    /// No way back.
    ForwardOnly,
    /// Computerised adaptive testing.
    Adaptive {
        /// Fewest questions.
        min: u32,
        /// Most questions.
        max: u32,
        /// Confidence at which it stops.
        confidence: f32,
    },
}

/// A domain of a blueprint.
#[derive(Debug, Clone, PartialEq)]
pub struct BlueprintDomain {
    /// Names it.
    pub id: DomainId,
    /// What it is called.
    pub title: String,
    /// Its share of the questions in per cent; none if not published.
    pub weight: Option<f32>,
    /// Whether the issuer confirms it.
    pub confirmed: bool,
    /// Where its questions come from.
    pub draws: Vec<Draw>,
}

/// Where questions come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Draw {
    /// A whole deck.
    Deck(DeckId),
    /// A domain of a deck.
    Domain(DeckId, DomainId),
    /// Every note with a tag.
    Tag(String),
}
