//! Bringing decks in and taking them along, as the window does it: small files at once, large ones on another thread with their progress.

use super::Gui;
use super::route::{Dialog, Route};
use super::screens;
use crate::app::{Duplicates, Error, ExportFormat, ImportOptions, ImportPlan, ImportProgress, Imported, Job, TakenBack};
use crate::model::DeckId;
use eframe::egui::{Context, Event};
use screens::plural;
use std::path::{Path, PathBuf};

/// A file this small is read before the next frame.
const SMALL: u64 = 256 * 1024;
/// An import this small is carried out before the next frame.
const FEW_NOTES: usize = 2_000;

/// An import on another thread.
pub(super) enum Running {
    Reading(Job<Vec<ImportPlan>>),
    /// With what will be told of it: the plans themselves go where their room is given back as the import goes on.
    Writing(Job<Imported>, Told),
    Undoing(Job<TakenBack>),
}

/// What is told of an import when it is done.
pub(super) struct Told {
    done: Vec<String>,
    findings: usize,
}

impl Told {
    fn of(plans: &[ImportPlan]) -> Self {
        Self {
            done: plans.iter().map(|plan| format!("Imported “{}”: {}", plan.title, plural(plan.cards, "card"))).collect(),
            findings: plans.iter().map(|plan| plan.issues.len()).sum(),
        }
    }
}

/// What the window knows of imports.
#[derive(Default)]
pub(super) struct Importing {
    pub(super) plans: Vec<ImportPlan>,
    pub(super) options: ImportOptions,
    pub(super) progress: ImportProgress,
    sources: Vec<PathBuf>,
    pasted: Option<String>,
    running: Option<Running>,
}

impl Importing {
    /// Whether another thread reads or writes; what it changed is read when it is done.
    pub(super) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// What is going on, in a word, and whether it can be stopped.
    pub(super) fn doing(&self) -> (&'static str, bool) {
        match self.running {
            Some(Running::Writing(..)) => ("Importing", true),
            Some(Running::Undoing(_)) => ("Taking back", false),
            Some(Running::Reading(_)) | None => ("Reading", true),
        }
    }
}

fn is_small(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() <= SMALL)
}

impl Gui {
    /// Looks at files: what importing them would do.
    pub(super) fn plan_import(&mut self, ctx: &Context, files: &[PathBuf]) {
        self.importing.options = ImportOptions::default();
        self.importing.pasted = None;
        files.clone_into(&mut self.importing.sources);
        self.read_import(ctx);
    }

    /// Looks at a text, as from the clipboard.
    pub(super) fn plan_import_text(&mut self, ctx: &Context, text: String) {
        self.importing.options = ImportOptions::default();
        self.importing.sources.clear();
        self.importing.pasted = Some(text);
        self.read_import(ctx);
    }

    /// Reads what is to be imported, again where the learner said how.
    pub(super) fn read_import(&mut self, ctx: &Context) {
        self.importing.plans.clear();
        if let Some(text) = self.importing.pasted.clone() {
            let planned = self.collection.plan_import_text(&text, &self.importing.options);
            return self.planned(planned.map(|plan| vec![plan]));
        }
        let sources = self.importing.sources.clone();
        if sources.iter().all(|source| is_small(source)) {
            let mut plans = Vec::new();
            for source in &sources {
                match self.collection.plan_imports(source, &self.importing.options) {
                    Ok(found) => plans.extend(found),
                    Err(error) => self.toasts.fail(&error),
                }
            }
            return self.planned(Ok(plans));
        }
        self.importing.progress = ImportProgress::default();
        let options = self.importing.options.clone();
        match self.collection.plan_imports_job(sources, options, &self.importing.progress, Self::waker(ctx)) {
            Ok(job) => {
                self.importing.running = Some(Running::Reading(job));
                self.dialog = Some(Dialog::Importing);
            }
            Err(error) => self.toasts.fail(&error),
        }
    }

    fn planned(&mut self, plans: Result<Vec<ImportPlan>, Error>) {
        match plans {
            Ok(plans) => {
                self.dialog = (!plans.is_empty()).then_some(Dialog::Import);
                self.importing.plans = plans;
            }
            Err(error) => {
                self.dialog = None;
                if !self.importing.progress.is_stopped() {
                    self.toasts.fail(&error);
                }
            }
        }
    }

    /// Carries the import out that was looked at.
    pub(super) fn apply_import(&mut self, ctx: &Context) -> Result<(), Error> {
        let mut plans = std::mem::take(&mut self.importing.plans);
        plans.retain(|plan| plan.refused.is_none());
        self.dialog = None;
        if self.importing.options.columns.is_some() {
            plans.iter().try_for_each(|plan| self.collection.remember_columns(plan))?;
        }
        let notes: usize = plans.iter().map(ImportPlan::note_count).sum();
        let reviews: usize = plans.iter().map(|plan| plan.reviews).sum();
        let told = Told::of(&plans);
        if notes + reviews <= FEW_NOTES {
            let taken = self.collection.import(&plans)?;
            self.imported(&told, taken);
            return Ok(());
        }
        self.importing.progress = ImportProgress::default();
        let job = self.collection.import_job(plans, &self.importing.progress, Self::waker(ctx))?;
        self.importing.running = Some(Running::Writing(job, told));
        self.dialog = Some(Dialog::Importing);
        Ok(())
    }

