//! text2qti Markdown: `1. stem`, `a)` or `*b)`, `[ ]` or `[*]`, `= 5`, `* answer`, `...` feedback.

use super::foreign::{Findings, Foreign, ForeignDeck, ForeignNote, basic, choice, option, typed};
use super::html;
use super::text::title_of;
use crate::model::{NoteBody, Opt};
use std::path::Path;

/// `1. stem`.
pub(super) fn stem(line: &str) -> Option<&str> {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    digits.strip_prefix('.').filter(|rest| digits.len() < line.len() && rest.starts_with([' ', '\t'])).map(str::trim)
}

/// A line that marks a right answer as no other format does.
pub(super) fn is_key(line: &str) -> bool {
    let bytes = line.as_bytes();
    line.starts_with("[*]")
        || (line.starts_with('*') && bytes.get(1).is_some_and(u8::is_ascii_alphabetic) && bytes.get(2) == Some(&b')'))
        || (line.starts_with('=')
            && line.get(1..).is_some_and(|rest| rest.trim().starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '[')))
}

#[derive(Default)]
struct Item {
    line: usize,
    stem: String,
    options: Vec<Opt>,
    accept: Vec<String>,
    essay: bool,
    upload: bool,
    why: Vec<String>,
    room: String,
}

/// What a following indented line belongs to.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    Stem,
    Option,
    Why,
    Nothing,
}

pub(super) fn read(path: &Path, text: &str) -> Foreign {
    let mut findings = Findings::new(path);
    let mut deck = ForeignDeck { title: title_of(path), ..ForeignDeck::default() };
    let (mut item, mut last, mut reading, mut in_comment) = (Item::default(), Last::Nothing, String::new(), false);
    for (index, line) in text.lines().enumerate() {
        let (number, trimmed) = (index + 1, line.trim());
        if in_comment || trimmed == "COMMENT" {
            in_comment = trimmed != "END_COMMENT";
            continue;
        }
        let indented = line.starts_with([' ', '\t']);
        if indented && !trimmed.is_empty() && last != Last::Nothing {
            item.more(last, trimmed);
        } else if let Some(stem) = stem(line) {
            close(std::mem::take(&mut item), &mut findings, &mut deck);
            let before = std::mem::take(&mut reading);
            item = Item {
                line: number,
                stem: if before.is_empty() { stem.to_owned() } else { format!("{before}\n\n{stem}") },
                ..Item::default()
            };
            last = Last::Stem;
        } else if trimmed.is_empty() {
            item.more(last, "");
        } else {
            last = item.take(line, number, &mut deck, &mut findings, &mut reading);
        }
    }
    close(item, &mut findings, &mut deck);
    Foreign { decks: vec![deck], issues: findings.finish(), ..Foreign::default() }
}

/// `a) text` and `*a) text`: whether it is right, and the text.
fn lettered(line: &str) -> Option<(bool, &str)> {
    let (right, rest) = line.strip_prefix('*').map_or((false, line), |rest| (true, rest));
    let mut chars = rest.chars();
    chars.next().filter(char::is_ascii_alphabetic)?;
    chars.next().filter(|c| *c == ')')?;
    Some((right, chars.as_str().trim()))
}

impl Item {
    fn more(&mut self, last: Last, text: &str) {
        let target = match last {
            Last::Stem => &mut self.stem,
            Last::Option => match self.options.last_mut() {
                Some(option) => &mut option.text,
                None => return,
            },
            Last::Why => match self.why.last_mut() {
                Some(why) => why,
                None => return,
            },
            Last::Nothing => return,
        };
        target.push('\n');
        target.push_str(text);
    }

