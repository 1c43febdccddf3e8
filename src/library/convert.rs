//! From the file's form to the words of the model, with every problem of a note reported where it stands.

use super::form::{DomainForm, ExhibitForm, NoteForm, OptionForm, SourceForm};
use super::report::{Report, nearest};
use super::syntax::Node;
use crate::model::{
    Case, Choice, Citation, DeckId, Domain, DomainId, Exhibit, IdError, Match, Note, NoteBody, NoteId, Opt, Order, Question, QuestionBody,
    Source, SourceId, Typed, cloze, text,
};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

/// Longest text of one field, in bytes.
const MAX_FIELD: usize = 1024 * 1024;

/// What a note may refer to.
pub(super) struct Scope<'a> {
    pub(super) domains: &'a [Domain],
    pub(super) sources: &'a [Source],
    /// The folder pictures are in; none for a deck that is compiled in.
    pub(super) media: Option<&'a Path>,
    /// Whether domains and sources can be checked: a patch is checked against the deck it changes only when both are there.
    pub(super) check_references: bool,
    /// Whether pictures can be looked for: not for a text that stands nowhere yet.
    pub(super) check_media: bool,
}

/// Where a value stands; its parent if the text gives no place.
pub(super) fn place(node: &Node, source: &str, path: &[&str]) -> Range<usize> {
    let mut at = node;
    for name in path {
        let next = name.parse().map_or_else(|_| at.field(source, name), |index: usize| at.item(index));
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    at.span.clone()
}

pub(super) fn id<T>(report: &mut Report<'_>, span: Range<usize>, text: &str, new: fn(&str) -> Result<T, IdError>) -> Option<T> {
    match new(text) {
        Ok(id) => Some(id),
        Err(error) => {
            report.error(span, "bad-id", error.to_string());
            None
        }
    }
}

pub(super) fn date(report: &mut Report<'_>, span: Range<usize>, text: Option<&str>) -> Option<NaiveDate> {
    let text = text?;
    let parsed = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|date| {
        use chrono::Datelike as _;
        (1900..=2200).contains(&date.year())
    });
    if parsed.is_none() {
        report.error(span, "bad-date", format!("`{text}` is not a date like 2026-11-22"));
    }
    parsed
}

/// A text that must say something and must not hide anything.
pub(super) fn words(report: &mut Report<'_>, span: Range<usize>, what: &str, value: &str) {
    if value.trim().is_empty() {
        report.error(span, "empty-text", format!("{what} is empty"));
    } else {
        clean(report, span, what, value);
    }
}

/// A text that may be empty but must not hide anything.
fn clean(report: &mut Report<'_>, span: Range<usize>, what: &str, value: &str) {
    if value.len() > MAX_FIELD {
        report.error(span, "too-long", format!("{what} is longer than {} KiB", MAX_FIELD / 1024));
    } else if let Some(c) = value.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        report.error(span, "control-character", format!("{what} holds the control character U+{:04X}", u32::from(c)));
    } else if let Some(c) = value.chars().find(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')) {
        let message = format!("{what} holds U+{:04X}, which changes the order in which text is shown", u32::from(c));
        report.error(span, "bidi-override", message);
    }
}

pub(super) fn domains(report: &mut Report<'_>, span: &Range<usize>, forms: Vec<DomainForm>) -> Vec<Domain> {
    let mut seen = BTreeSet::new();
    let mut domains = Vec::new();
    for form in forms {
        let Some(id) = id(report, span.clone(), &form.id, DomainId::new) else { continue };
        if !seen.insert(id.clone()) {
            report.error(span.clone(), "duplicate-id", format!("two domains are called `{id}`"));
        }
        words(report, span.clone(), "the title of a domain", &form.title);
        domains.push(Domain { id, title: form.title });
    }
    domains
}

pub(super) fn sources(report: &mut Report<'_>, span: &Range<usize>, forms: Vec<SourceForm>) -> Vec<Source> {
    let mut seen = BTreeSet::new();
    let mut sources = Vec::new();
    for form in forms {
        let Some(id) = id(report, span.clone(), &form.id, SourceId::new) else { continue };
        if !seen.insert(id.clone()) {
            report.error(span.clone(), "duplicate-id", format!("two sources are called `{id}`"));
        }
        words(report, span.clone(), "the title of a source", &form.title);
        sources.push(Source { id, title: form.title, edition: form.edition, url: form.url });
    }
    sources
}

/// Common fields, taken apart once for all kinds.
struct Common {
    id: String,
    domain: Option<String>,
    cites: Vec<(String, String)>,
    tags: Vec<String>,
    was: Vec<String>,
    expect: Option<f32>,
    as_of: Option<String>,
    image: Option<String>,
}

