//! Settings: what one studies for, how much, how it looks, where things are kept.

use super::super::action::Action;
use super::super::route::Dialog;
use super::super::theme::{Tokens, Weight, tokens};
use super::super::widgets::{card, card_title, chip_button, choice_row, form_row, label, label_cut, page_title, small_button};
use super::page;
use crate::app::{BackupInfo, Collection, Settings, Target, Theme};
use crate::model::{DesiredRetention, Policy};
use chrono::{Datelike as _, NaiveDate};
use eframe::egui::{ComboBox, DragValue, Grid, Id, Role, TextEdit, Ui, WidgetInfo, vec2};

/// What the screen shows.
#[derive(Debug, Clone)]
pub(in crate::ui) struct View {
    pub(in crate::ui) settings: Settings,
    pub(in crate::ui) policy: Policy,
    pub(in crate::ui) exams: Vec<(String, String)>,
    pub(in crate::ui) backups: Vec<BackupInfo>,
    pub(in crate::ui) data: String,
    pub(in crate::ui) decks: String,
    pub(in crate::ui) read_only: bool,
    pub(in crate::ui) today: NaiveDate,
}

impl View {
    pub(in crate::ui) fn new(collection: &Collection) -> Self {
        Self {
            settings: collection.settings().clone(),
            policy: collection.policy().clone(),
            exams: collection.exams().iter().map(|exam| (exam.id.to_string(), exam.title.clone())).collect(),
            backups: collection.backups(),
            data: collection.paths().data.display().to_string(),
            decks: collection.decks_folder().display().to_string(),
            read_only: collection.is_read_only(),
            today: collection.date(),
        }
    }
}

/// What is half typed.
#[derive(Debug, Default)]
pub(in crate::ui) struct State {
    date: Option<String>,
    other: Option<String>,
    /// Months after this one that the calendar shows.
    month: u32,
}

/// Whether a date can be read as 2026-12-12; empty is no date.
fn read_date(text: &str) -> Result<Option<String>, ()> {
    match text.trim() {
        "" => Ok(None),
        text => NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|date| Some(date.to_string())).map_err(drop),
    }
}

/// A field for a date, checked as it is typed. A date that can be read is taken over.
pub(in crate::ui) fn date_field(ui: &mut Ui, text: &mut String, label_id: Id, date: &mut Option<String>) {
    let t = tokens(ui);
    let response = ui.add(TextEdit::singleline(text).hint_text("2026-12-12").desired_width(130.0)).labelled_by(label_id);
    let read = read_date(text);
    if read.is_err() {
        label(ui, "as year-month-day, such as 2026-12-12", 12.5, Weight::Regular, t.again);
    }
    if response.changed()
        && let Ok(new) = read
    {
        *date = new;
    }
}

/// Draws the screen.
#[must_use]
pub(in crate::ui) fn ui(ui: &mut Ui, view: &View, state: &mut State) -> Option<Action> {
    page(ui, "settings", |ui| {
        ui.set_max_width(ui.available_width().min(820.0));
        page_title(ui, "Settings", "", |_| {});
        let mut settings = view.settings.clone();
        let mut policy = view.policy.clone();
        card(ui, |ui| target_ui(ui, view, state, &mut settings));
        ui.add_space(16.0);
        card(ui, |ui| study_ui(ui, &mut settings, &mut policy, view.read_only));
        ui.add_space(16.0);
        card(ui, |ui| days_off_ui(ui, view.today, state, &mut settings));
        ui.add_space(16.0);
        card(ui, |ui| look_ui(ui, &mut settings));
        ui.add_space(16.0);
        let mut action = None;
        card(ui, |ui| action = keeping_ui(ui, view));
        if settings != view.settings {
            action = Some(Action::SetSettings(settings));
        } else if policy != view.policy {
            action = Some(Action::SetPolicy(policy));
        }
        action
    })
}

