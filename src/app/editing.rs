//! Changing notes: in the learner's own files field by field, in shipped decks as a patch laid over them.

use super::importing::slug;
use super::{Collection, Error};
use crate::disk;
use crate::library::{Change, Content, Entry, Origin, changed_note, deck_text, decode, load_text, note_hash, print_patch, sample};
use crate::model::{CardId, DeckId, Face, MarkKind, Note, NoteBody, NoteId, Patch, Question, QuestionBody, Severity};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a field of the edit form holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditValue {
    /// A text.
    Text(String),
    /// Whether an option is the key.
    IsKey(bool),
}

/// A field of the edit form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditField {
    /// Its label.
    pub label: String,
    /// Where it stands in the note.
    pub path: Vec<String>,
    /// What it holds.
    pub value: EditValue,
}

fn text(label: impl Into<String>, path: &[&str], value: &str) -> EditField {
    EditField { label: label.into(), path: path.iter().map(|part| (*part).to_owned()).collect(), value: EditValue::Text(value.to_owned()) }
}

pub(super) fn fields_of(note: &Note) -> Vec<EditField> {
    match &note.body {
        NoteBody::Basic { front, back, .. } => vec![text("Front", &["front"], front), text("Back", &["back"], back)],
        NoteBody::Cloze { text: cloze, why } => {
            let mut fields = vec![text("Text with gaps", &["text"], cloze)];
            fields.extend((!why.is_empty()).then(|| text("Why", &["why"], why)));
            fields
        }
        NoteBody::Question(question) => question_fields("", &[], question),
        NoteBody::Case(case) => {
            let mut fields = vec![text("Scenario", &["scenario"], &case.scenario)];
            for (index, exhibit) in case.exhibits.iter().enumerate() {
                fields.push(text(format!("Exhibit “{}”", exhibit.title), &["exhibits", &index.to_string(), "text"], &exhibit.text));
            }
            for (index, (_, question)) in case.questions.iter().enumerate() {
                fields.extend(question_fields(&format!("Question {}: ", index + 1), &["questions", &index.to_string()], question));
            }
            fields
        }
    }
}

fn question_fields(prefix: &str, base: &[&str], question: &Question) -> Vec<EditField> {
    let at = |path: &[&str]| base.iter().chain(path).copied().map(str::to_owned).collect::<Vec<String>>();
    let field = |label: String, path: &[&str], value: &str| EditField {
        label: format!("{prefix}{label}"),
        path: at(path),
        value: EditValue::Text(value.to_owned()),
    };
    let mut fields = vec![field("Stem".to_owned(), &["stem"], &question.stem)];
    match &question.body {
        QuestionBody::Choice(choice) => {
            for (index, option) in choice.options.iter().enumerate() {
                let (number, name) = (index.to_string(), char::from(b'A' + u8::try_from(index).unwrap_or(0)));
                fields.push(EditField {
                    label: format!("{prefix}Option {name} is right"),
                    path: at(&["options", &number]),
                    value: EditValue::IsKey(option.is_key),
                });
                fields.push(field(format!("Option {name}"), &["options", &number, "text"], &option.text));
                if !option.why.is_empty() {
                    fields.push(field(format!("Why {name} is right or wrong"), &["options", &number, "why"], &option.why));
                }
            }
        }
        QuestionBody::Order(order) => {
            fields
                .extend(order.steps.iter().enumerate().map(|(n, step)| field(format!("Step {}", n + 1), &["steps", &n.to_string()], step)));
        }
        QuestionBody::Match(pairs) => {
            for (n, (left, right)) in pairs.pairs.iter().enumerate() {
                fields.push(field(format!("Pair {}, left", n + 1), &["pairs", &n.to_string(), "0"], left));
                fields.push(field(format!("Pair {}, right", n + 1), &["pairs", &n.to_string(), "1"], right));
            }
        }
        QuestionBody::Typed(typed) => {
            fields.extend(
                typed
                    .accept
                    .iter()
                    .enumerate()
                    .map(|(n, answer)| field(format!("Accepted answer {}", n + 1), &["accept", &n.to_string()], answer)),
            );
        }
    }
    if !question.why.is_empty() {
        fields.push(field("Why".to_owned(), &["why"], &question.why));
    }
    fields
}

