//! The smaller dialogs: shortcuts, a note's form, a wrong key, a remark, what is known of a card, a few questions.

use super::super::action::Action;
use super::super::command::Command;
use super::super::route::Dialog;
use super::super::theme::{Weight, tokens};
use super::super::widgets::{Markup, button, chip, dialog, keycap, label, markup_ui, primary, rule, small_button};
use crate::app::{CardEntry, Collection};
use crate::model::{CardId, DeckId, Difference, Face, MarkKind, QuestionBody, cloze};
use eframe::egui::{Context, Grid, Id, TextEdit, Ui};
use std::path::Path;

/// A form that is open, as it was and as it stands.
#[derive(Debug, Default)]
pub(in crate::ui) struct State {
    for_dialog: Option<Dialog>,
    pub(in crate::ui) note: super::note_edit::State,
    details: Vec<(&'static str, &'static str, String)>,
    pub(in crate::ui) text: String,
    keys: Vec<bool>,
}

impl State {
    /// Fills the form when its dialog opens.
    pub(in crate::ui) fn follow(&mut self, open: Option<&Dialog>, collection: &Collection) {
        if self.for_dialog.as_ref() == open {
            return;
        }
        *self = Self { for_dialog: open.cloned(), ..Self::default() };
        match open {
            Some(Dialog::Edit(card)) => self.note = super::note_edit::State::open(collection, &card.deck, &card.note),
            Some(Dialog::NewNote(deck)) => self.note = super::note_edit::State::begin(collection, deck),
            Some(Dialog::DeckDetails(id)) => {
                if let Some(deck) = collection.deck(id) {
                    let own = [
                        ("title", "Title", &deck.title),
                        ("summary", "Summary", &deck.summary),
                        ("edition", "Edition", &deck.edition),
                        ("license", "Licence", &deck.license),
                    ];
                    self.details = own.into_iter().map(|(name, title, text)| (name, title, text.clone())).collect();
                }
            }
            Some(Dialog::Remark(card)) => self.text = collection.card(card).map(|entry| entry.state.remark.clone()).unwrap_or_default(),
            Some(Dialog::Dispute(card)) => {
                let entry = collection.card(card);
                self.text = entry.map(|entry| entry.state.remark.clone()).unwrap_or_default();
                let question = entry.and_then(CardEntry::card).and_then(|card| card.question());
                if let Some(QuestionBody::Choice(choice)) = question.map(|question| &question.body) {
                    self.keys = choice.options.iter().map(|option| option.is_key).collect();
                }
            }
            _ => {}
        }
    }
}

/// All shortcuts, from the one table.
#[must_use]
pub(in crate::ui) fn help(ctx: &Context) -> Option<Action> {
    let ((), close) = dialog(ctx, "All shortcuts", 760.0, |ui| {
        let t = tokens(ui);
        ui.columns(2, |columns| {
            for (index, (place, commands)) in Command::by_place().into_iter().enumerate() {
                let Some(ui) = columns.get_mut(usize::from(index > 1)) else { continue };
                label(ui, place, 13.0, Weight::Semibold, t.muted);
                Grid::new(place).num_columns(2).spacing([16.0, 4.0]).show(ui, |ui| {
                    for command in commands {
                        ui.horizontal(|ui| command.shortcuts().iter().for_each(|shortcut| keycap(ui, &shortcut.words())));
                        label(ui, command.label(), 13.5, Weight::Regular, t.text);
                        ui.end_row();
                    }
                });
                ui.add_space(12.0);
            }
        });
    });
    close.then_some(Action::CloseDialog)
}

fn buttons_ui(ui: &mut Ui, yes: &str) -> Option<bool> {
    let mut answer = None;
    ui.add_space(10.0);
    ui.horizontal(|ui| {
        if primary(ui, yes, "", None).clicked() {
            answer = Some(true);
        }
        if button(ui, "Cancel", "").clicked() {
            answer = Some(false);
        }
    });
    answer
}

/// Title, summary and the like of a deck of the learner's own.
#[must_use]
pub(in crate::ui) fn deck_details(ctx: &Context, deck: &DeckId, state: &mut State) -> Option<Action> {
    let (answer, close) = dialog(ctx, "Deck details", 620.0, |ui| {
        let t = tokens(ui);
        label(ui, deck.to_string(), 12.0, Weight::Mono, t.muted);
        for (name, title, text) in &mut state.details {
            let id = label(ui, *title, 12.5, Weight::Medium, t.muted).id;
            ui.add(TextEdit::singleline(text).id(Id::unique(("deck-detail", *name))).desired_width(f32::INFINITY)).labelled_by(id);
        }
        buttons_ui(ui, "Save")
    });
    match answer {
        Some(true) => {
            let details = state.details.iter().map(|(name, _, text)| (*name, text.trim().to_owned())).collect();
            Some(Action::SetDeckDetails(deck.clone(), details))
        }
        Some(false) => Some(Action::CloseDialog),
        None => close.then_some(Action::CloseDialog),
    }
}

