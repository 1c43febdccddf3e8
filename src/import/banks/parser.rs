//! Line by line to questions.

use super::lines::{
    Label, boxed, explains, first_letter, heading, is_contents, label, lettered, named_key, number_of, numbered, only_counts, split_key,
    without_mark, without_number, without_tags,
};

#[derive(Debug, Default)]
pub(super) struct Item {
    pub(super) line: usize,
    pub(super) stem: Vec<String>,
    pub(super) options: Vec<Listed>,
    pub(super) key: Option<(usize, String)>,
    pub(super) rest: Vec<String>,
    pub(super) domain: String,
    pub(super) reference: String,
    /// Whether a heading began it.
    pub(super) by_heading: bool,
    /// Whether its options have numbers rather than letters.
    pub(super) by_number: bool,
    /// Whether a heading "Explanation" stands above what follows.
    pub(super) explains: bool,
}

#[derive(Debug)]
pub(super) struct Listed {
    pub(super) ticked: bool,
    pub(super) has_box: bool,
    pub(super) text: String,
    pub(super) why: String,
}

/// What the lines at hand stand in.
#[derive(Debug, Default)]
struct Inside {
    code: bool,
    comment: bool,
    /// A box of `<details>`: what is in it explains.
    details: bool,
}

#[derive(Debug, Default)]
pub(super) struct Parser {
    pub(super) item: Item,
    pub(super) items: Vec<Item>,
    section: String,
    inside: Inside,
    /// The last paragraph outside of any question.
    paragraph: Vec<String>,
    /// Whether that paragraph has ended.
    is_over: bool,
}

impl Parser {
    pub(super) fn close(&mut self) {
        let mut item = std::mem::take(&mut self.item);
        if !item.stem.is_empty() || !item.options.is_empty() {
            item.domain.clone_from(&self.section);
            self.items.push(item);
        }
    }

