//! What an import would do, before it does it.

use super::super::action::Action;
use super::super::theme::{Weight, tokens};
use super::super::widgets::{button, chip, dialog, label, primary};
use crate::app::ImportPlan;
use crate::model::{Issue, Severity};
use eframe::egui::{Context, ScrollArea, Ui};

/// Shows the plans in a dialog.
#[must_use]
pub(in crate::ui) fn ui(ctx: &Context, plans: &[ImportPlan]) -> Option<Action> {
    let title = if plans.len() == 1 { "Import this file?" } else { "Import these files?" };
    let (action, close) = dialog(ctx, title, 680.0, |ui| {
        let mut action = None;
        for plan in plans {
            plan_ui(ui, plan);
            ui.add_space(10.0);
        }
        let wanted = plans.iter().filter(|plan| plan.refused.is_none()).count();
        ui.horizontal(|ui| {
            let enter = ui.input(|input| input.key_pressed(eframe::egui::Key::Enter));
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

fn plan_ui(ui: &mut Ui, plan: &ImportPlan) {
    let t = tokens(ui);
    label(ui, plan.title.as_str(), 15.0, Weight::Semibold, t.text);
    label(ui, plan.source.display().to_string(), 12.0, Weight::Mono, t.muted);
    if let Some(reason) = &plan.refused {
        label(ui, format!("Not possible: {reason}."), 14.0, Weight::Medium, t.again);
    } else {
        ui.horizontal_wrapped(|ui| {
            chip(ui, &super::plural(plan.note_count(), "note"), t.accent, t.accent_soft);
            chip(ui, &super::plural(plan.cards, "card"), t.accent, t.accent_soft);
            for (kind, count) in &plan.kinds {
                chip(ui, &format!("{count} {kind}"), t.muted, t.sunken);
            }
        });
        if let Some([added, changed, gone, same]) = plan.replaces {
            let words = format!(
                "Takes the place of the edition you have: {added} new, {changed} changed, {gone} gone, {same} the same. Your history stays."
            );
            label(ui, words, 13.0, Weight::Regular, t.text);
        }
        for sample in &plan.samples {
            label(ui, format!("· {sample}"), 13.0, Weight::Regular, t.muted);
        }
    }
    issues_ui(ui, &plan.issues);
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
            label(ui, format!("and {} more; `ascertain check` lists them all", issues.len() - 200), 12.5, Weight::Regular, t.muted);
        }
    });
}
