//! The line below a card: what the keys do, the way on, the ratings.

use super::super::action::Action;
use super::super::command::Command;
use super::super::theme::{Tokens, Weight, tokens};
use super::super::widgets::{keycap, label, primary, rating_button, words};
use super::study::{CardView, State};
use crate::app::Stage;
use crate::engine::study::{Response, Verdict};
use crate::model::Rating;
use eframe::egui::{Align, Color32, Layout, RichText, Ui, text::LayoutJob};

/// Draws it.
#[must_use]
pub(in crate::ui) fn bottom_ui(ui: &mut Ui, view: &CardView, state: &mut State) -> Option<Action> {
    let mut action = None;
    ui.add_space(16.0);
    match &view.shown.stage {
        Stage::Asked => {
            ui.horizontal(|ui| {
                hints_ui(ui, view);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let ready = state.answering.response(&view.entry);
                    let is_question = view.entry.card().is_some_and(|card| card.question().is_some());
                    let text = match (&ready, is_question) {
                        (Some(_), _) => "Check",
                        (None, true) => "I don't know",
                        (None, false) => "Show answer",
                    };
                    if primary(ui, text, &Command::Proceed.key_words(), None).clicked() {
                        action = Some(ready.map_or(Action::Run(Command::Proceed), Action::Respond));
                    }
                });
            });
        }
        Stage::Revealed => {
            action = ratings_ui(ui, view, None);
            ui.add_space(10.0);
            ui.horizontal(|ui| hints_ui(ui, view));
        }
        Stage::Judged { proposed, verdict, response } => {
            let asked = ratings_ui(ui, view, Some(*proposed));
            ui.add_space(10.0);
            ui.horizontal(|ui| {
                judged_words_ui(ui, view, *verdict, response, *proposed);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if primary(ui, "Continue", &Command::Proceed.key_words(), None).clicked() {
                        action = Some(Action::Answer(*proposed));
                    }
                });
            });
            action = asked.or(action);
        }
    }
    action
}

fn rating_color(t: Tokens, rating: Rating) -> Color32 {
    match rating {
        Rating::Again => t.again,
        Rating::Hard => t.hard,
        Rating::Good => t.good,
        Rating::Easy => t.easy,
    }
}

fn ratings_ui(ui: &mut Ui, view: &CardView, proposed: Option<Rating>) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    let (width, gap) = (164.0_f32.min((ui.available_width() - 36.0) / 4.0), 12.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        ui.add_space(((ui.available_width() - width * 4.0 - gap * 3.0) / 2.0).max(0.0));
        for (rating, due) in Rating::ALL.into_iter().zip(&view.previews) {
            let key = rating.number().to_string();
            let clicked = rating_button(ui, rating.label(), due, &key, rating_color(t, rating), proposed == Some(rating), width).clicked();
            if clicked {
                action = Some(if proposed.is_some() { Action::Propose(rating) } else { Action::Answer(rating) });
            }
        }
    });
    action
}

/// "Wrong. Rated Again: you will see it in 1 minute."
fn judged_words_ui(ui: &mut Ui, view: &CardView, verdict: Verdict, response: &Response, proposed: Rating) {
    let t = tokens(ui);
    let (mark, color) = match (verdict, response) {
        (Verdict::Right, _) => ("✓ Right.", t.good),
        (Verdict::Partly, _) => ("× Partly right.", t.again),
        (Verdict::Wrong, Response::GaveUp) => ("Not answered.", t.muted),
        (Verdict::Wrong, _) => ("× Wrong.", t.again),
    };
    let due = view.previews.get(proposed.index()).cloned().unwrap_or_default();
    let mut job = LayoutJob::default();
    let mut add = |text: RichText| text.append_to(&mut job, ui.style(), eframe::egui::FontSelection::Default, Align::Center);
    add(words(format!("{mark} "), 12.5, Weight::Semibold, color));
    add(words("Rated ", 12.5, Weight::Regular, t.muted));
    add(words(proposed.label(), 12.5, Weight::Semibold, rating_color(t, proposed)));
    add(words(format!(": you will see it in {due}."), 12.5, Weight::Regular, t.muted));
    ui.label(job);
}

fn hints_ui(ui: &mut Ui, view: &CardView) {
    let t = tokens(ui);
    ui.spacing_mut().item_spacing.x = 4.0;
    let mut hint = |command: Command, text: &str| {
        keycap(ui, &command.key_words());
        label(ui, text, 12.5, Weight::Regular, t.muted);
        ui.add_space(6.0);
    };
    if view.can_undo {
        hint(Command::Undo, "undo");
    }
    if view.entry.state.reps == 0 && view.shown.stage == Stage::Asked {
        hint(Command::Claim, "I know this");
    }
    hint(Command::Edit, "edit");
    hint(Command::Flag1, "flag");
    hint(Command::SuspendNote, "suspend");
    hint(Command::Help, "all shortcuts");
}
