//! A way through several decks and exams, with things to do in between.

use super::deck::Source;
use super::id::{DeckId, DomainId};
use chrono::NaiveDate;

/// A way from one role to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Roadmap {
    /// Stable for ever.
    pub id: DeckId,
    /// What it is called.
    pub title: String,
    /// The day it was last checked.
    pub as_of: Option<NaiveDate>,
    /// How long it takes, in words.
    pub span: String,
    /// Its phases in order.
    pub phases: Vec<Phase>,
    /// The roles it leads to.
    pub roles: Vec<Role>,
    /// The skills those need.
    pub skills: Vec<Skill>,
    /// Where its claims come from.
    pub sources: Vec<Source>,
}

/// A phase of a roadmap.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    /// Names it.
    pub id: DomainId,
    /// What it is called.
    pub title: String,
    /// Weeks it takes; none for an ongoing one.
    pub weeks: Option<u32>,
    /// What to do in it.
    pub steps: Vec<Step>,
}

/// One step of a phase.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Study a deck until it is mastered to a share.
    Study {
        /// The deck.
        deck: DeckId,
        /// The share, 0 to 1.
        mastery: f32,
    },
    /// Do something away from the program.
    Do {
        /// Names it.
        id: DomainId,
        /// What to do.
        title: String,
        /// Minutes it takes.
        minutes: Option<u32>,
        /// How to go about it.
        hint: String,
    },
    /// Sit an exam.
    Sit {
        /// The exam.
        exam: DeckId,
        /// The share that passes, 0 to 1.
        pass: f32,
    },
}

/// A role.
#[derive(Debug, Clone, PartialEq)]
pub struct Role {
    /// Names it.
    pub id: DomainId,
    /// What it is called.
    pub title: String,
    /// Pay by level.
    pub pay: Vec<Pay>,
    /// Skills it needs, each with how much of it, 0 to 1.
    pub needs: Vec<(DomainId, f32)>,
}

/// Pay at a level, in thousands of US dollars a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Pay {
    /// The level.
    pub level: String,
    /// Years of experience, in words.
    pub years: String,
    /// Lowest.
    pub low: f32,
    /// Highest.
    pub high: f32,
}

/// A skill and the decks that teach it.
#[derive(Debug, Clone, PartialEq)]
pub struct Skill {
    /// Names it.
    pub id: DomainId,
    /// What it is called.
    pub title: String,
    /// The decks.
    pub decks: Vec<DeckId>,
}
