//! Taking back what was done today: by facts that withdraw facts, and by folding the touched cards again.

use super::study::{Undone, review_sums, shorten};
use super::{CardEntry, Collection, Error};
use crate::engine::scheduler::fold;
use crate::model::{CardId, CardPhase, CardState, Fact, FactBody, FactId, MarkKind, Now, Review};

impl Collection {
    /// Takes back the last action of this study day: an answer, or a mark on one or several cards. None if there is none.
    pub fn undo(&mut self) -> Result<Option<Undone>, Error> {
        let now = self.now();
        let day_start = self.today().start(now.offset, self.policy().rollover_hour);
        let facts = self.store.last_action(day_start)?;
        let Some(first) = facts.first() else { return Ok(None) };
        let mut refolded: Vec<(CardId, CardState)> = Vec::new();
        let withdrawn: Vec<FactId> = facts.iter().map(|fact| fact.id).collect();
        for card in facts.iter().filter_map(fact_card).map(|card| self.cards.now_called(card)) {
            if refolded.iter().any(|(known, _)| *known == card) {
                continue;
            }
            let mut about = self.facts_about(&card)?;
            about.retain(|fact| !withdrawn.contains(&fact.id));
            refolded.push((card.clone(), fold(&about, &self.policies)?));
        }
        let sums: Vec<(Review, Now, CardPhase)> = (facts.iter())
            .filter_map(|fact| match &fact.body {
                FactBody::Review(review) => {
                    let before = refolded
                        .iter()
                        .find(|(id, _)| *id == self.cards.now_called(&review.card))
                        .map_or(CardPhase::New, |(_, state)| state.phase);
                    Some((review.clone(), fact.at, before))
                }
                _ => None,
            })
            .collect();
        let policies = &self.policies;
        self.store.transact(now, |tx| {
            tx.withdraw(&withdrawn)?;
            for (card, state) in &refolded {
                tx.put_card(card, state)?;
            }
            for (review, at, before) in &sums {
                tx.add_sums(review_sums(review, *before, policies.at(review.policy).day(*at)), true)?;
            }
            Ok(())
        })?;
        let undone = self.describe(first);
        let comes_up =
            matches!(&first.body, FactBody::Review(_) | FactBody::Mark(_, MarkKind::Suspend | MarkKind::Bury(_) | MarkKind::Claim(true)));
        self.after_undo(refolded, &sums, comes_up)?;
        Ok(undone)
    }

    fn after_undo(&mut self, refolded: Vec<(CardId, CardState)>, sums: &[(Review, Now, CardPhase)], comes_up: bool) -> Result<(), Error> {
        for (card, _) in &refolded {
            self.reread_answers(card)?;
        }
        for (index, (card, state)) in refolded.into_iter().enumerate() {
            let is_new = state.phase == CardPhase::New;
            self.cards.set_state(&card, state);
            // Of several cards marked together the first comes up again.
            if let Some(study) = self.study.as_mut().filter(|_| comes_up && index == 0 && self.cards.get(&card).is_some()) {
                study.session.put_back(card, is_new);
                study.shown = None;
            }
        }
        if let Some(study) = &mut self.study {
            for (review, _, before) in sums {
                study.session.unanswer();
                let summary = &mut study.summary;
                summary.answered = summary.answered.saturating_sub(1);
                summary.passed = summary.passed.saturating_sub(u32::from(review.rating.is_pass()));
                summary.new_cards = summary.new_cards.saturating_sub(u32::from(*before == CardPhase::New));
                summary.taken_millis = summary.taken_millis.saturating_sub(u64::from(review.taken_millis));
            }
        }
        self.read_paces()?;
        self.changed();
        self.show_next();
        Ok(())
    }

    fn describe(&self, fact: &Fact) -> Option<Undone> {
        let card = self.cards.now_called(fact_card(fact)?);
        let headline =
            self.cards.get(&card).and_then(CardEntry::note).map_or_else(|| card.to_string(), |note| shorten(&note.headline(), 48));
        let (what, was_answer) = match &fact.body {
            FactBody::Review(review) => (review.rating.label(), true),
            FactBody::Mark(_, mark) => (mark_words(mark), false),
            FactBody::Policy(_) | FactBody::Withdrawal(_) => return None,
        };
        Some(Undone { description: format!("{what} on “{headline}”"), card, was_answer })
    }

    /// Facts about a card, those of its note's earlier ids among them.
    pub(super) fn facts_about(&self, card: &CardId) -> Result<Vec<Fact>, Error> {
        let mut facts = self.store.facts_about(card)?;
        let note = self.cards.get(card).and_then(CardEntry::note);
        for old in note.map(|note| note.was.as_slice()).unwrap_or_default() {
            facts.extend(self.store.facts_about(&CardId { note: old.clone(), ..card.clone() })?);
        }
        Ok(facts)
    }
}

fn fact_card(fact: &Fact) -> Option<&CardId> {
    match &fact.body {
        FactBody::Review(review) => Some(&review.card),
        FactBody::Mark(card, _) => Some(card),
        FactBody::Policy(_) | FactBody::Withdrawal(_) => None,
    }
}

fn mark_words(mark: &MarkKind) -> &'static str {
    match mark {
        MarkKind::Suspend => "Suspend",
        MarkKind::Unsuspend => "Unsuspend",
        MarkKind::Bury(_) => "Bury",
        MarkKind::Unbury => "Unbury",
        MarkKind::Flag(_) => "Flag",
        MarkKind::Remark(_) => "Note to self",
        MarkKind::Dispute(_) => "Wrong key",
        MarkKind::Claim(_) => "I know this",
        MarkKind::Reset => "Reset",
        MarkKind::SetDue(_) => "Set due",
        MarkKind::Carry(_) => "Import",
    }
}
