//! QTI 2.x, and 3.0 under the names of 2.x.

use super::super::foreign::{ForeignNote, basic, case, choice, cloze_or_basic, in_gap, option, order, pairs, typed};
use super::super::text::plain_words;
use super::super::xml::Element;
use super::Context;
use crate::model::{NoteBody, NoteId, QuestionBody};
use std::collections::BTreeMap;

const ASKED: [&str; 9] = [
    "choiceInteraction",
    "orderInteraction",
    "matchInteraction",
    "associateInteraction",
    "textEntryInteraction",
    "inlineChoiceInteraction",
    "gapMatchInteraction",
    "hottextInteraction",
    "extendedTextInteraction",
];

/// One item.
pub(super) fn read(context: &mut Context, item: &Element) -> Option<ForeignNote> {
    let mut reader = Item::new(context, item);
    match reader.body(context) {
        Ok(body) => {
            let mut note = ForeignNote::new(body, item.line);
            if let Some(id) = item.attribute("identifier") {
                note.key = Some(format!("id:{id}"));
            }
            Some(note)
        }
        Err(reason) => {
            context.findings.lost(item.line, format!("the item was not taken: {reason}"));
            None
        }
    }
}

/// What a response is scored by.
#[derive(Debug, Default)]
struct Declaration {
    correct: Vec<String>,
    mapped: Vec<(String, f64)>,
    /// Whether it takes one value.
    single: bool,
}

impl Declaration {
    /// The right values: those that are named as correct, else those that score; of one value, those that score most.
    fn right(&self) -> Vec<String> {
        if self.correct.is_empty() { self.best(self.single) } else { self.correct.clone() }
    }

    fn most(&self) -> f64 {
        self.mapped.iter().map(|(_, worth)| *worth).fold(0.0, f64::max)
    }

    fn best(&self, single: bool) -> Vec<String> {
        let most = self.most();
        let counts = |worth: f64| worth > 0.0 && (!single || worth >= most);
        self.mapped.iter().filter(|(_, worth)| counts(*worth)).map(|(value, _)| value.clone()).collect()
    }
}

struct Item<'a> {
    source: &'a Element,
    declarations: BTreeMap<String, Declaration>,
    /// Feedback by its identifier.
    feedback: BTreeMap<String, String>,
}

fn is_interaction(element: &Element) -> bool {
    element.name.ends_with("Interaction")
}

/// Interactions below an element, outermost only.
fn interactions<'a>(element: &'a Element, found: &mut Vec<&'a Element>) {
    for inner in element.elements() {
        if is_interaction(inner) { found.push(inner) } else { interactions(inner, found) }
    }
}

fn identifier(element: &Element) -> &str {
    element.attribute("identifier").unwrap_or_default()
}

impl<'a> Item<'a> {
    fn new(context: &mut Context, item: &'a Element) -> Self {
        let mut declarations = BTreeMap::new();
        for declaration in item.all("responseDeclaration") {
            let correct = declaration
                .first("correctResponse")
                .map(|correct| correct.all("value").map(|value| value.text().trim().to_owned()).collect());
            let mapped = declaration.first("mapping").map(|mapping| {
                let worth = |entry: &Element| entry.attribute("mappedValue").and_then(|value| value.parse::<f64>().ok()).unwrap_or(0.0);
                mapping.all("mapEntry").filter_map(|entry| Some((entry.attribute("mapKey")?.to_owned(), worth(entry)))).collect()
            });
            let single = declaration.attribute("cardinality").is_none_or(|cardinality| cardinality == "single");
            declarations.insert(
                identifier(declaration).to_owned(),
                Declaration { correct: correct.unwrap_or_default(), mapped: mapped.unwrap_or_default(), single },
            );
        }
        let mut feedback = BTreeMap::new();
        for modal in item.all("modalFeedback") {
            let text = context.text(modal, &mut |_| None);
            // What is hidden for an identifier is said of every other answer.
            let name = if modal.attribute("showHide") == Some("hide") {
                format!("not {}", identifier(modal))
            } else {
                identifier(modal).to_owned()
            };
            add_feedback(&mut feedback, name, &text);
        }
        let mut blocks = Vec::new();
        item.all("itemBody").for_each(|body| outside_choices(body, &mut blocks));
        for (index, block) in blocks.into_iter().enumerate() {
            let text = context.text(block, &mut |_| None);
            add_feedback(&mut feedback, format!("block {index}"), &text);
        }
        Self { source: item, declarations, feedback }
    }

