//! One attempt as a state machine. What a learner asks for is first planned into events, which the caller commits, and only then
//! applied; folding the committed events gives the same state again.

mod item;
#[cfg(test)]
mod tests;

pub use item::{ItemState, fits, max_choices};

use super::adaptive::{self, Ability, Decision};
use crate::model::{Confidence, Driver, EndReason, ExamEvent, ExamFact, Moment, Question, Response, SittingStart};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

/// Where an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The page before the clock starts.
    Tutorial,
    /// The clock runs.
    Running,
    /// The clock stands still; questions are covered.
    Paused,
    /// Over.
    Ended(EndReason),
}

/// Something a learner asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Start the clock.
    Begin,
    /// The question after this one.
    Next,
    /// The question before this one.
    Previous,
    /// A question by its place.
    GoTo(usize),
    /// Leave the section for good.
    NextSection,
    /// This is the answer to the question shown; none takes it away.
    Respond(Option<Response>),
    /// Strike an option through, or not any more. By the author's number.
    Strike(usize),
    /// These stretches of the stem are highlighted.
    Highlight(Vec<(u32, u32)>),
    /// A note to oneself on the question shown.
    Note(String),
    /// Flag the question shown, or a place, or not any more.
    Flag(usize),
    /// How sure the learner is.
    Confidence(Confidence),
    /// Show the reasons, which fixes the answer.
    Check,
    /// Stop the clock.
    Pause,
    /// Let it go on.
    Resume,
    /// The machine slept or the program was closed for so many milliseconds.
    Away(i64),
    /// Count the time away as a pause.
    Forgive,
    /// End it.
    End,
}

/// Why something is not done. Nothing changes then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It has not begun, or has begun already.
    #[error("the exam has not begun")]
    NotRunning,
    /// It is over.
    #[error("the exam is over")]
    Over,
    /// The clock stands still.
    #[error("the exam is paused")]
    Paused,
    /// The rules do not let one go there.
    #[error("this exam does not let you go back")]
    NoWayThere,
    /// There is no such question, option or part.
    #[error("there is no such question or option")]
    NotThere,
    /// More options than the question has keys.
    #[error("choose no more than the question asks for; take one away first")]
    TooMany,
    /// The exam goes on only with an answer.
    #[error("this exam goes on only with an answer")]
    AnswerFirst,
    /// The reasons were shown.
    #[error("the reasons were shown, so the answer stays")]
    Fixed,
    /// These rules have no pause, no reasons or no such question to the learner.
    #[error("the rules of this attempt do not have that")]
    NotInTheRules,
}

/// Time that passed unseen: asleep, closed, paused; or a clock that was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// The machine slept or the program was closed, and the clock went on.
    Away(i64),
    /// The same, counted as a pause by the learner.
    Forgiven(i64),
    /// A pause.
    Paused(i64),
    /// The wall clock was set by so much; no time was given or taken.
    ClockSet(i64),
}

/// Setting a clock by less than this is drift, not news.
const NEWS_MILLIS: i64 = 2_000;

/// An attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct Sitting {
    start: SittingStart,
    questions: Vec<Option<Question>>,
    items: Vec<ItemState>,
    stage: Stage,
    current: usize,
    /// Places in the order they were first shown.
    path: Vec<usize>,
    /// Milliseconds used, as of `last`.
    used: i64,
    last: Option<Moment>,
    gaps: Vec<Gap>,
    /// The question on the screen during the last time away, whose time that was.
    away_at: usize,
}

impl Sitting {
    /// An attempt that has not begun. `questions` stand beside the form's items; one is missing where its text was lost.
    pub fn new(start: SittingStart, questions: Vec<Option<Question>>) -> Self {
        let items = vec![ItemState::default(); start.form.items.len()];
        Self {
            start,
            questions,
            items,
            stage: Stage::Tutorial,
            current: 0,
            path: Vec::new(),
            used: 0,
            last: None,
            gaps: Vec::new(),
            away_at: 0,
        }
    }

