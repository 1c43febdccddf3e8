//! Sums for the screens: today's plan, the list of decks, progress.

use super::{Collection, Error, Scope};
use crate::engine::query::Query;
use crate::engine::stats::{self, DayRow, Totals};
use crate::library::Origin;
use crate::model::{CardPhase, CardState, DeckId, DomainId, Now, StudyDay};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What is planned for today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Plan {
    /// Reviews that come, short steps among them.
    pub reviews: usize,
    /// New cards that come.
    pub new_cards: usize,
    /// Minutes that is likely to take.
    pub minutes: u32,
    /// Due reviews that do not fit into the minutes of the day.
    pub left_out: usize,
    /// Answers given today.
    pub done: u32,
    /// Minutes spent today.
    pub minutes_done: u64,
}

/// A deck, or one of its domains, in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct DeckRow {
    /// The deck.
    pub id: DeckId,
    /// The domain, for a row of a deck page.
    pub domain: Option<DomainId>,
    /// Title.
    pub title: String,
    /// What it covers.
    pub summary: String,
    /// Cards in it.
    pub cards: usize,
    /// Cards due now.
    pub due: usize,
    /// Cards never answered.
    pub new_cards: usize,
    /// Mean chance of recall now over the cards that were answered.
    pub recall: Option<f32>,
    /// Expected share of all its cards that would be recalled now: what was never answered counts nothing.
    pub mastery: f32,
    /// When its facts were checked.
    pub as_of: Option<NaiveDate>,
    /// Its file, for a deck of the learner's own.
    pub file: Option<PathBuf>,
    /// Whether it is hidden.
    pub hidden: bool,
}

/// What the progress screen shows.
#[derive(Debug, Clone, PartialEq)]
pub struct ProgressView {
    /// Answers by day.
    pub days: BTreeMap<StudyDay, u32>,
    /// All days of the period together.
    pub totals: Totals,
    /// Days of study in a row.
    pub streak: u32,
    /// Deck titles with their sums, decks no longer there by id.
    pub decks: Vec<(String, Totals)>,
    /// Reviews due on each of the next days.
    pub forecast: Vec<u32>,
    /// Cards by where they stand: new, learning, young (interval under 21 days), mature, suspended.
    pub standing: [usize; 5],
}

fn row((day, deck, counts, taken_millis): crate::store::DaySumRow) -> DayRow {
    let [reviews, passed, mature_reviews, mature_passed, new_cards] = counts;
    DayRow { day, deck, reviews, passed, mature_reviews, mature_passed, new_cards, taken_millis }
}

impl Collection {
    /// What was done on a day.
    pub(super) fn done_on(&self, day: StudyDay) -> Result<Totals, Error> {
        let rows: Vec<DayRow> = self.store.day_sums(day)?.into_iter().map(row).collect();
        Ok(stats::total(rows.iter().filter(|row| row.day == day)))
    }

    /// Today's plan.
    pub fn plan(&self) -> Result<Plan, Error> {
        self.plan_for(&Scope::Today)
    }

    /// What a session of a scope would bring.
    pub fn plan_for(&self, scope: &Scope) -> Result<Plan, Error> {
        let queue = self.queue(scope)?;
        let done = self.done_on(self.today())?;
        Ok(Plan {
            reviews: queue.main.len() - queue.new_count + queue.learning.len(),
            new_cards: queue.new_count,
            minutes: (queue.seconds / 60.0).ceil() as u32,
            left_out: queue.reviews_left_out,
            done: done.reviews,
            minutes_done: done.minutes(),
        })
    }

    /// Reviews and minutes that come tomorrow, as things stand.
    pub fn tomorrow(&self) -> (u32, u32) {
        let tomorrow = self.today().plus_days(1);
        let visible =
            self.cards.all().iter().filter(|entry| !entry.hidden && !entry.state.suspended && entry.state.phase != CardPhase::New);
        let due: Vec<u32> = visible
            .filter(|entry| match entry.state.due {
                Some(crate::model::Due::Day(day)) => day <= tomorrow,
                Some(crate::model::Due::At(_)) => true,
                None => false,
            })
            .map(|entry| self.usual_millis(entry.kind))
            .collect();
        let millis: u64 = due.iter().map(|millis| u64::from(*millis)).sum();
        (u32::try_from(due.len()).unwrap_or(u32::MAX), u32::try_from(millis.div_ceil(60_000)).unwrap_or(u32::MAX))
    }

    /// Every deck, hidden ones last.
    pub fn deck_rows(&self) -> Vec<DeckRow> {
        let (now, today) = (self.now(), self.today());
        let mut sums: BTreeMap<&DeckId, Sums> = BTreeMap::new();
        for entry in self.cards.all() {
            sums.entry(&entry.id.deck).or_default().add(self, &entry.state, now, today);
        }
        let mut rows: Vec<DeckRow> = (self.library.decks.iter())
            .map(|entry| {
                let deck = &entry.deck;
                let file = match &entry.origin {
                    Origin::File(path) => Some(path.clone()),
                    Origin::Shipped => None,
                };
                let hidden = self.settings.hidden_decks.contains(deck.id.as_str());
                let base = sums.remove(&deck.id).unwrap_or_default();
                base.row(DeckRowHead {
                    id: &deck.id,
                    domain: None,
                    title: &deck.title,
                    summary: &deck.summary,
                    as_of: deck.as_of,
                    file,
                    hidden,
                })
            })
            .collect();
        rows.sort_by_key(|row| row.hidden);
        rows
    }