    fn right(&self, interaction: &Element) -> Vec<String> {
        let response = interaction.attribute("responseIdentifier").unwrap_or("RESPONSE");
        self.declarations.get(response).map(Declaration::right).unwrap_or_default()
    }

    /// Feedback that belongs to no option.
    fn why(&self, options: &[&str]) -> String {
        let mut texts: Vec<&str> = Vec::new();
        for (_, text) in self.feedback.iter().filter(|(id, _)| !options.contains(&id.as_str())) {
            if !texts.contains(&text.as_str()) {
                texts.push(text);
            }
        }
        texts.join("\n\n")
    }

    fn body(&mut self, context: &mut Context) -> Result<NoteBody, String> {
        let Some(body) = self.source.first("itemBody") else { return Err("it has no body".to_owned()) };
        let shown = without_hidden(body);
        let body = &shown;
        let mut found = Vec::new();
        interactions(body, &mut found);
        let unsupported = if self.source.attribute("adaptive") == Some("true") {
            Some("it adapts".to_owned())
        } else if self.source.first("templateDeclaration").is_some() {
            Some("its numbers are made anew each time".to_owned())
        } else {
            found
                .iter()
                .find(|interaction| !ASKED.contains(&interaction.name.as_str()))
                .map(|interaction| format!("`{}` cannot be asked here", interaction.name))
        };
        if let Some(reason) = unsupported {
            return Ok(self.kept_as_note(context, body, &reason));
        }
        let inline = |interaction: &&Element| matches!(interaction.name.as_str(), "textEntryInteraction" | "inlineChoiceInteraction");
        let asked = match found.as_slice() {
            [] => return Ok(self.kept_as_note(context, body, "it asks nothing")),
            [one]
                if one.name == "textEntryInteraction" && !one.attribute("responseIdentifier").is_some_and(|id| id.starts_with("GAP_")) =>
            {
                self.text_entry(context, body, one)
            }
            many if many.iter().all(inline) => self.inline_gaps(context, body),
            [one] => {
                let stem = self.stem(context, body, one);
                self.interaction(context, one, &stem)
            }
            many => self.case(context, body, many),
        };
        // What cannot be asked can still be read.
        asked.or_else(|reason| {
            let text = context.text(body, &mut |_| None);
            if text.is_empty() { Err(reason) } else { Ok(self.kept_as_note(context, body, &reason)) }
        })
    }

    fn kept_as_note(&self, context: &mut Context, body: &Element, reason: &str) -> NoteBody {
        context.findings.changed(self.source.line, format!("the item is kept as a note: {reason}"));
        let text = context.text(body, &mut |_| None);
        let title = plain_words(self.source.attribute("title").unwrap_or_default());
        let why = self.why(&[]);
        if text.is_empty() { basic(&title, &why) } else { basic(&text, &why) }
    }

    /// The text around an interaction, with its prompt.
    fn stem(&self, context: &mut Context, body: &Element, interaction: &Element) -> String {
        let around = context.text(body, &mut |inner| is_interaction(inner).then(String::new));
        let prompt = interaction
            .first("prompt")
            .map(|prompt| context.text(prompt, &mut |inner| inner.name.starts_with("feedback").then(String::new)))
            .unwrap_or_default();
        let parts: Vec<String> = [around, prompt].into_iter().filter(|part| !part.is_empty()).collect();
        if parts.is_empty() { plain_words(self.source.attribute("title").unwrap_or_default()) } else { parts.join("\n\n") }
    }