fn target_ui(ui: &mut Ui, view: &View, state: &mut State, settings: &mut Settings) {
    card_title(ui, "What you study for", "");
    form_row(ui, "Target", "An exam of the list, something else, or nothing", |ui, id| {
        target_combo(ui, &view.exams, &mut settings.target, id);
    });
    if let Target::Other(words) = &settings.target {
        let text = state.other.get_or_insert_with(|| words.clone());
        form_row(ui, "In your words", "", |ui, id| {
            if ui.add(TextEdit::singleline(text).desired_width(260.0)).labelled_by(id).changed() {
                settings.target = Target::Other(text.clone());
            }
        });
    }
    let text = state.date.get_or_insert_with(|| settings.exam_date.clone().unwrap_or_default());
    form_row(ui, "Day of the exam", "Empty if there is none yet", |ui, id| {
        date_field(ui, text, id, &mut settings.exam_date);
    });
}

/// The list of targets.
pub(in crate::ui) fn target_combo(ui: &mut Ui, exams: &[(String, String)], target: &mut Target, label_id: Id) {
    let title = |target: &Target| match target {
        Target::Nothing => "Nothing in particular".to_owned(),
        Target::Other(_) => "Something else".to_owned(),
        Target::Exam(id) => exams.iter().find(|(known, _)| known == id).map_or_else(|| id.clone(), |(_, title)| title.clone()),
    };
    let combo =
        ComboBox::from_id_salt("target").width(360.0_f32.min(ui.available_width())).selected_text(title(target)).show_ui(ui, |ui| {
            for (id, text) in exams {
                ui.selectable_value(target, Target::Exam(id.clone()), text.as_str());
            }
            let other = if let Target::Other(words) = &*target { words.clone() } else { String::new() };
            ui.selectable_value(target, Target::Other(other), "Something else");
            ui.selectable_value(target, Target::Nothing, "Nothing in particular");
        });
    combo.response.labelled_by(label_id);
}

fn number(ui: &mut Ui, id: Id, value: &mut u32, range: std::ops::RangeInclusive<u32>, unit: &str) {
    ui.add(DragValue::new(value).range(range).suffix(format!(" {unit}")).speed(0.2).update_while_editing(false)).labelled_by(id);
}

fn study_ui(ui: &mut Ui, settings: &mut Settings, policy: &mut Policy, read_only: bool) {
    card_title(ui, "Studying", "");
    form_row(ui, "Minutes a day", "The plan for today never asks for more", |ui, id| {
        number(ui, id, &mut settings.minutes_a_day, 1..=600, "min");
    });
    weekdays_ui(ui, settings);
    form_row(ui, "New cards a day", "Where no exam is planned for; a plan decides this itself", |ui, id| {
        number(ui, id, &mut settings.new_cards_a_day, 0..=500, "cards");
    });
    form_row(ui, "Time counted on one card", "So that a coffee break spoils nothing", |ui, id| {
        number(ui, id, &mut settings.cap_seconds, 5..=600, "s at most");
    });
    ui.add_enabled_ui(!read_only, |ui| {
        form_row(ui, "Desired retention", "The chance of recall at which a card comes back: more means more reviews", |ui, id| {
            let mut percent = (policy.desired_retention.share() * 100.0).round() as u32;
            number(ui, id, &mut percent, 70..=99, "%");
            if let Some(retention) = DesiredRetention::new(percent as f32 / 100.0)
                .filter(|_| percent != (policy.desired_retention.share() * 100.0).round() as u32)
            {
                policy.desired_retention = retention;
            }
        });
        form_row(ui, "A day starts at", "Local time; what you do before counts for the day before", |ui, id| {
            let mut hour = u32::from(policy.rollover_hour);
            number(ui, id, &mut hour, 0..=12, ":00");
            policy.rollover_hour = hour as u8;
        });
    });
}

