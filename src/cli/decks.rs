//! `check`, `fmt`, `import`, `export`.

use super::{Outcome, json_line, line, plural};
use crate::app::{Collection, Error, ImportPlan, check_files, format_files};
use crate::model::{Clock, Issue, Now, Severity};
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
        "replaces": plan.replaces.map(|[added, changed, gone, same]| json!({ "added": added, "changed": changed, "gone": gone, "same": same })),
        "refused": plan.refused,
        "imported": imported,
        "issues": plan.issues.iter().map(issue_json).collect::<Vec<_>>(),
    })
}

fn plan_words(plan: &ImportPlan) -> String {
    let kinds: Vec<String> = plan.kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let mut words = format!("{} “{}”: {}, {}", plan.what, plan.title, plural(plan.note_count(), "note"), plural(plan.cards, "card"));
    if !kinds.is_empty() {
        words.push_str(&format!(" ({})", kinds.join(", ")));
    }
    if let Some([added, changed, gone, same]) = plan.replaces {
        words.push_str(&format!("; takes the place of an earlier edition: {added} new, {changed} changed, {gone} gone, {same} the same"));
    }
    words
}

pub(super) fn import(
    collection: &mut Collection,
    files: &[PathBuf],
    dry_run: bool,
    json: bool,
    out: &mut dyn Write,
) -> Result<Outcome, Error> {
    let mut outcome = Outcome::Done;
    let mut listed = Vec::new();
    for file in files {
        let plan = collection.plan_import(file)?;
        let wanted = !dry_run && plan.refused.is_none();
        if wanted {
            collection.import(std::slice::from_ref(&plan))?;
        }
        if plan.refused.is_some() || plan.error_count() > 0 {
            outcome = Outcome::Problems;
        }
        if json {
            listed.push(plan_json(&plan, wanted));
            continue;
        }
        for issue in &plan.issues {
            line(out, issue.render())?;
        }
        match &plan.refused {
            Some(reason) => line(out, format!("{}: not imported: {reason}", file.display()))?,
            None if dry_run => line(out, format!("would import {}", plan_words(&plan)))?,
            None => line(out, format!("imported {}", plan_words(&plan)))?,
        }
    }
    if json {
        json_line(out, &Value::Array(listed))?;
    }
    Ok(outcome)
}

pub(super) fn export(collection: &Collection, deck: &str, output: Option<&Path>, out: &mut dyn Write) -> Result<Outcome, Error> {
    let text = collection.export_deck(deck)?;
    match output {
        Some(path) => {
            collection.write_export(path, &text)?;
            line(out, format!("wrote {}", path.display()))?;
        }
        None => line(out, text.trim_end())?,
    }
    Ok(Outcome::Done)
}
