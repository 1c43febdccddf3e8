//! Writes notes and decks in the canonical layout of the format.

use crate::model::{Deck, Note, NoteBody, NoteId, Patch, Question, QuestionBody};
use std::collections::BTreeMap;

/// A string literal. A raw one where that spares escapes; line ends are kept as they are, so that a text reads as it was written.
pub fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    put_string(&mut out, text);
    out
}

fn put_string(out: &mut String, text: &str) {
    let is_kept = |c: char| !c.is_control() || c == '\n' || c == '\t';
    let plain = text.chars().all(is_kept);
    if plain && !text.contains(['"', '\\']) {
        for part in ["\"", text, "\""] {
            out.push_str(part);
        }
        return;
    }
    if plain {
        let hashes = (1..=text.len() + 1).find(|count| !text.contains(&format!("\"{}", "#".repeat(*count)))).unwrap_or(1);
        let fence = "#".repeat(hashes);
        for part in ["r", &fence, "\"", text, "\"", &fence] {
            out.push_str(part);
        }
        return;
    }
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            _ if is_kept(c) => out.push(c),
            _ => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        }
    }
    out.push('"');
}

/// Builds a struct field by field; what is empty is left out.
struct Fields {
    out: String,
}

impl Fields {
    fn new(head: &str) -> Self {
        Self { out: format!("{head}(") }
    }

    fn raw(&mut self, name: &str, value: &str) {
        for part in [name, ": ", value, ", "] {
            self.out.push_str(part);
        }
    }

    fn text(&mut self, name: &str, value: &str) {
        for part in [name, ": "] {
            self.out.push_str(part);
        }
        put_string(&mut self.out, value);
        self.out.push_str(", ");
    }

    fn text_if(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.text(name, value);
        }
    }

    fn list<T>(&mut self, name: &str, values: &[T], print: impl Fn(&T) -> String) {
        if !values.is_empty() {
            let values: Vec<String> = values.iter().map(print).collect();
            self.raw(name, &format!("[{}]", values.join(", ")));
        }
    }

    fn finish(mut self) -> String {
        self.out.truncate(self.out.trim_end_matches([',', ' ']).len());
        self.out.push(')');
        self.out
    }
}

/// A note on one line, to be laid out by [`super::format::format`].
pub(super) fn note(note: &Note) -> String {
    let mut fields = Fields::new(note.kind_word());
    fields.text("id", note.id.as_str());
    if let Some(domain) = &note.domain {
        fields.text("domain", domain.as_str());
    }
    let mut expect = None;
    match &note.body {
        NoteBody::Basic { front, back, both_ways } => {
            fields.text("front", front);
            fields.text("back", back);
            if *both_ways {
                fields.raw("both_ways", "true");
            }
        }
        NoteBody::Cloze { text, why } => {
            fields.text("text", text);
            fields.text_if("why", why);
        }
        NoteBody::Question(question) => {
            question_fields(&mut fields, question);
            expect = question.expect;
        }
        NoteBody::Case(case) => {
            fields.text("scenario", &case.scenario);
            fields.list("exhibits", &case.exhibits, |exhibit| {
                format!("(title: {}, text: {})", string(&exhibit.title), string(&exhibit.text))
            });
            fields.list("questions", &case.questions, |(key, question)| case_question(key, question));
        }
    }
    if let Some(share) = expect {
        fields.raw("expect", &share.to_string());
    }
    fields.list("cites", &note.cites, |cite| format!("({}, {})", string(cite.source.as_str()), string(&cite.pinpoint)));
    fields.list("tags", &note.tags, |tag| string(tag));
    fields.list("was", &note.was, |id| string(id.as_str()));
    if let Some(date) = note.as_of {
        fields.text("as_of", &date.to_string());
    }
    if let Some(image) = &note.image {
        fields.text("image", image);
    }
    fields.finish()
}

fn case_question(key: &NoteId, question: &Question) -> String {
    let mut fields = Fields::new(match question.body {
        QuestionBody::Choice(_) => "Choice",
        QuestionBody::Order(_) => "Order",
        QuestionBody::Match(_) => "Match",
        QuestionBody::Typed(_) => "Typed",
    });
    fields.text("id", key.as_str());
    question_fields(&mut fields, question);
    if let Some(share) = question.expect {
        fields.raw("expect", &share.to_string());
    }
    fields.finish()
}

