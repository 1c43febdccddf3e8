//! Studying through the use cases: sessions, answers, marks, undo, and what is left after a restart.

use crate::support::{DAY, MINUTE, START, World, answer, card};
use ascertain::app::{Scope, Stage};
use ascertain::engine::study::{Response, Verdict};
use ascertain::model::{CardPhase, CardState, Due, Flag, MarkKind, Rating};
use std::collections::BTreeSet;

fn states(collection: &ascertain::app::Collection) -> Vec<(String, CardState)> {
    collection.all_cards().iter().filter(|entry| !entry.hidden).map(|entry| (entry.id.to_string(), entry.state.clone())).collect()
}

#[test]
fn a_session_brings_one_card_a_note_and_ends_with_words() {
    let world = World::with_deck();
    let mut collection = world.open();
    collection.start_study(Scope::Today).expect("started");
    let mut seen = BTreeSet::new();
    while collection.shown().is_some() {
        assert!(seen.insert(answer(&mut collection, &world.clock, Rating::Easy)), "a card came twice");
    }
    assert_eq!(seen.len(), 4, "one card of each of four notes, siblings wait: {seen:?}");
    let summary = collection.summary();
    assert_eq!((summary.answered, summary.passed, summary.new_cards, summary.taken_millis), (4, 4, 4, 20_000));
    world.clock.advance(DAY);
    collection.start_study(Scope::Deck(card("mine/one/front").deck)).expect("started");
    assert_eq!(collection.counts_left().0, 2, "the siblings come the next day");
}

#[test]
fn everything_is_there_after_a_restart_bit_for_bit() {
    let world = World::with_deck();
    let mut collection = world.open();
    collection.start_study(Scope::Today).expect("started");
    for rating in [Rating::Again, Rating::Hard, Rating::Good, Rating::Easy] {
        answer(&mut collection, &world.clock, rating);
    }
    collection.mark(&[card("mine/one/front")], &MarkKind::Flag(Flag::new(4))).expect("marked");
    collection.mark(&[card("mine/two/back")], &MarkKind::Remark("ask Ada".into())).expect("marked");
    let before = states(&collection);
    drop(collection);
    let collection = world.open();
    assert_eq!(states(&collection), before);
    assert_eq!(collection.verify().expect("looked"), Vec::<String>::new());
}

#[test]
fn folding_again_gives_the_stored_cards() {
    let world = World::with_deck();
    let mut collection = world.open();
    for day in 0..12 {
        collection.start_study(Scope::Deck(card("mine/one/front").deck)).expect("started");
        for turn in 0..6 {
            if collection.shown().is_none() {
                break;
            }
            let rating = Rating::ALL[(day * 5 + turn * 3) % 4];
            answer(&mut collection, &world.clock, rating);
            world.clock.advance(7 * MINUTE);
        }
        if day == 5 {
            let mut policy = collection.policy().clone();
            policy.desired_retention = ascertain::model::DesiredRetention::new(0.85).expect("in range");
            collection.set_policy(policy).expect("set");
            collection.undo().expect("undone");
        }
        collection.end_study();
        world.clock.advance(DAY * (1 + day as i64 % 3));
    }
    let before = states(&collection);
    let sums = collection.progress(400).expect("sums");
    collection.rebuild().expect("rebuilt");
    assert_eq!(states(&collection), before);
    assert_eq!(collection.progress(400).expect("sums"), sums);
    assert_eq!(collection.verify().expect("looked"), Vec::<String>::new());
}

#[test]
fn the_button_says_what_is_committed() {
    let world = World::with_deck();
    let mut collection = world.open();
    for _ in 0..8 {
        collection.start_study(Scope::Deck(card("mine/one/front").deck)).expect("started");
        let Some(shown) = collection.shown().cloned() else { break };
        let promised = collection.previews(&shown.card).expect("previews")[Rating::Easy.index()].clone();
        let today = collection.today();
        answer(&mut collection, &world.clock, Rating::Easy);
        let Some(Due::Day(day)) = collection.card(&shown.card).expect("there").state.due else { panic!("Easy leaves the steps") };
        let seconds = i64::from(day.days_since(today)) * 86_400;
        assert_eq!(ascertain::model::time::interval_words(seconds), promised);
        collection.end_study();
        world.clock.advance(3 * DAY);
    }
}

