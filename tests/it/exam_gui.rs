//! Mock exams in the window, by keyboard and by accessible name.

use crate::exam::{exam_world, plan, reply};
use crate::gui::{click, press, press_with, window};
use crate::support::{MINUTE, World};
use ascertain::engine::exam::{Act, Stage};
use ascertain::model::{QuestionBody, Response};
use ascertain::ui::Gui;
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

fn sitting<'a>(harness: &'a Harness<'_, Gui>) -> &'a ascertain::engine::exam::Sitting {
    &harness.state().collection().exam().expect("an exam").sitting
}

fn open(harness: &mut Harness<'static, Gui>, title: &str) {
    press(harness, Key::X);
    for label in [title, "Draw the questions"] {
        harness.get_by_label(label).scroll_to_me();
        harness.run();
        click(harness, label);
    }
    assert_eq!(sitting(harness).stage(), Stage::Tutorial);
    harness.get_by_label_contains("The clock has not started");
    press(harness, Key::Enter);
    assert_eq!(sitting(harness).stage(), Stage::Running);
}

/// Answers the question shown by keys alone.
fn answer(harness: &mut Harness<'static, Gui>) {
    let right = reply(harness.state().collection(), true);
    let place = sitting(harness).current();
    let order = sitting(harness).start().form.items[place].order.clone();
    let shown = |index: &usize| order.iter().position(|shown| shown == index).expect("shown");
    let letters = [Key::A, Key::B, Key::C, Key::D, Key::E, Key::F];
    let digits = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5];
    match &right {
        Response::Chosen(chosen) => chosen.iter().for_each(|index| press(harness, letters[shown(index)])),
        Response::Ordered(steps) => steps.iter().for_each(|step| press(harness, digits[shown(step)])),
        Response::Paired(pairs) => {
            for (left, right) in pairs.iter().enumerate() {
                press(harness, digits[left]);
                press(harness, letters[shown(&right.expect("paired"))]);
            }
        }
        Response::Typed(text) => {
            harness.get_by_role_and_label(Role::TextInput, "Your answer").type_text(text);
            harness.run();
        }
        Response::GaveUp => {}
    }
    assert_eq!(sitting(harness).items()[place].response, Some(right), "question {place}");
}

#[test]
fn a_whole_exam_is_taken_by_keyboard_alone() {
    let world = exam_world(200);
    let mut harness = window(&world, vec![]);
    open(&mut harness, "Exam forward");
    let count = sitting(&harness).items().len();
    for place in 0..count {
        answer(&mut harness);
        world.clock.advance(10_000);
        let typed = matches!(sitting(&harness).question(place).map(|question| &question.body), Some(QuestionBody::Typed(_)));
        press(&mut harness, if typed { Key::Enter } else { Key::ArrowRight });
    }
    harness.get_by_label("End the exam?");
    press(&mut harness, Key::Enter);
    harness.get_by_label("Scaled score");
    harness.get_by_label("1000");
    harness.get_by_label_contains("10 of 10 correct");
    assert!(harness.query_by_label_contains("Study the").is_none(), "nothing was missed");
    assert_eq!(harness.state().collection().review_count().expect("a count"), 0);
}

#[test]
fn options_are_struck_flags_set_and_questions_found_again() {
    let world = exam_world(200);
    let mut harness = window(&world, vec![]);
    open(&mut harness, "Exam linear");
    press_with(&mut harness, Modifiers::COMMAND, Key::F);
    press_with(&mut harness, Modifiers::COMMAND, Key::H);
    assert!(sitting(&harness).items()[0].flagged && !sitting(&harness).items()[0].highlights.is_empty());
    let choice = (0..60).find(|place| matches!(sitting(&harness).question(*place).map(|q| &q.body), Some(QuestionBody::Choice(_))));
    let choice = choice.expect("a choice");
    press_with(&mut harness, Modifiers::COMMAND, Key::G);
    harness.get_by_role_and_label(Role::TextInput, "Number, 1 to 60").type_text(&(choice + 1).to_string());
    harness.run();
    press(&mut harness, Key::Enter);
    assert_eq!(sitting(&harness).current(), choice);
    press_with(&mut harness, Modifiers::SHIFT, Key::B);
    assert_eq!(sitting(&harness).items()[choice].struck.len(), 1);
    harness.get_by_label_contains("B, struck through");
    let keys = match sitting(&harness).question(choice).map(|q| &q.body) {
        Some(QuestionBody::Choice(choice)) => choice.key_count(),
        _ => 0,
    };
    for key in [Key::A, Key::C, Key::B] {
        press(&mut harness, key);
    }
    let chosen = sitting(&harness).items()[choice].response.clone();
    assert!(matches!(chosen, Some(Response::Chosen(set)) if set.len() == keys), "never more than the question asks for");
    press_with(&mut harness, Modifiers::COMMAND, Key::R);
    harness.get_by_label("Review");
    click(&mut harness, "Flagged 1");
    click(&mut harness, "Question 1");
    assert_eq!(sitting(&harness).current(), 0);
    press(&mut harness, Key::Escape);
    press(&mut harness, Key::U);
    assert_eq!(sitting(&harness).stage(), Stage::Running, "neither Escape nor undo ends an exam");
}

