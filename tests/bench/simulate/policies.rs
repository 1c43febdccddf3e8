//! What the plan is held against.

use super::learner::{DOMAINS, Fsrs6, Learner, Scenario, State};
use ascertain::engine::plan::DayAnswer;
use ascertain::engine::plan::{Course, PlanCard, days_items, fit};
use ascertain::engine::scheduler::default_parameters;
use ascertain::model::{Rating, StudyDay};

/// Chooses cards for a learner.
pub trait Policy {
    /// Begins a day.
    fn begin_day(&mut self, day: usize);
    /// The next card; none when there is nothing left today.
    fn next_card(&mut self) -> Option<usize>;
    /// The learner's answer to it.
    fn answered(&mut self, card: usize, rating: Rating, seconds: f64);
    /// The believed mean recall on the exam morning.
    fn believed(&mut self) -> f64;
    /// Recall of each card, where a policy has one.
    fn belief(&mut self) -> Vec<f64> {
        Vec::new()
    }
}

/// The policies of the report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// FSRS-6 with the published parameters and a desired retention; new cards paced so that the last comes shortly before the exam,
    /// mixed with reviews as Anki mixes them.
    Retention(f64),
    /// Never seen, then least recently seen.
    LeastRecent,
    /// Marginal gain a second, with the published parameters or with parameters fitted every five days.
    Gain { fitted: bool },
    /// What the program does.
    Plan,
}

impl Kind {
    pub fn name(self) -> String {
        match self {
            Self::Retention(share) => format!("FSRS-6 at {share:.2}, paced"),
            Self::LeastRecent => "least recently seen".to_owned(),
            Self::Gain { fitted: false } => "marginal gain, defaults".to_owned(),
            Self::Gain { fitted: true } => "marginal gain, refitted".to_owned(),
            Self::Plan => "the plan".to_owned(),
        }
    }

    pub fn policy(self, learner: &Learner, scenario: Scenario) -> Box<dyn Policy> {
        match self {
            Self::Plan => Box::new(Planned::new(learner, scenario)),
            _ => Box::new(Plain::new(self, learner, scenario)),
        }
    }
}

/// The program's own plan.
struct Planned {
    course: Course,
    minutes: f32,
}

impl Planned {
    fn new(learner: &Learner, scenario: Scenario) -> Self {
        let card = |card| PlanCard {
            domain: learner.domain(card),
            weight: learner.weight(card) as f32,
            effort: 1.0,
            answers: Vec::new(),
            claimed: false,
            asked: Vec::new(),
        };
        Self { course: Course::new((0..learner.cards()).map(card).collect(), scenario.days as i32), minutes: scenario.minutes as f32 }
    }
}

impl Policy for Planned {
    fn begin_day(&mut self, day: usize) {
        self.course.begin_day(day as i32, self.minutes);
    }

    fn next_card(&mut self) -> Option<usize> {
        self.course.next_card()
    }

    fn answered(&mut self, card: usize, rating: Rating, seconds: f64) {
        self.course.answered(card, rating, seconds as f32);
    }

    fn believed(&mut self) -> f64 {
        let belief = self.belief();
        belief.iter().sum::<f64>() / belief.len() as f64
    }

    fn belief(&mut self) -> Vec<f64> {
        self.course.belief().into_iter().map(f64::from).collect()
    }
}

/// How first answers and passed reviews usually fall, and what they take.
const FIRST: [f64; 4] = [0.24, 0.094, 0.495, 0.171];
const FIRST_SECONDS: f64 = 0.24 * 47.6 + 0.094 * 38.8 + 0.495 * 26.1 + 0.171 * 10.7;
const PASS: [f64; 3] = [0.224, 0.631, 0.145];
const PASS_SECONDS: f64 = 0.224 * 17.6 + 0.631 * 12.4 + 0.145 * 8.9;
const FAIL_SECONDS: f64 = 37.7;

struct Plain {
    kind: Kind,
    memory: Fsrs6,
    days: usize,
    today: usize,
    weights: Vec<f64>,
    answers: Vec<Vec<DayAnswer>>,
    states: Vec<Option<(State, usize)>>,
    order: std::vec::IntoIter<usize>,
}

fn widened(parameters: [f32; 21]) -> Fsrs6 {
    Fsrs6::new(parameters.map(f64::from))
}

