//! One binary for all integration tests, so that everything is linked once. A module for each capability.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on should stop")]
#![expect(clippy::disallowed_methods, reason = "tests make broken files and wait for real processes")]

mod support;

mod cli;
mod content;
mod crash;
mod decks;
mod editing;
mod exam;
#[cfg(feature = "gui")]
mod exam_gui;
mod exam_kill;
#[cfg(feature = "gui")]
mod formats;
mod gui;
mod house;
mod importing;
mod material_gui;
mod planning;
#[cfg(feature = "gui")]
mod planning_gui;
mod power_cut;
mod study;
mod vfs;
