//! Banks that look like questions recalled from a live exam. Studying them can cost the certificate, so the learner is told.

use super::foreign::ForeignNote;
use crate::model::{Issue, Location, NoteBody, Severity};
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

/// Looks at notes as they come by.
#[derive(Default)]
pub(super) struct Looker {
    looked_at: usize,
    marked: usize,
    first: Option<(&'static str, usize)>,
    title: Option<&'static str>,
}

impl Looker {
    /// A bank of that kind shows itself early; reading a hundred thousand notes again would not.
    pub(super) fn note(&mut self, note: &ForeignNote) {
        if self.looked_at >= MAX_LOOKED_AT {
            return;
        }
        self.looked_at += 1;
        let text = match &note.body {
            NoteBody::Question(question) => question.texts().join("\n"),
            NoteBody::Basic { front, back, .. } => format!("{front}\n{back}"),
            NoteBody::Cloze { .. } | NoteBody::Case(_) => return,
        };
        if let Some(mark) = mark(&text) {
            self.marked += 1;
            self.first.get_or_insert((mark, note.line));
        }
    }

    pub(super) fn title(&mut self, title: &str) {
        self.title = self.title.or_else(|| mark(title));
    }

    /// A finding if two notes or more, or a title, carry such a mark.
    pub(super) fn finding(&self, path: &Path) -> Option<Issue> {
        let (mark, line) = if self.marked >= 2 { self.first? } else { (self.title?, 0) };
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
}

fn mark(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    MARKS.into_iter().find(|mark| lower.contains(mark))
}
