//! Files of our own: decks, patches, exams, roadmaps.

use super::{Desk, ImportPlan, Incoming};
use crate::disk;
use crate::library::{Content, Loaded, Origin, load, print_patch};
use crate::model::{DeckId, Note, NoteId, Patch, Severity};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

impl Desk {
    /// A deck, patch, exam or roadmap of our own.
    pub(super) fn plan_own(&self, source: &Path, bytes: Vec<u8>) -> ImportPlan {
        let loaded = load(source, &bytes, self.date);
        let mut plan = ImportPlan {
            source: source.to_owned(),
            title: source.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            issues: loaded.issues.clone(),
            content: Incoming::Own { bytes, target: PathBuf::new(), media: Vec::new() },
            ..ImportPlan::new("file", "Ascertain RON")
        };
        self.describe_content(&mut plan, &loaded);
        plan
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
        let (mut place, mut media, mut replaced) = (fresh, Vec::new(), None);
        match &loaded.content {
            Some(Content::Deck(deck)) => match self.library.entry(&deck.id).map(|entry| (&entry.origin, &entry.deck)) {
                Some((Origin::Shipped, _)) => {
                    plan.refused = Some(format!("the program ships a deck with the id `{}`: give yours another id", deck.id));
                }
                Some((Origin::File(path), old)) => {
                    place.clone_from(path);
                    plan.replaces = Some(compare(&old.notes, &deck.notes));
                }
                None => {}
            },
            Some(Content::Patch(patch, base)) => {
                if let Some((path, old, old_base)) = self.library.patches.get(&patch.deck) {
                    let (merged, base) = merge(old, old_base, patch, base);
                    let notes = |patch: &Patch| patch.replace.iter().chain(&patch.add).cloned().collect::<Vec<_>>();
                    plan.replaces = Some(compare(&notes(old), &notes(&merged)));
                    replaced = Some(print_patch(&merged, &base).into_bytes());
                    place.clone_from(path);
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
            media = media_files(&plan.source, &place, id);
        }
        let same = |a: &Path, b: &Path| a.canonicalize().ok().is_some_and(|a| b.canonicalize().ok() == Some(a));
        if same(&plan.source, &place) || same(&plan.source, &self.decks_folder.join(file_name)) {
            plan.refused = Some("this file is in your deck folder already".to_owned());
        }
        if let Incoming::Own { bytes, target, media: files } = &mut plan.content {
            if let Some(replaced) = replaced {
                *bytes = replaced;
            }
            *target = place;
            *files = media;
        }
    }

    /// A name nothing stands under yet: another deck may have taken the one that fits.
    pub(super) fn free_target(&self, file_name: &str) -> PathBuf {
        let folder = self.decks_folder.clone();
        let stem = file_name.trim_end_matches(".ron");
        let numbered = |n: u32| folder.join(if n == 1 { file_name.to_owned() } else { format!("{stem}-{n}.ron") });
        (1..1_000).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| numbered(1_000))
    }
}

pub(super) fn count_kinds(plan: &mut ImportPlan, notes: &[Note]) {
    for note in notes {
        *plan.kinds.entry(note.kind_word()).or_default() += 1;
    }
    let room = 3_usize.saturating_sub(plan.samples.len());
    plan.samples.extend(notes.iter().take(room).map(|note| super::super::study::shorten(&note.headline(), 100)));
}

/// New, changed, gone, the same.
fn compare(old: &[Note], new: &[Note]) -> [usize; 4] {
    let by_id: HashMap<&NoteId, &Note> = old.iter().map(|note| (&note.id, note)).collect();
    let kept = new.iter().filter(|note| by_id.contains_key(&note.id)).count();
    let same = new.iter().filter(|note| by_id.get(&note.id) == Some(note)).count();
    [new.len() - kept, kept - same, old.len().saturating_sub(kept), same]
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
