//! Library: find, bring in, look at decks; search all notes.

use super::super::action::Action;
use super::super::command::Command;
use super::super::route::{Dialog, Route};
use super::super::theme::{Weight, tokens};
use super::super::widgets::{
    button, card, chip, label, label_cut, link_button, meter, page_title, primary, rule, small_button, text_link, words,
};
use super::{cell, grouped, page, percent};
use crate::app::{Collection, DeckChange, DeckRow, NoteRow, Scope};
use crate::model::Severity;
use eframe::egui::{Align, Id, Key, Layout, Margin, TextEdit, Ui, vec2};

/// What the screen shows.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::ui) struct View {
    pub(in crate::ui) decks: Vec<DeckRow>,
    pub(in crate::ui) cards: usize,
    pub(in crate::ui) loading: bool,
    /// Errors of the checker in the learner's files.
    pub(in crate::ui) problems: usize,
    /// What else the checker says of them.
    pub(in crate::ui) hints: usize,
    pub(in crate::ui) undo_import: Option<String>,
    /// Notes that the last reload changed.
    changed: usize,
    /// The search that is shown, and what it found or why it cannot be read.
    pub(in crate::ui) query: String,
    pub(in crate::ui) found: Result<Vec<NoteRow>, String>,
}

impl View {
    pub(in crate::ui) fn new(collection: &Collection, query: &str, changes: &[DeckChange]) -> Self {
        let query = query.trim();
        let found = if query.is_empty() { Ok(Vec::new()) } else { collection.search_notes(query).map_err(|error| error.to_string()) };
        let problems = collection.issues().iter().filter(|issue| issue.severity == Severity::Error).count();
        Self {
            decks: collection.deck_rows(),
            cards: collection.visible_card_count(),
            loading: !collection.is_loaded(),
            problems,
            hints: collection.issues().len() - problems,
            undo_import: collection.undoable_import().map(str::to_owned),
            changed: changes.iter().map(|change| change.changed).sum(),
            query: query.to_owned(),
            found,
        }
    }
}

/// What is half typed.
#[derive(Debug, Default)]
pub(in crate::ui) struct State {
    pub(in crate::ui) query: String,
    pub(in crate::ui) focus_search: bool,
    show_hidden: bool,
}

/// Draws the screen.
#[must_use]
pub(in crate::ui) fn ui(ui: &mut Ui, view: &View, state: &mut State) -> Option<Action> {
    page(ui, "library", |ui| {
        let mut action = None;
        page_title(ui, "Library", "", |ui| {
            if primary(ui, "Import…", &Command::Import.key_words(), None).clicked() {
                action = Some(Action::ChooseImport);
            }
            if button(ui, "Browse cards", &Command::Browse.key_words()).clicked() {
                action = Some(Action::Browse(String::new()));
            }
            if button(ui, "New deck", "").clicked() {
                action = Some(Action::Open(Dialog::NewDeck));
            }
        });
        action = notices_ui(ui, view).or(action);
        search_ui(ui, view, state);
        ui.add_space(14.0);
        let asked = if view.query.is_empty() { decks_ui(ui, view, state) } else { found_ui(ui, view) };
        ui.add_space(14.0);
        let dropped = drop_zone_ui(ui);
        asked.or(dropped).or(action)
    })
}

fn notices_ui(ui: &mut Ui, view: &View) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    if view.problems + view.hints == 0 && view.undo_import.is_none() && view.changed == 0 {
        return None;
    }
    ui.horizontal(|ui| {
        if view.problems > 0 {
            chip(ui, &format!("{} in your files", super::plural(view.problems, "problem")), t.hard, t.warn_soft);
        } else if view.hints > 0 {
            label(ui, format!("{} from the checker", super::plural(view.hints, "hint")), 12.5, Weight::Regular, t.muted);
        }
        if view.problems + view.hints > 0 && link_button(ui, if view.problems > 0 { "Show problems" } else { "Show hints" }).clicked() {
            action = Some(Action::Open(Dialog::Issues));
        }
        if view.changed > 0 {
            label(ui, format!("{} changed in their files", super::plural(view.changed, "note")), 12.5, Weight::Regular, t.muted);
            if link_button(ui, "Show changes").clicked() {
                action = Some(Action::Open(Dialog::Changes));
            }
        }
        if let Some(title) = &view.undo_import {
            label_cut(ui, format!("“{title}” can be taken back."), 12.5, Weight::Regular, t.muted);
            if link_button(ui, "Undo").clicked() {
                action = Some(Action::UndoImport);
            }
        }
    });
    action
}