/// "This key is wrong."
#[must_use]
pub(in crate::ui) fn dispute(ctx: &Context, entry: &CardEntry, state: &mut State) -> Option<Action> {
    let card = &entry.id;
    let (answer, close) = dialog(ctx, "This key is wrong", 640.0, |ui| {
        let t = tokens(ui);
        label(
            ui,
            "Your reason, best with the place where it is written. It is kept with the card and can be copied for the author.",
            13.0,
            Weight::Regular,
            t.muted,
        );
        let id = label(ui, "Reason", 12.5, Weight::Medium, t.muted).id;
        ui.add(TextEdit::multiline(&mut state.text).desired_rows(3).desired_width(f32::INFINITY)).labelled_by(id);
        let question = entry.card().and_then(|card| card.question());
        if let Some(QuestionBody::Choice(choice)) = question.map(|question| &question.body) {
            ui.add_space(6.0);
            label(ui, "Which options are right? A change is laid over the deck for you.", 12.5, Weight::Medium, t.muted);
            for (option, is_key) in choice.options.iter().zip(&mut state.keys) {
                ui.checkbox(is_key, crate::model::text::plain(&option.text));
            }
            if state.keys.iter().all(|is_key| !is_key) || state.keys.iter().all(|is_key| *is_key) {
                label(ui, "At least one option is right and one is wrong.", 12.5, Weight::Regular, t.again);
            }
        }
        buttons_ui(ui, "Save")
    });
    let question = entry.card().and_then(|card| card.question());
    let old: Vec<bool> = match question.map(|question| &question.body) {
        Some(QuestionBody::Choice(choice)) => choice.options.iter().map(|option| option.is_key).collect(),
        _ => Vec::new(),
    };
    let sound = state.keys.is_empty() || (state.keys.iter().any(|is_key| *is_key) && state.keys.iter().any(|is_key| !is_key));
    match answer {
        Some(true) if sound => {
            let keys = (state.keys != old).then(|| state.keys.clone());
            Some(Action::Dispute { card: card.clone(), reason: state.text.clone(), keys })
        }
        Some(false) => Some(Action::CloseDialog),
        _ => close.then_some(Action::CloseDialog),
    }
}

/// A note to oneself, with a flag.
#[must_use]
pub(in crate::ui) fn remark(ctx: &Context, card: &CardId, state: &mut State) -> Option<Action> {
    let (answer, close) = dialog(ctx, "Note to yourself", 560.0, |ui| {
        let t = tokens(ui);
        let id = label(ui, "Shown with the answer. Find such cards with is:remarked.", 12.5, Weight::Regular, t.muted).id;
        let field = ui
            .add(TextEdit::multiline(&mut state.text).id(Id::unique("remark")).desired_rows(4).desired_width(f32::INFINITY))
            .labelled_by(id);
        if state.keys.is_empty() {
            field.request_focus();
            state.keys.push(true);
        }
        buttons_ui(ui, "Save")
    });
    match answer {
        Some(true) => Some(Action::Mark(vec![card.clone()], MarkKind::Remark(state.text.trim().to_owned()))),
        Some(false) => Some(Action::CloseDialog),
        None => close.then_some(Action::CloseDialog),
    }
}

/// A card whole, with what is known of it and what can be done with it.
#[must_use]
pub(in crate::ui) fn info(ctx: &Context, entry: &CardEntry, facts: &[(String, String)]) -> Option<Action> {
    let card = entry.id.clone();
    let (action, close) = dialog(ctx, "Card", 720.0, |ui| {
        let t = tokens(ui);
        label(ui, format!("{} · {}", entry.deck.title, entry.id), 12.0, Weight::Mono, t.muted);
        ui.add_space(6.0);
        whole_ui(ui, entry);
        ui.add_space(8.0);
        rule(ui);
        ui.horizontal_wrapped(|ui| {
            for (name, value) in facts {
                chip(ui, &format!("{name}: {value}"), t.muted, t.sunken);
            }
        });
        if !entry.state.remark.is_empty() {
            label(ui, format!("Your note: {}", entry.state.remark), 13.0, Weight::Regular, t.text);
        }
        ui.add_space(8.0);
        acts_ui(ui, entry, &card)
    });
    action.or(close.then_some(Action::CloseDialog))
}

