//! The chance of passing by day, with its interval.

use super::super::theme::{Weight, font, tokens};
use super::focus_ring;
use crate::model::Told;
use eframe::egui::{Align2, Mesh, Pos2, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

/// The chance a learner should have before booking.
const GOAL: f64 = 0.8;

/// Draws what was told, day by day, from the first day to the exam; below it the dates.
pub(in crate::ui) fn chance_chart_ui(ui: &mut Ui, told: &[Told], width: f32, height: f32) {
    let t = tokens(ui);
    let (Some(first), Some(last)) = (told.first(), told.last()) else { return };
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    let spoken: Vec<String> = told.iter().map(|one| format!("{}: {:.0} %", one.day.date().format("%-d %B"), one.chance * 100.0)).collect();
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("Chance of passing by day: {}", spoken.join("; "))));
    let days = last.exam_day.days_since(first.day).max(1) as f32;
    let plot = rect.with_max_y(rect.bottom() - 14.0);
    let at = |day: crate::model::StudyDay, share: f64| {
        let x = plot.left() + (plot.width() - 62.0) * (day.days_since(first.day) as f32 / days).clamp(0.0, 1.0);
        pos2(x, plot.bottom() - plot.height() * share.clamp(0.0, 1.0) as f32)
    };
    let goal = at(first.day, GOAL).y;
    ui.painter().hline(plot.left()..=plot.right() - 62.0, goal, Stroke::new(1.0, t.line));
    ui.painter().text(pos2(plot.right(), goal), Align2::RIGHT_CENTER, "80 % goal", font(10.5, Weight::Regular), t.muted);
    let mut band = Mesh::default();
    for one in told {
        band.colored_vertex(at(one.day, one.chance_interval.0), t.accent.gamma_multiply(0.14));
        band.colored_vertex(at(one.day, one.chance_interval.1), t.accent.gamma_multiply(0.14));
    }
    for index in 0..told.len().saturating_sub(1) as u32 {
        band.add_triangle(index * 2, index * 2 + 1, index * 2 + 2);
        band.add_triangle(index * 2 + 1, index * 2 + 2, index * 2 + 3);
    }
    ui.painter().add(Shape::mesh(band));
    let line: Vec<Pos2> = told.iter().map(|one| at(one.day, one.chance)).collect();
    ui.painter().add(Shape::line(line, Stroke::new(2.0, t.accent)));
    ui.painter().circle_filled(at(last.day, last.chance), 3.0, t.accent);
    for (day, align) in [(first.day, Align2::LEFT_BOTTOM), (last.exam_day, Align2::RIGHT_BOTTOM)] {
        let x = at(day, 0.0).x;
        ui.painter().text(pos2(x, rect.bottom()), align, day.date().format("%-d %b").to_string(), font(10.5, Weight::Regular), t.muted);
    }
    focus_ring(ui, &response, 4.0);
    let hovered = response.hover_pos().and_then(|pos| {
        told.iter().min_by(|a, b| {
            let distance = |one: &Told| (at(one.day, 0.0).x - pos.x).abs();
            distance(a).total_cmp(&distance(b))
        })
    });
    if let Some(one) = hovered {
        let (low, high) = one.chance_interval;
        let words = format!(
            "{}: {:.0} %, 80 % interval {:.0}–{:.0} %",
            one.day.date().format("%-d %B"),
            one.chance * 100.0,
            low * 100.0,
            high * 100.0
        );
        response.on_hover_text_at_pointer(words);
    }
}
