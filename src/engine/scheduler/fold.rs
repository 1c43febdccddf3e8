//! From facts to the state of a card, in the one fixed order: instant, device, sequence.

use super::{Scheduler, SchedulerError};
use crate::model::{CardPhase, CardState, Carried, Due, Fact, FactBody, FactId, MarkKind, Now, Policy, StudyDay};
use std::collections::{BTreeMap, BTreeSet};

/// Every policy that was ever in force, ready to schedule with.
#[derive(Debug)]
pub struct Policies {
    default: Scheduler,
    by_fact: BTreeMap<FactId, Scheduler>,
    current: Option<FactId>,
}

impl Policies {
    /// The defaults alone.
    pub fn new() -> Result<Self, SchedulerError> {
        Ok(Self { default: Scheduler::new(Policy::default())?, by_fact: BTreeMap::new(), current: None })
    }

    /// Puts a policy into force.
    pub fn push(&mut self, fact: FactId, policy: Policy) -> Result<(), SchedulerError> {
        self.by_fact.insert(fact, Scheduler::new(policy)?);
        self.current = Some(fact);
        Ok(())
    }

    /// The fact that set the policy now in force; none for the defaults.
    pub fn current_fact(&self) -> Option<FactId> {
        self.current
    }

    /// The rules now in force.
    pub fn current(&self) -> &Scheduler {
        self.at(self.current)
    }

    /// The rules a review was scheduled under.
    pub fn at(&self, fact: Option<FactId>) -> &Scheduler {
        fact.and_then(|fact| self.by_fact.get(&fact)).unwrap_or(&self.default)
    }
}

/// Folds all facts about one card, given in any order, into its state. Facts about other cards must not be among them;
/// withdrawn facts count for nothing.
pub fn fold(facts: &[Fact], policies: &Policies) -> Result<CardState, SchedulerError> {
    fold_with(facts, policies, |_, _| {})
}

/// As [`fold`], and tells each fact that counts together with the state before it.
pub fn fold_with(facts: &[Fact], policies: &Policies, mut tell: impl FnMut(&Fact, &CardState)) -> Result<CardState, SchedulerError> {
    let withdrawn: BTreeSet<FactId> = (facts.iter())
        .filter_map(|fact| match fact.body {
            FactBody::Withdrawal(id) => Some(id),
            _ => None,
        })
        .collect();
    let mut live: Vec<&Fact> = facts.iter().filter(|fact| !withdrawn.contains(&fact.id)).collect();
    live.sort_by_key(|fact| (fact.at.at, fact.id));
    let mut state = CardState::default();
    for fact in live {
        tell(fact, &state);
        state = step(state, fact, policies)?;
    }
    Ok(state)
}

fn step(state: CardState, fact: &Fact, policies: &Policies) -> Result<CardState, SchedulerError> {
    match &fact.body {
        FactBody::Review(review) => policies.at(review.policy).answer(&review.card, &state, fact.at, review.rating),
        FactBody::Mark(_, mark) => Ok(apply_mark(state, mark, fact.at)),
        FactBody::Policy(_) | FactBody::Withdrawal(_) => Ok(state),
    }
}

/// The state after a mark.
pub fn apply_mark(mut state: CardState, mark: &MarkKind, at: Now) -> CardState {
    state.changed_at = Some(at.at);
    match mark {
        MarkKind::Suspend => state.suspended = true,
        MarkKind::Unsuspend => state.suspended = false,
        MarkKind::Bury(until) => state.buried_until = Some(*until),
        MarkKind::Unbury => state.buried_until = None,
        MarkKind::Flag(flag) => state.flag = *flag,
        MarkKind::Remark(text) => state.remark.clone_from(text),
        MarkKind::Dispute(disputed) => state.disputed = *disputed,
        MarkKind::Claim(known) => state.claimed = *known,
        MarkKind::Reset => return reset(state),
        MarkKind::SetDue(day) => return set_due(state, *day),
        MarkKind::Carry(carried) => return carry(state, carried, at),
    }
    state
}

/// As if never answered; what the learner said about the card stays.
fn reset(state: CardState) -> CardState {
    CardState {
        suspended: state.suspended,
        buried_until: state.buried_until,
        flag: state.flag,
        remark: state.remark,
        disputed: state.disputed,
        changed_at: state.changed_at,
        ..CardState::default()
    }
}

/// Where it stood elsewhere takes the place of what the answers before add up to; what the learner said about the card stays.
fn carry(state: CardState, carried: &Carried, at: Now) -> CardState {
    let moment = |instant| Now { at: instant, offset: at.offset };
    CardState {
        phase: carried.phase,
        memory: Some(carried.memory),
        due: Some(carried.due),
        step: carried.step,
        reps: carried.reps,
        lapses: carried.lapses,
        first_review: Some(moment(carried.first_review)),
        last_review: Some(moment(carried.last_review)),
        ..state
    }
}

/// Due on a day. A card without memory has nothing to be due for: it stays new.
fn set_due(mut state: CardState, day: StudyDay) -> CardState {
    if state.memory.is_some() {
        state.due = Some(Due::Day(day));
        state.phase = CardPhase::Review;
        state.step = 0;
    }
    state
}
