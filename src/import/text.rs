//! Bytes of a text file as text: UTF-8, or UTF-16 by its mark. Line ends become one kind.

use super::ImportError;
use crate::model::markup;
use crate::model::text::{Block, Span};

/// Decodes a file. An error says where.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, ImportError> {
    let text = match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest)?.to_owned(),
        _ => {
            utf8(&bytes)?;
            // Checked a moment ago, so nothing is replaced, and nothing is copied.
            String::from_utf8(bytes).unwrap_or_default()
        }
    };
    if text.trim().is_empty() {
        return Err(ImportError::refused("the file is empty"));
    }
    if text.contains('\0') {
        return Err(ImportError::refused("this is not text: there are zero bytes in it"));
    }
    Ok(with_line_feeds(text))
}

/// One kind of line end, made in place: a large file is not copied for it.
fn with_line_feeds(text: String) -> String {
    if !text.contains('\r') {
        return text;
    }
    let mut bytes = text.into_bytes();
    let (mut from, mut to) = (0, 0);
    while let Some(length) = bytes.get(from..).and_then(|rest| memchr::memchr(b'\r', rest)) {
        bytes.copy_within(from..from + length, to);
        to += length;
        bytes.get_mut(to).into_iter().for_each(|byte| *byte = b'\n');
        to += 1;
        from += length + 1;
        // A line feed that follows is the same line end.
        from += usize::from(bytes.get(from) == Some(&b'\n'));
    }
    let rest = bytes.len() - from;
    bytes.copy_within(from.., to);
    bytes.truncate(to + rest);
    // ASCII took the place of ASCII, so this is still UTF-8.
    String::from_utf8(bytes).unwrap_or_default()
}

fn utf8(bytes: &[u8]) -> Result<&str, ImportError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = good.split(|byte| *byte == b'\n').count();
        let start = good.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let column = String::from_utf8_lossy(good.get(start..).unwrap_or_default()).chars().count() + 1;
        ImportError::Refused { line, column, message: "this is not UTF-8 text; save it as UTF-8".to_owned() }
    })
}

fn utf16(bytes: &[u8], number: fn([u8; 2]) -> u16) -> Result<String, ImportError> {
    let units = bytes.chunks(2).map(|two| match two {
        [a, b] => number([*a, *b]),
        _ => 0xfffd,
    });
    char::decode_utf16(units)
        .collect::<Result<String, _>>()
        .map_err(|_bad| ImportError::refused("this is not UTF-16 text; save it as UTF-8"))
}

/// What stands before the text between two lines of `---`, as names and values, and the text with the number of its first line.
/// Values in quotes lose them; an indented block below a name belongs to it.
pub(super) fn front_matter(text: &str) -> (Vec<(String, String)>, &str, usize) {
    let Some(rest) = text.strip_prefix("---\n") else { return (Vec::new(), text, 1) };
    let Some(end) = rest.find("\n---").filter(|end| rest.get(end + 4..).is_some_and(|after| after.is_empty() || after.starts_with('\n')))
    else {
        return (Vec::new(), text, 1);
    };
    let head = rest.get(..end).unwrap_or_default();
    let body = rest.get(end + 4..).unwrap_or_default();
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in head.lines() {
        let indented = line.starts_with([' ', '\t']) || line.starts_with("- ");
        match (indented, line.split_once([':', '='])) {
            (false, Some((name, value))) => fields.push((name.trim().to_lowercase(), unquoted(value.trim()))),
            _ => {
                if let Some((_, value)) = fields.last_mut() {
                    if matches!(value.as_str(), "|" | ">" | "|-" | ">-") {
                        value.clear();
                    }
                    if !value.is_empty() {
                        value.push('\n');
                    }
                    value.push_str(line.trim());
                }
            }
        }
    }
    (fields, body.strip_prefix('\n').unwrap_or(body), head.lines().count() + 3)
}

fn unquoted(value: &str) -> String {
    let inner = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    match (inner('"'), inner('\'')) {
        (Some(text), _) => text.replace("\\\"", "\"").replace("\\n", "\n").replace("\\\\", "\\"),
        (None, Some(text)) => text.replace("''", "'"),
        (None, None) => value.to_owned(),
    }
}

