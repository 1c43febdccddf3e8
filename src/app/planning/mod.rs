//! The plan to the exam, the fit of the memory model and the outlook: gathered here, made away from the window, taken in again.

mod making;
mod outlook;
mod target;

pub use outlook::{Advice, DomainOutlook, Outlook, Withheld};

use super::cards::Cards;
use super::{Collection, Error, Job, Waker};
use crate::engine::plan::{CalibrationBin, Fit, MOST_DAYS};
use crate::model::{Answer, CardId, FactBody, Policy, StudyDay, Told};
use chrono::{Datelike as _, NaiveDate};
use making::PlanInput;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Every answer, by card, in the order of time.
pub(super) type Answers = BTreeMap<CardId, Vec<Answer>>;

/// What a plan was made for: another one of these needs another plan.
#[derive(Debug, Clone, PartialEq)]
struct PlanKey {
    day: StudyDay,
    exam: Option<String>,
    exam_day: Option<StudyDay>,
    /// Minutes of each day from today to the exam.
    minutes: Vec<u32>,
}

/// A plan for a day with everything that was found out on the way.
#[derive(Debug, Clone)]
pub struct DayPlan {
    key: PlanKey,
    /// What there was to know when it was made.
    evidence: (u64, u64),
    /// Cards of the exam, the one to show first at the front; none if no exam is planned for.
    order: Option<Vec<CardId>>,
    seconds: HashMap<CardId, f32>,
    /// The outlook on the exam.
    outlook: Option<Outlook>,
    /// The memory model fitted to all answers, short steps included: what schedules without an exam.
    fit: Fit,
    /// Predictions of recall held against what came.
    calibration: Vec<CalibrationBin>,
}

/// A mock exam against the newest forecast of the week before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Against {
    /// The day of the mock exam.
    pub day: StudyDay,
    /// The share that was right, 0 to 1.
    pub share: f64,
    /// The interval told before, with the luck of so many questions: in it the share lies with 80 %.
    pub told: (f64, f64),
}

/// What is kept of planning while the program runs.
#[derive(Debug, Default)]
pub(super) struct Planning {
    pub(super) answers: Arc<Answers>,
    plan: Option<Arc<DayPlan>>,
    /// Rises with each answer and each exam that ends: there is something new to fit to.
    pub(super) evidence: u64,
    /// Rises when other cards are to be studied: decks were hidden or shown again.
    pub(super) cards: u64,
    /// What no plan could be made for: cards come by desired retention instead.
    failed: Option<(PlanKey, (u64, u64))>,
    /// The day the fitted model was put into force.
    fitted_on: Option<StudyDay>,
}

impl Planning {
    /// An answer was committed.
    pub(super) fn push(&mut self, card: &CardId, answer: Answer) {
        self.evidence += 1;
        Arc::make_mut(&mut self.answers).entry(card.clone()).or_default().push(answer);
    }

    /// The answers of a card are others now.
    pub(super) fn replace(&mut self, card: &CardId, answers: Vec<Answer>) {
        self.evidence += 1;
        let all = Arc::make_mut(&mut self.answers);
        if answers.is_empty() {
            all.remove(card);
        } else {
            all.insert(card.clone(), answers);
        }
    }
}

impl Collection {
    /// Minutes of study on a date, days off and easy days counted.
    pub fn minutes_on(&self, date: NaiveDate) -> u32 {
        let settings = self.settings();
        if settings.days_off.contains(&date.to_string()) {
            return 0;
        }
        let weekday = date.weekday().num_days_from_monday() as usize;
        let share = settings.weekdays.get(weekday).copied().unwrap_or(100);
        settings.minutes_a_day * u32::from(share) / 100
    }

    /// The day of the exam, if there is a plan to it: it lies ahead, and not further than the plan looks.
    pub fn planned_exam_day(&self) -> Option<StudyDay> {
        let exam = StudyDay::from_date(self.settings().exam_day()?);
        (1..=MOST_DAYS).contains(&exam.days_since(self.today())).then_some(exam)
    }

    fn plan_key(&self) -> PlanKey {
        let day = self.today();
        let exam_day = self.planned_exam_day();
        let days = exam_day.map_or(0, |exam| exam.days_since(day));
        PlanKey {
            day,
            exam: self.target_exam().map(|exam| exam.id.to_string()),
            exam_day,
            minutes: (0..days).map(|ahead| self.minutes_on(day.plus_days(ahead).date())).collect(),
        }
    }

