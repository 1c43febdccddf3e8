//! The report of a mock exam: the score with its error, the domains, every question.

use super::super::action::Action;
use super::super::route::Route;
use super::super::theme::{Weight, tokens};
use super::super::widgets::{
    button, card, card_title, chip, columns, figure, label, label_cut, link_button, meter, page_title, primary, rule, still_plot,
    whole_number,
};
use super::page;
use super::report_list::{State, questions_ui};
use crate::app::{Collection, Error, ExamReport, ReportItem, Scope};
use crate::model::FactId;
use eframe::egui::{Align, Layout, Rect, Role, Sense, Ui, WidgetInfo, vec2};
use egui_plot::{Bar, BarChart, HLine};

/// What the screen shows.
pub(in crate::ui) struct View {
    pub(in crate::ui) report: ExamReport,
    title: String,
    verdict: String,
    score_words: Vec<String>,
    notes: Vec<String>,
}

impl View {
    pub(in crate::ui) fn new(collection: &Collection, id: FactId) -> Result<Self, Error> {
        let report = collection.exam_report(id)?;
        let kind = if report.rules.exam.is_some() { "Mock exam" } else { "Quiz" };
        let mut notes = report.findings();
        notes.extend(report.conditions());
        Ok(Self {
            title: format!("{kind}, {}", report.made.local().format("%-d %B")),
            verdict: report.verdict(),
            score_words: report.score_words(),
            notes,
            report,
        })
    }

    /// The question at a place, for its dialog.
    pub(in crate::ui) fn item(&self, place: usize) -> Option<&ReportItem> {
        self.report.items.iter().find(|item| item.row.place == place)
    }
}

/// Draws the screen.
#[must_use]
pub(in crate::ui) fn ui(ui: &mut Ui, view: &View, state: &mut State) -> Option<Action> {
    page(ui, "exam-report", |ui| {
        let mut action = None;
        let missed = view.report.missed_cards();
        if link_button(ui, &format!("Exams › {}", view.report.rules.title)).clicked() {
            action = Some(view.report.rules.exam.clone().map_or(Action::Go(Route::Exams), |id| Action::Go(Route::ExamStart(id))));
        }
        page_title(ui, &view.title, "", |ui| {
            if !missed.is_empty() && primary(ui, &format!("Study the {} missed", missed.len()), "", None).clicked() {
                action = Some(Action::Study(Scope::Cards(missed.clone())));
            }
            if button(ui, "Save report…", "").clicked() {
                action = Some(Action::SaveReport(view.report.id));
            }
        });
        columns(ui, 0.295, |ui| score_ui(ui, view), |ui| domains_ui(ui, view));
        ui.add_space(16.0);
        if !view.notes.is_empty() {
            notes_ui(ui, view);
            ui.add_space(16.0);
        }
        if view.report.items.len() > 1 {
            times_ui(ui, view);
            ui.add_space(16.0);
        }
        questions_ui(ui, view, state).or(action)
    })
}

fn score_ui(ui: &mut Ui, view: &View) {
    let t = tokens(ui);
    let score = &view.report.report.score;
    card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        label(ui, if score.scale.is_some() { "Scaled score" } else { "Score, per cent" }, 12.5, Weight::Regular, t.muted);
        label(ui, score.shown().to_string(), 44.0, Weight::Semibold, t.text);
        let (word, ink, ground) = match score.passed {
            Some(true) => ("✓ ", t.good, t.good_soft),
            Some(false) => ("× ", t.again, t.bad_soft),
            None => ("", t.muted, t.sunken),
        };
        chip(ui, &format!("{word}{}", view.verdict), ink, ground);
        ui.add_space(6.0);
        scale_ui(ui, view, ink);
        ui.add_space(6.0);
        for line in &view.score_words {
            label(ui, line.as_str(), 12.5, Weight::Regular, t.muted);
        }
    });
}

/// The score on its scale, with the cut.
fn scale_ui(ui: &mut Ui, view: &View, color: eframe::egui::Color32) {
    let t = tokens(ui);
    let score = view.report.report.score;
    let (low, high) = score.scale.map_or((0.0, 100.0), |(min, _, max)| (min, max));
    let at = |value: f64| if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) as f32 } else { 0.0 };
    let width = ui.available_width();
    meter(ui, "Score on its scale", at(score.scaled(score.share)), width, color);
    let (rect, _) = ui.allocate_exact_size(vec2(width, 16.0), Sense::hover());
    let write = |x: f32, text: String, align| {
        ui.painter().text(rect.left_top() + vec2(width * x, 0.0), align, text, super::super::theme::font(12.0, Weight::Regular), t.muted);
    };
    write(0.0, format!("{low:.0}"), eframe::egui::Align2::LEFT_TOP);
    write(1.0, format!("{high:.0}"), eframe::egui::Align2::RIGHT_TOP);
    if let Some(cut) = score.shown_cut() {
        let x = at(f64::from(cut)).clamp(0.16, 0.8);
        write(x, cut.to_string(), eframe::egui::Align2::CENTER_TOP);
        let mark = Rect::from_center_size(rect.left_top() + vec2(width * at(f64::from(cut)), -10.0), vec2(2.0, 12.0));
        ui.painter().rect_filled(mark, 0.0, t.text);
    }
}

