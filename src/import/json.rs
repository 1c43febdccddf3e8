//! JSON banks of any shape: the array of questions is found, and each object's fields are told by their names and by what is in them.

use super::ImportError;
use super::foreign::{Findings, Foreign, ForeignDeck, ForeignNote, basic, choice, option, typed};
use super::html;
use super::table::key_places;
use super::text::{lines_kept, title_of};
use crate::model::{NoteBody, Opt};
use serde_json::{Map, Value};
use std::path::Path;

const STEMS: [&str; 9] = ["question", "q", "stem", "prompt", "questiontext", "question_text", "front", "term", "text"];
const OPTIONS: [&str; 6] = ["options", "choices", "answers", "answer_options", "alternatives", "responses"];
const KEYS: [&str; 13] = [
    "correct",
    "answer",
    "correct_answer",
    "correctanswer",
    "correct_answers",
    "correctanswers",
    "correct_index",
    "correctindex",
    "answer_index",
    "key",
    "solution",
    "correct_option",
    "correctoption",
];
const WHYS: [&str; 7] = ["explanation", "rationale", "feedback", "why", "reason", "comment", "explanation_text"];
const BACKS: [&str; 5] = ["back", "definition", "answer", "response", "a"];
const DOMAINS: [&str; 6] = ["domain", "category", "topic", "section", "objective", "subject"];
const REFERENCES: [&str; 6] = ["reference", "source", "url", "link", "references", "documentation"];

pub(super) fn read(path: &Path, text: &str) -> Result<Foreign, ImportError> {
    let value: Value = serde_json::from_str(text).map_err(|error| ImportError::Refused {
        line: error.line(),
        column: error.column(),
        message: "this is not well-formed JSON".to_owned(),
    })?;
    let mut findings = Findings::new(path);
    let mut groups = Vec::new();
    collect(&value, "", &mut groups, 0);
    if groups.is_empty() {
        return Err(ImportError::refused("no list of questions was found in this JSON"));
    }
    let base = zero_based(&groups);
    if base.is_none() {
        findings.changed(
            0,
            "the keys are numbers and do not show whether they count from 0 or from 1; they were taken to count from 0: check a few",
        );
    }
    let mut foreign = Foreign::default();
    let one_deck = groups.len() > 8;
    for (name, items) in groups {
        let title = if name.is_empty() || one_deck { title_of(path) } else { name.clone() };
        for (index, item) in items.iter().enumerate() {
            let place = if name.is_empty() { format!("item {}", index + 1) } else { format!("{name}, item {}", index + 1) };
            match note(item, base.unwrap_or(true), &mut findings) {
                Ok(note) => push(&mut foreign, &title, note),
                Err(reason) => findings.lost(0, format!("{place} was not taken: {reason}")),
            }
        }
    }
    foreign.issues = findings.finish();
    Ok(foreign)
}

fn push(foreign: &mut Foreign, title: &str, note: ForeignNote) {
    match foreign.decks.iter_mut().find(|deck| deck.title == title) {
        Some(deck) => deck.notes.push(note),
        None => foreign.decks.push(ForeignDeck { title: title.to_owned(), summary: String::new(), notes: vec![note] }),
    }
}

type Group<'a> = (String, Vec<&'a Map<String, Value>>);

/// Every list of objects that ask something, with the name it stands under.
fn collect<'a>(value: &'a Value, name: &str, groups: &mut Vec<Group<'a>>, depth: usize) {
    if depth > 8 {
        return;
    }
    match value {
        Value::Array(items) => {
            let objects: Vec<&Map<String, Value>> = items.iter().filter_map(Value::as_object).collect();
            let asking = objects.iter().filter(|object| get(object, &STEMS).is_some()).count();
            // A list of options has texts too; a question has more than that.
            if asking > 0 && asking * 2 >= objects.len() && objects.iter().any(|object| is_question(object)) {
                groups.push((name.to_owned(), objects));
            } else {
                for item in items {
                    collect(item, name, groups, depth + 1);
                }
            }
        }
        Value::Object(map) => {
            let own = get(map, &["title", "name"]).and_then(Value::as_str).unwrap_or_default();
            for (key, inner) in map {
                collect(inner, if own.is_empty() { if depth == 0 { "" } else { key } } else { own }, groups, depth + 1);
            }
        }
        _ => {}
    }
}

fn is_question(object: &Map<String, Value>) -> bool {
    get(object, &STEMS).is_some()
        && (get(object, &OPTIONS).is_some() || get(object, &KEYS).is_some() || get(object, &BACKS).is_some() || incorrect(object).is_some())
}