    fn interaction(&mut self, context: &mut Context, interaction: &Element, stem: &str) -> Result<NoteBody, String> {
        let right = self.right(interaction);
        match interaction.name.as_str() {
            "choiceInteraction" => self.choice(context, interaction, "simpleChoice", &right, stem),
            "hottextInteraction" => {
                let text = context
                    .text(interaction, &mut |inner| (inner.name == "prompt" || inner.name.starts_with("feedback")).then(String::new));
                self.choice(context, interaction, "hottext", &right, &format!("{stem}\n\n{text}"))
            }
            "orderInteraction" => {
                let choices = texts(context, interaction, "simpleChoice");
                let steps: Option<Vec<String>> =
                    right.iter().map(|id| choices.iter().find(|(own, _)| own == id).map(|(_, text)| text.clone())).collect();
                let steps = steps.filter(|steps| steps.len() == choices.len()).ok_or("the right order does not name every choice")?;
                order(stem, steps, &self.why(&[])).map_err(str::to_owned)
            }
            "matchInteraction" => self.matching(context, interaction, &right, stem),
            "associateInteraction" => {
                let choices = texts(context, interaction, "simpleAssociableChoice");
                let (found, used) = paired(&right, &choices, &choices)?;
                let is_left = |text: &String| found.iter().any(|(left, _)| left == text);
                let decoys =
                    choices.iter().filter(|(id, text)| !used.contains(id) && !is_left(text)).map(|(_, text)| text.clone()).collect();
                pairs(stem, found, decoys, &self.why(&[])).map_err(str::to_owned)
            }
            "gapMatchInteraction" => Ok(self.gap_match(context, interaction, &right, stem)),
            _ => {
                context.findings.changed(self.source.line, "an answer nobody can check is kept as a card you grade yourself");
                Ok(basic(stem, &if right.is_empty() { self.why(&[]) } else { right.join("\n\n") }))
            }
        }
    }

    fn choice(&self, context: &mut Context, interaction: &Element, name: &str, right: &[String], stem: &str) -> Result<NoteBody, String> {
        let mut options = Vec::new();
        let choices = interaction.below(name);
        let ids: Vec<&str> = choices.iter().map(|one| identifier(one)).collect();
        for one in &choices {
            let id = identifier(one);
            let mut reasons: Vec<String> = Vec::new();
            for inline in one.below("feedbackInline").into_iter().chain(one.below("feedbackBlock")) {
                reasons.push(context.text(inline, &mut |_| None));
            }
            reasons.extend(self.feedback.get(id).cloned());
            reasons.retain(|reason| !reason.is_empty());
            let text = context.text(one, &mut |inner| inner.name.starts_with("feedback").then(String::new));
            options.push(option(&text, right.iter().any(|value| value == id), &reasons.join("\n\n")));
        }
        let mut body = choice(stem, options, &self.why(&ids)).map_err(str::to_owned)?;
        if let NoteBody::Question(question) = &mut body
            && let QuestionBody::Choice(own) = &mut question.body
        {
            own.shuffle &= choices.iter().all(|one| one.attribute("fixed") != Some("true"));
        }
        Ok(body)
    }

    fn matching(&self, context: &mut Context, interaction: &Element, right: &[String], stem: &str) -> Result<NoteBody, String> {
        let sets: Vec<&Element> = interaction.all("simpleMatchSet").collect();
        let [left, other] = sets.as_slice() else { return Err("it does not have two sets to match".to_owned()) };
        let (lefts, rights) = (texts(context, left, "simpleAssociableChoice"), texts(context, other, "simpleAssociableChoice"));
        let (mut found, used) = paired(right, &lefts, &rights)?;
        let repeats = |side: fn(&(String, String)) -> &String| {
            found.iter().enumerate().any(|(place, pair)| found.iter().take(place).any(|other| side(other) == side(pair)))
        };
        if repeats(|pair| &pair.0) && !repeats(|pair| &pair.1) {
            // A group with several things: each thing is matched to its group.
            found = found.into_iter().map(|(left, right)| (right, left)).collect();
            return pairs(stem, found, Vec::new(), &self.why(&[])).map_err(str::to_owned);
        }
        let decoys = rights.iter().filter(|(id, _)| !used.contains(id)).map(|(_, text)| text.clone()).collect();
        pairs(stem, found, decoys, &self.why(&[])).map_err(str::to_owned)
    }

