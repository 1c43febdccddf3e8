//! The window when the history cannot be opened: what is wrong, and the ways out. Nothing is changed until one is chosen.

use super::Gui;
use super::theme::{self, Weight, tokens};
use super::widgets::{button, card, label, primary};
use crate::app::{BackupInfo, Collection, Error, ErrorKind, Options, backups_in, history_in_use, restore_backup, set_history_aside};
use eframe::egui::{CentralPanel, Context, Frame, Ui, UiBuilder, ViewportCommand, vec2};
use std::path::PathBuf;

/// How the collection is opened.
pub type Reopen = Box<dyn Fn() -> Result<Options, Error>>;

/// The program's window: usually the program itself, or the ways out where its history cannot be opened.
pub enum Window {
    /// The history cannot be opened.
    Recovery(Recovery),
    /// The program.
    Running(Box<Gui>),
}

/// What is wrong, and what can be done.
pub struct Recovery {
    error: Error,
    backups: Vec<BackupInfo>,
    /// Another program has it: then there is nothing to mend.
    in_use: bool,
    files: Vec<PathBuf>,
    reopen: Option<Reopen>,
}

/// The way out that was chosen.
enum Choice {
    Restore(PathBuf),
    Begin,
    Again,
    Quit,
}

impl Window {
    /// Opens the collection, or says why it cannot be opened. Only a problem of the machine or the file has ways out; anything else
    /// is returned.
    pub fn open(ctx: &Context, files: Vec<PathBuf>, reopen: Reopen) -> Result<Self, Error> {
        let options = reopen()?;
        let paths = options.paths.clone();
        match Collection::open(options) {
            Ok(collection) => Ok(Self::Running(Box::new(Gui::new(ctx, collection, files, reopen)))),
            Err(error) if error.kind == ErrorKind::Environment => {
                theme::install(ctx);
                theme::choose(ctx, crate::app::Theme::System, true);
                Ok(Self::Recovery(Recovery {
                    error,
                    in_use: history_in_use(&paths),
                    backups: backups_in(&paths),
                    files,
                    reopen: Some(reopen),
                }))
            }
            Err(error) => Err(error),
        }
    }

    fn carry_out(&mut self, ctx: &Context, choice: &Choice) {
        let Self::Recovery(recovery) = self else { return };
        let Some(reopen) = recovery.reopen.take() else { return };
        let done = reopen().and_then(|options| match choice {
            Choice::Restore(path) => restore_backup(&options.paths, path, options.clock.as_ref()).map(drop),
            Choice::Begin => set_history_aside(&options.paths, options.clock.as_ref()).map(drop),
            Choice::Again => Ok(()),
            Choice::Quit => {
                ctx.send_viewport_cmd(ViewportCommand::Close);
                Ok(())
            }
        });
        if let Err(error) = done {
            recovery.error = error;
            recovery.reopen = Some(reopen);
            return;
        }
        let files = std::mem::take(&mut recovery.files);
        match Self::open(ctx, files, reopen) {
            Ok(window) => *self = window,
            Err(error) => recovery.error = error,
        }
    }
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &Context, frame: &mut eframe::Frame) {
        if let Self::Running(gui) = self {
            gui.logic(ctx, frame);
        }
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        let choice = match self {
            Self::Running(gui) => return gui.ui(ui, frame),
            Self::Recovery(recovery) => recovery_ui(ui, recovery),
        };
        if let Some(choice) = choice {
            let ctx = ui.ctx().clone();
            self.carry_out(&ctx, &choice);
            ctx.request_repaint();
        }
    }

    fn clear_color(&self, visuals: &eframe::egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

fn recovery_ui(ui: &mut Ui, recovery: &Recovery) -> Option<Choice> {
    let t = tokens(ui);
    let mut choice = None;
    CentralPanel::default().frame(Frame::new().fill(t.bg)).show(ui, |ui| {
        let width = 640.0_f32.min(ui.available_width() - 56.0);
        let rect = eframe::egui::Rect::from_center_size(ui.max_rect().center(), vec2(width, 380.0));
        ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
            label(ui, "Your history cannot be opened", 24.0, Weight::Semibold, t.text);
            label(ui, "Nothing was changed. These are the ways on:", 14.0, Weight::Regular, t.muted);
            ui.add_space(10.0);
            card(ui, |ui| {
                label(ui, recovery.error.to_string(), 14.0, Weight::Medium, t.again);
                for hint in &recovery.error.hints {
                    label(ui, hint.as_str(), 13.0, Weight::Regular, t.muted);
                }
            });
            ui.add_space(14.0);
            ui.horizontal_wrapped(|ui| {
                if primary(ui, "Try again", "", None).clicked() {
                    choice = Some(Choice::Again);
                }
                if let Some(newest) = recovery.backups.first().filter(|_| !recovery.in_use)
                    && button(ui, &format!("Bring back {}", newest.made.format("%-d %B, %H:%M")), "").clicked()
                {
                    choice = Some(Choice::Restore(newest.path.clone()));
                }
                if !recovery.in_use && button(ui, "Set it aside and begin anew", "").clicked() {
                    choice = Some(Choice::Begin);
                }
                if button(ui, "Quit", "").clicked() {
                    choice = Some(Choice::Quit);
                }
            });
            if !recovery.in_use {
                let words = "What is set aside stays in the backup folder and can be brought back later.";
                label(ui, words, 12.5, Weight::Regular, t.muted);
            }
        });
    });
    choice
}
