//! Moodle's GIFT.

use super::foreign::{
    Findings, Foreign, ForeignDeck, ForeignNote, Media, MediaFrom, basic, choice, cloze_or_basic, in_gap, option, pairs, typed,
};
use super::html;
use super::text::{lines_kept, plain_words, title_of};
use crate::model::NoteBody;
use std::path::Path;

/// Stands in for an escaped character while the text is taken apart; private use, so it means nothing in a text.
const ESCAPED: u32 = 0xE000;
const SPECIAL: &str = ":#={}~n\\";

/// Reads a file of questions.
pub(super) fn read(path: &Path, text: &str) -> Foreign {
    let mut reader = Reader { findings: Findings::new(path), pictures: Vec::new(), format: Markup::Moodle };
    let mut foreign = Foreign::default();
    let mut category = String::new();
    let mut block: Vec<&str> = Vec::new();
    let mut metadata = Metadata::default();
    let mut start = 1;
    let lines: Vec<&str> = text.lines().chain([""]).collect();
    for (index, line) in lines.iter().enumerate() {
        let trimmed = line.trim();
        if let Some(comment) = trimmed.strip_prefix("//") {
            metadata.take(comment);
            continue;
        }
        let named = trimmed.strip_prefix("$CATEGORY:");
        if named.is_none() && (!trimmed.is_empty() || goes_on(&block, lines.get(index..).unwrap_or_default())) {
            if block.is_empty() {
                start = index + 1;
            }
            block.push(line);
            continue;
        }
        if !block.is_empty() {
            let joined = std::mem::take(&mut block).join("\n");
            take_all(&mut reader, &mut foreign, path, &category, &joined, start, &std::mem::take(&mut metadata));
        }
        if let Some(name) = named {
            category = category_path(name);
        }
    }
    foreign.media = reader.pictures.into_iter().map(|(name, bytes)| Media { name, from: MediaFrom::Bytes(bytes) }).collect();
    foreign.issues = reader.findings.finish();
    foreign
}

/// Whether a blank line stands within the answers of a question, whose bracket closes before another opens.
fn goes_on(block: &[&str], rest: &[&str]) -> bool {
    let open = |lines: &[&str]| hide_escapes(&lines.join("\n")).chars().map(|c| i32::from(c == '{') - i32::from(c == '}')).sum::<i32>();
    if block.is_empty() || open(block) <= 0 {
        return false;
    }
    let after = hide_escapes(&rest.iter().take(40).copied().collect::<Vec<_>>().join("\n"));
    after.find('}').is_some_and(|close| after.get(..close).is_some_and(|between| !between.contains('{') && !between.contains("::")))
}

/// What stands in comments before a question.
#[derive(Debug, Default)]
struct Metadata {
    id: String,
    tags: Vec<String>,
}

impl Metadata {
    fn take(&mut self, comment: &str) {
        for part in comment.split('[').skip(1) {
            let Some((key, value)) = part.split(']').next().and_then(|inner| inner.split_once(':')) else { continue };
            match key.trim() {
                "id" => value.trim().clone_into(&mut self.id),
                "tag" => self.tags.push(value.trim().to_owned()),
                _ => {}
            }
        }
    }
}

/// A category's path without the parts that name Moodle's own places. Two slashes are one that belongs to a name.
pub(super) fn category_path(text: &str) -> String {
    let text = text.replace("//", "\u{1}");
    let parts: Vec<String> = (text.split('/').map(|part| part.trim().replace('\u{1}', "/")))
        .filter(|part| !(part.is_empty() || part == "top" || (part.starts_with('$') && part.ends_with('$'))))
        .collect();
    parts.join(": ")
}

/// A block of lines as questions. A blank line should stand between two; where it is missing, a question ends with its answers if others
/// follow.
fn take_all(reader: &mut Reader, foreign: &mut Foreign, path: &Path, category: &str, block: &str, line: usize, metadata: &Metadata) {
    let none = Metadata::default();
    for (offset, question) in questions(block) {
        if offset > 0 {
            reader.findings.changed(line + offset, "no blank line stands before this question");
        }
        take(reader, foreign, path, category, &question, line + offset, if offset == 0 { metadata } else { &none });
    }
}