#[test]
fn undo_reaches_back_through_the_day_and_over_a_restart() {
    let world = World::with_deck();
    let mut collection = world.open();
    let fresh = states(&collection);
    collection.start_study(Scope::Today).expect("started");
    let first = answer(&mut collection, &world.clock, Rating::Good);
    answer(&mut collection, &world.clock, Rating::Again);
    collection.mark(&[card("mine/four/c1"), card("mine/four/c2")], &MarkKind::Suspend).expect("marked");
    drop(collection);
    let mut collection = world.open();
    assert_eq!(collection.undo().expect("undone").map(|undone| undone.was_answer), Some(false));
    assert!(!collection.card(&card("mine/four/c2")).expect("there").state.suspended, "both cards of the action are back");
    assert_eq!(collection.undo().expect("undone").map(|undone| undone.was_answer), Some(true));
    let undone = collection.undo().expect("undone").expect("the first answer");
    assert_eq!((undone.card, undone.description.starts_with("Good on")), (first, true));
    assert_eq!(collection.undo().expect("nothing left"), None);
    assert_eq!(states(&collection), fresh);
    assert_eq!(collection.progress(1).expect("sums").totals.reviews, 0);
    assert_eq!(collection.review_count().expect("a count"), 2, "facts are never deleted");
}

#[test]
fn yesterday_is_not_undone() {
    let world = World::with_deck();
    let mut collection = world.open();
    collection.start_study(Scope::Today).expect("started");
    answer(&mut collection, &world.clock, Rating::Good);
    // 04:00 the next morning is the first minute of another study day.
    world.clock.set_wall(START + 19 * 60 * MINUTE);
    assert_eq!(collection.undo().expect("nothing"), None);
    world.clock.set_wall(START + 18 * 60 * MINUTE + 59 * MINUTE);
    assert!(collection.undo().expect("undone").is_some());
}

#[test]
fn undo_in_a_session_brings_the_card_up_again() {
    let world = World::with_deck();
    let mut collection = world.open();
    collection.start_study(Scope::Today).expect("started");
    let first = answer(&mut collection, &world.clock, Rating::Easy);
    let second = collection.shown().expect("shown").card.clone();
    collection.undo().expect("undone");
    assert_eq!(collection.shown().expect("shown").card, first);
    assert_eq!(collection.counts_left(), (4, 0, 0));
    answer(&mut collection, &world.clock, Rating::Easy);
    assert_eq!(collection.shown().expect("shown").card, second, "and the one that was shown comes next");
}

#[test]
fn a_question_is_judged_and_its_rating_can_be_changed() {
    let world = World::with_deck();
    let mut collection = world.open();
    let check = |collection: &mut ascertain::app::Collection, chosen: &[usize], seconds: i64, expected: (Verdict, Rating)| {
        collection.start_study(Scope::Search("note:three".into())).expect("started");
        world.clock.advance(seconds * 1000);
        collection.respond(Response::Chosen(chosen.iter().copied().collect()));
        match &collection.shown().expect("shown").stage {
            Stage::Judged { verdict, proposed, .. } => assert_eq!((*verdict, *proposed), expected, "{chosen:?} {seconds}"),
            other => panic!("{other:?}"),
        }
        collection.end_study();
    };
    // A choice usually takes 25 seconds until the learner's own pace is known.
    check(&mut collection, &[0], 20, (Verdict::Right, Rating::Good));
    check(&mut collection, &[0], 51, (Verdict::Right, Rating::Hard));
    check(&mut collection, &[1], 5, (Verdict::Wrong, Rating::Again));
    check(&mut collection, &[0, 1], 5, (Verdict::Partly, Rating::Again));
    collection.start_study(Scope::Search("note:three".into())).expect("started");
    collection.respond(Response::Chosen([0].into()));
    collection.propose(Rating::Easy);
    collection.answer(Rating::Easy).expect("accepted");
    assert_eq!(collection.card(&card("mine/three/question")).expect("there").state.phase, CardPhase::Review);
}

