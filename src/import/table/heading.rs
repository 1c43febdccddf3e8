//! What the columns of a table are, told by their headings or by the learner. No vendor is written down here; headings have synonyms.

use super::super::ReadOptions;
use super::super::foreign::{Column, Role};
use csv::StringRecord;

/// Longest heading, and how much of a cell is shown.
const SAMPLE: usize = 60;

/// What the columns are: as the learner says, as was remembered for these headings, by the headings, or by their order.
pub(super) fn chosen_roles(names: &[String], has_heading: bool, options: &ReadOptions) -> Vec<Role> {
    let all = |role: &dyn Fn(usize) -> Option<Role>| (0..names.len()).map(|column| role(column).unwrap_or(Role::Ignore)).collect();
    match &options.columns {
        Some(chosen) => all(&|column| chosen.get(column).copied()),
        None => match options.profiles.get(&columns_key(names)) {
            Some(remembered) => remembered.clone(),
            None if has_heading => roles_of(names),
            // A third column may be tags; of four or more nobody can say what they are.
            None if names.len() <= 3 => all(&|column| [Role::Stem, Role::Back, Role::Tags].get(column).copied()),
            None => all(&|column| [Role::Stem, Role::Back].get(column).copied()),
        },
    }
}

pub(super) fn columns(names: &[String], roles: &[Role], body: &[StringRecord]) -> Vec<Column> {
    let sample = |column: usize| {
        let cell = body.iter().filter_map(|row| row.get(column)).find(|cell| !cell.trim().is_empty()).unwrap_or_default();
        cell.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SAMPLE).collect()
    };
    (names.iter().zip(roles).enumerate())
        .map(|(column, (name, role))| Column { name: name.clone(), role: *role, sample: sample(column) })
        .collect()
}

