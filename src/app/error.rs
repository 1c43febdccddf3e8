//! What went wrong, for a person: whose problem it is, what happened, what to do. Built here from the errors of all modules.

use crate::disk::DiskError;
use crate::engine::query::QueryError;
use crate::engine::scheduler::SchedulerError;
use crate::import::ImportError;
use crate::library::EditError;
use crate::store::StoreError;
use std::fmt;
use std::io;

/// Whose problem it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// What the learner gave has problems.
    User,
    /// The machine: disk, rights, another program.
    Environment,
    /// The program itself.
    Bug,
}

/// An error with its cause and hints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Whose problem it is.
    pub kind: ErrorKind,
    /// What happened, in a sentence without a full stop.
    pub message: String,
    /// Why, if something below said so.
    pub cause: Option<String>,
    /// What to do.
    pub hints: Vec<String>,
}

impl Error {
    /// The learner's input has a problem.
    pub fn user(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::User, message: message.into(), cause: None, hints: Vec::new() }
    }

    /// The machine has a problem.
    pub fn environment(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Environment, ..Self::user(message) }
    }

    /// The program has a problem.
    pub fn bug(message: impl Into<String>) -> Self {
        let error = Self { kind: ErrorKind::Bug, ..Self::user(message) };
        error.hint("this is a fault of the program; nothing that was saved is lost")
    }

    /// With the reason.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// With something to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.cause.as_ref().map_or(Ok(()), |cause| write!(f, ": {cause}"))
    }
}

impl std::error::Error for Error {}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::InUse { .. } => {
                Self::environment(message).hint("close the other window, or give this one another folder with --data-dir")
            }
            StoreError::ReadOnly { .. } => {
                Self::environment(message).hint("nothing was changed; install the newer version to study with this history")
            }
            StoreError::OpenedForReading => Self::bug(message),
            StoreError::NotAHistory { path, detail } => Self::environment(message)
                .because(detail)
                .hint("nothing was changed; bring back a backup with `ascertain restore`")
                .hint(format!("or move {} away to begin anew", path.display())),
            StoreError::Full(cause) => {
                Self::environment(message).because(cause).hint("make room and try again: nothing that was accepted is lost")
            }
            StoreError::Sqlite(cause) => Self::environment(message).because(cause).hint("`ascertain verify` looks for damage"),
            StoreError::Row(_) => Self::bug(message).hint("`ascertain verify` looks for damage"),
            StoreError::Disk(error) => Self::from(error),
        }
    }
}

impl From<DiskError> for Error {
    fn from(error: DiskError) -> Self {
        let message = error.to_string();
        match &error {
            DiskError::TooLarge { .. } => Self::user(message).hint("split the deck into several files"),
            DiskError::NotAFile { .. } => Self::user(message),
            DiskError::Read { source, .. } | DiskError::Write { source, .. } => {
                let error = Self::environment(message).because(source);
                match source.kind() {
                    io::ErrorKind::PermissionDenied => error.hint("check who owns the file or folder, and its rights"),
                    io::ErrorKind::StorageFull => error.hint("make room on the disk and try again"),
                    io::ErrorKind::NotFound => error.hint("check the spelling of the path"),
                    io::ErrorKind::ReadOnlyFilesystem => error.hint("choose another folder with --data-dir"),
                    _ => error,
                }
            }
        }
    }
}

impl From<SchedulerError> for Error {
    fn from(error: SchedulerError) -> Self {
        Self::bug(error.to_string()).hint("`ascertain rebuild` folds the history again")
    }
}

impl From<QueryError> for Error {
    fn from(error: QueryError) -> Self {
        Self::user(error.to_string()).hint("try `is:due domain:kms`, or words in quotation marks")
    }
}

impl From<ImportError> for Error {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Disk(error) => Self::from(error),
            ImportError::Refused { line: 0, message, .. } => {
                Self::user(message).hint("nothing was changed; save the file again in the program it comes from")
            }
            ImportError::Refused { line, column, message } => {
                Self::user(format!("line {line}, column {column}: {message}")).hint("nothing was changed; mend the place and try again")
            }
            ImportError::Cancelled => Self::user("the import was stopped").hint("nothing was changed"),
        }
    }
}

impl From<EditError> for Error {
    fn from(error: EditError) -> Self {
        Self::user("the note cannot be changed here").because(error).hint("open the file in an editor instead")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NoteId;
    use std::path::PathBuf;

    /// Every message, printed for reading aloud: `cargo test messages -- --nocapture`.
    #[test]
    fn messages_are_sentences_with_a_way_out() {
        let path = PathBuf::from("/home/ada/deck.ron");
        let io = |kind| io::Error::from(kind);
        let note = NoteId::new("grants").expect("an id");
        let errors: Vec<Error> = vec![
            StoreError::InUse { folder: path.clone() }.into(),
            StoreError::ReadOnly { found: 9, known: 1 }.into(),
            StoreError::NotAHistory { path: path.clone(), detail: "file is not a database".into() }.into(),
            StoreError::Row("a rating out of range".into()).into(),
            DiskError::Read { path: path.clone(), source: io(io::ErrorKind::NotFound) }.into(),
            DiskError::Write { path: path.clone(), source: io(io::ErrorKind::PermissionDenied) }.into(),
            DiskError::Write { path: path.clone(), source: io(io::ErrorKind::StorageFull) }.into(),
            DiskError::TooLarge { path, limit: 64 << 20 }.into(),
            SchedulerError::Parameters.into(),
            QueryError::Quote.into(),
            EditError::NoteGone(note).into(),
            ImportError::Cancelled.into(),
            ImportError::Refused { line: 3, column: 1, message: "this is not UTF-8 text".into() }.into(),
            ImportError::Refused { line: 0, column: 0, message: "the archive is incomplete".into() }.into(),
        ];
        for error in errors {
            println!("error: {error}");
            error.hints.iter().for_each(|hint| println!("hint: {hint}"));
            assert!(!error.message.ends_with('.') && !error.message.is_empty(), "{error}");
            assert!(!error.hints.is_empty(), "{error} has no hint");
        }
    }
}
