//! One file a screen. A screen draws from a view model and returns an action; it reads no clock, opens no file, changes nothing.

pub(super) mod browse;
pub(super) mod citations;
pub(super) mod deck;
pub(super) mod dialogs;
pub(super) mod exam_dialogs;
pub(super) mod exam_face;
pub(super) mod exam_start;
pub(super) mod exams;
pub(super) mod export;
pub(super) mod import;
pub(super) mod library;
pub(super) mod note_edit;
pub(super) mod outlook;
pub(super) mod parts;
pub(super) mod progress;
pub(super) mod report;
pub(super) mod report_item;
pub(super) mod report_list;
pub(super) mod settings;
pub(super) mod sitting;
pub(super) mod sitting_list;
pub(super) mod sitting_map;
pub(super) mod sitting_pages;
pub(super) mod study;
pub(super) mod study_bar;
pub(super) mod study_face;
pub(super) mod today;
pub(super) mod welcome;

use eframe::egui::{Align, Layout, Margin, ScrollArea, Ui, vec2};

/// A page beside the rail: scrolls, with room around it.
fn page<R>(ui: &mut Ui, id: &str, add: impl FnOnce(&mut Ui) -> R) -> R {
    ScrollArea::vertical()
        .id_salt(id)
        .auto_shrink(false)
        .show(ui, |ui| {
            eframe::egui::Frame::new()
                .inner_margin(Margin { left: 36, right: 36, top: 28, bottom: 28 })
                .show(ui, |ui| {
                    ui.set_max_width(ui.available_width().min(1180.0));
                    add(ui)
                })
                .inner
        })
        .inner
}

/// A cell of a table, of a fixed width.
fn cell(ui: &mut Ui, width: f32, right: bool, add: impl FnOnce(&mut Ui)) {
    let layout = if right { Layout::right_to_left(Align::Center) } else { Layout::left_to_right(Align::Center) };
    ui.allocate_ui_with_layout(vec2(width, ui.available_height()), layout, |ui| {
        ui.set_min_width(width);
        ui.set_max_width(width);
        add(ui);
    });
}

/// Draws a row of a known height if it can be seen, and else leaves its place empty: long lists cost what is on the screen.
fn row_if_seen<R>(ui: &mut Ui, height: f32, add: impl FnOnce(&mut Ui) -> Option<R>) -> Option<R> {
    let size = vec2(ui.available_width(), height);
    if ui.is_rect_visible(eframe::egui::Rect::from_min_size(ui.cursor().min, size)) {
        return ui.allocate_ui(size, add).inner;
    }
    ui.allocate_space(size);
    None
}

/// A number with its word.
pub(super) fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{} {word}s", grouped(count as u64)) }
}

/// A share in per cent, or a dash.
fn percent(share: Option<f32>) -> String {
    share.map_or("—".to_owned(), |share| format!("{:.0}%", share * 100.0))
}

/// A number with thin groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_shares_rounded() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!((percent(Some(0.914)), percent(None)), ("91%".to_owned(), "—".to_owned()));
    }
}
