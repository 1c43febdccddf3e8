//! Mock exams through the use cases: nothing is lost, the clock is honest, a mock writes no review.

use crate::support::{MINUTE, World};
use ascertain::app::{Acted, Collection, ExtraTime, Only, Quiz, Scope, SittingPlan, Target, What};
use ascertain::engine::exam::{Act, Gap, Stage};
use ascertain::model::{Cause, DeckId, EndReason, QuestionBody, Response};

/// A deck of `count` questions of every kind in two domains, and exams over it with each driver.
pub fn exam_world(count: usize) -> World {
    let world = World::new();
    let notes: Vec<String> = (0..count).map(note).collect();
    let case = r#"Case(id: "case", domain: "b", scenario: "A bank has a bucket.", exhibits: [(title: "Policy", text: "Allow all.")], questions: [
        Choice(id: "first", stem: "What does the policy in the exhibit allow?", options: [Key(text: "everything", why: "it says so"), Wrong(text: "nothing", why: "no"), Wrong(text: "reads", why: "no")], expect: 0.6),
        Typed(id: "second", stem: "How many statements does the policy have?", accept: ["1", "one"], expect: 0.7),
    ], cites: [("s", "9")])"#;
    world.write_deck(
        "bank.ron",
        &format!(
            "Deck(format: 1, id: \"bank\", title: \"Bank\", as_of: \"2026-11-23\", domains: [(id: \"a\", title: \"Part A\"), (id: \"b\", title: \"Part B\")], \
             sources: [(id: \"s\", title: \"S\", edition: \"1\", url: \"https://s.example\")], notes: [{}, {case}])",
            notes.join(", ")
        ),
    );
    for (id, driver, questions, unscored) in [
        ("linear", "Linear", "(60, 60)", 10),
        ("forward", "ForwardOnly", "(10, 10)", 0),
        ("sections", "Sectioned([(title: \"General\", share: 0.7), (title: \"Case study\", share: 0.3)])", "(10, 10)", 0),
        ("adaptive", "Adaptive(min: 8, max: 20, confidence: 0.95)", "(8, 20)", 2),
    ] {
        world.write_deck(
            &format!("{id}.ron"),
            &format!(
                "Exam(format: 1, id: \"{id}\", title: \"Exam {id}\", issuer: \"Us\", status: Current, questions: {questions}, unscored: {unscored}, minutes: 90, \
                 scoring: Scaled(min: 100, max: 1000, pass: 750), driver: {driver}, domains: [\
                 (id: \"a\", title: \"Part A\", weight: 60, confirmed: true, draws: [Domain(\"bank\", \"a\")]), \
                 (id: \"b\", title: \"Part B\", weight: 40, confirmed: true, draws: [Domain(\"bank\", \"b\")])])"
            ),
        );
    }
    world
}

fn note(n: usize) -> String {
    let domain = if n.is_multiple_of(2) { "a" } else { "b" };
    let head = format!("id: \"n{n}\", domain: \"{domain}\", expect: 0.{}, cites: [(\"s\", \"{n}\")]", 4 + n % 5);
    match n % 10 {
        7 => format!(
            "Order({head}, stem: \"Put the steps of task {n} in order, please.\", steps: [\"one {n}\", \"two {n}\", \"three {n}\"])"
        ),
        8 => format!(
            "Match({head}, stem: \"Match the parts of thing {n}, please.\", pairs: [(\"l{n}\", \"x{n}\"), (\"m{n}\", \"y{n}\")], decoys: [\"z{n}\"])"
        ),
        9 => format!("Typed({head}, stem: \"Which number has question {n}?\", accept: [\"{n}\"])"),
        5 => format!(
            "Choice({head}, stem: \"Which two fit question {n} best?\", options: [Key(text: \"k{n}\", why: \"y\"), Key(text: \"l{n}\", why: \"y\"), Wrong(text: \"v{n}\", why: \"n\"), Wrong(text: \"w{n}\", why: \"n\")])"
        ),
        _ => format!(
            "Choice({head}, stem: \"Which one fits question {n} best?\", options: [Key(text: \"k{n}\", why: \"y\"), Wrong(text: \"v{n}\", why: \"n\", see: \"n{}\"), Wrong(text: \"w{n}\", why: \"n\")])",
            n ^ 1
        ),
    }
}

