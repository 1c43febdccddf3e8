//! The outlook on the exam: the forecast, what it rests on, and what would change it.

use super::super::{Collection, Error};
use super::PlanKey;
use super::target::TargetCards;
use crate::engine::exam::score::USUAL_EXPECT;
use crate::engine::forecast::{Forecast, MockItem, Recalls, Shape, Transfer, forecast};
use crate::engine::plan::{Belief, PlanCard, Planner};
use crate::model::{CardId, Scoring, StudyDay, Told};
use std::collections::BTreeSet;

/// Cards that must have been answered, and answers on a later day than the first, before anything is said.
const LEAST_CARDS: usize = 30;
const LEAST_LATER: usize = 20;
/// Minutes more a day, and days later, that are tried.
const MORE_MINUTES: f32 = 12.0;
const LATER_DAYS: [i32; 4] = [7, 14, 21, 42];
/// The chance a learner should have before booking, and what a domain can reach.
const GOAL: f64 = 0.8;
const REACHABLE: f32 = 0.95;
/// Questions of a usual mock exam.
const MOCK_QUESTIONS: usize = 60;
/// Days that weigh as much as what is usual in the share of planned days that are studied, and that share.
const ATTENDANCE: (f32, f32) = (10.0, 0.9);

/// Why nothing is said yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// So many more cards should be answered first.
    Cards(usize),
    /// So many more answers on a later day than the card's first.
    Later(usize),
    /// No exam of the list is chosen, so nothing is known of its questions.
    NoBlueprint,
}

/// What is best done about the date.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Advice {
    /// The chance is good, whatever is still learned.
    Ready,
    /// The chance is good on the day.
    OnTrack,
    /// So many days later the chance would be good: this one.
    Wait(i32, f64),
    /// Even the latest day tried is not enough; its chance.
    Move(i32, f64),
}

/// A domain of the exam.
#[derive(Debug, Clone, PartialEq)]
pub struct DomainOutlook {
    /// What it is called.
    pub title: String,
    /// Its share of the exam, 0 to 1.
    pub weight: f64,
    /// Cards for it.
    pub cards: usize,
    /// The share of its questions expected to be right on the day; before there is evidence of questions, of cards recalled.
    pub expected: f64,
    /// What it would add to the share of the whole exam if it were learned as well as can be.
    pub worth: f64,
    /// A search that finds its cards.
    pub search: String,
}

/// The outlook on the exam. Shares and chances are from 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// Why nothing is said, if so.
    pub withheld: Option<Withheld>,
    /// The forecast, the study that is planned counted in.
    pub forecast: Forecast,
    /// The forecast if the exam were sat today.
    pub now: Forecast,
    /// The share that passes.
    pub cut: Option<f64>,
    /// Mock exams it rests on.
    pub mocks: u32,
    /// Domains in the blueprint's order.
    pub domains: Vec<DomainOutlook>,
    /// Share of the exam that no card covers.
    pub uncovered: f64,
    /// What the study of today adds to the share expected on the exam day.
    pub today_adds: f64,
    /// Minutes more a day, and the chance with them.
    pub with_more: Option<(u32, f64)>,
    /// By what part a mock exam would narrow the interval of the share, 0 to 1.
    pub mock_narrows: f64,
    /// What is best done about the date.
    pub advice: Option<Advice>,
    /// Mean recall on the exam morning over all cards, the planned study counted in.
    pub recall: f64,
    /// Cards of the exam, and about how many of them will not have been met by then.
    pub cards: (usize, usize),
    /// Whether a pre-test was taken or cards were answered: whether anything is known of the learner.
    pub is_fresh: bool,
}

impl Outlook {
    /// What is kept of what was told; none while nothing is.
    pub(super) fn told(&self, day: StudyDay, exam_day: StudyDay) -> Option<Told> {
        let chance = self.forecast.chance.filter(|_| self.withheld.is_none())?;
        Some(Told {
            day,
            exam_day,
            chance: chance.clamp(0.0, 1.0),
            chance_interval: self.forecast.chance_interval,
            share: self.now.share,
            share_interval: self.now.share_interval,
            mocks: self.mocks,
        })
    }
}

