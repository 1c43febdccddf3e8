//! Whole notes in a deck's text: put in, put in the place of others, taken out. Everything else stays to the letter.

use super::edit::EditError;
use super::load::{Content, load_text};
use super::print::note as print_note;
use super::report::Report;
use super::syntax::Node;
use crate::model::{Deck, Issue, Note, NoteBody, NoteId, QuestionBody, Severity};
use chrono::NaiveDate;
use std::ops::Range;
use std::path::Path;

/// A change to a whole note.
#[derive(Debug, Clone, PartialEq)]
pub enum NoteChange {
    /// The note stands in for the one of its id.
    Replace(Note),
    /// A new note, at the end.
    Add(Note),
    /// The note goes.
    Remove(NoteId),
}

/// The text of a deck with notes changed, laid out. `domains` are added where notes need them. The result is read again: no error may
/// have come, and no other note may have changed.
pub fn with_notes(path: &Path, text: &str, changes: &[NoteChange], deck: &Deck, today: NaiveDate) -> Result<String, EditError> {
    let before = load_text(path, text, today);
    let Some(Content::Deck(old)) = &before.content else { return Err(EditError::Breaks("the file is no deck".to_owned())) };
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut added = String::new();
    for change in changes {
        match change {
            NoteChange::Replace(note) => {
                let span = before.spans.get(&note.id).cloned().ok_or_else(|| EditError::NoteGone(note.id.clone()))?;
                edits.push((span, print_note(note)));
            }
            NoteChange::Add(note) => added.push_str(&format!("{},\n", print_note(note))),
            NoteChange::Remove(id) => {
                let span = before.spans.get(id).cloned().ok_or_else(|| EditError::NoteGone(id.clone()))?;
                edits.push((through_comma(text, span), String::new()));
            }
        }
    }
    let root = Node::parse(text).ok_or_else(|| EditError::NoValue("notes".to_owned()))?;
    if !added.is_empty() {
        edits.push(end_of_list(&root, text, "notes", &added)?);
    }
    let missing: Vec<String> = (deck.domains.iter())
        .filter(|domain| old.domains.iter().all(|own| own.id != domain.id))
        .map(|domain| format!("(id: {}, title: {}),\n", super::print::string(domain.id.as_str()), super::print::string(&domain.title)))
        .collect();
    if !missing.is_empty() {
        edits.push(if root.field(text, "domains").is_some() {
            end_of_list(&root, text, "domains", &missing.concat())?
        } else {
            let notes = root.field(text, "notes").ok_or_else(|| EditError::NoValue("notes".to_owned()))?;
            let name = text.get(..notes.span.start).and_then(|before| before.rfind("notes")).unwrap_or(notes.span.start);
            (name..name, format!("domains: [{}],\n", missing.concat()))
        });
    }
    edits.sort_by_key(|(span, _)| std::cmp::Reverse((span.start, span.end)));
    let mut out = text.to_owned();
    for (span, new) in edits {
        out.replace_range(span, &new);
    }
    let out = super::format::format(&out).unwrap_or(out);
    check(path, &before.issues, old, &out, changes, today)?;
    Ok(out)
}

/// A note's place with the comma behind it.
fn through_comma(text: &str, span: Range<usize>) -> Range<usize> {
    let after = text.get(span.end..).unwrap_or_default();
    let blank = after.len() - after.trim_start().len();
    let comma = after.trim_start().starts_with(',');
    span.start..span.end + if comma { blank + 1 } else { 0 }
}

/// Where something is put at the end of a list, with the comma that the last thing may lack.
fn end_of_list(root: &Node, text: &str, name: &str, added: &str) -> Result<(Range<usize>, String), EditError> {
    let list = root.field(text, name).ok_or_else(|| EditError::NoValue(name.to_owned()))?;
    let end = list.span.end.saturating_sub(1);
    let last = (0..).map_while(|index| list.item(index)).last();
    let needs_comma = last.is_some_and(|item| !text.get(item.span.end..end).unwrap_or_default().contains(','));
    if let Some(item) = last.filter(|_| needs_comma) {
        return Ok((item.span.end..item.span.end, format!(",\n{}", added.trim_end().trim_end_matches(','))));
    }
    Ok((end..end, added.to_owned()))
}

