//! Collects what is wrong with one file, each finding with its place and the source line.

use crate::model::{Issue, Location, Severity};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The text of a file and what is wrong with it.
pub(super) struct Report<'a> {
    path: PathBuf,
    text: &'a str,
    line_starts: Vec<usize>,
    issues: Vec<Issue>,
}

impl<'a> Report<'a> {
    pub(super) fn new(path: &Path, text: &'a str) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { path: path.to_owned(), text, line_starts, issues: Vec::new() }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// Line and column, from 1, of a byte.
    pub(super) fn position(&self, byte: usize) -> (usize, usize) {
        let line = self.line_starts.partition_point(|start| *start <= byte).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start..byte).unwrap_or_default();
        (line, before.chars().count() + 1)
    }

    /// The byte at a line and column, both from 1.
    pub(super) fn byte(&self, line: usize, column: usize) -> usize {
        let start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let rest = self.text.get(start..).unwrap_or_default();
        start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at)
    }

    pub(super) fn error(&mut self, span: Range<usize>, code: &'static str, message: impl Into<String>) {
        self.add(span, Severity::Error, code, message.into(), None);
    }

    pub(super) fn error_with_hint(&mut self, span: Range<usize>, code: &'static str, message: impl Into<String>, hint: Option<String>) {
        self.add(span, Severity::Error, code, message.into(), hint);
    }

    pub(super) fn warn(&mut self, span: Range<usize>, code: &'static str, message: impl Into<String>, hint: impl Into<String>) {
        self.add(span, Severity::Warning, code, message.into(), Some(hint.into()));
    }

    fn add(&mut self, span: Range<usize>, severity: Severity, code: &'static str, message: String, hint: Option<String>) {
        let (line, column) = self.position(span.start);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        let excerpt = self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default().to_owned();
        let shown = self.text.get(span).and_then(|text| text.lines().next()).unwrap_or_default();
        let location = Location { file: self.path.clone(), line, column, width: shown.chars().count().max(1) };
        self.issues.push(Issue { location, severity, code, message, hint, excerpt });
    }

    /// How many errors there are so far.
    pub(super) fn error_count(&self) -> usize {
        self.issues.iter().filter(|issue| issue.severity == Severity::Error).count()
    }

    pub(super) fn finish(self) -> Vec<Issue> {
        let mut issues = self.issues;
        issues.sort();
        issues.dedup();
        issues
    }
}

/// A finding about a whole file.
pub(super) fn whole_file(path: &Path, code: &'static str, message: String, hint: Option<String>) -> Issue {
    let location = Location { file: path.to_owned(), ..Location::default() };
    Issue { location, severity: Severity::Error, code, message, hint, excerpt: String::new() }
}

/// The candidate most like a mistyped word, if one is like it at all: at most a third of its letters differ.
pub(super) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let scored = candidates.map(|candidate| (edit_distance(word, candidate), candidate));
    let (distance, best) = scored.min()?;
    (distance * 3 <= word.chars().count().max(3)).then(|| format!("did you mean `{best}`?"))
}

/// Levenshtein distance (1966), two rows.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (to, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = *cell;
            left = substituted.min(left + 1).min(*cell + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_offered_and_far_ones_are_not() {
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!(edit_distance("", "abc"), 3);
        let domains = ["govern", "map", "measure"];
        assert_eq!(nearest("gove", domains.into_iter()).as_deref(), None);
        assert_eq!(nearest("govrn", domains.into_iter()).as_deref(), Some("did you mean `govern`?"));
        assert_eq!(nearest("x", std::iter::empty()), None);
    }

    #[test]
    fn places_count_characters_not_bytes() {
        let report = Report::new(Path::new("x"), "ä\nöü x");
        assert_eq!(report.position(8), (2, 4));
        assert_eq!(report.byte(2, 4), 8);
        assert_eq!(report.position(0), (1, 1));
    }
}
