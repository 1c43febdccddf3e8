//! `ascertain fmt`: changes white space and nothing else. The result must have the very same tokens, or the text is left alone.

use super::syntax::{Kind, Token, tokens};

/// Lines up to this many characters may hold a whole bracket.
const WIDTH: usize = 140;
const INDENT: usize = 4;

/// The text in canonical layout. None if it cannot be read as tokens, or if the result would not have the same ones.
pub fn format(text: &str) -> Option<String> {
    let tokens = tokens(text)?;
    let mut printer = Printer { text, tokens: &tokens, out: String::with_capacity(text.len()), depth: 0, line_is_empty: true };
    printer.run();
    let out = printer.out;
    same_tokens(text, &out).then_some(out)
}

/// Whether two texts have the same tokens, comments included. A line comment may lose blanks at its end.
fn same_tokens(a: &str, b: &str) -> bool {
    let list = |text: &str| -> Option<Vec<String>> {
        Some(tokens(text)?.into_iter().filter_map(|token| text.get(token.span).map(|word| word.trim_end().to_owned())).collect())
    };
    list(a).is_some() && list(a) == list(b)
}

struct Printer<'a> {
    text: &'a str,
    tokens: &'a [Token],
    out: String,
    depth: usize,
    line_is_empty: bool,
}

impl Printer<'_> {
    fn word(&self, token: &Token) -> &str {
        self.text.get(token.span.clone()).unwrap_or_default()
    }

    fn run(&mut self) {
        // For each open bracket: whether it stands on one line.
        let mut open: Vec<bool> = Vec::new();
        for (index, token) in self.tokens.iter().enumerate() {
            let broken = !open.last().copied().unwrap_or(false);
            self.gap(index, token, broken);
            match token.kind {
                Kind::Open => {
                    self.push(token);
                    let inline = self.fits(index);
                    open.push(inline);
                    self.depth += 1;
                    if !inline {
                        self.new_line();
                    }
                }
                Kind::Close => {
                    let inline = open.pop().unwrap_or(true);
                    self.depth = self.depth.saturating_sub(1);
                    if !inline {
                        self.new_line();
                    }
                    self.push(token);
                }
                Kind::Comma => {
                    self.push(token);
                    if broken && !self.comment_follows_on_line(index) {
                        self.new_line();
                    }
                }
                Kind::LineComment => {
                    self.push(token);
                    self.new_line();
                }
                Kind::Colon | Kind::Atom | Kind::BlockComment => self.push(token),
            }
        }
        while self.out.ends_with([' ', '\n']) {
            self.out.pop();
        }
        self.out.push('\n');
    }

    /// The blank before a token, and an empty line the author left.
    fn gap(&mut self, index: usize, token: &Token, broken: bool) {
        let Some(before) = index.checked_sub(1).and_then(|before| self.tokens.get(before)) else { return };
        let between = self.text.get(before.span.end..token.span.start).unwrap_or_default();
        let is_comment = matches!(token.kind, Kind::LineComment | Kind::BlockComment);
        if self.line_is_empty {
            let lines = between.matches('\n').count();
            if lines > 1 && before.kind != Kind::Open && token.kind != Kind::Close {
                self.out.push('\n');
            }
            return;
        }
        let starts_line = between.contains('\n') && (is_comment || (broken && before.kind == Kind::BlockComment));
        let top_level = self.depth == 0 && self.word(before).starts_with("#!");
        if starts_line || top_level {
            self.new_line();
        } else if needs_blank(before.kind, token.kind) {
            self.out.push(' ');
        }
    }

    fn push(&mut self, token: &Token) {
        if self.line_is_empty {
            self.out.push_str(&" ".repeat(self.depth * INDENT));
        }
        let word = self.word(token).to_owned();
        self.out.push_str(if token.kind == Kind::LineComment { word.trim_end() } else { &word });
        self.line_is_empty = false;
    }

    fn new_line(&mut self) {
        if !self.line_is_empty {
            self.out.push('\n');
            self.line_is_empty = true;
        }
    }

    /// A comment on the same line as the comma before it stays there.
    fn comment_follows_on_line(&self, index: usize) -> bool {
        let (Some(comma), Some(next)) = (self.tokens.get(index), self.tokens.get(index + 1)) else { return false };
        let between = self.text.get(comma.span.end..next.span.start).unwrap_or_default();
        matches!(next.kind, Kind::LineComment | Kind::BlockComment) && !between.contains('\n')
    }

    /// Whether the bracket at `index` is short enough to stand on one line: no comment in it, no string over several lines,
    /// nothing nested in it that must break, and room for what follows.
    fn fits(&self, index: usize) -> bool {
        let line_start = self.out.rfind('\n').map_or(0, |at| at + 1);
        let mut width = self.out.get(line_start..).unwrap_or_default().chars().count();
        let (mut depth, mut deepest) = (1_usize, 1_usize);
        let Some(opening) = self.tokens.get(index) else { return false };
        if index == 1 || (index == 0 && self.word(opening) == "(") {
            return false;
        }
        for (token, before) in self.tokens.iter().skip(index + 1).zip(self.tokens.iter().skip(index)) {
            match token.kind {
                Kind::LineComment | Kind::BlockComment => return false,
                Kind::Open => depth += 1,
                Kind::Close => depth -= 1,
                Kind::Comma | Kind::Colon | Kind::Atom => {}
            }
            deepest = deepest.max(depth);
            let word = self.word(token);
            width += word.chars().count() + usize::from(needs_blank(before.kind, token.kind));
            if width > WIDTH || word.contains('\n') {
                return false;
            }
            if depth == 0 {
                return !is_note(self.head_of(index));
            }
        }
        false
    }

    fn head_of(&self, index: usize) -> &str {
        index.checked_sub(1).and_then(|before| self.tokens.get(before)).map_or("", |token| self.word(token))
    }
}

