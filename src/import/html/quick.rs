//! Plain HTML at once: words, line breaks, bold and italic words, as nearly every field of a collection has nothing else. Whatever needs a
//! second thought is left to the full reader, and for everything taken here the text is the same as the full reader's.

use crate::model::markup;

/// What a byte is to this reader.
#[derive(Clone, Copy, PartialEq)]
enum Class {
    /// Stands for itself wherever it is.
    Plain,
    /// May mean something in our markup, depending on what stands beside it.
    Mark,
    Blank,
    Tag,
    Entity,
    /// The first byte of a character beyond ASCII.
    Wide,
    /// May begin a formula, or is refused in our markup.
    Unknown,
}

#[inline]
fn class(byte: u8) -> Class {
    match byte {
        b' ' | b'\n' | b'\t' | b'\r' => Class::Blank,
        b'<' => Class::Tag,
        b'&' => Class::Entity,
        b'`' | b'*' | b'_' => Class::Mark,
        0..=0x1f | 0x7f | b'\\' | b'[' => Class::Unknown,
        0x80..=0xff => Class::Wide,
        _ => Class::Plain,
    }
}

/// What a tag does.
#[derive(Clone, Copy)]
enum Tag {
    Break,
    Division,
    Open(&'static str),
    Close(&'static str),
    Nothing,
}

const TAGS: [(&str, Tag); 15] = [
    ("<br>", Tag::Break),
    ("<br/>", Tag::Break),
    ("<br />", Tag::Break),
    ("<div>", Tag::Division),
    ("</div>", Tag::Division),
    ("<b>", Tag::Open("**")),
    ("</b>", Tag::Close("**")),
    ("<strong>", Tag::Open("**")),
    ("</strong>", Tag::Close("**")),
    ("<i>", Tag::Open("*")),
    ("</i>", Tag::Close("*")),
    ("<em>", Tag::Open("*")),
    ("</em>", Tag::Close("*")),
    ("<u>", Tag::Nothing),
    ("</u>", Tag::Nothing),
];

/// Character references and what they stand for; a sign that is none stands for itself.
const ENTITIES: [(&str, &str); 7] =
    [("&nbsp;", " "), ("&quot;", "\""), ("&#39;", "'"), ("&gt;", ">"), ("&amp;", "&"), ("&lt;", "<"), ("& ", "&")];

/// The text of plain HTML in our markup; none if it is not plain.
pub(super) fn convert(html: &str) -> Option<String> {
    let mut writer = Writer { out: String::with_capacity(html.len() + 4), ..Writer::default() };
    let bytes = html.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at = match class(*byte) {
            Class::Plain | Class::Wide | Class::Mark => {
                let (end, has_marks) = run(html, at)?;
                writer.words(html.get(at..end)?, has_marks);
                end
            }
            Class::Blank => {
                writer.blank()?;
                at + 1
            }
            Class::Tag => {
                let rest = html.get(at..)?;
                if rest.starts_with("< ") {
                    writer.words("<", true);
                    at += 1;
                    continue;
                }
                let (name, tag) = TAGS.iter().find(|(name, _)| rest.starts_with(name))?;
                writer.tag(*tag)?;
                at + name.len()
            }
            Class::Entity => {
                let rest = html.get(at..)?;
                let (name, text) = ENTITIES.iter().find(|(name, _)| rest.starts_with(name))?;
                match *text {
                    " " => writer.blank()?,
                    sign => writer.words(sign, matches!(sign, "&" | "<")),
                }
                at + name.trim_end().len()
            }
            Class::Unknown => return None,
        };
    }
    writer.finish()
}

/// How many bytes are words with single blanks between them, as far as sixteen at a time show it. The last is no blank.
#[expect(
    clippy::needless_bitwise_bool,
    clippy::manual_range_contains,
    reason = "with a branch for each byte it would not be done sixteen at a time"
)]
fn plain_stretch(bytes: &[u8]) -> usize {
    const WIDTH: usize = 16;
    let needs_thought = |byte: u8| {
        (byte < b' ')
            | (byte >= 0x7f)
            | (byte == b'<')
            | (byte == b'&')
            | (byte == b'\\')
            | (byte == b'`')
            | (byte == b'*')
            | (byte == b'_')
            | (byte == b'[')
    };
    let mut at = 0;
    // Each with the byte after it: two blanks in a row need a thought too. Without a branch for each byte.
    while let Some(&[ref chunk @ .., after]) = bytes.get(at..).and_then(|rest| rest.first_chunk::<{ WIDTH + 1 }>()) {
        let mut bad = (chunk.last() == Some(&b' ')) & (after == b' ');
        for byte in chunk {
            bad |= needs_thought(*byte);
        }
        for pair in chunk.windows(2) {
            bad |= pair == b"  ";
        }
        if bad {
            break;
        }
        at += WIDTH;
    }
    // A blank at the end is left to what comes after it; one at the start was seen to before.
    if at > 0 && bytes.get(at - 1) == Some(&b' ') { at - 1 } else { at }
}

