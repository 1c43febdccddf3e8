//! The questions of a mock exam in its report: all, the missed, the flagged, the slow.

use super::super::action::Action;
use super::super::route::Dialog;
use super::super::theme::{Weight, tokens};
use super::super::widgets::{card, choice_row, label, label_cut, link_button, rule, text_link};
use super::report::View;
use super::{cell, row_if_seen};
use crate::app::ReportItem;
use crate::model::Cause;
use eframe::egui::{Align, Layout, Ui};

/// Which questions are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Filter {
    #[default]
    Missed,
    Flagged,
    Slow,
    All,
}

/// What is chosen.
#[derive(Debug, Default)]
pub(in crate::ui) struct State {
    filter: Filter,
}

/// Draws the table.
#[must_use]
pub(in crate::ui) fn questions_ui(ui: &mut Ui, view: &View, state: &mut State) -> Option<Action> {
    let t = tokens(ui);
    let items = &view.report.items;
    let wanted = |filter: Filter, item: &ReportItem| match filter {
        Filter::Missed => item.row.missed(),
        Filter::Flagged => item.row.flagged,
        Filter::Slow => item.row.slow,
        Filter::All => true,
    };
    let mut action = None;
    card(ui, |ui| {
        ui.horizontal(|ui| {
            label(ui, "Questions", 15.0, Weight::Semibold, t.text);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let filters = [(Filter::All, "All"), (Filter::Slow, "Slow"), (Filter::Flagged, "Flagged"), (Filter::Missed, "Missed")];
                let names: Vec<(Filter, String)> = (filters.into_iter())
                    .map(|(filter, name)| (filter, format!("{name} {}", items.iter().filter(|item| wanted(filter, item)).count())))
                    .collect();
                let options: Vec<(Filter, &str)> = names.iter().map(|(filter, name)| (*filter, name.as_str())).collect();
                if let Some(filter) = choice_row(ui, &options, state.filter) {
                    state.filter = filter;
                }
            });
        });
        let columns = Columns::of(ui.available_width());
        header_ui(ui, &columns);
        let mut none = true;
        for item in items.iter().filter(|item| wanted(state.filter, item)) {
            none = false;
            rule(ui);
            action = row_if_seen(ui, ROW, |ui| row_ui(ui, item, &columns)).or(action.take());
        }
        if none {
            rule(ui);
            label(ui, "None.", 14.0, Weight::Regular, t.muted);
        }
    });
    action
}

/// Widths of the table's columns.
struct Columns {
    question: f32,
    domain: f32,
}

const ROW: f32 = 34.0;
const NUMBER: f32 = 40.0;
const LETTERS: f32 = 62.0;
const TIME: f32 = 56.0;
const CAUSE: f32 = 118.0;

impl Columns {
    fn of(width: f32) -> Self {
        let room = (width - NUMBER - 2.0 * LETTERS - TIME - CAUSE - 10.0).max(180.0);
        let domain = if room > 420.0 { room * 0.3 } else { 0.0 };
        Self { question: room - domain, domain }
    }
}

fn header_ui(ui: &mut Ui, columns: &Columns) {
    let t = tokens(ui);
    ui.horizontal(|ui| {
        ui.set_height(24.0);
        ui.spacing_mut().item_spacing.x = 0.0;
        for (name, width) in [
            ("#", NUMBER),
            ("Question", columns.question),
            ("Domain", columns.domain),
            ("You", LETTERS),
            ("Key", LETTERS),
            ("Time", TIME),
            ("Why missed", CAUSE),
        ] {
            if width > 0.0 {
                cell(ui, width, false, |ui| drop(label(ui, name, 12.0, Weight::Medium, t.muted)));
            }
        }
    });
}

fn row_ui(ui: &mut Ui, item: &ReportItem, columns: &Columns) -> Option<Action> {
    let t = tokens(ui);
    let row = &item.row;
    let mut action = None;
    ui.horizontal(|ui| {
        ui.set_height(ROW);
        ui.spacing_mut().item_spacing.x = 0.0;
        cell(ui, NUMBER, false, |ui| drop(label(ui, row.number.to_string(), 14.0, Weight::Regular, t.muted)));
        cell(ui, columns.question, false, |ui| {
            let stem = item.stem.lines().next().unwrap_or_default();
            let most = (columns.question / 7.4) as usize;
            let short: String = stem.chars().take(most.saturating_sub(1)).collect();
            let text = if stem.chars().count() > most { format!("{}…", short.trim_end()) } else { stem.to_owned() };
            if text_link(ui, &text, 14.0, Weight::Regular).on_hover_text(stem).clicked() {
                action = Some(Action::Open(Dialog::ExamItem(row.place)));
            }
        });
        if columns.domain > 0.0 {
            cell(ui, columns.domain, false, |ui| drop(label_cut(ui, item.domain.as_str(), 13.0, Weight::Regular, t.muted)));
        }
        let ink = if row.missed() { t.again } else { t.good };
        cell(ui, LETTERS, false, |ui| drop(label_cut(ui, item.given.as_str(), 13.5, Weight::Medium, ink)));
        cell(ui, LETTERS, false, |ui| drop(label_cut(ui, item.key.as_str(), 13.5, Weight::Medium, t.good)));
        let time = if row.slow { t.hard } else { t.text };
        cell(ui, TIME, false, |ui| drop(label(ui, crate::app::time_words(row.taken_millis), 13.5, Weight::Regular, time)));
        cell(ui, CAUSE, false, |ui| {
            if row.missed() {
                let words = row.cause.map_or("say why", Cause::label);
                if link_button(ui, words).clicked() {
                    action = Some(Action::Open(Dialog::ExamItem(row.place)));
                }
            } else if !row.scored {
                label(ui, "did not count", 12.5, Weight::Regular, t.faint);
            }
        });
    });
    action
}
