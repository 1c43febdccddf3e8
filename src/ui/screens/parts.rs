//! Answering by doing: choosing, ordering, matching, typing, with the mouse and with the keyboard alone.

use super::super::action::Action;
use super::super::theme::{Tokens, Weight, font, tokens};
use super::super::widgets::{Markup, keycap, label, markup_ui, small_button};
use crate::app::CardEntry;
use crate::engine::study::Response;
use crate::model::{Match, Order, QuestionBody, Typed};
use eframe::egui::{Color32, ComboBox, CornerRadius, Frame, Grid, Id, Key, Margin, Role, Sense, Stroke, TextEdit, Ui, WidgetInfo, vec2};
use std::collections::BTreeSet;

/// An answer under way, in the author's numbers.
#[derive(Debug, Default)]
pub(in crate::ui) struct Answering {
    chosen: BTreeSet<usize>,
    ordered: Vec<usize>,
    /// Steps that were put by pressing their numbers, in that order.
    picked: Vec<usize>,
    moved: bool,
    paired: Vec<Option<usize>>,
    /// The left side that the next letter is paired with.
    row: usize,
    typed: String,
    focus: bool,
    pub(in crate::ui) exhibit: usize,
    /// No more options than there are keys, as in a test centre.
    at_most_keys: bool,
}

fn body(entry: &CardEntry) -> Option<&QuestionBody> {
    entry.card().and_then(|card| card.question()).map(|question| &question.body)
}

impl Answering {
    /// An empty answer; steps begin in the order they are shown.
    pub(in crate::ui) fn new(order: &[usize], entry: &CardEntry) -> Self {
        let pairs = match body(entry) {
            Some(QuestionBody::Match(pairs)) => pairs.pairs.len(),
            _ => 0,
        };
        Self { ordered: order.to_vec(), paired: vec![None; pairs], focus: true, ..Self::default() }
    }

    /// An answer of a mock exam, as it stands.
    pub(in crate::ui) fn in_exam(order: &[usize], entry: &CardEntry, response: Option<&Response>) -> Self {
        let mut answering = Self { at_most_keys: true, ..Self::new(order, entry) };
        match response {
            Some(Response::Chosen(chosen)) => answering.chosen.clone_from(chosen),
            Some(Response::Ordered(ordered)) => (answering.ordered, answering.moved) = (ordered.clone(), true),
            Some(Response::Paired(paired)) => answering.paired.clone_from(paired),
            Some(Response::Typed(text)) => answering.typed.clone_from(text),
            Some(Response::GaveUp) | None => {}
        }
        answering
    }

    /// Options chosen so far.
    pub(in crate::ui) fn chosen(&self) -> &BTreeSet<usize> {
        &self.chosen
    }

    /// The response, once there is one to check.
    pub(in crate::ui) fn response(&self, entry: &CardEntry) -> Option<Response> {
        let whole = !matches!(body(entry)?, QuestionBody::Match(_)) || self.paired.iter().all(Option::is_some);
        self.so_far(entry).filter(|_| whole)
    }

    /// The response as it stands, whole or not; none if nothing was done.
    pub(in crate::ui) fn so_far(&self, entry: &CardEntry) -> Option<Response> {
        let response = match body(entry)? {
            QuestionBody::Choice(_) => Response::Chosen(self.chosen.clone()),
            QuestionBody::Order(_) => return self.moved.then(|| Response::Ordered(self.ordered.clone())),
            QuestionBody::Match(_) => Response::Paired(self.paired.clone()),
            QuestionBody::Typed(_) => Response::Typed(self.typed.clone()),
        };
        (!response.is_empty()).then_some(response)
    }

    /// Chooses the option at a place. With one key a choice takes the place of the last, with several it is added or taken away. False
    /// if there is no room for it.
    pub(in crate::ui) fn choose(&mut self, entry: &CardEntry, order: &[usize], place: usize) -> bool {
        let (Some(QuestionBody::Choice(choice)), Some(index)) = (body(entry), order.get(place)) else { return true };
        let was_chosen = self.chosen.remove(index);
        if choice.key_count() == 1 {
            self.chosen.clear();
        }
        if self.at_most_keys && !was_chosen && self.chosen.len() >= choice.key_count() {
            return false;
        }
        if !was_chosen {
            self.chosen.insert(*index);
        }
        true
    }

