//! Anki's notes as ours: each rendered through its templates, so that what was shown is what is asked.

use super::super::foreign::{Counted, Findings, Foreign, ForeignDeck, ForeignNote, Media, MediaFrom, basic, typed};
use super::super::{ImportError, Progress, html};
use super::collection::{CardRow, Collection, NoteRow, Notetype};
use super::schedule::{self, NotTaken};
use super::template::{Fields, Template, is_blank};
use crate::model::{NoteBody, cloze, text};
use std::collections::{BTreeMap, HashMap};

/// Longest answer that is worth typing.
const MAX_TYPED: usize = 60;

/// A note type with its templates read.
struct Ready<'a> {
    notetype: &'a Notetype,
    templates: Vec<(Template, Template)>,
}

/// The fields of one note under its type.
struct NoteFields<'a> {
    names: &'a [String],
    values: Vec<&'a str>,
    note: &'a NoteRow,
    notetype: &'a str,
    deck: &'a str,
    /// Whether gaps are kept as they are written, rather than left out.
    with_gaps: bool,
}

impl Fields for NoteFields<'_> {
    fn field(&self, name: &str) -> Option<&str> {
        if let Some(at) = self.names.iter().position(|own| own == name) {
            return self.values.get(at).copied();
        }
        match name {
            "Tags" => Some(self.note.tags.trim()),
            "Type" => Some(self.notetype),
            "Deck" => Some(self.deck),
            "Subdeck" => self.deck.rsplit("::").next(),
            "FrontSide" | "Card" | "CardFlag" => Some(""),
            _ => None,
        }
    }

    fn filtered(&self, filters: &[String], name: &str) -> String {
        let has = |wanted: &str| filters.iter().any(|own| own == wanted);
        let Some(value) = self.field(name) else { return String::new() };
        if has("cloze") || has("cloze-only") {
            return if self.with_gaps { value.to_owned() } else { String::new() };
        }
        // A field to type into shows nothing; speech cannot be shown; a hint would give the answer away.
        if has("type") || has("hint") || filters.iter().any(|own| own.starts_with("tts")) {
            return String::new();
        }
        if has("text") { text::plain(&html::convert(value).text) } else { value.to_owned() }
    }
}

/// What conversion gathers besides the notes.
struct Gathered<'f> {
    findings: &'f mut Findings,
    not_taken: NotTaken,
    pictures: Vec<(String, Vec<u8>)>,
}

pub(super) fn convert(mut collection: Collection, findings: &mut Findings, progress: &Progress) -> Result<Foreign, ImportError> {
    let mut foreign = Foreign {
        counted: Some(Counted { notes: collection.notes.len(), cards: collection.cards.len(), reviews: collection.log.len() }),
        ..Foreign::default()
    };
    let notetypes = std::mem::take(&mut collection.notetypes);
    let ready: HashMap<i64, Ready<'_>> = (notetypes.iter())
        .map(|(id, notetype)| {
            let read = |(question, answer): &(String, String)| (Template::parse(question), Template::parse(answer));
            (*id, Ready { notetype, templates: notetype.templates.iter().map(read).collect() })
        })
        .collect();
    let mut gathered = Gathered { findings, not_taken: NotTaken::default(), pictures: Vec::new() };
    let mut decks: BTreeMap<i64, Vec<ForeignNote>> = BTreeMap::new();
    report_lonely(&collection, gathered.findings);
    // Each note goes as soon as it is converted: two copies of a large collection would be one too many.
    for (index, note) in std::mem::take(&mut collection.notes).into_iter().enumerate() {
        if index.is_multiple_of(256) {
            progress.done(index as u64)?;
        }
        let from = collection.cards.partition_point(|card| card.note < note.id);
        let to = collection.cards.partition_point(|card| card.note <= note.id);
        let cards = collection.cards.get(from..to).unwrap_or_default();
        for (deck, converted) in one(&collection, &ready, &note, cards, &mut gathered) {
            decks.entry(deck).or_default().push(converted);
        }
    }
    gathered.not_taken.report(gathered.findings);
    let media = gathered.pictures.into_iter().map(|(name, bytes)| Media { name, from: MediaFrom::Bytes(bytes) });
    foreign.media.extend(media);
    for (id, notes) in decks {
        let row = collection.decks.get(&id).cloned().unwrap_or_default();
        let title = if row.name.trim().is_empty() { "Anki".to_owned() } else { row.name };
        let summary = text::plain(&html::convert(&row.description).text).lines().next().unwrap_or_default().to_owned();
        foreign.decks.push(ForeignDeck { title, summary, notes });
    }
    foreign.decks.sort_by(|a, b| a.title.cmp(&b.title));
    Ok(foreign)
}

