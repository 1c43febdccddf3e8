//! From what is wanted to a form: the questions each domain could draw, and those that are drawn.

use super::plan::{ExtraTime, Only, Prepared, Quiz, SittingPlan, What};
use super::text::snapshot;
use crate::app::{CardEntry, Collection, Error};
use crate::engine::exam::assemble::{self, Drawn, into_sections};
use crate::engine::exam::score::USUAL_EXPECT;
use crate::engine::exam::{Assembled, DomainPool, FormPlan, PoolItem, assemble as draw};
use crate::engine::study::answer::presentation;
use crate::model::{
    Blueprint, BlueprintDomain, CardId, DeckId, DomainId, Draw, Driver, Form, FormDomain, FormItem, NoteBody, Scoring, SittingRules,
    SittingStart,
};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Weight of an author's guess against answers of the learner's own, in answers.
const GUESS_WEIGHT: f64 = 4.0;

/// A drawn form and what it was drawn from.
struct Laid {
    start: SittingStart,
    texts: Vec<(u64, String)>,
    shown: Prepared,
}

impl Collection {
    /// What an attempt would be.
    pub fn prepare_exam(&self, plan: &SittingPlan) -> Result<Prepared, Error> {
        Ok(self.lay_out(plan, 0)?.shown)
    }

    /// Draws a form.
    pub(super) fn draw_form(&self, plan: &SittingPlan, seed: u64) -> Result<(SittingStart, Vec<(u64, String)>), Error> {
        let laid = self.lay_out(plan, seed)?;
        Ok((laid.start, laid.texts))
    }

    /// The decks the exam studied for draws from.
    pub fn target_decks(&self) -> BTreeSet<DeckId> {
        let Some(exam) = self.target_exam() else { return BTreeSet::new() };
        self.all_cards().iter().filter(|entry| draws_any(&exam, entry)).map(|entry| entry.id.deck.clone()).collect()
    }

    /// Questions that some domain of an exam could draw.
    pub(super) fn drawable(&self, exam: &Blueprint) -> usize {
        self.askable().filter(|entry| draws_any(exam, entry)).count()
    }

    /// Questions that can be asked: not suspended, not of a hidden deck, and not called wrong by the learner.
    fn askable(&self) -> impl Iterator<Item = &CardEntry> {
        let all = self.all_cards().iter();
        all.filter(|entry| !entry.hidden && !entry.state.suspended && !entry.state.disputed && entry.kind.is_question())
    }

    /// A short quiz over what the exam studied for asks, to find out what is known already. None if there is nothing to ask.
    pub fn pre_test(&self) -> Option<SittingPlan> {
        const QUESTIONS: u32 = 20;
        let exam = self.target_exam()?;
        let mut quiz = Quiz { count: QUESTIONS, ..Quiz::default() };
        for draw in exam.domains.iter().flat_map(|domain| &domain.draws) {
            match draw {
                Draw::Deck(deck) => drop(quiz.decks.insert(deck.clone())),
                Draw::Domain(deck, domain) => drop(quiz.domains.insert((deck.clone(), domain.clone()))),
                Draw::Tag(tag) => quiz.tags.push(tag.clone()),
            }
        }
        let plan = SittingPlan { what: What::Quiz(quiz), strict: false, extra: ExtraTime::None, ask_confidence: false };
        self.prepare_exam(&plan).is_ok_and(|prepared| prepared.questions.0 >= QUESTIONS / 2).then_some(plan)
    }

    fn lay_out(&self, plan: &SittingPlan, seed: u64) -> Result<Laid, Error> {
        let blueprint = match &plan.what {
            What::Exam(id) => {
                let exam = self.exams().into_iter().find(|exam| exam.id == *id);
                Blueprint::clone(
                    &*exam.ok_or_else(|| Error::user(format!("there is no exam `{id}`")).hint("`ascertain exam list` names them"))?,
                )
            }
            What::Quiz(quiz) => self.quiz_blueprint(quiz)?,
        };
        let entries: Vec<&CardEntry> = self.askable().collect();
        let mut warnings = self.missing_decks(&blueprint);
        warnings.extend(weight_words(&blueprint));
        let pools = self.pools(&blueprint, plan, &entries)?;
        let most = blueprint.questions.1;
        let adaptive = matches!(blueprint.driver, Driver::Adaptive { .. });
        // An adaptive exam draws from a pool that leaves it a choice.
        let questions = if adaptive { most.saturating_mul(3).min(pool_size(&pools)) } else { most };
        let form_plan = FormPlan { domains: pools, questions, unscored: blueprint.unscored };
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let drawn = draw(&form_plan, &mut rng);
        if drawn.items.is_empty() {
            return Err(nothing_to_ask(plan));
        }
        let wanted = wanted(&form_plan, most);
        let rules = rules(plan, &blueprint, &drawn);
        let mut shown = shown(plan, &blueprint, &drawn, &wanted, rules.clone());
        shown.warnings.splice(0..0, warnings);
        let (form, texts) = lay(&blueprint, &drawn, &wanted, &entries, seed, &mut rng);
        Ok(Laid { start: SittingStart { rules, form }, texts, shown })
    }

