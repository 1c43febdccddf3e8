//! Reading decks: at the start, when a file changed, after an edit.

use super::cards::Cards;
use super::planning::{Answers, named_as_now};
use super::{Collection, Error, Job, Waker};
use crate::disk;
use crate::library::{self, Library, Shelf, Watch};
use crate::store::Store;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What a loading job brings back.
pub struct LoadedLibrary {
    /// Which reading it is: one that began before the last one taken in is out of date.
    number: u64,
    shelf: Shelf,
    library: Library,
    history: Option<LoadedHistory>,
}

/// The history, joined with the library on the thread that read it.
struct LoadedHistory {
    cards: Cards,
    answers: Answers,
    /// The decks that were hidden when it was joined.
    hidden: BTreeSet<String>,
}

/// Watches the deck folder as long as it lives.
pub struct DeckWatch {
    _watch: Watch,
}

/// What a reload changed in one deck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeckChange {
    /// The deck's title.
    pub title: String,
    /// Notes that were not there before.
    pub added: usize,
    /// Notes that read differently.
    pub changed: usize,
    /// Notes that are gone.
    pub removed: usize,
    /// What reads otherwise, note by note, each with its line.
    pub told: Vec<(String, Vec<crate::model::Difference>)>,
}

impl From<library::DeckChange> for DeckChange {
    fn from(change: library::DeckChange) -> Self {
        Self { title: change.title, added: change.added, changed: change.changed, removed: change.removed, told: change.told }
    }
}

impl LoadedHistory {
    fn read(folder: &Path, library: &Library, hidden: BTreeSet<String>) -> Result<Self, Error> {
        let store = Store::read_only(folder)?;
        let cards = Cards::new(library, store.load_cards()?.into_iter().collect(), &hidden);
        let answers = named_as_now(store.answers()?, &cards);
        Ok(Self { cards, answers, hidden })
    }
}

impl Collection {
    /// Reads the decks now, and the history of their cards if that was not done yet.
    pub fn load(&mut self) -> Result<Vec<DeckChange>, Error> {
        let work = self.loading_with(!self.loaded);
        let loaded = work()?;
        Ok(self.install(loaded))
    }

    /// Reads the decks on another thread; give the result to [`Self::install`].
    pub fn load_job(&mut self, waker: Waker) -> Result<Job<LoadedLibrary>, Error> {
        Job::spawn("load-decks", waker, self.loading_with(!self.loaded))
    }

    /// The work of reading the decks, and with them the history where it has to be read anew.
    pub(super) fn loading_with(&mut self, with_history: bool) -> impl FnOnce() -> Result<LoadedLibrary, Error> + Send + 'static + use<> {
        let readings = Arc::clone(&self.readings.0);
        let mut shelf = self.shelf.take().unwrap_or_else(|| Shelf::new(Some(self.decks_folder())));
        let (folder, today, hidden) = (self.paths.data.clone(), self.date(), self.settings.hidden_decks.clone());
        move || {
            // Counted when it begins: one that follows the writing of files is newer than whatever began before.
            let number = readings.fetch_add(1, Ordering::Relaxed) + 1;
            let library = shelf.read(today);
            let history = if with_history { Some(LoadedHistory::read(&folder, &library, hidden)?) } else { None };
            Ok(LoadedLibrary { number, shelf, library, history })
        }
    }

    /// Takes in what a loading job brought, and says what changed in decks that were there before.
    pub fn install(&mut self, loaded: LoadedLibrary) -> Vec<DeckChange> {
        if loaded.number < self.readings.1 {
            // The decks were read again since. A history that came along is not to be had from that reading.
            if let Some(history) = loaded.history {
                self.cards = Cards::new(&self.library, history.cards.into_states(), &self.settings.hidden_decks);
                self.planning.answers = Arc::new(named_as_now(history.answers, &self.cards));
                self.changed();
            }
            return Vec::new();
        }
        if self.loaded && loaded.history.is_none() && loaded.library.is_same(&self.library) {
            self.shelf = Some(loaded.shelf);
            return Vec::new();
        }
        self.readings.1 = loaded.number;
        let first = !self.loaded;
        let changes =
            if first { Vec::new() } else { loaded.library.changes_since(&self.library).into_iter().map(DeckChange::from).collect() };
        let hidden = &self.settings.hidden_decks;
        self.library = loaded.library;
        let (cards, answers) = match loaded.history {
            Some(history) if history.hidden == *hidden => (history.cards, history.answers),
            Some(history) => (Cards::new(&self.library, history.cards.into_states(), hidden), history.answers),
            None => {
                let cards = Cards::new(&self.library, std::mem::take(&mut self.cards).into_states(), hidden);
                let answers = named_as_now(std::mem::take(Arc::make_mut(&mut self.planning.answers)), &cards);
                (cards, answers)
            }
        };
        self.cards = cards;
        self.planning.answers = Arc::new(answers);
        self.shelf = Some(loaded.shelf);
        self.loaded = true;
        self.drop_vanished_cards();
        self.changed();
        changes
    }

    /// Reads the history again after it was changed from outside this collection's own doors, as by `rebuild`.
    pub(super) fn reload_history(&mut self) -> Result<(), Error> {
        let states = self.store.load_cards()?.into_iter().collect();
        self.cards = Cards::new(&self.library, states, &self.settings.hidden_decks);
        let answers = self.store.answers()?;
        self.planning.answers = Arc::new(named_as_now(answers, &self.cards));
        self.planning.evidence += 1;
        self.read_paces()?;
        self.changed();
        Ok(())
    }

    /// Calls `changed` whenever a file of the deck folder changes.
    pub fn watch(&self, changed: impl Fn() + Send + 'static) -> Result<DeckWatch, Error> {
        let folder = self.decks_folder();
        disk::create_folder(&folder)?;
        Watch::start(&folder, changed)
            .map(|watch| DeckWatch { _watch: watch })
            .map_err(|error| Error::environment(error.to_string()).hint("reopen the program to see changed decks"))
    }
}
