//! Bringing decks in: read, preview, commit, undo. Reading happens away from the window; nothing is written before it is wanted.

mod building;
mod files;
mod history;
mod incoming;
mod own;
mod reading;
mod undoing;
mod work;

pub(super) use building::slug;
pub use files::{check_files, format_files};
pub use reading::{ImportColumn, ImportOptions, ImportProgress, import_formats, import_roles};
pub(super) use undoing::ImportUndo;
pub use undoing::TakenBack;
pub use work::Imported;

use super::{Collection, Error};
use crate::disk;
use crate::library::{Library, Origin};
use crate::model::{DeckId, Issue, Severity};
use chrono::NaiveDate;
use incoming::IncomingDecks;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What to do with a note that is here already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Duplicates {
    /// The file's version takes its place; its history stays.
    #[default]
    Update,
    /// The version that is here stays.
    Keep,
    /// Both are kept.
    KeepBoth,
}

/// A deck that an import would make or change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeckPlan {
    /// Its title.
    pub title: String,
    /// Notes it brings.
    pub notes: usize,
    /// Whether it goes into a deck that is here.
    pub is_known: bool,
    /// Notes that are new, and those that are here and read otherwise, and those that are the same.
    pub counts: [usize; 3],
}

/// What importing a file would do.
#[derive(Debug, Clone)]
pub struct ImportPlan {
    /// The file.
    pub source: PathBuf,
    /// What it is: "deck", "patch", "exam" or "roadmap".
    pub what: &'static str,
    /// The format, in words: "Anki package".
    pub format: String,
    /// Its id.
    pub id: Option<DeckId>,
    /// Its title.
    pub title: String,
    /// Notes by kind.
    pub kinds: BTreeMap<&'static str, usize>,
    /// Cards they yield.
    pub cards: usize,
    /// Answers it brings with it.
    pub reviews: usize,
    /// Cards it brings a schedule for.
    pub scheduled: usize,
    /// Pictures and sounds.
    pub media: usize,
    /// The first few notes, in a line each.
    pub samples: Vec<String>,
    /// Notes that are new, changed, gone and the same, if it takes the place of a deck that is there.
    pub replaces: Option<[usize; 4]>,
    /// For a file of another program: the decks it would make or change.
    pub decks: Vec<DeckPlan>,
    /// For a table: how its columns were understood.
    pub columns: Vec<ImportColumn>,
    /// What is wrong with it.
    pub issues: Vec<Issue>,
    /// Why it cannot be imported.
    pub refused: Option<String>,
    /// What to do with notes that are here already.
    pub duplicates: Duplicates,
    /// Whether answers and schedules are taken over.
    pub with_history: bool,
    content: Incoming,
}

/// What would be written.
#[derive(Debug, Clone)]
enum Incoming {
    /// A file of our own, as it is.
    Own { bytes: Vec<u8>, target: PathBuf, media: Vec<(PathBuf, PathBuf)> },
    /// Decks made of a file of another program.
    Decks(Arc<IncomingDecks>),
}

impl ImportPlan {
    fn new(what: &'static str, format: &str) -> Self {
        Self {
            source: PathBuf::new(),
            what,
            format: format.to_owned(),
            id: None,
            title: String::new(),
            kinds: BTreeMap::new(),
            cards: 0,
            reviews: 0,
            scheduled: 0,
            media: 0,
            samples: Vec::new(),
            replaces: None,
            decks: Vec::new(),
            columns: Vec::new(),
            issues: Vec::new(),
            refused: None,
            duplicates: Duplicates::default(),
            with_history: true,
            content: Incoming::Own { bytes: Vec::new(), target: PathBuf::new(), media: Vec::new() },
        }
    }

    /// How many problems keep notes out.
    pub fn error_count(&self) -> usize {
        self.issues.iter().filter(|issue| issue.severity == Severity::Error).count()
    }

    /// How many are only worth mending.
    pub fn warning_count(&self) -> usize {
        self.issues.len() - self.error_count()
    }

    /// Notes in all.
    pub fn note_count(&self) -> usize {
        self.kinds.values().sum()
    }

    /// Notes of it that are here already and read otherwise.
    pub fn changed_count(&self) -> usize {
        self.decks.iter().map(|deck| deck.counts[1]).sum()
    }

    /// Whether it looks like questions recalled from a live exam.
    pub fn looks_recalled(&self) -> Option<&Issue> {
        self.issues.iter().find(|issue| issue.code == "recalled")
    }
}

/// What planning needs to know, apart from the collection, so that it can be done on another thread.
struct Desk {
    library: Library,
    decks_folder: PathBuf,
    date: NaiveDate,
    now: crate::model::Timestamp,
    profiles: BTreeMap<String, Vec<String>>,
}

/// Earlier versions of files that are kept.
const KEPT_VERSIONS: usize = 200;

/// Copies a file that is about to be replaced into the folder of replaced ones.
fn keep_previous_in(replaced: &Path, stamp: &str, path: &Path) -> Result<Option<PathBuf>, Error> {
    if !path.exists() {
        return Ok(None);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Two versions within a millisecond keep both.
    let numbered = |n: u32| replaced.join(format!("{stamp}-{n}-{name}"));
    let kept = (1..10_000).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| numbered(10_000));
    disk::write(&kept, &disk::read(path, disk::MAX_TEXT_BYTES)?)?;
    let mut all = disk::files_below(replaced, "", 0)?;
    all.truncate(all.len().saturating_sub(KEPT_VERSIONS));
    for old in all {
        disk::remove(&old)?;
    }
    Ok(Some(kept))
}

impl Collection {
    fn desk(&self) -> Desk {
        let profiles = self.settings.import_profiles.clone();
        Desk { library: self.library.clone(), decks_folder: self.decks_folder(), date: self.date(), now: self.now().at, profiles }
    }

    fn stamp(&self) -> String {
        self.now().local().format("%Y-%m-%d-%H%M%S%3f").to_string()
    }

    /// Copies a file that is about to be replaced.
    pub(super) fn keep_previous(&self, path: &Path) -> Result<Option<PathBuf>, Error> {
        keep_previous_in(&self.paths.replaced(), &self.stamp(), path)
    }

    /// Removes a deck of the learner's own; the file is kept among the replaced ones, and the removal can be undone like an import.
    pub fn remove_deck(&mut self, deck: &DeckId) -> Result<(), Error> {
        let Some(entry) = self.library.entry(deck) else { return Err(Error::user(format!("there is no deck `{deck}`"))) };
        let Origin::File(path) = entry.origin.clone() else {
            return Err(Error::user("a shipped deck cannot be removed").hint("hide it instead"));
        };
        let title = entry.deck.title.clone();
        let kept = self.keep_previous(&path)?;
        disk::remove(&path)?;
        self.load()?;
        self.undo_import = Some(ImportUndo::of_files(title, vec![(path, kept)]));
        Ok(())
    }
}
