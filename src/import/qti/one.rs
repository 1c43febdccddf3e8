//! QTI 1.2, as Canvas, Blackboard and text2qti write it.

use super::super::foreign::{ForeignNote, basic, choice, cloze_or_basic, in_gap, option, order, pairs, typed};
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

/// The texts of an element, but not those of the answers in it.
fn material(context: &mut Context, element: &Element) -> String {
    let mut parts = Vec::new();
    gather(element, &mut |part| {
        let raw = part.text();
        let is_html = part.name == "mat_formattedtext"
            || part.attribute("texttype").is_some_and(|kind| kind.contains("html"))
            || super::super::html::looks_like_html(&raw);
        if part.name == "matimage" {
            if let Some(path) = part.attribute("uri").and_then(|uri| super::inside(&context.folder, uri)) {
                parts.push(format!("![](<{path}>)"));
                context.named.insert(path);
            }
        } else if is_html {
            let inner = if part.elements().next().is_some() { part.inner_html(&mut |_| None) } else { raw };
            let resolved = resolve_pictures(context, &inner);
            parts.push(context.html(&resolved, part.line));
        } else {
            parts.push(plain_words(&raw));
        }
    });
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

/// Each text and picture below an element, in its order.
fn gather<'a>(element: &'a Element, tell: &mut dyn FnMut(&'a Element)) {
    for inner in element.elements() {
        match inner.name.as_str() {
            "mattext" | "matimage" | "mat_formattedtext" | "matemtext" => tell(inner),
            name if name.starts_with("response_") || name.starts_with("render_") => {}
            _ => gather(inner, tell),
        }
    }
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
    /// For each response the values that are tested, with what each is worth.
    worth: BTreeMap<String, Vec<(String, f64)>>,
    /// For each response the values that are right together, with what that is worth.
    together: BTreeMap<String, (f64, Vec<String>)>,
    feedback: BTreeMap<String, String>,
    why: String,
}

impl<'a> Item<'a> {
    fn new(context: &mut Context, item: &'a Element) -> Self {
        let presentation = item.first("presentation");
        let mut stem = presentation.map(|presentation| material(context, presentation)).unwrap_or_default();
        if stem.is_empty() {
            // Some put the question into the response.
            let responses = item.below("response_lid").into_iter().chain(item.below("response_str")).chain(item.below("response_xy"));
            stem = responses.map(|response| material(context, response)).find(|text| !text.is_empty()).unwrap_or_default();
        }
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
            worth: BTreeMap::new(),
            together: BTreeMap::new(),
            feedback: BTreeMap::new(),
            why: String::new(),
        };
        // What is said of an answer alone comes before what is said of every right one.
        let (scoring, other): (Vec<&Element>, Vec<&Element>) =
            item.below("respcondition").into_iter().partition(|condition| score(condition).is_some());
        for condition in other.into_iter().chain(scoring) {
            read.condition(condition, &texts);
        }
        read
    }

    fn condition(&mut self, condition: &Element, texts: &BTreeMap<String, String>) {
        let Some(test) = condition.first("conditionvar") else { return };
        let mut positive = Vec::new();
        collect(test, false, &mut positive);
        let score = score(condition);
        if let (Some(score), [(response, _), _, ..]) = (score, positive.as_slice())
            && self.together.get(response).is_none_or(|(most, _)| score > *most)
        {
            let values = positive.iter().filter(|(own, _)| own == response).map(|(_, value)| value.clone());
            self.together.insert(response.clone(), (score, values.collect()));
        }
        for (response, value) in &positive {
            let values = self.worth.entry(response.clone()).or_default();
            match values.iter_mut().find(|(own, _)| own == value) {
                Some((_, worth)) => *worth = worth.max(score.unwrap_or(0.0)),
                None => values.push((value.clone(), score.unwrap_or(0.0))),
            }
        }
        for shown in condition.all("displayfeedback") {
            let Some(text) = shown.attribute("linkrefid").and_then(|id| texts.get(id)).filter(|text| !text.is_empty()) else { continue };
            match positive.as_slice() {
                [(_, value)] if !self.feedback.contains_key(value) => drop(self.feedback.insert(value.clone(), text.clone())),
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

    /// The right values of a response: of one that takes a single value, those that are worth most.
    fn right(&self, response: &str, single: bool) -> Vec<String> {
        let values = self.worth.get(response).map(Vec::as_slice).unwrap_or_default();
        let most = values.iter().map(|(_, worth)| *worth).fold(0.0, f64::max);
        if let Some((_, all)) = self.together.get(response).filter(|(worth, all)| !single && *worth >= most && all.len() > 1) {
            return all.clone();
        }
        let counts = |worth: f64| worth > 0.0 && (!single || worth >= most);
        values.iter().filter(|(_, worth)| counts(*worth)).map(|(value, _)| value.clone()).collect()
    }

    fn tell_part_worth(&self, context: &mut Context, response: &str) {
        let values = self.worth.get(response).map(Vec::as_slice).unwrap_or_default();
        let most = values.iter().map(|(_, worth)| *worth).fold(0.0, f64::max);
        if values.iter().any(|(_, worth)| *worth > 0.0 && *worth < most) {
            context.findings.changed(self.source.line, "an option of part worth counts as wrong");
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
        let cardinality = lid.attribute("rcardinality").unwrap_or("Single");
        let single = cardinality.eq_ignore_ascii_case("single");
        let right = self.right(response, single);
        if cardinality.eq_ignore_ascii_case("ordered") {
            return self.ordered(context, lid);
        }
        if single {
            self.tell_part_worth(context, response);
        }
        let mut options = Vec::new();
        for label in lid.below("response_label") {
            let id = label.attribute("ident").unwrap_or_default().to_owned();
            let text = material(context, label);
            let why = self.feedback.get(&id).cloned().unwrap_or_default();
            options.push(option(&text, right.contains(&id), &why));
        }
        choice(&self.stem, options, &self.why).map_err(str::to_owned)
    }

    fn ordered(&self, context: &mut Context, lid: &Element) -> Result<NoteBody, String> {
        let labels = lid.below("response_label");
        let text = |id: &String| labels.iter().find(|label| label.attribute("ident") == Some(id.as_str()));
        let right = self.right_order(lid.attribute("ident").unwrap_or_default(), labels.len());
        let steps: Vec<String> = right.iter().filter_map(text).map(|label| material(context, label)).collect();
        if steps.len() < labels.len() {
            return Err("the right order does not name every choice".to_owned());
        }
        order(&self.stem, steps, &self.why).map_err(str::to_owned)
    }

    /// The values of the order that scores most, or of all conditions where each names one place.
    fn right_order(&self, response: &str, steps: usize) -> Vec<String> {
        let mut conditions: Vec<(f64, Vec<(usize, String)>)> = Vec::new();
        for condition in self.source.below("respcondition") {
            let Some(score) = score(condition) else { continue };
            let tests = condition.below("varequal").into_iter().filter(|test| test.attribute("respident") == Some(response));
            let place = |test: &Element| test.attribute("index").and_then(|index| index.trim().parse().ok());
            let named = tests.enumerate().map(|(index, test)| (place(test).unwrap_or(index + 1), test.text().trim().to_owned()));
            conditions.push((score, named.collect()));
        }
        let whole = conditions.iter().filter(|(_, named)| named.len() == steps).max_by(|a, b| a.0.total_cmp(&b.0));
        let mut named = if let Some((_, named)) = whole {
            named.clone()
        } else {
            let all: Vec<(usize, String)> = conditions.into_iter().flat_map(|(_, named)| named).collect();
            // Without places of their own they stand in the order of the conditions.
            let same = all.iter().all(|(place, _)| *place == 1);
            all.into_iter().enumerate().map(|(index, (place, value))| (if same { index } else { place }, value)).collect()
        };
        named.sort_by_key(|(place, _)| *place);
        named.into_iter().map(|(_, value)| value).collect()
    }

    /// The stretches a number may lie in, where that scores: both ends, and whether each belongs to it.
    fn bounds(&self) -> Vec<[(String, bool); 2]> {
        let mut found = Vec::new();
        for condition in self.source.below("respcondition").into_iter().filter(|condition| score(condition).is_some()) {
            let Some(test) = condition.first("conditionvar") else { continue };
            let mut ends = Vec::new();
            gather_bounds(test, &mut ends);
            let end = |low: bool| ends.iter().find(|(own, ..)| *own == low).map(|(_, text, included)| (text.clone(), *included));
            found.extend(end(true).zip(end(false)).map(|(low, high)| [low, high]));
        }
        found
    }

    fn typed(&mut self, context: &mut Context, strings: &[&Element]) -> NoteBody {
        let mut accept: Vec<String> = self.worth.keys().flat_map(|response| self.right(response, true)).collect();
        let bounds = self.bounds();
        let is_given = !accept.is_empty();
        let mut room = Vec::new();
        for [(low, low_in), (high, high_in)] in &bounds {
            room.push(format!("from {low} to {high}"));
            let middle = low.parse::<f64>().ok().zip(high.parse::<f64>().ok()).map(|(low, high)| f64::midpoint(low, high));
            if !is_given {
                accept.extend(middle.map(|middle| ((middle * 1e9).round() / 1e9).to_string()));
                accept.extend([(low, low_in), (high, high_in)].into_iter().filter(|(_, own)| **own).map(|(end, _)| end.clone()));
            }
        }
        if !room.is_empty() {
            context.findings.changed(self.source.line, "the answer had room; it is typed exactly now");
            let room = format!("Accepted: {}.", room.join(", or "));
            self.why = [self.why.as_str(), &room].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
        }
        if self.kind.contains("essay") || accept.is_empty() {
            context.findings.changed(self.source.line, "an answer nobody can check is kept as a card you grade yourself");
            return basic(&self.stem, &self.why);
        }
        if strings.len() > 1 {
            // One gap for each response, in a text that names them in brackets.
            let mut text = self.stem.replace("\\[", "[").replace("\\]", "]");
            for (index, string) in strings.iter().enumerate() {
                let id = string.attribute("ident").unwrap_or_default();
                let answer = self.right(id, true).first().cloned().unwrap_or_default();
                let name = id.strip_prefix("response_").unwrap_or(id);
                let gap = format!("{{{{c{}::{}}}}}", index + 1, in_gap(&answer));
                if text.contains(&format!("[{name}]")) {
                    text = text.replace(&format!("[{name}]"), &gap);
                } else {
                    text.push_str(&format!(" {gap}"));
                }
            }
            return cloze_or_basic(&text, &self.why);
        }
        let mut reasons = vec![self.why.as_str()];
        reasons.extend(self.feedback.values().map(String::as_str).filter(|text| !self.why.contains(*text)));
        reasons.retain(|reason| !reason.is_empty());
        typed(&self.stem, accept, &reasons.join("\n\n"))
    }

    /// Several choices under one stem: gaps the stem names, things to be put into groups, or pairs to be matched.
    fn several(&mut self, context: &mut Context, lids: &[&Element]) -> Result<NoteBody, String> {
        let parts: Vec<Part> = lids.iter().map(|lid| self.part(context, lid)).collect();
        let plain = self.stem.replace("\\[", "[").replace("\\]", "]");
        if parts.iter().all(|part| !part.name.is_empty() && plain.contains(&format!("[{}]", part.name))) {
            return Ok(self.named_gaps(context, &plain, &parts));
        }
        let mut all: Vec<String> = Vec::new();
        for text in parts.iter().flat_map(|part| &part.all) {
            if !all.contains(text) {
                all.push(text.clone());
            }
        }
        if parts.iter().any(|part| part.right.len() > 1) {
            // Groups with several things each: every thing is matched to its group.
            let found: Vec<(String, String)> =
                parts.iter().flat_map(|part| part.right.iter().map(|right| (right.clone(), part.name.clone()))).collect();
            let left_out: Vec<&String> = all.iter().filter(|text| found.iter().all(|(left, _)| left != *text)).collect();
            if !left_out.is_empty() {
                context.findings.changed(self.source.line, "things that belong to no group were left out");
            }
            return pairs(&self.stem, found, Vec::new(), &self.why).map_err(str::to_owned);
        }
        let found = parts.into_iter().map(|part| (part.name, part.right.into_iter().next().unwrap_or_default())).collect();
        pairs(&self.stem, found, all, &self.why).map_err(str::to_owned)
    }

    fn part(&self, context: &mut Context, lid: &Element) -> Part {
        let id = lid.attribute("ident").unwrap_or_default();
        let multiple = lid.attribute("rcardinality").is_some_and(|cardinality| cardinality.eq_ignore_ascii_case("multiple"));
        let wanted = self.right(id, !multiple);
        let mut part = Part { name: material(context, lid), right: Vec::new(), all: Vec::new() };
        for label in lid.below("response_label") {
            let text = material(context, label);
            if label.attribute("ident").is_some_and(|own| wanted.iter().any(|right| right == own)) {
                part.right.push(text.clone());
            }
            part.all.push(text);
        }
        part
    }

    /// `[name]` in the stem is a gap; where there is a menu, what is in it is the hint.
    fn named_gaps(&self, context: &mut Context, stem: &str, parts: &[Part]) -> NoteBody {
        let has_menus = self.kind.contains("dropdown");
        let mut text = stem.to_owned();
        for (index, part) in parts.iter().enumerate() {
            let answer = part.right.first().cloned().unwrap_or_default();
            let hint = if has_menus { format!("::{}", in_gap(&part.all.join(" / "))) } else { String::new() };
            if !has_menus && part.right.len() > 1 {
                context.findings.changed(self.source.line, format!("other right answers for “{answer}” were left out"));
            }
            text = text.replace(&format!("[{}]", part.name), &format!("{{{{c{}::{}{hint}}}}}", index + 1, in_gap(&answer)));
        }
        cloze_or_basic(&text, &self.why)
    }
}

/// One choice of several: what it is called, what is right, and all there is.
struct Part {
    name: String,
    right: Vec<String>,
    all: Vec<String>,
}

/// The ends of a stretch that a condition tests: whether it is the lower one, what it is, and whether it belongs to the stretch.
fn gather_bounds(element: &Element, found: &mut Vec<(bool, String, bool)>) {
    for inner in element.elements() {
        let kind = match inner.name.as_str() {
            "vargte" => Some((true, true)),
            "vargt" => Some((true, false)),
            "varlte" => Some((false, true)),
            "varlt" => Some((false, false)),
            "not" => continue,
            _ => None,
        };
        match kind {
            Some((low, included)) => found.push((low, inner.text().trim().to_owned(), included)),
            None => gather_bounds(inner, found),
        }
    }
}

/// What a condition adds to the score. None if it does not add.
fn score(condition: &Element) -> Option<f64> {
    let of = |set: &Element| {
        let is_score = set.attribute("varname").is_none_or(|name| name.is_empty() || name.to_lowercase().contains("score"));
        let subtracts = set.attribute("action").is_some_and(|action| action.eq_ignore_ascii_case("subtract"));
        // Blackboard writes the name of the most there is.
        let text = set.text();
        let worth = if text.contains(".max") { Some(1.0) } else { text.trim().parse::<f64>().ok() };
        worth.filter(|worth| is_score && !subtracts && *worth > 0.0)
    };
    condition.all("setvar").filter_map(of).reduce(f64::max)
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
