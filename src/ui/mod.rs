//! The window: the first client of the use cases. Only here is egui known.
//!
//! A frame: finished jobs are picked up and keys are read, the screen draws and returns an action, the action is carried out.
//! **Invariants:** a screen changes nothing by itself and never meets another screen but through `Route` and the collection.

mod action;
mod apply;
mod command;
mod importing;
mod pictures;
mod recovery;
mod route;
mod screens;
mod start;
mod theme;
mod widgets;

pub use recovery::{Recovery, Reopen, Window};
pub use start::main;

use crate::app::{Acted, Collection, Error, Job, LoadedLibrary, Waker};
use action::Action;
use command::{Command, Place};
use eframe::egui::{self, CentralPanel, Context, Frame, Key, Modifiers, Panel, Ui, ViewportCommand};
use route::{Dialog, Route};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use theme::{Weight, tokens};
use widgets::{Toasts, label, nav_item, toasts_ui};

/// Views over many rows, kept as long as nothing changed.
#[derive(Default)]
struct Cache {
    key: Option<(u64, crate::model::StudyDay, Route, String)>,
    today: Option<screens::today::View>,
    library: Option<screens::library::View>,
    browse: Option<screens::browse::View>,
    deck: Option<screens::deck::View>,
    progress: Option<screens::progress::View>,
    settings: Option<screens::settings::View>,
    exams: Option<screens::exams::View>,
    exam_start: Option<screens::exam_start::View>,
    report: Option<screens::report::View>,
}

/// The window's state.
pub struct Gui {
    collection: Collection,
    reopen: Reopen,
    route: Route,
    dialog: Option<Dialog>,
    toasts: Toasts,
    loading: Option<Job<LoadedLibrary>>,
    watch: Option<crate::app::DeckWatch>,
    files_changed: Arc<AtomicBool>,
    to_import: Vec<PathBuf>,
    importing: importing::Importing,
    import_state: screens::import::State,
    export: screens::export::State,
    cache: Cache,
    painted_frames: u64,
    minutes: (u64, u32),
    study: screens::study::State,
    library: screens::library::State,
    browse: screens::browse::State,
    progress: screens::progress::State,
    settings: screens::settings::State,
    welcome: screens::welcome::State,
    exam_start: screens::exam_start::State,
    sitting: screens::sitting::State,
    report: screens::report_list::State,
    dialogs: screens::dialogs::State,
    /// What the last reload of decks changed.
    changes: Vec<crate::app::DeckChange>,
    full_screen: bool,
    first_frame_only: bool,
    pictures: pictures::Pictures,
    backup: Option<Job<Option<crate::app::BackupInfo>>>,
    planning: Option<Job<crate::app::DayPlan>>,
    /// The state of the collection the last plan was made for, whether it came to be or not.
    planned: Option<(u64, crate::model::StudyDay)>,
    /// Whether the decks were read once, and what follows from that was begun.
    started: bool,
    /// What is to be studied once the decks and the plan are there.
    study_when_loaded: Option<crate::app::Scope>,
}

impl Gui {
    /// Starts over a collection that is open; its decks are read after the first frame. `reopen` says how to open it again, after a
    /// backup was brought back.
    pub fn new(ctx: &Context, collection: Collection, files: Vec<PathBuf>, reopen: Reopen) -> Self {
        theme::install(ctx);
        let route = if collection.settings().welcomed { Route::Today } else { Route::Welcome };
        let mut gui = Self {
            collection,
            reopen,
            route,
            dialog: None,
            toasts: Toasts::default(),
            loading: None,
            watch: None,
            files_changed: Arc::new(AtomicBool::new(false)),
            to_import: files,
            importing: importing::Importing::default(),
            import_state: screens::import::State::default(),
            export: screens::export::State::default(),
            cache: Cache::default(),
            painted_frames: 0,
            minutes: (0, 0),
            study: screens::study::State::default(),
            library: screens::library::State::default(),
            browse: screens::browse::State::default(),
            progress: screens::progress::State::default(),
            settings: screens::settings::State::default(),
            welcome: screens::welcome::State::default(),
            exam_start: screens::exam_start::State::default(),
            sitting: screens::sitting::State::default(),
            report: screens::report_list::State::default(),
            dialogs: screens::dialogs::State::default(),
            changes: Vec::new(),
            full_screen: false,
            first_frame_only: false,
            pictures: pictures::Pictures::default(),
            backup: None,
            planning: None,
            planned: None,
            started: false,
            study_when_loaded: None,
        };
        gui.follow_settings(ctx);
        gui
    }

