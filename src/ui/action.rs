//! What a screen asks for. Screens draw and return one of these; `ui/mod.rs` carries it out, in one place, after drawing.

use super::command::Command;
use super::route::{Dialog, Route};
use crate::app::{Duplicates, ExportFormat, ImportOptions, Scope, Settings, SittingPlan};
use crate::engine::exam::Act;
use crate::engine::study::Response;
use crate::model::{CardId, Cause, DeckId, FactId, MarkKind, Note, NoteId, Policy, Rating};
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
    SaveNote {
        deck: DeckId,
        /// The note as it was; none for a new one.
        before: Option<Box<Note>>,
        note: Box<Note>,
    },
    SetDeckDetails(DeckId, Vec<(&'static str, String)>),
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
    /// Keep a search under a name, or forget it.
    KeepSearch(String, Option<String>),
    /// Do something with several cards.
    Bulk(Vec<CardId>, Bulk),
    /// Look at a search in the table of all cards.
    Browse(String),
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

/// What can be done with several cards at once.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Bulk {
    Mark(MarkKind),
    /// Give their notes a tag, or take it away.
    Tag(String, bool),
    Move(DeckId),
    Replace {
        find: String,
        replace: String,
        same_case: bool,
    },
    Remove,
}
