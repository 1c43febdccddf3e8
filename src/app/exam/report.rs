//! A finished attempt, worded for the screens, the command line and the files it is saved as.

use super::pass_words;
use crate::app::{CardEntry, Collection, Error};
use crate::engine::exam::{Gap, ItemRow, Report, report};
use crate::model::{
    CardId, EndReason, ExamEvent, FactId, NoteId, Now, Question, QuestionBody, Response, SittingRules, Timestamp, text::plain,
};

/// A finished attempt.
#[derive(Debug, Clone)]
pub struct ExamReport {
    /// Names it.
    pub id: FactId,
    /// The rules it was sat under.
    pub rules: SittingRules,
    /// When it was begun.
    pub made: Now,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// The numbers.
    pub report: Report,
    /// The questions, beside the numbers' rows.
    pub items: Vec<ReportItem>,
    /// Change of each domain's share against the attempt before at the same exam, in points; none without one.
    pub changes: Vec<Option<f64>>,
}

/// One question of a report.
#[derive(Debug, Clone)]
pub struct ReportItem {
    /// Its numbers.
    pub row: ItemRow,
    /// Its domain.
    pub domain: String,
    /// What it asks, in plain text.
    pub stem: String,
    /// The answer given, as letters, steps or words.
    pub given: String,
    /// The key in the same form.
    pub key: String,
    /// The note that a wrong choice points to.
    pub see: Option<NoteId>,
    /// The learner's note to themselves.
    pub note: String,
    /// The question itself, as it was asked; none if its text was lost.
    pub entry: Option<CardEntry>,
    /// The answer.
    pub response: Option<Response>,
    /// The order in which its parts were shown.
    pub order: Vec<usize>,
}

impl Collection {
    /// The report of an attempt.
    pub fn exam_report(&self, id: FactId) -> Result<ExamReport, Error> {
        let (record, sitting, entries) = self.read_sitting(id)?;
        let report = report::report(&sitting);
        let form = &sitting.start().form;
        let item = |row: &ItemRow| {
            let entry = entries.get(row.place).cloned().flatten();
            let state = sitting.items().get(row.place).cloned().unwrap_or_default();
            let order = form.items.get(row.place).map(|item| item.order.clone()).unwrap_or_default();
            let question = entry.as_ref().and_then(|entry| entry.card()?.question().cloned());
            ReportItem {
                domain: form.domains.get(row.domain).map(|domain| domain.title.clone()).unwrap_or_default(),
                stem: question.as_ref().map_or_else(|| "The text of this question was lost.".to_owned(), |question| plain(&question.stem)),
                given: words(question.as_ref(), state.response.as_ref(), &order),
                key: words(question.as_ref(), question.as_ref().map(key).as_ref(), &order),
                see: question.as_ref().and_then(|question| see(question, state.response.as_ref())),
                note: state.note,
                response: state.response,
                row: row.clone(),
                entry,
                order,
            }
        };
        let items = report.items.iter().map(item).collect();
        let ended = record.events.iter().find(|fact| matches!(fact.event, ExamEvent::End(_))).map(|fact| fact.moment.now.at);
        let changes = self.changes_by_domain(&record.start.rules, id, record.made, &report)?;
        Ok(ExamReport { id, rules: record.start.rules, made: record.made, ended, report, items, changes })
    }

    fn changes_by_domain(&self, rules: &SittingRules, id: FactId, made: Now, report: &Report) -> Result<Vec<Option<f64>>, Error> {
        let none = vec![None; report.domains.len()];
        let Some(exam) = &rules.exam else { return Ok(none) };
        let before = self
            .attempts()?
            .into_iter()
            .find(|attempt| attempt.exam.as_deref() == Some(exam.as_str()) && attempt.made.at < made.at && attempt.id != id);
        let Some(before) = before else { return Ok(none) };
        let (_, sitting, _) = self.read_sitting(before.id)?;
        let earlier = report::report(&sitting);
        let share = |right: f64, of: u32| (of > 0).then(|| 100.0 * right / f64::from(of));
        let change = |row: &crate::engine::exam::DomainRow| {
            let old = earlier.domains.iter().find(|old| old.title == row.title)?;
            Some(share(row.right, row.of)? - share(old.right, old.of)?)
        };
        Ok(report.domains.iter().map(change).collect())
    }
}

