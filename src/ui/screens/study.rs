//! Study: one card at a time, answered with the keyboard alone.

use super::super::action::Action;
use super::super::command::Command;
use super::super::route::Route;
use super::super::theme::{Tokens, Weight, tokens};
use super::super::widgets::{button, card, chip, label, label_cut, primary, words};
use super::citations::citations_ui;
use super::parts::Answering;
use super::study_bar::bottom_ui;
use super::study_face::face_ui;
use crate::app::{CardEntry, Collection, Error, Scope, Shown, Stage, Summary};
use crate::model::time::{interval_words, seconds_until};
use crate::model::{CardId, Rating};
use eframe::egui::{Align, CentralPanel, Frame, Label, Layout, Margin, Panel, ScrollArea, Sense, Ui, UiBuilder, text::LayoutJob, vec2};

/// What the screen shows.
pub(in crate::ui) enum View {
    /// A card.
    Card(Box<CardView>),
    /// Nothing now, or nothing more.
    End(EndView),
}

/// A card with everything around it.
pub(in crate::ui) struct CardView {
    pub(in crate::ui) entry: CardEntry,
    pub(in crate::ui) shown: Shown,
    domain: String,
    counts: (usize, usize, usize),
    progress: f32,
    minutes_left: String,
    pub(in crate::ui) previews: [String; 4],
    marks: Vec<String>,
    pub(in crate::ui) can_undo: bool,
}

/// The end of a session, or a pause in it.
#[derive(Debug, PartialEq)]
pub(in crate::ui) struct EndView {
    pub(in crate::ui) title: &'static str,
    pub(in crate::ui) lines: Vec<String>,
    /// Seconds until a short step is due.
    pub(in crate::ui) waiting_seconds: Option<i64>,
}

impl View {
    pub(in crate::ui) fn new(collection: &Collection) -> Result<Self, Error> {
        let Some(shown) = collection.shown().cloned() else { return Ok(Self::End(end(collection))) };
        let Some(entry) = collection.card(&shown.card).cloned() else { return Ok(Self::End(end(collection))) };
        let domain = entry.note().and_then(|note| note.domain.as_ref()).map(|id| entry.deck.domain_title(id).to_owned());
        let previews = if shown.stage == Stage::Asked { Default::default() } else { collection.previews(&shown.card)? };
        let (new, learning, review) = collection.counts_left();
        let seconds = (new * 2 + learning + review) as u64 * u64::from(collection.usual_millis(entry.kind)) / 1000;
        let mut marks = Vec::new();
        marks.extend(entry.state.flag.map(|flag| format!("flag {}", flag.number())));
        if entry.state.is_leech(crate::engine::query::LEECH_LAPSES) {
            marks.push(format!("leech: forgotten {} times", entry.state.lapses));
        }
        if entry.state.disputed {
            marks.push("you called this key wrong".to_owned());
        }
        Ok(Self::Card(Box::new(CardView {
            domain: domain.unwrap_or_default(),
            counts: (new, learning, review),
            progress: collection.study_progress(),
            minutes_left: format!("~{} min left", seconds.div_ceil(60).max(1)),
            previews,
            marks,
            can_undo: collection.summary().answered > 0,
            entry,
            shown,
        })))
    }
}

fn end(collection: &Collection) -> EndView {
    let summary = collection.summary();
    let (cards, minutes) = collection.tomorrow();
    let waiting = collection.waiting_until().map(|at| seconds_until(collection.now().at, at));
    let mut lines = Vec::new();
    if let Some(seconds) = waiting {
        lines
            .push(format!("The next card comes back in {}. You can wait here, or leave: nothing is lost.", interval_words(seconds.max(1))));
    }
    lines.extend(summary_words(summary));
    lines.push(match cards {
        0 => "Tomorrow: nothing is due yet.".to_owned(),
        1 => format!("Tomorrow: 1 review, about {minutes} min."),
        _ => format!("Tomorrow: {cards} reviews, about {minutes} min."),
    });
    let title = match (waiting, summary.answered) {
        (Some(_), _) => "A short pause",
        (None, 0) => "Nothing to study here now",
        (None, _) => "Done for now",
    };
    EndView { title, lines, waiting_seconds: waiting }
}

