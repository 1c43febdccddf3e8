//! Mock exams: forms drawn after a blueprint, the sitting as a state machine, scores that say how sure they are, reports.

pub mod adaptive;
pub mod assemble;
pub mod report;
pub mod score;
pub mod sitting;

pub use adaptive::{Ability, Decision};
pub use assemble::{Assembled, DomainPool, FormPlan, PoolItem, Shortfall, assemble};
pub use report::{DomainRow, ItemRow, Report, Tally};
pub use score::{SCORER_VERSION, Score, credit, score};
pub use sitting::{Act, Gap, ItemState, Refusal, Sitting, Stage};