/// What an outlook is made from besides the cards.
pub(super) struct OutlookInput {
    pub usual_minutes: u32,
    exam_day: StudyDay,
    has_blueprint: bool,
    questions: u32,
    cut: Option<f64>,
    mocks: u32,
    /// Questions answered in mock exams: card, day and credit.
    answered: Vec<(CardId, StudyDay, f64)>,
    /// Minutes of the days after the exam's, for trying later dates.
    later_minutes: Vec<u32>,
    done_today: f32,
    /// How many days ago the days of the last thirty were on which study was planned.
    days_planned: Vec<i32>,
}

impl Collection {
    pub(super) fn outlook_input(&self, exam_day: StudyDay, key: &PlanKey) -> Result<OutlookInput, Error> {
        let exam = self.target_exam();
        let expects = || {
            let questions = self
                .all_cards()
                .iter()
                .filter(|entry| !entry.hidden && exam.as_deref().is_some_and(|exam| super::super::exam::draws_any(exam, entry)));
            let expects: Vec<f32> = questions.filter_map(|entry| Some(entry.card()?.question()?.expect.unwrap_or(USUAL_EXPECT))).collect();
            f64::from(expects.iter().sum::<f32>()) / expects.len().max(1) as f64
        };
        let cut = exam.as_ref().and_then(|exam| match exam.scoring {
            Scoring::Scaled { .. } => Some(expects()).filter(|cut| *cut > 0.0),
            Scoring::Percent { pass } => Some(f64::from(pass) / 100.0),
            Scoring::Unpublished => None,
        });
        let questions = exam.as_ref().map_or(0, |exam| exam.questions.1.saturating_sub(exam.unscored).max(1));
        let offset = self.now().offset;
        let day = |at| crate::model::Now { at, offset }.study_day(self.policy().rollover_hour);
        let answered =
            self.store.mock_answers()?.into_iter().map(|one| (self.cards.now_called(&one.card), day(one.at), one.credit)).collect();
        let of_exam = |attempt: &super::super::AttemptRow| attempt.score.is_some() && attempt.exam.is_some() && attempt.exam == key.exam;
        let later = (0..*LATER_DAYS.iter().max().unwrap_or(&0)).map(|ahead| self.minutes_on(exam_day.plus_days(ahead).date()));
        Ok(OutlookInput {
            usual_minutes: self.settings().minutes_a_day,
            exam_day,
            has_blueprint: exam.is_some(),
            questions,
            cut,
            mocks: self.attempts()?.iter().filter(|attempt| of_exam(attempt)).count() as u32,
            answered,
            later_minutes: later.collect(),
            days_planned: (1..=30).filter(|ago| self.minutes_on(key.day.plus_days(-ago).date()) > 0).collect(),
            done_today: self.done_on(key.day)?.taken_millis as f32 / 60_000.0,
        })
    }
}

impl OutlookInput {
    fn withheld(&self, cards: &[PlanCard]) -> Option<Withheld> {
        let seen = cards.iter().filter(|card| !card.answers.is_empty()).count();
        let later: usize = cards.iter().map(|card| card.answers.len().saturating_sub(1)).sum();
        if !self.has_blueprint {
            Some(Withheld::NoBlueprint)
        } else if seen < LEAST_CARDS.min(cards.len()) {
            Some(Withheld::Cards(LEAST_CARDS.min(cards.len()) - seen))
        } else {
            (later < LEAST_LATER).then(|| Withheld::Later(LEAST_LATER - later))
        }
    }

    /// What mock exams found, each question with the recall of its card that was believed on its day.
    fn mock_items(&self, target: &TargetCards, planner: &Planner) -> Vec<MockItem> {
        let by_id = target.by_id();
        let start = planner.cards().iter().filter_map(|card| card.answers.first()).map(|answer| answer.day).min();
        let item = |(card, day, credit): &(CardId, StudyDay, f64)| {
            let card = planner.cards().get(*by_id.get(card)?)?;
            let before: Vec<_> = card.answers.iter().filter(|answer| answer.day < *day).copied().collect();
            // What is asked about a card that was never met tells what is known, not how questions differ from cards.
            if before.is_empty() {
                return None;
            }
            let then = PlanCard { answers: before, asked: Vec::new(), ..card.clone() };
            let belief = Belief::of(&then, planner.memory(), planner.habits(), start.unwrap_or(*day).min(*day));
            Some(MockItem { domain: card.domain, recall: f64::from(belief.recall(planner.memory(), *day)), credit: *credit })
        };
        self.answered.iter().filter_map(item).collect()
    }