fn summary_words(summary: Summary) -> Option<String> {
    if summary.answered == 0 {
        return None;
    }
    let minutes = summary.taken_millis.div_ceil(60_000);
    let share = (100 * summary.passed).div_ceil(summary.answered);
    let answers = if summary.answered == 1 { "1 answer".to_owned() } else { format!("{} answers", summary.answered) };
    Some(format!("{answers} in {minutes} min, {share} % remembered, {} new cards begun.", summary.new_cards))
}

/// What is half answered.
#[derive(Debug, Default)]
pub(in crate::ui) struct State {
    pub(in crate::ui) answering: Answering,
    for_showing: Option<(CardId, Vec<usize>, u32)>,
}

impl State {
    /// A new showing begins with an empty answer.
    fn follow(&mut self, view: &CardView) {
        let showing = Some((view.shown.card.clone(), view.shown.order.clone(), view.entry.state.reps));
        if self.for_showing != showing {
            self.for_showing = showing;
            self.answering = Answering::new(&view.shown.order, &view.entry);
        }
    }
}

/// What Space and Enter do now.
pub(in crate::ui) fn proceed(view: &View, state: &mut State) -> Action {
    let View::Card(view) = view else { return Action::Go(Route::Today) };
    state.follow(view);
    match &view.shown.stage {
        Stage::Asked => match state.answering.response(&view.entry) {
            Some(response) => Action::Respond(response),
            None => Action::Run(Command::Proceed),
        },
        Stage::Revealed => Action::Answer(Rating::Good),
        Stage::Judged { proposed, .. } => Action::Answer(*proposed),
    }
}

/// What the keys 1 to 4 do now: choose an option, rate, or change the rating proposed.
pub(in crate::ui) fn rated(view: &View, state: &mut State, rating: Rating) -> Option<Action> {
    let View::Card(view) = view else { return None };
    state.follow(view);
    match &view.shown.stage {
        Stage::Asked => {
            state.answering.digit(&view.entry, &view.shown.order, rating.index());
            None
        }
        Stage::Revealed => Some(Action::Answer(rating)),
        Stage::Judged { .. } => Some(Action::Propose(rating)),
    }
}

/// Letters choose options, or pair right sides, while a question is asked.
pub(in crate::ui) fn letter(view: &View, state: &mut State, place: usize) -> bool {
    let View::Card(view) = view else { return false };
    if view.shown.stage != Stage::Asked || place >= Answering::letters(&view.entry, &view.shown.order) {
        return false;
    }
    state.follow(view);
    state.answering.letter(&view.entry, &view.shown.order, place);
    true
}

/// Draws the screen.
#[must_use]
pub(in crate::ui) fn ui(ui: &mut Ui, view: &View, state: &mut State) -> Option<Action> {
    match view {
        View::Card(view) => card_screen_ui(ui, view, state),
        View::End(view) => end_ui(ui, view),
    }
}

fn bar_frame(t: Tokens) -> Frame {
    Frame::new().fill(t.bg).inner_margin(Margin::symmetric(28, 0))
}

fn card_screen_ui(ui: &mut Ui, view: &CardView, state: &mut State) -> Option<Action> {
    state.follow(view);
    let t = tokens(ui);
    let mut action = None;
    Panel::top("study-top").exact_size(45.0).frame(bar_frame(t)).show_separator_line(false).show(ui, |ui| action = top_ui(ui, view));
    progress_ui(ui, view.progress);
    let height = match view.shown.stage {
        Stage::Asked => 78.0,
        Stage::Revealed => 132.0,
        Stage::Judged { .. } => 144.0,
    };
    Panel::bottom("study-bottom")
        .exact_size(height)
        .frame(bar_frame(t))
        .show(ui, |ui| action = bottom_ui(ui, view, state).or(action.take()));
    CentralPanel::default().frame(Frame::new().fill(t.bg)).show(ui, |ui| {
        // A new card starts at its top.
        let id = (view.shown.card.to_string(), view.entry.state.reps);
        ScrollArea::vertical().id_salt(id).auto_shrink(false).show(ui, |ui| {
            let width = ui.available_width();
            let column = 760.0_f32.min(width - 56.0);
            let left = ((width - column) / 2.0).max(0.0);
            let rect = eframe::egui::Rect::from_min_size(ui.cursor().min + vec2(left, 34.0), vec2(column, f32::INFINITY));
            let inner = ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
                marks_ui(ui, view);
                let asked = face_ui(ui, &view.entry, &view.shown, &mut state.answering);
                if view.shown.stage != Stage::Asked {
                    citations_ui(ui, &view.entry);
                }
                remark_ui(ui, view);
                ui.add_space(24.0);
                asked
            });
            action = inner.inner.or(action.take());
        });
    });
    action
}

