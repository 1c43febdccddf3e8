//! Does the plan help? `cargo bench --bench simulate`, or with fewer learners `cargo bench --bench simulate -- --learners 40`;
//! only the forecast of passing with `-- --passing`.
//!
//! Simulated learners study to an exam under several policies, with the same luck each. Printed are the shares of the syllabus they
//! recall on the exam morning, how far the forecasts of it were off, and what the plan gains over each other policy with the 95 %
//! interval of the paired differences; then the same where the truth is a memory the program does not model, and how good the
//! forecast of passing is. It is evidence about models of memory, not about people.
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::format_collect,
    reason = "a benchmark prints, and stops where it cannot go on"
)]

mod learner;
mod passing;
mod policies;

use learner::{Learner, SCENARIOS, Scenario, Truth};
use policies::{Kind, Policy};
use std::sync::atomic::{AtomicUsize, Ordering};

/// How one learner fared.
#[derive(Debug, Clone, Copy)]
struct Outcome {
    /// Share recalled by the weights of the blueprint, in points of a hundred.
    share: f64,
    /// Believed less true mean recall, in points.
    error: f64,
}

/// Studies to the exam morning, and says what there is then.
fn study_to_the_end(number: u64, scenario: Scenario, truth: Truth, kind: Kind) -> (Learner, Box<dyn Policy>) {
    let mut learner = Learner::draw(number, scenario, truth);
    let attends: Vec<bool> = (0..scenario.days).map(|day| learner.studies_on(day)).collect();
    let mut policy = kind.policy(&learner, scenario);
    for day in (0..scenario.days).filter(|day| attends[*day]) {
        policy.begin_day(day);
        let mut left = scenario.minutes * 60.0;
        while left > 0.0 {
            let Some(card) = policy.next_card() else { break };
            let (rating, seconds) = learner.show(card, day);
            left -= seconds;
            policy.answered(card, rating, seconds);
        }
    }
    (learner, policy)
}

fn study(number: u64, scenario: Scenario, truth: Truth, kind: Kind) -> Outcome {
    let (learner, mut policy) = study_to_the_end(number, scenario, truth, kind);
    Outcome { share: 100.0 * learner.share(scenario.days), error: 100.0 * (policy.believed() - learner.mean_recall(scenario.days)) }
}

/// Runs a function for each number, on all cores, and keeps the order.
fn for_each<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let run = || {
            let mut done = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return done;
                }
                done.push((number, work(number)));
            }
        };
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    assert_eq!(done.len(), count, "a learner was lost");
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, one)| one).collect()
}

/// Mean and half the width of its 95 % interval.
fn mean(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    (mean, 1.96 * (variance / count).sqrt())
}

fn report(truth: Truth, learners: usize) {
    let kinds = [Kind::Retention(0.9), Kind::LeastRecent, Kind::Gain { fitted: false }, Kind::Gain { fitted: true }, Kind::Plan];
    let outcomes: Vec<Vec<Vec<Outcome>>> = kinds
        .iter()
        .map(|kind| {
            SCENARIOS.iter().map(|scenario| for_each(learners, |number| study(number as u64 + 1, *scenario, truth, *kind))).collect()
        })
        .collect();
    let words = match truth {
        Truth::Fsrs6 => "truth: FSRS-6 with parameters of each learner's own",
        Truth::TwoCurves => "truth: two forgetting curves, which the program does not model",
    };
    println!("\n{words}; {learners} learners\nrecalled on the exam morning, %");
    let head: String = SCENARIOS.iter().map(|s| format!("{:>16}", format!("{}d {}min {}", s.days, s.minutes, s.cards))).collect();
    println!("{:<26}{head}{:>16}", "", "mean of six");
    let shares = |rows: &[Outcome]| rows.iter().map(|row| row.share).collect::<Vec<_>>();
    let across = |rows: &[Vec<Outcome>]| (0..learners).map(|l| rows.iter().map(|row| row[l].share).sum::<f64>() / 6.0).collect::<Vec<_>>();
    let cell = |(mean, width): (f64, f64), sign: bool| {
        format!("{:>16}", if sign { format!("{mean:+.2} ±{width:.2}") } else { format!("{mean:.1} ±{width:.1}") })
    };
    for (kind, rows) in kinds.iter().zip(&outcomes) {
        let cells: String = rows.iter().map(|row| cell(mean(&shares(row)), false)).collect();
        println!("{:<26}{cells}{}", kind.name(), cell(mean(&across(rows)), false));
    }
    println!("the plan's gain over each, points, paired");
    let plan = &outcomes[kinds.len() - 1];
    for (kind, rows) in kinds.iter().zip(&outcomes).take(kinds.len() - 1) {
        let paired = |ours: &[f64], theirs: &[f64]| mean(&ours.iter().zip(theirs).map(|(a, b)| a - b).collect::<Vec<_>>());
        let cells: String = rows.iter().zip(plan).map(|(row, ours)| cell(paired(&shares(ours), &shares(row)), true)).collect();
        println!("{:<26}{cells}{}", kind.name(), cell(paired(&across(plan), &across(rows)), true));
    }
    println!("error of the forecast of mean recall, points: mean size (mean)");
    for (kind, rows) in kinds.iter().zip(&outcomes) {
        let one = |row: &Vec<Outcome>| {
            let size = row.iter().map(|row| row.error.abs()).sum::<f64>() / learners as f64;
            let bias = row.iter().map(|row| row.error).sum::<f64>() / learners as f64;
            format!("{:>16}", format!("{size:.2} ({bias:+.1})"))
        };
        println!("{:<26}{}", kind.name(), rows.iter().map(one).collect::<String>());
    }
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let after = |name: &str| words.iter().position(|word| word == name).and_then(|at| words.get(at + 1)).and_then(|word| word.parse().ok());
    let learners = after("--learners").unwrap_or(200);
    if !words.iter().any(|word| word == "--passing") {
        for truth in [Truth::Fsrs6, Truth::TwoCurves] {
            report(truth, learners);
        }
    }
    passing::report(3 * learners);
}
