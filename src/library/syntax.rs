//! The tokens of a RON text with their places. Only what formatting, finding a field and replacing it need; what the tokens
//! mean is the `ron` crate's business.

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    Comma,
    Colon,
    /// Identifier, number, string, character or attribute.
    Atom,
    LineComment,
    BlockComment,
}

/// A token and where it stands, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

/// Splits a text into tokens. None if a string or comment has no end.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let (kind, end) = token_at(text, at, byte)?;
        tokens.push(Token { kind, span: at..end });
        at = end;
    }
    Some(tokens)
}

fn token_at(text: &str, at: usize, byte: u8) -> Option<(Kind, usize)> {
    let rest = text.get(at..)?;
    Some(match byte {
        b'(' | b'[' | b'{' => (Kind::Open, at + 1),
        b')' | b']' | b'}' => (Kind::Close, at + 1),
        b',' => (Kind::Comma, at + 1),
        b':' => (Kind::Colon, at + 1),
        b'"' => (Kind::Atom, at + string_len(rest)?),
        b'\'' => (Kind::Atom, at + char_len(rest)?),
        b'/' if rest.starts_with("//") => (Kind::LineComment, at + rest.find('\n').unwrap_or(rest.len())),
        b'/' if rest.starts_with("/*") => (Kind::BlockComment, at + comment_len(rest)?),
        b'#' if rest.starts_with("#!") => (Kind::Atom, at + rest.find(']')? + 1),
        _ => match raw_string_len(rest) {
            Some(len) => (Kind::Atom, at + len),
            None => (Kind::Atom, at + word_len(rest)),
        },
    })
}

fn string_len(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(index + 1),
            _ => {}
        }
    }
    None
}

/// A character literal, or a lone quote where there is none.
fn char_len(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        chars.next();
    }
    chars.find(|(_, c)| *c == '\'').map(|(index, _)| index + 1)
}

/// Block comments nest.
fn comment_len(text: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return Some(at);
            }
        } else {
            at += rest.chars().next()?.len_utf8();
        }
    }
    None
}

/// `r"…"`, `r#"…"#` and the byte forms; none if the text does not start with one or it has no end.
fn raw_string_len(text: &str) -> Option<usize> {
    let prefix = if text.starts_with("br") { 2 } else { 1 };
    let rest = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = rest.bytes().take_while(|byte| *byte == b'#').count();
    let body = rest.get(hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    body.find(&end).map(|at| prefix + hashes + 1 + at + end.len())
}

fn word_len(text: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || "()[]{},:\"".contains(c);
    let mut chars = text.char_indices().skip(1);
    chars
        .find(|(index, c)| ends(*c) || text.get(*index..).is_some_and(|rest| rest.starts_with("//") || rest.starts_with("/*")))
        .map_or(text.len(), |(index, _)| index)
}

/// A value with its parts and their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// The whole value, name and brackets included.
    pub(super) span: Range<usize>,
    /// The name before the bracket.
    pub(super) head: Option<Range<usize>>,
    /// The parts, with the field name where there is one.
    pub(super) parts: Vec<(Option<Range<usize>>, Node)>,
}

impl Node {
    /// Reads the first value of a text. None if the brackets do not match; deep nesting is left to the parser, which refuses it
    /// before this is called.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let tokens: Vec<Token> =
            tokens(text)?.into_iter().filter(|token| !matches!(token.kind, Kind::LineComment | Kind::BlockComment)).collect();
        let mut reader = Reader { text, tokens: &tokens, at: 0 };
        reader.value(0)
    }

    /// A field by name.
    pub(super) fn field(&self, text: &str, name: &str) -> Option<&Self> {
        let named = |span: &Option<Range<usize>>| span.clone().and_then(|span| text.get(span)) == Some(name);
        self.parts.iter().find(|(span, _)| named(span)).map(|(_, node)| node)
    }

    /// A part by position.
    pub(super) fn item(&self, index: usize) -> Option<&Self> {
        self.parts.get(index).map(|(_, node)| node)
    }

    /// The same tree `offset` bytes further on.
    pub(super) fn shifted(self, offset: usize) -> Self {
        let by = |span: Range<usize>| span.start + offset..span.end + offset;
        let (span, head) = (by(self.span), self.head.map(by));
        let parts = self.parts.into_iter().map(|(name, node)| (name.map(by), node.shifted(offset))).collect();
        Self { span, head, parts }
    }
}

const MAX_DEPTH: usize = 200;

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        let first = self.peek()?.clone();
        let head = (first.kind == Kind::Atom && !self.text.get(first.span.clone())?.starts_with("#!")).then(|| first.span.clone());
        if first.kind == Kind::Atom {
            self.at += 1;
            if head.is_none() {
                return self.value(depth);
            }
        }
        let opens = self.peek().is_some_and(|token| token.kind == Kind::Open);
        let mut node = Node { span: first.span.clone(), head, parts: Vec::new() };
        if opens && depth < MAX_DEPTH {
            self.at += 1;
            while self.peek()?.kind != Kind::Close {
                if self.peek()?.kind == Kind::Comma {
                    self.at += 1;
                    continue;
                }
                let part = self.part(depth + 1)?;
                node.parts.push(part);
            }
            node.span.end = self.peek()?.span.end;
            self.at += 1;
        }
        Some(node)
    }

    fn part(&mut self, depth: usize) -> Option<(Option<Range<usize>>, Node)> {
        let value = self.value(depth)?;
        if self.peek().is_some_and(|token| token.kind == Kind::Colon) {
            self.at += 1;
            return Some((Some(value.span), self.value(depth)?));
        }
        Some((None, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_comments_and_brackets_are_told_apart() {
        let text = r##"A(x: "a\"b // no", /* (( /* nested */ */ y: [r#"raw " )"#, 'c', '\'', -1.5e3],) // end"##;
        let words: Vec<&str> = tokens(text).expect("tokens").into_iter().filter_map(|token| text.get(token.span)).collect();
        assert_eq!(
            words,
            [
                "A",
                "(",
                "x",
                ":",
                r#""a\"b // no""#,
                ",",
                "/* (( /* nested */ */",
                "y",
                ":",
                "[",
                "r#\"raw \" )\"#",
                ",",
                "'c'",
                ",",
                r"'\''",
                ",",
                "-1.5e3",
                "]",
                ",",
                ")",
                "// end"
            ]
        );
        assert_eq!(tokens("\"no end"), None);
        assert_eq!(tokens("/* no end"), None);
    }

    #[test]
    fn a_field_is_found_where_it_stands() {
        let text = r#"Choice(id: "a", options: [Key(text: "yes"), Wrong(text: "no", why: "so")])"#;
        let node = Node::parse(text).expect("a tree");
        let place = |node: &Node| text.get(node.span.clone()).expect("inside").to_owned();
        let options = node.field(text, "options").expect("options");
        let wrong = options.item(1).expect("two");
        assert_eq!(place(wrong), r#"Wrong(text: "no", why: "so")"#);
        assert_eq!(place(wrong.field(text, "why").expect("a why")), "\"so\"");
        assert_eq!(wrong.head.clone().and_then(|head| text.get(head)), Some("Wrong"));
        assert_eq!(node.field(text, "stem"), None);
    }
}
