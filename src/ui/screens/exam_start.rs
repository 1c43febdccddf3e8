//! Before an exam or a quiz: what it is, what is missing, how it is to be sat.

use super::super::action::Action;
use super::super::command::Command;
use super::super::route::Route;
use super::super::theme::{Weight, font, tokens};
use super::super::widgets::{
    button, card, card_title, choice_row, columns, figure, form_row, has_columns, label, label_cut, page_title, primary, rule, still_plot,
    whole_number,
};
use super::{exams, page};
use crate::app::{AttemptRow, Collection, Error, ExamRow, ExtraTime, Only, Prepared, Quiz, SittingPlan, What, driver_words};
use crate::model::{Deck, DeckId, DomainId};
use eframe::egui::{Align, DragValue, Layout, TextEdit, Ui, vec2};
use egui_plot::{HLine, Line, PlotPoints, Points};
use std::cell::RefCell;
use std::sync::Arc;

/// How it is to be sat, as far as it was chosen.
#[derive(Debug, Clone)]
pub(in crate::ui) struct State {
    pub(in crate::ui) plan: SittingPlan,
    timed: bool,
    minutes: u32,
    tags: String,
}

impl Default for State {
    fn default() -> Self {
        Self {
            plan: SittingPlan { what: What::Quiz(Quiz::default()), strict: true, extra: ExtraTime::None, ask_confidence: false },
            timed: false,
            minutes: 30,
            tags: String::new(),
        }
    }
}

impl State {
    /// Turns to an exam of the list, or with none to a quiz.
    pub(in crate::ui) fn follow(&mut self, exam: Option<&DeckId>) {
        match (exam, &self.plan.what) {
            (Some(id), What::Exam(now)) if id == now => {}
            (Some(id), _) => self.plan.what = What::Exam(id.clone()),
            (None, What::Quiz(_)) => {}
            (None, What::Exam(_)) => *self = Self::default(),
        }
    }

    /// Begins what is chosen.
    pub(in crate::ui) fn begin(&self) -> Action {
        Action::BeginExam(self.plan.clone())
    }

    /// What the view depends on.
    pub(in crate::ui) fn key(&self) -> String {
        format!("{:?}", self.plan)
    }
}

/// What the screen shows.
pub(in crate::ui) struct View {
    title: String,
    facts: Vec<String>,
    remarks: String,
    prepared: Result<Prepared, Error>,
    attempts: Vec<AttemptRow>,
    decks: Vec<Arc<Deck>>,
}

impl View {
    pub(in crate::ui) fn new(collection: &Collection, state: &State) -> Result<Self, Error> {
        let prepared = collection.prepare_exam(&state.plan);
        let decks = collection.deck_rows().into_iter().filter(|row| !row.hidden).filter_map(|row| collection.deck(&row.id)).collect();
        let row = match &state.plan.what {
            What::Exam(id) => collection.exam_rows()?.into_iter().find(|row| row.exam.id == *id),
            What::Quiz(_) => None,
        };
        let attempts = match &row {
            Some(row) => row.attempts.clone(),
            None => collection.attempts()?.into_iter().filter(|attempt| attempt.exam.is_none()).collect(),
        };
        Ok(Self {
            title: row.as_ref().map_or_else(|| "Quiz of your own".to_owned(), |row| row.exam.title.clone()),
            facts: row.as_ref().map(facts).unwrap_or_default(),
            remarks: row.map(|row| row.exam.remarks.clone()).unwrap_or_default(),
            prepared,
            attempts,
            decks,
        })
    }
}

