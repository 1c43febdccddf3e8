//! Whole notes: made, changed, moved, removed, many at once. Each act can be taken back like an import.

use super::importing::{ImportUndo, slug};
use super::{CardEntry, Collection, Error};
use crate::disk;
use crate::library::{NoteChange, Origin, decode, with_details, with_notes};
use crate::model::{
    CardId, CardKind, Choice, Deck, DeckId, Match, Note, NoteBody, NoteId, Opt, Order, Question, QuestionBody, Severity, Typed,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What the checker says of a field of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFinding {
    /// Where, as field names and positions: `options`, `2`, `text`.
    pub path: Vec<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Whether the note cannot be kept so.
    pub is_error: bool,
}

/// A change to one note.
#[derive(Debug, Clone, PartialEq)]
pub enum NoteEdit {
    /// It stands in for the one of its id.
    Put(Note),
    /// It is new.
    Add(Note),
    /// It goes; its history stays.
    Remove(NoteId),
}

/// A new note's body by its kind, with what every kind needs.
pub fn empty_body(kind: CardKind) -> NoteBody {
    let question = |body| NoteBody::Question(Question { stem: String::new(), why: String::new(), expect: None, body });
    let option = |is_key| Opt { text: String::new(), why: String::new(), see: None, is_key };
    match kind {
        CardKind::Basic => NoteBody::Basic { front: String::new(), back: String::new(), both_ways: false },
        CardKind::Cloze => NoteBody::Cloze { text: String::new(), why: String::new() },
        CardKind::Choice => {
            question(QuestionBody::Choice(Choice { options: vec![option(true), option(false), option(false)], shuffle: true }))
        }
        CardKind::Order => question(QuestionBody::Order(Order { steps: vec![String::new(), String::new()] })),
        CardKind::Match => question(QuestionBody::Match(Match { pairs: vec![Default::default(), Default::default()], decoys: Vec::new() })),
        CardKind::Typed => question(QuestionBody::Typed(Typed { accept: vec![String::new()] })),
    }
}

impl Collection {
    /// A note to begin with, under an id that is free.
    pub fn new_note(&self, deck: &DeckId, kind: CardKind) -> Result<Note, Error> {
        let deck = self.deck(deck).ok_or_else(|| Error::user(format!("there is no deck `{deck}`")))?;
        let id = free_id(&deck, "note").ok_or_else(|| Error::user("the deck has no free id left"))?;
        let domain = deck.domains.first().map(|domain| domain.id.clone());
        Ok(Note { id, domain, cites: Vec::new(), tags: Vec::new(), was: Vec::new(), as_of: None, image: None, body: empty_body(kind) })
    }

    /// What the checker says of a note as it stands.
    pub fn check_note(&self, deck: &DeckId, note: &Note) -> Vec<FieldFinding> {
        let Some(deck) = self.deck(deck) else { return Vec::new() };
        let findings = crate::library::check_note(&deck, note, self.date()).into_iter();
        findings
            .map(|(path, issue)| FieldFinding {
                path,
                message: issue.message,
                hint: issue.hint,
                is_error: issue.severity == Severity::Error,
            })
            .collect()
    }

    /// Saves a note that was changed in a form. Where only texts changed they are replaced where they stand, so that everything around
    /// them stays to the letter; else the note is written anew.
    pub fn save_whole_note(&mut self, deck: &DeckId, before: Option<&Note>, note: Note) -> Result<(), Error> {
        let Some(before) = before else { return self.save_note(deck, note, true).map(drop) };
        if *before == note {
            return Ok(());
        }
        let (old, new) = (super::editing::fields_of(before), super::editing::fields_of(&note));
        let same_shape = old.len() == new.len() && old.iter().zip(&new).all(|(old, new)| old.path == new.path);
        let same_rest = Note { body: before.body.clone(), ..note.clone() } == *before;
        let flags = |note: &Note| match &note.body {
            NoteBody::Basic { both_ways, .. } => *both_ways,
            NoteBody::Question(Question { body: QuestionBody::Choice(choice), .. }) => choice.shuffle,
            _ => false,
        };
        let decoys = |note: &Note| match &note.body {
            NoteBody::Question(Question { body: QuestionBody::Match(pairs), .. }) => pairs.decoys.clone(),
            _ => Vec::new(),
        };
        let is_case = matches!(note.body, NoteBody::Case(_));
        if same_shape && same_rest && flags(before) == flags(&note) && decoys(before) == decoys(&note) && !is_case {
            return self.save_edit(deck, &before.id, &old, &new);
        }
        let on_disk = self.deck(deck).and_then(|deck| deck.note(&note.id).cloned());
        if on_disk.as_ref() != Some(before) {
            return Err(
                Error::user("the note was changed meanwhile").hint("close this form and open it again, or open the file in an editor")
            );
        }
        self.save_note(deck, note, false).map(drop)
    }

    /// Saves a note as a whole. A new one gets an id made of its words.
    pub fn save_note(&mut self, deck: &DeckId, note: Note, is_new: bool) -> Result<NoteId, Error> {
        let mut note = note;
        if is_new {
            let own = self.deck(deck).ok_or_else(|| Error::user(format!("there is no deck `{deck}`")))?;
            note.id = free_id(&own, &slug(&note.headline(), 40)).unwrap_or(note.id);
        }
        let (id, title) = (note.id.clone(), super::study::shorten(&note.headline(), 40));
        let edit = if is_new { NoteEdit::Add(note) } else { NoteEdit::Put(note) };
        self.edit_notes(&title, vec![(deck.clone(), edit)])?;
        Ok(id)
    }

    /// Carries changes out together, deck by deck; `title` names them where they can be taken back.
    pub fn edit_notes(&mut self, title: &str, edits: Vec<(DeckId, NoteEdit)>) -> Result<(), Error> {
        let files = self.write_edits(edits)?;
        self.undo_import = Some(ImportUndo::of_files(title.to_owned(), files));
        self.load().map(|_| ())
    }

    fn write_edits(&mut self, edits: Vec<(DeckId, NoteEdit)>) -> Result<Vec<(PathBuf, Option<PathBuf>)>, Error> {
        let mut by_deck: BTreeMap<DeckId, Vec<NoteEdit>> = BTreeMap::new();
        for (deck, edit) in edits {
            by_deck.entry(deck).or_default().push(edit);
        }
        let mut files = Vec::new();
        for (deck, edits) in by_deck {
            let entry = self.library.entry(&deck).ok_or_else(|| Error::user(format!("there is no deck `{deck}`")))?;
            let in_patch = |edit: &NoteEdit| match edit {
                NoteEdit::Put(note) => entry.changed.contains(&note.id),
                NoteEdit::Add(_) => false,
                NoteEdit::Remove(id) => entry.changed.contains(id),
            };
            let file = match &entry.origin {
                Origin::File(path) => Some(path.clone()),
                Origin::Shipped => None,
            };
            let (patched, own): (Vec<NoteEdit>, Vec<NoteEdit>) = edits.into_iter().partition(|edit| file.is_none() || in_patch(edit));
            if let Some(path) = file.filter(|_| !own.is_empty()) {
                let kept = self.write_own(&deck, &path, own)?;
                files.push((path, kept));
            }
            if !patched.is_empty() {
                let path = self.patch_path(&deck);
                let kept = self.keep_previous(&path)?;
                files.push((path, kept));
                self.patch_with(&deck, |patch| patched.into_iter().for_each(|edit| lay_in(patch, edit)))?;
            }
        }
        Ok(files)
    }

    fn write_own(&mut self, deck: &DeckId, path: &std::path::Path, edits: Vec<NoteEdit>) -> Result<Option<PathBuf>, Error> {
        let bytes = disk::read(path, disk::MAX_TEXT_BYTES)?;
        let text = decode(path, &bytes).map_err(|issue| Error::user(issue.message))?;
        let whole = self.deck(deck).ok_or_else(|| Error::user(format!("there is no deck `{deck}`")))?;
        let changes: Vec<NoteChange> = (edits.into_iter())
            .map(|edit| match edit {
                NoteEdit::Put(note) => NoteChange::Replace(note),
                NoteEdit::Add(note) => NoteChange::Add(note),
                NoteEdit::Remove(id) => NoteChange::Remove(id),
            })
            .collect();
        let out = with_notes(path, &text, &changes, &whole, self.date())?;
        let out = if bytes.windows(2).any(|two| two == b"\r\n") { out.replace('\n', "\r\n") } else { out };
        let kept = self.keep_previous(path)?;
        disk::write(path, out.as_bytes())?;
        Ok(kept)
    }

    /// Changes title, summary and the like of a deck of the learner's own.
    pub fn set_deck_details(&mut self, deck: &DeckId, details: &[(&'static str, String)]) -> Result<(), Error> {
        let entry = self.library.entry(deck).ok_or_else(|| Error::user(format!("there is no deck `{deck}`")))?;
        let Origin::File(path) = entry.origin.clone() else {
            return Err(Error::user("a shipped deck keeps its title").hint("copy it: export it as RON and give it an id of its own"));
        };
        let title = entry.deck.title.clone();
        let bytes = disk::read(&path, disk::MAX_TEXT_BYTES)?;
        let text = decode(&path, &bytes).map_err(|issue| Error::user(issue.message))?;
        let out = with_details(&path, &text, details, self.date())?;
        let kept = self.keep_previous(&path)?;
        disk::write(&path, out.as_bytes())?;
        self.undo_import = Some(ImportUndo::of_files(title, vec![(path, kept)]));
        self.load().map(|_| ())
    }

    /// The notes cards belong to, each once.
    fn notes_of(&self, cards: &[CardId]) -> Vec<(DeckId, Note)> {
        let mut seen = BTreeSet::new();
        let mut notes = Vec::new();
        for entry in cards.iter().filter_map(|card| self.cards.get(card)) {
            if let Some(note) = entry.note()
                && seen.insert((entry.id.deck.clone(), note.id.clone()))
            {
                notes.push((entry.id.deck.clone(), note.clone()));
            }
        }
        notes
    }

    /// Gives notes a tag, or takes it away. Returns how many changed.
    pub fn set_tag(&mut self, cards: &[CardId], tag: &str, on: bool) -> Result<usize, Error> {
        let tag = tag.trim();
        if tag.is_empty() || tag.contains(char::is_whitespace) {
            return Err(Error::user("a tag is one word").hint("levels are joined by `::`, as in `aws::iam`"));
        }
        let mut edits = Vec::new();
        for (deck, mut note) in self.notes_of(cards) {
            let has = note.tags.iter().any(|own| own == tag);
            if has == on {
                continue;
            }
            note.tags.retain(|own| own != tag);
            if on {
                note.tags.push(tag.to_owned());
            }
            edits.push((deck, NoteEdit::Put(note)));
        }
        self.counted(&format!("Tag {tag}"), edits)
    }

    /// Replaces words in all texts of notes. Returns how many notes changed.
    pub fn find_replace(&mut self, cards: &[CardId], find: &str, replace: &str, same_case: bool) -> Result<usize, Error> {
        if find.is_empty() {
            return Err(Error::user("there is nothing to look for"));
        }
        let mut edits = Vec::new();
        for (deck, mut note) in self.notes_of(cards) {
            let mut changed = false;
            for text in note.body.texts_mut() {
                let new = replaced(text, find, replace, same_case);
                changed |= new != *text;
                *text = new;
            }
            if changed {
                edits.push((deck, NoteEdit::Put(note)));
            }
        }
        self.counted(&format!("Replace “{find}”"), edits)
    }

    fn counted(&mut self, title: &str, edits: Vec<(DeckId, NoteEdit)>) -> Result<usize, Error> {
        let count = edits.len();
        if count > 0 {
            self.edit_notes(title, edits)?;
        }
        Ok(count)
    }

    /// Removes notes; their history is kept and found again if they come back.
    pub fn remove_notes(&mut self, cards: &[CardId]) -> Result<usize, Error> {
        let edits = self.notes_of(cards).into_iter().map(|(deck, note)| (deck, NoteEdit::Remove(note.id))).collect();
        self.counted("Removed notes", edits)
    }

    /// Moves notes to another deck of the learner's own; their history goes with them. Returns how many moved.
    pub fn move_notes(&mut self, cards: &[CardId], to: &DeckId) -> Result<usize, Error> {
        let target = self.library.entry(to).ok_or_else(|| Error::user(format!("there is no deck `{to}`")))?;
        if target.origin == Origin::Shipped {
            return Err(Error::user("notes move to decks of your own").hint("make a deck first"));
        }
        let target = std::sync::Arc::clone(&target.deck);
        let moving: Vec<(DeckId, Note)> = self.notes_of(cards).into_iter().filter(|(deck, _)| deck != to).collect();
        let (mut edits, mut renamed) = (Vec::new(), Vec::new());
        for (deck, note) in &moving {
            let from = self.deck(deck).ok_or_else(|| Error::user(format!("there is no deck `{deck}`")))?;
            if target.note(&note.id).is_some() {
                return Err(Error::user(format!("`{to}` has a note `{}` already", note.id)).hint("give one of the two another id first"));
            }
            for card in note.cards().iter().filter_map(|card| card.id(deck)) {
                renamed.push((card.clone(), CardId { deck: to.clone(), ..card }));
            }
            edits.push((deck.clone(), NoteEdit::Remove(note.id.clone())));
            edits.push((to.clone(), NoteEdit::Add(settled(note, &from, &target))));
        }
        if moving.is_empty() {
            return Ok(0);
        }
        let files = self.write_edits(edits)?;
        self.undo_import = Some(ImportUndo::of_move(format!("Moved to {}", target.title), files, renamed.clone()));
        self.rename_cards(&renamed)?;
        self.load()?;
        self.reload_history()?;
        Ok(moving.len())
    }

    /// Gives the history of cards other names.
    pub(super) fn rename_cards(&mut self, renamed: &[(CardId, CardId)]) -> Result<(), Error> {
        self.store.transact(self.now(), |tx| renamed.iter().try_for_each(|(from, to)| tx.rename_card(from, to)))?;
        Ok(())
    }

    /// A card's entry by its place among all, for lists.
    pub fn card_at(&self, index: usize) -> Option<&CardEntry> {
        self.cards.all().get(index)
    }
}

/// A note as another deck can hold it: what that deck does not know of domains and sources is left behind.
fn settled(note: &Note, from: &Deck, to: &Deck) -> Note {
    let mut note = note.clone();
    let title = note.domain.as_ref().map(|domain| from.domain_title(domain).to_owned());
    note.domain = title.and_then(|title| to.domains.iter().find(|domain| domain.title == title)).map(|domain| domain.id.clone());
    note.cites.retain(|cite| to.source(&cite.source).is_some());
    note
}

fn free_id(deck: &Deck, base: &str) -> Option<NoteId> {
    let numbered = |n: u32| NoteId::new(&if n == 1 { base.to_owned() } else { format!("{base}-{n}") }).ok();
    (1..100_000).filter_map(numbered).find(|id| deck.note(id).is_none())
}

fn lay_in(patch: &mut crate::model::Patch, edit: NoteEdit) {
    match edit {
        NoteEdit::Put(note) => super::editing::replace(patch, note),
        NoteEdit::Add(note) => patch.add.push(note),
        NoteEdit::Remove(id) => {
            patch.add.retain(|note| note.id != id);
            patch.replace.retain(|note| note.id != id);
            patch.hide.retain(|hidden| *hidden != id);
            patch.hide.push(id);
        }
    }
}

/// A text with words replaced; where case does not matter, whatever the case.
fn replaced(text: &str, find: &str, replace: &str, same_case: bool) -> String {
    if same_case {
        return text.replace(find, replace);
    }
    let wanted: Vec<char> = find.chars().flat_map(char::to_lowercase).collect();
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        let len = find.chars().count();
        let here: Vec<char> = chars.iter().skip(at).take(len).flat_map(|c| c.to_lowercase()).collect();
        if here == wanted {
            out.push_str(replace);
            at += len;
        } else {
            out.push(*c);
            at += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_replaced_with_and_without_their_case() {
        let check = |text: &str, find: &str, same_case: bool, expected: &str| assert_eq!(replaced(text, find, "X", same_case), expected);
        check("aws AWS Aws", "aws", true, "X AWS Aws");
        check("aws AWS Aws", "aws", false, "X X X");
        check("Straße straSSE", "strasse", false, "Straße X");
        check("", "a", false, "");
    }
}
