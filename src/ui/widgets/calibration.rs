//! Predicted recall against what came of it.

use super::super::theme::{Weight, font, tokens};
use super::focus_ring;
use crate::engine::plan::CalibrationBin;
use eframe::egui::{Align2, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

/// Draws a point for each bin, larger for more reviews; on the dashed line prediction and outcome are the same.
pub(in crate::ui) fn calibration_ui(ui: &mut Ui, bins: &[CalibrationBin], height: f32) {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let words =
        |bin: &CalibrationBin| format!("predicted {:.0} %, recalled {:.0} % of {}", bin.predicted * 100.0, bin.actual * 100.0, bin.count);
    let spoken: Vec<String> = bins.iter().map(words).collect();
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("Predicted and actual recall: {}", spoken.join("; "))));
    let lowest = bins.iter().flat_map(|bin| [bin.predicted, bin.actual]).fold(1.0_f32, f32::min);
    let low = ((lowest * 10.0).floor() / 10.0).clamp(0.0, 0.9);
    let plot = rect.with_min_x(rect.left() + 34.0).with_max_y(rect.bottom() - 16.0).shrink(6.0);
    let at = |predicted: f32, actual: f32| {
        let place = |share: f32| ((share - low) / (1.0 - low)).clamp(0.0, 1.0);
        pos2(plot.left() + plot.width() * place(predicted), plot.bottom() - plot.height() * place(actual))
    };
    let (from, to) = (at(low, low), at(1.0, 1.0));
    ui.painter().extend(Shape::dashed_line(&[from, to], Stroke::new(1.0, t.edge), 3.0, 3.0));
    for share in [low, 1.0] {
        let word = format!("{:.0} %", share * 100.0);
        ui.painter().text(pos2(plot.left() - 8.0, at(low, share).y), Align2::RIGHT_CENTER, &word, font(10.5, Weight::Regular), t.muted);
        ui.painter().text(pos2(at(share, low).x, rect.bottom()), Align2::CENTER_BOTTOM, word, font(10.5, Weight::Regular), t.muted);
    }
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(1).max(1) as f32;
    let mut tip = None;
    for bin in bins {
        let centre = at(bin.predicted, bin.actual);
        let radius = 3.5 + 3.5 * (bin.count as f32 / most).sqrt();
        ui.painter().circle_filled(centre, radius, t.accent.gamma_multiply(0.75));
        if response.hover_pos().is_some_and(|pos| pos.distance(centre) <= radius + 3.0) {
            tip = Some(words(bin));
        }
    }
    focus_ring(ui, &response, 4.0);
    if let Some(tip) = tip {
        response.on_hover_text_at_pointer(tip);
    }
}
