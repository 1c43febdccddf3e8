//! Moodle XML: `<quiz>`.

mod gaps;

use super::ImportError;
use super::foreign::{
    Findings, Foreign, ForeignDeck, ForeignNote, Media, MediaFrom, basic, choice, cloze_or_basic, in_gap, option, order, pairs, typed,
};
use super::gift::category_path;
use super::text::{lines_kept, plain_words, title_of};
use super::xml::{self, Element};
use super::{html, media};
use crate::model::{NoteBody, Opt};
use gaps::{Gaps, gaps};
use std::path::Path;

/// Largest picture within a question.
const MAX_FILE: usize = 16 * 1024 * 1024;

struct Reader {
    findings: Findings,
    media: Vec<Media>,
}

pub(super) fn read(path: &Path, text: &str) -> Result<Foreign, ImportError> {
    let root = xml::parse(text)?;
    if root.name != "quiz" {
        return Err(ImportError::refused(format!("this is `<{}>`, not Moodle's `<quiz>`", root.name)));
    }
    let mut reader = Reader { findings: Findings::new(path), media: Vec::new() };
    let mut deck = ForeignDeck { title: title_of(path), ..ForeignDeck::default() };
    let mut category = String::new();
    for question in root.all("question") {
        let kind = question.attribute("type").unwrap_or_default();
        if kind == "category" {
            category = category_path(&question.first("category").map(Element::text).unwrap_or_default());
            continue;
        }
        match reader.question(question, kind) {
            Ok(body) => {
                let mut note = ForeignNote::new(body, question.line);
                note.domain.clone_from(&category);
                note.tags = question
                    .first("tags")
                    .map(|tags| tags.all("tag").map(|tag| tag.text().trim().to_owned()).collect())
                    .unwrap_or_default();
                note.tags.retain(|tag| !tag.is_empty());
                let id = question.first("idnumber").map(Element::text).unwrap_or_default();
                if !id.trim().is_empty() {
                    note.key = Some(format!("id:{}", id.trim()));
                }
                deck.notes.push(note);
            }
            Err(reason) => reader.findings.lost(question.line, format!("the question was not taken: {reason}")),
        }
    }
    Ok(Foreign { decks: vec![deck], media: reader.media, issues: reader.findings.finish(), ..Foreign::default() })
}

impl Reader {
    /// The text of an element in the format it names, its files among the media.
    fn text(&mut self, element: Option<&Element>) -> String {
        let Some(element) = element else { return String::new() };
        self.words(element, &words_of(element))
    }

    /// A text of an element, in the format the element names.
    fn words(&mut self, element: &Element, raw: &str) -> String {
        let renamed = self.files(element);
        let raw = html::plugin_files(raw, &renamed);
        let format = element.attribute("format").unwrap_or("html");
        match format {
            "markdown" => html::clean(raw.trim()),
            "plain_text" => plain_words(&raw),
            "moodle_auto_format" if !html::looks_like_html(&raw) => lines_kept(&raw),
            _ => {
                let mut pictures = Vec::new();
                let text = html::to_text(&raw, element.line, &mut self.findings, &mut pictures);
                self.media.extend(pictures.into_iter().map(|(name, bytes)| Media { name, from: MediaFrom::Bytes(bytes) }));
                text
            }
        }
    }

    /// The files of a text, and those that are called otherwise here: each question has its own, and two may have one name.
    fn files(&mut self, element: &Element) -> Vec<(String, String)> {
        let mut renamed = Vec::new();
        for file in element.all("file") {
            let name = file.attribute("name").unwrap_or_default();
            let text = file.text();
            let bytes = (file.attribute("encoding") == Some("base64") && text.len() / 4 * 3 <= MAX_FILE)
                .then(|| html::decode_base64(&text))
                .flatten();
            match bytes {
                Some(bytes) => renamed.push((name.to_owned(), self.keep(name, bytes))),
                None => self.findings.lost(file.line, format!("the file `{name}` cannot be read, or is larger than 16 MiB")),
            }
        }
        renamed
    }

    /// Keeps a file. Returns its name here.
    fn keep(&mut self, name: &str, bytes: Vec<u8>) -> String {
        let mut safe = media::safe_path(name);
        let is_other = |medium: &Media| medium.name == safe && medium.from != MediaFrom::Bytes(bytes.clone());
        if self.media.iter().any(is_other) {
            let (stem, ending) = safe.rsplit_once('.').unwrap_or((&safe, ""));
            safe = format!("{stem}-{:08x}.{ending}", crate::model::id::fnv1a(&bytes) as u32);
        }
        if self.media.iter().all(|medium| medium.name != safe) {
            self.media.push(Media { name: safe.clone(), from: MediaFrom::Bytes(bytes) });
        }
        safe
    }