fn facts(row: &ExamRow) -> Vec<String> {
    let exam = &row.exam;
    let mut lines = vec![row.facts.clone(), capital(driver_words(&exam.driver))];
    if exam.unscored > 0 {
        lines.push(format!("{} of the questions do not count, as in the real exam", exam.unscored));
    }
    lines.extend(exam.partial_credit.then(|| "Partly right answers count in part".to_owned()));
    if let Some(as_of) = exam.as_of {
        lines.push(format!("Figures as of {}", as_of.format("%-d %B %Y")));
    }
    lines.extend((!row.status.is_empty()).then(|| capital(&row.status)));
    lines.extend(exam.sources.iter().map(|source| format!("{} ({})", source.title, source.edition)));
    lines
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

/// Draws the screen.
#[must_use]
pub(in crate::ui) fn ui(ui: &mut Ui, view: &View, state: &mut State) -> Option<Action> {
    page(ui, "exam-start", |ui| {
        let mut action = None;
        page_title(ui, &view.title, "", |ui| {
            if button(ui, "All exams", "").clicked() {
                action = Some(Action::Go(Route::Exams));
            }
        });
        let (mut start, mut open) = (None, None);
        // Where there is one column, the way into an exam comes first. Both columns change the same choices, one after the other.
        let first = !has_columns(ui) && matches!(state.plan.what, What::Exam(_));
        if first {
            start = start_ui(ui, view, state);
            ui.add_space(16.0);
        }
        let state = RefCell::new(state);
        columns(
            ui,
            0.661,
            |ui| {
                let mut borrowed = state.borrow_mut();
                let state: &mut State = &mut borrowed;
                if matches!(state.plan.what, What::Quiz(_)) {
                    quiz_ui(ui, view, state);
                } else {
                    about_ui(ui, view);
                }
                ui.add_space(16.0);
                domains_ui(ui, view);
            },
            |ui| {
                if !first {
                    start = start_ui(ui, view, &mut state.borrow_mut());
                    ui.add_space(16.0);
                }
                trend_ui(ui, &view.attempts);
                open = exams::attempts_ui(ui, &view.attempts, "Your attempts");
            },
        );
        action.or(start).or(open)
    })
}

fn about_ui(ui: &mut Ui, view: &View) {
    let t = tokens(ui);
    card(ui, |ui| {
        card_title(ui, "The exam", "");
        for line in &view.facts {
            label(ui, line.as_str(), 13.5, Weight::Regular, t.text);
        }
        if !view.remarks.is_empty() {
            ui.add_space(4.0);
            label(ui, view.remarks.as_str(), 13.0, Weight::Regular, t.muted);
        }
    });
}

fn domains_ui(ui: &mut Ui, view: &View) {
    let t = tokens(ui);
    let Ok(prepared) = &view.prepared else { return };
    card(ui, |ui| {
        card_title(ui, "Questions by domain", "there · wanted");
        for (index, (title, wanted, there)) in prepared.domains.iter().enumerate() {
            if index > 0 {
                rule(ui);
            }
            ui.horizontal(|ui| {
                ui.set_height(28.0);
                let width = (ui.available_width() - 110.0).max(80.0);
                ui.allocate_ui_with_layout(vec2(width, 28.0), Layout::left_to_right(Align::Center), |ui| {
                    ui.set_min_width(width);
                    label_cut(ui, title.as_str(), 14.0, Weight::Regular, t.text);
                });
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    figure(ui, wanted.to_string(), 44.0, 14.0, t.muted);
                    figure(ui, there.to_string(), 44.0, 14.0, if there < wanted { t.hard } else { t.text });
                });
            });
        }
    });
}

fn start_ui(ui: &mut Ui, view: &View, state: &mut State) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    card(ui, |ui| {
        card_title(ui, "How", "");
        let study = matches!(&state.plan.what, What::Quiz(quiz) if quiz.reasons_at_once);
        if !study {
            if let Some(strict) = choice_row(ui, &[(true, "Exam conditions"), (false, "Practice")], state.plan.strict) {
                state.plan.strict = strict;
            }
            let words = if state.plan.strict { "No pause, as in the test centre." } else { "Pauses are allowed; the report says so." };
            label(ui, words, 12.5, Weight::Regular, t.muted);
            if let Some(extra) = choice_row(ui, &ExtraTime::ALL, state.plan.extra) {
                state.plan.extra = extra;
            }
        }
        ui.checkbox(&mut state.plan.ask_confidence, "Ask how sure I am");
        ui.add_space(4.0);
        match &view.prepared {
            Ok(prepared) => {
                label(ui, size_words(prepared), 14.0, Weight::Medium, t.text);
                for warning in &prepared.warnings {
                    label(ui, warning.as_str(), 12.5, Weight::Regular, t.hard);
                }
                ui.add_space(6.0);
                let width = ui.available_width();
                if primary(ui, "Draw the questions", &Command::StartStudy.key_words(), Some(width)).clicked() {
                    action = Some(state.begin());
                }
                label(ui, "A page with the rules comes first; the clock starts after it.", 12.5, Weight::Regular, t.muted);
            }
            Err(error) => {
                label(ui, error.to_string(), 14.0, Weight::Medium, t.again);
                for hint in &error.hints {
                    label(ui, hint.as_str(), 12.5, Weight::Regular, t.muted);
                }
            }
        }
    });
    action
}

fn size_words(prepared: &Prepared) -> String {
    let questions = if prepared.questions.0 == 1 { "1 question".to_owned() } else { format!("{} questions", prepared.questions.0) };
    match prepared.rules.limit_millis {
        Some(limit) => format!("{questions}, {} min", limit / 60_000),
        None => format!("{questions}, no clock"),
    }
}

