//! What the shipped decks must hold: enough of each kind, every topic, a second reader's line for every note, and options that give
//! nothing away to somebody who never reads their meaning.

use crate::support::{World, shipped_decks};
use ascertain::app::Collection;
use ascertain::model::{Choice, Deck, DeckId, NoteBody, Question, QuestionBody};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const MISSION: [&str; 5] = ["iam", "encryption", "eu-ai-act", "nist-ai-rmf", "owasp-llm-top10"];
const SMALL: [&str; 4] = ["ml-fundamentals", "ai-infrastructure", "product-mindset", "careers"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("decks")
}

fn decks() -> Vec<Arc<Deck>> {
    let collection: Collection = World::new().open();
    shipped_decks().iter().map(|id| collection.deck(&DeckId::new(id).expect("an id")).expect("a deck")).collect()
}

fn questions(deck: &Deck) -> impl Iterator<Item = &Question> {
    deck.notes.iter().flat_map(|note| note.questions().into_iter().map(|(_, question)| question))
}

fn choices(deck: &Deck) -> impl Iterator<Item = (&Question, &Choice)> {
    questions(deck).filter_map(|question| match &question.body {
        QuestionBody::Choice(choice) => Some((question, choice)),
        _ => None,
    })
}

/// The fields of a line of comma separated values (RFC 4180, one line a record).
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.push(chars.next().expect("peeked")),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            _ => field.push(c),
        }
    }
    fields.push(field);
    fields
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).expect("text");
    text.lines().skip(1).filter(|line| !line.is_empty()).map(fields).collect()
}

#[test]
fn every_deck_has_enough_of_everything() {
    let decks = decks();
    assert_eq!(decks.len(), 17);
    for deck in &decks {
        let id = deck.id.as_str();
        let of_kind = |wanted: fn(&QuestionBody) -> bool| questions(deck).filter(|question| wanted(&question.body)).count();
        let question_notes = deck.notes.iter().filter(|note| !note.questions().is_empty()).count();
        let all = questions(deck).count();
        let several = choices(deck).filter(|(_, choice)| choice.key_count() > 1).count();
        let wrong: Vec<_> = choices(deck).flat_map(|(_, choice)| &choice.options).filter(|option| !option.is_key).collect();
        let see = wrong.iter().filter(|option| option.see.is_some()).count();
        let cases = deck.notes.iter().filter(|note| matches!(note.body, NoteBody::Case(_))).count();
        let kinds = [
            of_kind(|body| matches!(body, QuestionBody::Order(_))),
            of_kind(|body| matches!(body, QuestionBody::Match(_))),
            of_kind(|body| matches!(body, QuestionBody::Typed(_))),
            cases,
        ];
        println!(
            "{id}: {} notes, {question_notes} of them questions; {several} of {all} questions with several keys, {see} of {} wrong options lead on; order, match, typed, case {kinds:?}",
            deck.notes.len(),
            wrong.len()
        );
        let (notes, least) = match () {
            () if MISSION.contains(&id) => (130, 70),
            () if SMALL.contains(&id) => (40, 20),
            () => (60, 35),
        };
        assert!(deck.notes.len() >= notes && question_notes >= least, "{id}: {} notes, {question_notes} questions", deck.notes.len());
        assert!(several * 8 >= all, "{id}: {several} of {all} questions have several keys");
        assert!(see * 3 >= wrong.len(), "{id}: {see} of {} wrong options point on", wrong.len());
        assert!(!MISSION.contains(&id) || kinds.iter().all(|count| *count > 0), "{id}: {kinds:?}");
        assert!(questions(deck).all(|question| question.expect.is_some()), "{id}: a question without `expect`");
        assert!(wrong.iter().all(|option| !option.why.trim().is_empty()), "{id}: a wrong option without its reason");
        for note in &deck.notes {
            assert!(!note.cites.is_empty(), "{id}/{} cites nothing", note.id);
            for cite in &note.cites {
                let source = deck.source(&cite.source).expect("a source");
                assert!(!cite.pinpoint.trim().is_empty() && !source.edition.is_empty(), "{id}/{}", note.id);
            }
        }
    }
}

