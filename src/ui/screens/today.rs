//! Today: what to do now and how long it takes, and what comes.

use super::super::action::Action;
use super::super::command::Command;
use super::super::theme::{Weight, tokens};
use super::super::widgets::{
    bars_ui, button, card, card_title, columns, figure, has_columns, label, label_cut, meter, page_title, primary, rule, small_button,
};
use super::exams::attempts_ui;
use super::outlook::{OutlookView, domains_ui, exam_ui};
use super::{page, percent};
use crate::app::{AttemptRow, Collection, DeckRow, Error, Plan, Scope, Target};
use crate::engine::plan::MOST_DAYS;
use crate::model::Scoring;
use crate::ui::route::Route;
use chrono::Timelike as _;
use eframe::egui::{Align, Layout, Ui};

/// What the screen shows, worded and rounded.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::ui) struct View {
    pub(in crate::ui) greeting: &'static str,
    pub(in crate::ui) subtitle: String,
    pub(in crate::ui) loading: bool,
    pub(in crate::ui) target: String,
    pub(in crate::ui) target_facts: String,
    pub(in crate::ui) target_remark: String,
    pub(in crate::ui) plan: Plan,
    pub(in crate::ui) plan_words: String,
    pub(in crate::ui) decks: Vec<DeckRow>,
    pub(in crate::ui) days: Vec<(String, f32, String)>,
    pub(in crate::ui) done_words: String,
    pub(in crate::ui) has_session: bool,
    pub(in crate::ui) attempts: Vec<AttemptRow>,
    /// The exam's outlook, where one is planned for.
    pub(in crate::ui) outlook: Option<OutlookView>,
    /// What the bars of the next days count.
    pub(in crate::ui) days_unit: &'static str,
    pub(in crate::ui) is_planned: bool,
}

impl View {
    /// Everything the screen needs to know.
    pub(in crate::ui) fn new(collection: &Collection) -> Result<Self, Error> {
        let now = collection.now().local();
        let plan = collection.plan()?;
        let is_planned = collection.planned_exam_day().is_some();
        let greeting = match now.hour() {
            4..12 => "Good morning",
            12..18 => "Good afternoon",
            _ => "Good evening",
        };
        let mut subtitle = collection.date().format("%A %-d %B").to_string();
        if let Some(words) = days_to_exam(collection) {
            subtitle.push_str(&format!(" · {words}"));
        }
        let (target, target_facts, target_remark) = target_words(collection);
        let of_target = collection.target_decks();
        let mut decks: Vec<DeckRow> = collection.deck_rows().into_iter().filter(|row| !row.hidden).collect();
        decks.sort_by_key(|row| !of_target.contains(&row.id));
        Ok(Self {
            greeting,
            subtitle,
            loading: !collection.is_loaded() || collection.is_planning(),
            target,
            target_facts,
            target_remark,
            plan_words: plan_words(collection, &plan),
            done_words: done_words(&plan),
            days: if is_planned { planned_days(collection) } else { due_days(collection)? },
            days_unit: if is_planned { "minutes a day" } else { "reviews due" },
            is_planned,
            outlook: OutlookView::new(collection)?,
            plan,
            decks,
            has_session: collection.shown().is_some(),
            attempts: collection.attempts()?.into_iter().filter(|attempt| attempt.exam.is_some()).take(3).collect(),
        })
    }

    /// Whether there is something to study now.
    pub(in crate::ui) fn can_start(&self) -> bool {
        !self.loading && self.plan.reviews + self.plan.new_cards > 0
    }
}

/// "20 days to your exam".
fn days_to_exam(collection: &Collection) -> Option<String> {
    let days = (collection.settings().exam_day()? - collection.date()).num_days();
    Some(match days {
        ..0 => "your exam date has passed".to_owned(),
        0 => "your exam is today".to_owned(),
        1 => "1 day to your exam".to_owned(),
        _ => format!("{days} days to your exam"),
    })
}

