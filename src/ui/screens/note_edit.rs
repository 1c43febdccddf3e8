//! A note as a form, of any kind, with what it will look like beside it and the checker's marks at each field.

use super::super::action::Action;
use super::super::theme::{Weight, tokens};
use super::super::widgets::{Markup, button, choice_row, dialog, has_columns, label, markup_ui, primary, rule, small_button};
use crate::app::{Collection, FieldFinding, empty_body};
use crate::model::{CardKind, Case, Choice, DeckId, Note, NoteBody, NoteId, Opt, Question, QuestionBody, cloze};
use eframe::egui::{Align, ComboBox, Context, Id, Layout, ScrollArea, TextEdit, Ui};

/// The note under way.
#[derive(Debug, Clone, Default)]
pub(in crate::ui) struct State {
    deck: Option<DeckId>,
    before: Option<Note>,
    note: Option<Note>,
    is_new: bool,
    tags: String,
    findings: Vec<FieldFinding>,
    /// What was checked last, so that a note is checked when it changed and not each frame.
    checked: Option<Note>,
}

impl State {
    /// Takes up a note that is there.
    pub(in crate::ui) fn open(collection: &Collection, deck: &DeckId, note: &NoteId) -> Self {
        let note = collection.deck(deck).and_then(|deck| deck.note(note).cloned());
        let tags = note.as_ref().map(|note| note.tags.join(" ")).unwrap_or_default();
        Self { deck: Some(deck.clone()), before: note.clone(), note, tags, ..Self::default() }
    }

    /// Begins a new one.
    pub(in crate::ui) fn begin(collection: &Collection, deck: &DeckId) -> Self {
        let note = collection.new_note(deck, CardKind::Basic).ok();
        Self { deck: Some(deck.clone()), note, is_new: true, ..Self::default() }
    }
}

/// Shows the form.
#[must_use]
pub(in crate::ui) fn ui(ctx: &Context, state: &mut State, collection: &Collection) -> Option<Action> {
    let (Some(deck), Some(mut note)) = (state.deck.clone(), state.note.take()) else { return Some(Action::CloseDialog) };
    note.tags = state.tags.split_whitespace().map(str::to_owned).collect();
    if state.checked.as_ref() != Some(&note) {
        state.findings = collection.check_note(&deck, &note);
        state.checked = Some(note.clone());
    }
    let title = if state.is_new { "New note" } else { "Edit note" };
    let (action, close) = dialog(ctx, title, 1020.0, |ui| {
        head_ui(ui, &deck, &mut note, state, collection);
        ui.add_space(6.0);
        let findings = &state.findings;
        // The form scrolls; the buttons below it stay in sight.
        let room = (ctx.content_rect().height() - 370.0).max(160.0);
        let scroll = |name: &str| ScrollArea::vertical().id_salt(name).max_height(room).auto_shrink([false, true]);
        if has_columns(ui) {
            ui.columns(2, |columns| {
                if let [form, preview] = columns {
                    scroll("note-form").show(form, |ui| form_ui(ui, &mut note, findings));
                    // Beside the form it stays in sight while the form scrolls. Columns spread words to both edges; text does not.
                    scroll("note-preview").show(preview, |ui| ui.with_layout(Layout::top_down(Align::Min), |ui| preview_ui(ui, &note)));
                }
            });
        } else {
            scroll("note-form").show(ui, |ui| {
                form_ui(ui, &mut note, findings);
                preview_ui(ui, &note);
            });
        }
        foot_ui(ui, &deck, &note, state)
    });
    state.note = Some(note);
    action.or(close.then_some(Action::CloseDialog))
}

/// Where the note stands: deck, kind, domain, tags.
fn head_ui(ui: &mut Ui, deck: &DeckId, note: &mut Note, state: &mut State, collection: &Collection) {
    let t = tokens(ui);
    let place = if state.is_new { deck.to_string() } else { format!("{deck}/{}", note.id) };
    label(ui, format!("{place} · Markdown"), 12.0, Weight::Mono, t.muted);
    if state.is_new {
        let kinds: Vec<(CardKind, &str)> = CardKind::ALL.iter().map(|kind| (*kind, kind_title(*kind))).collect();
        let is_case = matches!(note.body, NoteBody::Case(_));
        ui.horizontal(|ui| {
            if let Some(kind) = choice_row(ui, &kinds, kind_of(&note.body).unwrap_or(CardKind::Basic))
                .filter(|kind| is_case || Some(*kind) != kind_of(&note.body))
            {
                note.body = empty_body(kind);
            }
            if !is_case && small_button(ui, "Case").on_hover_text("A scenario with several questions").clicked() {
                note.body = empty_case();
            }
        });
    }
    ui.horizontal(|ui| {
        if let Some(own) = collection.deck(deck).filter(|own| !own.domains.is_empty()) {
            let id = label(ui, "Domain", 12.5, Weight::Medium, t.muted).id;
            let shown = note.domain.as_ref().map_or("none", |domain| own.domain_title(domain));
            let combo = ComboBox::from_id_salt("note-domain").selected_text(shown).width(180.0).show_ui(ui, |ui| {
                ui.selectable_value(&mut note.domain, None, "none");
                for domain in &own.domains {
                    ui.selectable_value(&mut note.domain, Some(domain.id.clone()), &domain.title);
                }
            });
            drop(combo.response.labelled_by(id));
        }
        let id = label(ui, "Tags", 12.5, Weight::Medium, t.muted).id;
        ui.add(TextEdit::singleline(&mut state.tags).id(Id::unique("note-tags")).hint_text("apart by blanks").desired_width(260.0))
            .labelled_by(id);
    });
}

