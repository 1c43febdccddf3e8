//! Facts: what happened, kept for ever. Everything else can be folded from them again.

use super::card::{CardPhase, Due};
use super::id::CardId;
use super::memory::{DesiredRetention, MemoryState};
use super::rating::Rating;
use super::time::{Now, StudyDay, Timestamp};
use super::{CardKind, Flag};

/// Names a fact for ever: which data folder wrote it, and its number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactId {
    /// 64 random bits, drawn once per data folder.
    pub device: u64,
    /// Counted up from 1 on that device.
    pub sequence: u64,
}

/// One answer to one card.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// The card that was answered.
    pub card: CardId,
    /// How it was rated.
    pub rating: Rating,
    /// Thinking time in milliseconds, capped so that a coffee break spoils nothing.
    pub taken_millis: u32,
    /// Version of the scheduling rules that were in force.
    pub scheduler: u16,
    /// The policy that was in force; none for the defaults.
    pub policy: Option<FactId>,
    /// Hash of the card's text as it was shown.
    pub text_hash: u64,
    /// What kind of card was shown.
    pub kind: CardKind,
}

/// What a learner may say about a card besides answering it.
#[derive(Debug, Clone, PartialEq)]
pub enum MarkKind {
    /// Take it out of study.
    Suspend,
    /// Put it back.
    Unsuspend,
    /// Hide it until a study day.
    Bury(StudyDay),
    /// Show it again today.
    Unbury,
    /// Flag it, or take the flag away.
    Flag(Option<Flag>),
    /// Write something about it; empty takes the words away.
    Remark(String),
    /// Say that the key is wrong, or that it is right after all.
    Dispute(bool),
    /// Say that the card is known already, or that it is not after all: it comes later, to be checked.
    Claim(bool),
    /// Forget all answers, as if it were new.
    Reset,
    /// Make it due on a study day.
    SetDue(StudyDay),
    /// Stand where it stood in another program.
    Carry(Carried),
}

impl MarkKind {
    /// The word in the history and its exports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Unsuspend => "unsuspend",
            Self::Bury(_) => "bury",
            Self::Unbury => "unbury",
            Self::Flag(_) => "flag",
            Self::Remark(_) => "remark",
            Self::Dispute(_) => "dispute",
            Self::Claim(_) => "claim",
            Self::Reset => "reset",
            Self::SetDue(_) => "set-due",
            Self::Carry(_) => "carry",
        }
    }
}

/// Where a card stood in the program it comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Carried {
    /// Where it stood; never new.
    pub phase: CardPhase,
    /// What the memory model believes.
    pub memory: MemoryState,
    /// When it is due.
    pub due: Due,
    /// Which short step it is in, from 0.
    pub step: u8,
    /// Answers so far.
    pub reps: u32,
    /// Lapses so far.
    pub lapses: u32,
    /// When it was first answered.
    pub first_review: Timestamp,
    /// When it was last answered.
    pub last_review: Timestamp,
}

/// An answer in brief.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// When.
    pub at: Now,
    /// The rating.
    pub rating: Rating,
    /// Thinking time in milliseconds.
    pub taken_millis: u32,
}

/// What another program knew of a card, as one import brings it. Written together; each answer and mark is a fact like any other, named
/// by `device` and a number of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignLog {
    /// The card.
    pub card: CardId,
    /// A number made of the card, so that the same log brought twice has the same names.
    pub device: u64,
    /// Version of the scheduling rules the answers are folded with.
    pub scheduler: u16,
    /// The policy they are folded with; none for the defaults.
    pub policy: Option<FactId>,
    /// Hash of the card's text as it was imported.
    pub text_hash: u64,
    /// What kind of card it is.
    pub kind: CardKind,
    /// Answers, in the order of time; the number of each is its instant.
    pub answers: Vec<Answer>,
    /// Marks, each with its number and when it was made.
    pub marks: Vec<(u64, Now, MarkKind)>,
}

impl ForeignLog {
    /// The name of the whole: that of its first fact. None if it is empty.
    pub fn name(&self) -> Option<FactId> {
        let first = self.answers.first().map(|answer| number_of(answer.at.at));
        let sequence = first.or_else(|| self.marks.first().map(|(number, ..)| *number))?;
        Some(FactId { device: self.device, sequence })
    }

    /// The facts it stands for, the one that gives it its name first.
    pub fn facts(&self) -> impl Iterator<Item = Fact> {
        let reviews = self.answers.iter().map(|answer| {
            let review = Review {
                card: self.card.clone(),
                rating: answer.rating,
                taken_millis: answer.taken_millis,
                scheduler: self.scheduler,
                policy: self.policy,
                text_hash: self.text_hash,
                kind: self.kind,
            };
            Fact { id: FactId { device: self.device, sequence: number_of(answer.at.at) }, at: answer.at, body: FactBody::Review(review) }
        });
        let marks = self.marks.iter().map(|(sequence, at, mark)| {
            let id = FactId { device: self.device, sequence: *sequence };
            Fact { id, at: *at, body: FactBody::Mark(self.card.clone(), mark.clone()) }
        });
        reviews.chain(marks)
    }
}

/// The number of a fact of another program: when it happened.
pub fn number_of(at: Timestamp) -> u64 {
    at.0.unsigned_abs().max(1)
}

/// What a learner was told of the chance of passing on a day. Shares are from 0 to 1, intervals hold with 80 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Told {
    /// The study day.
    pub day: StudyDay,
    /// The day of the exam, as it stood then.
    pub exam_day: StudyDay,
    /// The chance of passing.
    pub chance: f64,
    /// Its interval.
    pub chance_interval: (f64, f64),
    /// The share of the exam's questions that would be right if it were sat on this day.
    pub share: f64,
    /// Its interval.
    pub share_interval: (f64, f64),
    /// Mock exams it rests on.
    pub mocks: u32,
}

/// The rules in force from here on. Because they are facts too, folding gives the same schedule again.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// FSRS parameters, 21 of them; empty for the published defaults.
    pub parameters: Vec<f32>,
    /// The chance of recall at which a review is due.
    pub desired_retention: DesiredRetention,
    /// Short steps of a new card, in seconds.
    pub learning_steps: Vec<u32>,
    /// Short steps of a forgotten card, in seconds.
    pub relearning_steps: Vec<u32>,
    /// Local hour at which a study day starts, 0 to 23.
    pub rollover_hour: u8,
    /// Longest interval in days.
    pub maximum_interval_days: u32,
    /// Whether intervals are spread a little, so that cards learned together do not come back together.
    pub fuzz: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            parameters: Vec::new(),
            desired_retention: DesiredRetention::DEFAULT,
            learning_steps: vec![60, 600],
            relearning_steps: vec![600],
            rollover_hour: 4,
            maximum_interval_days: 36_500,
            fuzz: true,
        }
    }
}

/// What a fact says.
#[derive(Debug, Clone, PartialEq)]
pub enum FactBody {
    /// A card was answered.
    Review(Review),
    /// Something was said about a card.
    Mark(CardId, MarkKind),
    /// Other rules apply from here on.
    Policy(Policy),
    /// Another fact is taken back.
    Withdrawal(FactId),
}

/// One row of history.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Its name.
    pub id: FactId,
    /// When it happened, with the local offset of that moment.
    pub at: Now,
    /// What happened.
    pub body: FactBody,
}