fn search_ui(ui: &mut Ui, view: &View, state: &mut State) {
    let t = tokens(ui);
    let hint = format!("Search {} cards: try  is:due domain:kms", grouped(view.cards as u64));
    let field = TextEdit::singleline(&mut state.query)
        .id(Id::unique("library-search"))
        .hint_text(words(hint, 14.0, Weight::Regular, t.faint))
        .margin(Margin::symmetric(14, 10))
        .desired_width(f32::INFINITY);
    let response = ui.add(field);
    response.widget_info(|| {
        let mut info = eframe::egui::WidgetInfo::labeled(eframe::egui::Role::TextInput, true, "Search cards");
        info.current_text_value = Some(state.query.clone());
        info
    });
    if std::mem::take(&mut state.focus_search) {
        response.request_focus();
    }
    if response.has_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
        state.query.clear();
        response.surrender_focus();
    }
}

fn decks_ui(ui: &mut Ui, view: &View, state: &mut State) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    card(ui, |ui| {
        if view.loading {
            label(ui, "Reading your decks…", 14.0, Weight::Regular, t.muted);
            return;
        }
        let columns = Columns::of(ui.available_width());
        header_ui(ui, &columns);
        for row in view.decks.iter().filter(|row| !row.hidden) {
            rule(ui);
            action = deck_row_ui(ui, row, &columns).or(action.take());
        }
        let hidden: Vec<&DeckRow> = view.decks.iter().filter(|row| row.hidden).collect();
        if !hidden.is_empty() {
            rule(ui);
            let text = if hidden.len() == 1 { "1 hidden deck".to_owned() } else { format!("{} hidden decks", hidden.len()) };
            if link_button(ui, &text).clicked() {
                state.show_hidden = !state.show_hidden;
            }
            for row in hidden.iter().filter(|_| state.show_hidden) {
                ui.horizontal(|ui| {
                    label(ui, row.title.as_str(), 14.0, Weight::Regular, t.muted);
                    if small_button(ui, "Show again").on_hover_text(format!("Study {} again", row.title)).clicked() {
                        action = Some(Action::HideDeck(row.id.clone(), false));
                    }
                });
            }
        }
    });
    action
}

/// Widths of the table's columns; the meter goes where there is little room.
struct Columns {
    title: f32,
    meter: f32,
}

const FIGURE: f32 = 58.0;
const RECALL: f32 = 92.0;
const AS_OF: f32 = 84.0;

impl Columns {
    fn of(width: f32) -> Self {
        let meter = if width > 760.0 { 148.0 } else { 0.0 };
        Self { title: (width - 3.0 * FIGURE - RECALL - AS_OF - meter - 20.0).max(120.0), meter }
    }
}

fn header_ui(ui: &mut Ui, columns: &Columns) {
    let t = tokens(ui);
    ui.horizontal(|ui| {
        ui.set_height(22.0);
        ui.spacing_mut().item_spacing.x = 0.0;
        let head = |ui: &mut Ui, text: &str, width: f32, right: bool| {
            cell(ui, width, right, |ui| drop(label(ui, text, 12.0, Weight::Medium, t.muted)));
        };
        head(ui, "Deck", columns.title, false);
        head(ui, "Cards", FIGURE, true);
        head(ui, "Due", FIGURE, true);
        head(ui, "New", FIGURE, true);
        head(ui, "Recall now", RECALL, true);
        ui.add_space(20.0);
        if columns.meter > 0.0 {
            head(ui, "Mastery", columns.meter, false);
        }
        head(ui, "As of", AS_OF, false);
    });
}

