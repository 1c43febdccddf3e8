//! What is wrong with a file somebody wrote: content, not an error of the program.

use std::fmt;
use std::path::PathBuf;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth mending; the note can be studied.
    Warning,
    /// The note, or the file, cannot be used.
    Error,
}

/// A place in a file. Lines and columns count from 1; columns and width count characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Location {
    /// The file.
    pub file: PathBuf,
    /// Line, from 1; 0 when the whole file is meant.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// How many characters to underline.
    pub width: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            return write!(f, "{}", self.file.display());
        }
        write!(f, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

/// One finding of the checker.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Issue {
    /// Where.
    pub location: Location,
    /// How bad.
    pub severity: Severity,
    /// A short stable name, for looking it up and for tests.
    pub code: &'static str,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// What to do about it, if that is not plain.
    pub hint: Option<String>,
    /// The source line, for showing with a caret.
    pub excerpt: String,
}

impl Issue {
    /// The finding as `ascertain check` prints it: place, words, the line with a caret, the hint.
    pub fn render(&self) -> String {
        let word = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let mut text = format!("{}: {word}[{}]: {}", self.location, self.code, self.message);
        if !self.excerpt.is_empty() {
            let (line, start) = clip(&self.excerpt, self.location.column.saturating_sub(1));
            let width = self.location.width.clamp(1, line.chars().count().saturating_sub(start).max(1));
            text.push_str(&format!("\n    {line}\n    {}{}", " ".repeat(start), "^".repeat(width)));
        }
        if let Some(hint) = &self.hint {
            text.push_str("\n    hint: ");
            text.push_str(hint);
        }
        text
    }
}

/// Cuts a long line around a column, and makes control characters harmless for a terminal.
fn clip(line: &str, column: usize) -> (String, usize) {
    const ROOM: usize = 100;
    let skip = if column > ROOM - 20 { column - 40 } else { 0 };
    let shown: String = line.chars().skip(skip).take(ROOM).map(|c| if c.is_control() { '·' } else { c }).collect();
    (shown, column - skip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issue_prints_its_line_with_a_caret() {
        let issue = Issue {
            location: Location { file: "deck.ron".into(), line: 3, column: 5, width: 4 },
            severity: Severity::Error,
            code: "unknown-domain",
            message: "there is no domain `gove`".to_owned(),
            hint: Some("did you mean `govern`?".to_owned()),
            excerpt: "abc gove def".to_owned(),
        };
        let expected = "deck.ron:3:5: error[unknown-domain]: there is no domain `gove`\n    abc gove def\n        ^^^^\n    hint: did you mean `govern`?";
        assert_eq!(issue.render(), expected);
    }

    #[test]
    fn control_characters_never_reach_a_terminal() {
        let issue = Issue {
            location: Location { file: "x".into(), line: 1, column: 500, width: 1 },
            severity: Severity::Warning,
            code: "c",
            message: String::new(),
            hint: None,
            excerpt: format!("{}\u{1b}[2J", "y".repeat(499)),
        };
        assert!(!issue.render().contains('\u{1b}'));
    }
}
