//! Studying: a session, its cards, the answers.

use super::exam::draws_any;
use super::{CardEntry, Collection, Error};
use crate::engine::query::{self, Query};
use crate::engine::scheduler::{SCHEDULER_VERSION, apply_mark};
use crate::engine::study::answer::presentation;
use crate::engine::study::{Candidate, Limits, Next, Queue, Response, Session, Verdict, build, follow, judge, propose};
use crate::model::time::interval_words;
use crate::model::{
    Answer, CardId, CardKind, CardPhase, CardState, DeckId, DomainId, Due, FactBody, MarkKind, Now, Rating, Review, StudyDay, Timestamp,
    id::fnv1a,
};
use crate::store::ReviewSums;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// What a session is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Today's plan: what is due and some new cards, within the minutes of the day.
    Today,
    /// Ten minutes beyond the plan.
    More,
    /// What is due and new in a deck.
    Deck(DeckId),
    /// What is due and new in a domain of a deck.
    Domain(DeckId, DomainId),
    /// What is due and new among the cards a search finds.
    Search(String),
    /// Cards that are not due yet, soonest first, among those a search finds.
    Ahead(String),
    /// These cards, due or not: what was missed in a mock exam.
    Cards(Vec<CardId>),
}

/// How far the card on the screen is.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// The question.
    Asked,
    /// The answer of a card that is recalled.
    Revealed,
    /// The verdict on a question, with the rating proposed.
    Judged {
        /// What the learner did.
        response: Response,
        /// How right it was.
        verdict: Verdict,
        /// The rating proposed; the learner may choose another.
        proposed: Rating,
    },
}

/// The card on the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Which card.
    pub card: CardId,
    /// The order in which options, steps or right sides are shown.
    pub order: Vec<usize>,
    /// How far it is.
    pub stage: Stage,
    /// Answers it had when it was shown: a rating is for this showing and no other.
    reps: u32,
    /// Hash of its text as it is shown.
    text_hash: u64,
    since: Duration,
    taken_millis: Option<u32>,
}

/// What was done in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Answers.
    pub answered: u32,
    /// Answers other than Again.
    pub passed: u32,
    /// New cards begun.
    pub new_cards: u32,
    /// Milliseconds spent.
    pub taken_millis: u64,
}

/// What undo took back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// In words: "Good on …".
    pub description: String,
    /// The card.
    pub card: CardId,
    /// Whether an answer was taken back, which brings the card up again.
    pub was_answer: bool,
}

/// A session under way.
pub(super) struct Study {
    scope: Scope,
    /// The study day it was begun on: another day has another plan.
    day: StudyDay,
    pub(super) session: Session,
    pub(super) shown: Option<Shown>,
    waiting: Option<Timestamp>,
    pub(super) summary: Summary,
}

/// Seconds a card is likely to take before anything is known of the learner.
fn usual_seconds(kind: CardKind) -> f32 {
    match kind {
        CardKind::Basic | CardKind::Cloze => 12.0,
        CardKind::Choice | CardKind::Typed => 25.0,
        CardKind::Order | CardKind::Match => 40.0,
    }
}

/// Nobody reads and answers a card faster than this, whatever the sums say.
const LEAST_MILLIS: u32 = 2_000;

/// Answers of a kind before the learner's own pace counts.
const PACE_EVIDENCE: u64 = 5;

impl Collection {
    /// The learner's usual time for a kind of card, in milliseconds.
    pub fn usual_millis(&self, kind: CardKind) -> u32 {
        match self.paces.get(&kind) {
            Some((passed, taken)) if *passed >= PACE_EVIDENCE => u32::try_from(taken / passed).unwrap_or(u32::MAX).max(LEAST_MILLIS),
            _ => (usual_seconds(kind) * 1000.0) as u32,
        }
    }

    fn seconds_for(&self, entry: &CardEntry) -> f32 {
        let usual = self.usual_millis(entry.kind) as f32 / 1000.0;
        // A new card comes back in its short steps the same day.
        if entry.state.phase == CardPhase::New { usual * 2.0 } else { usual }
    }

