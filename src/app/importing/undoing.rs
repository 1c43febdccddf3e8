//! Taking an import back: files as they were, and its facts withdrawn.

use super::history::Sums;
use super::keep_previous_in;
use super::reading::ImportProgress;
use super::work::READING_DECKS;
use crate::app::{Collection, Error, Job, LoadedLibrary, Waker};
use crate::disk;
use crate::engine::scheduler::{Policies, fold};
use crate::import::Progress;
use crate::model::{CardId, CardState, FactId, Now};
use crate::store::{Store, StoreError, Writer};
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

/// Beyond so many cards an import is taken back on another thread.
const FEW_CARDS: usize = 2_000;

/// How to take an import back.
#[derive(Debug, Default)]
pub(in crate::app) struct ImportUndo {
    pub(super) title: String,
    /// Files written, with the version each took the place of.
    pub(super) files: Vec<(PathBuf, Option<PathBuf>)>,
    /// Names of the logs appended.
    pub(super) facts: Vec<FactId>,
    /// Cards touched: what was known before, and after.
    pub(super) cards: Vec<(Option<Box<CardState>>, CardState, CardId)>,
    pub(super) sums: Vec<Sums>,
    /// Cards whose history got another name.
    renamed: Vec<(CardId, CardId)>,
    /// Whether it brought more than is taken back between two frames.
    pub(super) is_large: bool,
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

type Loading = Box<dyn FnOnce() -> Result<LoadedLibrary, Error> + Send>;

/// All that taking back needs, apart from the collection.
struct UndoWork {
    undo: ImportUndo,
    data: PathBuf,
    replaced: PathBuf,
    stamp: String,
    now: Now,
    loading: Loading,
}

/// An import that was taken back, or as far as it came.
pub struct TakenBack {
    undo: ImportUndo,
    error: Option<Error>,
    loaded: Option<LoadedLibrary>,
}

impl Collection {
    /// The title of the import that can be undone.
    pub fn undoable_import(&self) -> Option<&str> {
        self.undo_import.as_ref().map(|undo| undo.title.as_str())
    }

    /// Whether taking it back is worth another thread.
    pub fn is_undo_large(&self) -> bool {
        self.undo_import.as_ref().is_some_and(|undo| undo.is_large || undo.cards.len() > FEW_CARDS)
    }

    /// Takes the last import back: what it replaced comes back, what it added goes, answers and schedules among it. Answers given here
    /// since then stay.
    pub fn undo_import(&mut self) -> Result<Option<String>, Error> {
        match self.undo_work() {
            Some(work) => self.finish_undo(work.run(&Progress::default())).map(Some),
            None => Ok(None),
        }
    }

    /// As [`Self::undo_import`] on another thread; nothing else may be written until [`Self::finish_undo`] took the result in.
    pub fn undo_import_job(&mut self, progress: &ImportProgress, waker: Waker) -> Result<Option<Job<TakenBack>>, Error> {
        let progress = progress.shared();
        match self.undo_work() {
            Some(work) => Job::spawn("undo-import", waker, move || Ok(work.run(&progress))).map(Some),
            None => Ok(None),
        }
    }

    fn undo_work(&mut self) -> Option<UndoWork> {
        let undo = self.undo_import.take()?;
        let loading = Box::new(self.loading_with(!undo.facts.is_empty() || undo.is_large));
        let (data, replaced, stamp, now) = (self.paths.data.clone(), self.paths.replaced(), self.stamp(), self.now());
        Some(UndoWork { undo, data, replaced, stamp, now, loading })
    }

    /// Takes in what taking back came to. Returns the title of the import.
    pub fn finish_undo(&mut self, undone: TakenBack) -> Result<String, Error> {
        let TakenBack { undo, error, loaded } = undone;
        match loaded {
            Some(loaded) => drop(self.install(loaded)),
            None => drop(self.load()?),
        }
        if let Some(error) = error {
            // What could not be taken back stays to be taken back.
            self.undo_import = Some(undo);
            return Err(error);
        }
        if !undo.renamed.is_empty() {
            let back: Vec<(CardId, CardId)> = undo.renamed.iter().map(|(from, to)| (to.clone(), from.clone())).collect();
            self.rename_cards(&back)?;
            self.reload_history()?;
        }
        if !undo.facts.is_empty() {
            self.read_paces()?;
            self.planning.evidence += 1;
            self.changed();
        }
        Ok(undo.title)
    }
}

impl UndoWork {
    /// It is not stopped half-way: the stages are told, and that is all.
    fn run(self, progress: &Progress) -> TakenBack {
        drop(progress.stage("Putting files back", 0));
        let result = self.put_files_back().and_then(|()| {
            drop(progress.stage("Taking answers back", 0));
            self.withdraw()
        });
        drop(progress.stage(READING_DECKS, 0));
        // Whatever went wrong, the decks are read again, so that what is shown is what is there.
        let (loaded, failed) = match (self.loading)() {
            Ok(loaded) => (Some(loaded), None),
            Err(error) => (None, Some(error)),
        };
        TakenBack { undo: self.undo, error: result.err().or(failed), loaded }
    }

    fn put_files_back(&self) -> Result<(), Error> {
        for (path, previous) in &self.undo.files {
            // What was changed since the import is kept as well.
            keep_previous_in(&self.replaced, &self.stamp, path)?;
            match previous {
                Some(kept) => disk::write(path, &disk::read(kept, disk::MAX_TEXT_BYTES)?)?,
                None => disk::remove(path)?,
            }
        }
        Ok(())
    }

    fn withdraw(&self) -> Result<(), Error> {
        let undo = &self.undo;
        if undo.facts.is_empty() {
            return Ok(());
        }
        let mut store = Store::beside(&self.data)?;
        let mut policies = Policies::new()?;
        for (fact, policy) in store.policies()? {
            policies.push(fact, policy)?;
        }
        let known: HashMap<CardId, CardState> = store.load_cards()?.into_iter().collect();
        let withdrawn: HashSet<FactId> = undo.facts.iter().copied().collect();
        let state = |(before, after, card): &(Option<Box<CardState>>, CardState, CardId)| -> Result<CardState, Error> {
            if known.get(card) == Some(after) {
                return Ok(before.as_deref().cloned().unwrap_or_default());
            }
            Ok(fold(&store.facts_without(card, &withdrawn)?, &policies)?)
        };
        let states = undo.cards.iter().map(|one| Ok((&one.2, state(one)?))).collect::<Result<Vec<_>, Error>>()?;
        store.transact(self.now, |tx| {
            tx.withdraw(&undo.facts)?;
            states.iter().try_for_each(|(card, state)| tx.put_card(card, state))?;
            undo.sums.iter().try_for_each(|sums| sums.put(tx, -1))
        })?;
        Ok(())
    }
}
