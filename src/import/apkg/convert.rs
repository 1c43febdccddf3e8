//! Anki's notes as ours: each rendered through its templates, so that what was shown is what is asked.

use super::super::foreign::{Findings, ForeignCard, ForeignNote, Media, MediaFrom, basic, typed};
use super::super::{ImportError, Outlet, Progress, html};
use super::collection::{CardRow, Collection, DeckRow, NoteRow, Notetype, Opened};
use super::schedule;
use super::template::{Fields, Template, is_blank};
use crate::model::{NoteBody, cloze, text};
use std::borrow::Cow;
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
    note: &'a NoteRow<'a>,
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
        // A field to type into shows nothing; speech cannot be shown; a hint would give the answer away.
        if has("type") || has("hint") || filters.iter().any(|own| own.starts_with("tts")) {
            return String::new();
        }
        if has("cloze") || has("cloze-only") {
            return if self.with_gaps { value.to_owned() } else { String::new() };
        }
        for (filter, reading) in [("kanji", Reading::Without), ("kana", Reading::Alone), ("furigana", Reading::Beside)] {
            if has(filter) {
                return readings(value, reading);
            }
        }
        if has("text") { text::plain(&html::convert(value).text) } else { value.to_owned() }
    }
}

/// What conversion needs and gathers besides the notes.
struct Gathered<'f, 'o> {
    collection: &'f Collection,
    findings: &'f mut Findings,
    /// Pictures of the note at hand.
    pictures: Vec<(String, Vec<u8>)>,
    /// Those of the notes before.
    media: Vec<Media>,
    outlet: &'f mut Outlet<'o>,
    /// What each deck says of itself.
    summaries: BTreeMap<i64, String>,
}

impl Gathered<'_, '_> {
    /// Lets a note out into its deck; pictures that stood in its text are known before it goes.
    fn note(&mut self, deck: i64, note: ForeignNote) {
        let media = std::mem::take(&mut self.pictures).into_iter().map(|(name, bytes)| Media { name, from: MediaFrom::Bytes(bytes) });
        let media: Vec<Media> = media.collect();
        self.outlet.know(&media);
        self.media.extend(media);
        let name = self.collection.decks.get(&deck).map_or("", |deck| deck.name.as_str());
        let title = if name.trim().is_empty() { "Anki" } else { name };
        self.outlet.note(title, self.summaries.get(&deck).map_or("", String::as_str), note);
    }

    fn card(&self, (place, _): &Placed<'_>, key: impl Into<Cow<'static, str>>) -> ForeignCard {
        schedule::card(self.collection, *place, key)
    }
}

/// A card with its place among all.
type Placed<'c> = (usize, &'c CardRow);

/// Lets every note out; what is returned are the media that stood in their texts, and how many notes there were.
pub(super) fn convert(
    opened: &Opened,
    notetypes: &HashMap<i64, Notetype>,
    findings: &mut Findings,
    progress: &Progress,
    outlet: &mut Outlet<'_>,
) -> Result<(Vec<Media>, usize), ImportError> {
    let ready: HashMap<i64, Ready<'_>> = (notetypes.iter())
        .map(|(id, notetype)| {
            let read = |(question, answer): &(String, String)| (Template::parse(question), Template::parse(answer));
            (*id, Ready { notetype, templates: notetype.templates.iter().map(read).collect() })
        })
        .collect();
    let collection = &opened.collection;
    let summary = |deck: &DeckRow| text::plain(&html::convert(&deck.description).text).lines().next().unwrap_or_default().to_owned();
    let summaries = collection.decks.iter().map(|(id, deck)| (*id, summary(deck))).collect();
    let mut gathered = Gathered { collection, findings, pictures: Vec::new(), media: Vec::new(), outlet, summaries };
    let (mut done, mut next, mut lonely) = (0_usize, 0, 0);
    progress.stage("Converting", collection.cards.len() as u64)?;
    // Notes and cards both come by the note's number.
    opened.each_note(|note| {
        if done.is_multiple_of(256) {
            progress.done(next as u64)?;
        }
        done += 1;
        let rest = collection.cards.get(next..).unwrap_or_default();
        let without = rest.iter().take_while(|card| card.note < note.id).count();
        let own: Vec<Placed<'_>> = rest.iter().enumerate().skip(without).take_while(|(_, card)| card.note == note.id).collect();
        let own: Vec<Placed<'_>> = own.into_iter().map(|(place, card)| (next + place, card)).collect();
        lonely += without;
        next += without + own.len();
        one(&ready, note, &own, &mut gathered);
        Ok(())
    })?;
    lonely += collection.cards.len().saturating_sub(next);
    let media = gathered.media;
    collection.log.report(findings);
    if lonely > 0 {
        findings.lost(0, format!("{lonely} cards belong to no note of the package"));
    }
    Ok((media, done))
}