pub fn plan(id: &str) -> SittingPlan {
    SittingPlan { what: What::Exam(DeckId::new(id).expect("an id")), strict: true, extra: ExtraTime::None, ask_confidence: false }
}

fn begun(world: &World, id: &str) -> Collection {
    let mut collection = world.open();
    collection.begin_exam(&plan(id)).expect("drawn");
    collection.exam_act(&Act::Begin).expect("begun");
    collection
}

/// The right answer to the question shown, or a wrong one.
pub fn reply(collection: &Collection, right: bool) -> Response {
    let exam = collection.exam().expect("an exam");
    let question = exam.sitting.question(exam.sitting.current()).expect("a question");
    match &question.body {
        QuestionBody::Choice(choice) => {
            let wanted = choice.options.iter().enumerate().filter(|(_, option)| option.is_key == right).map(|(index, _)| index);
            Response::Chosen(wanted.take(choice.key_count()).collect())
        }
        QuestionBody::Order(order) => {
            let mut steps: Vec<usize> = (0..order.steps.len()).collect();
            if !right {
                steps.reverse();
            }
            Response::Ordered(steps)
        }
        QuestionBody::Match(pairs) => {
            Response::Paired((0..pairs.pairs.len()).map(|left| Some(if right { left } else { 1 - left })).collect())
        }
        QuestionBody::Typed(typed) => Response::Typed(if right { typed.accept[0].clone() } else { "nonsense".into() }),
    }
}

fn respond(collection: &mut Collection, right: bool) {
    let response = reply(collection, right);
    collection.exam_act(&Act::Respond(Some(response))).expect("answered");
}

#[test]
fn a_whole_exam_is_scored_and_writes_no_review() {
    let world = exam_world(200);
    let mut collection = begun(&world, "linear");
    let count = collection.exam().expect("an exam").sitting.items().len();
    assert_eq!(count, 60);
    for place in 0..count {
        respond(&mut collection, place % 3 != 0);
        world.clock.advance(30_000);
        if place + 1 < count {
            collection.exam_act(&Act::Next).expect("on");
        }
    }
    assert_eq!(collection.exam_act(&Act::End).expect("ended"), Acted::Over);
    let error = collection.exam_act(&Act::End).expect_err("a second submit does nothing");
    assert_eq!(error.message, "the exam is over");
    let id = collection.close_exam().expect("over");
    let report = collection.exam_report(id).expect("a report");
    let score = report.report.score;
    let scored: Vec<usize> = report.items.iter().filter(|item| item.row.scored).map(|item| item.row.place).collect();
    assert_eq!(scored.len(), 50, "ten do not count");
    let right = scored.iter().filter(|place| *place % 3 != 0).count();
    assert_eq!((score.raw as usize, score.of), (right, 50));
    assert_eq!(report.report.domains.iter().map(|domain| domain.of).collect::<Vec<_>>(), [30, 20]);
    assert_eq!(report.report.used_millis, 30 * MINUTE);
    assert_eq!(collection.review_count().expect("a count"), 0, "a mock is evidence, not a grade");
    assert_eq!(collection.attempts().expect("attempts").len(), 1);
    assert!(report.verdict().contains("the passing score of 750"), "{}", report.verdict());
    // What was missed can be studied, and that is a review.
    let missed = report.missed_cards();
    assert_eq!(missed.len(), 20);
    collection.start_study(ascertain::app::Scope::Cards(missed.clone())).expect("started");
    assert!(missed.contains(&collection.shown().expect("a card").card));
}