fn acts_ui(ui: &mut Ui, entry: &CardEntry, card: &CardId) -> Option<Action> {
    let mut action = None;
    let one = || vec![card.clone()];
    ui.horizontal_wrapped(|ui| {
        let mut act = |text: &str, asked: Action| {
            if small_button(ui, text).clicked() {
                action = Some(asked);
            }
        };
        act("Edit", Action::Open(Dialog::Edit(card.clone())));
        act("Note to yourself", Action::Open(Dialog::Remark(card.clone())));
        if entry.state.suspended {
            act("Put back into study", Action::Mark(one(), MarkKind::Unsuspend));
        } else {
            act("Suspend", Action::Mark(one(), MarkKind::Suspend));
        }
        if entry.state.buried_until.is_some() {
            act("Unbury", Action::Mark(one(), MarkKind::Unbury));
        }
        if entry.state.flag.is_some() {
            act("Remove flag", Action::Mark(one(), MarkKind::Flag(None)));
        }
        if entry.state.disputed {
            act("The key is right after all", Action::Mark(one(), MarkKind::Dispute(false)));
        }
        if entry.state.reps > 0 {
            act("Forget and learn anew", Action::Mark(one(), MarkKind::Reset));
        }
        act("Hide note", Action::HideNote(card.deck.clone(), card.note.clone(), true));
        act("Close", Action::CloseDialog);
    });
    action
}

/// Question and answer together.
fn whole_ui(ui: &mut Ui, entry: &CardEntry) {
    let t = tokens(ui);
    let Some(card) = entry.card() else { return };
    let strong = Markup { size: 16.0, weight: Weight::Medium, color: t.text };
    let plain = Markup { size: 14.5, weight: Weight::Regular, color: t.text };
    match card.face {
        Face::Basic { front, back, .. } => {
            markup_ui(ui, front, strong);
            markup_ui(ui, back, plain);
        }
        Face::Cloze { text, number, why } => {
            markup_ui(ui, &cloze::render_marked(text, None, Some(number)), plain);
            if !why.is_empty() {
                markup_ui(ui, why, Markup { color: t.muted, ..plain });
            }
        }
        Face::Question { case, question, .. } => {
            if let Some(case) = case {
                markup_ui(ui, &case.scenario, plain);
            }
            markup_ui(ui, &question.stem, strong);
            match &question.body {
                QuestionBody::Choice(choice) => {
                    for option in &choice.options {
                        let (mark, color) = if option.is_key { ("✓", t.good) } else { ("×", t.muted) };
                        label(ui, format!("{mark} {}", crate::model::text::plain(&option.text)), 14.0, Weight::Regular, color);
                        label(ui, format!("     {}", crate::model::text::plain(&option.why)), 12.5, Weight::Regular, t.muted);
                    }
                }
                QuestionBody::Order(order) => {
                    for (index, step) in order.steps.iter().enumerate() {
                        label(ui, format!("{}. {}", index + 1, crate::model::text::plain(step)), 14.0, Weight::Regular, t.text);
                    }
                }
                QuestionBody::Match(pairs) => {
                    for (left, right) in &pairs.pairs {
                        label(
                            ui,
                            format!("{} — {}", crate::model::text::plain(left), crate::model::text::plain(right)),
                            14.0,
                            Weight::Regular,
                            t.text,
                        );
                    }
                }
                QuestionBody::Typed(typed) => drop(label(ui, typed.accept.join(" · "), 14.0, Weight::Regular, t.text)),
            }
        }
    }
}

/// The title of a new deck.
#[must_use]
pub(in crate::ui) fn new_deck(ctx: &Context, state: &mut State) -> Option<Action> {
    let (answer, close) = dialog(ctx, "New deck", 520.0, |ui| {
        let t = tokens(ui);
        label(ui, "A commented sample is written to your deck folder and opened in your editor.", 13.0, Weight::Regular, t.muted);
        let id = label(ui, "Title", 12.5, Weight::Medium, t.muted).id;
        let field = ui.add(TextEdit::singleline(&mut state.text).id(Id::unique("new-deck")).desired_width(f32::INFINITY)).labelled_by(id);
        if state.keys.is_empty() {
            field.request_focus();
            state.keys.push(true);
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(eframe::egui::Key::Enter));
        buttons_ui(ui, "Make deck").or(entered.then_some(true))
    });
    match answer {
        Some(true) => Some(Action::NewDeck(state.text.clone())),
        Some(false) => Some(Action::CloseDialog),
        None => close.then_some(Action::CloseDialog),
    }
}

