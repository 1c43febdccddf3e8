//! hashcards Markdown: `Q:` and `A:`, `C:` with `[gaps]`, `---` between cards.

use super::foreign::{Findings, Foreign, ForeignDeck, ForeignNote, basic};
use super::html;
use super::text::{front_matter, title_of};
use crate::model::NoteBody;
use std::collections::BTreeSet;
use std::path::Path;

#[derive(Default)]
struct Card {
    line: usize,
    question: Option<String>,
    answer: Option<String>,
    cloze: Option<String>,
}

impl Card {
    fn last(&mut self) -> Option<&mut String> {
        self.answer.as_mut().or(self.question.as_mut()).or(self.cloze.as_mut())
    }
}

pub(super) fn read(path: &Path, text: &str) -> Foreign {
    let (fields, body, first) = front_matter(text);
    let mut findings = Findings::new(path);
    let name = fields.into_iter().find(|(name, value)| name == "name" && !value.is_empty()).map(|(_, name)| name);
    let mut deck = ForeignDeck { title: name.unwrap_or_else(|| title_of(path)), ..ForeignDeck::default() };
    let (mut card, mut seen, mut fenced) = (Card::default(), BTreeSet::new(), false);
    for (index, line) in body.lines().enumerate() {
        let number = first + index;
        fenced ^= line.trim_start().starts_with("```");
        if fenced {
            add(&mut card, line, number, &mut findings);
        } else if let Some(question) = line.strip_prefix("Q:") {
            close(std::mem::take(&mut card), &mut seen, &mut findings, &mut deck);
            card = Card { line: number, question: Some(question.trim().to_owned()), ..Card::default() };
        } else if let Some(cloze) = line.strip_prefix("C:") {
            close(std::mem::take(&mut card), &mut seen, &mut findings, &mut deck);
            card = Card { line: number, cloze: Some(cloze.trim().to_owned()), ..Card::default() };
        } else if let Some(answer) = line.strip_prefix("A:") {
            if card.question.is_some() && card.answer.is_none() {
                card.answer = Some(answer.trim().to_owned());
            } else {
                findings.lost(number, "an answer without a question");
            }
        } else if line.trim() == "---" {
            close(std::mem::take(&mut card), &mut seen, &mut findings, &mut deck);
        } else {
            add(&mut card, line, number, &mut findings);
        }
    }
    close(card, &mut seen, &mut findings, &mut deck);
    Foreign { decks: vec![deck], issues: findings.finish(), ..Foreign::default() }
}

fn add(card: &mut Card, line: &str, number: usize, findings: &mut Findings) {
    match card.last() {
        Some(text) => {
            text.push('\n');
            text.push_str(line);
        }
        None if line.trim().is_empty() || line.starts_with('#') => {}
        None => findings.lost(number, "text that belongs to no card"),
    }
}

fn close(card: Card, seen: &mut BTreeSet<String>, findings: &mut Findings, deck: &mut ForeignDeck) {
    let clean = |text: String| html::clean(text.trim());
    let body = match (card.question, card.answer, card.cloze) {
        (Some(question), Some(answer), _) => basic(clean(question), clean(answer)),
        (Some(_), None, _) => return findings.lost(card.line, "a question without an answer"),
        (None, _, Some(cloze)) => {
            let text = gaps(&clean(cloze));
            if crate::model::cloze::numbers(&text).is_empty() {
                return findings.lost(card.line, "a card with gaps that has none");
            }
            NoteBody::Cloze { text, why: String::new() }
        }
        (None, _, None) => return,
    };
    let note = ForeignNote::new(body, card.line);
    if seen.insert(note.key().to_owned()) {
        deck.notes.push(note);
    } else {
        findings.changed(card.line, "the card stands in the file twice and was taken once");
    }
}

/// `[gap]` becomes `{{c1::gap}}`, each its own card. Pictures, escaped brackets, code and formulas stay.
fn gaps(text: &str) -> String {
    let (mut out, mut number, mut rest) = (String::new(), 0, text);
    while let Some(at) = rest.find(['[', '\\', '`', '!']) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let mut chars = tail.chars();
        match chars.next() {
            Some('\\') => {
                // `\[` and `\]` are brackets.
                let escaped = chars.next();
                if !matches!(escaped, Some('[' | ']')) {
                    out.push('\\');
                }
                out.extend(escaped);
                rest = chars.as_str();
            }
            Some('!') if chars.as_str().starts_with('[') => {
                let end = tail.find(')').map_or(tail.len(), |end| end + 1);
                out.push_str(tail.get(..end).unwrap_or_default());
                rest = tail.get(end..).unwrap_or_default();
            }
            Some('`') => {
                let end = tail.get(1..).and_then(|inner| inner.find('`')).map_or(tail.len(), |end| end + 2);
                out.push_str(tail.get(..end).unwrap_or_default());
                rest = tail.get(end..).unwrap_or_default();
            }
            Some('[') => match chars.as_str().split_once(']') {
                Some((gap, after)) if !gap.trim().is_empty() => {
                    number += 1;
                    out.push_str(&format!("{{{{c{number}::{gap}}}}}"));
                    rest = after;
                }
                _ => {
                    out.push('[');
                    rest = chars.as_str();
                }
            },
            Some(other) => {
                out.push(other);
                rest = chars.as_str();
            }
            None => break,
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_gaps_and_what_is_wrong() {
        let text = "---\nname = \"Crypto\"\n---\n\nQ: What is\nKMS?\nA: A key service.\n\n- managed\n\n---\n\nC: [AES] is a \\[block\\] cipher, ![p](a.png), of [128] bits.\n\nA: lost\nQ: open\n\nQ: What is\nKMS?\nA: A key service.\n";
        let foreign = read(Path::new("x.md"), text);
        let deck = foreign.decks.first().expect("a deck");
        assert_eq!((deck.title.as_str(), deck.notes.len()), ("Crypto", 2));
        assert_eq!(deck.notes.first().map(|note| note.body.clone()), Some(basic("What is\nKMS?", "A key service.\n\n- managed")));
        let gaps = "{{c1::AES}} is a [block] cipher, ![p](a.png), of {{c2::128}} bits.";
        assert!(matches!(deck.notes.get(1).map(|note| &note.body), Some(NoteBody::Cloze { text, .. }) if text == gaps), "{:?}", deck.notes);
        assert_eq!(foreign.issues.iter().map(|issue| issue.location.line).collect::<Vec<_>>(), [15, 16, 18]);
    }
}
