//! All cards in a table: searched, sorted, changed many at once.

use super::super::action::{Action, Bulk};
use super::super::route::{Dialog, Route};
use super::super::theme::{Weight, tokens};
use super::super::widgets::{button, chip_button, label, label_cut, link_button, page_title, small_button, words};
use super::{grouped, plural};
use crate::app::{CardEntry, Collection, Scope, SortBy};
use crate::model::{CardId, DeckId, Flag, MarkKind};
use eframe::egui::{Align, ComboBox, Id, Key, Layout, Margin, Modifiers, Role, Sense, TextEdit, Ui, WidgetInfo};
use egui_extras::{Column, TableBuilder};
use std::collections::BTreeSet;

/// What was found, and for which question.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::ui) struct View {
    query: String,
    /// Places among all cards, or why the search cannot be read.
    rows: Result<Vec<usize>, String>,
    searches: Vec<(String, String)>,
    decks: Vec<(DeckId, String)>,
}

impl View {
    pub(in crate::ui) fn new(collection: &Collection, state: &State) -> Self {
        let own = collection.own_decks();
        let title = |id: &DeckId| collection.deck(id).map_or(id.to_string(), |deck| deck.title.clone());
        Self {
            query: state.query.clone(),
            rows: collection.browse(&state.query, state.sort.0, state.sort.1).map_err(|error| error.to_string()),
            searches: collection.settings().searches.clone().into_iter().collect(),
            decks: own.into_iter().map(|id| (id.clone(), title(&id))).collect(),
        }
    }
}

/// What is typed and chosen.
#[derive(Debug, Default)]
pub(in crate::ui) struct State {
    pub(in crate::ui) query: String,
    sort: (SortBy, bool),
    selected: BTreeSet<CardId>,
    /// The row from which a range is chosen.
    anchor: Option<usize>,
    search_name: String,
    tag: String,
    find: String,
    replace: String,
    same_case: bool,
    replacing: bool,
    pub(in crate::ui) focus: bool,
}

impl State {
    /// What the rows depend on.
    pub(in crate::ui) fn key(&self) -> String {
        format!("{}\n{:?}", self.query, self.sort)
    }
}

/// Draws the screen. It fills the window: the table scrolls, not the page.
#[must_use]
pub(in crate::ui) fn ui(ui: &mut Ui, view: &View, state: &mut State, collection: &Collection) -> Option<Action> {
    let frame = eframe::egui::Frame::new().inner_margin(Margin { left: 36, right: 36, top: 28, bottom: 16 });
    frame
        .show(ui, |ui| {
            let mut action = None;
            if link_button(ui, "‹ Library").clicked() {
                action = Some(Action::Go(Route::Library));
            }
            page_title(ui, "Browse", "", |ui| {
                if button(ui, "Study these", "").clicked() && view.rows.as_ref().is_ok_and(|rows| !rows.is_empty()) {
                    action = Some(Action::Study(Scope::Search(view.query.clone())));
                }
            });
            search_ui(ui, state);
            action = searches_ui(ui, view, state).or(action);
            match &view.rows {
                Err(reason) => drop(label(ui, reason.as_str(), 14.0, Weight::Regular, tokens(ui).again)),
                Ok(rows) => {
                    action = bar_ui(ui, view, rows, state, collection).or(action);
                    action = table_ui(ui, rows, state, collection).or(action);
                }
            }
            action
        })
        .inner
}

fn search_ui(ui: &mut Ui, state: &mut State) {
    let t = tokens(ui);
    let hint = "Search: is:due  prop:s>30  rated:7:1  deck:aws*  tag:iam  \"a phrase\"  -not  (this or that)";
    let field = TextEdit::singleline(&mut state.query)
        .id(Id::unique("browse-search"))
        .hint_text(words(hint, 14.0, Weight::Regular, t.faint))
        .margin(Margin::symmetric(14, 9))
        .desired_width(f32::INFINITY);
    let response = ui.add(field);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::TextInput, true, "Search all cards");
        info.current_text_value = Some(state.query.clone());
        info
    });
    if std::mem::take(&mut state.focus) {
        response.request_focus();
    }
    if response.changed() {
        state.selected.clear();
        state.anchor = None;
    }
}

/// Searches kept under a name.
fn searches_ui(ui: &mut Ui, view: &View, state: &mut State) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        for (name, query) in &view.searches {
            let response =
                chip_button(ui, name, t.accent, t.accent_soft).on_hover_text(format!("{query}  (click with Shift to forget it)"));
            if response.clicked() {
                if ui.input(|input| input.modifiers.shift) {
                    action = Some(Action::KeepSearch(name.clone(), None));
                } else {
                    state.query.clone_from(query);
                }
            }
        }
        let known = view.searches.iter().any(|(_, query)| *query == state.query.trim());
        if !state.query.trim().is_empty() && !known {
            let field = TextEdit::singleline(&mut state.search_name).id(Id::unique("search-name")).hint_text("Name").desired_width(110.0);
            ui.add(field).widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Name of this search"));
            if small_button(ui, "Keep this search").clicked() && !state.search_name.trim().is_empty() {
                action = Some(Action::KeepSearch(std::mem::take(&mut state.search_name), Some(state.query.clone())));
            }
        }
    });
    action
}