/// The questions of a block, each with how many lines stand before it.
fn questions(block: &str) -> Vec<(usize, String)> {
    let hidden = hide_escapes(block);
    let plain: Vec<&str> = hidden.split('\n').collect();
    let (mut found, mut current, mut from, mut depth, mut closed) = (Vec::new(), Vec::new(), 0, 0_i32, false);
    for (index, line) in block.split('\n').enumerate() {
        let rest = plain.get(index..).unwrap_or_default();
        if closed && depth == 0 && rest.iter().any(|line| line.contains('{')) {
            found.push((from, std::mem::take(&mut current).join("\n")));
            (from, closed) = (index, false);
        }
        current.push(line);
        for c in rest.first().copied().unwrap_or_default().chars() {
            match c {
                '{' => depth += 1,
                '}' => (depth, closed) = (depth - 1, true),
                _ => {}
            }
        }
    }
    found.push((from, current.join("\n")));
    found
}

fn take(reader: &mut Reader, foreign: &mut Foreign, path: &Path, category: &str, block: &str, line: usize, metadata: &Metadata) {
    let body = match reader.question(block, line) {
        Ok(body) => body,
        Err(reason) => return reader.findings.lost(line, format!("the question was not taken: {reason}")),
    };
    let mut note = ForeignNote::new(body, line);
    category.clone_into(&mut note.domain);
    note.tags.clone_from(&metadata.tags);
    if !metadata.id.is_empty() {
        note.key = Some(format!("id:{}", metadata.id));
    }
    if foreign.decks.is_empty() {
        foreign.decks.push(ForeignDeck { title: title_of(path), ..ForeignDeck::default() });
    }
    if let Some(deck) = foreign.decks.first_mut() {
        deck.notes.push(note);
    }
}

/// How the texts of a question are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Markup {
    Moodle,
    Html,
    Markdown,
    Plain,
}

struct Reader {
    findings: Findings,
    pictures: Vec<(String, Vec<u8>)>,
    format: Markup,
}

/// Escaped characters become ones that mean nothing.
fn hide_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek().and_then(|next| SPECIAL.find(*next)).filter(|_| c == '\\') {
            Some(place) => {
                chars.next();
                out.extend(u32::try_from(place).ok().and_then(|place| char::from_u32(ESCAPED + place)));
            }
            None => out.push(c),
        }
    }
    out
}

fn show_escapes(text: &str) -> String {
    let shown = |c: char| {
        let place = u32::from(c).checked_sub(ESCAPED).and_then(|place| SPECIAL.chars().nth(usize::try_from(place).ok()?));
        place.map_or(c, |special| if special == 'n' { '\n' } else { special })
    };
    text.chars().map(shown).collect()
}

/// One answer of a question.
#[derive(Debug)]
struct Answer {
    right: bool,
    weight: Option<f64>,
    text: String,
    feedback: String,
}

impl Reader {
    /// A text in the markup it says it is in, or in that of the stem.
    fn text(&mut self, text: &str, line: usize, inherited: Markup) -> String {
        let (format, rest) = format_of(text.trim(), inherited);
        let shown = html::plugin_files(&show_escapes(rest.trim()), &[]);
        match format {
            Markup::Html => html::to_text(&shown, line, &mut self.findings, &mut self.pictures),
            Markup::Moodle if html::looks_like_html(&shown) => {
                html::to_text(&shown.replace('\n', "<br>"), line, &mut self.findings, &mut self.pictures)
            }
            Markup::Markdown => html::clean(shown.trim()),
            Markup::Moodle => lines_kept(&shown),
            Markup::Plain => plain_words(&shown),
        }
    }

    /// An answer to be typed: its words alone.
    fn plain(&mut self, text: &str, line: usize) -> String {
        let (format, rest) = format_of(text.trim(), self.format);
        let shown = show_escapes(rest.trim());
        let is_html = html::looks_like_html(&shown);
        if is_html || format == Markup::Markdown { crate::model::text::plain(&self.text(text, line, self.format)) } else { shown }
    }