    /// A quiz as a blueprint of one domain for each deck.
    fn quiz_blueprint(&self, quiz: &Quiz) -> Result<Blueprint, Error> {
        let decks: BTreeSet<DeckId> = self.askable().map(|entry| entry.id.deck.clone()).collect();
        let wanted = |deck: &DeckId| {
            let by_domain = quiz.domains.iter().any(|(of, _)| of == deck);
            by_domain || quiz.decks.contains(deck) || (quiz.decks.is_empty() && quiz.domains.is_empty())
        };
        let domain = |deck: &DeckId| {
            let of_deck: Vec<Draw> =
                quiz.domains.iter().filter(|(of, _)| of == deck).map(|(of, domain)| Draw::Domain(of.clone(), domain.clone())).collect();
            let draws = if of_deck.is_empty() { vec![Draw::Deck(deck.clone())] } else { of_deck };
            let title = self.deck(deck).map_or_else(|| deck.to_string(), |deck| deck.title.clone());
            Some(BlueprintDomain { id: DomainId::new(deck.as_str()).ok()?, title, weight: None, confirmed: true, draws })
        };
        Ok(Blueprint {
            id: DeckId::new("quiz").map_err(|error| Error::bug(error.to_string()))?,
            title: "Quiz".to_owned(),
            code: String::new(),
            issuer: String::new(),
            as_of: None,
            status: crate::model::ExamStatus::Current,
            questions: (quiz.count, quiz.count),
            unscored: 0,
            minutes: quiz.minutes.unwrap_or(0),
            scoring: Scoring::Unpublished,
            partial_credit: false,
            driver: Driver::Linear,
            domains: decks.iter().filter(|deck| wanted(deck)).filter_map(domain).collect(),
            sources: Vec::new(),
            remarks: String::new(),
        })
    }

    fn missing_decks(&self, blueprint: &Blueprint) -> Vec<String> {
        let named = blueprint.domains.iter().flat_map(|domain| &domain.draws).filter_map(|one| match one {
            Draw::Deck(deck) | Draw::Domain(deck, _) => Some(deck),
            Draw::Tag(_) => None,
        });
        let missing: BTreeSet<&DeckId> = named.filter(|deck| self.deck(deck).is_none()).collect();
        missing.into_iter().map(|deck| format!("The exam draws from the deck `{deck}`, which is not there.")).collect()
    }

    /// The questions of each domain, with what is known of them.
    fn pools(&self, blueprint: &Blueprint, plan: &SittingPlan, entries: &[&CardEntry]) -> Result<Vec<DomainPool>, Error> {
        let exposures: HashMap<CardId, (i64, f64, u32)> =
            self.store.exposures()?.into_iter().map(|(card, at, credit, count)| (card, (at, credit, count))).collect();
        let missed: HashSet<CardId> = match &plan.what {
            What::Quiz(Quiz { only: Only::Missed, .. }) => self.store.missed_cards()?.into_iter().collect(),
            _ => HashSet::new(),
        };
        let allowed = |entry: &CardEntry| match &plan.what {
            What::Exam(_) => true,
            What::Quiz(quiz) => {
                let tags = |tag: &String| entry.note().is_some_and(|note| note.tags.contains(tag));
                let fits = match quiz.only {
                    Only::Any => true,
                    Only::Missed => missed.contains(&entry.id),
                    Only::Flagged => entry.state.flag.is_some(),
                    Only::Unseen => !exposures.contains_key(&entry.id),
                };
                fits && (quiz.tags.is_empty() || quiz.tags.iter().any(tags))
            }
        };
        let rollover = self.policy().rollover_hour;
        let today = self.today();
        let item = |(index, entry): (usize, &&CardEntry)| {
            let seen = exposures.get(&entry.id);
            let guess = f64::from(expect(entry));
            let facility = seen.map_or(guess, |(_, credit, count)| (guess * GUESS_WEIGHT + credit) / (GUESS_WEIGHT + f64::from(*count)));
            PoolItem {
                index,
                case: matches!(entry.note().map(|note| &note.body), Some(NoteBody::Case(_))).then_some(entry.note_number),
                facility: facility as f32,
                last_seen: seen.map(|(at, ..)| *at),
                studied_today: entry.state.last_review.is_some_and(|last| last.study_day(rollover) == today),
            }
        };
        let pool = |domain: &BlueprintDomain| DomainPool {
            weight: domain.weight,
            items: (entries.iter().enumerate())
                .filter(|(_, entry)| allowed(entry) && domain.draws.iter().any(|one| draws(one, entry)))
                .map(item)
                .collect(),
        };
        let mut pools: Vec<DomainPool> = blueprint.domains.iter().map(pool).collect();
        if matches!(plan.what, What::Quiz(_)) {
            weigh_by_size(&mut pools);
        }
        Ok(pools)
    }
}

