//! Reading sittings.

use super::super::facts::{card_id, split};
use super::super::{Result, Store, StoreError};
use super::{Exposure, ResultRow, SittingHead, event};
use crate::model::{
    DeckId, DomainId, Driver, ExamFact, FactId, Form, FormDomain, FormItem, Moment, Now, Scoring, SittingRecord, SittingRules,
    SittingStart, Steady, Timestamp, UtcOffset,
};
use rusqlite::{OptionalExtension as _, Row, params};

/// Sittings that were not taken back.
const KEPT: &str = "not exists (select 1 from withdrawal w where w.fact_device = s.device and w.fact_sequence = s.sequence)";

fn fact_id(row: &Row<'_>, from: usize) -> rusqlite::Result<FactId> {
    Ok(FactId { device: row.get::<_, i64>(from)?.cast_unsigned(), sequence: row.get::<_, i64>(from + 1)?.cast_unsigned() })
}

fn instant(row: &Row<'_>, from: usize) -> rusqlite::Result<Now> {
    Ok(Now { at: Timestamp(row.get(from)?), offset: UtcOffset(row.get(from + 1)?) })
}

fn head(row: &Row<'_>) -> rusqlite::Result<SittingHead> {
    let id = fact_id(row, 0)?;
    let result = match row.get::<_, Option<u16>>(7)? {
        None => None,
        Some(scorer) => Some(ResultRow {
            sitting: id,
            scorer,
            ended: instant(row, 8)?,
            used_millis: row.get(10)?,
            raw: row.get(11)?,
            counted: row.get(12)?,
            share: row.get(13)?,
            shown: row.get(14)?,
            shown_cut: row.get(15)?,
            passed: row.get(16)?,
        }),
    };
    Ok(SittingHead { id, made: instant(row, 2)?, exam: row.get(4)?, title: row.get(5)?, ended: row.get(6)?, result })
}

fn rules(row: &Row<'_>, sections: Vec<(String, f32)>) -> Result<(SittingRules, u64)> {
    let bad = |what: &str| StoreError::Row(format!("a sitting without {what}"));
    let driver = match row.get::<_, String>(2)?.as_str() {
        "linear" => Driver::Linear,
        "sectioned" => Driver::Sectioned(sections),
        "forward-only" => Driver::ForwardOnly,
        _ => {
            let (min, max, confidence) = (row.get::<_, Option<u32>>(3)?, row.get::<_, Option<u32>>(4)?, row.get::<_, Option<f32>>(5)?);
            let limits = min.zip(max).zip(confidence).ok_or_else(|| bad("its limits"))?;
            Driver::Adaptive { min: limits.0.0, max: limits.0.1, confidence: limits.1 }
        }
    };
    let cut: Option<f32> = row.get(9)?;
    let scoring = match (row.get::<_, String>(6)?.as_str(), row.get::<_, Option<u32>>(7)?, row.get::<_, Option<u32>>(8)?, cut) {
        ("scaled", Some(min), Some(max), Some(pass)) => Scoring::Scaled { min, max, pass: pass as u32 },
        ("percent", _, _, Some(pass)) => Scoring::Percent { pass },
        ("unpublished", ..) => Scoring::Unpublished,
        _ => return Err(bad("its scoring")),
    };
    let exam = row.get::<_, Option<String>>(0)?.map(|id| DeckId::new(&id)).transpose();
    let rules = SittingRules {
        exam: exam.map_err(|error| StoreError::Row(error.to_string()))?,
        title: row.get(1)?,
        driver,
        scoring,
        partial_credit: row.get(10)?,
        limit_millis: row.get(11)?,
        strict: row.get(12)?,
        reasons_at_once: row.get(13)?,
        ask_confidence: row.get(14)?,
        extra_time: row.get(15)?,
    };
    Ok((rules, row.get::<_, i64>(16)?.cast_unsigned()))
}

fn item(row: &Row<'_>) -> Result<FormItem> {
    Ok(FormItem {
        card: card_id(row, 0)?,
        text_hash: row.get::<_, i64>(3)?.cast_unsigned(),
        domain: row.get::<_, u32>(4)? as usize,
        section: row.get::<_, u32>(5)? as usize,
        scored: row.get(6)?,
        order: split(&row.get::<_, String>(7)?)?,
        expect: row.get(8)?,
    })
}

fn exam_fact(row: &Row<'_>) -> Result<ExamFact> {
    let steady = match (row.get::<_, Option<i64>>(5)?, row.get::<_, Option<i64>>(6)?, row.get::<_, Option<bool>>(7)?) {
        (Some(origin), Some(millis), Some(counts_sleep)) => Some(Steady { origin: origin.cast_unsigned(), millis, counts_sleep }),
        _ => None,
    };
    let kind: String = row.get(8)?;
    Ok(ExamFact {
        id: fact_id(row, 0)?,
        moment: Moment { now: instant(row, 2)?, monotonic_millis: row.get(4)?, steady },
        event: event::read(&kind, row.get(9)?, row.get(10)?, row.get::<_, Option<String>>(11)?.as_deref())?,
    })
}

