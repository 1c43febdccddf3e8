//! Tables: CSV, TSV, semicolons, with columns told by their headings or by the learner. Also the two-sided text that Quizlet exports.

mod heading;
mod keys;

pub use heading::columns_key;
pub(super) use keys::key_places;

use super::foreign::{Findings, Foreign, ForeignDeck, ForeignNote, Role, basic, choice, cloze_or_basic, option, order, pairs, typed};
use super::text::{letters, lines_kept, title_of};
use super::{ImportError, Outlet, ReadOptions, html};
use crate::model::{NoteBody, Opt, QuestionBody, cloze};
use csv::{ReaderBuilder, StringRecord};
use heading::{chosen_roles, columns, is_heading, passed_over, role_of, wrong_only};
use keys::{is_yes, packed};
use std::path::Path;

/// How many rows may stand above the headings: exported sheets have a title there.
const MAX_TITLE_ROWS: usize = 12;
const MAX_COLUMNS: usize = 200;
/// How many rows say how many columns there are, and what stands in them.
const LOOKED_AT: usize = 1_000;

/// Whether most lines have the same number of columns.
pub(super) fn looks_like_table(text: &str) -> bool {
    let delimiter = delimiter_of(text);
    let Ok(rows) = rows(text, delimiter, 20) else { return false };
    let wide: Vec<usize> = rows.iter().map(StringRecord::len).filter(|columns| *columns > 1).collect();
    let same = wide.iter().filter(|columns| Some(*columns) == wide.first()).count();
    wide.len() * 10 >= rows.len() * 9 && same * 10 >= wide.len() * 8 && !rows.is_empty() && (delimiter != b',' || rows.len() > 1)
}

/// The separator that makes most rows equally wide; a tab where several do.
fn delimiter_of(text: &str) -> u8 {
    // Headings that mean something decide before anything else.
    let known = |delimiter: u8| {
        let rows = rows(text, delimiter, MAX_TITLE_ROWS).unwrap_or_default();
        let heading = rows.iter().find(|row| is_heading(row))?;
        Some((heading.iter().filter(|cell| role_of(cell) != Role::Ignore).count(), delimiter))
    };
    if let Some((_, delimiter)) = [b'\t', b';', b',', b'|'].into_iter().filter_map(known).max_by_key(|(roles, _)| *roles) {
        return delimiter;
    }
    // Where several would do, commas as they stand in sentences separate nothing.
    let in_sentences = text.matches(", ").count() * 2 > text.matches(',').count();
    let best = [b'\t', b';', b',', b'|'].into_iter().map(|delimiter| {
        let rows = rows(text, delimiter, 100).unwrap_or_default();
        let alike = |width: usize| rows.iter().filter(|row| row.len() == width).count();
        let same = rows.iter().map(StringRecord::len).filter(|width| *width > 1).map(alike).max().unwrap_or(0);
        (same, delimiter != b',' || !in_sentences, delimiter)
    });
    best.rev().max_by_key(|(same, fits, _)| (*same, *fits)).map_or(b',', |(_, _, delimiter)| delimiter)
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    // Quotation marks only mean something at the start of a cell; the reader sees to that.
    ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes())
}

fn rows(text: &str, delimiter: u8, most: usize) -> Result<Vec<StringRecord>, csv::Error> {
    reader(text, delimiter).into_records().take(most).collect()
}

fn refused(error: &csv::Error) -> ImportError {
    let line = error.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(0));
    ImportError::Refused { line, column: usize::from(line > 0), message: format!("the table cannot be read: {error}") }
}

fn line_of(row: &StringRecord) -> usize {
    row.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(0))
}

