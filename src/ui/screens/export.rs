//! Where an export goes, and in which format.

use super::super::action::Action;
use super::super::theme::{Weight, tokens};
use super::super::widgets::{button, choice_row, dialog, label, primary};
use crate::app::{Collection, ExportFormat};
use crate::model::DeckId;
use eframe::egui::{Context, Id, TextEdit, Ui};
use std::path::PathBuf;

/// What is exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ui) enum What {
    /// One deck.
    Deck(DeckId),
    /// All decks of the learner's own, as a package.
    OwnDecks,
    /// The history.
    History,
    /// Everything.
    Everything,
}

/// What is chosen and typed.
#[derive(Debug, Clone)]
pub(in crate::ui) struct State {
    format: ExportFormat,
    with_history: bool,
    as_json: bool,
    path: String,
    /// Whether the path is still the one that was offered.
    offered: bool,
}

impl Default for State {
    fn default() -> Self {
        Self { format: ExportFormat::Ron, with_history: true, as_json: false, path: String::new(), offered: true }
    }
}

/// The file offered: in the learner's documents folder where there is one, else in the data folder.
fn offer(state: &mut State, what: &What, collection: &Collection) {
    if !state.offered {
        return;
    }
    let (stem, ending) = match what {
        What::Deck(deck) => (deck.to_string(), state.format.ending()),
        What::OwnDecks => ("my-decks".to_owned(), "apkg"),
        What::History => ("history".to_owned(), if state.as_json { "jsonl" } else { "csv" }),
        What::Everything => (format!("ascertain-{}", collection.date()), "zip"),
    };
    let folder = collection.export_folder();
    state.path = folder.join(format!("{stem}.{ending}")).display().to_string();
}

/// Shows the dialog.
#[must_use]
pub(in crate::ui) fn ui(ctx: &Context, what: &What, state: &mut State, collection: &Collection) -> Option<Action> {
    offer(state, what, collection);
    let title = match what {
        What::Deck(deck) => collection.deck(deck).map_or("Export".to_owned(), |deck| format!("Export “{}”", deck.title)),
        What::OwnDecks => "Export your decks as an Anki package".to_owned(),
        What::History => "Export the history".to_owned(),
        What::Everything => "Export everything".to_owned(),
    };
    let (action, close) = dialog(ctx, &title, 620.0, |ui| {
        format_ui(ui, what, state);
        words_ui(ui, what, state.format);
        ui.add_space(6.0);
        let t = tokens(ui);
        let id = label(ui, "File", 12.5, Weight::Medium, t.muted).id;
        let field = TextEdit::singleline(&mut state.path).id(Id::unique("export-path")).desired_width(f32::INFINITY);
        if ui.add(field).labelled_by(id).changed() {
            state.offered = false;
        }
        ui.add_space(10.0);
        let mut action = None;
        ui.horizontal(|ui| {
            if primary(ui, "Export", "", None).clicked() && !state.path.trim().is_empty() {
                let path = PathBuf::from(state.path.trim());
                action = Some(match what {
                    What::Deck(deck) => {
                        Action::Export { decks: vec![deck.clone()], format: state.format, with_history: state.with_history, path }
                    }
                    What::OwnDecks => {
                        Action::Export { decks: collection.own_decks(), format: ExportFormat::Apkg, with_history: state.with_history, path }
                    }
                    What::History => Action::ExportHistory(path),
                    What::Everything => Action::ExportEverything(path),
                });
            }
            if button(ui, "Cancel", "").clicked() {
                action = Some(Action::CloseDialog);
            }
        });
        action
    });
    action.or(close.then_some(Action::CloseDialog))
}

fn format_ui(ui: &mut Ui, what: &What, state: &mut State) {
    match what {
        What::Deck(_) => {
            let options: Vec<(ExportFormat, &str)> = ExportFormat::ALL.iter().map(|format| (*format, format.title())).collect();
            if let Some(format) = choice_row(ui, &options, state.format) {
                state.format = format;
            }
        }
        What::History => {
            if let Some(as_json) = choice_row(ui, &[(false, "CSV"), (true, "JSON Lines")], state.as_json) {
                state.as_json = as_json;
            }
        }
        What::OwnDecks | What::Everything => {}
    }
    let packs = matches!(what, What::OwnDecks) || (matches!(what, What::Deck(_)) && state.format == ExportFormat::Apkg);
    if packs {
        ui.add_space(6.0);
        ui.checkbox(&mut state.with_history, "With answers and schedules");
    }
}

/// What the format carries, and what it cannot.
fn words_ui(ui: &mut Ui, what: &What, format: ExportFormat) {
    let words = match (what, format) {
        (What::History, _) => "Every answer and mark, oldest first, with its instant and local time. The README names the columns.",
        (What::Everything, _) => {
            "History, decks with their pictures, and settings. Settings › Restore on another machine brings back exactly that."
        }
        (What::OwnDecks, _) | (_, ExportFormat::Apkg) => {
            "Opens in Anki with due days and memory states; questions become cards with options and answer."
        }
        (_, ExportFormat::Ron) => "The deck as a text file a person can read, write and keep in git.",
        (_, ExportFormat::AnkiText) => "Rows with tabs, which Anki imports. Texts only.",
        (_, ExportFormat::Csv) => "A table for a spreadsheet, which comes back whole, except that a case becomes single questions.",
        (_, ExportFormat::Markdown) => "Headings, boxes and quotations, to read and to share.",
        (_, ExportFormat::Gift) => "Questions for Moodle. An order cannot be said in it; gaps become essays.",
        (_, ExportFormat::Qti) => "A package of items for a learning platform.",
    };
    let t = tokens(ui);
    ui.add_space(6.0);
    label(ui, words, 13.0, Weight::Regular, t.muted);
}
