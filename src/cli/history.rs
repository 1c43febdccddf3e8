//! `due`, `stats`, `backup`, `restore`, `verify`, `rebuild`.

use super::{Outcome, json_line, line, plural};
use crate::app::{BackupInfo, Collection, Error, Paths, is_archive, restore_backup, restore_everything};
use crate::model::Clock;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

pub(super) fn due(collection: &mut Collection, json: bool, out: &mut dyn Write) -> Result<Outcome, Error> {
    let planned = collection.plan_now();
    let plan = collection.plan()?;
    let rows = collection.deck_rows();
    if json {
        let decks: Vec<Value> = (rows.iter().filter(|row| !row.hidden))
            .map(|row| json!({ "id": row.id.as_str(), "title": row.title, "cards": row.cards, "due": row.due, "new": row.new_cards, "recall": row.recall }))
            .collect();
        let today = json!({ "reviews": plan.reviews, "new": plan.new_cards, "minutes": plan.minutes, "left_out": plan.left_out, "answered": plan.done });
        let day = collection.date().to_string();
        json_line(out, &json!({ "day": day, "today": today, "exam": exam_json(collection), "decks": decks }))?;
        return Ok(Outcome::Done);
    }
    line(out, format!("Today: {}, {} new, about {} min", plural(plan.reviews, "review"), plan.new_cards, plan.minutes))?;
    if plan.left_out > 0 {
        line(out, format!("{} more are due and do not fit into today's minutes", plan.left_out))?;
    }
    if planned.is_err() {
        line(out, "No plan to the exam could be made; cards come when they are due.")?;
    }
    if let Some(words) = exam_words(collection) {
        line(out, words)?;
    }
    for row in rows.iter().filter(|row| !row.hidden) {
        let recall = row.recall.map_or("—".to_owned(), |share| format!("{:.0} %", share * 100.0));
        line(out, format!("{:5} due {:5} new {:5} cards  recall {recall:>5}  {}", row.due, row.new_cards, row.cards, row.title))?;
    }
    Ok(Outcome::Done)
}

/// The exam planned for, as JSON; null without one.
fn exam_json(collection: &Collection) -> Value {
    let Some(outlook) = collection.outlook() else { return Value::Null };
    let domains: Vec<Value> = (outlook.domains.iter())
        .map(|domain| json!({ "title": domain.title, "weight": domain.weight, "expected": domain.expected, "cards": domain.cards }))
        .collect();
    let told = outlook.withheld.is_none();
    json!({
        "date": collection.settings().exam_date, "chance": outlook.forecast.chance.filter(|_| told),
        "chance_interval": told.then_some(outlook.forecast.chance_interval), "share": told.then_some(outlook.forecast.share),
        "share_interval": told.then_some(outlook.forecast.share_interval), "cut": outlook.cut, "mocks": outlook.mocks, "domains": domains,
    })
}

/// "The exam is in 20 days: chance of passing 71 %, 80 % interval 61 to 80 %".
fn exam_words(collection: &Collection) -> Option<String> {
    let outlook = collection.outlook()?;
    let days = (collection.settings().exam_day()? - collection.date()).num_days();
    let chance = match outlook.forecast.chance.filter(|_| outlook.withheld.is_none()) {
        Some(chance) => {
            let (low, high) = outlook.forecast.chance_interval;
            let basis = if outlook.mocks == 0 { ", no mock exam yet" } else { "" };
            format!("chance of passing {:.0} %, 80 % interval {:.0} to {:.0} %{basis}", chance * 100.0, low * 100.0, high * 100.0)
        }
        None => "the chance of passing is not told yet".to_owned(),
    };
    Some(format!("The exam is in {}: {chance}", plural(usize::try_from(days).ok()?, "day")))
}