#[test]
fn all_subcategories_of_the_ai_rmf_are_reachable() {
    let deck = decks().into_iter().find(|deck| deck.id.as_str() == "nist-ai-rmf").expect("the deck");
    // The core of AI 100-1: subcategories of each category, 72 in all.
    let core =
        [("GOVERN", vec![7, 3, 2, 3, 2, 2]), ("MAP", vec![6, 3, 5, 2, 2]), ("MEASURE", vec![3, 13, 3, 3]), ("MANAGE", vec![4, 4, 2, 3])];
    let pinpoints: Vec<&str> = deck.notes.iter().flat_map(|note| &note.cites).map(|cite| cite.pinpoint.as_str()).collect();
    let cited = pinpoints.join(";");
    let names = |pinpoints: &str, name: &str| {
        pinpoints.match_indices(name).any(|(at, _)| !pinpoints[at + name.len()..].starts_with(|c: char| c.is_ascii_digit()))
    };
    let mut count = 0;
    for (function, categories) in core {
        for (category, subcategories) in categories.into_iter().enumerate() {
            for subcategory in 1..=subcategories {
                let name = format!("{function} {}.{subcategory}", category + 1);
                assert!(names(&cited, &name), "no note cites {name}");
                count += 1;
            }
        }
    }
    assert_eq!(count, 72);
}

/// From topic to notes, as the table in the decks folder shows it.
fn coverage(decks: &[Arc<Deck>]) -> String {
    let by_id: BTreeMap<&str, &Arc<Deck>> = decks.iter().map(|deck| (deck.id.as_str(), deck)).collect();
    let mut out = String::from(
        "# From topic to notes\n\nThe topics that two pages on the way from cloud security to AI security name, and the notes that teach each. Made from `topics.csv`; \
         `UPDATE=1 cargo test coverage` makes it anew.\n",
    );
    let mut section = String::new();
    for row in rows(&folder().join("topics.csv")) {
        let [topic, page, part, deck, notes] = row.as_slice() else { panic!("{row:?}") };
        let here = format!(
            "{}: {part}",
            if page == "article" { "AI Security Engineer vs Cloud Security Engineer" } else { "Senior Cloud Security Engineer Roadmap" }
        );
        if here != section {
            out.push_str(&format!("\n## {here}\n\n| Topic | Deck | Notes |\n|---|---|---|\n"));
            section = here;
        }
        let found: BTreeSet<&str> = notes.split(' ').collect();
        let deck_of = by_id.get(deck.as_str()).unwrap_or_else(|| panic!("{topic}: no deck {deck}"));
        for note in &found {
            assert!(deck_of.notes.iter().any(|known| known.id.as_str() == *note), "{topic}: {deck} has no note {note}");
        }
        assert!(found.len() >= 2, "{topic} has {} notes", found.len());
        out.push_str(&format!("| {topic} | `{deck}` | {} |\n", found.into_iter().collect::<Vec<_>>().join(", ")));
    }
    out
}

#[test]
fn coverage_has_no_hole() {
    let table = coverage(&decks());
    assert_eq!(rows(&folder().join("topics.csv")).len(), 221);
    let path = folder().join("COVERAGE.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &table).expect("written");
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), table, "UPDATE=1 cargo test coverage makes decks/COVERAGE.md anew");
}

#[test]
fn every_note_has_a_second_readers_line() {
    let (mut all, mut verdicts) = (0, BTreeMap::new());
    for deck in decks() {
        let lines = rows(&folder().join(format!("reviews/{}.csv", deck.id)));
        let mut read = BTreeSet::new();
        for line in &lines {
            assert_eq!(line.len(), 6, "{}: {line:?}", deck.id);
            assert!(matches!(line[2].as_str(), "yes" | "no"), "{}: {line:?}", deck.id);
            assert!(["right", "wrong", "ambiguous", "two keys", "dated"].contains(&line[3].as_str()), "{}: {line:?}", deck.id);
            assert!(!line[5].trim().is_empty(), "{}: {line:?} was checked against nothing", deck.id);
            // What was found to be other than right says what was changed.
            assert!(line[3] == "right" || !line[4].trim().is_empty(), "{}: {line:?} was not mended", deck.id);
            assert!(read.insert(line[0].clone()), "{}: {} stands twice", deck.id, line[0]);
            *verdicts.entry(line[3].clone()).or_insert(0_u32) += 1;
        }
        let notes: BTreeSet<String> = deck.notes.iter().map(|note| note.id.to_string()).collect();
        let unread: Vec<&String> = notes.symmetric_difference(&read).collect();
        assert!(unread.is_empty(), "{}: {unread:?}", deck.id);
        all += notes.len();
    }
    println!("{all} notes read a second time: {verdicts:?}");
}