#[test]
fn an_interrupted_exam_goes_on_with_its_answers_and_the_honest_time() {
    let world = exam_world(200);
    let mut collection = begun(&world, "linear");
    world.clock.advance(MINUTE);
    respond(&mut collection, true);
    collection.exam_act(&Act::GoTo(7)).expect("there");
    collection.exam_act(&Act::Flag(7)).expect("flagged");
    collection.exam_act(&Act::Note("look again".into())).expect("noted");
    let before = collection.exam().expect("an exam").sitting.items().to_vec();
    drop(collection);
    world.clock.advance(10 * MINUTE);
    let mut collection = world.open();
    assert!(collection.resume_exam().expect("taken up"));
    let exam = collection.exam().expect("an exam");
    assert_eq!((exam.sitting.current(), exam.away), (7, Some(10 * MINUTE)));
    assert_eq!(collection.exam_left(), Some(79 * MINUTE), "the clock went on");
    for (now, then) in collection.exam().expect("an exam").sitting.items().iter().zip(&before) {
        assert_eq!((&now.response, now.flagged, &now.note), (&then.response, then.flagged, &then.note));
    }
    assert!(collection.exam_act(&Act::Forgive).is_err(), "exam conditions have no pause");
    assert!(collection.begin_exam(&plan("forward")).is_err(), "one exam at a time");
    drop(collection);
    // The time runs out while the program is not running: what is there is submitted.
    world.clock.advance(100 * MINUTE);
    let mut collection = world.open();
    assert!(collection.resume_exam().expect("looked"));
    assert_eq!(collection.exam().expect("an exam").sitting.stage(), Stage::Ended(EndReason::TimeUp));
    let id = collection.close_exam().expect("over");
    let report = collection.exam_report(id).expect("a report").report;
    assert_eq!((report.used_millis, report.items.iter().filter(|item| item.answered).count()), (90 * MINUTE, 1));
    assert!(!collection.resume_exam().expect("looked"), "nothing is left to take up");
}

#[test]
fn practice_has_pauses_and_time_away_can_count_as_one() {
    let world = exam_world(200);
    let mut collection = world.open();
    collection.begin_exam(&SittingPlan { strict: false, ..plan("linear") }).expect("drawn");
    collection.exam_act(&Act::Begin).expect("begun");
    world.clock.advance(MINUTE);
    collection.exam_act(&Act::Pause).expect("paused");
    world.clock.advance(60 * MINUTE);
    assert!(collection.exam_act(&Act::Next).is_err(), "paused");
    collection.exam_act(&Act::Resume).expect("on");
    assert_eq!(collection.exam_left(), Some(89 * MINUTE));
    world.clock.advance(30 * MINUTE);
    assert_eq!(collection.exam_tick().expect("noticed"), Acted::On, "half an hour without a look at the clock");
    assert_eq!(collection.exam().expect("an exam").away, Some(30 * MINUTE));
    collection.exam_act(&Act::Forgive).expect("counted as a pause");
    assert_eq!(collection.exam_left(), Some(89 * MINUTE));
    let gaps = collection.exam().expect("an exam").sitting.gaps().to_vec();
    assert_eq!(gaps, [Gap::Paused(60 * MINUTE), Gap::Forgiven(30 * MINUTE)]);
    drop(collection);
    let mut collection = world.open();
    collection.resume_exam().expect("taken up");
    assert_eq!(collection.exam_left(), Some(89 * MINUTE), "all of it is on the disk");
}

#[test]
fn the_wall_clock_neither_gives_nor_takes() {
    let world = exam_world(200);
    let mut collection = begun(&world, "linear");
    world.clock.advance(MINUTE);
    world.clock.set_wall(crate::support::START - 5 * 86_400_000);
    respond(&mut collection, true);
    assert_eq!(collection.exam_left(), Some(89 * MINUTE));
    world.clock.set_wall(crate::support::START + 5 * 86_400_000);
    assert_eq!(collection.exam_left(), Some(89 * MINUTE));
    drop(collection);
    let mut collection = world.open();
    collection.resume_exam().expect("taken up");
    assert_eq!(collection.exam_left(), Some(89 * MINUTE));
}

#[test]
fn an_exam_without_a_way_back_and_sections_hold_their_rules() {
    let world = exam_world(200);
    let mut collection = begun(&world, "forward");
    respond(&mut collection, true);
    collection.exam_act(&Act::Next).expect("on");
    assert!(collection.exam_act(&Act::Previous).is_err() && collection.exam_act(&Act::GoTo(5)).is_err());
    collection.exam_act(&Act::End).expect("ended");
    collection.close_exam();
    collection.begin_exam(&plan("sections")).expect("drawn");
    collection.exam_act(&Act::Begin).expect("begun");
    let sitting = &collection.exam().expect("an exam").sitting;
    assert_eq!((sitting.open_places(), sitting.has_next_section()), (0..7, true));
    collection.exam_act(&Act::GoTo(6)).expect("within the section");
    assert!(collection.exam_act(&Act::GoTo(8)).is_err(), "only its first question can be entered");
    collection.exam_act(&Act::NextSection).expect("left for good");
    assert!(collection.exam_act(&Act::GoTo(3)).is_err());
    assert_eq!(collection.exam().expect("an exam").sitting.open_places(), 7..10);
}

