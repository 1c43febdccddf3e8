//! The attempt under way: every act is committed before it shows.

use super::plan::SittingPlan;
use super::text::read;
use crate::app::{CardEntry, Collection, Error};
use crate::engine::exam::sitting::warning;
use crate::engine::exam::{Act, Refusal, Sitting, Stage, report};
use crate::model::{Cause, EndReason, ExamEvent, FactId, Moment, SittingRecord};
use crate::store::{ItemResultRow, ResultRow};
use std::collections::HashMap;

/// An attempt under way, or just over.
#[derive(Debug)]
pub struct Exam {
    /// Names it.
    pub id: FactId,
    /// Where it stands.
    pub sitting: Sitting,
    /// The questions as cards, by place; one is missing if its text was lost.
    pub entries: Vec<Option<CardEntry>>,
    /// Milliseconds away before it was taken up again, to be told once.
    pub away: Option<i64>,
    /// The last look at the clocks.
    ticked: Moment,
}

impl Exam {
    /// The question shown.
    pub fn entry(&self) -> Option<&CardEntry> {
        self.entries.get(self.sitting.current())?.as_ref()
    }
}

/// What an act or the passing of time led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acted {
    /// It goes on.
    On,
    /// So many minutes are left.
    Warned(i64),
    /// It is over.
    Over,
}

/// A look at the clocks that comes this much later than the last one means that the machine slept.
const SLEPT_MILLIS: i64 = 20_000;

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::user(refusal.to_string())
    }
}

fn sitting_of(record: &SittingRecord, texts: &HashMap<u64, String>) -> (Sitting, Vec<Option<CardEntry>>) {
    let items = &record.start.form.items;
    let entries: Vec<Option<CardEntry>> =
        items.iter().map(|item| texts.get(&item.text_hash).and_then(|text| read(&item.card, text))).collect();
    let question = |entry: &Option<CardEntry>| entry.as_ref().and_then(|entry| entry.card()?.question().cloned());
    let mut sitting = Sitting::new(record.start.clone(), entries.iter().map(question).collect());
    sitting.replay(&record.events);
    (sitting, entries)
}

impl Collection {
    /// The attempt under way, or just over.
    pub fn exam(&self) -> Option<&Exam> {
        self.exam.as_ref()
    }

    /// Milliseconds left on its clock; none without one.
    pub fn exam_left(&self) -> Option<i64> {
        self.exam.as_ref().and_then(|exam| exam.sitting.left_at(&self.moment()))
    }

    /// Draws a form and lays it before the learner; the clock has not started. Refused while another attempt is under way.
    pub fn begin_exam(&mut self, plan: &SittingPlan) -> Result<(), Error> {
        if self.exam.as_ref().is_some_and(|exam| !exam.sitting.is_over()) || self.unfinished()?.is_some() {
            return Err(Error::user("another exam is under way").hint("go on with it, or end it, in Exams"));
        }
        let seed = rand::Rng::next_u64(&mut self.rng);
        let (start, texts) = self.draw_form(plan, seed)?;
        let now = self.now();
        let id = self.store.transact(now, |tx| tx.begin_sitting(now, &start, &texts))?;
        self.open_sitting(id)?;
        self.changed();
        Ok(())
    }

    fn record(&self, id: FactId) -> Result<(SittingRecord, HashMap<u64, String>), Error> {
        let record = self.store.sitting(id)?.ok_or_else(|| Error::user("there is no such attempt"))?;
        Ok((record, self.store.item_texts(id)?.into_iter().collect()))
    }

    /// An attempt as the history has it.
    pub(super) fn read_sitting(&self, id: FactId) -> Result<(SittingRecord, Sitting, Vec<Option<CardEntry>>), Error> {
        let (record, texts) = self.record(id)?;
        let (sitting, entries) = sitting_of(&record, &texts);
        Ok((record, sitting, entries))
    }

    fn open_sitting(&mut self, id: FactId) -> Result<(), Error> {
        let (_, sitting, entries) = self.read_sitting(id)?;
        self.exam = Some(Exam { id, sitting, entries, away: None, ticked: self.moment() });
        Ok(())
    }

    /// The newest attempt that has not been ended.
    fn unfinished(&self) -> Result<Option<FactId>, Error> {
        Ok(self.store.sittings()?.into_iter().find(|head| !head.ended).map(|head| head.id))
    }

    /// Takes up an attempt that was interrupted, if there is one: at the same question, with the time that is left. One whose time ran
    /// out in the meantime is ended as it was. True if there was one.
    pub fn resume_exam(&mut self) -> Result<bool, Error> {
        if self.exam.as_ref().is_some_and(|exam| !exam.sitting.is_over()) {
            return Ok(true);
        }
        if self.is_read_only() {
            return Ok(false);
        }
        let Some(id) = self.unfinished()? else { return Ok(false) };
        let (record, sitting, entries) = self.read_sitting(id)?;
        let moment = self.moment();
        let last = record.events.last().map(|fact| fact.moment);
        self.exam = Some(Exam { id, sitting, entries, away: None, ticked: moment });
        let running = self.exam.as_ref().is_some_and(|exam| exam.sitting.stage() == Stage::Running);
        if let Some(last) = last.filter(|_| running) {
            let away = moment.millis_since(&last);
            if self.exam_act(&Act::Away(away))? == Acted::On
                && let Some(exam) = &mut self.exam
            {
                exam.away = Some(away);
            }
        }
        self.changed();
        Ok(true)
    }