    /// Closes the window once its first frame is painted: for measuring the start.
    pub fn close_after_first_frame(&mut self, close: bool) {
        self.first_frame_only = close;
    }

    /// How often the window has been drawn: a test asks whether anything is drawn while nothing changes.
    pub fn painted_frames(&self) -> u64 {
        self.painted_frames
    }

    /// The collection, to look at.
    pub fn collection(&self) -> &Collection {
        &self.collection
    }

    fn follow_settings(&mut self, ctx: &Context) {
        let settings = self.collection.settings();
        theme::choose(ctx, settings.theme, settings.reduce_motion);
        ctx.set_zoom_factor(settings.zoom);
    }

    fn waker(ctx: &Context) -> Waker {
        let ctx = ctx.clone();
        Arc::new(move || ctx.request_repaint())
    }

    /// Starts reading the decks on another thread.
    fn start_loading(&mut self, ctx: &Context) {
        match self.collection.load_job(Self::waker(ctx)) {
            Ok(job) => self.loading = Some(job),
            Err(error) => self.toasts.fail(&error),
        }
    }

    fn start_watching(&mut self, ctx: &Context) {
        let (flag, waker) = (Arc::clone(&self.files_changed), Self::waker(ctx));
        let changed = move || {
            flag.store(true, Ordering::Relaxed);
            waker();
        };
        match self.collection.watch(changed) {
            Ok(watch) => self.watch = Some(watch),
            Err(error) => self.toasts.fail(&error),
        }
    }