    fn question(&mut self, block: &str, line: usize) -> Result<NoteBody, String> {
        let hidden = hide_escapes(block);
        let mut rest = hidden.trim();
        let mut title = String::new();
        if let Some((name, after)) = rest.strip_prefix("::").and_then(|after| after.split_once("::")) {
            title = show_escapes(name.trim());
            rest = after.trim();
        }
        let (stem, inner, tail) = match (rest.find('{'), rest.find('}')) {
            (Some(open), Some(close)) if open < close => (
                rest.get(..open).unwrap_or_default(),
                rest.get(open + 1..close).unwrap_or_default(),
                rest.get(close + 1..).unwrap_or_default(),
            ),
            (None, None) => return Ok(self.description(rest, &title, line)),
            _ => return Err("only one of `{` and `}` is there".to_owned()),
        };
        if tail.contains('{') {
            return self.embedded(rest, line);
        }
        let (format, _) = format_of(stem.trim(), Markup::Moodle);
        self.format = format;
        // Text after the answers: a word is missing in between.
        let stem = if tail.trim().is_empty() { stem.trim().to_owned() } else { format!("{stem}_____{tail}").trim().to_owned() };
        let mut stem_text = self.text(&stem, line, Markup::Moodle);
        if stem_text.is_empty() {
            stem_text = plain_words(&title);
        }
        let (inner, general) = match inner.rfind("####") {
            Some(at) => (inner.get(..at).unwrap_or_default(), inner.get(at + 4..).unwrap_or_default()),
            None => (inner, ""),
        };
        let why = self.text(general, line, format);
        self.answers(&stem_text, inner.trim(), &why, line)
    }

    /// Several groups of answers within one text are gaps in it.
    fn embedded(&mut self, text: &str, line: usize) -> Result<NoteBody, String> {
        let (mut out, mut rest, mut number) = (String::new(), text, 0);
        while let Some((before, after)) = rest.split_once('{') {
            let (inner, tail) = after.split_once('}').ok_or("only one of `{` and `}` is there")?;
            let answers = self.split_answers(inner.trim().trim_start_matches('#'), line)?;
            let worth = |answer: &&Answer| answer.right || answer.weight == Some(100.0);
            let right = answers.iter().find(worth).ok_or("a gap has no right answer")?.text.clone();
            let choices: Vec<&str> = answers.iter().map(|answer| answer.text.as_str()).collect();
            let is_choice = answers.iter().any(|answer| !answer.right);
            let hint = if is_choice { format!("::{}", in_gap(&choices.join(" / "))) } else { String::new() };
            number += 1;
            out.push_str(&format!("{before}{{{{c{number}::{}{hint}}}}}", in_gap(&right)));
            rest = tail;
        }
        out.push_str(rest);
        self.findings.changed(line, "several groups of answers in one text are gaps now; what was said of them was left out");
        Ok(cloze_or_basic(&self.text(&out, line, Markup::Moodle), ""))
    }

    /// A text without answers: something to read.
    fn description(&mut self, text: &str, title: &str, line: usize) -> NoteBody {
        self.findings.changed(line, "a text without a question is kept as a note to read");
        let words = self.text(text, line, Markup::Moodle);
        let front =
            if title.is_empty() { words.lines().next().unwrap_or_default().trim_end_matches('\\').to_owned() } else { plain_words(title) };
        let rest = if words == front { "" } else { words.as_str() };
        basic(front, rest)
    }

    fn answers(&mut self, stem: &str, inner: &str, why: &str, line: usize) -> Result<NoteBody, String> {
        if inner.is_empty() {
            self.findings.changed(line, "an essay is kept as a card you grade yourself");
            return Ok(basic(stem, why));
        }
        if let Some(truth) = truth(inner) {
            return self.true_false(stem, inner, truth, why, line);
        }
        if let Some(numeric) = inner.strip_prefix('#') {
            return self.numeric(stem, numeric, why, line);
        }
        let answers = self.split_answers(inner, line)?;
        if inner.contains("->") && answers.iter().all(|answer| answer.right && answer.text.contains("->")) {
            return self.matching(stem, &answers, why, line);
        }
        let has_wrong = answers.iter().any(|answer| !answer.right);
        if !has_wrong {
            let mut accept = Vec::new();
            let mut reasons = vec![why.to_owned()];
            for answer in &answers {
                if answer.weight.is_some_and(|weight| weight <= 0.0) {
                    continue;
                }
                if answer.weight.is_some_and(|weight| weight < 100.0) {
                    self.findings.changed(line, "an answer of part worth counts as right");
                }
                let words = self.plain(&answer.text, line);
                if words.contains('*') {
                    self.findings.changed(line, format!("the answer `{words}` stood for several; it is taken as it is written"));
                }
                accept.push(words);
                let feedback = self.text(&answer.feedback, line, self.format);
                if !feedback.is_empty() && !reasons.contains(&feedback) {
                    reasons.push(feedback);
                }
            }
            reasons.retain(|reason| !reason.is_empty());
            return Ok(typed(stem, accept, &reasons.join("\n\n")));
        }
        let single = answers.iter().any(|answer| answer.right);
        let mut options = Vec::new();
        for answer in &answers {
            let is_key =
                if single { answer.right || answer.weight == Some(100.0) } else { answer.weight.is_some_and(|weight| weight > 0.0) };
            let (text, reason) = (self.text(&answer.text, line, self.format), self.text(&answer.feedback, line, self.format));
            options.push(option(&text, is_key, &reason));
        }
        if single && answers.iter().any(|answer| answer.weight.is_some_and(|weight| weight > 0.0 && weight < 100.0)) {
            self.findings.changed(line, "an option of part worth counts as wrong");
        }
        choice(stem, options, why).map_err(str::to_owned)
    }