/// What is left of a form once the common fields are out.
enum BodyForm {
    Basic(String, String, bool),
    Cloze(String, String),
    Choice(String, Vec<OptionForm>, bool, String),
    Order(String, Vec<String>, String),
    Match(String, Vec<(String, String)>, Vec<String>, String),
    Typed(String, Vec<String>, String),
    Case(String, Vec<ExhibitForm>, Vec<NoteForm>),
}

fn split(form: NoteForm) -> (Common, BodyForm) {
    macro_rules! common {
        ($id:ident, $domain:ident, $cites:ident, $tags:ident, $was:ident, $expect:ident, $as_of:ident, $image:ident) => {
            Common { id: $id, domain: $domain, cites: $cites, tags: $tags, was: $was, expect: $expect, as_of: $as_of, image: $image }
        };
    }
    match form {
        NoteForm::Basic { id, front, back, both_ways, domain, cites, tags, was, expect, as_of, image } => {
            (common!(id, domain, cites, tags, was, expect, as_of, image), BodyForm::Basic(front, back, both_ways))
        }
        NoteForm::Cloze { id, text, why, domain, cites, tags, was, expect, as_of, image } => {
            (common!(id, domain, cites, tags, was, expect, as_of, image), BodyForm::Cloze(text, why))
        }
        NoteForm::Choice { id, stem, options, shuffle, why, domain, cites, tags, was, expect, as_of, image } => {
            (common!(id, domain, cites, tags, was, expect, as_of, image), BodyForm::Choice(stem, options, shuffle, why))
        }
        NoteForm::Order { id, stem, steps, why, domain, cites, tags, was, expect, as_of, image } => {
            (common!(id, domain, cites, tags, was, expect, as_of, image), BodyForm::Order(stem, steps, why))
        }
        NoteForm::Match { id, stem, pairs, decoys, why, domain, cites, tags, was, expect, as_of, image } => {
            (common!(id, domain, cites, tags, was, expect, as_of, image), BodyForm::Match(stem, pairs, decoys, why))
        }
        NoteForm::Typed { id, stem, accept, why, domain, cites, tags, was, expect, as_of, image } => {
            (common!(id, domain, cites, tags, was, expect, as_of, image), BodyForm::Typed(stem, accept, why))
        }
        NoteForm::Case { id, scenario, exhibits, questions, domain, cites, tags, was, expect, as_of, image } => {
            (common!(id, domain, cites, tags, was, expect, as_of, image), BodyForm::Case(scenario, exhibits, questions))
        }
    }
}

/// Turns a form into a note. None if it has an error that makes it unusable; every problem is reported.
pub(super) fn note(report: &mut Report<'_>, node: &Node, form: NoteForm, scope: &Scope<'_>) -> Option<Note> {
    let errors_before = report.error_count();
    let source = report.text();
    let (common, body) = split(form);
    let at = |path: &[&str]| place(node, source, path);
    let id = id(report, at(&["id"]), &common.id, NoteId::new)?;
    check_expect(report, at(&["expect"]), common.expect);
    let domain = common.domain.as_deref().and_then(|text| known_domain(report, at(&["domain"]), text, scope));
    let cites = (common.cites.iter().enumerate())
        .filter_map(|(index, (source_id, pinpoint))| citation(report, &at(&["cites", &index.to_string()]), source_id, pinpoint, scope))
        .collect();
    let was = common.was.iter().filter_map(|text| self::id(report, at(&["was"]), text, NoteId::new)).collect();
    let as_of = date(report, at(&["as_of"]), common.as_of.as_deref());
    for tag in &common.tags {
        words(report, at(&["tags"]), "a tag", tag);
    }
    if let Some(image) = &common.image {
        check_image(report, &at(&["image"]), image, scope);
    }
    let body = body_of(report, node, body, common.expect)?;
    let note = Note { id, domain, cites, tags: common.tags, was, as_of, image: common.image, body };
    for path in text::images(&note.full_text()) {
        check_image(report, &node.span, &path, scope);
    }
    (report.error_count() == errors_before).then_some(note)
}

