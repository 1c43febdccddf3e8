//! Buttons.

use super::super::theme::{Weight, font, tokens};
use super::focus_ring;
use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{Color32, FontId, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

struct Look {
    ink: Color32,
    ground: Color32,
    border: Color32,
    font: FontId,
    padding: Vec2,
}

/// The one primary button of a screen.
pub(in crate::ui) fn primary(ui: &mut Ui, text: &str, key: &str, width: Option<f32>) -> Response {
    let t = tokens(ui);
    let look = Look { ink: t.on_accent, ground: t.accent, border: t.accent, font: font(14.0, Weight::Semibold), padding: vec2(17.0, 11.0) };
    push_button(ui, text, key, width, &look)
}

/// An ordinary button.
pub(in crate::ui) fn button(ui: &mut Ui, text: &str, key: &str) -> Response {
    let t = tokens(ui);
    let look = Look { ink: t.text, ground: t.surface, border: t.edge, font: font(14.0, Weight::Semibold), padding: vec2(16.0, 10.0) };
    push_button(ui, text, key, None, &look)
}

/// A button in a row of a table.
pub(in crate::ui) fn small_button(ui: &mut Ui, text: &str) -> Response {
    let t = tokens(ui);
    let look = Look { ink: t.text, ground: t.surface, border: t.edge, font: font(12.5, Weight::Semibold), padding: vec2(11.0, 5.0) };
    push_button(ui, text, "", None, &look)
}

/// A button that looks like text.
pub(in crate::ui) fn link_button(ui: &mut Ui, text: &str) -> Response {
    let t = tokens(ui);
    let look = Look {
        ink: t.accent,
        ground: Color32::TRANSPARENT,
        border: Color32::TRANSPARENT,
        font: font(12.5, Weight::Medium),
        padding: vec2(4.0, 3.0),
    };
    push_button(ui, text, "", None, &look)
}

fn push_button(ui: &mut Ui, text: &str, key: &str, width: Option<f32>, look: &Look) -> Response {
    let enabled = ui.is_enabled();
    let fade = |color: Color32| if enabled { color } else { color.gamma_multiply(0.45) };
    let label = ui.painter().layout_no_wrap(text.to_owned(), look.font.clone(), fade(look.ink));
    let cap = (!key.is_empty()).then(|| ui.painter().layout_no_wrap(key.to_owned(), font(11.0, Weight::Mono), fade(look.ink)));
    let cap_width = cap.as_ref().map_or(0.0, |cap| cap.size().x + 10.0 + 8.0);
    let content = label.size().x + cap_width;
    let size = vec2(width.unwrap_or(content + look.padding.x * 2.0), label.size().y.max(17.0) + look.padding.y * 2.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, text));
    let pressed = response.is_pointer_button_down_on();
    let ground = if response.hovered() && enabled { hovered(look.ground, tokens(ui).text, pressed) } else { look.ground };
    ui.painter().rect(rect, 8.0, fade(ground), Stroke::new(1.0, fade(look.border)), StrokeKind::Inside);
    focus_ring(ui, &response, 8.0);
    let start = rect.center().x - content / 2.0;
    let label_size = label.size();
    ui.painter().galley(pos2(start, rect.center().y - label_size.y / 2.0), label, look.ink);
    if let Some(cap) = cap {
        let place = Rect::from_center_size(
            pos2(start + content - f32::midpoint(cap.size().x, 10.0), rect.center().y),
            cap.size() + vec2(10.0, 4.0),
        );
        paint_cap(ui, place, cap, fade(look.ink));
    }
    response
}

/// A touch of the text colour over the ground.
fn hovered(ground: Color32, ink: Color32, pressed: bool) -> Color32 {
    ground.blend(ink.gamma_multiply(if pressed { 0.14 } else { 0.07 }))
}

fn paint_cap(ui: &Ui, place: Rect, galley: std::sync::Arc<eframe::egui::Galley>, ink: Color32) {
    ui.painter().rect_stroke(place, 4.0, Stroke::new(1.0, ink.gamma_multiply(0.7)), StrokeKind::Inside);
    let at: Pos2 = place.center() - galley.size() / 2.0;
    ui.painter().galley(at, galley, ink);
}

/// A key as it looks on a keyboard.
pub(in crate::ui) fn keycap(ui: &mut Ui, key: &str) {
    let t = tokens(ui);
    let galley = ui.painter().layout_no_wrap(key.to_owned(), font(11.0, Weight::Mono), t.muted);
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(11.0, 4.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, key));
    paint_cap(ui, rect, galley, t.muted);
}

/// An item of the rail.
pub(in crate::ui) fn nav_item(ui: &mut Ui, text: &str, right: &str, selected: bool) -> Response {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 34.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, selected, text));
    if selected {
        ui.painter().rect(rect, 8.0, t.surface, Stroke::new(1.0, t.line), StrokeKind::Inside);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 8.0, hovered(t.sunken, t.text, false));
    }
    focus_ring(ui, &response, 8.0);
    let ink = if selected { t.text } else { t.muted };
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font(14.0, Weight::Medium), ink);
    ui.painter().galley(pos2(rect.left() + 11.0, rect.center().y - galley.size().y / 2.0), galley, ink);
    let galley = ui.painter().layout_no_wrap(right.to_owned(), font(12.0, Weight::Semibold), t.accent);
    ui.painter().galley(pos2(rect.right() - 11.0 - galley.size().x, rect.center().y - galley.size().y / 2.0), galley, t.accent);
    response
}

/// One of the four ratings: the word, when the card comes back, the key. A chosen one is filled.
pub(in crate::ui) fn rating_button(ui: &mut Ui, text: &str, due: &str, key: &str, ink: Color32, chosen: bool, width: f32) -> Response {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 60.0), Sense::click());
    let spoken = if chosen { format!("{text}, proposed") } else { text.to_owned() };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, spoken.clone()));
    let ground = if response.hovered() { hovered(t.surface, ink, false) } else { t.surface };
    let stroke = if chosen { 2.5 } else { 1.0 };
    ui.painter().rect(rect, 10.0, ground, Stroke::new(stroke, ink), StrokeKind::Inside);
    focus_ring(ui, &response, 10.0);
    let word = ui.painter().layout_no_wrap(text.to_owned(), font(14.0, Weight::Semibold), ink);
    ui.painter().galley(rect.min + vec2(15.0, 13.0), word, ink);
    let due = ui.painter().layout_no_wrap(due.to_owned(), font(12.5, Weight::Regular), t.muted);
    ui.painter().galley(rect.min + vec2(15.0, 33.0), due, t.muted);
    let cap = ui.painter().layout_no_wrap(key.to_owned(), font(11.0, Weight::Mono), ink);
    let place = Rect::from_min_size(pos2(rect.right() - 15.0 - cap.size().x - 11.0, rect.top() + 12.0), cap.size() + vec2(11.0, 4.0));
    paint_cap(ui, place, cap, ink);
    response
}

/// Text that can be clicked, such as a title in a table.
pub(in crate::ui) fn text_link(ui: &mut Ui, text: &str, size: f32, weight: Weight) -> Response {
    let t = tokens(ui);
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font(size, weight), t.text);
    job.wrap = TextWrapping::truncate_at_width(ui.available_width());
    let galley = ui.painter().layout_job(job);
    let (rect, mut response) = ui.allocate_exact_size(galley.size(), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Link, true, text));
    if galley.elided {
        response = response.on_hover_text(text);
    }
    if response.hovered() {
        ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, t.text));
    }
    focus_ring(ui, &response, 4.0);
    ui.painter().galley(rect.min, galley, t.text);
    response
}