/// Notes, and the lists of them, are never put on one line: a diff should show one field at a time.
fn is_note(head: &str) -> bool {
    matches!(head, "Basic" | "Cloze" | "Choice" | "Order" | "Match" | "Typed" | "Case")
}

fn needs_blank(before: Kind, after: Kind) -> bool {
    match (before, after) {
        (_, Kind::LineComment | Kind::BlockComment) | (Kind::Comma | Kind::Colon | Kind::BlockComment, _) => after != Kind::Close,
        (Kind::Atom, Kind::Atom) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn layout_is_mended_and_comments_stay() {
        let messy = "// head\nDeck( format:1,id:\"x\", // why\n\n\n  domains:[(id:\"a\",title:\"A\"),],\nnotes:[ Basic(id:\"n\",front:\"f\",\nback:\"b\",cites:[(\"s\",\"p\")])\n/* last */ ])";
        let expected = "// head\nDeck(\n    format: 1,\n    id: \"x\", // why\n\n    domains: [(id: \"a\", title: \"A\"),],\n    notes: [\n        Basic(\n            id: \"n\",\n            front: \"f\",\n            back: \"b\",\n            cites: [(\"s\", \"p\")]\n        )\n        /* last */\n    ]\n)\n";
        let formatted = format(messy).expect("tokens");
        assert_eq!(formatted, expected);
        assert_eq!(format(&formatted).as_deref(), Some(expected), "formatting twice changes nothing");
    }

    #[test]
    fn strings_are_never_touched() {
        let text = "Deck(a: \"two\n  lines\", b: r#\"raw ) \"#)";
        let formatted = format(text).expect("tokens");
        assert!(formatted.contains("\"two\n  lines\"") && formatted.contains("r#\"raw ) \"#"));
        assert_eq!(format("Deck(\"open"), None);
    }

    proptest! {
        #[test]
        fn formatting_is_idempotent_and_keeps_every_token(parts in proptest::collection::vec(
            prop_oneof![Just("("), Just(")"), Just("["), Just("]"), Just(","), Just(":"), Just(" "), Just("\n"), Just("\n\n\n"), Just("x"),
                Just("\"s (\""), Just("// c\n"), Just("/* d */"), Just("Choice"), Just("r#\"q\"#"), Just("-1.5"), Just("'c'"), Just("// e \n")], 0..40)) {
            let text = parts.join(" ");
            if let Some(once) = format(&text) {
                prop_assert!(same_tokens(&text, &once));
                prop_assert_eq!(format(&once), Some(once.clone()), "from {:?}", text);
            }
        }
    }
}
