//! A study session line by line: plain text, one question and one prompt at a time, so that it reads well aloud and works anywhere.

use super::{Outcome, line, plural};
use crate::app::{CardEntry, Collection, Error, Scope, Shown, Stage};
use crate::engine::study::{Response, Verdict};
use crate::model::{Card, Face, MarkKind, Note, Question, QuestionBody, Rating, cloze, text};
use std::io::{self, BufRead, Write};

const HELP: &str = "Enter shows the answer or accepts the rating proposed; 1 Again, 2 Hard, 3 Good, 4 Easy.
Questions: letters for options (ac), numbers for an order (2 1 3), pairs for a match (1b 2a), words for a typed answer.
u undo, - bury the card, = bury the note, @ suspend the card, ! suspend the note, q leave. What was accepted stays.";

/// What was typed.
enum Typed {
    Words(String),
    Again,
    Quit,
}

pub(super) fn study(
    collection: &mut Collection,
    query: &str,
    ahead: bool,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<Outcome, Error> {
    let scope = match (query.trim(), ahead) {
        (query, true) => Scope::Ahead(query.to_owned()),
        ("", false) => Scope::Today,
        (query, false) => Scope::Search(query.to_owned()),
    };
    collection.start_study(scope)?;
    while let Some(shown) = collection.shown().cloned() {
        if !one_card(collection, &shown, input, out)? {
            break;
        }
    }
    goodbye(collection, out)?;
    Ok(Outcome::Done)
}

fn goodbye(collection: &mut Collection, out: &mut dyn Write) -> Result<(), Error> {
    if let Some(at) = collection.waiting_until() {
        let minutes = crate::model::time::seconds_until(collection.now().at, at).div_euclid(60) + 1;
        line(out, format!("Nothing more for {}; a card comes back then.", plural(minutes as usize, "minute")))?;
    }
    let summary = collection.end_study().unwrap_or_default();
    let (cards, minutes) = collection.tomorrow();
    line(out, format!("Done: {}, {} remembered, {} new.", plural(summary.answered as usize, "answer"), summary.passed, summary.new_cards))?;
    line(out, format!("Tomorrow: {}, about {minutes} min.", plural(cards as usize, "review")))
}

/// Asks one card. False when the learner leaves.
fn one_card(collection: &mut Collection, shown: &Shown, input: &mut dyn BufRead, out: &mut dyn Write) -> Result<bool, Error> {
    let Some(entry) = collection.card(&shown.card).cloned() else { return Ok(false) };
    let Some(card) = entry.card() else { return Ok(false) };
    let (new, learning, review) = collection.counts_left();
    line(out, format!("\n{} — {new} new, {learning} learning, {review} to review", entry.deck.title))?;
    line(out, front(&card, shown))?;
    let prompt = question_prompt(card.question());
    loop {
        let words = match ask(collection, shown, prompt, input, out)? {
            Typed::Quit => return Ok(false),
            Typed::Again => return Ok(true),
            Typed::Words(words) => words,
        };
        match (card.question(), words.as_str()) {
            (_, "") | (None, _) => {
                collection.reveal();
                break;
            }
            (Some(question), words) => match read_response(question, &shown.order, words) {
                Ok(response) => {
                    collection.respond(response);
                    break;
                }
                Err(reason) => line(out, reason)?,
            },
        }
    }
    line(out, back(&entry, &card, shown, collection.shown().map(|shown| &shown.stage)))?;
    rate(collection, shown, input, out)
}

/// Asks for the rating and commits it. False when the learner leaves.
fn rate(collection: &mut Collection, shown: &Shown, input: &mut dyn BufRead, out: &mut dyn Write) -> Result<bool, Error> {
    let proposed = match collection.shown().map(|shown| &shown.stage) {
        Some(Stage::Judged { proposed, .. }) => *proposed,
        _ => Rating::Good,
    };
    let previews = collection.previews(&shown.card)?;
    let buttons: Vec<String> =
        Rating::ALL.iter().zip(&previews).map(|(rating, due)| format!("{} {} ({due})", rating.number(), rating.label())).collect();
    line(out, buttons.join("   "))?;
    loop {
        let words = match ask(collection, shown, &format!("Rating, Enter for {}: ", proposed.label()), input, out)? {
            Typed::Quit => return Ok(false),
            Typed::Again => return Ok(true),
            Typed::Words(words) => words,
        };
        let rating = if words.is_empty() { Some(proposed) } else { words.parse().ok().and_then(Rating::from_number) };
        let Some(rating) = rating else {
            line(out, "Type 1, 2, 3 or 4.")?;
            continue;
        };
        collection.answer(rating)?;
        let due = previews.get(rating.index()).map_or("", String::as_str);
        line(out, format!("Accepted: {}, again in {due}.", rating.label()))?;
        return Ok(true);
    }
}

/// Shows a prompt and reads a line. Commands that work everywhere are carried out here.
fn ask(collection: &mut Collection, shown: &Shown, prompt: &str, input: &mut dyn BufRead, out: &mut dyn Write) -> Result<Typed, Error> {
    loop {
        let failed = |error: io::Error| Error::environment("the terminal cannot be read or written").because(error);
        write!(out, "{prompt}").and_then(|()| out.flush()).map_err(failed)?;
        let mut words = String::new();
        if input.read_line(&mut words).map_err(failed)? == 0 {
            return Ok(Typed::Quit);
        }
        let one = std::slice::from_ref(&shown.card);
        match words.trim() {
            "q" => return Ok(Typed::Quit),
            "?" => line(out, HELP)?,
            "u" => match collection.undo()? {
                Some(undone) => {
                    line(out, format!("Taken back: {}", undone.description))?;
                    return Ok(Typed::Again);
                }
                None => line(out, "Nothing to take back today.")?,
            },
            "-" => return collection.bury(one).map(|()| Typed::Again),
            "=" => return collection.bury(&collection.siblings(&shown.card)).map(|()| Typed::Again),
            "@" => return collection.mark(one, &MarkKind::Suspend).map(|()| Typed::Again),
            "!" => return collection.mark(&collection.siblings(&shown.card), &MarkKind::Suspend).map(|()| Typed::Again),
            other => return Ok(Typed::Words(other.to_owned())),
        }
    }
}

fn letter(index: usize) -> char {
    char::from(b'a' + u8::try_from(index).unwrap_or(25).min(25))
}

/// The question as it is shown.
fn front(card: &Card<'_>, shown: &Shown) -> String {
    match card.face {
        Face::Basic { front, .. } => text::plain(front),
        Face::Cloze { text, number, .. } => text::plain(&cloze::render(text, Some(number))),
        Face::Question { .. } => asked(card, &shown.order),
    }
}

/// A question with its scenario and parts.
pub(super) fn asked(card: &Card<'_>, order: &[usize]) -> String {
    let Face::Question { case, question, .. } = card.face else { return String::new() };
    let mut lines = Vec::new();
    if let Some(case) = case {
        lines.push(text::plain(&case.scenario));
        lines.extend(case.exhibits.iter().map(|exhibit| format!("[{}]\n{}", exhibit.title, text::plain(&exhibit.text))));
    }
    lines.push(text::plain(&question.stem));
    lines.extend(parts(question, order));
    lines.join("\n")
}

/// The parts of a question in the order they are shown.
pub(super) fn parts(question: &Question, order: &[usize]) -> Vec<String> {
    let places = order.iter().enumerate();
    match &question.body {
        QuestionBody::Choice(choice) => {
            let mut lines: Vec<String> = places
                .filter_map(|(place, index)| Some(format!("  {}) {}", letter(place), text::plain(&choice.options.get(*index)?.text))))
                .collect();
            if choice.key_count() > 1 {
                lines.insert(0, format!("Choose {}.", number_word(choice.key_count())));
            }
            lines
        }
        QuestionBody::Order(order) => {
            places.filter_map(|(place, index)| Some(format!("  {}) {}", place + 1, text::plain(order.steps.get(*index)?)))).collect()
        }
        QuestionBody::Match(pairs) => {
            let rights = pairs.right_sides();
            let left = pairs.pairs.iter().enumerate().map(|(n, (left, _))| format!("  {}) {}", n + 1, text::plain(left)));
            let right = places.filter_map(|(place, index)| Some(format!("  {}) {}", letter(place), text::plain(rights.get(*index)?))));
            left.chain(std::iter::once("with".to_owned())).chain(right).collect()
        }
        QuestionBody::Typed(_) => Vec::new(),
    }
}

fn number_word(count: usize) -> String {
    ["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE"].get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

/// What is asked for.
pub(super) fn question_prompt(question: Option<&Question>) -> &'static str {
    match question.map(|question| &question.body) {
        None => "Enter shows the answer: ",
        Some(QuestionBody::Choice(_)) => "Your choice: ",
        Some(QuestionBody::Order(_)) => "Your order, as numbers: ",
        Some(QuestionBody::Match(_)) => "Your pairs, such as 1b 2a: ",
        Some(QuestionBody::Typed(_)) => "Your answer: ",
    }
}

/// From what was typed to a response in the author's numbers.
pub(super) fn read_response(question: &Question, order: &[usize], words: &str) -> Result<Response, String> {
    let place = |c: char| {
        usize::try_from(u32::from(c.to_ascii_lowercase()))
            .ok()
            .and_then(|code| code.checked_sub(usize::from(b'a')))
            .and_then(|place| order.get(place))
    };
    match &question.body {
        QuestionBody::Choice(_) => {
            let letters = words.chars().filter(char::is_ascii_alphabetic);
            let chosen: Option<_> = letters.map(|c| place(c).copied()).collect();
            chosen.map(Response::Chosen).ok_or_else(|| "Type the letters of the options.".to_owned())
        }
        QuestionBody::Order(order_body) => {
            let numbers = words.split(|c: char| !c.is_ascii_digit()).filter(|word| !word.is_empty());
            let steps: Option<Vec<usize>> =
                numbers.map(|word| word.parse::<usize>().ok().and_then(|n| order.get(n.checked_sub(1)?)).copied()).collect();
            let whole = steps.filter(|steps| steps.len() == order_body.steps.len() && (0..steps.len()).all(|step| steps.contains(&step)));
            whole.map(Response::Ordered).ok_or_else(|| "Type each number once, in the right order.".to_owned())
        }
        QuestionBody::Match(pairs) => {
            let mut paired = vec![None; pairs.pairs.len()];
            for pair in words.split([' ', ',']).filter(|pair| !pair.is_empty()) {
                let mut chars = pair.chars().rev();
                let right = chars.next().and_then(place);
                let left = chars.rev().collect::<String>().parse::<usize>().ok().and_then(|n| n.checked_sub(1));
                match (left.and_then(|left| paired.get_mut(left)), right) {
                    (Some(slot), Some(right)) => *slot = Some(*right),
                    _ => return Err(format!("`{pair}` is no pair; type pairs such as 1b 2a.")),
                }
            }
            Ok(Response::Paired(paired))
        }
        QuestionBody::Typed(_) => Ok(Response::Typed(words.to_owned())),
    }
}

/// The answer, the verdict with its reasons, and where it is written.
fn back(entry: &CardEntry, card: &Card<'_>, shown: &Shown, stage: Option<&Stage>) -> String {
    let mut lines = Vec::new();
    match card.face {
        Face::Basic { back, .. } => lines.push(text::plain(back)),
        Face::Cloze { text, number, why } => {
            lines.push(format!("Answer: {}", cloze::answers(text, number).join(", ")));
            lines.push(text::plain(&cloze::render(text, None)));
            lines.extend((!why.is_empty()).then(|| text::plain(why)));
        }
        Face::Question { question, .. } => {
            if let Some(Stage::Judged { verdict, response, .. }) = stage {
                lines.push(verdict_words(*verdict, response).to_owned());
                lines.extend(reasons(question, &shown.order, response));
            }
            if !question.why.is_empty() {
                lines.push(text::plain(&question.why));
            }
        }
    }
    lines.extend(citations(entry, card.note));
    lines.join("\n")
}

fn verdict_words(verdict: Verdict, response: &Response) -> &'static str {
    match (verdict, response) {
        (Verdict::Right, _) => "Right.",
        (Verdict::Partly, _) => "Partly right.",
        (Verdict::Wrong, Response::GaveUp) => "Here is the answer.",
        (Verdict::Wrong, _) => "Wrong.",
    }
}

