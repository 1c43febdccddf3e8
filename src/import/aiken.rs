//! Aiken: a stem in a line, lettered options, `ANSWER: X`.

use super::foreign::{Findings, Foreign, ForeignDeck, ForeignNote, choice, option as new_option};
use super::text::{letters, plain_words, title_of};
use std::path::Path;

/// A line `A) text` or `A. text`.
pub(super) fn option(line: &str) -> Option<(usize, &str)> {
    let mut chars = line.trim_start().chars();
    let letter = chars.next().filter(char::is_ascii_uppercase)?;
    chars.next().filter(|c| matches!(c, ')' | '.'))?;
    let text = chars.as_str();
    // `U.S. law …` is a sentence.
    let is_sentence = text.chars().nth(1).is_some_and(|c| c == '.') && text.chars().next().is_some_and(|c| c.is_ascii_uppercase());
    (!text.trim().is_empty() && !is_sentence).then(|| (usize::from(letter as u8 - b'A'), text.trim()))
}

/// A line `ANSWER: X`.
pub(super) fn answer(line: &str) -> Option<&str> {
    let (head, key) = line.trim().split_once(':')?;
    head.trim().eq_ignore_ascii_case("answer").then(|| key.trim())
}

#[derive(Default)]
struct Open {
    line: usize,
    stem: Vec<String>,
    options: Vec<String>,
}

pub(super) fn read(path: &Path, text: &str) -> Foreign {
    let mut findings = Findings::new(path);
    let mut deck = ForeignDeck { title: title_of(path), ..ForeignDeck::default() };
    let mut open = Open::default();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if let Some(key) = answer(line) {
            close(&std::mem::take(&mut open), key, line, number, &mut findings, &mut deck);
        } else if let Some((_, option)) = option(line).filter(|(place, _)| *place == open.options.len() && !open.stem.is_empty()) {
            open.options.push(option.to_owned());
        } else if line.trim().chars().count() >= 2 {
            if open.options.is_empty() {
                if open.stem.is_empty() {
                    open.line = number;
                }
                open.stem.push(line.trim().to_owned());
            } else if line.starts_with([' ', '\t']) {
                // An option that goes on in the next line.
                if let Some(last) = open.options.last_mut() {
                    last.push(' ');
                    last.push_str(line.trim());
                }
            } else {
                findings.lost(open.line, "the question was not taken: the next one begins before its ANSWER line");
                open = Open { line: number, stem: vec![line.trim().to_owned()], options: Vec::new() };
            }
        }
    }
    if !open.stem.is_empty() {
        findings.lost(open.line, "the question was not taken: its ANSWER line is missing");
    }
    Foreign { decks: vec![deck], issues: findings.finish(), ..Foreign::default() }
}

fn close(open: &Open, key: &str, line: &str, number: usize, findings: &mut Findings, deck: &mut ForeignDeck) {
    let strict = line.starts_with("ANSWER:") && key.len() == 1 && open.stem.len() <= 1;
    if !strict {
        findings.changed_once(number, "read more generously than Moodle would: several keys, small letters or stems of several lines");
    }
    if open.options.is_empty() {
        return findings.lost(number, "the question was not taken: no options `A) …` stand before its ANSWER line");
    }
    // `B. text` names the option and repeats it.
    let letter = || key.split_once([')', '.', ':']).map(|(letter, _)| letter.trim()).filter(|letter| letter.chars().count() == 1);
    let named = letters(key, open.options.len()).or_else(|| letters(letter()?, open.options.len()));
    let Some(places) = named else {
        return findings
            .lost(number, format!("the question was not taken: the key “{key}” names none of its {} options", open.options.len()));
    };
    let options = open.options.iter().enumerate().map(|(place, text)| new_option(&plain_words(text), places.contains(&place), ""));
    match choice(&plain_words(&open.stem.join("\n")), options.collect(), "") {
        Ok(body) => deck.notes.push(ForeignNote::new(body, open.line)),
        Err(reason) => findings.lost(open.line, format!("the question was not taken: {reason}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_read_strictly_and_generously() {
        let text = "What?\nA) one\nB. two\n\nANSWER: B\n\nWhich?\nA) x\nB) y\nC) z\nAnswer: A, C\n\nBroken\nA) 1\nNext?\nA)q\nB)w\nANSWER: A\nOpen\nA) 1\n";
        let foreign = read(Path::new("x.txt"), text);
        let notes = &foreign.decks.first().expect("a deck").notes;
        let expected = choice("What?", vec![new_option("one", false, ""), new_option("two", true, "")], "").expect("a choice");
        assert_eq!(notes.first().map(|note| &note.body), Some(&expected));
        assert_eq!(notes.len(), 3);
        let lost: Vec<usize> = foreign.issues.iter().filter(|issue| issue.code == "not-taken").map(|issue| issue.location.line).collect();
        assert_eq!(lost, [13, 19]);
    }
}