impl Store {
    /// Runs a query about one sitting and reads its rows.
    fn rows_of<T>(&self, id: FactId, sql: &str, read: impl Fn(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![id.device.cast_signed(), id.sequence.cast_signed()])?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            out.push(read(row)?);
        }
        Ok(out)
    }

    /// All sittings that were not taken back, newest first.
    pub fn sittings(&self) -> Result<Vec<SittingHead>> {
        let sql = format!(
            "select s.device, s.sequence, s.at_ms, s.offset_minutes, s.exam, s.title, \
             exists (select 1 from exam_event e where e.sitting_device = s.device and e.sitting_sequence = s.sequence and e.kind = 'end'), \
             r.scorer, r.ended_ms, r.ended_offset, r.used_ms, r.raw, r.counted, r.share, r.shown, r.shown_cut, r.passed \
             from sitting s left join sitting_result r on r.device = s.device and r.sequence = s.sequence \
             where {KEPT} order by s.at_ms desc, s.device, s.sequence desc"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([], head)?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// One sitting with everything that happened in it; none if there is none, or if it was taken back.
    pub fn sitting(&self, id: FactId) -> Result<Option<SittingRecord>> {
        let key = params![id.device.cast_signed(), id.sequence.cast_signed()];
        let sql = format!("select s.at_ms, s.offset_minutes from sitting s where s.device = ?1 and s.sequence = ?2 and {KEPT}");
        let Some(made) = self.connection.prepare_cached(&sql)?.query_row(key, |row| instant(row, 0)).optional()? else { return Ok(None) };
        let sections =
            self.rows_of(id, "select title, share from sitting_section where device = ?1 and sequence = ?2 order by place", |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, f32>(1)?))
            })?;
        let titles = sections.iter().map(|(title, _)| title.clone()).collect();
        let sql = "select exam, title, driver, adaptive_min, adaptive_max, adaptive_confidence, scoring, scale_min, scale_max, cut_score, \
                   partial_credit, limit_ms, strict_time, reasons_at_once, ask_confidence, extra_time, seed \
                   from sitting where device = ?1 and sequence = ?2";
        let rows = self.rows_of(id, sql, |row| rules(row, sections.clone()))?;
        let Some((rules, seed)) = rows.into_iter().next() else { return Ok(None) };
        let form = Form { seed, domains: self.form_domains(id)?, sections: titles, items: self.form_items(id)? };
        let sql = "select device, sequence, at_ms, offset_minutes, monotonic_ms, steady_origin, steady_ms, steady_sleep, kind, place, number, words \
                   from exam_event where sitting_device = ?1 and sitting_sequence = ?2 order by device, sequence";
        let events = self.rows_of(id, sql, exam_fact)?;
        Ok(Some(SittingRecord { id, made, start: SittingStart { rules, form }, events }))
    }

    fn form_domains(&self, id: FactId) -> Result<Vec<FormDomain>> {
        let sql = "select id, title, weight, wanted from sitting_domain where device = ?1 and sequence = ?2 order by place";
        self.rows_of(id, sql, |row| {
            let domain = DomainId::new(&row.get::<_, String>(0)?).map_err(|error| StoreError::Row(error.to_string()))?;
            Ok(FormDomain { id: domain, title: row.get(1)?, weight: row.get(2)?, wanted: row.get(3)? })
        })
    }

    fn form_items(&self, id: FactId) -> Result<Vec<FormItem>> {
        let sql = "select c.deck, c.note, c.card_key, i.text_hash, i.domain, i.section, i.scored, i.shown_order, i.expect \
                   from sitting_item i join card_name c on c.id = i.card where i.device = ?1 and i.sequence = ?2 order by i.place";
        self.rows_of(id, sql, item)
    }

    /// The texts of a sitting's questions, by hash.
    pub fn item_texts(&self, id: FactId) -> Result<Vec<(u64, String)>> {
        let sql = "select distinct t.hash, t.words from sitting_item i join item_text t on t.hash = i.text_hash \
                   where i.device = ?1 and i.sequence = ?2";
        self.rows_of(id, sql, |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?)))
    }

    /// For every question that was ever asked in a mock exam: when last, and how it was answered.
    pub fn exposures(&self) -> Result<Vec<Exposure>> {
        let sql = format!(
            "select c.deck, c.note, c.card_key, max(e.at_ms), \
             coalesce((select sum(r.credit) from item_result r where r.card = i.card), 0.0), \
             (select count(*) from item_result r where r.card = i.card) \
             from exam_event e join sitting s on s.device = e.sitting_device and s.sequence = e.sitting_sequence \
             join sitting_item i on i.device = s.device and i.sequence = s.sequence and i.place = e.place \
             join card_name c on c.id = i.card where e.kind in ('begin', 'enter') and {KEPT} group by i.card"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            out.push((card_id(row, 0)?, row.get(3)?, row.get(4)?, row.get(5)?));
        }
        Ok(out)
    }

    /// Cards whose newest answer in a mock exam was wrong or partly wrong.
    pub fn missed_cards(&self) -> Result<Vec<crate::model::CardId>> {
        let sql = format!(
            "select c.deck, c.note, c.card_key from item_result r join sitting s on s.device = r.device and s.sequence = r.sequence \
             join card_name c on c.id = r.card where r.credit < 1.0 and {KEPT} and not exists \
             (select 1 from item_result n where n.card = r.card and n.at_ms > r.at_ms) group by r.card"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            out.push(card_id(row, 0)?);
        }
        Ok(out)
    }
}