    fn take(&mut self, line: &str, number: usize, deck: &mut ForeignDeck, findings: &mut Findings, reading: &mut String) -> Last {
        let lower = line.to_lowercase();
        if let Some(title) = line.strip_prefix("Quiz title:") {
            title.trim().clone_into(&mut deck.title);
        } else if let Some(words) = line.strip_prefix("Quiz description:") {
            words.trim().clone_into(&mut deck.summary);
        } else if let Some(words) = line.strip_prefix("Text:") {
            words.trim().clone_into(reading);
        } else if lower.starts_with("title:") || lower.starts_with("points:") || lower.starts_with("text title:") {
            // A name and a worth of a question mean nothing to a card.
        } else if lower.starts_with("group")
            || lower.starts_with("pick:")
            || lower.starts_with("points per question:")
            || lower.starts_with("end_group")
        {
            findings.changed_once(number, "groups that pick some of their questions are taken whole");
        } else if let Some(why) = line
            .strip_prefix("... ")
            .or_else(|| line.strip_prefix("+ "))
            .or_else(|| line.strip_prefix("- "))
            .or_else(|| line.strip_prefix("! "))
        {
            return self.feedback(why);
        } else if let Some((right, text)) = lettered(line) {
            self.options.push(option(text, right, ""));
            return Last::Option;
        } else if let Some(text) = line.strip_prefix("[ ]").or_else(|| line.strip_prefix("[]")) {
            self.options.push(option(text, false, ""));
            return Last::Option;
        } else if let Some(text) = line.strip_prefix("[*]") {
            self.options.push(option(text, true, ""));
            return Last::Option;
        } else if let Some(answer) = line.strip_prefix("* ") {
            self.accept.push(answer.trim().to_owned());
        } else if let Some(number) = line.strip_prefix('=') {
            self.numeric(number.trim());
        } else if line.trim_matches('_').is_empty() && line.len() >= 3 {
            self.essay = true;
        } else if line.trim_matches('^').is_empty() && line.len() >= 3 {
            self.upload = true;
        } else if line.trim_matches('-').is_empty() && line.len() >= 2 {
            // A rule between questions.
        } else {
            findings.lost(number, "the line belongs to no question");
        }
        Last::Nothing
    }

    fn feedback(&mut self, why: &str) -> Last {
        if let Some(option) = self.options.last_mut() {
            option.why = [option.why.as_str(), why.trim()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
            Last::Nothing
        } else {
            self.why.push(why.trim().to_owned());
            Last::Why
        }
    }

    fn numeric(&mut self, number: &str) {
        if let Some((low, high)) =
            number.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).and_then(|inner| inner.split_once(','))
        {
            self.room = format!("from {} to {}", low.trim(), high.trim());
            self.accept.extend([low.trim().to_owned(), high.trim().to_owned()]);
        } else if let Some((value, room)) = number.split_once("+-") {
            self.room = format!("{} ± {}", value.trim(), room.trim());
            self.accept.push(value.trim().to_owned());
        } else {
            self.accept.push(number.to_owned());
        }
    }

    fn body(self, findings: &mut Findings) -> Result<NoteBody, String> {
        let clean = |text: &str| html::clean(text.trim());
        let mut why: Vec<String> = self.why.iter().map(|why| clean(why)).collect();
        let stem = clean(&self.stem);
        if !self.options.is_empty() {
            let options = self.options.iter().map(|own| option(&clean(&own.text), own.is_key, &clean(&own.why))).collect();
            return choice(&stem, options, &why.join("\n\n")).map_err(str::to_owned);
        }
        if !self.room.is_empty() {
            findings.changed(self.line, format!("the answer had room ({}); it is typed exactly now", self.room));
            why.push(format!("Accepted: {}.", self.room));
        }
        if self.essay || self.upload {
            findings.changed(self.line, "an answer nobody can check is kept as a card you grade yourself");
            return Ok(basic(&stem, why.join("\n\n")));
        }
        if self.accept.is_empty() { Err("it has no answers".to_owned()) } else { Ok(typed(&stem, self.accept, &why.join("\n\n"))) }
    }
}

fn close(item: Item, findings: &mut Findings, deck: &mut ForeignDeck) {
    if item.stem.trim().is_empty() {
        return;
    }
    let line = item.line;
    match item.body(findings) {
        Ok(body) => deck.notes.push(ForeignNote::new(body, line)),
        Err(reason) => findings.lost(line, format!("the question was not taken: {reason}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_read() {
        let text = "Quiz title: Cloud\n\n1.  Which one\n    goes on?\n... General.\na)  x\n... no\n*b) y\n\n2.  All?\n[*] a\n[ ] b\n[*] c\n\n3.  How many?\n=   5 +- 1\n\n4.  Who?\n*   IAM\n*   iam\n\n5.  Write.\n____\n\n6.  Nothing\n";
        let foreign = read(Path::new("x.md"), text);
        let deck = foreign.decks.first().expect("a deck");
        let body = |index: usize| deck.notes.get(index).map(|note| note.body.clone());
        assert_eq!((deck.title.as_str(), deck.notes.len()), ("Cloud", 5));
        assert_eq!(body(0), choice("Which one\ngoes on?", vec![option("x", false, "no"), option("y", true, "")], "General.").ok());
        assert_eq!(body(2), Some(typed("How many?", vec!["5".into()], "Accepted: 5 ± 1.")));
        assert_eq!(body(3), Some(typed("Who?", vec!["IAM".into(), "iam".into()], "")));
        assert_eq!(body(4), Some(basic("Write.", "")));
        assert!(foreign.issues.iter().any(|issue| issue.location.line == 25 && issue.code == "not-taken"), "{:?}", foreign.issues);
    }
}