/// Cards without a note, and answers to cards that are gone.
fn report_lonely(collection: &Collection, findings: &mut Findings) {
    let known = |id: i64| collection.notes.binary_search_by_key(&id, |note| note.id).is_ok();
    let lonely = collection.cards.iter().filter(|card| !known(card.note)).count();
    if lonely > 0 {
        findings.lost(0, format!("{lonely} cards belong to no note of the package"));
    }
    let mut ids: Vec<i64> = collection.cards.iter().map(|card| card.id).collect();
    ids.sort_unstable();
    let gone = collection.log.iter().filter(|row| ids.binary_search(&row.card).is_err()).count();
    if gone > 0 {
        findings.changed(0, format!("{gone} answers were given to cards that are no longer there; they have nowhere to go"));
    }
}

fn one(
    collection: &Collection,
    ready: &HashMap<i64, Ready<'_>>,
    note: &NoteRow,
    cards: &[CardRow],
    gathered: &mut Gathered<'_>,
) -> Vec<(i64, ForeignNote)> {
    let Some(kind) = ready.get(&note.notetype) else {
        gathered.findings.lost(0, format!("the note `{}` is of a type that is not in the package", note.guid));
        return Vec::new();
    };
    let deck = cards.first().map_or(1, |card| card.deck);
    let name = collection.decks.get(&deck).map_or("", |deck| deck.name.as_str());
    let values: Vec<&str> = note.fields.split('\u{1f}').collect();
    if values.len() != kind.notetype.fields.len() {
        gathered.findings.changed_once(0, format!("notes of the type “{}” have more or fewer fields than their type", kind.notetype.name));
    }
    let fields = NoteFields { names: &kind.notetype.fields, values, note, notetype: &kind.notetype.name, deck: name, with_gaps: true };
    if let Some(own) = own_text(&fields) {
        return vec![(deck, own_note(collection, kind, &fields, own, cards, gathered))];
    }
    let mut found = if kind.notetype.is_cloze {
        with_gaps(collection, kind, &fields, cards, gathered)
    } else {
        plain(collection, kind, &fields, cards, gathered)
    };
    let tags: Vec<String> = note.tags.split_whitespace().map(html::clean).collect();
    for (_, converted) in &mut found {
        converted.tags.clone_from(&tags);
    }
    found
}

/// Our own text of the note, as our export writes it into the last field, if what is shown was not changed since.
fn own_text(fields: &NoteFields<'_>) -> Option<String> {
    let (last, shown) = fields.values.split_last()?;
    if fields.names.last().map(String::as_str) != Some("Ascertain") {
        return None;
    }
    let (number, text) = last.split_once("<br>")?;
    let number = u64::from_str_radix(number, 16).ok()?;
    let unescaped = text
        .replace("<br>", "\n")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&");
    (crate::model::id::fnv1a(shown.join("\u{1f}").as_bytes()) == number).then_some(unescaped)
}

