//! `check`, `fmt`, `import`, `export`.

use super::{Outcome, json_line, line, plural};
use crate::app::{CardEntry, Collection, Duplicates, Error, ExportFormat, Exported, ImportOptions, ImportPlan, check_files, format_files};
use crate::model::{CardPhase, Clock, DeckId, Due, Issue, Now, Severity};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

fn issue_json(issue: &Issue) -> Value {
    json!({
        "file": issue.location.file,
        "line": issue.location.line,
        "column": issue.location.column,
        "width": issue.location.width,
        "severity": if issue.severity == Severity::Error { "error" } else { "warning" },
        "code": issue.code,
        "message": issue.message,
        "hint": issue.hint,
    })
}

fn error_count(issues: &[Issue]) -> usize {
    issues.iter().filter(|issue| issue.severity == Severity::Error).count()
}

pub(super) fn check(paths: &[PathBuf], json: bool, clock: &dyn Clock, out: &mut dyn Write) -> Result<Outcome, Error> {
    let at = clock.now();
    let today = Now { at, offset: clock.utc_offset_at(at) }.local().date();
    let (files, issues) = check_files(paths, today)?;
    let errors = error_count(&issues);
    if json {
        let listed: Vec<Value> = issues.iter().map(issue_json).collect();
        json_line(out, &json!({ "files": files, "errors": errors, "warnings": issues.len() - errors, "issues": listed }))?;
    } else {
        for issue in &issues {
            line(out, issue.render())?;
        }
        let warnings = issues.len() - errors;
        line(out, format!("{}: {}, {}", plural(files, "file"), plural(errors, "error"), plural(warnings, "warning")))?;
    }
    Ok(if errors > 0 { Outcome::Problems } else { Outcome::Done })
}

pub(super) fn format(paths: &[PathBuf], check_only: bool, out: &mut dyn Write) -> Result<Outcome, Error> {
    let (changed, skipped) = format_files(paths, check_only)?;
    for path in &changed {
        line(out, format!("{}: {}", path.display(), if check_only { "would change" } else { "laid out" }))?;
    }
    for path in &skipped {
        line(out, format!("{}: left alone, it cannot be read; `ascertain check` says why", path.display()))?;
    }
    Ok(if !skipped.is_empty() || (check_only && !changed.is_empty()) { Outcome::Problems } else { Outcome::Done })
}

fn plan_json(plan: &ImportPlan, imported: bool) -> Value {
    json!({
        "file": plan.source,
        "what": plan.what,
        "id": plan.id.as_ref().map(ToString::to_string),
        "title": plan.title,
        "notes": plan.note_count(),
        "cards": plan.cards,
        "kinds": plan.kinds,
        "format": plan.format,
        "reviews": plan.reviews,
        "scheduled": plan.scheduled,
        "media": plan.media,
        "decks": plan.decks.iter().map(|deck| json!({
            "title": deck.title,
            "notes": deck.notes,
            "added": deck.counts[0],
            "changed": deck.counts[1],
            "same": deck.counts[2],
        })).collect::<Vec<_>>(),
        "replaces": plan.replaces.map(|[added, changed, gone, same]| json!({ "added": added, "changed": changed, "gone": gone, "same": same })),
        "refused": plan.refused,
        "imported": imported,
        "issues": plan.issues.iter().map(issue_json).collect::<Vec<_>>(),
    })
}

fn plan_words(plan: &ImportPlan) -> String {
    let kinds: Vec<String> = plan.kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let what = if plan.decks.is_empty() { plan.what } else { plan.format.as_str() };
    let mut words = format!("{what} “{}”: {}, {}", plan.title, plural(plan.note_count(), "note"), plural(plan.cards, "card"));
    if !kinds.is_empty() {
        words.push_str(&format!(" ({})", kinds.join(", ")));
    }
    if plan.decks.len() > 1 {
        words.push_str(&format!(", in {}", plural(plan.decks.len(), "deck")));
    }
    if plan.with_history && plan.reviews + plan.scheduled > 0 {
        words.push_str(&format!(", with {} and the schedule of {}", plural(plan.reviews, "answer"), plural(plan.scheduled, "card")));
    }
    let known: [usize; 3] =
        std::array::from_fn(|kind| plan.decks.iter().filter(|deck| deck.is_known).filter_map(|deck| deck.counts.get(kind)).sum());
    if let [added, changed, same] = known
        && plan.decks.iter().any(|deck| deck.is_known)
    {
        words.push_str(&format!("; into decks you have: {added} new, {changed} changed, {same} the same"));
    }
    if let Some([added, changed, gone, same]) = plan.replaces {
        words.push_str(&format!("; takes the place of an earlier edition: {added} new, {changed} changed, {gone} gone, {same} the same"));
    }
    words
}

/// What the learner asked of an import.
pub(super) struct Wish {
    pub(super) options: ImportOptions,
    pub(super) duplicates: Duplicates,
    pub(super) with_history: bool,
    pub(super) dry_run: bool,
    pub(super) json: bool,
}

pub(super) fn import(mut collection: Collection, files: &[PathBuf], wish: &Wish, out: &mut dyn Write) -> Result<Outcome, Error> {
    let mut outcome = Outcome::Done;
    let mut listed = Vec::new();
    let Some((last, before)) = files.split_last() else { return Ok(outcome) };
    for file in before {
        let mut plans = planned(&collection, file, wish)?;
        told(&plans, wish, &mut outcome, &mut listed);
        plans.retain(|plan| plan.refused.is_none() && !wish.dry_run);
        if !plans.is_empty() {
            collection.import(&plans)?;
        }
    }
    let mut plans = planned(&collection, last, wish)?;
    told(&plans, wish, &mut outcome, &mut listed);
    plans.retain(|plan| plan.refused.is_none() && !wish.dry_run);
    if !plans.is_empty() {
        collection.import_and_close(plans)?;
    }
    if wish.json {
        json_line(out, &Value::Array(listed.into_iter().filter_map(Told::json).collect()))?;
    } else {
        listed.iter().filter_map(Told::words).try_for_each(|words| line(out, words))?;
    }
    Ok(outcome)
}

