//! A report as a file.

use super::report::{ExamReport, time_words};
use crate::app::{Collection, Error};
use crate::disk;
use crate::export::{Sheet, SheetDomain, SheetItem, report_csv, report_html};
use crate::model::{FactId, Question, QuestionBody, text::plain};
use std::path::Path;

/// The formats of a saved report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// One page that prints well.
    Html,
    /// A table of the questions.
    Csv,
}

impl Collection {
    /// Saves a report. The ending of the path says how: `.csv` for a table, anything else for a page.
    pub fn save_report(&self, id: FactId, path: &Path) -> Result<ReportFormat, Error> {
        let report = self.exam_report(id)?;
        let is_csv = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        let format = if is_csv { ReportFormat::Csv } else { ReportFormat::Html };
        disk::write(path, self.report_text(&report, format).as_bytes())?;
        Ok(format)
    }

    /// The text of a saved report.
    pub fn report_text(&self, report: &ExamReport, format: ReportFormat) -> String {
        let sheet = sheet(report);
        match format {
            ReportFormat::Html => report_html(&sheet),
            ReportFormat::Csv => report_csv(&sheet),
        }
    }
}

fn sheet(report: &ExamReport) -> Sheet {
    let score = &report.report.score;
    let domain = |(row, change): (&crate::engine::exam::DomainRow, &Option<f64>)| SheetDomain {
        title: row.title.clone(),
        right: format!("{} of {}", trim(row.right), row.of),
        share: if row.of > 0 { (100.0 * row.right / f64::from(row.of)).round() } else { 0.0 },
        interval: format!("{:.0}–{:.0} %", row.interval.0 * 100.0, row.interval.1 * 100.0),
        weight: row.weight.map_or_else(|| "not published".to_owned(), |weight| format!("{weight} %")),
        change: change.map(|change| format!("{change:+.0}")).unwrap_or_default(),
    };
    let item = |item: &super::report::ReportItem| SheetItem {
        number: item.row.number,
        domain: item.domain.clone(),
        stem: item.stem.clone(),
        given: item.given.clone(),
        key: item.key.clone(),
        credit: item.row.credit,
        counts: item.row.scored,
        flagged: item.row.flagged,
        confidence: item.row.confidence.map(|confidence| confidence.label().to_owned()).unwrap_or_default(),
        cause: item.row.cause.map(|cause| cause.label().to_owned()).unwrap_or_default(),
        seconds: item.row.taken_millis / 1000,
        time: time_words(item.row.taken_millis),
        note: item.note.clone(),
        reasons: reasons(item),
        sources: sources(item),
    };
    let mut lines = report.score_words();
    lines.extend(report.conditions());
    lines.extend(report.findings());
    Sheet {
        title: report.rules.title.clone(),
        date: report.made.local().format("%-d %B %Y, %H:%M").to_string(),
        score: score.shown().to_string(),
        verdict: report.verdict(),
        passed: score.passed,
        lines,
        domains: report.report.domains.iter().zip(&report.changes).map(domain).collect(),
        items: report.items.iter().map(item).collect(),
    }
}

fn trim(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

/// The parts of a question with their reasons, in the order they were shown.
fn reasons(item: &super::report::ReportItem) -> Vec<(String, String, bool)> {
    let question = item.entry.as_ref().and_then(|entry| entry.card()?.question().cloned());
    let Some(Question { body, why, .. }) = question else { return Vec::new() };
    let mut lines: Vec<(String, String, bool)> = match &body {
        QuestionBody::Choice(choice) => (item.order.iter().enumerate())
            .filter_map(|(place, index)| {
                let option = choice.options.get(*index)?;
                let letter = char::from(b'A' + u8::try_from(place).unwrap_or(25).min(25));
                Some((format!("{letter}. {}", plain(&option.text)), plain(&option.why), option.is_key))
            })
            .collect(),
        QuestionBody::Order(order) => {
            order.steps.iter().enumerate().map(|(n, step)| (format!("{}. {}", n + 1, plain(step)), String::new(), true)).collect()
        }
        QuestionBody::Match(pairs) => {
            pairs.pairs.iter().map(|(left, right)| (format!("{} — {}", plain(left), plain(right)), String::new(), true)).collect()
        }
        QuestionBody::Typed(typed) => vec![(typed.accept.join(" · "), String::new(), true)],
    };
    if !why.is_empty() {
        lines.push((String::new(), plain(&why), true));
    }
    lines
}

fn sources(item: &super::report::ReportItem) -> Vec<String> {
    let Some(entry) = &item.entry else { return Vec::new() };
    let cite = |cite: &crate::model::Citation| {
        let source = entry.deck.source(&cite.source);
        source.map_or_else(|| cite.pinpoint.clone(), |source| format!("{} ({}), {}", source.title, source.edition, cite.pinpoint))
    };
    entry.note().map(|note| note.cites.iter().map(cite).collect()).unwrap_or_default()
}