/// Reads a table.
pub(super) fn read(path: &Path, text: &str, options: &ReadOptions, out: &mut Outlet<'_>) -> Result<Foreign, ImportError> {
    let delimiter = delimiter_of(text);
    let head = rows(text, delimiter, LOOKED_AT).map_err(|error| refused(&error))?;
    let width = head.iter().map(StringRecord::len).max().unwrap_or(0);
    if width > MAX_COLUMNS {
        return Err(ImportError::refused(format!("the table has {width} columns; {MAX_COLUMNS} are read at most")));
    }
    let heading = head.iter().take(MAX_TITLE_ROWS).position(is_heading);
    let names: Vec<String> = match heading.and_then(|at| head.get(at)) {
        Some(row) => (0..width).map(|column| row.get(column).unwrap_or_default().trim().to_owned()).collect(),
        None => (0..width).map(|column| format!("column {}", column + 1)).collect(),
    };
    let roles = chosen_roles(&names, heading.is_some(), options);
    let above = heading.map_or(0, |at| at + 1);
    let mut foreign = Foreign { columns: columns(&names, &roles, head.get(above..).unwrap_or_default()), ..Foreign::default() };
    let mut mapping =
        Mapping { by_place: false, wrong_only: wrong_only(&names, &roles), swap: options.swap_sides, title: title_of(path), roles };
    mapping.by_place = mapping.keys_are_places(head.get(above..).unwrap_or_default());
    let mut findings = Findings::new(path);
    if let Some(names) = passed_over(&foreign.columns) {
        findings.changed(above.max(1), format!("columns that were not taken: {names}"));
    }
    mapping.rows(reader(text, delimiter), above, out, &mut findings)?;
    foreign.issues = findings.finish();
    Ok(foreign)
}

/// How rows become notes.
struct Mapping {
    roles: Vec<Role>,
    /// Whether every key counts its option, from 1.
    by_place: bool,
    wrong_only: bool,
    swap: bool,
    /// The deck of rows that name none.
    title: String,
}

impl Mapping {
    /// Reads row after row, so that a large table is not held a second time.
    fn rows(&self, mut reader: csv::Reader<&[u8]>, above: usize, out: &mut Outlet<'_>, findings: &mut Findings) -> Result<(), ImportError> {
        let (mut row, mut place) = (StringRecord::new(), 0);
        while reader.read_record(&mut row).map_err(|error| refused(&error))? {
            place += 1;
            if place <= above || row.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            match self.note(&row, findings) {
                Ok(note) => {
                    let named = self.cell(&row, Role::Deck);
                    out.note(if named.is_empty() { &self.title } else { named }, "", note);
                }
                Err(reason) => findings.lost(line_of(&row), format!("the row was not taken: {reason}")),
            }
        }
        Ok(())
    }

    /// Whether the keys of all rows are numbers no greater than there are options, and not all of them texts of an option too.
    fn keys_are_places(&self, rows: &[StringRecord]) -> bool {
        let mut is_text = true;
        for row in rows {
            let key = self.cell(row, Role::Key);
            let options: Vec<&str> = self.cells(row, Role::Option).filter(|option| !option.is_empty()).collect();
            if key.is_empty() || options.is_empty() {
                continue;
            }
            if !key.parse::<usize>().is_ok_and(|number| (1..=options.len()).contains(&number)) {
                return false;
            }
            is_text &= options.contains(&key);
        }
        !is_text
    }

    /// Whether the table has the column of kinds that our own export writes.
    fn is_own(&self) -> bool {
        self.roles.contains(&Role::Kind)
    }

    fn has_options(&self) -> bool {
        self.roles.iter().any(|role| matches!(role, Role::Option | Role::Options))
    }

