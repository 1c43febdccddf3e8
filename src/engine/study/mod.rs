//! A study session: which cards, in which order, how an answer is judged.

pub mod answer;
pub mod queue;
pub mod session;

pub use answer::{Response, Verdict, judge, propose};
pub use queue::{Candidate, Limits, Queue, build, follow};
pub use session::{Next, Session};