pub(super) fn stats(collection: &Collection, days: u32, json: bool, out: &mut dyn Write) -> Result<Outcome, Error> {
    let view = collection.progress(days)?;
    let orphans: Vec<String> = collection.orphans().into_iter().map(ToString::to_string).collect();
    let all_reviews = collection.review_count()?;
    if json {
        let decks: Vec<Value> = (view.decks.iter())
            .map(|(title, totals)| json!({ "title": title, "reviews": totals.reviews, "passed": totals.passed, "recall": totals.recall() }))
            .collect();
        let by_day: Vec<Value> = view.days.iter().map(|(day, count)| json!([day.to_string(), count])).collect();
        json_line(
            out,
            &json!({
                "days": days, "reviews": view.totals.reviews, "passed": view.totals.passed, "new": view.totals.new_cards,
                "minutes": view.totals.minutes(), "recall": view.totals.recall(), "streak": view.streak, "decks": decks,
                "by_day": by_day, "due_next_days": view.forecast, "all_reviews": all_reviews, "without_card": orphans,
            }),
        )?;
        return Ok(Outcome::Done);
    }
    let totals = view.totals;
    line(
        out,
        format!("Last {days} days: {}, {} new, {} min", plural(totals.reviews as usize, "answer"), totals.new_cards, totals.minutes()),
    )?;
    line(out, format!("Streak: {}", plural(view.streak as usize, "day")))?;
    let recall = totals.recall().map_or("no review of a known card yet".to_owned(), |share| format!("{:.0} %", share * 100.0));
    line(out, format!("Recall of known cards: {recall}"))?;
    for (title, totals) in &view.decks {
        let recall = totals.recall().map_or("—".to_owned(), |share| format!("{:.0} %", share * 100.0));
        line(out, format!("  {:5} answers, recall {recall:>5}  {title}", totals.reviews))?;
    }
    if !orphans.is_empty() {
        line(out, format!("{} in no deck any more; a note takes its history over with was: [\"old-id\"]:", plural(orphans.len(), "card")))?;
        for id in orphans {
            line(out, format!("  {id}"))?;
        }
    }
    Ok(Outcome::Done)
}

fn backup_json(backup: &BackupInfo) -> Value {
    json!({ "file": backup.path, "made": backup.made.to_string(), "label": backup.label, "reviews": backup.reviews })
}

pub(super) fn backup(collection: &mut Collection, list: bool, json: bool, out: &mut dyn Write) -> Result<Outcome, Error> {
    let backups = if list { collection.backups() } else { vec![collection.backup()?] };
    if json {
        json_line(out, &Value::Array(backups.iter().map(backup_json).collect()))?;
        return Ok(Outcome::Done);
    }
    if backups.is_empty() {
        line(out, "no backup yet")?;
    }
    for backup in &backups {
        let counted = backup.reviews.map_or(String::new(), |reviews| format!(", {}", plural(reviews as usize, "review")));
        line(out, format!("{}  {}{counted}  {}", backup.made, backup.label, backup.path.display()))?;
    }
    Ok(Outcome::Done)
}

pub(super) fn restore(paths: &Paths, file: &Path, clock: &dyn Clock, out: &mut dyn Write) -> Result<Outcome, Error> {
    let everything = is_archive(file)?;
    let aside = if everything { restore_everything(paths, file, clock)? } else { restore_backup(paths, file, clock)? };
    line(out, format!("restored {}", file.display()))?;
    if aside.exists() {
        line(out, format!("what was there is kept as {}", aside.display()))?;
    }
    Ok(Outcome::Done)
}

pub(super) fn verify(collection: &Collection, json: bool, out: &mut dyn Write) -> Result<Outcome, Error> {
    let findings = collection.verify()?;
    if json {
        json_line(out, &json!({ "reviews": collection.review_count()?, "findings": findings }))?;
    } else {
        for finding in &findings {
            line(out, finding)?;
        }
        let reviews = plural(collection.review_count()? as usize, "review");
        line(
            out,
            if findings.is_empty() {
                format!("all is well: {reviews}")
            } else {
                format!("{}, {reviews}", plural(findings.len(), "finding"))
            },
        )?;
    }
    Ok(if findings.is_empty() { Outcome::Done } else { Outcome::Problems })
}

pub(super) fn rebuild(collection: &mut Collection, out: &mut dyn Write) -> Result<Outcome, Error> {
    let cards = collection.rebuild()?;
    line(out, format!("folded {} again", plural(cards, "card")))?;
    Ok(Outcome::Done)
}
