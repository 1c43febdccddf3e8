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
const KEYS: [&str; 22] = [
    "correct_answer_index",
    "correct_option_index",
    "correct_answer_id",
    "correct_option_id",
    "correct_id",
    "correct_choice",
    "suggested_answer",
    "right_answer",
    "answer_key",
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
    let value: Value = match lines(text) {
        Some(lines) => Value::Array(lines),
        None => serde_json::from_str(text).map_err(|error| ImportError::Refused {
            line: error.line(),
            column: error.column(),
            message: "this is not well-formed JSON".to_owned(),
        })?,
    };
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

/// JSON Lines: an object on each line.
pub(super) fn lines(text: &str) -> Option<Vec<Value>> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).peekable();
    lines.peek().filter(|line| line.trim_start().starts_with('{') && line.trim_end().ends_with('}'))?;
    let values: Vec<Value> = lines.map(|line| serde_json::from_str(line).ok().filter(Value::is_object)).collect::<Option<_>>()?;
    (values.len() > 1).then_some(values)
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
    get(object, &["incorrect_answers", "incorrect", "wrong_answers", "wrong", "incorrect_options", "distractors"])
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

/// The options of a question, each with the name it has besides its text: a list, a map from letters, or a field for each.
fn listed(object: &Map<String, Value>) -> Vec<(Option<String>, &Value)> {
    match get(object, &OPTIONS) {
        Some(Value::Array(items)) => {
            items.iter().filter(|item| !item.is_null()).map(|item| (item.as_object().and_then(label), item)).collect()
        }
        Some(Value::Object(map)) => map.iter().filter(|(_, item)| !item.is_null()).map(|(key, item)| (Some(key.clone()), item)).collect(),
        _ => flat(object),
    }
}

/// What an option is called: its letter or number.
fn label(option: &Map<String, Value>) -> Option<String> {
    get(option, &["id", "key", "letter", "option_id", "identifier"]).map(words).filter(|label| !label.is_empty())
}

/// `option_a`, `optionB`, `choice1`, or `A`, `B`, `C`: a field for each option.
fn flat(object: &Map<String, Value>) -> Vec<(Option<String>, &Value)> {
    let place = |name: &str| {
        let plain = name.to_lowercase().replace(['_', '-', ' '], "");
        let rest = ["option", "choice", "opt"].iter().find_map(|word| plain.strip_prefix(word)).unwrap_or(&plain);
        let is_bare = rest.len() == plain.len();
        let c = rest.chars().next().filter(|c| rest.len() == 1 && (matches!(c, 'a'..='h') || (!is_bare && matches!(c, '1'..='9'))))?;
        Some(c.to_string())
    };
    let mut found: Vec<(Option<String>, &Value)> = object
        .iter()
        .filter(|(_, value)| value.is_string() || value.is_number())
        .filter_map(|(name, value)| Some((Some(place(name)?), value)))
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    // One letter alone is the answer of a card.
    if found.len() > 1 && found.iter().any(|(label, _)| matches!(label.as_deref(), Some("b" | "2"))) { found } else { Vec::new() }
}

/// Whether the key's own name says that it counts: `correct_index`.
fn is_place(object: &Map<String, Value>) -> bool {
    get(object, &KEYS)
        .is_some_and(|key| object.iter().any(|(name, value)| std::ptr::eq(value, key) && name.to_lowercase().contains("index")))
}

