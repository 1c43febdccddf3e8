//! First run: three questions, then the first card.

use super::super::action::Action;
use super::super::theme::{Weight, tokens};
use super::super::widgets::{button, card, form_row, label, primary};
use super::settings::{date_field, target_combo};
use crate::app::{Collection, Settings, Target};
use eframe::egui::{DragValue, TextEdit, Ui, UiBuilder, vec2};

/// What the screen shows.
#[derive(Debug, Clone)]
pub(in crate::ui) struct View {
    pub(in crate::ui) exams: Vec<(String, String)>,
    pub(in crate::ui) loading: bool,
    pub(in crate::ui) cards: usize,
    settings: Settings,
}

impl View {
    pub(in crate::ui) fn new(collection: &Collection) -> Self {
        let exams = collection.exams().iter().map(|exam| (exam.id.to_string(), exam.title.clone())).collect();
        Self { exams, loading: !collection.is_loaded(), cards: collection.visible_card_count(), settings: collection.settings().clone() }
    }
}

/// The answers so far.
#[derive(Debug)]
pub(in crate::ui) struct State {
    target: Target,
    date: String,
    read_date: Option<String>,
    minutes: u32,
}

impl Default for State {
    fn default() -> Self {
        Self { target: Target::Nothing, date: String::new(), read_date: None, minutes: 30 }
    }
}

impl State {
    fn settings(&self, base: &Settings) -> Settings {
        Settings {
            welcomed: true,
            target: self.target.clone(),
            exam_date: self.read_date.clone(),
            minutes_a_day: self.minutes,
            ..base.clone()
        }
    }
}

/// Draws the screen. The action saves the answers; the window then shows the first card.
#[must_use]
pub(in crate::ui) fn ui(ui: &mut Ui, view: &View, state: &mut State) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    let width = 680.0_f32.min(ui.available_width() - 40.0);
    let rect = eframe::egui::Rect::from_center_size(ui.max_rect().center(), vec2(width, 440.0));
    ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
        label(ui, "Welcome to Ascertain", 24.0, Weight::Semibold, t.text);
        let words = if view.loading {
            "Reading the decks…".to_owned()
        } else {
            format!(
                "{} cards on cloud and AI security are ready, each with its source. Three questions, and the first one is yours.",
                view.cards
            )
        };
        label(ui, words, 14.0, Weight::Regular, t.muted);
        ui.add_space(14.0);
        card(ui, |ui| {
            form_row(ui, "What do you study for?", "", |ui, id| target_combo(ui, &view.exams, &mut state.target, id));
            if let Target::Other(words) = &mut state.target {
                form_row(ui, "In your words", "", |ui, id| drop(ui.add(TextEdit::singleline(words).desired_width(260.0)).labelled_by(id)));
            }
            form_row(ui, "When is the exam?", "Leave it empty if you do not know yet", |ui, id| {
                date_field(ui, &mut state.date, id, &mut state.read_date);
            });
            form_row(ui, "How many minutes a day?", "The plan for a day never asks for more", |ui, id| {
                ui.add(DragValue::new(&mut state.minutes).range(1..=600).suffix(" min").speed(0.2)).labelled_by(id);
            });
        });
        ui.add_space(16.0);
        ui.horizontal(|ui| {
            if primary(ui, "Show the first card", "Enter", None).clicked() {
                action = Some(Action::SetSettings(state.settings(&view.settings)));
            }
            if button(ui, "Skip", "").clicked() {
                action = Some(Action::SetSettings(Settings { welcomed: true, ..view.settings.clone() }));
            }
        });
        ui.add_space(10.0);
        label(ui, "Everything stays on this machine: no account, no network.", 12.5, Weight::Regular, t.muted);
    });
    action
}

/// What Enter does.
pub(in crate::ui) fn proceed(view: &View, state: &State) -> Action {
    Action::SetSettings(state.settings(&view.settings))
}
