//! The real window without a display: found by accessible name, driven by keys and clicks.

use crate::support::{DECK, MINUTE, World, card};
use ascertain::app::Collection;
use ascertain::ui::{Gui, Reopen, Window};
use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use std::path::PathBuf;

fn reopen(world: &World) -> Reopen {
    let (folder, clock) = (world.path(), world.clock.clone());
    Box::new(move || {
        Ok(ascertain::app::Options {
            paths: ascertain::app::Paths { data: folder.clone() },
            clock: Box::new(clock.clone()),
            seed: Some(7),
            read_only: false,
        })
    })
}

/// The window over a world, with its decks read.
pub fn window(world: &World, files: Vec<PathBuf>) -> Harness<'static, Gui> {
    sized(world, files, 1280.0, 820.0)
}

pub fn sized(world: &World, files: Vec<PathBuf>, width: f32, height: f32) -> Harness<'static, Gui> {
    let collection = Collection::open(world.options()).expect("a collection");
    let reopen = reopen(world);
    let mut harness = Harness::builder()
        .with_size(vec2(width, height))
        .with_max_steps(40)
        .build_eframe(move |cc| Gui::new(&cc.egui_ctx, collection, files, reopen));
    for _ in 0..2_000 {
        harness.step();
        if harness.state().collection().is_loaded() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    assert!(harness.state().collection().is_loaded(), "the decks were read");
    harness.run();
    harness
}

/// Presses a key together with others.
pub fn press_with(harness: &mut Harness<'_, Gui>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run();
}

pub fn press(harness: &mut Harness<'_, Gui>, key: Key) {
    harness.key_press(key);
    harness.run();
}

fn type_character(harness: &mut Harness<'_, Gui>, text: &str) {
    harness.event(Event::Text(text.to_owned()));
    harness.run();
}

pub fn click(harness: &mut Harness<'_, Gui>, label: &str) {
    harness.get_by_label(label).click();
    harness.run();
}

#[test]
fn the_first_run_asks_three_questions_and_shows_a_card() {
    let world = World::new();
    std::fs::remove_file(world.path().join("settings.ron")).expect("removed");
    let mut harness = window(&world, vec![]);
    harness.get_by_label("Welcome to Ascertain");
    assert!(harness.get_all_by_role(Role::ComboBox).count() == 1, "the exams");
    click(&mut harness, "Show the first card");
    harness.get_by_label("Leave");
    assert!(harness.state().collection().shown().is_some());
    assert!(harness.state().collection().settings().welcomed);
}

#[test]
fn a_card_is_answered_with_the_keyboard_alone_and_undone() {
    let world = World::with_deck();
    let mut harness = window(&world, vec![]);
    press(&mut harness, Key::Space);
    let first = harness.state().collection().shown().expect("a card").card.clone();
    harness.get_by_label_contains("First front");
    assert!(harness.query_by_label_contains("First back").is_none(), "the answer is hidden");
    world.clock.advance(3_000);
    press(&mut harness, Key::Space);
    harness.get_by_label_contains("First back");
    press(&mut harness, Key::Num4);
    assert_eq!(harness.state().collection().card(&first).expect("there").state.reps, 1);
    press(&mut harness, Key::U);
    assert_eq!(harness.state().collection().shown().expect("back").card, first);
    assert_eq!(harness.state().collection().card(&first).expect("there").state.reps, 0);
    press(&mut harness, Key::Escape);
    harness.get_by_label("Continue studying");
    press(&mut harness, Key::Space);
    assert_eq!(harness.state().collection().shown().expect("still").card, first, "leaving and coming back continues");
}

