//! The plan to the exam in the real window: what Today tells, days off by click, "I know this" by key, Progress.

use crate::gui::{click, press, sized, window};
use crate::planning::{aim, exam_world, mostly_good, study, usual_world};
use crate::support::{DAY, START, World};
use ascertain::ui::Gui;
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

/// Waits for the plan, which is made on another thread.
fn planned(harness: &mut Harness<'_, Gui>) {
    for _ in 0..2_000 {
        harness.step();
        if !harness.state().collection().needs_plan() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    assert!(!harness.state().collection().needs_plan(), "the plan was made");
    harness.run();
}

fn aimed(world: &World, date: &str, minutes: u32) {
    let mut collection = world.open();
    aim(&mut collection, date, minutes);
}

#[test]
fn today_says_what_is_missing_before_it_tells_a_chance() {
    let world = usual_world();
    aimed(&world, "2026-12-13", 10);
    let mut harness = window(&world, Vec::new());
    planned(&mut harness);
    harness.get_by_label("The chance of passing is not told yet: answer 30 more cards first.");
    harness.get_by_label("Chosen to raise your expected exam score the most in 10 minutes.");
    harness.get_by_label("By exam domain");
    harness.get_by_label("Next 14 days");
    assert!(harness.query_by_label("Find out what you know").is_none(), "plain cards cannot be asked in a quiz");
}

#[test]
fn today_tells_the_chance_its_interval_and_what_would_change_it() {
    let world = exam_world("Percent(pass: 90.0)", ("weight: 60,", "weight: 40,"));
    let mut collection = world.open();
    aim(&mut collection, "2026-12-20", 3);
    study(&world, &mut collection, 12, mostly_good);
    drop(collection);
    world.clock.set_wall(START + 12 * DAY);
    let mut harness = window(&world, Vec::new());
    planned(&mut harness);
    harness.get_by_label("Chance of passing");
    harness.get_by_label_contains("80 % interval");
    harness.get_by_label_contains("no mock exam yet");
    harness.get_by_label_contains("A mock exam would narrow this by");
    let told = harness.state().collection().told().expect("read");
    assert_eq!(told.last().map(|told| told.day), Some(harness.state().collection().today()), "what is told is kept");
    press(&mut harness, Key::T);
    harness.get_by_label("Is the forecast honest?");
    harness.get_by_label_contains("The memory model");
}

#[test]
fn a_day_off_is_a_click_and_the_plan_follows() {
    let world = usual_world();
    aimed(&world, "2026-12-13", 10);
    let mut harness = sized(&world, Vec::new(), 1280.0, 1800.0);
    planned(&mut harness);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    harness.run();
    click(&mut harness, "23 November off");
    assert!(harness.state().collection().settings().days_off.contains("2026-11-23"));
    click(&mut harness, "Mon full");
    assert_eq!(harness.state().collection().settings().weekdays[0], 50);
    press(&mut harness, Key::D);
    planned(&mut harness);
    harness.get_by_label("A day off: nothing is asked of you. The days to come were planned anew.");
    click(&mut harness, "Ten more minutes");
    assert!(harness.state().collection().shown().is_some());
}

#[test]
fn a_known_card_goes_by_key_and_comes_back_by_undo() {
    let world = usual_world();
    aimed(&world, "2026-12-13", 10);
    let mut harness = window(&world, Vec::new());
    planned(&mut harness);
    press(&mut harness, Key::Space);
    let first = harness.state().collection().shown().expect("a card").card.clone();
    harness.get_by_label("I know this");
    press(&mut harness, Key::K);
    assert!(harness.state().collection().card(&first).expect("a card").state.claimed);
    assert_ne!(harness.state().collection().shown().expect("another").card, first);
    press(&mut harness, Key::U);
    assert!(!harness.state().collection().card(&first).expect("a card").state.claimed);
    assert_eq!(harness.state().collection().shown().expect("a card").card, first, "it comes up again");
}

#[test]
fn an_exam_with_questions_offers_a_pre_test() {
    let world = crate::exam::exam_world(60);
    let mut collection = world.open();
    let target = ascertain::app::Target::Exam("linear".to_owned());
    let settings = ascertain::app::Settings { target, exam_date: Some("2026-12-13".to_owned()), ..collection.settings().clone() };
    collection.set_settings(settings).expect("set");
    drop(collection);
    let mut harness = window(&world, Vec::new());
    planned(&mut harness);
    click(&mut harness, "Find out what you know");
    assert!(harness.state().collection().exam().is_some(), "the quiz begins");
}
