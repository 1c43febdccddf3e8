//! The course of a session: what comes next, what comes back, how far it is.

use super::queue::Queue;
use crate::model::{CardId, CardPhase, CardState, Due, Timestamp};
use std::collections::VecDeque;

/// A card in short steps is shown this much early when nothing else is left, as Anki's "learn ahead limit" does.
pub const LEARN_AHEAD_SECONDS: i64 = 20 * 60;

/// What a session has to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// This card.
    Card(CardId),
    /// Nothing now; a short step is due at that instant.
    Later(Timestamp),
    /// Nothing more.
    Finished,
}

/// A session under way. It holds no facts: it can be built again from them at any time.
#[derive(Debug, Clone, Default)]
pub struct Session {
    main: VecDeque<(CardId, bool)>,
    learning: Vec<(Timestamp, CardId)>,
    /// The card shown, and whether it is new.
    current: Option<(CardId, bool)>,
    new_left: usize,
    answered: usize,
}

impl Session {
    /// Starts a session over a queue, given the id of each of its numbers.
    pub fn new(queue: &Queue, id: impl Fn(usize) -> Option<CardId>, is_new: impl Fn(usize) -> bool) -> Self {
        let main: VecDeque<_> = queue.main.iter().filter_map(|index| Some((id(*index)?, is_new(*index)))).collect();
        let learning = queue.learning.iter().filter_map(|(at, index)| Some((*at, id(*index)?))).collect();
        let new_left = main.iter().filter(|(_, is_new)| *is_new).count();
        Self { main, learning, current: None, new_left, answered: 0 }
    }

    /// The card now shown, or the next one: a short step that is due, else the queue, else a step a little early.
    pub fn next(&mut self, now: Timestamp) -> Next {
        if let Some((card, _)) = &self.current {
            return Next::Card(card.clone());
        }
        if let Some(card) = self.take_learning(now) {
            return self.show(card, false);
        }
        if let Some((card, is_new)) = self.main.pop_front() {
            self.new_left -= usize::from(is_new);
            return self.show(card, is_new);
        }
        if let Some(card) = self.take_learning(now.plus_seconds(LEARN_AHEAD_SECONDS)) {
            return self.show(card, false);
        }
        match self.learning.iter().map(|(at, _)| *at).min() {
            Some(at) => Next::Later(at),
            None => Next::Finished,
        }
    }

    fn show(&mut self, card: CardId, is_new: bool) -> Next {
        self.current = Some((card.clone(), is_new));
        Next::Card(card)
    }

    fn take_learning(&mut self, until: Timestamp) -> Option<CardId> {
        let (index, (at, _)) = self.learning.iter().enumerate().min_by_key(|(_, (at, _))| *at)?;
        (*at <= until).then(|| self.learning.swap_remove(index).1)
    }

    /// Moves on after an answer was committed: a card in short steps comes back, any other is done for today.
    pub fn advance(&mut self, card: &CardId, after: &CardState) {
        if self.current.as_ref().is_some_and(|(shown, _)| shown == card) {
            self.current = None;
        }
        self.answered += 1;
        if let (CardPhase::Learning | CardPhase::Relearning, Some(Due::At(at))) = (after.phase, after.due) {
            self.learning.push((at, card.clone()));
        }
    }

    /// Takes a card out without an answer: it was suspended, buried or deleted.
    pub fn drop_card(&mut self, card: &CardId) {
        if self.current.as_ref().is_some_and(|(shown, _)| shown == card) {
            self.current = None;
        }
        let removed_new = self.main.iter().filter(|(id, is_new)| id == card && *is_new).count();
        self.new_left -= removed_new;
        self.main.retain(|(id, _)| id != card);
        self.learning.retain(|(_, id)| id != card);
    }

    /// Shows a card again at once: its answer was taken back.
    pub fn put_back(&mut self, card: CardId, is_new: bool) {
        self.drop_card(&card);
        if let Some((shown, shown_is_new)) = self.current.take() {
            self.new_left += usize::from(shown_is_new);
            self.main.push_front((shown, shown_is_new));
        }
        self.current = Some((card, is_new));
    }

    /// Counts an answer less: it was taken back.
    pub fn unanswer(&mut self) {
        self.answered = self.answered.saturating_sub(1);
    }

