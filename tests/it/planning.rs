//! The plan to the exam through the use cases: what comes next, what is told, what happens to odd targets and histories.

use crate::support::{DAY, START, World, answer, card};
use ascertain::app::{Advice, Collection, Scope, Target, Withheld};
use ascertain::engine::plan::Fit;
use ascertain::model::{CardId, CardPhase, MarkKind, Policy, Rating};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const CARDS: usize = 60;

/// Plain cards in two domains, and an exam over them.
pub fn exam_world(scoring: &str, weights: (&str, &str)) -> World {
    let world = World::new();
    let note = |n: usize| {
        let domain = if n < 40 { "a" } else { "b" };
        format!(
            "Basic(id: \"n{n:03}\", domain: \"{domain}\", front: \"What is fact {n}?\", back: \"It is {n}.\", cites: [(\"s\", \"{n}\")])"
        )
    };
    let notes: Vec<String> = (0..CARDS).map(note).collect();
    let deck = format!(
        "Deck(format: 1, id: \"facts\", title: \"Facts\", as_of: \"2026-11-23\", domains: [(id: \"a\", title: \"Part A\"), (id: \"b\", title: \"Part B\")], \
         sources: [(id: \"s\", title: \"S\", edition: \"1\", url: \"https://s.example\")], notes: [{}])",
        notes.join(", ")
    );
    world.write_deck("facts.ron", &deck);
    let exam = format!(
        "Exam(format: 1, id: \"goal\", title: \"The goal\", issuer: \"Us\", status: Current, questions: (60, 60), unscored: 0, minutes: 90, \
         scoring: {scoring}, driver: Linear, domains: [\
         (id: \"a\", title: \"Part A\", {} confirmed: true, draws: [Domain(\"facts\", \"a\")]), \
         (id: \"b\", title: \"Part B\", {} confirmed: true, draws: [Domain(\"facts\", \"b\")])])",
        weights.0, weights.1
    );
    world.write_deck("goal.ron", &exam);
    world
}

pub fn usual_world() -> World {
    exam_world("Percent(pass: 70.0)", ("weight: 60,", "weight: 40,"))
}

pub fn aim(collection: &mut Collection, date: &str, minutes: u32) {
    let settings = collection.settings().clone();
    let target = Target::Exam("goal".to_owned());
    let settings = ascertain::app::Settings { target, exam_date: Some(date.to_owned()), minutes_a_day: minutes, ..settings };
    collection.set_settings(settings).expect("set");
}

/// One answer a card and day: nothing comes back in short steps.
fn without_steps(collection: &mut Collection) {
    let policy = Policy { learning_steps: Vec::new(), relearning_steps: Vec::new(), ..collection.policy().clone() };
    collection.set_policy(policy).expect("set");
}

/// The judge's side of the conversation.
struct Agent {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Agent {
    fn start() -> Self {
        // Where only this test is run, nothing else has built the example.
        let test = std::env::current_exe().expect("a path");
        let folder = test.ancestors().nth(2).expect("a folder");
        let profile = if folder.ends_with("release") { "release" } else { "dev" };
        let mut cargo = Command::new(env!("CARGO"));
        let built = cargo.args(["build", "--locked", "--profile", profile, "--example", "planner_agent"]).output().expect("cargo");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let path = folder.join(format!("examples/planner_agent{}", std::env::consts::EXE_SUFFIX));
        let mut child = Command::new(path).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("started");
        let (input, output) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        Self { child, input, output: BufReader::new(output) }
    }

    fn say(&mut self, line: &str) {
        writeln!(self.input, "{line}").expect("said");
    }