    /// Carries out what the learner asks for. It is committed first; if that fails nothing changes.
    pub fn exam_act(&mut self, act: &Act) -> Result<Acted, Error> {
        let moment = self.moment();
        let Some(exam) = &self.exam else { return Err(Refusal::NotRunning.into()) };
        let event = exam.sitting.plan(act, &moment)?;
        self.commit_exam(&event, &moment)
    }

    fn commit_exam(&mut self, event: &ExamEvent, moment: &Moment) -> Result<Acted, Error> {
        let Some(exam) = &mut self.exam else { return Err(Refusal::NotRunning.into()) };
        let id = exam.id;
        if matches!(event, ExamEvent::End(_)) {
            // The end and its result are one transaction.
            let mut ended = exam.sitting.clone();
            ended.apply(event, moment)?;
            let (row, items) = result(id, &ended, moment);
            self.store.transact(moment.now, |tx| {
                tx.exam_event(id, moment, event)?;
                tx.put_result(&row, &items)
            })?;
            exam.sitting = ended;
            self.planning.evidence += 1;
        } else {
            self.store.transact(moment.now, |tx| tx.exam_event(id, moment, event))?;
            exam.sitting.apply(event, moment)?;
        }
        exam.ticked = *moment;
        exam.away = None;
        let over = exam.sitting.is_over();
        if over || matches!(event, ExamEvent::Begin(_)) {
            self.changed();
        }
        Ok(if over { Acted::Over } else { Acted::On })
    }

    /// Looks at the clocks: ends the attempt when its time is up, notices that the machine slept, says when few minutes are left.
    pub fn exam_tick(&mut self) -> Result<Acted, Error> {
        let moment = self.moment();
        let Some(exam) = &mut self.exam else { return Ok(Acted::On) };
        if exam.sitting.stage() != Stage::Running {
            exam.ticked = moment;
            return Ok(Acted::On);
        }
        if exam.sitting.is_up(&moment) {
            return self.commit_exam(&ExamEvent::End(EndReason::TimeUp), &moment);
        }
        let slept = moment.millis_since(&exam.ticked);
        let limit = exam.sitting.start().rules.limit_millis;
        let left = |at: &Moment| exam.sitting.left_at(at);
        let warned = limit.zip(left(&exam.ticked)).zip(left(&moment)).and_then(|((limit, before), after)| warning(limit, before, after));
        exam.ticked = moment;
        if slept > SLEPT_MILLIS {
            let acted = self.commit_exam(&ExamEvent::Away(slept), &moment)?;
            if let Some(exam) = &mut self.exam {
                exam.away = Some(slept);
            }
            return Ok(acted);
        }
        Ok(warned.map_or(Acted::On, Acted::Warned))
    }

    /// Takes back a form that was drawn and whose clock was never started.
    pub fn drop_exam(&mut self) -> Result<(), Error> {
        if let Some(exam) = self.exam.as_ref().filter(|exam| exam.sitting.stage() == Stage::Tutorial) {
            let (id, now) = (exam.id, self.now());
            self.store.transact(now, |tx| tx.withdraw(&[id]))?;
            self.exam = None;
            self.changed();
        }
        Ok(())
    }

    /// Puts an attempt that is over away.
    pub fn close_exam(&mut self) -> Option<FactId> {
        let over = self.exam.as_ref().is_some_and(|exam| exam.sitting.is_over());
        if over { self.exam.take().map(|exam| exam.id) } else { None }
    }

    /// Writes down why a question of a finished attempt was missed.
    pub fn set_cause(&mut self, id: FactId, place: usize, cause: Option<Cause>) -> Result<(), Error> {
        let moment = self.moment();
        self.store.transact(moment.now, |tx| tx.exam_event(id, &moment, &ExamEvent::Cause(place, cause)))?;
        self.changed();
        Ok(())
    }

    /// Makes the results of all finished attempts again with the present scorer.
    pub(in crate::app) fn rescore(&self) -> Result<Vec<(ResultRow, Vec<ItemResultRow>)>, Error> {
        let ended = self.store.sittings()?.into_iter().filter(|head| head.ended);
        ended
            .map(|head| {
                let (record, sitting, _) = self.read_sitting(head.id)?;
                let end = record.events.iter().find(|fact| matches!(fact.event, ExamEvent::End(_)));
                let moment = end.map_or_else(|| self.moment(), |fact| fact.moment);
                Ok(result(head.id, &sitting, &moment))
            })
            .collect()
    }
}

fn result(id: FactId, sitting: &Sitting, moment: &Moment) -> (ResultRow, Vec<ItemResultRow>) {
    let report = report::report(sitting);
    let score = report.score;
    let row = ResultRow {
        sitting: id,
        scorer: score.scorer,
        ended: moment.now,
        used_millis: report.used_millis,
        raw: score.raw,
        counted: score.of,
        share: score.share,
        shown: score.shown(),
        shown_cut: score.shown_cut(),
        passed: score.passed,
    };
    let card = |place: usize| sitting.start().form.items.get(place).map(|item| item.card.clone());
    let items = report.items.iter().filter(|item| item.answered || item.taken_millis > 0);
    let items = items.filter_map(|item| {
        Some(ItemResultRow { place: item.place, card: card(item.place)?, credit: item.credit, taken_millis: item.taken_millis })
    });
    (row, items.collect())
}
