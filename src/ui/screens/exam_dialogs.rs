//! The questions a mock exam asks on the way, and the word about the time.

use super::super::action::Action;
use super::super::theme::{Weight, tokens};
use super::super::widgets::{button, dialog, label, primary};
use super::plural;
use crate::app::{Collection, Exam, time_words};
use crate::engine::exam::Act;
use crate::model::FactId;
use eframe::egui::{Context, Id, Key, Modifiers, TextEdit, Ui};

/// Yes or no, by button, or by Enter for yes.
fn ask(ctx: &Context, title: &str, lines: &[String], yes: &str, no: &str) -> Option<bool> {
    let (answer, close) = dialog(ctx, title, 520.0, |ui| {
        let t = tokens(ui);
        for line in lines {
            label(ui, line.as_str(), 14.0, Weight::Regular, t.text);
        }
        ui.add_space(10.0);
        let mut answer = None;
        ui.horizontal(|ui| {
            if primary(ui, yes, "", None).clicked() {
                answer = Some(true);
            }
            if !no.is_empty() && button(ui, no, "").clicked() {
                answer = Some(false);
            }
        });
        answer.or(entered(ui).then_some(true))
    });
    answer.or(close.then_some(false))
}

/// Whether Enter was pressed with nothing in focus.
fn entered(ui: &Ui) -> bool {
    let focused = ui.ctx().memory(|memory| memory.focused().is_some());
    !focused && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter))
}

/// End the exam?
#[must_use]
pub(in crate::ui) fn end(ctx: &Context, exam: &Exam) -> Option<Action> {
    let sitting = &exam.sitting;
    let asked = if sitting.is_adaptive() { sitting.path().len() } else { sitting.items().len() };
    let open = asked.saturating_sub(sitting.answered());
    let flagged = sitting.items().iter().filter(|item| item.flagged).count();
    let mut lines = Vec::new();
    lines.push(match open {
        0 => "Every question has an answer.".to_owned(),
        _ => format!("{} without an answer. Open questions count as wrong.", plural(open, "question")),
    });
    lines.extend((flagged > 0).then(|| format!("{} flagged for review.", plural(flagged, "question"))));
    lines.push("After this nothing can be changed.".to_owned());
    let yes = ask(ctx, "End the exam?", &lines, "End exam", "Go on")?;
    Some(if yes { Action::Exam(Act::End) } else { Action::CloseDialog })
}

/// Leave a section for good?
#[must_use]
pub(in crate::ui) fn leave_section(ctx: &Context, exam: &Exam) -> Option<Action> {
    let sitting = &exam.sitting;
    let open = sitting.open_places().filter(|place| sitting.items().get(*place).is_some_and(|item| !item.is_answered())).count();
    let mut lines = vec!["There is no way back to this section.".to_owned()];
    lines.extend((open > 0).then(|| format!("{} of it without an answer.", plural(open, "question"))));
    let yes = ask(ctx, "Leave this section?", &lines, "Next section", "Stay")?;
    Some(if yes { Action::Exam(Act::NextSection) } else { Action::CloseDialog })
}

/// Leave a question without an answer?
#[must_use]
pub(in crate::ui) fn leave_unanswered(ctx: &Context) -> Option<Action> {
    let lines = ["This question has no answer, and there is no way back to it.".to_owned()];
    let yes = ask(ctx, "Leave it open?", &lines, "Leave it open", "Stay")?;
    Some(if yes { Action::Exam(Act::Next) } else { Action::CloseDialog })
}

/// So many minutes are left.
#[must_use]
pub(in crate::ui) fn time_warning(ctx: &Context, minutes: i64) -> Option<Action> {
    let lines = ["The clock goes on while you read this.".to_owned()];
    ask(ctx, &format!("{minutes} minutes left"), &lines, "Go on", "").map(|_| Action::CloseDialog)
}

/// The program was closed, or the machine slept.
#[must_use]
pub(in crate::ui) fn away(ctx: &Context, exam: &Exam, millis: i64) -> Option<Action> {
    let lines =
        ["Everything you did is here.".to_owned(), format!("For {} the program was closed or the machine slept.", time_words(millis))];
    if exam.sitting.forgivable().is_some() && exam.sitting.start().rules.limit_millis.is_some() {
        let yes = ask(ctx, "Welcome back", &lines, "Count it as a pause", "The clock ran on")?;
        return Some(if yes { Action::Exam(Act::Forgive) } else { Action::CloseDialog });
    }
    let lines = [lines, ["The clock ran on.".to_owned(), String::new()]].concat();
    ask(ctx, "Welcome back", &lines, "Go on", "").map(|_| Action::CloseDialog)
}

/// Go to a question by its number.
#[must_use]
pub(in crate::ui) fn go_to(ctx: &Context, exam: &Exam, text: &mut String) -> Option<Action> {
    let places = exam.sitting.open_places();
    let (answer, close) = dialog(ctx, "Go to question", 360.0, |ui| {
        let t = tokens(ui);
        let id = label(ui, format!("Number, 1 to {}", places.len()), 13.0, Weight::Medium, t.muted).id;
        let field = ui.add(TextEdit::singleline(text).id(Id::unique("go-to")).desired_width(120.0)).labelled_by(id);
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if !entered {
            field.request_focus();
        }
        entered || primary(ui, "Go", "", None).clicked()
    });
    let number = text.trim().parse::<usize>().ok().filter(|number| (1..=places.len()).contains(number));
    match (answer, number) {
        (true, Some(number)) => Some(Action::Exam(Act::GoTo(places.start + number - 1))),
        _ => close.then_some(Action::CloseDialog),
    }
}

/// Type the path a report is saved under, where the system shows no dialog for it.
#[must_use]
pub(in crate::ui) fn report_path(ctx: &Context, id: FactId, text: &mut String, collection: &Collection) -> Option<Action> {
    if text.is_empty() {
        *text = collection.paths().data.join("report.html").display().to_string();
    }
    let (answer, close) = dialog(ctx, "Save the report", 560.0, |ui| {
        let t = tokens(ui);
        let label_id = label(ui, "Path; .html for a page, .csv for a table", 13.0, Weight::Medium, t.muted).id;
        ui.add(TextEdit::singleline(text).desired_width(f32::INFINITY)).labelled_by(label_id);
        ui.add_space(10.0);
        primary(ui, "Save", "", None).clicked()
    });
    if answer && !text.trim().is_empty() {
        return Some(Action::SaveReportAs(id, text.trim().into()));
    }
    close.then_some(Action::CloseDialog)
}
