//! A question of a mock exam: the stem with highlights, options that can be struck through, and no sign of what is right.

use super::super::theme::{Tokens, Weight, tokens};
use super::super::widgets::{Markup, focus_ring, highlightable, label, marked_ui, markup_ui};
use super::citations::citations_ui;
use super::parts::{Answering, letter_ui, match_ui, number_word, order_ui, typed_ui};
use super::study_face::{case_ui, question_ui};
use crate::app::CardEntry;
use crate::engine::exam::{Act, ItemState};
use crate::model::{Choice, Face, QuestionBody};
use eframe::egui::{CornerRadius, Frame, Margin, Role, Sense, Stroke, Ui, WidgetInfo};

/// What happened on the face in a frame.
#[derive(Default)]
pub(in crate::ui) struct Touched {
    /// An act besides answering.
    pub(in crate::ui) act: Option<Act>,
    /// Another option was wanted than there is room for.
    pub(in crate::ui) too_many: bool,
    /// Enter was pressed in the field.
    pub(in crate::ui) entered: bool,
    /// A way to another note was followed.
    pub(in crate::ui) asked: Option<super::super::action::Action>,
}

/// Draws the question. Answers go into `answering`.
pub(in crate::ui) fn exam_face_ui(ui: &mut Ui, entry: &CardEntry, item: &ItemState, order: &[usize], answering: &mut Answering) -> Touched {
    let t = tokens(ui);
    let mut touched = Touched::default();
    let Some(card) = entry.card() else { return touched };
    let Face::Question { case, question, .. } = card.face else { return touched };
    if let Some(path) = &card.note.image {
        super::super::pictures::ui(ui, path, "");
        ui.add_space(8.0);
    }
    if let Some(case) = case {
        case_ui(ui, case, &mut answering.exhibit);
    }
    if let QuestionBody::Choice(choice) = &question.body
        && choice.key_count() > 1
    {
        label(ui, format!("Choose {}.", number_word(choice.key_count())), 12.5, Weight::Regular, t.muted);
        ui.add_space(4.0);
    }
    let look = Markup { size: 18.0, weight: Weight::Regular, color: t.text };
    if let Some(range) = marked_ui(ui, &question.stem, look, &item.highlights) {
        touched.act = Some(Act::Highlight(toggle(&item.highlights, range)));
    }
    ui.add_space(12.0);
    if item.checked {
        let response = item.response.clone().unwrap_or(crate::model::Response::GaveUp);
        touched.asked = question_ui(ui, entry, question, order, answering, Some(&response));
        if !question.why.is_empty() {
            markup_ui(ui, &question.why, Markup { size: 14.0, weight: Weight::Regular, color: t.muted });
        }
        ui.scope(|ui| citations_ui(ui, entry));
        return touched;
    }
    match &question.body {
        QuestionBody::Choice(choice) => choice_ui(ui, entry, choice, item, order, answering, &mut touched),
        QuestionBody::Order(steps) => order_ui(ui, steps, order, answering, None),
        QuestionBody::Match(pairs) => match_ui(ui, pairs, order, answering, None),
        QuestionBody::Typed(typed) => touched.entered = typed_ui(ui, typed, answering, None).is_some(),
    }
    touched
}

fn choice_ui(
    ui: &mut Ui,
    entry: &CardEntry,
    choice: &Choice,
    item: &ItemState,
    order: &[usize],
    answering: &mut Answering,
    touched: &mut Touched,
) {
    let t = tokens(ui);
    let several = choice.key_count() > 1;
    ui.spacing_mut().item_spacing.y = 12.0;
    for (place, index) in order.iter().enumerate() {
        let Some(option) = choice.options.get(*index) else { continue };
        let (chosen, struck) = (answering.chosen().contains(index), item.struck.contains(index));
        let letter = char::from(b'A' + u8::try_from(place).unwrap_or(0).min(25));
        let shown = option_ui(ui, &option.text, letter, chosen, struck, t);
        let clicked = ui.interact(shown.rect, ui.scope_id().with(("option", place)), Sense::click());
        let kind = if several { Role::CheckBox } else { Role::RadioButton };
        let words = crate::model::text::plain(&option.text);
        let spoken = if struck { format!("{letter}, struck through: {words}") } else { format!("{letter}: {words}") };
        clicked.widget_info(|| WidgetInfo::selected(kind, true, chosen, spoken.clone()));
        focus_ring(ui, &clicked, 10.0);
        if clicked.clicked() {
            touched.too_many |= !answering.choose(entry, order, place);
        }
        if clicked.secondary_clicked() {
            touched.act = Some(Act::Strike(*index));
        }
    }
}