/// A full, a half or no day for each weekday.
fn weekdays_ui(ui: &mut Ui, settings: &mut Settings) {
    let mut days = |ui: &mut Ui| {
        let t = tokens(ui);
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        for (share, name) in settings.weekdays.iter_mut().zip(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]) {
            let (word, next) = match *share {
                100 => ("full", 50),
                1..100 => ("half", 0),
                _ => ("off", 100),
            };
            let (ink, ground) = match word {
                "full" => (t.accent, t.accent_soft),
                "half" => (t.hard, t.warn_soft),
                _ => (t.muted, t.sunken),
            };
            if chip_button(ui, &format!("{name} {word}"), ink, ground).clicked() {
                *share = next;
            }
        }
    };
    form_row(ui, "Easy days", "Click a weekday for half the minutes, again for none", |ui, _| {
        ui.vertical(|ui| ui.horizontal_wrapped(&mut days));
    });
}

/// A month with its days off; a click takes a day off or gives it back.
fn days_off_ui(ui: &mut Ui, today: NaiveDate, state: &mut State, settings: &mut Settings) {
    let t = tokens(ui);
    let Some(first) = today.with_day(1).and_then(|first| first.checked_add_months(chrono::Months::new(state.month))) else { return };
    let count = settings.days_off.iter().filter(|day| day.as_str() >= today.to_string().as_str()).count();
    card_title(ui, "Days off", &super::plural(count, "day off").replace("day offs", "days off"));
    label(
        ui,
        "No study is planned on them; the plan to the exam is made anew and says what it then reaches.",
        12.5,
        Weight::Regular,
        t.muted,
    );
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        if state.month > 0 && small_button(ui, "Earlier").clicked() {
            state.month -= 1;
        }
        label(ui, first.format("%B %Y").to_string(), 14.0, Weight::Medium, t.text);
        if state.month < 18 && small_button(ui, "Later").clicked() {
            state.month += 1;
        }
    });
    let exam = settings.exam_day();
    Grid::new("calendar").spacing([4.0, 4.0]).min_col_width(58.0).show(ui, |ui| {
        for name in ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] {
            ui.vertical_centered(|ui| label(ui, name, 12.0, Weight::Regular, t.muted));
        }
        ui.end_row();
        let lead = first.weekday().num_days_from_monday() as usize;
        for _ in 0..lead {
            ui.label("");
        }
        let days = first.iter_days().take_while(|day| day.month() == first.month());
        for (index, day) in days.enumerate() {
            day_ui(ui, day, today, exam, settings, t);
            if (lead + index) % 7 == 6 {
                ui.end_row();
            }
        }
    });
}

fn day_ui(ui: &mut Ui, day: NaiveDate, today: NaiveDate, exam: Option<NaiveDate>, settings: &mut Settings, t: Tokens) {
    let text = day.to_string();
    let is_off = settings.days_off.contains(&text);
    let number = day.format("%-d").to_string();
    if day < today {
        ui.vertical_centered(|ui| {
            // As deep as the buttons of the days to come.
            ui.add_space(5.0);
            label(ui, number, 13.0, Weight::Regular, t.faint);
        });
        return;
    }
    let (words, ink, ground) = match (exam == Some(day), is_off) {
        (true, _) => (format!("{number} exam"), t.surface, t.accent),
        (_, true) => (format!("{number} off"), t.hard, t.warn_soft),
        (_, false) => (number, t.text, t.sunken),
    };
    let response = chip_button(ui, &words, ink, ground);
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, is_off, format!("{} off", day.format("%-d %B"))));
    if response.clicked() && exam != Some(day) {
        if is_off {
            settings.days_off.remove(&text);
        } else {
            settings.days_off.insert(text);
        }
    }
}