/// The right answer as a response.
fn key(question: &Question) -> Response {
    match &question.body {
        QuestionBody::Choice(choice) => {
            Response::Chosen(choice.options.iter().enumerate().filter(|(_, option)| option.is_key).map(|(index, _)| index).collect())
        }
        QuestionBody::Order(order) => Response::Ordered((0..order.steps.len()).collect()),
        QuestionBody::Match(pairs) => Response::Paired((0..pairs.pairs.len()).map(Some).collect()),
        QuestionBody::Typed(typed) => Response::Typed(typed.accept.first().cloned().unwrap_or_default()),
    }
}

/// A response in the letters and numbers it was shown with: "B, D" for a choice, "2 1 3" for an order, "1c 2a" for pairs.
fn words(question: Option<&Question>, response: Option<&Response>, order: &[usize]) -> String {
    let letter = |place: usize| char::from(b'A' + u8::try_from(place).unwrap_or(25).min(25));
    let place = |index: &usize| order.iter().position(|shown| shown == index);
    match (question.map(|question| &question.body), response) {
        (Some(QuestionBody::Choice(_)), Some(Response::Chosen(chosen))) => {
            let mut letters: Vec<char> = chosen.iter().filter_map(place).map(letter).collect();
            letters.sort_unstable();
            letters.iter().map(char::to_string).collect::<Vec<_>>().join(", ")
        }
        (Some(QuestionBody::Order(_)), Some(Response::Ordered(ordered))) => {
            ordered.iter().filter_map(place).map(|place| (place + 1).to_string()).collect::<Vec<_>>().join(" ")
        }
        (Some(QuestionBody::Match(_)), Some(Response::Paired(paired))) => {
            let pair = |(left, right): (usize, &Option<usize>)| {
                let right = right.as_ref().and_then(place).map_or('–', |place| letter(place).to_ascii_lowercase());
                format!("{}{right}", left + 1)
            };
            paired.iter().enumerate().map(pair).collect::<Vec<_>>().join(" ")
        }
        (_, Some(Response::Typed(text))) => text.clone(),
        _ => "—".to_owned(),
    }
}

/// The note that the first wrong option chosen points to.
fn see(question: &Question, response: Option<&Response>) -> Option<NoteId> {
    match (&question.body, response) {
        (QuestionBody::Choice(choice), Some(Response::Chosen(chosen))) => {
            chosen.iter().filter_map(|index| choice.options.get(*index)).find_map(|option| option.see.clone())
        }
        _ => None,
    }
}