/// Whether numbers as keys count from 0. None if the file does not show it.
fn zero_based(groups: &[Group<'_>]) -> Option<bool> {
    let mut shown = None;
    let mut any = false;
    for object in groups.iter().flat_map(|(_, items)| items) {
        let (options, Some(key)) = (listed(object), get(object, &KEYS)) else { continue };
        // A number that is the name of an option counts nothing, nor one that is its text, where texts are meant.
        let by_place = is_place(object);
        let are_numbers = options.iter().all(|(_, value)| value.is_number());
        let one = |value: &Value| {
            let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())?;
            let text = number.to_string();
            let by_text = !by_place && (value.is_string() || are_numbers);
            let named = options.iter().any(|(label, value)| label.as_ref() == Some(&text) || (by_text && words(value) == text));
            (!named).then_some(number)
        };
        let numbers = one(key).into_iter().chain(key.as_array().into_iter().flatten().filter_map(one));
        for number in numbers.filter(|_| !options.is_empty()) {
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
    let mut stem = get(object, &STEMS).map(|value| text(value, findings)).unwrap_or_default();
    if stem.is_empty() {
        return Err("it has no question".to_owned());
    }
    stem.push_str(&beside(object, findings));
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

/// The code and the picture a question stands with.
fn beside(object: &Map<String, Value>, findings: &mut Findings) -> String {
    let mut out = String::new();
    let string = |names: &[&str]| get(object, names).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    if let Some(code) = string(&["code", "code_snippet", "snippet", "code_block"]) {
        let code = code.trim_start_matches("```").trim_end_matches("```").trim_matches('\n');
        out.push_str(&format!("\n\n````\n{code}\n````"));
    }
    if let Some(picture) = string(&["image", "image_url", "img", "picture", "diagram", "image_path"]) {
        if picture.starts_with("http://") || picture.starts_with("https://") {
            findings.changed_once(0, "pictures from the web are not fetched; their addresses stand with the questions");
            out.push_str(&format!("\n\n[picture](<{picture}>)"));
        } else if picture.len() > 250 || picture.starts_with("data:") {
            findings.changed_once(0, "pictures written into the file were left out");
        } else {
            out.push_str(&format!("\n\n![](<{picture}>)"));
        }
    }
    out
}

fn body(object: &Map<String, Value>, stem: &str, why: &str, from_zero: bool, findings: &mut Findings) -> Result<NoteBody, String> {
    let key = get(object, &KEYS);
    if let Some(wrong) = incorrect(object).and_then(Value::as_array) {
        let right = key.map(|value| text(value, findings)).unwrap_or_default();
        let mut options: Vec<Opt> = vec![option(&right, true, "")];
        options.extend(wrong.iter().map(|value| option(&text(value, findings), false, "")));
        return choice(stem, options, why).map_err(str::to_owned);
    }
    let (labels, options): (Vec<Option<String>>, Vec<Opt>) =
        listed(object).into_iter().map(|(label, value)| (label, one_option(value, findings))).unzip();
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
    let key = key.ok_or("it does not say which option is right")?;
    let are_numbers = listed(object).iter().all(|(_, value)| value.is_number());
    let counts = is_place(object) || (!are_numbers && !key.is_string());
    let named = Named { labels: &labels, options: &options, from_zero, counts };
    let places = named.places(key, findings).ok_or("its key names none of the options")?;
    let options = options.into_iter().enumerate().map(|(place, option)| Opt { is_key: places.contains(&place), ..option }).collect();
    choice(stem, options, why).map_err(str::to_owned)
}

/// An option as a text, or as an object that says whether it is right.
fn one_option(value: &Value, findings: &mut Findings) -> Opt {
    let Value::Object(map) = value else { return option(&text(value, findings), false, "") };
    let words = get(map, &["text", "option", "answer", "answer_text", "value", "label", "content", "option_text"])
        .map(|value| text(value, findings))
        .unwrap_or_default();
    let flag = get(map, &["is_correct", "correct", "right", "is_right", "is_answer", "is_correct_answer", "correct_answer"]);
    let right = flag.is_some_and(|flag| match flag {
        Value::String(text) => text.trim().eq_ignore_ascii_case("true"),
        other => other.as_bool() == Some(true) || other.as_i64() == Some(1),
    });
    let why = get(map, &WHYS).map(|value| text(value, findings)).unwrap_or_default();
    option(&words, right, &why)
}

/// The options a key is looked for among.
struct Named<'a> {
    labels: &'a [Option<String>],
    options: &'a [Opt],
    from_zero: bool,
    /// Whether a number is a place before it is a text.
    counts: bool,
}

impl Named<'_> {
    fn places(&self, key: &Value, findings: &mut Findings) -> Option<Vec<usize>> {
        match key {
            Value::Array(items) => {
                let found: Option<Vec<Vec<usize>>> = items.iter().map(|item| self.places(item, findings)).collect();
                found.map(|found| found.into_iter().flatten().collect()).filter(|places: &Vec<usize>| !places.is_empty())
            }
            Value::Object(map) => self.places(&Value::String(label(map)?), findings),
            Value::Null => None,
            Value::String(_) | Value::Number(_) | Value::Bool(_) => self.place(key, findings),
        }
    }

    /// What names an option comes before what it says, and what it says before what counts it.
    fn place(&self, key: &Value, findings: &mut Findings) -> Option<Vec<usize>> {
        let raw = words(key).trim().to_owned();
        let is_own = |label: &Option<String>| label.as_deref().is_some_and(|label| label.trim().eq_ignore_ascii_case(&raw));
        if let Some(place) = self.labels.iter().position(is_own) {
            return Some(vec![place]);
        }
        let counted = || {
            let number = raw.parse::<usize>().ok()?;
            let place = if self.from_zero { number } else { number.checked_sub(1)? };
            (place < self.options.len()).then(|| vec![place])
        };
        if let Some(places) = counted().filter(|_| self.counts) {
            return Some(places);
        }
        let said = text(key, findings);
        if let Some(place) = self.options.iter().position(|option| option.text.eq_ignore_ascii_case(said.trim())) {
            return Some(vec![place]);
        }
        if raw.parse::<usize>().is_ok() {
            return counted();
        }
        let texts: Vec<&str> = self.options.iter().map(|option| option.text.as_str()).collect();
        key_places(&raw, &texts)
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
    fn keys_name_options_by_their_names_their_texts_or_their_places() {
        let right = |json: &str| -> Vec<String> {
            let (found, said) = bodies(json);
            let Some(NoteBody::Question(question)) = found.first() else { panic!("{json}: {found:?} {said:?}") };
            let crate::model::QuestionBody::Choice(choice) = &question.body else { panic!("{json}") };
            choice.options.iter().filter(|option| option.is_key).map(|option| option.text.clone()).collect()
        };
        let check = |json: &str, expected: &[&str]| assert_eq!(right(json), expected, "{json}");
        check(
            r#"[{"question":"Q?","options":["red","green","blue"],"answer":"1"},{"question":"R?","options":["a","b"],"answer":"0"}]"#,
            &["green"],
        );
        check(r#"[{"question":"Q?","options":{"0":"red","1":"green"},"answer":"1"}]"#, &["green"]);
        check(r#"[{"question":"Q?","options":[{"id":"c","text":"red"},{"id":"a","text":"green"}],"correct":"a"}]"#, &["green"]);
        check(r#"[{"question":"Q?","options":[{"key":"B","value":"red"},{"key":"A","value":"green"}],"answer":"A"}]"#, &["green"]);
        check(r#"[{"question":"Q?","options":[{"id":1,"text":"red"},{"id":2,"text":"green"}],"correctOptionId":2}]"#, &["green"]);
        check(r#"[{"question":"Q?","options":[2,3,4,5],"answer":3}]"#, &["3"]);
        let helium = r#"{"question":"He?","options":["1","2","4","10"],"KEY":1},{"question":"Snow?","options":["white","red"],"KEY":0}"#;
        check(&format!("[{}]", helium.replace("KEY", "answer")), &["2"]);
        check(&format!("[{}]", helium.replace("KEY", "correctIndex")), &["2"]);
        check(r#"[{"question":"Q?","answers":{"a":"x","b":"y","c":null},"correct_answer":"b"}]"#, &["y"]);
        check(r#"[{"question":"2+2?","option_a":"3","option_b":"4","answer":"B"}]"#, &["4"]);
        check(r#"[{"question":"Q?","A":"x","B":"y","C":"z","answer":["A","C"]}]"#, &["x", "z"]);
        check(r#"[{"question":"Q?","correct":"Lima","incorrect":["Quito"]}]"#, &["Lima"]);
        check(r#"[{"question":"Q?","options":["Use <b>x</b>","No"],"answer":"Use <b>x</b>"}]"#, &["Use **x**"]);
        check(
            r#"[{"question":"Q?","options":["x","y"],"correctAnswerIndex":1},{"question":"R","options":["x","y"],"correctAnswerIndex":0}]"#,
            &["y"],
        );
        check(r#"[{"question":"Q?","options":[{"text":"x","isCorrect":"false"},{"text":"y","isCorrect":"true"}]}]"#, &["y"]);
        let (found, _) = bodies(r#"[{"question":"What is `<link>` for?","code":"a < b","image":"p.png","answer":"The `<link>` tag"}]"#);
        assert_eq!(found, [basic("What is `<link>` for?\n\n````\na < b\n````\n\n![](<p.png>)", "The `<link>` tag")]);
        let (found, _) = bodies("{\"question\":\"Q?\",\"answer\":\"x\"}\n{\"question\":\"R?\",\"answer\":\"y\"}\n");
        assert_eq!(found.len(), 2, "an object on each line");
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