/// The end of the words that begin at a place, single blanks between them included, and whether there are marks among them. None if a
/// character among them is not plain.
fn run(html: &str, from: usize) -> Option<(usize, bool)> {
    let bytes = html.as_bytes();
    let (mut at, mut has_marks) = (from + plain_stretch(bytes.get(from..)?), false);
    loop {
        let byte = bytes.get(at).copied();
        match byte.map(class) {
            Some(Class::Plain) => at += 1,
            Some(Class::Blank) if byte == Some(b' ') && bytes.get(at + 1).is_some_and(|next| class(*next) == Class::Plain) => at += 2,
            Some(Class::Mark) => (at, has_marks) = (at + 1 + plain_stretch(bytes.get(at + 1..)?), true),
            Some(Class::Wide) => {
                let c = html.get(at..)?.chars().next()?;
                if c.is_control() || c.is_whitespace() || super::is_turning(c) {
                    return None;
                }
                at += c.len_utf8();
            }
            _ => return Some((at, has_marks)),
        }
    }
}

/// What stands before the next words.
#[derive(Clone, Copy, PartialEq, Default)]
enum Gap {
    /// The end of a paragraph, or nothing at all.
    #[default]
    Paragraph,
    Line,
    Blank,
    Nothing,
}

#[derive(Default)]
struct Writer {
    out: String,
    /// Where the line begins.
    line: usize,
    gap: Gap,
    /// The open mark, and where the words after it begin.
    marked: Option<(&'static str, usize)>,
    /// Where the last marked words ended.
    closed: usize,
    /// Where the words since the last mark or line break begin, once there are any.
    words: Option<usize>,
    /// Whether something among those may mean something in our markup.
    has_marks: bool,
}

impl Writer {
    fn words(&mut self, words: &str, has_marks: bool) {
        self.before_words();
        self.words.get_or_insert(self.out.len());
        self.has_marks |= has_marks;
        self.out.push_str(words);
    }

    fn before_words(&mut self) {
        match self.gap {
            Gap::Paragraph if self.out.is_empty() => {}
            Gap::Paragraph => self.out.push_str("\n\n"),
            Gap::Line => self.out.push_str("\\\n"),
            Gap::Blank => self.out.push(' '),
            Gap::Nothing => {}
        }
        if matches!(self.gap, Gap::Paragraph | Gap::Line) {
            self.line = self.out.len();
        }
        self.gap = Gap::Nothing;
    }

    /// The words since the last mark or line break are whole: what may mean something in them is kept from it.
    fn end_words(&mut self) {
        if let Some(from) = self.words.take().filter(|_| self.has_marks) {
            let words = self.out.split_off(from);
            self.out.push_str(&markup::escape(&words));
        }
        self.has_marks = false;
    }

    /// White space; none where it is the first within marks.
    fn blank(&mut self) -> Option<()> {
        if self.marked.is_some_and(|(_, from)| from == self.out.len()) {
            return None;
        }
        if self.gap == Gap::Nothing {
            self.gap = Gap::Blank;
        }
        Some(())
    }

