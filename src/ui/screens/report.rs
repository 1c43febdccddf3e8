//! The report of a mock exam: the score with its error, the domains, every question.

use super::super::action::Action;
use super::super::route::{Dialog, Route};
use super::super::theme::{Tokens, Weight, tokens};
use super::super::widgets::{
    button, card, card_title, chip, choice_row, columns, dialog, figure, label, label_cut, link_button, meter, page_title, primary, rule,
    small_button, still_plot, text_link, whole_number,
};
use super::parts::Answering;
use super::study_face::{case_ui, question_ui};
use super::{cell, page, row_if_seen};
use crate::app::{Collection, Error, ExamReport, ReportItem, Scope};
use crate::model::{Cause, Face, FactId};
use eframe::egui::{Align, Context, Layout, Rect, Role, Sense, Ui, WidgetInfo, vec2};
use egui_plot::{Bar, BarChart, HLine};

/// Which questions are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Filter {
    #[default]
    Missed,
    Flagged,
    Slow,
    All,
}

/// What is chosen.
#[derive(Debug, Default)]
pub(in crate::ui) struct State {
    filter: Filter,
}

/// What the screen shows.
pub(in crate::ui) struct View {
    report: ExamReport,
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
                let figures = 290.0;
                let meter_width = if ui.available_width() > 620.0 { 180.0 } else { 70.0 };
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

fn questions_ui(ui: &mut Ui, view: &View, state: &mut State) -> Option<Action> {
    let t = tokens(ui);
    let items = &view.report.items;
    let wanted = |filter: Filter, item: &ReportItem| match filter {
        Filter::Missed => item.row.missed(),
        Filter::Flagged => item.row.flagged,
        Filter::Slow => item.row.slow,
        Filter::All => true,
    };
    let mut action = None;
    card(ui, |ui| {
        ui.horizontal(|ui| {
            label(ui, "Questions", 15.0, Weight::Semibold, t.text);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let filters = [(Filter::All, "All"), (Filter::Slow, "Slow"), (Filter::Flagged, "Flagged"), (Filter::Missed, "Missed")];
                let names: Vec<(Filter, String)> = (filters.into_iter())
                    .map(|(filter, name)| (filter, format!("{name} {}", items.iter().filter(|item| wanted(filter, item)).count())))
                    .collect();
                let options: Vec<(Filter, &str)> = names.iter().map(|(filter, name)| (*filter, name.as_str())).collect();
                if let Some(filter) = choice_row(ui, &options, state.filter) {
                    state.filter = filter;
                }
            });
        });
        let columns = Columns::of(ui.available_width());
        header_ui(ui, &columns);
        let mut none = true;
        for item in items.iter().filter(|item| wanted(state.filter, item)) {
            none = false;
            rule(ui);
            action = row_if_seen(ui, ROW, |ui| row_ui(ui, item, view.report.id, &columns)).or(action.take());
        }
        if none {
            rule(ui);
            label(ui, "None.", 14.0, Weight::Regular, t.muted);
        }
    });
    action
}

/// Widths of the table's columns.
struct Columns {
    question: f32,
    domain: f32,
}

const ROW: f32 = 34.0;
const NUMBER: f32 = 40.0;
const LETTERS: f32 = 62.0;
const TIME: f32 = 56.0;
const CAUSE: f32 = 118.0;

impl Columns {
    fn of(width: f32) -> Self {
        let room = (width - NUMBER - 2.0 * LETTERS - TIME - CAUSE - 10.0).max(180.0);
        let domain = if room > 420.0 { room * 0.3 } else { 0.0 };
        Self { question: room - domain, domain }
    }
}

fn header_ui(ui: &mut Ui, columns: &Columns) {
    let t = tokens(ui);
    ui.horizontal(|ui| {
        ui.set_height(24.0);
        ui.spacing_mut().item_spacing.x = 0.0;
        for (name, width) in [
            ("#", NUMBER),
            ("Question", columns.question),
            ("Domain", columns.domain),
            ("You", LETTERS),
            ("Key", LETTERS),
            ("Time", TIME),
            ("Why missed", CAUSE),
        ] {
            if width > 0.0 {
                cell(ui, width, false, |ui| drop(label(ui, name, 12.0, Weight::Medium, t.muted)));
            }
        }
    });
}