/// The columns that hold something and are not taken.
pub(super) fn passed_over(columns: &[Column]) -> Option<String> {
    let names: Vec<&str> = columns
        .iter()
        .filter(|column| column.role == Role::Ignore && !column.sample.is_empty() && !column.name.contains('#'))
        .map(|column| if column.name.is_empty() { "one without a heading" } else { column.name.as_str() })
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// A row of headings names the question and one thing more.
pub(super) fn is_heading(row: &StringRecord) -> bool {
    let roles: Vec<Role> = row.iter().map(role_of).collect();
    let known = roles.iter().filter(|role| **role != Role::Ignore).count();
    roles.contains(&Role::Stem) && known >= 2 && row.iter().all(|cell| cell.chars().count() <= SAMPLE)
}

/// Headings as they are compared: small letters, words apart, without what stands in brackets.
fn plain_heading(heading: &str) -> String {
    let outside = heading.split(['(', '[']).next().unwrap_or(heading);
    let outside = outside.split(" - ").next().unwrap_or(outside);
    let mut words = String::new();
    let mut last = ' ';
    for c in outside.chars() {
        if (c.is_ascii_digit() != last.is_ascii_digit() && last.is_alphanumeric() && c.is_alphanumeric())
            || (c.is_uppercase() && last.is_lowercase())
        {
            words.push(' ');
        }
        words.push(if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' });
        last = c;
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// "Question" in the languages of many sheets.
const QUESTION: [&str; 13] =
    ["pregunta", "preguntas", "frage", "pergunta", "domanda", "vraag", "pytanie", "вопрос", "soru", "問題", "质问", "问题", "質問"];
/// "Answer" in the same.
const ANSWER: [&str; 14] = [
    "respuesta",
    "respuestas",
    "antwort",
    "resposta",
    "risposta",
    "réponse",
    "reponse",
    "antwoord",
    "odpowiedź",
    "ответ",
    "cevap",
    "答案",
    "答え",
    "解答",
];

/// What a column is by its heading.
pub(super) fn role_of(heading: &str) -> Role {
    let counts = heading.split(['(', '[']).next().is_some_and(|outside| outside.contains('#'));
    match named_role(heading) {
        // `Question #` counts them.
        Role::Stem if counts => Role::Ignore,
        role => role,
    }
}

fn named_role(heading: &str) -> Role {
    let plain = plain_heading(heading);
    let is = |words: &[&str]| words.contains(&plain.as_str());
    let numbered = |words: &[&str]| {
        words.iter().any(|word| {
            plain.strip_prefix(word).and_then(|rest| rest.strip_prefix(' ')).is_some_and(|rest| {
                !rest.is_empty() && (rest.parse::<u8>().is_ok() || (rest.len() == 1 && rest.chars().all(|c| c.is_ascii_alphabetic())))
            })
        })
    };
    let has = |words: &[&str]| words.iter().any(|word| plain.split(' ').any(|own| own == *word));
    if numbered(&["option why", "explanation", "rationale", "feedback", "why"]) {
        return Role::OptionWhy;
    }
    if numbered(&[
        "option",
        "answer",
        "choice",
        "answer option",
        "response",
        "distractor",
        "wrong answer",
        "incorrect answer",
        "alternative",
    ]) || is(&["a", "b", "c", "d", "e", "f", "correct option"])
    {
        return Role::Option;
    }
    if numbered(&["correct", "is correct", "right"]) {
        return Role::Key;
    }
    if is(&["question", "question text", "stem", "prompt", "front", "term", "text", "item", "question stem", "problem", "questions"])
        || is(&QUESTION)
    {
        return Role::Stem;
    }
    if is(&["back", "definition", "response", "answer text"]) || is(&ANSWER) {
        return Role::Back;
    }
    if is(&["options", "choices", "answers", "answer options"]) {
        return Role::Options;
    }
    if is(&["answer", "correct", "key", "answer key", "solution", "right answer"]) || (has(&["correct"]) && !has(&["incorrect"])) {
        return Role::Key;
    }
    if is(&["wrong answers", "incorrect answers", "distractors"]) {
        return Role::Options;
    }
    if has(&["explanation", "rationale", "feedback", "why", "reason", "extra", "comment"]) {
        return Role::Why;
    }
    if is(&["tags", "tag", "labels", "keywords"]) {
        return Role::Tags;
    }
    if is(&["deck", "set", "quiz"]) {
        return Role::Deck;
    }
    if has(&["domain", "category", "topic", "objective", "section", "area", "chapter"]) {
        return Role::Domain;
    }
    if has(&["reference", "source", "url", "link", "citation", "documentation"]) && !has(&["image"]) {
        return Role::Reference;
    }
    if plain == "kind" {
        return Role::Kind;
    }
    if is(&["id", "guid", "question id", "uid"]) {
        return Role::Id;
    }
    Role::Ignore
}

/// The roles of all columns together: an answer beside options is their key, alone it is the back.
pub(super) fn roles_of(names: &[String]) -> Vec<Role> {
    let mut roles: Vec<Role> = names.iter().map(|name| role_of(name)).collect();
    let has_options = roles.iter().any(|role| matches!(role, Role::Option | Role::Options));
    let has_back = roles.contains(&Role::Back);
    if roles.contains(&Role::Kind) {
        // Our own tables have a column for each.
        for (role, name) in roles.iter_mut().zip(names) {
            if plain_heading(name) == "answer" {
                *role = Role::Back;
            }
        }
    } else if !has_options {
        for (role, name) in roles.iter_mut().zip(names) {
            if *role == Role::Key && !has_back && plain_heading(name) != "correct" {
                *role = Role::Back;
            }
        }
    }
    let mut seen_stem = false;
    for role in &mut roles {
        if *role == Role::Stem && std::mem::replace(&mut seen_stem, true) {
            *role = Role::Ignore;
        }
    }
    roles
}

/// Whether the columns of options hold wrong ones alone, so that the key stands in a column of its own.
pub(super) fn wrong_only(names: &[String], roles: &[Role]) -> bool {
    let options: Vec<&String> =
        names.iter().zip(roles).filter(|(_, role)| matches!(role, Role::Option | Role::Options)).map(|(name, _)| name).collect();
    let wrong = |name: &&String| ["wrong", "incorrect", "distractor"].iter().any(|word| name.to_lowercase().contains(word));
    !options.is_empty() && options.iter().all(wrong)
}

/// What a table's headings are remembered by.
pub fn columns_key<T: AsRef<str>>(names: &[T]) -> String {
    names.iter().map(|name| plain_heading(name.as_ref())).collect::<Vec<_>>().join(" | ")
}