    /// What the digit 1 to 9 does, given as 0 to 8: chooses an option, puts a step next, or takes a left side up.
    pub(in crate::ui) fn digit(&mut self, entry: &CardEntry, order: &[usize], digit: usize) -> bool {
        match body(entry) {
            Some(QuestionBody::Choice(_)) => return self.choose(entry, order, digit),
            Some(QuestionBody::Order(_)) => {
                let Some(step) = order.get(digit) else { return true };
                match self.picked.iter().position(|picked| picked == step) {
                    Some(at) => drop(self.picked.remove(at)),
                    None => self.picked.push(*step),
                }
                let rest = order.iter().filter(|step| !self.picked.contains(step));
                self.ordered = self.picked.iter().chain(rest).copied().collect();
                self.moved = true;
            }
            Some(QuestionBody::Match(_)) if digit < self.paired.len() => self.row = digit,
            _ => {}
        }
        true
    }

    /// What a letter does, given as 0 for A: chooses an option, or pairs the left side taken up with a right side and goes to the next.
    pub(in crate::ui) fn letter(&mut self, entry: &CardEntry, order: &[usize], letter: usize) -> bool {
        match body(entry) {
            Some(QuestionBody::Match(_)) => {
                if let (Some(slot), Some(right)) = (self.paired.get_mut(self.row), order.get(letter)) {
                    *slot = Some(*right);
                    self.row = (self.row + 1).min(self.paired.len().saturating_sub(1));
                }
                true
            }
            _ => self.choose(entry, order, letter),
        }
    }

    /// Whether letters mean something to this question, and how many.
    pub(in crate::ui) fn letters(entry: &CardEntry, order: &[usize]) -> usize {
        match body(entry) {
            Some(QuestionBody::Choice(_) | QuestionBody::Match(_)) => order.len(),
            _ => 0,
        }
    }
}

