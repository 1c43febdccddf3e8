//! The words of the field as plain values with checked constructors.
//!
//! **Invariant:** no serde, no I/O, no clock, no chance. Everything above imports from here; this imports nothing of ours.

pub mod blueprint;
pub mod card;
pub mod cloze;
pub mod deck;
pub mod id;
pub mod issue;
pub mod item;
pub mod markup;
pub mod memory;
pub mod rating;
pub mod response;
pub mod review;
pub mod roadmap;
pub mod sitting;
pub mod text;
pub mod time;

pub use blueprint::{Blueprint, BlueprintDomain, Draw, Driver, ExamStatus, Scoring};
pub use card::{CardPhase, CardState, Due, Flag};
pub use deck::{Card, CardKind, Citation, Deck, Difference, Domain, Face, Note, NoteBody, Patch, Source};
pub use id::{CardId, DeckId, DomainId, IdError, NoteId, SourceId};
pub use issue::{Issue, Location, Severity};
pub use item::{Case, Choice, Exhibit, Match, Opt, Order, Question, QuestionBody, Typed};
pub use memory::{DesiredRetention, MemoryState};
pub use rating::Rating;
pub use response::Response;
pub use review::{Answer, Carried, Fact, FactBody, FactId, ForeignLog, MarkKind, Policy, Review, Told, number_of};
pub use roadmap::{Phase, Roadmap, Role, Skill, Step};
pub use sitting::{
    Cause, Confidence, EndReason, ExamEvent, ExamFact, Form, FormDomain, FormItem, Moment, SittingRecord, SittingRules, SittingStart,
    Steady,
};
pub use time::{Clock, Now, StudyDay, Timestamp, UtcOffset};