const STOP: &[&str] = &[
    "the", "a", "an", "of", "to", "in", "for", "and", "or", "is", "are", "be", "it", "its", "that", "which", "with", "on", "by", "as",
    "at", "from", "this", "what", "how", "who", "does", "do", "did", "has", "have", "had", "will", "was", "were", "not", "no", "one",
    "two", "than", "then", "into", "their", "they", "when", "where", "can", "may", "must", "should",
];
const ABSOLUTE: &[&str] =
    &["always", "never", "only", "all", "none", "every", "must", "completely", "entirely", "impossible", "guarantees", "any", "no"];

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '-'))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn content(text: &str) -> BTreeSet<String> {
    words(text).into_iter().filter(|word| word.chars().count() > 2 && !STOP.contains(&word.as_str())).collect()
}

/// What an attacker sees of an option without its meaning: longest, shortest, absolutes, overlap with the stem, convergence (words
/// shared with the other options), place in the file.
fn cues(stem: &str, options: &[&str], place: usize) -> [f64; 6] {
    let mine = content(options[place]);
    let shared: usize =
        options.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, text)| content(text).intersection(&mine).count()).sum();
    let length = options[place].chars().count() as f64;
    let absolutes = words(options[place]).iter().filter(|word| ABSOLUTE.contains(&word.as_str())).count() as f64;
    [length, -length, -absolutes, content(stem).intersection(&mine).count() as f64, shared as f64, -(place as f64)]
}

/// Chance of the key when the option with the most of a cue is taken, and of several the first that comes.
fn guess(scores: &[f64], key: usize) -> f64 {
    let most = scores.iter().copied().fold(f64::MIN, f64::max);
    let best: Vec<usize> = (0..scores.len()).filter(|place| scores[*place] >= most).collect();
    if best.contains(&key) { 1.0 / best.len() as f64 } else { 0.0 }
}

/// Items as an attacker sees them: standardised cues and ranks of each option, and the key.
struct Seen {
    options: Vec<[f64; 9]>,
    key: usize,
}

fn seen(stem: &str, options: &[&str], key: usize) -> Seen {
    let raw: Vec<[f64; 6]> = (0..options.len()).map(|place| cues(stem, options, place)).collect();
    let mean = |cue: usize| raw.iter().map(|row| row[cue]).sum::<f64>() / raw.len() as f64;
    let most = |cue: usize| raw.iter().map(|row| row[cue]).fold(f64::MIN, f64::max);
    let flag = |on: bool| f64::from(u8::from(on));
    let row = |row: &[f64; 6]| {
        let spread = (raw.iter().map(|other| (other[0] - mean(0)).powi(2)).sum::<f64>() / raw.len() as f64).sqrt().max(1e-9);
        [
            (row[0] - mean(0)) / spread,
            flag(row[0] >= most(0)),
            flag(row[1] >= most(1)),
            row[2] - mean(2),
            row[3] - mean(3),
            row[4] - mean(4),
            flag(row[4] >= most(4)),
            flag(row[3] >= most(3)),
            row[5],
        ]
    };
    Seen { options: raw.iter().map(row).collect(), key }
}