/// What differs between a form as it was opened and as it stands.
fn changes(before: &[EditField], after: &[EditField]) -> Vec<Change> {
    (before.iter().zip(after))
        .filter(|(old, new)| old.value != new.value)
        .map(|(_, new)| match &new.value {
            EditValue::Text(text) => Change::Text { path: new.path.clone(), text: text.clone() },
            EditValue::IsKey(is_key) => Change::IsKey { path: new.path.clone(), is_key: *is_key },
        })
        .collect()
}

impl Collection {
    fn entry_of(&self, deck: &DeckId) -> Result<&Entry, Error> {
        self.library.entry(deck).ok_or_else(|| Error::user(format!("there is no deck `{deck}`")))
    }

    /// The fields of a note that can be changed.
    pub fn edit_fields(&self, deck: &DeckId, note: &NoteId) -> Result<Vec<EditField>, Error> {
        let entry = self.entry_of(deck)?;
        entry.deck.note(note).map(fields_of).ok_or_else(|| Error::user(format!("there is no note `{note}`")))
    }

    /// Saves a changed form. In a file of the learner's the changed values are replaced; a shipped deck gets a patch.
    pub fn save_edit(&mut self, deck: &DeckId, note: &NoteId, before: &[EditField], after: &[EditField]) -> Result<(), Error> {
        let changes = changes(before, after);
        if changes.is_empty() {
            return Ok(());
        }
        let today = self.date();
        let entry = self.entry_of(deck)?;
        let stale =
            || Error::user("the note was changed meanwhile").hint("close this form and open it again, or open the file in an editor");
        match entry.origin.clone() {
            Origin::File(path) if !entry.changed.contains(note) => {
                let bytes = disk::read(&path, disk::MAX_TEXT_BYTES)?;
                let text = decode(&path, &bytes).map_err(|issue| Error::user(issue.message))?;
                let on_disk = match load_text(&path, &text, today).content {
                    Some(Content::Deck(deck)) => deck.note(note).map(fields_of),
                    _ => None,
                };
                if on_disk.as_deref() != Some(before) {
                    return Err(stale());
                }
                let edited = deck_text(&path, &text, note, &changes, today)?;
                let windows = bytes.windows(2).any(|two| two == b"\r\n");
                let edited = if windows { edited.replace('\n', "\r\n") } else { edited };
                self.keep_previous(&path)?;
                disk::write(&path, edited.as_bytes())?;
            }
            Origin::File(_) | Origin::Shipped => {
                let old = entry.deck.note(note).ok_or_else(|| Error::user(format!("there is no note `{note}`")))?;
                if fields_of(old) != before {
                    return Err(stale());
                }
                let new = changed_note(&entry.deck, old, &changes, today)?;
                self.patch_with(deck, |patch| replace(patch, new))?;
            }
        }
        self.load().map(|_| ())
    }

    /// The file of the learner's patch of a deck.
    pub(super) fn patch_path(&self, deck: &DeckId) -> PathBuf {
        self.library.patches.get(deck).map_or_else(|| self.decks_folder().join(format!("{deck}.patch.ron")), |(path, ..)| path.clone())
    }

    /// The learner's patch of a deck, changed and written.
    pub(super) fn patch_with(&mut self, deck: &DeckId, change: impl FnOnce(&mut Patch)) -> Result<(), Error> {
        let (path, mut patch, mut base) = if let Some(known) = self.library.patches.get(deck) {
            known.clone()
        } else {
            let patch = Patch { deck: deck.clone(), replace: Vec::new(), add: Vec::new(), hide: Vec::new() };
            (self.decks_folder().join(format!("{deck}.patch.ron")), patch, BTreeMap::new())
        };
        self.check_patch_file(deck, &path)?;
        change(&mut patch);
        // The deck's own notes, without the patch: what a replaced note was made from.
        let own = self.entry_of(deck)?.lines.content.clone();
        if let Some(Content::Deck(own)) = own {
            for note in &patch.replace {
                if let (false, Some(original)) = (base.contains_key(&note.id), own.note(&note.id)) {
                    base.insert(note.id.clone(), note_hash(original));
                }
            }
        }
        self.keep_previous(&path)?;
        base.retain(|id, _| patch.replace.iter().any(|note| note.id == *id));
        if patch.replace.is_empty() && patch.add.is_empty() && patch.hide.is_empty() {
            Ok(disk::remove(&path)?)
        } else {
            Ok(disk::write(&path, print_patch(&patch, &base).as_bytes())?)
        }
    }

