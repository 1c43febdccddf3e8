//! QTI 1.2, as Canvas, Blackboard and text2qti write it.

use super::super::foreign::{ForeignNote, basic, choice, cloze_or_basic, option, pairs, typed};
use super::super::text::plain_words;
use super::super::xml::Element;
use super::Context;
use crate::model::NoteBody;
use std::collections::BTreeMap;

/// All items of a document, with the title of its assessment.
pub(super) fn read(context: &mut Context, root: &Element) -> (String, Vec<ForeignNote>) {
    let title = root.first("assessment").and_then(|assessment| assessment.attribute("title")).unwrap_or_default().to_owned();
    let items = if root.name == "item" { vec![root] } else { root.below("item") };
    let mut notes = Vec::new();
    for item in items {
        match Item::new(context, item).body(context) {
            Ok(body) => {
                let mut note = ForeignNote::new(body, item.line);
                if let Some(id) = item.attribute("ident") {
                    note.key = Some(format!("id:{id}"));
                }
                notes.push(note);
            }
            Err(reason) => context.findings.lost(item.line, format!("the item was not taken: {reason}")),
        }
    }
    (title, notes)
}

/// The texts of materials right below an element.
fn material(context: &mut Context, element: &Element) -> String {
    let mut parts = Vec::new();
    let own = element.all("material").chain(element.all("flow").flat_map(|flow| flow.all("material")));
    for part in own.flat_map(Element::elements) {
        match part.name.as_str() {
            "mattext" => {
                let raw = part.text();
                let is_html =
                    part.attribute("texttype").is_some_and(|kind| kind.contains("html")) || super::super::html::looks_like_html(&raw);
                if is_html {
                    let inner = if part.elements().next().is_some() { part.inner_html(&mut |_| None) } else { raw };
                    let resolved = resolve_pictures(context, &inner);
                    parts.push(context.html(&resolved, part.line));
                } else {
                    parts.push(plain_words(&raw));
                }
            }
            "matimage" => {
                if let Some(path) = part.attribute("uri").and_then(|uri| super::inside(&context.folder, uri)) {
                    parts.push(format!("![](<{path}>)"));
                    context.named.insert(path);
                }
            }
            _ => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

/// Pictures are named from the document's folder, or from the package's root by a mark.
fn resolve_pictures(context: &mut Context, html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find("src=\"") {
        let (before, after) = rest.split_at(at + 5);
        out.push_str(before);
        let Some((source, tail)) = after.split_once('"') else {
            rest = after;
            break;
        };
        match super::inside(&context.folder, source) {
            Some(path) => {
                out.push_str(&super::quoted(&path));
                context.named.insert(path);
            }
            None => out.push_str(source),
        }
        out.push('"');
        rest = tail;
    }
    out.push_str(rest);
    out
}

struct Item<'a> {
    source: &'a Element,
    stem: String,
    kind: String,
    /// For each response the values that count, and those of a condition that counts.
    right: BTreeMap<String, Vec<String>>,
    feedback: BTreeMap<String, String>,
    why: String,
}

impl<'a> Item<'a> {
    fn new(context: &mut Context, item: &'a Element) -> Self {
        let presentation = item.first("presentation");
        let stem = presentation.map(|presentation| material(context, presentation)).unwrap_or_default();
        let kind = item.below("qtimetadatafield").into_iter().find_map(|field| {
            let label = field.first("fieldlabel")?.text();
            (label.trim() == "question_type").then(|| field.first("fieldentry").map(Element::text).unwrap_or_default())
        });
        let texts: BTreeMap<String, String> = item
            .all("itemfeedback")
            .map(|feedback| {
                let holder = feedback.below("material");
                let text = holder.first().map(|_| {
                    let wrapped = Element {
                        children: holder.iter().map(|part| super::Child::Element((*part).clone())).collect(),
                        ..Element::default()
                    };
                    material(context, &wrapped)
                });
                (feedback.attribute("ident").unwrap_or_default().to_owned(), text.unwrap_or_default())
            })
            .collect();
        let mut read = Self {
            source: item,
            stem,
            kind: kind.unwrap_or_default().trim().to_owned(),
            right: BTreeMap::new(),
            feedback: BTreeMap::new(),
            why: String::new(),
        };
        for condition in item.below("respcondition") {
            read.condition(condition, &texts);
        }
        read
    }

    fn condition(&mut self, condition: &Element, texts: &BTreeMap<String, String>) {
        let Some(test) = condition.first("conditionvar") else { return };
        let mut positive = Vec::new();
        collect(test, false, &mut positive);
        let scores = condition.all("setvar").any(|set| set.text().trim().parse::<f64>().is_ok_and(|score| score > 0.0));
        for (response, value) in &positive {
            let values = self.right.entry(response.clone()).or_default();
            if scores && !values.contains(value) {
                values.push(value.clone());
            }
        }
        for shown in condition.all("displayfeedback") {
            let Some(text) = shown.attribute("linkrefid").and_then(|id| texts.get(id)).filter(|text| !text.is_empty()) else { continue };
            match positive.as_slice() {
                [(_, value)] => drop(self.feedback.insert(value.clone(), text.clone())),
                _ if !self.why.contains(text.as_str()) => {
                    if !self.why.is_empty() {
                        self.why.push_str("\n\n");
                    }
                    self.why.push_str(text);
                }
                _ => {}
            }
        }
    }

    fn body(mut self, context: &mut Context) -> Result<NoteBody, String> {
        let lids = self.source.below("response_lid");
        let strings = self.source.below("response_str");
        if self.stem.is_empty() {
            self.stem = plain_words(self.source.attribute("title").unwrap_or_default());
        }
        match (lids.as_slice(), strings.as_slice()) {
            ([lid], []) => self.choice(context, lid),
            ([], []) if self.kind == "text_only_question" || self.source.below("response_num").is_empty() => {
                context.findings.changed(self.source.line, "a text without a question is kept as a note to read");
                Ok(basic(self.source.attribute("title").unwrap_or(&self.stem), &self.stem))
            }
            ([], _) => Ok(self.typed(context, &strings)),
            (many, []) => self.several(context, many),
            _ => {
                context.findings.changed(self.source.line, "an item of several parts cannot be asked here; its text is kept as a note");
                Ok(basic(&self.stem, &self.why))
            }
        }
    }

    fn choice(&mut self, context: &mut Context, lid: &Element) -> Result<NoteBody, String> {
        let response = lid.attribute("ident").unwrap_or_default();
        let right = self.right.get(response).cloned().unwrap_or_default();
        let mut options = Vec::new();
        for label in lid.below("response_label") {
            let id = label.attribute("ident").unwrap_or_default().to_owned();
            let text = material(context, label);
            let why = self.feedback.get(&id).cloned().unwrap_or_default();
            options.push(option(&text, right.contains(&id), &why));
        }
        choice(&self.stem, options, &self.why).map_err(str::to_owned)
    }

    fn typed(&mut self, context: &mut Context, strings: &[&Element]) -> NoteBody {
        if self.kind.contains("essay") || self.right.values().all(Vec::is_empty) {
            context.findings.changed(self.source.line, "an answer nobody can check is kept as a card you grade yourself");
            return basic(&self.stem, &self.why);
        }
        if strings.len() > 1 {
            // One gap for each response, in a text that names them in brackets.
            let mut text = self.stem.replace("\\[", "[").replace("\\]", "]");
            for (index, string) in strings.iter().enumerate() {
                let id = string.attribute("ident").unwrap_or_default();
                let answer = self.right.get(id).and_then(|values| values.first()).cloned().unwrap_or_default();
                let name = id.strip_prefix("response_").unwrap_or(id);
                let gap = format!("{{{{c{}::{answer}}}}}", index + 1);
                if text.contains(&format!("[{name}]")) {
                    text = text.replace(&format!("[{name}]"), &gap);
                } else {
                    text.push_str(&format!(" {gap}"));
                }
            }
            return cloze_or_basic(&text, &self.why);
        }
        let accept: Vec<String> = self.right.values().flatten().cloned().collect();
        if !self.source.below("vargte").is_empty() {
            context.findings.changed(self.source.line, "the answer had room; it is typed exactly now");
        }
        typed(&self.stem, accept, &self.why)
    }

    /// Several choices under one stem: pairs to be matched, or gaps with menus.
    fn several(&mut self, context: &mut Context, lids: &[&Element]) -> Result<NoteBody, String> {
        let mut found = Vec::new();
        let mut all: Vec<String> = Vec::new();
        for lid in lids {
            let id = lid.attribute("ident").unwrap_or_default();
            let left = material(context, lid);
            let right = self.right.get(id).and_then(|values| values.first()).cloned().unwrap_or_default();
            let mut answer = String::new();
            for label in lid.below("response_label") {
                let text = material(context, label);
                if label.attribute("ident") == Some(right.as_str()) {
                    answer.clone_from(&text);
                }
                if !all.contains(&text) {
                    all.push(text);
                }
            }
            found.push((left, answer));
        }
        pairs(&self.stem, found, all, &self.why).map_err(str::to_owned)
    }
}

/// The values a condition asks for, with the response each belongs to; those it forbids are left out.
fn collect(element: &Element, negated: bool, found: &mut Vec<(String, String)>) {
    for inner in element.elements() {
        match inner.name.as_str() {
            "not" => collect(inner, !negated, found),
            "varequal" if !negated => {
                found.push((inner.attribute("respident").unwrap_or_default().to_owned(), inner.text().trim().to_owned()));
            }
            _ => collect(inner, negated, found),
        }
    }
}