    /// The share of planned days that are studied: of the last thirty, or since the first answer. Days off are not planned.
    fn attendance(&self, cards: &[PlanCard], today: StudyDay) -> f32 {
        let mut days: Vec<i32> = cards.iter().flat_map(|card| &card.answers).map(|answer| today.days_since(answer.day)).collect();
        let first = days.iter().copied().max().unwrap_or(0);
        let planned: Vec<i32> = self.days_planned.iter().copied().filter(|ago| *ago <= first).collect();
        let since = planned.len();
        days.retain(|ago| planned.contains(ago));
        days.sort_unstable();
        days.dedup();
        let (weight, usual) = ATTENDANCE;
        ((usual * weight + days.len() as f32) / (weight + since as f32)).clamp(0.2, 1.0)
    }

    pub(super) fn look(&self, target: &TargetCards, planner: &Planner, minutes: &[u32]) -> Outlook {
        let today = self.exam_day.plus_days(-(minutes.len() as i32));
        let attendance = self.attendance(planner.cards(), today);
        let planned = |days: &mut dyn Iterator<Item = u32>, more: f32| -> Vec<f32> {
            days.enumerate()
                .map(|(ahead, minutes)| {
                    let minutes = if minutes == 0 { 0.0 } else { minutes as f32 + more };
                    if ahead == 0 { (minutes - self.done_today).max(0.0) } else { minutes * attendance }
                })
                .collect()
        };
        let count = target.domains.len();
        let items = self.mock_items(target, planner);
        let transfer = Transfer::learn(count, &items);
        let shape = Shape {
            questions: self.questions,
            cut: self.cut,
            weights: target.domains.iter().map(|domain| if domain.cards > 0 { domain.weight } else { 0.0 }).collect(),
        };
        let days = minutes.len();
        let expected = |planner: &Planner, minutes: &[f32], days: usize| {
            let recalls = by_domain(target, planner, &planner.project(minutes));
            (forecast(&shape, &recalls, &transfer, days), recalls)
        };
        let (own, recalls) = expected(planner, &planned(&mut minutes.iter().copied(), 0.0), days);
        let without_today: Vec<f32> = std::iter::once(0.0).chain(planned(&mut minutes.iter().copied(), 0.0).into_iter().skip(1)).collect();
        let idle = expected(planner, &without_today, days).0;
        let with_more = expected(planner, &planned(&mut minutes.iter().copied(), MORE_MINUTES), days).0;
        let now = expected(&planner.with_exam(today.plus_days(1)), &[], 0).0;
        let later = |wait: i32| {
            let all: Vec<u32> = minutes.iter().chain(self.later_minutes.iter().take(wait as usize)).copied().collect();
            let moved = planner.with_exam(self.exam_day.plus_days(wait));
            expected(&moved, &planned(&mut all.iter().copied(), 0.0), all.len()).0.chance.unwrap_or(0.0)
        };
        Outlook {
            withheld: self.withheld(planner.cards()),
            cut: self.cut,
            mocks: self.mocks,
            domains: domains(target, &shape, &own, &recalls, &transfer, days),
            uncovered: (1.0 - shape.weights.iter().sum::<f64>()).max(0.0),
            today_adds: (own.share - idle.share).max(0.0),
            with_more: with_more.chance.map(|chance| (MORE_MINUTES as u32, chance)),
            mock_narrows: mock_narrows(&shape, &recalls, &items, &own, days),
            advice: own.chance.map(|chance| advice(chance, &now, days, later)),
            recall: mean(&recalls),
            now,
            cards: (target.cards.len(), unmet(&recalls, target.cards.len())),
            is_fresh: self.answered.is_empty() && planner.cards().iter().all(|card| card.answers.is_empty()),
            forecast: own,
        }
    }
}

