//! Mnemosyne: `.cards` archives, and the XML of its first version.

use super::archive::Members;
use super::foreign::{
    Findings, Foreign, ForeignCard, ForeignDeck, ForeignDue, ForeignNote, ForeignPhase, ForeignStanding, Media, MediaFrom, basic,
    cloze_or_basic,
};
use super::text::{decode, title_of};
use super::xml::{self, Element};
use super::{ImportError, Progress, html, media};
use crate::model::{NoteBody, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const MAX_XML: u64 = 64 * 1024 * 1024;

/// A `.cards` archive: `cards.xml` is a log of what was added.
pub(super) fn read_archive(path: &Path, members: &mut Members, progress: &Progress) -> Result<Foreign, ImportError> {
    progress.stage("Reading", 0)?;
    let mut findings = Findings::new(path);
    let index = members.index("cards.xml").ok_or_else(|| ImportError::refused("there is no `cards.xml` in it"))?;
    let root = xml::parse(&decode(members.read(index, false, MAX_XML)?)?)?;
    let mut deck = ForeignDeck { title: title_of(path), ..ForeignDeck::default() };
    if let Some(index) = members.index("METADATA") {
        let text = String::from_utf8_lossy(&members.read(index, false, 1024 * 1024)?).into_owned();
        for (name, value) in text.lines().filter_map(|line| line.split_once(':')) {
            match name.trim() {
                "card_set_name" if !value.trim().is_empty() => value.trim().clone_into(&mut deck.title),
                "notes" => value.trim().clone_into(&mut deck.summary),
                _ => {}
            }
        }
    }
    let mut pictures = Vec::new();
    deck.notes = log_notes(&root, &mut findings, &mut pictures);
    let mut foreign = Foreign { decks: vec![deck], ..Foreign::default() };
    foreign.media = pictures.into_iter().map(|(name, bytes)| Media { name, from: MediaFrom::Bytes(bytes) }).collect();
    for (index, name) in members.names().into_iter().enumerate() {
        if !matches!(name.as_str(), "cards.xml" | "METADATA") && !name.ends_with('/') {
            foreign.media.push(Media { name: media::safe_path(&name), from: MediaFrom::Member { index, zstd: false } });
        }
    }
    foreign.issues = findings.finish();
    Ok(foreign)
}

/// XML of the first version, or a log by itself.
pub(super) fn read_xml(path: &Path, text: &str) -> Result<Foreign, ImportError> {
    let root = xml::parse(text)?;
    let mut findings = Findings::new(path);
    let mut pictures = Vec::new();
    let notes = if root.name == "mnemosyne" {
        old_notes(&root, &mut findings, &mut pictures)
    } else {
        log_notes(&root, &mut findings, &mut pictures)
    };
    let deck = ForeignDeck { title: title_of(path), summary: String::new(), notes };
    let media = pictures.into_iter().map(|(name, bytes)| Media { name, from: MediaFrom::Bytes(bytes) }).collect();
    Ok(Foreign { decks: vec![deck], media, issues: findings.finish(), ..Foreign::default() })
}

/// Kinds of log entries, by number and by name.
const ADDED_TAG: [&str; 2] = ["10", "ADDED_TAG"];
const ADDED_FACT: [&str; 2] = ["16", "ADDED_FACT"];
const ADDED_CARD: [&str; 2] = ["6", "ADDED_CARD"];

fn log_notes(root: &Element, findings: &mut Findings, pictures: &mut Vec<(String, Vec<u8>)>) -> Vec<ForeignNote> {
    let entries = root.below("log");
    let is = |entry: &Element, kinds: &[&str; 2]| entry.attribute("type").is_some_and(|kind| kinds.contains(&kind));
    let text_of = |entry: &Element, name: &str| entry.first(name).map(|field| field.text().trim().to_owned()).unwrap_or_default();
    let mut tags: BTreeMap<String, String> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| is(entry, &ADDED_TAG) || entry.first("name").is_some() && entry.first("q").is_none()) {
        if let Some(id) = entry.attribute("o_id") {
            tags.insert(id.to_owned(), text_of(entry, "name"));
        }
    }
    let mut cards: BTreeMap<&str, Vec<&Element>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| is(entry, &ADDED_CARD) || entry.attribute("fact").is_some()) {
        if let Some(fact) = entry.attribute("fact") {
            cards.entry(fact).or_default().push(entry);
        }
    }
    let mut notes = Vec::new();
    for fact in entries.iter().filter(|entry| is(entry, &ADDED_FACT)) {
        let id = fact.attribute("o_id").unwrap_or_default();
        let own = cards.get(id).cloned().unwrap_or_default();
        let kind = own.first().and_then(|card| card.attribute("card_t")).unwrap_or("1").to_owned();
        let Some(body) = fact_body(fact, &kind, findings, pictures) else {
            findings.lost(fact.line, "the card was not taken: it has no text");
            continue;
        };
        let mut note = ForeignNote::new(body, fact.line);
        note.key = Some(format!("id:{id}"));
        let mut named = BTreeSet::new();
        for card in &own {
            named.extend(
                card.attribute("tags")
                    .unwrap_or_default()
                    .split(',')
                    .filter_map(|id| tags.get(id.trim()))
                    .filter(|tag| !tag.starts_with("__")),
            );
        }
        note.tags = named.into_iter().map(|tag| tag.replace(' ', "_")).collect();
        note.cards = own.iter().filter_map(|card| learned(card, &note.body, card.attribute("fact_v").unwrap_or_default())).collect();
        notes.push(note);
    }
    notes
}