    /// Folds what happened. An event that the rules do not allow, which no version of the program writes, is passed over.
    pub fn replay(&mut self, facts: &[ExamFact]) {
        for fact in facts {
            self.apply(&fact.event, &fact.moment).ok();
        }
    }

    /// What was asked, and the rules.
    pub fn start(&self) -> &SittingStart {
        &self.start
    }

    /// Where it stands.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Ended(_))
    }

    /// The place of the question shown.
    pub fn current(&self) -> usize {
        self.current
    }

    /// Places in the order they were first shown.
    pub fn path(&self) -> &[usize] {
        &self.path
    }

    /// Every question's state, by place.
    pub fn items(&self) -> &[ItemState] {
        &self.items
    }

    /// A question by place.
    pub fn question(&self, place: usize) -> Option<&Question> {
        self.questions.get(place)?.as_ref()
    }

    /// Whether it is adaptive: the form is then a pool.
    pub fn is_adaptive(&self) -> bool {
        matches!(self.start.rules.driver, Driver::Adaptive { .. })
    }

    /// Time that passed unseen.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// Milliseconds used up to a moment.
    pub fn used_at(&self, moment: &Moment) -> i64 {
        let running = if self.stage == Stage::Running { self.last.map_or(0, |last| moment.millis_since(&last)) } else { 0 };
        self.used.saturating_add(running)
    }

    /// Milliseconds left at a moment, never negative; none without a clock.
    pub fn left_at(&self, moment: &Moment) -> Option<i64> {
        self.start.rules.limit_millis.map(|limit| (limit - self.used_at(moment)).max(0))
    }

    /// Whether the time is up at a moment and the attempt should be ended.
    pub fn is_up(&self, moment: &Moment) -> bool {
        self.stage == Stage::Running && self.left_at(moment) == Some(0)
    }

    /// Places that can be seen at once: all of them, those of the section, or the one shown.
    pub fn open_places(&self) -> std::ops::Range<usize> {
        match self.start.rules.driver {
            Driver::Linear => 0..self.items.len(),
            Driver::Sectioned(_) => {
                let section = self.section_of(self.current);
                let first = (0..self.items.len()).find(|place| self.section_of(*place) == section).unwrap_or(0);
                let count = (0..self.items.len()).filter(|place| self.section_of(*place) == section).count();
                first..first + count
            }
            Driver::ForwardOnly | Driver::Adaptive { .. } => self.current..self.current.saturating_add(1).min(self.items.len()),
        }
    }

    /// The section a place stands in.
    pub fn section_of(&self, place: usize) -> usize {
        self.start.form.items.get(place).map_or(0, |item| item.section)
    }

    /// Whether there is a section after the one shown.
    pub fn has_next_section(&self) -> bool {
        matches!(self.start.rules.driver, Driver::Sectioned(_)) && self.open_places().end < self.items.len()
    }

    /// Whether the driver lets one go back.
    pub fn goes_back(&self) -> bool {
        matches!(self.start.rules.driver, Driver::Linear | Driver::Sectioned(_))
    }

    /// Answered places among those that can be seen, or that were seen in an exam without a way back.
    pub fn answered(&self) -> usize {
        self.items.iter().filter(|item| item.is_answered()).count()
    }

    /// Turns a wish into the event to be committed.
    pub fn plan(&self, act: &Act, moment: &Moment) -> Result<ExamEvent, Refusal> {
        if self.is_up(moment) {
            return Ok(ExamEvent::End(EndReason::TimeUp));
        }
        let place = self.current;
        let event = match act {
            Act::Begin => ExamEvent::Begin(self.first()),
            Act::Next => self.next_event()?,
            Act::Previous => ExamEvent::Enter(place.checked_sub(1).ok_or(Refusal::NotThere)?),
            Act::GoTo(to) => ExamEvent::Enter(*to),
            Act::NextSection if self.has_next_section() => ExamEvent::Enter(self.open_places().end),
            Act::NextSection => return Err(Refusal::NotThere),
            Act::Respond(response) => ExamEvent::Respond(place, response.clone().filter(|response| !response.is_empty())),
            Act::Strike(option) => {
                let on = self.items.get(place).is_some_and(|item| !item.struck.contains(option));
                ExamEvent::Strike(place, *option, on)
            }
            Act::Highlight(ranges) => ExamEvent::Highlight(place, ranges.clone()),
            Act::Note(words) => ExamEvent::Note(place, words.clone()),
            Act::Flag(at) => ExamEvent::Flag(*at, self.items.get(*at).is_some_and(|item| !item.flagged)),
            Act::Confidence(confidence) => ExamEvent::Confidence(place, *confidence),
            Act::Check => ExamEvent::Check(place),
            Act::Pause => ExamEvent::Pause,
            Act::Resume => ExamEvent::Resume,
            Act::Away(millis) => ExamEvent::Away(*millis),
            Act::Forgive => ExamEvent::Forgive(self.forgivable().ok_or(Refusal::NotInTheRules)?),
            Act::End => ExamEvent::End(EndReason::Submitted),
        };
        self.allowed(&event).map(|()| event)
    }

    /// Milliseconds away that the rules let the learner count as a pause: the last gap, if it was not counted yet.
    pub fn forgivable(&self) -> Option<i64> {
        match self.gaps.get(self.last_gap()?) {
            Some(Gap::Away(millis)) if !self.start.rules.strict && !self.is_over() => Some(*millis),
            _ => None,
        }
    }

    /// The last time that passed unseen; a clock that was set is none.
    fn last_gap(&self) -> Option<usize> {
        self.gaps.iter().rposition(|gap| !matches!(gap, Gap::ClockSet(_)))
    }

    fn allowed(&self, event: &ExamEvent) -> Result<(), Refusal> {
        if let ExamEvent::Cause(place, _) = event {
            return if self.is_over() && *place < self.items.len() { Ok(()) } else { Err(Refusal::NotThere) };
        }
        match (self.stage, event) {
            (Stage::Ended(_), _) => return Err(Refusal::Over),
            (Stage::Tutorial, ExamEvent::Begin(place)) => {
                return if *place < self.items.len() { Ok(()) } else { Err(Refusal::NotThere) };
            }
            (Stage::Tutorial, _) | (_, ExamEvent::Begin(_)) | (Stage::Running, ExamEvent::Resume) => return Err(Refusal::NotRunning),
            (Stage::Paused, ExamEvent::Resume | ExamEvent::End(_) | ExamEvent::Away(_)) => return Ok(()),
            (Stage::Paused, _) => return Err(Refusal::Paused),
            (Stage::Running, _) => {}
        }
        let rules = &self.start.rules;
        match event {
            ExamEvent::Enter(to) => self.can_enter(*to),
            ExamEvent::Respond(place, response) => self.can_respond(*place, response.as_ref()),
            ExamEvent::Strike(place, option, _) => {
                let there = self.question(*place).is_some_and(|question| item::has_option(question, *option));
                if there && self.can_see(*place) { Ok(()) } else { Err(Refusal::NotThere) }
            }
            ExamEvent::Highlight(place, _) | ExamEvent::Note(place, _) | ExamEvent::Flag(place, _) => {
                if self.can_see(*place) {
                    Ok(())
                } else {
                    Err(Refusal::NotThere)
                }
            }
            ExamEvent::Confidence(place, _) if !rules.ask_confidence || !self.can_see(*place) => Err(Refusal::NotInTheRules),
            ExamEvent::Check(place) if !rules.reasons_at_once || *place != self.current => Err(Refusal::NotInTheRules),
            ExamEvent::Pause if rules.strict => Err(Refusal::NotInTheRules),
            ExamEvent::Forgive(millis) if self.forgivable() != Some(*millis) => Err(Refusal::NotInTheRules),
            _ => Ok(()),
        }
    }

    fn can_see(&self, place: usize) -> bool {
        self.open_places().contains(&place)
    }

    fn can_enter(&self, to: usize) -> Result<(), Refusal> {
        if to >= self.items.len() {
            return Err(Refusal::NotThere);
        }
        match self.start.rules.driver {
            Driver::Linear => Ok(()),
            Driver::Sectioned(_) if self.can_see(to) || (self.has_next_section() && to == self.open_places().end) => Ok(()),
            Driver::ForwardOnly if to == self.current + 1 => Ok(()),
            Driver::Adaptive { .. } if self.items.get(to).is_some_and(|item| !item.visited) => {
                if self.items.get(self.current).is_some_and(ItemState::is_answered) { Ok(()) } else { Err(Refusal::AnswerFirst) }
            }
            _ => Err(Refusal::NoWayThere),
        }
    }

    fn can_respond(&self, place: usize, response: Option<&Response>) -> Result<(), Refusal> {
        let Some(question) = self.question(place).filter(|_| place == self.current) else { return Err(Refusal::NotThere) };
        if self.items.get(place).is_some_and(|item| item.checked) {
            return Err(Refusal::Fixed);
        }
        response.map_or(Ok(()), |response| fits(question, response))
    }

    /// Carries an event out. Refused events change nothing but the clock, which the moment moves all the same.
    pub fn apply(&mut self, event: &ExamEvent, moment: &Moment) -> Result<(), Refusal> {
        let passed = self.last.map_or(0, |last| moment.millis_since(&last));
        if !matches!(event, ExamEvent::Cause(..)) {
            self.advance(moment);
        }
        // At the limit everything but the end comes too late.
        if self.stage == Stage::Running && self.left_at(moment) == Some(0) {
            self.end(EndReason::TimeUp);
            return if matches!(event, ExamEvent::End(EndReason::TimeUp)) { Ok(()) } else { Err(Refusal::Over) };
        }
        self.allowed(event)?;
        match event {
            ExamEvent::Begin(place) => {
                self.stage = Stage::Running;
                self.enter(*place);
            }
            ExamEvent::Enter(place) => {
                self.settle();
                self.enter(*place);
            }
            ExamEvent::Pause => self.stage = Stage::Paused,
            ExamEvent::Resume => {
                self.stage = Stage::Running;
                self.gaps.push(Gap::Paused(passed));
            }
            ExamEvent::Away(millis) => {
                self.gaps.push(Gap::Away((*millis).clamp(0, passed)));
                self.away_at = self.current;
            }
            ExamEvent::Forgive(millis) => self.forgive(*millis),
            ExamEvent::End(reason) => self.end(*reason),
            ExamEvent::Respond(place, _)
            | ExamEvent::Strike(place, ..)
            | ExamEvent::Highlight(place, _)
            | ExamEvent::Note(place, _)
            | ExamEvent::Flag(place, _)
            | ExamEvent::Confidence(place, _)
            | ExamEvent::Check(place)
            | ExamEvent::Cause(place, _) => {
                if let Some(item) = self.items.get_mut(*place) {
                    item.apply(event);
                }
            }
        }
        Ok(())
    }

    /// Lets the time up to a moment pass: it is used, and belongs to the question shown.
    fn advance(&mut self, moment: &Moment) {
        if self.is_over() {
            return;
        }
        if let Some(last) = self.last {
            if let Some(set) = moment.clock_set_since(&last).filter(|set| set.abs() > NEWS_MILLIS) {
                self.gaps.push(Gap::ClockSet(set));
            }
            if self.stage == Stage::Running {
                let room = self.start.rules.limit_millis.map_or(i64::MAX, |limit| (limit - self.used).max(0));
                let passed = moment.millis_since(&last).min(room);
                self.used = self.used.saturating_add(passed);
                if let Some(item) = self.items.get_mut(self.current) {
                    item.taken_millis = item.taken_millis.saturating_add(passed);
                }
            }
        }
        self.last = Some(*moment);
    }

    fn enter(&mut self, place: usize) {
        self.current = place;
        if let Some(item) = self.items.get_mut(place)
            && !std::mem::replace(&mut item.visited, true)
        {
            self.path.push(place);
        }
    }

    /// Leaving a question settles its answer: what comes back later changed it.
    fn settle(&mut self) {
        if let Some(item) = self.items.get_mut(self.current) {
            item.settle();
        }
    }

    fn end(&mut self, reason: EndReason) {
        self.settle();
        self.stage = Stage::Ended(reason);
    }

    fn forgive(&mut self, millis: i64) {
        if let Some(gap) = self.last_gap().and_then(|index| self.gaps.get_mut(index)) {
            *gap = Gap::Forgiven(millis);
        }
        self.used = (self.used - millis).max(0);
        if let Some(item) = self.items.get_mut(self.away_at) {
            item.taken_millis = (item.taken_millis - millis).max(0);
        }
    }

    fn first(&self) -> usize {
        if self.is_adaptive() { self.choose_next(Ability { theta: 0.0, standard_error: f64::INFINITY }).unwrap_or(0) } else { 0 }
    }

    /// What "next" leads to: another question, or the end of an adaptive exam that knows enough.
    fn next_event(&self) -> Result<ExamEvent, Refusal> {
        if !self.is_adaptive() {
            return Ok(ExamEvent::Enter(self.current + 1));
        }
        if !self.items.get(self.current).is_some_and(ItemState::is_answered) {
            return Err(Refusal::AnswerFirst);
        }
        let ability = self.ability();
        let next = self.choose_next(ability);
        match adaptive::decide(&self.start.rules.driver, ability, self.scored_answers().count() as u32, next.is_some()) {
            Decision::Stop(_) => Ok(ExamEvent::End(EndReason::Decided)),
            Decision::GoOn => next.map_or(Ok(ExamEvent::End(EndReason::Decided)), |place| Ok(ExamEvent::Enter(place))),
        }
    }

    /// Difficulty and correctness of every counted answer so far.
    fn scored_answers(&self) -> impl Iterator<Item = (f64, bool)> + '_ {
        self.path.iter().filter_map(|place| {
            let form = self.start.form.items.get(*place).filter(|form| form.scored)?;
            let response = self.items.get(*place)?.response.as_ref()?;
            let right = super::score::credit(self.question(*place)?, response, false) >= 1.0;
            Some((adaptive::difficulty(form.expect), right))
        })
    }

    /// The ability that the answers so far speak for.
    pub fn ability(&self) -> Ability {
        adaptive::estimate(&self.scored_answers().collect::<Vec<_>>())
    }

    /// The next question of an adaptive exam. Unscored questions are mixed in among the first, evenly.
    fn choose_next(&self, ability: Ability) -> Option<usize> {
        let Driver::Adaptive { min, .. } = self.start.rules.driver else { return None };
        let form = &self.start.form;
        let open = |scored: bool| {
            let places = form.items.iter().zip(&self.items).enumerate();
            places.filter(move |(_, (item, state))| !state.visited && item.scored == scored)
        };
        let mut rng = ChaCha8Rng::seed_from_u64(form.seed.wrapping_add(self.path.len() as u64));
        let pilots = form.items.iter().filter(|item| !item.scored).count();
        let shown = form.items.iter().zip(&self.items).filter(|(item, state)| state.visited && !item.scored).count();
        let due = (self.path.len() + 1) * pilots / (min as usize + pilots).max(1);
        let scored = shown >= due || open(false).next().is_none();
        let candidates: Vec<adaptive::Choice> = open(scored)
            .map(|(place, (item, _))| adaptive::Choice { place, domain: item.domain, difficulty: adaptive::difficulty(item.expect) })
            .collect();
        let shares = super::assemble::shares(&form.domains.iter().map(|domain| domain.weight).collect::<Vec<_>>());
        let mut asked = vec![0; form.domains.len()];
        for item in self.path.iter().filter_map(|place| form.items.get(*place)).filter(|item| item.scored == scored) {
            if let Some(count) = asked.get_mut(item.domain) {
                *count += 1;
            }
        }
        adaptive::next(&candidates, ability.theta, &asked, &shares, &mut rng)
    }
}

/// The warnings of the test centre: so many minutes are left. The one that is crossed between two readings of the time left, in
/// milliseconds; none if there is none, or if the whole exam is not longer than that.
pub fn warning(limit: i64, before: i64, after: i64) -> Option<i64> {
    [5, 15, 30].into_iter().find(|minutes| {
        let mark = minutes * 60_000;
        limit > mark && before > mark && after <= mark
    })
}
