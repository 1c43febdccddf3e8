//! Bringing in a deck somebody wrote: check, preview, commit, undo. And checking and formatting files where they are.

use super::{Collection, Error};
use crate::disk;
use crate::library::{Content, Loaded, Origin, cross_check, folder_files, format, load, print_patch};
use crate::model::{DeckId, Issue, Note, NoteId, Patch, Severity};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What importing a file would do.
#[derive(Debug, Clone)]
pub struct ImportPlan {
    /// The file.
    pub source: PathBuf,
    /// What it is: "deck", "patch", "exam" or "roadmap".
    pub what: &'static str,
    /// Its id.
    pub id: Option<DeckId>,
    /// Its title.
    pub title: String,
    /// Notes by kind.
    pub kinds: BTreeMap<&'static str, usize>,
    /// Cards they yield.
    pub cards: usize,
    /// The first few notes, in a line each.
    pub samples: Vec<String>,
    /// Notes that are new, changed, gone and the same, if it takes the place of a deck that is there.
    pub replaces: Option<[usize; 4]>,
    /// What is wrong with it.
    pub issues: Vec<Issue>,
    /// Why it cannot be imported.
    pub refused: Option<String>,
    bytes: Vec<u8>,
    target: PathBuf,
    media: Vec<(PathBuf, PathBuf)>,
}

impl ImportPlan {
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
}

/// Earlier versions of files that are kept.
const KEPT_VERSIONS: usize = 200;

/// How to take an import back.
#[derive(Debug)]
pub(super) struct ImportUndo {
    title: String,
    files: Vec<(PathBuf, Option<PathBuf>)>,
}

impl Collection {
    /// Reads a file and says what importing it would do. Writes nothing.
    pub fn plan_import(&self, source: &Path) -> Result<ImportPlan, Error> {
        let bytes = disk::read(source, disk::MAX_TEXT_BYTES)?;
        let loaded = load(source, &bytes, self.date());
        let mut plan = ImportPlan {
            source: source.to_owned(),
            what: "file",
            id: None,
            title: source.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            kinds: BTreeMap::new(),
            cards: 0,
            samples: Vec::new(),
            replaces: None,
            issues: loaded.issues.clone(),
            refused: None,
            bytes,
            target: PathBuf::new(),
            media: Vec::new(),
        };
        self.describe_content(&mut plan, &loaded);
        Ok(plan)
    }

    fn describe_content(&self, plan: &mut ImportPlan, loaded: &Loaded) {
        let file_name = match &loaded.content {
            None => {
                let first = plan.issues.iter().find(|issue| issue.severity == Severity::Error);
                plan.refused = Some(first.map_or("nothing in it could be used".to_owned(), |issue| issue.message.clone()));
                return;
            }
            Some(Content::Deck(deck)) => {
                plan.what = "deck";
                plan.id = Some(deck.id.clone());
                plan.title.clone_from(&deck.title);
                plan.cards = deck.card_count();
                count_kinds(plan, &deck.notes);
                if deck.notes.is_empty() {
                    plan.refused = Some("no note in it could be used".to_owned());
                }
                format!("{}.ron", deck.id)
            }
            Some(Content::Patch(patch, _)) => {
                plan.what = "patch";
                plan.id = Some(patch.deck.clone());
                plan.title = format!("Changes to {}", patch.deck);
                count_kinds(plan, &patch.replace);
                count_kinds(plan, &patch.add);
                if self.library.entry(&patch.deck).is_none() {
                    plan.refused = Some(format!("there is no deck `{}` to patch", patch.deck));
                }
                format!("{}.patch.ron", patch.deck)
            }
            Some(Content::Exam(exam)) => {
                plan.what = "exam";
                plan.id = Some(exam.id.clone());
                plan.title.clone_from(&exam.title);
                format!("exams/{}.ron", exam.id)
            }
            Some(Content::Roadmap(roadmap)) => {
                plan.what = "roadmap";
                plan.id = Some(roadmap.id.clone());
                plan.title.clone_from(&roadmap.title);
                format!("roadmaps/{}.ron", roadmap.id)
            }
        };
        self.find_target(plan, loaded, &file_name);
    }