    fn ask(&mut self, line: &str) -> String {
        self.say(line);
        let mut answer = String::new();
        self.output.read_line(&mut answer).expect("answered");
        answer.trim_end().to_owned()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn number(card: &CardId) -> usize {
    card.note.as_str().trim_start_matches('n').parse().expect("a number")
}

#[test]
fn study_brings_the_cards_the_judges_agent_names() {
    let world = usual_world();
    let mut collection = world.open();
    aim(&mut collection, "2026-12-13", 4);
    without_steps(&mut collection);
    let mut agent = Agent::start();
    agent.say(&format!("START {CARDS} 20 4"));
    for item in 0..CARDS {
        agent.say(&if item < 40 { format!("ITEM {item} a 0.6") } else { format!("ITEM {item} b 0.4") });
    }
    let mut compared = 0;
    for day in (0..18).filter(|day| day % 5 != 3) {
        world.clock.set_wall(START + day * DAY);
        collection.start_study(Scope::Today).expect("started");
        let mut said = agent.ask(&format!("DAY {day} 4"));
        while let Some(shown) = collection.shown().map(|shown| shown.card.clone()) {
            let item = number(&shown);
            assert_eq!(said, format!("NEXT {item}"), "day {day}, card {compared}");
            let reps = collection.card(&shown).expect("a card").state.reps as usize;
            let rating = Rating::ALL[(item * 7 + reps * 3 + item / 9) % 4];
            answer(&mut collection, &world.clock, rating);
            said = agent.ask(&format!("RESULT {item} {} 5", rating.number()));
            compared += 1;
        }
        agent.say("STOP");
        collection.end_study();
    }
    assert!(compared > 150, "the fit was asked for: {compared}");
    assert!(agent.ask("END").starts_with("BELIEF "));
}

/// Days of study with a rating for each card, by its number and how often it was answered.
pub fn study(world: &World, collection: &mut Collection, days: i64, rating: impl Fn(usize, usize) -> Rating) {
    for day in 0..days {
        world.clock.set_wall(START + day * DAY);
        collection.start_study(Scope::Today).expect("started");
        while let Some(shown) = collection.shown().map(|shown| shown.card.clone()) {
            let reps = collection.card(&shown).expect("a card").state.reps as usize;
            answer(collection, &world.clock, rating(number(&shown), reps));
        }
        collection.end_study();
    }
}

pub fn mostly_good(card: usize, reps: usize) -> Rating {
    if (card * 5 + reps * 3).is_multiple_of(7) { Rating::Again } else { Rating::Good }
}

fn fitted(collection: &mut Collection) -> Fit {
    collection.plan_now().expect("planned");
    collection.fit().cloned().expect("fitted")
}

#[test]
fn the_fit_is_that_of_the_crate() {
    let world = usual_world();
    let mut collection = world.open();
    aim(&mut collection, "2026-12-30", 12);
    study(&world, &mut collection, 12, mostly_good);
    let fit = fitted(&mut collection);
    let evidence = fit.evidence.expect("there are reviews");
    // The same answers, short steps included, given to the crate by hand.
    let export = collection.answers_in_brief();
    let mut items: Vec<(i64, i64, fsrs::FSRSItem)> = Vec::new();
    for (number, answers) in (0..).zip(export.values()) {
        let mut reviews = Vec::new();
        let mut before: Option<i64> = None;
        for (at, rating) in answers {
            // Four hours after midnight UTC a study day begins.
            let day = (at - 4 * 3_600_000).div_euclid(DAY);
            let delta_t = u32::try_from(before.map_or(0, |before| day - before)).expect("days");
            reviews.push(fsrs::FSRSReview { rating: u32::from(rating.number()), delta_t });
            if delta_t > 0 {
                items.push((*at, number, fsrs::FSRSItem { reviews: reviews.clone() }));
            }
            before = Some(day);
        }
    }
    items.sort_by_key(|(at, card, _)| (*at, *card));
    let (card_ids, train_set): (Vec<i64>, Vec<fsrs::FSRSItem>) = items.into_iter().map(|(_, card, item)| (card, item)).unzip();
    assert!(train_set.len() > 100, "{}", train_set.len());
    assert_eq!(evidence.reviews, train_set.len());
    let count = train_set.len() as f32;
    let input = fsrs::ComputeParametersInput { train_set, card_ids: Some(card_ids), ..fsrs::ComputeParametersInput::default() };
    let crates = fsrs::compute_parameters(input).expect("fitted");
    assert!(evidence.kept, "{evidence:?}");
    // What the program uses lies between the defaults and that, by the number of reviews.
    let share = count / (count + 300.0);
    for (index, (own, crates)) in fit.parameters.iter().zip(&crates).enumerate().skip(4).take(16) {
        let expected = fsrs::DEFAULT_PARAMETERS[index] * (1.0 - share) + crates * share;
        assert!((own - expected).abs() < 1e-5, "w{index}: {own} is not {expected}");
    }
    world.clock.set_wall(START + 12 * DAY);
    let fit = fitted(&mut collection);
    assert_eq!(collection.policy().parameters, fit.parameters, "and it is in force, once a day");
}

#[test]
fn study_goes_on_where_no_plan_can_be_made() {
    let world = usual_world();
    let mut collection = world.open();
    aim(&mut collection, "2026-12-20", 10);
    assert!(collection.is_planning() && collection.needs_plan());
    collection.plan_failed();
    assert!(!collection.is_planning() && !collection.needs_plan(), "it is not tried again and again");
    collection.start_study(Scope::Today).expect("started");
    answer(&mut collection, &world.clock, Rating::Good);
    assert!(collection.needs_plan(), "there is something new to try with");
}

#[test]
fn nothing_is_told_before_there_is_evidence_and_then_it_is_kept() {
    let world = exam_world("Percent(pass: 90.0)", ("weight: 60,", "weight: 40,"));
    let mut collection = world.open();
    aim(&mut collection, "2026-12-20", 2);
    collection.plan_now().expect("planned");
    let outlook = collection.outlook().expect("an outlook");
    assert_eq!(outlook.withheld, Some(Withheld::Cards(30)));
    assert!(collection.told().expect("read").is_empty());
    study(&world, &mut collection, 12, mostly_good);
    collection.plan_now().expect("planned");
    let outlook = collection.outlook().expect("an outlook").clone();
    assert_eq!(outlook.withheld, None);
    let chance = outlook.forecast.chance.expect("a cut is known");
    let (low, high) = outlook.forecast.chance_interval;
    assert!((0.0..=1.0).contains(&chance) && low < high, "{outlook:?}");
    assert!(outlook.mock_narrows > 0.05 && outlook.with_more.is_some_and(|(_, more)| more >= chance - 0.01), "{outlook:?}");
    let told = collection.told().expect("read");
    assert_eq!(told.len(), 1, "the newest of each day: {told:?}");
    assert!((told[0].chance - chance).abs() < 1e-12);
    drop(collection);
    assert_eq!(world.open().told().expect("read"), told, "it is there after a restart");
}

#[test]
fn odd_targets_have_a_plan_or_a_plain_way() {
    for (date, planned) in [("2026-11-01", false), ("2026-11-23", false), ("2026-11-24", true), ("2031-11-23", false), ("2027-05-01", true)]
    {
        let world = usual_world();
        let mut collection = world.open();
        aim(&mut collection, date, 10);
        collection.plan_now().expect("planned");
        assert_eq!(collection.outlook().is_some(), planned, "{date}");
        let plan = collection.plan().expect("a plan");
        assert!(plan.new_cards > 0 && plan.minutes > 0, "{date}: {plan:?}");
        collection.start_study(Scope::Today).expect("started");
        assert!(collection.shown().is_some(), "{date}");
    }
}

#[test]
fn odd_blueprints_have_an_outlook_of_plain_figures() {
    for (scoring, weights) in [
        ("Unpublished", ("", "")),
        ("Scaled(min: 100, max: 1000, pass: 700)", ("weight: 300,", "weight: 1,")),
        ("Percent(pass: 95.0)", ("weight: 1,", "")),
    ] {
        let world = exam_world(scoring, weights);
        let mut collection = world.open();
        aim(&mut collection, "2026-12-20", 10);
        study(&world, &mut collection, 3, mostly_good);
        collection.plan_now().expect("planned");
        let outlook = collection.outlook().expect("an outlook");
        assert!((0.0..=1.0).contains(&outlook.forecast.share), "{scoring}: {outlook:?}");
        assert!(outlook.domains.iter().all(|domain| domain.expected.is_finite() && domain.worth.is_finite()), "{outlook:?}");
        assert_eq!(outlook.forecast.chance.is_some(), scoring.starts_with("Percent"), "{scoring}: no question says what is expected of it");
    }
}

#[test]
fn a_date_without_an_exam_plans_all_decks_and_tells_no_chance() {
    let world = usual_world();
    let mut collection = world.open();
    let settings = ascertain::app::Settings { exam_date: Some("2026-12-20".to_owned()), ..collection.settings().clone() };
    collection.set_settings(settings).expect("set");
    collection.plan_now().expect("planned");
    let outlook = collection.outlook().expect("an outlook");
    assert_eq!((outlook.withheld, outlook.forecast.chance, outlook.domains.len()), (Some(Withheld::NoBlueprint), None, 1));
    assert!(collection.plan().expect("a plan").new_cards > 0);
}

#[test]
fn a_day_off_asks_for_nothing_and_ten_more_minutes_are_always_possible() {
    let world = usual_world();
    let mut collection = world.open();
    aim(&mut collection, "2026-12-20", 10);
    let mut settings = collection.settings().clone();
    settings.days_off.insert("2026-11-23".to_owned());
    settings.weekdays[5] = 50;
    collection.set_settings(settings).expect("set");
    let date = |text: &str| text.parse().expect("a date");
    assert_eq!([date("2026-11-23"), date("2026-11-24"), date("2026-11-28")].map(|day| collection.minutes_on(day)), [0, 10, 5]);
    collection.start_study(Scope::Today).expect("started");
    assert!(collection.shown().is_none(), "today is off");
    collection.start_study(Scope::More).expect("started");
    assert!(collection.shown().is_some());
}

#[test]
fn a_history_no_clock_could_have_written_is_planned_with() {
    let world = usual_world();
    let mut collection = world.open();
    aim(&mut collection, "2026-12-20", 600);
    // A thousand answers on one day, with the clock jumping back and forth.
    for turn in 0..1_000_i64 {
        collection.start_study(Scope::Cards(vec![card(&format!("facts/n{:03}/front", turn % 60))])).expect("started");
        if collection.shown().is_some() {
            answer(&mut collection, &world.clock, if turn % 2 == 0 { Rating::Again } else { Rating::Easy });
        }
        world.clock.set_wall(START + (turn % 7 - 3) * 40 * DAY);
    }
    world.clock.set_wall(START);
    collection.end_study();
    collection.plan_now().expect("planned");
    let outlook = collection.outlook().expect("an outlook");
    assert!((0.0..=1.0).contains(&outlook.recall) && (0.0..=1.0).contains(&outlook.forecast.share), "{outlook:?}");
    assert!(collection.fit().expect("fitted").parameters.iter().all(|parameter| parameter.is_finite()));
}

#[test]
fn after_the_exam_cards_come_when_they_are_due() {
    let world = usual_world();
    let mut collection = world.open();
    aim(&mut collection, "2026-11-26", 10);
    study(&world, &mut collection, 2, |_, _| Rating::Easy);
    world.clock.set_wall(START + 40 * DAY);
    collection.plan_now().expect("planned");
    assert!(collection.outlook().is_none());
    collection.start_study(Scope::Today).expect("started");
    let shown = collection.shown().expect("something is due").card.clone();
    assert_eq!(collection.card(&shown).expect("a card").state.phase, CardPhase::Review);
}

#[test]
fn what_is_said_to_be_known_goes_away_for_today_and_is_checked_later() {
    let world = usual_world();
    let mut collection = world.open();
    aim(&mut collection, "2026-12-20", 4);
    collection.start_study(Scope::Today).expect("started");
    let known = collection.shown().expect("a card").card.clone();
    collection.mark(std::slice::from_ref(&known), &MarkKind::Claim(true)).expect("marked");
    assert_ne!(collection.shown().expect("another card").card, known);
    let mut seen = Vec::new();
    while collection.shown().is_some() {
        seen.push(answer(&mut collection, &world.clock, Rating::Easy));
    }
    assert!(!seen.contains(&known));
    collection.end_study();
    world.clock.set_wall(START + DAY);
    collection.start_study(Scope::Today).expect("started");
    let mut checked = Vec::new();
    while collection.shown().is_some() {
        checked.push(answer(&mut collection, &world.clock, Rating::Easy));
    }
    assert!(checked.contains(&known), "{checked:?}");
    // And undo takes the claim back.
    let other = card("facts/n059/front");
    collection.mark(std::slice::from_ref(&other), &MarkKind::Claim(true)).expect("marked");
    collection.undo().expect("undone");
    assert!(!collection.card(&other).expect("a card").state.claimed);
}

#[test]
fn advice_follows_the_chance() {
    let world = exam_world("Percent(pass: 20.0)", ("weight: 60,", "weight: 40,"));
    let mut collection = world.open();
    aim(&mut collection, "2026-12-20", 20);
    study(&world, &mut collection, 5, |_, _| Rating::Good);
    collection.plan_now().expect("planned");
    let outlook = collection.outlook().expect("an outlook");
    assert_eq!(outlook.advice, Some(Advice::Ready), "{outlook:?}");
    let world = exam_world("Percent(pass: 99.0)", ("weight: 60,", "weight: 40,"));
    let mut collection = world.open();
    aim(&mut collection, "2026-12-20", 20);
    study(&world, &mut collection, 5, mostly_good);
    collection.plan_now().expect("planned");
    assert!(matches!(collection.outlook().expect("an outlook").advice, Some(Advice::Move(42, _))));
}
