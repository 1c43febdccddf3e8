//! The use cases: the only place where clock, chance, library, history and engine meet.
//!
//! **Invariants:** knows no egui, prints nothing. Whatever a learner is shown as done is committed.

mod browse;
mod cards;
mod clock;
mod editing;
mod error;
mod exam;
mod exporting;
mod importing;
mod job;
mod keeping;
mod notes;
mod overview;
mod paths;
#[cfg(feature = "gui")]
mod pictures;
mod planning;
mod reloading;
mod settings;
mod study;
mod undo;

pub use browse::{NoteRow, SortBy};
pub use cards::CardEntry;
pub use clock::{FixedClock, SystemClock};
pub use editing::{EditField, EditValue};
pub use error::{Error, ErrorKind};
pub use exam::{
    Acted, AttemptRow, Exam, ExamReport, ExamRow, ExtraTime, Only, Prepared, Quiz, ReportFormat, ReportItem, SittingPlan, What,
    driver_words, pass_words, time_words,
};
pub use exporting::{ExportFormat, Exported, is_archive, restore_everything};
pub use importing::{
    DeckPlan, Duplicates, ImportColumn, ImportOptions, ImportPlan, ImportProgress, Imported, TakenBack, check_files, format_files,
    import_formats, import_roles,
};
pub use job::{Job, Waker};
pub use keeping::{BackupInfo, backups_in, history_in_use, restore_backup, set_history_aside};
pub use notes::{FieldFinding, NoteEdit, empty_body};
pub use overview::{DeckRow, Plan, ProgressView};
pub use paths::{DATA_DIR_VARIABLE, Paths};
#[cfg(feature = "gui")]
pub use pictures::{Picture, read_picture};
pub use planning::{Advice, Against, DayPlan, DomainOutlook, Outlook, Withheld};
pub use reloading::{DeckChange, DeckWatch, LoadedLibrary};
pub use settings::{Settings, Target, Theme};
pub use study::{Scope, Shown, Stage, Summary, Undone};

use crate::engine::scheduler::{Policies, Scheduler};
use crate::library::{Library, Shelf};
use crate::model::{Blueprint, CardId, Clock, DeckId, Issue, Now, Policy, StudyDay};
use crate::store::Store;
use cards::Cards;
use chrono::NaiveDate;
use importing::ImportUndo;
use rand::rngs::SysRng;
use rand::{SeedableRng as _, TryRng as _};
use rand_chacha::ChaCha8Rng;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use study::Study;

/// How to open a collection.
pub struct Options {
    /// Where things are kept.
    pub paths: Paths,
    /// Where time is read.
    pub clock: Box<dyn Clock>,
    /// Seed of everything random; none for one from the system.
    pub seed: Option<u64>,
    /// Whether the history is only read, so that another program may have it.
    pub read_only: bool,
}

/// Everything one learner has: decks, history, settings, the session under way.
pub struct Collection {
    clock: Box<dyn Clock>,
    rng: ChaCha8Rng,
    paths: Paths,
    settings: Settings,
    store: Store,
    policies: Policies,
    shelf: Option<Shelf>,
    library: Library,
    cards: Cards,
    loaded: bool,
    study: Option<Study>,
    exam: Option<Exam>,
    paces: HashMap<crate::model::CardKind, (u64, u64)>,
    undo_import: Option<ImportUndo>,
    warnings: Vec<String>,
    generation: u64,
    /// Readings of the decks begun, and the number of the last one taken in.
    readings: (Arc<AtomicU64>, u64),
    planning: planning::Planning,
}

/// A number from the system's source of randomness.
fn random_number() -> Result<u64, Error> {
    SysRng.try_next_u64().map_err(|error| Error::environment("the system has no randomness to give").because(error))
}

/// The reading of a clock.
fn read_clock(clock: &dyn Clock) -> Now {
    let at = clock.now();
    Now { at, offset: clock.utc_offset_at(at) }
}

impl Collection {
    /// Opens history and settings. Decks are read by [`Self::load`], or by a job of [`Self::load_job`].
    pub fn open(options: Options) -> Result<Self, Error> {
        let now = read_clock(options.clock.as_ref());
        let seed = match options.seed {
            Some(seed) => seed,
            None => random_number()?,
        };
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let device = match options.seed {
            Some(_) => rand::Rng::next_u64(&mut rng),
            None => random_number()?,
        };
        let folder = &options.paths.data;
        let readable = if options.read_only && folder.join(crate::store::FILE_NAME).exists() {
            // An older layout lacks tables that are asked for: it is brought up to date first.
            let store = Store::read_only(folder)?;
            if store.is_old()? { None } else { Some(store) }
        } else {
            None
        };
        let store = match readable {
            Some(store) => store,
            None => Store::open(folder, device, now)?,
        };
        let (settings, warning) = Settings::load(&options.paths.settings());
        let mut collection = Self {
            clock: options.clock,
            rng,
            paths: options.paths,
            settings,
            store,
            policies: Policies::new()?,
            shelf: None,
            library: Library::default(),
            cards: Cards::default(),
            loaded: false,
            study: None,
            exam: None,
            paces: HashMap::new(),
            undo_import: None,
            warnings: warning.into_iter().collect(),
            generation: 1,
            readings: (Arc::default(), 0),
            planning: planning::Planning::default(),
        };
        for (fact, policy) in collection.store.policies()? {
            collection.policies.push(fact, policy)?;
        }
        collection.read_paces()?;
        if let Some(version) = collection.store.newer_version() {
            collection.warnings.push(format!(
                "A newer Ascertain wrote this history (layout {version}). It is shown, and nothing is written until that version is installed."
            ));
        }
        Ok(collection)
    }

