//! What is exported: decks with everything that is known of their cards.

use crate::model::{CardState, Deck, Note, NoteBody, Question, QuestionBody, Rating, Timestamp};
use std::path::PathBuf;
use std::sync::Arc;

/// A deck with what goes along.
#[derive(Debug, Clone)]
pub struct ExportDeck {
    /// The deck as it is studied.
    pub deck: Arc<Deck>,
    /// What is known of its cards: one for each card, in the deck's order.
    pub cards: Vec<ExportCard>,
    /// The folder of its pictures.
    pub media: Option<PathBuf>,
    /// Each note as our own format writes it, so that it can come back whole.
    pub sources: Vec<String>,
}

/// What is known of a card.
#[derive(Debug, Clone, Default)]
pub struct ExportCard {
    /// Where it stands.
    pub state: CardState,
    /// Days of its present interval.
    pub interval_days: i32,
    /// Answers, in the order of time.
    pub answers: Vec<ExportAnswer>,
    /// Instants at which it was made new again.
    pub resets: Vec<Timestamp>,
}

/// An answer with what it changed.
#[derive(Debug, Clone, Copy)]
pub struct ExportAnswer {
    /// When.
    pub at: Timestamp,
    /// The rating.
    pub rating: Rating,
    /// Thinking time in milliseconds.
    pub taken_millis: u32,
    /// 0 in first steps, 1 scheduled by days, 2 in steps after a lapse.
    pub phase: u8,
    /// Days of the interval it gave; 0 for a short step.
    pub interval_days: i32,
}

/// Questions of a note with the scenario each belongs to.
pub(super) fn questions(note: &Note) -> Vec<(Option<&str>, &Question)> {
    match &note.body {
        NoteBody::Question(question) => vec![(None, question)],
        NoteBody::Case(case) => case.questions.iter().map(|(_, question)| (Some(case.scenario.as_str()), question)).collect(),
        NoteBody::Basic { .. } | NoteBody::Cloze { .. } => Vec::new(),
    }
}

/// A question and its answer as two texts, for programs that know only cards.
pub(super) fn two_sides(question: &Question) -> (String, String) {
    let list =
        |items: Vec<String>| items.into_iter().map(|item| format!("- {}", item.replace('\n', "\n  "))).collect::<Vec<_>>().join("\n");
    let (asked, mut answer) = match &question.body {
        QuestionBody::Choice(choice) => {
            let keys = choice.options.iter().filter(|option| option.is_key);
            let key = |text: &str, why: &str| if why.is_empty() { format!("**{text}**") } else { format!("**{text}**\n\n{why}") };
            let mut parts: Vec<String> = keys.map(|option| key(&option.text, &option.why)).collect();
            let wrong = choice.options.iter().filter(|option| !option.is_key && !option.why.is_empty());
            parts.extend(wrong.map(|option| format!("Not: {}\n\n{}", option.text, option.why)));
            (list(choice.options.iter().map(|option| option.text.clone()).collect()), parts.join("\n\n"))
        }
        QuestionBody::Order(order) => {
            let mut sorted = order.steps.clone();
            sorted.sort();
            let steps: Vec<String> = order.steps.iter().enumerate().map(|(index, step)| format!("{}. {step}", index + 1)).collect();
            (list(sorted), steps.join("\n"))
        }
        QuestionBody::Match(pairs) => {
            let mut rights: Vec<String> = pairs.right_sides().into_iter().map(str::to_owned).collect();
            rights.sort();
            let lefts = pairs.pairs.iter().map(|(left, _)| left.clone()).collect();
            let answer = pairs.pairs.iter().map(|(left, right)| format!("{left} → {right}")).collect();
            (format!("{}\n\n{}", list(lefts), rights.join(" · ")), list(answer))
        }
        QuestionBody::Typed(typed) => (String::new(), typed.accept.join(" / ")),
    };
    if !question.why.is_empty() {
        answer.push_str(&format!("\n\n{}", question.why));
    }
    let asked = if asked.is_empty() { question.stem.clone() } else { format!("{}\n\n{asked}", question.stem) };
    (asked, answer)
}
