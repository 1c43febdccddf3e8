//! A mock exam under way: the page before the clock, one question at a time with the navigator beside it, the pause.

use super::super::action::Action;
use super::super::command::Command;
use super::super::route::Dialog;
use super::super::theme::{Weight, font, tokens};
use super::super::widgets::{button, choice_row, focus_ring, label, label_cut, primary, small_button};
use super::exam_face::{exam_face_ui, next_sentence};
use super::parts::Answering;
use super::sitting_list;
use super::sitting_map::navigator_ui;
use super::sitting_pages::{clock_words, paused_ui, tutorial_ui};
use crate::app::{CardEntry, Collection, Exam};
use crate::engine::exam::{Act, Stage};
use crate::model::{Confidence, Driver, FactId};
use eframe::egui::{Align, CentralPanel, Frame, Layout, Margin, Panel, Role, ScrollArea, Sense, TextEdit, Ui, UiBuilder, WidgetInfo, vec2};

/// What the screen shows.
pub(in crate::ui) struct View<'a> {
    pub(in crate::ui) exam: &'a Exam,
    /// Milliseconds left; none without a clock.
    pub(in crate::ui) left: Option<i64>,
}

/// What is half done.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and none excludes another")]
pub(in crate::ui) struct State {
    answering: Answering,
    for_question: Option<(FactId, usize)>,
    /// The table of all questions is shown.
    pub(in crate::ui) listing: bool,
    pub(in crate::ui) list: sitting_list::State,
    clock_hidden: bool,
    counter_hidden: bool,
    note: String,
    note_open: bool,
    focus_note: bool,
    /// Another option was wanted than there is room for.
    too_many: bool,
}

impl<'a> View<'a> {
    pub(in crate::ui) fn new(collection: &'a Collection) -> Option<Self> {
        Some(Self { exam: collection.exam()?, left: collection.exam_left() })
    }

    pub(in crate::ui) fn place(&self) -> usize {
        self.exam.sitting.current()
    }

    fn order(&self) -> &[usize] {
        self.exam.sitting.start().form.items.get(self.place()).map_or(&[], |item| item.order.as_slice())
    }

    /// "Question 24 of 65"; an adaptive exam does not know how many there will be.
    pub(in crate::ui) fn counter(&self) -> String {
        let sitting = &self.exam.sitting;
        match &sitting.start().rules.driver {
            Driver::Adaptive { .. } => format!("Question {}", sitting.path().len()),
            Driver::Sectioned(sections) => {
                let (section, places) = (sitting.section_of(self.place()), sitting.open_places());
                let title = sections.get(section).map_or("", |(title, _)| title.as_str());
                format!("{title}: question {} of {}", self.place() - places.start + 1, places.len())
            }
            Driver::Linear | Driver::ForwardOnly => format!("Question {} of {}", self.place() + 1, sitting.items().len()),
        }
    }
}

impl State {
    /// Another question begins with its answer as it stands.
    fn follow(&mut self, view: &View<'_>) {
        let now = Some((view.exam.id, view.place()));
        if self.for_question == now {
            return;
        }
        self.for_question = now;
        self.too_many = false;
        let item = view.exam.sitting.items().get(view.place());
        self.note = item.map(|item| item.note.clone()).unwrap_or_default();
        self.note_open = !self.note.is_empty();
        if let Some(entry) = view.exam.entry() {
            self.answering = Answering::in_exam(view.order(), entry, item.and_then(|item| item.response.as_ref()));
        }
    }

    /// The act that makes the committed answer the one on the screen, if they differ.
    fn answered(&self, view: &View<'_>, entry: &CardEntry) -> Option<Act> {
        let item = view.exam.sitting.items().get(view.place())?;
        let now = self.answering.so_far(entry);
        (!item.checked && item.response.clone().filter(|response| !response.is_empty()) != now).then_some(Act::Respond(now))
    }
}

/// What the digits 1 to 9 do now, given as 0 to 8.
pub(in crate::ui) fn digit(view: &View<'_>, state: &mut State, digit: usize) -> Option<Action> {
    typed(view, state, |state, entry, order| state.answering.digit(entry, order, digit))
}

/// What the letters A to F do now, given as 0 to 5.
pub(in crate::ui) fn letter(view: &View<'_>, state: &mut State, letter: usize) -> Option<Action> {
    typed(view, state, |state, entry, order| state.answering.letter(entry, order, letter))
}

