//! Warnings after the published item-writing guidelines (Haladyna, Downing and Rodriguez 2002; Tarrant 2006): flaws that give an
//! answer away or make a question harder for a reason that is not its subject.

use super::convert::place;
use super::load::Check;
use super::report::Report;
use super::syntax::Node;
use crate::model::{Choice, Deck, Note, NoteBody, NoteId, Question, QuestionBody};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

const ABSOLUTE: [&str; 11] =
    ["always", "never", "only", "all", "none", "every", "must", "completely", "entirely", "impossible", "guarantees"];
const NEGATIVE: [&str; 3] = ["not", "except", "least"];

/// Larger decks are imported collections, which nobody polishes note by note; looking them over would cost more than reading them.
const MAX_LINTED: usize = 5_000;

/// Looks over a whole deck.
pub(super) fn deck(
    report: &mut Report<'_>,
    root: &Node,
    deck: &Deck,
    spans: &BTreeMap<NoteId, Range<usize>>,
    today: NaiveDate,
    check: Check,
) {
    if deck.notes.len() > MAX_LINTED {
        let message = format!("the deck has {} notes and was not looked over for item-writing flaws", deck.notes.len());
        report.warn(head(root), "not-looked-over", message, "split it: decks of up to 5,000 notes are looked over");
        return;
    }
    let text = report.text();
    let stale = |date: Option<NaiveDate>| date.is_some_and(|date| (today - date).num_days() > 365);
    if stale(deck.as_of) {
        report.warn(
            place(root, text, &["as_of"]),
            "stale",
            "the facts were last checked more than a year ago",
            "check them again and set `as_of`",
        );
    }
    for note in deck.notes.iter().filter(|note| stale(note.as_of)) {
        let Some(span) = spans.get(&note.id) else { continue };
        let Some(node) = text.get(span.clone()).and_then(Node::parse).map(|node| node.shifted(span.start)) else { continue };
        report.warn(
            place(&node, text, &["as_of"]),
            "stale",
            "the note was last checked more than a year ago",
            "check it again and set `as_of`",
        );
    }
    if check == Check::Dates {
        return;
    }
    // A deck that names no source at all, as one brought from elsewhere, is told so once.
    let unsourced = deck.sources.is_empty();
    if unsourced && deck.notes.iter().all(|note| note.cites.is_empty()) {
        report.warn(head(root), "no-citation", "the deck cites no source", "add sources: [...] and cites: [...]");
    }
    for note in &deck.notes {
        let Some(span) = spans.get(&note.id) else { continue };
        let Some(node) = text.get(span.clone()).and_then(Node::parse).map(|node| node.shifted(span.start)) else { continue };
        if note.cites.is_empty() && !unsourced {
            report.warn(head(&node), "no-citation", format!("`{}` cites no source", note.id), "add cites: [(\"source\", \"pinpoint\")]");
        }
        lint_note(report, &node, note);
    }
    key_lengths(report, root, deck);
    rare_words(report, deck, spans);
    near_duplicates(report, deck, spans);
}

fn head(node: &Node) -> Range<usize> {
    node.head.clone().unwrap_or(node.span.clone())
}

fn lint_note(report: &mut Report<'_>, node: &Node, note: &Note) {
    match &note.body {
        NoteBody::Question(question) => lint_question(report, node, question),
        NoteBody::Case(case) => {
            let text = report.text();
            for (index, (_, question)) in case.questions.iter().enumerate() {
                let inner = node.field(text, "questions").and_then(|list| list.item(index)).unwrap_or(node);
                lint_question(report, inner, question);
            }
        }
        NoteBody::Basic { .. } | NoteBody::Cloze { .. } => {}
    }
}

fn lint_question(report: &mut Report<'_>, node: &Node, question: &Question) {
    let text = report.text();
    let stem = place(node, text, &["stem"]);
    lint_stem(report, &stem, &question.stem);
    let QuestionBody::Choice(choice) = &question.body else { return };
    let at = |index: usize, field: &str| place(node, text, &["options", &index.to_string(), field]);
    let options = place(node, text, &["options"]);
    if choice.options.len() < 3 {
        report.warn(options.clone(), "few-options", "fewer than three options", "add a distractor that people believe");
    }
    for (index, option) in choice.options.iter().enumerate() {
        if option.why.trim().is_empty() {
            report.warn(at(index, "text"), "no-why", "the option does not say why it is right or wrong", "add why: \"…\"");
        }
        let lower = option.text.to_lowercase();
        if ["all of the above", "none of the above", "all of these", "none of these"].iter().any(|phrase| lower.contains(phrase)) {
            report.warn(
                at(index, "text"),
                "all-or-none",
                "options are shuffled and an option like this tests guessing",
                "name the options that are right as keys",
            );
        }
        if names_other_options(&option.text) {
            report.warn(at(index, "text"), "combination", "an option names other options by letter", "make each option stand alone");
        }
    }
    lint_lengths(report, &at, choice);
    lint_absolutes(report, &at, choice);
    lint_form(report, &options, choice);
}