impl Plain {
    fn new(kind: Kind, learner: &Learner, scenario: Scenario) -> Self {
        let count = learner.cards();
        debug_assert!((0..count).all(|card| learner.domain(card) < DOMAINS));
        Self {
            kind,
            memory: widened(default_parameters()),
            days: scenario.days,
            today: 0,
            weights: (0..count).map(|card| learner.weight(card)).collect(),
            answers: vec![Vec::new(); count],
            states: vec![None; count],
            order: Vec::new().into_iter(),
        }
    }

    fn refit(&mut self) {
        self.memory = widened(fit(&days_items(self.answers.iter().map(Vec::as_slice))).parameters);
        for (state, answers) in self.states.iter_mut().zip(&self.answers) {
            *state = None;
            for answer in answers {
                *state = Some(after(&self.memory, *state, answer.day.0 as usize, answer.rating.index()));
            }
        }
    }

    fn paced(&self, share: f64) -> Vec<usize> {
        let due_in = |state: State| self.memory.interval(share, state.stability).round().max(1.0) as usize;
        let mut due: Vec<(usize, usize)> = (self.states.iter().enumerate())
            .filter_map(|(card, state)| state.map(|(state, last)| (last + due_in(state), card)))
            .filter(|(day, _)| *day <= self.today)
            .collect();
        due.sort_unstable();
        let a_day = (self.states.len() as f64 / self.days as f64 * 1.25).ceil() as usize;
        let new: Vec<usize> = (0..self.states.len()).filter(|card| self.states[*card].is_none()).take(a_day).collect();
        let place = |index: usize, count: usize| (index as f64 + 0.5) / count as f64;
        let mut mixed: Vec<(f64, usize)> = due.iter().enumerate().map(|(index, (_, card))| (place(index, due.len()), *card)).collect();
        mixed.extend(new.iter().enumerate().map(|(index, card)| (place(index, new.len()), *card)));
        mixed.sort_by(|a, b| a.0.total_cmp(&b.0));
        mixed.into_iter().map(|(_, card)| card).collect()
    }

    fn gain(&self, card: usize) -> f64 {
        let left = (self.days - self.today) as f64;
        let later = |state: State| self.memory.recall(left, state.stability);
        match self.states[card] {
            None => (0..4).map(|rating| FIRST[rating] * later(self.memory.first(rating))).sum::<f64>() / FIRST_SECONDS,
            Some((state, last)) => {
                let since = (self.today - last) as f64;
                let recall = self.memory.recall(since, state.stability);
                let next = |rating| later(self.memory.next(state, recall, rating));
                let passed: f64 = (1..4).map(|rating| PASS[rating - 1] * next(rating)).sum();
                let shown = recall * passed + (1.0 - recall) * next(0);
                let seconds = recall * PASS_SECONDS + (1.0 - recall) * FAIL_SECONDS;
                (shown - self.memory.recall(since + left, state.stability)) / seconds
            }
        }
    }
}

fn after(memory: &Fsrs6, before: Option<(State, usize)>, day: usize, rating: usize) -> (State, usize) {
    let state = match before {
        None => memory.first(rating),
        Some((state, last)) => memory.next(state, memory.recall((day - last) as f64, state.stability), rating),
    };
    (state, day)
}

impl Policy for Plain {
    fn begin_day(&mut self, day: usize) {
        self.today = day;
        let mut all: Vec<usize> = (0..self.states.len()).collect();
        self.order = match self.kind {
            Kind::Retention(share) => self.paced(share),
            Kind::LeastRecent => {
                all.sort_by_key(|card| self.states[*card].map_or(0, |(_, last)| last + 1));
                all
            }
            Kind::Gain { fitted } => {
                if fitted && day > 0 && day.is_multiple_of(5) {
                    self.refit();
                }
                let gains: Vec<f64> = all.iter().map(|card| self.weights[*card] * self.gain(*card)).collect();
                all.sort_by(|a, b| gains[*b].total_cmp(&gains[*a]));
                all
            }
            Kind::Plan => Vec::new(),
        }
        .into_iter();
    }

    fn next_card(&mut self) -> Option<usize> {
        self.order.next()
    }

    fn answered(&mut self, card: usize, rating: Rating, seconds: f64) {
        self.states[card] = Some(after(&self.memory, self.states[card], self.today, rating.index()));
        self.answers[card].push(DayAnswer { day: StudyDay(self.today as i32), rating, seconds: seconds as f32 });
    }

    fn believed(&mut self) -> f64 {
        if self.kind == (Kind::Gain { fitted: true }) {
            self.refit();
        }
        let recall = |(state, last): (State, usize)| self.memory.recall((self.days - last) as f64, state.stability);
        self.states.iter().map(|state| state.map_or(0.0, recall)).sum::<f64>() / self.states.len() as f64
    }
}