    /// The reading of the clock now.
    pub fn now(&self) -> Now {
        read_clock(self.clock.as_ref())
    }

    /// Time since the program started, which no change of the clock moves.
    fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }

    /// The study day now.
    pub fn today(&self) -> StudyDay {
        self.scheduler().day(self.now())
    }

    /// Today's date for the learner.
    pub fn date(&self) -> NaiveDate {
        self.today().date()
    }

    /// The scheduling rules in force.
    pub fn scheduler(&self) -> &Scheduler {
        self.policies.current()
    }

    /// Rises with every change: a view made at the same number is still right.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    fn changed(&mut self) {
        self.generation += 1;
    }

    /// Whether the decks have been read.
    pub fn is_loaded(&self) -> bool {
        self.loaded
    }

    /// What the learner should know about how the program started.
    pub fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// The folder of the learner's own decks.
    pub fn decks_folder(&self) -> PathBuf {
        self.settings.decks_folder.clone().unwrap_or_else(|| self.paths.decks())
    }

    /// Where everything is kept.
    pub fn paths(&self) -> &Paths {
        &self.paths
    }

    /// What is wrong with the learner's files.
    pub fn issues(&self) -> &[Issue] {
        &self.library.issues
    }

    /// The exams one can study for, by title.
    pub fn exams(&self) -> Vec<Arc<Blueprint>> {
        let mut exams = self.library.exams.clone();
        exams.sort_by(|a, b| a.title.cmp(&b.title));
        exams
    }

    /// The exam the learner studies for.
    pub fn target_exam(&self) -> Option<Arc<Blueprint>> {
        match &self.settings.target {
            Target::Exam(id) => self.library.exams.iter().find(|exam| exam.id.as_str() == id).cloned(),
            Target::Nothing | Target::Other(_) => None,
        }
    }

    /// A deck by id, as it is studied.
    pub fn deck(&self, id: &DeckId) -> Option<Arc<crate::model::Deck>> {
        self.library.entry(id).map(|entry| Arc::clone(&entry.deck))
    }

    /// A card by id.
    pub fn card(&self, id: &CardId) -> Option<&CardEntry> {
        self.cards.get(id)
    }

    /// The first card of a note.
    pub fn first_card(&self, deck: &DeckId, note: &crate::model::NoteId) -> Option<CardId> {
        self.deck(deck)?.note(note)?.cards().first()?.id(deck)
    }

    /// Every card of the library.
    pub fn all_cards(&self) -> &[CardEntry] {
        self.cards.all()
    }

    /// History of cards that no deck has any more: kept, and found again when a note says `was: ["old-id"]`.
    pub fn orphans(&self) -> Vec<&CardId> {
        self.cards.orphans().collect()
    }

    /// Closes the history, so that another may take its place; the collection can only be dropped afterwards.
    pub fn close(&mut self) {
        self.store.close();
    }

    /// What the learner has set.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Saves settings and puts them into force. If saving fails nothing changes.
    pub fn set_settings(&mut self, settings: Settings) -> Result<(), Error> {
        let settings = settings.in_range();
        settings.save(&self.paths.settings())?;
        if settings.decks_folder != self.settings.decks_folder {
            self.shelf = None;
        }
        if settings.hidden_decks != self.settings.hidden_decks {
            let states = std::mem::take(&mut self.cards).into_states();
            self.cards = Cards::new(&self.library, states, &settings.hidden_decks);
            self.study = None;
            self.planning.cards += 1;
        }
        self.settings = settings;
        self.changed();
        Ok(())
    }

    /// Hides a deck from study and lists, or brings it back. Its history stays.
    pub fn set_deck_hidden(&mut self, deck: &DeckId, hidden: bool) -> Result<(), Error> {
        let mut settings = self.settings.clone();
        if hidden {
            settings.hidden_decks.insert(deck.to_string());
        } else {
            settings.hidden_decks.remove(deck.as_str());
        }
        self.set_settings(settings)
    }

    /// The rules of scheduling.
    pub fn policy(&self) -> &Policy {
        self.scheduler().policy()
    }

    /// Puts other rules into force from now on. They are a fact: what was scheduled before stays as it was.
    pub fn set_policy(&mut self, policy: Policy) -> Result<(), Error> {
        if policy == *self.policy() {
            return Ok(());
        }
        Scheduler::new(policy.clone())?;
        let now = self.now();
        let body = crate::model::FactBody::Policy(policy.clone());
        let fact = self.store.transact(now, |tx| tx.append(now, &body))?;
        self.policies.push(fact, policy)?;
        self.changed();
        Ok(())
    }

    fn read_paces(&mut self) -> Result<(), Error> {
        self.paces = self.store.paces()?.into_iter().map(|pace| (pace.kind, (pace.passed, pace.taken_millis))).collect();
        Ok(())
    }
}