    /// Picks up finished jobs and changed files.
    fn pick_up(&mut self, ctx: &Context) {
        if let Some(result) = self.loading.as_ref().and_then(Job::poll) {
            self.loading = None;
            match result {
                Ok(loaded) => self.loaded(ctx, loaded),
                Err(error) => self.toasts.fail(&error),
            }
        }
        if let Some(result) = self.backup.as_ref().and_then(Job::poll) {
            self.backup = None;
            if let Err(error) = result {
                self.toasts.fail(&error);
            }
        }
        self.plan_ahead(ctx);
        let is_idle = self.loading.is_none() && !self.importing.is_running();
        if is_idle && self.collection.is_loaded() && self.files_changed.swap(false, Ordering::Relaxed) {
            self.start_loading(ctx);
        }
        if self.route == Route::Study && self.collection.shown().is_none() && self.collection.waiting_until().is_some() {
            self.collection.show_next();
        }
        self.tick_exam(ctx);
        let dropped: Vec<PathBuf> = ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_path_buf()).collect());
        self.to_import.extend(dropped);
        if self.collection.is_loaded() && !self.to_import.is_empty() {
            let files = std::mem::take(&mut self.to_import);
            self.plan_import(ctx, &files);
        }
        self.tick_import(ctx);
    }

    /// Makes the plan to the exam on another thread whenever there is something new, but not between two cards.
    fn plan_ahead(&mut self, ctx: &Context) {
        if let Some(result) = self.planning.as_ref().and_then(Job::poll) {
            self.planning = None;
            if let Err(error) = result.and_then(|plan| self.collection.install_plan(plan)) {
                self.collection.plan_failed();
                self.toasts.fail(&error);
            }
            if let Some(scope) = self.study_when_loaded.take()
                && let Err(error) = self.start_study(scope)
            {
                self.toasts.fail(&error);
            }
        }
        let busy = self.planning.is_some() || self.loading.is_some() || matches!(self.route, Route::Study | Route::Sitting);
        let now = (self.collection.generation(), self.collection.today());
        if busy {
            return;
        }
        if self.planned.replace(now) == Some(now) || !self.collection.needs_plan() {
            return;
        }
        match self.collection.plan_job(Self::waker(ctx)) {
            Ok(job) => self.planning = Some(job),
            Err(error) => self.toasts.fail(&error),
        }
    }

    /// Looks at the clocks of an exam under way, and asks to be drawn again when its clock shows another second.
    fn tick_exam(&mut self, ctx: &Context) {
        let Some(exam) = self.collection.exam().filter(|exam| exam.sitting.stage() == crate::engine::exam::Stage::Running) else { return };
        let away_before = exam.away;
        match self.collection.exam_tick() {
            Ok(Acted::On) => {}
            Ok(Acted::Warned(minutes)) => self.dialog = Some(Dialog::TimeWarning(minutes)),
            Ok(Acted::Over) => {
                self.toasts.say("The time is up; what was there is submitted.");
                self.close_exam();
            }
            Err(error) => self.toasts.fail(&error),
        }
        if let Some(away) = self.collection.exam().and_then(|exam| exam.away).filter(|away| away_before != Some(*away)) {
            self.dialog = Some(Dialog::Away(away));
        }
        if let Some(left) = self.collection.exam_left() {
            let to_next_second = left.rem_euclid(1000).max(1).unsigned_abs();
            ctx.request_repaint_after(std::time::Duration::from_millis(to_next_second));
        }
    }

    /// Takes up an exam that was interrupted.
    fn resume_exam(&mut self) {
        match self.collection.resume_exam() {
            Ok(false) => {}
            Ok(true) if self.collection.exam().is_some_and(|exam| exam.sitting.is_over()) => {
                self.toasts.say("Your exam's time ran out while the program was closed; what was there is submitted.");
                self.close_exam();
            }
            Ok(true) => {
                self.go(Route::Sitting);
                self.dialog = self.collection.exam().and_then(|exam| exam.away).map(Dialog::Away);
            }
            Err(error) => self.toasts.fail(&error),
        }
    }

    fn loaded(&mut self, ctx: &Context, loaded: LoadedLibrary) {
        let changes = self.collection.install(loaded);
        if !std::mem::replace(&mut self.started, true) {
            if let Some(scope) = self.study_when_loaded.take()
                && let Err(error) = self.start_study(scope)
            {
                self.toasts.fail(&error);
            }
            self.resume_exam();
            self.start_watching(ctx);
            for warning in self.collection.take_warnings() {
                self.toasts.fail(&Error::environment(warning.trim_end_matches('.').to_owned()));
            }
            match self.collection.daily_backup_job(Self::waker(ctx)) {
                Ok(job) => self.backup = Some(job),
                Err(error) => self.toasts.fail(&error),
            }
        } else if !changes.is_empty() {
            let words: Vec<String> = changes.iter().map(change_words).collect();
            self.toasts.say(words.join("; "));
            self.changes = changes;
        }
    }

    /// The command asked for by key, if any; dialogs take only the ones that concern them.
    fn key(&mut self, ctx: &Context) -> Option<Action> {
        if self.dialog.is_some() {
            return None;
        }
        if self.route == Route::Study && !ctx.text_edit_focused() {
            let view = screens::study::View::new(&self.collection).ok()?;
            let letters = [Key::A, Key::B, Key::C, Key::D, Key::E, Key::F];
            for (place, key) in letters.into_iter().enumerate() {
                let pressed = ctx.input(|input| input.key_pressed(key) && input.modifiers.is_none());
                if pressed && screens::study::letter(&view, &mut self.study, place) {
                    ctx.input_mut(|input| input.consume_key(Modifiers::NONE, key));
                }
            }
        }
        if self.route == Route::Sitting {
            return self.exam_key(ctx);
        }
        let place = if self.route == Route::Study { Place::Studying } else { Place::Browsing };
        if self.route == Route::Welcome {
            let enter = ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter)) && !ctx.text_edit_focused();
            return enter.then(|| screens::welcome::proceed(&screens::welcome::View::new(&self.collection), &self.welcome));
        }
        Command::pressed(ctx, &[place, Place::Everywhere]).map(Action::Run)
    }
}

impl Gui {
    /// Keys in a mock exam: letters and digits answer, letters with Shift strike through, the rest is in the table. Escape never ends
    /// an exam, and undo has no place in one.
    fn exam_key(&mut self, ctx: &Context) -> Option<Action> {
        let view = screens::sitting::View::new(&self.collection)?;
        let state = &mut self.sitting;
        if !ctx.text_edit_focused() {
            let letters = [Key::A, Key::B, Key::C, Key::D, Key::E, Key::F, Key::G, Key::H];
            for (place, key) in letters.into_iter().enumerate() {
                if ctx.input_mut(|input| input.consume_key(Modifiers::SHIFT, key)) {
                    return screens::sitting::strike(&view, place);
                }
                if ctx.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
                    return screens::sitting::letter(&view, state, place);
                }
            }
            let digits = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];
            for (place, key) in digits.into_iter().enumerate() {
                if ctx.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
                    return screens::sitting::digit(&view, state, place);
                }
            }
        }
        let command = Command::pressed(ctx, &[Place::Sitting, Place::Everywhere])?;
        match command {
            Command::Leave => {
                state.listing = false;
                None
            }
            Command::Undo | Command::GoSettings => None,
            command if command.place() == Place::Sitting => screens::sitting::command(&view, state, command),
            command => Some(Action::Run(command)),
        }
    }
}