/// The path of a file to import.
#[must_use]
pub(in crate::ui) fn import_path(ctx: &Context, state: &mut State) -> Option<Action> {
    path_ui(ctx, state, "Import a file or a folder", "Path of the file or folder", |path| Action::PlanImport(vec![path.into()]))
}

/// The path of an archive to restore.
#[must_use]
pub(in crate::ui) fn archive_path(ctx: &Context, state: &mut State) -> Option<Action> {
    path_ui(ctx, state, "Restore an archive", "Path of the archive or backup", |path| Action::Open(Dialog::Restore(path.into())))
}

/// A dialog that asks for a path.
fn path_ui(ctx: &Context, state: &mut State, title: &str, asked: &str, wish: impl FnOnce(String) -> Action) -> Option<Action> {
    let (answer, close) = dialog(ctx, title, 560.0, |ui| {
        let t = tokens(ui);
        let id = label(ui, asked, 12.5, Weight::Medium, t.muted).id;
        let field =
            ui.add(TextEdit::singleline(&mut state.text).id(Id::unique("import-path")).desired_width(f32::INFINITY)).labelled_by(id);
        if state.keys.is_empty() {
            field.request_focus();
            state.keys.push(true);
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(eframe::egui::Key::Enter));
        buttons_ui(ui, "Look at it").or(entered.then_some(true))
    });
    match answer {
        Some(true) if !state.text.trim().is_empty() => Some(wish(state.text.trim().to_owned())),
        Some(false) => Some(Action::CloseDialog),
        _ => close.then_some(Action::CloseDialog),
    }
}

/// Is this backup to take the place of the history?
#[must_use]
pub(in crate::ui) fn restore(ctx: &Context, backup: &Path) -> Option<Action> {
    let (answer, close) = dialog(ctx, "Bring this backup back?", 560.0, |ui| {
        let t = tokens(ui);
        label(ui, backup.display().to_string(), 12.0, Weight::Mono, t.muted);
        label(
            ui,
            "Your history becomes what it was then. What you have now is kept among the backups, and can be brought back the same way.",
            14.0,
            Weight::Regular,
            t.text,
        );
        buttons_ui(ui, "Restore")
    });
    match answer {
        Some(true) => Some(Action::Restore(backup.to_owned())),
        Some(false) => Some(Action::CloseDialog),
        None => close.then_some(Action::CloseDialog),
    }
}

/// Is this deck to go?
#[must_use]
pub(in crate::ui) fn remove(ctx: &Context, deck: &DeckId) -> Option<Action> {
    let (answer, close) = dialog(ctx, "Remove this deck?", 560.0, |ui| {
        let t = tokens(ui);
        label(
            ui,
            format!(
                "The file of `{deck}` is moved out of your deck folder and kept; your history of it stays. You can undo this in the Library."
            ),
            14.0,
            Weight::Regular,
            t.text,
        );
        buttons_ui(ui, "Remove")
    });
    match answer {
        Some(true) => Some(Action::RemoveDeck(deck.clone())),
        Some(false) => Some(Action::CloseDialog),
        None => close.then_some(Action::CloseDialog),
    }
}

/// What is wrong with the learner's files.
#[must_use]
pub(in crate::ui) fn issues(ctx: &Context, collection: &Collection) -> Option<Action> {
    let ((), close) = dialog(ctx, "What the checker says of your files", 720.0, |ui| super::import::issues_ui(ui, collection.issues()));
    close.then_some(Action::CloseDialog)
}

/// What the last reload changed in decks, field by field.
#[must_use]
pub(in crate::ui) fn changes(ctx: &Context, changes: &[crate::app::DeckChange]) -> Option<Action> {
    let ((), close) = dialog(ctx, "What changed in your files", 760.0, |ui| {
        let t = tokens(ui);
        for change in changes {
            let words = format!("{}: {} new, {} changed, {} gone", change.title, change.added, change.changed, change.removed);
            label(ui, words, 14.0, Weight::Semibold, t.text);
            for (headline, fields) in &change.told {
                ui.add_space(6.0);
                label(ui, headline.as_str(), 13.5, Weight::Medium, t.text);
                for Difference { field, before, after } in fields {
                    label(ui, field.as_str(), 12.0, Weight::Medium, t.muted);
                    if !before.is_empty() {
                        label(ui, format!("− {before}"), 13.0, Weight::Regular, t.again);
                    }
                    if !after.is_empty() {
                        label(ui, format!("+ {after}"), 13.0, Weight::Regular, t.good);
                    }
                }
            }
            ui.add_space(10.0);
        }
    });
    close.then_some(Action::CloseDialog)
}
