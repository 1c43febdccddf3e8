//! Mock exams in and out: sittings and their events as facts, results as caches.

mod event;
mod read;
#[cfg(test)]
mod tests;

use super::facts::join;
use super::{Result, Writer};
use crate::model::{DeckId, Driver, ExamEvent, FactId, Moment, Now, Scoring, SittingRules, SittingStart};
use rusqlite::params;

/// What a scorer made of a sitting.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultRow {
    /// The sitting.
    pub sitting: FactId,
    /// Version of the scorer.
    pub scorer: u16,
    /// When it ended.
    pub ended: Now,
    /// Milliseconds used.
    pub used_millis: i64,
    /// Credit.
    pub raw: f64,
    /// Questions that count.
    pub counted: u32,
    /// The share that is compared with the cut.
    pub share: f64,
    /// The score as it is shown.
    pub shown: u32,
    /// The cut score as it is shown.
    pub shown_cut: Option<u32>,
    /// Whether it is a pass.
    pub passed: Option<bool>,
}

/// What a scorer made of one answer.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemResultRow {
    /// Its place in the form.
    pub place: usize,
    /// Its card.
    pub card: crate::model::CardId,
    /// Credit, 0 to 1.
    pub credit: f64,
    /// Milliseconds it took.
    pub taken_millis: i64,
}

/// A sitting in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct SittingHead {
    /// Names it.
    pub id: FactId,
    /// When it was made.
    pub made: Now,
    /// The exam; none for a quiz of one's own.
    pub exam: Option<String>,
    /// What it is called.
    pub title: String,
    /// Its result; none while it goes on.
    pub result: Option<ResultRow>,
    /// Whether it has been ended.
    pub ended: bool,
}

/// What mock exams say about a card: when it was last asked, the credit it got in all, and how often it was answered.
pub type Exposure = (crate::model::CardId, i64, f64, u32);

fn driver_columns(driver: &Driver) -> (&'static str, Option<u32>, Option<u32>, Option<f32>) {
    match driver {
        Driver::Linear => ("linear", None, None, None),
        Driver::Sectioned(_) => ("sectioned", None, None, None),
        Driver::ForwardOnly => ("forward-only", None, None, None),
        Driver::Adaptive { min, max, confidence } => ("adaptive", Some(*min), Some(*max), Some(*confidence)),
    }
}

fn scoring_columns(scoring: Scoring) -> (&'static str, Option<u32>, Option<u32>, Option<f32>) {
    match scoring {
        Scoring::Scaled { min, max, pass } => ("scaled", Some(min), Some(max), Some(pass as f32)),
        Scoring::Percent { pass } => ("percent", None, None, Some(pass)),
        Scoring::Unpublished => ("unpublished", None, None, None),
    }
}

impl Writer<'_> {
    /// Appends a sitting with its form. `texts` are the questions' texts by their hashes.
    pub fn begin_sitting(&mut self, at: Now, start: &SittingStart, texts: &[(u64, String)]) -> Result<FactId> {
        let id = self.take_id();
        self.sitting_row(id, at, &start.rules, start.form.seed)?;
        let key = (id.device.cast_signed(), id.sequence.cast_signed());
        let tx = &self.transaction;
        for (hash, words) in texts {
            let sql = "insert into item_text values (?1, ?2) on conflict (hash) do nothing";
            tx.prepare_cached(sql)?.execute(params![hash.cast_signed(), words])?;
        }
        for (place, domain) in start.form.domains.iter().enumerate() {
            let sql = "insert into sitting_domain values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let row = params![key.0, key.1, place as i64, domain.id.as_str(), domain.title, domain.weight, domain.wanted];
            tx.prepare_cached(sql)?.execute(row)?;
        }
        if let Driver::Sectioned(sections) = &start.rules.driver {
            for (place, (title, share)) in sections.iter().enumerate() {
                let sql = "insert into sitting_section values (?1, ?2, ?3, ?4, ?5)";
                tx.prepare_cached(sql)?.execute(params![key.0, key.1, place as i64, title, share])?;
            }
        }
        for (place, item) in start.form.items.iter().enumerate() {
            let sql = "insert into sitting_item values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
            tx.prepare_cached(sql)?.execute(params![
                key.0,
                key.1,
                place as i64,
                self.card(&item.card)?,
                item.text_hash.cast_signed(),
                item.domain as i64,
                item.section as i64,
                item.scored,
                join(&item.order),
                item.expect
            ])?;
        }
        Ok(id)
    }

    fn sitting_row(&self, id: FactId, at: Now, rules: &SittingRules, seed: u64) -> Result<()> {
        let (driver, adaptive_min, adaptive_max, confidence) = driver_columns(&rules.driver);
        let (scoring, scale_min, scale_max, cut) = scoring_columns(rules.scoring);
        let sql = "insert into sitting values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)";
        self.transaction.prepare_cached(sql)?.execute(params![
            id.device.cast_signed(),
            id.sequence.cast_signed(),
            self.first,
            at.at.0,
            at.offset.0,
            rules.exam.as_ref().map(DeckId::as_str),
            rules.title,
            driver,
            adaptive_min,
            adaptive_max,
            confidence,
            scoring,
            scale_min,
            scale_max,
            cut,
            rules.partial_credit,
            rules.limit_millis,
            rules.strict,
            rules.reasons_at_once,
            rules.ask_confidence,
            rules.extra_time,
            seed.cast_signed()
        ])?;
        Ok(())
    }

    /// Appends something that happened in a sitting.
    pub fn exam_event(&mut self, sitting: FactId, moment: &Moment, event: &ExamEvent) -> Result<FactId> {
        let id = self.take_id();
        let columns = event::columns(event);
        let sql = "insert into exam_event values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
        self.transaction.prepare_cached(sql)?.execute(params![
            id.device.cast_signed(),
            id.sequence.cast_signed(),
            self.first,
            moment.now.at.0,
            moment.now.offset.0,
            moment.monotonic_millis,
            moment.steady.map(|steady| steady.origin.cast_signed()),
            moment.steady.map(|steady| steady.millis),
            moment.steady.map(|steady| steady.counts_sleep),
            sitting.device.cast_signed(),
            sitting.sequence.cast_signed(),
            columns.kind,
            columns.place,
            columns.number,
            columns.words
        ])?;
        Ok(id)
    }

    /// Stores what a scorer made of a sitting and its answers.
    pub fn put_result(&mut self, row: &ResultRow, items: &[ItemResultRow]) -> Result<()> {
        let key = (row.sitting.device.cast_signed(), row.sitting.sequence.cast_signed());
        let sql = "insert or replace into sitting_result values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
        self.transaction.prepare_cached(sql)?.execute(params![
            key.0,
            key.1,
            row.scorer,
            row.ended.at.0,
            row.ended.offset.0,
            row.used_millis,
            row.raw,
            row.counted,
            row.share,
            row.shown,
            row.shown_cut,
            row.passed
        ])?;
        for item in items {
            let sql = "insert or replace into item_result values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let card = self.card(&item.card)?;
            let values = params![key.0, key.1, item.place as i64, card, row.ended.at.0, item.credit, item.taken_millis];
            self.transaction.prepare_cached(sql)?.execute(values)?;
        }
        Ok(())
    }

    /// Empties the results, to be made again from the facts.
    pub fn clear_results(&mut self) -> Result<()> {
        self.transaction.execute_batch("delete from item_result; delete from sitting_result;")?;
        Ok(())
    }
}