    /// The domains of a deck, those with cards.
    pub fn domain_rows(&self, deck: &DeckId) -> Vec<DeckRow> {
        let Some(entry) = self.library.entry(deck) else { return Vec::new() };
        let (now, today) = (self.now(), self.today());
        let mut sums: BTreeMap<&str, Sums> = BTreeMap::new();
        for card in self.cards.all().iter().filter(|card| card.id.deck == *deck) {
            let domain = card.note().and_then(|note| note.domain.as_ref());
            sums.entry(domain.map_or("", |domain| domain.as_str())).or_default().add(self, &card.state, now, today);
        }
        (entry.deck.domains.iter())
            .filter_map(|domain| {
                let sums = sums.remove(domain.id.as_str())?;
                let head = DeckRowHead {
                    id: deck,
                    domain: Some(&domain.id),
                    title: &domain.title,
                    summary: "",
                    as_of: None,
                    file: None,
                    hidden: false,
                };
                Some(sums.row(head))
            })
            .collect()
    }

    /// How many cards one can study.
    pub fn visible_card_count(&self) -> usize {
        self.cards.search(&Query::All, &self.looking()).count()
    }

    /// What the progress screen shows, for the last so many days.
    pub fn progress(&self, days: u32) -> Result<ProgressView, Error> {
        let today = self.today();
        let from = today.plus_days(1 - i32::try_from(days).unwrap_or(i32::MAX));
        let rows: Vec<DayRow> = self.store.day_sums(from)?.into_iter().map(row).collect();
        let by_day = stats::by_day(&rows);
        let titles: BTreeMap<&str, &str> =
            self.library.decks.iter().map(|entry| (entry.deck.id.as_str(), entry.deck.title.as_str())).collect();
        let decks =
            stats::by_deck(&rows).into_iter().map(|(id, totals)| (titles.get(id).copied().unwrap_or(id).to_owned(), totals)).collect();
        let states = || self.cards.all().iter().filter(|entry| !entry.hidden).map(|entry| &entry.state);
        Ok(ProgressView {
            totals: stats::total(&rows),
            streak: stats::streak(
                &stats::by_day(&self.store.day_sums(today.plus_days(-3_660))?.into_iter().map(row).collect::<Vec<_>>()),
                today,
            ),
            days: by_day,
            decks,
            forecast: stats::forecast(states(), today, 30),
            standing: standing(states(), self.policy().rollover_hour),
        })
    }
}

fn standing<'a>(states: impl Iterator<Item = &'a CardState>, rollover_hour: u8) -> [usize; 5] {
    let mut counts = [0; 5];
    for state in states {
        let place = match state.phase {
            _ if state.suspended => 4,
            CardPhase::New => 0,
            CardPhase::Learning | CardPhase::Relearning => 1,
            CardPhase::Review if state.interval_days(rollover_hour) < 21 => 2,
            CardPhase::Review => 3,
        };
        if let Some(count) = counts.get_mut(place) {
            *count += 1;
        }
    }
    counts
}

#[derive(Debug, Default)]
struct Sums {
    cards: usize,
    due: usize,
    new_cards: usize,
    known: usize,
    recall: f32,
}

struct DeckRowHead<'a> {
    id: &'a DeckId,
    domain: Option<&'a DomainId>,
    title: &'a str,
    summary: &'a str,
    as_of: Option<NaiveDate>,
    file: Option<PathBuf>,
    hidden: bool,
}

impl Sums {
    fn add(&mut self, collection: &Collection, state: &CardState, now: Now, today: StudyDay) {
        self.cards += 1;
        self.due += usize::from(state.is_due(now.at, today) && !state.is_hidden(today));
        self.new_cards += usize::from(state.phase == CardPhase::New && !state.suspended);
        if let Some(recall) = collection.scheduler().retrievability(state, now) {
            self.known += 1;
            self.recall += recall;
        }
    }

    fn row(self, head: DeckRowHead<'_>) -> DeckRow {
        DeckRow {
            id: head.id.clone(),
            domain: head.domain.cloned(),
            title: head.title.to_owned(),
            summary: head.summary.to_owned(),
            cards: self.cards,
            due: self.due,
            new_cards: self.new_cards,
            recall: (self.known > 0).then(|| self.recall / self.known as f32),
            mastery: if self.cards == 0 { 0.0 } else { self.recall / self.cards as f32 },
            as_of: head.as_of,
            file: head.file,
            hidden: head.hidden,
        }
    }
}