fn domains_ui(ui: &mut Ui, view: &View) {
    let t = tokens(ui);
    card(ui, |ui| {
        card_title(ui, "By domain", "correct · 80 % interval · weight · change");
        for (index, (row, change)) in view.report.report.domains.iter().zip(&view.report.changes).enumerate() {
            if index > 0 {
                rule(ui);
            }
            ui.horizontal(|ui| {
                ui.set_height(30.0);
                let figures = 270.0;
                let meter_width = if ui.available_width() > 620.0 { 110.0 } else { 70.0 };
                let width = (ui.available_width() - figures - meter_width - 16.0).max(90.0);
                ui.allocate_ui_with_layout(vec2(width, 30.0), Layout::left_to_right(Align::Center), |ui| {
                    ui.set_min_width(width);
                    label_cut(ui, row.title.as_str(), 14.0, Weight::Regular, t.text);
                });
                let share = if row.of > 0 { (row.right / f64::from(row.of)) as f32 } else { 0.0 };
                let cut = view.report.report.score.cut.unwrap_or(0.0) as f32;
                meter(ui, &format!("Correct in {}", row.title), share, meter_width, if share < cut { t.again } else { t.accent });
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let (words, color) = match change {
                        Some(change) if *change >= 0.5 => (format!("+{change:.0}"), t.good),
                        Some(change) if *change <= -0.5 => (format!("{change:.0}"), t.again),
                        Some(_) => ("0".to_owned(), t.muted),
                        None => ("—".to_owned(), t.faint),
                    };
                    figure(ui, words, 44.0, 14.0, color);
                    figure(ui, row.weight.map_or("—".to_owned(), |weight| format!("{weight:.0}%")), 44.0, 14.0, t.muted);
                    let interval = format!("{:.0}–{:.0}%", row.interval.0 * 100.0, row.interval.1 * 100.0);
                    let (right, interval) = match row.of {
                        0 => ("none asked".to_owned(), String::new()),
                        of => (format!("{} of {of}", trim(row.right)), interval),
                    };
                    figure(ui, interval, 76.0, 13.0, t.muted);
                    figure(ui, right, 76.0, 14.0, if row.of > 0 { t.text } else { t.muted });
                });
            });
        }
    });
}

fn trim(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

fn notes_ui(ui: &mut Ui, view: &View) {
    let t = tokens(ui);
    card(ui, |ui| {
        card_title(ui, "What it tells", "");
        for line in &view.notes {
            label(ui, line.as_str(), 13.5, Weight::Regular, t.text);
        }
    });
}

/// Time on each question against the pace that the clock allows.
fn times_ui(ui: &mut Ui, view: &View) {
    let t = tokens(ui);
    let pace = view.report.report.pace_millis.map(|millis| millis as f64 / 1000.0);
    let right = pace.map(|pace| format!("the line is the pace, {}", crate::app::time_words((pace * 1000.0) as i64))).unwrap_or_default();
    card(ui, |ui| {
        card_title(ui, "Time by question, seconds", &right);
        let bar = |item: &ReportItem| {
            let color = if item.row.missed() { t.again } else { t.accent };
            let seconds = item.row.taken_millis as f64 / 1000.0;
            Bar::new(item.row.number as f64, seconds).width(0.7).fill(color).stroke(eframe::egui::Stroke::NONE)
        };
        let bars: Vec<Bar> = view.report.items.iter().map(bar).collect();
        let response = still_plot("exam-times", 110.0)
            .include_y(0.0)
            .include_y(pace.unwrap_or(10.0) * 1.2)
            .x_axis_formatter(|mark, _| whole_number(mark.value))
            .show(ui, |plot| {
                plot.bar_chart(BarChart::new("seconds", bars));
                if let Some(pace) = pace {
                    plot.hline(HLine::new("pace", pace).color(t.hard).width(1.5));
                }
            })
            .response;
        let slow = view.report.items.iter().filter(|item| item.row.slow).count();
        let spoken = format!("Time on each of {} questions; {slow} took far longer than the pace", view.report.items.len());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, spoken.clone()));
        ui.horizontal(|ui| {
            label(ui, "■ right", 12.0, Weight::Regular, t.accent);
            label(ui, "■ missed", 12.0, Weight::Regular, t.again);
        });
    });
}
