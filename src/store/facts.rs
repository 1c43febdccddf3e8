//! Facts in and out.

use super::cache::{phase, phase_word};
use super::packed::spread_withdrawals;
use super::{Result, Store, StoreError, Writer};
use crate::model::{
    CardId, CardKind, Carried, DeckId, DesiredRetention, Due, Fact, FactBody, FactId, Flag, MarkKind, MemoryState, NoteId, Now, Policy,
    Rating, Review, StudyDay, Timestamp, UtcOffset,
};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::borrow::Cow;
use std::collections::HashSet;

pub(super) fn row_error(what: impl std::fmt::Display) -> StoreError {
    StoreError::Row(what.to_string())
}

/// The number of a card, given on first use.
pub(super) fn card_number(connection: &Connection, card: &CardId) -> Result<i64> {
    let key = params![card.deck.as_str(), card.note.as_str(), card.key.as_str()];
    let known = connection
        .prepare_cached("select id from card_name where deck = ?1 and note = ?2 and card_key = ?3")?
        .query_row(key, |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    connection.prepare_cached("insert into card_name (deck, note, card_key) values (?1, ?2, ?3)")?.execute(key)?;
    Ok(connection.last_insert_rowid())
}

/// As [`card_number`], for a card that is most likely new: one statement instead of two.
pub(super) fn new_card_number(connection: &Connection, card: &CardId) -> Result<i64> {
    let key = params![card.deck.as_str(), card.note.as_str(), card.key.as_str()];
    let sql = "insert or ignore into card_name (deck, note, card_key) values (?1, ?2, ?3)";
    if connection.prepare_cached(sql)?.execute(key)? == 1 {
        return Ok(connection.last_insert_rowid());
    }
    card_number(connection, card)
}

pub(super) fn insert(connection: &Connection, id: FactId, op: i64, at: Now, body: &FactBody) -> Result<()> {
    let (device, sequence) = (id.device.cast_signed(), id.sequence.cast_signed());
    let (at_ms, offset) = (at.at.0, at.offset.0);
    match body {
        FactBody::Review(review) => {
            let card = card_number(connection, &review.card)?;
            new_only(insert_review(connection, id, op, at, card, review)?)?;
        }
        FactBody::Mark(card, mark) => {
            let card = card_number(connection, card)?;
            new_only(insert_mark(connection, id, op, at, card, mark)?)?;
        }
        FactBody::Policy(policy) => {
            let sql = "insert into policy values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
            connection.prepare_cached(sql)?.execute(params![
                device,
                sequence,
                op,
                at_ms,
                offset,
                join(&policy.parameters),
                policy.desired_retention.share(),
                join(&policy.learning_steps),
                join(&policy.relearning_steps),
                policy.rollover_hour,
                policy.maximum_interval_days,
                policy.fuzz
            ])?;
        }
        FactBody::Withdrawal(fact) => {
            let sql = "insert into withdrawal values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let named = (fact.device.cast_signed(), fact.sequence.cast_signed());
            connection.prepare_cached(sql)?.execute(params![device, sequence, op, at_ms, offset, named.0, named.1])?;
        }
    }
    Ok(())
}

/// A fact of our own never has a name that is taken.
fn new_only(is_new: bool) -> Result<()> {
    if is_new { Ok(()) } else { Err(row_error("a fact whose name is taken")) }
}

/// Inserts a review of a card whose number is known. False if a fact of that name is there already.
fn insert_review(connection: &Connection, id: FactId, op: i64, at: Now, card: i64, review: &Review) -> Result<bool> {
    let policy = review.policy.map(|id| (id.device.cast_signed(), id.sequence.cast_signed()));
    let sql = "insert or ignore into review values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    let added = connection.prepare_cached(sql)?.execute(params![
        id.device.cast_signed(),
        id.sequence.cast_signed(),
        op,
        at.at.0,
        at.offset.0,
        card,
        review.rating.number(),
        review.taken_millis,
        review.scheduler,
        policy.map(|(device, _)| device),
        policy.map(|(_, sequence)| sequence),
        review.text_hash.cast_signed(),
        review.kind.as_str()
    ])?;
    Ok(added == 1)
}

