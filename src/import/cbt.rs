//! CBT-Exam Markdown: `@mc 1) stem`, options `a) …`, key `= b`.

use super::foreign::{Findings, Foreign, ForeignDeck, ForeignNote, basic, choice, option, pairs, typed};
use super::html;
use super::text::{front_matter, letters, title_of};
use crate::model::NoteBody;
use std::path::Path;

#[derive(Default)]
struct Item {
    line: usize,
    kind: String,
    stem: Vec<String>,
    options: Vec<String>,
    key: Vec<String>,
}

pub(super) fn read(path: &Path, text: &str) -> Foreign {
    let (fields, body, first) = front_matter(text);
    let mut findings = Findings::new(path);
    let title = fields.iter().find(|(name, _)| name == "quiz-title").map(|(_, title)| title.clone()).filter(|title| !title.is_empty());
    let mut deck = ForeignDeck { title: title.unwrap_or_else(|| title_of(path)), ..ForeignDeck::default() };
    let settings: Vec<&str> =
        fields.iter().map(|(name, _)| name.as_str()).filter(|name| matches!(*name, "time-limit" | "pass-score" | "exam-range")).collect();
    if !settings.is_empty() {
        findings.changed(1, format!("{} belong to the exam, not to its questions, and were left out", settings.join(", ")));
    }
    let mut item = Item::default();
    for (index, line) in body.lines().enumerate() {
        let number = first + index;
        if let Some((kind, stem)) = begin(line) {
            close(std::mem::take(&mut item), &mut findings, &mut deck);
            item = Item { line: number, kind: kind.to_owned(), stem: vec![stem.to_owned()], ..Item::default() };
        } else if line.starts_with('@') && line.get(1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase())) {
            close(std::mem::take(&mut item), &mut findings, &mut deck);
            let kind = line.split_whitespace().next().unwrap_or_default();
            findings.lost(number, format!("a question of the kind `{kind}` was not taken"));
        } else if let Some(key) = line.trim().strip_prefix('=').filter(|_| !item.kind.is_empty()) {
            item.key.push(key.trim().to_owned());
        } else if let Some(text) = lettered(line, item.options.len()) {
            item.options.push(text.to_owned());
        } else if line.contains('|') && item.kind == "match" {
            item.options.push(line.trim().to_owned());
        } else if !line.trim().is_empty() && item.options.is_empty() && item.key.is_empty() && !item.kind.is_empty() {
            item.stem.push(line.to_owned());
        }
    }
    close(item, &mut findings, &mut deck);
    Foreign { decks: vec![deck], issues: findings.finish(), ..Foreign::default() }
}

fn begin(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix('@')?;
    let (kind, rest) = rest.split_once(' ')?;
    let known = matches!(kind, "mc" | "sata" | "tf" | "fib" | "match" | "sa" | "la");
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let stem = digits.strip_prefix([')', '.']).unwrap_or(rest);
    known.then(|| (kind, stem.trim()))
}

fn lettered(line: &str, place: usize) -> Option<&str> {
    let letter = char::from(b'a' + u8::try_from(place).ok().filter(|place| *place < 26)?);
    let rest = line.trim_start();
    rest.strip_prefix(letter).or_else(|| rest.strip_prefix(letter.to_ascii_uppercase()))?.strip_prefix([')', '.']).map(str::trim)
}

fn close(item: Item, findings: &mut Findings, deck: &mut ForeignDeck) {
    if item.kind.is_empty() {
        return;
    }
    let line = item.line;
    match body(item) {
        Ok(body) => deck.notes.push(ForeignNote::new(body, line)),
        Err(reason) => findings.lost(line, format!("the question was not taken: {reason}")),
    }
}

fn body(item: Item) -> Result<NoteBody, String> {
    let stem = html::clean(item.stem.join("\n").trim());
    let key = item.key.join(", ");
    match item.kind.as_str() {
        "mc" | "sata" => {
            let places = letters(&key, item.options.len()).ok_or_else(|| format!("the key “{key}” names none of its options"))?;
            let options = item.options.iter().enumerate().map(|(place, text)| option(text, places.contains(&place), "")).collect();
            choice(&stem, options, "").map_err(str::to_owned)
        }
        "tf" => {
            let is_true = match key.to_lowercase().as_str() {
                "true" | "t" | "a" => true,
                "false" | "f" | "b" => false,
                _ => return Err(format!("the key “{key}” is neither true nor false")),
            };
            choice(&stem, vec![option("True", is_true, ""), option("False", !is_true, "")], "").map_err(str::to_owned)
        }
        "match" => {
            let sides = item
                .options
                .iter()
                .filter_map(|line| line.split_once('|'))
                .map(|(left, right)| (left.trim().to_owned(), right.trim().to_owned()));
            pairs(&stem, sides.collect(), Vec::new(), "").map_err(str::to_owned)
        }
        "la" => Ok(basic(&stem, &key)),
        _ if key.is_empty() => Err("it has no answer".to_owned()),
        _ => Ok(typed(&stem, item.key, "")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_read() {
        let text = "---\nquiz-title: Cloud\npass-score: 70\n---\n@mc 1) Which?\na) x\nb) y\n= b\n\n@sata 2) All?\na) x\nb) y\nc) z\n= a, c\n\n@tf 3) Sure?\n= false\n\n@fib 4) Port?\n= 443\n\n@match 5) Pairs\na | 1\nb | 2\n\n@mc 6) Broken\na) x\n= q\n";
        let foreign = read(Path::new("x.md"), text);
        let deck = foreign.decks.first().expect("a deck");
        assert_eq!((deck.title.as_str(), deck.notes.len()), ("Cloud", 5));
        assert_eq!(
            deck.notes.first().map(|note| note.body.clone()),
            choice("Which?", vec![option("x", false, ""), option("y", true, "")], "").ok()
        );
        assert_eq!(deck.notes.get(3).map(|note| note.body.clone()), Some(typed("Port?", vec!["443".into()], "")));
        assert_eq!(foreign.issues.iter().map(|issue| issue.location.line).collect::<Vec<_>>(), [1, 26]);
    }
}