    fn true_false(&mut self, stem: &str, inner: &str, truth: bool, why: &str, line: usize) -> Result<NoteBody, String> {
        // The first feedback is for the wrong response, the second for the right one.
        let mut parts = inner.split('#').skip(1);
        let (wrong, right) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let (wrong, right) = (self.text(wrong, line, self.format), self.text(right, line, self.format));
        let reason = |is_key: bool| if is_key { right.as_str() } else { wrong.as_str() };
        let options = vec![option("True", truth, reason(truth)), option("False", !truth, reason(!truth))];
        choice(stem, options, why).map_err(str::to_owned)
    }

    fn numeric(&mut self, stem: &str, inner: &str, why: &str, line: usize) -> Result<NoteBody, String> {
        let listed = inner.trim();
        let answers = if listed.starts_with(['=', '~']) {
            self.split_answers(listed, line)?
        } else {
            let (text, feedback) = listed.split_once('#').unwrap_or((listed, ""));
            vec![Answer { right: true, weight: None, text: text.trim().to_owned(), feedback: feedback.trim().to_owned() }]
        };
        let (mut accept, mut notes, mut reasons) = (Vec::new(), Vec::new(), vec![why.to_owned()]);
        for answer in answers {
            let feedback = self.text(&answer.feedback, line, self.format);
            if !feedback.is_empty() && !reasons.contains(&feedback) {
                reasons.push(feedback);
            }
            if answer.weight.is_some_and(|weight| weight < 100.0) {
                if answer.weight.is_some_and(|weight| weight > 0.0) {
                    self.findings.changed(line, "a number of part worth is not taken as right");
                }
                continue;
            }
            if answer.right || answer.weight.is_some() {
                number(&show_escapes(answer.text.trim()), &mut accept, &mut notes);
            }
        }
        if accept.iter().all(|answer| answer.parse::<f64>().is_err()) {
            return Err("the answer is no number".to_owned());
        }
        if !notes.is_empty() {
            self.findings.changed(line, format!("the answer had room ({}); it is typed exactly now", notes.join(", ")));
        }
        let room = notes.iter().map(|note| format!("Accepted: {note}.")).collect::<Vec<_>>().join(" ");
        reasons.push(room);
        reasons.retain(|part| !part.is_empty());
        Ok(typed(stem, accept, &reasons.join("\n\n")))
    }

    fn matching(&mut self, stem: &str, answers: &[Answer], why: &str, line: usize) -> Result<NoteBody, String> {
        let (mut found, mut decoys) = (Vec::new(), Vec::new());
        for answer in answers {
            let Some((left, right)) = answer.text.split_once("->") else { return Err("a pair has no `->`".to_owned()) };
            let (left, right) = (self.text(left, line, self.format), self.text(right, line, self.format));
            if left.is_empty() { decoys.push(right) } else { found.push((left, right)) }
        }
        pairs(stem, found, decoys, why).map_err(str::to_owned)
    }

