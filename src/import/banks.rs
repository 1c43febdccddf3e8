//! Question banks in Markdown: a heading, a numbered line or a file's front matter asks; a list of boxes or letters answers; a line or a
//! `<details>` may name the key; what follows explains. One grammar for all families.

use super::foreign::{Findings, Foreign, ForeignDeck, ForeignNote, basic, choice, option};
use super::text::{front_matter, letters, title_of};
use super::{html, text};
use crate::model::NoteBody;
use std::path::Path;

/// Whether a line is an option with a box.
pub(super) fn is_box(line: &str) -> bool {
    boxed(line).is_some()
}

/// An option with a box: whether it is ticked, and its text.
fn boxed(line: &str) -> Option<(bool, &str)> {
    let start = line.trim_start();
    let rest = start.strip_prefix("- ").or_else(|| start.strip_prefix("* ")).or_else(|| start.strip_prefix("+ "))?.trim_start();
    let inner = rest.strip_prefix('[')?;
    let (mark, text) = inner.split_once(']')?;
    match mark.trim() {
        "x" | "X" | "✓" => Some((true, text.trim())),
        "" if mark.chars().count() <= 1 => Some((false, text.trim())),
        _ => None,
    }
}

/// An option with a letter, as `- A. text`, `a) text`, `(a) text`: its place and text.
pub(super) fn lettered(line: &str) -> Option<(usize, &str)> {
    let mut start = line.trim_start();
    for bullet in ["- ", "* ", "+ "] {
        start = start.strip_prefix(bullet).unwrap_or(start).trim_start();
    }
    let start = start.strip_prefix("**").unwrap_or(start);
    let start = start.strip_prefix('(').unwrap_or(start);
    let mut chars = start.chars();
    let letter = chars.next().filter(char::is_ascii_alphabetic)?.to_ascii_uppercase();
    chars.next().filter(|c| matches!(c, '.' | ')'))?;
    let text = chars.as_str();
    text.starts_with([' ', '*']).then(|| (usize::from(letter as u8 - b'A'), text.trim_start_matches('*').trim()))
}

/// A line that begins an item: a heading, or a number. The text after it.
fn heading(line: &str) -> Option<&str> {
    let hashes = line.trim_start_matches('#');
    if hashes.len() < line.len() && hashes.starts_with(' ') {
        return Some(hashes.trim());
    }
    numbered(line)
}

/// `1. text`, `2) text`, also in bold: `**3. text**`, `**4.** text`; `Q5: text`, `**Question 6:** text`.
fn numbered(line: &str) -> Option<&str> {
    let bold = line.strip_prefix("**");
    let start = bold.unwrap_or(line);
    let named = ["Question ", "Q"].iter().find_map(|word| start.strip_prefix(word));
    let start = named.unwrap_or(start);
    let digits = start.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = digits.strip_prefix(['.', ')']).or_else(|| digits.strip_prefix(':').filter(|_| named.is_some()))?;
    let rest = rest.strip_prefix("**").filter(|_| bold.is_some()).unwrap_or(rest);
    (digits.len() < start.len() && rest.starts_with(' ')).then(|| {
        let text = rest.trim();
        text.strip_suffix("**").filter(|inner| bold.is_some() && !inner.contains("**")).unwrap_or(text)
    })
}

/// The key a line names: `Answer: A, C`, `**Correct answer:** AC`.
pub(super) fn named_key(line: &str) -> Option<&str> {
    let plain = line.trim().trim_start_matches(['*', '_', '>', ' ', '-']);
    let (head, rest) = plain.split_once(':')?;
    let head = head.trim().trim_end_matches(['*', '_']).to_lowercase();
    matches!(head.as_str(), "answer" | "answers" | "correct answer" | "correct answers" | "correct" | "key" | "right answer" | "solution")
        .then(|| rest.trim().trim_matches(['*', '_', '`', ' ']))
}

#[derive(Debug, Default)]
struct Item {
    line: usize,
    stem: Vec<String>,
    options: Vec<Listed>,
    key: Option<(usize, String)>,
    rest: Vec<String>,
    domain: String,
    reference: String,
}

#[derive(Debug)]
struct Listed {
    ticked: bool,
    has_box: bool,
    text: String,
    why: String,
}

