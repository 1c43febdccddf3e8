//! Carrying an import out: deck files first, then one transaction of history. A cut in between leaves decks without history, which the
//! next import of the same file mends; never history without a deck.

use super::building::media_names;
use super::history::{Historian, Offsets, Sums};
use super::incoming::{IncomingDecks, Merged};
use super::reading::ImportProgress;
use super::undoing::ImportUndo;
use super::{Duplicates, ImportPlan, Incoming, keep_previous_in};
use crate::app::{Collection, Error, Job, LoadedLibrary, Waker};
use crate::disk;
use crate::engine::scheduler::Policies;
use crate::import::{MediaFrom, Members, Progress};
use crate::library::{NoteLines, deck_around, media_folder_of, print_deck};
use crate::model::{CardId, CardState, Deck, Now};
use crate::store::{Store, StoreError};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Largest picture or sound.
const MAX_MEDIUM: u64 = 64 * 1024 * 1024;

/// The last stage.
pub(super) const READING_DECKS: &str = "Reading decks";

/// An import of more notes than this is large, and so is taking it back.
const MANY_NOTES: usize = 2_000;

/// An import that was carried out, or as far as it came.
pub struct Imported {
    /// Answers that were taken over.
    pub reviews: usize,
    /// Why it stopped half-way, if it did.
    pub error: Option<Error>,
    undo: ImportUndo,
    loaded: Option<LoadedLibrary>,
}

/// What is read again after an import.
#[derive(Clone, Copy)]
enum Again {
    /// Nothing: nobody looks at it any more.
    No,
    /// The decks, and the history if it grew.
    AsNeeded,
    /// All of it, so that the window need not join a large library with its history itself.
    Everything,
}

type Loading = Box<dyn FnOnce() -> Result<LoadedLibrary, Error> + Send>;

/// All that carrying out needs, apart from the collection.
struct Work {
    plans: Vec<ImportPlan>,
    data: PathBuf,
    replaced: PathBuf,
    stamp: String,
    now: Now,
    offsets: Offsets,
    states: HashMap<CardId, CardState>,
    with_history: bool,
    /// Reads the decks again; none where nobody looks at them any more.
    loading: Option<Loading>,
    undo: ImportUndo,
    reviews: usize,
}

impl Collection {
    /// Imports files together: what they take the place of is kept, and the last import can be undone. Refused ones are an error.
    pub fn import(&mut self, plans: &[ImportPlan]) -> Result<usize, Error> {
        let work = self.import_work(plans.to_vec(), Again::AsNeeded)?;
        let imported = work.run(&Progress::default());
        self.finish_import(imported)
    }

    /// Imports as the last thing this collection is used for: nothing is read again.
    pub fn import_and_close(mut self, plans: Vec<ImportPlan>) -> Result<usize, Error> {
        let imported = self.import_work(plans, Again::No)?.run(&Progress::default());
        imported.error.map_or(Ok(imported.reviews), Err)
    }

    /// Imports on another thread; nothing else may be written until [`Self::finish_import`] took the result in.
    pub fn import_job(&mut self, plans: Vec<ImportPlan>, progress: &ImportProgress, waker: Waker) -> Result<Job<Imported>, Error> {
        let work = self.import_work(plans, Again::Everything)?;
        let progress = progress.shared();
        Job::spawn("import", waker, move || Ok(work.run(&progress)))
    }

    fn import_work(&mut self, plans: Vec<ImportPlan>, again: Again) -> Result<Work, Error> {
        if let Some((plan, reason)) = plans.iter().find_map(|plan| Some((plan, plan.refused.as_ref()?))) {
            return Err(Error::user(format!("{} cannot be imported", plan.title)).because(reason));
        }
        let titles: Vec<&str> = plans.iter().map(|plan| plan.title.as_str()).collect();
        let undo = ImportUndo::of_files(titles.join(", "), Vec::new());
        let carried: Vec<&IncomingDecks> = plans.iter().filter(|plan| plan.with_history).filter_map(ImportPlan::incoming).collect();
        let with_history = carried.iter().any(|decks| !decks.cards.is_empty());
        let states = carried.iter().flat_map(|decks| self.states_of(decks)).collect();
        let first = carried.iter().flat_map(|decks| &decks.answers).map(|answer| answer.at).min();
        let now = self.now();
        let offsets = Offsets::between(first.unwrap_or(now.at).min(now.at), now.at, |at| self.clock.utc_offset_at(at));
        let loading: Option<Loading> = match again {
            Again::No => None,
            Again::AsNeeded => Some(Box::new(self.loading_with(with_history))),
            Again::Everything => Some(Box::new(self.loading_with(true))),
        };
        Ok(Work {
            plans,
            data: self.paths.data.clone(),
            replaced: self.paths.replaced(),
            stamp: self.stamp(),
            now,
            offsets,
            states,
            with_history,
            loading,
            undo,
            reviews: 0,
        })
    }