/// The text of a deck with texts of its head changed: `title`, `summary`, `edition`, `license`.
pub fn with_details(path: &Path, text: &str, details: &[(&'static str, String)], today: NaiveDate) -> Result<String, EditError> {
    let before = load_text(path, text, today);
    let Some(Content::Deck(old)) = &before.content else { return Err(EditError::Breaks("the file is no deck".to_owned())) };
    let root = Node::parse(text).ok_or_else(|| EditError::NoValue("title".to_owned()))?;
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for (name, value) in details {
        let new = super::print::string(value);
        match root.field(text, name) {
            Some(field) => edits.push((field.span.clone(), new)),
            None if value.is_empty() => {}
            None => {
                let title = root.field(text, "title").ok_or_else(|| EditError::NoValue("title".to_owned()))?;
                edits.push((title.span.end..title.span.end, format!(", {name}: {new}")));
            }
        }
    }
    edits.sort_by_key(|(span, _)| std::cmp::Reverse((span.start, span.end)));
    let mut out = text.to_owned();
    for (span, new) in edits {
        out.replace_range(span, &new);
    }
    let out = super::format::format(&out).unwrap_or(out);
    check(path, &before.issues, old, &out, &[], today)?;
    Ok(out)
}

fn check(path: &Path, issues: &[Issue], old: &Deck, out: &str, changes: &[NoteChange], today: NaiveDate) -> Result<(), EditError> {
    let after = load_text(path, out, today);
    let errors = |issues: &[Issue]| issues.iter().filter(|issue| issue.severity == Severity::Error).count();
    if errors(&after.issues) > errors(issues) {
        let first = after
            .issues
            .iter()
            .find(|issue| issue.severity == Severity::Error && issues.iter().all(|known| known.message != issue.message));
        return Err(EditError::Breaks(first.map(|issue| issue.message.clone()).unwrap_or_default()));
    }
    let Some(Content::Deck(new)) = after.content else { return Err(EditError::Breaks("it would no longer be a deck".to_owned())) };
    let touched = |id: &NoteId| {
        changes.iter().any(|change| match change {
            NoteChange::Replace(note) | NoteChange::Add(note) => note.id == *id,
            NoteChange::Remove(removed) => removed == id,
        })
    };
    let same = old.notes.iter().filter(|note| !touched(&note.id)).eq(new.notes.iter().filter(|note| !touched(&note.id)));
    if same { Ok(()) } else { Err(EditError::Breaks("another note would change".to_owned())) }
}

/// What the checker says of one note, with the field each finding belongs to.
pub fn check_note(deck: &Deck, note: &Note, today: NaiveDate) -> Vec<(Vec<String>, Issue)> {
    let seen = notes_seen(note);
    // The notes it sends the reader to come along: without them its links would lead nowhere.
    let others = deck.notes.iter().filter(|other| other.id != note.id && seen.contains(&&other.id));
    let notes = std::iter::once(note).chain(others).cloned().collect();
    let alone = Deck { notes, as_of: None, ..deck.clone() };
    let text = super::print::deck(&alone);
    let path = Path::new("");
    let mut loaded = load_text(path, &text, today);
    let Some(span) = loaded.spans.get(&note.id).cloned().or_else(|| notes_span(&text)) else {
        return loaded.issues.into_iter().map(|issue| (Vec::new(), issue)).collect();
    };
    let Some(node) = text.get(span.clone()).and_then(Node::parse).map(|node| node.shifted(span.start)) else { return Vec::new() };
    let report = Report::new(path, &text);
    // Which words are rare, only the whole deck tells.
    loaded.issues.retain(|issue| issue.location.line > 0 && issue.code != "stem-echo");
    let place = |issue: &Issue| report.byte(issue.location.line, issue.location.column);
    let within = |issue: &Issue| span.contains(&place(issue));
    (loaded.issues.into_iter().filter(within))
        .map(|issue| {
            let at = place(&issue);
            let deepest = paths(note)
                .into_iter()
                .filter(|path| find(&node, &text, path).is_some_and(|found| found.span.contains(&at)))
                .max_by_key(Vec::len);
            (deepest.unwrap_or_default(), issue)
        })
        .collect()
}

/// The notes that options of a note send the reader to.
fn notes_seen(note: &Note) -> Vec<&NoteId> {
    let questions = match &note.body {
        NoteBody::Question(question) => vec![question],
        NoteBody::Case(case) => case.questions.iter().map(|(_, question)| question).collect(),
        NoteBody::Basic { .. } | NoteBody::Cloze { .. } => Vec::new(),
    };
    let options = questions.into_iter().flat_map(|question| match &question.body {
        QuestionBody::Choice(choice) => choice.options.as_slice(),
        QuestionBody::Order(_) | QuestionBody::Match(_) | QuestionBody::Typed(_) => &[],
    });
    options.filter_map(|option| option.see.as_ref()).collect()
}

/// Where the first note stands if it could not be read.
fn notes_span(text: &str) -> Option<Range<usize>> {
    let root = Node::parse(text)?;
    Some(root.field(text, "notes")?.item(0)?.span.clone())
}

fn find<'n>(node: &'n Node, text: &str, path: &[String]) -> Option<&'n Node> {
    path.iter().try_fold(node, |at, name| name.parse().map_or_else(|_| at.field(text, name), |index: usize| at.item(index)))
}

