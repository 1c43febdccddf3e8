//! CSV, for spreadsheets and for our own importer; and Anki's text form.

use super::deck::{ExportDeck, questions, two_sides};
use super::markup::to_html;
use crate::model::{Choice, Deck, Note, NoteBody, Question, QuestionBody};

/// Why a table cannot be written.
pub type TableError = csv::Error;

/// A cell that a spreadsheet would read as a formula gets an apostrophe before it (CWE-1236).
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

/// A deck as a table. What it cannot say is named.
pub fn csv(export: &ExportDeck) -> Result<(String, Vec<String>), csv::Error> {
    let deck = &export.deck;
    let width = deck.notes.iter().flat_map(|note| questions(note)).map(|(_, question)| parts(question).len()).max().unwrap_or(0);
    let mut lost = Vec::new();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut head: Vec<String> = ["id", "kind", "question", "answer"].map(str::to_owned).to_vec();
    for number in 1..=width {
        head.extend([format!("option {number}"), format!("why {number}")]);
    }
    head.extend(["key", "explanation", "domain", "tags", "reference"].map(str::to_owned));
    writer.write_record(&head)?;
    for note in &deck.notes {
        for row in rows(deck, note, width, &mut lost) {
            writer.write_record(row.iter().map(|cell| harmless(cell)))?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok((String::from_utf8_lossy(&bytes).into_owned(), lost))
}

/// What stands in the columns of options, each with its why.
fn parts(question: &Question) -> Vec<(String, String)> {
    match &question.body {
        QuestionBody::Choice(choice) => choice.options.iter().map(|option| (option.text.clone(), option.why.clone())).collect(),
        QuestionBody::Order(order) => order.steps.iter().map(|step| (step.clone(), String::new())).collect(),
        // A pair has its right side beside it; a decoy has no left one.
        QuestionBody::Match(pairs) => {
            (pairs.pairs.iter().cloned()).chain(pairs.decoys.iter().map(|decoy| (String::new(), decoy.clone()))).collect()
        }
        QuestionBody::Typed(_) => Vec::new(),
    }
}

fn letters(choice: &Choice) -> String {
    let letter = |(index, _): (usize, _)| char::from(b'A' + u8::try_from(index).unwrap_or(25).min(25)).to_string();
    choice.options.iter().enumerate().filter(|(_, option)| option.is_key).map(letter).collect::<Vec<_>>().join(", ")
}

fn rows(deck: &Deck, note: &Note, width: usize, lost: &mut Vec<String>) -> Vec<Vec<String>> {
    let domain = note.domain.as_ref().map_or(String::new(), |domain| deck.domain_title(domain).to_owned());
    let reference = note.cites.first().map(|cite| {
        let title = deck.source(&cite.source).map_or(cite.source.as_str(), |source| source.title.as_str());
        if cite.pinpoint.contains("://") || cite.pinpoint == title { cite.pinpoint.clone() } else { format!("{title}, {}", cite.pinpoint) }
    });
    let row = |id: &str, kind: &str, question: &str, answer: &str, options: &[(String, String)], key: &str, why: &str| {
        let mut cells: Vec<String> = [id, kind, question, answer].map(str::to_owned).to_vec();
        for place in 0..width {
            let (text, why) = options.get(place).cloned().unwrap_or_default();
            cells.extend([text, why]);
        }
        cells.extend([key.to_owned(), why.to_owned(), domain.clone(), note.tags.join("; "), reference.clone().unwrap_or_default()]);
        cells
    };
    let id = note.id.as_str();
    match &note.body {
        NoteBody::Basic { front, back, both_ways } => {
            vec![row(id, if *both_ways { "both ways" } else { "basic" }, front, back, &[], "", "")]
        }
        NoteBody::Cloze { text, why } => vec![row(id, "cloze", text, "", &[], "", why)],
        NoteBody::Question(_) | NoteBody::Case(_) => {
            if matches!(note.body, NoteBody::Case(_)) {
                lost.push(format!("{id}: each question of a case is a row of its own, with the scenario before it"));
            }
            let asked = questions(note);
            let many = asked.len() > 1;
            asked
                .into_iter()
                .enumerate()
                .map(|(index, (scenario, question))| {
                    let id = if many { format!("{id}-{}", index + 1) } else { id.to_owned() };
                    let stem = scenario.map_or(question.stem.clone(), |scenario| format!("{scenario}\n\n{}", question.stem));
                    let (kind, key) = match &question.body {
                        QuestionBody::Choice(choice) => (if choice.shuffle { "choice" } else { "choice in order" }, letters(choice)),
                        QuestionBody::Order(_) => ("order", String::new()),
                        QuestionBody::Match(_) => ("match", String::new()),
                        QuestionBody::Typed(typed) => ("typed", typed.accept.join(" | ")),
                    };
                    row(&id, kind, &stem, "", &parts(question), &key, &question.why)
                })
                .collect()
        }
    }
}

/// Anki's text form, with the lines before it that say what the columns are.
pub fn anki_text(export: &ExportDeck) -> Result<String, csv::Error> {
    let mut out = String::from("#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n");
    let mut writer = csv::WriterBuilder::new().delimiter(b'\t').from_writer(Vec::new());
    for note in &export.deck.notes {
        let tags: Vec<String> = note.tags.iter().map(|tag| tag.replace(' ', "_")).collect();
        let guid = super::apkg::guid(&export.deck.id, &note.id);
        let mut row = |guid: &str, kind: &str, front: &str, back: &str| {
            writer.write_record([guid, kind, &export.deck.title, front, back, &tags.join(" ")])
        };
        match &note.body {
            NoteBody::Basic { front, back, both_ways } => {
                row(&guid, if *both_ways { "Basic (and reversed card)" } else { "Basic" }, &to_html(front), &to_html(back))?;
            }
            NoteBody::Cloze { text, why } => row(&guid, "Cloze", &to_html(text), &to_html(why))?,
            NoteBody::Question(_) | NoteBody::Case(_) => {
                for (index, (scenario, question)) in questions(note).into_iter().enumerate() {
                    let (front, back) = two_sides(question);
                    let front = scenario.map_or(front.clone(), |scenario| format!("{scenario}\n\n{front}"));
                    let guid = if index == 0 { guid.clone() } else { format!("{guid}/{}", index + 1) };
                    row(&guid, "Basic", &to_html(&front), &to_html(&back))?;
                }
            }
        }
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    out.push_str(&String::from_utf8_lossy(&bytes));
    Ok(out)
}
