//! `exam list`, `exam take`, `exam report`.

use super::study::{asked, question_prompt, read_response, reasons};
use super::{Outcome, json_line, line, plural};
use crate::app::{
    Acted, AttemptRow, Collection, Error, ExamReport, ExtraTime, Prepared, ReportFormat, SittingPlan, What, driver_words, time_words,
};
use crate::engine::exam::{Act, Stage};
use crate::model::{DeckId, FactId, text::plain};
use serde_json::{Value, json};
use std::io::{self, BufRead, Write};
use std::path::PathBuf;

/// What to do with mock exams.
#[derive(Debug, Clone, clap::Subcommand)]
pub(super) enum ExamCommand {
    /// Say which exams there are
    List {
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Sit an exam in the terminal, or go on with the one under way
    Take {
        /// Id of the exam; may be left out to go on
        exam: Option<String>,
        /// Pauses are allowed, and recorded
        #[arg(long)]
        practice: bool,
        /// Extra time
        #[arg(long, value_enum, default_value = "none")]
        extra: Extra,
    },
    /// Report on an attempt
    Report {
        /// Which one, 1 for the newest
        #[arg(default_value_t = 1)]
        number: usize,
        /// Print as JSON
        #[arg(long)]
        json: bool,
        /// Save it: .csv for a table, anything else for a page
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// Time beyond the usual.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum Extra {
    /// None
    None,
    /// A quarter more
    Quarter,
    /// Half as much again
    Half,
    /// Thirty minutes
    Language,
}

impl ExamCommand {
    /// Whether the history is only read.
    pub(super) fn only_reads(&self) -> bool {
        !matches!(self, Self::Take { .. })
    }
}

pub(super) fn run(
    collection: &mut Collection,
    command: &ExamCommand,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<Outcome, Error> {
    match command {
        ExamCommand::List { json } => list(collection, *json, out),
        ExamCommand::Take { exam, practice, extra } => take(collection, exam.as_deref(), *practice, *extra, input, out),
        ExamCommand::Report { number, json, output } => report(collection, *number, *json, output.as_deref(), out),
    }
}

fn list(collection: &Collection, json: bool, out: &mut dyn Write) -> Result<Outcome, Error> {
    let rows = collection.exam_rows()?;
    if json {
        let exams: Vec<Value> = (rows.iter())
            .map(|row| {
                let exam = &row.exam;
                let domains: Vec<Value> = (exam.domains.iter())
                    .map(|domain| json!({ "id": domain.id.as_str(), "title": domain.title, "weight": domain.weight, "confirmed": domain.confirmed }))
                    .collect();
                json!({
                    "id": exam.id.as_str(), "title": exam.title, "code": exam.code, "issuer": exam.issuer, "questions": [exam.questions.0, exam.questions.1],
                    "unscored": exam.unscored, "minutes": exam.minutes, "driver": driver_words(&exam.driver), "status": row.status, "domains": domains,
                    "questions_there": row.questions.0, "attempts": row.attempts.len(), "remarks": exam.remarks,
                })
            })
            .collect();
        json_line(out, &json!({ "exams": exams }))?;
        return Ok(Outcome::Done);
    }
    for row in rows {
        line(out, format!("{}: {}", row.exam.id, row.exam.title))?;
        line(out, format!("    {} · {} · {} in your decks", row.facts, row.driver, plural(row.questions.0, "question")))?;
        if !row.status.is_empty() {
            line(out, format!("    {}", row.status))?;
        }
        if row.unconfirmed > 0 {
            line(out, "    some figures are not confirmed by the issuer")?;
        }
        if let Some(last) = row.attempts.first() {
            line(out, format!("    {}, last {}", plural(row.attempts.len(), "attempt"), attempt_words(last)))?;
        }
    }
    Ok(Outcome::Done)
}

fn attempt_words(attempt: &AttemptRow) -> String {
    let date = attempt.made.local().format("%-d %b %Y");
    let verdict = match attempt.passed {
        Some(true) => ", passed",
        Some(false) => ", not passed",
        None => "",
    };
    match attempt.score {
        Some((shown, Some(cut))) => format!("{shown} on {date}, passing is {cut}{verdict}"),
        Some((shown, None)) => format!("{shown} % on {date}"),
        None => date.to_string(),
    }
}

const HELP: &str = "Type letters for options (ac), numbers for an order (2 1 3), pairs for a match (1b 2a), words for a typed answer.
/n or Enter next, /p previous, /g 12 go to, /f flag, /x b strike b through, /c clear the answer, /note WORDS, /list, /pause, /section, /end,
/q leave: the clock goes on and nothing is lost.";

fn take(
    collection: &mut Collection,
    exam: Option<&str>,
    practice: bool,
    extra: Extra,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<Outcome, Error> {
    if collection.resume_exam()? {
        let away = collection.exam().and_then(|exam| exam.away);
        line(out, away.map_or("Going on.".to_owned(), |away| format!("Going on after {}; the clock ran on.", time_words(away))))?;
    } else {
        let Some(id) = exam else {
            return Err(Error::user("no exam is under way").hint("`ascertain exam list` names the exams"));
        };
        let what = What::Exam(DeckId::new(id).map_err(|error| Error::user(format!("`{id}` is no exam")).because(error))?);
        let extra = match extra {
            Extra::None => ExtraTime::None,
            Extra::Quarter => ExtraTime::Quarter,
            Extra::Half => ExtraTime::Half,
            Extra::Language => ExtraTime::Language,
        };
        let plan = SittingPlan { what, strict: !practice, extra, ask_confidence: false };
        tell(&collection.prepare_exam(&plan)?, out)?;
        collection.begin_exam(&plan)?;
    }
    while let Some(exam) = collection.exam().filter(|exam| !exam.sitting.is_over()) {
        let going_on = match exam.sitting.stage() {
            Stage::Tutorial => start(collection, input, out)?,
            _ => one_question(collection, input, out)?,
        };
        if !going_on {
            line(out, "Left. `ascertain exam take` goes on.")?;
            return Ok(Outcome::Done);
        }
    }
    let Some(id) = collection.close_exam() else { return Ok(Outcome::Done) };
    print_report(&collection.exam_report(id)?, out)?;
    Ok(Outcome::Done)
}

fn tell(prepared: &Prepared, out: &mut dyn Write) -> Result<(), Error> {
    let time = prepared.rules.limit_millis.map_or("no clock".to_owned(), |limit| format!("{} min", limit / 60_000));
    line(
        out,
        format!(
            "{}: {}, {time}, {}.",
            prepared.title,
            plural(prepared.questions.0 as usize, "question"),
            driver_words(&prepared.rules.driver)
        ),
    )?;
    for warning in &prepared.warnings {
        line(out, warning)?;
    }
    line(out, HELP)
}

fn start(collection: &mut Collection, input: &mut dyn BufRead, out: &mut dyn Write) -> Result<bool, Error> {
    match prompt("Enter starts the clock, /q leaves: ", input, out)?.as_deref() {
        None => Ok(false),
        Some("/q") => collection.drop_exam().map(|()| false),
        Some(_) => collection.exam_act(&Act::Begin).map(|_| true),
    }
}

fn prompt(text: &str, input: &mut dyn BufRead, out: &mut dyn Write) -> Result<Option<String>, Error> {
    let failed = |error: io::Error| Error::environment("the terminal cannot be read or written").because(error);
    write!(out, "{text}").and_then(|()| out.flush()).map_err(failed)?;
    let mut words = String::new();
    if input.read_line(&mut words).map_err(failed)? == 0 {
        return Ok(None);
    }
    Ok(Some(words.trim().to_owned()))
}

/// Shows the question and carries out one line. False when the learner leaves.
fn one_question(collection: &mut Collection, input: &mut dyn BufRead, out: &mut dyn Write) -> Result<bool, Error> {
    let Some(exam) = collection.exam() else { return Ok(false) };
    let (sitting, place) = (&exam.sitting, exam.sitting.current());
    let order = sitting.start().form.items.get(place).map(|item| item.order.clone()).unwrap_or_default();
    let item = sitting.items().get(place).cloned().unwrap_or_default();
    let number =
        if sitting.is_adaptive() { sitting.path().len().to_string() } else { format!("{} of {}", place + 1, sitting.items().len()) };
    let left = collection.exam_left().map_or(String::new(), |left| format!(" — {} left", time_words(left)));
    line(out, format!("\nQuestion {number}{left}{}", if item.flagged { " — flagged" } else { "" }))?;
    let entry = exam.entry().cloned();
    let question = sitting.question(place).cloned();
    match &entry {
        Some(entry) => line(out, entry.card().map(|card| asked(&card, &order)).unwrap_or_default())?,
        None => line(out, "The text of this question was lost.")?,
    }
    if item.is_answered() {
        line(out, "Answered already; another answer takes its place.")?;
    }
    let Some(words) = prompt(question_prompt(question.as_ref()), input, out)? else { return Ok(false) };
    let act = match words.as_str() {
        "/q" => return Ok(false),
        "/list" => return listing(collection, out).map(|()| true),
        "?" => return line(out, HELP).map(|()| true),
        "" if item.is_answered() || !sitting.is_adaptive() => next(collection, place),
        words if words.starts_with('/') => match command(words, place, &order) {
            Some(act) => act,
            None => return line(out, HELP).map(|()| true),
        },
        words => match question.as_ref().map(|question| read_response(question, &order, words)) {
            Some(Ok(response)) => Act::Respond(Some(response)),
            Some(Err(reason)) => return line(out, reason).map(|()| true),
            None => return line(out, HELP).map(|()| true),
        },
    };
    carry_out(collection, &act, input, out)?;
    Ok(true)
}

fn next(collection: &Collection, place: usize) -> Act {
    let last = collection
        .exam()
        .is_some_and(|exam| !exam.sitting.is_adaptive() && place + 1 >= exam.sitting.open_places().end && exam.sitting.goes_back());
    let at_end = collection.exam().is_some_and(|exam| !exam.sitting.is_adaptive() && place + 1 >= exam.sitting.items().len());
    if at_end {
        Act::End
    } else if last {
        Act::NextSection
    } else {
        Act::Next
    }
}

fn command(words: &str, place: usize, order: &[usize]) -> Option<Act> {
    let (name, rest) = words.split_once(' ').unwrap_or((words, ""));
    Some(match name {
        "/n" => Act::Next,
        "/p" => Act::Previous,
        "/g" => Act::GoTo(rest.trim().parse::<usize>().ok()?.checked_sub(1)?),
        "/f" => Act::Flag(place),
        "/x" => {
            let letter = rest.trim().chars().next()?.to_ascii_lowercase();
            let at = u32::from(letter).checked_sub(u32::from('a'))? as usize;
            Act::Strike(*order.get(at)?)
        }
        "/c" => Act::Respond(None),
        "/note" => Act::Note(rest.to_owned()),
        "/pause" => Act::Pause,
        "/section" => Act::NextSection,
        "/end" => Act::End,
        _ => return None,
    })
}

/// Commits an act and says so. What the rules refuse is said and changes nothing.
fn carry_out(collection: &mut Collection, act: &Act, input: &mut dyn BufRead, out: &mut dyn Write) -> Result<(), Error> {
    if matches!(act, Act::End | Act::NextSection) {
        let open = collection.exam().map_or(0, |exam| exam.sitting.items().len().saturating_sub(exam.sitting.answered()));
        let what = if *act == Act::End { "End the exam" } else { "Leave this section for good" };
        let sure = prompt(&format!("{what}? {} open. Type yes: ", plural(open, "question")), input, out)?;
        if sure.as_deref() != Some("yes") {
            return Ok(());
        }
    }
    match collection.exam_act(act) {
        Ok(Acted::Over) => line(out, "The exam is over."),
        Ok(_) if matches!(act, Act::Respond(Some(_))) => {
            line(out, "Accepted.")?;
            let Some(place) = collection.exam().map(|exam| exam.sitting.current()) else { return Ok(()) };
            let goes_on = next(collection, place);
            if goes_on == Act::Next {
                return match collection.exam_act(&goes_on) {
                    Ok(Acted::Over) => line(out, "The exam is over."),
                    Ok(_) => Ok(()),
                    Err(error) => line(out, error.to_string()),
                };
            }
            Ok(())
        }
        Ok(_) if *act == Act::Pause => {
            prompt("Paused. Enter goes on: ", input, out)?;
            collection.exam_act(&Act::Resume).map(drop)
        }
        Ok(_) => Ok(()),
        Err(error) if error.kind == crate::app::ErrorKind::User => line(out, error.to_string()),
        Err(error) => Err(error),
    }
}

fn listing(collection: &Collection, out: &mut dyn Write) -> Result<(), Error> {
    let Some(exam) = collection.exam() else { return Ok(()) };
    for place in exam.sitting.open_places() {
        let Some(item) = exam.sitting.items().get(place) else { continue };
        let status = match (item.visited, item.is_answered()) {
            (_, true) => "answered",
            (true, false) => "unanswered",
            (false, false) => "unseen",
        };
        line(out, format!("{:4} {status}{}", place + 1, if item.flagged { ", flagged" } else { "" }))?;
    }
    Ok(())
}

fn find(collection: &Collection, number: usize) -> Result<FactId, Error> {
    let attempts = collection.attempts()?;
    let found = number.checked_sub(1).and_then(|index| attempts.get(index));
    found.map(|attempt| attempt.id).ok_or_else(|| {
        Error::user(format!("there is no attempt {number}; {} finished", plural(attempts.len(), "attempt")))
            .hint("`ascertain exam take EXAM` sits one")
    })
}

fn report(
    collection: &Collection,
    number: usize,
    json: bool,
    output: Option<&std::path::Path>,
    out: &mut dyn Write,
) -> Result<Outcome, Error> {
    let id = find(collection, number)?;
    if let Some(path) = output {
        let format = collection.save_report(id, path)?;
        let what = if format == ReportFormat::Csv { "a table" } else { "a page" };
        line(out, format!("saved {what}: {}", path.display()))?;
    }
    let report = collection.exam_report(id)?;
    if json {
        json_line(out, &report_json(&report))?;
    } else if output.is_none() {
        print_report(&report, out)?;
    }
    Ok(Outcome::Done)
}

fn print_report(report: &ExamReport, out: &mut dyn Write) -> Result<(), Error> {
    line(out, format!("\n{}: {}, {}", report.rules.title, report.report.score.shown(), report.verdict()))?;
    for words in report.score_words().into_iter().chain(report.conditions()).chain(report.findings()) {
        line(out, words)?;
    }
    for domain in &report.report.domains {
        let (low, high) = (domain.interval.0 * 100.0, domain.interval.1 * 100.0);
        line(out, format!("  {} of {} ({low:.0}–{high:.0} %)  {}", domain.right, domain.of, domain.title))?;
    }
    for item in report.items.iter().filter(|item| item.row.missed()) {
        line(out, format!("\n{}. {}", item.row.number, item.stem))?;
        let question = item.entry.as_ref().and_then(|entry| entry.card()?.question().cloned());
        if let Some(question) = question {
            let response = item.response.clone().unwrap_or(crate::model::Response::GaveUp);
            for words in reasons(&question, &item.order, &response) {
                line(out, words)?;
            }
            if !question.why.is_empty() {
                line(out, plain(&question.why))?;
            }
        }
    }
    Ok(())
}

fn report_json(report: &ExamReport) -> Value {
    let (numbers, score) = (&report.report, &report.report.score);
    let domains: Vec<Value> = (numbers.domains.iter())
        .map(|domain| json!({ "title": domain.title, "weight": domain.weight, "right": domain.right, "of": domain.of, "interval_80": [domain.interval.0, domain.interval.1] }))
        .collect();
    let items: Vec<Value> = (report.items.iter())
        .map(|item| {
            json!({
                "number": item.row.number, "card": item.entry.as_ref().map(|entry| entry.id.to_string()), "domain": item.domain, "credit": item.row.credit,
                "counts": item.row.scored, "answered": item.row.answered, "given": item.given, "key": item.key, "seconds": item.row.taken_millis / 1000,
                "flagged": item.row.flagged, "confidence": item.row.confidence.map(crate::model::Confidence::label),
                "cause": item.row.cause.map(crate::model::Cause::label), "see": item.see.as_ref().map(ToString::to_string),
                "changed": item.row.changed.map(|(from, to)| json!({ "from_right": from, "to_right": to })),
            })
        })
        .collect();
    json!({
        "exam": report.rules.exam.as_ref().map(ToString::to_string), "title": report.rules.title,
        "made": report.made.local().to_string(), "scorer": score.scorer, "raw": score.raw, "of": score.of, "share": score.share,
        "standard_error": score.standard_error, "score": score.shown(), "passing": score.shown_cut(), "passed": score.passed,
        "likely": [score.likely().0, score.likely().1], "ability": score.ability.map(|ability| json!({ "theta": ability.theta, "standard_error": ability.standard_error })),
        "used_seconds": numbers.used_millis / 1000, "limit_seconds": report.rules.limit_millis.map(|limit| limit / 1000),
        "strict": report.rules.strict, "conditions": report.conditions(), "domains": domains, "items": items,
        "changed": { "right_to_wrong": numbers.changes[0], "wrong_to_right": numbers.changes[1], "wrong_to_wrong": numbers.changes[2] },
    })
}
