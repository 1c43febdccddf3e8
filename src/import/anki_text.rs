//! Anki's text export: `#key:value` lines, then rows.

use super::ImportError;
use super::foreign::{Findings, Foreign, ForeignDeck, ForeignNote, basic, cloze_or_basic};
use super::text::{plain_words, title_of};
use super::{html, table};
use crate::model::cloze;
use csv::ReaderBuilder;
use std::path::Path;

/// What the lines before the rows say.
#[derive(Debug, Default)]
struct Head {
    delimiter: Option<u8>,
    html: Option<bool>,
    tags: Vec<String>,
    columns: Vec<String>,
    deck: String,
    deck_column: Option<usize>,
    tags_column: Option<usize>,
    guid_column: Option<usize>,
    notetype_column: Option<usize>,
    /// Lines they take.
    lines: usize,
    /// Bytes they take.
    bytes: usize,
}

fn delimiter(value: &str) -> Option<u8> {
    match value.to_lowercase().as_str() {
        "comma" => Some(b','),
        "semicolon" => Some(b';'),
        "tab" | "\\t" => Some(b'\t'),
        "space" => Some(b' '),
        "pipe" => Some(b'|'),
        "colon" => Some(b':'),
        other if other.len() == 1 => other.bytes().next(),
        _ => None,
    }
}

fn head(text: &str) -> Head {
    let mut head = Head::default();
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_end_matches('\n');
        if let Some(tags) = trimmed.strip_prefix("tags:").filter(|_| head.lines == 0) {
            head.tags = table::split_tags(tags);
        } else if let Some(rest) = trimmed.strip_prefix('#') {
            head.take(rest);
        } else {
            break;
        }
        head.lines += 1;
        head.bytes += line.len();
    }
    head
}

impl Head {
    fn take(&mut self, rest: &str) {
        let Some((key, value)) = rest.split_once(':') else { return };
        let key = key.trim().to_lowercase();
        if key == "separator" {
            // The whole rest may be the separator itself.
            self.delimiter = delimiter(value.trim()).or_else(|| value.bytes().next());
            return;
        }
        // A header exported as a record carries the separators of its empty cells.
        let separator = self.delimiter.map_or('\t', char::from);
        let value = if key == "columns" { value } else { value.trim_end_matches(separator) };
        let number = || value.trim().parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        match key.as_str() {
            "html" => self.html = Some(value.trim().eq_ignore_ascii_case("true")),
            "tags" => self.tags = value.split_whitespace().map(str::to_owned).collect(),
            "columns" => self.columns = value.split(separator).map(|name| name.trim().to_owned()).collect(),
            "deck" => value.trim().clone_into(&mut self.deck),
            "deck column" => self.deck_column = number(),
            "tags column" => self.tags_column = number(),
            "guid column" => self.guid_column = number(),
            "notetype column" => self.notetype_column = number(),
            _ => {}
        }
    }
}

/// The first separator, in Anki's order, that stands in the first 8 KiB.
fn guess(body: &str) -> u8 {
    let start: String = body.chars().take(8 * 1024).collect();
    [b'\t', b'|', b';', b':', b','].into_iter().find(|c| start.contains(char::from(*c))).unwrap_or(b' ')
}

pub(super) fn read(path: &Path, text: &str) -> Result<Foreign, ImportError> {
    let mut head = head(text);
    let body = text.get(head.bytes..).unwrap_or_default();
    let delimiter = head.delimiter.unwrap_or_else(|| guess(body));
    let mut findings = Findings::new(path);
    let mut foreign = Foreign::default();
    let reader =
        ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).comment(Some(b'#')).from_reader(body.as_bytes());
    let mut rows = Vec::new();
    for row in reader.into_records() {
        rows.push(row.map_err(|error| ImportError::refused(format!("the rows cannot be read: {error}")))?);
    }
    let is_html = head.html.unwrap_or_else(|| rows.iter().take(50).any(|row| row.iter().any(html::looks_like_html)));
    // A column beyond those of the note holds the tags.
    if head.tags_column.is_none() && !head.columns.is_empty() {
        head.tags_column = head.columns.iter().position(|name| name.eq_ignore_ascii_case("tags"));
    }
    for row in &rows {
        let line = row.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(0)) + head.lines;
        let cells: Vec<&str> = row.iter().collect();
        match note(&head, &cells, is_html, line, &mut findings, &mut foreign) {
            Some((deck, note)) => {
                let title = [deck, head.deck.clone(), title_of(path)].into_iter().find(|title| !title.is_empty()).unwrap_or_default();
                match foreign.decks.iter_mut().find(|deck| deck.title == title) {
                    Some(deck) => deck.notes.push(note),
                    None => foreign.decks.push(ForeignDeck { title, summary: String::new(), notes: vec![note] }),
                }
            }
            None => findings.lost(line, "the row was not taken: its first field is empty"),
        }
    }
    foreign.issues = findings.finish();
    Ok(foreign)
}