    fn question(&mut self, question: &Element, kind: &str) -> Result<NoteBody, String> {
        let asked = question.first("questiontext");
        if matches!(kind, "cloze" | "multianswer") {
            return self.embedded(question, asked);
        }
        let mut stem = self.text(asked);
        if stem.is_empty() {
            stem = plain_words(&question.first("name").map(Element::text).unwrap_or_default());
        }
        if let Some(image) = question.first("image_base64") {
            self.old_image(question, image, &mut stem);
        }
        let why = self.text(question.first("generalfeedback"));
        match kind {
            "multichoice" | "truefalse" => {
                let options = self.options(question, kind);
                choice(&stem, options, &why).map_err(str::to_owned)
            }
            "shortanswer" | "numerical" => self.typed(question, kind, &stem, &why),
            "matching" | "ddmatch" => self.matching(question, &stem, &why),
            "ordering" => {
                let mut steps: Vec<(f64, String)> = Vec::new();
                for (index, answer) in question.all("answer").enumerate() {
                    let place = answer.attribute("fraction").and_then(|place| place.trim().parse::<f64>().ok()).unwrap_or(index as f64);
                    steps.push((place, self.text(Some(answer))));
                }
                // Where no place is named all are alike, and the file's order holds.
                steps.sort_by(|(a, _), (b, _)| a.total_cmp(b));
                order(&stem, steps.into_iter().map(|(_, step)| step).collect(), &why).map_err(str::to_owned)
            }
            "gapselect" | "ddwtos" => {
                let choices = question.elements().filter(|own| matches!(own.name.as_str(), "selectoption" | "dragbox"));
                let texts: Vec<String> = choices.map(|own| plain_words(words_of(own).trim())).collect();
                let (text, unused) = numbered_gaps(&stem, &texts);
                if !unused.is_empty() {
                    self.findings.changed(question.line, format!("words that belong in no gap were left out: {}", unused.join(", ")));
                }
                Ok(cloze_or_basic(&text, &why))
            }
            "essay" => {
                self.findings.changed(question.line, "an essay is kept as a card you grade yourself");
                let graders = self.text(question.first("graderinfo"));
                Ok(basic(&stem, if why.is_empty() { &graders } else { &why }))
            }
            "description" => {
                self.findings.changed(question.line, "a text without a question is kept as a note to read");
                Ok(basic(question.first("name").map(words_of).unwrap_or_default(), stem))
            }
            _ => {
                self.findings
                    .changed(question.line, format!("a question of the kind `{kind}` cannot be asked here; its text is kept as a note"));
                Ok(basic(&stem, &why))
            }
        }
    }

    /// Old files keep the picture of a question beside it.
    fn old_image(&mut self, question: &Element, image: &Element, stem: &mut String) {
        let name = question.first("image").map(Element::text).unwrap_or_default();
        if let Some(bytes) = html::decode_base64(&image.text()).filter(|bytes| bytes.len() <= MAX_FILE) {
            let name = self.keep(name.trim(), bytes);
            stem.push_str(&format!("\n\n![]({})", if name.contains(' ') { format!("<{name}>") } else { name }));
        }
    }

    fn options(&mut self, question: &Element, kind: &str) -> Vec<Opt> {
        let said = question.first("single").map(|single| single.text().trim().to_ascii_lowercase());
        let answers: Vec<(f64, &Element)> = question.all("answer").map(|answer| (fraction(answer), answer)).collect();
        // Where no option alone is worth everything, those worth something are right together.
        let most = answers.iter().map(|(worth, _)| *worth).fold(0.0, f64::max);
        let single = match said.as_deref() {
            Some("false" | "0") => false,
            Some("true" | "1") => true,
            _ => most >= 100.0,
        };
        let mut options = Vec::new();
        for (worth, answer) in &answers {
            let mut text = self.text(Some(answer));
            if kind == "truefalse" && (text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")) {
                text = if text.eq_ignore_ascii_case("true") { "True".to_owned() } else { "False".to_owned() };
            }
            let is_key = *worth > 0.0 && (!single || *worth >= most);
            let reason = self.text(answer.first("feedback"));
            options.push(option(&text, is_key, &reason));
        }
        if single && answers.iter().any(|(worth, _)| *worth > 0.0 && *worth < most) {
            self.findings.changed(question.line, "an option of part worth counts as wrong");
        }
        options
    }

    /// A text with answers in it; what a gap holds besides its right answer is told.
    fn embedded(&mut self, question: &Element, asked: Option<&Element>) -> Result<NoteBody, String> {
        let element = asked.ok_or("it has no text")?;
        let why = self.text(question.first("generalfeedback"));
        let Gaps { text, left_out } = gaps(&words_of(element))?;
        if left_out {
            self.findings.changed(question.line, "other right answers, tolerances and feedback of its gaps were left out");
        }
        Ok(cloze_or_basic(&self.words(element, &text), &why))
    }