/// A count as a word in capitals, as test centres write it.
pub(in crate::ui) fn number_word(count: usize) -> String {
    ["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE"].get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

/// The letter of an option, as a key cap.
pub(in crate::ui) fn letter_ui(ui: &mut Ui, letter: char, t: Tokens) {
    let (rect, _) = ui.allocate_exact_size(vec2(23.0, 21.0), Sense::hover());
    ui.painter().rect_stroke(rect, 4.0, Stroke::new(1.0, t.line), eframe::egui::StrokeKind::Inside);
    ui.painter().text(rect.center(), eframe::egui::Align2::CENTER_CENTER, letter, font(12.0, Weight::Mono), t.muted);
}

/// Steps to be put in order; with a response, how they were put.
pub(in crate::ui) fn order_ui(ui: &mut Ui, steps: &Order, order: &[usize], answering: &mut Answering, response: Option<&Response>) {
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
    label(ui, "Drag the steps into order, use the arrows, or press their numbers in the right order.", 12.5, Weight::Regular, t.muted);
    let mut moved: Option<(usize, usize)> = None;
    for (place, index) in given.iter().enumerate() {
        let Some(step) = steps.steps.get(*index) else { continue };
        let name = crate::model::text::plain(step);
        let dropped = row_ui(ui, t.surface, t.edge, |ui| {
            let id = Id::unique(("order-step", *index));
            ui.dnd_drag_source(id, place, |ui| label(ui, "↕", 14.0, Weight::Regular, t.faint));
            let number = order.iter().position(|shown| shown == index).map_or(0, |shown| shown + 1);
            keycap(ui, &number.to_string());
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
        answering.picked.clear();
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

/// Things to be paired; with a response, how they were paired.
pub(in crate::ui) fn match_ui(ui: &mut Ui, pairs: &Match, order: &[usize], answering: &mut Answering, response: Option<&Response>) {
    let t = tokens(ui);
    if let Some(response) = response {
        let none = vec![None; pairs.pairs.len()];
        return matched_ui(ui, pairs, if let Response::Paired(paired) = response { paired } else { &none });
    }
    label(ui, "Drag an answer to its place, choose it there, or press a number and then a letter.", 12.5, Weight::Regular, t.muted);
    let rights = pairs.right_sides();
    let text = |index: usize| crate::model::text::plain(rights.get(index).copied().unwrap_or_default());
    let mut dropped = None;
    for (row, (left, _)) in pairs.pairs.iter().enumerate() {
        let border = if answering.row == row { t.accent } else { t.edge };
        let response = row_ui(ui, t.surface, border, |ui| {
            keycap(ui, &(row + 1).to_string());
            let width = (ui.available_width() * 0.5).max(120.0);
            ui.allocate_ui(vec2(width, 20.0), |ui| {
                ui.set_width(width);
                markup_ui(ui, left, Markup { size: 14.5, weight: Weight::Regular, color: t.text });
            });
            let current = answering.paired.get(row).copied().flatten().map_or("Choose…".to_owned(), text);
            let combo = ComboBox::from_id_salt(("match", row)).width(ui.available_width() - 12.0).truncate().selected_text(current);
            let combo = combo.show_ui(ui, |ui| {
                for index in order {
                    let mut chosen = answering.paired.get(row).copied().flatten();
                    if ui.selectable_value(&mut chosen, Some(*index), text(*index)).clicked() {
                        dropped = Some((row, *index));
                    }
                }
            });
            let name = format!("Match for {}", crate::model::text::plain(left));
            combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, name.clone()));
        });
        if let Some(right) = response.dnd_release_payload::<RightSide>() {
            dropped = Some((row, right.0));
        }
    }
    bank_ui(ui, order, &text);
    if let Some((row, right)) = dropped
        && let Some(slot) = answering.paired.get_mut(row)
    {
        *slot = Some(right);
        answering.row = (row + 1).min(answering.paired.len().saturating_sub(1));
    }
}

/// A right side that is being dragged.
struct RightSide(usize);

/// The right sides with their letters, to be dragged.
fn bank_ui(ui: &mut Ui, order: &[usize], text: &impl Fn(usize) -> String) {
    let t = tokens(ui);
    ui.add_space(4.0);
    for (place, index) in order.iter().enumerate() {
        let letter = char::from(b'A' + u8::try_from(place).unwrap_or(25).min(25));
        ui.dnd_drag_source(Id::unique(("right-side", *index)), RightSide(*index), |ui| {
            row_ui(ui, t.sunken, t.line, |ui| {
                letter_ui(ui, letter, t);
                label(ui, text(*index), 14.0, Weight::Regular, t.text);
            });
        });
    }
}

/// How things were paired.
fn matched_ui(ui: &mut Ui, pairs: &Match, given: &[Option<usize>]) {
    let t = tokens(ui);
    let rights = pairs.right_sides();
    let text = |index: usize| crate::model::text::plain(rights.get(index).copied().unwrap_or_default());
    Grid::new("match").num_columns(2).spacing([24.0, 12.0]).show(ui, |ui| {
        for (row, (left, right)) in pairs.pairs.iter().enumerate() {
            ui.allocate_ui(vec2(330.0, 20.0), |ui| {
                ui.set_max_width(330.0);
                markup_ui(ui, left, Markup { size: 14.5, weight: Weight::Regular, color: t.text });
            });
            let yours = given.get(row).copied().flatten();
            let is_right = yours.is_some_and(|index| rights.get(index) == Some(&right.as_str()));
            ui.vertical(|ui| {
                let (mark, color) = match (yours, is_right) {
                    (None, _) => ("", t.text),
                    (Some(_), true) => ("✓ ", t.good),
                    (Some(_), false) => ("× ", t.again),
                };
                label(ui, format!("{mark}{}", crate::model::text::plain(right)), 14.5, Weight::Medium, color);
                if let Some(index) = yours.filter(|_| !is_right) {
                    label(ui, format!("you had: {}", text(index)), 12.5, Weight::Regular, t.muted);
                }
            });
            ui.end_row();
        }
    });
}

/// A short answer to be typed; with a response, whether it is right.
pub(in crate::ui) fn typed_ui(ui: &mut Ui, typed: &Typed, answering: &mut Answering, response: Option<&Response>) -> Option<Action> {
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