/// How many were found, and what can be done with those selected.
fn bar_ui(ui: &mut Ui, view: &View, rows: &[usize], state: &mut State, collection: &Collection) -> Option<Action> {
    let t = tokens(ui);
    let mut bulk = None;
    state.selected.retain(|card| collection.card(card).is_some());
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        let found = if rows.len() == 1 { "1 card".to_owned() } else { format!("{} cards", grouped(rows.len() as u64)) };
        label(ui, found, 14.0, Weight::Semibold, t.text);
        if state.selected.is_empty() {
            if small_button(ui, "All").on_hover_text("Every card that was found").clicked() {
                state.selected = rows.iter().filter_map(|row| collection.card_at(*row)).map(|entry| entry.id.clone()).collect();
            }
            label(ui, "Click a card to select it, with Ctrl or Shift for more; double-click shows it.", 12.5, Weight::Regular, t.muted);
            return;
        }
        label(ui, format!("{} selected", grouped(state.selected.len() as u64)), 14.0, Weight::Medium, t.accent);
        if small_button(ui, "None").on_hover_text("Nothing selected").clicked() {
            state.selected.clear();
        }
        bulk = marks_ui(ui).or(bulk.take());
        bulk = notes_ui(ui, view, state).or(bulk.take());
    });
    if state.replacing && !state.selected.is_empty() {
        bulk = replace_ui(ui, state).or(bulk);
    }
    ui.add_space(4.0);
    bulk.map(|bulk| Action::Bulk(state.selected.iter().cloned().collect(), bulk))
}

fn marks_ui(ui: &mut Ui) -> Option<Bulk> {
    let mut bulk = None;
    for (text, mark) in [("Suspend", MarkKind::Suspend), ("Unsuspend", MarkKind::Unsuspend), ("Learn anew", MarkKind::Reset)] {
        if small_button(ui, text).clicked() {
            bulk = Some(Bulk::Mark(mark));
        }
    }
    let combo = ComboBox::from_id_salt("bulk-flag").selected_text("Flag").width(64.0).show_ui(ui, |ui| {
        for number in 0..=Flag::COUNT {
            let text = if number == 0 { "No flag".to_owned() } else { format!("Flag {number}") };
            if ui.selectable_label(false, text).clicked() {
                bulk = Some(Bulk::Mark(MarkKind::Flag(Flag::new(number))));
            }
        }
    });
    combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "Flag the selected"));
    bulk
}

fn notes_ui(ui: &mut Ui, view: &View, state: &mut State) -> Option<Bulk> {
    let mut bulk = None;
    let field = TextEdit::singleline(&mut state.tag).id(Id::unique("bulk-tag")).hint_text("tag").desired_width(90.0);
    ui.add(field).widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Tag"));
    for (text, on) in [("Add tag", true), ("Remove tag", false)] {
        if small_button(ui, text).clicked() && !state.tag.trim().is_empty() {
            bulk = Some(Bulk::Tag(state.tag.trim().to_owned(), on));
        }
    }
    let combo = ComboBox::from_id_salt("bulk-move").selected_text("Move to").width(84.0).show_ui(ui, |ui| {
        if view.decks.is_empty() {
            label(ui, "Make a deck of your own first", 12.5, Weight::Regular, tokens(ui).muted);
        }
        for (id, title) in &view.decks {
            if ui.selectable_label(false, title).clicked() {
                bulk = Some(Bulk::Move(id.clone()));
            }
        }
    });
    combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "Move the selected to a deck"));
    if small_button(ui, "Find and replace").clicked() {
        state.replacing = !state.replacing;
    }
    if small_button(ui, "Remove notes").on_hover_text("Their history stays; the last change can be taken back on the Library").clicked() {
        bulk = Some(Bulk::Remove);
    }
    bulk
}

fn replace_ui(ui: &mut Ui, state: &mut State) -> Option<Bulk> {
    let t = tokens(ui);
    let mut bulk = None;
    ui.horizontal_wrapped(|ui| {
        for (name, text) in [("Find", &mut state.find), ("Replace with", &mut state.replace)] {
            let id = label(ui, name, 12.5, Weight::Medium, t.muted).id;
            ui.add(TextEdit::singleline(text).id(Id::unique(name)).desired_width(180.0)).labelled_by(id);
        }
        ui.checkbox(&mut state.same_case, "Same case");
        if small_button(ui, "Replace in selected").clicked() && !state.find.is_empty() {
            bulk = Some(Bulk::Replace { find: state.find.clone(), replace: state.replace.clone(), same_case: state.same_case });
        }
    });
    bulk
}

const COLUMNS: [(SortBy, &str, f32); 9] = [
    (SortBy::Question, "Question", 0.0),
    (SortBy::Deck, "Deck", 112.0),
    (SortBy::Kind, "Kind", 52.0),
    (SortBy::Due, "Due", 82.0),
    (SortBy::Interval, "Interval", 68.0),
    (SortBy::Stability, "Stability", 66.0),
    (SortBy::Difficulty, "Difficulty", 68.0),
    (SortBy::Reps, "Answers", 62.0),
    (SortBy::Lapses, "Lapses", 54.0),
];