    fn gap_match(&self, context: &mut Context, interaction: &Element, right: &[String], stem: &str) -> NoteBody {
        let words = texts(context, interaction, "gapText");
        let mut number = 0;
        let text = context.text(interaction, &mut |inner| match inner.name.as_str() {
            "prompt" | "gapText" | "gapImg" | "feedbackInline" | "feedbackBlock" => Some(String::new()),
            "gap" => {
                let id = identifier(inner);
                let answer = right.iter().find_map(|pair| pair.split_once(' ').filter(|(_, gap)| *gap == id).map(|(word, _)| word))?;
                let (_, answer) = words.iter().find(|(own, _)| own == answer)?;
                number += 1;
                Some(super::xml::escaped(&format!("{{{{c{number}::{}}}}}", in_gap(answer))))
            }
            _ => None,
        });
        cloze_or_basic(&format!("{stem}\n\n{text}"), &self.why(&[]))
    }

    fn text_entry(&self, context: &mut Context, body: &Element, interaction: &Element) -> Result<NoteBody, String> {
        let response = interaction.attribute("responseIdentifier").unwrap_or("RESPONSE");
        let declaration = self.declarations.get(response);
        let mut accept = declaration.map(|declaration| declaration.correct.clone()).unwrap_or_default();
        accept.extend(declaration.map(|declaration| declaration.best(true)).unwrap_or_default());
        if declaration.is_some_and(|own| own.mapped.iter().any(|(_, worth)| *worth > 0.0 && *worth < own.most())) {
            context.findings.changed(self.source.line, "an answer of part worth counts as wrong");
        }
        if accept.is_empty() {
            return Err("no answer counts as right".to_owned());
        }
        let mut stem = context.text(body, &mut |inner| is_interaction(inner).then(|| "_____".to_owned()));
        // A blank that stands alone at the end is where the answer goes, and needs no mark.
        if let Some(before) = stem.strip_suffix("\n\n\\_\\_\\_\\_\\_") {
            stem = before.to_owned();
        }
        Ok(typed(&stem, accept, &self.why(&[])))
    }

    fn inline_gaps(&self, context: &mut Context, body: &Element) -> Result<NoteBody, String> {
        let mut number = 0;
        let mut missing = false;
        let text = context.text(body, &mut |inner| {
            if !is_interaction(inner) {
                return None;
            }
            let right = self.right(inner);
            let chosen = right.first().cloned().unwrap_or_default();
            let named = inner.all("inlineChoice").find(|one| identifier(one) == chosen).map(|one| one.text().trim().to_owned());
            let answer = named.unwrap_or(chosen);
            missing |= answer.is_empty();
            number += 1;
            // Our own export keeps a gap's number in its name, and its hint where others have one.
            let own = inner
                .attribute("responseIdentifier")
                .and_then(|id| id.strip_prefix("GAP_"))
                .and_then(|rest| rest.split('_').next()?.parse().ok());
            let hint = inner.attribute("placeholderText").map(|hint| format!("::{hint}")).unwrap_or_default();
            Some(super::xml::escaped(&format!("{{{{c{}::{}{hint}}}}}", own.unwrap_or(number), in_gap(&answer))))
        });
        if missing { Err("a gap has no right answer".to_owned()) } else { Ok(cloze_or_basic(&text, &self.why(&[]))) }
    }

