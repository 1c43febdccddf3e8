//! Carries out what a screen or a key asked for: the one place in the window where anything is changed.

use super::action::{Action, Bulk};
use super::command::Command;
use super::route::{Dialog, Route};
use super::screens::plural;
use super::{Cache, Gui, screens};
use crate::app::{Acted, Collection, Error, Paths, Scope, is_archive, restore_backup, restore_everything};
use crate::engine::exam::Act;
use crate::model::{Flag, MarkKind, Rating};
use eframe::egui::{Context, ViewportCommand};
use std::path::Path;

impl Gui {
    /// Carries an action out. A failure is shown and stays until it is closed or the same thing succeeds.
    pub(super) fn apply(&mut self, ctx: &Context, action: Action) {
        match self.carry_out(ctx, action) {
            Ok(()) => {}
            Err(error) => self.toasts.fail(&error),
        }
    }

    fn carry_out(&mut self, ctx: &Context, action: Action) -> Result<(), Error> {
        match action {
            Action::Run(command) => return self.run(ctx, command),
            Action::Go(route) => self.go(route),
            Action::Open(dialog) => self.dialog = Some(dialog),
            Action::CloseDialog => self.dialog = None,
            Action::Study(scope) => self.start_study(scope)?,
            Action::Respond(response) => self.collection.respond(response),
            Action::Propose(rating) => self.collection.propose(rating),
            Action::Answer(rating) => {
                self.collection.answer(rating)?;
                self.toasts.clear_failures();
            }
            Action::Mark(cards, kind) => {
                self.collection.mark(&cards, &kind)?;
                self.dialog = None;
                self.toasts.say(format!("Done. {} takes it back.", Command::Undo.key_words()));
            }
            Action::SetSettings(settings) => self.set_settings(ctx, settings)?,
            Action::SetPolicy(policy) => self.collection.set_policy(policy)?,
            Action::Backup => {
                let backup = self.collection.backup()?;
                self.toasts.say(format!("Backed up {} reviews.", backup.reviews.unwrap_or(0)));
                self.cache = Cache::default();
            }
            Action::Restore(path) => self.restore(ctx, &path)?,
            Action::BeginExam(_)
            | Action::Exam(_)
            | Action::DropExam
            | Action::CloseExam
            | Action::SetCause(..)
            | Action::SaveReport(_)
            | Action::SaveReportAs(..) => return self.carry_out_exam_action(action),
            other => return self.carry_out_deck_action(ctx, other),
        }
        Ok(())
    }

    /// Actions of mock exams.
    fn carry_out_exam_action(&mut self, action: Action) -> Result<(), Error> {
        match action {
            Action::BeginExam(plan) => {
                self.collection.begin_exam(&plan)?;
                self.sitting = screens::sitting::State::default();
                self.go(Route::Sitting);
            }
            Action::Exam(act) => {
                let goes = matches!(act, Act::GoTo(_) | Act::Next | Act::Previous | Act::NextSection | Act::End | Act::Forgive);
                let acted = self.collection.exam_act(&act);
                if goes {
                    self.dialog = None;
                    self.sitting.listing = false;
                }
                if acted? == Acted::Over {
                    self.close_exam();
                }
                self.toasts.clear_failures();
            }
            Action::DropExam => {
                self.collection.drop_exam()?;
                self.go(Route::Exams);
            }
            Action::CloseExam => self.close_exam(),
            Action::SetCause(id, place, cause) => self.collection.set_cause(id, place, cause)?,
            Action::SaveReport(id) => self.save_report(id)?,
            Action::SaveReportAs(id, path) => {
                self.collection.save_report(id, &path)?;
                self.dialog = None;
                self.toasts.say(format!("Saved {}.", path.display()));
            }
            _ => {}
        }
        Ok(())
    }

    /// From an exam that is over to its report.
    pub(super) fn close_exam(&mut self) {
        if let Some(id) = self.collection.close_exam() {
            self.report = screens::report_list::State::default();
            self.go(Route::Report(id));
        }
    }

    fn save_report(&mut self, id: crate::model::FactId) -> Result<(), Error> {
        let dialog = rfd::FileDialog::new().set_title("Save the report").set_file_name("report.html");
        match dialog.add_filter("Page", &["html"]).add_filter("Table", &["csv"]).save_file() {
            Some(path) => {
                self.collection.save_report(id, &path)?;
                self.toasts.say(format!("Saved {}.", path.display()));
            }
            // No dialog on this machine, or nothing chosen: a path can be typed.
            None => self.dialog = Some(Dialog::ReportPath(id)),
        }
        Ok(())
    }