    /// Cards left: new, in short steps, to review. The card now shown counts by `current`.
    pub fn counts(&self, current: Option<CardPhase>) -> (usize, usize, usize) {
        let (new, learning, review) = (self.new_left, self.learning.len(), self.main.len() - self.new_left);
        match current {
            Some(CardPhase::New) => (new + 1, learning, review),
            Some(CardPhase::Learning | CardPhase::Relearning) => (new, learning + 1, review),
            Some(CardPhase::Review) => (new, learning, review + 1),
            None => (new, learning, review),
        }
    }

    /// How far it is, 0 to 1.
    pub fn progress(&self) -> f32 {
        let left = self.main.len() + self.learning.len() + usize::from(self.current.is_some());
        if left == 0 { 1.0 } else { self.answered as f32 / (self.answered + left) as f32 }
    }

    /// Answers given in it.
    pub fn answered(&self) -> usize {
        self.answered
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(index: usize) -> Option<CardId> {
        CardId::parse(&format!("d/n{index}/front")).ok()
    }

    fn session(cards: usize) -> Session {
        Session::new(&Queue { main: (0..cards).collect(), new_count: cards, ..Queue::default() }, id, |_| true)
    }

    fn in_step(at: i64) -> CardState {
        CardState { phase: CardPhase::Learning, due: Some(Due::At(Timestamp(at))), ..CardState::default() }
    }

    fn done() -> CardState {
        CardState { phase: CardPhase::Review, ..CardState::default() }
    }

    #[test]
    fn a_step_comes_back_when_due_and_early_when_nothing_else_is_left() {
        let mut session = session(2);
        let first = id(0).expect("an id");
        assert_eq!(session.next(Timestamp(0)), Next::Card(first.clone()));
        session.advance(&first, &in_step(60_000));
        let second = id(1).expect("an id");
        assert_eq!(session.next(Timestamp(1_000)), Next::Card(second.clone()), "the queue comes before an early step");
        session.advance(&second, &done());
        assert_eq!(session.next(Timestamp(2_000)), Next::Card(first.clone()), "a minute early is early enough");
        session.advance(&first, &in_step(3 * 3_600_000));
        assert_eq!(session.next(Timestamp(3_000)), Next::Later(Timestamp(3 * 3_600_000)));
        assert_eq!(session.answered(), 3);
    }

    #[test]
    fn undo_shows_the_card_at_once_and_keeps_the_one_that_was_shown() {
        let mut session = session(3);
        let (first, second) = (id(0).expect("an id"), id(1).expect("an id"));
        session.next(Timestamp(0));
        session.advance(&first, &done());
        session.next(Timestamp(0));
        session.put_back(first.clone(), true);
        assert_eq!(session.next(Timestamp(0)), Next::Card(first.clone()));
        session.advance(&first, &done());
        assert_eq!(session.next(Timestamp(0)), Next::Card(second));
    }

    proptest! {
        /// Against a plain model: whatever is answered, dropped or taken back, each card is shown until it is done, and the
        /// session ends exactly when nothing is left.
        #[test]
        fn no_card_is_lost_and_none_comes_twice(moves in proptest::collection::vec(0_u8..4, 1..60)) {
            let mut session = session(8);
            let mut open: std::collections::BTreeSet<CardId> = (0..8).filter_map(id).collect();
            let mut finished: Vec<CardId> = Vec::new();
            for (turn, action) in moves.into_iter().enumerate() {
                let now = Timestamp(turn as i64 * 1_000);
                let Next::Card(card) = session.next(now) else {
                    prop_assert!(open.is_empty());
                    break;
                };
                prop_assert!(open.contains(&card), "{card} was done already");
                match action {
                    0 => session.advance(&card, &in_step(now.0 + 60_000)),
                    1 => { session.advance(&card, &done()); open.remove(&card); finished.push(card); }
                    2 => { session.drop_card(&card); open.remove(&card); }
                    _ => if let Some(back) = finished.pop() { session.put_back(back.clone(), true); open.insert(back); },
                }
                let (new, learning, review) = session.counts(None);
                prop_assert!(new + learning + review <= open.len());
            }
            let mut guard = 0;
            while let Next::Card(card) = session.next(Timestamp(1_000_000_000)) {
                session.advance(&card, &done());
                prop_assert!(open.remove(&card));
                guard += 1;
                prop_assert!(guard < 100);
            }
            prop_assert!(open.is_empty(), "left behind: {open:?}");
        }
    }
}