fn body_of(report: &mut Report<'_>, node: &Node, body: BodyForm, expect: Option<f32>) -> Option<NoteBody> {
    let source = report.text();
    let at = |path: &[&str]| place(node, source, path);
    Some(match body {
        BodyForm::Basic(front, back, both_ways) => {
            words(report, at(&["front"]), "the front", &front);
            words(report, at(&["back"]), "the back", &back);
            NoteBody::Basic { front, back, both_ways }
        }
        BodyForm::Cloze(text, why) => {
            words(report, at(&["text"]), "the text", &text);
            if cloze::numbers(&text).is_empty() {
                let hint = Some("write what is to be recalled as {{c1::answer}}".to_owned());
                report.error_with_hint(at(&["text"]), "no-gap", "the text has no gap", hint);
            }
            clean(report, at(&["why"]), "the why", &why);
            NoteBody::Cloze { text, why }
        }
        BodyForm::Case(scenario, exhibits, questions) => case(report, node, scenario, exhibits, questions),
        BodyForm::Choice(..) | BodyForm::Order(..) | BodyForm::Match(..) | BodyForm::Typed(..) => {
            NoteBody::Question(question(report, node, body, expect)?)
        }
    })
}

fn case(report: &mut Report<'_>, node: &Node, scenario: String, exhibits: Vec<ExhibitForm>, questions: Vec<NoteForm>) -> NoteBody {
    let source = report.text();
    let at = |path: &[&str]| place(node, source, path);
    words(report, at(&["scenario"]), "the scenario", &scenario);
    let mut converted = Vec::new();
    for exhibit in exhibits {
        words(report, at(&["exhibits"]), "the title of an exhibit", &exhibit.title);
        words(report, at(&["exhibits"]), "an exhibit", &exhibit.text);
        converted.push(Exhibit { title: exhibit.title, text: exhibit.text });
    }
    if questions.is_empty() {
        report.error(at(&["questions"]), "no-question", "a case needs a question");
    }
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (index, form) in questions.into_iter().enumerate() {
        let inner = node.field(source, "questions").and_then(|list| list.item(index)).unwrap_or(node);
        let (common, body) = split(form);
        check_expect(report, place(inner, source, &["expect"]), common.expect);
        let Some(key) = id(report, place(inner, source, &["id"]), &common.id, NoteId::new) else { continue };
        if !seen.insert(key.clone()) {
            report.error(place(inner, source, &["id"]), "duplicate-id", format!("two questions of the case are called `{key}`"));
        }
        for field in ["domain", "cites", "tags", "was", "as_of", "image"] {
            if inner.field(source, field).is_some() {
                let message = format!("a question of a case takes `{field}` from its case");
                report.error(place(inner, source, &[field]), "case-field", message);
            }
        }
        if let Some(question) = question(report, inner, body, common.expect) {
            found.push((key, question));
        }
    }
    NoteBody::Case(Case { scenario, exhibits: converted, questions: found })
}

fn question(report: &mut Report<'_>, node: &Node, body: BodyForm, expect: Option<f32>) -> Option<Question> {
    let source = report.text();
    let at = |path: &[&str]| place(node, source, path);
    let (stem, why, body) = match body {
        BodyForm::Choice(stem, options, shuffle, why) => (stem, why, QuestionBody::Choice(choice(report, node, options, shuffle))),
        BodyForm::Order(stem, steps, why) => {
            for step in &steps {
                words(report, at(&["steps"]), "a step", step);
            }
            if steps.len() < 2 {
                report.error(at(&["steps"]), "too-few-steps", "an order needs two steps or more");
            }
            (stem, why, QuestionBody::Order(Order { steps }))
        }
        BodyForm::Match(stem, pairs, decoys, why) => {
            check_pairs(report, &at(&["pairs"]), &pairs, &decoys);
            (stem, why, QuestionBody::Match(Match { pairs, decoys }))
        }
        BodyForm::Typed(stem, accept, why) => {
            for text in &accept {
                words(report, at(&["accept"]), "an accepted answer", text);
            }
            if accept.is_empty() {
                report.error(at(&["accept"]), "no-answer", "no answer is accepted");
            }
            (stem, why, QuestionBody::Typed(Typed { accept }))
        }
        BodyForm::Basic(..) | BodyForm::Cloze(..) | BodyForm::Case(..) => {
            report.error(node.span.clone(), "not-a-question", "a case holds Choice, Order, Match and Typed questions");
            return None;
        }
    };
    words(report, at(&["stem"]), "the stem", &stem);
    clean(report, at(&["why"]), "the why", &why);
    Some(Question { stem, why, expect, body })
}