fn question_fields(fields: &mut Fields, question: &Question) {
    fields.text("stem", &question.stem);
    match &question.body {
        QuestionBody::Choice(choice) => {
            fields.list("options", &choice.options, |option| {
                let mut inner = Fields::new(if option.is_key { "Key" } else { "Wrong" });
                inner.text("text", &option.text);
                inner.text_if("why", &option.why);
                if let Some(see) = &option.see {
                    inner.text("see", see.as_str());
                }
                inner.finish()
            });
            if !choice.shuffle {
                fields.raw("shuffle", "false");
            }
        }
        QuestionBody::Order(order) => fields.list("steps", &order.steps, |step| string(step)),
        QuestionBody::Match(pairs) => {
            fields.list("pairs", &pairs.pairs, |(left, right)| format!("({}, {})", string(left), string(right)));
            fields.list("decoys", &pairs.decoys, |decoy| string(decoy));
        }
        QuestionBody::Typed(typed) => fields.list("accept", &typed.accept, |text| string(text)),
    }
    fields.text_if("why", &question.why);
}

/// Lays a text out; the plain text if the layout cannot be mended, which cannot happen to what is printed here.
fn laid_out(text: String) -> String {
    super::format::format(&text).unwrap_or(text)
}

/// Beyond so many notes each stands on a line of its own: a collection from elsewhere, which `ascertain fmt` lays out if asked.
const MAX_LAID_OUT: usize = 5_000;

/// A whole deck as a file.
pub fn deck(deck: &Deck) -> String {
    let mut fields = Fields::new("Deck");
    fields.raw("format", "1");
    fields.text("id", deck.id.as_str());
    fields.text("title", &deck.title);
    fields.text_if("summary", &deck.summary);
    fields.text("language", &deck.language);
    fields.text_if("edition", &deck.edition);
    if let Some(date) = deck.as_of {
        fields.text("as_of", &date.to_string());
    }
    fields.text_if("license", &deck.license);
    fields.list("domains", &deck.domains, |domain| format!("(id: {}, title: {})", string(domain.id.as_str()), string(&domain.title)));
    fields.list("sources", &deck.sources, |source| {
        let mut inner = Fields::new("");
        inner.text("id", source.id.as_str());
        inner.text("title", &source.title);
        inner.text_if("edition", &source.edition);
        inner.text_if("url", &source.url);
        inner.finish()
    });
    if deck.notes.len() > MAX_LAID_OUT {
        let mut out = laid_out(format!("{})", fields.out.trim_end()));
        out.truncate(out.trim_end().trim_end_matches(')').len());
        out.push_str("    notes: [\n");
        for one in &deck.notes {
            out.push_str("        ");
            out.push_str(&note(one));
            out.push_str(",\n");
        }
        out.push_str("    ],\n)\n");
        return out;
    }
    let notes: Vec<String> = deck.notes.iter().map(note).collect();
    fields.raw("notes", &format!("[{}]", notes.join(", ")));
    laid_out(fields.finish())
}

/// A patch as a file, with the hashes of the notes it was made from.
pub fn patch(patch: &Patch, base: &BTreeMap<NoteId, u64>) -> String {
    let mut fields = Fields::new("Patch");
    fields.raw("format", "1");
    fields.text("deck", patch.deck.as_str());
    fields.list("replace", &patch.replace, note);
    fields.list("add", &patch.add, note);
    fields.list("hide", &patch.hide, |id| string(id.as_str()));
    let base: Vec<(&NoteId, &u64)> = base.iter().collect();
    fields.list("base", &base, |(id, hash)| format!("({}, \"{hash:016x}\")", string(id.as_str())));
    laid_out(fields.finish())
}

/// What a note says, as a number: equal notes have equal hashes.
pub fn note_hash(value: &Note) -> u64 {
    crate::model::id::fnv1a(note(value).as_bytes())
}
