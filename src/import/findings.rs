//! What an importer has to say of a file.

use crate::model::{Issue, Location, Severity};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Most findings that are kept one by one; the rest are counted.
const MAX_FINDINGS: usize = 5_000;

/// Collects what could not be taken.
#[derive(Debug)]
pub(super) struct Findings {
    file: PathBuf,
    issues: Vec<Issue>,
    more: usize,
    once: BTreeSet<String>,
}

impl Findings {
    pub(super) fn new(file: &Path) -> Self {
        Self { file: file.to_owned(), issues: Vec::new(), more: 0, once: BTreeSet::new() }
    }

    fn push(&mut self, severity: Severity, line: usize, code: &'static str, message: String) {
        if self.issues.len() >= MAX_FINDINGS {
            self.more += 1;
            return;
        }
        let location = Location { file: self.file.clone(), line, column: usize::from(line > 0), width: 1 };
        self.issues.push(Issue { location, severity, code, message, hint: None, excerpt: String::new() });
    }

    /// Something that was not taken at all.
    pub(super) fn lost(&mut self, line: usize, message: impl Into<String>) {
        self.push(Severity::Error, line, "not-taken", message.into());
    }

    /// Something that was taken otherwise than it was.
    pub(super) fn changed(&mut self, line: usize, message: impl Into<String>) {
        self.push(Severity::Warning, line, "taken-otherwise", message.into());
    }

    /// As [`Self::changed`], told once however often it happens.
    pub(super) fn changed_once(&mut self, line: usize, message: impl Into<String>) {
        let message = message.into();
        if self.once.insert(message.clone()) {
            self.changed(line, message);
        }
    }

    pub(super) fn finish(mut self) -> Vec<Issue> {
        if self.more > 0 {
            let more = self.more;
            self.more = 0;
            self.issues.truncate(MAX_FINDINGS - 1);
            self.changed(0, format!("and {more} more findings, which are not listed"));
        }
        self.issues
    }
}
