//! Exams: what can be sat, what was sat.

use super::super::action::Action;
use super::super::route::Route;
use super::super::theme::{Weight, tokens};
use super::super::widgets::{
    button, card, card_title, chip, columns, label, label_cut, page_title, primary, rule, small_button, text_link,
};
use super::page;
use crate::app::{AttemptRow, Collection, Error, ExamRow};
use crate::engine::exam::Stage;
use eframe::egui::{Align, Layout, Ui, vec2};

/// What the screen shows.
pub(in crate::ui) struct View {
    rows: Vec<ExamRow>,
    attempts: Vec<AttemptRow>,
    loading: bool,
    /// Title of an attempt under way, and whether it is paused.
    under_way: Option<(String, bool)>,
}

impl View {
    pub(in crate::ui) fn new(collection: &Collection) -> Result<Self, Error> {
        let exam = collection.exam().filter(|exam| !exam.sitting.is_over());
        Ok(Self {
            rows: collection.exam_rows()?,
            attempts: collection.attempts()?,
            loading: !collection.is_loaded(),
            under_way: exam.map(|exam| (exam.sitting.start().rules.title.clone(), exam.sitting.stage() == Stage::Paused)),
        })
    }
}

/// Draws the screen.
#[must_use]
pub(in crate::ui) fn ui(ui: &mut Ui, view: &View) -> Option<Action> {
    page(ui, "exams", |ui| {
        let mut action = None;
        page_title(ui, "Exams", "Mock exams under the rules of the real ones, and quizzes of your own", |ui| {
            if button(ui, "Quiz of your own", "").clicked() {
                action = Some(Action::Go(Route::Quiz));
            }
        });
        if let Some((title, paused)) = &view.under_way {
            action = under_way_ui(ui, title, *paused).or(action.take());
            ui.add_space(16.0);
        }
        let (mut from_list, mut from_attempts) = (None, None);
        columns(ui, 0.661, |ui| from_list = list_ui(ui, view), |ui| from_attempts = attempts_ui(ui, &view.attempts, "Attempts"));
        action.or(from_list).or(from_attempts)
    })
}

fn under_way_ui(ui: &mut Ui, title: &str, paused: bool) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    card(ui, |ui| {
        ui.horizontal(|ui| {
            ui.vertical(|ui| {
                label(ui, title, 15.0, Weight::Semibold, t.text);
                let words = if paused { "This exam is paused." } else { "This exam is under way; its clock may be running." };
                label(ui, words, 13.0, Weight::Regular, t.muted);
            });
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if primary(ui, "Go on with the exam", "", None).clicked() {
                    action = Some(Action::Go(Route::Sitting));
                }
            });
        });
    });
    action
}

fn list_ui(ui: &mut Ui, view: &View) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    card(ui, |ui| {
        card_title(ui, "Mock exams", "questions in your decks");
        if view.loading {
            label(ui, "Reading your decks…", 14.0, Weight::Regular, t.muted);
        } else if view.rows.is_empty() {
            label(ui, "There is no exam file. An `Exam(…)` file in your deck folder brings one.", 14.0, Weight::Regular, t.muted);
        }
        for (index, row) in view.rows.iter().enumerate() {
            if index > 0 {
                rule(ui);
            }
            action = row_ui(ui, row).or(action.take());
        }
    });
    action
}

fn row_ui(ui: &mut Ui, row: &ExamRow) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    let open = Action::Go(Route::ExamStart(row.exam.id.clone()));
    ui.horizontal(|ui| {
        let right = 190.0;
        let width = (ui.available_width() - right).max(160.0);
        ui.allocate_ui(vec2(width, 50.0), |ui| {
            ui.set_width(width);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                ui.add_space(3.0);
                if text_link(ui, &row.exam.title, 14.0, Weight::Semibold).clicked() {
                    action = Some(open.clone());
                }
                label_cut(ui, row.facts.as_str(), 12.5, Weight::Regular, t.muted);
                let mut notes = Vec::new();
                notes.extend((!row.exam.code.is_empty()).then(|| row.exam.code.clone()));
                notes.push(row.driver.to_owned());
                notes.extend((!row.status.is_empty()).then(|| row.status.clone()));
                notes.extend((row.unconfirmed > 0).then(|| "some figures not confirmed".to_owned()));
                label_cut(ui, notes.join(" · "), 12.5, Weight::Regular, t.faint);
            });
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let name = format!("Open {}", row.exam.title);
            let open_button = small_button(ui, "Open");
            open_button.widget_info(|| eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Button, true, name.clone()));
            if open_button.clicked() {
                action = Some(open);
            }
            let enough = row.questions.0 >= row.questions.1 as usize;
            label(ui, row.questions.0.to_string(), 14.0, Weight::Regular, if enough { t.text } else { t.hard });
            if let Some(last) = row.attempts.first() {
                verdict_ui(ui, last);
            }
        });
    });
    action
}

/// A chip with the score of an attempt.
pub(in crate::ui) fn verdict_ui(ui: &mut Ui, attempt: &AttemptRow) {
    let t = tokens(ui);
    let Some((shown, _)) = attempt.score else { return };
    let (word, ink, ground) = match attempt.passed {
        Some(true) => ("✓ ", t.good, t.good_soft),
        Some(false) => ("× ", t.again, t.bad_soft),
        None => ("", t.muted, t.sunken),
    };
    let unit = if attempt.score.is_some_and(|(_, cut)| cut.is_none()) { " %" } else { "" };
    chip(ui, &format!("{word}{shown}{unit}"), ink, ground);
}

/// Finished attempts.
pub(in crate::ui) fn attempts_ui(ui: &mut Ui, attempts: &[AttemptRow], title: &str) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    card(ui, |ui| {
        card_title(ui, title, "");
        if attempts.is_empty() {
            label(ui, "None yet. Under exam conditions the first one tells most.", 14.0, Weight::Regular, t.muted);
        }
        for (index, attempt) in attempts.iter().take(30).enumerate() {
            if index > 0 {
                rule(ui);
            }
            ui.horizontal(|ui| {
                ui.set_height(38.0);
                let width = (ui.available_width() - 84.0).max(80.0);
                ui.allocate_ui(vec2(width, 38.0), |ui| {
                    ui.set_width(width);
                    ui.vertical(|ui| {
                        ui.spacing_mut().item_spacing.y = 0.0;
                        let date = attempt.made.local().format("%-d %b %Y, %H:%M").to_string();
                        if text_link(ui, &date, 13.5, Weight::Medium).clicked() {
                            action = Some(Action::Go(Route::Report(attempt.id)));
                        }
                        label_cut(ui, attempt.title.as_str(), 12.5, Weight::Regular, t.muted);
                    });
                });
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| verdict_ui(ui, attempt));
            });
        }
        if attempts.len() > 30 {
            label(ui, format!("and {} earlier ones", attempts.len() - 30), 12.5, Weight::Regular, t.muted);
        }
    });
    action
}