fn lint_stem(report: &mut Report<'_>, span: &Range<usize>, stem: &str) {
    let asked = stem.rsplit(['.', '\n', ':', ';']).find(|part| part.contains('?')).unwrap_or(stem);
    let plain = asked.to_lowercase().replace("least privilege", "").replace("at least", "").replace("least-privilege", "");
    let negated = words(&plain).find(|word| NEGATIVE.contains(&word.as_str()));
    let emphasised =
        asked.contains("**") || asked.contains("NOT") || asked.contains("EXCEPT") || asked.contains("LEAST") || asked.contains('*');
    if let Some(word) = negated.filter(|_| !emphasised) {
        report.warn(
            span.clone(),
            "negative-stem",
            format!("the question turns on the small word `{word}`"),
            "ask it the positive way round, or write the word in bold",
        );
    }
    let end = stem.trim_end_matches(['…', '.', ':', '_', ' ']).to_lowercase();
    if end.ends_with(" a") || end.ends_with(" an") {
        report.warn(
            span.clone(),
            "grammar-cue",
            "the stem ends in `a` or `an`, which gives the grammar of the answer away",
            "move the article into the options",
        );
    }
    if stem.split_whitespace().count() < 4 || stem.to_lowercase().contains("which of the following is true") {
        report.warn(span.clone(), "unfocused", "the stem asks nothing that can be answered without the options", "ask one thing");
    }
}

/// "Both A and B", "A and C only": letters that mean nothing once options are shuffled.
fn names_other_options(text: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let letter = |word: &&str| matches!(*word, "A" | "B" | "C" | "D" | "E");
    words.len() <= 5 && words.windows(3).any(|three| matches!(three, [a, "and" | "or", b] if letter(a) && letter(b)))
}

fn chars(text: &str) -> usize {
    text.chars().count()
}

fn lint_lengths(report: &mut Report<'_>, at: &impl Fn(usize, &str) -> Range<usize>, choice: &Choice) {
    let longest_wrong = choice.options.iter().filter(|option| !option.is_key).map(|option| chars(&option.text)).max().unwrap_or(0);
    let mut keys = choice.options.iter().enumerate().filter(|(_, option)| option.is_key);
    let (Some((index, key)), None) = (keys.next(), keys.next()) else { return };
    if chars(&key.text) * 4 > longest_wrong * 5 && chars(&key.text) > longest_wrong + 4 {
        report.warn(
            at(index, "text"),
            "longest-key",
            "the key is much longer than every other option",
            "shorten it, or make a distractor as detailed",
        );
    }
}

fn lint_absolutes(report: &mut Report<'_>, at: &impl Fn(usize, &str) -> Range<usize>, choice: &Choice) {
    let absolute: Vec<(usize, String)> = (choice.options.iter().enumerate())
        .filter_map(|(index, option)| Some((index, words(&option.text).find(|word| ABSOLUTE.contains(&word.as_str()))?)))
        .collect();
    if let [(index, word)] = absolute.as_slice() {
        report.warn(
            at(*index, "text"),
            "absolute",
            format!("`{word}` stands in one option only, which people take as a cue"),
            "leave it out, or use it in another option too",
        );
    }
}

fn lint_form(report: &mut Report<'_>, span: &Range<usize>, choice: &Choice) {
    let stops = choice.options.iter().filter(|option| option.text.trim_end().ends_with('.')).count();
    if stops != 0 && stops != choice.options.len() {
        report.warn(span.clone(), "not-parallel", "some options end with a full stop and some do not", "give all options one form");
    }
    let numbers: Option<Vec<(f64, String)>> = choice.options.iter().map(|option| number_with_unit(&option.text)).collect();
    let Some(numbers) = numbers.filter(|numbers| numbers.len() > 2) else { return };
    let same_unit = numbers.windows(2).all(|two| matches!(two, [a, b] if a.1 == b.1));
    let values: Vec<f64> = numbers.iter().map(|(value, _)| *value).collect();
    if same_unit && (choice.shuffle || !(values.is_sorted() || values.iter().rev().is_sorted())) {
        report.warn(span.clone(), "number-order", "numeric options are not in order", "order them and set shuffle: false");
    }
}