    /// A patch file that was not understood to its last note is never written over.
    fn check_patch_file(&self, deck: &DeckId, path: &Path) -> Result<(), Error> {
        let known = self.library.patches.get(deck).is_some_and(|(known, ..)| known == path);
        let broken = self.library.issues.iter().any(|issue| issue.location.file == path && issue.severity == Severity::Error);
        if path.exists() && (!known || broken) {
            let error = Error::user(format!("your changes to this deck cannot be read: {}", path.display()));
            return Err(error.hint("mend the file first; `ascertain check` says where the problem is"));
        }
        Ok(())
    }

    /// Hides a note of any deck, or brings it back.
    pub fn set_note_hidden(&mut self, deck: &DeckId, note: &NoteId, hidden: bool) -> Result<(), Error> {
        self.patch_with(deck, |patch| {
            patch.hide.retain(|id| id != note);
            if hidden {
                patch.hide.push(note.clone());
            }
        })?;
        self.load().map(|_| ())
    }

    /// Notes of a deck that the learner hid.
    pub fn hidden_notes(&self, deck: &DeckId) -> Vec<NoteId> {
        self.library.entry(deck).map(|entry| entry.hidden.iter().cloned().collect()).unwrap_or_default()
    }

    /// Notes that both the learner and a later edition changed.
    pub fn conflicts(&self, deck: &DeckId) -> Vec<NoteId> {
        self.library.entry(deck).map(|entry| entry.conflicts.clone()).unwrap_or_default()
    }

    /// The deck's own version of a note that the learner changed, in a line.
    pub fn original_headline(&self, deck: &DeckId, note: &NoteId) -> Option<String> {
        match &self.library.entry(deck)?.lines.content {
            Some(Content::Deck(own)) => own.note(note).map(Note::headline),
            _ => None,
        }
    }

    /// Settles a conflict: the learner's version stays, or the deck's own comes back.
    pub fn settle(&mut self, deck: &DeckId, note: &NoteId, keep_mine: bool) -> Result<(), Error> {
        if let Some((_, _, base)) = self.library.patches.get_mut(deck) {
            base.remove(note);
        }
        self.patch_with(deck, |patch| {
            if !keep_mine {
                patch.replace.retain(|own| own.id != *note);
            }
        })?;
        self.load().map(|_| ())
    }

    /// Says that the key of a card's question is wrong, with the learner's reason; the right options, where they are chosen among
    /// options, are laid over the deck.
    pub fn dispute(&mut self, card: &CardId, reason: &str, keys: Option<&[bool]>) -> Result<(), Error> {
        if let Some(keys) = keys {
            let before = self.edit_fields(&card.deck, &card.note)?;
            let mut after = before.clone();
            let prefix = self.options_path(card);
            for (index, is_key) in keys.iter().enumerate() {
                let mut path = prefix.clone();
                path.extend(["options".to_owned(), index.to_string()]);
                if let Some(field) = after.iter_mut().find(|field| field.path == path) {
                    field.value = EditValue::IsKey(*is_key);
                }
            }
            self.save_edit(&card.deck, &card.note, &before, &after)?;
        }
        self.mark(std::slice::from_ref(card), &MarkKind::Dispute(true))?;
        if !reason.trim().is_empty() {
            self.mark(std::slice::from_ref(card), &MarkKind::Remark(reason.trim().to_owned()))?;
        }
        Ok(())
    }

