//! Ascertain: a desktop trainer for cloud and AI security certifications.
//!
//! The house, from the ground up: [`model`] holds the words of the field, `engine` decides and is pure, `library` reads decks,
//! `store` keeps the history, `disk` is the only writer of files. They meet in [`app`], the use cases, which has two clients: `ui`
//! draws the window, [`cli`] prints. `ARCHITECTURE.md` says who may know whom; `tests/it/house.rs` fails where somebody else does.
#![forbid(unsafe_code)]

pub mod app;
pub mod cli;
mod disk;
pub mod engine;
mod export;
mod import;
mod library;
pub mod model;
mod store;

#[cfg(feature = "fuzzing")]
pub use import::{fuzz_archive, fuzz_text};

#[cfg(feature = "gui")]
pub mod ui;
