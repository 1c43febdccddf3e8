//! From bytes to a deck, a patch, an exam or a roadmap, and everything that is wrong with it.

use super::convert::{self, Scope, place};
use super::form::{self, DeckForm, NoteForm, PatchForm};
use super::lint;
use super::report::{Report, whole_file};
use super::syntax::Node;
use crate::model::{Blueprint, Deck, DeckId, Issue, Note, NoteId, Patch, Roadmap};
use chrono::NaiveDate;
use ron::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A deck.
    Deck(Arc<Deck>),
    /// A learner's changes to a deck, with the hashes of the notes they were made from.
    Patch(Patch, BTreeMap<NoteId, u64>),
    /// An exam.
    Exam(Blueprint),
    /// A roadmap.
    Roadmap(Roadmap),
}

/// A file after reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// What it holds; none if nothing could be used.
    pub content: Option<Content>,
    /// What is wrong with it.
    pub issues: Vec<Issue>,
    /// For each note that could be read: the line it starts on, from 1.
    pub lines: BTreeMap<NoteId, usize>,
    /// Where each note stands in the text, in bytes.
    pub spans: BTreeMap<NoteId, Range<usize>>,
}

impl Loaded {
    fn nothing(issue: Issue) -> Self {
        Self { content: None, issues: vec![issue], lines: BTreeMap::new(), spans: BTreeMap::new() }
    }
}

/// Turns bytes into text: UTF-8, a byte order mark dropped, line ends as `\n`, so that a content hash is the same on every system.
pub fn decode(path: &Path, bytes: &[u8]) -> Result<String, Box<Issue>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let hint = Some("save it as UTF-8".to_owned());
        return Err(Box::new(whole_file(path, "utf-16", "the file is in UTF-16".to_owned(), hint)));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => {
            Err(Box::new(whole_file(path, "not-text", "the file is not text: it holds zero bytes".to_owned(), None)))
        }
        Ok(text) => Ok(text.replace("\r\n", "\n").replace('\r', "\n")),
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = String::from_utf8_lossy(valid).matches('\n').count() + 1;
            let column = String::from_utf8_lossy(valid).lines().last().map_or(0, |line| line.chars().count()) + 1;
            let message = format!("the file is not UTF-8 text: line {line}, column {column}");
            let mut issue = whole_file(path, "not-utf-8", message, Some("save it as UTF-8".to_owned()));
            issue.location.line = line;
            issue.location.column = column;
            Err(Box::new(issue))
        }
    }
}

/// Reads a file's bytes. `today` is for judging how old its facts are.
pub fn load(path: &Path, bytes: &[u8], today: NaiveDate) -> Loaded {
    match decode(path, bytes) {
        Ok(text) => load_text(path, &text, today),
        Err(issue) => Loaded::nothing(*issue),
    }
}

/// Reads a file's text.
pub fn load_text(path: &Path, text: &str, today: NaiveDate) -> Loaded {
    load_checked(path, text, today, Check::Everything)
}

/// Reads a file that ships with the program: the flaws of its questions were looked for before it was built in.
pub(super) fn load_shipped(path: &Path, text: &str, today: NaiveDate) -> Loaded {
    load_checked(path, text, today, Check::Dates)
}

/// What is looked for in a deck besides errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// Whatever an author can mend.
    Everything,
    /// Whether its facts have grown old.
    Dates,
}

fn load_checked(path: &Path, text: &str, today: NaiveDate, check: Check) -> Loaded {
    let head: String = text_start(text).chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    match head.as_str() {
        "Deck" => read_with(path, text, |report| deck(report, path, today, check)),
        "Patch" => read_with(path, text, |report| patch(report, path)),
        "Exam" => read_with(path, text, |report| {
            let form = parse(report, text)?;
            super::plans::exam(report, form).map(|exam| (Content::Exam(exam), Notes::default()))
        }),
        "Roadmap" => read_with(path, text, |report| {
            let form = parse(report, text)?;
            super::plans::roadmap(report, form).map(|roadmap| (Content::Roadmap(roadmap), Notes::default()))
        }),
        _ if text.trim().is_empty() => Loaded::nothing(whole_file(path, "empty", "the file is empty".to_owned(), None)),
        _ => {
            let hint = Some("it should begin with Deck(, Patch(, Exam( or Roadmap(".to_owned());
            Loaded::nothing(whole_file(path, "not-a-deck", "this is not a deck".to_owned(), hint))
        }
    }
}

