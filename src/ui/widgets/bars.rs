//! Meters, bars and the ground of charts.

use super::super::theme::{Weight, font, tokens};
use super::focus_ring;
use eframe::egui::{Align2, Color32, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use egui_plot::Plot;

/// A share of a whole, 0 to 1, named for screen readers.
pub(in crate::ui) fn meter(ui: &mut Ui, name: &str, share: f32, width: f32, color: Color32) -> Response {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 18.0), Sense::hover());
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, format!("{name}: {:.0} %", share * 100.0)));
    let track = Rect::from_center_size(rect.center(), vec2(width, 6.0));
    ui.painter().rect_filled(track, 3.0, t.sunken);
    if share > 0.0 {
        let filled = Rect::from_min_size(track.min, vec2((width * share).max(4.0), 6.0));
        ui.painter().rect_filled(filled, 3.0, color);
    }
    response
}

/// A bar for each value with a word below some of them; the first one stands out. The tooltip of each bar says what it is.
pub(in crate::ui) fn bars_ui(ui: &mut Ui, name: &str, bars: &[(String, f32, String)], height: f32) {
    let t = tokens(ui);
    let most = bars.iter().map(|(_, value, _)| *value).fold(0.0_f32, f32::max).max(1.0);
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, height + 16.0), Sense::hover());
    let spoken: Vec<&str> = bars.iter().map(|(_, _, words)| words.as_str()).collect();
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("{name}: {}", spoken.join("; "))));
    let step = width / bars.len().max(1) as f32;
    let label_every = (28.0 / step).ceil().max(1.0) as usize;
    let mut tip = None;
    for (index, (below, value, words)) in bars.iter().enumerate() {
        let left = rect.left() + step * index as f32 + step * 0.1;
        let tall = (height * value / most).max(2.0);
        let bar = Rect::from_min_max(pos2(left, rect.top() + height - tall), pos2(left + step * 0.8, rect.top() + height));
        ui.painter().rect_filled(bar, 2.0, if index == 0 { t.accent } else { t.line });
        if index % label_every == 0 {
            let at = pos2(bar.center().x, rect.bottom());
            ui.painter().text(at, Align2::CENTER_BOTTOM, below, font(10.5, Weight::Regular), t.muted);
        }
        let column = Rect::from_min_max(pos2(bar.left(), rect.top()), bar.max);
        if response.hover_pos().is_some_and(|pos| column.contains(pos)) {
            tip = Some(words.clone());
        }
    }
    focus_ring(ui, &response, 4.0);
    if let Some(tip) = tip {
        response.on_hover_text_at_pointer(tip);
    }
}

/// A chart that is looked at and not played with: no dragging, no zoom, thin lines across.
pub(in crate::ui) fn still_plot(name: &str, height: f32) -> Plot<'_> {
    Plot::new(name)
        .height(height)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .show_background(false)
        .show_grid([false, true])
        .y_axis_min_width(30.0)
        .label_formatter(|_| None)
}

/// Words of a chart's axis that counts things.
pub(in crate::ui) fn whole_number(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { String::new() }
}