    /// Actions that change decks.
    fn carry_out_deck_action(&mut self, ctx: &Context, action: Action) -> Result<(), Error> {
        match action {
            Action::SaveNote { deck, before, note } => {
                self.collection.save_whole_note(&deck, before.as_deref(), *note)?;
                self.dialog = None;
                self.toasts.say("Saved.");
            }
            Action::SetDeckDetails(deck, details) => {
                self.collection.set_deck_details(&deck, &details)?;
                self.dialog = None;
            }
            Action::Dispute { card, reason, keys } => {
                self.collection.dispute(&card, &reason, keys.as_deref())?;
                self.dialog = None;
                self.toasts.say("Noted. The deck's page has the corrections to copy for its author.");
            }
            Action::OpenInEditor(deck, note) => {
                let (path, line) = self.collection.open_in_editor(&deck, &note)?;
                self.dialog = None;
                self.toasts.say(format!("Opened {}, line {line}.", path.display()));
            }
            Action::ShowNote(deck, note) => match self.collection.first_card(&deck, &note) {
                Some(card) => self.dialog = Some(Dialog::Info(card)),
                None => return Err(Error::user("that card is no longer in its deck").hint("the report keeps what was asked")),
            },
            Action::Settle { deck, note, keep_mine } => self.collection.settle(&deck, &note, keep_mine)?,
            Action::HideNote(deck, note, hidden) => {
                self.collection.set_note_hidden(&deck, &note, hidden)?;
                self.dialog = None;
            }
            Action::HideDeck(deck, hidden) => {
                self.collection.set_deck_hidden(&deck, hidden)?;
                self.go(Route::Library);
            }
            Action::RemoveDeck(deck) => {
                self.collection.remove_deck(&deck)?;
                self.dialog = None;
                self.go(Route::Library);
            }
            Action::CopyCorrections(deck) => {
                ctx.copy_text(self.collection.corrections(&deck).unwrap_or_default());
                self.toasts.say("Copied.");
            }
            Action::PlanImport(files) => self.plan_import(ctx, &files),
            Action::ChooseImport => self.choose_import(ctx),
            Action::PasteImport => ctx.send_viewport_cmd(eframe::egui::ViewportCommand::RequestPaste),
            Action::ReadImport(options) => {
                self.importing.options = options;
                self.read_import(ctx);
            }
            Action::ChooseDuplicates(duplicates) => self.set_duplicates(duplicates),
            Action::TakeHistory(with_history) => self.set_with_history(with_history),
            Action::StopImport => self.importing.progress.stop(),
            Action::ApplyImport => self.apply_import(ctx)?,
            Action::Export { decks, format, with_history, path } => self.export(&decks, format, with_history, &path)?,
            Action::ExportHistory(path) => self.export_history(&path)?,
            Action::ExportEverything(path) => self.export_everything(&path)?,
            Action::ChooseArchive => self.choose_archive(),
            Action::KeepSearch(name, query) => self.collection.set_search(&name, query.as_deref())?,
            Action::Bulk(cards, bulk) => self.bulk(&cards, &bulk)?,
            Action::Browse(query) => {
                self.browse.query = query;
                self.browse.focus = true;
                self.go(Route::Browse);
            }
            Action::UndoImport => self.undo_import(ctx)?,
            Action::NewDeck(title) => self.new_deck(&title)?,
            Action::ChooseDeckFolder => self.choose_deck_folder(ctx)?,
            Action::Reload => {
                self.start_loading(ctx);
                self.toasts.say("Read again.");
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn go(&mut self, route: Route) {
        self.dialog = None;
        self.settings = screens::settings::State::default();
        self.route = route;
    }

    pub(super) fn start_study(&mut self, scope: Scope) -> Result<(), Error> {
        if !self.collection.is_loaded() {
            // As soon as the decks are there.
            self.study_when_loaded = Some(scope);
            return Ok(());
        }
        if matches!(scope, Scope::Today | Scope::More) && self.collection.is_planning() {
            // As soon as the plan is there; it is made on another thread, and Today says so.
            self.study_when_loaded = Some(scope);
            self.go(Route::Today);
            return Ok(());
        }
        self.collection.start_study(scope)?;
        self.go(Route::Study);
        Ok(())
    }

    fn set_settings(&mut self, ctx: &Context, settings: crate::app::Settings) -> Result<(), Error> {
        let folder_before = self.collection.decks_folder();
        self.collection.set_settings(settings)?;
        self.follow_settings(ctx);
        if self.collection.decks_folder() != folder_before {
            self.start_watching(ctx);
            self.start_loading(ctx);
        }
        if self.route == Route::Welcome {
            self.go(Route::Today);
            self.start_study(Scope::Today)?;
        }
        Ok(())
    }

    fn new_deck(&mut self, title: &str) -> Result<(), Error> {
        let path = self.collection.new_deck(title)?;
        self.dialog = None;
        self.route = Route::Library;
        self.toasts.say(format!("Made {}.", path.display()));
        self.collection.edit_file(&path)
    }

    fn bulk(&mut self, cards: &[crate::model::CardId], bulk: &Bulk) -> Result<(), Error> {
        let words = match bulk {
            Bulk::Mark(mark) => {
                self.collection.mark(cards, mark)?;
                format!("{} marked; U takes it back.", plural(cards.len(), "card"))
            }
            Bulk::Tag(tag, on) => {
                let changed = self.collection.set_tag(cards, tag, *on)?;
                format!("{} {} the tag {tag}.", plural(changed, "note"), if *on { "got" } else { "lost" })
            }
            Bulk::Move(deck) => format!("{} moved; their history went along.", plural(self.collection.move_notes(cards, deck)?, "note")),
            Bulk::Replace { find, replace, same_case } => {
                format!("{} changed.", plural(self.collection.find_replace(cards, find, replace, *same_case)?, "note"))
            }
            Bulk::Remove => format!("{} removed; the Library can take it back.", plural(self.collection.remove_notes(cards)?, "note")),
        };
        self.toasts.say(words);
        Ok(())
    }

    fn choose_deck_folder(&mut self, ctx: &Context) -> Result<(), Error> {
        let Some(folder) = rfd::FileDialog::new().set_title("Folder of your decks").pick_folder() else { return Ok(()) };
        let settings = crate::app::Settings { decks_folder: Some(folder), ..self.collection.settings().clone() };
        self.set_settings(ctx, settings)
    }

    /// Brings a backup back: the history is closed, replaced, and opened again.
    fn restore(&mut self, ctx: &Context, backup: &Path) -> Result<(), Error> {
        let paths = Paths { data: self.collection.paths().data.clone() };
        let options = (self.reopen)()?;
        self.collection.close();
        let clock = options.clock.as_ref();
        let restored = is_archive(backup)
            .and_then(|archive| if archive { restore_everything(&paths, backup, clock) } else { restore_backup(&paths, backup, clock) });
        self.collection = Collection::open(options)?;
        (self.planning, self.planned) = (None, None);
        self.start_loading(ctx);
        self.dialog = None;
        self.cache = Cache::default();
        self.follow_settings(ctx);
        let aside = restored?;
        self.toasts.say(format!("Restored. What was there is kept as {}.", aside.display()));
        Ok(())
    }

    fn run(&mut self, ctx: &Context, command: Command) -> Result<(), Error> {
        match command {
            Command::Undo => self.undo()?,
            Command::Leave => self.leave(),
            Command::StartStudy if matches!(self.route, Route::ExamStart(_) | Route::Quiz) => {
                let begin = self.exam_start.begin();
                self.carry_out_exam_action(begin)?;
            }
            Command::StartStudy => self.start_study(Scope::Today)?,
            Command::GoToday => self.go(Route::Today),
            Command::Browse => {
                self.browse.focus = true;
                self.go(Route::Browse);
            }
            Command::GoLibrary => {
                self.go(Route::Library);
                self.library.focus_search = true;
            }
            Command::GoExams => self.go(Route::Exams),
            Command::GoProgress => self.go(Route::Progress),
            Command::GoSettings => self.go(Route::Settings),
            Command::Import => self.choose_import(ctx),
            Command::NewDeck => self.dialog = Some(Dialog::NewDeck),
            Command::ZoomIn | Command::ZoomOut | Command::ZoomReset => self.zoom(ctx, command)?,
            Command::FullScreen => {
                self.full_screen = !self.full_screen;
                ctx.send_viewport_cmd(ViewportCommand::Fullscreen(self.full_screen));
            }
            Command::Help => self.dialog = Some(Dialog::Help),
            Command::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
            _ => return self.run_study(ctx, command),
        }
        Ok(())
    }

    fn zoom(&mut self, ctx: &Context, command: Command) -> Result<(), Error> {
        let mut settings = self.collection.settings().clone();
        settings.zoom = match command {
            Command::ZoomIn => settings.zoom + 0.1,
            Command::ZoomOut => settings.zoom - 0.1,
            _ => 1.0,
        };
        self.set_settings(ctx, settings)
    }

    fn undo(&mut self) -> Result<(), Error> {
        match self.collection.undo()? {
            Some(undone) => self.toasts.say(format!("Taken back: {}", undone.description)),
            None => self.toasts.say("Nothing to take back today."),
        }
        Ok(())
    }

    fn leave(&mut self) {
        match (&self.dialog, &self.route) {
            (Some(_), _) => self.dialog = None,
            (None, Route::Study) => {
                if self.collection.shown().is_none() {
                    self.collection.end_study();
                }
                self.go(Route::Today);
            }
            (None, Route::Deck(_) | Route::Browse) => self.go(Route::Library),
            (None, Route::ExamStart(_) | Route::Quiz | Route::Report(_)) => self.go(Route::Exams),
            _ => {}
        }
    }

    /// Commands on the card that is shown.
    fn run_study(&mut self, ctx: &Context, command: Command) -> Result<(), Error> {
        let view = screens::study::View::new(&self.collection)?;
        let asked = match command {
            Command::Again => screens::study::rated(&view, &mut self.study, Rating::Again),
            Command::Hard => screens::study::rated(&view, &mut self.study, Rating::Hard),
            Command::Good => screens::study::rated(&view, &mut self.study, Rating::Good),
            Command::Easy => screens::study::rated(&view, &mut self.study, Rating::Easy),
            Command::Proceed => Some(screens::study::proceed(&view, &mut self.study)),
            _ => return self.run_mark(command),
        };
        match asked {
            Some(Action::Run(_)) => self.collection.reveal(),
            Some(Action::Go(route)) => {
                self.collection.end_study();
                self.go(route);
            }
            Some(action) => return self.carry_out(ctx, action),
            None => {}
        }
        Ok(())
    }

    /// "I know this" is for cards that were never answered: of others the answers tell.
    fn claim(&mut self, card: crate::model::CardId) -> Result<(), Error> {
        if self.collection.card(&card).is_some_and(|entry| entry.state.reps > 0) {
            self.toasts.say("This card was answered already; rate it Easy instead.");
            return Ok(());
        }
        self.collection.mark(&[card], &MarkKind::Claim(true))?;
        self.toasts.say(format!("It comes back another day, to be checked. {} takes it back.", Command::Undo.key_words()));
        Ok(())
    }

    /// Commands that mark the card that is shown, or open a dialog about it.
    fn run_mark(&mut self, command: Command) -> Result<(), Error> {
        let Some(card) = self.collection.shown().map(|shown| shown.card.clone()) else { return Ok(()) };
        let one = vec![card.clone()];
        let number = Command::ALL.iter().filter(|command| command.label().starts_with("Flag ")).position(|flag| *flag == command);
        match command {
            Command::Edit => self.dialog = Some(Dialog::Edit(card)),
            Command::Dispute => self.dialog = Some(Dialog::Dispute(card)),
            Command::Remark => self.dialog = Some(Dialog::Remark(card)),
            Command::Info => self.dialog = Some(Dialog::Info(card)),
            Command::OpenEditor => drop(self.collection.open_in_editor(&card.deck, &card.note)?),
            Command::BuryCard => self.collection.bury(&one)?,
            Command::BuryNote => self.collection.bury(&self.collection.siblings(&card))?,
            Command::Reset => self.collection.mark(&one, &MarkKind::Reset)?,
            Command::Claim => return self.claim(card),
            Command::SuspendCard => self.collection.mark(&one, &MarkKind::Suspend)?,
            Command::SuspendNote => self.collection.mark(&self.collection.siblings(&card), &MarkKind::Suspend)?,
            _ => {
                let Some(flag) = number.and_then(|index| Flag::new(index as u8 + 1)) else { return Ok(()) };
                let same = self.collection.card(&card).is_some_and(|entry| entry.state.flag == Some(flag));
                self.collection.mark(&one, &MarkKind::Flag((!same).then_some(flag)))?;
            }
        }
        if matches!(command, Command::Reset | Command::BuryCard | Command::BuryNote | Command::SuspendCard | Command::SuspendNote) {
            self.toasts.say(format!("{}. {} takes it back.", command.label(), Command::Undo.key_words()));
        }
        Ok(())
    }
}
