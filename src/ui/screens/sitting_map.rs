//! The small map of a mock exam: every question that can be seen, with its status.

use super::super::action::Action;
use super::super::theme::{Tokens, Weight, font, tokens};
use super::super::widgets::{focus_ring, label};
use super::sitting::View;
use crate::engine::exam::{Act, ItemState};
use eframe::egui::{Align, Align2, Layout, Response, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

/// Draws the map.
#[must_use]
pub(in crate::ui) fn navigator_ui(ui: &mut Ui, view: &View<'_>) -> Option<Action> {
    let t = tokens(ui);
    let sitting = &view.exam.sitting;
    let places = sitting.open_places();
    let answered = places.clone().filter(|place| sitting.items().get(*place).is_some_and(ItemState::is_answered)).count();
    let mut action = None;
    ui.horizontal(|ui| {
        label(ui, "Questions", 15.0, Weight::Semibold, t.text);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(19.0);
            label(ui, format!("{answered} answered"), 12.5, Weight::Regular, t.muted);
        });
    });
    ScrollArea::vertical().id_salt("exam-map").auto_shrink(false).max_height(ui.available_height() - 30.0).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
            for place in places.clone() {
                if map_cell_ui(ui, view, place, place - places.start + 1, t).clicked() {
                    action = Some(Action::Exam(Act::GoTo(place)));
                }
            }
        });
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        label(ui, "■ answered", 12.0, Weight::Regular, t.accent);
        label(ui, "▲ flagged", 12.0, Weight::Regular, t.hard);
        label(ui, "□ open", 12.0, Weight::Regular, t.muted);
    });
    action
}

fn map_cell_ui(ui: &mut Ui, view: &View<'_>, place: usize, number: usize, t: Tokens) -> Response {
    let item = view.exam.sitting.items().get(place);
    let (answered, flagged) = item.map_or((false, false), |item| (item.is_answered(), item.flagged));
    let here = place == view.place();
    let (rect, response) = ui.allocate_exact_size(vec2(38.0, 32.0), Sense::click());
    let mut spoken = format!("Question {number}, {}", if answered { "answered" } else { "open" });
    if flagged {
        spoken.push_str(", flagged");
    }
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, here, spoken.clone()));
    let ground = if answered { t.accent_soft } else { t.sunken };
    let border = match (here, flagged) {
        (true, _) => Stroke::new(2.0, t.accent),
        (false, true) => Stroke::new(1.5, t.hard),
        (false, false) => Stroke::new(1.0, if answered { t.accent_soft } else { t.line }),
    };
    ui.painter().rect(rect, 5.0, ground, border, StrokeKind::Inside);
    let ink = match (flagged, answered) {
        (true, _) => t.hard,
        (false, true) => t.accent,
        (false, false) => t.text,
    };
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, number, font(12.0, Weight::Regular), ink);
    if flagged {
        ui.painter().text(rect.right_top() + vec2(-3.0, 1.0), Align2::RIGHT_TOP, "▲", font(7.0, Weight::Regular), t.hard);
    }
    focus_ring(ui, &response, 5.0);
    response
}
