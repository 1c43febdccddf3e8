//! The face of a card: what is asked, and after the answer why each part is right or wrong.

use super::super::action::Action;
use super::super::theme::{Tokens, Weight, tokens};
use super::super::widgets::{Markup, focus_ring, label, link_button, markup_ui, rule, words};
use super::parts::{Answering, letter_ui, match_ui, number_word, order_ui, typed_ui};
use crate::app::{CardEntry, Shown, Stage};
use crate::engine::study::Response;
use crate::model::{Case, Choice, Face, Question, QuestionBody, cloze};
use eframe::egui::{Color32, CornerRadius, Frame, Margin, Role, Sense, Stroke, Ui, WidgetInfo, vec2};
use std::collections::BTreeSet;

/// Draws a face.
#[must_use]
pub(in crate::ui) fn face_ui(ui: &mut Ui, entry: &CardEntry, shown: &Shown, answering: &mut Answering) -> Option<Action> {
    let t = tokens(ui);
    let card = entry.card()?;
    let asked = Markup { size: 22.0, weight: Weight::Medium, color: t.text };
    let answer = Markup { size: 19.0, weight: Weight::Regular, color: t.text };
    let revealed = shown.stage != Stage::Asked;
    if let Some(path) = &card.note.image {
        super::super::pictures::ui(ui, path, "");
        ui.add_space(8.0);
    }
    match card.face {
        Face::Basic { front, back, .. } => {
            markup_ui(ui, front, asked);
            if revealed {
                gap(ui);
                markup_ui(ui, back, answer);
            }
        }
        Face::Cloze { text, number, why } => {
            let text = if revealed { cloze::render_marked(text, None, Some(number)) } else { cloze::render(text, Some(number)) };
            markup_ui(ui, &text, Markup { size: 20.0, weight: Weight::Regular, ..asked });
            if revealed && !why.is_empty() {
                gap(ui);
                markup_ui(ui, why, Markup { size: 14.0, weight: Weight::Regular, color: t.muted });
            }
        }
        Face::Question { case, question, .. } => {
            if let Some(case) = case {
                case_ui(ui, case, &mut answering.exhibit);
            }
            markup_ui(ui, &question.stem, Markup { size: 19.0, ..asked });
            ui.add_space(10.0);
            let response = match &shown.stage {
                Stage::Judged { response, .. } => Some(response),
                Stage::Asked | Stage::Revealed => None,
            };
            let action = question_ui(ui, entry, question, &shown.order, answering, response);
            if revealed && !question.why.is_empty() {
                ui.add_space(8.0);
                markup_ui(ui, &question.why, Markup { size: 14.0, weight: Weight::Regular, color: t.muted });
            }
            return action;
        }
    }
    None
}

fn gap(ui: &mut Ui) {
    ui.add_space(18.0);
    rule(ui);
    ui.add_space(18.0);
}

/// The scenario with its documents as tabs.
pub(in crate::ui) fn case_ui(ui: &mut Ui, case: &Case, open: &mut usize) {
    let t = tokens(ui);
    let text = Markup { size: 15.0, weight: Weight::Regular, color: t.text };
    markup_ui(ui, &case.scenario, text);
    if !case.exhibits.is_empty() {
        ui.add_space(8.0);
        ui.horizontal_wrapped(|ui| {
            for (index, exhibit) in case.exhibits.iter().enumerate() {
                if ui.selectable_label(*open == index, words(exhibit.title.as_str(), 13.0, Weight::Medium, t.text)).clicked() {
                    *open = index;
                }
            }
        });
        if let Some(exhibit) = case.exhibits.get(*open) {
            let frame = Frame::new()
                .fill(t.surface)
                .stroke(Stroke::new(1.0, t.line))
                .corner_radius(CornerRadius::same(8))
                .inner_margin(Margin::same(14));
            frame.show(ui, |ui| {
                ui.set_width(ui.available_width());
                markup_ui(ui, &exhibit.text, Markup { size: 14.0, ..text });
            });
        }
    }
    gap(ui);
}

