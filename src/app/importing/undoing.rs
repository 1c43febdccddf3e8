//! Taking an import back: files as they were, and its facts withdrawn.

use super::history::Sums;
use super::keep_previous_in;
use crate::app::{Collection, Error};
use crate::disk;
use crate::engine::scheduler::fold;
use crate::model::{CardId, CardState, FactId};
use crate::store::{StoreError, Writer};
use std::path::PathBuf;

/// How to take an import back.
#[derive(Debug, Default)]
pub(in crate::app) struct ImportUndo {
    pub(super) title: String,
    /// Files written, with the version each took the place of.
    pub(super) files: Vec<(PathBuf, Option<PathBuf>)>,
    /// Names of the logs appended.
    pub(super) facts: Vec<FactId>,
    /// Cards touched: what was known before, and after.
    pub(super) cards: Vec<(Option<CardState>, CardState, CardId)>,
    pub(super) sums: Vec<Sums>,
    /// Cards whose history got another name.
    renamed: Vec<(CardId, CardId)>,
}

impl ImportUndo {
    /// One that only puts files back.
    pub(in crate::app) fn of_files(title: String, files: Vec<(PathBuf, Option<PathBuf>)>) -> Self {
        Self { title, files, ..Self::default() }
    }

    /// One that puts files back and gives cards their names back.
    pub(in crate::app) fn of_move(title: String, files: Vec<(PathBuf, Option<PathBuf>)>, renamed: Vec<(CardId, CardId)>) -> Self {
        Self { title, files, renamed, ..Self::default() }
    }
}

impl Sums {
    /// Adds them to the stored sums, or with a negative sign takes them away.
    pub(super) fn put(&self, tx: &mut Writer<'_>, sign: i64) -> Result<(), StoreError> {
        for (deck, day, counts) in self.days() {
            tx.add_day_sum(day, deck.as_str(), counts.map(|count| sign * count))?;
        }
        for (kind, (passed, taken_millis)) in &self.paces {
            tx.add_pace(*kind, sign * passed, sign * taken_millis)?;
        }
        Ok(())
    }
}

impl Collection {
    /// The title of the import that can be undone.
    pub fn undoable_import(&self) -> Option<&str> {
        self.undo_import.as_ref().map(|undo| undo.title.as_str())
    }

    /// Takes the last import back: what it replaced comes back, what it added goes, answers and schedules among it. Answers given here
    /// since then stay.
    pub fn undo_import(&mut self) -> Result<Option<String>, Error> {
        let Some(undo) = &self.undo_import else { return Ok(None) };
        let (title, replaced, stamp) = (undo.title.clone(), self.paths.replaced(), self.stamp());
        for (path, previous) in &undo.files {
            // What was changed since the import is kept as well.
            keep_previous_in(&replaced, &stamp, path)?;
            match previous {
                Some(kept) => disk::write(path, &disk::read(kept, disk::MAX_TEXT_BYTES)?)?,
                None => disk::remove(path)?,
            }
        }
        let back: Vec<(CardId, CardId)> = undo.renamed.iter().map(|(from, to)| (to.clone(), from.clone())).collect();
        let had_facts = !undo.facts.is_empty();
        let had_history = had_facts || !back.is_empty();
        if had_facts {
            self.withdraw_import()?;
        }
        if !back.is_empty() {
            self.rename_cards(&back)?;
        }
        self.undo_import = None;
        self.load()?;
        if had_history {
            self.reload_history()?;
        }
        Ok(Some(title))
    }

    fn withdraw_import(&mut self) -> Result<(), Error> {
        let Some(undo) = self.undo_import.take() else { return Ok(()) };
        let mut states: Vec<(CardId, CardState)> = Vec::with_capacity(undo.cards.len());
        let withdrawn: std::collections::HashSet<FactId> = undo.facts.iter().copied().collect();
        for (before, after, card) in &undo.cards {
            let untouched = self.cards.get(card).is_some_and(|entry| entry.state == *after);
            let state = if untouched {
                before.clone().unwrap_or_default()
            } else {
                fold(&self.store.facts_without(card, &withdrawn)?, &self.policies)?
            };
            states.push((card.clone(), state));
        }
        let now = self.now();
        let done = self.store.transact(now, |tx| {
            tx.withdraw(&undo.facts)?;
            for (card, state) in &states {
                tx.put_card(card, state)?;
            }
            undo.sums.iter().try_for_each(|sums| sums.put(tx, -1))
        });
        // What could not be taken back stays to be taken back.
        self.undo_import = Some(undo);
        Ok(done?)
    }
}