/// Why each part is right or wrong.
pub(super) fn reasons(question: &Question, order: &[usize], response: &Response) -> Vec<String> {
    match &question.body {
        QuestionBody::Choice(choice) => (order.iter().enumerate())
            .filter_map(|(place, index)| {
                let option = choice.options.get(*index)?;
                let chosen = matches!(response, Response::Chosen(chosen) if chosen.contains(index));
                let verdict = if option.is_key { "right" } else { "wrong" };
                let yours = if chosen { ", your answer" } else { "" };
                Some(format!("  {}) {verdict}{yours}: {}\n     {}", letter(place), text::plain(&option.text), text::plain(&option.why)))
            })
            .collect(),
        QuestionBody::Order(order) => {
            order.steps.iter().enumerate().map(|(n, step)| format!("  {}. {}", n + 1, text::plain(step))).collect()
        }
        QuestionBody::Match(pairs) => {
            pairs.pairs.iter().map(|(left, right)| format!("  {} — {}", text::plain(left), text::plain(right))).collect()
        }
        QuestionBody::Typed(typed) => vec![format!("  {}", typed.accept.join(" or "))],
    }
}

fn citations(entry: &CardEntry, note: &Note) -> Vec<String> {
    (note.cites.iter())
        .map(|cite| match entry.deck.source(&cite.source) {
            Some(source) if source.edition.is_empty() => format!("Source: {}, {}", source.title, cite.pinpoint),
            Some(source) => format!("Source: {} ({}), {}", source.title, source.edition, cite.pinpoint),
            None => format!("Source: {}, {}", cite.source, cite.pinpoint),
        })
        .collect()
}