#[test]
fn a_question_shows_why_each_option_is_right_or_wrong() {
    let world = World::with_deck();
    let mut harness = window(&world, vec![]);
    press(&mut harness, Key::B);
    harness.get_by_role_and_label(Role::TextInput, "Search cards").type_text("note:three");
    harness.run();
    click(&mut harness, "Study these");
    let options: Vec<String> = harness.get_all_by_role(Role::RadioButton).filter_map(|node| node.accesskit_node().label()).collect();
    assert_eq!(options.len(), 3, "{options:?}");
    let wrong = options.iter().find(|label| label.contains("that one")).expect("the distractor").clone();
    click(&mut harness, &wrong);
    world.clock.advance(2_000);
    click(&mut harness, "Check");
    for why in ["it is right", "it is wrong", "it is wrong too", "✓ Correct", "× Your answer"] {
        assert!(harness.query_by_label(why).is_some(), "{why}");
    }
    harness.get_by_label("Again, proposed");
    harness.get_by_label_contains("A source · 3");
    press(&mut harness, Key::Num2);
    harness.get_by_label("Hard, proposed");
    click(&mut harness, "Continue");
    assert_eq!(harness.state().collection().summary().answered, 1);
}

#[test]
fn letters_choose_and_the_marks_have_ankis_keys() {
    let world = World::with_deck();
    let mut harness = window(&world, vec![]);
    press(&mut harness, Key::Space);
    let first = harness.state().collection().shown().expect("a card").card.clone();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Num3);
    harness.run();
    assert_eq!(harness.state().collection().card(&first).expect("there").state.flag.map(ascertain::model::Flag::number), Some(3));
    type_character(&mut harness, "-");
    assert!(harness.state().collection().card(&first).expect("there").state.buried_until.is_some());
    let second = harness.state().collection().shown().expect("a card").card.clone();
    type_character(&mut harness, "!");
    assert!(harness.state().collection().card(&second).expect("there").state.suspended);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    assert!(!harness.state().collection().card(&second).expect("there").state.suspended);
    type_character(&mut harness, "?");
    harness.get_by_label("Suspend note");
    press(&mut harness, Key::Escape);
    assert!(harness.query_by_label("Suspend note").is_none());
}

#[test]
fn the_end_says_what_was_done_and_what_comes() {
    let world = World::with_deck();
    let mut harness = window(&world, vec![]);
    press(&mut harness, Key::Space);
    for _ in 0..4 {
        world.clock.advance(10_000);
        press(&mut harness, Key::Space);
        press(&mut harness, Key::Num4);
        // A question shows its verdict until one goes on; a recalled card is done.
        if harness.query_by_label("Easy, proposed").is_some() {
            press(&mut harness, Key::Space);
        }
    }
    assert!(harness.state().collection().shown().is_none());
    assert!(harness.query_by_label("Done for now").is_some() || harness.query_by_label("A short pause").is_some());
    harness.get_by_label_contains("remembered");
    harness.get_by_label_contains("Tomorrow:");
}

#[test]
fn a_file_is_previewed_imported_and_taken_back() {
    let world = World::new();
    let source = world.path().join("download.ron");
    std::fs::write(&source, DECK).expect("written");
    let mut harness = window(&world, vec![source]);
    harness.run();
    harness.get_by_label("Import this file?");
    harness.get_by_label("6 cards");
    harness.get_by_role_and_label(Role::Button, "Import").click();
    harness.run();
    harness.get_by_role_and_label(Role::Link, "Mine");
    click(&mut harness, "Undo");
    assert!(harness.query_by_role_and_label(Role::Link, "Mine").is_none());
}

#[test]
fn a_failed_save_stays_on_screen_and_goes_when_it_succeeds() {
    let world = World::with_deck();
    let mut harness = window(&world, vec![]);
    press(&mut harness, Key::Space);
    press(&mut harness, Key::Space);
    let blocker = rusqlite::Connection::open(world.path().join("history.db")).expect("opened");
    blocker.execute_batch("begin immediate").expect("blocked");
    press(&mut harness, Key::Num3);
    harness.get_by_label_contains("the history cannot be read or written");
    harness.get_by_label_contains("First back");
    world.clock.advance(10 * MINUTE);
    harness.run();
    harness.get_by_label_contains("the history cannot be read or written");
    drop(blocker);
    press(&mut harness, Key::Num3);
    assert!(harness.query_by_label_contains("the history cannot be read or written").is_none());
    assert_eq!(harness.state().collection().summary().answered, 1);
}