fn one(ready: &HashMap<i64, Ready<'_>>, note: &NoteRow<'_>, cards: &[Placed<'_>], gathered: &mut Gathered<'_, '_>) {
    let Some(kind) = ready.get(&note.notetype) else {
        return gathered.findings.lost(0, format!("the note `{}` is of a type that is not in the package", note.guid));
    };
    let deck = cards.first().map_or(1, |(_, card)| card.deck);
    let name = gathered.collection.decks.get(&deck).map_or("", |deck| deck.name.as_str());
    let values: Vec<&str> = note.fields.split('\u{1f}').collect();
    if values.len() != kind.notetype.fields.len() {
        gathered.findings.changed_once(0, format!("notes of the type “{}” have more or fewer fields than their type", kind.notetype.name));
    }
    let fields = NoteFields { names: &kind.notetype.fields, values, note, notetype: &kind.notetype.name, deck: name, with_gaps: true };
    if let Some(own) = own_text(&fields) {
        let converted = own_note(kind, &fields, own, cards, gathered);
        return gathered.note(deck, converted);
    }
    let found = if kind.notetype.is_cloze {
        with_gaps(kind, &fields, cards, gathered).into_iter().collect()
    } else {
        plain(kind, &fields, cards, gathered)
    };
    for (deck, mut converted) in found {
        converted.tags = note.tags.split_whitespace().map(html::clean).collect();
        gathered.note(deck, converted);
    }
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
fn own_note(kind: &Ready<'_>, fields: &NoteFields<'_>, own: String, cards: &[Placed<'_>], gathered: &mut Gathered<'_, '_>) -> ForeignNote {
    let convert = |at: usize| fields.values.get(at).map(|html| html::convert(html).text).unwrap_or_default();
    let mut converted = ForeignNote::new(basic(convert(0), convert(1)), 0);
    converted.key = Some(fields.note.guid.to_string());
    converted.own = Some(own);
    for card in cards {
        let key = if kind.notetype.is_cloze { format!("c{}", card.1.ord + 1) } else { format!("#{}", card.1.ord) };
        converted.cards.push(gathered.card(card, key));
    }
    converted
}

fn render(template: &Template, fields: &NoteFields<'_>, gathered: &mut Gathered<'_, '_>) -> String {
    let html = template.render(fields);
    html::to_text(&html, 0, gathered.findings, &mut gathered.pictures)
}

/// The answer's side without the question it repeats.
fn answer(template: &Template, fields: &NoteFields<'_>, gathered: &mut Gathered<'_, '_>) -> String {
    let html = template.render(fields);
    let lower = html.to_ascii_lowercase();
    let rule = lower.find("<hr id=answer").or_else(|| lower.find("<hr id=\"answer\"")).or_else(|| lower.find("<hr id='answer'"));
    let after = rule.and_then(|at| html.get(at..)).and_then(|rest| rest.split_once('>')).map(|(_, after)| after);
    html::to_text(after.unwrap_or(&html), 0, gathered.findings, &mut gathered.pictures)
}

/// One note with gaps; what only its answer shows stands beside it.
fn with_gaps(
    kind: &Ready<'_>,
    fields: &NoteFields<'_>,
    cards: &[Placed<'_>],
    gathered: &mut Gathered<'_, '_>,
) -> Option<(i64, ForeignNote)> {
    let (question, back) = kind.templates.first()?;
    let deck = cards.first().map_or(1, |(_, card)| card.deck);
    let asked = render(question, fields, gathered);
    // What stands beside the text: the answer's side without it.
    let beside = NoteFields { values: fields.values.clone(), with_gaps: false, ..*fields };
    let shown = render(back, &beside, gathered);
    let known: Vec<&str> = asked.split("\n\n").collect();
    let extra: Vec<&str> = shown.split("\n\n").filter(|part| !known.contains(part) && !part.trim().is_empty()).collect();
    let extra = extra.join("\n\n");
    if asked.contains("image-occlusion:") || cloze::numbers(&asked).is_empty() {
        return Some((deck, without_gaps(fields, &asked, &extra, cards, gathered)));
    }
    let mut converted = ForeignNote::new(NoteBody::Cloze { text: asked.clone(), why: extra }, 0);
    converted.key = Some(fields.note.guid.to_string());
    let numbers = cloze::numbers(&asked);
    for card in cards {
        let number = card.1.ord + 1;
        if numbers.iter().any(|own| i32::from(*own) == number) {
            converted.cards.push(gathered.card(card, format!("c{number}")));
        } else {
            gathered.findings.lost(0, format!("the note `{}` has a card for gap {number}, which its text no longer has", fields.note.guid));
        }
    }
    if cards.iter().any(|(_, card)| card.deck != deck) {
        gathered.findings.changed(0, format!("the cards of the note `{}` stood in several decks and are in one now", fields.note.guid));
    }
    Some((deck, converted))
}

/// A note whose gaps cannot be asked: those of a picture, or none at all. It is kept to be read.
fn without_gaps(fields: &NoteFields<'_>, asked: &str, extra: &str, cards: &[Placed<'_>], gathered: &mut Gathered<'_, '_>) -> ForeignNote {
    let occlusion = asked.contains("image-occlusion:");
    let front: Vec<&str> = asked.split("\n\n").filter(|part| !part.contains("image-occlusion:")).collect();
    let front = front.join("\n\n");
    let why = if occlusion { "its gaps lie on a picture" } else { "its text has no gap" };
    gathered.findings.changed(0, format!("the note `{}` is kept to be read: {why}", fields.note.guid));
    let front = if front.trim().is_empty() { &*fields.note.guid } else { front.as_str() };
    let mut converted = ForeignNote::new(basic(front, extra), 0);
    converted.key = Some(fields.note.guid.to_string());
    if let Some(card) = cards.first() {
        converted.cards.push(gathered.card(card, "front"));
    }
    for card in cards.iter().skip(1) {
        gathered.findings.lost(0, format!("the schedule of card {} of the note `{}`", card.1.ord + 1, fields.note.guid));
    }
    converted
}

/// A note for each card, but one for two cards that ask each other's answer.
fn plain(kind: &Ready<'_>, fields: &NoteFields<'_>, cards: &[Placed<'_>], gathered: &mut Gathered<'_, '_>) -> Vec<(i64, ForeignNote)> {
    let mut sides: Vec<(&Placed<'_>, NoteBody)> = Vec::new();
    for card in cards {
        let Some((question, back)) = usize::try_from(card.1.ord).ok().and_then(|ord| kind.templates.get(ord)) else {
            gathered.findings.lost(
                0,
                format!("the note `{}` has a card for template {}, which its type does not have", fields.note.guid, card.1.ord + 1),
            );
            continue;
        };
        let asked = render(question, fields, gathered);
        let shown = answer(back, fields, gathered);
        let asked = if asked.trim().is_empty() { first_words(fields) } else { asked };
        sides.push((card, body(question, fields, &asked, &shown)));
    }
    if let [(one, NoteBody::Basic { front, back, .. }), (two, NoteBody::Basic { front: front2, back: back2, .. })] = sides.as_slice()
        && one.1.deck == two.1.deck
        && front == back2
        && back == front2
    {
        let body = NoteBody::Basic { front: front.clone(), back: back.clone(), both_ways: true };
        let mut converted = ForeignNote::new(body, 0);
        converted.key = Some(fields.note.guid.to_string());
        converted.cards.push(gathered.card(one, "front"));
        converted.cards.push(gathered.card(two, "back"));
        return vec![(one.1.deck, converted)];
    }
    let one = |(card, body): (&Placed<'_>, NoteBody)| {
        let key = if matches!(body, NoteBody::Basic { .. }) { "front" } else { "question" };
        let mut converted = ForeignNote::new(body, 0);
        let (guid, ord) = (&fields.note.guid, card.1.ord);
        converted.key = Some(if ord == 0 { guid.to_string() } else { format!("{guid}\u{1}{ord}") });
        converted.cards.push(gathered.card(card, key));
        (card.1.deck, converted)
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

/// What is shown of words with their reading in brackets: ` 木[き]`.
#[derive(Clone, Copy, PartialEq)]
enum Reading {
    Without,
    Alone,
    Beside,
}

/// Words whose reading stands in brackets after them, as one of Japanese support's filters shows them.
fn readings(value: &str, reading: Reading) -> String {
    let (mut out, mut rest) = (String::with_capacity(value.len()), value);
    while let Some((before, after)) = rest.split_once('[') {
        let Some((inner, tail)) = after.split_once(']').filter(|(inner, _)| !inner.starts_with("sound:") && !inner.is_empty()) else {
            out.push_str(before);
            out.push('[');
            rest = after;
            continue;
        };
        // The word begins after the last blank or tag; that blank only sets it apart.
        let start = before.rfind([' ', '>']).map_or(0, |at| at + 1);
        let (lead, word) = before.split_at(start);
        out.push_str(lead.strip_suffix(' ').unwrap_or(lead));
        match reading {
            Reading::Without => out.push_str(word),
            Reading::Alone => out.push_str(inner),
            Reading::Beside => out.push_str(&format!("{word}({inner})")),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// What a card without a question can be told by.
fn first_words(fields: &NoteFields<'_>) -> String {
    let first = fields.values.iter().find(|value| !is_blank(value)).copied().unwrap_or(&fields.note.guid);
    html::convert(first).text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_are_shown_as_the_filter_asks() {
        // As Anki's manual shows them ("Ruby characters").
        let check = |reading, expected: &str| assert_eq!(readings("彼は 日本語[にほんご]を[sound:a.mp3] 話[はな]す", reading), expected);
        check(Reading::Without, "彼は日本語を[sound:a.mp3]話す");
        check(Reading::Alone, "彼はにほんごを[sound:a.mp3]はなす");
        check(Reading::Beside, "彼は日本語(にほんご)を[sound:a.mp3]話(はな)す");
    }
}