#[test]
fn an_adaptive_exam_ends_by_itself_and_passes_who_knows() {
    let world = exam_world(200);
    let mut collection = begun(&world, "adaptive");
    let mut asked = 1;
    loop {
        assert!(collection.exam_act(&Act::Next).is_err(), "it wants an answer");
        respond(&mut collection, true);
        world.clock.advance(20_000);
        if collection.exam_act(&Act::Next).expect("on or over") == Acted::Over {
            break;
        }
        asked += 1;
        if asked == 5 {
            drop(collection);
            collection = world.open();
            collection.resume_exam().expect("taken up");
        }
    }
    let id = collection.close_exam().expect("over");
    let report = collection.exam_report(id).expect("a report").report;
    assert!((6..=20).contains(&asked), "{asked}");
    assert_eq!((report.ended, report.score.passed, report.items.len()), (Some(EndReason::Decided), Some(true), asked));
}

#[test]
fn a_report_stays_true_when_the_deck_is_edited_or_gone() {
    let world = exam_world(200);
    let mut collection = begun(&world, "linear");
    respond(&mut collection, false);
    collection.exam_act(&Act::Next).expect("on");
    std::fs::remove_file(world.path().join("decks/bank.ron")).expect("removed");
    collection.load().expect("read again");
    respond(&mut collection, true);
    collection.exam_act(&Act::End).expect("ended");
    let id = collection.close_exam().expect("over");
    let report = collection.exam_report(id).expect("a report");
    assert!(report.items.iter().all(|item| item.entry.is_some() && !item.key.is_empty()));
    assert_eq!(report.items.iter().filter(|item| !item.row.missed()).count(), 1);
    collection.set_cause(id, 0, Some(Cause::Misread)).expect("written");
    let report = collection.exam_report(id).expect("a report");
    assert_eq!(report.report.causes.get(&Cause::Misread), Some(&1));
    let path = world.path().join("report.html");
    collection.save_report(id, &path).expect("saved");
    let page = std::fs::read_to_string(&path).expect("a page");
    assert!(page.contains("Exam linear") && page.contains("misread"));
    collection.save_report(id, &world.path().join("report.CSV")).expect("saved");
    assert_eq!(std::fs::read_to_string(world.path().join("report.CSV")).expect("a table").lines().count(), 61);
    let error = collection.prepare_exam(&plan("linear")).expect_err("nothing to ask");
    assert!(error.message.contains("none of the decks"), "{error}");
}

#[test]
fn shortfalls_extra_time_and_odd_exams_are_said_before_the_clock_starts() {
    let world = exam_world(20);
    world.write_deck(
        "odd.ron",
        "Exam(format: 1, id: \"odd\", title: \"Odd\", issuer: \"Us\", status: Current, questions: (1, 1), minutes: 5, scoring: Percent(pass: 50), driver: Linear, \
         domains: [(id: \"a\", title: \"A\", weight: 48, draws: [Deck(\"nowhere\")]), (id: \"b\", title: \"B\", weight: 49, draws: [Deck(\"bank\")])])",
    );
    let mut collection = world.open();
    let prepared = collection.prepare_exam(&plan("linear")).expect("prepared");
    assert!(prepared.questions.0 < 60 && prepared.warnings[0].contains("of the 60 questions"), "{prepared:?}");
    let usual = prepared.rules.limit_millis.expect("a clock");
    assert!(usual < 90 * MINUTE, "less time for fewer questions");
    let longer = collection.prepare_exam(&SittingPlan { extra: ExtraTime::Language, ..plan("linear") }).expect("prepared");
    assert_eq!(longer.rules.limit_millis, Some(usual + 30 * MINUTE));
    let odd = collection.prepare_exam(&plan("odd")).expect("prepared");
    assert_eq!(odd.questions, (1, 1));
    assert!(
        odd.warnings.iter().any(|words| words.contains("`nowhere`")) && odd.warnings.iter().any(|words| words.contains("97 %")),
        "{odd:?}"
    );
    collection.begin_exam(&plan("odd")).expect("one question is an exam");
    collection.exam_act(&Act::Begin).expect("begun");
    respond(&mut collection, true);
    collection.exam_act(&Act::End).expect("ended");
    let id = collection.close_exam().expect("over");
    let report = collection.exam_report(id).expect("a report");
    assert_eq!((report.report.score.passed, report.report.score.shown()), (Some(true), 100));
    assert!(report.report.score.standard_error.is_finite());
}

