//! What an import would do, before it does it.

use super::super::action::Action;
use super::super::importing::Importing;
use super::super::theme::{Weight, tokens};
use super::super::widgets::{button, chip, choice_row, dialog, label, label_cut, primary, small_button};
use super::{grouped, plural};
use crate::app::{Duplicates, ImportOptions, ImportPlan, import_formats, import_roles};
use crate::model::{Issue, Severity};
use eframe::egui::{ComboBox, Context, Id, ProgressBar, ScrollArea, TextEdit, Ui};

/// What is half typed: the separators of a text with two sides.
#[derive(Debug, Default)]
pub(in crate::ui) struct State {
    sides: String,
    cards: String,
}

/// Shows the plans in a dialog.
#[must_use]
pub(in crate::ui) fn ui(ctx: &Context, importing: &Importing, state: &mut State) -> Option<Action> {
    let plans = &importing.plans;
    let title = if plans.len() == 1 { "Import this file?" } else { "Import these files?" };
    let (action, close) = dialog(ctx, title, 720.0, |ui| {
        let mut action = None;
        for plan in plans {
            action = plan_ui(ui, plan, &importing.options, state).or(action.take());
            ui.add_space(10.0);
        }
        action = choices_ui(ui, plans).or(action.take());
        let wanted = plans.iter().filter(|plan| plan.refused.is_none()).count();
        ui.horizontal(|ui| {
            let typing = ui.ctx().text_edit_focused();
            let enter = !typing && ui.input(|input| input.key_pressed(eframe::egui::Key::Enter));
            if wanted > 0 && (primary(ui, "Import", "Enter", None).clicked() || enter) {
                action = Some(Action::ApplyImport);
            }
            if button(ui, if wanted > 0 { "Cancel" } else { "Close" }, "").clicked() {
                action = Some(Action::CloseDialog);
            }
        });
        action
    });
    action.or(close.then_some(Action::CloseDialog))
}

/// An import on another thread: how far it is, and a way to stop it.
#[must_use]
pub(in crate::ui) fn progress_ui(ctx: &Context, importing: &Importing) -> Option<Action> {
    let (title, can_stop) = importing.doing();
    let (action, _) = dialog(ctx, title, 460.0, |ui| {
        let t = tokens(ui);
        let (stage, share) = importing.progress.now();
        let words = if stage.is_empty() { "Starting" } else { stage };
        label(ui, format!("{words}…"), 14.0, Weight::Regular, t.text);
        ui.add_space(6.0);
        ui.add(ProgressBar::new(share.unwrap_or(0.0)).desired_height(8.0).animate(share.is_none()).fill(t.accent));
        ui.add_space(10.0);
        if !can_stop || !importing.progress.can_stop() {
            return None;
        }
        let stopping = importing.progress.is_stopped();
        let text = if stopping { "Stopping" } else { "Stop" };
        (button(ui, text, "").on_hover_text("What is not finished is not kept").clicked() && !stopping).then_some(Action::StopImport)
    });
    action
}

fn plan_ui(ui: &mut Ui, plan: &ImportPlan, options: &ImportOptions, state: &mut State) -> Option<Action> {
    let t = tokens(ui);
    label(ui, plan.title.as_str(), 15.0, Weight::Semibold, t.text);
    label(ui, plan.source.display().to_string(), 12.0, Weight::Mono, t.muted);
    let mut action = format_ui(ui, plan, options);
    if let Some(issue) = plan.looks_recalled() {
        recalled_ui(ui, issue);
    }
    if let Some(reason) = &plan.refused {
        label(ui, format!("Not possible: {reason}."), 14.0, Weight::Medium, t.again);
    } else {
        counts_ui(ui, plan);
        for sample in &plan.samples {
            label_cut(ui, format!("· {sample}"), 13.0, Weight::Regular, t.muted);
        }
    }
    action = separators_ui(ui, plan, options, state).or(action);
    action = columns_ui(ui, plan, options).or(action);
    report_ui(ui, plan);
    action
}