    fn typed(&mut self, question: &Element, kind: &str, stem: &str, why: &str) -> Result<NoteBody, String> {
        let mut accept = Vec::new();
        let mut reasons = vec![why.to_owned()];
        for answer in question.all("answer") {
            let worth = fraction(answer);
            let text = words_of(answer).trim().to_owned();
            if worth <= 0.0 {
                continue;
            }
            if worth < 100.0 {
                self.findings.changed(question.line, format!("the answer `{text}` of part worth counts as right"));
            }
            let tolerance: f64 = answer.first("tolerance").and_then(|room| room.text().trim().parse().ok()).unwrap_or(0.0);
            if kind == "numerical" && tolerance > 0.0 {
                self.findings.changed(question.line, format!("the answer {text} had room of {tolerance}; it is typed exactly now"));
                reasons.push(format!("Accepted: {text} ± {tolerance}."));
            }
            if text.contains('*') {
                self.findings.changed(question.line, format!("the answer `{text}` stood for several; it is taken as it is written"));
            }
            accept.push(text);
            let feedback = self.text(answer.first("feedback"));
            if !reasons.contains(&feedback) {
                reasons.push(feedback);
            }
        }
        if accept.is_empty() {
            return Err("no answer counts as right".to_owned());
        }
        if question.first("units").is_some_and(|units| units.all("unit").next().is_some()) {
            self.findings.changed(question.line, "the units of its answer were left out");
        }
        reasons.retain(|reason| !reason.is_empty());
        Ok(typed(stem, accept, &reasons.join("\n\n")))
    }

    fn matching(&mut self, question: &Element, stem: &str, why: &str) -> Result<NoteBody, String> {
        let (mut found, mut decoys) = (Vec::new(), Vec::new());
        for sub in question.all("subquestion") {
            let left = self
                .text(Some(&Element { children: sub.children.iter().filter(|child| !is_answer(child)).cloned().collect(), ..sub.clone() }));
            let right = match sub.first("answer") {
                Some(answer) if answer.attribute("format").is_some() => self.text(Some(answer)),
                answer => plain_words(&answer.map(words_of).unwrap_or_default()),
            };
            if left.is_empty() { decoys.push(right) } else { found.push((left, right)) }
        }
        pairs(stem, found, decoys, why).map_err(str::to_owned)
    }
}

fn is_answer(child: &xml::Child) -> bool {
    matches!(child, xml::Child::Element(element) if element.name == "answer")
}

/// What an element says: its `<text>`, without the group or the tolerance beside it.
fn words_of(element: &Element) -> String {
    element.first("text").map_or_else(|| element.text(), Element::text)
}

/// The worth of an answer in per cent; some write a comma.
fn fraction(answer: &Element) -> f64 {
    answer.attribute("fraction").and_then(|share| share.trim().replace(',', ".").parse().ok()).unwrap_or(0.0)
}

