//! Keeping the history: backups, restoring, looking for damage, folding again.

use super::study::review_sums;
use super::{Collection, Error, Job, Paths, Waker, random_number};
use crate::engine::scheduler::fold_with;
use crate::model::{CardId, CardState, Clock, Fact, FactBody, Now, Severity, StudyDay};
use crate::store::{self, ReviewSums, Store, list_backups};
use chrono::NaiveDateTime;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// A backup in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupInfo {
    /// The file.
    pub path: PathBuf,
    /// Local time it was made.
    pub made: NaiveDateTime,
    /// Why it was made.
    pub label: String,
    /// How many reviews it holds, if it was counted.
    pub reviews: Option<u64>,
}

impl From<store::Backup> for BackupInfo {
    fn from(backup: store::Backup) -> Self {
        Self { path: backup.path, made: backup.made, label: backup.label, reviews: backup.reviews }
    }
}

impl Collection {
    /// Makes a backup now: opened and counted before it gets its name.
    pub fn backup(&mut self) -> Result<BackupInfo, Error> {
        Ok(self.store.backup(self.now(), "manual")?.into())
    }

    /// Makes the day's backup if there is none yet.
    pub fn daily_backup(&self) -> Result<Option<BackupInfo>, Error> {
        Ok(self.store.daily_backup(self.now())?.map(BackupInfo::from))
    }

    /// Makes the day's backup on another thread, over a connection of its own.
    pub fn daily_backup_job(&self, waker: Waker) -> Result<Job<Option<BackupInfo>>, Error> {
        let (folder, now) = (self.paths.data.clone(), self.now());
        Job::spawn("daily-backup", waker, move || Ok(Store::read_only(&folder)?.daily_backup(now)?.map(BackupInfo::from)))
    }

    /// The backups there are, newest first.
    pub fn backups(&self) -> Vec<BackupInfo> {
        backups_in(&self.paths)
    }

    /// Whether nothing can be written, because a newer program wrote the history.
    pub fn is_read_only(&self) -> bool {
        self.store.newer_version().is_some()
    }

    /// How many reviews the history holds.
    pub fn review_count(&self) -> Result<u64, Error> {
        Ok(self.store.review_count()?)
    }

    /// Looks for damage, and whether every stored card is what its facts add up to. Returns what was found; empty if all is well.
    pub fn verify(&self) -> Result<Vec<String>, Error> {
        let mut findings = self.store.verify()?;
        let folded = self.fold_all(|_| {})?;
        let mut stored: BTreeMap<CardId, CardState> = BTreeMap::new();
        for (card, state) in self.store.load_cards()? {
            // A row under an earlier id counts only as long as there is none under the present one.
            let now_called = self.cards.now_called(&card);
            if now_called == card {
                stored.insert(card, state);
            } else {
                stored.entry(now_called).or_insert(state);
            }
        }
        for (card, state) in &folded {
            if stored.get(card) != Some(state) {
                findings.push(format!("{card} is not what its facts add up to"));
            }
        }
        for card in stored.keys().filter(|card| !folded.contains_key(card)) {
            findings.push(format!("{card} has a state and no facts"));
        }
        Ok(findings)
    }

    /// Folds every card's facts, those of its earlier ids among them; `tell` gets each review that counts as it adds to the sums.
    fn fold_all(&self, mut tell: impl FnMut(ReviewSums<'_>)) -> Result<BTreeMap<CardId, CardState>, Error> {
        let mut by_card: BTreeMap<CardId, Vec<Fact>> = BTreeMap::new();
        let mut withdrawals = HashMap::new();
        for fact in self.store.all_facts()? {
            let card = match &fact.body {
                FactBody::Review(review) => &review.card,
                FactBody::Mark(card, _) => card,
                FactBody::Withdrawal(named) => {
                    withdrawals.insert(*named, fact);
                    continue;
                }
                FactBody::Policy(_) => continue,
            };
            by_card.entry(self.cards.now_called(card)).or_default().push(fact);
        }
        let mut states = BTreeMap::new();
        for (card, mut facts) in by_card {
            let taken_back: Vec<Fact> = facts.iter().filter_map(|fact| withdrawals.get(&fact.id).cloned()).collect();
            facts.extend(taken_back);
            let state = fold_with(&facts, &self.policies, |fact, before| {
                if let FactBody::Review(review) = &fact.body {
                    let day = self.policies.at(review.policy).day(fact.at);
                    tell(review_sums(review, before.phase, day));
                }
            })?;
            states.insert(card, state);
        }
        Ok(states)
    }

    /// Throws all caches away and folds them again from the facts, after a backup. Returns how many cards there are.
    pub fn rebuild(&mut self) -> Result<usize, Error> {
        if let Some(issue) = self.library.issues.iter().find(|issue| issue.severity == Severity::Error) {
            // A deck that cannot be read may be the one that says which card took over whose history.
            let error = Error::user("a deck file has a problem, and the history is folded with the decks at hand").because(issue.render());
            return Err(error.hint("mend it first; `ascertain check` says where"));
        }
        let now = self.now();
        self.store.backup(now, "before-rebuild")?;
        let mut rows: Vec<(StudyDay, String, crate::model::CardKind, crate::model::Rating, crate::model::CardPhase, u32)> = Vec::new();
        let states = self.fold_all(|one| rows.push((one.day, one.deck.to_owned(), one.kind, one.rating, one.before, one.taken_millis)))?;
        let results = self.rescore()?;
        self.store.transact(now, |tx| {
            tx.clear_caches()?;
            tx.clear_results()?;
            for (row, items) in &results {
                tx.put_result(row, items)?;
            }
            for (card, state) in &states {
                tx.put_card(card, state)?;
            }
            for (day, deck, kind, rating, before, taken_millis) in &rows {
                let one = ReviewSums { day: *day, deck, kind: *kind, rating: *rating, before: *before, taken_millis: *taken_millis };
                tx.add_sums(one, false)?;
            }
            Ok(())
        })?;
        self.reload_history()?;
        Ok(states.len())
    }
}

/// The backups of a data folder, newest first, whether its history can be opened or not.
pub fn backups_in(paths: &Paths) -> Vec<BackupInfo> {
    list_backups(&paths.data).into_iter().map(BackupInfo::from).collect()
}

fn now_of(clock: &dyn Clock) -> Now {
    super::read_clock(clock)
}

/// Puts a backup in the place of the history; what was there is kept, and its new place returned. The collection must be closed.
pub fn restore_backup(paths: &Paths, backup: &Path, clock: &dyn Clock) -> Result<PathBuf, Error> {
    Ok(store::restore(&paths.data, backup, random_number()?, now_of(clock))?)
}

/// Whether another program has the history open.
pub fn history_in_use(paths: &Paths) -> bool {
    store::in_use(&paths.data)
}

/// Moves a history that cannot be used into the backup folder, so that a new one can begin. The collection must be closed.
pub fn set_history_aside(paths: &Paths, clock: &dyn Clock) -> Result<PathBuf, Error> {
    Ok(store::set_history_aside(&paths.data, now_of(clock))?)
}