fn typed(view: &View<'_>, state: &mut State, answer: impl FnOnce(&mut State, &CardEntry, &[usize]) -> bool) -> Option<Action> {
    let entry = view.exam.entry().filter(|_| view.exam.sitting.stage() == Stage::Running && !state.listing)?;
    if view.exam.sitting.items().get(view.place()).is_some_and(|item| item.checked) {
        return None;
    }
    state.follow(view);
    state.too_many = !answer(state, entry, view.order());
    state.answered(view, entry).map(Action::Exam)
}

/// Strikes the option with a letter through.
pub(in crate::ui) fn strike(view: &View<'_>, letter: usize) -> Option<Action> {
    let index = view.order().get(letter).filter(|_| view.exam.sitting.stage() == Stage::Running)?;
    Some(Action::Exam(Act::Strike(*index)))
}

/// What a key of the table does here.
pub(in crate::ui) fn command(view: &View<'_>, state: &mut State, command: Command) -> Option<Action> {
    let sitting = &view.exam.sitting;
    let running = sitting.stage() == Stage::Running;
    match (command, sitting.stage()) {
        (Command::NextQuestion | Command::Proceed, Stage::Tutorial) => return Some(Action::Exam(Act::Begin)),
        (Command::NextQuestion, Stage::Ended(_)) => return Some(Action::CloseExam),
        (Command::NextQuestion | Command::PauseExam, Stage::Paused) => return Some(Action::Exam(Act::Resume)),
        _ if !running => return None,
        _ => {}
    }
    Some(match command {
        Command::NextQuestion if state.listing => {
            state.listing = false;
            return None;
        }
        Command::NextQuestion => return next(view),
        Command::PreviousQuestion => Action::Exam(Act::Previous),
        Command::FlagQuestion => Action::Exam(Act::Flag(view.place())),
        Command::ListQuestions if sitting.goes_back() => {
            state.listing = !state.listing;
            return None;
        }
        Command::GoToQuestion if sitting.goes_back() => Action::Open(Dialog::GoToQuestion),
        Command::Highlight => {
            let stem = view.exam.entry()?.card()?.question()?.stem.clone();
            let marks = sitting.items().get(view.place()).map(|item| item.highlights.clone()).unwrap_or_default();
            Action::Exam(Act::Highlight(next_sentence(&stem, &marks)))
        }
        Command::NoteQuestion => {
            (state.note_open, state.focus_note) = (true, true);
            return None;
        }
        Command::Guess | Command::Unsure | Command::Sure if !sitting.start().rules.ask_confidence => return None,
        Command::Guess => Action::Exam(Act::Confidence(Confidence::Guess)),
        Command::Unsure => Action::Exam(Act::Confidence(Confidence::Unsure)),
        Command::Sure => Action::Exam(Act::Confidence(Confidence::Sure)),
        Command::HideClock => {
            state.clock_hidden = !state.clock_hidden;
            state.counter_hidden = state.clock_hidden;
            return None;
        }
        Command::PauseExam if !sitting.start().rules.strict => Action::Exam(Act::Pause),
        Command::CheckAnswer if sitting.start().rules.reasons_at_once => Action::Exam(Act::Check),
        Command::EndExam => Action::Open(Dialog::EndExam),
        _ => return None,
    })
}

/// What "next" does: the next question, the reasons first where they are shown at once, or at the end the way out.
fn next(view: &View<'_>) -> Option<Action> {
    let sitting = &view.exam.sitting;
    let item = sitting.items().get(view.place())?;
    if sitting.start().rules.reasons_at_once && item.is_answered() && !item.checked {
        return Some(Action::Exam(Act::Check));
    }
    if sitting.is_adaptive() {
        return Some(Action::Exam(Act::Next));
    }
    if view.place() + 1 < sitting.open_places().end.max(if sitting.goes_back() { 0 } else { sitting.items().len() }) {
        if !sitting.goes_back() && !item.is_answered() {
            return Some(Action::Open(Dialog::LeaveUnanswered));
        }
        return Some(Action::Exam(Act::Next));
    }
    Some(if sitting.has_next_section() { Action::Open(Dialog::LeaveSection) } else { Action::Open(Dialog::EndExam) })
}

