//! Pieces all screens are made of. Each says its name to screen readers, which is also how tests find it.

mod bars;
mod buttons;
mod calibration;
mod chance;
mod dialog;
mod heatmap;
mod markup;
mod toast;

pub(super) use bars::{bars_ui, meter, still_plot, whole_number};
pub(super) use buttons::{button, keycap, link_button, nav_item, primary, rating_button, small_button, text_link};
pub(super) use calibration::calibration_ui;
pub(super) use chance::chance_chart_ui;
pub(super) use dialog::dialog;
pub(super) use heatmap::heatmap_ui;
pub(super) use markup::{Markup, highlightable, marked_ui, markup_ui};
pub(super) use toast::{Toasts, toasts_ui};

use super::theme::{Weight, font, tokens};
use eframe::egui::{
    Align, Color32, CornerRadius, Frame, Id, InnerResponse, Label, Layout, Margin, Response, RichText, Role, Sense, Sides, Stroke,
    TextWrapMode, Ui, UiBuilder, WidgetInfo, vec2,
};

/// Text in a size, weight and colour.
pub(super) fn words(text: impl Into<String>, size: f32, weight: Weight, color: Color32) -> RichText {
    RichText::new(text).font(font(size, weight)).color(color)
}

/// A label.
pub(super) fn label(ui: &mut Ui, text: impl Into<String>, size: f32, weight: Weight, color: Color32) -> Response {
    ui.add(Label::new(words(text, size, weight, color)))
}

/// A label that is cut at the end of its line, whole in the tooltip.
pub(super) fn label_cut(ui: &mut Ui, text: impl Into<String>, size: f32, weight: Weight, color: Color32) -> Response {
    ui.add(Label::new(words(text, size, weight, color)).truncate())
}

/// A card: a surface with a border, which ends where its content ends.
pub(super) fn card<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let t = tokens(ui);
    let frame =
        Frame::new().fill(t.surface).stroke(Stroke::new(1.0, t.line)).corner_radius(CornerRadius::same(12)).inner_margin(Margin::same(20));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        add(ui)
    })
}

/// The heading of a card, with words at the right.
pub(super) fn card_title(ui: &mut Ui, title: &str, right: &str) {
    let t = tokens(ui);
    let size = vec2(ui.available_width(), 18.0);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        label(ui, title, 15.0, Weight::Semibold, t.text);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| label(ui, right, 12.5, Weight::Regular, t.muted));
    });
}

/// The title of a page, with what belongs to its right.
pub(super) fn page_title(ui: &mut Ui, title: &str, subtitle: &str, right: impl FnOnce(&mut Ui)) {
    let t = tokens(ui);
    let words = |ui: &mut Ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let response = label(ui, title, 24.0, Weight::Semibold, t.text);
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, title));
            if !subtitle.is_empty() {
                label(ui, subtitle, 14.0, Weight::Regular, t.muted);
            }
        });
    };
    // The buttons take their room first, and long words wrap in what is left.
    let height = if subtitle.is_empty() { 36.0 } else { 50.0 };
    Sides::new().height(height).shrink_left().wrap_mode(TextWrapMode::Wrap).show(ui, words, right);
    ui.add_space(14.0);
}

/// A pill with words in it, cut where the line ends; the whole words are for screen readers.
pub(super) fn chip(ui: &mut Ui, text: &str, color: Color32, ground: Color32) -> Response {
    let room = (ui.max_rect().width() - 24.0).max(60.0);
    let mut job = eframe::egui::text::LayoutJob::simple_singleline(text.to_owned(), font(12.0, Weight::Regular), color);
    job.wrap = eframe::egui::text::TextWrapping::truncate_at_width(room);
    let galley = ui.painter().layout_job(job);
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(18.0, 5.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    ui.painter().rect_filled(rect, 10.0, ground);
    ui.painter().galley(rect.min + vec2(9.0, 2.5), galley, color);
    response
}

/// A pill that can be clicked.
pub(super) fn chip_button(ui: &mut Ui, text: &str, color: Color32, ground: Color32) -> Response {
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font(12.5, Weight::Medium), color);
    let (rect, response) = ui.allocate_exact_size(vec2((galley.size().x + 16.0).max(56.0), galley.size().y + 10.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, text));
    ui.painter().rect_filled(rect, 8.0, ground);
    focus_ring(ui, &response, 8.0);
    ui.painter().galley(rect.center() - galley.size() / 2.0, galley, color);
    response
}