fn kind_title(kind: CardKind) -> &'static str {
    match kind {
        CardKind::Basic => "Question and answer",
        CardKind::Cloze => "Gaps",
        CardKind::Choice => "Choice",
        CardKind::Order => "Order",
        CardKind::Match => "Match",
        CardKind::Typed => "Typed answer",
    }
}

fn kind_of(body: &NoteBody) -> Option<CardKind> {
    Some(match body {
        NoteBody::Basic { .. } => CardKind::Basic,
        NoteBody::Cloze { .. } => CardKind::Cloze,
        NoteBody::Question(question) => match question.body {
            QuestionBody::Choice(_) => CardKind::Choice,
            QuestionBody::Order(_) => CardKind::Order,
            QuestionBody::Match(_) => CardKind::Match,
            QuestionBody::Typed(_) => CardKind::Typed,
        },
        NoteBody::Case(_) => return None,
    })
}

fn empty_case() -> NoteBody {
    NoteBody::Case(Case { scenario: String::new(), exhibits: Vec::new(), questions: case_question(1).into_iter().collect() })
}

/// A question of a case, under its number.
fn case_question(number: usize) -> Option<(NoteId, Question)> {
    let NoteBody::Question(question) = empty_body(CardKind::Choice) else { return None };
    NoteId::new(&format!("q{number}")).ok().map(|id| (id, question))
}

fn form_ui(ui: &mut Ui, note: &mut Note, findings: &[FieldFinding]) {
    let form = Form { findings };
    match &mut note.body {
        NoteBody::Basic { front, back, both_ways } => {
            form.text(ui, "Front", &["front"], front);
            form.text(ui, "Back", &["back"], back);
            ui.checkbox(both_ways, "Ask it the other way round too");
        }
        NoteBody::Cloze { text, why } => {
            form.text(ui, "Text with gaps", &["text"], text);
            if small_button(ui, "Add a gap").on_hover_text("Write what is to be recalled as {{c1::answer::hint}}").clicked() {
                let next = cloze::numbers(text).last().map_or(1, |last| last + 1);
                text.push_str(&format!("{{{{c{next}::answer}}}}"));
            }
            form.text(ui, "Why", &["why"], why);
        }
        NoteBody::Question(question) => form.question(ui, "", &[], question),
        NoteBody::Case(case) => form.case(ui, case),
    }
    form.rest(ui);
}

struct Form<'f> {
    findings: &'f [FieldFinding],
}

