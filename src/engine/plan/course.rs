//! A course of study to an exam, day by day, without anything around it: what a judge of the plan speaks to.

use super::fit::{days_items, fit};
use super::{DayAnswer, PlanCard, Planner};
use crate::model::{Rating, StudyDay};

/// Study from day 0 to an exam on the morning of the last day.
#[derive(Debug, Clone)]
pub struct Course {
    cards: Vec<PlanCard>,
    domains: usize,
    exam: StudyDay,
    today: StudyDay,
    order: std::vec::IntoIter<usize>,
}

impl Course {
    /// A course over cards without answers.
    pub fn new(cards: Vec<PlanCard>, days: i32) -> Self {
        let domains = cards.iter().map(|card| card.domain + 1).max().unwrap_or(0);
        Self { cards, domains, exam: StudyDay(days), today: StudyDay(0), order: Vec::new().into_iter() }
    }

    /// What is known now, with the model fitted to all answers.
    pub fn planner(&self, today: StudyDay) -> Planner {
        let fit = fit(&days_items(self.cards.iter().map(|card| card.answers.as_slice())));
        Planner::new(self.cards.clone(), self.domains, fit.parameters, today, self.exam)
    }

    /// Begins a day of so many minutes.
    pub fn begin_day(&mut self, day: i32, minutes: f32) {
        self.today = StudyDay(day);
        self.order = self.planner(self.today).order(minutes).into_iter();
    }

    /// The card to show next; none when each was shown today.
    pub fn next_card(&mut self) -> Option<usize> {
        self.order.next()
    }

    /// The first answer of the day to a card, with the seconds of its short steps.
    pub fn answered(&mut self, card: usize, rating: Rating, seconds: f32) {
        let today = self.today;
        if let Some(card) = self.cards.get_mut(card) {
            card.answers.push(DayAnswer { day: today, rating, seconds });
        }
    }

    /// The believed recall of each card on the exam morning.
    pub fn belief(&self) -> Vec<f32> {
        self.planner(self.today).recall_on_exam()
    }
}
