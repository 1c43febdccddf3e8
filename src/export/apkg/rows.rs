//! The rows of a package's collection.

use super::models::{self, MAX_QUESTIONS, Model};
use super::{PackageError, Packed, guid};
use crate::export::deck::{ExportAnswer, ExportCard, ExportDeck, questions, two_sides};
use crate::export::markup::{escaped, to_html};
use crate::model::id::fnv1a;
use crate::model::{CardPhase, CardState, Due, Note, NoteBody, Now, StudyDay, text};
use rusqlite::{Connection, Transaction, params};
use serde_json::json;
use sha1::{Digest as _, Sha1};
use std::collections::HashSet;
use std::path::Path;

/// Writes the collection.
pub(super) fn write(path: &Path, decks: &[ExportDeck], with_history: bool, now: Now, rollover_hour: u8) -> Result<Packed, PackageError> {
    let mut connection = Connection::open(path)?;
    // A file that is thrown away if anything fails need not be safe against power cuts.
    connection.execute_batch("pragma journal_mode = off; pragma synchronous = off;")?;
    connection.execute_batch(models::SCHEMA)?;
    let today = now.study_day(rollover_hour);
    let due = decks.iter().flat_map(|deck| &deck.cards).filter_map(|card| match card.state.due {
        Some(Due::Day(day)) => Some(day),
        _ => None,
    });
    let first = due.min().unwrap_or(today).min(today);
    let mut writer =
        Writer { first, today, now, with_history, next: now.at.0, taken: HashSet::new(), packed: Packed::default(), rollover_hour };
    let transaction = connection.transaction()?;
    let mut named = Vec::new();
    for deck in decks {
        let id = 1_500_000_000_000 + i64::from(fnv1a(deck.deck.id.as_str().as_bytes()) as u32);
        named.push((id, deck.deck.title.clone(), deck.deck.summary.clone()));
        writer.deck(&transaction, deck, id)?;
    }
    writer.collection(&transaction, &named)?;
    transaction.commit()?;
    connection.execute_batch(models::INDEXES)?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(writer.packed)
}

struct Writer {
    /// The day from which due days count.
    first: StudyDay,
    today: StudyDay,
    now: Now,
    with_history: bool,
    /// The next id of a note or card, in milliseconds.
    next: i64,
    /// Ids of the log that are in use: they are instants, and two answers may share one.
    taken: HashSet<i64>,
    packed: Packed,
    rollover_hour: u8,
}

impl Writer {
    fn collection(&self, tx: &Transaction<'_>, decks: &[(i64, String, String)]) -> Result<(), PackageError> {
        let seconds = self.now.at.0 / 1000;
        // Four in the morning of the first day, as Anki has it.
        let created = self.first.start(self.now.offset, 4).0 / 1000;
        let conf = models::conf(-self.now.offset.0, self.rollover_hour).to_string();
        let sql = "insert into col values (1, ?1, ?2, ?2, 11, 0, 0, 0, ?3, ?4, ?5, ?6, '{}')";
        let (all, named, options) =
            (models::models(seconds).to_string(), models::decks(decks, seconds).to_string(), models::options().to_string());
        tx.execute(sql, params![created, self.now.at.0, conf, all, named, options])?;
        Ok(())
    }

    fn id(&mut self) -> i64 {
        self.next += 1;
        self.next
    }

    fn deck(&mut self, tx: &Transaction<'_>, export: &ExportDeck, deck: i64) -> Result<(), PackageError> {
        let mut known = export.cards.iter();
        let mut position = 0;
        for (note, source) in export.deck.notes.iter().zip(&export.sources) {
            let cards: Vec<&ExportCard> = known.by_ref().take(note.cards().len()).collect();
            let (model, fields) = fields(note);
            let ords: Vec<usize> = match &note.body {
                NoteBody::Cloze { text, .. } => {
                    crate::model::cloze::numbers(text).into_iter().map(|number| usize::from(number) - 1).collect()
                }
                NoteBody::Case(_) if cards.len() > MAX_QUESTIONS => {
                    self.packed.lost.push(format!("{}: questions of the case beyond {MAX_QUESTIONS}", note.id));
                    (0..MAX_QUESTIONS).collect()
                }
                _ => (0..cards.len()).collect(),
            };
            let nid = self.note(tx, &guid(&export.deck.id, &note.id), model, &fields, source, note)?;
            for (ord, card) in ords.into_iter().zip(cards) {
                position += 1;
                self.card(tx, nid, deck, ord, card, position)?;
            }
        }
        Ok(())
    }

