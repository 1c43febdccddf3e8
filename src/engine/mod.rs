//! Decisions, and nothing else: scheduling, the study session, judging answers, the plan to an exam, search, statistics.
//!
//! **Invariant:** same inputs, same outputs. The instant, the study day and the random source are arguments.

pub mod exam;
pub mod forecast;
pub mod plan;
pub mod query;
pub mod scheduler;
pub mod stats;
pub mod study;
