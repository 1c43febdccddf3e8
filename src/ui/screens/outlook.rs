//! The outlook on the exam, on Today: the chance of passing and its history, what would change it, the domains.

use super::super::action::Action;
use super::super::theme::{Tokens, Weight, tokens};
use super::super::widgets::{button, card, card_title, chance_chart_ui, chip, figure, label, label_cut, meter, rule, small_button};
use super::{percent, plural};
use crate::app::{Advice, Collection, Error, Outlook, Scope, SittingPlan, Withheld};
use crate::model::Told;
use chrono::NaiveDate;
use eframe::egui::{Align, Color32, Layout, RichText, Ui, vec2};

/// What is said of the exam.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::ui) struct OutlookView {
    /// "71 %", and its interval in words; none while nothing is said.
    pub(in crate::ui) chance: Option<(String, String)>,
    /// Why nothing is said, or what the figure rests on.
    pub(in crate::ui) basis: String,
    /// "on track", and whether that is good.
    pub(in crate::ui) state: Option<(&'static str, bool)>,
    /// What is best done about the date.
    pub(in crate::ui) advice: String,
    /// What would change it.
    pub(in crate::ui) levers: Vec<String>,
    /// What was told, by day.
    pub(in crate::ui) told: Vec<Told>,
    pub(in crate::ui) domains: Vec<DomainView>,
    /// A quiz to find out what is known already.
    pub(in crate::ui) pre_test: Option<SittingPlan>,
    /// Whether the exam has domains to tell of.
    pub(in crate::ui) has_blueprint: bool,
}

/// A domain of the exam.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::ui) struct DomainView {
    pub(in crate::ui) title: String,
    pub(in crate::ui) weight: String,
    /// Expected on the day, 0 to 1; none while nothing is said.
    pub(in crate::ui) expected: Option<f32>,
    pub(in crate::ui) cards: usize,
    pub(in crate::ui) search: String,
}

/// "71 %"; what is nearly certain is not said to be certain.
fn chance_words(chance: f64) -> String {
    match chance * 100.0 {
        ..1.0 => "under 1 %".to_owned(),
        99.0.. => "over 99 %".to_owned(),
        percent => format!("{percent:.0} %"),
    }
}

fn points(share: f64) -> String {
    format!("{:.0}", (share * 100.0).clamp(0.0, 100.0))
}

impl OutlookView {
    /// None where no exam is planned for, or its plan is not made yet.
    pub(in crate::ui) fn new(collection: &Collection) -> Result<Option<Self>, Error> {
        let Some(outlook) = collection.outlook() else { return Ok(None) };
        let is_said = outlook.withheld.is_none();
        let chance = outlook.forecast.chance.filter(|_| is_said);
        let (low, high) = outlook.forecast.chance_interval;
        Ok(Some(Self {
            chance: chance.map(|chance| {
                (chance_words(chance), format!("80 % interval {}–{} %", points(low.clamp(0.01, 0.99)), points(high.clamp(0.01, 0.99))))
            }),
            basis: basis(outlook),
            state: outlook.advice.filter(|_| chance.is_some()).map(state),
            advice: chance.and(outlook.advice).map(|advice| advice_words(advice, collection)).unwrap_or_default(),
            levers: if is_said { levers(outlook, collection) } else { reach(outlook).into_iter().collect() },
            told: collection.told()?,
            domains: outlook
                .domains
                .iter()
                .map(|domain| DomainView {
                    title: domain.title.clone(),
                    weight: format!("{}%", points(domain.weight)),
                    expected: is_said.then_some(domain.expected as f32),
                    cards: domain.cards,
                    search: domain.search.clone(),
                })
                .collect(),
            has_blueprint: outlook.withheld != Some(Withheld::NoBlueprint),
            pre_test: if outlook.is_fresh { collection.pre_test() } else { None },
        }))
    }
}

/// Why nothing is said yet, or what the figure rests on.
fn basis(outlook: &Outlook) -> String {
    match outlook.withheld {
        Some(Withheld::NoBlueprint) => "Choose an exam of the list to be told the chance of passing; the plan works without.".to_owned(),
        Some(Withheld::Cards(left)) => {
            format!("The chance of passing is not told yet: answer {} first.", plural(left, "more card"))
        }
        Some(Withheld::Later(left)) => {
            format!("The chance of passing is not told yet: {} of cards from an earlier day are still needed.", plural(left, "answer"))
        }
        None if outlook.cut.is_none() => {
            let (low, high) = outlook.forecast.share_interval;
            format!(
                "The issuer does not say what passes. Expected right: {} %, 80 % interval {}–{} %.",
                points(outlook.forecast.share),
                points(low),
                points(high)
            )
        }
        None => {
            let (low, high) = outlook.forecast.share_interval;
            let rests = match outlook.mocks {
                0 => "no mock exam yet, so how questions go for you is a guess".to_owned(),
                count => format!("with {}", plural(count as usize, "mock exam")),
            };
            let needed = outlook.cut.map(|cut| format!(", {} % needed", points(cut))).unwrap_or_default();
            format!("{}–{} % of the questions expected right{needed}; {rests}.", points(low), points(high))
        }
    }
}