    fn note(
        &mut self,
        tx: &Transaction<'_>,
        guid: &str,
        model: Model,
        fields: &[String],
        source: &str,
        note: &Note,
    ) -> Result<i64, PackageError> {
        let id = self.id();
        let tags: Vec<String> = note.tags.iter().map(|tag| tag.replace(' ', "_")).collect();
        let tags = if tags.is_empty() { String::new() } else { format!(" {} ", tags.join(" ")) };
        let shown = fields.join("\u{1f}");
        // Our own text of the note, with a number of what is shown: edited in Anki, what is shown holds.
        let own = format!("{:016x}<br>{}", fnv1a(shown.as_bytes()), escaped(source).replace('\n', "<br>"));
        let first = text::plain(&note.headline());
        let digest = Sha1::digest(first.as_bytes());
        let sum = digest.iter().take(4).fold(0_i64, |sum, byte| (sum << 8) | i64::from(*byte));
        let sql = "insert into notes values (?1, ?2, ?3, ?4, -1, ?5, ?6, ?7, ?8, 0, '')";
        let seconds = self.now.at.0 / 1000;
        tx.prepare_cached(sql)?.execute(params![id, guid, model.id(), seconds, tags, format!("{shown}\u{1f}{own}"), first, sum])?;
        self.packed.notes += 1;
        Ok(id)
    }

    fn card(
        &mut self,
        tx: &Transaction<'_>,
        nid: i64,
        deck: i64,
        ord: usize,
        card: &ExportCard,
        position: i64,
    ) -> Result<(), PackageError> {
        let id = self.id();
        let state = if self.with_history { card.state.clone() } else { CardState::default() };
        let row = self.schedule(&state, card.interval_days, position);
        let data = match state.memory.filter(|_| state.phase != CardPhase::New) {
            Some(memory) => json!({
                "pos": position,
                "s": memory.stability,
                "d": memory.difficulty,
                "lrt": state.last_review.map(|last| last.at.0.div_euclid(1000)),
            })
            .to_string(),
            None => String::new(),
        };
        let flags = if self.with_history { state.flag.map_or(0, |flag| i64::from(flag.number())) } else { 0 };
        let sql = "insert into cards values (?1, ?2, ?3, ?4, ?5, -1, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0, 0, ?14, ?15)";
        let seconds = self.now.at.0 / 1000;
        let [kind, queue, due, interval, factor, left] = row;
        tx.prepare_cached(sql)?.execute(params![
            id,
            nid,
            deck,
            ord as i64,
            seconds,
            kind,
            queue,
            due,
            interval,
            factor,
            state.reps,
            state.lapses,
            left,
            flags,
            data
        ])?;
        self.packed.cards += 1;
        if self.with_history {
            let mut last = 0;
            for answer in &card.answers {
                self.answer(tx, id, answer, &mut last)?;
            }
            for reset in &card.resets {
                let at = self.log_id(reset.0);
                tx.prepare_cached("insert into revlog values (?1, ?2, -1, 0, 0, 0, 0, 0, 4)")?.execute(params![at, id])?;
            }
        }
        Ok(())
    }

