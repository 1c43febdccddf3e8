//! What a plan is made from.

use crate::model::{Rating, StudyDay};

/// The first answer to a card on a day; the short steps of that day count in its seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DayAnswer {
    /// The study day.
    pub day: StudyDay,
    /// The first rating of the day.
    pub rating: Rating,
    /// Seconds spent on the card that day.
    pub seconds: f32,
}

/// A card of the exam.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanCard {
    /// The domain of the blueprint it counts for.
    pub domain: usize,
    /// What recalling it adds to the expected share of the exam: the weight of its domain over the cards of the domain.
    pub weight: f32,
    /// Time it takes over a plain card.
    pub effort: f32,
    /// Its answers, one for each day, in the order of days.
    pub answers: Vec<DayAnswer>,
    /// Whether the learner said that it is known.
    pub claimed: bool,
    /// Answers to it in mock exams and pre-tests before its first answer here: whether they were right.
    pub asked: Vec<bool>,
}

/// Puts answers in the order of days, one for each day: the first rating of a day counts, and the seconds of all. Days after `today`
/// (a clock that was set back) count as today.
pub fn by_day(answers: impl IntoIterator<Item = DayAnswer>, today: StudyDay) -> Vec<DayAnswer> {
    let mut days: Vec<DayAnswer> = Vec::new();
    for answer in answers {
        let day = answer.day.min(today).max(days.last().map_or(StudyDay(i32::MIN), |last| last.day));
        match days.last_mut() {
            Some(last) if last.day == day => last.seconds += answer.seconds,
            _ => days.push(DayAnswer { day, ..answer }),
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_counts_once_and_no_clock_goes_back() {
        let answer = |day, rating, seconds| DayAnswer { day: StudyDay(day), rating, seconds };
        let answers =
            [(3, Rating::Again, 20.0), (3, Rating::Good, 5.0), (5, Rating::Good, 9.0), (4, Rating::Easy, 4.0), (99, Rating::Hard, 1.0)];
        let days = by_day(answers.map(|(day, rating, seconds)| answer(day, rating, seconds)), StudyDay(7));
        assert_eq!(days, [answer(3, Rating::Again, 25.0), answer(5, Rating::Good, 13.0), answer(7, Rating::Hard, 1.0)]);
    }
}