fn target_words(collection: &Collection) -> (String, String, String) {
    let date = collection.settings().exam_day().map(|day| day.format("%-d %B %Y").to_string());
    let mut facts: Vec<String> = date.into_iter().collect();
    let title = match (&collection.settings().target, collection.target_exam()) {
        (_, Some(exam)) => {
            facts.push(if exam.questions.0 == exam.questions.1 {
                format!("{} questions", exam.questions.0)
            } else {
                format!("{}–{} questions", exam.questions.0, exam.questions.1)
            });
            facts.push(format!("{} min", exam.minutes));
            match exam.scoring {
                Scoring::Scaled { max, pass, .. } => facts.push(format!("pass at {pass} of {max}")),
                Scoring::Percent { pass } => facts.push(format!("pass at {pass} %")),
                Scoring::Unpublished => {}
            }
            return (exam.title.clone(), facts.join(" · "), exam.remarks.clone());
        }
        (Target::Other(words), None) => words.clone(),
        (Target::Exam(_) | Target::Nothing, None) => String::new(),
    };
    (title, facts.join(" · "), String::new())
}

fn plan_words(collection: &Collection, plan: &Plan) -> String {
    let minutes = collection.minutes_on(collection.date());
    if let Some(words) = exam_plan_words(collection, plan, minutes) {
        return words;
    }
    match (plan.reviews + plan.new_cards, plan.left_out) {
        (0, 0) if plan.done > 0 => "Today's plan is done.".to_owned(),
        (0, 0) => "Nothing is due.".to_owned(),
        (0, _) => format!("Your {minutes} minutes are done. More is due when you like."),
        (_, 0) if collection.target_exam().is_some() => {
            format!("All that is due, and new cards, those of your exam first, in {minutes} minutes a day.")
        }
        (_, 0) => format!("All that is due, and new cards, in {minutes} minutes a day."),
        (_, left) => format!("What fits into {minutes} minutes; {left} due reviews wait, the longest due come first."),
    }
}

/// What the plan to the exam says of today; none where cards come by desired retention.
fn exam_plan_words(collection: &Collection, plan: &Plan, minutes: u32) -> Option<String> {
    let left = plan.reviews + plan.new_cards;
    if collection.planned_exam_day().is_some() {
        return Some(match (minutes, left) {
            (0, _) => "A day off: nothing is asked of you. The days to come were planned anew.".to_owned(),
            (_, 0) if plan.done > 0 => "Today's plan is done. More is always possible, and counts.".to_owned(),
            (_, 0) => "Every card of the exam was met today.".to_owned(),
            _ => format!("Chosen to raise your expected exam score the most in {minutes} minutes{}.", today_adds(collection)),
        });
    }
    let days = (collection.settings().exam_day()? - collection.date()).num_days();
    match days {
        _ if days > i64::from(MOST_DAYS) && left > 0 => {
            Some(format!("The plan to your exam begins {MOST_DAYS} days before it. Until then cards come when they are due."))
        }
        0 => Some("Your exam is today: good luck. Nothing has to be studied now; what is due is here if you like.".to_owned()),
        ..0 if left > 0 => Some("Your exam is over. Cards come when they are due, so that what you learned stays.".to_owned()),
        _ => None,
    }
}

/// ": about 0.8 points today".
fn today_adds(collection: &Collection) -> String {
    let points = collection.outlook().filter(|outlook| outlook.withheld.is_none()).map_or(0.0, |outlook| outlook.today_adds * 100.0);
    if points >= 0.05 { format!(", about {points:.1} points in a hundred") } else { String::new() }
}