    fn cells<'r>(&self, row: &'r StringRecord, role: Role) -> impl Iterator<Item = &'r str> {
        self.roles.iter().zip(row).filter(move |(own, _)| **own == role).map(|(_, cell)| cell.trim())
    }

    fn cell<'r>(&self, row: &'r StringRecord, role: Role) -> &'r str {
        self.cells(row, role).find(|cell| !cell.is_empty()).unwrap_or_default()
    }

    fn note(&self, row: &StringRecord, findings: &mut Findings) -> Result<ForeignNote, String> {
        let line = line_of(row);
        let is_own = self.is_own();
        let mut text = |cell: &str| if is_own { own_text(cell) } else { cell_text(cell, line, findings) };
        let stem = text(self.cell(row, Role::Stem));
        if stem.is_empty() {
            return Err("there is no question in it".to_owned());
        }
        let why = self.cells(row, Role::Why).filter(|cell| !cell.is_empty()).map(&mut text).collect::<Vec<_>>().join("\n\n");
        let back = text(self.cell(row, Role::Back));
        let body = self.body(row, stem, back, &why, findings)?;
        let mut note = ForeignNote::new(body, line);
        self.cell(row, Role::Domain).clone_into(&mut note.domain);
        note.tags = split_tags(self.cell(row, Role::Tags));
        let reference = self.cell(row, Role::Reference);
        if !reference.is_empty() {
            let is_url = reference.starts_with("https://") || reference.starts_with("http://");
            note.reference = Some(if is_url { (String::new(), reference.to_owned()) } else { (reference.to_owned(), String::new()) });
        }
        let id = self.cell(row, Role::Id);
        if !id.is_empty() {
            note.key = Some(if is_own { format!("own:{id}") } else { id.to_owned() });
        }
        Ok(note)
    }

    fn body(&self, row: &StringRecord, stem: String, back: String, why: &str, findings: &mut Findings) -> Result<NoteBody, String> {
        let key = self.cell(row, Role::Key);
        if self.is_own() {
            return self.own_body(row, &stem, &back, why, key);
        }
        let options = if self.has_options() { self.options(row, key, findings)? } else { Vec::new() };
        if !options.is_empty() {
            return choice(&stem, options, why).map_err(str::to_owned);
        }
        if !cloze::numbers(&stem).is_empty() {
            return Ok(cloze_or_basic(&stem, &joined(back, why)));
        }
        if back.is_empty() && !key.is_empty() {
            return Ok(match key.to_lowercase().as_str() {
                "true" | "t" | "false" | "f" => {
                    let is_true = key.to_lowercase().starts_with('t');
                    choice(&stem, vec![option("True", is_true, ""), option("False", !is_true, "")], why).map_err(str::to_owned)?
                }
                _ => typed(&stem, key.split(['|', ';']).map(str::to_owned).collect(), why),
            });
        }
        if back.is_empty() && why.is_empty() {
            return Err("there is no answer in it".to_owned());
        }
        Ok(if self.swap { basic(back, joined(stem, why)) } else { basic(stem, joined(back, why)) })
    }

    /// A row of our own export.
    fn own_body(&self, row: &StringRecord, stem: &str, back: &str, why: &str, key: &str) -> Result<NoteBody, String> {
        let mut parts: Vec<(String, String)> = Vec::new();
        for (role, cell) in self.roles.iter().zip(row) {
            match role {
                Role::Option => parts.push((own_text(cell), String::new())),
                Role::OptionWhy => parts.iter_mut().next_back().into_iter().for_each(|part| part.1 = own_text(cell)),
                _ => {}
            }
        }
        parts.retain(|(text, why)| !text.is_empty() || !why.is_empty());
        let body = match self.cell(row, Role::Kind) {
            kind @ ("choice" | "choice in order") => {
                let places = letters(key, parts.len()).ok_or_else(|| format!("the key “{key}” names none of the options"))?;
                let options = parts.iter().enumerate().map(|(place, (text, why))| option(text, places.contains(&place), why)).collect();
                let mut body = choice(stem, options, why)?;
                if let NoteBody::Question(question) = &mut body
                    && let QuestionBody::Choice(choice) = &mut question.body
                {
                    choice.shuffle = kind == "choice";
                }
                body
            }
            "order" => order(stem, parts.into_iter().map(|(step, _)| step).collect(), why)?,
            "match" => {
                let (found, decoys): (Vec<_>, Vec<_>) = parts.into_iter().partition(|(left, _)| !left.is_empty());
                pairs(stem, found, decoys.into_iter().map(|(_, decoy)| decoy).collect(), why)?
            }
            "typed" => typed(stem, key.split(" | ").map(str::to_owned).collect(), why),
            "cloze" => cloze_or_basic(stem, why),
            "both ways" => NoteBody::Basic { front: stem.to_owned(), back: back.to_owned(), both_ways: true },
            _ => basic(stem, back),
        };
        Ok(body)
    }

    fn options(&self, row: &StringRecord, key: &str, findings: &mut Findings) -> Result<Vec<Opt>, String> {
        let line = line_of(row);
        let mut found: Vec<(String, String)> = Vec::new();
        for (role, cell) in self.roles.iter().zip(row) {
            match role {
                Role::Option => found.push((cell.trim().to_owned(), String::new())),
                Role::Options => found.extend(packed(cell).into_iter().map(|text| (text, String::new()))),
                Role::OptionWhy => {
                    if let Some((_, why)) = found.last_mut() {
                        *why = cell_text(cell, line, findings);
                    }
                }
                _ => {}
            }
        }
        let flags: Vec<&str> = self.cells(row, Role::Key).collect();
        let per_option = flags.len() > 1 && flags.len() == found.len();
        let is_empty = |(text, _): &(String, String)| text.is_empty();
        if found.iter().all(is_empty) {
            return Ok(Vec::new());
        }
        let places = if per_option {
            flags.iter().enumerate().filter(|(_, flag)| is_yes(flag)).map(|(place, _)| place).collect()
        } else if self.wrong_only {
            found.push((key.to_owned(), String::new()));
            vec![found.len() - 1]
        } else {
            let texts: Vec<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
            let counted = key.parse::<usize>().ok().filter(|number| self.by_place && (1..=texts.len()).contains(number));
            counted
                .map(|number| vec![number - 1])
                .or_else(|| key_places(key, &texts))
                .ok_or_else(|| format!("the key “{key}” names none of the options"))?
        };
        let options = found.iter().enumerate().filter(|(_, option)| !is_empty(option));
        Ok(options.map(|(place, (text, why))| option(&cell_text(text, line, findings), places.contains(&place), why)).collect())
    }
}

