//! How smooth the window stays while a large file comes in: `cargo bench --bench imports -- FILE`, or without a file a table of 100,000 notes.
//!
//! Drops the file on the window, looks at the preview, imports it, takes it back, and prints for each stage how long the longest frame
//! kept the window's own thread busy, and the process's memory.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints, and stops where it cannot go on"
)]

use ascertain::app::{Collection, Options, Paths, SystemClock};
use ascertain::ui::Gui;
use cpu_time::ThreadTime;
use eframe::egui::vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn options(folder: &Path) -> Options {
    Options { paths: Paths { data: folder.to_owned() }, clock: Box::new(SystemClock::new()), seed: Some(1), read_only: false }
}

fn window(folder: &Path, file: PathBuf) -> Harness<'static, Gui> {
    let collection = Collection::open(options(folder)).expect("a collection");
    let data: PathBuf = folder.to_owned();
    let reopen = Box::new(move || Ok(options(&data)));
    Harness::builder().with_size(vec2(1280.0, 820.0)).build_eframe(move |cc| Gui::new(&cc.egui_ctx, collection, vec![file], reopen))
}

/// A line of `/proc/self/status` in MiB; none on other systems.
fn memory(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}

/// Frames until something is there, and the milliseconds of CPU the longest of them took.
fn until(harness: &mut Harness<'static, Gui>, stage: &str, done: impl Fn(&Harness<'static, Gui>) -> bool) {
    let mut longest = Duration::ZERO;
    let mut frames = 0_u32;
    while !done(harness) {
        let start = ThreadTime::now();
        harness.step();
        longest = longest.max(start.elapsed());
        frames += 1;
        std::thread::sleep(Duration::from_millis(8));
    }
    let (now, most) = (memory("VmRSS").unwrap_or(0), memory("VmHWM").unwrap_or(0));
    println!("{stage:>10}: {frames:>5} frames, longest {:>4} ms; {now} MiB, at most {most} MiB so far", longest.as_millis());
}

fn table(folder: &Path) -> PathBuf {
    let words = ["token", "policy", "secret", "key", "risk", "audit", "role", "cipher"];
    let mut text = String::from("Front,Back,Tags\n");
    for note in 0..100_000_usize {
        let sentence = |shift: usize| {
            let chosen = (0..20).filter_map(|word| words.get((note / (word + 1) + word * shift) % words.len()).copied());
            chosen.collect::<Vec<_>>().join(" ")
        };
        text.push_str(&format!("{} {note}?,{}<br>{},domain{}\n", sentence(1), sentence(3), sentence(5), note % 8));
    }
    let path = folder.join("table.csv");
    std::fs::write(&path, text).expect("written");
    path
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("settings.ron"), "(welcomed: true)").expect("written");
    let given = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).map(PathBuf::from);
    let file = given.unwrap_or_else(|| table(folder.path()));
    println!("{}: {} MiB", file.display(), std::fs::metadata(&file).expect("a file").len() / 1024 / 1024);
    let mut harness = window(folder.path(), file);
    println!("{:>10}: {} MiB", "before", memory("VmRSS").unwrap_or(0));
    let shows = |harness: &Harness<'static, Gui>, label: &str| harness.query_by_label(label).is_some();
    until(&mut harness, "reading", |harness| shows(harness, "Import this file?"));
    harness.get_by_label("Import").click();
    until(&mut harness, "importing", |harness| shows(harness, "Undo"));
    harness.get_by_label("Undo").click();
    until(&mut harness, "undo", |harness| !shows(harness, "Undo"));
}