    fn scope_query(scope: &Scope) -> Result<Query, Error> {
        let text = match scope {
            Scope::Today | Scope::More | Scope::Cards(_) => String::new(),
            Scope::Deck(deck) => format!("deck:{deck}"),
            Scope::Domain(deck, domain) => format!("deck:{deck} domain:{domain}"),
            Scope::Search(text) | Scope::Ahead(text) => text.clone(),
        };
        Ok(query::parse(&text)?)
    }

    /// The cards a session of this scope would bring, by their place among all cards.
    pub(super) fn queue(&self, scope: &Scope) -> Result<Queue, Error> {
        let (now, today) = (self.now(), self.today());
        let query = Self::scope_query(scope)?;
        let chosen: Option<HashSet<&CardId>> = match scope {
            Scope::Cards(cards) => Some(cards.iter().collect()),
            _ => None,
        };
        let morning = today.start(now.offset, self.policy().rollover_hour);
        let target = self.target_exam();
        let on_target = |entry: &CardEntry| target.as_deref().is_some_and(|exam| draws_any(exam, entry));
        let candidates: Vec<Candidate<'_>> = (self.cards.search(&query, &self.looking()))
            .filter(|(_, entry)| match &chosen {
                Some(chosen) => chosen.contains(&entry.id),
                // What was said to be known today is asked on another day.
                None => !(entry.state.claimed && entry.state.changed_at.is_some_and(|at| at >= morning)),
            })
            .map(|(index, entry)| Candidate {
                index,
                note: entry.note_number,
                deck: entry.deck_number,
                state: &entry.state,
                seconds: self.seconds_for(entry),
                on_target: entry.state.phase == CardPhase::New && on_target(entry),
            })
            .collect();
        let done = self.done_on(today)?;
        let new_left = u64::from(self.settings.new_cards_a_day).saturating_sub(u64::from(done.new_cards));
        let minutes_left = self.minutes_on(today.date()) as f32 - done.taken_millis as f32 / 60_000.0;
        let new_cards = usize::try_from(new_left).unwrap_or(usize::MAX);
        let limits = match scope {
            Scope::Today => Limits { new_cards, seconds: Some(minutes_left.max(0.0) * 60.0), ahead: 0 },
            Scope::More => Limits { new_cards: new_cards.max(10), seconds: Some(600.0), ahead: 0 },
            Scope::Deck(_) | Scope::Domain(..) | Scope::Search(_) => Limits { new_cards: new_cards.max(10), seconds: None, ahead: 0 },
            Scope::Ahead(_) => Limits { new_cards: 0, seconds: None, ahead: 50 },
            Scope::Cards(cards) => Limits { new_cards: cards.len(), seconds: None, ahead: cards.len() },
        };
        if let (Some((order, seconds)), Scope::Today | Scope::More) = (self.planned_order(), scope) {
            return Ok(self.follow_plan(order, seconds, &candidates, limits.seconds));
        }
        // The order is fixed for a day, so that a session can be left and taken up again.
        let mut rng = ChaCha8Rng::seed_from_u64(fnv1a(format!("{today}").as_bytes()));
        Ok(build(&candidates, now, self.policy().rollover_hour, limits, &mut rng))
    }