fn state(advice: Advice) -> (&'static str, bool) {
    match advice {
        Advice::Ready => ("ready", true),
        Advice::OnTrack => ("on track", true),
        Advice::Wait(..) => ("not yet", false),
        Advice::Move(..) => ("out of reach by then", false),
    }
}

fn advice_words(advice: Advice, collection: &Collection) -> String {
    let later = |days: i32| -> String {
        let date: Option<NaiveDate> =
            collection.settings().exam_day().and_then(|day| day.checked_add_days(chrono::Days::new(u64::from(days.unsigned_abs()))));
        date.map(|date| date.format("%-d %B").to_string()).unwrap_or_default()
    };
    match advice {
        Advice::Ready => "You would likely pass already: book now, or take an earlier date.".to_owned(),
        Advice::OnTrack => "Keep the date and the plan.".to_owned(),
        Advice::Wait(days, chance) => {
            format!(
                "Wait {} if you can: on {} the chance is {}.",
                plural(days.unsigned_abs() as usize, "day"),
                later(days),
                chance_words(chance)
            )
        }
        Advice::Move(days, chance) => {
            format!("Move the date, or give it more time: even on {} the chance is {}.", later(days), chance_words(chance))
        }
    }
}

/// What will not be met by then.
fn reach(outlook: &Outlook) -> Option<String> {
    let (cards, unmet) = outlook.cards;
    (unmet * 50 > cards).then(|| format!("About {unmet} of {cards} cards cannot be met by then in the time there is."))
}

fn levers(outlook: &Outlook, collection: &Collection) -> Vec<String> {
    let mut levers: Vec<String> = reach(outlook).into_iter().collect();
    if let (Some(chance), Some((minutes, more))) = (outlook.forecast.chance, outlook.with_more)
        && more >= chance + 0.015
    {
        levers.push(format!("{minutes} minutes more a day: {} → {}", chance_words(chance), chance_words(more)));
    }
    if outlook.mock_narrows >= 0.1 && collection.target_exam().is_some() {
        levers.push(format!("A mock exam would narrow this by {}", part_words(outlook.mock_narrows)));
    }
    let most = outlook.domains.iter().max_by(|a, b| a.worth.total_cmp(&b.worth));
    if let Some(domain) = most.filter(|domain| domain.worth >= 0.005) {
        let points = domain.worth * 100.0;
        let points = if points < 2.0 { format!("{points:.1}") } else { format!("{points:.0}") };
        levers.push(format!("{} is worth {points} points in a hundred", domain.title));
    }
    if outlook.uncovered >= 0.02 {
        levers.push(format!("{} % of the exam is in none of your decks", points(outlook.uncovered)));
    }
    levers
}

/// "a third".
fn part_words(share: f64) -> &'static str {
    match share {
        ..0.18 => "a seventh",
        0.18..0.29 => "a quarter",
        0.29..0.42 => "a third",
        0.42..0.58 => "half",
        0.58..0.71 => "two thirds",
        _ => "three quarters",
    }
}

/// What is known of the exam, and the chance of passing it.
pub(super) fn exam_ui(ui: &mut Ui, (title, facts, remark): (&str, &str, &str), view: &OutlookView) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        ui.horizontal(|ui| {
            if let Some((words, good)) = view.state {
                ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
                    let (ink, ground) = if good { (t.accent, t.accent_soft) } else { (t.hard, t.warn_soft) };
                    chip(ui, words, ink, ground);
                    ui.with_layout(Layout::top_down(Align::Min), |ui| head_ui(ui, title, facts, t));
                });
            } else {
                ui.vertical(|ui| head_ui(ui, title, facts, t));
            }
        });
        ui.add_space(10.0);
        if let Some((chance, interval)) = &view.chance {
            chance_ui(ui, chance, interval, view, t);
            ui.add_space(8.0);
        }
        label(ui, view.basis.as_str(), 12.5, Weight::Regular, t.muted);
        if !view.advice.is_empty() {
            ui.add_space(4.0);
            label(ui, view.advice.as_str(), 14.0, Weight::Medium, t.text);
        }
        if !view.levers.is_empty() {
            ui.add_space(4.0);
            for lever in &view.levers {
                label(ui, format!("• {lever}"), 13.0, Weight::Regular, t.text);
            }
        }
        if !remark.is_empty() {
            ui.add_space(6.0);
            label(ui, remark, 12.5, Weight::Regular, t.muted);
        }
        if let Some(plan) = &view.pre_test {
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                if button(ui, "Find out what you know", "").on_hover_text("20 questions; what you know already then comes later").clicked()
                {
                    action = Some(Action::BeginExam(plan.clone()));
                }
                label(ui, "20 questions, about a quarter of an hour", 12.5, Weight::Regular, t.muted);
            });
        }
    });
    action
}