impl Form<'_> {
    fn text(&self, ui: &mut Ui, name: &str, path: &[&str], text: &mut String) {
        let t = tokens(ui);
        let id = label(ui, name, 12.5, Weight::Medium, t.muted).id;
        let rows = (text.chars().count() / 66 + text.matches('\n').count() + 1).clamp(1, 10);
        let field =
            TextEdit::multiline(text).id(Id::unique(("note-field", path.join(".")))).desired_rows(rows).desired_width(f32::INFINITY);
        ui.add(field).labelled_by(id);
        self.marks(ui, path);
    }

    /// What the checker says of a field, right below it.
    fn marks(&self, ui: &mut Ui, path: &[&str]) {
        let t = tokens(ui);
        for finding in self.findings.iter().filter(|finding| finding.path == path) {
            let color = if finding.is_error { t.again } else { t.hard };
            let response =
                label(ui, format!("{} {}", if finding.is_error { "✗" } else { "!" }, finding.message), 12.0, Weight::Regular, color);
            if let Some(hint) = &finding.hint {
                response.on_hover_text(hint);
            }
        }
    }

    /// What belongs to no field.
    fn rest(&self, ui: &mut Ui) {
        self.marks(ui, &[]);
    }

    fn question(&self, ui: &mut Ui, prefix: &str, base: &[&str], question: &mut Question) {
        let at = |path: &[&str]| base.iter().chain(path).map(|part| (*part).to_owned()).collect::<Vec<String>>();
        let text = |ui: &mut Ui, name: &str, path: &[&str], text: &mut String| {
            let path = at(path);
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            self.text(ui, &format!("{prefix}{name}"), &path, text);
        };
        text(ui, "Stem", &["stem"], &mut question.stem);
        match &mut question.body {
            QuestionBody::Choice(choice) => {
                self.options(ui, prefix, base, choice);
                let path = at(&["options"]);
                self.marks(ui, &path.iter().map(String::as_str).collect::<Vec<_>>());
            }
            QuestionBody::Order(order) => {
                let wish = list_ui(ui, &mut order.steps, "step", |ui, index, step| {
                    text(ui, &format!("Step {}", index + 1), &["steps", &index.to_string()], step);
                });
                wish.carry_out(&mut order.steps);
            }
            QuestionBody::Match(pairs) => {
                let wish = list_ui(ui, &mut pairs.pairs, "pair", |ui, index, (left, right)| {
                    text(ui, &format!("Pair {}, left", index + 1), &["pairs", &index.to_string(), "0"], left);
                    text(ui, &format!("Pair {}, right", index + 1), &["pairs", &index.to_string(), "1"], right);
                });
                wish.carry_out(&mut pairs.pairs);
                let wish = list_ui(ui, &mut pairs.decoys, "decoy", |ui, index, decoy| {
                    text(ui, &format!("Decoy {}", index + 1), &["decoys", &index.to_string()], decoy);
                });
                wish.carry_out(&mut pairs.decoys);
            }
            QuestionBody::Typed(typed) => {
                let wish = list_ui(ui, &mut typed.accept, "answer", |ui, index, answer| {
                    text(ui, &format!("Accepted answer {}", index + 1), &["accept", &index.to_string()], answer);
                });
                wish.carry_out(&mut typed.accept);
            }
        }
        text(ui, "Why", &["why"], &mut question.why);
    }

    fn options(&self, ui: &mut Ui, prefix: &str, base: &[&str], choice: &mut Choice) {
        let wish = list_ui(ui, &mut choice.options, "option", |ui, index, option: &mut Opt| {
            let name = char::from(b'A' + u8::try_from(index).unwrap_or(25).min(25));
            ui.checkbox(&mut option.is_key, format!("{prefix}Option {name} is right"));
            let number = index.to_string();
            let path = |field| [base, &["options", number.as_str(), field]].concat();
            self.text(ui, &format!("{prefix}Option {name}"), &path("text"), &mut option.text);
            self.text(ui, &format!("{prefix}Why {name} is right or wrong"), &path("why"), &mut option.why);
        });
        if let Wish::Add = wish {
            choice.options.push(Opt { text: String::new(), why: String::new(), see: None, is_key: false });
        } else {
            wish.carry_out_without_adding(&mut choice.options);
        }
        ui.checkbox(&mut choice.shuffle, "Shuffle the options");
    }

    fn case(&self, ui: &mut Ui, case: &mut Case) {
        self.text(ui, "Scenario", &["scenario"], &mut case.scenario);
        for exhibit in &mut case.exhibits {
            let t = tokens(ui);
            let id = label(ui, format!("Exhibit “{}”", exhibit.title), 12.5, Weight::Medium, t.muted).id;
            ui.add(TextEdit::multiline(&mut exhibit.text).desired_rows(3).desired_width(f32::INFINITY)).labelled_by(id);
        }
        for (index, (_, question)) in case.questions.iter_mut().enumerate() {
            rule(ui);
            ui.push_id(index, |ui| self.question(ui, &format!("Question {}: ", index + 1), &["questions", &index.to_string()], question));
        }
        ui.horizontal(|ui| {
            if small_button(ui, "Add question").clicked() {
                let free = (1..1_000).filter_map(case_question).find(|(id, _)| case.questions.iter().all(|(own, _)| own != id));
                case.questions.extend(free);
            }
            if case.questions.len() > 1 && small_button(ui, "Remove last question").clicked() {
                case.questions.pop();
            }
        });
    }
}

/// What is to be done with a list.
enum Wish {
    Nothing,
    Add,
    Remove(usize),
    Up(usize),
}

impl Wish {
    fn carry_out<T: Default>(self, list: &mut Vec<T>) {
        match self {
            Self::Add => list.push(T::default()),
            other => other.carry_out_without_adding(list),
        }
    }

    fn carry_out_without_adding<T>(self, list: &mut Vec<T>) {
        match self {
            Self::Remove(index) if index < list.len() => drop(list.remove(index)),
            Self::Up(index) if index > 0 && index < list.len() => list.swap(index - 1, index),
            _ => {}
        }
    }
}