#[test]
fn a_note_is_edited_in_place() {
    let world = World::with_deck();
    let mut harness = window(&world, vec![]);
    press(&mut harness, Key::Space);
    press(&mut harness, Key::E);
    harness.get_by_label("Edit note");
    harness.get_by_role_and_label(Role::MultilineTextInput, "Front").focus();
    harness.run();
    harness.get_by_role_and_label(Role::MultilineTextInput, "Front").type_text("Much better: ");
    harness.run();
    click(&mut harness, "Save");
    assert!(std::fs::read_to_string(world.path().join("decks/mine.ron")).expect("read").contains("Much better:"));
    let entry = harness.state().collection().card(&card("mine/one/front")).expect("there").clone();
    assert!(entry.note().expect("a note").headline().contains("Much better:"));
}

#[test]
fn decks_are_hidden_and_brought_back() {
    let world = World::with_deck();
    let mut harness = window(&world, vec![]);
    press(&mut harness, Key::B);
    press(&mut harness, Key::Escape);
    harness.get_by_role_and_label(Role::Link, "Mine").click();
    harness.run();
    click(&mut harness, "Hide deck");
    assert!(harness.query_by_role_and_label(Role::Link, "Mine").is_none());
    let hidden = crate::support::shipped_decks().len() + 1;
    click(&mut harness, &format!("{hidden} hidden decks"));
    assert_eq!(harness.get_all_by_label("Show again").count(), hidden);
}

#[test]
fn settings_are_kept_and_every_screen_draws_in_both_themes_at_every_size() {
    for (width, height) in [(960.0, 600.0), (720.0, 480.0), (2560.0, 1440.0)] {
        let world = World::with_deck();
        let mut harness = sized(&world, vec![], width, height);
        for theme in ["Dark", "Light"] {
            harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
            harness.run();
            harness.get_by_role_and_label(Role::RadioButton, theme).scroll_to_me();
            harness.run();
            harness.get_by_role_and_label(Role::RadioButton, theme).click();
            harness.run();
            for key in [Key::D, Key::T, Key::B, Key::Escape] {
                press(&mut harness, key);
            }
            press(&mut harness, Key::Space);
            press(&mut harness, Key::Space);
            press(&mut harness, Key::Escape);
        }
        let text = std::fs::read_to_string(world.path().join("settings.ron")).expect("saved");
        assert!(text.contains("theme: Light"), "{text}");
    }
}

