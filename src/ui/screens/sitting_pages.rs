//! The pages around a mock exam: the one before the clock starts, and the pause.

use super::super::action::Action;
use super::super::command::Command;
use super::super::route::{Dialog, Route};
use super::super::theme::{Weight, tokens};
use super::super::widgets::{button, card, label, primary};
use super::sitting::View;
use crate::app::{driver_words, pass_words};
use crate::engine::exam::Act;
use crate::model::Driver;
use eframe::egui::{CentralPanel, Frame, Rect, ScrollArea, Ui, UiBuilder, vec2};

/// The clock as test centres show it.
pub(in crate::ui) fn clock_words(millis: i64) -> String {
    let seconds = millis.max(0).div_euclid(1000);
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds % 3_600 / 60, seconds % 60)
}

fn middle(ui: &mut Ui, height: f32, add: impl FnOnce(&mut Ui)) {
    let t = tokens(ui);
    CentralPanel::default().frame(Frame::new().fill(t.bg)).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            let width = 640.0_f32.min(ui.available_width() - 56.0);
            let top = ((ui.available_height() - height) / 2.0).max(24.0);
            let left = ((ui.available_width() - width) / 2.0).max(0.0);
            let rect = Rect::from_min_size(ui.cursor().min + vec2(left, top), vec2(width, f32::INFINITY));
            ui.scope_builder(UiBuilder::new().max_rect(rect), add);
        });
    });
}

/// The page before the clock starts.
#[must_use]
pub(in crate::ui) fn tutorial_ui(ui: &mut Ui, view: &View<'_>) -> Option<Action> {
    let rules = &view.exam.sitting.start().rules;
    let mut action = None;
    middle(ui, 560.0, |ui| {
        let t = tokens(ui);
        label(ui, rules.title.as_str(), 24.0, Weight::Semibold, t.text);
        label(ui, "The clock has not started. Take your time with this page.", 14.0, Weight::Regular, t.muted);
        ui.add_space(12.0);
        card(ui, |ui| {
            for line in tutorial_lines(view) {
                label(ui, line, 14.0, Weight::Regular, t.text);
            }
        });
        ui.add_space(14.0);
        ui.horizontal(|ui| {
            if primary(ui, "Start the clock", &Command::NextQuestion.key_words(), None).clicked() {
                action = Some(Action::Exam(Act::Begin));
            }
            if button(ui, "Not now", "").clicked() {
                action = Some(Action::DropExam);
            }
        });
    });
    action
}

fn tutorial_lines(view: &View<'_>) -> Vec<String> {
    let sitting = &view.exam.sitting;
    let rules = &sitting.start().rules;
    let count = sitting.items().len();
    let mut lines = Vec::new();
    lines.push(match rules.driver {
        Driver::Adaptive { max, .. } => format!("At most {max} questions that count; the exam ends when it knows enough."),
        _ => format!("{count} questions, {}.", driver_words(&rules.driver)),
    });
    match rules.limit_millis {
        Some(limit) => lines.push(format!("{} on the clock; a word at 30, 15 and 5 minutes.", clock_words(limit))),
        None => lines.push("No clock.".to_owned()),
    }
    let pass = pass_words(&rules.scoring);
    lines.push(format!(
        "{}{}.",
        pass.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default(),
        pass.get(1..).unwrap_or_default()
    ));
    let key = |command: Command| command.key_words();
    lines.push(format!(
        "A to F or 1 to 9 answer, Shift with a letter strikes an option through, {} and {} go on and back.",
        key(Command::NextQuestion),
        key(Command::PreviousQuestion)
    ));
    lines.push(format!(
        "{} flags, {} highlights, {} takes a note, {} hides the clock.",
        key(Command::FlagQuestion),
        key(Command::Highlight),
        key(Command::NoteQuestion),
        key(Command::HideClock)
    ));
    if sitting.goes_back() {
        lines.push(format!("{} lists all questions. Nothing is lost if the program or the machine stops.", key(Command::ListQuestions)));
    } else {
        lines.push("There is no way back to a question. Nothing is lost if the program or the machine stops.".to_owned());
    }
    lines.push(if rules.strict {
        "Exam conditions: the clock runs on whatever happens.".to_owned()
    } else {
        format!("Practice: {} pauses; the report says so.", key(Command::PauseExam))
    });
    lines
}

/// The page of an exam that rests.
#[must_use]
pub(in crate::ui) fn paused_ui(ui: &mut Ui, view: &View<'_>) -> Option<Action> {
    let mut action = None;
    middle(ui, 220.0, |ui| {
        let t = tokens(ui);
        label(ui, "Paused", 24.0, Weight::Semibold, t.text);
        let left = view.left.map_or("There is no clock.".to_owned(), |left| format!("The clock stands at {}.", clock_words(left)));
        label(ui, left, 14.0, Weight::Regular, t.muted);
        ui.add_space(12.0);
        ui.horizontal(|ui| {
            if primary(ui, "Go on", &Command::NextQuestion.key_words(), None).clicked() {
                action = Some(Action::Exam(Act::Resume));
            }
            if button(ui, "Leave for now", "").clicked() {
                action = Some(Action::Go(Route::Exams));
            }
            if button(ui, "End exam", "").clicked() {
                action = Some(Action::Open(Dialog::EndExam));
            }
        });
    });
    action
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_reads_like_one() {
        assert_eq!([0, 999, 1_000, 61_000, 6_128_000].map(clock_words), ["0:00:00", "0:00:00", "0:00:01", "0:01:01", "1:42:08"]);
        assert_eq!(clock_words(-5), "0:00:00");
    }
}