/// Draws the screen.
#[must_use]
pub(in crate::ui) fn ui(ui: &mut Ui, view: &View<'_>, state: &mut State) -> Option<Action> {
    state.follow(view);
    match view.exam.sitting.stage() {
        Stage::Tutorial => tutorial_ui(ui, view),
        Stage::Paused => paused_ui(ui, view),
        Stage::Running | Stage::Ended(_) => running_ui(ui, view, state),
    }
}

fn running_ui(ui: &mut Ui, view: &View<'_>, state: &mut State) -> Option<Action> {
    let t = tokens(ui);
    let mut action = None;
    let bar = Frame::new().fill(t.surface).inner_margin(Margin::symmetric(24, 0));
    Panel::top("exam-top").exact_size(60.0).frame(bar).show(ui, |ui| action = top_ui(ui, view, state));
    Panel::bottom("exam-bottom").exact_size(66.0).frame(bar).show(ui, |ui| action = bottom_ui(ui, view, state).or(action.take()));
    let side = view.exam.sitting.goes_back() && ui.available_width() > 900.0;
    if side {
        let frame = Frame::new().fill(t.sunken).inner_margin(Margin { left: 22, right: 12, top: 20, bottom: 12 });
        Panel::right("exam-navigator").exact_size(312.0).resizable(false).frame(frame).show(ui, |ui| {
            action = navigator_ui(ui, view).or(action.take());
        });
    }
    CentralPanel::default().frame(Frame::new().fill(t.bg)).show(ui, |ui| {
        let shown = if state.listing { sitting_list::ui(ui, view, &mut state.list) } else { question_page_ui(ui, view, state) };
        action = shown.or(action.take());
    });
    action
}

fn top_ui(ui: &mut Ui, view: &View<'_>, state: &mut State) -> Option<Action> {
    let t = tokens(ui);
    let rules = &view.exam.sitting.start().rules;
    let mut action = None;
    ui.horizontal_centered(|ui| {
        let room = (ui.available_width() - 470.0).max(120.0);
        ui.allocate_ui_with_layout(vec2(room, 24.0), Layout::left_to_right(Align::Center), |ui| {
            label_cut(ui, rules.title.as_str(), 15.0, Weight::Semibold, t.text);
            label(ui, if rules.exam.is_some() { "mock exam" } else { "" }, 14.0, Weight::Regular, t.muted);
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 16.0;
            if button(ui, "End exam", "").clicked() {
                action = Some(Action::Open(Dialog::EndExam));
            }
            if !rules.strict && small_button(ui, "Pause").clicked() {
                action = Some(Action::Exam(Act::Pause));
            }
            if let Some(left) = view.left {
                // By itself it comes back for the last five minutes.
                let hidden = state.clock_hidden && left > 5 * 60_000;
                let words = if hidden { "Show clock".to_owned() } else { clock_words(left) };
                let color = if left <= 5 * 60_000 { t.again } else { t.text };
                if quiet(ui, &words, if hidden { 13.0 } else { 18.0 }, color, "Time left").clicked() {
                    state.clock_hidden = !state.clock_hidden;
                }
            }
            let words = if state.counter_hidden { "Show number".to_owned() } else { view.counter() };
            if quiet(ui, &words, 14.0, t.muted, "Question number").clicked() {
                state.counter_hidden = !state.counter_hidden;
            }
        });
    });
    action
}

/// Words that can be clicked to hide or show them.
fn quiet(ui: &mut Ui, text: &str, size: f32, color: eframe::egui::Color32, what: &str) -> eframe::egui::Response {
    let weight = if size > 15.0 { Weight::Semibold } else { Weight::Regular };
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font(size, weight), color);
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(8.0, 8.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{what}: {text}")));
    focus_ring(ui, &response, 4.0);
    ui.painter().galley(rect.min + vec2(4.0, 4.0), galley, color);
    response
}