    /// Answers by the marks before them.
    fn split_answers(&mut self, inner: &str, line: usize) -> Result<Vec<Answer>, String> {
        let mut found: Vec<Answer> = Vec::new();
        let mut start = None;
        let marks: Vec<(usize, char)> = inner.char_indices().filter(|(_, c)| matches!(c, '=' | '~')).collect();
        for (place, (at, mark)) in marks.iter().enumerate() {
            start.get_or_insert(*at);
            let end = marks.get(place + 1).map_or(inner.len(), |(next, _)| *next);
            let body = inner.get(at + 1..end).unwrap_or_default().trim();
            // `~=` is how some write a right answer.
            if *mark == '~' && body.is_empty() && inner.get(end..).is_some_and(|rest| rest.starts_with('=')) {
                continue;
            }
            let (weight, body) = weight(body);
            // Markup such as `[markdown]` may hold no `#`, so the first one begins the feedback.
            let (text, feedback) = body.split_once('#').unwrap_or((body, ""));
            found.push(Answer { right: *mark == '=', weight, text: text.trim().to_owned(), feedback: feedback.trim().to_owned() });
        }
        if start.is_none_or(|at| !inner.get(..at).unwrap_or_default().trim().is_empty()) {
            return Err("the answers begin with neither `=` nor `~`".to_owned());
        }
        if found.iter().any(|answer| answer.text.is_empty()) {
            self.findings.changed(line, "an empty answer was left out");
            found.retain(|answer| !answer.text.is_empty());
        }
        Ok(found)
    }
}

/// A number, one with room `5:0.5`, or a stretch `1..2`: what is typed for it, and what its room was.
fn number(answer: &str, accept: &mut Vec<String>, notes: &mut Vec<String>) {
    if let Some((low, high)) = answer.split_once("..") {
        let (low, high) = (low.trim(), high.trim());
        notes.push(format!("from {low} to {high}"));
        let middle = low.parse::<f64>().ok().zip(high.parse::<f64>().ok()).map(|(low, high)| f64::midpoint(low, high));
        accept.extend([low.to_owned(), high.to_owned()]);
        // Without the digits that only binary fractions have.
        accept.extend(middle.map(|middle| ((middle * 1e9).round() / 1e9).to_string()));
    } else if let Some((value, tolerance)) = answer.split_once(':') {
        if !matches!(tolerance.trim(), "" | "0") {
            notes.push(format!("{} ± {}", value.trim(), tolerance.trim()));
        }
        accept.push(value.trim().to_owned());
    } else {
        accept.push(answer.to_owned());
    }
}

fn format_of(text: &str, inherited: Markup) -> (Markup, &str) {
    for (name, format) in
        [("[html]", Markup::Html), ("[markdown]", Markup::Markdown), ("[plain]", Markup::Plain), ("[moodle]", Markup::Moodle)]
    {
        if let Some(rest) = text.strip_prefix(name) {
            return (format, rest);
        }
    }
    (inherited, text)
}

