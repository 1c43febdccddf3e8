//! What a line of a bank is: an option, a number, a key, a label.

/// Whether a line is an option with a box.
pub(in crate::import) fn is_box(line: &str) -> bool {
    boxed(line).is_some()
}

/// An option with a box: whether it is ticked, and its text.
pub(super) fn boxed(line: &str) -> Option<(bool, &str)> {
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
pub(in crate::import) fn lettered(line: &str) -> Option<(usize, &str)> {
    let mut start = line.trim_start();
    for bullet in ["- ", "* ", "+ "] {
        start = start.strip_prefix(bullet).unwrap_or(start).trim_start();
    }
    // A colon after a letter is one of an option only in a list: `- A: text`.
    let in_list = start.len() < line.trim_start().len();
    let start = start.strip_prefix("**").unwrap_or(start);
    let start = start.strip_prefix('(').unwrap_or(start);
    let mut chars = start.chars();
    let letter = chars.next().filter(char::is_ascii_alphabetic)?.to_ascii_uppercase();
    chars.next().filter(|c| matches!(c, '.' | ')') || (*c == ':' && in_list))?;
    let text = chars.as_str();
    text.starts_with([' ', '*']).then(|| (usize::from(letter as u8 - b'A'), text.trim_start_matches('*').trim()))
}

/// A line that begins an item: a heading, or a number. The text after it.
pub(super) fn heading(line: &str) -> Option<&str> {
    let hashes = line.trim_start_matches('#');
    if hashes.len() < line.len() && hashes.starts_with(' ') {
        return Some(hashes.trim());
    }
    numbered(line)
}

/// `1. text`, `2) text`, also in bold: `**3. text**`, `**4.** text`; `Q5: text`, `**Question 6:** text`.
pub(super) fn numbered(line: &str) -> Option<&str> {
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

/// What a heading within a question is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// What follows still asks or answers.
    Part,
    /// What follows explains.
    Explanation,
}

/// A heading that names a part of a question, if it is one.
pub(super) fn label(line: &str) -> Option<Label> {
    let plain = line.trim_start_matches('#').trim().trim_matches(['*', ':', ' ']).to_lowercase();
    match plain.as_str() {
        "question" | "answer options" | "options" | "choices" | "answers" => Some(Label::Part),
        "explanation" | "explanations" | "rationale" | "why" | "discussion" | "references" | "reference" => Some(Label::Explanation),
        _ => None,
    }
}

/// `A because …`: the letter.
pub(super) fn first_letter(key: &str) -> Option<&str> {
    let (letter, rest) = key.split_once(' ')?;
    let is_reason = ["because", "since", "as "].iter().any(|word| rest.starts_with(word));
    (is_reason && letter.len() == 1 && letter.starts_with(|c: char| c.is_ascii_uppercase())).then_some(letter)
}

/// `2. text`: the number and the text.
pub(super) fn number_of(line: &str) -> Option<(usize, &str)> {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = line.get(..digits)?.parse().ok()?;
    let text = line.get(digits..)?.strip_prefix(['.', ')'])?;
    text.starts_with(' ').then(|| (number, text.trim()))
}

/// A line that only counts questions: `## Question 12`, `**Q3**`, `### 7.`
pub(super) fn only_counts(text: &str) -> bool {
    let plain = text.trim().trim_matches(['*', '#', ' ', ':', '.', ')']).to_lowercase();
    let rest = ["question", "q"].iter().find_map(|word| plain.strip_prefix(word)).unwrap_or(&plain);
    let rest = rest.trim_start_matches([' ', '#', '-', ':']);
    !rest.is_empty() && rest.len() <= 4 && rest.chars().all(|c| c.is_ascii_digit())
}

/// A text without the mark that tells a right or a wrong option, and which of the two it was.
pub(super) fn without_mark(text: &str) -> (Option<bool>, String) {
    let trimmed = text.trim();
    for (mark, right) in
        [("✅", true), ("✔️", true), ("✔", true), ("☑", true), ("(correct answer)", true), ("(correct)", true), ("❌", false), ("✗", false)]
    {
        let lower = trimmed.to_lowercase();
        if lower.ends_with(mark) || lower.starts_with(mark) {
            let at = if lower.ends_with(mark) { trimmed.len() - mark.len() } else { 0 };
            let rest = [trimmed.get(..at), trimmed.get(at + mark.len()..)].into_iter().flatten().collect::<String>();
            return (Some(right), rest.trim().to_owned());
        }
    }
    (None, trimmed.to_owned())
}

/// `B** - because …` as the key and what follows it, where a sign parts the two.
pub(super) fn split_key(key: &str) -> (String, String) {
    let key = key.replace("**", "");
    let is_letter = |word: &str| word.len() == 1 && word.chars().all(|c| c.is_ascii_uppercase());
    let end = key
        .char_indices()
        .find(|(at, c)| matches!(c, '-' | '–' | '—' | '.' | ')' | ':' | '(') && key.get(..*at).is_some_and(|head| !head.trim().is_empty()));
    if let Some((at, c)) = end {
        let (head, rest) = (key.get(..at).unwrap_or_default().trim(), key.get(at + c.len_utf8()..).unwrap_or_default());
        let all_letters = head.split([',', ' ', '&', '/']).filter(|word| !word.is_empty() && *word != "and").all(is_letter);
        if all_letters && !rest.trim().is_empty() {
            return (head.to_owned(), rest.trim_start_matches(['-', ' ', ')']).trim().to_owned());
        }
    }
    (key.trim().to_owned(), String::new())
}

/// Headings over lists of things to do.
pub(super) fn is_todo(stem: &str) -> bool {
    let lower = stem.lines().next().unwrap_or_default().trim_matches(['#', '*', ':', ' ']).to_lowercase();
    [
        "roadmap",
        "todo",
        "to do",
        "to-do",
        "tasks",
        "checklist",
        "features",
        "progress",
        "status",
        "milestones",
        "prerequisites",
        "requirements",
    ]
    .iter()
    .any(|word| lower == *word || lower.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', ':'])))
}

/// The key a line names: `Answer: A, C`, `**Correct answer:** AC`.
pub(in crate::import) fn named_key(line: &str) -> Option<&str> {
    let plain = line.trim().trim_start_matches(['*', '_', '>', ' ', '-']);
    let lower = plain.to_lowercase();
    if let Some(sentence) =
        ["the correct answer is ", "correct answer is ", "the answer is "].iter().find(|words| lower.starts_with(**words))
    {
        return plain.get(sentence.len()..).map(|rest| rest.trim().trim_matches(['*', '_', '`', ' ']));
    }
    let (head, rest) = plain.split_once(':')?;
    let head = head.trim().trim_end_matches(['*', '_']).to_lowercase();
    matches!(head.as_str(), "answer" | "answers" | "correct answer" | "correct answers" | "correct" | "key" | "right answer" | "solution")
        .then(|| rest.trim().trim_matches(['*', '_', '`', ' ']))
}

/// Headings that are no questions even where text follows.
pub(super) fn is_contents(heading: &str) -> bool {
    let lower = heading.to_lowercase();
    ["table of contents", "contents", "contributing", "license", "disclaimer"].iter().any(|word| lower == *word)
}

/// Whether a line right below an option begins what explains it all.
pub(super) fn explains(line: &str) -> bool {
    let plain = line.trim().trim_start_matches(['*', '_', '>', ' ', '-']).to_lowercase();
    let labelled = ["explanation", "reference", "source:", "rationale", "reason:", "why:"].iter().any(|word| plain.starts_with(word));
    labelled
        || plain.starts_with("<details")
        || plain.starts_with("<summary")
        || plain.starts_with("</")
        || only_link(line.trim()).is_some()
}

pub(super) fn without_tags(line: &str) -> String {
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
pub(super) fn without_number(text: &str) -> &str {
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

pub(super) fn only_link(line: &str) -> Option<(String, String)> {
    let line = line.trim_start_matches(['-', '*', ' ']);
    let (title, rest) = line.strip_prefix('[')?.split_once("](")?;
    let url = rest.strip_suffix(')').or_else(|| rest.strip_suffix(")."))?;
    (url.starts_with("https://") || url.starts_with("http://")).then(|| (title.to_owned(), url.to_owned()))
}
