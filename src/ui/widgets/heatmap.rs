//! A year of study, a square a day, a column a week.

use super::super::theme::{Weight, font, tokens};
use crate::engine::stats::shade;
use crate::model::StudyDay;
use chrono::Datelike as _;
use eframe::egui::{Align2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use std::collections::BTreeMap;

/// Draws as many weeks as fit, the present one last. Empty days are outlined, so that shade is not the only sign.
pub(in crate::ui) fn heatmap_ui(ui: &mut Ui, days: &BTreeMap<StudyDay, u32>, today: StudyDay) {
    const CELL: f32 = 11.0;
    const STEP: f32 = 14.0;
    let t = tokens(ui);
    let width = ui.available_width();
    let weeks = ((width / STEP).floor() as i32).clamp(8, 53);
    let (rect, response) = ui.allocate_exact_size(vec2(width, STEP * 7.0 + 18.0), Sense::hover());
    let monday = today.plus_days(-(today.date().weekday().num_days_from_monday() as i32));
    let first = monday.plus_days(-7 * (weeks - 1));
    let busiest = days.range(first..).map(|(_, count)| *count).max().unwrap_or(0);
    let studied = days.range(first..).count();
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Image,
            true,
            format!("Reviews by day: {studied} days of study in {weeks} weeks, {busiest} reviews on the busiest"),
        )
    });
    let mut tip = None;
    let mut month = 0;
    let mut labelled = -4;
    for week in 0..weeks {
        for weekday in 0..7 {
            let day = first.plus_days(week * 7 + weekday);
            if day > today {
                continue;
            }
            let at = pos2(rect.left() + week as f32 * STEP, rect.top() + 18.0 + weekday as f32 * STEP);
            let cell = Rect::from_min_size(at, vec2(CELL, CELL));
            let count = days.get(&day).copied().unwrap_or(0);
            let color = match shade(count, busiest) {
                0 => t.sunken,
                level => {
                    t.surface.blend(t.accent.gamma_multiply([0.0, 0.35, 0.55, 0.75, 1.0].get(usize::from(level)).copied().unwrap_or(1.0)))
                }
            };
            ui.painter().rect_filled(cell, 3.0, color);
            if weekday == 0 && day.date().month() != month && week - labelled > 3 {
                (month, labelled) = (day.date().month(), week);
                ui.painter().text(pos2(at.x, rect.top()), Align2::LEFT_TOP, day.date().format("%b"), font(10.5, Weight::Regular), t.muted);
            }
            if response.hover_pos().is_some_and(|pos| cell.expand(1.5).contains(pos)) {
                tip = Some(format!("{}: {count} reviews", day.date().format("%-d %B %Y")));
            }
        }
    }
    if let Some(tip) = tip {
        response.on_hover_text_at_pointer(tip);
    }
}
