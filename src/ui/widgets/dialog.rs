//! A dialog over the screen. Escape and a click beside it close it.

use super::super::theme::{Weight, tokens};
use super::label;
use eframe::egui::{Context, Frame, Id, Margin, Modal, ScrollArea, Stroke, Ui};

/// Shows a dialog with a title. Returns what its content returned, and whether it should close.
pub(in crate::ui) fn dialog<R>(ctx: &Context, title: &str, width: f32, add: impl FnOnce(&mut Ui) -> R) -> (R, bool) {
    let room = ctx.content_rect().size();
    let response = Modal::new(Id::unique(("dialog", title)))
        .frame(
            Frame::new()
                .fill(ctx.global_style().visuals.window_fill)
                .stroke(ctx.global_style().visuals.window_stroke)
                .corner_radius(12.0)
                .inner_margin(Margin::same(24)),
        )
        .show(ctx, |ui| {
            let t = tokens(ui);
            ui.set_width(width.min(room.x - 80.0));
            ui.visuals_mut().widgets.noninteractive.bg_stroke = Stroke::new(1.0, t.line);
            label(ui, title, 17.0, Weight::Semibold, t.text);
            ui.add_space(8.0);
            ScrollArea::vertical().max_height(room.y - 180.0).min_scrolled_height(room.y - 180.0).show(ui, add).inner
        });
    let close = response.should_close();
    (response.inner, close)
}