    /// Where the question of a card stands in its note: within a case, or the note itself.
    fn options_path(&self, card: &CardId) -> Vec<String> {
        let face = self.cards.get(card).and_then(super::CardEntry::card).map(|card| card.face);
        match face {
            Some(Face::Question { case: Some(case), key, .. }) => {
                let index = case.questions.iter().position(|(own, _)| own.as_str() == key).unwrap_or(0);
                vec!["questions".to_owned(), index.to_string()]
            }
            _ => Vec::new(),
        }
    }

    /// What a learner can send to a deck's author: disputed cards with the reasons, and the patch.
    pub fn corrections(&self, deck: &DeckId) -> Option<String> {
        let mut out = String::new();
        for entry in self.cards.all().iter().filter(|entry| entry.id.deck == *deck && entry.state.disputed) {
            out.push_str(&format!("// {}: {}\n", entry.id, entry.state.remark.replace('\n', " ")));
        }
        if let Some((_, patch, base)) = self.library.patches.get(deck) {
            out.push_str(&print_patch(patch, base));
        }
        (!out.is_empty()).then_some(out)
    }

    /// The file and line of a note, if it stands in a file of the learner's.
    pub fn note_place(&self, deck: &DeckId, note: &NoteId) -> Option<(PathBuf, usize)> {
        let entry = self.library.entry(deck)?;
        if let Some((path, ..)) = self.library.patches.get(deck).filter(|_| entry.changed.contains(note)) {
            return Some((path.clone(), 1));
        }
        match &entry.origin {
            Origin::File(path) => Some((path.clone(), entry.lines.lines.get(note).copied().unwrap_or(1))),
            Origin::Shipped => None,
        }
    }

    /// Opens the file of a note in the system's editor. A shipped note is first copied into the learner's patch, unchanged, so
    /// that there is something to edit.
    pub fn open_in_editor(&mut self, deck: &DeckId, note: &NoteId) -> Result<(PathBuf, usize), Error> {
        let place = if let Some(place) = self.note_place(deck, note) {
            place
        } else {
            let own = self.entry_of(deck)?.deck.note(note).cloned();
            let own = own.ok_or_else(|| Error::user(format!("there is no note `{note}`")))?;
            self.patch_with(deck, |patch| replace(patch, own))?;
            self.load()?;
            (self.library.patches.get(deck).map(|(path, ..)| path.clone()).unwrap_or_default(), 1)
        };
        open_file(&place.0)?;
        Ok(place)
    }

    /// Opens a file with the program the system has for it.
    pub fn edit_file(&self, path: &Path) -> Result<(), Error> {
        open_file(path)
    }

    /// Makes a commented deck to begin with, and returns its path.
    pub fn new_deck(&mut self, title: &str) -> Result<PathBuf, Error> {
        let title = title.trim();
        if title.is_empty() {
            return Err(Error::user("a deck needs a title"));
        }
        let slug = slug(title, 60);
        let folder = self.decks_folder();
        let free = |id: &DeckId| self.library.entry(id).is_none() && !folder.join(format!("{id}.ron")).exists();
        let id = (1..1_000)
            .filter_map(|n| DeckId::new(&if n == 1 { slug.clone() } else { format!("{slug}-{n}") }).ok())
            .find(free)
            .ok_or_else(|| Error::user("this title gives no free file name").hint("choose another title"))?;
        let path = folder.join(format!("{id}.ron"));
        disk::write(&path, sample(&id, title, self.date()).as_bytes())?;
        self.load()?;
        Ok(path)
    }
}

pub(super) fn replace(patch: &mut Patch, new: Note) {
    let added = patch.add.iter_mut().find(|note| note.id == new.id);
    if let Some(old) = added {
        *old = new;
    } else {
        patch.replace.retain(|note| note.id != new.id);
        patch.replace.push(new);
    }
}

/// Opens a file with the program the system has for it.
fn open_file(path: &Path) -> Result<(), Error> {
    opener::open(path)
        .map_err(|error| Error::environment("no editor could be opened").because(error).hint(format!("open {} yourself", path.display())))
}
