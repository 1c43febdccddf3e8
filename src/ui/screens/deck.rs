//! A deck: its domains, its notes, what can be done with it.

use super::super::action::Action;
use super::super::route::{Dialog, Route};
use super::super::theme::{Weight, tokens};
use super::super::widgets::{
    button, card, card_title, chip, figure, label, label_cut, link_button, meter, page_title, primary, rule, small_button,
};
use super::{page, percent};
use crate::app::{Collection, DeckRow, NoteRow, Scope};
use crate::model::{DeckId, NoteId};
use eframe::egui::{Align, Layout, Role, Sense, Ui, WidgetInfo, vec2};
use egui_extras::{Column, TableBuilder, TableRow};
use std::sync::Arc;

/// What the screen shows.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::ui) struct View {
    pub(in crate::ui) row: DeckRow,
    edition: String,
    license: String,
    domains: Vec<DeckRow>,
    notes: Vec<NoteRow>,
    hidden_notes: Vec<NoteId>,
    conflicts: Vec<(NoteId, String, String)>,
    sources: Vec<(String, String)>,
    has_corrections: bool,
}

impl View {
    /// None if the deck is gone.
    pub(in crate::ui) fn new(collection: &Collection, id: &DeckId) -> Option<Self> {
        let row = collection.deck_rows().into_iter().find(|row| row.id == *id)?;
        let deck = collection.deck(id)?;
        let headline = |note: &NoteId| deck.note(note).map(crate::model::Note::headline).unwrap_or_default();
        let conflicts = collection.conflicts(id).into_iter();
        Some(Self {
            edition: deck.edition.clone(),
            license: deck.license.clone(),
            domains: collection.domain_rows(id),
            notes: collection.search_notes(&format!("deck:{id}")).unwrap_or_default(),
            hidden_notes: collection.hidden_notes(id),
            conflicts: conflicts
                .map(|note| (note.clone(), headline(&note), collection.original_headline(id, &note).unwrap_or_default()))
                .collect(),
            sources: sources(&deck),
            has_corrections: collection.corrections(id).is_some(),
            row,
        })
    }
}

fn sources(deck: &Arc<crate::model::Deck>) -> Vec<(String, String)> {
    let title = |source: &crate::model::Source| {
        if source.edition.is_empty() { source.title.clone() } else { format!("{} ({})", source.title, source.edition) }
    };
    deck.sources.iter().map(|source| (title(source), source.url.clone())).collect()
}

/// Draws the screen.
#[must_use]
pub(in crate::ui) fn ui(ui: &mut Ui, view: &View) -> Option<Action> {
    page(ui, "deck", |ui| {
        let mut action = None;
        if link_button(ui, "‹ Library").clicked() {
            action = Some(Action::Go(Route::Library));
        }
        page_title(ui, &view.row.title, &view.row.summary, |ui| {
            if primary(ui, "Study", "", None).clicked() {
                action = Some(Action::Study(Scope::Deck(view.row.id.clone())));
            }
            if button(ui, "Study ahead", "").clicked() {
                action = Some(Action::Study(Scope::Ahead(format!("deck:{}", view.row.id))));
            }
        });
        chips_ui(ui, view);
        ui.add_space(12.0);
        let asked = conflicts_ui(ui, view);
        let asked = domains_ui(ui, view).or(asked);
        ui.add_space(16.0);
        let asked = notes_ui(ui, view).or(asked);
        ui.add_space(16.0);
        if !view.sources.is_empty() {
            sources_ui(ui, view);
            ui.add_space(16.0);
        }
        acts_ui(ui, view).or(asked).or(action)
    })
}

fn chips_ui(ui: &mut Ui, view: &View) {
    let t = tokens(ui);
    ui.horizontal_wrapped(|ui| {
        chip(ui, &super::plural(view.row.cards, "card"), t.accent, t.accent_soft);
        chip(ui, &format!("{} due", view.row.due), t.muted, t.sunken);
        chip(ui, &format!("{} new", view.row.new_cards), t.muted, t.sunken);
        if let Some(date) = view.row.as_of {
            chip(ui, &format!("checked {}", date.format("%-d %B %Y")), t.muted, t.sunken);
        }
        if !view.edition.is_empty() {
            chip(ui, &format!("edition {}", view.edition), t.muted, t.sunken);
        }
        if !view.license.is_empty() {
            chip(ui, &view.license, t.muted, t.sunken);
        }
    });
}

fn conflicts_ui(ui: &mut Ui, view: &View) -> Option<Action> {
    if view.conflicts.is_empty() {
        return None;
    }
    let t = tokens(ui);
    let mut action = None;
    card(ui, |ui| {
        card_title(ui, "You and the author both changed", "");
        for (note, mine, theirs) in &view.conflicts {
            rule(ui);
            label(ui, format!("Yours: {mine}"), 14.0, Weight::Regular, t.text);
            label(ui, format!("Theirs: {theirs}"), 14.0, Weight::Regular, t.muted);
            ui.horizontal(|ui| {
                for (text, keep_mine) in [("Keep mine", true), ("Take theirs", false)] {
                    if small_button(ui, text).clicked() {
                        action = Some(Action::Settle { deck: view.row.id.clone(), note: note.clone(), keep_mine });
                    }
                }
            });
        }
    });
    ui.add_space(16.0);
    action
}

