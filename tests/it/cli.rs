//! The real program from the command line: commands, exit codes, JSON.

use crate::support::{DECK, World};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Exit code, standard output, standard error.
fn run_in(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ascertain"))
        .args(["--data-dir"])
        .arg(folder)
        .args(["--now", "2026-11-23T09:00:00Z", "--seed", "5"])
        .args(arguments)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    // The program may end before it read everything.
    drop(child.stdin.take().expect("a pipe").write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("ended");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

fn run(world: &World, arguments: &[&str]) -> (i32, String, String) {
    run_in(&world.path(), arguments, "")
}

#[test]
fn check_prints_places_and_exits_with_one() {
    let world = World::new();
    let path = world.path().join("deck.ron");
    std::fs::write(&path, DECK.replace("domain: \"a\", front: \"First", "domain: \"z\", front: \"First")).expect("written");
    let path = path.to_str().expect("text");
    let (code, out, _) = run(&world, &["check", path]);
    assert_eq!(code, 1);
    assert!(out.contains("deck.ron:6:34: error[unknown-domain]: there is no domain `z`") && out.contains('^'), "{out}");
    let (code, out, _) = run(&world, &["check", "--json", path]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, json["errors"].as_u64(), json["issues"][0]["line"].as_u64()), (1, Some(1), Some(6)));
    std::fs::write(path, DECK).expect("written");
    assert_eq!(run(&world, &["check", path]).0, 0);
    let (code, _, error) = run(&world, &["check", "nowhere.ron"]);
    assert_eq!(code, 3);
    assert!(error.contains("error:") && error.contains("hint:"), "{error}");
}

#[test]
fn fmt_changes_layout_and_check_says_so() {
    let world = World::new();
    let path = world.path().join("deck.ron");
    std::fs::write(&path, DECK).expect("written");
    let path = path.to_str().expect("text");
    assert_eq!(run(&world, &["fmt", "--check", path]).0, 1);
    assert_eq!(std::fs::read_to_string(path).expect("read"), DECK, "--check changes nothing");
    assert_eq!(run(&world, &["fmt", path]).0, 0);
    assert_eq!(run(&world, &["fmt", "--check", path]).0, 0);
}

#[test]
fn import_export_due_stats_study_and_undo() {
    let world = World::new();
    let path = world.path().join("deck.ron");
    std::fs::write(&path, DECK).expect("written");
    let path = path.to_str().expect("text");
    let (code, out, _) = run(&world, &["import", "--dry-run", path]);
    assert!(code == 0 && out.contains("would import deck “Mine”: 4 notes, 6 cards"), "{out}");
    assert!(!world.path().join("decks/mine.ron").exists());
    assert_eq!(run(&world, &["import", path]).0, 0);
    let (_, out, _) = run(&world, &["due", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((json["today"]["new"].as_u64(), json["decks"][0]["id"].as_str()), (Some(4), Some("mine")));
    // Show and rate Good, three cards; take the last back; leave.
    let (code, out, _) = run_in(&world.path(), &["study"], "\n3\n\n3\n\n3\nu\nq\n");
    assert_eq!((code, out.matches("Accepted: Good").count(), out.matches("Taken back: Good on").count()), (0, 3, 1), "{out}");
    let (_, out, _) = run(&world, &["stats", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((json["reviews"].as_u64(), json["all_reviews"].as_u64(), json["streak"].as_u64()), (Some(2), Some(3), Some(1)));
    let target = world.path().join("out.ron");
    assert_eq!(run(&world, &["export", "mine", "-o", target.to_str().expect("text")]).0, 0);
    assert_eq!(run(&world, &["check", target.to_str().expect("text")]).0, 0);
    let (code, _, error) = run(&world, &["export", "nobody"]);
    assert!(code == 1 && error.contains("there is no deck `nobody`"), "{error}");
}

#[test]
fn questions_are_answered_by_doing_them() {
    let world = World::with_deck();
    let (code, out, _) = run_in(&world.path(), &["study", "note:three"], "abc\nx\n\n");
    assert_eq!(code, 0);
    assert!(out.contains("Partly right."), "all three options are partly right: {out}");
    assert!(out.contains("it is right") && out.contains("it is wrong too") && out.contains("Source: A source (2026), 3"), "{out}");
    assert!(out.contains("Type 1, 2, 3 or 4.") && out.contains("Accepted: Again, again in 1 minute."), "{out}");
}

#[test]
fn backup_restore_verify_rebuild() {
    let world = World::with_deck();
    run_in(&world.path(), &["study"], "\n3\nq\n");
    let (code, out, _) = run(&world, &["backup", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, json[0]["reviews"].as_u64()), (0, Some(1)));
    run_in(&world.path(), &["study"], "\n3\nq\n");
    let file = json[0]["file"].as_str().expect("a path").to_owned();
    let (code, out, _) = run(&world, &["restore", &file]);
    assert!(code == 0 && out.contains("what was there is kept as"), "{out}");
    let (code, out, _) = run(&world, &["verify"]);
    assert!(code == 0 && out.contains("all is well: 1 review"), "{out}");
    let (code, out, _) = run(&world, &["rebuild"]);
    assert!(code == 0 && out.contains("folded 1 card again"), "{out}");
    let (code, _, error) = run(&world, &["restore", "nowhere.db"]);
    assert!(code == 3 && error.contains("hint:"), "{error}");
}

#[test]
fn a_history_that_is_none_is_named_and_kept() {
    let world = World::new();
    std::fs::write(
        world.path().join("history.db"),
        "I am a diary, not a database, and long enough to be looked at twice, or even thrice.".repeat(3),
    )
    .expect("written");
    let (code, _, error) = run(&world, &["study"]);
    assert_eq!(code, 3);
    assert!(error.contains("damaged or is not a history") && error.contains("ascertain restore"), "{error}");
    assert!(std::fs::read_to_string(world.path().join("history.db")).expect("still there").starts_with("I am a diary"));
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_made_is_the_environments_fault() {
    let (code, _, error) = run_in(Path::new("/dev/null/ascertain"), &["due"], "");
    assert_eq!(code, 3);
    assert!(error.contains("cannot write") && !error.contains("panicked"), "{error}");
}

#[test]
fn wrong_usage_is_two() {
    let world = World::new();
    assert_eq!(run(&world, &["frobnicate", "--loudly"]).0, 2);
    assert_eq!(run(&world, &["stats", "--days", "many"]).0, 2);
}

#[cfg(all(feature = "gui", target_os = "linux"))]
#[test]
fn without_a_display_the_way_out_is_named() {
    let world = World::new();
    let (code, _, error) = run(&world, &[]);
    assert_eq!(code, 3, "{error}");
    assert!(
        error.contains("no window can be opened") && error.contains("libxkbcommon-x11-0") && error.contains("ascertain study"),
        "{error}"
    );
    assert!(!error.contains("panicked") && !error.contains("RUST_BACKTRACE"), "{error}");
}

#[test]
fn an_exam_is_listed_taken_left_taken_up_and_reported() {
    let world = crate::exam::exam_world(100);
    let (code, out, _) = run(&world, &["exam", "list", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let exams = json["exams"].as_array().expect("exams");
    assert!(code == 0 && exams.iter().any(|exam| exam["id"] == "forward" && exam["questions"][1] == 10), "{out}");
    let (code, _, error) = run(&world, &["exam", "take"]);
    assert!(code == 1 && error.contains("no exam is under way"), "{error}");
    let (_, _, error) = run(&world, &["exam", "take", "nowhere"]);
    assert!(error.contains("there is no exam `nowhere`"), "{error}");
    // The first option of three questions, then the line breaks off.
    let (code, out, _) = run_in(&world.path(), &["exam", "take", "linear"], "\n/f\n/note look again\n/g 3\n/list\n?\n");
    assert!(code == 0 && out.contains("Question 1 of") && out.contains("flagged") && out.contains("Question 3 of"), "{out}");
    assert!(out.ends_with("Left. `ascertain exam take` goes on.\n"), "{out}");
    let (code, out, _) = run_in(&world.path(), &["exam", "take"], "/p\n/end\nno\n/end\nyes\n");
    assert!(code == 0 && out.contains("Going on after") && out.contains("Question 2 of") && out.contains("The exam is over."), "{out}");
    let (code, out, _) = run(&world, &["exam", "report", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let items = json["items"].as_array().expect("items");
    assert_eq!((code, items.len() as u64, json["raw"].as_f64()), (0, 60, Some(0.0)));
    assert_eq!((items[0]["flagged"].as_bool(), json["passed"].as_bool()), (Some(true), Some(false)));
    let page = world.path().join("report.html");
    let (code, out, _) = run(&world, &["exam", "report", "-o", page.to_str().expect("text")]);
    assert!(code == 0 && out.contains("saved a page") && page.exists(), "{out}");
    let (code, _, error) = run(&world, &["exam", "report", "2"]);
    assert!(code == 1 && error.contains("there is no attempt 2; 1 attempt finished"), "{error}");
}

#[test]
fn an_adaptive_exam_runs_to_its_decision_in_the_terminal() {
    let world = crate::exam::exam_world(200);
    // Whatever is asked, something is typed: letters, an order and pairs, of which the question takes what fits.
    let lines = "a\nab\n1 2 3\n1a 2b\n".repeat(40);
    let (code, out, error) = run_in(&world.path(), &["exam", "take", "adaptive"], &format!("\n{lines}"));
    assert_eq!(code, 0, "{error}");
    assert!(out.contains("The exam ended by itself") || out.contains("The exam is over."), "{out}");
    assert!(!out.contains("Question 21\n"), "it keeps to its limit");
}
