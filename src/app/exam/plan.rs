//! What a learner wants to sit.

use crate::model::{DeckId, DomainId, SittingRules};
use std::collections::BTreeSet;

/// Time beyond the usual, as test centres grant it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExtraTime {
    /// None.
    #[default]
    None,
    /// A quarter more.
    Quarter,
    /// Half as much again.
    Half,
    /// Thirty minutes, as for candidates whose first language is another.
    Language,
}

impl ExtraTime {
    /// All of them, with their words.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::None, "No extra time"), (Self::Quarter, "+25 %"), (Self::Half, "+50 %"), (Self::Language, "+30 min, language")];

    pub(super) fn minutes(self, usual: u32) -> u32 {
        match self {
            Self::None => usual,
            Self::Quarter => usual + usual.div_ceil(4),
            Self::Half => usual + usual.div_ceil(2),
            Self::Language => usual + 30,
        }
    }

    pub(super) fn words(self) -> String {
        let words = Self::ALL.into_iter().find(|(one, _)| *one == self && self != Self::None);
        words.map(|(_, words)| words.to_owned()).unwrap_or_default()
    }
}

/// Which questions a quiz of one's own takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Only {
    /// Any.
    #[default]
    Any,
    /// Those answered wrongly when they were last asked in a mock exam.
    Missed,
    /// Those with a flag.
    Flagged,
    /// Those never asked in a mock exam.
    Unseen,
}

/// A quiz of one's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Quiz {
    /// Decks; none for all.
    pub decks: BTreeSet<DeckId>,
    /// Domains of decks; none for all.
    pub domains: BTreeSet<(DeckId, DomainId)>,
    /// Tags, of which a note needs one; none for all.
    pub tags: Vec<String>,
    /// Which questions.
    pub only: Only,
    /// How many.
    pub count: u32,
    /// Minutes; none without a clock.
    pub minutes: Option<u32>,
    /// Reasons after each question.
    pub reasons_at_once: bool,
}

impl Default for Quiz {
    fn default() -> Self {
        Self {
            decks: BTreeSet::new(),
            domains: BTreeSet::new(),
            tags: Vec::new(),
            only: Only::Any,
            count: 20,
            minutes: None,
            reasons_at_once: true,
        }
    }
}

/// What is to be sat.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// An exam of the list.
    Exam(DeckId),
    /// A quiz of one's own.
    Quiz(Quiz),
}

/// What is to be sat, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct SittingPlan {
    /// What.
    pub what: What,
    /// No pause, as in the test centre.
    pub strict: bool,
    /// Time beyond the usual.
    pub extra: ExtraTime,
    /// Ask how sure the learner is.
    pub ask_confidence: bool,
}

/// What an attempt would be, said before the clock starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// What it is called.
    pub title: String,
    /// Its rules.
    pub rules: SittingRules,
    /// Questions it would have, and how many the blueprint wants.
    pub questions: (u32, u32),
    /// Questions that do not count.
    pub unscored: u32,
    /// Domains with the questions wanted and there.
    pub domains: Vec<(String, u32, u32)>,
    /// What is not as in the exam, in sentences.
    pub warnings: Vec<String>,
}
