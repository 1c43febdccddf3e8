//! A mock exam as it is written into the history: what was asked, under which rules, and everything that happened in it.

use super::blueprint::{Driver, Scoring};
use super::id::{CardId, DeckId, DomainId};
use super::response::Response;
use super::review::FactId;
use super::time::Now;

/// The machine's clocks at one moment. The wall clock can be set and the monotonic one may stand still while the machine sleeps, so
/// a third is kept where there is one: the time since the machine was started, sleep included, with the name of that start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The wall clock.
    pub now: Now,
    /// Milliseconds since the program was started.
    pub monotonic_millis: i64,
    /// The steady clock.
    pub steady: Option<Steady>,
}

/// A clock that no person and no time server sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steady {
    /// Names what it counts from, such as a start of the machine: readings with different names cannot be subtracted.
    pub origin: u64,
    /// Milliseconds since then.
    pub millis: i64,
    /// Whether it goes on while the machine sleeps.
    pub counts_sleep: bool,
}

impl Moment {
    /// Milliseconds that truly passed since an earlier moment; never negative. Between readings of one steady clock that clock
    /// decides, so setting the wall clock neither gives time nor takes it. After a restart of the machine it is the wall clock, but
    /// at least the time the machine has been up since.
    pub fn millis_since(&self, earlier: &Self) -> i64 {
        let wall = self.now.at.millis_since(earlier.now.at).max(0);
        match (earlier.steady, self.steady) {
            (Some(before), Some(after)) if before.origin == after.origin => {
                let steady = after.millis.saturating_sub(before.millis).max(0);
                if after.counts_sleep { steady } else { steady.max(wall) }
            }
            (Some(_), Some(after)) if after.counts_sleep => wall.max(after.millis),
            _ => wall,
        }
    }

    /// By how much the wall clock was set since an earlier moment, in milliseconds; none if that cannot be known.
    pub fn clock_set_since(&self, earlier: &Self) -> Option<i64> {
        match (earlier.steady, self.steady) {
            (Some(before), Some(after)) if before.origin == after.origin && after.counts_sleep => {
                Some(self.now.at.millis_since(earlier.now.at) - (after.millis - before.millis))
            }
            _ => None,
        }
    }
}

/// One question of a form.
#[derive(Debug, Clone, PartialEq)]
pub struct FormItem {
    /// The question's card.
    pub card: CardId,
    /// Hash of the text as it is asked; the text is kept with the history.
    pub text_hash: u64,
    /// Which of the form's domains it is drawn for.
    pub domain: usize,
    /// Which of the form's sections it stands in; 0 where there are none.
    pub section: usize,
    /// Whether it counts.
    pub scored: bool,
    /// The order in which options, steps or right sides are shown, in the author's numbers.
    pub order: Vec<usize>,
    /// Expected share of just-passing candidates who get it right, 0 to 1.
    pub expect: f32,
}

/// A domain of a form.
#[derive(Debug, Clone, PartialEq)]
pub struct FormDomain {
    /// Names it.
    pub id: DomainId,
    /// What it is called.
    pub title: String,
    /// Its share of the exam in per cent, if known.
    pub weight: Option<f32>,
    /// How many questions the blueprint wants; the form may have fewer.
    pub wanted: u32,
}

/// The questions of one attempt. For an adaptive exam it is the pool they are taken from.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// Drawn again with this seed over the same decks and history, it is the same form.
    pub seed: u64,
    /// Its domains.
    pub domains: Vec<FormDomain>,
    /// Titles of the sections; none where the exam has none.
    pub sections: Vec<String>,
    /// The questions in the order they are asked.
    pub items: Vec<FormItem>,
}

/// The rules of one attempt, fixed when it begins.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and none excludes another")]
pub struct SittingRules {
    /// The exam; none for a quiz of one's own.
    pub exam: Option<DeckId>,
    /// What it is called.
    pub title: String,
    /// How it is driven.
    pub driver: Driver,
    /// How it is scored.
    pub scoring: Scoring,
    /// Whether a partly right answer counts in part.
    pub partial_credit: bool,
    /// Milliseconds there are; none without a clock.
    pub limit_millis: Option<i64>,
    /// No pause, as in the test centre.
    pub strict: bool,
    /// Reasons are shown after each question.
    pub reasons_at_once: bool,
    /// Whether the learner is asked how sure they are.
    pub ask_confidence: bool,
    /// Time that was added, in words for the report; empty for none.
    pub extra_time: String,
}