/// Whether bytes begin as one of our own files does.
pub fn is_own_format(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let start = text_start(text.trim_start_matches('\u{feff}'));
    ["Deck", "Patch", "Exam", "Roadmap"].iter().any(|name| start.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('(')))
}

/// The text from its first token on.
fn text_start(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        rest = match rest {
            _ if rest.starts_with("//") => rest.find('\n').and_then(|at| rest.get(at..)).unwrap_or_default().trim_start(),
            _ if rest.starts_with("/*") => rest.find("*/").and_then(|at| rest.get(at + 2..)).unwrap_or_default().trim_start(),
            _ if rest.starts_with("#!") => rest.find(']').and_then(|at| rest.get(at + 1..)).unwrap_or_default().trim_start(),
            _ => return rest,
        };
    }
}

/// The notes of a file and their places.
#[derive(Default)]
struct Notes {
    list: Vec<Note>,
    spans: BTreeMap<NoteId, Range<usize>>,
    /// Ids of all notes, those with an error too: pointing to one of them is no further error.
    named: BTreeSet<NoteId>,
}

fn read_with<'t>(path: &Path, text: &'t str, read: impl FnOnce(&mut Report<'t>) -> Option<(Content, Notes)>) -> Loaded {
    let mut report = Report::new(path, text);
    let (content, spans) = match read(&mut report) {
        Some((content, notes)) => (Some(content), notes.spans),
        None => (None, BTreeMap::new()),
    };
    let lines = spans.iter().map(|(id, span)| (id.clone(), report.position(span.start).0)).collect();
    Loaded { content, issues: report.finish(), lines, spans }
}

/// Parses a text into a form; a failure is reported where it is.
fn parse<'de, T: serde::Deserialize<'de>>(report: &mut Report<'_>, text: &'de str) -> Option<T> {
    match form::options().from_str(text) {
        Ok(form) => Some(form),
        Err(error) => {
            syntax_issue(report, 0, &error);
            None
        }
    }
}

/// Reports an error of the parser, whose positions count from `base`.
fn syntax_issue(report: &mut Report<'_>, base: usize, error: &ron::error::SpannedError) {
    let (line, column) = report.position(base);
    let absolute = |position: &ron::error::Position| {
        if position.line <= 1 { (line, column + position.col.max(1) - 1) } else { (line + position.line - 1, position.col) }
    };
    let (start, end) = (absolute(&error.span.start), absolute(&error.span.end));
    let (start, end) = (report.byte(start.0, start.1), report.byte(end.0, end.1));
    let message = error.code.to_string();
    let hint = match &error.code {
        ron::Error::ExpectedComma => Some("a quotation mark, a bracket or a comma may be missing just before this".to_owned()),
        ron::Error::ExceededRecursionLimit => Some("the file is nested too deeply".to_owned()),
        ron::Error::Eof | ron::Error::ExpectedStringEnd | ron::Error::UnclosedBlockComment => {
            Some("the file ends too early: a bracket or a quotation mark is never closed".to_owned())
        }
        _ => None,
    };
    report.error_with_hint(start..end.max(start), "syntax", message, hint);
}

fn deck(report: &mut Report<'_>, path: &Path, today: NaiveDate, check: Check) -> Option<(Content, Notes)> {
    let text = report.text();
    let form: DeckForm<'_> = parse(report, text)?;
    let root = Node::parse(text)?;
    let at = |path: &[&str]| place(&root, text, path);
    check_format(report, at(&["format"]), form.format)?;
    let id = convert::deck_id(report, at(&["id"]), &form.id);
    convert::words(report, at(&["title"]), "the title", &form.title);
    let as_of = convert::date(report, at(&["as_of"]), form.as_of.as_deref());
    let domains = convert::domains(report, &at(&["domains"]), form.domains);
    let sources = convert::sources(report, &at(&["sources"]), form.sources);
    let media = id.as_ref().and_then(|id| media_folder(path, id));
    let scope = Scope {
        domains: &domains,
        sources: &sources,
        media: media.as_deref(),
        check_references: true,
        check_media: !path.as_os_str().is_empty(),
    };
    let mut read = notes(report, &form.notes, &scope);
    if form.notes.is_empty() {
        report.error(at(&["notes"]), "no-notes", "the deck has no cards yet");
    }
    check_see(report, &read);
    let deck = Deck {
        id: id?,
        title: form.title,
        summary: form.summary,
        language: form.language,
        edition: form.edition,
        as_of,
        license: form.license,
        domains,
        sources,
        notes: std::mem::take(&mut read.list),
    };
    lint::deck(report, &root, &deck, &read.spans, today, check);
    Some((Content::Deck(Arc::new(deck)), read))
}

