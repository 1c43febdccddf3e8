//! What the plan and the forecast are made from: every answer in brief, what mock exams found, and what was told of it.

use super::facts::card_id;
use super::{Result, Store, StoreError, Writer};
use crate::model::{Answer, CardId, Now, Rating, StudyDay, Timestamp, Told, UtcOffset};
use rusqlite::{Row, params};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

/// What a mock exam found of one question.
#[derive(Debug, Clone, PartialEq)]
pub struct MockAnswer {
    /// The card.
    pub card: CardId,
    /// When the attempt ended.
    pub at: Timestamp,
    /// Credit, 0 to 1.
    pub credit: f64,
}

const NOT_WITHDRAWN: &str = "not exists (select 1 from withdrawal w where w.fact_device = f.device and w.fact_sequence = f.sequence)";

fn answer(row: &Row<'_>) -> Result<(i64, Answer)> {
    let rating = Rating::from_number(row.get(3)?).ok_or_else(|| StoreError::Row("a rating out of range".to_owned()))?;
    let at = Now { at: Timestamp(row.get(1)?), offset: UtcOffset(row.get(2)?) };
    Ok((row.get(0)?, Answer { at, rating, taken_millis: row.get(4)? }))
}

impl Store {
    /// Every answer that counts, by card, in the order of time. Answers before a reset of their card do not count.
    pub fn answers(&self) -> Result<BTreeMap<CardId, Vec<Answer>>> {
        let mut names: HashMap<i64, CardId> = HashMap::new();
        let mut statement = self.connection.prepare("select deck, note, card_key, id from card_name")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            names.insert(row.get(3)?, card_id(row, 0)?);
        }
        let sql = format!("select f.card, max(f.at_ms) from mark f where f.kind = 'reset' and {NOT_WITHDRAWN} group by f.card");
        let mut statement = self.connection.prepare(&sql)?;
        let mut resets: BTreeMap<i64, i64> =
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<std::result::Result<_, _>>()?;
        let sql = format!(
            "select f.card, f.at_ms, f.offset_minutes, f.rating, f.taken_millis from review f where {NOT_WITHDRAWN} \
             order by f.at_ms, f.device, f.sequence"
        );
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut by_number: BTreeMap<i64, Vec<Answer>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let (card, answer) = answer(row)?;
            by_number.entry(card).or_default().push(answer);
        }
        self.each_foreign(|foreign| {
            if let Some(reset) = foreign.reset {
                resets.entry(foreign.card).and_modify(|last| *last = reset.max(*last)).or_insert(reset);
            }
            match by_number.entry(foreign.card) {
                Entry::Vacant(entry) => drop(entry.insert(foreign.answers)),
                Entry::Occupied(mut entry) => {
                    entry.get_mut().extend(foreign.answers);
                    entry.get_mut().sort_by_key(|answer| answer.at.at);
                }
            }
        })?;
        for (card, reset) in resets {
            if let Some(answers) = by_number.get_mut(&card) {
                answers.retain(|answer| answer.at.at.0 > reset);
            }
        }
        by_number.retain(|_, answers| !answers.is_empty());
        // A name is looked for once a card, not once an answer.
        Ok(by_number.into_iter().filter_map(|(card, answers)| Some((names.remove(&card)?, answers))).collect())
    }

    /// What mock exams found, in the order of time.
    pub fn mock_answers(&self) -> Result<Vec<MockAnswer>> {
        let sql = "select c.deck, c.note, c.card_key, r.at_ms, r.credit from item_result r join card_name c on c.id = r.card \
                   join sitting f on f.device = r.device and f.sequence = r.sequence";
        let sql = format!("{sql} where {NOT_WITHDRAWN} order by r.at_ms, r.device, r.sequence, r.place");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(MockAnswer { card: card_id(row, 0)?, at: Timestamp(row.get(3)?), credit: row.get(4)? });
        }
        Ok(found)
    }

    /// What was told about an exam, by day.
    pub fn told(&self, exam: &str) -> Result<Vec<Told>> {
        let sql = "select day, exam_day, chance, chance_low, chance_high, share, share_low, share_high, mocks from told where exam = ?1 order by day";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([exam], |row| {
            Ok(Told {
                day: StudyDay(row.get(0)?),
                exam_day: StudyDay(row.get(1)?),
                chance: row.get(2)?,
                chance_interval: (row.get(3)?, row.get(4)?),
                share: row.get(5)?,
                share_interval: (row.get(6)?, row.get(7)?),
                mocks: row.get(8)?,
            })
        })?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }
}

impl Writer<'_> {
    /// Keeps what the learner is told today.
    pub fn put_told(&mut self, exam: &str, told: &Told) -> Result<()> {
        let sql = "insert or replace into told values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        self.transaction.prepare_cached(sql)?.execute(params![
            exam,
            told.day.0,
            told.exam_day.0,
            told.chance,
            told.chance_interval.0,
            told.chance_interval.1,
            told.share,
            told.share_interval.0,
            told.share_interval.1,
            told.mocks
        ])?;
        Ok(())
    }
}