fn note(
    head: &Head,
    cells: &[&str],
    is_html: bool,
    line: usize,
    findings: &mut Findings,
    foreign: &mut Foreign,
) -> Option<(String, ForeignNote)> {
    let special = [head.deck_column, head.tags_column, head.guid_column, head.notetype_column];
    let at = |column: Option<usize>| column.and_then(|column| cells.get(column)).map(|cell| cell.trim()).unwrap_or_default();
    let mut pictures = Vec::new();
    let mut fields: Vec<(String, String)> = Vec::new();
    for (index, cell) in cells.iter().enumerate().filter(|(index, _)| !special.contains(&Some(*index))) {
        let text = if is_html { html::to_text(cell, line, findings, &mut pictures) } else { plain_words(cell) };
        fields.push((head.columns.get(index).cloned().unwrap_or_default(), text));
    }
    for (name, bytes) in pictures {
        foreign.media.push(super::foreign::Media { name, from: super::foreign::MediaFrom::Bytes(bytes) });
    }
    let (_, front) = fields.first().filter(|(_, text)| !text.trim().is_empty())?.clone();
    let rest: Vec<&(String, String)> = fields.iter().skip(1).filter(|(_, text)| !text.trim().is_empty()).collect();
    let named = rest.len() > 1 && rest.iter().all(|(name, _)| !name.is_empty());
    let parts: Vec<String> = (rest.iter().enumerate())
        .map(|(index, (name, text))| if named && index > 0 { format!("**{name}**\n\n{text}") } else { text.clone() })
        .collect();
    let back = parts.join("\n\n");
    let body = if cloze::numbers(&front).is_empty() { basic(&front, &back) } else { cloze_or_basic(&front, &back) };
    let mut note = ForeignNote::new(body, line);
    note.tags = at(head.tags_column).split_whitespace().map(html::clean).collect();
    note.tags.extend(head.tags.iter().cloned());
    let guid = at(head.guid_column);
    if !guid.is_empty() {
        note.key = Some(guid.to_owned());
    }
    Some((at(head.deck_column).to_owned(), note))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_rule_the_rows() {
        let text = "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n\
                    g1\tBasic\tA::B\t<b>Q</b>\t\"a\"\"b\nc\"\tt1 t2\ng2\tCloze\tA\t{{c1::x}} y\t\t\n\tBasic\tA\t\tlost\t\n";
        let foreign = read(Path::new("x.txt"), text).expect("read");
        let titles: Vec<&str> = foreign.decks.iter().map(|deck| deck.title.as_str()).collect();
        assert_eq!(titles, ["A::B", "A"]);
        let note = foreign.decks.first().and_then(|deck| deck.notes.first()).expect("a note");
        assert_eq!((note.key(), &note.body, note.tags.len(), note.line), ("g1", &basic("**Q**", "a\"b c"), 2, 7));
        assert_eq!(foreign.issues.first().map(|issue| issue.location.line), Some(10));
    }

    #[test]
    fn without_headers_it_guesses_as_anki_does() {
        let foreign = read(Path::new("x.txt"), "tags: old style\na|b\n").expect("read");
        let note = foreign.decks.first().and_then(|deck| deck.notes.first()).expect("a note");
        assert_eq!((&note.body, note.tags.as_slice()), (&basic("a", "b"), &["old".to_owned(), "style".to_owned()][..]));
    }
}