    /// What is known now of the cards an import knows something of.
    fn states_of(&self, decks: &IncomingDecks) -> Vec<(CardId, CardState)> {
        let mut found = Vec::new();
        for card in &decks.cards {
            let Some(incoming) = decks.decks.get(card.deck as usize).filter(|incoming| incoming.known.is_some()) else { continue };
            let Some(entry) = self.first_card(&incoming.deck.id, &card.note) else { continue };
            for card in self.cards.siblings(&entry).into_iter().filter(|card| card.state != CardState::default()) {
                found.push((card.id.clone(), card.state.clone()));
            }
        }
        found
    }

    /// Takes in what an import brought. Returns how many answers were taken over.
    pub fn finish_import(&mut self, imported: Imported) -> Result<usize, Error> {
        self.undo_import = Some(imported.undo);
        match imported.loaded {
            Some(loaded) => drop(self.install(loaded)),
            None => drop(self.load()?),
        }
        self.read_paces()?;
        self.planning.evidence += 1;
        self.changed();
        imported.error.map_or(Ok(imported.reviews), Err)
    }
}

impl ImportPlan {
    fn incoming(&self) -> Option<&IncomingDecks> {
        match &self.content {
            Incoming::Decks(decks) => Some(decks),
            Incoming::Own { .. } => None,
        }
    }
}

impl Work {
    fn run(mut self, progress: &Progress) -> Imported {
        let result = self.carry_out(progress);
        // Whatever went wrong, the decks are read again, so that what is shown is what is there.
        drop(progress.stage(READING_DECKS, 0));
        let (loaded, failed) = match self.loading.take().map(|loading| loading()) {
            Some(Ok(loaded)) => (Some(loaded), None),
            Some(Err(error)) => (None, Some(error)),
            None => (None, None),
        };
        Imported { reviews: self.reviews, error: result.err().or(failed), undo: self.undo, loaded }
    }

    fn carry_out(&mut self, progress: &Progress) -> Result<(), Error> {
        if self.with_history {
            progress.stage("Backing up", 0)?;
            let store = Store::read_only(&self.data)?;
            if store.review_count()? > 0 {
                store.backup(self.now, "before-import")?;
            }
        }
        let plans = std::mem::take(&mut self.plans);
        for plan in plans {
            match plan.content {
                Incoming::Own { bytes, target, media } => {
                    for (from, to) in media {
                        self.place(&to, &disk::read(&from, disk::MAX_TEXT_BYTES)?)?;
                    }
                    self.place(&target, &bytes)?;
                }
                Incoming::Decks(decks) => self.decks(decks, plan.duplicates, plan.with_history, progress)?,
            }
        }
        Ok(())
    }

    fn place(&mut self, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        self.place_pieces(path, &[bytes])
    }

    /// Writes a file that is given in pieces.
    fn place_pieces(&mut self, path: &Path, pieces: &[&[u8]]) -> Result<(), Error> {
        let kept = keep_previous_in(&self.replaced, &self.stamp, path)?;
        // Noted before the write, so that an import that fails half-way can be undone too.
        self.undo.files.push((path.to_owned(), kept));
        Ok(disk::write_pieces(path, pieces)?)
    }

    fn decks(
        &mut self,
        mut incoming: Arc<IncomingDecks>,
        duplicates: Duplicates,
        with_history: bool,
        progress: &Progress,
    ) -> Result<(), Error> {
        progress.stage("Writing decks", incoming.decks.len() as u64)?;
        let merged: Vec<Merged<'_>> = incoming.decks.iter().map(|deck| deck.merged(duplicates)).collect();
        self.media(&incoming, &merged, progress)?;
        self.undo.is_large |= incoming.decks.iter().map(|deck| deck.count).sum::<usize>() > MANY_NOTES;
        for (done, ((deck, _), own)) in merged.iter().zip(&incoming.decks).enumerate() {
            let pieces = match &own.lines {
                Some(lines) => deck_around(deck, lines),
                None => vec![print_deck(deck).into()],
            };
            self.deck(deck, &own.target, &pieces.iter().map(|piece| piece.as_bytes()).collect::<Vec<_>>())?;
            drop(pieces);
            progress.done(done as u64 + 1)?;
        }
        if !with_history || !self.with_history {
            return Ok(());
        }
        drop(merged);
        // The texts are written; a large history needs the room.
        if let Some(incoming) = Arc::get_mut(&mut incoming) {
            incoming.decks.iter_mut().for_each(|deck| deck.lines = deck.lines.take().map(|_| NoteLines::default()));
        }
        let merged: Vec<Merged<'_>> = incoming.decks.iter().map(|deck| deck.merged(duplicates)).collect();
        self.history(&incoming, &merged, progress)
    }

