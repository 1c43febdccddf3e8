//! A deck as Markdown that reads well and that question-bank tools understand: headings ask, boxes answer, quotations say why.

use super::deck::{ExportDeck, questions};
use crate::model::{Deck, Note, NoteBody, Question, QuestionBody, cloze};

/// The whole deck.
pub fn write(export: &ExportDeck) -> String {
    let deck = &export.deck;
    let mut out = format!("# {}\n", deck.title);
    if !deck.summary.is_empty() {
        out.push_str(&format!("\n{}\n", deck.summary));
    }
    let mut domain = None;
    for note in &deck.notes {
        let title = note.domain.as_ref().map_or("", |domain| deck.domain_title(domain));
        if domain != Some(title) && !title.is_empty() {
            out.push_str(&format!("\n## {title}\n"));
        }
        domain = Some(title);
        note_text(deck, note, &mut out);
    }
    out
}

/// A stem as a heading: its first line; the rest follows.
fn heading(stem: &str) -> String {
    match stem.split_once('\n') {
        Some((first, rest)) => format!("\n### {}\n\n{}\n", first.trim_end_matches('\\').trim(), rest.trim()),
        None => format!("\n### {stem}\n"),
    }
}

fn note_text(deck: &Deck, note: &Note, out: &mut String) {
    match &note.body {
        NoteBody::Basic { front, back, .. } => out.push_str(&format!("{}\n**Answer:** {back}\n", heading(front))),
        NoteBody::Cloze { text, why } => {
            let asked = cloze::numbers(text).first().map_or(text.clone(), |number| cloze::render(text, Some(*number)));
            out.push_str(&format!("{}\n**Answer:** {}\n", heading(&asked), cloze::render(text, None)));
            if !why.is_empty() {
                out.push_str(&format!("\n{why}\n"));
            }
        }
        NoteBody::Question(_) | NoteBody::Case(_) => {
            for (scenario, question) in questions(note) {
                let stem = scenario.map_or(question.stem.clone(), |scenario| format!("{}\n\n{scenario}", question.stem));
                out.push_str(&heading(&stem));
                question_text(question, out);
            }
        }
    }
    for cite in &note.cites {
        if let Some(source) = deck.source(&cite.source) {
            let url = if cite.pinpoint.contains("://") { &cite.pinpoint } else { &source.url };
            let words = if cite.pinpoint.contains("://") { source.title.clone() } else { format!("{}, {}", source.title, cite.pinpoint) };
            out.push_str(&if url.is_empty() { format!("\n{words}\n") } else { format!("\n[{words}]({url})\n") });
        }
    }
}

fn question_text(question: &Question, out: &mut String) {
    let indented = |text: &str| text.replace('\n', "\n  ");
    out.push('\n');
    match &question.body {
        QuestionBody::Choice(choice) => {
            for option in &choice.options {
                out.push_str(&format!("- [{}] {}\n", if option.is_key { "x" } else { " " }, indented(&option.text)));
                if !option.why.is_empty() {
                    out.push_str(&format!("  > {}\n", option.why.split_whitespace().collect::<Vec<_>>().join(" ")));
                }
            }
        }
        QuestionBody::Order(order) => {
            let steps: Vec<String> =
                order.steps.iter().enumerate().map(|(index, step)| format!("{}. {}", index + 1, indented(step))).collect();
            out.push_str(&format!("**Answer:** in this order\n\n{}\n", steps.join("\n")));
        }
        QuestionBody::Match(pairs) => {
            out.push_str("**Answer:** these belong together\n\n");
            for (left, right) in &pairs.pairs {
                out.push_str(&format!("- {} → {}\n", indented(left), indented(right)));
            }
        }
        QuestionBody::Typed(typed) => out.push_str(&format!("**Answer:** {}\n", typed.accept.join(" / "))),
    }
    if !question.why.is_empty() {
        out.push_str(&format!("\n{}\n", question.why));
    }
}
