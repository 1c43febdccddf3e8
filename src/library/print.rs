//! Writes notes and decks in the canonical layout of the format.

use crate::model::{Deck, Note, NoteBody, NoteId, Patch, Question, QuestionBody};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A string literal. A raw one where that spares escapes; line ends are kept as they are, so that a text reads as it was written.
pub fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    put_string(&mut out, text);
    out
}

fn put_string(out: &mut String, text: &str) {
    let found = Found::in_text(text);
    if !found.control && !found.quoted {
        for part in ["\"", text, "\""] {
            out.push_str(part);
        }
        return;
    }
    let is_kept = |c: char| !c.is_control() || c == '\n' || c == '\t';
    if !found.control || text.chars().all(is_kept) {
        let ends_early = |count: &usize| text.contains('"') && text.contains(&format!("\"{}", "#".repeat(*count)));
        let hashes = (1..=text.len() + 1).find(|count| !ends_early(count)).unwrap_or(1);
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

/// What stands in a text that cannot stand between quotation marks as it is.
struct Found {
    /// A byte that is or may begin a control character other than a line end or a tab.
    control: bool,
    /// A quotation mark or a backslash.
    quoted: bool,
}

impl Found {
    /// Looks at every byte, without a branch for each.
    #[expect(clippy::needless_bitwise_bool, reason = "with a branch for each byte it would not be done sixteen at a time")]
    fn in_text(text: &str) -> Self {
        // 0xc2 begins the control characters beyond ASCII, and a few others that are then looked at once more.
        let control = |byte: u8| (byte < 0x20) & (byte != b'\n') & (byte != b'\t') | (byte == 0x7f) | (byte == 0xc2);
        let quoted = |byte: u8| (byte == b'"') | (byte == b'\\');
        let bits = |byte: u8| u8::from(control(byte)) | u8::from(quoted(byte)) << 1;
        let (chunks, rest) = text.as_bytes().as_chunks::<16>();
        let mut found = rest.iter().fold(0, |found, byte| found | bits(*byte));
        for chunk in chunks {
            found |= chunk.iter().fold(0, |found, byte| found | bits(*byte));
        }
        Self { control: found & 1 != 0, quoted: found & 2 != 0 }
    }
}

/// Prints a struct field by field; what is empty is left out.
struct Fields<'o> {
    out: &'o mut String,
}

impl<'o> Fields<'o> {
    fn new(out: &'o mut String, head: &str) -> Self {
        out.push_str(head);
        out.push('(');
        Self { out }
    }

    fn name(&mut self, name: &str) {
        self.out.push_str(name);
        self.out.push_str(": ");
    }

    fn raw(&mut self, name: &str, value: &str) {
        self.name(name);
        self.out.push_str(value);
        self.out.push_str(", ");
    }

    fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        put_string(self.out, value);
        self.out.push_str(", ");
    }

    fn text_if(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.text(name, value);
        }
    }

    fn list<T>(&mut self, name: &str, values: &[T], print: impl Fn(&mut String, &T)) {
        if values.is_empty() {
            return;
        }
        self.name(name);
        self.out.push('[');
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            print(self.out, value);
        }
        self.out.push_str("], ");
    }

    fn finish(self) {
        self.out.truncate(self.out.trim_end_matches([',', ' ']).len());
        self.out.push(')');
    }
}

/// A pair as a tuple.
fn put_pair(out: &mut String, left: &str, right: &str) {
    out.push('(');
    put_string(out, left);
    out.push_str(", ");
    put_string(out, right);
    out.push(')');
}

/// A note on one line, to be laid out by [`super::format::format`].
pub(super) fn note(note: &Note) -> String {
    let mut out = String::new();
    put_note(&mut out, note);
    out
}

fn put_note(out: &mut String, note: &Note) {
    let mut fields = Fields::new(out, note.kind_word());
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
            fields.list("exhibits", &case.exhibits, |out, exhibit| {
                let mut inner = Fields::new(out, "");
                inner.text("title", &exhibit.title);
                inner.text("text", &exhibit.text);
                inner.finish();
            });
            fields.list("questions", &case.questions, |out, (key, question)| put_case_question(out, key, question));
        }
    }
    if let Some(share) = expect {
        fields.raw("expect", &share.to_string());
    }
    fields.list("cites", &note.cites, |out, cite| put_pair(out, cite.source.as_str(), &cite.pinpoint));
    fields.list("tags", &note.tags, |out, tag| put_string(out, tag));
    fields.list("was", &note.was, |out, id| put_string(out, id.as_str()));
    if let Some(date) = note.as_of {
        fields.text("as_of", &date.to_string());
    }
    if let Some(image) = &note.image {
        fields.text("image", image);
    }
    fields.finish();
}

fn put_case_question(out: &mut String, key: &NoteId, question: &Question) {
    let head = match question.body {
        QuestionBody::Choice(_) => "Choice",
        QuestionBody::Order(_) => "Order",
        QuestionBody::Match(_) => "Match",
        QuestionBody::Typed(_) => "Typed",
    };
    let mut fields = Fields::new(out, head);
    fields.text("id", key.as_str());
    question_fields(&mut fields, question);
    if let Some(share) = question.expect {
        fields.raw("expect", &share.to_string());
    }
    fields.finish();
}