/// Minutes of the next days, as they are planned.
fn planned_days(collection: &Collection) -> Vec<(String, f32, String)> {
    let today = collection.today();
    let exam = collection.planned_exam_day();
    (0..14)
        .map(|ahead| {
            let day = today.plus_days(ahead);
            let date = day.date();
            let minutes = if exam.is_some_and(|exam| day < exam) { collection.minutes_on(date) } else { 0 };
            let words = match exam {
                Some(exam) if day == exam => format!("{}: the exam", date.format("%-d %B")),
                _ => format!("{}: {minutes} min", date.format("%-d %B")),
            };
            (date.format("%-d").to_string(), minutes as f32, words)
        })
        .collect()
}

fn done_words(plan: &Plan) -> String {
    match plan.done {
        0 => String::new(),
        1 => "1 answer today".to_owned(),
        done => format!("{done} answers today in {} min", plan.minutes_done),
    }
}

fn due_days(collection: &Collection) -> Result<Vec<(String, f32, String)>, Error> {
    let forecast = collection.progress(1)?.forecast;
    let today = collection.today();
    let day = |(index, count): (usize, &u32)| {
        let date = today.plus_days(index as i32).date();
        (date.format("%-d").to_string(), *count as f32, format!("{}: {count} due", date.format("%-d %B")))
    };
    Ok(forecast.iter().take(14).enumerate().map(day).collect())
}

/// Draws the screen.
#[must_use]
pub(in crate::ui) fn ui(ui: &mut Ui, view: &View) -> Option<Action> {
    page(ui, "today", |ui| {
        let mut action = None;
        page_title(ui, view.greeting, &view.subtitle, |ui| {
            if button(ui, "Change target", "").clicked() {
                action = Some(Action::Go(Route::Settings));
            }
        });
        let (mut from_decks, mut from_exams, mut from_outlook) = (None, None, None);
        let mut from_plan = None;
        // Where there is one column, what to do now still comes first.
        let beside = has_columns(ui);
        if !beside {
            from_plan = plan_ui(ui, view);
            ui.add_space(16.0);
        }
        columns(
            ui,
            0.661,
            |ui| {
                if let Some(outlook) = &view.outlook {
                    from_outlook = outlook_ui(ui, view, outlook);
                    return;
                }
                if !view.target.is_empty() {
                    target_ui(ui, view);
                    ui.add_space(16.0);
                }
                from_decks = decks_ui(ui, view);
            },
            |ui| {
                if beside {
                    from_plan = plan_ui(ui, view);
                    ui.add_space(16.0);
                }
                days_ui(ui, view);
                if !view.attempts.is_empty() {
                    ui.add_space(16.0);
                    from_exams = attempts_ui(ui, &view.attempts, "Last mock exams");
                }
            },
        );
        from_plan.or(from_outlook).or(from_decks).or(from_exams).or(action)
    })
}

/// The exam with its outlook, and its domains.
fn outlook_ui(ui: &mut Ui, view: &View, outlook: &OutlookView) -> Option<Action> {
    let title = if view.target.is_empty() { "Your exam" } else { view.target.as_str() };
    let from_exam = exam_ui(ui, (title, &view.target_facts, &view.target_remark), outlook);
    ui.add_space(16.0);
    from_exam.or(if outlook.has_blueprint { domains_ui(ui, outlook) } else { decks_ui(ui, view) })
}

fn target_ui(ui: &mut Ui, view: &View) {
    let t = tokens(ui);
    card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        label(ui, view.target.as_str(), 15.0, Weight::Semibold, t.text);
        label(ui, view.target_facts.as_str(), 12.5, Weight::Regular, t.muted);
        if !view.target_remark.is_empty() {
            ui.add_space(6.0);
            label(ui, view.target_remark.as_str(), 12.5, Weight::Regular, t.muted);
        }
    });
}