    fn tag(&mut self, tag: Tag) -> Option<()> {
        match tag {
            Tag::Break | Tag::Division if self.marked.is_some() => return None,
            // Two breaks in a row begin a paragraph.
            Tag::Break if self.gap == Gap::Line => self.gap = Gap::Paragraph,
            Tag::Break | Tag::Division if matches!(self.gap, Gap::Nothing | Gap::Blank) => {
                self.end_words();
                self.end_line()?;
                self.gap = Gap::Line;
            }
            Tag::Break | Tag::Division | Tag::Nothing => {}
            Tag::Open(mark) => {
                // Marks that touch would be one.
                let touches = self.gap == Gap::Nothing && self.closed == self.out.len() && self.closed > 0;
                if self.marked.is_some() || touches {
                    return None;
                }
                self.end_words();
                self.before_words();
                self.out.push_str(mark);
                self.marked = Some((mark, self.out.len()));
            }
            Tag::Close(mark) => {
                let (open, from) = self.marked.take()?;
                let inner = self.out.get(from..)?;
                let firm = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                // Marks around words that begin and end with a letter or digit always hold.
                if open != mark
                    || self.gap == Gap::Blank
                    || inner.contains([']', '*', '`'])
                    || !firm(inner.chars().next())
                    || !firm(inner.chars().last())
                {
                    return None;
                }
                self.end_words();
                self.out.push_str(mark);
                self.closed = self.out.len();
            }
        }
        Some(())
    }

    /// None if the line begins with something that means more there than elsewhere.
    fn end_line(&self) -> Option<()> {
        let line = self.out.get(self.line..)?;
        let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let listed = digits > 0 && line.get(digits..)?.starts_with(['.', ')']);
        let starred = line == "*" || line.starts_with("* ");
        (!listed && !starred && !line.starts_with(['#', '-', '+', '=', '|', '>', '~', ':', '_'])).then_some(())
    }

    fn finish(mut self) -> Option<String> {
        self.end_words();
        self.end_line()?;
        self.marked.is_none().then_some(self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_fields_are_taken_at_once() {
        for html in [
            "words <b>7</b>?",
            "one<br>two",
            "<div>a</div><div>b&nbsp;c</div>",
            "a <i>b</i> <b>c</b>\n\td",
            "é “x”",
            "",
            "a_b * `c`",
            "R&amp;D &lt;b&gt; a & b < c",
            "<b>a_b</b> _x_",
        ] {
            assert_eq!(convert(html).as_deref(), Some(super::super::convert_fully(html).text.as_str()), "{html:?}");
        }
        for html in
            ["# x", "1. x", "* b", "[x](y)", "\\(x\\)", "AT&T", "<b> a</b>", "<b>a</b><b>b</b>", "<p>x", "a\u{202e}", "<b>a", "x<br>- y"]
        {
            assert_eq!(convert(html), None, "{html:?}");
        }
    }

    fn html() -> impl Strategy<Value = String> {
        let pieces = [
            "<br>",
            "<br/>",
            "<br />",
            "<div>",
            "</div>",
            "<b>",
            "</b>",
            "<strong>",
            "</strong>",
            "<i>",
            "</i>",
            "<em>",
            "</em>",
            "<u>",
            "</u>",
            "&nbsp;",
            "&quot;",
            "&#39;",
            "&gt;",
            " ",
            "  ",
            "\n",
            "\t",
            "\r\n",
            "a",
            "b1",
            "C",
            "é",
            "日",
            "1",
            "1.",
            "2)",
            "-",
            "#",
            "+",
            "=",
            "|",
            ">",
            "~",
            ":",
            "]",
            "(",
            ")",
            "\"",
            "'",
            ".",
            "?",
            "sixteen letters and more, ",
            "then two  blanks among them",
            "a sign_in a long stretch of words",
            "{{c1::",
            "}}",
            "\u{a0}",
            "\u{2003}",
            "\u{85}",
            "\u{202e}",
            "\u{feff}",
            "\u{fffe}",
        ];
        proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn what_is_taken_at_once_reads_as_the_full_reader_has_it(html in html()) {
            if let Some(text) = convert(&html) {
                prop_assert_eq!(text, super::super::convert_fully(&html).text, "{:?}", html);
            }
        }

        #[test]
        fn any_text_is_taken_alike_or_not_at_once(html in "[ -~\\n]{0,20}|.{0,20}") {
            if let Some(text) = convert(&html) {
                prop_assert_eq!(text, super::super::convert_fully(&html).text, "{:?}", html);
            }
        }
    }
}