fn look_ui(ui: &mut Ui, settings: &mut Settings) {
    card_title(ui, "Look", "");
    form_row(ui, "Theme", "", |ui, _| {
        if let Some(theme) =
            choice_row(ui, &[(Theme::System, "As the system"), (Theme::Light, "Light"), (Theme::Dark, "Dark")], settings.theme)
        {
            settings.theme = theme;
        }
    });
    form_row(ui, "Size", "Also Ctrl + and Ctrl −", |ui, id| {
        let mut percent = (settings.zoom * 100.0).round() as u32;
        number(ui, id, &mut percent, 80..=200, "%");
        settings.zoom = if percent == (settings.zoom * 100.0).round() as u32 { settings.zoom } else { percent as f32 / 100.0 };
    });
    form_row(ui, "Reduce motion", "", |ui, id| {
        let response = ui.checkbox(&mut settings.reduce_motion, "").labelled_by(id);
        let on = settings.reduce_motion;
        response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, "Reduce motion"));
    });
}

fn keeping_ui(ui: &mut Ui, view: &View) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    card_title(ui, "Where things are kept", "");
    form_row(ui, "History, settings, backups", "", |ui, _| drop(label_cut(ui, view.data.as_str(), 12.5, Weight::Mono, t.muted)));
    form_row(ui, "Your decks", "Files here are read at once when they change", |ui, _| {
        if small_button(ui, "Choose…").clicked() {
            action = Some(Action::ChooseDeckFolder);
        }
        if small_button(ui, "Read again").clicked() {
            action = Some(Action::Reload);
        }
        label_cut(ui, view.decks.as_str(), 12.5, Weight::Mono, t.muted);
    });
    action = taking_ui(ui).or(action);
    form_row(ui, "Backups", "One a day, made by itself", |ui, _| {
        if small_button(ui, "Back up now").clicked() {
            action = Some(Action::Backup);
        }
    });
    if view.backups.is_empty() {
        label(ui, "None yet: the first is made by itself on the day after your first answers.", 12.5, Weight::Regular, t.muted);
    }
    for backup in view.backups.iter().take(12) {
        ui.horizontal(|ui| {
            label(ui, backup.made.format("%-d %B %Y, %H:%M").to_string(), 13.0, Weight::Regular, t.text);
            label(ui, backup.label.replace('-', " "), 12.5, Weight::Regular, t.muted);
            if small_button(ui, "Restore…").clicked() {
                action = Some(Action::Open(Dialog::Restore(backup.path.clone())));
            }
        });
    }
    action
}

/// What can be taken along, and brought back.
fn taking_ui(ui: &mut Ui) -> Option<Action> {
    use super::export::What;
    let mut action = None;
    let mut buttons = |ui: &mut Ui| {
        for (text, what, hint) in [
            ("Everything…", What::Everything, "One archive that another machine restores exactly"),
            ("Your decks for Anki…", What::OwnDecks, "A package with schedules and answers"),
            ("The history…", What::History, "Every answer, as CSV or JSON Lines"),
        ] {
            if small_button(ui, text).on_hover_text(hint).clicked() {
                action = Some(Action::Open(Dialog::Export(what)));
            }
        }
        if small_button(ui, "Restore an archive…").on_hover_text("An archive of everything, or a backup from elsewhere").clicked() {
            action = Some(Action::ChooseArchive);
        }
    };
    // In a column of its own, so that they begin a new line there and not at the left edge.
    form_row(ui, "Take along", "To another machine or another program", |ui, _| {
        ui.vertical(|ui| ui.horizontal_wrapped(&mut buttons));
    });
    action
}

#[cfg(test)]
mod tests {
    use super::read_date;

    #[test]
    fn dates_are_read_or_refused() {
        assert_eq!(read_date(" 2026-12-12 "), Ok(Some("2026-12-12".to_owned())));
        assert_eq!(read_date(""), Ok(None));
        for bad in ["12.12.2026", "2026-13-01", "tomorrow", "2026-02-30"] {
            assert_eq!(read_date(bad), Err(()), "{bad}");
        }
    }
}
