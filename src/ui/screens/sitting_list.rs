//! The review screen of a mock exam: every question with its status; all of them, the open ones, the flagged ones.

use super::super::action::Action;
use super::super::theme::{Weight, tokens};
use super::super::widgets::{card, choice_row, label, label_cut, rule, text_link};
use super::row_if_seen;
use super::sitting::View;
use crate::engine::exam::Act;
use crate::model::text::plain;
use eframe::egui::{Align, Frame, Layout, Margin, ScrollArea, Ui, vec2};

const ROW: f32 = 30.0;

/// Which questions are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Filter {
    #[default]
    All,
    Open,
    Flagged,
}

/// What is chosen.
#[derive(Debug, Default)]
pub(in crate::ui) struct State {
    filter: Filter,
}

/// Draws the table.
#[must_use]
pub(in crate::ui) fn ui(ui: &mut Ui, view: &View<'_>, state: &mut State) -> Option<Action> {
    let sitting = &view.exam.sitting;
    let places = sitting.open_places();
    let item = |place: usize| sitting.items().get(place);
    let count = |wanted: &dyn Fn(usize) -> bool| places.clone().filter(|place| wanted(*place)).count();
    let is_open = |place: usize| item(place).is_some_and(|item| !item.is_answered());
    let is_flagged = |place: usize| item(place).is_some_and(|item| item.flagged);
    let (open, flagged) = (count(&is_open), count(&is_flagged));
    let mut action = None;
    ScrollArea::vertical().id_salt("exam-list").auto_shrink(false).show(ui, |ui| {
        Frame::new().inner_margin(Margin { left: 44, right: 28, top: 28, bottom: 28 }).show(ui, |ui| {
            let t = tokens(ui);
            label(ui, "Review", 24.0, Weight::Semibold, t.text);
            ui.add_space(8.0);
            let names = [format!("All {}", places.len()), format!("Unanswered {open}"), format!("Flagged {flagged}")];
            let options: Vec<(Filter, &str)> =
                [Filter::All, Filter::Open, Filter::Flagged].into_iter().zip(names.iter().map(String::as_str)).collect();
            if let Some(filter) = choice_row(ui, &options, state.filter) {
                state.filter = filter;
            }
            ui.add_space(10.0);
            let listed: Vec<usize> = (places.clone())
                .filter(|place| match state.filter {
                    Filter::All => true,
                    Filter::Open => is_open(*place),
                    Filter::Flagged => is_flagged(*place),
                })
                .collect();
            card(ui, |ui| {
                if listed.is_empty() {
                    label(ui, "None.", 14.0, Weight::Regular, t.muted);
                }
                for (index, place) in listed.into_iter().enumerate() {
                    if index > 0 {
                        rule(ui);
                    }
                    let number = place - places.start + 1;
                    action = row_if_seen(ui, ROW, |ui| row_ui(ui, view, place, number)).or(action.take());
                }
            });
        });
    });
    action
}

fn row_ui(ui: &mut Ui, view: &View<'_>, place: usize, number: usize) -> Option<Action> {
    let t = tokens(ui);
    let item = view.exam.sitting.items().get(place)?;
    let (status, color) = match (item.visited, item.is_answered()) {
        (_, true) => ("Answered", t.accent),
        (true, false) => ("Unanswered", t.hard),
        (false, false) => ("Unseen", t.muted),
    };
    let mut action = None;
    ui.horizontal(|ui| {
        ui.set_height(ROW);
        ui.allocate_ui_with_layout(vec2(110.0, 30.0), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(110.0);
            if text_link(ui, &format!("Question {number}"), 14.0, Weight::Medium).clicked() {
                action = Some(Action::Exam(Act::GoTo(place)));
            }
        });
        ui.allocate_ui_with_layout(vec2(100.0, 30.0), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(100.0);
            label(ui, status, 13.0, Weight::Regular, color);
        });
        ui.allocate_ui_with_layout(vec2(84.0, 30.0), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(84.0);
            if item.flagged {
                label(ui, "flagged", 13.0, Weight::Regular, t.hard);
            }
        });
        let stem = view.exam.sitting.question(place).map(|question| plain(&question.stem)).unwrap_or_default();
        label_cut(ui, stem.lines().next().unwrap_or_default(), 13.0, Weight::Regular, t.muted);
    });
    action
}