/// What the file was read as, to be changed where the guess is wrong. Files of our own are what they are.
fn format_ui(ui: &mut Ui, plan: &ImportPlan, options: &ImportOptions) -> Option<Action> {
    if plan.format == "Ascertain RON" {
        return None;
    }
    let t = tokens(ui);
    let mut action = None;
    ui.horizontal(|ui| {
        let id = label(ui, "Read as", 12.5, Weight::Medium, t.muted).id;
        let shown = if plan.format == "unknown" { "nothing that fits" } else { plan.format.as_str() };
        let combo = ComboBox::from_id_salt(("read-as", &plan.source)).selected_text(shown).width(220.0).show_ui(ui, |ui| {
            for (word, title) in import_formats() {
                if ui.selectable_label(title == plan.format, title).clicked() {
                    action = Some(Action::ReadImport(ImportOptions { format: Some(word), columns: None, ..options.clone() }));
                }
            }
        });
        drop(combo.response.labelled_by(id));
    });
    action
}

fn recalled_ui(ui: &mut Ui, issue: &Issue) {
    let t = tokens(ui);
    eframe::egui::Frame::new().fill(t.warn_soft).corner_radius(8.0).inner_margin(12.0).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let mut words = issue.message.clone();
        if let Some(first) = words.get(..1).map(str::to_uppercase) {
            words.replace_range(..1, &first);
        }
        label(ui, format!("{words}."), 13.5, Weight::Semibold, t.hard);
        if let Some(hint) = &issue.hint {
            label(ui, format!("Think twice: {hint}."), 13.0, Weight::Regular, t.text);
        }
    });
}

fn counts_ui(ui: &mut Ui, plan: &ImportPlan) {
    let t = tokens(ui);
    ui.horizontal_wrapped(|ui| {
        chip(ui, &plural(plan.note_count(), "note"), t.accent, t.accent_soft);
        chip(ui, &plural(plan.cards, "card"), t.accent, t.accent_soft);
        for (kind, count) in &plan.kinds {
            chip(ui, &format!("{} {kind}", grouped(*count as u64)), t.muted, t.sunken);
        }
        if plan.reviews > 0 {
            chip(ui, &plural(plan.reviews, "answer"), t.muted, t.sunken);
        }
        if plan.scheduled > 0 {
            chip(ui, &format!("{} scheduled", grouped(plan.scheduled as u64)), t.muted, t.sunken);
        }
        if plan.media > 0 {
            chip(ui, &format!("{} media", grouped(plan.media as u64)), t.muted, t.sunken);
        }
    });
    if let Some([added, changed, gone, same]) = plan.replaces {
        let words = format!(
            "Takes the place of the edition you have: {added} new, {changed} changed, {gone} gone, {same} the same. Your history stays."
        );
        label(ui, words, 13.0, Weight::Regular, t.text);
    }
    for deck in plan.decks.iter().take(6) {
        let [added, changed, same] = deck.counts;
        let words = if deck.is_known {
            format!("Into “{}”, which you have: {added} new, {changed} changed, {same} the same", deck.title)
        } else {
            format!("New deck “{}”: {}", deck.title, plural(deck.notes, "note"))
        };
        label_cut(ui, words, 13.0, Weight::Regular, t.text);
    }
    if plan.decks.len() > 6 {
        label(ui, format!("and {} more decks", plan.decks.len() - 6), 13.0, Weight::Regular, t.muted);
    }
}

/// Two separators, for texts that have no rules of their own.
fn separators_ui(ui: &mut Ui, plan: &ImportPlan, options: &ImportOptions, state: &mut State) -> Option<Action> {
    if plan.format != "Quizlet text" {
        return None;
    }
    let t = tokens(ui);
    let mut action = None;
    ui.horizontal(|ui| {
        for (title, text, usual) in [("Between sides", &mut state.sides, "\\t"), ("Between cards", &mut state.cards, "\\n")] {
            let id = label(ui, title, 12.5, Weight::Medium, t.muted).id;
            ui.add(TextEdit::singleline(text).id(Id::unique(title)).hint_text(usual).desired_width(90.0)).labelled_by(id);
        }
        if small_button(ui, "Read again").clicked() {
            action = Some(ImportOptions { between: Some((state.sides.clone(), state.cards.clone())), ..options.clone() });
        }
        if small_button(ui, "Swap sides").clicked() {
            action = Some(ImportOptions { swap_sides: !options.swap_sides, ..options.clone() });
        }
    });
    action.map(Action::ReadImport)
}

