//! Bodies of notes as importers make them: checked, trimmed, and refused with a reason.

use crate::model::{Case, Choice, Match, NoteBody, Opt, Order, Question, QuestionBody, Typed, cloze};
use std::collections::BTreeSet;

/// A plain question and answer. An answer that is missing becomes a dash, because a card must say something.
pub(super) fn basic(front: impl Into<String>, back: impl Into<String>) -> NoteBody {
    let (front, back) = (trimmed(front.into()), trimmed(back.into()));
    NoteBody::Basic { front, back: if back.is_empty() { "—".to_owned() } else { back }, both_ways: false }
}

/// A text without white space at its ends; most have none, and are not copied.
fn trimmed(text: String) -> String {
    if text.trim().len() == text.len() { text } else { text.trim().to_owned() }
}

/// A text with gaps if it has any, else a note to read.
pub(super) fn cloze_or_basic(text: &str, why: &str) -> NoteBody {
    if cloze::numbers(text).is_empty() {
        return basic(text, why);
    }
    NoteBody::Cloze { text: text.trim().to_owned(), why: why.trim().to_owned() }
}

/// An answer or a hint as it can stand in a gap, where two colons part the two: a mark nobody sees keeps them apart.
pub(super) fn in_gap(text: &str) -> String {
    text.replace("::", ":\u{2060}:").replace("}}", "}\u{2060}}")
}

fn question(stem: &str, why: &str, body: QuestionBody) -> NoteBody {
    NoteBody::Question(Question { stem: stem.trim().to_owned(), why: why.trim().to_owned(), expect: None, body })
}

/// An option of a choice.
pub(super) fn option(text: &str, is_key: bool, why: &str) -> Opt {
    Opt { text: text.trim().to_owned(), why: why.trim().to_owned(), see: None, is_key }
}

/// A choice, or why it is none.
pub(super) fn choice(stem: &str, options: Vec<Opt>, why: &str) -> Result<NoteBody, &'static str> {
    if stem.trim().is_empty() {
        return Err("the question has no text");
    }
    if options.iter().any(|option| option.text.is_empty()) {
        return Err("an option is empty");
    }
    if options.len() < 2 {
        return Err("there are fewer than two options");
    }
    if !options.iter().any(|option| option.is_key) {
        return Err("no option is marked as right");
    }
    let texts: BTreeSet<&str> = options.iter().map(|option| option.text.as_str()).collect();
    if texts.len() < options.len() {
        return Err("two options say the same");
    }
    // A key among options that are all right, or in an order that says something, is not for shuffling.
    let fixed = options.iter().any(|option| is_last_option(&option.text));
    Ok(question(stem, why, QuestionBody::Choice(Choice { options, shuffle: !fixed })))
}

/// "All of the above" and its kin stand last or say nothing.
fn is_last_option(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["of the above", "of these", "both a and", "a and b", "b and c", "a and c"].iter().any(|phrase| lower.contains(phrase))
}

/// Typed answers.
pub(super) fn typed(stem: &str, accept: Vec<String>, why: &str) -> NoteBody {
    let mut accept: Vec<String> = accept.into_iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect();
    let mut seen = BTreeSet::new();
    accept.retain(|text| seen.insert(text.clone()));
    if accept.is_empty() {
        return basic(stem, why);
    }
    question(stem, why, QuestionBody::Typed(Typed { accept }))
}

/// Pairs.
pub(super) fn pairs(stem: &str, pairs: Vec<(String, String)>, decoys: Vec<String>, why: &str) -> Result<NoteBody, &'static str> {
    if pairs.len() < 2 {
        return Err("there are fewer than two pairs");
    }
    let lefts: BTreeSet<&str> = pairs.iter().map(|(left, _)| left.as_str()).collect();
    if lefts.len() < pairs.len() {
        return Err("two left sides say the same");
    }
    if pairs.iter().any(|(left, right)| left.trim().is_empty() || right.trim().is_empty()) {
        return Err("a side of a pair is empty");
    }
    let rights: BTreeSet<&str> = pairs.iter().map(|(_, right)| right.as_str()).collect();
    let mut decoys: Vec<String> = decoys.into_iter().filter(|decoy| !decoy.trim().is_empty() && !rights.contains(decoy.as_str())).collect();
    decoys.sort();
    decoys.dedup();
    let stem = if stem.trim().is_empty() { "Match each to what belongs to it." } else { stem };
    Ok(question(stem, why, QuestionBody::Match(Match { pairs, decoys })))
}

/// Steps in their order.
pub(super) fn order(stem: &str, steps: Vec<String>, why: &str) -> Result<NoteBody, &'static str> {
    if steps.len() < 2 {
        return Err("there are fewer than two steps");
    }
    if steps.iter().any(|step| step.trim().is_empty()) {
        return Err("a step is empty");
    }
    let stem = if stem.trim().is_empty() { "Put these in order." } else { stem };
    Ok(question(stem, why, QuestionBody::Order(Order { steps })))
}

/// A scenario with questions.
pub(super) fn case(scenario: &str, questions: Vec<(crate::model::NoteId, Question)>) -> NoteBody {
    NoteBody::Case(Case { scenario: scenario.trim().to_owned(), exhibits: Vec::new(), questions })
}
