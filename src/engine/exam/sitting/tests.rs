//! Random sequences of wishes through every driver, against a plain model that knows the rules in other words.

use super::*;
use crate::model::{
    CardId, Choice, EndReason, Form, FormDomain, FormItem, Now, Opt, QuestionBody, Scoring, SittingRules, Steady, Timestamp, Typed,
    UtcOffset,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

const ITEMS: usize = 12;
const LIMIT: i64 = 40 * 60_000;

fn question(place: usize) -> Question {
    let body = if place % 4 == 3 {
        QuestionBody::Typed(Typed { accept: vec!["yes".into()] })
    } else {
        let keys = if place % 4 == 1 { 2 } else { 1 };
        let options = (0..4).map(|n| Opt { text: format!("o{n}"), why: String::new(), see: None, is_key: n < keys });
        QuestionBody::Choice(Choice { options: options.collect(), shuffle: true })
    };
    Question { stem: format!("question {place}?"), why: String::new(), expect: Some(0.6), body }
}

fn sitting(driver: Driver, strict: bool) -> Sitting {
    let sectioned = matches!(driver, Driver::Sectioned(_));
    let item = |place: usize| FormItem {
        card: CardId::parse(&format!("d/n{place}/question")).expect("an id"),
        text_hash: 0,
        domain: place % 3,
        section: if sectioned { place / 5 } else { 0 },
        scored: !place.is_multiple_of(6),
        order: vec![0, 1, 2, 3],
        expect: 0.6,
    };
    let domain = |n: usize| FormDomain {
        id: crate::model::DomainId::new(&format!("d{n}")).expect("an id"),
        title: format!("D{n}"),
        weight: None,
        wanted: 4,
    };
    let rules = SittingRules {
        exam: None,
        title: "Mock".into(),
        scoring: Scoring::Percent { pass: 70.0 },
        partial_credit: false,
        limit_millis: Some(LIMIT),
        strict,
        reasons_at_once: false,
        ask_confidence: true,
        extra_time: String::new(),
        driver,
    };
    let form = Form { seed: 7, domains: (0..3).map(domain).collect(), sections: vec![], items: (0..ITEMS).map(item).collect() };
    Sitting::new(SittingStart { rules, form }, (0..ITEMS).map(|place| Some(question(place))).collect())
}

fn drivers() -> Vec<Driver> {
    let sections = ["A", "B", "C"].map(|title| (title.to_owned(), 0.333)).to_vec();
    vec![Driver::Linear, Driver::Sectioned(sections), Driver::ForwardOnly, Driver::Adaptive { min: 4, max: 9, confidence: 0.95 }]
}

fn moment(millis: i64, wall_shift: i64) -> Moment {
    let now = Now { at: Timestamp(1_795_424_400_000 + millis + wall_shift), offset: UtcOffset(0) };
    Moment { now, monotonic_millis: millis, steady: Some(Steady { origin: 1, millis, counts_sleep: true }) }
}

/// What the rules come to, told plainly.
#[derive(Default)]
struct Plain {
    begun: bool,
    paused: bool,
    over: bool,
    at: usize,
    answers: Vec<Option<Response>>,
    seen: BTreeSet<usize>,
    used: i64,
}

impl Plain {
    fn pass(&mut self, millis: i64) {
        if self.begun && !self.paused && !self.over {
            self.used = (self.used + millis).min(LIMIT);
            self.over = self.used == LIMIT;
        }
    }
}

fn wish() -> impl Strategy<Value = Act> {
    let place = 0..ITEMS + 2;
    prop_oneof![
        4 => Just(Act::Begin),
        8 => Just(Act::Next),
        4 => Just(Act::Previous),
        4 => place.clone().prop_map(Act::GoTo),
        1 => Just(Act::NextSection),
        12 => proptest::collection::btree_set(0_usize..5, 0..3).prop_map(|set| Act::Respond(Some(Response::Chosen(set)))),
        3 => "[a-z ]{0,4}".prop_map(|text| Act::Respond(Some(Response::Typed(text)))),
        1 => Just(Act::Respond(None)),
        2 => (0_usize..5).prop_map(Act::Strike),
        2 => place.prop_map(Act::Flag),
        1 => Just(Act::Confidence(Confidence::Sure)),
        1 => Just(Act::Check),
        1 => Just(Act::Pause),
        2 => Just(Act::Resume),
        1 => (0_i64..600_000).prop_map(Act::Away),
        1 => Just(Act::Forgive),
    ]
}

fn run(driver: &Driver, strict: bool, wishes: &[(Act, i64, i64)]) -> Result<(), TestCaseError> {
    let mut sitting = sitting(driver.clone(), strict);
    let mut plain = Plain { answers: vec![None; ITEMS], ..Plain::default() };
    let (mut clock, mut facts) = (0_i64, Vec::new());
    for (sequence, (act, wait, wall_shift)) in wishes.iter().enumerate() {
        clock += wait;
        let moment = moment(clock, *wall_shift);
        let (before, was_over) = (plain.used, plain.over);
        plain.pass(*wait);
        let act = &match act {
            Act::Away(millis) => Act::Away(*millis.min(wait)),
            other => other.clone(),
        };
        let planned = sitting.plan(act, &moment);
        let forgiven = sitting.forgivable();
        if plain.begun && !plain.over {
            prop_assert_eq!(sitting.left_at(&moment), Some(LIMIT - plain.used), "the clock is honest");
        }
        let Ok(event) = planned else {
            // A wish that is refused is not committed; its time passes with the next one.
            clock -= wait;
            plain.used = before;
            plain.over = was_over;
            continue;
        };
        sitting.apply(&event, &moment).ok();
        let id = crate::model::FactId { device: 1, sequence: sequence as u64 + 1 };
        facts.push(ExamFact { id, moment, event: event.clone() });
        if plain.over {
            prop_assert!(sitting.is_over(), "time is up after {:?}", act);
            prop_assert!(matches!(event, ExamEvent::End(EndReason::TimeUp)) || before == LIMIT);
            break;
        }
        let old = plain.at;
        match &event {
            ExamEvent::Begin(place) => {
                prop_assert!(!plain.begun);
                (plain.begun, plain.at) = (true, *place);
            }
            ExamEvent::Enter(place) => plain.at = *place,
            ExamEvent::Respond(place, response) => {
                prop_assert_eq!(*place, plain.at);
                if let Some(Response::Chosen(set)) = response {
                    let most = if place % 4 == 1 { 2 } else { 1 };
                    prop_assert!(place % 4 != 3 && set.len() <= most && set.iter().all(|option| *option < 4));
                }
                plain.answers[*place].clone_from(response);
            }
            ExamEvent::Pause => {
                prop_assert!(!strict);
                plain.paused = true;
            }
            ExamEvent::Resume => plain.paused = false,
            ExamEvent::Forgive(millis) => {
                prop_assert!(!strict && forgiven == Some(*millis));
                plain.used = (plain.used - millis).max(0);
            }
            ExamEvent::End(_) => plain.over = true,
            _ => {}
        }
        if matches!(event, ExamEvent::Enter(_)) {
            let new = plain.at;
            prop_assert!(new < ITEMS);
            match driver {
                Driver::Linear => {}
                Driver::Sectioned(_) => {
                    prop_assert!(new / 5 == old / 5 || new == (old / 5 + 1) * 5, "from {} to {}", old, new);
                }
                Driver::ForwardOnly => prop_assert_eq!(new, old + 1),
                Driver::Adaptive { .. } => prop_assert!(plain.answers[old].is_some() && !plain.seen.contains(&new)),
            }
        }
        if plain.begun {
            plain.seen.insert(plain.at);
            prop_assert_eq!(sitting.current(), plain.at);
        }
        let kept: Vec<Option<Response>> = sitting.items().iter().map(|item| item.response.clone()).collect();
        prop_assert_eq!(&kept, &plain.answers, "no answer is lost");
        prop_assert_eq!(sitting.is_over(), plain.over);
    }
    let mut again = self::sitting(driver.clone(), strict);
    again.replay(&facts);
    prop_assert_eq!(&again, &sitting, "the events give the state again");
    let report = crate::engine::exam::report::report(&sitting);
    prop_assert!(report.used_millis >= 0 && report.used_millis <= LIMIT);
    let score = report.score;
    prop_assert!(score.share.is_finite() && (0.0..=1.0).contains(&score.share) && score.standard_error.is_finite());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_driver_keeps_answers_time_and_rules(
        wishes in proptest::collection::vec((wish(), 0_i64..240_000, -4_000_000_i64..4_000_000), 1..120),
        driver in 0_usize..4,
        strict in any::<bool>(),
    ) {
        let mut all = vec![(Act::Begin, 1_000, 0)];
        all.extend(wishes);
        run(&drivers()[driver], strict, &all)?;
    }
}

fn begun(driver: Driver) -> Sitting {
    let mut sitting = sitting(driver, true);
    act(&mut sitting, &Act::Begin, 0).expect("begun");
    sitting
}

fn act(sitting: &mut Sitting, act: &Act, millis: i64) -> Result<(), Refusal> {
    let moment = moment(millis, 0);
    let event = sitting.plan(act, &moment)?;
    sitting.apply(&event, &moment)
}

fn choose(option: usize) -> Act {
    Act::Respond(Some(Response::Chosen([option].into())))
}

#[test]
fn the_last_millisecond_counts_and_the_one_after_does_not() {
    let mut sitting = begun(Driver::Linear);
    act(&mut sitting, &choose(0), LIMIT - 1).expect("in time");
    assert!(!sitting.is_up(&moment(LIMIT - 1, 0)) && sitting.is_up(&moment(LIMIT, 0)));
    act(&mut sitting, &choose(1), LIMIT).expect("the exam ends instead");
    assert_eq!(sitting.stage(), Stage::Ended(EndReason::TimeUp));
    assert_eq!(sitting.items()[0].response, Some(Response::Chosen([0].into())));
    assert_eq!(act(&mut sitting, &Act::End, LIMIT + 1), Err(Refusal::Over), "a second submit does nothing");
    assert_eq!(sitting.used_at(&moment(LIMIT * 3, 0)), LIMIT);
}

#[test]
fn a_clock_that_is_set_is_noticed_and_changes_nothing() {
    let mut sitting = begun(Driver::Linear);
    let later = moment(60_000, 3_600_000);
    sitting.apply(&ExamEvent::Flag(0, true), &later).expect("flagged");
    assert_eq!(sitting.left_at(&later), Some(LIMIT - 60_000));
    assert_eq!(sitting.gaps(), [Gap::ClockSet(3_600_000)]);
    let back = moment(90_000, -86_400_000);
    sitting.apply(&ExamEvent::Flag(0, false), &back).expect("unflagged");
    assert_eq!(sitting.left_at(&back), Some(LIMIT - 90_000));
}

#[test]
fn an_adaptive_exam_wants_an_answer_and_stops_by_itself() {
    let mut sitting = begun(Driver::Adaptive { min: 4, max: 9, confidence: 0.95 });
    assert_eq!(act(&mut sitting, &Act::Next, 10), Err(Refusal::AnswerFirst));
    let mut asked = 1;
    while !sitting.is_over() {
        let place = sitting.current();
        let right = match place % 4 {
            3 => Act::Respond(Some(Response::Typed("yes".into()))),
            1 => Act::Respond(Some(Response::Chosen([0, 1].into()))),
            _ => choose(0),
        };
        act(&mut sitting, &right, asked * 1_000).expect("answered");
        act(&mut sitting, &Act::Next, asked * 1_000 + 500).expect("goes on or ends");
        asked += 1;
    }
    assert_eq!(sitting.stage(), Stage::Ended(EndReason::Decided));
    let score = crate::engine::exam::score::score(&sitting);
    assert!(score.passed == Some(true) && score.of >= 4, "{score:?}");
}

#[test]
fn warnings_come_once_when_their_minute_is_crossed() {
    let minute = 60_000;
    let check = |before: i64, after: i64, expected| assert_eq!(warning(90 * minute, before * minute, after * minute), expected);
    check(31, 30, Some(30));
    check(30, 29, None);
    check(16, 14, Some(15));
    check(40, 3, Some(5));
    check(6, 5, Some(5));
    assert_eq!(warning(30 * minute, 30 * minute, 29 * minute), None, "not for an exam that is no longer");
}