/// The first fact of an attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct SittingStart {
    /// The rules.
    pub rules: SittingRules,
    /// The questions.
    pub form: Form,
}

/// How sure a learner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// A guess.
    Guess,
    /// Not sure.
    Unsure,
    /// Sure.
    Sure,
}

impl Confidence {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Guess, Self::Unsure, Self::Sure];

    /// In a word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Guess => "Guess",
            Self::Unsure => "Unsure",
            Self::Sure => "Sure",
        }
    }
}

/// Why a question was missed, as the learner sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Did not know it.
    Knowledge,
    /// Misread the question.
    Misread,
    /// Knew it and reasoned wrongly.
    Reasoning,
    /// Ran out of time.
    Time,
}

impl Cause {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Knowledge, Self::Misread, Self::Reasoning, Self::Time];

    /// In a few words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Knowledge => "did not know",
            Self::Misread => "misread",
            Self::Reasoning => "reasoned wrongly",
            Self::Time => "ran out of time",
        }
    }
}

/// Why an attempt is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// The learner ended it.
    Submitted,
    /// The time was up.
    TimeUp,
    /// An adaptive exam had enough evidence, or no more questions.
    Decided,
}

/// Something that happened in an attempt. `usize` is a place in the form, from 0.
#[derive(Debug, Clone, PartialEq)]
pub enum ExamEvent {
    /// The clock starts, at the first question.
    Begin(usize),
    /// Another question is shown.
    Enter(usize),
    /// The answer is now this; none takes it away.
    Respond(usize, Option<Response>),
    /// An option is struck through, or not any more.
    Strike(usize, usize, bool),
    /// These stretches of the stem are highlighted, as character positions of its plain text.
    Highlight(usize, Vec<(u32, u32)>),
    /// A note to oneself.
    Note(usize, String),
    /// Flagged for review, or not any more.
    Flag(usize, bool),
    /// How sure the learner is.
    Confidence(usize, Confidence),
    /// The reasons were shown, which fixes the answer.
    Check(usize),
    /// The clock stands still.
    Pause,
    /// It goes on.
    Resume,
    /// The machine slept or the program was closed for so many milliseconds; the clock went on.
    Away(i64),
    /// So many milliseconds away count as a pause after all.
    Forgive(i64),
    /// It is over.
    End(EndReason),
    /// Afterwards: why a question was missed.
    Cause(usize, Option<Cause>),
}

/// An event with its moment.
#[derive(Debug, Clone, PartialEq)]
pub struct ExamFact {
    /// Its name.
    pub id: FactId,
    /// When.
    pub moment: Moment,
    /// What.
    pub event: ExamEvent,
}

/// One attempt as the history has it.
#[derive(Debug, Clone, PartialEq)]
pub struct SittingRecord {
    /// Names it.
    pub id: FactId,
    /// When it was made.
    pub made: Now,
    /// What was asked, and the rules.
    pub start: SittingStart,
    /// What happened, in order.
    pub events: Vec<ExamFact>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Timestamp, UtcOffset};

    fn moment(wall: i64, origin: u64, steady: i64, counts_sleep: bool) -> Moment {
        let now = Now { at: Timestamp(wall), offset: UtcOffset(0) };
        Moment { now, monotonic_millis: 0, steady: Some(Steady { origin, millis: steady, counts_sleep }) }
    }

    #[test]
    fn no_setting_of_the_clock_gives_or_takes_time() {
        let start = moment(1_000_000, 1, 500, true);
        let check = |later: Moment, expected: i64, set: Option<i64>| {
            assert_eq!((later.millis_since(&start), later.clock_set_since(&start)), (expected, set), "{later:?}");
        };
        check(moment(1_060_000, 1, 60_500, true), 60_000, Some(0));
        // Set an hour forward, or a day back, while a minute went by.
        check(moment(4_660_000, 1, 60_500, true), 60_000, Some(3_600_000));
        check(moment(-85_340_000, 1, 60_500, true), 60_000, Some(-86_400_000));
        // The machine was started again: the wall clock counts, and at least the time it has been up.
        check(moment(1_300_000, 2, 20_000, true), 300_000, None);
        check(moment(900_000, 2, 20_000, true), 20_000, None);
        // A steady clock that stands still in sleep: whichever says more.
        check(moment(1_300_000, 1, 60_500, false), 300_000, None);
        check(moment(1_000_000, 1, 60_500, false), 60_000, None);
        let without = Moment { steady: None, ..moment(1_002_000, 0, 0, true) };
        check(without, 2_000, None);
    }
}