    fn evidence(&self) -> (u64, u64) {
        (self.planning.evidence, self.readings.1 + self.planning.cards)
    }

    /// Whether there is no plan for today, or something new to make one from.
    pub fn needs_plan(&self) -> bool {
        if !self.loaded {
            return false;
        }
        let wanted = (self.plan_key(), self.evidence());
        let made = self.planning.plan.as_ref().is_some_and(|plan| plan.key == wanted.0 && plan.evidence == wanted.1);
        !made && self.planning.failed.as_ref() != Some(&wanted)
    }

    /// The plan for today, if it is made.
    pub(super) fn day_plan(&self) -> Option<&DayPlan> {
        self.planning.plan.as_deref().filter(|plan| plan.key == self.plan_key())
    }

    /// Whether an exam is planned for and its plan is still being made.
    pub fn is_planning(&self) -> bool {
        let key = self.plan_key();
        key.exam_day.is_some() && self.day_plan().is_none() && self.planning.failed.as_ref() != Some(&(key, self.evidence()))
    }

    /// The order of today's plan and the seconds each card takes; none where cards come by desired retention.
    pub(super) fn planned_order(&self) -> Option<(&[CardId], &HashMap<CardId, f32>)> {
        let plan = self.day_plan()?;
        Some((plan.order.as_deref()?, &plan.seconds))
    }

    /// The outlook on the exam, if one is planned for.
    pub fn outlook(&self) -> Option<&Outlook> {
        self.day_plan()?.outlook.as_ref()
    }

    /// The memory model's fit; none before it was made.
    pub fn fit(&self) -> Option<&Fit> {
        self.planning.plan.as_ref().map(|plan| &plan.fit)
    }

    /// Predicted recall against what came, in bins; empty while there are too few reviews.
    pub fn calibration(&self) -> &[CalibrationBin] {
        self.planning.plan.as_ref().map_or(&[], |plan| &plan.calibration)
    }

    /// Finished mock exams of the exam studied for, each with the forecast that was told before it. Newest first.
    pub fn forecast_against_mocks(&self) -> Result<Vec<Against>, Error> {
        let (told, exam) = (self.told()?, self.target_exam());
        let rollover = self.policy().rollover_hour;
        let row = |attempt: &super::AttemptRow| {
            attempt.score.filter(|_| attempt.exam.is_some() && attempt.exam.as_deref() == exam.as_deref().map(|exam| exam.id.as_str()))?;
            let day = attempt.made.study_day(rollover);
            let before = told.iter().rfind(|told| told.day < day && day.days_since(told.day) <= 7)?;
            let share = attempt.right.0 / f64::from(attempt.right.1.max(1));
            let luck = 1.2816 * (before.share * (1.0 - before.share) / f64::from(attempt.right.1.max(1))).max(0.0).sqrt();
            let (low, high) = before.share_interval;
            // What was told is before the luck of the questions; a result has it in it.
            let told = (before.share - luck.hypot(before.share - low), before.share + luck.hypot(high - before.share));
            Some(Against { day, share, told: (told.0.max(0.0), told.1.min(1.0)) })
        };
        Ok(self.attempts()?.iter().filter_map(row).collect())
    }

    /// Every answer that counts, by card: instant in UTC milliseconds, and rating.
    pub fn answers_in_brief(&self) -> BTreeMap<CardId, Vec<(i64, crate::model::Rating)>> {
        let brief = |answers: &Vec<Answer>| answers.iter().map(|answer| (answer.at.at.0, answer.rating)).collect();
        self.planning.answers.iter().map(|(card, answers)| (card.clone(), brief(answers))).collect()
    }

    /// What was told about the exam studied for, by day.
    pub fn told(&self) -> Result<Vec<Told>, Error> {
        match self.target_exam() {
            Some(exam) => Ok(self.store.told(exam.id.as_str())?),
            None => Ok(Vec::new()),
        }
    }

    /// Makes the plan on another thread; give the result to [`Self::install_plan`].
    pub fn plan_job(&self, waker: Waker) -> Result<Job<DayPlan>, Error> {
        let input = self.plan_input()?;
        Job::spawn("plan", waker, move || Ok(input.plan()))
    }

