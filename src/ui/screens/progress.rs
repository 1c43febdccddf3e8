//! Progress: what was done, what is remembered, what comes.

use super::super::action::Action;
use super::super::route::Route;
use super::super::theme::{Weight, font, tokens};
use super::super::widgets::{
    button, calibration_ui, card, card_title, choice_row, columns, figure, heatmap_ui, label, label_cut, meter, page_title, rule,
    still_plot,
};
use super::{grouped, page, percent};
use crate::app::{Against, Collection, Error, ProgressView};
use crate::engine::plan::CalibrationBin;
use crate::model::StudyDay;
use eframe::egui::{Align, Layout, Ui, vec2};
use egui_plot::{Bar, BarChart};

/// What the screen shows.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::ui) struct View {
    pub(in crate::ui) days_back: u32,
    pub(in crate::ui) today: StudyDay,
    pub(in crate::ui) year: std::collections::BTreeMap<StudyDay, u32>,
    pub(in crate::ui) period: ProgressView,
    pub(in crate::ui) headline: String,
    /// What comes on each of the next days, and what it counts.
    pub(in crate::ui) coming: Vec<u32>,
    pub(in crate::ui) coming_unit: &'static str,
    pub(in crate::ui) is_empty: bool,
    pub(in crate::ui) honest: HonestView,
}

/// Whether what was predicted came.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::ui) struct HonestView {
    pub(in crate::ui) bins: Vec<CalibrationBin>,
    /// "off by 1.4 points on average", or why nothing is said.
    pub(in crate::ui) words: String,
    /// Of each mock exam: what was told and what came, and whether the interval held.
    pub(in crate::ui) mocks: Vec<(String, bool)>,
    /// What the memory model was fitted to.
    pub(in crate::ui) fit: String,
}

impl HonestView {
    fn new(collection: &Collection) -> Result<Self, Error> {
        let bins = collection.calibration().to_vec();
        let mock = |Against { day, share, told: (low, high) }: Against| {
            let held = (low..=high).contains(&share);
            let percent = |share: f64| format!("{:.0}", share * 100.0);
            let sign = if held { "✓" } else { "×" };
            let words =
                format!("{sign} {}: told {}–{} %, came {} %", day.date().format("%-d %b"), percent(low), percent(high), percent(share));
            (words, held)
        };
        Ok(Self {
            words: calibration_words(&bins),
            bins,
            mocks: collection.forecast_against_mocks()?.into_iter().take(6).map(mock).collect(),
            fit: fit_words(collection),
        })
    }
}

/// Minutes of each day where an exam is planned for, as nothing piles up then; else the reviews that are due.
fn coming(collection: &Collection, period: &ProgressView) -> (Vec<u32>, &'static str) {
    let today = collection.today();
    let minutes = |exam: StudyDay| {
        let days = (0..30).map(|ahead| today.plus_days(ahead));
        days.map(|day| if day < exam { collection.minutes_on(day.date()) } else { 0 }).collect()
    };
    match collection.planned_exam_day() {
        Some(exam) => (minutes(exam), "minutes planned"),
        None => (period.forecast.clone(), "reviews due"),
    }
}

fn calibration_words(bins: &[CalibrationBin]) -> String {
    let count: usize = bins.iter().map(|bin| bin.count).sum();
    if count == 0 {
        return "After about 200 reviews of cards from an earlier day, predicted and actual recall are shown here.".to_owned();
    }
    let off: f32 = bins.iter().map(|bin| (bin.predicted - bin.actual).abs() * bin.count as f32).sum::<f32>() / count as f32;
    format!("off by {:.1} points on average, over your newest {} reviews, which the model had not seen", off * 100.0, grouped(count as u64))
}

