//! Exams and roadmaps: read and checked like decks.

use super::convert::{self, place};
use super::form::{DrawForm, DriverForm, ExamForm, RoadmapForm, ScoringForm, StatusForm, StepForm};
use super::load::check_format;
use super::report::Report;
use super::syntax::Node;
use crate::model::roadmap::Pay;
use crate::model::{Blueprint, BlueprintDomain, DeckId, DomainId, Draw, Driver, ExamStatus, Phase, Roadmap, Role, Scoring, Skill, Step};
use std::collections::BTreeSet;
use std::ops::Range;

pub(super) fn exam(report: &mut Report<'_>, form: ExamForm) -> Option<Blueprint> {
    let text = report.text();
    let root = Node::parse(text)?;
    let at = |path: &[&str]| place(&root, text, path);
    check_format(report, at(&["format"]), form.format)?;
    let before = report.error_count();
    let id = convert::deck_id(report, at(&["id"]), &form.id)?;
    convert::words(report, at(&["title"]), "the title", &form.title);
    let as_of = convert::date(report, at(&["as_of"]), form.as_of.as_deref());
    let status = status(report, &at(&["status"]), form.status)?;
    check_size(report, &at(&["questions"]), &at(&["minutes"]), form.questions, form.unscored, form.minutes);
    let scoring = scoring(report, &at(&["scoring"]), &form.scoring);
    let driver = driver(report, &at(&["driver"]), form.driver);
    let mut domains = Vec::new();
    for (index, domain) in form.domains.into_iter().enumerate() {
        let span = at(&["domains", &index.to_string()]);
        domains.extend(exam_domain(report, &span, domain));
    }
    check_weights(report, &at(&["domains"]), &domains);
    let sources = convert::sources(report, &at(&["sources"]), form.sources);
    let exam = Blueprint {
        id,
        title: form.title,
        code: form.code,
        issuer: form.issuer,
        as_of,
        status,
        questions: form.questions,
        unscored: form.unscored,
        minutes: form.minutes,
        scoring,
        partial_credit: form.partial_credit,
        driver,
        domains,
        sources,
        remarks: form.remarks,
    };
    (report.error_count() == before).then_some(exam)
}

fn status(report: &mut Report<'_>, span: &Range<usize>, form: StatusForm) -> Option<ExamStatus> {
    Some(match form {
        StatusForm::Current => ExamStatus::Current,
        StatusForm::Announced => ExamStatus::Announced,
        StatusForm::Retired { on, successor } => ExamStatus::Retired {
            on: convert::date(report, span.clone(), Some(&on))?,
            successor: successor.and_then(|id| convert::deck_id(report, span.clone(), &id)),
        },
    })
}

fn check_size(report: &mut Report<'_>, questions: &Range<usize>, minutes: &Range<usize>, count: (u32, u32), unscored: u32, length: u32) {
    if count.0 == 0 || count.0 > count.1 || count.1 > 1_000 {
        report.error(questions.clone(), "bad-number", "`questions` is (fewest, most), from 1 to 1000");
    } else if unscored >= count.0 {
        report.error(questions.clone(), "bad-number", "there must be more questions than unscored ones");
    }
    if !(1..=1_440).contains(&length) {
        report.error(minutes.clone(), "bad-number", "`minutes` is from 1 to 1440");
    }
}

fn scoring(report: &mut Report<'_>, span: &Range<usize>, form: &ScoringForm) -> Scoring {
    match *form {
        ScoringForm::Scaled { min, max, pass } => {
            if !(min < pass && pass <= max) {
                report.error(span.clone(), "bad-number", "the cut score must lie between the lowest and the highest score");
            }
            Scoring::Scaled { min, max, pass }
        }
        ScoringForm::Percent { pass } => {
            if !(pass > 0.0 && pass <= 100.0) {
                report.error(span.clone(), "bad-number", "the cut score must be more than 0 and at most 100 per cent");
            }
            Scoring::Percent { pass }
        }
        ScoringForm::Unpublished => Scoring::Unpublished,
    }
}

fn driver(report: &mut Report<'_>, span: &Range<usize>, form: DriverForm) -> Driver {
    match form {
        DriverForm::Linear => Driver::Linear,
        DriverForm::ForwardOnly => Driver::ForwardOnly,
        DriverForm::Sectioned(sections) => {
            let total: f32 = sections.iter().map(|section| section.share).sum();
            let positive = sections.iter().all(|section| section.share > 0.0);
            let whole = (total - 1.0).abs() < 0.01;
            if sections.is_empty() || !positive || !whole {
                report.error(span.clone(), "bad-number", "the shares of the sections must be positive and add up to 1");
            }
            Driver::Sectioned(sections.into_iter().map(|section| (section.title, section.share)).collect())
        }
        DriverForm::Adaptive { min, max, confidence } => {
            if min == 0 || min > max || !(confidence > 0.5 && confidence < 1.0) {
                report.error(span.clone(), "bad-number", "an adaptive exam needs 1 ≤ min ≤ max and a confidence between 0.5 and 1");
            }
            Driver::Adaptive { min, max, confidence }
        }
    }
}