#[test]
fn a_changed_file_is_noticed() {
    let world = World::with_deck();
    let mut harness = window(&world, vec![]);
    world.write_deck("mine.ron", &DECK.replace("Second back", "Fresh back"));
    for _ in 0..500 {
        harness.step();
        if harness.query_by_label_contains("1 changed").is_some() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("the change was not shown");
}

#[test]
fn every_shipped_card_can_be_drawn_with_the_fonts_there_are() {
    // The harness fails on a character without a glyph, and on an input without a name.
    let world = World::new();
    std::fs::remove_file(world.path().join("settings.ron")).expect("removed");
    let mut harness = window(&world, vec![]);
    click(&mut harness, "Skip");
    press(&mut harness, Key::Escape);
    let decks = ["iam", "encryption", "eu-ai-act", "nist-ai-rmf", "owasp-llm-top10"];
    let mut drawn = 0;
    for deck in decks {
        press(&mut harness, Key::B);
        harness.get_by_role_and_label(Role::TextInput, "Search cards").focus();
        harness.run();
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness.get_by_role_and_label(Role::TextInput, "Search cards").type_text(&format!("deck:{deck}"));
        harness.run();
        click(&mut harness, "Study these");
        for _ in 0..60 {
            if harness.state().collection().shown().is_none() {
                break;
            }
            if harness.query_by_role_and_label(Role::TextInput, "Your answer").is_some() {
                press(&mut harness, Key::Escape);
            }
            press(&mut harness, Key::Space);
            drawn += 1;
            type_character(&mut harness, "@");
        }
        assert!(harness.state().collection().shown().is_none(), "{deck} comes to an end");
        press(&mut harness, Key::Escape);
    }
    assert!(drawn >= 50, "{drawn} cards were drawn");
}

#[test]
fn a_history_that_cannot_be_opened_has_ways_out() {
    let world = World::with_deck();
    let mut collection = world.open();
    collection.start_study(ascertain::app::Scope::Today).expect("started");
    crate::support::answer(&mut collection, &world.clock, ascertain::model::Rating::Good);
    collection.backup().expect("made");
    drop(collection);
    let broken = "this is not a database but a text that is long enough to be looked at as one, or so it seems to be to anyone";
    std::fs::write(world.path().join("history.db"), broken).expect("written");
    let open = reopen(&world);
    let mut harness = Harness::builder()
        .with_size(vec2(1000.0, 700.0))
        .build_eframe(move |cc| Window::open(&cc.egui_ctx, vec![], open).expect("a window"));
    harness.run();
    harness.get_by_label("Your history cannot be opened");
    harness.get_by_label_contains("damaged or is not a history");
    harness.get_by_label("Set it aside and begin anew");
    harness.get_by_label_contains("Bring back").click();
    harness.run_ok();
    let Window::Running(gui) = harness.state() else { panic!("the program runs again") };
    assert_eq!(gui.collection().review_count().expect("a count"), 1);
    let kept = std::fs::read_dir(world.path().join("backups")).expect("a folder").filter_map(Result::ok);
    assert!(
        kept.into_iter().any(|entry| std::fs::read_to_string(entry.path()).is_ok_and(|text| text == broken)),
        "the broken file is kept"
    );
}

#[test]
fn a_card_shows_its_picture_and_says_when_one_is_missing() {
    let world = World::new();
    let text = DECK.replace("front: \"First front\"", "front: \"![a red square](red.png) and ![gone](gone.png)\"");
    std::fs::create_dir_all(world.path().join("decks/mine.media")).expect("a folder");
    image::RgbaImage::from_pixel(40, 40, image::Rgba([200, 0, 0, 255])).save(world.path().join("decks/mine.media/red.png")).expect("saved");
    std::fs::write(world.path().join("decks/mine.media/gone.png"), "not a picture").expect("written");
    world.write_deck("mine.ron", &text);
    let mut harness = window(&world, vec![]);
    press(&mut harness, Key::Space);
    for _ in 0..500 {
        harness.step();
        let ready = harness.query_by_role_and_label(Role::Image, "a red square").is_some();
        if ready && harness.query_by_label_contains("“gone” is missing").is_some() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("the picture was not shown");
}

#[test]
fn a_focused_button_takes_space_for_itself() {
    let world = World::with_deck();
    let mut harness = window(&world, vec![]);
    harness.get_by_role_and_label(Role::Tab, "Library").focus();
    harness.run();
    press(&mut harness, Key::Space);
    harness.get_by_role_and_label(Role::TextInput, "Search cards");
    assert!(harness.state().collection().shown().is_none(), "Space pressed the button and began no session");
}

#[test]
fn a_second_window_says_so_and_touches_nothing() {
    let world = World::with_deck();
    let first = world.open();
    let open = reopen(&world);
    let mut harness = Harness::builder()
        .with_size(vec2(1000.0, 700.0))
        .build_eframe(move |cc| Window::open(&cc.egui_ctx, vec![], open).expect("a window"));
    harness.run();
    harness.get_by_label_contains("another Ascertain is using");
    assert!(harness.query_by_label("Set it aside and begin anew").is_none());
    drop(first);
    harness.get_by_label("Try again").click();
    harness.run_ok();
    assert!(matches!(harness.state(), Window::Running(_)));
}

#[test]
fn who_is_quicker_than_the_decks_gets_the_first_card_all_the_same() {
    let world = World::with_deck();
    std::fs::remove_file(world.path().join("settings.ron")).expect("removed");
    let collection = Collection::open(world.options()).expect("a collection");
    let open = reopen(&world);
    let mut harness =
        Harness::builder().with_size(vec2(1000.0, 700.0)).build_eframe(move |cc| Gui::new(&cc.egui_ctx, collection, vec![], open));
    assert!(!harness.state().collection().is_loaded(), "the decks are read after the first frame");
    harness.key_press(Key::Enter);
    for _ in 0..2_000 {
        harness.step();
        if harness.state().collection().shown().is_some() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    panic!("no card came up");
}
