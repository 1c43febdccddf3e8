//! Blocks of text back to Markdown: [`super::text::parse`] reads what [`print()`] writes as the same blocks.

use super::text::{Block, Span, Style, parse};

/// The Markdown of blocks.
pub fn print(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        if out.is_empty() {
            out = print_block(block);
        } else {
            out.push_str(&print_block(block));
        }
    }
    out
}

fn print_block(block: &Block) -> String {
    match block {
        Block::Paragraph(spans) => print_spans(spans, "\\\n"),
        Block::Heading(level, spans) => format!("{} {}", "#".repeat(usize::from(*level).clamp(1, 6)), print_spans(spans, " ")),
        Block::Code(code) => {
            let fence = "`".repeat(longest_run(code, '`').max(2) + 1);
            format!("{fence}\n{code}\n{fence}")
        }
        Block::List(start, items) => print_list(*start, items),
        Block::Table(rows) => print_table(rows),
        Block::Image { path, alt } => format!("![{}]({})", escape(&alt.replace('\n', " ")), address(path)),
    }
}

fn print_list(start: Option<u64>, items: &[Vec<Block>]) -> String {
    let mut lines = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let mark = start.map_or("- ".to_owned(), |start| format!("{}. ", start.saturating_add(index as u64).min(999_999_999)));
        let tight = matches!(item.as_slice(), [] | [_] | [Block::Paragraph(_), Block::List(..)]);
        let parts: Vec<String> = item.iter().map(print_block).collect();
        let text = parts.join(if tight { "\n" } else { "\n\n" });
        let indent = " ".repeat(mark.len());
        let indented = text.replace('\n', &format!("\n{indent}")).replace(&format!("\n{indent}\n"), "\n\n");
        lines.push(format!("{mark}{indented}"));
    }
    lines.join("\n")
}

fn print_table(rows: &[Vec<Vec<Span>>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut lines = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let cell = |column| row.get(column).map_or(String::new(), |spans: &Vec<Span>| print_spans(spans, " ").replace('|', "\\|"));
        let cells: Vec<String> = (0..columns).map(cell).collect();
        lines.push(format!("| {} |", cells.join(" | ")));
        if index == 0 {
            lines.push(format!("|{}", "---|".repeat(columns)));
        }
    }
    lines.join("\n")
}

/// Styled runs; where the styles do not survive reading back, as `a**"b"**c` would not, the words alone.
fn print_spans(spans: &[Span], line_break: &str) -> String {
    let printed: String = spans.iter().map(|span| print_span(span, line_break)).collect();
    let printed = start_of_lines(&printed, line_break);
    if spans.iter().all(|span| span.style == Style::default() && span.link.is_none()) {
        return printed;
    }
    // Marks around a word that begins and ends with a letter or digit always hold.
    let is_safe = |span: &Span| {
        let core = span.text.trim();
        let plain = span.style == Style::default() && span.link.is_none();
        let firm = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        plain || (firm(core.chars().next()) && firm(core.chars().last()) && !core.contains(['*', '`', '[', ']', '\n']))
    };
    if spans.iter().all(is_safe) && !spans.windows(2).any(|two| two.iter().all(|span| span.style != Style::default())) {
        return printed;
    }
    let words = |blocks: &[Block]| -> String {
        let spans = blocks.iter().flat_map(|block| match block {
            Block::Paragraph(spans) | Block::Heading(_, spans) => spans.as_slice(),
            Block::List(..) | Block::Code(_) | Block::Table(_) | Block::Image { .. } => &[],
        });
        spans.flat_map(|span| span.text.split_whitespace()).collect()
    };
    let wanted: String = spans.iter().flat_map(|span| span.text.split_whitespace()).collect();
    if words(&parse(&printed)) == wanted {
        return printed;
    }
    let plain: String = spans.iter().map(|span| print_text(&span.text, line_break)).collect();
    start_of_lines(&plain, line_break)
}

fn print_span(span: &Span, line_break: &str) -> String {
    let text = span.text.as_str();
    let core = text.trim();
    if core.is_empty() {
        return print_text(text, line_break);
    }
    let (before, after) = text.split_once(core).unwrap_or_default();
    let mut inner = if span.style.code { code_span(core) } else { print_text(core, line_break) };
    if span.style.italic {
        inner = format!("*{inner}*");
    }
    if span.style.bold {
        inner = format!("**{inner}**");
    }
    if let Some(link) = &span.link {
        inner = format!("[{inner}]({})", address(link));
    }
    if !before.is_empty() {
        inner.insert_str(0, &print_text(before, line_break));
    }
    if !after.is_empty() {
        inner.push_str(&print_text(after, line_break));
    }
    inner
}

fn print_text(text: &str, line_break: &str) -> String {
    if !text.contains('\n') {
        return escape(text);
    }
    text.split('\n').map(escape).collect::<Vec<_>>().join(line_break)
}

fn code_span(text: &str) -> String {
    let text = text.replace('\n', " ");
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn longest_run(text: &str, wanted: char) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// A path or an address between brackets.
fn address(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control() && !matches!(c, '<' | '>')).collect();
    if clean.is_empty() || clean.contains([' ', '(', ')', '\\']) { format!("<{}>", clean.replace('\\', "\\\\")) } else { clean }
}