fn planned(collection: &Collection, file: &Path, wish: &Wish) -> Result<Vec<ImportPlan>, Error> {
    let mut plans = collection.plan_imports(file, &wish.options)?;
    for plan in &mut plans {
        plan.duplicates = wish.duplicates;
        plan.with_history = wish.with_history;
    }
    Ok(plans)
}

/// What is said of an import once it is done.
enum Told {
    Words(String),
    Json(Value),
}

impl Told {
    fn json(self) -> Option<Value> {
        match self {
            Self::Json(value) => Some(value),
            Self::Words(_) => None,
        }
    }

    fn words(&self) -> Option<&str> {
        match self {
            Self::Words(words) => Some(words),
            Self::Json(_) => None,
        }
    }
}

fn told(plans: &[ImportPlan], wish: &Wish, outcome: &mut Outcome, listed: &mut Vec<Told>) {
    for plan in plans {
        if plan.refused.is_some() || plan.error_count() > 0 {
            *outcome = Outcome::Problems;
        }
        if wish.json {
            listed.push(Told::Json(plan_json(plan, !wish.dry_run && plan.refused.is_none())));
        } else {
            listed.extend(plan.issues.iter().map(|issue| Told::Words(issue.render())));
            listed.push(Told::Words(report(plan, wish.dry_run)));
        }
    }
}

fn report(plan: &ImportPlan, dry_run: bool) -> String {
    match &plan.refused {
        Some(reason) => format!("{}: not imported: {reason}", plan.source.display()),
        None if dry_run => format!("would import {}", plan_words(plan)),
        None => format!("imported {}", plan_words(plan)),
    }
}

fn card_json(entry: &CardEntry) -> Value {
    let state = &entry.state;
    let (due_day, due_at) = match state.due {
        Some(Due::Day(day)) => (Some(day.to_string()), None),
        Some(Due::At(at)) => (None, Some(at.0)),
        None => (None, None),
    };
    let phase = match state.phase {
        CardPhase::New => "new",
        CardPhase::Learning => "learning",
        CardPhase::Review => "review",
        CardPhase::Relearning => "relearning",
    };
    json!({
        "card": entry.id.to_string(),
        "deck": entry.deck.title,
        "note": entry.note().map(crate::model::Note::headline),
        "tags": entry.note().map(|note| &note.tags),
        "kind": entry.kind.as_str(),
        "phase": phase,
        "due_day": due_day,
        "due_at_ms": due_at,
        "stability": state.memory.map(|memory| memory.stability),
        "difficulty": state.memory.map(|memory| memory.difficulty),
        "reps": state.reps,
        "lapses": state.lapses,
        "suspended": state.suspended,
        "flag": state.flag.map(crate::model::Flag::number),
    })
}

pub(super) fn search(collection: &Collection, query: &str, json: bool, out: &mut dyn Write) -> Result<Outcome, Error> {
    let found = collection.search_cards(query)?;
    if json {
        return json_line(out, &Value::Array(found.into_iter().map(card_json).collect())).map(|()| Outcome::Done);
    }
    for entry in &found {
        let headline = entry.note().map(crate::model::Note::headline).unwrap_or_default();
        line(out, format!("{}  {}  {headline}", entry.id, collection.standing(&entry.state)))?;
    }
    line(out, plural(found.len(), "card"))?;
    Ok(Outcome::Done)
}

/// Writes one deck, or all of the learner's own.
pub(super) fn export(
    collection: &Collection,
    deck: Option<&str>,
    format: ExportFormat,
    with_history: bool,
    output: Option<&Path>,
    out: &mut dyn Write,
) -> Result<Outcome, Error> {
    let ids = match deck {
        Some(deck) => vec![DeckId::new(deck).map_err(|error| Error::user(format!("there is no deck `{deck}`")).because(error))?],
        None => collection.own_decks(),
    };
    let Some(path) = output else {
        let Some(first) = ids.first() else { return Err(Error::user("you have no decks of your own")) };
        let Some((text, _)) = collection.export_text(first.as_str(), format)? else {
            return Err(Error::user(format!("{} is no text", format.title())).hint("name a file with --output"));
        };
        return line(out, text.trim_end()).map(|()| Outcome::Done);
    };
    let mut done = collection.export_decks(&ids, format, with_history, path)?;
    done.lost.iter_mut().for_each(|lost| lost.insert_str(0, "not in the file: "));
    exported(&done, path, out)
}

/// Says what was written, and what was not.
pub(super) fn exported(done: &Exported, path: &Path, out: &mut dyn Write) -> Result<Outcome, Error> {
    for lost in &done.lost {
        line(out, lost)?;
    }
    line(out, format!("wrote {}: {}", path.display(), done.words))?;
    Ok(Outcome::Done)
}

pub(super) fn export_history(collection: &Collection, as_json: bool, output: Option<&Path>, out: &mut dyn Write) -> Result<Outcome, Error> {
    let text = collection.export_history(as_json)?;
    match output {
        Some(path) => {
            collection.write_export(path, &text)?;
            line(out, format!("wrote {}", path.display()))?;
        }
        None => line(out, text.trim_end())?,
    }
    Ok(Outcome::Done)
}
