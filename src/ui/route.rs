//! Where one is: a screen, and perhaps a dialog over it.

use crate::model::{CardId, DeckId, FactId};

/// The screens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Route {
    #[default]
    Today,
    Library,
    /// All cards in a table.
    Browse,
    Deck(DeckId),
    Study,
    Exams,
    /// Before an exam.
    ExamStart(DeckId),
    /// Before a quiz of one's own.
    Quiz,
    /// An exam under way.
    Sitting,
    Report(FactId),
    Progress,
    Settings,
    Welcome,
}

/// The dialogs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Dialog {
    /// All shortcuts.
    Help,
    /// What an import would do.
    Import,
    /// An import on another thread.
    Importing,
    /// Where an export goes.
    Export(super::screens::export::What),
    /// Type the path of a file.
    ImportPath,
    /// Name a new deck.
    NewDeck,
    /// Change a note.
    Edit(CardId),
    /// Write a new note.
    NewNote(DeckId),
    /// Change title, summary and the like of a deck.
    DeckDetails(DeckId),
    /// Say that a key is wrong.
    Dispute(CardId),
    /// Write something about a card.
    Remark(CardId),
    /// What is known of a card.
    Info(CardId),
    /// Type the path of an archive to restore.
    ArchivePath,
    /// Bring a backup back?
    Restore(std::path::PathBuf),
    /// Remove a deck?
    Remove(DeckId),
    /// End the exam?
    EndExam,
    /// Leave a section for good?
    LeaveSection,
    /// Leave a question without an answer, with no way back?
    LeaveUnanswered,
    /// Go to a question by its number.
    GoToQuestion,
    /// So many minutes are left.
    TimeWarning(i64),
    /// The program was closed or the machine slept for so many milliseconds.
    Away(i64),
    /// One question of a report.
    ExamItem(usize),
    /// Type the path a report is saved under.
    ReportPath(FactId),
    /// What is wrong with the learner's files.
    Issues,
    /// What the last reload changed, field by field.
    Changes,
}
