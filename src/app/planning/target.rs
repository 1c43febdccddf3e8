//! The cards of the exam studied for, with what each weighs.

use super::super::exam::domain_draws;
use super::super::{CardEntry, Collection, Error};
use crate::engine::exam::assemble::shares;
use crate::engine::plan::{DayAnswer, PlanCard};
use crate::model::{CardId, CardKind, Draw, Now, StudyDay, Timestamp};
use std::collections::HashMap;

/// An answer in a mock exam.
type Asked = (Timestamp, StudyDay, bool);

/// A card of the exam, before its answers.
#[derive(Debug, Clone)]
pub(super) struct TargetCard {
    pub id: CardId,
    /// Domains it counts for; the first is the one it is planned in.
    pub domains: Vec<usize>,
    weight: f32,
    effort: f32,
    /// The day it was said to be known.
    claimed: Option<StudyDay>,
    /// Mock exams: when, the day, and whether it was right.
    asked: Vec<Asked>,
}

impl TargetCard {
    /// The card with its answers up to a day; mock exams before the first of them, and before an instant, tell what was known.
    pub fn with_answers(&self, answers: Vec<DayAnswer>, until: StudyDay, asked_before: Option<Timestamp>) -> PlanCard {
        let first = answers.first().map(|answer| answer.day);
        let counts = |(at, day, _): &&Asked| first.is_none_or(|first| *day < first) && asked_before.is_none_or(|before| *at < before);
        PlanCard {
            domain: self.domains.first().copied().unwrap_or(0),
            weight: self.weight,
            effort: self.effort,
            claimed: self.claimed.is_some_and(|day| day <= until),
            asked: self.asked.iter().filter(counts).map(|(.., right)| *right).collect(),
            answers,
        }
    }
}

/// A domain of the exam.
#[derive(Debug, Clone)]
pub(super) struct TargetDomain {
    pub title: String,
    /// A search that finds its cards.
    pub search: String,
    /// Its share of the exam, 0 to 1.
    pub weight: f64,
    pub cards: usize,
}

/// The cards of the exam studied for.
#[derive(Debug, Clone)]
pub(super) struct TargetCards {
    pub domains: Vec<TargetDomain>,
    pub cards: Vec<TargetCard>,
}

/// Time a kind of card takes over a plain one.
fn effort(kind: CardKind) -> f32 {
    match kind {
        CardKind::Basic | CardKind::Cloze => 1.0,
        CardKind::Choice | CardKind::Typed => 1.6,
        CardKind::Order | CardKind::Match => 2.4,
    }
}

/// A search for what a domain draws from.
fn search(draws: &[Draw]) -> String {
    let one = |draw: &Draw| match draw {
        Draw::Deck(deck) => format!("deck:{deck}"),
        Draw::Domain(deck, domain) => format!("(deck:{deck} domain:{domain})"),
        Draw::Tag(tag) => format!("tag:\"{tag}\""),
    };
    draws.iter().map(one).collect::<Vec<_>>().join(" or ")
}

impl Collection {
    /// Cards that count for the exam studied for: of decks that are shown, not suspended, and not called wrong. Without a blueprint all
    /// cards are one domain.
    pub(super) fn target_cards(&self) -> Result<TargetCards, Error> {
        let counts = |entry: &&CardEntry| !entry.hidden && !entry.state.suspended && !entry.state.disputed;
        let entries: Vec<&CardEntry> = self.all_cards().iter().filter(counts).collect();
        let exam = self.target_exam();
        let (mut domains, of_entry): (Vec<TargetDomain>, Vec<Vec<usize>>) = match &exam {
            Some(exam) => {
                let weights: Vec<Option<f32>> = exam.domains.iter().map(|domain| domain.weight).collect();
                let domain = |(domain, weight): (&crate::model::BlueprintDomain, f64)| TargetDomain {
                    title: domain.title.clone(),
                    search: search(&domain.draws),
                    weight,
                    cards: 0,
                };
                let domains = exam.domains.iter().zip(shares(&weights)).map(domain).collect();
                let of = |entry: &&CardEntry| {
                    exam.domains.iter().enumerate().filter(|(_, domain)| domain_draws(domain, entry)).map(|(index, _)| index).collect()
                };
                (domains, entries.iter().map(of).collect())
            }
            None => (
                vec![TargetDomain { title: "All decks".to_owned(), search: String::new(), weight: 1.0, cards: 0 }],
                vec![vec![0]; entries.len()],
            ),
        };
        for domain in of_entry.iter().flatten() {
            if let Some(domain) = domains.get_mut(*domain) {
                domain.cards += 1;
            }
        }
        let asked = self.asked()?;
        let (offset, rollover) = (self.now().offset, self.policy().rollover_hour);
        let day_of = |at| Now { at, offset }.study_day(rollover);
        let cards = (entries.iter().zip(&of_entry))
            .filter_map(|(entry, of)| {
                let weight: f64 =
                    of.iter().filter_map(|domain| domains.get(*domain)).map(|domain| domain.weight / domain.cards.max(1) as f64).sum();
                of.first()?;
                let said = entry.state.changed_at.unwrap_or(Timestamp(0));
                Some(TargetCard {
                    id: entry.id.clone(),
                    domains: of.clone(),
                    weight: weight as f32,
                    effort: effort(entry.kind),
                    claimed: entry.state.claimed.then(|| day_of(said)),
                    asked: asked.get(&entry.id).cloned().unwrap_or_default(),
                })
            })
            .collect();
        Ok(TargetCards { domains, cards })
    }

    /// Mock exams by card.
    fn asked(&self) -> Result<HashMap<CardId, Vec<Asked>>, Error> {
        let mut asked: HashMap<CardId, Vec<Asked>> = HashMap::new();
        let offset = self.now().offset;
        for answer in self.store.mock_answers()? {
            let day = Now { at: answer.at, offset }.study_day(self.policy().rollover_hour);
            asked.entry(self.cards.now_called(&answer.card)).or_default().push((answer.at, day, answer.credit >= 0.999));
        }
        Ok(asked)
    }
}

impl TargetCards {
    /// Which card has an id.
    pub fn by_id(&self) -> HashMap<&CardId, usize> {
        self.cards.iter().enumerate().map(|(index, card)| (&card.id, index)).collect()
    }
}