fn head_ui(ui: &mut Ui, title: &str, facts: &str, t: Tokens) {
    ui.spacing_mut().item_spacing.y = 3.0;
    label(ui, title, 15.0, Weight::Semibold, t.text);
    label(ui, facts, 12.5, Weight::Regular, t.muted);
}

/// The one number, and how it came about.
fn chance_ui(ui: &mut Ui, chance: &str, interval: &str, view: &OutlookView, t: Tokens) {
    ui.horizontal(|ui| {
        ui.vertical(|ui| {
            ui.set_width(150.0);
            ui.spacing_mut().item_spacing.y = 0.0;
            label(ui, "Chance of passing", 12.5, Weight::Regular, t.muted);
            number_ui(ui, chance, t.text);
            label(ui, interval, 12.5, Weight::Regular, t.muted);
        });
        if view.told.len() >= 2 {
            let width = ui.available_width().min(420.0);
            chance_chart_ui(ui, &view.told, width, 84.0);
        }
    });
}

/// "71 %" with a large number and a small sign; "over 99 %" in one size.
fn number_ui(ui: &mut Ui, chance: &str, color: Color32) {
    let words = |text: &str, size: f32| RichText::new(text).font(super::super::theme::font(size, Weight::Semibold)).color(color);
    let Some((number, "%")) = chance.split_once(' ') else {
        ui.label(words(chance, 26.0));
        return;
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 3.0;
        let response = ui.label(words(number, 44.0));
        response.widget_info(|| eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Label, true, format!("Chance of passing: {chance}")));
        ui.with_layout(Layout::bottom_up(Align::Min), |ui| {
            ui.add_space(7.0);
            ui.label(words("%", 24.0));
        });
    });
}

/// The domains with what is expected on the day.
pub(super) fn domains_ui(ui: &mut Ui, view: &OutlookView) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    card(ui, |ui| {
        card_title(ui, "By exam domain", "expected right on exam day · weight");
        for (index, row) in view.domains.iter().enumerate() {
            if index > 0 {
                rule(ui);
            }
            ui.horizontal(|ui| {
                ui.set_height(40.0);
                action = domain_ui(ui, row, t).or(action.take());
            });
        }
    });
    action
}

fn domain_ui(ui: &mut Ui, row: &DomainView, t: Tokens) -> Option<Action> {
    let mut action = None;
    let (study, figures, gap) = (64.0, 110.0, 12.0);
    let room = ui.available_width() - study - figures;
    let meter_width = (room * 0.45).clamp(80.0, 240.0);
    let title_width = room - meter_width - gap - 22.0;
    ui.add_space(6.0);
    ui.allocate_ui_with_layout(vec2(title_width, 40.0), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_width(title_width);
        label_cut(ui, row.title.as_str(), 14.0, Weight::Regular, t.text);
    });
    let share = row.expected.unwrap_or(0.0);
    let color = if share < 0.65 { t.hard } else { t.accent };
    meter(ui, &format!("Expected right on exam day, {}", row.title), share, meter_width, color);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if row.cards > 0 {
            if small_button(ui, "Study").on_hover_text(format!("Study {}", row.title)).clicked() {
                action = Some(Action::Study(Scope::Search(row.search.clone())));
            }
        } else {
            label(ui, "no cards", 12.5, Weight::Regular, t.muted);
        }
        ui.add_space(4.0);
        figure(ui, row.weight.as_str(), 50.0, 14.0, t.muted);
        figure(ui, percent(row.expected), 48.0, 14.0, t.text);
    });
    action
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_said_to_be_certain() {
        for (chance, words) in [(0.714, "71 %"), (0.0, "under 1 %"), (0.999, "over 99 %"), (0.995, "over 99 %"), (0.0101, "1 %")] {
            assert_eq!(chance_words(chance), words);
        }
        assert_eq!((part_words(0.5), part_words(0.33)), ("half", "a third"));
    }
}
