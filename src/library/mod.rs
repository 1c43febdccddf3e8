//! Decks as RON files: those compiled in, those in the learner's folder, and the learner's changes laid over them.
//!
//! **Invariant:** a bad deck never hides a good one, and every issue has a file, a line and a column. Knows no database and no
//! schedule.

mod bundled;
mod convert;
mod edit;
mod form;
mod format;
mod lint;
mod load;
mod notes;
mod plans;
mod print;
mod report;
mod shelf;
mod syntax;
mod watch;

pub use edit::{Change, EditError, deck_text};
pub use format::format;
pub use load::{Content, Loaded, decode, is_own_format, load, load_text, media_folder as media_folder_of};
pub use notes::{NoteChange, check_note, with_details, with_notes};
pub use print::{NoteLines, deck as print_deck, deck_around, note_hash, patch as print_patch};
pub use shelf::{Shelf, folder_files};
pub use watch::Watch;

use crate::model::{Blueprint, Deck, DeckId, Draw, Issue, Note, NoteId, Patch, Roadmap, Step};
use chrono::NaiveDate;
use report::whole_file;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a deck comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Compiled in; never written to.
    Shipped,
    /// A file of the learner's.
    File(PathBuf),
}

/// A deck on the shelf, with the learner's changes laid over it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The deck as it is studied.
    pub deck: Arc<Deck>,
    /// Where it comes from.
    pub origin: Origin,
    /// The line each note starts on, for opening it in an editor.
    pub lines: Arc<Loaded>,
    /// Notes that the learner changed or added.
    pub changed: BTreeSet<NoteId>,
    /// Notes that both the learner and a later edition of the deck changed: the learner's is shown, and the choice is theirs.
    pub conflicts: Vec<NoteId>,
    /// Notes that the learner does not want to see.
    pub hidden: BTreeSet<NoteId>,
}

/// Everything that can be studied.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// The decks: shipped ones first, then the learner's by file name.
    pub decks: Vec<Entry>,
    /// The exams.
    pub exams: Vec<Arc<Blueprint>>,
    /// The roadmaps.
    pub roadmaps: Vec<Arc<Roadmap>>,
    /// What is wrong with the learner's files.
    pub issues: Vec<Issue>,
    /// The learner's patches by deck, as they stand in their files.
    pub patches: BTreeMap<DeckId, (PathBuf, Patch, BTreeMap<NoteId, u64>)>,
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
    /// What reads otherwise, note by note, each with its line. Not more than [`MAX_TOLD`].
    pub told: Vec<(String, Vec<crate::model::Difference>)>,
}

/// Notes whose changes are told one by one.
pub const MAX_TOLD: usize = 50;

