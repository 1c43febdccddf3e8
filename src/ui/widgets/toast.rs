//! Short messages at the lower edge. Good news goes by itself; a failure stays until it is closed.

use super::super::theme::{Weight, tokens};
use super::{label, link_button};
use crate::app::Error;
use eframe::egui::{Align2, Area, Context, CornerRadius, Frame, Id, Margin, Order, Stroke, vec2};
use std::time::Duration;

/// Seconds a message stays.
const SECONDS: f64 = 5.0;

#[derive(Debug, Clone)]
struct Toast {
    words: String,
    hints: Vec<String>,
    failure: bool,
    /// When it goes, in seconds of the window's clock.
    until: Option<f64>,
}

/// The messages being shown.
#[derive(Debug, Default)]
pub(in crate::ui) struct Toasts {
    shown: Vec<Toast>,
}

impl Toasts {
    /// Something was done.
    pub(in crate::ui) fn say(&mut self, words: impl Into<String>) {
        self.shown.retain(|toast| toast.failure);
        self.shown.push(Toast { words: words.into(), hints: Vec::new(), failure: false, until: None });
    }

    /// Something failed. The same failure is shown once.
    pub(in crate::ui) fn fail(&mut self, error: &Error) {
        let words = error.to_string();
        if !self.shown.iter().any(|toast| toast.words == words) {
            self.shown.push(Toast { words, hints: error.hints.clone(), failure: true, until: None });
        }
    }

    /// A failure that no longer holds: the thing was done after all.
    pub(in crate::ui) fn clear_failures(&mut self) {
        self.shown.retain(|toast| !toast.failure);
    }
}

/// Draws the messages, and forgets those whose time is over.
pub(in crate::ui) fn toasts_ui(ctx: &Context, toasts: &mut Toasts, lift: f32) {
    let now = ctx.input(|input| input.time);
    for toast in &mut toasts.shown {
        if !toast.failure && toast.until.is_none() {
            toast.until = Some(now + SECONDS);
            ctx.request_repaint_after(Duration::from_secs_f64(SECONDS + 0.05));
        }
    }
    toasts.shown.retain(|toast| toast.until.is_none_or(|until| now < until));
    let mut closed = None;
    Area::new(Id::unique("toasts")).order(Order::Foreground).anchor(Align2::CENTER_BOTTOM, vec2(0.0, -lift)).show(ctx, |ui| {
        let t = tokens(ui);
        for (index, toast) in toasts.shown.iter().enumerate() {
            let (ground, ink) = if toast.failure { (t.bad_soft, t.again) } else { (t.text, t.bg) };
            let frame = Frame::new()
                .fill(ground)
                .stroke(Stroke::new(1.0, ink))
                .corner_radius(CornerRadius::same(10))
                .inner_margin(Margin::symmetric(16, 10));
            frame.show(ui, |ui| {
                ui.set_max_width(640.0);
                ui.horizontal(|ui| {
                    ui.vertical(|ui| {
                        label(ui, toast.words.as_str(), 14.0, Weight::Medium, ink);
                        for hint in &toast.hints {
                            label(ui, hint.as_str(), 12.5, Weight::Regular, t.muted);
                        }
                    });
                    if toast.failure && link_button(ui, "Close").clicked() {
                        closed = Some(index);
                    }
                });
            });
        }
    });
    if let Some(index) = closed {
        toasts.shown.remove(index);
    }
}