    /// The cards of the exam, in the order of its plan.
    fn follow_plan(&self, order: &[CardId], seconds: &HashMap<CardId, f32>, all: &[Candidate<'_>], time: Option<f32>) -> Queue {
        let cards = self.cards.all();
        let by_index: HashMap<usize, &Candidate<'_>> = all.iter().map(|candidate| (candidate.index, candidate)).collect();
        let order: Vec<Candidate<'_>> = (order.iter())
            .filter_map(|id| {
                let candidate = by_index.get(&self.cards.index(id)?)?;
                let seconds = seconds.get(&cards.get(candidate.index)?.id).copied().unwrap_or(candidate.seconds);
                Some(Candidate { seconds, ..**candidate })
            })
            .collect();
        follow(&order, all, self.now(), self.policy().rollover_hour, time)
    }

    /// Starts a session, or takes up the one of the same scope.
    pub fn start_study(&mut self, scope: Scope) -> Result<(), Error> {
        let today = self.today();
        let goes_on = |study: &Study| study.scope == scope && study.day == today && (study.shown.is_some() || study.waiting.is_some());
        if self.study.as_ref().is_some_and(goes_on) {
            return Ok(());
        }
        // The window has a job for this; where a plan fails cards come when they are due.
        if matches!(scope, Scope::Today | Scope::More) && self.is_planning() {
            drop(self.plan_now());
        }
        let queue = self.queue(&scope)?;
        let cards = self.cards.all();
        let session = Session::new(
            &queue,
            |index| cards.get(index).map(|entry| entry.id.clone()),
            |index| cards.get(index).is_some_and(|entry| entry.state.phase == CardPhase::New),
        );
        self.study = Some(Study { scope, day: today, session, shown: None, waiting: None, summary: Summary::default() });
        self.show_next();
        Ok(())
    }

    /// Ends the session; what was answered is committed already.
    pub fn end_study(&mut self) -> Option<Summary> {
        self.study.take().map(|study| study.summary)
    }

    /// The session's scope, if one is under way.
    pub fn study_scope(&self) -> Option<&Scope> {
        self.study.as_ref().map(|study| &study.scope)
    }

    /// The card on the screen; none when the session has nothing to show now.
    pub fn shown(&self) -> Option<&Shown> {
        self.study.as_ref()?.shown.as_ref()
    }

    /// When the next short step is due, if that is all that is left.
    pub fn waiting_until(&self) -> Option<Timestamp> {
        self.study.as_ref()?.waiting
    }

    /// What was done in the session.
    pub fn summary(&self) -> Summary {
        self.study.as_ref().map(|study| study.summary).unwrap_or_default()
    }

    /// Cards left, the one on the screen among them: new, in short steps, to review.
    pub fn counts_left(&self) -> (usize, usize, usize) {
        let Some(study) = &self.study else { return (0, 0, 0) };
        let phase = study.shown.as_ref().and_then(|shown| self.cards.get(&shown.card)).map(|entry| entry.state.phase);
        study.session.counts(phase)
    }

    /// How far the session is, 0 to 1.
    pub fn study_progress(&self) -> f32 {
        self.study.as_ref().map_or(0.0, |study| study.session.progress())
    }

    /// Looks for the next card, if none is shown. A short step may have become due in the meantime.
    pub fn show_next(&mut self) {
        let now = self.now();
        let since = self.monotonic();
        let Some(study) = &mut self.study else { return };
        if study.shown.is_some() {
            return;
        }
        study.waiting = None;
        loop {
            match study.session.next(now.at) {
                Next::Card(id) => {
                    let Some(entry) = self.cards.get(&id) else {
                        study.session.drop_card(&id);
                        continue;
                    };
                    let question = entry.card().and_then(|card| card.question());
                    let order = question.map(|question| presentation(question, &mut self.rng)).unwrap_or_default();
                    let reps = entry.state.reps;
                    let text_hash = entry.card().map_or(0, |card| card.text_hash());
                    study.shown = Some(Shown { card: id, order, stage: Stage::Asked, reps, text_hash, since, taken_millis: None });
                    return;
                }
                Next::Later(at) => {
                    study.waiting = Some(at);
                    return;
                }
                Next::Finished => return,
            }
        }
    }

    /// Time spent on the card so far, capped.
    fn taken(&self, shown: &Shown) -> u32 {
        let millis = self.monotonic().saturating_sub(shown.since).as_millis();
        let cap = u128::from(self.settings.cap_seconds) * 1000;
        u32::try_from(millis.min(cap)).unwrap_or(u32::MAX)
    }

    fn set_stage(&mut self, stage: Stage, taken: u32) {
        if let Some(shown) = self.study.as_mut().and_then(|study| study.shown.as_mut()) {
            shown.stage = stage;
            shown.taken_millis = Some(taken);
        }
    }

    /// Shows the answer of a card that is recalled; a question is given up.
    pub fn reveal(&mut self) {
        let Some(shown) = self.shown().cloned() else { return };
        if shown.stage != Stage::Asked {
            return;
        }
        let is_question = self.cards.get(&shown.card).and_then(CardEntry::card).is_some_and(|card| card.question().is_some());
        if is_question {
            self.respond(Response::GaveUp);
        } else {
            let taken = self.taken(&shown);
            self.set_stage(Stage::Revealed, taken);
        }
    }

    /// Judges what the learner did with a question, and proposes a rating. Nothing is written yet.
    pub fn respond(&mut self, response: Response) {
        let Some(shown) = self.shown().cloned() else { return };
        let Some(entry) = self.cards.get(&shown.card) else { return };
        let Some(question) = entry.card().and_then(|card| card.question()) else { return };
        if shown.stage != Stage::Asked {
            return;
        }
        let taken = self.taken(&shown);
        let verdict = judge(question, &response);
        let proposed = propose(verdict, taken, self.usual_millis(entry.kind));
        self.set_stage(Stage::Judged { response, verdict, proposed }, taken);
    }

    /// Chooses another rating than the one proposed, before going on.
    pub fn propose(&mut self, rating: Rating) {
        if let Some(Shown { stage: Stage::Judged { proposed, .. }, .. }) = self.study.as_mut().and_then(|study| study.shown.as_mut()) {
            *proposed = rating;
        }
    }

    /// An instant for a new fact about a card: now, but never before the newest fact there is about it.
    fn instant_for(&self, state: &CardState) -> Now {
        let now = self.now();
        match state.changed_at {
            Some(changed) if changed > now.at => Now { at: changed, ..now },
            _ => now,
        }
    }

    /// What each rating would lead to, in words, in the order of [`Rating::ALL`].
    pub fn previews(&self, card: &CardId) -> Result<[String; 4], Error> {
        let Some(entry) = self.cards.get(card) else { return Ok(Default::default()) };
        let now = self.instant_for(&entry.state);
        let outcomes = self.scheduler().preview(card, &entry.state, now)?;
        Ok(outcomes.map(|outcome| match outcome.due {
            Some(Due::At(at)) => interval_words(at.millis_since(now.at) / 1000),
            Some(Due::Day(day)) => interval_words(i64::from(day.days_since(self.scheduler().day(now))) * 86_400),
            None => String::new(),
        }))
    }

    /// Commits a rating for the card on the screen, and shows the next one. If the commit fails nothing changes: the card stays.
    pub fn answer(&mut self, rating: Rating) -> Result<(), Error> {
        let Some(shown) = self.shown().cloned() else { return Ok(()) };
        let Some(entry) = self.cards.get(&shown.card) else { return Err(Error::user("this card is no longer in its deck")) };
        if entry.state.reps != shown.reps {
            return Err(Error::user("this card was answered in the meantime").hint("leave the session and come back"));
        }
        let before = entry.state.clone();
        let at = self.instant_for(&before);
        let after = self.scheduler().answer(&shown.card, &before, at, rating)?;
        let taken_millis = shown.taken_millis.unwrap_or_else(|| self.taken(&shown));
        let review = Review {
            card: shown.card.clone(),
            rating,
            taken_millis,
            scheduler: SCHEDULER_VERSION,
            policy: self.policies.current_fact(),
            text_hash: entry.card().map_or(0, |card| card.text_hash()),
            kind: entry.kind,
        };
        let (deck, kind) = (shown.card.deck.clone(), entry.kind);
        let sums = ReviewSums { day: self.scheduler().day(at), deck: deck.as_str(), kind, rating, before: before.phase, taken_millis };
        self.store.transact(at, |tx| {
            tx.append(at, &FactBody::Review(review))?;
            tx.put_card(&shown.card, &after)?;
            tx.add_sums(sums, false)
        })?;
        self.planning.push(&shown.card, Answer { at, rating, taken_millis });
        self.accepted(&shown.card, after, sums);
        Ok(())
    }

    /// After a commit: the memory follows what is on disk.
    fn accepted(&mut self, card: &CardId, after: CardState, sums: ReviewSums<'_>) {
        if sums.rating.is_pass() {
            let pace = self.paces.entry(sums.kind).or_default();
            pace.0 += 1;
            pace.1 += u64::from(sums.taken_millis);
        }
        if let Some(study) = &mut self.study {
            study.summary.answered += 1;
            study.summary.passed += u32::from(sums.rating.is_pass());
            study.summary.new_cards += u32::from(sums.before == CardPhase::New);
            study.summary.taken_millis += u64::from(sums.taken_millis);
            study.session.advance(card, &after);
            study.shown = None;
        }
        self.cards.set_state(card, after);
        self.changed();
        self.show_next();
    }

    /// Says something about cards, as one action that can be undone.
    pub fn mark(&mut self, cards: &[CardId], kind: &MarkKind) -> Result<(), Error> {
        let entries: Vec<(CardId, Now, CardState)> = (cards.iter())
            .filter_map(|id| self.cards.get(id))
            .map(|entry| {
                let at = self.instant_for(&entry.state);
                (entry.id.clone(), at, apply_mark(entry.state.clone(), kind, at))
            })
            .collect();
        self.store.transact(self.now(), |tx| {
            for (id, at, state) in &entries {
                tx.append(*at, &FactBody::Mark(id.clone(), kind.clone()))?;
                tx.put_card(id, state)?;
            }
            Ok(())
        })?;
        for (id, _, state) in entries {
            self.cards.set_state(&id, state);
            match kind {
                MarkKind::Suspend | MarkKind::Bury(_) | MarkKind::Claim(true) => self.take_out(&id),
                // Its schedule is another one now: it is asked anew.
                MarkKind::Reset => {
                    self.planning.replace(&id, Vec::new());
                    self.ask_anew(&id);
                }
                MarkKind::SetDue(_) => self.ask_anew(&id),
                _ => {}
            }
        }
        self.planning.evidence += 1;
        self.changed();
        self.show_next();
        Ok(())
    }

    /// All cards of the same note.
    pub fn siblings(&self, card: &CardId) -> Vec<CardId> {
        self.cards.siblings(card).into_iter().map(|entry| entry.id.clone()).collect()
    }

    /// Hides cards until tomorrow.
    pub fn bury(&mut self, cards: &[CardId]) -> Result<(), Error> {
        self.mark(cards, &MarkKind::Bury(self.today().plus_days(1)))
    }

    fn ask_anew(&mut self, card: &CardId) {
        if let Some(study) = self.study.as_mut().filter(|study| study.shown.as_ref().is_some_and(|shown| shown.card == *card)) {
            study.shown = None;
        }
    }

    fn take_out(&mut self, card: &CardId) {
        if let Some(study) = &mut self.study {
            study.session.drop_card(card);
            if study.shown.as_ref().is_some_and(|shown| shown.card == *card) {
                study.shown = None;
            }
        }
    }

    /// After a reload: a card that is gone from its deck is not shown any longer, and one whose text changed is asked anew.
    pub(super) fn drop_vanished_cards(&mut self) {
        let Some((shown, text_hash)) = self.shown().map(|shown| (shown.card.clone(), shown.text_hash)) else { return };
        let now_reads = self.cards.get(&shown).map(|entry| entry.card().map_or(0, |card| card.text_hash()));
        if now_reads == Some(text_hash) {
            return;
        }
        if let Some(study) = &mut self.study {
            if now_reads.is_none() {
                study.session.drop_card(&shown);
            }
            study.shown = None;
        }
        self.show_next();
    }
}

/// What a review adds to the sums.
pub(super) fn review_sums(review: &Review, before: CardPhase, day: crate::model::StudyDay) -> ReviewSums<'_> {
    ReviewSums { day, deck: review.card.deck.as_str(), kind: review.kind, rating: review.rating, before, taken_millis: review.taken_millis }
}

/// At most so many characters, cut at a word.
pub(super) fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", cut.get(..end).unwrap_or(&cut).trim_end())
}