fn plan_ui(ui: &mut Ui, view: &View) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    card(ui, |ui| {
        card_title(ui, "Today's plan", &view.done_words);
        if view.loading {
            let words = if view.is_planned { "Making the plan for today…" } else { "Reading your decks…" };
            label(ui, words, 14.0, Weight::Regular, t.muted);
            return;
        }
        if view.can_start() {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 26.0;
                number(ui, view.plan.reviews, "reviews");
                number(ui, view.plan.new_cards, "new");
                number(ui, view.plan.minutes as usize, "minutes");
            });
        }
        ui.add_space(2.0);
        label(ui, view.plan_words.as_str(), 12.5, Weight::Regular, t.muted);
        ui.add_space(6.0);
        let width = ui.available_width();
        if view.can_start() {
            let text = if view.has_session { "Continue studying" } else { "Start studying" };
            if primary(ui, text, &Command::StartStudy.key_words(), Some(width)).clicked() {
                action = Some(Action::Study(Scope::Today));
            }
        }
        if view.plan.left_out > 0 {
            ui.add_space(4.0);
            if small_button(ui, "Study everything that is due").clicked() {
                action = Some(Action::Study(Scope::Search("is:due".to_owned())));
            }
        }
        if !view.can_start() {
            ui.horizontal(|ui| {
                if button(ui, "Ten more minutes", "").clicked() {
                    action = Some(Action::Study(Scope::More));
                }
                if !view.is_planned && button(ui, "Study ahead", "").clicked() {
                    action = Some(Action::Study(Scope::Ahead(String::new())));
                }
            });
        }
    });
    action
}

fn number(ui: &mut Ui, value: usize, below: &str) {
    let t = tokens(ui);
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = -2.0;
        label(ui, value.to_string(), 33.0, Weight::Semibold, t.text);
        label(ui, below, 12.5, Weight::Regular, t.muted);
    });
}

fn decks_ui(ui: &mut Ui, view: &View) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    card(ui, |ui| {
        card_title(ui, "By deck", "recalled now · due");
        if view.decks.is_empty() && !view.loading {
            label(ui, "No deck is shown. Bring one back or import one in the Library.", 14.0, Weight::Regular, t.muted);
        }
        for (index, row) in view.decks.iter().enumerate() {
            if index > 0 {
                rule(ui);
            }
            ui.horizontal(|ui| {
                ui.set_height(36.0);
                let (study, figures, gap) = (64.0, 100.0, 12.0);
                let room = ui.available_width() - study - figures;
                let meter_width = (room * 0.28).clamp(80.0, 200.0);
                ui.add_space(6.0);
                ui.allocate_ui_with_layout(
                    eframe::egui::vec2(room - meter_width - gap - 22.0, 36.0),
                    Layout::left_to_right(Align::Center),
                    |ui| {
                        ui.set_min_width(room - meter_width - gap - 22.0);
                        if label_cut(ui, row.title.as_str(), 14.0, Weight::Regular, t.text).interact(eframe::egui::Sense::click()).clicked()
                        {
                            action = Some(Action::Go(Route::Deck(row.id.clone())));
                        }
                    },
                );
                let color = if row.mastery > 0.0 && row.recall.is_some_and(|recall| recall < 0.7) { t.hard } else { t.accent };
                meter(ui, &format!("Recalled now, {}", row.title), row.mastery, meter_width, color);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if small_button(ui, "Study").on_hover_text(format!("Study {}", row.title)).clicked() {
                        action = Some(Action::Study(Scope::Deck(row.id.clone())));
                    }
                    figure(ui, row.due.to_string(), 40.0, 14.0, if row.due > 0 { t.good } else { t.muted });
                    figure(ui, percent((row.mastery > 0.0).then_some(row.mastery)), 48.0, 14.0, t.text);
                });
            });
        }
    });
    action
}

fn days_ui(ui: &mut Ui, view: &View) {
    let t = tokens(ui);
    card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        label(ui, "Next 14 days", 15.0, Weight::Semibold, t.text);
        label(ui, view.days_unit, 12.5, Weight::Regular, t.muted);
        ui.add_space(6.0);
        bars_ui(ui, &format!("Next 14 days, {}", view.days_unit), &view.days, 92.0);
    });
}