/// A conditional logit over the cues (`McFadden` 1973), by gradient ascent with a small ridge.
fn learn(items: &[&Seen]) -> [f64; 9] {
    let mut weights = [0.0; 9];
    for _ in 0..200 {
        let mut slope = weights.map(|weight| -weight);
        for item in items {
            let scores: Vec<f64> =
                item.options.iter().map(|row| row.iter().zip(&weights).map(|(cue, weight)| cue * weight).sum::<f64>().exp()).collect();
            let total: f64 = scores.iter().sum();
            for (place, row) in item.options.iter().enumerate() {
                let surprise = f64::from(u8::from(place == item.key)) - scores[place] / total;
                slope.iter_mut().zip(row).for_each(|(slope, cue)| *slope += surprise * cue);
            }
        }
        weights.iter_mut().zip(slope).for_each(|(weight, slope)| *weight += slope / items.len() as f64 * 0.3);
    }
    weights
}

#[test]
fn nothing_is_given_away_without_reading() {
    let decks = decks();
    let mut items = Vec::new();
    let mut single = [0.0; 6];
    for (question, choice) in
        decks.iter().flat_map(|deck| choices(deck)).filter(|(_, choice)| choice.options.len() == 4 && choice.key_count() == 1)
    {
        let options: Vec<&str> = choice.options.iter().map(|option| option.text.as_str()).collect();
        let key = choice.options.iter().position(|option| option.is_key).expect("a key");
        for (cue, score) in single.iter_mut().enumerate() {
            let values: Vec<f64> = (0..4).map(|place| cues(&question.stem, &options, place)[cue]).collect();
            *score += guess(&values, key);
        }
        items.push(seen(&question.stem, &options, key));
    }
    let percent = |right: f64| 100.0 * right / items.len() as f64;
    let names = ["longest option", "shortest option", "fewest absolutes", "overlap with the stem", "convergence", "first in the file"];
    for (name, score) in names.iter().zip(single) {
        println!("{name}: {:.1} %", percent(score));
    }
    // All cues together, learned on nine tenths and tried on the last, ten times over.
    let mut right = 0.0;
    for fold in 0..10 {
        let train: Vec<&Seen> = items.iter().enumerate().filter(|(index, _)| index % 10 != fold).map(|(_, item)| item).collect();
        let weights = learn(&train);
        for item in items.iter().enumerate().filter(|(index, _)| index % 10 == fold).map(|(_, item)| item) {
            let scores: Vec<f64> =
                item.options.iter().map(|row| row.iter().zip(&weights).map(|(cue, weight)| cue * weight).sum()).collect();
            right += guess(&scores, item.key);
        }
    }
    println!("all cues together, cross-validated: {:.1} % of {} items with four options and one key", percent(right), items.len());
    for (name, score) in names.iter().zip(single) {
        assert!(percent(score) <= 28.0, "{name}: {:.1} %", percent(score));
    }
    assert!(percent(right) <= 28.0, "all cues together: {:.1} %", percent(right));
}

#[test]
fn three_forms_of_the_great_exams_share_little() {
    use ascertain::app::{ExtraTime, SittingPlan, What};
    use ascertain::engine::exam::Act;
    for exam in ["aws-scs-c03", "ai-security-engineer"] {
        let world = World::new();
        fs::write(world.path().join("settings.ron"), "(welcomed: true)").expect("written");
        let mut collection = world.open();
        let what = What::Exam(DeckId::new(exam).expect("an id"));
        let plan = SittingPlan { what, strict: true, extra: ExtraTime::None, ask_confidence: false };
        let mut forms: Vec<BTreeSet<String>> = Vec::new();
        for _ in 0..3 {
            let prepared = collection.prepare_exam(&plan).expect("prepared");
            assert_eq!(prepared.questions, (65, 65), "{exam}: {:?}", prepared.warnings);
            collection.begin_exam(&plan).expect("drawn");
            collection.exam_act(&Act::Begin).expect("begun");
            for place in 1..65 {
                collection.exam_act(&Act::GoTo(place)).expect("seen");
            }
            let items = &collection.exam().expect("an exam").sitting.start().form.items;
            forms.push(items.iter().map(|item| item.card.to_string()).collect());
            world.clock.advance(60_000);
            collection.exam_act(&Act::End).expect("ended");
            collection.close_exam();
        }
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            let shared = forms[a].intersection(&forms[b]).count();
            println!("{exam}: forms {} and {} share {shared} of 65", a + 1, b + 1);
            assert!(shared * 3 < 65, "{exam}: {shared}");
        }
    }
}
