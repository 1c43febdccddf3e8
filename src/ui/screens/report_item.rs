//! One question of a mock exam in its report, with its reasons and the cause of a miss.

use super::super::action::Action;
use super::super::theme::{Tokens, Weight, tokens};
use super::super::widgets::{Markup, dialog, label, markup_ui, small_button};
use super::citations::citations_ui;
use super::parts::Answering;
use super::report::View;
use super::study_face::{case_ui, question_ui};
use crate::app::ReportItem;
use crate::model::{Cause, Face, Response};
use eframe::egui::{Context, Key, Modifiers, Role, Ui, WidgetInfo};

/// One question with its reasons, and the cause of a miss by one key.
#[must_use]
pub(in crate::ui) fn item_dialog(ctx: &Context, view: &View, place: usize) -> Option<Action> {
    let item = view.item(place)?;
    let title = format!("Question {}", item.row.number);
    let (action, close) = dialog(ctx, &title, 760.0, |ui| item_ui(ui, view, item));
    action.or(close.then_some(Action::CloseDialog))
}

fn item_ui(ui: &mut Ui, view: &View, item: &ReportItem) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    facts_ui(ui, item, t);
    if let Some(entry) = &item.entry
        && let Some(Face::Question { case, question, .. }) = entry.card().map(|card| card.face)
    {
        if let Some(case) = case {
            let mut open = 0;
            case_ui(ui, case, &mut open);
        }
        let look = Markup { size: 16.0, weight: Weight::Medium, color: t.text };
        markup_ui(ui, &question.stem, look);
        ui.add_space(8.0);
        let response = item.response.clone().unwrap_or(Response::GaveUp);
        let mut answering = Answering::new(&item.order, entry);
        action = question_ui(ui, entry, question, &item.order, &mut answering, Some(&response));
        ui.scope(|ui| citations_ui(ui, entry));
    }
    if !item.note.is_empty() {
        label(ui, format!("Your note: {}", item.note), 13.0, Weight::Regular, t.text);
    }
    if item.row.missed() {
        action = cause_ui(ui, view, item).or(action);
    }
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        if small_button(ui, "Close").clicked() {
            action = Some(Action::CloseDialog);
        }
    });
    action
}

fn facts_ui(ui: &mut Ui, item: &ReportItem, t: Tokens) {
    let row = &item.row;
    let mut facts = vec![item.domain.clone(), crate::app::time_words(row.taken_millis)];
    facts.extend(row.flagged.then(|| "flagged".to_owned()));
    facts.extend(row.confidence.map(|confidence| confidence.label().to_lowercase()));
    facts.extend(row.changed.map(|(from, to)| {
        let word = |right: bool| if right { "right" } else { "wrong" };
        format!("changed from {} to {}", word(from), word(to))
    }));
    facts.extend((!row.scored).then(|| "did not count".to_owned()));
    label(ui, facts.join(" · "), 12.5, Weight::Regular, t.muted);
    ui.add_space(4.0);
}

/// Four causes, by click or by the keys 1 to 4.
fn cause_ui(ui: &mut Ui, view: &View, item: &ReportItem) -> Option<Action> {
    let t = tokens(ui);
    let mut chosen = None;
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        label(ui, "Why was it missed?", 13.0, Weight::Medium, t.text);
        for (index, cause) in Cause::ALL.into_iter().enumerate() {
            let is = item.row.cause == Some(cause);
            let text = format!("{} {}{}", index + 1, cause.label(), if is { " ✓" } else { "" });
            let response = small_button(ui, &text);
            response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is, cause.label()));
            let key = [Key::Num1, Key::Num2, Key::Num3, Key::Num4];
            let pressed = key.get(index).is_some_and(|key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, *key)));
            if response.clicked() || pressed {
                chosen = Some((!is).then_some(cause));
            }
        }
    });
    chosen.map(|cause| Action::SetCause(view.report.id, item.row.place, cause))
}
