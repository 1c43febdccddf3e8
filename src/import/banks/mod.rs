//! Question banks in Markdown: a heading, a numbered line or a file's front matter asks; a list of boxes or letters answers; a line or a
//! `<details>` may name the key; what follows explains. One grammar for all families.

mod lines;
mod parser;

pub(super) use lines::{is_box, lettered, named_key};

use super::foreign::{Findings, Foreign, ForeignDeck, ForeignNote, basic, choice, option};
use super::text::{front_matter, letters, title_of};
use super::{html, text};
use crate::model::NoteBody;
use lines::{is_todo, only_link, without_tags};
use parser::{Item, Parser};
use std::path::Path;

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
    let answered = |item: &Item| item.key.is_some() || item.options.iter().any(|option| option.ticked);
    if !parser.items.iter().any(answered) && parser.items.iter().any(|item| !item.options.is_empty()) {
        findings.lost(0, "nothing in it says which options are right");
        parser.items.clear();
    }
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
    let mut fenced = false;
    let first = body.lines().find_map(|line| {
        fenced ^= line.trim_start().starts_with("```");
        line.strip_prefix("# ").filter(|_| !fenced)
    });
    let first = first.map(|line| crate::model::text::plain(line.trim()));
    let folder = path.parent().filter(|folder| single && folder.file_name().is_some()).map(title_of);
    named.or(first).or(folder).unwrap_or_else(|| title_of(path))
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
        let is_label = ["show answer", "answer", "reveal answer", "view answer", "show", "click to see the answer", "response:"];
        if lower.contains("back to top") || matches!(trimmed, "---" | "***" | "___") || is_label.contains(&lower.as_str()) {
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
    let mut fenced = false;
    kept.dedup_by(|next, last| {
        fenced ^= last.trim_start().starts_with("```");
        !fenced && next.trim().is_empty() && last.trim().is_empty()
    });
    (html::clean(kept.join("\n").trim()), reference)
}

fn finish(item: Item, findings: &mut Findings) -> Option<ForeignNote> {
    let stem = html::clean(item.stem.join("\n").trim());
    if stem.is_empty() {
        findings.lost(item.line, "options without a question above them were not taken");
        return None;
    }
    if item.by_number && item.key.is_none() {
        // Steps below a heading that asks how.
        return None;
    }
    if is_todo(&stem) && item.key.is_none() {
        findings.changed(item.line, "a list of things to do was passed over");
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
    if let Some((number, _)) = lines::number_of(key).filter(|(number, _)| item.by_number && (1..=item.options.len()).contains(number)) {
        return Some(vec![number - 1]);
    }
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
    fn what_banks_in_the_wild_hold_is_read() {
        let bodies = |text: &str| -> Vec<NoteBody> {
            let foreign = read(Path::new("bank.md"), text);
            foreign.decks.into_iter().flat_map(|deck| deck.notes).map(|note| note.body).collect()
        };
        let two = |right: usize| vec![option("Cat", right == 0, ""), option("Dog", right == 1, "")];
        let expected = |stem: &str, right: usize, why: &str| choice(stem, two(right), why).expect("a choice");
        let check = |text: &str, all: &[NoteBody]| assert_eq!(bodies(text), all, "{text}");
        // The answer right below the last option, with a list of its own.
        check(
            "1. Which barks?\nA. Cat\nB. Dog\n<details><summary>Answer</summary>\n\n1. Dogs bark.\n\n**Answer:** B\n</details>\n\n2. Which purrs?\nA. Cat\nB. Dog\n\nAnswer: A\n",
            &[expected("Which barks?", 1, "1. Dogs bark."), expected("Which purrs?", 0, "")],
        );
        check("1. Which barks?\nA. Cat\nB. Dog\nExplanation: It does.\nAnswer: B\n", &[expected("Which barks?", 1, "It does.")]);
        check("1. Which barks?\n- A: Cat\n- B: Dog\n\n#### Answer: B\n", &[expected("Which barks?", 1, "")]);
        check("1. Which barks?\nA. Cat\nB. Dog\n\n**Answer: B** - dogs do.\n", &[expected("Which barks?", 1, "dogs do.")]);
        check("1. Which barks?\nA. Cat\nB. Dog\n\nAnswer: B. Dog\n", &[expected("Which barks?", 1, "")]);
        check("## Question 1\n\nWhich barks?\n\n- [ ] Cat\n- [x] Dog\n", &[expected("Which barks?", 1, "")]);
        check("**Question 1**\n\nWhich barks?\n\nA. Cat\nB. Dog\n\nAnswer: B\n", &[expected("Which barks?", 1, "")]);
        check("1. Which barks?\n- A) Cat\n- B) Dog ✅\n", &[expected("Which barks?", 1, "")]);
        check(
            "1. Which barks?\n- [ ] `<details>`\n- [x] Dog\n\n2. Which purrs?\n- [x] Cat\n- [ ] Dog\n",
            &[
                choice("Which barks?", vec![option("`<details>`", false, ""), option("Dog", true, "")], "").expect("a choice"),
                expected("Which purrs?", 0, ""),
            ],
        );
        check(
            "## Question 1:\nWhich barks?\n\n1. Cat\n2. Dog\n\nChoose.\n\n<details>\n<summary>Response:</summary>\n\nThe correct answer is **2. Dog**\n\n1. No.\n</details>\n",
            &[expected("Which barks?", 1, "Choose.\n\n1. No.")],
        );
        check(
            "## Which barks?\n1. Cat\n2. Dog\n\n**Answer:** 2\n\n## How to install?\n1. Clone.\n2. Run.\n",
            &[expected("Which barks?", 1, "")],
        );
        check(
            "## What do you know about pets?\n\n1. Which barks?\nA. Cat\nB. Dog\n\nAnswer: B\n\n2. Which meows?\nA. Cat\nB. Dog\n\nAnswer: A\n",
            &[expected("Which barks?", 1, ""), expected("Which meows?", 0, "")],
        );
        check("1. Which barks?\n\n   - [ ] Cat\n   - [x] Dog\n\n   **Explanation:** It is.\n", &[expected("Which barks?", 1, "It is.")]);
        check(
            "## Question 1\n\n### Question\n\nWhich barks?\n\n### Answer Options\n\nA) Cat\nB) Dog\n\n**Correct Answer: B**\n\n### Explanation\n\nA) is no dog.\n",
            &[expected("Which barks?", 1, "A) is no dog.")],
        );
        check(
            "1. Which barks?\n- [ ] Cat\n- [x] Dog\n\nThe correct answer is Dog because dogs bark.\n",
            &[expected("Which barks?", 1, "The correct answer is Dog because dogs bark.")],
        );
        check(
            "1. Which barks?\nA. Cat\nB. Dog\n\nThe correct answer is B because dogs bark.\n",
            &[expected("Which barks?", 1, "The correct answer is B because dogs bark.")],
        );
        check("## Roadmap\n- [x] Parser\n- [ ] Printer\n", &[]);
        check("## Which barks?\n- [ ] Cat\n- [ ] Dog\n", &[]);
        let foreign = read(Path::new("b.md"), "## Dogs\n\n1. Which barks?\nA. Cat\nB. Dog\n\nAnswer: B\n");
        let note = &foreign.decks[0].notes[0];
        assert_eq!((note.domain.as_str(), &note.body), ("Dogs", &expected("Which barks?", 1, "")));
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