#[test]
fn a_quiz_takes_what_was_asked_for_and_shows_reasons_at_once() {
    let world = exam_world(60);
    let mut collection = world.open();
    let quiz = |quiz: Quiz| SittingPlan { what: What::Quiz(quiz), strict: false, extra: ExtraTime::None, ask_confidence: true };
    let error = collection.prepare_exam(&quiz(Quiz { only: Only::Missed, ..Quiz::default() })).expect_err("nothing missed yet");
    assert!(error.message.contains("missed"), "{error}");
    collection.begin_exam(&quiz(Quiz { count: 5, ..Quiz::default() })).expect("drawn");
    collection.exam_act(&Act::Begin).expect("begun");
    assert_eq!(collection.exam_left(), None, "without a clock");
    respond(&mut collection, false);
    collection.exam_act(&Act::Check).expect("reasons");
    let again = reply(&collection, true);
    assert!(collection.exam_act(&Act::Respond(Some(again))).is_err(), "the reasons fix the answer");
    collection.exam_act(&Act::End).expect("ended");
    collection.close_exam();
    let prepared = collection.prepare_exam(&quiz(Quiz { only: Only::Missed, ..Quiz::default() })).expect("prepared");
    assert!((1..=5).contains(&prepared.questions.0), "{prepared:?}");
    let unseen = collection.prepare_exam(&quiz(Quiz { only: Only::Unseen, count: 100, ..Quiz::default() })).expect("prepared");
    assert!(unseen.questions.0 < 62 && unseen.questions.0 >= 57, "{:?}", unseen.questions);
}

#[test]
fn rebuilding_gives_the_same_results() {
    let world = exam_world(100);
    let mut collection = begun(&world, "forward");
    for place in 0..10 {
        respond(&mut collection, place % 2 == 0);
        world.clock.advance(1_000);
        collection.exam_act(&if place < 9 { Act::Next } else { Act::End }).expect("on");
    }
    collection.close_exam();
    let before = collection.attempts().expect("attempts");
    collection.rebuild().expect("folded");
    assert_eq!(collection.attempts().expect("attempts"), before);
}

#[test]
fn the_day_begins_with_new_cards_of_the_exam() {
    let world = exam_world(40);
    world.write_deck(
        "aside.ron",
        "Deck(format: 1, id: \"aside\", title: \"Aside\", as_of: \"2026-11-23\", domains: [(id: \"d\", title: \"D\")], \
         sources: [(id: \"s\", title: \"S\", edition: \"1\", url: \"https://s.example\")], notes: [\
         Basic(id: \"x\", domain: \"d\", front: \"What is on the side?\", back: \"This.\", cites: [(\"s\", \"1\")])])",
    );
    let mut collection = world.open();
    let decks = |collection: &Collection| collection.target_decks().iter().map(DeckId::to_string).collect::<Vec<_>>();
    assert_eq!(decks(&collection), Vec::<String>::new(), "no exam is studied for");
    let mut settings = collection.settings().clone();
    settings.target = Target::Exam("linear".to_owned());
    settings.new_cards_a_day = 41;
    settings.minutes_a_day = 600;
    collection.set_settings(settings).expect("set");
    assert_eq!(decks(&collection), ["bank"]);
    collection.start_study(Scope::Today).expect("started");
    let first = collection.shown().expect("a card").card.clone();
    assert_eq!(first.deck.as_str(), "bank", "`aside` is first by title and not of the exam");
    assert_eq!(collection.counts_left().0, 41);
}