/// The number an option is and its unit in the singular, if it is one with at most a unit: `15 MiB`, `90 days`, `7 %`.
fn number_with_unit(text: &str) -> Option<(f64, String)> {
    let mut parts = text.trim().trim_end_matches('.').splitn(3, ' ');
    let number = parts.next()?.trim_end_matches('%').replace(',', "").parse().ok()?;
    let unit = parts.next().unwrap_or_default();
    let plain = parts.next().is_none() && !unit.contains(|c: char| c.is_ascii_digit());
    plain.then(|| (number, unit.trim_end_matches('s').to_lowercase()))
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).map(str::to_lowercase)
}

fn single_key_choices(deck: &Deck) -> impl Iterator<Item = (&Note, &Question, &Choice)> {
    deck.notes.iter().flat_map(|note| note.questions().into_iter().map(move |(_, question)| (note, question))).filter_map(
        |(note, question)| match &question.body {
            QuestionBody::Choice(choice) if choice.key_count() == 1 => Some((note, question, choice)),
            _ => None,
        },
    )
}

/// Over a deck, the key is the longest option about as often as chance has it: two standard deviations of a binomial are allowed.
fn key_lengths(report: &mut Report<'_>, root: &Node, deck: &Deck) {
    let (mut longest, mut expected, mut variance, mut count) = (0_u32, 0.0_f64, 0.0_f64, 0_u32);
    for (_, _, choice) in single_key_choices(deck) {
        let lengths: Vec<(usize, bool)> = choice.options.iter().map(|option| (chars(&option.text), option.is_key)).collect();
        let most = lengths.iter().map(|(length, _)| *length).max().unwrap_or(0);
        let at_most: Vec<bool> = lengths.iter().filter(|(length, _)| *length == most).map(|(_, is_key)| *is_key).collect();
        let chance = 1.0 / lengths.len() as f64;
        longest += u32::from(at_most == [true]);
        expected += chance;
        variance += chance * (1.0 - chance);
        count += 1;
    }
    if count >= 10 && f64::from(longest) > expected + 2.0 * variance.sqrt() {
        let message = format!("the key is the longest option in {longest} of {count} questions; chance gives {expected:.0}");
        report.warn(head(root), "longest-keys", message, "even out the lengths");
    }
}

/// A rare word of the stem that only the key repeats.
fn rare_words(report: &mut Report<'_>, deck: &Deck, spans: &BTreeMap<NoteId, Range<usize>>) {
    let mut notes_with: HashMap<String, u32> = HashMap::new();
    for note in &deck.notes {
        for word in words(&note.full_text()).collect::<BTreeSet<_>>() {
            *notes_with.entry(word).or_default() += 1;
        }
    }
    let mut found = Vec::new();
    for (note, question, choice) in single_key_choices(deck) {
        let in_stem: BTreeSet<String> = words(&question.stem).filter(|word| chars(word) >= 8 && notes_with.get(word) <= Some(&2)).collect();
        let has = |is_key: bool, word: &String| {
            choice.options.iter().any(|option| option.is_key == is_key && words(&option.text).any(|own| own == *word))
        };
        if let Some(word) = in_stem.into_iter().find(|word| has(true, word) && !has(false, word)) {
            found.push((note.id.clone(), word));
        }
    }
    for (id, word) in found {
        let Some(span) = spans.get(&id) else { continue };
        let start = span.start..span.start + 1;
        report.warn(
            start,
            "stem-echo",
            format!("only the key of `{id}` repeats the stem's word `{word}`"),
            "use another word in one of the two",
        );
    }
}

/// Notes that share most of their words in a row.
fn near_duplicates(report: &mut Report<'_>, deck: &Deck, spans: &BTreeMap<NoteId, Range<usize>>) {
    const RUN: usize = 4;
    let shingles: Vec<BTreeSet<u64>> = (deck.notes.iter())
        .map(|note| {
            let words: Vec<String> = words(&note.headline()).collect();
            words.windows(RUN).map(|run| crate::model::id::fnv1a(run.join(" ").as_bytes())).collect()
        })
        .collect();
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for (index, set) in shingles.iter().enumerate() {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for shingle in set {
            // A phrase that stands in very many notes tells nothing about two of them.
            let others = holders.entry(*shingle).or_default();
            others.iter().take(20).for_each(|other| *shared.entry(*other).or_default() += 1);
            others.push(index);
        }
        let alike = |other: &usize, count: usize| {
            let union = set.len() + shingles.get(*other).map_or(0, BTreeSet::len) - count;
            count * 10 >= union * 8
        };
        let Some(other) = shared.iter().filter(|(other, count)| alike(other, **count)).map(|(other, _)| *other).min() else { continue };
        let (Some(note), Some(other)) = (deck.notes.get(index), deck.notes.get(other)) else { continue };
        let Some(span) = spans.get(&note.id) else { continue };
        let message = format!("`{}` asks nearly the same as `{}`", note.id, other.id);
        report.warn(span.start..span.start + 1, "near-duplicate", message, "merge them, or ask something else");
    }
}