/// How the columns of a table are understood, to be changed.
fn columns_ui(ui: &mut Ui, plan: &ImportPlan, options: &ImportOptions) -> Option<Action> {
    if plan.columns.is_empty() {
        return None;
    }
    let t = tokens(ui);
    let mut action = None;
    ui.add_space(4.0);
    label(ui, "Columns", 13.0, Weight::Semibold, t.text);
    ScrollArea::vertical().id_salt("columns").max_height(190.0).auto_shrink([false, true]).show(ui, |ui| {
        eframe::egui::Grid::new("columns-grid").num_columns(3).spacing([14.0, 5.0]).show(ui, |ui| {
            for (place, column) in plan.columns.iter().enumerate() {
                let id = label(ui, column.name.as_str(), 13.0, Weight::Medium, t.text).id;
                let combo = ComboBox::from_id_salt(("column", place)).selected_text(column.role).width(150.0).show_ui(ui, |ui| {
                    for role in import_roles() {
                        if ui.selectable_label(role == column.role, role).clicked() {
                            let mut roles: Vec<&'static str> = plan.columns.iter().map(|column| column.role).collect();
                            if let Some(own) = roles.get_mut(place) {
                                *own = role;
                            }
                            action = Some(Action::ReadImport(ImportOptions { columns: Some(roles), ..options.clone() }));
                        }
                    }
                });
                drop(combo.response.labelled_by(id));
                label(ui, column.sample.as_str(), 12.5, Weight::Regular, t.muted);
                ui.end_row();
            }
        });
    });
    action
}

/// What to do with notes that are here already, and whether the history comes along.
fn choices_ui(ui: &mut Ui, plans: &[ImportPlan]) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    let changed: usize = plans.iter().map(ImportPlan::changed_count).sum();
    if changed > 0
        && let Some(first) = plans.first()
    {
        let words = if changed == 1 {
            "1 note is here already and reads otherwise".to_owned()
        } else {
            format!("{changed} notes are here already and read otherwise")
        };
        label(ui, words, 13.0, Weight::Medium, t.text);
        let options = [(Duplicates::Update, "Take the file's"), (Duplicates::Keep, "Keep mine"), (Duplicates::KeepBoth, "Keep both")];
        action = choice_row(ui, &options, first.duplicates).map(Action::ChooseDuplicates);
        ui.add_space(6.0);
    }
    if plans.iter().any(|plan| plan.reviews + plan.scheduled > 0) {
        let mut with_history = plans.iter().all(|plan| plan.with_history);
        if ui.checkbox(&mut with_history, "Take answers and schedules over: cards go on where they stood").clicked() {
            action = Some(Action::TakeHistory(with_history));
        }
        ui.add_space(6.0);
    }
    action
}

/// The report: what was not taken, and what was taken otherwise, with its place.
fn report_ui(ui: &mut Ui, plan: &ImportPlan) {
    let issues: Vec<Issue> = plan.issues.iter().filter(|issue| issue.code != "recalled").cloned().collect();
    if issues.is_empty() {
        return;
    }
    let t = tokens(ui);
    let lost = issues.iter().filter(|issue| issue.severity == Severity::Error).count();
    let words = match (lost, issues.len() - lost) {
        (0, otherwise) => format!("{otherwise} taken otherwise than they were"),
        (lost, 0) => format!("{lost} not taken"),
        (lost, otherwise) => format!("{lost} not taken, {otherwise} taken otherwise than they were"),
    };
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        label(ui, words, 13.0, Weight::Semibold, if lost > 0 { t.again } else { t.hard });
        if small_button(ui, "Copy report").clicked() {
            ui.ctx().copy_text(issues.iter().map(Issue::render).collect::<Vec<_>>().join("\n"));
        }
    });
    issues_ui(ui, &issues);
}

/// What is wrong with a file, with its places.
pub(in crate::ui) fn issues_ui(ui: &mut Ui, issues: &[Issue]) {
    if issues.is_empty() {
        return;
    }
    let t = tokens(ui);
    ScrollArea::vertical().id_salt("issues").max_height(220.0).auto_shrink([false, true]).show(ui, |ui| {
        for issue in issues.iter().take(200) {
            let (word, color) = if issue.severity == Severity::Error { ("Problem", t.again) } else { ("Hint", t.hard) };
            label(ui, format!("{word}: {}", issue.message), 13.0, Weight::Medium, color);
            label(ui, issue.location.to_string(), 11.5, Weight::Mono, t.muted);
            if let Some(hint) = &issue.hint {
                label(ui, hint.as_str(), 12.5, Weight::Regular, t.muted);
            }
        }
        if issues.len() > 200 {
            label(ui, format!("and {} more; the command line lists them all", issues.len() - 200), 12.5, Weight::Regular, t.muted);
        }
    });
}