fn row_ui(ui: &mut Ui, item: &ReportItem, id: FactId, columns: &Columns) -> Option<Action> {
    let t = tokens(ui);
    let row = &item.row;
    let mut action = None;
    ui.horizontal(|ui| {
        ui.set_height(ROW);
        ui.spacing_mut().item_spacing.x = 0.0;
        cell(ui, NUMBER, false, |ui| drop(label(ui, row.number.to_string(), 14.0, Weight::Regular, t.muted)));
        cell(ui, columns.question, false, |ui| {
            let stem = item.stem.lines().next().unwrap_or_default();
            let most = (columns.question / 7.4) as usize;
            let short: String = stem.chars().take(most.saturating_sub(1)).collect();
            let text = if stem.chars().count() > most { format!("{}…", short.trim_end()) } else { stem.to_owned() };
            if text_link(ui, &text, 14.0, Weight::Regular).on_hover_text(stem).clicked() {
                action = Some(Action::Open(Dialog::ExamItem(row.place)));
            }
        });
        if columns.domain > 0.0 {
            cell(ui, columns.domain, false, |ui| drop(label_cut(ui, item.domain.as_str(), 13.0, Weight::Regular, t.muted)));
        }
        let ink = if row.missed() { t.again } else { t.good };
        cell(ui, LETTERS, false, |ui| drop(label_cut(ui, item.given.as_str(), 13.5, Weight::Medium, ink)));
        cell(ui, LETTERS, false, |ui| drop(label_cut(ui, item.key.as_str(), 13.5, Weight::Medium, t.good)));
        let time = if row.slow { t.hard } else { t.text };
        cell(ui, TIME, false, |ui| drop(label(ui, crate::app::time_words(row.taken_millis), 13.5, Weight::Regular, time)));
        cell(ui, CAUSE, false, |ui| {
            if row.missed() {
                let words = row.cause.map_or("say why", Cause::label);
                if link_button(ui, words).clicked() {
                    action = Some(Action::Open(Dialog::ExamItem(row.place)));
                }
            } else if !row.scored {
                label(ui, "did not count", 12.5, Weight::Regular, t.faint);
            }
        });
    });
    action.map(|action| if let Action::Open(_) = action { action } else { Action::Go(Route::Report(id)) })
}

/// One question with its reasons, and the cause of a miss by one key.
#[must_use]
pub(in crate::ui) fn item_dialog(ctx: &Context, view: &View, place: usize) -> Option<Action> {
    let item = view.item(place)?;
    let title = format!("Question {}", item.row.number);
    let (action, close) = dialog(ctx, &title, 760.0, |ui| item_ui(ui, view, item));
    action.or(close.then_some(Action::CloseDialog))
}

fn item_ui(ui: &mut Ui, view: &View, item: &ReportItem) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    facts_ui(ui, item, t);
    if let Some(entry) = &item.entry
        && let Some(Face::Question { case, question, .. }) = entry.card().map(|card| card.face)
    {
        if let Some(case) = case {
            let mut open = 0;
            case_ui(ui, case, &mut open);
        }
        let look = super::super::widgets::Markup { size: 16.0, weight: Weight::Medium, color: t.text };
        super::super::widgets::markup_ui(ui, &question.stem, look);
        ui.add_space(8.0);
        let response = item.response.clone().unwrap_or(crate::model::Response::GaveUp);
        let mut answering = Answering::new(&item.order, entry);
        action = question_ui(ui, entry, question, &item.order, &mut answering, Some(&response));
        for cite in entry.note().map(|note| note.cites.as_slice()).unwrap_or_default() {
            let source = entry.deck.source(&cite.source).map_or("", |source| source.title.as_str());
            label(ui, format!("{source}, {}", cite.pinpoint), 12.0, Weight::Regular, t.muted);
        }
    }
    if !item.note.is_empty() {
        label(ui, format!("Your note: {}", item.note), 13.0, Weight::Regular, t.text);
    }
    if item.row.missed() {
        action = cause_ui(ui, view, item).or(action);
    }
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        if small_button(ui, "Close").clicked() {
            action = Some(Action::CloseDialog);
        }
    });
    action
}

fn facts_ui(ui: &mut Ui, item: &ReportItem, t: Tokens) {
    let row = &item.row;
    let mut facts = vec![item.domain.clone(), crate::app::time_words(row.taken_millis)];
    facts.extend(row.flagged.then(|| "flagged".to_owned()));
    facts.extend(row.confidence.map(|confidence| confidence.label().to_lowercase()));
    facts.extend(row.changed.map(|(from, to)| {
        let word = |right: bool| if right { "right" } else { "wrong" };
        format!("changed from {} to {}", word(from), word(to))
    }));
    facts.extend((!row.scored).then(|| "did not count".to_owned()));
    label(ui, facts.join(" · "), 12.5, Weight::Regular, t.muted);
    ui.add_space(4.0);
}

/// Four causes, by click or by the keys 1 to 4.
fn cause_ui(ui: &mut Ui, view: &View, item: &ReportItem) -> Option<Action> {
    let t = tokens(ui);
    let mut chosen = None;
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        label(ui, "Why was it missed?", 13.0, Weight::Medium, t.text);
        for (index, cause) in Cause::ALL.into_iter().enumerate() {
            let is = item.row.cause == Some(cause);
            let text = format!("{} {}{}", index + 1, cause.label(), if is { " ✓" } else { "" });
            let response = small_button(ui, &text);
            response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is, cause.label()));
            let key = [eframe::egui::Key::Num1, eframe::egui::Key::Num2, eframe::egui::Key::Num3, eframe::egui::Key::Num4];
            let pressed = key.get(index).is_some_and(|key| ui.input_mut(|input| input.consume_key(eframe::egui::Modifiers::NONE, *key)));
            if response.clicked() || pressed {
                chosen = Some((!is).then_some(cause));
            }
        }
    });
    chosen.map(|cause| Action::SetCause(view.report.id, item.row.place, cause))
}
