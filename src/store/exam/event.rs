//! Exam events as columns and back.

use super::super::{Result, StoreError};
use crate::model::{Cause, Confidence, EndReason, ExamEvent, Response};

pub(super) struct Columns {
    pub(super) kind: &'static str,
    pub(super) place: Option<i64>,
    pub(super) number: Option<i64>,
    pub(super) words: Option<String>,
}

pub(super) fn columns(event: &ExamEvent) -> Columns {
    let row = |kind, place: Option<usize>, number, words| Columns { kind, place: place.map(|place| place as i64), number, words };
    match event {
        ExamEvent::Begin(place) => row("begin", Some(*place), None, None),
        ExamEvent::Enter(place) => row("enter", Some(*place), None, None),
        ExamEvent::Respond(place, response) => row("respond", Some(*place), None, response.as_ref().map(Response::encode)),
        ExamEvent::Strike(place, option, on) => row(if *on { "strike" } else { "unstrike" }, Some(*place), Some(*option as i64), None),
        ExamEvent::Highlight(place, ranges) => {
            let words: Vec<String> = ranges.iter().map(|(from, to)| format!("{from}-{to}")).collect();
            row("highlight", Some(*place), None, Some(words.join(" ")))
        }
        ExamEvent::Note(place, words) => row("note", Some(*place), None, Some(words.clone())),
        ExamEvent::Flag(place, on) => row(if *on { "flag" } else { "unflag" }, Some(*place), None, None),
        ExamEvent::Confidence(place, confidence) => row("confidence", Some(*place), position(&Confidence::ALL, confidence), None),
        ExamEvent::Check(place) => row("check", Some(*place), None, None),
        ExamEvent::Pause => row("pause", None, None, None),
        ExamEvent::Resume => row("resume", None, None, None),
        ExamEvent::Away(millis) => row("away", None, Some(*millis), None),
        ExamEvent::Forgive(millis) => row("forgive", None, Some(*millis), None),
        ExamEvent::End(reason) => row("end", None, None, Some(reason_word(*reason).to_owned())),
        ExamEvent::Cause(place, cause) => row("cause", Some(*place), cause.and_then(|cause| position(&Cause::ALL, &cause)), None),
    }
}

fn position<T: PartialEq>(all: &[T], one: &T) -> Option<i64> {
    all.iter().position(|other| other == one).map(|index| index as i64)
}

fn reason_word(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Submitted => "submitted",
        EndReason::TimeUp => "time-up",
        EndReason::Decided => "decided",
    }
}

pub(super) fn read(kind: &str, place: Option<i64>, number: Option<i64>, words: Option<&str>) -> Result<ExamEvent> {
    let bad = |what: &str| StoreError::Row(format!("an exam event `{kind}` without {what}"));
    let size = |number: Option<i64>| number.and_then(|number| usize::try_from(number).ok());
    let at = || size(place).ok_or_else(|| bad("its place"));
    let text = || words.unwrap_or_default().to_owned();
    Ok(match kind {
        "begin" => ExamEvent::Begin(at()?),
        "enter" => ExamEvent::Enter(at()?),
        "respond" => {
            let response = words.map(|words| Response::decode(words).ok_or_else(|| bad("an answer that can be read")));
            ExamEvent::Respond(at()?, response.transpose()?)
        }
        "strike" | "unstrike" => ExamEvent::Strike(at()?, size(number).ok_or_else(|| bad("its option"))?, kind == "strike"),
        "highlight" => ExamEvent::Highlight(at()?, ranges(&text()).ok_or_else(|| bad("ranges"))?),
        "note" => ExamEvent::Note(at()?, text()),
        "flag" | "unflag" => ExamEvent::Flag(at()?, kind == "flag"),
        "confidence" => {
            let confidence = size(number).and_then(|index| Confidence::ALL.get(index).copied());
            ExamEvent::Confidence(at()?, confidence.ok_or_else(|| bad("its number"))?)
        }
        "check" => ExamEvent::Check(at()?),
        "pause" => ExamEvent::Pause,
        "resume" => ExamEvent::Resume,
        "away" => ExamEvent::Away(number.ok_or_else(|| bad("its length"))?),
        "forgive" => ExamEvent::Forgive(number.ok_or_else(|| bad("its length"))?),
        "end" => {
            let reasons = [EndReason::Submitted, EndReason::TimeUp, EndReason::Decided];
            ExamEvent::End(reasons.into_iter().find(|reason| reason_word(*reason) == text()).ok_or_else(|| bad("its reason"))?)
        }
        "cause" => ExamEvent::Cause(at()?, size(number).and_then(|index| Cause::ALL.get(index).copied())),
        _ => return Err(StoreError::Row(format!("an exam event `{kind}`"))),
    })
}

fn ranges(text: &str) -> Option<Vec<(u32, u32)>> {
    let range = |word: &str| word.split_once('-').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    text.split_whitespace().map(range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_reads_back() {
        let events = [
            ExamEvent::Begin(3),
            ExamEvent::Enter(0),
            ExamEvent::Respond(1, Some(Response::Chosen([0, 2].into()))),
            ExamEvent::Respond(1, None),
            ExamEvent::Strike(2, 4, true),
            ExamEvent::Strike(2, 4, false),
            ExamEvent::Highlight(2, vec![(0, 5), (9, 12)]),
            ExamEvent::Highlight(2, vec![]),
            ExamEvent::Note(2, "look again\n⚑".into()),
            ExamEvent::Flag(2, true),
            ExamEvent::Flag(2, false),
            ExamEvent::Confidence(2, Confidence::Unsure),
            ExamEvent::Check(2),
            ExamEvent::Pause,
            ExamEvent::Resume,
            ExamEvent::Away(61_000),
            ExamEvent::Forgive(61_000),
            ExamEvent::End(EndReason::TimeUp),
            ExamEvent::End(EndReason::Submitted),
            ExamEvent::End(EndReason::Decided),
            ExamEvent::Cause(2, Some(Cause::Misread)),
            ExamEvent::Cause(2, None),
        ];
        for event in events {
            let row = columns(&event);
            assert_eq!(read(row.kind, row.place, row.number, row.words.as_deref()).expect("read"), event);
        }
        for (kind, words) in [("begin", None), ("end", Some("tired")), ("respond", Some("?")), ("dance", None), ("away", None)] {
            read(kind, None, None, words).expect_err(kind);
        }
    }
}
