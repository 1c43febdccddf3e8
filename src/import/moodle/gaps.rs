//! Answers that stand within a text: `{1:MULTICHOICE:=right#reason~wrong}` and its kin become gaps.

use super::super::foreign::in_gap;

/// A text with gaps.
#[derive(Debug)]
pub(super) struct Gaps {
    pub(super) text: String,
    /// Whether something of a gap cannot be asked here.
    pub(super) left_out: bool,
}

/// One answer of a gap.
struct Answer {
    worth: f64,
    text: String,
    has_feedback: bool,
}

/// The gaps of a text; the words around them stay as they are.
pub(super) fn gaps(text: &str) -> Result<Gaps, String> {
    let (mut out, mut rest, mut number, mut left_out) = (String::new(), text, 0, false);
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((kind, body)) = head(after) else {
            out.push('{');
            rest = after;
            continue;
        };
        let (answers, tail) = answers(body).ok_or("a gap is not closed")?;
        number += 1;
        out.push_str(&gap(number, &kind, &answers, &mut left_out)?);
        rest = tail;
    }
    out.push_str(rest);
    if number == 0 { Err("there is no gap in it".to_owned()) } else { Ok(Gaps { text: out, left_out }) }
}

/// `1:KIND:` after a bracket: the kind, and what follows.
fn head(after: &str) -> Option<(String, &str)> {
    let (weight, rest) = after.split_once(':')?;
    let (kind, body) = rest.split_once(':')?;
    let kind = kind.trim();
    let is_kind = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    (weight.trim().chars().all(|c| c.is_ascii_digit()) && is_kind).then(|| (kind.to_owned(), body))
}

/// The answers up to the bracket that closes the gap. A backslash keeps the next character from meaning anything.
fn answers(body: &str) -> Option<(Vec<Answer>, &str)> {
    let mut found = Vec::new();
    let (mut text, mut feedback, mut in_feedback) = (String::new(), String::new(), false);
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        let part = if in_feedback { &mut feedback } else { &mut text };
        match c {
            // Before any other character it is one of a formula.
            '\\' => match chars.next() {
                Some((_, escaped)) if matches!(escaped, '~' | '#' | '}' | '{' | '=' | '"' | '/' | '\\') => part.push(escaped),
                other => part.extend(['\\'].into_iter().chain(other.map(|(_, next)| next))),
            },
            '#' => in_feedback = true,
            '~' | '}' => {
                found.extend(answer(&std::mem::take(&mut text), !std::mem::take(&mut feedback).trim().is_empty()));
                in_feedback = false;
                if c == '}' {
                    return Some((found, body.get(at + 1..)?));
                }
            }
            _ => part.push(c),
        }
    }
    None
}

fn answer(text: &str, has_feedback: bool) -> Option<Answer> {
    let text = text.trim();
    let weighted = text.strip_prefix('%').and_then(|rest| rest.split_once('%')).and_then(|(worth, rest)| Some((worth.parse().ok()?, rest)));
    let (worth, text) = match (text.strip_prefix('='), weighted) {
        (Some(right), _) => (100.0, right),
        (None, Some((worth, rest))) => (worth, rest),
        (None, None) => (0.0, text),
    };
    let text = text.trim();
    (!text.is_empty()).then(|| Answer { worth, text: text.to_owned(), has_feedback })
}

/// A gap of our own: the right answer, and for one to choose in, the choices as its hint.
fn gap(number: usize, kind: &str, answers: &[Answer], left_out: &mut bool) -> Result<String, String> {
    let is_choice = kind.starts_with("MC") || kind.starts_with("MULTI") || kind.starts_with("MR");
    let several = kind.starts_with("MR") || kind.starts_with("MULTIRESPONSE");
    let mut right: Vec<&str> = answers
        .iter()
        .filter(|answer| answer.worth >= 100.0 || (several && answer.worth > 0.0))
        .map(|answer| answer.text.as_str())
        .collect();
    *left_out |= answers.iter().any(|answer| answer.has_feedback) || (!several && right.len() > 1);
    if !several {
        right.truncate(1);
    }
    let mut right = right.join(", ");
    if kind.starts_with("NUM") || kind == "NM" {
        // `5:0.5` is five, half up or down.
        let (number, room) = right.split_once(':').unwrap_or((&right, ""));
        *left_out |= !matches!(room.trim(), "" | "0");
        right = number.trim().to_owned();
    }
    if right.is_empty() {
        return Err("a gap has no right answer".to_owned());
    }
    let hint: Vec<&str> = if is_choice { answers.iter().map(|answer| answer.text.as_str()).collect() } else { Vec::new() };
    *left_out |= !is_choice && answers.iter().any(|answer| answer.worth < 100.0 && answer.text != "*");
    let hint = if hint.len() > 1 { format!("::{}", in_gap(&hint.join(" / "))) } else { String::new() };
    Ok(format!("{{{{c{number}::{}{hint}}}}}", in_gap(&right)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_read_whatever_their_kind() {
        let check = |text: &str, expected: &str, left_out: bool| {
            let found = gaps(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((found.text.as_str(), found.left_out), (expected, left_out), "{text}");
        };
        check("at {1:SHORTANSWER:=10:30}.", "at {{c1::10:30}}.", false);
        check("see {1:SA:=https://a.example}", "see {{c1::https://a.example}}", false);
        check(r"{1:SA:=a\#b}", "{{c1::a#b}}", false);
        check(r"{1:SA:=\(x^2\)}", r"{{c1::\(x^2\)}}", false);
        check("{1:SA:=std::vector}", "{{c1::std:\u{2060}:vector}}", false);
        check(r"{1:MC:=\{1, 2\}~\{3\}}", "{{c1::{1, 2}::{1, 2} / {3}}}", false);
        check("{1:MULTIRESPONSE:=a~=b~c}", "{{c1::a, b::a / b / c}}", false);
        check("{1:SA:=colour~=color}", "{{c1::colour}}", true);
        check("{1:NM:=5:0.5}", "{{c1::5}}", true);
        check("{:NUMERICAL:=5} f(x) = {x}", "{{c1::5}} f(x) = {x}", false);
        check("{1:MC:%0%no~%100%yes#right}", "{{c1::yes::no / yes}}", true);
        assert!(gaps("{1:SA:=open").is_err() && gaps("{1:SA:none}").is_err() && gaps("no gap").is_err());
    }
}