/// Recalls by domain, a card in each it counts for. A small domain of which no card was drawn has what is recalled without further study.
fn by_domain(target: &TargetCards, planner: &Planner, projected: &[(usize, f32)]) -> Vec<Recalls> {
    let mut recalls: Vec<Recalls> = vec![Vec::new(); target.domains.len()];
    let mut put = |card: usize, recall: f32, only: Option<usize>| {
        for domain in target.cards.get(card).iter().flat_map(|card| &card.domains).filter(|domain| only.is_none_or(|only| only == **domain))
        {
            if let Some(recalls) = recalls.get_mut(*domain) {
                recalls.push(recall);
            }
        }
    };
    for (card, recall) in projected {
        put(*card, *recall, None);
    }
    let met: BTreeSet<usize> =
        projected.iter().filter_map(|(card, _)| target.cards.get(*card)).flat_map(|card| card.domains.clone()).collect();
    let missing: Vec<usize> = (0..target.domains.len()).filter(|domain| !met.contains(domain)).collect();
    if !missing.is_empty() {
        for (card, recall) in planner.recall_on_exam().into_iter().enumerate() {
            for domain in &missing {
                put(card, recall, Some(*domain));
            }
        }
    }
    recalls
}

/// About how many cards are not met: those that are not recalled at all.
fn unmet(recalls: &[Recalls], cards: usize) -> usize {
    let count = recalls.iter().map(Vec::len).sum::<usize>().max(1);
    let none = recalls.iter().flatten().filter(|recall| **recall <= 0.0).count();
    (none as f64 / count as f64 * cards as f64).round() as usize
}

fn mean(recalls: &[Recalls]) -> f64 {
    let count = recalls.iter().map(Vec::len).sum::<usize>().max(1);
    recalls.iter().flatten().map(|recall| f64::from(*recall)).sum::<f64>() / count as f64
}

fn domains(
    target: &TargetCards,
    shape: &Shape,
    own: &Forecast,
    recalls: &[Recalls],
    transfer: &Transfer,
    days: usize,
) -> Vec<DomainOutlook> {
    let worth = |index: usize| {
        let mut best = recalls.to_vec();
        if let Some(domain) = best.get_mut(index) {
            for recall in domain {
                *recall = recall.max(REACHABLE);
            }
        }
        (forecast(shape, &best, transfer, days).share - own.share).max(0.0)
    };
    (target.domains.iter().enumerate())
        .map(|(index, domain)| DomainOutlook {
            title: domain.title.clone(),
            weight: domain.weight,
            cards: domain.cards,
            expected: own.domains.get(index).copied().unwrap_or(0.0),
            worth: worth(index),
            search: domain.search.clone(),
        })
        .collect()
}

/// By what part the interval of the share would be narrower after a mock exam that goes as expected.
fn mock_narrows(shape: &Shape, recalls: &[Recalls], items: &[MockItem], own: &Forecast, days: usize) -> f64 {
    let mut imagined = items.to_vec();
    for (domain, (weight, recalls)) in shape.weights.iter().zip(recalls).enumerate().filter(|(_, (_, recalls))| !recalls.is_empty()) {
        let recall = f64::from(recalls.iter().sum::<f32>()) / recalls.len() as f64;
        let credit = own.domains.get(domain).copied().unwrap_or(0.5);
        let count = (weight * MOCK_QUESTIONS as f64).round() as usize;
        imagined.extend(std::iter::repeat_n(MockItem { domain, recall, credit }, count));
    }
    let after = forecast(shape, recalls, &Transfer::learn(recalls.len(), &imagined), days);
    let width = |interval: (f64, f64)| interval.1 - interval.0;
    (1.0 - width(after.share_interval) / width(own.share_interval).max(1e-9)).clamp(0.0, 1.0)
}

fn advice(chance: f64, now: &Forecast, days: usize, later: impl Fn(i32) -> f64) -> Advice {
    if now.chance.is_some_and(|now| now >= 0.9) && now.chance_interval.0 >= 0.7 && days >= 7 {
        return Advice::Ready;
    }
    if chance >= GOAL {
        return Advice::OnTrack;
    }
    let mut last = (0, chance);
    for wait in LATER_DAYS {
        last = (wait, later(wait));
        if last.1 >= GOAL {
            return Advice::Wait(wait, last.1);
        }
    }
    Advice::Move(last.0, last.1)
}