/// A field by one of its names; case and underscores do not matter.
fn get<'a>(object: &'a Map<String, Value>, names: &[&str]) -> Option<&'a Value> {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-', ' '], "");
    names.iter().find_map(|name| object.iter().find(|(own, value)| plain(own) == plain(name) && !value.is_null()).map(|(_, value)| value))
}

fn incorrect(object: &Map<String, Value>) -> Option<&Value> {
    get(object, &["incorrect_answers", "wrong_answers", "distractors"])
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join("\n"),
        Value::Object(_) | Value::Null => String::new(),
    }
}

fn text(value: &Value, findings: &mut Findings) -> String {
    let raw = words(value);
    if html::looks_like_html(&raw) { html::to_text(&raw.replace('\n', "<br>"), 0, findings, &mut Vec::new()) } else { lines_kept(&raw) }
}

/// Whether numbers as keys count from 0. None if the file does not show it.
fn zero_based(groups: &[Group<'_>]) -> Option<bool> {
    let mut shown = None;
    let mut any = false;
    for object in groups.iter().flat_map(|(_, items)| items) {
        let (Some(options), Some(key)) = (get(object, &OPTIONS).and_then(Value::as_array), get(object, &KEYS)) else { continue };
        let numbers: Vec<u64> = key.as_u64().into_iter().chain(key.as_array().into_iter().flatten().filter_map(Value::as_u64)).collect();
        for number in numbers {
            any = true;
            if number == 0 {
                return Some(true);
            }
            if number == options.len() as u64 {
                shown = Some(false);
            }
        }
    }
    if any { shown } else { Some(true) }
}

fn note(object: &Map<String, Value>, from_zero: bool, findings: &mut Findings) -> Result<ForeignNote, String> {
    let stem = get(object, &STEMS).map(|value| text(value, findings)).unwrap_or_default();
    if stem.is_empty() {
        return Err("it has no question".to_owned());
    }
    let why = get(object, &WHYS).map(|value| text(value, findings)).unwrap_or_default();
    let mut note = ForeignNote::new(body(object, &stem, &why, from_zero, findings)?, 0);
    note.domain = get(object, &DOMAINS).filter(|value| value.is_string()).map(words).unwrap_or_default();
    if let Some(tags) = get(object, &["tags", "keywords", "labels"]) {
        note.tags = tags.as_array().map_or_else(|| super::table::split_tags(&words(tags)), |tags| tags.iter().map(words).collect());
    }
    note.reference = get(object, &REFERENCES).map(words).filter(|text| !text.trim().is_empty()).map(|text| {
        let first = text.lines().next().unwrap_or_default().trim().to_owned();
        if first.starts_with("https://") || first.starts_with("http://") { (String::new(), first) } else { (first, String::new()) }
    });
    if let Some(id) = get(object, &["id", "uuid", "question_id"]).map(words).filter(|id| !id.is_empty()) {
        note.key = Some(format!("id:{id}"));
    }
    Ok(note)
}

fn body(object: &Map<String, Value>, stem: &str, why: &str, from_zero: bool, findings: &mut Findings) -> Result<NoteBody, String> {
    let key = get(object, &KEYS);
    if let Some(wrong) = incorrect(object).and_then(Value::as_array) {
        let right = key.map(|value| text(value, findings)).unwrap_or_default();
        let mut options: Vec<Opt> = vec![option(&right, true, "")];
        options.extend(wrong.iter().map(|value| option(&text(value, findings), false, "")));
        return choice(stem, options, why).map_err(str::to_owned);
    }
    let options = get(object, &OPTIONS).map(|value| listed(value, findings)).unwrap_or_default();
    if options.len() < 2 {
        let answer =
            options.first().map(|option| option.text.clone()).or_else(|| get(object, &BACKS).or(key).map(|value| text(value, findings)));
        let answer = answer.filter(|answer| !answer.is_empty()).ok_or("it has no answer")?;
        if !options.is_empty() {
            findings.changed_once(0, "questions with one answer and nothing to choose from are kept as cards");
        }
        let is_short = get(object, &["type", "kind"]).map(words).is_some_and(|kind| kind.to_lowercase().contains("fill"));
        let both = [answer.as_str(), why].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
        return Ok(if is_short { typed(stem, vec![answer], why) } else { basic(stem, &both) });
    }
    if options.iter().any(|option| option.is_key) {
        return choice(stem, options, why).map_err(str::to_owned);
    }
    let places = key.and_then(|key| places(key, &options, from_zero)).ok_or("its key names none of the options")?;
    let options = options.into_iter().enumerate().map(|(place, option)| Opt { is_key: places.contains(&place), ..option }).collect();
    choice(stem, options, why).map_err(str::to_owned)
}

/// Options as texts, as objects that say whether they are right, or as a map from letters.
fn listed(value: &Value, findings: &mut Findings) -> Vec<Opt> {
    let one = |value: &Value, findings: &mut Findings| match value {
        Value::Object(map) => {
            let words = get(map, &["text", "option", "answer", "answer_text", "value", "label", "content"])
                .map(|value| text(value, findings))
                .unwrap_or_default();
            let right = get(map, &["is_correct", "iscorrect", "correct", "right", "is_right", "is_answer"])
                .is_some_and(|flag| flag.as_bool() == Some(true) || flag.as_i64() == Some(1));
            let why = get(map, &WHYS).map(|value| text(value, findings)).unwrap_or_default();
            option(&words, right, &why)
        }
        other => option(&text(other, findings), false, ""),
    };
    match value {
        Value::Array(items) => items.iter().map(|item| one(item, findings)).collect(),
        Value::Object(map) => map.values().map(|item| one(item, findings)).collect(),
        _ => Vec::new(),
    }
}

fn places(key: &Value, options: &[Opt], from_zero: bool) -> Option<Vec<usize>> {
    match key {
        Value::Number(number) => {
            let place = usize::try_from(number.as_u64()?).ok()?;
            let place = if from_zero { place } else { place.checked_sub(1)? };
            (place < options.len()).then(|| vec![place])
        }
        Value::Array(items) => {
            let found: Option<Vec<Vec<usize>>> = items.iter().map(|item| places(item, options, from_zero)).collect();
            found.map(|found| found.into_iter().flatten().collect()).filter(|places: &Vec<usize>| !places.is_empty())
        }
        Value::String(text) => {
            let texts: Vec<&str> = options.iter().map(|option| option.text.as_str()).collect();
            key_places(text, &texts)
        }
        Value::Bool(value) => {
            options.iter().position(|option| option.text.eq_ignore_ascii_case(&value.to_string())).map(|place| vec![place])
        }
        Value::Object(_) | Value::Null => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(text: &str) -> (Vec<NoteBody>, Vec<String>) {
        let foreign = read(Path::new("b.json"), text).expect("read");
        (
            foreign.decks.into_iter().flat_map(|deck| deck.notes).map(|note| note.body).collect(),
            foreign.issues.into_iter().map(|issue| issue.message).collect(),
        )
    }

    #[test]
    fn shapes_are_guessed() {
        let expected = || choice("Q?", vec![option("x", false, ""), option("y", true, "")], "").expect("a choice");
        let check = |text: &str| assert_eq!(bodies(text).0.first(), Some(&expected()), "{text}");
        check(r#"[{"question":"Q?","options":["x","y"],"correct":1},{"question":"R","options":["a","b"],"correct":0}]"#);
        check(r#"{"questions":[{"Question":"Q?","Choices":["x","y"],"answer":"B"}]}"#);
        check(r#"[{"question_text":"Q?","options":{"A":"x","B":"y"},"correct_answer":"B"}]"#);
        check(r#"[{"question":"Q?","answers":[{"text":"x","isCorrect":false},{"text":"y","isCorrect":true}]}]"#);
        check(r#"[{"question":"Q?","options":["x","y"],"answer":"y"}]"#);
        check(r#"[{"question":"Q?","options":["x","y"],"answer":2}]"#);
        let (found, _) =
            bodies(r#"{"results":[{"category":"c","question":"A &quot;b&quot;","correct_answer":"r","incorrect_answers":["w"]}]}"#);
        assert_eq!(found.first().cloned(), choice("A \"b\"", vec![option("r", true, ""), option("w", false, "")], "").ok());
        let (found, said) = bodies(r#"[{"question":"Q","answers":["only"],"answer":0},{"question":"R","options":["a","b"],"correct":7}]"#);
        assert_eq!((found, said.len()), (vec![basic("Q", "only")], 2));
        assert!(
            bodies(r#"[{"question":"Q?","options":["x","y","z"],"correct":1}]"#).1.iter().any(|message| message.contains("count from"))
        );
        assert!(read(Path::new("x"), "{\"a\":1}").is_err());
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(read(Path::new("x"), &deep).is_err());
    }
}