/// The things of a list, each with buttons to move it up and to remove it.
fn list_ui<T>(ui: &mut Ui, list: &mut [T], name: &str, mut one: impl FnMut(&mut Ui, usize, &mut T)) -> Wish {
    let mut wish = Wish::Nothing;
    for (index, item) in list.iter_mut().enumerate() {
        one(ui, index, item);
        ui.horizontal(|ui| {
            if index > 0 && small_button(ui, "Up").on_hover_text(format!("Move {name} {} up", index + 1)).clicked() {
                wish = Wish::Up(index);
            }
            if small_button(ui, "Remove").on_hover_text(format!("Remove {name} {}", index + 1)).clicked() {
                wish = Wish::Remove(index);
            }
        });
    }
    if small_button(ui, &format!("Add {name}")).clicked() {
        wish = Wish::Add;
    }
    wish
}

/// The note as it will be shown, question above, answer below.
fn preview_ui(ui: &mut Ui, note: &Note) {
    let t = tokens(ui);
    eframe::egui::Frame::new().fill(t.sunken).corner_radius(10.0).inner_margin(16.0).show(ui, |ui| {
        ui.set_width(ui.available_width());
        label(ui, "Preview", 12.5, Weight::Medium, t.muted);
        let strong = Markup { size: 17.0, weight: Weight::Medium, color: t.text };
        let plain = Markup { size: 14.5, weight: Weight::Regular, color: t.text };
        let faint = Markup { size: 13.0, weight: Weight::Regular, color: t.muted };
        match &note.body {
            NoteBody::Basic { front, back, .. } => {
                markup_ui(ui, front, strong);
                rule(ui);
                markup_ui(ui, back, plain);
            }
            NoteBody::Cloze { text, why } => {
                for number in cloze::numbers(text).into_iter().take(4) {
                    markup_ui(ui, &cloze::render(text, Some(number)), strong);
                }
                rule(ui);
                markup_ui(ui, &cloze::render(text, None), plain);
                markup_ui(ui, why, faint);
            }
            NoteBody::Question(question) => question_preview_ui(ui, question, strong, plain, faint),
            NoteBody::Case(case) => {
                markup_ui(ui, &case.scenario, plain);
                for (_, question) in &case.questions {
                    rule(ui);
                    question_preview_ui(ui, question, strong, plain, faint);
                }
            }
        }
    });
}

fn question_preview_ui(ui: &mut Ui, question: &Question, strong: Markup, plain: Markup, faint: Markup) {
    let t = tokens(ui);
    markup_ui(ui, &question.stem, strong);
    match &question.body {
        QuestionBody::Choice(choice) => {
            for option in &choice.options {
                let color = if option.is_key { t.good } else { t.text };
                markup_ui(ui, &format!("{} {}", if option.is_key { "✓" } else { "○" }, option.text), Markup { color, ..plain });
                markup_ui(ui, &option.why, faint);
            }
        }
        QuestionBody::Order(order) => {
            for (index, step) in order.steps.iter().enumerate() {
                markup_ui(ui, &format!("{}\\. {step}", index + 1), plain);
            }
        }
        QuestionBody::Match(pairs) => {
            for (left, right) in &pairs.pairs {
                markup_ui(ui, &format!("{left} → {right}"), plain);
            }
            for decoy in &pairs.decoys {
                markup_ui(ui, &format!("… → {decoy}"), faint);
            }
        }
        QuestionBody::Typed(typed) => drop(label(ui, typed.accept.join(" / "), 14.5, Weight::Mono, t.text)),
    }
    markup_ui(ui, &question.why, faint);
}

fn foot_ui(ui: &mut Ui, deck: &DeckId, note: &Note, state: &State) -> Option<Action> {
    let t = tokens(ui);
    let errors = state.findings.iter().filter(|finding| finding.is_error).count();
    let mut action = None;
    ui.add_space(10.0);
    ui.horizontal(|ui| {
        if primary(ui, "Save", "", None).clicked() && errors == 0 {
            action =
                Some(Action::SaveNote { deck: deck.clone(), before: state.before.clone().map(Box::new), note: Box::new(note.clone()) });
        }
        if button(ui, "Cancel", "").clicked() {
            action = Some(Action::CloseDialog);
        }
        if !state.is_new && small_button(ui, "Open file in editor").clicked() {
            action = Some(Action::OpenInEditor(deck.clone(), note.id.clone()));
        }
        if errors > 0 {
            let words = if errors == 1 {
                "One thing has to be mended first".to_owned()
            } else {
                format!("{errors} things have to be mended first")
            };
            label(ui, words, 12.5, Weight::Regular, t.again);
        }
    });
    action
}