    /// Where the file goes: over the one it is a new edition of, else under a name that is free.
    fn find_target(&self, plan: &mut ImportPlan, loaded: &Loaded, file_name: &str) {
        let fresh = self.free_target(file_name);
        plan.target.clone_from(&fresh);
        match &loaded.content {
            Some(Content::Deck(deck)) => match self.library.entry(&deck.id).map(|entry| (&entry.origin, &entry.deck)) {
                Some((Origin::Shipped, _)) => {
                    plan.refused = Some(format!("the program ships a deck with the id `{}`: give yours another id", deck.id));
                }
                Some((Origin::File(path), old)) => {
                    plan.target.clone_from(path);
                    plan.replaces = Some(compare(&old.notes, &deck.notes));
                }
                None => {}
            },
            Some(Content::Patch(patch, base)) => {
                if let Some((path, old, old_base)) = self.library.patches.get(&patch.deck) {
                    let (merged, base) = merge(old, old_base, patch, base);
                    let notes = |patch: &Patch| patch.replace.iter().chain(&patch.add).cloned().collect::<Vec<_>>();
                    plan.replaces = Some(compare(&notes(old), &notes(&merged)));
                    plan.bytes = print_patch(&merged, &base).into_bytes();
                    plan.target.clone_from(path);
                }
            }
            Some(Content::Exam(exam)) if self.library.exams.iter().any(|known| known.id == exam.id) => {
                plan.refused = Some(format!("there is an exam with the id `{}` already", exam.id));
            }
            Some(Content::Roadmap(roadmap)) if self.library.roadmaps.iter().any(|known| known.id == roadmap.id) => {
                plan.refused = Some(format!("there is a roadmap with the id `{}` already", roadmap.id));
            }
            Some(Content::Exam(_) | Content::Roadmap(_)) | None => {}
        }
        if let Some(id) = &plan.id {
            plan.media = media_files(&plan.source, &plan.target, id);
        }
        let same = |a: &Path, b: &Path| a.canonicalize().ok().is_some_and(|a| b.canonicalize().ok() == Some(a));
        if same(&plan.source, &plan.target) || same(&plan.source, &self.decks_folder().join(file_name)) {
            plan.refused = Some("this file is in your deck folder already".to_owned());
        }
    }

    /// A name nothing stands under yet: another deck may have taken the one that fits.
    fn free_target(&self, file_name: &str) -> PathBuf {
        let folder = self.decks_folder();
        let stem = file_name.trim_end_matches(".ron");
        let numbered = |n: u32| folder.join(if n == 1 { file_name.to_owned() } else { format!("{stem}-{n}.ron") });
        (1..1_000).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| numbered(1_000))
    }

    /// Imports files together: what they take the place of is kept, and the last import can be undone. Refused ones are an error.
    pub fn import(&mut self, plans: &[ImportPlan]) -> Result<(), Error> {
        if let Some((plan, reason)) = plans.iter().find_map(|plan| Some((plan, plan.refused.as_ref()?))) {
            return Err(Error::user(format!("{} cannot be imported", plan.title)).because(reason));
        }
        let titles: Vec<&str> = plans.iter().map(|plan| plan.title.as_str()).collect();
        // Noted before each write, so that an import that fails half-way can be undone too.
        self.undo_import = Some(ImportUndo { title: titles.join(", "), files: Vec::new() });
        for plan in plans {
            for (from, to) in &plan.media {
                self.place_file(to, &disk::read(from, disk::MAX_TEXT_BYTES)?)?;
            }
            self.place_file(&plan.target, &plan.bytes)?;
        }
        self.load().map(|_| ())
    }

    fn place_file(&mut self, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        let kept = self.keep_previous(path)?;
        if let Some(undo) = &mut self.undo_import {
            undo.files.push((path.to_owned(), kept));
        }
        Ok(disk::write(path, bytes)?)
    }

    /// Copies a file that is about to be replaced.
    pub(super) fn keep_previous(&self, path: &Path) -> Result<Option<PathBuf>, Error> {
        if !path.exists() {
            return Ok(None);
        }
        let stamp = self.now().local().format("%Y-%m-%d-%H%M%S%3f");
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // Two versions within a millisecond keep both.
        let numbered = |n: u32| self.paths.replaced().join(format!("{stamp}-{n}-{name}"));
        let kept = (1..10_000).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| numbered(10_000));
        disk::write(&kept, &disk::read(path, disk::MAX_TEXT_BYTES)?)?;
        let mut all = disk::files_below(&self.paths.replaced(), "", 0)?;
        all.truncate(all.len().saturating_sub(KEPT_VERSIONS));
        for old in all {
            disk::remove(&old)?;
        }
        Ok(Some(kept))
    }

    /// The title of the import that can be undone.
    pub fn undoable_import(&self) -> Option<&str> {
        self.undo_import.as_ref().map(|undo| undo.title.as_str())
    }

    /// Takes the last import back: what it replaced comes back, what it added goes. History stays in any case.
    pub fn undo_import(&mut self) -> Result<Option<String>, Error> {
        let Some((title, files)) = self.undo_import.as_ref().map(|undo| (undo.title.clone(), undo.files.clone())) else { return Ok(None) };
        for (path, previous) in &files {
            // What was changed since the import is kept as well.
            self.keep_previous(path)?;
            match previous {
                Some(kept) => disk::write(path, &disk::read(kept, disk::MAX_TEXT_BYTES)?)?,
                None => disk::remove(path)?,
            }
        }
        self.undo_import = None;
        self.load()?;
        Ok(Some(title))
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
        self.undo_import = Some(ImportUndo { title, files: vec![(path, kept)] });
        Ok(())
    }

    /// A deck as it is studied, the learner's changes included, as the text of a file.
    pub fn export_deck(&self, id: &str) -> Result<String, Error> {
        let unknown = || {
            let known: Vec<&str> = self.library.decks.iter().map(|entry| entry.deck.id.as_str()).collect();
            Error::user(format!("there is no deck `{id}`")).hint(format!("there are {}", known.join(", ")))
        };
        let id = DeckId::new(id).map_err(|error| unknown().because(error))?;
        self.library.entry(&id).map(|entry| crate::library::print_deck(&entry.deck)).ok_or_else(unknown)
    }
}