fn fit_words(collection: &Collection) -> String {
    let Some(evidence) = collection.fit().and_then(|fit| fit.evidence) else { return String::new() };
    let reviews = grouped(evidence.reviews as u64);
    match (evidence.kept, evidence.held_back) {
        (true, 0) => format!("The memory model begins to follow you: {reviews} reviews so far."),
        (true, held) => format!(
            "The memory model is fitted to your {reviews} reviews: log loss {:.3} on the newest {} held back, down from {:.3} with the defaults.",
            evidence.after,
            grouped(held as u64),
            evidence.before
        ),
        (false, _) => format!(
            "A fit to your {reviews} reviews would predict no better than the published defaults (log loss {:.3}, defaults {:.3}), so the defaults stay.",
            evidence.after, evidence.before
        ),
    }
}

impl View {
    pub(in crate::ui) fn new(collection: &Collection, days_back: u32) -> Result<Self, Error> {
        let year = collection.progress(371)?;
        let period = collection.progress(days_back)?;
        let days = year.days.len();
        let headline = format!(
            "{} in {} · {}-day streak",
            grouped(u64::from(year.totals.reviews)),
            if days == 1 { "1 day".to_owned() } else { format!("{days} days") },
            year.streak
        );
        let honest = HonestView::new(collection)?;
        let (coming, coming_unit) = coming(collection, &period);
        Ok(Self {
            honest,
            coming,
            coming_unit,
            days_back,
            today: collection.today(),
            is_empty: year.totals.reviews == 0,
            year: year.days,
            period,
            headline,
        })
    }
}

/// Which period is shown.
#[derive(Debug)]
pub(in crate::ui) struct State {
    pub(in crate::ui) days_back: u32,
}

impl Default for State {
    fn default() -> Self {
        Self { days_back: 30 }
    }
}

/// Draws the screen.
#[must_use]
pub(in crate::ui) fn ui(ui: &mut Ui, view: &View, state: &mut State) -> Option<Action> {
    page(ui, "progress", |ui| {
        let mut action = None;
        page_title(ui, "Progress", "", |ui| {
            if let Some(days) = choice_row(ui, &[(371, "1 year"), (90, "90 days"), (30, "30 days")], view.days_back) {
                state.days_back = days;
            }
        });
        if view.is_empty {
            action = empty_ui(ui);
            ui.add_space(16.0);
        }
        columns(
            ui,
            0.661,
            |ui| {
                card(ui, |ui| {
                    card_title(ui, "Reviews", &view.headline);
                    heatmap_ui(ui, &view.year, view.today);
                });
                ui.add_space(16.0);
                recall_ui(ui, view);
            },
            |ui| {
                honest_ui(ui, &view.honest);
                ui.add_space(16.0);
                standing_ui(ui, view);
                ui.add_space(16.0);
                forecast_ui(ui, view);
            },
        );
        action
    })
}

fn empty_ui(ui: &mut Ui) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    card(ui, |ui| {
        label(ui, "Nothing to show yet", 15.0, Weight::Semibold, t.text);
        label(ui, "After your first cards this page shows how much you remember and what is coming.", 14.0, Weight::Regular, t.muted);
        ui.add_space(6.0);
        if button(ui, "Go to Today", "").clicked() {
            action = Some(Action::Go(Route::Today));
        }
    });
    action
}

fn recall_ui(ui: &mut Ui, view: &View) {
    let t = tokens(ui);
    card(ui, |ui| {
        card_title(ui, "Recall by deck", "known cards remembered · answers");
        if view.period.decks.is_empty() {
            label(ui, "No answers in this period.", 14.0, Weight::Regular, t.muted);
        }
        for (index, (title, totals)) in view.period.decks.iter().enumerate() {
            if index > 0 {
                rule(ui);
            }
            ui.horizontal(|ui| {
                ui.set_height(30.0);
                let width = (ui.available_width() - 330.0).max(100.0);
                ui.allocate_ui_with_layout(vec2(width, 30.0), Layout::left_to_right(Align::Center), |ui| {
                    ui.set_min_width(width);
                    label_cut(ui, title.as_str(), 14.0, Weight::Regular, t.text);
                });
                meter(ui, &format!("Recall of {title}"), totals.recall().unwrap_or(0.0), 150.0, t.accent);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    for (text, color) in [(grouped(u64::from(totals.reviews)), t.muted), (percent(totals.recall()), t.text)] {
                        figure(ui, text, 64.0, 14.0, color);
                    }
                });
            });
        }
        let totals = view.period.totals;
        ui.add_space(6.0);
        let words = format!(
            "{} min of study, {} new cards. A card counts here once it is reviewed a day or more after it was learned.",
            totals.minutes(),
            totals.new_cards
        );
        label(ui, words, 12.5, Weight::Regular, t.muted);
    });
}

