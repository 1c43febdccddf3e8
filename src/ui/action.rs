//! What a screen asks for. Screens draw and return one of these; `ui/mod.rs` carries it out, in one place, after drawing.

use super::command::Command;
use super::route::{Dialog, Route};
use crate::app::{Duplicates, EditField, ExportFormat, ImportOptions, Scope, Settings, SittingPlan};
use crate::engine::exam::Act;
use crate::engine::study::Response;
use crate::model::{CardId, Cause, DeckId, FactId, MarkKind, NoteId, Policy, Rating};
use std::path::PathBuf;

/// Something a learner asked for.
#[derive(Debug, Clone)]
pub(super) enum Action {
    /// As by key.
    Run(Command),
    Go(Route),
    Open(Dialog),
    CloseDialog,
    Study(Scope),
    Respond(Response),
    Propose(Rating),
    Answer(Rating),
    Mark(Vec<CardId>, MarkKind),
    SaveEdit {
        deck: DeckId,
        note: NoteId,
        before: Vec<EditField>,
        after: Vec<EditField>,
    },
    Dispute {
        card: CardId,
        reason: String,
        keys: Option<Vec<bool>>,
    },
    OpenInEditor(DeckId, NoteId),
    /// Show what is known of a note's first card.
    ShowNote(DeckId, NoteId),
    Settle {
        deck: DeckId,
        note: NoteId,
        keep_mine: bool,
    },
    HideNote(DeckId, NoteId, bool),
    HideDeck(DeckId, bool),
    RemoveDeck(DeckId),
    CopyCorrections(DeckId),
    PlanImport(Vec<PathBuf>),
    ChooseImport,
    ApplyImport,
    /// Look at what the clipboard holds.
    PasteImport,
    /// Read again, as the learner says.
    ReadImport(ImportOptions),
    ChooseDuplicates(Duplicates),
    TakeHistory(bool),
    StopImport,
    Export {
        decks: Vec<DeckId>,
        format: ExportFormat,
        with_history: bool,
        path: PathBuf,
    },
    ExportHistory(PathBuf),
    ExportEverything(PathBuf),
    /// Choose an archive to restore.
    ChooseArchive,
    UndoImport,
    NewDeck(String),
    ChooseDeckFolder,
    Reload,
    SetSettings(Settings),
    SetPolicy(Policy),
    Backup,
    Restore(PathBuf),
    BeginExam(SittingPlan),
    Exam(Act),
    DropExam,
    CloseExam,
    SetCause(FactId, usize, Option<Cause>),
    SaveReport(FactId),
    SaveReportAs(FactId, PathBuf),
}