fn expect(entry: &CardEntry) -> f32 {
    entry.card().and_then(|card| card.question()).and_then(|question| question.expect).unwrap_or(USUAL_EXPECT)
}

/// A quiz takes from each deck as much as it has.
fn weigh_by_size(pools: &mut [DomainPool]) {
    let total: usize = pools.iter().map(|pool| pool.items.len()).sum();
    for pool in pools {
        pool.weight = Some((100.0 * pool.items.len() as f32 / total.max(1) as f32).max(0.0));
    }
}

/// Whether an exam draws from the card's note, be it a question or not.
pub(in crate::app) fn draws_any(exam: &Blueprint, entry: &CardEntry) -> bool {
    exam.domains.iter().any(|domain| domain_draws(domain, entry))
}

/// Whether a domain of an exam draws from the card's note.
pub(in crate::app) fn domain_draws(domain: &BlueprintDomain, entry: &CardEntry) -> bool {
    domain.draws.iter().any(|one| draws(one, entry))
}

fn draws(one: &Draw, entry: &CardEntry) -> bool {
    match one {
        Draw::Deck(deck) => entry.id.deck == *deck,
        Draw::Domain(deck, domain) => entry.id.deck == *deck && entry.note().is_some_and(|note| note.domain.as_ref() == Some(domain)),
        Draw::Tag(tag) => entry.note().is_some_and(|note| note.tags.contains(tag)),
    }
}

fn pool_size(pools: &[DomainPool]) -> u32 {
    let all: BTreeSet<usize> = pools.iter().flat_map(|pool| &pool.items).map(|item| item.index).collect();
    all.len() as u32
}

fn wanted(plan: &FormPlan, questions: u32) -> Vec<u32> {
    let weights: Vec<Option<f32>> = plan.domains.iter().map(|domain| domain.weight).collect();
    assemble::counts(&assemble::shares(&weights), questions)
}

fn weight_words(blueprint: &Blueprint) -> Option<String> {
    let known: Option<Vec<f32>> = blueprint.domains.iter().map(|domain| domain.weight).collect();
    match known.map(|weights| weights.iter().sum::<f32>()) {
        Some(total) if (total - 100.0).abs() > 1.0 => Some(format!("The weights add up to {total} %; they are taken as proportions.")),
        None if !blueprint.issuer.is_empty() => {
            Some("The issuer does not publish all weights; domains without one share what is left.".to_owned())
        }
        _ => None,
    }
}

fn nothing_to_ask(plan: &SittingPlan) -> Error {
    match &plan.what {
        What::Exam(_) => Error::user("none of the decks has a question for this exam").hint("bring back hidden decks in the Library"),
        What::Quiz(Quiz { only: Only::Missed, .. }) => Error::user("no question was missed in a mock exam").hint("choose other questions"),
        What::Quiz(Quiz { only: Only::Flagged, .. }) => {
            Error::user("no question has a flag").hint("Ctrl+1 to 7 flags a card while studying")
        }
        What::Quiz(_) => Error::user("no question fits").hint("choose more decks, or other tags"),
    }
}