/// A name for a deck from a file's name.
pub(super) fn title_of(path: &std::path::Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let words = stem.replace(['_', '-'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
    let mut chars = words.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => "Imported".to_owned(),
    }
}

/// Letters that name options, as `B`, `B, D`, `BD` or `a) and c)`: their places, from 0. None if the text is anything else.
pub(super) fn letters(text: &str, options: usize) -> Option<Vec<usize>> {
    let text = text.trim().trim_end_matches('.').to_uppercase().replace(" AND ", ",").replace(" & ", ",");
    let packed: String =
        text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ',' | ';' | '/' | '|' | '(' | ')' | '.' | '+')).collect();
    let many_words = text.split(|c: char| !c.is_alphanumeric()).any(|word| word.chars().count() > 1);
    if packed.is_empty() || packed.len() > options || (many_words && packed.len() != text.trim().len()) {
        return None;
    }
    let mut places = Vec::new();
    for c in packed.chars() {
        let place = usize::try_from(u32::from(c).checked_sub(u32::from('A'))?).ok().filter(|place| *place < options)?;
        if !places.contains(&place) {
            places.push(place);
        }
    }
    Some(places)
}

/// A text whose every line end counts, as our markup: what looks like markup in it is taken as such.
pub(super) fn lines_kept(text: &str) -> String {
    let text = super::html::clean(text.trim());
    if !text.contains('\n') {
        return text;
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let (mut out, mut fenced) = (String::with_capacity(text.len() + 8), false);
    for (index, line) in lines.iter().enumerate() {
        // Code and formulas keep their lines.
        fenced ^= line.trim_start().starts_with("```") || line.trim() == "$$";
        out.push_str(line);
        let Some(next) = lines.get(index + 1) else { break };
        let plain = |line: &str| !line.trim().is_empty() && !is_block(line);
        if !fenced && plain(line) && plain(next) && !line.ends_with('\\') {
            out.push('\\');
        }
        out.push('\n');
    }
    out
}

/// Whether a line begins a list item, a heading, a table row, a quotation or a fence.
fn is_block(line: &str) -> bool {
    let start = line.trim_start();
    let digits = start.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = digits.len() < start.len() && (digits.starts_with(". ") || digits.starts_with(") "));
    numbered || ["- ", "* ", "+ ", "#", "|", ">", "```", "!["].iter().any(|mark| start.starts_with(mark)) || line.starts_with("  ")
}

/// A text of plain words: nothing in it is markup, every line end counts.
pub(super) fn plain_words(text: &str) -> String {
    let clean = super::html::clean(text);
    let blocks: Vec<Block> = (clean.split("\n\n"))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| Block::Paragraph(vec![Span { text: part.to_owned(), ..Span::default() }]))
        .collect();
    markup::print(&blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_or_refused_with_a_place() {
        assert_eq!(decode(b"\xef\xbb\xbfa\r\nb\rc\r\r\n\r".to_vec()).expect("text"), "a\nb\nc\n\n\n");
        assert_eq!(decode(b"\xff\xfea\0\xe9\0".to_vec()).expect("text"), "aé");
        let check = |bytes: &[u8], expected: (usize, usize)| match decode(bytes.to_vec()) {
            Err(ImportError::Refused { line, column, .. }) => assert_eq!((line, column), expected),
            other => panic!("{other:?}"),
        };
        check(b"ab\nc\xffd", (2, 2));
        check(b"", (0, 0));
        check(&[0; 4096], (0, 0));
        check(b"\xff\xfe\x00\xd8", (0, 0));
    }

    #[test]
    fn front_matter_is_read_and_left_alone_where_there_is_none() {
        let text = "---\nquestion: \"Which: one?\"\ntags:\n  - a\n  - b\nname = 'x'\n---\nbody";
        let (fields, body, line) = front_matter(text);
        let value = |name: &str| fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
        assert_eq!(
            (value("question"), value("tags"), value("name"), body, line),
            (Some("Which: one?"), Some("- a\n- b"), Some("x"), "body", 8)
        );
        assert_eq!(front_matter("a\n---\nb").1, "a\n---\nb");
    }

    #[test]
    fn letters_name_options_in_every_way_people_write_them() {
        let check = |text: &str, expected: Option<&[usize]>| assert_eq!(letters(text, 5).as_deref(), expected, "{text:?}");
        check("B", Some(&[1]));
        check("b, d", Some(&[1, 3]));
        check("BD", Some(&[1, 3]));
        check("A and C.", Some(&[0, 2]));
        check("a) c)", Some(&[0, 2]));
        check("F", None);
        check("An answer", None);
        check("", None);
    }
}