fn honest_ui(ui: &mut Ui, view: &HonestView) {
    let t = tokens(ui);
    card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        label(ui, "Is the forecast honest?", 15.0, Weight::Semibold, t.text);
        label(ui, "predicted and actual recall", 12.5, Weight::Regular, t.muted);
        if !view.bins.is_empty() {
            ui.add_space(4.0);
            calibration_ui(ui, &view.bins, 130.0);
        }
        ui.add_space(4.0);
        label(ui, view.words.as_str(), 12.5, Weight::Regular, t.muted);
        if !view.mocks.is_empty() {
            ui.add_space(8.0);
            label(ui, "Mock exams against the forecast before them", 13.0, Weight::Medium, t.text);
            for (words, held) in &view.mocks {
                label(ui, words.as_str(), 13.0, Weight::Regular, if *held { t.good } else { t.again });
            }
        }
        if !view.fit.is_empty() {
            ui.add_space(8.0);
            label(ui, view.fit.as_str(), 12.5, Weight::Regular, t.muted);
        }
    });
}

fn standing_ui(ui: &mut Ui, view: &View) {
    let t = tokens(ui);
    let [new, learning, young, mature, suspended] = view.period.standing;
    let total = (new + learning + young + mature + suspended).max(1);
    card(ui, |ui| {
        card_title(ui, "Where your cards stand", "");
        for (name, count, color) in [
            ("New", new, t.easy),
            ("Learning", learning, t.again),
            ("Young, under 21 days", young, t.hard),
            ("Mature", mature, t.good),
            ("Suspended", suspended, t.faint),
        ] {
            ui.horizontal(|ui| {
                ui.set_height(22.0);
                ui.allocate_ui_with_layout(vec2(140.0, 20.0), Layout::left_to_right(Align::Center), |ui| {
                    ui.set_min_width(140.0);
                    label(ui, name, 13.5, Weight::Regular, t.text);
                });
                let width = (ui.available_width() - 60.0).max(40.0);
                meter(ui, name, count as f32 / total as f32, width, color);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| label(ui, grouped(count as u64), 13.5, Weight::Regular, t.muted));
            });
        }
    });
}

fn forecast_ui(ui: &mut Ui, view: &View) {
    let t = tokens(ui);
    card(ui, |ui| {
        card_title(ui, "Coming up", &format!("{}, 30 days", view.coming_unit));
        let bars: Vec<Bar> = (view.coming.iter().enumerate())
            .map(|(day, count)| {
                let color = if day == 0 { t.accent } else { t.accent.gamma_multiply(0.45) };
                Bar::new(day as f64, f64::from(*count)).width(0.8).fill(color).stroke(eframe::egui::Stroke::NONE)
            })
            .collect();
        let today = view.today;
        let busiest = view.coming.iter().copied().max().unwrap_or(0);
        let response = still_plot("forecast", 150.0)
            .include_y(0.0)
            .include_y(f64::from(busiest.max(5)))
            .x_axis_formatter(move |mark, _| today.plus_days(mark.value as i32).date().format("%-d %b").to_string())
            .show(ui, |plot| plot.bar_chart(BarChart::new(view.coming_unit, bars)))
            .response;
        let total: u32 = view.coming.iter().sum();
        let spoken = format!("{} in the next 30 days: {total} in all, {busiest} on the busiest day", view.coming_unit);
        response.widget_info(|| eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Image, true, spoken.clone()));
        ui.label(
            eframe::egui::RichText::new(format!("{} {} in all, {busiest} on the busiest day", grouped(u64::from(total)), view.coming_unit))
                .font(font(12.5, Weight::Regular))
                .color(t.muted),
        );
    });
}
