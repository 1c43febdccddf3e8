//! QTI 3.0: a package with one item a question, and its manifest.

use super::deck::{ExportDeck, questions};
use super::markup::{escaped, to_html};
use crate::model::cloze::{self, Piece};
use crate::model::{Note, NoteBody, Question, QuestionBody, text};
use std::collections::BTreeSet;
use std::io::{Cursor, Write as _};
use zip::write::{SimpleFileOptions, ZipWriter};

const NAMESPACE: &str = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0";
const MATCH: &str = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml";

/// An item as a document.
pub(super) struct Item {
    pub(super) id: String,
    pub(super) xml: String,
}

/// A deck as a package. What QTI cannot say is named. `picture` reads a picture of the deck.
pub fn write(
    export: &ExportDeck,
    picture: &mut dyn FnMut(&str) -> Option<Vec<u8>>,
) -> Result<(Vec<u8>, Vec<String>), zip::result::ZipError> {
    let mut lost = Vec::new();
    let items: Vec<Item> = export.deck.notes.iter().flat_map(|note| note_items(note, &mut lost)).collect();
    let names: BTreeSet<String> = export.deck.notes.iter().flat_map(|note| text::images(&note.full_text())).collect();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    zip.start_file("imsmanifest.xml", options)?;
    zip.write_all(manifest(&export.deck.title, export.deck.id.as_str(), &items).as_bytes())?;
    for item in &items {
        zip.start_file(format!("items/{}.xml", item.id), options)?;
        zip.write_all(item.xml.as_bytes())?;
    }
    for name in names {
        match picture(&name) {
            Some(bytes) => {
                zip.start_file(format!("items/{name}"), options)?;
                zip.write_all(&bytes)?;
            }
            None => lost.push(format!("the picture {name} is not there")),
        }
    }
    Ok((zip.finish()?.into_inner(), lost))
}

fn manifest(title: &str, id: &str, items: &[Item]) -> String {
    let resources: String = (items.iter())
        .map(|item| {
            let id = &item.id;
            format!("<resource identifier=\"{id}\" type=\"imsqti_item_xmlv3p0\" href=\"items/{id}.xml\"><file href=\"items/{id}.xml\"/></resource>\n")
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest xmlns=\"http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1\" identifier=\"{id}\">\n\
         <metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion><title>{}</title></metadata>\n<organizations/>\n<resources>\n{resources}</resources>\n</manifest>\n",
        escaped(title)
    )
}

/// The items of a note.
pub(super) fn note_items(note: &Note, lost: &mut Vec<String>) -> Vec<Item> {
    let id = note.id.as_str();
    match &note.body {
        NoteBody::Basic { front, back, both_ways } => {
            if *both_ways {
                lost.push(format!("{id}: it is asked one way only"));
            }
            let body = format!("{}<qti-extended-text-interaction response-identifier=\"RESPONSE\"/>", block(front));
            let declared = "<qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"string\"/>";
            vec![item(id, front, declared, &body, back, "")]
        }
        NoteBody::Cloze { text, why } => vec![cloze_item(id, text, why)],
        NoteBody::Question(_) | NoteBody::Case(_) => {
            let asked = questions(note);
            let many = asked.len() > 1;
            if matches!(note.body, NoteBody::Case(_)) {
                lost.push(format!("{id}: each question of a case is an item of its own, with the scenario before it"));
            }
            let one = |(index, (scenario, question)): (usize, (Option<&str>, &Question))| {
                let id = if many { format!("{id}-{}", index + 1) } else { id.to_owned() };
                let stem = scenario.map_or(question.stem.clone(), |scenario| format!("{scenario}\n\n{}", question.stem));
                question_item(&id, &stem, question)
            };
            asked.into_iter().enumerate().map(one).collect()
        }
    }
}

/// A text as blocks, as an item's body wants them.
fn block(markdown: &str) -> String {
    let html = to_html(markdown);
    if html.starts_with("<p>")
        || html.starts_with("<h")
        || html.starts_with("<pre")
        || html.starts_with("<table")
        || html.starts_with("<ul")
        || html.starts_with("<ol")
    {
        html
    } else {
        format!("<p>{html}</p>")
    }
}

fn item(id: &str, title: &str, declared: &str, body: &str, feedback: &str, processing: &str) -> Item {
    let title: String = text::plain(title).split_whitespace().collect::<Vec<_>>().join(" ").chars().take(80).collect();
    let feedback = if feedback.is_empty() {
        String::new()
    } else {
        format!(
            "<qti-modal-feedback outcome-identifier=\"FEEDBACK\" identifier=\"general\" show-hide=\"show\"><qti-content-body>{}</qti-content-body></qti-modal-feedback>\n",
            block(feedback)
        )
    };
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<qti-assessment-item xmlns=\"{NAMESPACE}\" identifier=\"{id}\" title=\"{}\" adaptive=\"false\" time-dependent=\"false\">\n{declared}\n\
         <qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" base-type=\"float\"/>\n\
         <qti-outcome-declaration identifier=\"FEEDBACK\" cardinality=\"multiple\" base-type=\"identifier\"/>\n<qti-item-body>{body}</qti-item-body>\n{processing}{feedback}</qti-assessment-item>\n",
        escaped(&title)
    );
    Item { id: id.to_owned(), xml }
}

fn declaration(response: &str, cardinality: &str, base: &str, values: &[String]) -> String {
    let values: String = values.iter().map(|value| format!("<qti-value>{}</qti-value>", escaped(value))).collect();
    format!(
        "<qti-response-declaration identifier=\"{response}\" cardinality=\"{cardinality}\" base-type=\"{base}\"><qti-correct-response>{values}</qti-correct-response></qti-response-declaration>"
    )
}