fn insert_mark(connection: &Connection, id: FactId, op: i64, at: Now, card: i64, mark: &MarkKind) -> Result<bool> {
    let (kind, number, words) = mark_columns(mark);
    let (device, sequence) = (id.device.cast_signed(), id.sequence.cast_signed());
    let sql = "insert or ignore into mark values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    Ok(connection.prepare_cached(sql)?.execute(params![device, sequence, op, at.at.0, at.offset.0, card, kind, number, words])? == 1)
}

impl Writer<'_> {
    /// Gives the history of a card another name. One that has a history under that name already is an error.
    pub fn rename_card(&mut self, from: &CardId, to: &CardId) -> Result<()> {
        let find = "select id from card_name where deck = ?1 and note = ?2 and card_key = ?3";
        let number = |card: &CardId| -> Result<Option<i64>> {
            let key = params![card.deck.as_str(), card.note.as_str(), card.key.as_str()];
            Ok(self.transaction.prepare_cached(find)?.query_row(key, |row| row.get(0)).optional()?)
        };
        let (Some(old), taken) = (number(from)?, number(to)?) else { return Ok(()) };
        if let Some(taken) = taken {
            let used = "select exists (select 1 from review where card = ?1) or exists (select 1 from mark where card = ?1) \
                        or exists (select 1 from packed where card = ?1) or exists (select 1 from sitting_item where card = ?1)";
            if self.transaction.query_row(used, [taken], |row| row.get::<_, bool>(0))? {
                return Err(row_error(format!("{to} has a history of its own")));
            }
            self.transaction.execute("delete from card_state where card = ?1", [taken])?;
            self.transaction.execute("delete from item_result where card = ?1", [taken])?;
            self.transaction.execute("delete from card_name where id = ?1", [taken])?;
        }
        let sql = "update card_name set deck = ?2, note = ?3, card_key = ?4 where id = ?1";
        self.transaction.prepare_cached(sql)?.execute(params![old, to.deck.as_str(), to.note.as_str(), to.key.as_str()])?;
        Ok(())
    }
}

fn mark_columns(mark: &MarkKind) -> (&'static str, Option<i64>, Option<Cow<'_, str>>) {
    let (number, words) = match mark {
        MarkKind::Suspend | MarkKind::Unsuspend | MarkKind::Unbury | MarkKind::Reset => (None, None),
        MarkKind::Bury(day) | MarkKind::SetDue(day) => (Some(day.0.into()), None),
        MarkKind::Flag(flag) => (flag.map(|flag| flag.number().into()), None),
        MarkKind::Remark(words) => (None, Some(Cow::Borrowed(words.as_str()))),
        MarkKind::Dispute(yes) | MarkKind::Claim(yes) => (Some(i64::from(*yes)), None),
        MarkKind::Carry(carried) => (None, Some(Cow::Owned(carried_words(carried)))),
    };
    (mark.word(), number, words)
}

/// A standing as words, numbers in their shortest form that reads back as the same bits:
/// `review 12.5 5.25 day 20800 0 14 2 1700000000000 1795161700000`.
fn carried_words(carried: &Carried) -> String {
    let (unit, due) = match carried.due {
        Due::Day(day) => ("day", i64::from(day.0)),
        Due::At(at) => ("at", at.0),
    };
    let memory = carried.memory;
    format!(
        "{} {:?} {:?} {unit} {due} {} {} {} {} {}",
        phase_word(carried.phase),
        memory.stability,
        memory.difficulty,
        carried.step,
        carried.reps,
        carried.lapses,
        carried.first_review.0,
        carried.last_review.0
    )
}

