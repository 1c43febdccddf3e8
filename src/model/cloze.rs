//! Gaps in a sentence: `{{c1::answer::hint}}`. Anything else in double braces is plain text.

/// A piece of a cloze text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Shown as it is.
    Text(&'a str),
    /// A gap.
    Gap {
        /// Its number, from 1: gaps that share a number are hidden together.
        number: u16,
        /// What stands in it.
        answer: &'a str,
        /// What is shown in its place.
        hint: Option<&'a str>,
    },
}

/// Splits a text into plain pieces and gaps. Never fails: what is not a gap is text.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let (mut plain_from, mut at) = (0, 0);
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("{{c")).map(|offset| at + offset) {
        match gap_at(text, start) {
            Some((gap, end)) => {
                if let Some(plain) = text.get(plain_from..start).filter(|plain| !plain.is_empty()) {
                    found.push(Piece::Text(plain));
                }
                found.push(gap);
                (plain_from, at) = (end, end);
            }
            None => at = start + 3,
        }
    }
    if let Some(plain) = text.get(plain_from..).filter(|plain| !plain.is_empty()) {
        found.push(Piece::Text(plain));
    }
    found
}

fn gap_at(text: &str, start: usize) -> Option<(Piece<'_>, usize)> {
    let inner_start = start + 3;
    let end = inner_start + closing(text.get(inner_start..)?)?;
    let (number, rest) = text.get(inner_start..end)?.split_once("::")?;
    let number: u16 = number.parse().ok().filter(|number| (1..=999).contains(number))?;
    let (answer, hint) = match rest.split_once("::") {
        Some((answer, hint)) => (answer, Some(hint)),
        None => (rest, None),
    };
    (!answer.trim().is_empty()).then_some((Piece::Gap { number, answer, hint }, end + 2))
}

/// Where the gap's own closing braces stand: braces inside the answer, as in `${{ secrets.X }}`, come in pairs.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    loop {
        let rest = text.get(at..)?;
        let close = rest.find("}}")?;
        match rest.find("{{").filter(|open| *open < close) {
            Some(open) => (depth, at) = (depth + 1, at + open + 2),
            None if depth == 0 => return Some(at + close),
            None => (depth, at) = (depth - 1, at + close + 2),
        }
    }
}

/// The numbers of the gaps, ascending, each once.
pub fn numbers(text: &str) -> Vec<u16> {
    if !text.contains("{{") {
        return Vec::new();
    }
    let mut numbers: Vec<u16> = (pieces(text).into_iter())
        .filter_map(|piece| match piece {
            Piece::Gap { number, .. } => Some(number),
            Piece::Text(_) => None,
        })
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The text with every gap filled; with a number, that number's gaps are hidden behind their hint.
pub fn render(text: &str, hidden: Option<u16>) -> String {
    render_marked(text, hidden, None)
}

/// As [`render`], but the gaps of `shown` are put in bold, so that an answer stands out.
pub fn render_marked(text: &str, hidden: Option<u16>, shown: Option<u16>) -> String {
    let mut out = String::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(plain) => out.push_str(plain),
            Piece::Gap { number, hint, .. } if hidden == Some(number) => {
                push_marked(&mut out, &format!("[{}]", hint.unwrap_or("…")));
            }
            Piece::Gap { number, answer, .. } if shown == Some(number) => push_marked(&mut out, answer),
            Piece::Gap { answer, .. } => out.push_str(answer),
        }
    }
    out
}

/// Bold, unless the gap stands inside code, where stars would be shown.
fn push_marked(out: &mut String, text: &str) {
    let in_code = out.matches('`').count() % 2 == 1;
    if in_code || text.contains(['*', '`']) {
        out.push_str(text);
    } else {
        out.push_str("**");
        out.push_str(text.trim());
        out.push_str("**");
    }
}

/// What stands in the gaps of a number, for a reader that cannot see bold.
pub fn answers(text: &str, wanted: u16) -> Vec<&str> {
    (pieces(text).into_iter())
        .filter_map(|piece| match piece {
            Piece::Gap { number, answer, .. } if number == wanted => Some(answer),
            Piece::Gap { .. } | Piece::Text(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_found_and_everything_else_is_text() {
        let check = |text: &str, expected: &[u16]| assert_eq!(numbers(text), expected, "{text:?}");
        check("{{c1::a}} and {{c2::b::hint}} and {{c1::c}}", &[1, 2]);
        check("${{ secrets.X }} and {{c1::y}}", &[1]);
        check("{{c0::a}} {{c-1::a}} {{c65535::a}} {{cx::a}} {{c1::}} {{c1:: }}", &[]);
        check("{{c1::never closed", &[]);
        check("{{c9::{{c1::inner}} outer}}", &[9]);
        assert_eq!(answers("use {{c1::${{ secrets.X }}}} here", 1), ["${{ secrets.X }}"]);
        check("", &[]);
    }

    #[test]
    fn a_hidden_gap_shows_its_hint() {
        let text = "{{c1::GOVERN}} cuts across; `x {{c2::MAP::first}} y` follows.";
        assert_eq!(render(text, None), "GOVERN cuts across; `x MAP y` follows.");
        assert_eq!(render(text, Some(1)), "**[…]** cuts across; `x MAP y` follows.");
        assert_eq!(render(text, Some(2)), "GOVERN cuts across; `x [first] y` follows.");
        assert_eq!(render_marked(text, None, Some(1)), "**GOVERN** cuts across; `x MAP y` follows.");
        assert_eq!(answers(text, 2), ["MAP"]);
    }
}