/// A text of which Markdown makes nothing but itself.
pub fn escape(text: &str) -> String {
    if !text.contains(['\\', '`', '*', '_', '[', '<', '&']) {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let at = |index: usize| chars.get(index).copied();
    let mut out = String::with_capacity(text.len() + 8);
    for (index, &c) in chars.iter().enumerate() {
        let (before, after) = (index.checked_sub(1).and_then(at), at(index + 1));
        let needs = match c {
            '\\' => after.is_none_or(|next| next.is_ascii_punctuation()),
            '`' => true,
            '*' => !(is_blank(before) && is_blank(after)),
            '_' => !within_word(&chars, index),
            '[' => chars.get(index..).is_some_and(|rest| rest.windows(2).any(|two| matches!(two, [']', '(' | ':' | '[']))),
            '<' => after.is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?')),
            '&' => after.is_some_and(|next| next.is_ascii_alphanumeric() || next == '#'),
            _ => false,
        };
        if needs {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn is_blank(c: Option<char>) -> bool {
    c.is_none_or(char::is_whitespace)
}

/// Whether a run of underscores stands inside a word or alone, where it marks nothing.
fn within_word(chars: &[char], index: usize) -> bool {
    let is_line = |c: &char| *c == '_';
    let start = index - chars.iter().take(index).rev().take_while(|c| is_line(c)).count();
    let end = index + chars.iter().skip(index).take_while(|c| is_line(c)).count();
    let (before, after) = (start.checked_sub(1).and_then(|at| chars.get(at)).copied(), chars.get(end).copied());
    let alone = is_blank(before) && is_blank(after) && end - start < chars.len();
    let inside = before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric);
    alone || inside
}

/// Characters that mean something only at the start of a line: lists, headings, quotes, rules, tables.
fn start_of_lines(text: &str, line_break: &str) -> String {
    text.split(line_break).map(|line| start_of_line(line.trim_start())).collect::<Vec<_>>().join(line_break)
}

fn start_of_line(line: &str) -> String {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = line.get(digits..).unwrap_or_default();
    if digits > 0 && digits < 10 && (rest.starts_with('.') || rest.starts_with(')')) && is_blank(rest.chars().nth(1)) {
        return format!("{}\\{rest}", line.get(..digits).unwrap_or_default());
    }
    let only = |c: char| line.chars().all(|own| own == c || own.is_whitespace());
    let hashes = line.trim_start_matches('#');
    let escaped = match line.chars().next() {
        Some('#') => is_blank(hashes.chars().next()),
        Some('-' | '+') => is_blank(line.chars().nth(1)) || only('-'),
        Some('*') => is_blank(line.chars().nth(1)),
        Some('_') => only('_'),
        Some('=') => only('='),
        Some('|' | '>') => true,
        Some('~') => line.starts_with("~~~"),
        _ => false,
    };
    // A line of a table may begin without its bar.
    let rule = line.contains('|') && line.contains('-') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '));
    if escaped || (rule && !line.is_empty()) { format!("\\{line}") } else { line.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::plain;
    use proptest::prelude::*;

    #[test]
    fn text_that_looks_like_markup_stays_text() {
        for text in [
            "2 * 3 * 4 = 24",
            "*.example.com",
            "snake_case and _private_",
            "a `tick`",
            "[x](y)",
            "[ref]: x",
            "<b>x</b>",
            "a &amp; b",
            "\\*",
            "# not a heading",
            "- not a list",
            "+ neither",
            "1. nor this",
            "2) or this",
            "> no quote",
            "---",
            "===",
            "___",
            "| a | b |",
            "~~~",
            "____ and ____",
            "C:\\temp\\x",
            "AT&T",
            "a|b",
            "100 % _",
            "{{c1::a_b::*hint*}}",
            "*>`0`>*#",
        ] {
            assert_eq!(plain(&print(&[Block::Paragraph(vec![Span { text: text.to_owned(), ..Span::default() }])])), text, "{text:?}");
        }
        assert_eq!(escape("snake_case * 2"), "snake_case * 2", "what needs no mark gets none");
    }

    #[test]
    fn blocks_print_as_people_write_them() {
        let same = |markdown: &str| assert_eq!(print(&parse(markdown)), markdown);
        same("a **b** *c* `d` [e](https://x.example)");
        same("# Title\n\nText\\\nnext line\n\n- one\n- two\n  - deep\n\n1. first\n2. second");
        same("| a | b |\n|---|---|\n| 1 | 2 |");
        same("```\nx = `1`\n```");
        same("![alt](a/b.png)\n\n![x](<with blank.png>)");
    }

    fn words() -> impl Strategy<Value = String> {
        "[a-zA-Z0-9 .,;:!?#*_`<>&|\\\\\\[\\]()=+~\"'{}-]{1,30}"
    }

    proptest! {
        #[test]
        fn any_text_reads_back(text in words(), bold in any::<bool>(), code in any::<bool>()) {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assume!(!text.is_empty());
            let styled = Span { text: text.clone(), style: Style { bold, italic: false, code }, link: None };
            let printed = print(&[Block::Paragraph(vec![styled])]);
            let back = plain(&printed).split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(back, text, "{}", printed);
        }

        #[test]
        fn no_word_is_lost_in_printing(text in "[a-c*_`#>|!\\[\\]() \n0-9.-]{0,60}") {
            let words = |text: &str| plain(text).split_whitespace().collect::<String>();
            let once = print(&parse(&text));
            prop_assert_eq!(words(&once), words(&text), "{}", once);
        }
    }
}
