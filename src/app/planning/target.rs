//! The cards of the exam studied for, with what each weighs.

use super::super::exam::domain_draws;
use super::super::{CardEntry, Collection, Error};
use crate::engine::exam::assemble::shares;
use crate::engine::plan::{DayAnswer, PlanCard};
use crate::model::{CardId, CardKind, Draw, StudyDay};
use std::collections::HashMap;

/// A card of the exam, before its answers.
#[derive(Debug, Clone)]
pub(super) struct TargetCard {
    pub id: CardId,
    /// Ids it had before.
    pub was: Vec<CardId>,
    domain: usize,
    weight: f32,
    effort: f32,
    claimed: bool,
    /// Mock exams: the day, and whether it was right.
    asked: Vec<(StudyDay, bool)>,
}

impl TargetCard {
    /// The card with its answers; mock exams before the first of them tell what was known.
    pub fn with_answers(&self, answers: Vec<DayAnswer>) -> PlanCard {
        let first = answers.first().map(|answer| answer.day);
        let before = |day: StudyDay| first.is_none_or(|first| day < first);
        PlanCard {
            domain: self.domain,
            weight: self.weight,
            effort: self.effort,
            claimed: self.claimed,
            asked: self.asked.iter().filter(|(day, _)| before(*day)).map(|(_, right)| *right).collect(),
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
        let cards = (entries.iter().zip(&of_entry))
            .filter_map(|(entry, of)| {
                let weight: f64 =
                    of.iter().filter_map(|domain| domains.get(*domain)).map(|domain| domain.weight / domain.cards.max(1) as f64).sum();
                let note = entry.note()?;
                Some(TargetCard {
                    id: entry.id.clone(),
                    was: note.was.iter().map(|old| CardId { note: old.clone(), ..entry.id.clone() }).collect(),
                    domain: *of.first()?,
                    weight: weight as f32,
                    effort: effort(entry.kind),
                    claimed: entry.state.claimed,
                    asked: asked.get(&entry.id).cloned().unwrap_or_default(),
                })
            })
            .collect();
        Ok(TargetCards { domains, cards })
    }

    /// Mock exams by card.
    fn asked(&self) -> Result<HashMap<CardId, Vec<(StudyDay, bool)>>, Error> {
        let mut asked: HashMap<CardId, Vec<(StudyDay, bool)>> = HashMap::new();
        let offset = self.now().offset;
        for answer in self.store.mock_answers()? {
            let day = crate::model::Now { at: answer.at, offset }.study_day(self.policy().rollover_hour);
            asked.entry(self.cards.now_called(&answer.card)).or_default().push((day, answer.credit >= 0.999));
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