fn bottom_ui(ui: &mut Ui, view: &View<'_>, state: &mut State) -> Option<Action> {
    let sitting = &view.exam.sitting;
    let mut action = None;
    let run = |ui: &mut Ui, state: &mut State, text: &str, what: Command, enabled: bool| {
        let clicked = ui.add_enabled_ui(enabled, |ui| button(ui, text, &what.key_words())).inner.clicked();
        clicked.then(|| command(view, state, what)).flatten()
    };
    ui.horizontal_centered(|ui| {
        if sitting.goes_back() {
            let back = view.place() > sitting.open_places().start && !state.listing;
            action = run(ui, state, "Previous", Command::PreviousQuestion, back);
        }
        let middle = if sitting.goes_back() { 300.0 } else { 130.0 };
        ui.add_space(((ui.available_width() - middle) / 2.0 - 60.0).max(8.0));
        let flagged = sitting.items().get(view.place()).is_some_and(|item| item.flagged);
        let text = if flagged { "Flagged ✓" } else { "Flag" };
        action = run(ui, state, text, Command::FlagQuestion, !state.listing).or(action.take());
        if sitting.goes_back() {
            let text = if state.listing { "Back to question" } else { "Review all" };
            action = run(ui, state, text, Command::ListQuestions, true).or(action.take());
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let text = if state.listing { "Back" } else { next_word(view) };
            if primary(ui, text, &Command::NextQuestion.key_words(), None).clicked() {
                action = command(view, state, Command::NextQuestion).or(action.take());
            }
        });
    });
    action
}

fn next_word(view: &View<'_>) -> &'static str {
    match next(view) {
        Some(Action::Exam(Act::Check)) => "Check",
        Some(Action::Open(Dialog::LeaveSection)) => "Next section",
        Some(Action::Open(Dialog::EndExam)) => "Finish",
        _ => "Next",
    }
}

fn question_page_ui(ui: &mut Ui, view: &View<'_>, state: &mut State) -> Option<Action> {
    let t = tokens(ui);
    let sitting = &view.exam.sitting;
    let mut action = None;
    ScrollArea::vertical().id_salt(("exam-question", view.place())).auto_shrink(false).show(ui, |ui| {
        let column = 880.0_f32.min(ui.available_width() - 72.0);
        let rect = eframe::egui::Rect::from_min_size(ui.cursor().min + vec2(44.0, 34.0), vec2(column, f32::INFINITY));
        ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
            let (Some(entry), Some(item)) = (view.exam.entry(), sitting.items().get(view.place())) else {
                label(ui, "The text of this question was lost. It counts as open.", 15.0, Weight::Regular, t.again);
                return;
            };
            let touched = exam_face_ui(ui, entry, item, view.order(), &mut state.answering);
            state.too_many |= touched.too_many;
            let answered = state.answered(view, entry);
            if answered.is_some() {
                state.too_many = touched.too_many;
            }
            if state.too_many {
                label(ui, "No more than that: take one away first.", 13.0, Weight::Medium, t.hard);
            }
            ui.add_space(14.0);
            let confidence = confidence_ui(ui, view);
            let note = note_ui(ui, state, &item.note);
            let entered = touched.entered.then(|| next(view)).flatten();
            let acts = answered.or(touched.act).or(confidence).or(note).map(Action::Exam);
            action = acts.or(touched.asked).or(entered);
            ui.add_space(24.0);
        });
    });
    action
}

fn confidence_ui(ui: &mut Ui, view: &View<'_>) -> Option<Act> {
    let sitting = &view.exam.sitting;
    let item = sitting.items().get(view.place())?;
    if !sitting.start().rules.ask_confidence {
        return None;
    }
    let t = tokens(ui);
    let options: Vec<(Option<Confidence>, &str)> = Confidence::ALL.iter().map(|one| (Some(*one), one.label())).collect();
    let chosen = ui.horizontal(|ui| {
        label(ui, "How sure are you?", 13.0, Weight::Regular, t.muted);
        choice_row(ui, &options, item.confidence)
    });
    chosen.inner.flatten().map(Act::Confidence)
}

fn note_ui(ui: &mut Ui, state: &mut State, kept: &str) -> Option<Act> {
    let t = tokens(ui);
    if !state.note_open {
        return None;
    }
    let id = label(ui, "Note to yourself", 12.5, Weight::Medium, t.muted).id;
    let field = TextEdit::multiline(&mut state.note).desired_rows(2).desired_width(f32::INFINITY).margin(Margin::symmetric(12, 8));
    let response = ui.add(field).labelled_by(id);
    if std::mem::take(&mut state.focus_note) {
        response.request_focus();
    }
    if response.has_focus() && ui.input(|input| input.key_pressed(eframe::egui::Key::Escape)) {
        response.surrender_focus();
    }
    (response.lost_focus() && state.note != kept).then(|| Act::Note(state.note.clone()))
}