/// Minutes and seconds, or hours and minutes for long times.
pub fn time_words(millis: i64) -> String {
    let seconds = millis.max(0) / 1000;
    match seconds {
        ..3_600 => format!("{}:{:02}", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

impl ExamReport {
    /// Cards of the questions that were missed.
    pub fn missed_cards(&self) -> Vec<CardId> {
        self.items.iter().filter(|item| item.row.missed()).filter_map(|item| Some(item.entry.as_ref()?.id.clone())).collect()
    }

    /// "8 below the passing score of 750", "12 above …", or where no cut is known what that means.
    pub fn verdict(&self) -> String {
        let (shown, unit) = (self.report.score.shown(), if self.report.score.scale.is_some() { "" } else { " %" });
        match (self.report.score.passed, self.report.score.shown_cut()) {
            (Some(true), Some(cut)) if shown == cut => format!("exactly the passing score of {cut}{unit}"),
            (Some(true), Some(cut)) => format!("{} above the passing score of {cut}{unit}", shown.saturating_sub(cut)),
            (Some(false), Some(cut)) if shown >= cut => "not passed: too few questions were answered".to_owned(),
            (Some(false), Some(cut)) => format!("{} below the passing score of {cut}{unit}", cut - shown),
            _ => "no passing score is published".to_owned(),
        }
    }

    /// What the score says and how sure it is, in sentences.
    pub fn score_words(&self) -> Vec<String> {
        let score = &self.report.score;
        let right = if score.raw.fract() == 0.0 { format!("{:.0}", score.raw) } else { format!("{:.1}", score.raw) };
        let unscored = self.report.items.iter().filter(|item| !item.scored).count();
        let pilots = if unscored > 0 { format!(", {unscored} did not count") } else { String::new() };
        let mut lines = vec![format!("{right} of {} correct{pilots} · {}", score.of, time_words(self.report.used_millis))];
        let (low, high) = score.likely();
        let half = high.saturating_sub(low).div_ceil(2);
        lines.push(format!(
            "Measurement error ±{half} points: a retake of equal difficulty would land between {low} and {high} about two times in three."
        ));
        if score.scale.is_some() {
            lines.push(
                "The issuer does not publish how many right answers pass; here it is as many as a just-passing candidate is expected to have."
                    .to_owned(),
            );
        }
        lines
    }

    /// How it was sat, in sentences: mode, extra time, pauses, gaps, how it ended.
    pub fn conditions(&self) -> Vec<String> {
        let rules = &self.rules;
        let mode = match (rules.reasons_at_once, rules.strict) {
            (true, _) => "Study mode: reasons after each question",
            (false, true) => "Exam conditions: no pause",
            (false, false) => "Practice: pauses allowed",
        };
        let mut lines = vec![format!("{mode}, {}.", super::driver_words(&rules.driver))];
        if let Some(limit) = rules.limit_millis {
            let extra = if rules.extra_time.is_empty() { String::new() } else { format!(" ({})", rules.extra_time) };
            lines.push(format!("Time limit {}{extra}, {} used.", time_words(limit), time_words(self.report.used_millis)));
        }
        lines.push(format!("{}.", capital(&pass_words(&rules.scoring))));
        match self.report.ended {
            Some(EndReason::TimeUp) => lines.push("The time ran out; what was there was submitted.".to_owned()),
            Some(EndReason::Decided) => lines.push("The exam ended by itself when it had enough evidence.".to_owned()),
            Some(EndReason::Submitted) | None => {}
        }
        lines.extend(self.report.gaps.iter().map(gap_words));
        lines
    }

    /// What the answers tell, in sentences; empty where there is nothing to tell.
    pub fn findings(&self) -> Vec<String> {
        let report = &self.report;
        let mut lines = Vec::new();
        let [to_wrong, to_right, other] = report.changes;
        if to_wrong + to_right + other > 0 {
            lines.push(format!(
                "Answers changed: {to_right} from wrong to right, {to_wrong} from right to wrong, {other} from wrong to wrong."
            ));
        }
        let confidence: Vec<String> = (report.confidence.iter())
            .map(|(confidence, tally)| format!("{}: {} of {} right", confidence.label(), tally.right, tally.of))
            .collect();
        if !confidence.is_empty() {
            lines.push(format!("How sure you were: {}.", confidence.join(" · ")));
        }
        let last = report.last_quarter;
        if last.of > 0 && report.items.len() >= 12 {
            lines.push(format!("Of the last quarter, {} of {} were right.", last.right, last.of));
        }
        if let Some(pace) = report.pace_millis {
            let slow = report.items.iter().filter(|item| item.slow).count();
            lines.push(format!("Pace line {} a question; {slow} took far longer.", time_words(pace)));
        }
        let causes: Vec<String> = report.causes.iter().map(|(cause, count)| format!("{count} {}", cause.label())).collect();
        if !causes.is_empty() {
            lines.push(format!("Misses by cause: {}.", causes.join(", ")));
        }
        lines
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

fn gap_words(gap: &Gap) -> String {
    match gap {
        Gap::Away(millis) => format!("Away for {} (asleep or closed); the clock went on.", time_words(*millis)),
        Gap::Forgiven(millis) => format!("Away for {} (asleep or closed), counted as a pause.", time_words(*millis)),
        Gap::Paused(millis) => format!("Paused for {}.", time_words(*millis)),
        Gap::ClockSet(millis) => {
            let direction = if *millis > 0 { "forward" } else { "back" };
            format!("The system clock was set {direction} by {}; no time was given or taken.", time_words(millis.abs()))
        }
    }
}