fn top_ui(ui: &mut Ui, view: &CardView) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    let rect = ui.max_rect();
    ui.scope_builder(UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center)), |ui| {
        ui.spacing_mut().item_spacing.x = 13.0;
        let leave = ui.add(Label::new(words("Esc", 14.0, Weight::Regular, t.muted)).sense(Sense::click()));
        leave.widget_info(|| eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Button, true, "Leave"));
        if leave.on_hover_text("Leave; you can come back").clicked() {
            action = Some(Action::Run(Command::Leave));
        }
        label(ui, view.entry.deck.title.as_str(), 14.0, Weight::Medium, t.text);
        if !view.domain.is_empty() {
            label(ui, "›", 14.0, Weight::Regular, t.muted);
            label_cut(ui, view.domain.as_str(), 14.0, Weight::Regular, t.muted);
        }
    });
    let (new, learning, review) = view.counts;
    let mut counts = LayoutJob::default();
    for (text, color) in
        [(format!("{new} new   "), t.easy), (format!("{learning} learning   "), t.again), (format!("{review} review"), t.good)]
    {
        words(text, 12.5, Weight::Regular, color).append_to(&mut counts, ui.style(), eframe::egui::FontSelection::Default, Align::Center);
    }
    if rect.width() > 900.0 {
        ui.put(rect, Label::new(counts));
    }
    ui.scope_builder(UiBuilder::new().max_rect(rect).layout(Layout::right_to_left(Align::Center)), |ui| {
        label(ui, view.minutes_left.as_str(), 12.5, Weight::Regular, t.muted);
    });
    action
}

fn progress_ui(ui: &mut Ui, share: f32) {
    let t = tokens(ui);
    Panel::top("study-progress").exact_size(4.0).frame(Frame::new().fill(t.bg)).show_separator_line(false).show(ui, |ui| {
        let rect = ui.max_rect();
        ui.painter().rect_filled(rect.with_max_y(rect.top() + 1.0), 0.0, t.line);
        let done = eframe::egui::Rect::from_min_size(rect.min, vec2(rect.width() * share, 3.0));
        ui.painter().rect_filled(done, 1.5, t.accent);
    });
}

fn marks_ui(ui: &mut Ui, view: &CardView) {
    if view.marks.is_empty() {
        return;
    }
    let t = tokens(ui);
    ui.horizontal_wrapped(|ui| {
        for mark in &view.marks {
            chip(ui, mark, t.hard, t.warn_soft);
        }
    });
    ui.add_space(8.0);
}

fn remark_ui(ui: &mut Ui, view: &CardView) {
    if view.shown.stage == Stage::Asked || view.entry.state.remark.is_empty() {
        return;
    }
    let t = tokens(ui);
    ui.add_space(14.0);
    card(ui, |ui| {
        label(ui, "Your note", 12.5, Weight::Medium, t.muted);
        label(ui, view.entry.state.remark.as_str(), 14.0, Weight::Regular, t.text);
    });
}

fn end_ui(ui: &mut Ui, view: &EndView) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    CentralPanel::default().frame(Frame::new().fill(t.bg)).show(ui, |ui| {
        let width = 520.0_f32.min(ui.available_width() - 56.0);
        let rect = eframe::egui::Rect::from_center_size(ui.max_rect().center(), vec2(width, 260.0));
        ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
            card(ui, |ui| {
                label(ui, view.title, 19.0, Weight::Semibold, t.text);
                ui.add_space(4.0);
                for line in &view.lines {
                    label(ui, line.as_str(), 14.0, Weight::Regular, t.muted);
                }
                ui.add_space(10.0);
                ui.horizontal(|ui| {
                    if primary(ui, "Back to Today", &Command::Proceed.key_words(), None).clicked() {
                        action = Some(Action::Go(Route::Today));
                    }
                    if button(ui, "Ten more minutes", "").clicked() {
                        action = Some(Action::Study(Scope::More));
                    }
                });
            });
        });
    });
    if let Some(seconds) = view.waiting_seconds {
        ui.ctx().request_repaint_after(std::time::Duration::from_secs(seconds.clamp(1, 30) as u64));
    }
    action
}