/// `[[1]]` names the first of the texts to choose from. Returns the texts nothing named, too.
fn numbered_gaps(text: &str, texts: &[String]) -> (String, Vec<String>) {
    let mut out = text.replace("\\[\\[", "[[").replace("\\[[", "[[");
    let mut unused = Vec::new();
    for (index, words) in texts.iter().enumerate() {
        let mark = format!("[[{}]]", index + 1);
        if out.contains(&mark) {
            out = out.replace(&mark, &format!("{{{{c{}::{}}}}}", index + 1, in_gap(words)));
        } else {
            unused.push(words.clone());
        }
    }
    (out, unused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quiz_is_read_kind_by_kind() {
        let text = r#"<?xml version="1.0"?><quiz>
<question type="category"><category><text>$course$/top/IAM</text></category></question>
<question type="multichoice"><name><text>n</text></name><questiontext format="html"><text><![CDATA[<p>Which <b>one</b>?</p><img src="@@PLUGINFILE@@/a.png">]]></text><file name="a.png" encoding="base64">iVBORw0KGgo=</file></questiontext>
<single>true</single><answer fraction="100" format="html"><text>x</text><feedback><text>yes</text></feedback></answer><answer fraction="0"><text>y</text></answer><tags><tag><text>t</text></tag></tags></question>
<question type="truefalse"><questiontext format="plain_text"><text>2 * 2 = 4</text></questiontext><answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question>
<question type="matching"><questiontext format="html"><text>m</text></questiontext><subquestion format="html"><text>a</text><answer><text>1</text></answer></subquestion><subquestion format="html"><text>b</text><answer><text>2</text></answer></subquestion><subquestion format="html"><text></text><answer><text>3</text></answer></subquestion></question>
<question type="ordering"><questiontext format="html"><text>o</text></questiontext><answer fraction="2"><text>second</text></answer><answer fraction="1"><text>first</text></answer></question>
<question type="numerical"><questiontext format="html"><text>n?</text></questiontext><answer fraction="100"><text>5</text><tolerance>1</tolerance></answer></question>
<question type="cloze"><questiontext format="html"><text>{1:SHORTANSWER:=Rome#ok} is in {1:MULTICHOICE:~France~=Italy}.</text></questiontext></question>
<question type="cloze"><questiontext format="html"><text>{1:SHORTANSWER:broken</text></questiontext></question>
<question type="ddmarker"><questiontext format="html"><text>point</text></questiontext></question>
</quiz>"#;
        let foreign = read(Path::new("q.xml"), text).expect("read");
        let notes = &foreign.decks.first().expect("a deck").notes;
        let body = |index: usize| notes.get(index).map(|note| note.body.clone());
        assert_eq!(body(0), choice("Which **one**?\n\n![](a.png)", vec![option("x", true, "yes"), option("y", false, "")], "").ok());
        assert_eq!(body(1), choice("2 * 2 = 4", vec![option("True", true, ""), option("False", false, "")], "").ok());
        assert_eq!(body(2), pairs("m", vec![("a".into(), "1".into()), ("b".into(), "2".into())], vec!["3".into()], "").ok());
        assert_eq!(body(3), order("o", vec!["first".into(), "second".into()], "").ok());
        assert_eq!(body(4), Some(typed("n?", vec!["5".into()], "Accepted: 5 ± 1.")));
        assert_eq!(body(5), Some(cloze_or_basic("{{c1::Rome}} is in {{c2::Italy::France / Italy}}.", "")));
        assert_eq!(body(6), Some(basic("point", "")));
        assert_eq!((foreign.media.len(), notes.first().map(|note| note.domain.as_str())), (1, Some("IAM")));
        assert!(foreign.issues.iter().any(|issue| issue.location.line == 10 && issue.code == "not-taken"), "{:?}", foreign.issues);
    }

    #[test]
    fn what_files_in_the_wild_hold_is_read() {
        let text = r#"<quiz>
<question type="gapselect"><questiontext format="html"><text>A [[1]] by any other [[2]].</text></questiontext><selectoption><text>rose</text><group>1</group></selectoption><selectoption><text>name</text><group>2</group></selectoption><selectoption><text>spade</text><group>1</group></selectoption></question>
<question type="multichoice"><questiontext format="html"><text>Which two?</text></questiontext><single>False</single><answer fraction="50,0"><text>a</text></answer><answer fraction="50,0"><text>b</text></answer><answer fraction="0"><text>c</text></answer></question>
<question type="truefalse"><questiontext format="html"><text>Vrai?</text></questiontext><answer fraction="100"><text>Vrai</text></answer><answer fraction="0"><text>Faux</text></answer></question>
<question type="multichoice"><questiontext format="html"><text><![CDATA[<img src="@@PLUGINFILE@@/p.png?time=1">]]></text><file name="p.png" encoding="base64">iVBORw0KGgo=</file></questiontext><answer fraction="100"><text>x</text></answer><answer fraction="0"><text>y</text></answer></question>
<question type="multichoice"><questiontext format="html"><text><![CDATA[<img src="@@PLUGINFILE@@/p.png">]]></text><file name="p.png" encoding="base64">iVBORw0KGgoA</file></questiontext><answer fraction="100"><text>x</text></answer><answer fraction="0"><text>y</text></answer></question>
</quiz>"#;
        let foreign = read(Path::new("q.xml"), text).expect("read");
        let bodies: Vec<NoteBody> = foreign.decks.iter().flat_map(|deck| &deck.notes).map(|note| note.body.clone()).collect();
        let two = |a: &str, b: &str| vec![option(a, true, ""), option(b, false, "")];
        assert_eq!(bodies[0], cloze_or_basic("A {{c1::rose}} by any other {{c2::name}}.", ""));
        assert!(foreign.issues.iter().any(|issue| issue.message.contains("spade")), "{:?}", foreign.issues);
        let options = vec![option("a", true, ""), option("b", true, ""), option("c", false, "")];
        assert_eq!(Some(&bodies[1]), choice("Which two?", options, "").ok().as_ref());
        assert_eq!(Some(&bodies[2]), choice("Vrai?", two("Vrai", "Faux"), "").ok().as_ref());
        assert_eq!(Some(&bodies[3]), choice("![](p.png)", two("x", "y"), "").ok().as_ref());
        // Another picture of the same name keeps its own bytes under a name of its own.
        let names: Vec<&str> = foreign.media.iter().map(|medium| medium.name.as_str()).collect();
        assert!(matches!(names.as_slice(), ["p.png", other] if other.starts_with("p-")), "{names:?}");
        assert_eq!(Some(&bodies[4]), choice(&format!("![]({})", names[1]), two("x", "y"), "").ok().as_ref());
    }
}