    fn imported(&mut self, told: &Told, reviews: usize) {
        let mut done = told.done.clone();
        if reviews > 0 {
            done.push(format!("{} taken over", plural(reviews, "answer")));
        }
        if told.findings > 0 {
            done.push(format!("{} in the report", plural(told.findings, "finding")));
        }
        self.toasts.say(done.join("; "));
        self.go(Route::Library);
    }

    /// Takes in what another thread brought.
    pub(super) fn tick_import(&mut self, ctx: &Context) {
        match &self.importing.running {
            None => {}
            Some(Running::Reading(job)) => match job.poll() {
                Some(plans) => {
                    self.importing.running = None;
                    self.planned(plans);
                }
                None => ctx.request_repaint_after(std::time::Duration::from_millis(100)),
            },
            Some(Running::Writing(job, _)) => match job.poll() {
                Some(result) => {
                    let Some(Running::Writing(_, told)) = self.importing.running.take() else { return };
                    self.dialog = None;
                    match result.and_then(|imported| self.collection.finish_import(imported)) {
                        Ok(reviews) => self.imported(&told, reviews),
                        Err(error) => self.toasts.fail(&error),
                    }
                }
                None => ctx.request_repaint_after(std::time::Duration::from_millis(100)),
            },
            Some(Running::Undoing(job)) => match job.poll() {
                Some(result) => {
                    self.importing.running = None;
                    self.dialog = None;
                    match result.and_then(|undone| self.collection.finish_undo(undone)) {
                        Ok(title) => self.undone(&title),
                        Err(error) => self.toasts.fail(&error),
                    }
                }
                None => ctx.request_repaint_after(std::time::Duration::from_millis(100)),
            },
        }
        self.take_paste(ctx);
    }

    /// Takes the last import back; a large one on another thread.
    pub(super) fn undo_import(&mut self, ctx: &Context) -> Result<(), Error> {
        if self.collection.is_undo_large() {
            self.importing.progress = ImportProgress::default();
            self.importing.running = self.collection.undo_import_job(&self.importing.progress, Self::waker(ctx))?.map(Running::Undoing);
            self.dialog = self.importing.running.is_some().then_some(Dialog::Importing);
        } else if let Some(title) = self.collection.undo_import()? {
            self.undone(&title);
        }
        Ok(())
    }

    fn undone(&mut self, title: &str) {
        self.toasts.say(format!("“{title}” is as it was before."));
    }

    /// A text pasted on the Library is looked at as a deck.
    fn take_paste(&mut self, ctx: &Context) {
        if self.route != Route::Library || self.dialog.is_some() || ctx.text_edit_focused() || !self.collection.is_loaded() {
            return;
        }
        let pasted =
            ctx.input(|input| input.events.iter().find_map(|event| if let Event::Paste(text) = event { Some(text.clone()) } else { None }));
        if let Some(text) = pasted {
            self.plan_import_text(ctx, text);
        }
    }

    pub(super) fn set_duplicates(&mut self, duplicates: Duplicates) {
        self.importing.plans.iter_mut().for_each(|plan| plan.duplicates = duplicates);
    }

    pub(super) fn set_with_history(&mut self, with_history: bool) {
        self.importing.plans.iter_mut().for_each(|plan| plan.with_history = with_history);
    }

    pub(super) fn choose_import(&mut self, ctx: &Context) {
        let every = ["ron", "apkg", "colpkg", "txt", "csv", "tsv", "md", "markdown", "gift", "xml", "zip", "cards", "json"];
        let dialog = rfd::FileDialog::new().add_filter("Decks and question banks", &every).add_filter("All files", &["*"]);
        match dialog.set_title("Import").pick_files() {
            Some(files) => self.plan_import(ctx, &files),
            // No dialog on this machine, or nothing chosen: a path can be typed.
            None => self.dialog = Some(Dialog::ImportPath),
        }
    }

    pub(super) fn choose_archive(&mut self) {
        let dialog = rfd::FileDialog::new().add_filter("Archives and backups", &["zip", "db"]).set_title("Restore");
        self.dialog = Some(dialog.pick_file().map_or(Dialog::ArchivePath, Dialog::Restore));
    }

    /// Exports decks to a path that is typed or chosen.
    pub(super) fn export(&mut self, decks: &[DeckId], format: ExportFormat, with_history: bool, path: &Path) -> Result<(), Error> {
        let done = self.collection.export_decks(decks, format, with_history, path)?;
        self.exported(&done, path);
        Ok(())
    }

    pub(super) fn export_everything(&mut self, path: &Path) -> Result<(), Error> {
        let done = self.collection.export_everything(path)?;
        self.exported(&done, path);
        Ok(())
    }

    pub(super) fn export_history(&mut self, path: &Path) -> Result<(), Error> {
        let as_json = path.extension().is_some_and(|ending| ending == "jsonl");
        let text = self.collection.export_history(as_json)?;
        self.collection.write_export(path, &text)?;
        self.dialog = None;
        self.toasts.say(format!("Wrote {}: {} rows.", path.display(), text.lines().count().saturating_sub(usize::from(!as_json))));
        Ok(())
    }

    fn exported(&mut self, done: &crate::app::Exported, path: &Path) {
        self.dialog = None;
        let mut words = format!("Wrote {}: {}.", path.display(), done.words);
        if let Some(first) = done.lost.first() {
            words.push_str(&format!(" Not in it: {first}"));
            if done.lost.len() > 1 {
                words.push_str(&format!(", and {} more", done.lost.len() - 1));
            }
        }
        self.toasts.say(words);
    }
}
