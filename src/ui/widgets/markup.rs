//! Draws the small Markdown of cards.

use super::super::theme::{Tokens, Weight, font, tokens};
use crate::model::text::{Block, Span, parse};
use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{Color32, CornerRadius, Frame, Grid, Label, Margin, OpenUrl, Role, Sense, Stroke, Ui, WidgetInfo, vec2};
use std::ops::Range;

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
    job_marked(spans, look, t, |_| false)
}

/// The same, with some of the spans highlighted.
fn job_marked(spans: &[Span], look: Markup, t: Tokens, is_marked: impl Fn(usize) -> bool) -> LayoutJob {
    let mut job = LayoutJob::default();
    for (index, span) in spans.iter().enumerate() {
        let marked = is_marked(index);
        let weight = match span.style {
            style if style.code => Weight::Mono,
            style if style.bold => Weight::Semibold,
            _ => look.weight,
        };
        let size = if span.style.code { look.size * 0.92 } else { look.size };
        let format = TextFormat {
            font_id: font(size, weight),
            color: if span.link.is_some() { t.accent } else { look.color },
            background: match (marked, span.style.code) {
                (true, _) => t.warn_soft,
                (false, true) => t.sunken,
                (false, false) => Color32::TRANSPARENT,
            },
            italics: span.style.italic,
            underline: match (marked, span.link.is_some()) {
                (true, _) => Stroke::new(1.5, t.hard),
                (false, true) => Stroke::new(1.0, t.accent),
                (false, false) => Stroke::NONE,
            },
            line_height: Some((look.size * 1.45).round()),
            ..TextFormat::default()
        };
        job.append(&span.text, 0.0, format);
    }
    job
}

/// Draws a text whose paragraphs can be highlighted by dragging over words. `marks` are the stretches highlighted, as character
/// positions in [`highlightable`]. Returns the stretch that was just dragged over.
pub(in crate::ui) fn marked_ui(ui: &mut Ui, text: &str, look: Markup, marks: &[(u32, u32)]) -> Option<(u32, u32)> {
    let t = tokens(ui);
    let (mut at, mut dragged) = (0, None);
    for (index, block) in parse(text).iter().enumerate() {
        let spans = match block {
            Block::Paragraph(spans) | Block::Heading(_, spans) => spans,
            other => {
                block_ui(ui, other, look, t);
                continue;
            }
        };
        let length = spans.iter().map(|span| span.text.chars().count()).sum::<usize>() as u32;
        let pieces = cut(spans, at, marks);
        let ranges: Vec<Range<u32>> = placed(&pieces, at).map(|(_, range)| range).collect();
        let is_marked =
            |index: usize| ranges.get(index).is_some_and(|range| marks.iter().any(|(from, to)| *from <= range.start && range.end <= *to));
        let mut job = job_marked(&pieces, look, t, is_marked);
        job.wrap.max_width = ui.available_width();
        let galley = ui.painter().layout_job(job);
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), galley.size().y), Sense::drag());
        let words: String = spans.iter().map(|span| span.text.as_str()).collect();
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words.clone()));
        let id = ui.scope_id().with(("mark-from", index));
        let under = |pos: eframe::egui::Pos2| galley.cursor_from_pos(pos - rect.min).index.0 as u32;
        if let Some(pos) = response.interact_pointer_pos() {
            if response.drag_started() {
                ui.data_mut(|data| data.insert_temp(id, under(pos)));
            }
            if response.drag_stopped()
                && let Some(from) = ui.data_mut(|data| data.remove_temp::<u32>(id))
            {
                let to = under(pos);
                let range = (from.min(to) + at, from.max(to).min(length) + at);
                dragged = (range.0 < range.1).then_some(range);
            }
        }
        ui.painter().galley(rect.min, galley, look.color);
        at += length + 1;
    }
    dragged
}

/// The text that positions of highlights count in: the paragraphs, one blank between them.
pub(in crate::ui) fn highlightable(text: &str) -> String {
    let paragraphs = parse(text).into_iter().filter_map(|block| match block {
        Block::Paragraph(spans) | Block::Heading(_, spans) => Some(spans.into_iter().map(|span| span.text).collect::<String>()),
        _ => None,
    });
    paragraphs.collect::<Vec<_>>().join(" ")
}

/// Spans cut where a highlight begins or ends. `at` is the position of the first character.
fn cut(spans: &[Span], at: u32, marks: &[(u32, u32)]) -> Vec<Span> {
    let mut out = Vec::new();
    for (span, range) in placed(spans, at) {
        let mut edges: Vec<u32> = marks.iter().flat_map(|(from, to)| [*from, *to]).filter(|edge| range.contains(edge)).collect();
        edges.extend([range.start, range.end]);
        edges.sort_unstable();
        edges.dedup();
        for edge in edges.windows(2) {
            let [from, to] = edge else { continue };
            let text = span.text.chars().skip((from - range.start) as usize).take((to - from) as usize).collect();
            out.push(Span { text, ..span.clone() });
        }
    }
    out
}

fn placed(spans: &[Span], at: u32) -> impl Iterator<Item = (&Span, Range<u32>)> {
    spans.iter().scan(at, |from, span| {
        let range = *from..*from + span.text.chars().count() as u32;
        *from = range.end;
        Some((span, range))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_cut_at_highlights_and_lose_no_character() {
        let Some(Block::Paragraph(spans)) = parse("one **two** three").into_iter().next() else { panic!("a paragraph") };
        let pieces = cut(&spans, 10, &[(12, 16), (30, 40)]);
        let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(texts, ["on", "e ", "tw", "o", " three"]);
        assert!(pieces[2].style.bold && !pieces[4].style.bold);
        assert_eq!(highlightable("a **b**\n\n```\ncode\n```\n\nc"), "a b c");
    }
}
