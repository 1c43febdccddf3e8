//! What is known of one card: a fold over its facts, cached so that a day starts quickly.

use super::memory::MemoryState;
use super::time::{Now, StudyDay, Timestamp};

/// Where a card stands between unseen and remembered. The words are Anki's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CardPhase {
    /// Never answered.
    #[default]
    New,
    /// In the first short steps.
    Learning,
    /// Scheduled by days.
    Review,
    /// Forgotten, back in short steps.
    Relearning,
}

/// When a card wants to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// From this study day on.
    Day(StudyDay),
    /// From this instant on: a short step.
    At(Timestamp),
}

/// One of Anki's seven coloured flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Flag(u8);

impl Flag {
    /// How many there are.
    pub const COUNT: u8 = 7;

    /// Flag 1 to 7; anything else is none.
    pub fn new(number: u8) -> Option<Self> {
        (1..=Self::COUNT).contains(&number).then_some(Self(number))
    }

    /// 1 to 7.
    pub fn number(self) -> u8 {
        self.0
    }
}

/// All that the facts about one card add up to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CardState {
    /// Where the card stands.
    pub phase: CardPhase,
    /// What the memory model believes; none before the first answer.
    pub memory: Option<MemoryState>,
    /// When it is due; none while new.
    pub due: Option<Due>,
    /// Which short step it is in, from 0; only meaningful while learning or relearning.
    pub step: u8,
    /// Answers so far, counting from the last reset.
    pub reps: u32,
    /// Times it was forgotten after it had been learned.
    pub lapses: u32,
    /// When it was first answered.
    pub first_review: Option<Now>,
    /// When it was last answered.
    pub last_review: Option<Now>,
    /// Taken out of study until it is put back.
    pub suspended: bool,
    /// Hidden until this study day.
    pub buried_until: Option<StudyDay>,
    /// A coloured flag.
    pub flag: Option<Flag>,
    /// What the learner wrote about the card.
    pub remark: String,
    /// The learner says that the key is wrong.
    pub disputed: bool,
    /// Whether the learner said, before the first answer, that it is known.
    pub claimed: bool,
    /// The instant of the newest fact about it. Facts of one card never go back in time, even if the clock does.
    pub changed_at: Option<Timestamp>,
}

impl CardState {
    /// Forgotten so often that the card needs another wording: every `threshold` lapses.
    pub fn is_leech(&self, threshold: u32) -> bool {
        threshold > 0 && self.lapses >= threshold
    }

    /// Whether anything keeps it out of today's study.
    pub fn is_hidden(&self, today: StudyDay) -> bool {
        self.suspended || self.buried_until.is_some_and(|day| day > today)
    }

    /// Whether it is due, as a short step or by day.
    pub fn is_due(&self, now: Timestamp, today: StudyDay) -> bool {
        match self.due {
            Some(Due::Day(day)) => day <= today,
            Some(Due::At(at)) => at <= now,
            None => false,
        }
    }

    /// Days of the current interval, counted from the last answer; 0 while in short steps or new.
    pub fn interval_days(&self, rollover_hour: u8) -> i32 {
        match (self.due, self.last_review) {
            (Some(Due::Day(day)), Some(last)) => day.days_since(last.study_day(rollover_hour)).max(0),
            _ => 0,
        }
    }
}
