//! Draws the small Markdown of cards.

use super::super::theme::{Tokens, Weight, font, tokens};
use crate::model::text::{Block, Span, parse};
use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{Color32, CornerRadius, Frame, Grid, Label, Margin, OpenUrl, Sense, Stroke, Ui};

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(in crate::ui) struct Markup {
    pub(in crate::ui) size: f32,
    pub(in crate::ui) weight: Weight,
    pub(in crate::ui) color: Color32,
}

/// Draws a text. Its pictures are those that [`super::super::pictures`] has read for the card on the screen.
pub(in crate::ui) fn markup_ui(ui: &mut Ui, text: &str, look: Markup) {
    let t = tokens(ui);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = (look.size * 0.5).round();
        for block in parse(text) {
            block_ui(ui, &block, look, t);
        }
    });
}

fn block_ui(ui: &mut Ui, block: &Block, look: Markup, t: Tokens) {
    match block {
        Block::Paragraph(spans) => spans_ui(ui, spans, look, t),
        Block::Heading(_, spans) => spans_ui(ui, spans, Markup { weight: Weight::Semibold, ..look }, t),
        Block::Code(code) => {
            let frame = Frame::new()
                .fill(t.sunken)
                .stroke(Stroke::new(1.0, t.line))
                .corner_radius(CornerRadius::same(8))
                .inner_margin(Margin::same(12));
            frame.show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.add(Label::new(super::words(code.as_str(), (look.size * 0.85).max(12.0), Weight::Mono, t.text)).selectable(true));
            });
        }
        Block::List(start, items) => {
            for (index, item) in items.iter().enumerate() {
                ui.horizontal_top(|ui| {
                    let mark = start.map_or("•".to_owned(), |start| format!("{}.", start + index as u64));
                    ui.add_space(4.0);
                    super::label(ui, mark, look.size, look.weight, t.muted);
                    ui.vertical(|ui| item.iter().for_each(|block| block_ui(ui, block, look, t)));
                });
            }
        }
        Block::Table(rows) => {
            let id = ui.next_auto_id();
            Grid::new(id).spacing([18.0, 6.0]).show(ui, |ui| {
                for (index, row) in rows.iter().enumerate() {
                    let weight = if index == 0 { Weight::Semibold } else { look.weight };
                    for cell in row {
                        ui.label(job(cell, Markup { weight, ..look }, t));
                    }
                    ui.end_row();
                }
            });
        }
        Block::Image { alt, path } => super::super::pictures::ui(ui, path, alt),
    }
}

fn spans_ui(ui: &mut Ui, spans: &[Span], look: Markup, t: Tokens) {
    let links: Vec<&str> = spans.iter().filter_map(|span| span.link.as_deref()).collect();
    let response = ui.add(Label::new(job(spans, look, t)).wrap().sense(if links.is_empty() { Sense::hover() } else { Sense::click() }));
    // A link opens only after its whole address was shown: the tooltip has it.
    if let Some(link) = links.first().filter(|link| link.starts_with("https://") || link.starts_with("http://")) {
        if response.clicked() {
            ui.ctx().open_url(OpenUrl::new_tab(*link));
        }
        response.on_hover_text(*link);
    }
}

/// A run of styled text. Line height is a little generous, for reading.
fn job(spans: &[Span], look: Markup, t: Tokens) -> LayoutJob {
    let mut job = LayoutJob::default();
    for span in spans {
        let weight = match span.style {
            style if style.code => Weight::Mono,
            style if style.bold => Weight::Semibold,
            _ => look.weight,
        };
        let size = if span.style.code { look.size * 0.92 } else { look.size };
        let format = TextFormat {
            font_id: font(size, weight),
            color: if span.link.is_some() { t.accent } else { look.color },
            background: if span.style.code { t.sunken } else { Color32::TRANSPARENT },
            italics: span.style.italic,
            underline: if span.link.is_some() { Stroke::new(1.0, t.accent) } else { Stroke::NONE },
            line_height: Some((look.size * 1.45).round()),
            ..TextFormat::default()
        };
        job.append(&span.text, 0.0, format);
    }
    job
}