fn choice(report: &mut Report<'_>, node: &Node, options: Vec<OptionForm>, shuffle: bool) -> Choice {
    let source = report.text();
    let span = place(node, source, &["options"]);
    let mut converted: Vec<Opt> = Vec::new();
    for (index, option) in options.into_iter().enumerate() {
        let index = index.to_string();
        let at = |field: &str| place(node, source, &["options", &index, field]);
        let (text, why, see, is_key) = match option {
            OptionForm::Key { text, why, see } => (text, why, see, true),
            OptionForm::Wrong { text, why, see } => (text, why, see, false),
        };
        words(report, at("text"), "an option", &text);
        clean(report, at("why"), "a why", &why);
        if converted.iter().any(|other| other.text.trim() == text.trim()) {
            report.error(at("text"), "duplicate-option", "two options say the same");
        }
        let see = see.and_then(|see| id(report, at("see"), &see, NoteId::new));
        converted.push(Opt { text, why, see, is_key });
    }
    match converted.len() {
        0 | 1 => report.error(span, "one-option", "a choice needs two options or more"),
        21.. => report.error(span, "too-many-options", "a choice has twenty options at most"),
        _ if converted.iter().all(|option| !option.is_key) => report.error(span, "no-key", "no option is the key"),
        _ if converted.iter().all(|option| option.is_key) => {
            report.error(span, "all-keys", "every option is a key: there is nothing to choose");
        }
        _ => {}
    }
    Choice { options: converted, shuffle }
}

fn check_pairs(report: &mut Report<'_>, span: &Range<usize>, pairs: &[(String, String)], decoys: &[String]) {
    if pairs.len() < 2 {
        report.error(span.clone(), "too-few-pairs", "a match needs two pairs or more");
    }
    for text in pairs.iter().flat_map(|(left, right)| [left, right]).chain(decoys) {
        words(report, span.clone(), "a side of a pair", text);
    }
    let lefts: BTreeSet<_> = pairs.iter().map(|(left, _)| left.trim()).collect();
    if lefts.len() < pairs.len() {
        report.error(span.clone(), "duplicate-pair", "two pairs have the same left side");
    }
    if let Some(decoy) = decoys.iter().find(|decoy| pairs.iter().any(|(_, right)| right.trim() == decoy.trim())) {
        report.error(span.clone(), "decoy-is-right", format!("the decoy `{decoy}` is the right side of a pair"));
    }
}

fn check_expect(report: &mut Report<'_>, span: Range<usize>, expect: Option<f32>) {
    if let Some(share) = expect
        && !(0.0..=1.0).contains(&share)
    {
        report.error(span, "bad-number", format!("`expect` is a share from 0 to 1, not {share}"));
    }
}

fn known_domain(report: &mut Report<'_>, span: Range<usize>, text: &str, scope: &Scope<'_>) -> Option<DomainId> {
    let id = id(report, span.clone(), text, DomainId::new)?;
    if scope.check_references && scope.domains.iter().all(|domain| domain.id != id) {
        let hint = nearest(text, scope.domains.iter().map(|domain| domain.id.as_str()));
        report.error_with_hint(span, "unknown-domain", format!("there is no domain `{text}`"), hint);
    }
    Some(id)
}

fn citation(report: &mut Report<'_>, span: &Range<usize>, source: &str, pinpoint: &str, scope: &Scope<'_>) -> Option<Citation> {
    let id = id(report, span.clone(), source, SourceId::new)?;
    if scope.check_references && scope.sources.iter().all(|known| known.id != id) {
        let hint = nearest(source, scope.sources.iter().map(|known| known.id.as_str()));
        report.error_with_hint(span.clone(), "unknown-source", format!("there is no source `{source}`"), hint);
    }
    words(report, span.clone(), "the pinpoint of a citation", pinpoint);
    Some(Citation { source: id, pinpoint: pinpoint.to_owned() })
}

/// A picture is a file inside the deck's media folder; paths are judged part by part, never by how they begin.
fn check_image(report: &mut Report<'_>, span: &Range<usize>, path: &str, scope: &Scope<'_>) {
    if !is_inside(path) {
        report.error(span.clone(), "path-leaves-folder", format!("the picture `{path}` is not inside the deck's media folder"));
    } else if scope.check_media && scope.media.is_none_or(|folder| !folder.join(path).is_file()) {
        report.error(span.clone(), "missing-image", format!("the picture `{path}` is not there"));
    }
}

/// Whether a path stays below the folder it is read from, on every system.
pub(super) fn is_inside(path: &str) -> bool {
    let parts: Vec<&str> = path.split(['/', '\\']).collect();
    !path.contains(':') && !parts.is_empty() && parts.iter().all(|part| !part.is_empty() && *part != "." && *part != "..")
}

/// The id of a deck, exam or roadmap.
pub(super) fn deck_id(report: &mut Report<'_>, span: Range<usize>, text: &str) -> Option<DeckId> {
    id(report, span, text, DeckId::new)
}