/// Headings that are no questions even where text follows.
fn is_contents(heading: &str) -> bool {
    let lower = heading.to_lowercase();
    ["table of contents", "contents", "contributing", "license", "disclaimer"].iter().any(|word| lower == *word)
}

pub(super) fn read(path: &Path, source: &str) -> Foreign {
    let mut findings = Findings::new(path);
    let (fields, body, first) = front_matter(source);
    let field = |name: &str| fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let mut parser = Parser::default();
    let asked = field("question");
    if !asked.is_empty() {
        parser.item = Item { line: 2, stem: vec![asked.clone()], reference: field("documentation"), ..Item::default() };
    }
    for (index, line) in body.lines().enumerate() {
        parser.line(line, first + index, !asked.is_empty());
    }
    parser.close();
    let mut deck = ForeignDeck { title: title(&fields, body, path, !asked.is_empty()), ..ForeignDeck::default() };
    for item in parser.items {
        if let Some(note) = finish(item, &mut findings) {
            deck.notes.push(note);
        }
    }
    if field("draft") == "true" {
        findings.changed(1, "the file says it is a draft");
    }
    Foreign { decks: vec![deck], issues: findings.finish(), ..Foreign::default() }
}

/// The front matter's title, the first heading of the first level, or the file's name; a file of one question belongs to its folder.
fn title(fields: &[(String, String)], body: &str, path: &Path, single: bool) -> String {
    let named = fields
        .iter()
        .find(|(name, value)| matches!(name.as_str(), "title" | "name" | "quiz-title") && !value.is_empty())
        .map(|(_, value)| value.clone());
    let first = body.lines().find_map(|line| line.strip_prefix("# ")).map(|line| crate::model::text::plain(line.trim()));
    let folder = path.parent().filter(|folder| single && folder.file_name().is_some()).map(title_of);
    named.or(first).or(folder).unwrap_or_else(|| title_of(path))
}

#[derive(Debug, Default)]
struct Parser {
    item: Item,
    items: Vec<Item>,
    section: String,
    fenced: bool,
    in_comment: bool,
    /// The last paragraph outside of any question.
    paragraph: Vec<String>,
    /// Whether that paragraph has ended.
    is_over: bool,
}

impl Parser {
    fn close(&mut self) {
        let mut item = std::mem::take(&mut self.item);
        if !item.stem.is_empty() || !item.options.is_empty() {
            item.domain.clone_from(&self.section);
            self.items.push(item);
        }
    }