fn question_item(id: &str, stem: &str, question: &Question) -> Item {
    let processing = format!("<qti-response-processing template=\"{MATCH}\"/>\n");
    let (declared, asked) = match &question.body {
        QuestionBody::Choice(choice) => {
            let keys: Vec<String> =
                choice.options.iter().enumerate().filter(|(_, option)| option.is_key).map(|(place, _)| format!("o{}", place + 1)).collect();
            let options: String = (choice.options.iter().enumerate())
                .map(|(place, option)| {
                    let fixed = if choice.shuffle { "" } else { " fixed=\"true\"" };
                    let why = if option.why.is_empty() {
                        String::new()
                    } else {
                        format!("<qti-feedback-inline outcome-identifier=\"FEEDBACK\" identifier=\"o{}\" show-hide=\"show\">{}</qti-feedback-inline>", place + 1, to_html(&option.why))
                    };
                    format!("<qti-simple-choice identifier=\"o{}\"{fixed}>{}{why}</qti-simple-choice>", place + 1, to_html(&option.text))
                })
                .collect();
            let (cardinality, most) = if keys.len() > 1 { ("multiple", keys.len()) } else { ("single", 1) };
            let interaction = format!(
                "<qti-choice-interaction response-identifier=\"RESPONSE\" shuffle=\"{}\" max-choices=\"{most}\">{options}</qti-choice-interaction>",
                choice.shuffle
            );
            (declaration("RESPONSE", cardinality, "identifier", &keys), interaction)
        }
        QuestionBody::Order(order) => {
            let ids: Vec<String> = (1..=order.steps.len()).map(|place| format!("s{place}")).collect();
            let choices: String = ids
                .iter()
                .zip(&order.steps)
                .map(|(id, step)| format!("<qti-simple-choice identifier=\"{id}\">{}</qti-simple-choice>", to_html(step)))
                .collect();
            let interaction =
                format!("<qti-order-interaction response-identifier=\"RESPONSE\" shuffle=\"true\">{choices}</qti-order-interaction>");
            (declaration("RESPONSE", "ordered", "identifier", &ids), interaction)
        }
        QuestionBody::Match(pairs) => {
            let choice = |id: &str, most: usize, text: &str| {
                format!(
                    "<qti-simple-associable-choice identifier=\"{id}\" match-max=\"{most}\">{}</qti-simple-associable-choice>",
                    to_html(text)
                )
            };
            let mut rights: Vec<&str> = Vec::new();
            pairs.right_sides().into_iter().for_each(|right| {
                if !rights.contains(&right) {
                    rights.push(right);
                }
            });
            let lefts: String =
                pairs.pairs.iter().enumerate().map(|(place, (left, _))| choice(&format!("l{}", place + 1), 1, left)).collect();
            let sides: String = rights.iter().enumerate().map(|(place, right)| choice(&format!("r{}", place + 1), 0, right)).collect();
            let values: Vec<String> = (pairs.pairs.iter().enumerate())
                .filter_map(|(place, (_, right))| Some(format!("l{} r{}", place + 1, rights.iter().position(|own| own == right)? + 1)))
                .collect();
            let interaction = format!(
                "<qti-match-interaction response-identifier=\"RESPONSE\" shuffle=\"true\" max-associations=\"{}\"><qti-simple-match-set>{lefts}</qti-simple-match-set><qti-simple-match-set>{sides}</qti-simple-match-set></qti-match-interaction>",
                pairs.pairs.len()
            );
            (declaration("RESPONSE", "multiple", "directedPair", &values), interaction)
        }
        QuestionBody::Typed(typed) => {
            let entries: String = typed
                .accept
                .iter()
                .map(|answer| format!("<qti-map-entry map-key=\"{}\" mapped-value=\"1\" case-sensitive=\"false\"/>", escaped(answer)))
                .collect();
            let first = typed.accept.first().cloned().unwrap_or_default();
            let declared = format!(
                "<qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"string\"><qti-correct-response><qti-value>{}</qti-value></qti-correct-response><qti-mapping default-value=\"0\">{entries}</qti-mapping></qti-response-declaration>",
                escaped(&first)
            );
            (declared, "<p><qti-text-entry-interaction response-identifier=\"RESPONSE\"/></p>".to_owned())
        }
    };
    item(id, stem, &declared, &format!("{}{asked}", block(stem)), &question.why, &processing)
}

/// Gaps stand in the text; each keeps its number in its name, and its hint.
fn cloze_item(id: &str, text_: &str, why: &str) -> Item {
    let (mut marked, mut declared, mut entries) = (String::new(), String::new(), Vec::new());
    for piece in cloze::pieces(text_) {
        match piece {
            Piece::Text(plain) => marked.push_str(plain),
            Piece::Gap { number, answer, hint } => {
                let response = format!("GAP_{number}_{}", entries.len() + 1);
                declared.push_str(&declaration(&response, "single", "string", &[answer.to_owned()]));
                let hint = hint.map(|hint| format!(" placeholder-text=\"{}\"", escaped(hint))).unwrap_or_default();
                // Stands for the gap until the text is HTML; private use, so it means nothing in a text.
                marked.push(char::from_u32(0xF0000 + u32::try_from(entries.len()).unwrap_or(0)).unwrap_or('\u{f0000}'));
                entries.push(format!("<qti-text-entry-interaction response-identifier=\"{response}\"{hint}/>"));
            }
        }
    }
    let mut body = block(&marked);
    for (place, entry) in entries.iter().enumerate() {
        let mark = char::from_u32(0xF0000 + u32::try_from(place).unwrap_or(0)).unwrap_or('\u{f0000}');
        body = body.replace(mark, entry);
    }
    item(id, &cloze::render(text_, None), &declared, &body, why, "")
}
