//! Moodle's GIFT.

use super::deck::{ExportDeck, questions};
use crate::model::{Note, NoteBody, Question, QuestionBody, markup, text};

/// A text with the characters GIFT reads escaped. Markup is named where there is any.
fn written(text_: &str) -> String {
    let is_plain = text::plain(text_) == text_ && markup::escape(text_) == text_ && !text_.contains('\n') && !text_.starts_with(['[', '/']);
    format!("{}{}", if is_plain { "" } else { "[markdown]" }, escaped(text_))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 12);
    for c in text.chars() {
        match c {
            ':' | '#' | '=' | '{' | '}' | '~' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            _ => out.push(c),
        }
    }
    out
}

/// A deck's questions. What GIFT cannot say is named.
pub fn write(export: &ExportDeck) -> (String, Vec<String>) {
    let deck = &export.deck;
    let mut lost = Vec::new();
    let mut out = format!("// {}, written by Ascertain\n\n", deck.title.replace('\n', " "));
    let mut category = None;
    for note in &deck.notes {
        let title = note.domain.as_ref().map_or("", |domain| deck.domain_title(domain));
        if category != Some(title) {
            out.push_str(&format!("$CATEGORY: $course$/top/{}\n\n", title.replace('/', "//")));
            category = Some(title);
        }
        note_text(note, &mut out, &mut lost);
    }
    (out, lost)
}

fn note_text(note: &Note, out: &mut String, lost: &mut Vec<String>) {
    let mut head = format!("// [id:{}]", note.id);
    for tag in &note.tags {
        head.push_str(&format!(" [tag:{}]", tag.replace([']', '\n'], " ")));
    }
    match &note.body {
        NoteBody::Basic { front, back, .. } => {
            let feedback = written(back);
            out.push_str(&format!("{head}\n{} {{####{feedback}}}\n\n", written(front)));
        }
        NoteBody::Cloze { text, why } => {
            // A gap is what is asked; GIFT has one blank a question, so the text is asked as an essay with the whole as feedback.
            let asked =
                crate::model::cloze::numbers(text).first().map_or(text.clone(), |number| crate::model::cloze::render(text, Some(*number)));
            let whole = crate::model::cloze::render(text, None);
            let feedback = if why.is_empty() { whole } else { format!("{whole}\n\n{why}") };
            out.push_str(&format!("{head}\n{} {{####{}}}\n\n", written(&asked), written(&feedback)));
            lost.push(format!("{}: a text with gaps is asked as an essay", note.id));
        }
        NoteBody::Question(_) | NoteBody::Case(_) => {
            for (scenario, question) in questions(note) {
                let stem = scenario.map_or(question.stem.clone(), |scenario| format!("{scenario}\n\n{}", question.stem));
                match answers(question) {
                    Some(inner) => out.push_str(&format!("{head}\n{} {{\n{inner}}}\n\n", written(&stem))),
                    None => lost.push(format!("{}: GIFT has no question of this kind", note.id)),
                }
            }
        }
    }
}

fn answers(question: &Question) -> Option<String> {
    let mut out = String::new();
    match &question.body {
        QuestionBody::Choice(choice) => {
            let keys = choice.key_count();
            for option in &choice.options {
                let mark = match (option.is_key, keys) {
                    // A text that begins like a weight needs one of its own.
                    (true, 1) if option.text.starts_with('%') => "=%100%".to_owned(),
                    (false, 1) if option.text.starts_with('%') => "~%0%".to_owned(),
                    (true, 1) => "=".to_owned(),
                    (true, _) => format!("~%{}%", share(keys)),
                    (false, 1) => "~".to_owned(),
                    (false, _) => "~%-100%".to_owned(),
                };
                let why = if option.why.is_empty() { String::new() } else { format!("#{}", written(&option.why)) };
                out.push_str(&format!("\t{mark}{}{why}\n", written(&option.text)));
            }
        }
        QuestionBody::Match(pairs) => {
            // The arrow cannot be escaped.
            if pairs.pairs.iter().any(|(left, right)| left.contains("->") || right.contains("->")) {
                return None;
            }
            for (left, right) in &pairs.pairs {
                out.push_str(&format!("\t={} -> {}\n", written(left), written(right)));
            }
            for decoy in &pairs.decoys {
                out.push_str(&format!("\t= -> {}\n", written(decoy)));
            }
        }
        QuestionBody::Typed(typed) => {
            if typed.accept.iter().any(|answer| answer.contains("->")) {
                return None;
            }
            for answer in &typed.accept {
                let weight = if answer.starts_with('%') { "%100%" } else { "" };
                out.push_str(&format!("\t={weight}{}\n", escaped(answer)));
            }
        }
        QuestionBody::Order(_) => return None,
    }
    if !question.why.is_empty() {
        out.push_str(&format!("\t####{}\n", written(&question.why)));
    }
    Some(out)
}

/// A share Moodle knows: it takes hundredths, and wants those of thirds written out.
fn share(keys: usize) -> String {
    let share = 100.0 / keys as f64;
    if (share - share.round()).abs() < 1e-9 { format!("{share:.0}") } else { format!("{share:.5}") }
}