fn carried(words: &str) -> Option<Carried> {
    let mut parts = words.split(' ');
    let mut next = || parts.next();
    let phase = phase(next()?).ok()?;
    let memory = MemoryState { stability: next()?.parse().ok()?, difficulty: next()?.parse().ok()? };
    let (unit, due) = (next()?, next()?);
    let due = if unit == "day" { Due::Day(StudyDay(due.parse().ok()?)) } else { Due::At(Timestamp(due.parse().ok()?)) };
    let (step, reps, lapses) = (next()?.parse().ok()?, next()?.parse().ok()?, next()?.parse().ok()?);
    let mut instant = || next()?.parse().ok().map(Timestamp);
    Some(Carried { phase, memory, due, step, reps, lapses, first_review: instant()?, last_review: instant()? })
}

fn mark_kind(kind: &str, number: Option<i64>, words: Option<String>) -> Result<MarkKind> {
    let day = || number.and_then(|day| i32::try_from(day).ok()).map(StudyDay).ok_or_else(|| row_error("a mark without its day"));
    Ok(match kind {
        "suspend" => MarkKind::Suspend,
        "unsuspend" => MarkKind::Unsuspend,
        "bury" => MarkKind::Bury(day()?),
        "unbury" => MarkKind::Unbury,
        "flag" => MarkKind::Flag(number.and_then(|number| Flag::new(u8::try_from(number).unwrap_or(0)))),
        "remark" => MarkKind::Remark(words.unwrap_or_default()),
        "dispute" => MarkKind::Dispute(number == Some(1)),
        "claim" => MarkKind::Claim(number == Some(1)),
        "reset" => MarkKind::Reset,
        "set-due" => MarkKind::SetDue(day()?),
        "carry" => MarkKind::Carry(words.as_deref().and_then(carried).ok_or_else(|| row_error("a standing that cannot be read"))?),
        other => return Err(row_error(format!("a mark `{other}`"))),
    })
}

/// Numbers as text, exactly: the shortest form that reads back as the same bits.
pub(super) fn join<T: std::fmt::Debug>(values: &[T]) -> String {
    values.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(" ")
}

pub(super) fn split<T: std::str::FromStr>(text: &str) -> Result<Vec<T>> {
    text.split_whitespace().map(|word| word.parse().ok().ok_or_else(|| row_error(format!("a number `{word}`")))).collect()
}

fn fact_id(row: &Row<'_>, from: usize) -> rusqlite::Result<FactId> {
    let (device, sequence): (i64, i64) = (row.get(from)?, row.get(from + 1)?);
    Ok(FactId { device: device.cast_unsigned(), sequence: sequence.cast_unsigned() })
}

fn instant(row: &Row<'_>, from: usize) -> rusqlite::Result<Now> {
    Ok(Now { at: Timestamp(row.get(from)?), offset: UtcOffset(row.get(from + 1)?) })
}

pub(super) fn card_id(row: &Row<'_>, from: usize) -> Result<CardId> {
    let part = |index: usize| row.get_ref(from + index).and_then(|value| value.as_str().map_err(Into::into)).map_err(StoreError::from);
    let named = |error| row_error(error);
    Ok(CardId {
        deck: DeckId::new(part(0)?).map_err(named)?,
        note: NoteId::new(part(1)?).map_err(named)?,
        key: NoteId::new(part(2)?).map_err(named)?,
    })
}

const REVIEW_COLUMNS: &str = "r.device, r.sequence, r.at_ms, r.offset_minutes, c.deck, c.note, c.card_key, r.rating, r.taken_millis, \
     r.scheduler, r.policy_device, r.policy_sequence, r.text_hash, r.kind from review r join card_name c on c.id = r.card";
const MARK_COLUMNS: &str = "m.device, m.sequence, m.at_ms, m.offset_minutes, c.deck, c.note, c.card_key, m.kind, m.number, m.words \
     from mark m join card_name c on c.id = m.card";