#[test]
fn a_coffee_break_spoils_nothing() {
    let world = World::with_deck();
    let mut collection = world.open();
    collection.start_study(Scope::Today).expect("started");
    world.clock.advance(40 * MINUTE);
    answer(&mut collection, &world.clock, Rating::Good);
    assert_eq!(collection.summary().taken_millis, 60_000);
}

#[test]
fn a_clock_that_goes_back_keeps_the_order_of_what_happened() {
    let world = World::with_deck();
    let mut collection = world.open();
    collection.start_study(Scope::Search("note:one".into())).expect("started");
    answer(&mut collection, &world.clock, Rating::Good);
    world.clock.set_wall(START - 400 * DAY);
    collection.end_study();
    collection.mark(&[card("mine/one/front")], &MarkKind::Flag(Flag::new(1))).expect("marked");
    let before = states(&collection);
    assert_eq!(collection.verify().expect("looked"), Vec::<String>::new());
    collection.rebuild().expect("rebuilt");
    assert_eq!(states(&collection), before);
}

#[test]
fn a_failed_write_keeps_the_card_on_screen() {
    let world = World::with_deck();
    let mut collection = world.open();
    collection.start_study(Scope::Today).expect("started");
    let shown = collection.shown().expect("shown").card.clone();
    collection.reveal();
    // Another program holds the file for writing, as a backup tool might.
    let blocker = rusqlite::Connection::open(world.path().join("history.db")).expect("opened");
    blocker.execute_batch("begin immediate").expect("blocked");
    let error = collection.answer(Rating::Good).expect_err("it cannot be written");
    assert!(!error.hints.is_empty(), "{error}");
    assert_eq!((&collection.shown().expect("shown").card, collection.summary().answered), (&shown, 0));
    drop(blocker);
    collection.answer(Rating::Good).expect("now it can");
    assert_ne!(collection.shown().expect("the next").card, shown);
}

#[test]
fn limits_of_the_day_hold_and_more_is_possible() {
    let world = World::with_deck();
    let mut collection = world.open();
    let settings = ascertain::app::Settings { new_cards_a_day: 2, ..collection.settings().clone() };
    collection.set_settings(settings).expect("saved");
    collection.start_study(Scope::Today).expect("started");
    answer(&mut collection, &world.clock, Rating::Easy);
    answer(&mut collection, &world.clock, Rating::Easy);
    assert!(collection.shown().is_none());
    assert_eq!(collection.plan().expect("a plan").new_cards, 0);
    collection.start_study(Scope::More).expect("started");
    assert!(collection.shown().is_some());
    collection.start_study(Scope::Ahead(String::new())).expect("started");
    assert!(collection.shown().is_none(), "what was answered today does not come again today");
}

#[test]
fn suspended_and_buried_cards_leave_the_session() {
    let world = World::with_deck();
    let mut collection = world.open();
    collection.start_study(Scope::Today).expect("started");
    let first = collection.shown().expect("shown").card.clone();
    collection.mark(&collection.siblings(&first), &MarkKind::Suspend).expect("marked");
    let second = collection.shown().expect("shown").card.clone();
    assert_ne!(second.note, first.note);
    collection.bury(std::slice::from_ref(&second)).expect("buried");
    assert_ne!(collection.shown().expect("shown").card, second);
    assert_eq!(collection.search_notes("is:suspended").expect("found").len(), 1);
    assert_eq!(collection.search_notes("is:buried").expect("found").len(), 1);
    world.clock.advance(DAY);
    assert_eq!(collection.search_notes("is:buried").expect("found").len(), 0, "buried until tomorrow");
}