fn rules(plan: &SittingPlan, blueprint: &Blueprint, drawn: &Assembled) -> SittingRules {
    let (questions, most) = (drawn.items.len() as u32, blueprint.questions.1);
    // A form that came out short has less time, in proportion.
    let minutes = if questions < most && !matches!(blueprint.driver, Driver::Adaptive { .. }) {
        (blueprint.minutes * questions).div_ceil(most.max(1))
    } else {
        blueprint.minutes
    };
    let minutes = if minutes > 0 { plan.extra.minutes(minutes) } else { 0 };
    let scored = drawn.items.iter().filter(|item| item.scored).count() as u32;
    let (exam, reasons_at_once) = match &plan.what {
        What::Exam(id) => (Some(id.clone()), false),
        What::Quiz(quiz) => (None, quiz.reasons_at_once),
    };
    SittingRules {
        exam,
        title: blueprint.title.clone(),
        driver: driver(&blueprint.driver, blueprint.unscored, scored),
        scoring: blueprint.scoring,
        partial_credit: blueprint.partial_credit,
        limit_millis: (minutes > 0).then(|| i64::from(minutes) * 60_000),
        strict: plan.strict && !reasons_at_once,
        reasons_at_once,
        ask_confidence: plan.ask_confidence,
        extra_time: if minutes > 0 { plan.extra.words() } else { String::new() },
    }
}

/// An adaptive exam counts scored questions, and no more than there are.
fn driver(driver: &Driver, unscored: u32, scored: u32) -> Driver {
    match driver {
        Driver::Adaptive { min, max, confidence } => {
            let max = max.saturating_sub(unscored).min(scored).max(1);
            Driver::Adaptive { min: min.saturating_sub(unscored).clamp(1, max), max, confidence: *confidence }
        }
        other => other.clone(),
    }
}

fn shown(plan: &SittingPlan, blueprint: &Blueprint, drawn: &Assembled, wanted: &[u32], rules: SittingRules) -> Prepared {
    let count = |domain: usize| drawn.items.iter().filter(|item| item.domain == domain).count() as u32;
    let domains: Vec<(String, u32, u32)> = (blueprint.domains.iter().zip(wanted).enumerate())
        .map(|(index, (domain, wanted))| (domain.title.clone(), *wanted, count(index).min(*wanted)))
        .collect();
    let (there, most) = (domains.iter().map(|(.., there)| there).sum::<u32>(), blueprint.questions.1);
    let mut warnings = Vec::new();
    let is_exam = matches!(plan.what, What::Exam(_));
    if there < most {
        let short: Vec<String> = (domains.iter())
            .filter(|(_, wanted, there)| there < wanted)
            .map(|(title, wanted, there)| format!("{title} has {there} of {wanted}"))
            .collect();
        let by_domain = if is_exam { format!(": {}", short.join(", ")) } else { String::new() };
        let time = if is_exam { " The time is shortened in proportion." } else { "" };
        warnings.push(format!("Your decks have {there} of the {most} questions{by_domain}.{time}"));
    }
    if is_exam && blueprint.domains.iter().any(|domain| !domain.confirmed) {
        warnings.push("Some figures of this exam are not confirmed by its issuer; see the remarks.".to_owned());
    }
    Prepared {
        title: blueprint.title.clone(),
        questions: (there, most),
        unscored: drawn.items.iter().filter(|item| !item.scored).count() as u32,
        domains,
        warnings,
        rules,
    }
}

/// Orders the questions, fixes the order of their parts, and takes their texts down.
fn lay(
    blueprint: &Blueprint,
    drawn: &Assembled,
    wanted: &[u32],
    entries: &[&CardEntry],
    seed: u64,
    rng: &mut ChaCha8Rng,
) -> (Form, Vec<(u64, String)>) {
    let ordered: Vec<(Drawn, usize)> = match &blueprint.driver {
        Driver::Sectioned(sections) => {
            let shares: Vec<f32> = sections.iter().map(|(_, share)| *share).collect();
            into_sections(drawn.items.clone(), &shares)
        }
        _ => drawn.items.iter().map(|item| (*item, 0)).collect(),
    };
    let mut texts = BTreeMap::new();
    let mut items = Vec::new();
    for (item, section) in ordered {
        let Some(entry) = entries.get(item.index) else { continue };
        let Some((hash, text, _)) = snapshot(entry) else { continue };
        let Some(question) = entry.card().and_then(|card| card.question()) else { continue };
        let order = presentation(question, rng);
        texts.insert(hash, text);
        let (card, domain, expect) = (entry.id.clone(), item.domain, expect(entry));
        items.push(FormItem { card, text_hash: hash, domain, section, scored: item.scored, order, expect });
    }
    let domains = blueprint.domains.iter().zip(wanted).map(|(domain, wanted)| FormDomain {
        id: domain.id.clone(),
        title: domain.title.clone(),
        weight: domain.weight,
        wanted: *wanted,
    });
    let sections = match &blueprint.driver {
        Driver::Sectioned(sections) => sections.iter().map(|(title, _)| title.clone()).collect(),
        _ => Vec::new(),
    };
    (Form { seed, domains: domains.collect(), sections, items }, texts.into_iter().collect())
}
