//! The face of a card: what is asked, and after the answer why each part is right or wrong.

use super::super::action::Action;
use super::super::route::Dialog;
use super::super::theme::{Tokens, Weight, font, tokens};
use super::super::widgets::{Markup, focus_ring, label, link_button, markup_ui, rule, small_button, words};
use crate::app::{CardEntry, Shown, Stage};
use crate::engine::study::Response;
use crate::model::{Case, Choice, Face, Match, Order, Question, QuestionBody, Typed, cloze};
use eframe::egui::{Color32, ComboBox, CornerRadius, Frame, Grid, Id, Key, Margin, Role, Sense, Stroke, TextEdit, Ui, WidgetInfo, vec2};
use std::collections::BTreeSet;

/// An answer under way, in the author's numbers.
#[derive(Debug, Default)]
pub(in crate::ui) struct Answering {
    chosen: BTreeSet<usize>,
    ordered: Vec<usize>,
    moved: bool,
    paired: Vec<Option<usize>>,
    typed: String,
    focus: bool,
    exhibit: usize,
}

impl Answering {
    /// An empty answer; steps begin in the order they are shown.
    pub(in crate::ui) fn new(order: &[usize], entry: &CardEntry) -> Self {
        let question = entry.card().and_then(|card| card.question());
        let pairs = match question.map(|question| &question.body) {
            Some(QuestionBody::Match(pairs)) => pairs.pairs.len(),
            _ => 0,
        };
        Self { ordered: order.to_vec(), paired: vec![None; pairs], focus: true, ..Self::default() }
    }

    /// The response, once there is one to check.
    pub(in crate::ui) fn response(&self, entry: &CardEntry) -> Option<Response> {
        let question = entry.card().and_then(|card| card.question())?;
        match &question.body {
            QuestionBody::Choice(_) => (!self.chosen.is_empty()).then(|| Response::Chosen(self.chosen.clone())),
            QuestionBody::Order(_) => self.moved.then(|| Response::Ordered(self.ordered.clone())),
            QuestionBody::Match(_) => self.paired.iter().all(Option::is_some).then(|| Response::Paired(self.paired.clone())),
            QuestionBody::Typed(_) => (!self.typed.trim().is_empty()).then(|| Response::Typed(self.typed.clone())),
        }
    }

    /// Chooses the option at a place. With one key a choice takes the place of the last, with several it is added or taken away.
    pub(in crate::ui) fn choose(&mut self, entry: &CardEntry, order: &[usize], place: usize) {
        let question = entry.card().and_then(|card| card.question());
        let (Some(QuestionBody::Choice(choice)), Some(index)) = (question.map(|question| &question.body), order.get(place)) else { return };
        let was_chosen = self.chosen.remove(index);
        if choice.key_count() == 1 {
            self.chosen.clear();
        }
        if !was_chosen {
            self.chosen.insert(*index);
        }
    }
}

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
        Face::Cloze { text, number } => {
            let text = if revealed { cloze::render_marked(text, None, Some(number)) } else { cloze::render(text, Some(number)) };
            markup_ui(ui, &text, Markup { size: 20.0, weight: Weight::Regular, ..asked });
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
fn case_ui(ui: &mut Ui, case: &Case, open: &mut usize) {
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

fn question_ui(
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
            order_ui(ui, steps, answering, response);
            None
        }
        QuestionBody::Match(pairs) => {
            match_ui(ui, pairs, order, answering, response);
            None
        }
        QuestionBody::Typed(typed) => typed_ui(ui, typed, answering, response),
    }
}

fn number_word(count: usize) -> String {
    ["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE"].get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned())
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
        None => answering.chosen.clone(),
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

fn letter_ui(ui: &mut Ui, letter: char, t: Tokens) {
    let (rect, _) = ui.allocate_exact_size(vec2(23.0, 21.0), Sense::hover());
    ui.painter().rect_stroke(rect, 4.0, Stroke::new(1.0, t.line), eframe::egui::StrokeKind::Inside);
    ui.painter().text(rect.center(), eframe::egui::Align2::CENTER_CENTER, letter, font(12.0, Weight::Mono), t.muted);
}

/// A way to the note that teaches the difference.
fn see_ui(ui: &mut Ui, entry: &CardEntry, see: Option<&crate::model::NoteId>) -> Option<Action> {
    let note = entry.deck.note(see?)?;
    let card = note.cards().first()?.id(&entry.deck.id)?;
    link_button(ui, "Show the card that teaches the difference").clicked().then_some(Action::Open(Dialog::Info(card)))
}