impl Collection {
    /// Writes an exported text to a file.
    pub fn write_export(&self, path: &Path, text: &str) -> Result<(), Error> {
        Ok(disk::write(path, text.as_bytes())?)
    }
}

fn count_kinds(plan: &mut ImportPlan, notes: &[Note]) {
    for note in notes {
        *plan.kinds.entry(note.kind_word()).or_default() += 1;
    }
    let room = 3_usize.saturating_sub(plan.samples.len());
    plan.samples.extend(notes.iter().take(room).map(|note| super::study::shorten(&note.headline(), 100)));
}

/// New, changed, gone, the same.
fn compare(old: &[Note], new: &[Note]) -> [usize; 4] {
    let find = |notes: &[Note], id| notes.iter().find(|note| note.id == id).cloned();
    let added = new.iter().filter(|note| find(old, note.id.clone()).is_none()).count();
    let same = new.iter().filter(|note| find(old, note.id.clone()).as_ref() == Some(note)).count();
    let gone = old.iter().filter(|note| find(new, note.id.clone()).is_none()).count();
    [added, new.len() - added - same, gone, same]
}

/// Pictures beside a deck, with where each goes.
fn media_files(source: &Path, target: &Path, deck: &DeckId) -> Vec<(PathBuf, PathBuf)> {
    let folder = |path: &Path| path.parent().unwrap_or(Path::new(".")).join(format!("{deck}.media"));
    let (from, to) = (folder(source), folder(target));
    let is_picture = |file: &PathBuf| {
        let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        ending.is_some_and(|ending| matches!(ending.as_str(), "png" | "jpg" | "jpeg"))
    };
    let files = disk::files_below(&from, "", 4).unwrap_or_default().into_iter().filter(is_picture);
    files.filter_map(|file| file.strip_prefix(&from).ok().map(|inside| (file.clone(), to.join(inside)))).collect()
}

/// Two patches of one deck laid together: where both change a note the incoming one wins.
fn merge(old: &Patch, old_base: &BTreeMap<NoteId, u64>, new: &Patch, new_base: &BTreeMap<NoteId, u64>) -> (Patch, BTreeMap<NoteId, u64>) {
    let taken = |id: &NoteId| new.replace.iter().chain(&new.add).any(|note| note.id == *id);
    let keep = |notes: &[Note], incoming: &[Note]| -> Vec<Note> {
        notes.iter().filter(|note| !taken(&note.id)).chain(incoming).cloned().collect()
    };
    let mut hide: Vec<NoteId> = old.hide.iter().filter(|id| !taken(id) && !new.hide.contains(id)).cloned().collect();
    hide.extend(new.hide.iter().cloned());
    let mut base: BTreeMap<NoteId, u64> = old_base.iter().filter(|(id, _)| !taken(id)).map(|(id, hash)| (id.clone(), *hash)).collect();
    base.extend(new_base.iter().map(|(id, hash)| (id.clone(), *hash)));
    let patch = Patch { deck: old.deck.clone(), replace: keep(&old.replace, &new.replace), add: keep(&old.add, &new.add), hide };
    (patch, base)
}

/// Checks files, or all files below folders, each by itself and against each other.
pub fn check_files(paths: &[PathBuf], today: NaiveDate) -> Result<(usize, Vec<Issue>), Error> {
    let mut files = Vec::new();
    let mut issues = Vec::new();
    for path in paths {
        for file in folder_files(path)? {
            let loaded = Arc::new(load(&file, &disk::read(&file, disk::MAX_TEXT_BYTES)?, today));
            issues.extend(loaded.issues.iter().cloned());
            files.push((file, loaded));
        }
    }
    issues.extend(cross_check(&files, today));
    issues.sort();
    Ok((files.len(), issues))
}

/// Formats files, or all files below folders. Returns those whose layout was, or with `check_only` would be, changed; a file that
/// cannot be read as tokens is left alone and listed second.
pub fn format_files(paths: &[PathBuf], check_only: bool) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Error> {
    let (mut changed, mut skipped) = (Vec::new(), Vec::new());
    for path in paths {
        for file in folder_files(path)? {
            let bytes = disk::read(&file, disk::MAX_TEXT_BYTES)?;
            let Ok(text) = std::str::from_utf8(&bytes) else {
                skipped.push(file);
                continue;
            };
            match format(text) {
                Some(formatted) if formatted != text => {
                    if !check_only {
                        disk::write(&file, formatted.as_bytes())?;
                    }
                    changed.push(file);
                }
                Some(_) => {}
                None => skipped.push(file),
            }
        }
    }
    Ok((changed, skipped))
}