fn exam_domain(report: &mut Report<'_>, span: &Range<usize>, form: super::form::ExamDomainForm) -> Option<BlueprintDomain> {
    let id = convert::id(report, span.clone(), &form.id, DomainId::new)?;
    convert::words(report, span.clone(), "the title of a domain", &form.title);
    if form.weight.is_some_and(|weight| !(weight > 0.0 && weight <= 100.0)) {
        report.error(span.clone(), "bad-number", "a weight is more than 0 and at most 100 per cent");
    }
    let mut draws = Vec::new();
    for draw in form.draws {
        draws.push(match draw {
            DrawForm::Deck(deck) => Draw::Deck(convert::deck_id(report, span.clone(), &deck)?),
            DrawForm::Domain(deck, domain) => {
                Draw::Domain(convert::deck_id(report, span.clone(), &deck)?, convert::id(report, span.clone(), &domain, DomainId::new)?)
            }
            DrawForm::Tag(tag) => Draw::Tag(tag),
        });
    }
    Some(BlueprintDomain { id, title: form.title, weight: form.weight, confirmed: form.confirmed, draws })
}

/// Weights are either all known, and then add up to 100 within rounding, or what is not known is said by `None`.
fn check_weights(report: &mut Report<'_>, span: &Range<usize>, domains: &[BlueprintDomain]) {
    let mut seen = BTreeSet::new();
    if let Some(twice) = domains.iter().find(|domain| !seen.insert(&domain.id)) {
        report.error(span.clone(), "duplicate-id", format!("two domains are called `{}`", twice.id));
    }
    if domains.is_empty() {
        report.error(span.clone(), "no-domains", "an exam needs a domain");
    }
    let total: f32 = domains.iter().filter_map(|domain| domain.weight).sum();
    let all_known = domains.iter().all(|domain| domain.weight.is_some());
    if (all_known && !(95.0..=105.0).contains(&total)) || total > 105.0 {
        report.error(span.clone(), "weights", format!("the weights add up to {total} per cent"));
    }
}

pub(super) fn roadmap(report: &mut Report<'_>, form: RoadmapForm) -> Option<Roadmap> {
    let text = report.text();
    let root = Node::parse(text)?;
    let at = |path: &[&str]| place(&root, text, path);
    check_format(report, at(&["format"]), form.format)?;
    let before = report.error_count();
    let id = convert::deck_id(report, at(&["id"]), &form.id)?;
    convert::words(report, at(&["title"]), "the title", &form.title);
    let as_of = convert::date(report, at(&["as_of"]), form.as_of.as_deref());
    let sources = convert::sources(report, &at(&["sources"]), form.sources);
    let mut skills = Vec::new();
    for skill in form.skills {
        let span = at(&["skills"]);
        let decks = skill.decks.iter().filter_map(|deck| convert::deck_id(report, span.clone(), deck)).collect();
        let id = convert::id(report, span.clone(), &skill.id, DomainId::new)?;
        skills.push(Skill { id, title: skill.title, decks });
    }
    let mut roles = Vec::new();
    for role in form.roles {
        roles.push(self::role(report, &at(&["roles"]), role, &skills)?);
    }
    let mut phases = Vec::new();
    for (index, phase) in form.phases.into_iter().enumerate() {
        let span = at(&["phases", &index.to_string()]);
        let id = convert::id(report, span.clone(), &phase.id, DomainId::new)?;
        convert::words(report, span.clone(), "the title of a phase", &phase.title);
        let steps = phase.steps.into_iter().filter_map(|form| step(report, &span, form)).collect();
        phases.push(Phase { id, title: phase.title, weeks: phase.weeks, steps });
    }
    let roadmap = Roadmap { id, title: form.title, as_of, span: form.span, phases, roles, skills, sources };
    (report.error_count() == before).then_some(roadmap)
}

fn share(report: &mut Report<'_>, span: &Range<usize>, what: &str, value: f32) {
    if !(0.0..=1.0).contains(&value) {
        report.error(span.clone(), "bad-number", format!("{what} is a share from 0 to 1, not {value}"));
    }
}

fn step(report: &mut Report<'_>, span: &Range<usize>, form: StepForm) -> Option<Step> {
    Some(match form {
        StepForm::Study { deck, mastery } => {
            share(report, span, "`mastery`", mastery);
            Step::Study { deck: convert::deck_id(report, span.clone(), &deck)?, mastery }
        }
        StepForm::Do { id, title, minutes, hint } => {
            convert::words(report, span.clone(), "the title of a step", &title);
            Step::Do { id: convert::id(report, span.clone(), &id, DomainId::new)?, title, minutes, hint }
        }
        StepForm::Sit { exam, pass } => {
            share(report, span, "`pass`", pass);
            Step::Sit { exam: convert::id(report, span.clone(), &exam, DeckId::new)?, pass }
        }
    })
}

fn role(report: &mut Report<'_>, span: &Range<usize>, form: super::form::RoleForm, skills: &[Skill]) -> Option<Role> {
    let id = convert::id(report, span.clone(), &form.id, DomainId::new)?;
    let mut needs = Vec::new();
    for (skill, amount) in form.needs {
        share(report, span, "a need", amount);
        let skill = convert::id(report, span.clone(), &skill, DomainId::new)?;
        if skills.iter().all(|known| known.id != skill) {
            report.error(span.clone(), "unknown-skill", format!("there is no skill `{skill}`"));
        }
        needs.push((skill, amount));
    }
    let mut pay = Vec::new();
    for level in form.pay {
        if !(level.low.is_finite() && level.high.is_finite() && level.low <= level.high) {
            report.error(span.clone(), "bad-number", "pay is from low to high");
        }
        pay.push(Pay { level: level.level, years: level.years, low: level.low, high: level.high });
    }
    Some(Role { id, title: form.title, pay, needs })
}