fn domains_ui(ui: &mut Ui, view: &View) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    card(ui, |ui| {
        card_title(ui, "Domains", "recalled now · due · new");
        for (index, row) in view.domains.iter().enumerate() {
            if index > 0 {
                rule(ui);
            }
            ui.horizontal(|ui| {
                ui.set_height(34.0);
                ui.allocate_ui_with_layout(
                    vec2((ui.available_width() - 430.0).max(120.0), 34.0),
                    Layout::left_to_right(Align::Center),
                    |ui| {
                        ui.set_min_width((ui.available_width()).max(120.0));
                        label_cut(ui, row.title.as_str(), 14.0, Weight::Regular, t.text);
                    },
                );
                meter(ui, &row.title, row.mastery, 150.0, t.accent);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if let Some(domain) = row.domain.clone()
                        && small_button(ui, "Study").on_hover_text(format!("Study {}", row.title)).clicked()
                    {
                        action = Some(Action::Study(Scope::Domain(row.id.clone(), domain)));
                    }
                    for (text, color) in [
                        (row.new_cards.to_string(), if row.new_cards > 0 { t.easy } else { t.muted }),
                        (row.due.to_string(), if row.due > 0 { t.good } else { t.muted }),
                        (percent((row.mastery > 0.0).then_some(row.mastery)), t.text),
                    ] {
                        figure(ui, text, 48.0, 14.0, color);
                    }
                });
            });
        }
    });
    action
}

fn notes_ui(ui: &mut Ui, view: &View) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    card(ui, |ui| {
        card_title(ui, "Notes", &format!("{}", view.notes.len()));
        action = note_rows_ui(ui, &view.notes, false);
        for note in &view.hidden_notes {
            rule(ui);
            ui.horizontal(|ui| {
                label(ui, format!("{note} is hidden"), 14.0, Weight::Regular, t.muted);
                if small_button(ui, "Show again").clicked() {
                    action = Some(Action::HideNote(view.row.id.clone(), note.clone(), false));
                }
            });
        }
    });
    action
}

const ROW: f32 = 30.0;

/// A list of notes of which only the rows in sight are laid out, however many there are.
pub(in crate::ui) fn note_rows_ui(ui: &mut Ui, rows: &[NoteRow], with_deck: bool) -> Option<Action> {
    let mut action = None;
    let height = (ROW * rows.len() as f32).min(ROW * 14.0);
    let deck_width = if with_deck && ui.available_width() > 640.0 { 170.0 } else { 0.0 };
    let table = TableBuilder::new(ui)
        .id_salt("notes")
        .sense(Sense::click())
        .min_scrolled_height(height)
        .max_scroll_height(height)
        .auto_shrink([false, true])
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::remainder().at_least(160.0).clip(true))
        .columns(Column::exact(deck_width).clip(true), usize::from(deck_width > 0.0))
        .column(Column::exact(58.0))
        .column(Column::exact(110.0).clip(true));
    table.body(|body| {
        body.rows(ROW - 4.0, rows.len(), |mut table_row| {
            let Some(row) = rows.get(table_row.index()) else { return };
            note_row_ui(&mut table_row, row, deck_width > 0.0);
            let response = table_row.response();
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Note: {}", row.headline)));
            if response.clicked() {
                action = Some(Action::Open(Dialog::Info(row.card.clone())));
            }
        });
    });
    action
}

fn note_row_ui(table_row: &mut TableRow<'_, '_>, row: &NoteRow, with_deck: bool) {
    table_row.col(|ui| {
        let t = tokens(ui);
        for mark in &row.marks {
            chip(ui, mark, t.hard, t.warn_soft);
        }
        label_cut(ui, row.headline.as_str(), 13.5, Weight::Regular, t.text);
    });
    if with_deck {
        table_row.col(|ui| drop(label_cut(ui, row.deck_title.as_str(), 12.5, Weight::Regular, tokens(ui).faint)));
    }
    table_row.col(|ui| drop(label(ui, row.kind, 12.5, Weight::Regular, tokens(ui).faint)));
    table_row.col(|ui| drop(label_cut(ui, row.standing.as_str(), 12.5, Weight::Regular, tokens(ui).muted)));
}

fn sources_ui(ui: &mut Ui, view: &View) {
    let t = tokens(ui);
    card(ui, |ui| {
        card_title(ui, "Sources", "");
        for (title, url) in &view.sources {
            ui.horizontal_wrapped(|ui| {
                label(ui, title.as_str(), 13.0, Weight::Regular, t.text);
                if url.starts_with("https://") && link_button(ui, "Open").on_hover_text(url).clicked() {
                    ui.ctx().open_url(eframe::egui::OpenUrl::new_tab(url));
                }
            });
        }
    });
}

fn acts_ui(ui: &mut Ui, view: &View) -> Option<Action> {
    let mut action = None;
    ui.horizontal_wrapped(|ui| {
        if small_button(ui, "Hide deck").on_hover_text("It is no longer studied; its history stays").clicked() {
            action = Some(Action::HideDeck(view.row.id.clone(), true));
        }
        if view.row.file.is_some() {
            if small_button(ui, "Add note").clicked() {
                action = Some(Action::Open(Dialog::NewNote(view.row.id.clone())));
            }
            if small_button(ui, "Edit details").clicked() {
                action = Some(Action::Open(Dialog::DeckDetails(view.row.id.clone())));
            }
        }
        if small_button(ui, "Export…").clicked() {
            action = Some(Action::Open(Dialog::Export(super::export::What::Deck(view.row.id.clone()))));
        }
        if view.has_corrections
            && small_button(ui, "Copy corrections").on_hover_text("What you called wrong and changed, to send to the author").clicked()
        {
            action = Some(Action::CopyCorrections(view.row.id.clone()));
        }
        if let Some(first) = view.notes.first().filter(|_| view.row.file.is_some())
            && small_button(ui, "Open in editor").clicked()
        {
            action = Some(Action::OpenInEditor(view.row.id.clone(), first.note.clone()));
        }
        if view.row.file.is_some() && small_button(ui, "Remove deck").clicked() {
            action = Some(Action::Open(Dialog::Remove(view.row.id.clone())));
        }
    });
    action
}