fn review(row: &Row<'_>) -> Result<Fact> {
    let rating = Rating::from_number(row.get(7)?).ok_or_else(|| row_error("a rating out of range"))?;
    let policy = match (row.get::<_, Option<i64>>(10)?, row.get::<_, Option<i64>>(11)?) {
        (Some(device), Some(sequence)) => Some(FactId { device: device.cast_unsigned(), sequence: sequence.cast_unsigned() }),
        _ => None,
    };
    let kind: String = row.get(13)?;
    let text_hash: i64 = row.get(12)?;
    let review = Review {
        card: card_id(row, 4)?,
        rating,
        taken_millis: row.get(8)?,
        scheduler: row.get(9)?,
        policy,
        text_hash: text_hash.cast_unsigned(),
        kind: CardKind::parse(&kind).ok_or_else(|| row_error(format!("a kind `{kind}`")))?,
    };
    Ok(Fact { id: fact_id(row, 0)?, at: instant(row, 2)?, body: FactBody::Review(review) })
}

fn mark(row: &Row<'_>) -> Result<Fact> {
    let kind: String = row.get(7)?;
    let mark = mark_kind(&kind, row.get(8)?, row.get(9)?)?;
    Ok(Fact { id: fact_id(row, 0)?, at: instant(row, 2)?, body: FactBody::Mark(card_id(row, 4)?, mark) })
}