fn order_ui(ui: &mut Ui, steps: &Order, answering: &mut Answering, response: Option<&Response>) {
    let t = tokens(ui);
    let given: Vec<usize> = match response {
        Some(Response::Ordered(ordered)) => ordered.clone(),
        Some(_) => Vec::new(),
        None => answering.ordered.clone(),
    };
    if response.is_some() {
        for (place, step) in steps.steps.iter().enumerate() {
            let yours = given.get(place).and_then(|index| steps.steps.get(*index));
            let right = yours == Some(step);
            let (mark, color) = if right { ("✓", t.good) } else { ("×", t.again) };
            row_ui(ui, if right { t.good_soft } else { t.surface }, if right { t.good } else { t.line }, |ui| {
                label(ui, format!("{}.", place + 1), 14.0, Weight::Semibold, t.text);
                markup_ui(ui, step, Markup { size: 14.5, weight: Weight::Regular, color: t.text });
                if !given.is_empty() {
                    label(ui, mark, 14.0, Weight::Semibold, color);
                }
                if let Some(yours) = yours.filter(|_| !right) {
                    label(ui, format!("you had: {}", crate::model::text::plain(yours)), 12.5, Weight::Regular, t.muted);
                }
            });
        }
        return;
    }
    label(ui, "Move the steps into order, with the buttons or by dragging.", 12.5, Weight::Regular, t.muted);
    let mut moved: Option<(usize, usize)> = None;
    for (place, index) in given.iter().enumerate() {
        let Some(step) = steps.steps.get(*index) else { continue };
        let name = crate::model::text::plain(step);
        let dropped = row_ui(ui, t.surface, t.edge, |ui| {
            let id = Id::unique(("order-step", *index));
            ui.dnd_drag_source(id, place, |ui| label(ui, "↕", 14.0, Weight::Regular, t.faint));
            for (arrow, to, what) in [("↑", place.checked_sub(1), "up"), ("↓", (place + 1 < given.len()).then_some(place + 1), "down")]
            {
                let response = ui.add_enabled_ui(to.is_some(), |ui| small_button(ui, arrow)).inner;
                response.widget_info(|| WidgetInfo::labeled(Role::Button, to.is_some(), format!("Move {what}: {name}")));
                if let Some(to) = to.filter(|_| response.clicked()) {
                    moved = Some((place, to));
                }
            }
            markup_ui(ui, step, Markup { size: 14.5, weight: Weight::Regular, color: t.text });
        });
        if let Some(from) = dropped.dnd_release_payload::<usize>() {
            moved = Some((*from, place));
        }
    }
    if small_button(ui, "This is my order").clicked() {
        answering.moved = true;
    }
    if let Some((from, to)) = moved.filter(|(from, to)| from < &given.len() && to < &given.len()) {
        let step = answering.ordered.remove(from);
        answering.ordered.insert(to, step);
        answering.moved = true;
    }
}

fn row_ui(ui: &mut Ui, ground: Color32, border: Color32, add: impl FnOnce(&mut Ui)) -> eframe::egui::Response {
    let frame = Frame::new()
        .fill(ground)
        .stroke(Stroke::new(1.0, border))
        .corner_radius(CornerRadius::same(10))
        .inner_margin(Margin::symmetric(14, 9));
    frame
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal(add);
        })
        .response
}

fn match_ui(ui: &mut Ui, pairs: &Match, order: &[usize], answering: &mut Answering, response: Option<&Response>) {
    let t = tokens(ui);
    let rights = pairs.right_sides();
    let text = |index: usize| crate::model::text::plain(rights.get(index).copied().unwrap_or_default());
    let given: Vec<Option<usize>> = match response {
        Some(Response::Paired(paired)) => paired.clone(),
        Some(_) => vec![None; pairs.pairs.len()],
        None => answering.paired.clone(),
    };
    Grid::new("match").num_columns(2).spacing([24.0, 12.0]).show(ui, |ui| {
        for (row, (left, right)) in pairs.pairs.iter().enumerate() {
            ui.allocate_ui(vec2(330.0, 20.0), |ui| {
                ui.set_max_width(330.0);
                markup_ui(ui, left, Markup { size: 14.5, weight: Weight::Regular, color: t.text });
            });
            let yours = given.get(row).copied().flatten();
            if response.is_some() {
                let is_right = yours.is_some_and(|index| rights.get(index) == Some(&right.as_str()));
                ui.vertical(|ui| {
                    let (mark, color) = if is_right { ("✓", t.good) } else { ("×", t.again) };
                    let mark = if yours.is_some() { mark } else { "" };
                    label(
                        ui,
                        format!("{mark} {}", crate::model::text::plain(right)),
                        14.5,
                        Weight::Medium,
                        if yours.is_some() { color } else { t.text },
                    );
                    if let Some(index) = yours.filter(|_| !is_right) {
                        label(ui, format!("you had: {}", text(index)), 12.5, Weight::Regular, t.muted);
                    }
                });
            } else {
                let current = yours.map_or("Choose…".to_owned(), text);
                let combo = ComboBox::from_id_salt(("match", row)).width(330.0).selected_text(current).show_ui(ui, |ui| {
                    for index in order {
                        let mut chosen = yours;
                        if ui.selectable_value(&mut chosen, Some(*index), text(*index)).clicked()
                            && let Some(slot) = answering.paired.get_mut(row)
                        {
                            *slot = Some(*index);
                        }
                    }
                });
                combo
                    .response
                    .widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, format!("Match for {}", crate::model::text::plain(left))));
            }
            ui.end_row();
        }
    });
}

fn typed_ui(ui: &mut Ui, typed: &Typed, answering: &mut Answering, response: Option<&Response>) -> Option<Action> {
    let t = tokens(ui);
    if let Some(response) = response {
        if let Response::Typed(text) = response {
            let right = typed.accepts(text);
            let (mark, color) = if right { ("✓", t.good) } else { ("×", t.again) };
            label(ui, format!("{mark} {text}"), 17.0, Weight::Medium, color);
        }
        label(ui, format!("Accepted: {}", typed.accept.join(" · ")), 15.0, Weight::Regular, t.text);
        return None;
    }
    let field =
        TextEdit::singleline(&mut answering.typed).id(Id::unique("typed-answer")).desired_width(420.0).margin(Margin::symmetric(12, 9));
    let response = ui.add(field.font(font(17.0, Weight::Regular)));
    let value = answering.typed.clone();
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::TextInput, true, "Your answer");
        info.current_text_value = Some(value.clone());
        info
    });
    if std::mem::take(&mut answering.focus) {
        response.request_focus();
    }
    let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    (entered && !answering.typed.trim().is_empty()).then(|| Action::Respond(Response::Typed(answering.typed.clone())))
}