fn deck_row_ui(ui: &mut Ui, row: &DeckRow, columns: &Columns) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    ui.horizontal(|ui| {
        ui.set_height(44.0);
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.allocate_ui(vec2(columns.title, 44.0), |ui| {
            ui.set_min_width(columns.title);
            ui.vertical(|ui| {
                ui.set_max_width(columns.title - 12.0);
                ui.spacing_mut().item_spacing.y = 1.0;
                ui.add_space(4.0);
                if text_link(ui, &row.title, 14.0, Weight::Semibold).clicked() {
                    action = Some(Action::Go(Route::Deck(row.id.clone())));
                }
                label_cut(ui, row.summary.as_str(), 12.5, Weight::Regular, t.muted);
            });
        });
        let figure =
            |ui: &mut Ui, text: String, width: f32, color| cell(ui, width, true, |ui| drop(label(ui, text, 14.0, Weight::Regular, color)));
        figure(ui, row.cards.to_string(), FIGURE, t.text);
        figure(ui, row.due.to_string(), FIGURE, if row.due > 0 { t.good } else { t.muted });
        figure(ui, row.new_cards.to_string(), FIGURE, if row.new_cards > 0 { t.easy } else { t.muted });
        figure(ui, percent(row.recall), RECALL, t.text);
        ui.add_space(20.0);
        if columns.meter > 0.0 {
            cell(ui, columns.meter, false, |ui| drop(meter(ui, &format!("Mastery of {}", row.title), row.mastery, 130.0, t.accent)));
        }
        let as_of = row.as_of.map_or("—".to_owned(), |date| date.format("%b %Y").to_string());
        cell(ui, AS_OF, false, |ui| drop(label(ui, as_of, 14.0, Weight::Regular, t.muted)));
    });
    action
}

fn found_ui(ui: &mut Ui, view: &View) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    card(ui, |ui| match &view.found {
        Err(reason) => drop(label(ui, reason.as_str(), 14.0, Weight::Regular, t.again)),
        Ok(rows) => {
            ui.horizontal(|ui| {
                let count = if rows.len() == 1 { "1 note".to_owned() } else { format!("{} notes", grouped(rows.len() as u64)) };
                label(ui, count, 15.0, Weight::Semibold, t.text);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if !rows.is_empty() && small_button(ui, "Study these").clicked() {
                        action = Some(Action::Study(Scope::Search(view.query.clone())));
                    }
                    if !rows.is_empty() && small_button(ui, "Browse these").clicked() {
                        action = Some(Action::Browse(view.query.clone()));
                    }
                    if !rows.is_empty() && small_button(ui, "Study ahead").clicked() {
                        action = Some(Action::Study(Scope::Ahead(view.query.clone())));
                    }
                });
            });
            if rows.is_empty() {
                label(
                    ui,
                    "Nothing fits. Fewer words find more; `tag:`, `deck:`, `domain:`, `is:` and `kind:` narrow a search.",
                    14.0,
                    Weight::Regular,
                    t.muted,
                );
            }
            action = super::deck::note_rows_ui(ui, rows, true).or(action.take());
        }
    });
    action
}

fn drop_zone_ui(ui: &mut Ui) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    let frame = eframe::egui::Frame::new()
        .stroke(eframe::egui::Stroke::new(1.0, t.line))
        .corner_radius(12.0)
        .inner_margin(Margin::symmetric(16, 10));
    frame.show(ui, |ui| {
        ui.horizontal(|ui| {
            label_cut(
                ui,
                "Drop files or a folder here: decks, Anki packages, CSV, Markdown, GIFT, QTI, JSON",
                14.0,
                Weight::Regular,
                t.muted,
            );
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if link_button(ui, "Type a path").clicked() {
                    action = Some(Action::Open(Dialog::ImportPath));
                }
                if link_button(ui, "Paste").on_hover_text("Look at what the clipboard holds; Ctrl V does the same").clicked() {
                    action = Some(Action::PasteImport);
                }
            });
        });
    });
    action
}