impl Library {
    /// Puts files together. Each must already be read; a second deck with an id that is taken is refused with both paths.
    pub fn assemble(files: &[(Origin, Arc<Loaded>)]) -> Self {
        let mut library = Self::default();
        let mut taken: HashMap<(&'static str, DeckId), PathBuf> = HashMap::new();
        for (origin, loaded) in files {
            let path = match origin {
                Origin::Shipped => PathBuf::from("a shipped deck"),
                Origin::File(path) => {
                    library.issues.extend(loaded.issues.iter().cloned());
                    path.clone()
                }
            };
            library.place(origin, &path, loaded, &mut taken);
        }
        library.lay_patches();
        library
    }

    fn place(&mut self, origin: &Origin, path: &Path, loaded: &Arc<Loaded>, taken: &mut HashMap<(&'static str, DeckId), PathBuf>) {
        let (kind, id) = match &loaded.content {
            Some(Content::Deck(deck)) => ("deck", deck.id.clone()),
            Some(Content::Exam(exam)) => ("exam", exam.id.clone()),
            Some(Content::Roadmap(roadmap)) => ("roadmap", roadmap.id.clone()),
            Some(Content::Patch(patch, base)) => {
                if let Some((first, ..)) = self.patches.get(&patch.deck) {
                    self.issues.push(taken_twice(path, "patch for", &patch.deck, first));
                } else {
                    self.patches.insert(patch.deck.clone(), (path.to_owned(), patch.clone(), base.clone()));
                }
                return;
            }
            None => return,
        };
        if let Some(first) = taken.get(&(kind, id.clone())) {
            self.issues.push(taken_twice(path, "id", &id, first));
            return;
        }
        taken.insert((kind, id), path.to_owned());
        match &loaded.content {
            Some(Content::Deck(deck)) => self.decks.push(Entry {
                deck: Arc::clone(deck),
                origin: origin.clone(),
                lines: Arc::clone(loaded),
                changed: BTreeSet::new(),
                conflicts: Vec::new(),
                hidden: BTreeSet::new(),
            }),
            Some(Content::Exam(exam)) => self.exams.push(Arc::new(exam.clone())),
            Some(Content::Roadmap(roadmap)) => self.roadmaps.push(Arc::new(roadmap.clone())),
            Some(Content::Patch(..)) | None => {}
        }
    }

    fn lay_patches(&mut self) {
        for (id, (path, patch, base)) in &self.patches {
            match self.decks.iter_mut().find(|entry| entry.deck.id == *id) {
                Some(entry) => lay_over(entry, patch, base),
                None => self.issues.push(whole_file(path, "no-such-deck", format!("there is no deck `{id}` to patch"), None)),
            }
        }
    }

    /// A deck by id.
    pub fn entry(&self, id: &DeckId) -> Option<&Entry> {
        self.decks.iter().find(|entry| entry.deck.id == *id)
    }

    /// Whether nothing was read anew: every deck is the one that was there, and all else says the same.
    pub fn is_same(&self, other: &Self) -> bool {
        let same = |(one, two): (&Entry, &Entry)| {
            one.origin == two.origin && Arc::ptr_eq(&one.lines, &two.lines) && (Arc::ptr_eq(&one.deck, &two.deck) || one.deck == two.deck)
        };
        self.decks.len() == other.decks.len()
            && self.decks.iter().zip(&other.decks).all(same)
            && (&self.exams, &self.roadmaps, &self.issues, &self.patches) == (&other.exams, &other.roadmaps, &other.issues, &other.patches)
    }

    /// What differs between this and an earlier state, deck by deck.
    pub fn changes_since(&self, before: &Self) -> Vec<DeckChange> {
        let mut changes = Vec::new();
        for entry in &self.decks {
            let old = before.entry(&entry.deck.id).map(|entry| &entry.deck);
            if old.is_some_and(|old| Arc::ptr_eq(old, &entry.deck) || *old == entry.deck) {
                continue;
            }
            let old_notes: HashMap<&NoteId, &Note> = old.into_iter().flat_map(|deck| &deck.notes).map(|note| (&note.id, note)).collect();
            let added = entry.deck.notes.iter().filter(|note| !old_notes.contains_key(&note.id)).count();
            let kept = entry.deck.notes.len() - added;
            let changed = entry.deck.notes.iter().filter(|note| old_notes.get(&note.id).is_some_and(|old| old != note)).count();
            let differs =
                entry.deck.notes.iter().filter_map(|note| old_notes.get(&note.id).filter(|old| **old != note).map(|old| (note, *old)));
            let told = differs.take(MAX_TOLD).map(|(note, old)| (note.headline(), note.differences(old))).collect();
            changes.push(DeckChange { title: entry.deck.title.clone(), added, changed, removed: old_notes.len() - kept, told });
        }
        for gone in before.decks.iter().filter(|old| self.entry(&old.deck.id).is_none()) {
            changes.push(DeckChange {
                title: gone.deck.title.clone(),
                added: 0,
                changed: 0,
                removed: gone.deck.notes.len(),
                told: Vec::new(),
            });
        }
        changes
    }
}

fn taken_twice(path: &Path, what: &str, id: &DeckId, first: &Path) -> Issue {
    let message = format!("the {what} `{id}` is taken by {}", first.display());
    whole_file(path, "duplicate-deck", message, Some("give one of the two another id".to_owned()))
}

fn lay_over(entry: &mut Entry, patch: &Patch, base: &BTreeMap<NoteId, u64>) {
    let mut deck = Deck::clone(&entry.deck);
    for new in &patch.replace {
        match deck.notes.iter_mut().find(|note| note.id == new.id) {
            Some(old) => {
                if base.get(&new.id).is_some_and(|hash| *hash != note_hash(old)) && old != new {
                    entry.conflicts.push(new.id.clone());
                }
                *old = new.clone();
            }
            None => deck.notes.push(new.clone()),
        }
        entry.changed.insert(new.id.clone());
    }
    for new in patch.add.iter().filter(|new| deck.note(&new.id).is_none()).cloned().collect::<Vec<_>>() {
        entry.changed.insert(new.id.clone());
        deck.notes.push(new);
    }
    deck.notes.retain(|note| !patch.hide.contains(&note.id));
    entry.hidden = patch.hide.iter().cloned().collect();
    entry.deck = Arc::new(deck);
}

/// Checks what files say about each other: ids that are taken twice, exams and roadmaps that name decks or domains which are not
/// there. The shipped decks count as being there.
pub fn cross_check(files: &[(PathBuf, Arc<Loaded>)], today: NaiveDate) -> Vec<Issue> {
    let given: Vec<(Origin, Arc<Loaded>)> = files.iter().map(|(path, loaded)| (Origin::File(path.clone()), Arc::clone(loaded))).collect();
    let alone = Library::assemble(&given);
    let mut issues: Vec<Issue> = alone.issues.iter().filter(|issue| issue.code == "duplicate-deck").cloned().collect();
    let shipped = Library::assemble(&shelf::shipped(today));
    let deck = |id: &DeckId| alone.entry(id).or_else(|| shipped.entry(id));
    let exam_known = |id: &DeckId| alone.exams.iter().chain(&shipped.exams).any(|exam| exam.id == *id);
    let missing = |path: &Path, what: &str, id: &str| whole_file(path, "not-there", format!("there is no {what} `{id}`"), None);
    for (path, loaded) in files {
        match &loaded.content {
            Some(Content::Exam(exam)) => {
                for draw in exam.domains.iter().flat_map(|domain| &domain.draws) {
                    match draw {
                        Draw::Deck(id) if deck(id).is_none() => issues.push(missing(path, "deck", id.as_str())),
                        Draw::Domain(id, domain)
                            if !deck(id).is_some_and(|entry| entry.deck.domains.iter().any(|own| own.id == *domain)) =>
                        {
                            issues.push(missing(path, "domain", &format!("{id}/{domain}")));
                        }
                        Draw::Deck(_) | Draw::Domain(..) | Draw::Tag(_) => {}
                    }
                }
            }
            Some(Content::Roadmap(roadmap)) => {
                for step in roadmap.phases.iter().flat_map(|phase| &phase.steps) {
                    match step {
                        Step::Study { deck: id, .. } if deck(id).is_none() => issues.push(missing(path, "deck", id.as_str())),
                        Step::Sit { exam, .. } if !exam_known(exam) => issues.push(missing(path, "exam", exam.as_str())),
                        Step::Study { .. } | Step::Sit { .. } | Step::Do { .. } => {}
                    }
                }
            }
            Some(Content::Patch(patch, _)) => match deck(&patch.deck) {
                None => issues.push(missing(path, "deck", patch.deck.as_str())),
                Some(entry) => {
                    for note in patch.replace.iter().chain(&patch.add) {
                        let domain = note.domain.iter().filter(|own| entry.deck.domains.iter().all(|domain| domain.id != **own));
                        issues.extend(domain.map(|own| missing(path, "domain", &format!("{}/{own}", patch.deck))));
                        let source = note.cites.iter().filter(|cite| entry.deck.source(&cite.source).is_none());
                        issues.extend(source.map(|cite| missing(path, "source", cite.source.as_str())));
                    }
                }
            },
            Some(Content::Deck(_)) | None => {}
        }
    }
    issues
}

/// A note with changes made, as it goes into a patch: the note is printed, the changes are made in that text, and it is read again.
pub fn changed_note(deck: &Deck, note: &Note, changes: &[Change], today: NaiveDate) -> Result<Note, EditError> {
    let alone = Deck { notes: vec![note.clone()], ..deck.clone() };
    let text = print_deck(&alone);
    let path = Path::new("patch.ron");
    let edited = deck_text(path, &text, &note.id, changes, today)?;
    match load_text(path, &edited, today).content {
        Some(Content::Deck(deck)) => deck.notes.last().cloned().ok_or_else(|| EditError::NoteGone(note.id.clone())),
        _ => Err(EditError::Breaks("it would no longer be a note".to_owned())),
    }
}

/// The file of a picture of a deck, if the deck is a file of the learner's and the path stays inside its media folder.
#[cfg(feature = "gui")]
pub fn picture_file(entry: &Entry, path: &str) -> Option<PathBuf> {
    match &entry.origin {
        Origin::File(file) if convert::is_inside(path) => Some(load::media_folder(file, &entry.deck.id)?.join(path)),
        Origin::File(_) | Origin::Shipped => None,
    }
}

/// A commented deck to begin with.
pub fn sample(id: &DeckId, title: &str, today: NaiveDate) -> String {
    format!(
        r#"// A deck of your own. Save the file and the program shows the change at once; `ascertain check` says what is wrong with it.
Deck(
    format: 1,
    id: "{id}", // stable for ever: your history hangs on it. a-z, 0-9 and -
    title: {title},
    summary: "What this deck covers, in a line",
    language: "en",
    edition: "{year}",
    as_of: "{today}", // the day its facts were last checked
    license: "CC-BY-4.0",
    domains: [(id: "basics", title: "Basics")],
    sources: [
        (
            id: "rfc9846",
            title: "RFC 9846, The Transport Layer Security (TLS) Protocol Version 1.3",
            edition: "July 2026",
            url: "https://www.rfc-editor.org/info/rfc9846",
        ),
    ],
    notes: [
        // A question and its answer. Ids stay; texts may change without losing history.
        Basic(
            id: "tls13-rfc",
            domain: "basics",
            front: "Which RFC specifies TLS 1.3 since July 2026?",
            back: "**RFC 9846**. It takes the place of RFC 8446.",
            cites: [("rfc9846", "Abstract")],
            tags: ["tls"],
        ),
        // A sentence with gaps: one card for each number.
        Cloze(
            id: "tls13-predecessor",
            domain: "basics",
            text: "{{{{c1::RFC 9846}}}} obsoletes {{{{c2::RFC 8446::the one of 2018}}}}.",
            cites: [("rfc9846", "Abstract")],
            tags: ["tls"],
        ),
        // Choose the key. More than one Key makes it "Choose TWO". Other kinds: Order, Match, Typed, Case.
        Choice(
            id: "tls13-cite",
            domain: "basics",
            stem: "A report of 2027 cites the TLS 1.3 specification. Which document should it name?",
            options: [
                Key(text: "RFC 9846", why: "It is the current specification."),
                Wrong(text: "RFC 8446", why: "It was obsoleted in July 2026.", see: "tls13-rfc"),
                Wrong(text: "RFC 5246", why: "That is TLS 1.2."),
            ],
            expect: 0.6, // your guess: the share of just-passing candidates who get it right
            cites: [("rfc9846", "Abstract")],
            tags: ["tls"],
        ),
    ],
)
"#,
        title = print::string(title),
        year = today.format("%Y"),
    )
}