/// Two texts as paragraphs of one.
fn joined(mut first: String, second: &str) -> String {
    if !first.is_empty() && !second.is_empty() {
        first.push_str("\n\n");
    }
    first.push_str(second);
    first
}

/// A cell of our own export: markup as it is, without the mark that keeps a spreadsheet from reading it as a formula.
fn own_text(cell: &str) -> String {
    let cell = cell.trim();
    let guarded = cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@']));
    html::clean(guarded.unwrap_or(cell))
}

pub(super) fn cell_text(cell: &str, line: usize, findings: &mut Findings) -> String {
    let cell = cell.trim();
    if html::looks_like_html(cell) {
        return html::to_text(cell, line, findings, &mut Vec::new());
    }
    if cell.contains("\\n") { lines_kept(&cell.replace("\\n", "\n")) } else { lines_kept(cell) }
}

/// Tags apart by semicolons, commas or blanks.
pub(super) fn split_tags(cell: &str) -> Vec<String> {
    let separators: &[char] = if cell.contains([';', ',']) { &[';', ','] } else { &[' '] };
    cell.split(separators).map(|tag| html::clean(tag.trim())).filter(|tag| !tag.is_empty()).collect()
}

/// Quizlet's export: no quotation marks, two separators of the learner's choice.
pub(super) fn read_quizlet(path: &Path, text: &str, options: &ReadOptions) -> Foreign {
    let unescaped = |text: &Option<String>, usual: &str| {
        let chosen = text.as_deref().filter(|text| !text.is_empty()).unwrap_or(usual);
        chosen.replace("\\t", "\t").replace("\\n", "\n")
    };
    let (sides, cards) = (unescaped(&options.between_sides, "\t"), unescaped(&options.between_cards, "\n"));
    let mut findings = Findings::new(path);
    let (mut deck, mut line) = (ForeignDeck { title: title_of(path), ..ForeignDeck::default() }, 1);
    for row in text.split(cards.as_str()) {
        let here = line + row.len() - row.trim_start().len();
        line += row.matches('\n').count() + cards.matches('\n').count();
        let here = here.min(line);
        if row.trim().is_empty() {
            continue;
        }
        let Some((term, definition)) =
            row.split_once(sides.as_str()).map(|(a, b)| (a.trim(), b.trim())).filter(|(a, b)| !a.is_empty() && !b.is_empty())
        else {
            findings.lost(here, "the card was not taken: it has one side");
            continue;
        };
        let (front, back) = if options.swap_sides { (definition, term) } else { (term, definition) };
        deck.notes.push(ForeignNote::new(basic(lines_kept(front), lines_kept(back)), here));
    }
    Foreign { decks: vec![deck], issues: findings.finish(), ..Foreign::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &Path, text: &str, options: &ReadOptions) -> Result<Foreign, ImportError> {
        let mut decks = Vec::new();
        let mut outlet = Outlet::new(path, "table", &mut decks);
        let foreign = super::read(path, text, options, &mut outlet)?;
        drop(outlet);
        Ok(Foreign { decks, ..foreign })
    }

    fn keys(text: &str) -> Vec<(String, Vec<usize>)> {
        let foreign = read(Path::new("x.csv"), text, &ReadOptions::default()).expect("read");
        let of = |note: &ForeignNote| match &note.body {
            NoteBody::Question(question) => match &question.body {
                QuestionBody::Choice(choice) => (
                    question.stem.clone(),
                    choice.options.iter().enumerate().filter(|(_, option)| option.is_key).map(|(place, _)| place).collect(),
                ),
                _ => (question.stem.clone(), vec![99]),
            },
            _ => (format!("{:?}", note.body), Vec::new()),
        };
        foreign.decks.iter().flat_map(|deck| &deck.notes).map(of).collect()
    }

    #[test]
    fn keys_are_understood_in_every_dialect() {
        let check = |text: &str, expected: &[usize]| {
            let found = keys(text);
            assert_eq!(found.first().map(|(stem, places)| (stem.as_str(), places.as_slice())), Some(("What is it?", expected)), "{text}");
        };
        check("Question,Option A,Option B,Option C,Answer\nWhat is it?,x,y,z,B\n", &[1]);
        check("question;answer 1;answer 2;answer 3;correct\nWhat is it?;x;y;z;1,3\n", &[0, 2]);
        check(
            "Title row\n\nQuestion Text\tQuestion Type\tOption 1\tOption 2\tCorrect Answer\tTime in seconds\nWhat is it?\tMultiple Choice\tx\ty\t2\t30\n",
            &[1],
        );
        check("Prompt,Options,Key\nWhat is it?,a) x|b) y|c) z,BC\n", &[1, 2]);
        check("Stem,Choice1,Choice2,Correct1,Correct2\nWhat is it?,x,y,FALSE,TRUE\n", &[1]);
        check("Question,Correct Answer,Incorrect Answer 1,Incorrect Answer 2\nWhat is it?,x,y,z\n", &[2]);
        check("Question,A,B,C,D,Correct answer(s)\nWhat is it?,x,y,z,w,\"B, D\"\n", &[1, 3]);
        check("Question,Option 1,Option 2,Answer\nWhat is it?,IAM role,IAM user,IAM user\n", &[1]);
        check("Question,Options,Answer\nWhat is it?,\"x; y; z\",CC:1 CC:3\n", &[0, 2]);
        check("Question #,Question Text,Answer 1,Answer 2,Correct Answer(s)\n1,What is it?,x,y,2\n", &[1]);
        check("Questions,Choice1,Choice2,Answer\nWhat is it?,x,y,Option B\n", &[1]);
        check("Question,Option A,Option B,Answer\nWhat is it?,x,y,b) why\n", &[1]);
        check("Question,Answer 1,Answer 2,Correct Answer(s) (Only include Answer #)\nWhat is it?,x,y,2\n", &[1]);
        check("Question,Answer 1,Answer 2,Answer 3,Correct answer\nWhat is it?,2,3,4,2\nOther?,x,y,z,1\n", &[1]);
        check("Question,Answer 1,Answer 2,Answer 3,Correct answer\nWhat is it?,2,3,4,2\nOther?,5,6,7,7\n", &[0]);
    }

    #[test]
    fn cards_tags_and_bad_rows() {
        let text =
            "Front,Back,Tags,Domain,Reference\n\"two\nlines\",answer,a b,IAM,https://x.example\n,lost,,,\n\"{{c1::gap}} text\",more,,,\n";
        let foreign = read(Path::new("my-cards.csv"), text, &ReadOptions::default()).expect("read");
        let deck = foreign.decks.first().expect("a deck");
        assert_eq!((deck.title.as_str(), deck.notes.len(), foreign.issues.len()), ("My cards", 2, 1));
        assert_eq!(foreign.issues.first().map(|issue| issue.location.line), Some(4));
        let note = deck.notes.first().expect("a note");
        assert_eq!(note.body, basic("two\\\nlines", "answer"));
        assert_eq!((note.tags.len(), note.domain.as_str()), (2, "IAM"));
        assert!(matches!(deck.notes.get(1).map(|note| &note.body), Some(NoteBody::Cloze { .. })));
    }

    #[test]
    fn separators_headings_and_columns_of_real_sheets() {
        let read = |text: &str| read(Path::new("x.csv"), text, &ReadOptions::default()).expect("read");
        let first = |foreign: &Foreign| foreign.decks[0].notes[0].body.clone();
        let rows: String = (0..31).map(|n| format!("Q {n}?|a thing, of kind {n}\n")).collect();
        assert_eq!(first(&read(&format!("{rows}What, then?|A thing\n"))), basic("Q 0?", "a thing, of kind 0"));
        let foreign = read("id,pregunta,respuesta,nota\n7,uno,dos,tres\n");
        assert_eq!(first(&foreign), basic("uno", "dos"));
        assert!(foreign.issues.iter().any(|issue| issue.message.contains("nota")), "{:?}", foreign.issues);
        let foreign = read("Question,Answer,Short explanation,Exam tip explanation\nq,a,one,two\n");
        assert_eq!(first(&foreign), basic("q", "a\n\none\n\ntwo"));
        assert_eq!(read("a,b,c,d\ne,f,g,h\n").issues.len(), 1, "columns nobody knows are named");
    }

    #[test]
    fn hostile_tables_are_bounded() {
        let options = ReadOptions::default();
        assert!(read(Path::new("x"), &",".repeat(100_000), &options).is_err());
        let unclosed = read(Path::new("x"), "Question,Answer\n\"never closed,x\n", &options).expect("read");
        assert!(unclosed.decks.is_empty() && unclosed.issues.len() == 1);
        assert!(read(Path::new("x"), "Question,Answer\n", &options).expect("read").decks.is_empty());
    }

    #[test]
    fn quizlet_takes_any_separators() {
        let options = ReadOptions {
            between_sides: Some(":::".into()),
            between_cards: Some("===".into()),
            swap_sides: true,
            ..ReadOptions::default()
        };
        let foreign = read_quizlet(Path::new("q.txt"), "a:::b\nc===d:::e===lost", &options);
        let bodies: Vec<&NoteBody> = foreign.decks.iter().flat_map(|deck| deck.notes.iter().map(|note| &note.body)).collect();
        assert_eq!(bodies, [&basic("b\\\nc", "a"), &basic("e", "d")]);
        assert_eq!(foreign.issues.len(), 1);
    }
}