fn truth(inner: &str) -> Option<bool> {
    match inner.split('#').next().unwrap_or_default().trim() {
        "T" | "TRUE" | "true" | "True" => Some(true),
        "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// `%50%` before an answer. A weight that is none is text.
fn weight(body: &str) -> (Option<f64>, &str) {
    let Some((number, rest)) = body.strip_prefix('%').and_then(|rest| rest.split_once('%')) else { return (None, body) };
    match number.parse::<f64>().ok().filter(|weight| (-100.0..=100.0).contains(weight)) {
        Some(weight) => (Some(weight), rest.trim_start()),
        None => (None, body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> NoteBody {
        let foreign = read(Path::new("x.gift"), text);
        foreign
            .decks
            .first()
            .and_then(|deck| deck.notes.first())
            .map_or_else(|| panic!("{text}: {:?}", foreign.issues), |note| note.body.clone())
    }

    #[test]
    fn each_kind_of_question_is_read() {
        let two = |a: (&str, bool, &str), b: (&str, bool, &str)| vec![option(a.0, a.1, a.2), option(b.0, b.1, b.2)];
        assert_eq!(
            one("::T:: Who? {=Grant#Yes. ~no one#No.####All.}"),
            choice("Who?", two(("Grant", true, "Yes."), ("no one", false, "No.")), "All.").expect("a choice")
        );
        assert_eq!(
            one("Multi {~%50%a ~%50%b ~%-100%c}"),
            choice("Multi", vec![option("a", true, ""), option("b", true, ""), option("c", false, "")], "").expect("a choice")
        );
        assert_eq!(
            one("Sun rises in the east.{T#Look again.#Right.}"),
            choice("Sun rises in the east.", two(("True", true, "Right."), ("False", false, "Look again.")), "").expect("a choice")
        );
        assert_eq!(one("Two plus two {=four =4}"), typed("Two plus two", vec!["four".into(), "4".into()], ""));
        assert_eq!(one("Born {#1822:0}"), typed("Born", vec!["1822".into()], ""));
        assert_eq!(
            one("Cap {=Ca -> Ottawa =It -> Rome = -> Chat}"),
            pairs("Cap", vec![("Ca".into(), "Ottawa".into()), ("It".into(), "Rome".into())], vec!["Chat".into()], "").expect("pairs")
        );
        assert_eq!(
            one("{=Asia ~Europe} is the largest."),
            choice("_____ is the largest.", two(("Asia", true, ""), ("Europe", false, "")), "").expect("a choice")
        );
        assert_eq!(one("Write. {}"), basic("Write.", ""));
        assert_eq!(
            one("$CATEGORY: $course$/top/A\n\n// [id:7] [tag:x]\nA \\{b\\}\\: 1 \\= 1 {=y\\~z ~n}"),
            choice("A {b}: 1 = 1", two(("y~z", true, ""), ("n", false, "")), "").expect("a choice")
        );
    }

    #[test]
    fn what_files_in_the_wild_hold_is_read() {
        let two = |a: (&str, bool, &str), b: (&str, bool, &str)| vec![option(a.0, a.1, a.2), option(b.0, b.1, b.2)];
        assert_eq!(
            one("Air is {=nitrogen ~oxygen} and {=oxygen ~argon}."),
            cloze_or_basic("Air is {{c1::nitrogen::nitrogen / oxygen}} and {{c2::oxygen::oxygen / argon}}.", "")
        );
        assert_eq!(one("It is ({=x ~y})."), choice("It is (_____).", two(("x", true, ""), ("y", false, "")), "").expect("a choice"));
        assert_eq!(one("Same {~a~=b\n\n}"), choice("Same", two(("a", false, ""), ("b", true, "")), "").expect("a choice"));
        assert_eq!(one("[html]Short {=[markdown]**x** =<p>y &lt; z</p>}"), typed("Short", vec!["x".into(), "y < z".into()], ""));
        assert_eq!(one("Number {#=100:0#Exact. =%50%100:10#Near.}"), typed("Number", vec!["100".into()], "Exact.\n\nNear."));
        assert_eq!(one("Range {#0.1..0.2}"), typed("Range", vec!["0.1".into(), "0.2".into(), "0.15".into()], "Accepted: from 0.1 to 0.2."));
        assert_eq!(
            one("<h4>Head</h4> a &ndash; b <img src=\"@@PLUGINFILE@@/p.png\"> {=x ~y}"),
            choice("#### Head\n\na – b\n\n![](p.png)", two(("x", true, ""), ("y", false, "")), "").expect("a choice")
        );
        let foreign = read(Path::new("x.gift"), "$CATEGORY: A\n$CATEGORY: A/B\n::Q1:: So? {T}\n$CATEGORY: C\n::Q2:: Or? {F}\n");
        let domains: Vec<(&str, String)> =
            foreign.decks[0].notes.iter().map(|note| (note.domain.as_str(), note.key().to_owned())).collect();
        assert_eq!(domains, [("A: B", "So?".to_owned()), ("C", "Or?".to_owned())]);
        assert!(foreign.issues.is_empty(), "{:?}", foreign.issues);
    }

    #[test]
    fn questions_without_a_blank_line_between_them_are_told_apart() {
        let text = "::A:: Who? {=x\n~y {z\\}} }\n::B:: True {T}\nOn two\nlines {=a -> 1 =b -> 2}\nWord {=c ~d}\nand the rest.";
        let found: Vec<(usize, String)> = questions(text);
        let starts: Vec<(usize, &str)> = found.iter().map(|(line, text)| (*line, text.get(..4).unwrap_or_default())).collect();
        assert_eq!(starts, [(0, "::A:"), (2, "::B:"), (3, "On t"), (5, "Word")]);
        let foreign = read(Path::new("q.gift"), "One {=a ~b}\nTwo {=a ~b}\n");
        assert_eq!(foreign.decks.iter().map(|deck| deck.notes.len()).sum::<usize>(), 2);
        assert_eq!(foreign.issues.len(), 1, "{:?}", foreign.issues);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_the_rest_lives() {
        let foreign = read(Path::new("x.gift"), "Only {=one open\n\nGood {=a ~b}\n\nNo key {~a ~b}\n");
        let lines: Vec<usize> = foreign.issues.iter().map(|issue| issue.location.line).collect();
        assert_eq!((lines, foreign.decks.first().map(|deck| deck.notes.len())), (vec![1, 5], Some(1)));
    }
}