/// The paths of all fields of a note.
fn paths(note: &Note) -> Vec<Vec<String>> {
    let path = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<String>>();
    let of_question = |base: &[&str], body: &QuestionBody| {
        let at = |rest: &[&str]| path(&[base, rest].concat());
        let mut found = vec![at(&["stem"]), at(&["why"])];
        let count = |name: &str, count: usize, inner: &[&str]| -> Vec<Vec<String>> {
            (0..count)
                .flat_map(|index| inner.iter().map(move |field| (index, *field)))
                .map(|(index, field)| at(&[name, &index.to_string(), field]))
                .collect()
        };
        match body {
            QuestionBody::Choice(choice) => {
                found.push(at(&["options"]));
                found.extend(count("options", choice.options.len(), &["text", "why"]));
            }
            QuestionBody::Order(order) => found.extend((0..order.steps.len()).map(|index| at(&["steps", &index.to_string()]))),
            QuestionBody::Match(pairs) => found.extend(count("pairs", pairs.pairs.len(), &["0", "1"])),
            QuestionBody::Typed(typed) => found.extend((0..typed.accept.len()).map(|index| at(&["accept", &index.to_string()]))),
        }
        found
    };
    match &note.body {
        NoteBody::Basic { .. } => vec![path(&["front"]), path(&["back"])],
        NoteBody::Cloze { .. } => vec![path(&["text"]), path(&["why"])],
        NoteBody::Question(question) => of_question(&[], &question.body),
        NoteBody::Case(case) => {
            let mut found = vec![path(&["scenario"])];
            for (index, (_, question)) in case.questions.iter().enumerate() {
                found.extend(of_question(&["questions", &index.to_string()], &question.body));
            }
            found
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Domain;
    use crate::model::DomainId;

    const TEXT: &str = "// by hand\nDeck(\n    format: 1,\n    id: \"d\",\n    title: \"D\",\n    notes: [\n        // first\n        Basic(id: \"a\", front: \"A\", back: \"1\"),\n        Basic(id: \"b\", front: \"B\", back: \"2\"), // beside\n        Basic(id: \"c\", front: \"C\", back: \"3\")\n    ],\n)\n";

    fn note(id: &str, front: &str) -> Note {
        let body = NoteBody::Basic { front: front.to_owned(), back: "x".to_owned(), both_ways: false };
        Note {
            id: NoteId::new(id).expect("an id"),
            domain: None,
            cites: Vec::new(),
            tags: Vec::new(),
            was: Vec::new(),
            as_of: None,
            image: None,
            body,
        }
    }

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 28).expect("a date")
    }

    fn deck(text: &str) -> Deck {
        match load_text(Path::new("d.ron"), text, today()).content {
            Some(Content::Deck(deck)) => Deck::clone(&deck),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn notes_change_and_comments_stay() {
        let mut wanted = deck(TEXT);
        wanted.domains.push(Domain { id: DomainId::new("new").expect("an id"), title: "New".to_owned() });
        let added = Note { domain: Some(DomainId::new("new").expect("an id")), ..note("d", "D") };
        let changes = [NoteChange::Replace(note("b", "Bee")), NoteChange::Remove(NoteId::new("a").expect("an id")), NoteChange::Add(added)];
        let out = with_notes(Path::new("d.ron"), TEXT, &changes, &wanted, today()).expect("changed");
        let after = deck(&out);
        let fronts: Vec<String> = after.notes.iter().map(Note::headline).collect();
        assert_eq!(fronts, ["Bee", "C", "D"]);
        assert_eq!(after.domains.len(), 1);
        for comment in ["// by hand", "// first", "// beside"] {
            assert!(out.contains(comment), "{out}");
        }
        let gone = [NoteChange::Remove(NoteId::new("z").expect("an id"))];
        assert!(with_notes(Path::new("d.ron"), TEXT, &gone, &after, today()).is_err());
        let twice = [NoteChange::Add(note("b", "again"))];
        assert!(with_notes(Path::new("d.ron"), TEXT, &twice, &deck(TEXT), today()).is_err());
    }

    #[test]
    fn shipped_notes_have_nothing_to_mend_when_they_are_opened() {
        for (_, loaded) in crate::library::shelf::shipped(today()) {
            let Some(Content::Deck(deck)) = &loaded.content else { continue };
            // Those that send the reader to other notes, and some of each kind.
            let some = deck.notes.iter().enumerate().filter(|(place, note)| !notes_seen(note).is_empty() || place % 25 == 0);
            for (_, note) in some {
                let found = check_note(deck, note, today());
                assert!(found.is_empty(), "{}/{}: {found:?}", deck.id, note.id);
            }
        }
    }

    #[test]
    fn findings_name_their_field() {
        let found = check_note(&deck(TEXT), &note("n", ""), today());
        assert!(found.iter().any(|(path, issue)| path == &["front"] && issue.code == "empty-text"), "{found:?}");
    }
}