#[test]
fn a_card_forgotten_eight_times_is_a_leech() {
    let world = World::with_deck();
    let mut collection = world.open();
    let id = card("mine/one/front");
    for turn in 0..9 {
        collection.start_study(Scope::Search("note:one".into())).expect("started");
        answer(&mut collection, &world.clock, if turn == 0 { Rating::Easy } else { Rating::Again });
        while collection.card(&id).expect("there").state.phase != CardPhase::Review {
            world.clock.advance(11 * MINUTE);
            collection.show_next();
            answer(&mut collection, &world.clock, Rating::Good);
        }
        let leech = collection.card(&id).expect("there").state.is_leech(8);
        assert_eq!(leech, turn >= 8, "after {turn} lapses");
        collection.end_study();
        world.clock.advance(40 * DAY);
    }
    assert_eq!(collection.search_notes("is:leech").expect("found").len(), 1);
}

#[test]
fn two_programs_on_one_folder_are_told_apart() {
    let world = World::with_deck();
    let first = world.open();
    let error = ascertain::app::Collection::open(world.options()).map(|_| ()).expect_err("in use");
    assert!(error.to_string().contains("another Ascertain is using"), "{error}");
    drop(first);
    world.open();
}

#[test]
fn a_card_that_was_reset_is_asked_anew() {
    let world = World::with_deck();
    let mut collection = world.open();
    collection.start_study(Scope::Search("note:one".into())).expect("started");
    answer(&mut collection, &world.clock, Rating::Again);
    world.clock.advance(MINUTE);
    collection.show_next();
    assert_eq!(collection.shown().expect("back").card, card("mine/one/front"));
    collection.mark(&[card("mine/one/front")], &MarkKind::Reset).expect("marked");
    assert_eq!(collection.card(&card("mine/one/front")).expect("there").state.phase, CardPhase::New);
    answer(&mut collection, &world.clock, Rating::Good);
    assert_eq!(collection.card(&card("mine/one/front")).expect("there").state.reps, 1);
    assert_eq!(collection.verify().expect("looked"), Vec::<String>::new());
}

#[test]
fn a_reload_leaves_a_card_alone_whose_text_is_the_same() {
    let world = World::with_deck();
    let mut collection = world.open();
    collection.start_study(Scope::Search("note:three".into())).expect("started");
    collection.respond(Response::Chosen([1].into()));
    let judged = collection.shown().expect("shown").clone();
    world.write_deck("other.ron", "Deck(format: 1, id: \"other\", title: \"Other\", notes: [])");
    collection.load().expect("read");
    assert_eq!(collection.shown(), Some(&judged), "its verdict stands");
    world.write_deck("mine.ron", &crate::support::DECK.replace("the right one?", "the only right one?"));
    collection.load().expect("read");
    assert_eq!(collection.shown().expect("shown").stage, Stage::Asked, "another text is another question");
}

#[test]
fn what_was_said_about_a_new_card_survives_a_deck_that_is_briefly_broken() {
    let world = World::with_deck();
    let mut collection = world.open();
    collection.mark(&[card("mine/one/front")], &MarkKind::Suspend).expect("marked");
    world.write_deck("mine.ron", "Deck(format: 1");
    collection.load().expect("read");
    assert!(collection.card(&card("mine/one/front")).is_none());
    assert!(collection.rebuild().is_err(), "a rebuild waits until the decks are whole");
    world.write_deck("mine.ron", crate::support::DECK);
    collection.load().expect("read");
    assert!(collection.card(&card("mine/one/front")).expect("back").state.suspended);
}

#[test]
fn a_session_ends_with_its_day() {
    let world = World::with_deck();
    let mut collection = world.open();
    let limit = |new_cards_a_day, collection: &mut ascertain::app::Collection| {
        let settings = ascertain::app::Settings { new_cards_a_day, ..collection.settings().clone() };
        collection.set_settings(settings).expect("saved");
    };
    limit(1, &mut collection);
    collection.start_study(Scope::Today).expect("started");
    assert_eq!(collection.counts_left().0, 1);
    limit(4, &mut collection);
    collection.start_study(Scope::Today).expect("taken up again");
    assert_eq!(collection.counts_left().0, 1, "the same day, the same session");
    world.clock.advance(DAY);
    collection.start_study(Scope::Today).expect("started");
    assert_eq!(collection.counts_left().0, 4, "another day has another plan");
}