fn question_fields(fields: &mut Fields<'_>, question: &Question) {
    fields.text("stem", &question.stem);
    match &question.body {
        QuestionBody::Choice(choice) => {
            fields.list("options", &choice.options, |out, option| {
                let mut inner = Fields::new(out, if option.is_key { "Key" } else { "Wrong" });
                inner.text("text", &option.text);
                inner.text_if("why", &option.why);
                if let Some(see) = &option.see {
                    inner.text("see", see.as_str());
                }
                inner.finish();
            });
            if !choice.shuffle {
                fields.raw("shuffle", "false");
            }
        }
        QuestionBody::Order(order) => fields.list("steps", &order.steps, |out, step| put_string(out, step)),
        QuestionBody::Match(pairs) => {
            fields.list("pairs", &pairs.pairs, |out, (left, right)| put_pair(out, left, right));
            fields.list("decoys", &pairs.decoys, |out, decoy| put_string(out, decoy));
        }
        QuestionBody::Typed(typed) => fields.list("accept", &typed.accept, |out, text| put_string(out, text)),
    }
    fields.text_if("why", &question.why);
}

/// Lays a text out; the plain text if the layout cannot be mended, which cannot happen to what is printed here.
fn laid_out(text: String) -> String {
    super::format::format(&text).unwrap_or(text)
}

/// Beyond so many notes each stands on a line of its own: a collection from elsewhere, which `ascertain fmt` lays out if asked.
const MAX_LAID_OUT: usize = 5_000;

/// Notes as they will stand in a deck's file: text takes a fraction of the room that notes do.
#[derive(Debug, Default)]
pub struct NoteLines {
    /// The lines in stretches of about [`STRETCH`] bytes, none of which ever moves.
    stretches: Vec<String>,
    count: usize,
}

/// How long a stretch of lines is.
const STRETCH: usize = 1 << 20;

impl NoteLines {
    /// Adds a note.
    pub fn push(&mut self, note: &Note) {
        if self.stretches.last().is_none_or(|last| last.len() > STRETCH - STRETCH / 64) {
            // A small deck has no need of a whole stretch.
            self.stretches.push(String::with_capacity(if self.stretches.is_empty() { 0 } else { STRETCH }));
        }
        self.count += 1;
        let Some(last) = self.stretches.last_mut() else { return };
        last.push_str("        ");
        put_note(last, note);
        last.push_str(",\n");
    }
}

/// A whole deck as a file.
pub fn deck(deck: &Deck) -> String {
    let mut lines = NoteLines::default();
    deck.notes.iter().for_each(|note| lines.push(note));
    deck_around(deck, &lines).concat()
}

/// A deck as a file, in pieces that follow each other, with notes that are printed already in the place of its own.
pub fn deck_around<'l>(deck: &Deck, lines: &'l NoteLines) -> Vec<Cow<'l, str>> {
    let mut out = String::new();
    // An empty list is written too: that is where notes go.
    let mut fields = head(&mut out, deck);
    if lines.count > MAX_LAID_OUT {
        // The comma after the last field stays: notes follow.
        fields.out.push(')');
        let mut before = laid_out(out);
        before.truncate(before.trim_end().trim_end_matches(')').len());
        before.push_str("    notes: [\n");
        let stretches = lines.stretches.iter().map(|lines| Cow::Borrowed(lines.as_str()));
        return std::iter::once(before.into()).chain(stretches).chain(["    ],\n)\n".into()]).collect();
    }
    fields.name("notes");
    fields.out.push('[');
    lines.stretches.iter().for_each(|lines| fields.out.push_str(lines));
    fields.out.push(']');
    fields.finish();
    vec![laid_out(out).into()]
}

/// Everything of a deck but its notes.
fn head<'o>(out: &'o mut String, deck: &Deck) -> Fields<'o> {
    let mut fields = Fields::new(out, "Deck");
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
    fields.list("domains", &deck.domains, |out, domain| {
        let mut inner = Fields::new(out, "");
        inner.text("id", domain.id.as_str());
        inner.text("title", &domain.title);
        inner.finish();
    });
    fields.list("sources", &deck.sources, |out, source| {
        let mut inner = Fields::new(out, "");
        inner.text("id", source.id.as_str());
        inner.text("title", &source.title);
        inner.text_if("edition", &source.edition);
        inner.text_if("url", &source.url);
        inner.finish();
    });
    fields
}

/// A patch as a file, with the hashes of the notes it was made from.
pub fn patch(patch: &Patch, base: &BTreeMap<NoteId, u64>) -> String {
    let mut out = String::new();
    let mut fields = Fields::new(&mut out, "Patch");
    fields.raw("format", "1");
    fields.text("deck", patch.deck.as_str());
    fields.list("replace", &patch.replace, put_note);
    fields.list("add", &patch.add, put_note);
    fields.list("hide", &patch.hide, |out, id| put_string(out, id.as_str()));
    let base: Vec<(&NoteId, &u64)> = base.iter().collect();
    fields.list("base", &base, |out, (id, hash)| put_pair(out, id.as_str(), &format!("{hash:016x}")));
    fields.finish();
    laid_out(out)
}

/// What a note says, as a number: equal notes have equal hashes.
pub fn note_hash(value: &Note) -> u64 {
    crate::model::id::fnv1a(note(value).as_bytes())
}