/// Scores of the attempts over time, with the cut.
fn trend_ui(ui: &mut Ui, attempts: &[AttemptRow]) {
    let t = tokens(ui);
    let scores: Vec<f64> = attempts.iter().rev().filter_map(|attempt| attempt.score.map(|(shown, _)| f64::from(shown))).collect();
    let (Some(last), true) = (scores.last().copied(), scores.len() >= 2) else { return };
    let cut = attempts.first().and_then(|attempt| attempt.score?.1);
    card(ui, |ui| {
        card_title(ui, "Trend", "score by attempt");
        let points: Vec<[f64; 2]> = scores.iter().enumerate().map(|(index, score)| [index as f64 + 1.0, *score]).collect();
        let (low, high) = scores.iter().fold((last, last), |(low, high), score| (low.min(*score), high.max(*score)));
        let response = still_plot("exam-trend", 120.0)
            .include_y(cut.map_or(low, f64::from).min(low) - 20.0)
            .include_y(cut.map_or(high, f64::from).max(high) + 20.0)
            .x_axis_formatter(|mark, _| whole_number(mark.value))
            .show(ui, |plot| {
                if let Some(cut) = cut {
                    plot.hline(HLine::new("passing score", f64::from(cut)).color(t.hard).width(1.0));
                }
                plot.line(Line::new("score", PlotPoints::from(points.clone())).color(t.accent).width(1.5));
                plot.points(Points::new("attempts", PlotPoints::from(points)).color(t.accent).radius(3.0));
            })
            .response;
        let spoken = format!("Scores by attempt: {}", scores.iter().map(|score| format!("{score:.0}")).collect::<Vec<_>>().join(", "));
        response.widget_info(|| eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Image, true, spoken.clone()));
        let words = cut.map_or(String::new(), |cut| format!("The line is the passing score of {cut}."));
        ui.label(eframe::egui::RichText::new(words).font(font(12.5, Weight::Regular)).color(t.muted));
    });
    ui.add_space(16.0);
}

fn quiz_ui(ui: &mut Ui, view: &View, state: &mut State) {
    let State { plan, timed, minutes, tags } = state;
    let What::Quiz(quiz) = &mut plan.what else { return };
    card(ui, |ui| {
        card_title(ui, "Questions", "");
        let only = [(Only::Any, "Any"), (Only::Missed, "Only missed"), (Only::Flagged, "Only flagged"), (Only::Unseen, "Only unseen")];
        form_row(ui, "Which", "missed and unseen as of your mock exams", |ui, _| {
            if let Some(chosen) = choice_row(ui, &only, quiz.only) {
                quiz.only = chosen;
            }
        });
        form_row(ui, "How many", "", |ui, id| drop(ui.add(DragValue::new(&mut quiz.count).range(1..=500)).labelled_by(id)));
        form_row(ui, "Reasons", "after each question, or at the end as in an exam", |ui, _| {
            if let Some(at_once) = choice_row(ui, &[(true, "After each"), (false, "At the end")], quiz.reasons_at_once) {
                quiz.reasons_at_once = at_once;
            }
        });
        form_row(ui, "Clock", "minutes for all of it", |ui, id| {
            ui.checkbox(timed, "with a clock");
            ui.add_enabled_ui(*timed, |ui| drop(ui.add(DragValue::new(minutes).range(1..=600)).labelled_by(id)));
        });
        quiz.minutes = timed.then_some(*minutes);
        form_row(ui, "Tags", "any of these, with blanks between; none for all", |ui, id| {
            ui.add(TextEdit::singleline(tags).desired_width(220.0)).labelled_by(id);
        });
        quiz.tags = tags.split_whitespace().map(str::to_owned).collect();
        sources_ui(ui, &view.decks, quiz);
    });
}

/// Decks and their domains to choose; none chosen means all.
fn sources_ui(ui: &mut Ui, decks: &[Arc<Deck>], quiz: &mut Quiz) {
    let t = tokens(ui);
    rule(ui);
    label(ui, "Decks and domains; none chosen means all", 13.0, Weight::Medium, t.muted);
    for deck in decks {
        let mut whole = quiz.decks.contains(&deck.id);
        ui.horizontal(|ui| {
            if ui.checkbox(&mut whole, deck.title.as_str()).changed() {
                if whole {
                    quiz.decks.insert(deck.id.clone());
                } else {
                    quiz.decks.remove(&deck.id);
                    quiz.domains.retain(|(of, _)| *of != deck.id);
                }
            }
        });
        if whole && deck.domains.len() > 1 {
            ui.indent(deck.id.as_str(), |ui| {
                ui.horizontal_wrapped(|ui| deck.domains.iter().for_each(|domain| domain_ui(ui, &deck.id, &domain.id, &domain.title, quiz)));
            });
        }
    }
}

fn domain_ui(ui: &mut Ui, deck: &DeckId, domain: &DomainId, title: &str, quiz: &mut Quiz) {
    let key = (deck.clone(), domain.clone());
    let mut on = quiz.domains.contains(&key);
    if ui.checkbox(&mut on, title).changed() {
        if on {
            quiz.domains.insert(key);
        } else {
            quiz.domains.remove(&key);
        }
    }
}