fn table_ui(ui: &mut Ui, rows: &[usize], state: &mut State, collection: &Collection) -> Option<Action> {
    let mut action = None;
    let roomy = ui.available_width() > 900.0;
    let shown: Vec<(SortBy, &str, f32)> =
        COLUMNS.into_iter().filter(|(sort, ..)| roomy || !matches!(sort, SortBy::Deck | SortBy::Reps | SortBy::Lapses)).collect();
    let mut table = TableBuilder::new(ui)
        .id_salt("browse")
        .sense(Sense::click())
        .auto_shrink(false)
        .striped(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::remainder().at_least(180.0).clip(true));
    for (_, _, width) in shown.iter().skip(1) {
        table = table.column(Column::exact(*width).clip(true));
    }
    let sort = &mut state.sort;
    let (selected, anchor) = (&mut state.selected, &mut state.anchor);
    table
        .header(26.0, |mut header| {
            for (by, title, _) in &shown {
                header.col(|ui| head_ui(ui, *by, title, sort));
            }
        })
        .body(|body| {
            body.rows(26.0, rows.len(), |mut row| {
                let place = row.index();
                let Some(entry) = rows.get(place).and_then(|at| collection.card_at(*at)) else { return };
                row.set_selected(selected.contains(&entry.id));
                for (by, ..) in &shown {
                    row.col(|ui| cell_ui(ui, *by, entry, collection));
                }
                let response = row.response();
                response
                    .widget_info(|| WidgetInfo::selected(Role::Button, true, selected.contains(&entry.id), format!("Card: {}", entry.id)));
                if response.double_clicked() {
                    action = Some(Action::Open(Dialog::Info(entry.id.clone())));
                } else if response.clicked() {
                    let modifiers = response.ctx.input(|input| input.modifiers);
                    choose(selected, anchor, rows, place, modifiers, collection);
                }
            });
        });
    if ui.input(|input| input.key_pressed(Key::Escape)) && !ui.ctx().text_edit_focused() {
        state.selected.clear();
    }
    action
}

/// A click selects one row; with Ctrl one more or less; with Shift all from the last one clicked.
fn choose(
    selected: &mut BTreeSet<CardId>,
    anchor: &mut Option<usize>,
    rows: &[usize],
    place: usize,
    modifiers: Modifiers,
    collection: &Collection,
) {
    let id = |place: usize| rows.get(place).and_then(|at| collection.card_at(*at)).map(|entry| entry.id.clone());
    if modifiers.shift
        && let Some(from) = *anchor
    {
        selected.extend((from.min(place)..=from.max(place)).filter_map(id));
        return;
    }
    *anchor = Some(place);
    let Some(card) = id(place) else { return };
    if !modifiers.command {
        selected.clear();
        selected.insert(card);
    } else if !selected.remove(&card) {
        selected.insert(card);
    }
}

fn head_ui(ui: &mut Ui, by: SortBy, title: &str, sort: &mut (SortBy, bool)) {
    let t = tokens(ui);
    let arrow = match (sort.0 == by, sort.1) {
        (true, false) => " ↑",
        (true, true) => " ↓",
        (false, _) => "",
    };
    let text = words(format!("{title}{arrow}"), 12.0, Weight::Medium, if sort.0 == by { t.accent } else { t.muted });
    let response = ui.add(eframe::egui::Label::new(text).sense(Sense::click()).truncate());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Sort by {title}")));
    if response.clicked() {
        *sort = if sort.0 == by { (if sort.1 { SortBy::Order } else { by }, !sort.1) } else { (by, false) };
    }
}

fn cell_ui(ui: &mut Ui, by: SortBy, entry: &CardEntry, collection: &Collection) {
    let t = tokens(ui);
    let state = &entry.state;
    let number = |value: Option<f32>| value.map_or("—".to_owned(), |value| format!("{value:.1}"));
    let days = state.interval_days(collection.policy().rollover_hour);
    let text = match by {
        SortBy::Question | SortBy::Order => {
            let headline = entry.note().map(crate::model::Note::headline).unwrap_or_default();
            let color = if state.suspended { t.faint } else { t.text };
            label_cut(ui, headline, 13.5, Weight::Regular, color);
            return;
        }
        SortBy::Deck => entry.deck.title.clone(),
        SortBy::Kind => entry.kind.as_str().to_owned(),
        SortBy::Due => collection.standing(state),
        SortBy::Interval => {
            if days > 0 {
                plural(days.unsigned_abs() as usize, "day")
            } else {
                "—".to_owned()
            }
        }
        SortBy::Stability => number(state.memory.map(|memory| memory.stability)),
        SortBy::Difficulty => number(state.memory.map(|memory| memory.difficulty)),
        SortBy::Reps => state.reps.to_string(),
        SortBy::Lapses => state.lapses.to_string(),
    };
    label_cut(ui, text, 12.5, Weight::Regular, t.muted);
}