/// Draws the parts of a question: to be answered, or with `response` the verdict and the reasons.
pub(in crate::ui) fn question_ui(
    ui: &mut Ui,
    entry: &CardEntry,
    question: &Question,
    order: &[usize],
    answering: &mut Answering,
    response: Option<&Response>,
) -> Option<Action> {
    match &question.body {
        QuestionBody::Choice(choice) => choice_ui(ui, entry, choice, order, answering, response),
        QuestionBody::Order(steps) => {
            order_ui(ui, steps, order, answering, response);
            None
        }
        QuestionBody::Match(pairs) => {
            match_ui(ui, pairs, order, answering, response);
            None
        }
        QuestionBody::Typed(typed) => typed_ui(ui, typed, answering, response),
    }
}

/// How an option is drawn.
struct OptionLook {
    ground: Color32,
    border: Color32,
    stroke: f32,
    verdict: Option<(&'static str, Color32)>,
}

fn option_look(t: Tokens, is_key: bool, chosen: bool, judged: bool) -> OptionLook {
    let (ground, border, stroke, verdict) = match (judged, is_key, chosen) {
        (false, _, true) => (t.accent_soft, t.accent, 2.0, None),
        (true, true, true) => (t.good_soft, t.good, 1.0, Some(("✓ Correct, your answer", t.good))),
        (true, true, false) => (t.good_soft, t.good, 1.0, Some(("✓ Correct", t.good))),
        (true, false, true) => (t.bad_soft, t.again, 1.0, Some(("× Your answer", t.again))),
        (_, false, false) | (false, true, false) => (t.surface, t.edge, 1.0, None),
    };
    OptionLook { ground, border, stroke, verdict }
}

fn choice_ui(
    ui: &mut Ui,
    entry: &CardEntry,
    choice: &Choice,
    order: &[usize],
    answering: &mut Answering,
    response: Option<&Response>,
) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    if choice.key_count() > 1 {
        label(ui, format!("Choose {}.", number_word(choice.key_count())), 14.0, Weight::Medium, t.muted);
    }
    let given = match response {
        Some(Response::Chosen(chosen)) => chosen.clone(),
        Some(_) => BTreeSet::new(),
        None => answering.chosen().clone(),
    };
    ui.spacing_mut().item_spacing.y = 12.0;
    for (place, index) in order.iter().enumerate() {
        let Some(option) = choice.options.get(*index) else { continue };
        let chosen = given.contains(index);
        let look = option_look(t, option.is_key, chosen, response.is_some());
        let letter = char::from(b'A' + u8::try_from(place).unwrap_or(0).min(25));
        let frame = Frame::new()
            .fill(look.ground)
            .stroke(Stroke::new(look.stroke, look.border))
            .corner_radius(CornerRadius::same(10))
            .inner_margin(Margin::symmetric(15, 13));
        let shown = frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing = vec2(12.0, 4.0);
            ui.horizontal_top(|ui| {
                letter_ui(ui, letter, t);
                ui.vertical(|ui| {
                    markup_ui(ui, &option.text, Markup { size: 14.5, weight: Weight::Regular, color: t.text });
                    if response.is_some() {
                        if let Some((verdict, color)) = look.verdict {
                            label(ui, verdict, 13.0, Weight::Semibold, color);
                        }
                        markup_ui(ui, &option.why, Markup { size: 13.0, weight: Weight::Regular, color: t.muted });
                        action = see_ui(ui, entry, option.see.as_ref()).or(action.take());
                    }
                });
            });
        });
        if response.is_none() {
            let several = choice.key_count() > 1;
            let clicked = ui.interact(shown.response.rect, ui.scope_id().with(("option", place)), Sense::click());
            let kind = if several { Role::CheckBox } else { Role::RadioButton };
            clicked
                .widget_info(|| WidgetInfo::selected(kind, true, chosen, format!("{letter}: {}", crate::model::text::plain(&option.text))));
            focus_ring(ui, &clicked, 10.0);
            if clicked.clicked() {
                answering.choose(entry, order, place);
            }
        }
    }
    action
}

/// A way to the note that teaches the difference.
fn see_ui(ui: &mut Ui, entry: &CardEntry, see: Option<&crate::model::NoteId>) -> Option<Action> {
    let note = see?.clone();
    let deck = entry.deck.id.clone();
    link_button(ui, "Show the card that teaches the difference").clicked().then_some(Action::ShowNote(deck, note))
}
