//! What a frame of the exam screens costs: `cargo bench --bench frames`.
//!
//! Draws a sitting of 65 questions and its report without a window, layout and tessellation, and prints the CPU time of a frame:
//! median, 99 % and the most. The frames are real ones: the clock goes, questions change, answers are committed.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints, and stops where it cannot go on"
)]

use ascertain::app::{Collection, ExtraTime, Options, Paths, SittingPlan, SystemClock, What};
use ascertain::engine::exam::Act;
use ascertain::model::DeckId;
use ascertain::ui::Gui;
use cpu_time::ThreadTime;
use eframe::egui::{Key, vec2};
use egui_kittest::Harness;
use std::path::{Path, PathBuf};

const FRAMES: usize = 1_000;

fn options(folder: &Path) -> Options {
    Options { paths: Paths { data: folder.to_owned() }, clock: Box::new(SystemClock::new()), seed: Some(1), read_only: false }
}

fn window(folder: &Path) -> Harness<'static, Gui> {
    let collection = Collection::open(options(folder)).expect("a collection");
    let data: PathBuf = folder.to_owned();
    let reopen = Box::new(move || Ok(options(&data)));
    let mut harness =
        Harness::builder().with_size(vec2(1280.0, 820.0)).build_eframe(move |cc| Gui::new(&cc.egui_ctx, collection, vec![], reopen));
    for _ in 0..2_000 {
        harness.step();
        if harness.state().collection().is_loaded() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    harness
}

/// Microseconds of CPU of one frame: layout, logic and tessellation.
fn frame(harness: &mut Harness<'_, Gui>) -> u128 {
    let start = ThreadTime::now();
    harness.step();
    let output = harness.output();
    let meshes = harness.ctx.tessellate(output.shapes.clone(), output.pixels_per_point);
    let taken = start.elapsed().as_micros();
    assert!(!meshes.is_empty(), "something is drawn");
    taken
}

fn measure(name: &str, harness: &mut Harness<'_, Gui>, mut between: impl FnMut(&mut Harness<'_, Gui>, usize)) {
    for _ in 0..100 {
        frame(harness);
    }
    let mut taken: Vec<u128> = (0..FRAMES)
        .map(|turn| {
            between(harness, turn);
            frame(harness)
        })
        .collect();
    taken.sort_unstable();
    let at = |share: usize| taken.get((FRAMES * share / 100).min(FRAMES - 1)).copied().unwrap_or_default();
    println!("{name:>10}: {:>6} µs median {:>6} µs 99 % {:>6} µs most", at(50), at(99), at(100));
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("settings.ron"), "(welcomed: true)").expect("written");
    let mut collection = Collection::open(options(folder.path())).expect("a collection");
    collection.load().expect("decks");
    let what = What::Exam(DeckId::new("aws-scs-c03").expect("an id"));
    collection.begin_exam(&SittingPlan { what, strict: true, extra: ExtraTime::None, ask_confidence: true }).expect("drawn");
    collection.exam_act(&Act::Begin).expect("begun");
    drop(collection);
    let mut harness = window(folder.path());
    harness.step();
    harness.key_press(Key::Enter);
    // A key every tenth frame: a choice, then the next question.
    measure("sitting", &mut harness, |harness, turn| match turn % 20 {
        0 => harness.key_press(Key::A),
        10 => harness.key_press(Key::ArrowRight),
        _ => {}
    });
    harness.key_press_modifiers(eframe::egui::Modifiers::COMMAND, Key::R);
    measure("review", &mut harness, |_, _| {});
    harness.key_press_modifiers(eframe::egui::Modifiers::COMMAND, Key::Enter);
    harness.step();
    harness.key_press(Key::Enter);
    harness.step();
    assert!(harness.state().collection().exam().is_none(), "the exam is over");
    measure("report", &mut harness, |_, _| {});
}