/// Words in a cell of a fixed width, at its right edge.
pub(super) fn figure(ui: &mut Ui, text: impl Into<String>, width: f32, size: f32, color: Color32) {
    ui.allocate_ui_with_layout(vec2(width, ui.available_height().min(20.0)), Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_width(width);
        label(ui, text, size, Weight::Regular, color);
    });
}

/// A thin line across.
pub(super) fn rule(ui: &mut Ui) {
    let t = tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    ui.painter().rect_filled(rect, 0.0, t.line);
}

/// One of a few words, chosen by clicking. Returns the one chosen.
pub(super) fn choice_row<T: Copy + PartialEq>(ui: &mut Ui, options: &[(T, &str)], chosen: T) -> Option<T> {
    let t = tokens(ui);
    let mut clicked = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        for (value, text) in options {
            let is_chosen = *value == chosen;
            let (ink, ground) = if is_chosen { (t.accent, t.accent_soft) } else { (t.muted, t.sunken) };
            let galley = ui.painter().layout_no_wrap((*text).to_owned(), font(12.5, Weight::Medium), ink);
            let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(22.0, 12.0), Sense::click());
            response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_chosen, *text));
            ui.painter().rect_filled(rect, 13.0, ground);
            focus_ring(ui, &response, 13.0);
            ui.painter().galley(rect.min + vec2(11.0, 6.0), galley, ink);
            if response.clicked() {
                clicked = Some(*value);
            }
        }
    });
    clicked
}

/// Shows where the keyboard is.
pub(super) fn focus_ring(ui: &Ui, response: &Response, radius: f32) {
    if response.has_focus() {
        let t = tokens(ui);
        ui.painter().rect_stroke(response.rect.expand(2.0), radius + 2.0, Stroke::new(2.0, t.accent), eframe::egui::StrokeKind::Outside);
    }
}

/// A labelled line of a form: words at the left, a control at the right.
pub(super) fn form_row(ui: &mut Ui, title: &str, hint: &str, add: impl FnOnce(&mut Ui, Id)) {
    let t = tokens(ui);
    ui.horizontal(|ui| {
        let width = 300.0_f32.min(ui.available_width() * 0.5);
        let id = ui.allocate_ui(vec2(width, 0.0), |ui| {
            ui.set_width(width);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                let id = label(ui, title, 14.0, Weight::Medium, t.text).id;
                if !hint.is_empty() {
                    label(ui, hint, 12.5, Weight::Regular, t.muted);
                }
                id
            })
            .inner
        });
        ui.add_space(12.0);
        add(ui, id.inner);
    });
    ui.add_space(6.0);
}

/// Whether two columns of cards have room beside each other.
pub(super) fn has_columns(ui: &Ui) -> bool {
    ui.available_width() >= 720.0
}

/// Two columns of cards, the left one a little less than twice as wide; below each other where there is no room.
pub(super) fn columns(ui: &mut Ui, share: f32, left: impl FnOnce(&mut Ui), right: impl FnOnce(&mut Ui)) {
    let (gap, width) = (16.0, ui.available_width());
    if !has_columns(ui) {
        left(ui);
        ui.add_space(gap);
        right(ui);
        return;
    }
    let left_width = ((width - gap) * share).floor();
    let top = ui.cursor().min;
    let area = |x: f32, w: f32| eframe::egui::Rect::from_min_size(top + vec2(x, 0.0), vec2(w, f32::INFINITY));
    let first = ui.scope_builder(UiBuilder::new().max_rect(area(0.0, left_width)), left).response.rect.bottom();
    let second =
        ui.scope_builder(UiBuilder::new().max_rect(area(left_width + gap, width - left_width - gap)), right).response.rect.bottom();
    let missing = first.max(second) - ui.cursor().min.y;
    if missing > 0.0 {
        ui.add_space(missing);
    }
}