#[test]
fn warnings_pop_up_and_the_time_ends_the_exam() {
    let world = exam_world(200);
    let mut harness = window(&world, vec![]);
    open(&mut harness, "Exam linear");
    for _ in 0..250 {
        world.clock.advance(MINUTE / 4);
        harness.step();
        if harness.query_by_label("30 minutes left").is_some() {
            break;
        }
    }
    harness.get_by_label("30 minutes left");
    press(&mut harness, Key::Enter);
    assert!(harness.query_by_label("30 minutes left").is_none());
    for _ in 0..130 {
        world.clock.advance(MINUTE / 4);
        harness.step();
        if harness.state().collection().exam().is_none() {
            break;
        }
        press(&mut harness, Key::Escape);
    }
    harness.run();
    assert!(harness.state().collection().exam().is_none(), "the time is up");
    harness.get_by_label("Scaled score");
    harness.get_by_label_contains("The time ran out");
}

#[test]
fn an_exam_is_taken_up_after_a_restart_and_a_miss_gets_its_cause() {
    let world = exam_world(200);
    let mut collection = world.open();
    collection.begin_exam(&ascertain::app::SittingPlan { strict: false, ..plan("linear") }).expect("drawn");
    collection.exam_act(&Act::Begin).expect("begun");
    collection.exam_act(&Act::GoTo(4)).expect("there");
    drop(collection);
    world.clock.advance(5 * MINUTE);
    let mut harness = window(&world, vec![]);
    harness.get_by_label("Welcome back");
    harness.get_by_label_contains("For 5:00");
    click(&mut harness, "Count it as a pause");
    assert_eq!((sitting(&harness).current(), harness.state().collection().exam_left()), (4, Some(90 * MINUTE)));
    press_with(&mut harness, Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::P);
    harness.get_by_label("Paused");
    click(&mut harness, "Leave for now");
    harness.get_by_label("This exam is paused.");
    click(&mut harness, "Go on with the exam");
    click(&mut harness, "Go on");
    press_with(&mut harness, Modifiers::COMMAND, Key::Enter);
    harness.get_by_label_contains("60 questions without an answer");
    press(&mut harness, Key::Enter);
    harness.get_by_label("Study the 60 missed");
    // Only rows on the screen are drawn.
    harness.get_by_label("Why missed").scroll_to_me();
    harness.run();
    let first = harness.get_all_by_role(Role::Link).next().expect("a question");
    first.click();
    harness.run();
    harness.get_by_label("Question 1");
    press(&mut harness, Key::Num2);
    click(&mut harness, "Close");
    harness.get_by_label_contains("Misses by cause: 1 misread");
    harness.get_by_label("Study the 60 missed").scroll_to_me();
    harness.run();
    click(&mut harness, "Study the 60 missed");
    assert!(harness.state().collection().shown().is_some());
}

#[test]
fn a_quiz_shows_reasons_after_each_question() {
    let world = exam_world(60);
    let mut harness = window(&world, vec![]);
    press(&mut harness, Key::X);
    click(&mut harness, "Quiz of your own");
    click(&mut harness, "Draw the questions");
    press(&mut harness, Key::Enter);
    answer(&mut harness);
    press_with(&mut harness, Modifiers::COMMAND, Key::D);
    assert!(sitting(&harness).items()[sitting(&harness).current()].checked);
    harness.get_by_label_contains("S · ");
    press(&mut harness, Key::Escape);
    press(&mut harness, Key::ArrowRight);
    assert_eq!(sitting(&harness).current(), 1);
}

#[test]
fn exam_screens_draw_in_both_themes_at_every_size() {
    for theme in ["Light", "Dark"] {
        for (width, height) in [(720.0, 480.0), (1280.0, 820.0)] {
            let world: World = exam_world(200);
            let path = world.path().join("settings.ron");
            let settings =
                std::fs::read_to_string(&path).expect("settings").replace("welcomed: true", &format!("welcomed: true, theme: {theme}"));
            std::fs::write(&path, settings).expect("written");
            let mut harness = crate::gui::sized(&world, vec![], width, height);
            press(&mut harness, Key::X);
            harness.get_by_label("Mock exams");
            click(&mut harness, "Quiz of your own");
            press(&mut harness, Key::Escape);
            open(&mut harness, "Exam sections");
            for _ in 0..9 {
                press(&mut harness, Key::ArrowRight);
                press(&mut harness, Key::Enter);
            }
            press_with(&mut harness, Modifiers::COMMAND, Key::R);
            press_with(&mut harness, Modifiers::COMMAND, Key::R);
            press_with(&mut harness, Modifiers::COMMAND, Key::Enter);
            press(&mut harness, Key::Enter);
            harness.get_by_label_contains("below the passing score");
        }
    }
}