/// A note of our own export, whole; what it shows is kept in case its own text cannot be read.
fn own_note(
    collection: &Collection,
    kind: &Ready<'_>,
    fields: &NoteFields<'_>,
    own: String,
    cards: &[CardRow],
    gathered: &mut Gathered<'_>,
) -> ForeignNote {
    let convert = |at: usize| fields.values.get(at).map(|html| html::convert(html).text).unwrap_or_default();
    let mut converted = ForeignNote::new(basic(&convert(0), &convert(1)), 0);
    converted.key.clone_from(&fields.note.guid);
    converted.own = Some(own);
    for card in cards {
        let key = if kind.notetype.is_cloze { format!("c{}", card.ord + 1) } else { format!("#{}", card.ord) };
        converted.cards.push(schedule::card(collection, card, key, &mut gathered.not_taken));
    }
    converted
}

fn render(template: &Template, fields: &NoteFields<'_>, gathered: &mut Gathered<'_>) -> String {
    let html = template.render(fields);
    html::to_text(&html, 0, gathered.findings, &mut gathered.pictures)
}

/// The answer's side without the question it repeats.
fn answer(template: &Template, fields: &NoteFields<'_>, gathered: &mut Gathered<'_>) -> String {
    let html = template.render(fields);
    let lower = html.to_ascii_lowercase();
    let rule = lower.find("<hr id=answer").or_else(|| lower.find("<hr id=\"answer\"")).or_else(|| lower.find("<hr id='answer'"));
    let after = rule.and_then(|at| html.get(at..)).and_then(|rest| rest.split_once('>')).map(|(_, after)| after);
    html::to_text(after.unwrap_or(&html), 0, gathered.findings, &mut gathered.pictures)
}

/// One note with gaps; what only its answer shows stands beside it.
fn with_gaps(
    collection: &Collection,
    kind: &Ready<'_>,
    fields: &NoteFields<'_>,
    cards: &[CardRow],
    gathered: &mut Gathered<'_>,
) -> Vec<(i64, ForeignNote)> {
    let Some((question, back)) = kind.templates.first() else { return Vec::new() };
    let deck = cards.first().map_or(1, |card| card.deck);
    let asked = render(question, fields, gathered);
    let shown = render(back, fields, gathered);
    let known: Vec<&str> = asked.split("\n\n").collect();
    let extra: Vec<&str> = shown.split("\n\n").filter(|part| !known.contains(part) && !part.trim().is_empty()).collect();
    let extra = extra.join("\n\n");
    if asked.contains("image-occlusion:") || cloze::numbers(&asked).is_empty() {
        return vec![(deck, without_gaps(collection, fields, &asked, &extra, cards, gathered))];
    }
    let mut converted = ForeignNote::new(NoteBody::Cloze { text: asked.clone(), why: extra }, 0);
    converted.key.clone_from(&fields.note.guid);
    let numbers = cloze::numbers(&asked);
    for card in cards {
        let number = card.ord + 1;
        if numbers.iter().any(|own| i64::from(*own) == number) {
            converted.cards.push(schedule::card(collection, card, format!("c{number}"), &mut gathered.not_taken));
        } else {
            gathered.findings.lost(0, format!("the note `{}` has a card for gap {number}, which its text no longer has", fields.note.guid));
        }
    }
    if cards.iter().any(|card| card.deck != deck) {
        gathered.findings.changed(0, format!("the cards of the note `{}` stood in several decks and are in one now", fields.note.guid));
    }
    vec![(deck, converted)]
}

