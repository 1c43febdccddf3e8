//! Banks that look like questions recalled from a live exam. Studying them can cost the certificate, so the learner is told.

use super::foreign::Foreign;
use crate::model::{Issue, Location, Severity};
use std::path::Path;

/// Words that stand in recalled banks and hardly anywhere else, in small letters.
const MARKS: [&str; 14] = [
    "please wait while the virtual machine",
    "examtopics",
    "braindump",
    "brain dump",
    "exam dump",
    "examdump",
    "actual exam question",
    "real exam question",
    "this question is part of a series of questions",
    "to answer, select the appropriate options in the answer area",
    "use the following login credentials",
    "hotspot -",
    "pass4sure",
    "lab answer",
];

/// How many notes are looked at.
const MAX_LOOKED_AT: usize = 5_000;

/// A finding if two notes or more, or the title, carry such a mark.
pub(super) fn look(path: &Path, foreign: &Foreign) -> Option<Issue> {
    let mut marked = 0;
    let mut first = None;
    // A bank of that kind shows itself early; reading a hundred thousand notes again would not.
    for note in foreign.decks.iter().flat_map(|deck| &deck.notes).take(MAX_LOOKED_AT) {
        let text = match &note.body {
            crate::model::NoteBody::Question(question) => question.texts().join("\n"),
            crate::model::NoteBody::Basic { front, back, .. } => format!("{front}\n{back}"),
            crate::model::NoteBody::Cloze { .. } | crate::model::NoteBody::Case(_) => continue,
        };
        let lower = text.to_lowercase();
        if let Some(mark) = MARKS.iter().find(|mark| lower.contains(**mark)) {
            marked += 1;
            first.get_or_insert((*mark, note.line));
        }
    }
    let title = foreign
        .decks
        .iter()
        .map(|deck| deck.title.to_lowercase())
        .find_map(|title| MARKS.iter().find(|mark| title.contains(**mark)).copied());
    let (mark, line) = if marked >= 2 { first? } else { (title?, 0) };
    let location = Location { file: path.to_owned(), line, column: usize::from(line > 0), width: 1 };
    Some(Issue {
        location,
        severity: Severity::Warning,
        code: "recalled",
        message: format!("this looks like questions recalled from a live exam (“{mark}”)"),
        hint: Some("using such material breaks the agreement every candidate signs, and issuers revoke certificates for it; its keys are often wrong as well".to_owned()),
        excerpt: String::new(),
    })
}
