//! Editing a note in its source text: only the values that changed are replaced, everything else stays to the letter.

use super::load::{Content, load_text};
use super::print::string;
use super::syntax::{Kind, Node, tokens};
use crate::model::{NoteId, Severity};
use chrono::NaiveDate;
use std::ops::Range;
use std::path::Path;

/// A change to one value of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Another text at a path of field names and positions, such as `options`, `2`, `text`.
    Text {
        /// Where.
        path: Vec<String>,
        /// The new text.
        text: String,
    },
    /// An option becomes a key or a distractor.
    IsKey {
        /// Where the option stands.
        path: Vec<String>,
        /// What it becomes.
        is_key: bool,
    },
}

/// Why a text cannot be edited in place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The note is not in the text.
    #[error("the note `{0}` is no longer in the file")]
    NoteGone(NoteId),
    /// The value is not in the note.
    #[error("the note has no value at `{0}`")]
    NoValue(String),
    /// A comment would be lost.
    #[error("a comment stands inside `{0}`")]
    Comment(String),
    /// The result would not be a good deck.
    #[error("the change would break the file: {0}")]
    Breaks(String),
}

/// The text of one note with the changes made.
pub(super) fn note_text(text: &str, changes: &[Change]) -> Result<String, EditError> {
    let node = Node::parse(text).ok_or_else(|| EditError::NoValue("note".to_owned()))?;
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for change in changes {
        edits.push(match change {
            Change::Text { path, text: new } => (find(&node, text, path)?.span.clone(), string(new)),
            Change::IsKey { path, is_key } => {
                let option = find(&node, text, path)?;
                let head = option.head.clone().ok_or_else(|| EditError::NoValue(path.join(".")))?;
                (head, if *is_key { "Key" } else { "Wrong" }.to_owned())
            }
        });
    }
    for (span, _) in &edits {
        let inside = text.get(span.clone()).unwrap_or_default();
        let comment =
            tokens(inside).is_some_and(|tokens| tokens.iter().any(|token| matches!(token.kind, Kind::LineComment | Kind::BlockComment)));
        if comment {
            return Err(EditError::Comment(inside.lines().next().unwrap_or_default().to_owned()));
        }
    }
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut out = text.to_owned();
    for (span, new) in edits {
        out.replace_range(span, &new);
    }
    Ok(out)
}

fn find<'n>(node: &'n Node, text: &str, path: &[String]) -> Result<&'n Node, EditError> {
    let mut at = node;
    for name in path {
        let next = name.parse().map_or_else(|_| at.field(text, name), |index: usize| at.item(index));
        at = next.ok_or_else(|| EditError::NoValue(path.join(".")))?;
    }
    Ok(at)
}

/// The text of a whole deck with one note changed. The result is read again: every other note must be the same and no new error
/// may have come.
pub fn deck_text(path: &Path, text: &str, id: &NoteId, changes: &[Change], today: NaiveDate) -> Result<String, EditError> {
    let before = load_text(path, text, today);
    let span = before.spans.get(id).cloned().ok_or_else(|| EditError::NoteGone(id.clone()))?;
    let slice = text.get(span.clone()).ok_or_else(|| EditError::NoteGone(id.clone()))?;
    let mut out = text.to_owned();
    out.replace_range(span, &note_text(slice, changes)?);
    let after = load_text(path, &out, today);
    let errors = |issues: &[crate::model::Issue]| issues.iter().filter(|issue| issue.severity == Severity::Error).count();
    if errors(&after.issues) > errors(&before.issues) {
        let first = after.issues.iter().find(|issue| issue.severity == Severity::Error && !before.issues.contains(issue));
        return Err(EditError::Breaks(first.map(|issue| issue.message.clone()).unwrap_or_default()));
    }
    match (before.content, after.content) {
        (Some(Content::Deck(before)), Some(Content::Deck(after))) => {
            let same = before.notes.len() == after.notes.len()
                && before.notes.iter().zip(&after.notes).all(|(old, new)| old.id == new.id && (old.id == *id || old == new));
            same.then_some(out).ok_or_else(|| EditError::Breaks("another note would change".to_owned()))
        }
        _ => Err(EditError::Breaks("it would no longer be a deck".to_owned())),
    }
}