fn patch(report: &mut Report<'_>, path: &Path) -> Option<(Content, Notes)> {
    let text = report.text();
    let form: PatchForm<'_> = parse(report, text)?;
    let root = Node::parse(text)?;
    let at = |path: &[&str]| place(&root, text, path);
    check_format(report, at(&["format"]), form.format)?;
    let deck = convert::deck_id(report, at(&["deck"]), &form.deck)?;
    let media = media_folder(path, &deck);
    let scope = Scope { domains: &[], sources: &[], media: media.as_deref(), check_references: false, check_media: true };
    let replace = notes(report, &form.replace, &scope);
    let add = notes(report, &form.add, &scope);
    let hide = form.hide.iter().filter_map(|id| convert::id(report, at(&["hide"]), id, NoteId::new)).collect();
    let base = (form.base.iter()).filter_map(|(id, hash)| Some((NoteId::new(id).ok()?, u64::from_str_radix(hash, 16).ok()?))).collect();
    let mut spans = replace.spans;
    spans.extend(add.spans);
    let patch = Patch { deck, replace: replace.list, add: add.list, hide };
    Some((Content::Patch(patch, base), Notes { spans, ..Notes::default() }))
}

/// The folder of a deck's pictures, beside its file.
pub fn media_folder(path: &Path, deck: &DeckId) -> Option<std::path::PathBuf> {
    path.parent().map(|folder| folder.join(format!("{deck}.media")))
}

/// Version 1 is the only one there is.
pub(super) fn check_format(report: &mut Report<'_>, span: Range<usize>, format: u32) -> Option<()> {
    if format == 1 {
        return Some(());
    }
    let hint = Some("a newer version of the program may read it".to_owned());
    report.error_with_hint(span, "unknown-format", format!("this program reads format 1, not {format}"), hint);
    None
}

/// Reads each note by itself, so that a bad one never hides a good one.
fn notes(report: &mut Report<'_>, raw: &[&RawValue], scope: &Scope<'_>) -> Notes {
    let text = report.text();
    let mut read = Notes::default();
    for value in raw {
        let slice = value.get_ron();
        let start = (slice.as_ptr() as usize).saturating_sub(text.as_ptr() as usize) + (slice.len() - slice.trim_start().len());
        let slice = slice.trim();
        let node = Node::parse(slice).map(|node| node.shifted(start));
        let id = node.as_ref().and_then(|node| text.get(place(node, text, &["id"])));
        read.named.extend(id.and_then(|id| NoteId::new(id.trim_matches('"')).ok()));
        let form = form::options().from_str::<NoteForm>(slice);
        match (form, node) {
            (Err(error), _) => syntax_issue(report, start, &error),
            (Ok(form), node) => {
                let node = node.unwrap_or(Node { span: start..start + slice.len(), head: None, parts: Vec::new() });
                let Some(note) = convert::note(report, &node, form, scope) else { continue };
                if let Some(first) = read.spans.get(&note.id) {
                    let line = report.position(first.start).0;
                    let message = format!("the id `{}` is taken by the note on line {line}", note.id);
                    report.error(place(&node, text, &["id"]), "duplicate-id", message);
                } else {
                    read.spans.insert(note.id.clone(), node.span);
                    read.list.push(note);
                }
            }
        }
    }
    read
}

/// A distractor may only point to a note that is there.
fn check_see(report: &mut Report<'_>, read: &Notes) {
    let text = report.text();
    for note in &read.list {
        let Some(span) = read.spans.get(&note.id) else { continue };
        for (_, question) in note.questions() {
            let crate::model::QuestionBody::Choice(choice) = &question.body else { continue };
            for see in choice.options.iter().filter_map(|option| option.see.as_ref()).filter(|see| !read.named.contains(see)) {
                let quoted = format!("\"{see}\"");
                let inside = text.get(span.clone()).unwrap_or_default();
                let at = inside.find(&format!("see: {quoted}")).map_or(span.start, |at| span.start + at + 5);
                let hint = super::report::nearest(see.as_str(), read.named.iter().map(NoteId::as_str));
                report.error_with_hint(at..at + quoted.len(), "unknown-see", format!("there is no note `{see}` to see"), hint);
            }
        }
    }
}

#[cfg(test)]
mod tests;