    fn deck(&mut self, deck: &Deck, target: &Path, pieces: &[&[u8]]) -> Result<(), Error> {
        let bytes: usize = pieces.iter().map(|piece| piece.len()).sum();
        if bytes as u64 > disk::MAX_TEXT_BYTES {
            let most = disk::MAX_TEXT_BYTES / 1024 / 1024;
            return Err(Error::user(format!("the deck “{}” would be larger than {most} MiB", deck.title))
                .hint("split it in the other program, by tags or into subdecks"));
        }
        self.place_pieces(target, pieces)
    }

    /// Each medium goes beside the decks that name it; one that nobody names beside the first.
    fn media(&mut self, incoming: &IncomingDecks, merged: &[Merged<'_>], progress: &Progress) -> Result<(), Error> {
        if incoming.media.is_empty() {
            return Ok(());
        }
        progress.stage("Writing pictures", incoming.media.len() as u64)?;
        let named: Vec<BTreeSet<String>> = (merged.iter().zip(&incoming.decks))
            .map(|((deck, _), own)| own.media.iter().cloned().chain(deck.notes.iter().flat_map(media_names)).collect())
            .collect();
        let needs_archive = incoming.media.iter().any(|medium| matches!(medium.from, MediaFrom::Member { .. }));
        let mut members = if needs_archive { Some(Members::open(&incoming.source)?) } else { None };
        for (done, medium) in incoming.media.iter().enumerate() {
            progress.done(done as u64)?;
            let bytes = match (&medium.from, &mut members) {
                (MediaFrom::Bytes(bytes), _) => bytes.clone(),
                (MediaFrom::File(path), _) => disk::read(path, MAX_MEDIUM)?,
                (MediaFrom::Member { index, zstd }, Some(members)) => members.read(*index, *zstd, MAX_MEDIUM)?,
                (MediaFrom::Member { .. }, None) => continue,
            };
            let users: Vec<usize> =
                named.iter().enumerate().filter(|(_, names)| names.contains(&medium.name)).map(|(place, _)| place).collect();
            for place in if users.is_empty() { vec![0] } else { users } {
                let (Some(own), Some((deck, _))) = (incoming.decks.get(place), merged.get(place)) else { continue };
                let Some(folder) = media_folder_of(&own.target, &deck.id) else { continue };
                let path = folder.join(&medium.name);
                // The same picture need not be written again, nor kept as a version of itself.
                if disk::read(&path, MAX_MEDIUM).is_ok_and(|old| old == bytes) {
                    continue;
                }
                self.place(&path, &bytes)?;
            }
        }
        Ok(())
    }

    fn history(&mut self, incoming: &IncomingDecks, merged: &[Merged<'_>], progress: &Progress) -> Result<(), Error> {
        let mut store = Store::beside(&self.data)?;
        let mut policies = Policies::new()?;
        for (fact, policy) in store.policies()? {
            policies.push(fact, policy)?;
        }
        let mut historian = Historian {
            withdrawn: store.withdrawn_devices()?,
            own_device: store.device(),
            policies: &policies,
            states: &self.states,
            offsets: &self.offsets,
            now: self.now,
            sums: Sums::default(),
        };
        let wanted = historian.wanted(&store, incoming, merged)?;
        progress.stage("Writing history", wanted.len() as u64)?;
        let mut failed = None;
        let mut undo = (Vec::new(), Vec::new());
        let keep = self.loading.is_some();
        let result = store.transact(self.now, |tx| {
            let mut reviews = 0;
            for (done, wanted) in wanted.iter().enumerate() {
                let step = if done.is_multiple_of(256) { progress.done(done as u64).map_err(Error::from) } else { Ok(()) };
                let one = match step.and_then(|()| historian.one(wanted)) {
                    Ok(Some(one)) => one,
                    Ok(None) => continue,
                    Err(error) => {
                        failed = Some(error);
                        return Err(StoreError::Row("the import was stopped".to_owned()));
                    }
                };
                let name = tx.append_foreign(&one.log, &one.state)?;
                reviews += one.log.answers.len();
                if keep {
                    undo.0.extend(name);
                    undo.1.push((self.states.get(&one.log.card).cloned().map(Box::new), one.state, one.log.card));
                }
            }
            historian.sums.put(tx, 1)?;
            Ok(reviews)
        });
        let sums = historian.sums;
        match (result, failed) {
            (_, Some(error)) => return Err(error),
            (Err(error), None) => return Err(error.into()),
            (Ok(reviews), None) => self.reviews += reviews,
        }
        self.undo.facts.extend(undo.0);
        self.undo.cards.extend(undo.1);
        self.undo.sums.push(sums);
        Ok(())
    }
}