    fn case(&mut self, context: &mut Context, body: &Element, many: &[&Element]) -> Result<NoteBody, String> {
        let scenario = context.text(body, &mut |inner| is_interaction(inner).then(String::new));
        let mut questions = Vec::new();
        for (index, interaction) in many.iter().enumerate() {
            let prompt = interaction
                .first("prompt")
                .map(|prompt| context.text(prompt, &mut |inner| inner.name.starts_with("feedback").then(String::new)))
                .filter(|prompt| !prompt.is_empty());
            let stem = prompt.unwrap_or_else(|| format!("Part {}", index + 1));
            match self.interaction(context, interaction, &stem)? {
                NoteBody::Question(mut question) => {
                    question.why.clear();
                    let key = NoteId::new(&format!("q{}", index + 1)).map_err(|error| error.to_string())?;
                    questions.push((key, question));
                }
                _ => return Ok(self.kept_as_note(context, body, "one of its parts cannot be asked here")),
            }
        }
        let scenario =
            if scenario.is_empty() { plain_words(self.source.attribute("title").unwrap_or("Several questions")) } else { scenario };
        Ok(case(&scenario, questions))
    }
}

fn add_feedback(feedback: &mut BTreeMap<String, String>, name: String, text: &str) {
    if text.is_empty() {
        return;
    }
    let own = feedback.entry(name).or_default();
    if !own.is_empty() {
        own.push_str("\n\n");
    }
    own.push_str(text);
}

/// Feedback that stands in the text, outside of any choice.
fn outside_choices<'a>(element: &'a Element, found: &mut Vec<&'a Element>) {
    for inner in element.elements().filter(|inner| !is_interaction(inner)) {
        if matches!(inner.name.as_str(), "feedbackBlock" | "feedbackInline") { found.push(inner) } else { outside_choices(inner, found) }
    }
}

/// A text without what the one who answers does not see: notes to scorers, and feedback.
fn without_hidden(element: &Element) -> Element {
    let is_hidden = |inner: &Element| match inner.name.as_str() {
        "rubricBlock" => inner.attribute("view").is_some_and(|view| !view.contains("candidate")),
        "feedbackBlock" | "feedbackInline" => true,
        _ => false,
    };
    let children = element.children.iter().filter_map(|child| match child {
        super::Child::Element(inner) if is_hidden(inner) => None,
        super::Child::Element(inner) if is_interaction(inner) => Some(child.clone()),
        super::Child::Element(inner) => Some(super::Child::Element(without_hidden(inner))),
        super::Child::Text(_) => Some(child.clone()),
    });
    Element { children: children.collect(), name: element.name.clone(), attributes: element.attributes.clone(), line: element.line }
}

fn texts(context: &mut Context, element: &Element, name: &str) -> Vec<(String, String)> {
    element
        .below(name)
        .into_iter()
        .map(|one| (identifier(one).to_owned(), context.text(one, &mut |inner| inner.name.starts_with("feedback").then(String::new))))
        .collect()
}

type Texts = [(String, String)];

/// Pairs of texts, and the right sides that were used.
type Paired = (Vec<(String, String)>, Vec<String>);

/// Values such as `C R` as pairs of texts, and the right sides that were used.
fn paired(right: &[String], lefts: &Texts, rights: &Texts) -> Result<Paired, String> {
    let (mut found, mut used) = (Vec::new(), Vec::new());
    let of = |texts: &Texts, id: &str| texts.iter().find(|(own, _)| own == id).map(|(_, text)| text.clone());
    for value in right {
        let Some((a, b)) = value.split_once(char::is_whitespace) else { continue };
        let (a, b) = (a.trim(), b.trim());
        // Some writers name the sides the other way round.
        let (left, other, id) = match (of(lefts, a), of(rights, b)) {
            (Some(left), Some(other)) => (left, other, b),
            _ => (
                of(lefts, b).ok_or("a pair names a choice that is not there")?,
                of(rights, a).ok_or("a pair names a choice that is not there")?,
                a,
            ),
        };
        found.push((left, other));
        used.push(id.to_owned());
    }
    Ok((found, used))
}