    /// Type, queue, due, interval, factor and what is left of the steps.
    fn schedule(&self, state: &CardState, interval_days: i32, position: i64) -> [i64; 6] {
        let day = |day: StudyDay| i64::from(day.days_since(self.first));
        let interval = i64::from(interval_days.max(1));
        let [kind, mut queue, due, interval, factor, left] = match (state.phase, state.due) {
            (CardPhase::Review, Some(Due::Day(due))) => [2, 2, day(due), interval, 2500, 0],
            (CardPhase::Learning, Some(Due::At(at))) => [1, 1, at.0.div_euclid(1000), 0, 0, 1001],
            (CardPhase::Learning, Some(Due::Day(due))) => [1, 3, day(due), 0, 0, 1001],
            (CardPhase::Relearning, Some(Due::At(at))) => [3, 1, at.0.div_euclid(1000), interval, 2500, 1001],
            (CardPhase::Relearning, Some(Due::Day(due))) => [3, 3, day(due), interval, 2500, 1001],
            _ => [0, 0, position, 0, 0, 0],
        };
        if state.suspended && self.with_history {
            queue = -1;
        } else if state.buried_until.is_some_and(|until| until > self.today) && self.with_history {
            queue = -3;
        }
        [kind, queue, due, interval, factor, left]
    }

    /// An id of the log at an instant, or right after it.
    fn log_id(&mut self, mut id: i64) -> i64 {
        while !self.taken.insert(id) {
            id += 1;
        }
        id
    }

    fn answer(&mut self, tx: &Transaction<'_>, card: i64, answer: &ExportAnswer, last: &mut i64) -> Result<(), PackageError> {
        let id = self.log_id(answer.at.0);
        // A short step is written in seconds below zero.
        let interval = if answer.interval_days > 0 { i64::from(answer.interval_days) } else { -600 };
        let sql = "insert into revlog values (?1, ?2, -1, ?3, ?4, ?5, 0, ?6, ?7)";
        tx.prepare_cached(sql)?.execute(params![id, card, answer.rating.number(), interval, *last, answer.taken_millis, answer.phase])?;
        *last = interval;
        self.packed.reviews += 1;
        Ok(())
    }
}

/// The fields of a note under its type, our own text of it left out.
fn fields(note: &Note) -> (Model, Vec<String>) {
    let model = match &note.body {
        NoteBody::Basic { both_ways: true, .. } => Model::BothWays,
        NoteBody::Basic { .. } => Model::Basic,
        NoteBody::Cloze { .. } => Model::Cloze,
        NoteBody::Question(_) => Model::Question,
        NoteBody::Case(_) => Model::Case,
    };
    let image = note.image.as_ref().map(|path| format!("<img src=\"{}\"><br>", escaped(path))).unwrap_or_default();
    let mut fields = match &note.body {
        NoteBody::Basic { front, back, .. } => vec![format!("{image}{}", to_html(front)), to_html(back)],
        NoteBody::Cloze { text, why } => vec![format!("{image}{}", to_html(text)), to_html(why)],
        NoteBody::Question(question) => {
            let (front, back) = two_sides(question);
            vec![format!("{image}{}", to_html(&front)), to_html(&back)]
        }
        NoteBody::Case(case) => {
            let mut fields = vec![format!("{image}{}", to_html(&case.scenario))];
            for (_, question) in questions(note).into_iter().take(MAX_QUESTIONS) {
                let (front, back) = two_sides(question);
                fields.extend([to_html(&front), to_html(&back)]);
            }
            fields
        }
    };
    fields.resize(model.field_count(), String::new());
    // Media stand in one folder there.
    for field in &mut fields {
        while let Some((start, end, name)) = folder_in_source(field) {
            field.replace_range(start..end, &name);
        }
    }
    (model, fields)
}

/// The first picture of a field that stands in a folder: where its name is, and the name without the folder.
fn folder_in_source(html: &str) -> Option<(usize, usize, String)> {
    let mut from = 0;
    while let Some(at) = html.get(from..)?.find("<img src=\"") {
        let start = from + at + 10;
        let end = start + html.get(start..)?.find('"')?;
        let name = html.get(start..end)?;
        if let Some((_, plain)) = name.rsplit_once('/') {
            return Some((start, end, plain.to_owned()));
        }
        from = end;
    }
    None
}