/// A note whose gaps cannot be asked: those of a picture, or none at all. It is kept to be read.
fn without_gaps(
    collection: &Collection,
    fields: &NoteFields<'_>,
    asked: &str,
    extra: &str,
    cards: &[CardRow],
    gathered: &mut Gathered<'_>,
) -> ForeignNote {
    let occlusion = asked.contains("image-occlusion:");
    let front: Vec<&str> = asked.split("\n\n").filter(|part| !part.contains("image-occlusion:")).collect();
    let front = front.join("\n\n");
    let why = if occlusion { "its gaps lie on a picture" } else { "its text has no gap" };
    gathered.findings.changed(0, format!("the note `{}` is kept to be read: {why}", fields.note.guid));
    let front = if front.trim().is_empty() { fields.note.guid.as_str() } else { front.as_str() };
    let mut converted = ForeignNote::new(basic(front, extra), 0);
    converted.key.clone_from(&fields.note.guid);
    if let Some(card) = cards.first() {
        converted.cards.push(schedule::card(collection, card, "front".to_owned(), &mut gathered.not_taken));
    }
    for card in cards.iter().skip(1) {
        gathered.findings.lost(0, format!("the schedule of card {} of the note `{}`", card.ord + 1, fields.note.guid));
    }
    converted
}

/// A note for each card, but one for two cards that ask each other's answer.
fn plain(
    collection: &Collection,
    kind: &Ready<'_>,
    fields: &NoteFields<'_>,
    cards: &[CardRow],
    gathered: &mut Gathered<'_>,
) -> Vec<(i64, ForeignNote)> {
    let mut sides: Vec<(&CardRow, NoteBody)> = Vec::new();
    for card in cards {
        let Some((question, back)) = usize::try_from(card.ord).ok().and_then(|ord| kind.templates.get(ord)) else {
            gathered
                .findings
                .lost(0, format!("the note `{}` has a card for template {}, which its type does not have", fields.note.guid, card.ord + 1));
            continue;
        };
        let asked = render(question, fields, gathered);
        let shown = answer(back, fields, gathered);
        let asked = if asked.trim().is_empty() { first_words(fields) } else { asked };
        sides.push((card, body(question, fields, &asked, &shown)));
    }
    if let [(one, NoteBody::Basic { front, back, .. }), (two, NoteBody::Basic { front: front2, back: back2, .. })] = sides.as_slice()
        && one.deck == two.deck
        && front == back2
        && back == front2
    {
        let body = NoteBody::Basic { front: front.clone(), back: back.clone(), both_ways: true };
        let mut converted = ForeignNote::new(body, 0);
        converted.key.clone_from(&fields.note.guid);
        converted.cards.push(schedule::card(collection, one, "front".to_owned(), &mut gathered.not_taken));
        converted.cards.push(schedule::card(collection, two, "back".to_owned(), &mut gathered.not_taken));
        return vec![(one.deck, converted)];
    }
    let one = |(card, body): (&CardRow, NoteBody)| {
        let key = if matches!(body, NoteBody::Basic { .. }) { "front" } else { "question" };
        let mut converted = ForeignNote::new(body, 0);
        converted.key = if card.ord == 0 { fields.note.guid.clone() } else { format!("{}\u{1}{}", fields.note.guid, card.ord) };
        converted.cards.push(schedule::card(collection, card, key.to_owned(), &mut gathered.not_taken));
        (card.deck, converted)
    };
    sides.into_iter().map(one).collect()
}

/// A card with a field to type into is a typed question, unless its answer is a text.
fn body(question: &Template, fields: &NoteFields<'_>, asked: &str, shown: &str) -> NoteBody {
    let wanted =
        question.fields_with("type").first().and_then(|name| fields.field(name)).map(|html| text::plain(&html::convert(html).text));
    match wanted.filter(|words| !words.trim().is_empty() && words.chars().count() <= MAX_TYPED && !words.contains('\n')) {
        Some(words) => {
            let why = if text::plain(shown).trim() == words.trim() { "" } else { shown };
            typed(asked, vec![words], why)
        }
        None => basic(asked, shown),
    }
}

/// What a card without a question can be told by.
fn first_words(fields: &NoteFields<'_>) -> String {
    let first = fields.values.iter().find(|value| !is_blank(value)).copied().unwrap_or(fields.note.guid.as_str());
    html::convert(first).text
}