fn option_ui(ui: &mut Ui, text: &str, letter: char, chosen: bool, struck: bool, t: Tokens) -> eframe::egui::Response {
    let (ground, border, stroke) = match (chosen, struck) {
        (true, _) => (t.accent_soft, t.accent, 2.0),
        (false, true) => (t.bg, t.line, 1.0),
        (false, false) => (t.surface, t.edge, 1.0),
    };
    let frame = Frame::new()
        .fill(ground)
        .stroke(Stroke::new(stroke, border))
        .corner_radius(CornerRadius::same(10))
        .inner_margin(Margin::symmetric(15, 13));
    let color = if struck { t.faint } else { t.text };
    let shown = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 12.0;
            letter_ui(ui, letter, t);
            ui.vertical(|ui| markup_ui(ui, text, Markup { size: 14.5, weight: Weight::Regular, color })).response.rect
        })
        .inner
    });
    if struck {
        strike(ui, shown.inner, color);
    }
    shown.response
}

/// A line through each line of text.
fn strike(ui: &Ui, rect: eframe::egui::Rect, color: eframe::egui::Color32) {
    let line = 21.0;
    let lines = (rect.height() / line).round().max(1.0) as usize;
    for index in 0..lines {
        let y = rect.top() + rect.height() * (index as f32 + 0.5) / lines as f32;
        ui.painter().hline(rect.x_range(), y, Stroke::new(1.0, color));
    }
}

/// Adds a stretch, or takes away those that it touches when all of it is highlighted already.
fn toggle(marks: &[(u32, u32)], range: (u32, u32)) -> Vec<(u32, u32)> {
    let touches = |mark: &&(u32, u32)| mark.0 <= range.1 && range.0 <= mark.1;
    if marks.iter().any(|mark| mark.0 <= range.0 && range.1 <= mark.1) {
        return marks.iter().filter(|mark| !touches(mark)).copied().collect();
    }
    let joined = marks.iter().filter(touches).fold(range, |joined, mark| (joined.0.min(mark.0), joined.1.max(mark.1)));
    let mut kept: Vec<(u32, u32)> = marks.iter().filter(|mark| !touches(mark)).copied().collect();
    kept.push(joined);
    kept.sort_unstable();
    kept
}

/// What Ctrl+H does: highlights the next sentence of the stem, and after the last takes all highlights away.
pub(in crate::ui) fn next_sentence(stem: &str, marks: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let done = marks.iter().map(|mark| mark.1).max().unwrap_or(0);
    let next = sentences(&highlightable(stem)).into_iter().find(|sentence| sentence.0 >= done && sentence.1 > done);
    let Some(next) = next else { return Vec::new() };
    marks.iter().copied().chain([next]).collect()
}

fn sentences(text: &str) -> Vec<(u32, u32)> {
    let chars: Vec<char> = text.chars().collect();
    let (mut found, mut from) = (Vec::new(), 0);
    for (index, c) in chars.iter().enumerate() {
        let ends = matches!(c, '.' | '?' | '!') && chars.get(index + 1).is_none_or(|next| next.is_whitespace());
        if ends || index + 1 == chars.len() {
            found.push((from, index as u32 + 1));
            from = index as u32 + 1;
            while chars.get(from as usize).is_some_and(|next| next.is_whitespace()) {
                from += 1;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn highlights_join_and_are_taken_away() {
        assert_eq!(toggle(&[], (3, 8)), [(3, 8)]);
        assert_eq!(toggle(&[(3, 8)], (6, 12)), [(3, 12)]);
        assert_eq!(toggle(&[(3, 8), (20, 30)], (10, 12)), [(3, 8), (10, 12), (20, 30)]);
        assert_eq!(toggle(&[(3, 12), (20, 30)], (4, 6)), [(20, 30)]);
    }

    #[test]
    fn the_key_goes_from_sentence_to_sentence_and_then_clears() {
        let stem = "A bank has **v1.3** of it. Who acts?";
        let first = next_sentence(stem, &[]);
        assert_eq!(first, [(0, 22)]);
        let second = next_sentence(stem, &first);
        assert_eq!(second, [(0, 22), (23, 32)]);
        assert!(next_sentence(stem, &second).is_empty());
    }
}