impl Store {
    fn collect(&self, sql: &str, values: impl rusqlite::Params, read: fn(&Row<'_>) -> Result<Fact>, facts: &mut Vec<Fact>) -> Result<()> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(values)?;
        while let Some(row) = rows.next()? {
            facts.push(read(row)?);
        }
        Ok(())
    }

    /// All facts about one card, with the withdrawals of any of them, in no particular order.
    pub fn facts_about(&self, card: &CardId) -> Result<Vec<Fact>> {
        self.facts_without(card, &HashSet::new())
    }

    /// As [`Self::facts_about`], as if some were not there. The history of another program is left out whole, by its name.
    pub fn facts_without(&self, card: &CardId, left_out: &HashSet<FactId>) -> Result<Vec<Fact>> {
        let mut facts = Vec::new();
        let key = params![card.deck.as_str(), card.note.as_str(), card.key.as_str()];
        let named = "where c.deck = ?1 and c.note = ?2 and c.card_key = ?3";
        self.collect(&format!("select {REVIEW_COLUMNS} {named}"), key, review, &mut facts)?;
        self.collect(&format!("select {MARK_COLUMNS} {named}"), key, mark, &mut facts)?;
        facts.retain(|fact| !left_out.contains(&fact.id));
        let mut foreign = self.foreign_about(card)?;
        foreign.retain(|row| row.first().is_none_or(|first| !left_out.contains(&first.id)));
        facts.extend(foreign.iter().flatten().cloned());
        let sql = "select device, sequence, at_ms, offset_minutes, fact_device, fact_sequence from withdrawal where fact_device = ?1 and fact_sequence = ?2";
        for fact in facts.clone() {
            let id = params![fact.id.device.cast_signed(), fact.id.sequence.cast_signed()];
            self.collect(sql, id, withdrawal, &mut facts)?;
        }
        spread_withdrawals(&foreign, &mut facts);
        Ok(facts)
    }

    /// Every fact, policies first, then by card number: what `rebuild` folds.
    pub fn all_facts(&self) -> Result<Vec<Fact>> {
        let mut facts = Vec::new();
        self.collect(&format!("select {REVIEW_COLUMNS}"), [], review, &mut facts)?;
        self.collect(&format!("select {MARK_COLUMNS}"), [], mark, &mut facts)?;
        self.collect(
            "select device, sequence, at_ms, offset_minutes, fact_device, fact_sequence from withdrawal",
            [],
            withdrawal,
            &mut facts,
        )?;
        let foreign = self.all_foreign()?;
        spread_withdrawals(&foreign, &mut facts);
        facts.extend(foreign.into_iter().flatten());
        Ok(facts)
    }

    /// Every policy that was not taken back, in the order it came into force.
    pub fn policies(&self) -> Result<Vec<(FactId, Policy)>> {
        let sql = "select p.device, p.sequence, parameters, desired_retention, learning_steps, relearning_steps, rollover_hour, maximum_interval_days, fuzz \
                   from policy p order by p.at_ms, p.device, p.sequence";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut policies = Vec::new();
        while let Some(row) = rows.next()? {
            let share: f32 = row.get(3)?;
            let policy = Policy {
                parameters: split(&row.get::<_, String>(2)?)?,
                desired_retention: DesiredRetention::new(share).ok_or_else(|| row_error("a retention out of range"))?,
                learning_steps: split(&row.get::<_, String>(4)?)?,
                relearning_steps: split(&row.get::<_, String>(5)?)?,
                rollover_hour: row.get(6)?,
                maximum_interval_days: row.get(7)?,
                fuzz: row.get(8)?,
            };
            policies.push((fact_id(row, 0)?, policy));
        }
        Ok(policies)
    }

    /// The facts of the newest action at or after an instant that this device wrote and that was not taken back: what undo undoes.
    /// Policies are not undone here; the settings have their own way back.
    pub fn last_action(&self, since: Timestamp) -> Result<Vec<Fact>> {
        // Along the key from its end: the first row is nearly always the one, however long the history is. Whether it is recent enough
        // is asked afterwards, or a day without answers would look through all of it.
        let newest = |table: &str| -> Result<Option<(i64, i64)>> {
            let sql = format!(
                "select f.op, f.at_ms from {table} f where f.device = ?1 and not exists \
                 (select 1 from withdrawal w where w.fact_device = f.device and w.fact_sequence = f.sequence) order by f.sequence desc limit 1"
            );
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
            Ok(self.connection.prepare_cached(&sql)?.query_row([self.device.cast_signed()], read).optional()?)
        };
        let Some((op, at_ms)) = newest("review")?.max(newest("mark")?) else { return Ok(Vec::new()) };
        if at_ms < since.0 {
            return Ok(Vec::new());
        }
        let mut facts = Vec::new();
        let key = params![self.device.cast_signed(), op];
        self.collect(&format!("select {REVIEW_COLUMNS} where r.device = ?1 and r.sequence >= ?2 and r.op = ?2"), key, review, &mut facts)?;
        self.collect(&format!("select {MARK_COLUMNS} where m.device = ?1 and m.sequence >= ?2 and m.op = ?2"), key, mark, &mut facts)?;
        Ok(facts)
    }

    /// Who wrote facts that were taken back.
    pub fn withdrawn_devices(&self) -> Result<HashSet<u64>> {
        let mut statement = self.connection.prepare("select distinct fact_device from withdrawal")?;
        let rows = statement.query_map([], |row| row.get::<_, i64>(0))?;
        Ok(rows.map(|device| device.map(i64::cast_unsigned)).collect::<std::result::Result<_, _>>()?)
    }

    /// How many reviews there are, taken back or not.
    pub fn review_count(&self) -> Result<u64> {
        Ok(count_reviews(&self.connection)?.cast_unsigned())
    }
}

/// How many reviews a database holds, those of other programs among them.
pub(super) fn count_reviews(connection: &Connection) -> Result<i64, rusqlite::Error> {
    let own: i64 = connection.query_row("select count(*) from review", [], |row| row.get(0))?;
    Ok(own + super::packed::count(connection)?)
}

fn withdrawal(row: &Row<'_>) -> Result<Fact> {
    Ok(Fact { id: fact_id(row, 0)?, at: instant(row, 2)?, body: FactBody::Withdrawal(fact_id(row, 4)?) })
}