/// The keys of a fact say what it is: front and back, a vocabulary card, a text with gaps.
fn fact_body(fact: &Element, kind: &str, findings: &mut Findings, pictures: &mut Vec<(String, Vec<u8>)>) -> Option<NoteBody> {
    let mut field = |name: &str| {
        fact.first(name).map(|field| html::to_text(&field.text().replace('\n', "<br>"), fact.line, findings, pictures)).unwrap_or_default()
    };
    let (front, back, text) = (field("f"), field("b"), field("text"));
    if !text.is_empty() {
        return Some(cloze_or_basic(&bracket_gaps(&text), ""));
    }
    let (foreign, pronunciation, meaning) = (field("f"), field("p_1"), field("m_1"));
    if !meaning.is_empty() {
        let back = [pronunciation, meaning].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
        return Some(NoteBody::Basic { front: foreign, back, both_ways: true }).filter(|_| !front.is_empty());
    }
    if front.is_empty() {
        return None;
    }
    Some(match basic(&front, &back) {
        NoteBody::Basic { front, back, .. } => NoteBody::Basic { front, back, both_ways: kind.starts_with('2') },
        other => other,
    })
}

/// `[gap:hint]`.
fn bracket_gaps(text: &str) -> String {
    let (mut out, mut rest, mut number) = (String::new(), text, 0);
    while let Some((before, after)) = rest.split_once('[') {
        let Some((gap, tail)) = after.split_once(']').filter(|(gap, tail)| !gap.is_empty() && !tail.starts_with('(')) else {
            out.push_str(before);
            out.push('[');
            rest = after;
            continue;
        };
        number += 1;
        out.push_str(&format!("{before}{{{{c{number}::{}}}}}", gap.replacen(':', "::", 1)));
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// What a card's attributes say of its learning: grade, easiness, repetitions, and when.
fn learned(card: &Element, body: &NoteBody, view: &str) -> Option<ForeignCard> {
    let number = |name: &str| card.attribute(name).and_then(|value| value.parse::<f64>().ok()).filter(|value| value.is_finite());
    let (grade, easiness, last, next) = (number("gr")?, number("e")?, number("l_rp")?, number("n_rp")?);
    if grade < 0.0 || last <= 0.0 || next <= 0.0 {
        return None;
    }
    let key = match body {
        NoteBody::Basic { both_ways: true, .. } if view.ends_with(".2") => "back",
        NoteBody::Cloze { .. } => "c1",
        _ => "front",
    };
    let standing = standing(
        grade,
        easiness,
        instant(last),
        instant(next),
        number("ac_rp").unwrap_or(0.0) + number("rt_rp").unwrap_or(0.0),
        number("lps").unwrap_or(0.0),
    );
    Some(ForeignCard::standing(key, standing))
}

/// Seconds as an instant, none before 1970 or after 2200.
fn instant(seconds: f64) -> i64 {
    (seconds.clamp(0.0, 7_258_118_400.0) * 1000.0) as i64
}

fn standing(grade: f64, easiness: f64, last_ms: i64, next_ms: i64, reps: f64, lapses: f64) -> ForeignStanding {
    let days = ((next_ms - last_ms) as f64 / 86_400_000.0).clamp(1.0, 36_500.0);
    let phase = if grade < 2.0 { ForeignPhase::Relearning } else { ForeignPhase::Review };
    ForeignStanding {
        phase,
        memory: None,
        sm2: Some((easiness.clamp(1.3, 5.0) as f32, days as f32)),
        due: ForeignDue::Day(i32::try_from(next_ms.div_euclid(86_400_000)).unwrap_or(0)),
        reps: reps.clamp(1.0, 1e6) as u32,
        lapses: lapses.clamp(0.0, 1e6) as u32,
        last_review: Some(Timestamp(last_ms)),
        log_complete: false,
    }
}

/// The first version: `<item id u gr e ac_rp … l_rp n_rp><cat><Q><A>`, times in days since a start of its own.
fn old_notes(root: &Element, findings: &mut Findings, pictures: &mut Vec<(String, Vec<u8>)>) -> Vec<ForeignNote> {
    let start: f64 = root.attribute("time_of_start").and_then(|time| time.parse().ok()).unwrap_or(0.0);
    let items: Vec<&Element> = root.all("item").collect();
    let ids: BTreeSet<&str> = items.iter().filter_map(|item| item.attribute("id")).collect();
    let mut notes = Vec::new();
    for item in &items {
        let id = item.attribute("id").unwrap_or_default();
        // The other way round is a card of the same note.
        if id.strip_suffix(".inv").is_some_and(|first| ids.contains(first)) {
            continue;
        }
        let mut side = |name: &str| {
            item.first(name)
                .map(|side| html::to_text(&with_sounds(&side.text().replace('\n', "<br>")), item.line, findings, pictures))
                .unwrap_or_default()
        };
        let (question, answer) = (side("Q"), side("A"));
        if question.is_empty() {
            findings.lost(item.line, "the card was not taken: it has no question");
            continue;
        }
        let inverse = format!("{id}.inv");
        let back = items.iter().find(|other| other.attribute("id") == Some(inverse.as_str()) && !id.is_empty());
        let body = match basic(&question, &answer) {
            NoteBody::Basic { front, back: answer, .. } => NoteBody::Basic { front, back: answer, both_ways: back.is_some() },
            other => other,
        };
        let mut note = ForeignNote::new(body, item.line);
        note.domain = item.first("cat").map(|cat| cat.text().trim().to_owned()).filter(|cat| !cat.starts_with('<')).unwrap_or_default();
        if !id.is_empty() {
            note.key = Some(format!("id:{id}"));
        }
        note.cards.extend(old_learned(item, start, "front"));
        note.cards.extend(back.and_then(|item| old_learned(item, start, "back")));
        notes.push(note);
    }
    notes
}

/// `<sound src="bird.ogg">` as other programs write it.
fn with_sounds(html: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(html.len()), html);
    while let Some((before, after)) = rest.split_once("<sound src=") {
        let (name, tail) = after.split_once('>').unwrap_or((after, ""));
        out.push_str(&format!("{before}[sound:{}]", name.trim_end_matches('/').trim().trim_matches(['"', '\''])));
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn old_learned(item: &Element, start: f64, key: &'static str) -> Option<ForeignCard> {
    let number = |name: &str| item.attribute(name).and_then(|value| value.parse::<f64>().ok()).filter(|value| value.is_finite());
    let (grade, easiness, last, next) = (number("gr")?, number("e")?, number("l_rp")?, number("n_rp")?);
    let reps = number("ac_rp").unwrap_or(0.0) + number("rt_rp").unwrap_or(0.0);
    if start <= 0.0 || reps <= 0.0 || next <= 0.0 {
        return None;
    }
    let at = |days: f64| instant(start + days * 86_400.0);
    let standing = standing(grade, easiness, at(last), at(next), reps, number("lps").unwrap_or(0.0));
    Some(ForeignCard::standing(key, standing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_are_read() {
        let old = "<mnemosyne core_version=\"1\" time_of_start=\"1700000000\"><item id=\"a\" u=\"0\" gr=\"4\" e=\"2.5\" ac_rp=\"1\" rt_rp=\"2\" lps=\"1\" l_rp=\"10\" n_rp=\"20\"><cat>IAM</cat><Q>q &lt;b&gt;x&lt;/b&gt;</Q><A>a</A></item><item id=\"a.inv\" gr=\"0\"><Q>a</Q><A>q</A></item><item id=\"e\"><Q></Q><A>x</A></item></mnemosyne>";
        let foreign = read_xml(Path::new("m.xml"), old).expect("read");
        let notes = &foreign.decks.first().expect("a deck").notes;
        assert_eq!(notes.len(), 1);
        assert_eq!(notes[0].body, NoteBody::Basic { front: "q **x**".into(), back: "a".into(), both_ways: true });
        let standing = notes[0].cards[0].known.standing.expect("learned");
        assert_eq!((standing.sm2, standing.reps, standing.due), (Some((2.5, 10.0)), 3, ForeignDue::Day(19_695)));
        assert_eq!(foreign.issues.len(), 1);
        let new = "<openSM2sync number_of_entries='4'><log type='10' o_id='t1'><name>cloud</name></log><log type='16' o_id='f1'><f>front</f><b>back</b></log><log type='6' o_id='c1' card_t='1' fact='f1' fact_v='1.1' tags='t1' gr='-1' e='2.5' l_rp='-1' n_rp='-1'></log><log type='16' o_id='f2'><text>The [sky:what] is blue</text></log></openSM2sync>";
        let foreign = read_xml(Path::new("cards.xml"), new).expect("read");
        let notes = &foreign.decks.first().expect("a deck").notes;
        assert_eq!((&notes[0].body, notes[0].tags.as_slice()), (&basic("front", "back"), &["cloud".to_owned()][..]));
        assert!(matches!(&notes[1].body, NoteBody::Cloze { text, .. } if text == "The {{c1::sky::what}} is blue"));
    }
}