fn change_words(change: &crate::app::DeckChange) -> String {
    format!("{}: {} new, {} changed, {} gone", change.title, change.added, change.changed, change.removed)
}

impl eframe::App for Gui {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.pick_up(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        let asked = self.key(&ctx);
        let drawn = self.draw(ui);
        if let Some(action) = asked.or(drawn) {
            self.apply(&ctx, action);
            ctx.request_repaint();
        }
        self.painted_frames += 1;
        match self.painted_frames {
            // The first frame is on its way to the screen only after this returns.
            1 => ctx.request_repaint(),
            2 if self.first_frame_only => ctx.send_viewport_cmd(ViewportCommand::Close),
            // The decks are read once the window is there.
            2 => self.start_loading(&ctx),
            _ => {}
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

impl Gui {
    fn draw(&mut self, ui: &mut Ui) -> Option<Action> {
        let ctx = ui.ctx().clone();
        let in_dialog = match &self.dialog {
            Some(Dialog::Info(card)) => Some(card),
            _ => None,
        };
        let asked = match &self.route {
            Route::Sitting => self.collection.exam().and_then(|exam| exam.entry()).map(|entry| &entry.id),
            _ => self.collection.shown().map(|shown| &shown.card),
        };
        let shown = in_dialog.or(asked);
        self.pictures.follow(&ctx, &self.collection, shown);
        let on_rail = !matches!(self.route, Route::Study | Route::Welcome | Route::Sitting);
        let mut action = if on_rail { self.rail_ui(ui) } else { None };
        let t = tokens(ui);
        let screen = CentralPanel::default().frame(Frame::new().fill(t.bg)).show(ui, |ui| self.screen_ui(ui));
        action = screen.inner.or(action);
        self.dialogs.follow(self.dialog.as_ref(), &self.collection);
        action = self.dialog_ui(&ctx).or(action);
        let lift = if self.route == Route::Study { 150.0 } else { 24.0 };
        toasts_ui(&ctx, &mut self.toasts, lift);
        drop_hint_ui(&ctx);
        action
    }

    fn rail_ui(&mut self, ui: &mut Ui) -> Option<Action> {
        let t = tokens(ui);
        let mut action = None;
        let minutes = self.minutes_today();
        let frame = Frame::new().fill(t.sunken).inner_margin(egui::Margin::symmetric(11, 0));
        Panel::left("rail").exact_size(188.0).resizable(false).frame(frame).show(ui, |ui| {
            ui.add_space(17.0);
            ui.horizontal(|ui| {
                ui.add_space(11.0);
                let (rect, _) = ui.allocate_exact_size(egui::vec2(18.0, 18.0), egui::Sense::hover());
                ui.painter().rect_filled(rect, 5.0, t.accent);
                label(ui, "Ascertain", 17.0, Weight::Semibold, t.text);
            });
            ui.add_space(11.0);
            ui.spacing_mut().item_spacing.y = 3.0;
            let badge = if minutes > 0 { format!("{minutes} min") } else { String::new() };
            for (text, route, right) in [
                ("Today", Route::Today, badge.as_str()),
                ("Library", Route::Library, ""),
                ("Exams", Route::Exams, ""),
                ("Progress", Route::Progress, ""),
            ] {
                let exams = matches!(self.route, Route::ExamStart(_) | Route::Quiz | Route::Report(_));
                let here = self.route == route
                    || (route == Route::Library && matches!(self.route, Route::Deck(_) | Route::Browse))
                    || (route == Route::Exams && exams);
                if nav_item(ui, text, right, here).clicked() {
                    action = Some(Action::Go(route));
                }
            }
            ui.with_layout(egui::Layout::bottom_up(egui::Align::LEFT), |ui| {
                ui.add_space(16.0);
                if nav_item(ui, "Settings", "", self.route == Route::Settings).clicked() {
                    action = Some(Action::Go(Route::Settings));
                }
            });
        });
        action
    }

    /// Minutes of today's plan, computed again only when something changed.
    fn minutes_today(&mut self) -> u32 {
        let generation = self.collection.generation();
        if self.minutes.0 != generation {
            self.minutes = (generation, self.collection.plan().map_or(0, |plan| plan.minutes));
        }
        self.minutes.1
    }

    /// Forgets kept views when something changed.
    fn refresh(&mut self) {
        match &self.route {
            Route::ExamStart(id) => self.exam_start.follow(Some(id)),
            Route::Quiz => self.exam_start.follow(None),
            _ => {}
        }
        let query = match self.route {
            Route::Library => self.library.query.clone(),
            Route::Browse => self.browse.key(),
            Route::Progress => self.progress.days_back.to_string(),
            Route::ExamStart(_) | Route::Quiz => self.exam_start.key(),
            _ => String::new(),
        };
        let key = (self.collection.generation(), self.collection.today(), self.route.clone(), query);
        if self.cache.key.as_ref() != Some(&key) {
            self.cache = Cache { key: Some(key), ..Cache::default() };
        }
    }

    fn screen_ui(&mut self, ui: &mut Ui) -> Option<Action> {
        self.refresh();
        let (collection, cache) = (&self.collection, &mut self.cache);
        match &self.route {
            Route::Today => match keep(&mut cache.today, || screens::today::View::new(collection)) {
                Ok(view) => screens::today::ui(ui, view),
                Err(error) => failed_ui(ui, &error),
            },
            Route::Library => {
                let view = cache.library.get_or_insert_with(|| screens::library::View::new(collection, &self.library.query, &self.changes));
                screens::library::ui(ui, view, &mut self.library)
            }
            Route::Browse => {
                let view = cache.browse.get_or_insert_with(|| screens::browse::View::new(collection, &self.browse));
                screens::browse::ui(ui, view, &mut self.browse, collection)
            }
            Route::Deck(id) => {
                if cache.deck.is_none() {
                    cache.deck = screens::deck::View::new(collection, id);
                }
                match &cache.deck {
                    Some(view) => screens::deck::ui(ui, view),
                    None => Some(Action::Go(Route::Library)),
                }
            }
            Route::Study => match screens::study::View::new(collection) {
                Ok(view) => screens::study::ui(ui, &view, &mut self.study),
                Err(error) => failed_ui(ui, &error),
            },
            Route::Exams => match keep(&mut cache.exams, || screens::exams::View::new(collection)) {
                Ok(view) => screens::exams::ui(ui, view),
                Err(error) => failed_ui(ui, &error),
            },
            Route::ExamStart(_) | Route::Quiz => {
                match keep(&mut cache.exam_start, || screens::exam_start::View::new(collection, &self.exam_start)) {
                    Ok(view) => screens::exam_start::ui(ui, view, &mut self.exam_start),
                    Err(error) => failed_ui(ui, &error),
                }
            }
            Route::Sitting => match screens::sitting::View::new(collection) {
                Some(view) => screens::sitting::ui(ui, &view, &mut self.sitting),
                None => Some(Action::Go(Route::Exams)),
            },
            Route::Report(id) => match keep(&mut cache.report, || screens::report::View::new(collection, *id)) {
                Ok(view) => screens::report::ui(ui, view, &mut self.report),
                Err(error) => failed_ui(ui, &error),
            },
            Route::Progress => match keep(&mut cache.progress, || screens::progress::View::new(collection, self.progress.days_back)) {
                Ok(view) => screens::progress::ui(ui, view, &mut self.progress),
                Err(error) => failed_ui(ui, &error),
            },
            Route::Settings => {
                let view = cache.settings.get_or_insert_with(|| screens::settings::View::new(collection));
                screens::settings::ui(ui, view, &mut self.settings)
            }
            Route::Welcome => screens::welcome::ui(ui, &screens::welcome::View::new(collection), &mut self.welcome),
        }
    }

    fn dialog_ui(&mut self, ctx: &Context) -> Option<Action> {
        use screens::{dialogs, exam_dialogs};
        let state = &mut self.dialogs;
        let exam = self.collection.exam();
        match self.dialog.clone()? {
            Dialog::EndExam => exam.map_or(Some(Action::CloseDialog), |exam| exam_dialogs::end(ctx, exam)),
            Dialog::LeaveSection => exam.map_or(Some(Action::CloseDialog), |exam| exam_dialogs::leave_section(ctx, exam)),
            Dialog::LeaveUnanswered => exam_dialogs::leave_unanswered(ctx),
            Dialog::GoToQuestion => exam.map_or(Some(Action::CloseDialog), |exam| exam_dialogs::go_to(ctx, exam, &mut state.text)),
            Dialog::TimeWarning(minutes) => exam_dialogs::time_warning(ctx, minutes),
            Dialog::Away(millis) => exam.map_or(Some(Action::CloseDialog), |exam| exam_dialogs::away(ctx, exam, millis)),
            Dialog::ReportPath(id) => exam_dialogs::report_path(ctx, id, &mut state.text, &self.collection),
            Dialog::ExamItem(place) => match &self.cache.report {
                Some(view) => screens::report_item::item_dialog(ctx, view, place),
                None => None,
            },
            Dialog::Help => dialogs::help(ctx),
            Dialog::Import => screens::import::ui(ctx, &self.importing, &mut self.import_state),
            Dialog::ArchivePath => dialogs::archive_path(ctx, state),
            Dialog::Importing => screens::import::progress_ui(ctx, &self.importing),
            Dialog::Export(what) => screens::export::ui(ctx, &what, &mut self.export, &self.collection),
            Dialog::ImportPath => dialogs::import_path(ctx, state),
            Dialog::NewDeck => dialogs::new_deck(ctx, state),
            Dialog::Edit(_) | Dialog::NewNote(_) => screens::note_edit::ui(ctx, &mut state.note, &self.collection),
            Dialog::DeckDetails(deck) => dialogs::deck_details(ctx, &deck, state),
            Dialog::Dispute(card) => match self.collection.card(&card) {
                Some(entry) => dialogs::dispute(ctx, entry, state),
                None => Some(Action::CloseDialog),
            },
            Dialog::Remark(card) => dialogs::remark(ctx, &card, state),
            Dialog::Info(card) => match self.collection.card(&card) {
                Some(entry) => dialogs::info(ctx, entry, &self.collection.card_facts(&card)),
                None => Some(Action::CloseDialog),
            },
            Dialog::Restore(path) => dialogs::restore(ctx, &path),
            Dialog::Remove(deck) => dialogs::remove(ctx, &deck),
            Dialog::Issues => dialogs::issues(ctx, &self.collection),
            Dialog::Changes => dialogs::changes(ctx, &self.changes),
        }
    }
}

/// A view that is kept, or made.
fn keep<V>(slot: &mut Option<V>, make: impl FnOnce() -> Result<V, Error>) -> Result<&V, Error> {
    if slot.is_none() {
        *slot = Some(make()?);
    }
    slot.as_ref().ok_or_else(|| Error::bug("a view was made and is not there"))
}

/// A screen that could not be made.
fn failed_ui(ui: &mut Ui, error: &Error) -> Option<Action> {
    let t = tokens(ui);
    ui.add_space(60.0);
    ui.vertical_centered(|ui| {
        label(ui, "This page cannot be shown", 19.0, Weight::Semibold, t.text);
        label(ui, error.to_string(), 14.0, Weight::Regular, t.again);
        for hint in &error.hints {
            label(ui, hint.as_str(), 13.0, Weight::Regular, t.muted);
        }
    });
    None
}

/// Says that a file held over the window can be dropped.
fn drop_hint_ui(ctx: &Context) {
    if ctx.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    egui::Area::new(egui::Id::unique("drop-hint")).order(egui::Order::Foreground).anchor(egui::Align2::CENTER_CENTER, [0.0, 0.0]).show(
        ctx,
        |ui| {
            let t = tokens(ui);
            let frame = Frame::new()
                .fill(t.accent_soft)
                .stroke(egui::Stroke::new(2.0, t.accent))
                .corner_radius(12.0)
                .inner_margin(egui::Margin::same(28));
            frame.show(ui, |ui| label(ui, "Drop to look at it; nothing is changed yet", 17.0, Weight::Semibold, t.accent));
        },
    );
}