    /// Makes the plan now, if there is need for one.
    pub fn plan_now(&mut self) -> Result<(), Error> {
        if self.needs_plan() {
            // On a thread of its own, so that a panic in it is an error and study goes on without a plan.
            let made = self.plan_job(Arc::new(|| {})).and_then(Job::wait).and_then(|plan| self.install_plan(plan));
            if made.is_err() {
                self.plan_failed();
            }
            return made;
        }
        Ok(())
    }

    /// No plan could be made: until something changes, cards come by desired retention.
    pub fn plan_failed(&mut self) {
        self.planning.failed = Some((self.plan_key(), self.evidence()));
        self.changed();
    }

    /// Takes in what a planning job brought: keeps what is told, and puts the fitted model into force, once a day.
    pub fn install_plan(&mut self, plan: DayPlan) -> Result<(), Error> {
        let plan = Arc::new(plan);
        self.planning.plan = Some(Arc::clone(&plan));
        self.changed();
        if self.store.is_writable() {
            self.keep_told(&plan)?;
            self.put_fit_into_force(&plan.fit)?;
        }
        Ok(())
    }

    fn keep_told(&mut self, plan: &DayPlan) -> Result<(), Error> {
        let told = plan.outlook.as_ref().and_then(|outlook| outlook.told(plan.key.day, plan.key.exam_day?));
        if let (Some(exam), Some(told)) = (&plan.key.exam, told) {
            let now = self.now();
            self.store.transact(now, |tx| tx.put_told(exam, &told))?;
        }
        Ok(())
    }

    fn put_fit_into_force(&mut self, fit: &Fit) -> Result<(), Error> {
        let today = self.today();
        let Some(evidence) = fit.evidence else { return Ok(()) };
        // A fit that predicts no better any more gives way to the defaults.
        let parameters = if evidence.kept { fit.parameters.to_vec() } else { Vec::new() };
        if self.planning.fitted_on == Some(today) || self.policy().parameters == parameters {
            return Ok(());
        }
        self.planning.fitted_on = Some(today);
        let policy = Policy { parameters, ..self.policy().clone() };
        self.set_policy(policy)
    }

    /// Reads the answers of a card again, after something about it was taken back.
    pub(super) fn reread_answers(&mut self, card: &CardId) -> Result<(), Error> {
        let mut answers: Vec<Answer> = Vec::new();
        let facts = self.facts_about(card)?;
        crate::engine::scheduler::fold_with(&facts, &self.policies, |fact, _| match &fact.body {
            FactBody::Review(review) => {
                answers.push(Answer { at: fact.at, rating: review.rating, taken_millis: review.taken_millis });
            }
            FactBody::Mark(_, crate::model::MarkKind::Reset) => answers.clear(),
            _ => {}
        })?;
        self.planning.replace(card, answers);
        Ok(())
    }

    fn plan_input(&self) -> Result<PlanInput, Error> {
        let key = self.plan_key();
        let target = match key.exam_day {
            Some(exam_day) => Some((self.target_cards()?, self.outlook_input(exam_day, &key)?)),
            None => None,
        };
        let (answers, rollover_hour) = (Arc::clone(&self.planning.answers), self.policy().rollover_hour);
        let before = self.planning.plan.clone();
        Ok(PlanInput { key, evidence: self.evidence(), answers, rollover_hour, target, before })
    }
}

/// Answers under the ids cards have now. Of a card only the newest count, as many as its state has: a reset forgets those before.
pub(super) fn named_as_now(mut answers: Answers, cards: &Cards) -> Answers {
    let renamed: Vec<(CardId, CardId)> =
        answers.keys().filter_map(|card| cards.renamed(card).map(|now| (card.clone(), now.clone()))).collect();
    for (before, now) in renamed {
        let own = answers.remove(&before).unwrap_or_default();
        let all = answers.entry(now).or_default();
        all.extend(own);
        all.sort_by_key(|answer| answer.at.at);
    }
    answers.retain(|card, answers| {
        if let Some(entry) = cards.get(card) {
            let forgotten = answers.len().saturating_sub(entry.state.reps as usize);
            answers.drain(..forgotten);
        }
        !answers.is_empty()
    });
    answers
}