    fn line(&mut self, line: &str, number: usize, single: bool) {
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            self.fenced = !self.fenced;
            return self.add(line);
        }
        if self.fenced {
            return self.add(line);
        }
        if let Some(inside) = trimmed.strip_prefix("%%") {
            // A comment of Obsidian explains the item.
            self.in_comment = !inside.ends_with("%%") && !self.in_comment;
            self.item.rest.push(inside.trim_end_matches("%%").trim().to_owned());
            return;
        }
        if self.in_comment {
            self.in_comment = !trimmed.ends_with("%%");
            self.item.rest.push(trimmed.trim_end_matches("%%").trim().to_owned());
            return;
        }
        let is_heading = line.starts_with('#') && heading(line).is_some();
        let begins = !single
            && (is_heading || (numbered(line).is_some() && !line.starts_with(' ') && (self.item.stem.is_empty() || self.is_answered())));
        if begins {
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

    fn is_answered(&self) -> bool {
        !self.item.options.is_empty() || self.item.key.is_some()
    }

    fn begin(&mut self, line: &str, number: usize, is_heading: bool) {
        let text = heading(line).unwrap_or_default();
        let answered = self.is_answered();
        if !answered && is_heading && !self.item.stem.is_empty() {
            // A heading over nothing is a section.
            let name = self.item.stem.first().cloned().unwrap_or_default();
            if self.item.stem.len() == 1 && !is_contents(&name) && !line.starts_with("# ") {
                self.section = crate::model::text::plain(&name);
            }
            self.item = Item::default();
        }
        self.close();
        self.item = Item { line: number, stem: vec![without_number(text).to_owned()], ..Item::default() };
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
        self.item.options.push(Listed { ticked, has_box, text: text.to_owned(), why: String::new() });
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
                self.item.key = Some((number, key.to_owned()));
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
        let continues = self.item.rest.is_empty() && self.item.key.is_none();
        let indented = line.starts_with([' ', '\t']) || self.fenced || line.trim_start().starts_with("```");
        if line.trim().is_empty() {
            self.item.rest.push(String::new());
        } else if let Some(last) = self
            .item
            .options
            .last_mut()
            .filter(|_| continues || (indented && self.item.rest.iter().all(std::string::String::is_empty) && self.item.key.is_none()))
        {
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

fn without_tags(line: &str) -> String {
    if !line.contains('<') {
        return line.to_owned();
    }
    let (mut out, mut depth) = (String::new(), 0);
    for c in line.chars() {
        match c {
            '<' => depth += 1,
            '>' if depth > 0 => depth -= 1,
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    // `<summary>Answer</summary> Correct answer: B` has the heading of the box before the key.
    out.trim()
        .strip_prefix("Answer")
        .filter(|rest| rest.contains(':') && !rest.trim_start().starts_with(':'))
        .map_or(out.trim().to_owned(), |rest| rest.trim().to_owned())
}

/// `Q12. stem`, `12) stem`, `Question 3: stem`.
fn without_number(text: &str) -> &str {
    let lower = text.to_lowercase();
    for word in ["question ", "q"] {
        if let Some(rest) = lower.strip_prefix(word) {
            let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            if digits.len() < rest.len() && digits.starts_with(['.', ':', ')']) {
                return text.get(text.len() - digits.len() + 1..).unwrap_or(text).trim();
            }
        }
    }
    numbered(text).unwrap_or(text)
}

/// How many options a stem says are right.
fn stated(stem: &str) -> Option<usize> {
    let upper = stem.to_uppercase();
    [("TWO", 2), ("THREE", 3), ("FOUR", 4), ("2", 2), ("3", 3), ("4", 4)]
        .into_iter()
        .find(|(word, _)| ["SELECT", "CHOOSE", "PICK"].iter().any(|verb| upper.contains(&format!("{verb} {word}"))))
        .map(|(_, count)| count)
}

/// The texts that explain an item, without navigation and tags.
fn explanation(rest: &[String]) -> (String, Option<(String, String)>) {
    let mut reference = None;
    let mut kept = Vec::new();
    for line in rest {
        let plain = without_tags(line);
        let trimmed = plain.trim();
        let lower = trimmed.to_lowercase();
        if lower.contains("back to top") || matches!(trimmed, "---" | "***" | "___") {
            continue;
        }
        if let Some((title, url)) = only_link(trimmed) {
            reference = Some((
                if title.eq_ignore_ascii_case("reference") || title.eq_ignore_ascii_case("source") { String::new() } else { title },
                url,
            ));
            continue;
        }
        let without_label = ["**explanation:**", "**explanation**:", "explanation:"]
            .iter()
            .find(|label| lower.starts_with(**label))
            .map_or(trimmed, |label| trimmed.get(label.len()..).unwrap_or_default().trim());
        if without_label.starts_with("https://") && !without_label.contains(' ') {
            reference = Some((String::new(), without_label.to_owned()));
            continue;
        }
        kept.push(if without_label.len() < trimmed.len() {
            without_label.to_owned()
        } else if line.contains('<') {
            plain.clone()
        } else {
            line.clone()
        });
    }
    (html::clean(kept.join("\n").trim()), reference)
}

fn only_link(line: &str) -> Option<(String, String)> {
    let line = line.trim_start_matches(['-', '*', ' ']);
    let (title, rest) = line.strip_prefix('[')?.split_once("](")?;
    let url = rest.strip_suffix(')').or_else(|| rest.strip_suffix(")."))?;
    (url.starts_with("https://") || url.starts_with("http://")).then(|| (title.to_owned(), url.to_owned()))
}

fn finish(item: Item, findings: &mut Findings) -> Option<ForeignNote> {
    let stem = html::clean(item.stem.join("\n").trim());
    if stem.is_empty() {
        findings.lost(item.line, "options without a question above them were not taken");
        return None;
    }
    let (why, reference) = explanation(&item.rest);
    let body =
        if item.options.is_empty() { without_options(&item, &stem, &why, findings)? } else { with_options(&item, &stem, &why, findings) };
    let mut note = ForeignNote::new(body, item.line);
    note.domain = item.domain;
    note.reference = if item.reference.is_empty() { reference } else { Some((String::new(), item.reference)) };
    Some(note)
}

/// A heading over text is no question; one with an answer in a box is a card.
fn without_options(item: &Item, stem: &str, why: &str, findings: &mut Findings) -> Option<NoteBody> {
    let (_, key) = item.key.as_ref()?;
    findings.changed(item.line, "a question without options is kept as a card");
    let back = [key.as_str(), why].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    Some(basic(stem, &back))
}

fn with_options(item: &Item, stem: &str, why: &str, findings: &mut Findings) -> NoteBody {
    let any_box = item.options.iter().any(|option| option.has_box);
    let mut keys: Vec<usize> = item.options.iter().enumerate().filter(|(_, option)| option.ticked).map(|(place, _)| place).collect();
    if let Some((line, key)) = &item.key {
        match key_of(key, item) {
            Some(named) if keys.is_empty() => keys = named,
            Some(named) if named != keys => {
                findings.changed(*line, format!("the answer line says “{key}”, the boxes say otherwise; the boxes hold"));
            }
            None if keys.is_empty() => findings.changed(*line, format!("the answer “{key}” names none of the options")),
            Some(_) | None => {}
        }
    }
    if let Some(count) = stated(stem).filter(|count| *count != keys.len() && !keys.is_empty()) {
        findings.changed(item.line, format!("the question asks for {count} and {} are marked", keys.len()));
    }
    let texts = |place: usize| item.options.get(place).map(|option| text::lines_kept(&option.text)).unwrap_or_default();
    if any_box && item.options.len() == 1 && keys == [0] {
        findings.changed(item.line, "one ticked box is an answer, not a choice; it is kept as a card");
        return basic(stem, joined(&[&texts(0), why]));
    }
    let all_right = keys.len() == item.options.len();
    let options =
        item.options.iter().enumerate().map(|(place, own)| option(&texts(place), keys.contains(&place), &html::clean(&own.why))).collect();
    let reason = match choice(stem, options, why) {
        Ok(_) if all_right => "every option is right: there is nothing to choose",
        Ok(body) => return body,
        Err(reason) => reason,
    };
    // A shape that is no choice is kept as a card, and said so.
    findings.changed(item.line, format!("kept as a card, not as a choice: {reason}"));
    let listed: Vec<String> = (0..item.options.len())
        .map(|place| format!("- {}{}", if keys.contains(&place) { "✓ " } else { "" }, texts(place).replace('\n', " ")))
        .collect();
    basic(stem, joined(&[&listed.join("\n"), why]))
}

/// Parts that say something, a paragraph each.
fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("\n\n")
}

fn key_of(key: &str, item: &Item) -> Option<Vec<usize>> {
    // The key may be followed by words: `B) IAM roles`, `B - because`.
    let head = key.split(" - ").next().unwrap_or(key).split("Explanation").next().unwrap_or(key).trim().trim_end_matches(['*', '.', ' ']);
    let texts: Vec<&str> = item.options.iter().map(|option| option.text.as_str()).collect();
    let mut places = letters(head, texts.len())
        .or_else(|| super::table::key_places(head, &texts))
        .or_else(|| lettered(head).map(|(place, _)| vec![place]).filter(|places| places.iter().all(|place| *place < texts.len())))?;
    places.sort_unstable();
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::QuestionBody;

    fn notes(name: &str, text: &str) -> (Vec<ForeignNote>, Vec<String>) {
        let foreign = read(Path::new(name), text);
        (foreign.decks.into_iter().flat_map(|deck| deck.notes).collect(), foreign.issues.into_iter().map(|issue| issue.message).collect())
    }

    fn keys(note: &ForeignNote) -> (usize, Vec<usize>) {
        match &note.body {
            NoteBody::Question(question) => match &question.body {
                QuestionBody::Choice(choice) => (
                    choice.options.len(),
                    choice.options.iter().enumerate().filter(|(_, option)| option.is_key).map(|(place, _)| place).collect(),
                ),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_checkbox_readme_keeps_every_option() {
        let text = "# Exam\n\n## Table of Contents\n\n| a |\n\n### Which two? (Select TWO)\n\n- [ ] One wraps\nonto a second line.\n- [x] Two.\n- [x] Three.\n\n**[⬆ Back to Top](#table-of-contents)**\n\n### Lab\n\n![p](images/question1.png)\n\n- [x] Do it.\n\n### Next?\n\n- [ ] a\n- [X] b\n\n**[⬆ Back to Top](#table-of-contents)**\n";
        let (found, said) = notes("README.md", text);
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!((keys(&found[0]), keys(&found[2])), ((3, vec![1, 2]), (2, vec![1])));
        assert!(matches!(&found[1].body, NoteBody::Basic { back, .. } if back == "Do it."));
        assert_eq!(said.len(), 1, "{said:?}");
    }

    #[test]
    fn headings_with_numbers_code_and_explanations() {
        let text = "#### Q12. What prints?\n\n```py\n- [ ] not an option\n```\n\n- [ ] a\n- [x]\n\n  ```py\n  print(1)\n  ```\n\n- [ ] c\n\n**Explanation:** Because.\n\n[Reference](https://x.example/d)\n\n#### Q13. No key\n\n- [ ] a\n- [ ] b\n";
        let (found, said) = notes("q.md", text);
        assert_eq!((found.len(), keys(&found[0])), (2, (3, vec![1])));
        let NoteBody::Question(question) = &found[0].body else { panic!() };
        assert_eq!((question.why.as_str(), question.stem.starts_with("What prints?")), ("Because.", true));
        assert_eq!(found[0].reference, Some((String::new(), "https://x.example/d".to_owned())));
        assert!(said.iter().any(|message| message.contains("no option is marked")), "{said:?}");
    }

    #[test]
    fn one_file_a_question_with_reasons() {
        let text = "---\nquestion: \"Which context holds secrets?\"\ndocumentation: \"https://docs.example/x\"\n---\n\n- [x] `secrets`\n> Right, it holds them.\n- [ ] `env`\n> That is for plain values.\n";
        let (found, _) = notes("actions/question-042.md", text);
        let NoteBody::Question(question) = &found[0].body else { panic!() };
        let QuestionBody::Choice(choice) = &question.body else { panic!() };
        assert_eq!(choice.options[1].why, "That is for plain values.");
        assert_eq!(found[0].reference, Some((String::new(), "https://docs.example/x".to_owned())));
    }

    #[test]
    fn questions_are_told_apart_without_headings() {
        let check = |text: &str, stems: &[&str], said: usize| {
            let (found, messages) = notes("x.md", text);
            let own: Vec<String> = found
                .iter()
                .map(|note| note.body.clone())
                .map(|body| match body {
                    NoteBody::Question(question) => question.stem,
                    other => format!("{other:?}"),
                })
                .collect();
            assert_eq!((own, messages.len()), (stems.iter().map(|stem| (*stem).to_owned()).collect(), said), "{text}: {messages:?}");
        };
        check("**1. X?**\n\n* A. a\n* B. b\n\n**Correct Answer:** B\n\n2) Y?\na) a\nb) b\nAnswer: a\n", &["X?", "Y?"], 0);
        check("**Question 1:** X?\n- [ ] a\n- [x] b\n\nQ2. Y?\n- [x] a\n- [ ] b\n", &["X?", "Y?"], 0);
        check("Welcome.\n\nX?\n\n- [ ] a\n- [x] b\n\nBecause.\n\nWhat of Y?\n\n- [x] a\n- [ ] b\n", &["X?", "What of Y?"], 0);
        check("- [ ] a\n- [x] b\n", &[], 1);
    }

    #[test]
    fn numbered_items_with_the_key_in_a_box() {
        let text = "1. A company wants it. Which?\n    - A. one\n    - B. two\n    - E. not next\n\n<details markdown=1><summary markdown='span'>Answer</summary>\n\n Correct answer: B\n\n</details>\n\n2. Two?\n    - A. x\n    - B. y\n    - C. z\n\n<details markdown=1><summary markdown='span'>Answer</summary> Correct Answer: AC\n  Explanation: https://x.example/e\n</details>\n";
        let (found, said) = notes("p.md", text);
        assert_eq!(found.len(), 2, "{found:?} {said:?}");
        assert_eq!((keys(&found[0]).1, keys(&found[1])), (vec![1], (3, vec![0, 2])));
        assert_eq!(found[1].reference, Some((String::new(), "https://x.example/e".to_owned())));
    }
}