    pub(super) fn line(&mut self, line: &str, number: usize, single: bool) {
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            self.inside.code = !self.inside.code;
            return self.add(line);
        }
        if self.inside.code {
            return self.add(line);
        }
        if let Some(inside) = trimmed.strip_prefix("%%") {
            // A comment of Obsidian explains the item.
            self.inside.comment = !inside.ends_with("%%") && !self.inside.comment;
            self.item.rest.push(inside.trim_end_matches("%%").trim().to_owned());
            return;
        }
        if self.inside.comment {
            self.inside.comment = !trimmed.ends_with("%%");
            self.item.rest.push(trimmed.trim_end_matches("%%").trim().to_owned());
            return;
        }
        let was_in_details = self.inside.details;
        if trimmed.starts_with("<details") {
            self.inside.details = true;
        }
        if trimmed.contains("</details") {
            self.inside.details = false;
        }
        let is_heading = line.starts_with('#') && heading(line).is_some();
        if is_heading && !self.item.options.is_empty() && named_key(line.trim_start_matches('#')).is_some() {
            return self.other(line, line.trim_start_matches('#').trim(), number);
        }
        if is_heading
            && !self.item.stem.is_empty()
            && let Some(kind) = label(line)
        {
            self.item.explains = kind == Label::Explanation;
            return;
        }
        if self.item.explains && !is_heading && (single || !self.counts(line)) && named_key(trimmed).is_none() {
            self.item.rest.push(line.to_owned());
            return;
        }
        if let Some((number_of_option, text)) =
            number_of(line).filter(|(_, text)| !was_in_details && self.takes_numbers() && !text.ends_with('?'))
            && number_of_option == self.item.options.len() + 1
        {
            self.item.by_number = true;
            return self.option(false, false, text, number);
        }
        if !single && !was_in_details && (is_heading || self.counts(line)) {
            return self.begin(line, number, is_heading);
        }
        if let Some((ticked, text)) = boxed(line) {
            return self.option(ticked, true, text, number);
        }
        if self.item.rest.iter().all(|line| line.trim().is_empty())
            && let Some((_, text)) = lettered(line).filter(|(place, _)| *place == self.item.options.len() && !self.item.stem.is_empty())
        {
            return self.option(false, false, text, number);
        }
        self.other(line, trimmed, number);
    }

    /// Whether numbered lines would be the options of the item: a heading began it, and what follows asks.
    fn takes_numbers(&self) -> bool {
        let asks = || self.item.stem.iter().any(|line| line.contains('?'));
        self.item.by_heading && self.item.key.is_none() && (self.item.by_number || (self.item.options.is_empty() && asks()))
    }

    /// Whether a line begins an item by its number.
    fn counts(&self, line: &str) -> bool {
        let is_free = self.item.stem.is_empty() || self.is_answered();
        if only_counts(line) && line.trim_start().starts_with("**") {
            return is_free || self.item.stem.iter().all(|line| line.trim().is_empty());
        }
        if line.starts_with(' ') || numbered(line).is_none() {
            return false;
        }
        // Below a heading that asks nothing, numbers ask; below one that asked and was answered, they explain, unless they ask.
        let asks = numbered(line).is_some_and(|text| text.trim_end_matches(['*', ' ']).ends_with('?'));
        let is_section = self.item.by_heading
            && !self.is_answered()
            && self.item.stem.iter().skip(1).all(|line| line.trim().is_empty())
            && self.item.stem.first().is_some_and(|stem| !stem.trim().is_empty() && (asks || !stem.contains('?')));
        is_section || (is_free && (asks || !(self.item.by_heading && self.is_answered())))
    }

    fn is_answered(&self) -> bool {
        !self.item.options.is_empty() || self.item.key.is_some()
    }

    fn begin(&mut self, line: &str, number: usize, is_heading: bool) {
        let text = heading(line).unwrap_or_default();
        let answered = self.is_answered();
        if !answered && (is_heading || self.item.by_heading) && !self.item.stem.is_empty() {
            // A heading over nothing is a section.
            let name = self.item.stem.first().cloned().unwrap_or_default();
            let alone = self.item.stem.iter().skip(1).all(|line| line.trim().is_empty());
            if alone && !is_contents(&name) && !line.starts_with("# ") {
                self.section = crate::model::text::plain(&name);
            }
            self.item = Item::default();
        }
        self.close();
        // A heading that only counts is followed by what asks.
        let text = if only_counts(line) { "" } else { without_number(text) };
        self.item = Item { line: number, stem: vec![text.to_owned()], by_heading: is_heading, ..Item::default() };
        if line.starts_with("# ") {
            self.item = Item::default();
        }
    }

    fn option(&mut self, ticked: bool, has_box: bool, text: &str, number: usize) {
        if !self.item.options.is_empty() && has_box {
            self.begin_at_paragraph(number);
        }
        if self.item.stem.is_empty() && self.item.options.is_empty() {
            // No heading and no number: the paragraph above the options asks.
            self.item.line = number;
            self.item.stem = std::mem::take(&mut self.paragraph);
        }
        let text = lettered(text).filter(|(place, _)| has_box && *place == self.item.options.len()).map_or(text, |(_, inner)| inner);
        let (mark, text) = without_mark(text);
        self.item.options.push(Listed { ticked: mark.unwrap_or(ticked), has_box, text, why: String::new() });
        self.item.rest.retain(|line| !line.trim().is_empty());
    }

    /// Where a paragraph that asks follows answered options, the next options are those of another question.
    fn begin_at_paragraph(&mut self, number: usize) {
        let end = self.item.rest.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |last| last + 1);
        let start = self.item.rest.iter().take(end).rposition(|line| line.trim().is_empty()).map_or(0, |blank| blank + 1);
        let asks = self.item.rest.get(end.saturating_sub(1)).is_some_and(|line| line.trim_end_matches(['*', ' ']).ends_with(['?', ':']));
        if asks {
            self.item.rest.truncate(end);
            let stem = self.item.rest.split_off(start);
            self.close();
            self.item = Item { line: number, stem, ..Item::default() };
        }
    }

    fn other(&mut self, line: &str, trimmed: &str, number: usize) {
        if let Some(key) = named_key(&without_tags(trimmed)) {
            if self.item.key.is_none() && !self.item.stem.is_empty() {
                let (key, rest) = split_key(key);
                let repeats = self.item.options.iter().any(|option| option.text.eq_ignore_ascii_case(rest.trim_end_matches('.')));
                // A sentence that names the answer may say why.
                let is_sentence = !trimmed.contains(':') && self.item.options.iter().all(|option| !key.ends_with(option.text.as_str()));
                if is_sentence && rest.is_empty() && key.contains(' ') {
                    self.item.rest.push(trimmed.to_owned());
                }
                let letter = first_letter(&key).filter(|_| is_sentence).map(str::to_owned);
                let key = letter.unwrap_or(key);
                self.item.key = Some((number, key));
                if !rest.is_empty() && !repeats {
                    self.item.rest.push(rest);
                }
            } else {
                self.item.rest.push(trimmed.to_owned());
            }
            return;
        }
        if let Some(why) = trimmed.strip_prefix('>').filter(|_| self.item.rest.iter().all(|line| line.trim().is_empty()))
            && let Some(last) = self.item.options.last_mut()
        {
            // A quotation right below an option is its reason.
            last.why.push_str(if last.why.is_empty() { "" } else { " " });
            last.why.push_str(why.trim());
            return;
        }
        self.add(line);
    }

    fn add(&mut self, line: &str) {
        if self.item.options.is_empty() && self.item.key.is_none() {
            if !self.item.stem.is_empty() {
                self.item.stem.push(line.to_owned());
            } else if line.trim().is_empty() {
                self.is_over = true;
            } else {
                if std::mem::take(&mut self.is_over) {
                    self.paragraph.clear();
                }
                self.paragraph.push(line.to_owned());
            }
            return;
        }
        let continues = self.item.rest.is_empty() && self.item.key.is_none() && !explains(line);
        let indented = line.starts_with([' ', '\t']) || self.inside.code || line.trim_start().starts_with("```");
        if line.trim().is_empty() {
            self.item.rest.push(String::new());
        } else if let Some(last) = self.item.options.last_mut().filter(|_| {
            continues
                || (indented && !explains(line) && self.item.rest.iter().all(std::string::String::is_empty) && self.item.key.is_none())
        }) {
            // An option may go on in the next line, indented or not, and a picture may follow it.
            let picture = line.trim().starts_with("![");
            last.text.push_str(if picture { "\n\n" } else { "\n" });
            last.text.push_str(if indented { line.trim_start() } else { line.trim() });
            self.item.rest.clear();
        } else {
            self.item.rest.push(line.to_owned());
        }
    }
}
