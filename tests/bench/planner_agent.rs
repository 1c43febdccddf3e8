//! The plan of the program, spoken to line by line: `cargo run --release --example planner_agent`.
//!
//! In: `START n days minutes`, then n lines `ITEM i domain weight`; on each day of study `DAY k minutes`; after each answer
//! `RESULT i rating seconds`; `STOP` when the minutes are used; `END`. Out: after `DAY` and `RESULT` either `NEXT i` or `DONE`; after
//! `END` one line `BELIEF p0 p1 …`, the believed recall of each item on the exam morning. Several learners may follow one another.
//! A weight is that of the item, or that of its domain where those of all domains add up to the whole.
#![expect(clippy::print_stderr, reason = "it says what it does not understand")]

use ascertain::engine::plan::{Course, PlanCard};
use ascertain::model::Rating;
use std::collections::BTreeMap;
use std::io::{self, BufRead as _, Write as _};
use std::str::SplitWhitespace;

/// What the judge said is not in the protocol.
#[derive(Debug)]
struct Unknown(String);

fn number<T: std::str::FromStr>(words: &mut SplitWhitespace<'_>, line: &str) -> Result<T, Unknown> {
    words.next().and_then(|word| word.parse().ok()).ok_or_else(|| Unknown(line.to_owned()))
}

/// A learner as the judge describes it.
#[derive(Default)]
struct Syllabus {
    expected: usize,
    days: i32,
    /// Domain and weight of each item.
    items: BTreeMap<usize, (String, f32)>,
}

impl Syllabus {
    fn course(&self) -> Course {
        let mut domains: BTreeMap<&str, (usize, usize, f32)> = BTreeMap::new();
        for (domain, weight) in self.items.values() {
            let number = domains.len();
            let entry = domains.entry(domain).or_insert((number, 0, *weight));
            entry.1 += 1;
        }
        let whole: f32 = domains.values().map(|(_, _, weight)| weight).sum();
        let by_domain = (whole - 1.0).abs() < 0.02 || (whole - 100.0).abs() < 2.0;
        let card = |(domain, weight): &(String, f32)| {
            let (number, count, _) = domains.get(domain.as_str()).copied().unwrap_or((0, 1, 0.0));
            let weight = if by_domain { weight / count as f32 } else { *weight };
            PlanCard { domain: number, weight, effort: 1.0, answers: Vec::new(), claimed: false, asked: Vec::new() }
        };
        Course::new(
            (0..self.expected).map(|item| self.items.get(&item).map_or_else(|| card(&(String::new(), 0.0)), card)).collect(),
            self.days,
        )
    }
}

fn reply(course: &mut Course) -> String {
    course.next_card().map_or_else(|| "DONE".to_owned(), |card| format!("NEXT {card}"))
}

/// Answers a line, if it is one that is answered.
fn hear(line: &str, syllabus: &mut Syllabus, course: &mut Option<Course>) -> Result<Option<String>, Unknown> {
    let mut words = line.split_whitespace();
    let Some(verb) = words.next() else { return Ok(None) };
    if matches!(verb, "DAY" | "END") && course.is_none() {
        *course = Some(syllabus.course());
    }
    match (verb, course.as_mut()) {
        ("START", _) => {
            *syllabus = Syllabus { expected: number(&mut words, line)?, days: number(&mut words, line)?, ..Syllabus::default() };
            *course = None;
            Ok(None)
        }
        ("ITEM", None) => {
            let item: usize = number(&mut words, line)?;
            let domain: String = number(&mut words, line)?;
            syllabus.items.insert(item, (domain, number(&mut words, line)?));
            Ok(None)
        }
        ("DAY", Some(course)) => {
            let day = number(&mut words, line)?;
            course.begin_day(day, number(&mut words, line)?);
            Ok(Some(reply(course)))
        }
        ("RESULT", Some(course)) => {
            let (item, rating): (usize, i64) = (number(&mut words, line)?, number(&mut words, line)?);
            let rating = Rating::from_number(rating).ok_or_else(|| Unknown(line.to_owned()))?;
            course.answered(item, rating, number(&mut words, line)?);
            Ok(Some(reply(course)))
        }
        ("STOP", _) => Ok(None),
        ("END", Some(course)) => {
            let belief: Vec<String> = course.belief().iter().map(|recall| format!("{recall:.4}")).collect();
            Ok(Some(format!("BELIEF {}", belief.join(" "))))
        }
        _ => Err(Unknown(line.to_owned())),
    }
}

fn main() -> io::Result<()> {
    let (mut syllabus, mut course) = (Syllabus::default(), None);
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        match hear(&line?, &mut syllabus, &mut course) {
            Ok(Some(answer)) => {
                writeln!(out, "{answer}")?;
                out.flush()?;
            }
            Ok(None) => {}
            Err(Unknown(line)) => {
                eprintln!("not in the protocol: {line}");
                std::process::exit(2);
            }
        }
    }
    Ok(())
}
