//! Making a plan: what the job does with what it was given.

use super::outlook::OutlookInput;
use super::target::TargetCards;
use super::{Answers, DayPlan, PlanKey};
use crate::engine::plan::{DayAnswer, Fit, Planner, by_day, days_items, fit, from};
use crate::engine::scheduler::TrainingItem;
use crate::model::{Answer, CardId, StudyDay, Timestamp};
use std::collections::HashMap;
use std::sync::Arc;

/// What a job is given.
pub(super) struct PlanInput {
    pub key: PlanKey,
    pub evidence: (u64, u64),
    pub answers: Arc<Answers>,
    pub rollover_hour: u8,
    pub target: Option<(TargetCards, OutlookInput)>,
    /// The plan made before.
    pub before: Option<Arc<DayPlan>>,
}

impl PlanInput {
    /// A card's answers as days, up to one. What a clock that was ahead dated later happened by then.
    fn days(&self, card: &CardId, until: StudyDay) -> Vec<DayAnswer> {
        let day = |answer: &Answer| {
            let day = answer.at.study_day(self.rollover_hour);
            let day = if day > self.key.day { until } else { day };
            DayAnswer { day, rating: answer.rating, seconds: answer.taken_millis as f32 / 1000.0 }
        };
        let answers = self.answers.get(card).map(Vec::as_slice).unwrap_or_default();
        by_day(answers.iter().map(day), self.key.day).into_iter().filter(|answer| answer.day <= until).collect()
    }

    /// Every card's answers as days, up to a day.
    fn all_days(&self, until: StudyDay) -> Vec<Vec<DayAnswer>> {
        self.answers.keys().map(|card| self.days(card, until)).collect()
    }

    /// All answers, short steps included, as the scheduler sees them.
    fn training(&self) -> Vec<TrainingItem> {
        let mut items: Vec<(i64, TrainingItem)> = Vec::new();
        let since = from(self.answers.values().flat_map(|answers| answers.iter().skip(1)).map(|answer| answer.at.at));
        for (number, answers) in (0..).zip(self.answers.values()) {
            let mut reviews = Vec::with_capacity(answers.len());
            let mut before: Option<StudyDay> = None;
            for answer in answers {
                let day = answer.at.study_day(self.rollover_hour);
                let days = before.map_or(0, |before| u32::try_from(day.days_since(before)).unwrap_or(0));
                reviews.push((answer.rating, days));
                if days > 0 && since.is_none_or(|since| answer.at.at >= since) {
                    items.push((answer.at.at.0, TrainingItem { card: number, reviews: reviews.clone() }));
                }
                before = Some(day);
            }
        }
        items.sort_by_key(|(at, item)| (*at, item.card));
        items.into_iter().map(|(_, item)| item).collect()
    }

    /// Makes the plan.
    pub fn plan(self) -> DayPlan {
        let mut plan = DayPlan {
            key: self.key.clone(),
            evidence: self.evidence,
            order: None,
            seconds: HashMap::new(),
            outlook: None,
            fit: fit(&self.training()),
            calibration: Vec::new(),
        };
        let today = self.key.day;
        let so_far = self.day_fit(today);
        plan.calibration = so_far.calibration;
        let (Some((target, outlook)), Some(exam_day)) = (&self.target, self.key.exam_day) else { return plan };
        if target.cards.is_empty() {
            return plan;
        }
        let begun = self.first_answer_today();
        let planner = |until: StudyDay, parameters| {
            // Mock exams of the day count for its order if they came before its first answer.
            let asked_before = if until < today { begun } else { None };
            let cards = (target.cards.iter()).map(|card| card.with_answers(self.days(&card.id, until), until, asked_before)).collect();
            Planner::new(cards, target.domains.len(), parameters, today, exam_day)
        };
        if let Some((order, seconds)) = self.made_this_morning() {
            (plan.order, plan.seconds) = (Some(order), seconds);
        } else {
            // The order of a day is made from what was known in the morning, so that it does not change under the learner's hands.
            let yesterday = today.plus_days(-1);
            let morning = planner(yesterday, self.day_fit(yesterday).parameters);
            let order = morning.order(self.minutes_today(outlook.usual_minutes));
            plan.seconds = target.cards.iter().enumerate().map(|(index, card)| (card.id.clone(), morning.seconds(index))).collect();
            plan.order = Some(order.into_iter().filter_map(|index| target.cards.get(index)).map(|card| card.id.clone()).collect());
        }
        plan.outlook = Some(outlook.look(target, &planner(today, so_far.parameters), &self.key.minutes));
        plan
    }

    /// When the first answer of the day was given.
    fn first_answer_today(&self) -> Option<Timestamp> {
        let all = self.answers.values().flatten();
        all.filter(|answer| answer.at.study_day(self.rollover_hour) == self.key.day).map(|answer| answer.at.at).min()
    }

    /// The model fitted to days up to one.
    fn day_fit(&self, until: StudyDay) -> Fit {
        fit(&days_items(self.all_days(until).iter().map(Vec::as_slice)))
    }

    /// Minutes the day is ordered for; on a day off those of a usual day, for who studies all the same.
    fn minutes_today(&self, usual: u32) -> f32 {
        self.key.minutes.first().copied().filter(|minutes| *minutes > 0).unwrap_or(usual) as f32
    }

    /// The order that was made for the same day and the same cards before.
    fn made_this_morning(&self) -> Option<(Vec<CardId>, HashMap<CardId, f32>)> {
        self.first_answer_today()?;
        let before = self.before.as_ref().filter(|before| before.key == self.key && before.evidence.1 == self.evidence.1)?;
        Some((before.order.clone()?, before.seconds.clone()))
    }
}
