//! Our text as HTML, for programs that keep their texts so.

use crate::model::text::{Block, Span, parse};

/// The characters that mean something in HTML and XML, written so that they mean themselves.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}

/// The HTML of a text. A single paragraph stands without its tag, as fields of other programs expect.
pub(super) fn to_html(markdown: &str) -> String {
    let blocks = parse(markdown);
    match blocks.as_slice() {
        [Block::Paragraph(spans)] => spans_html(spans),
        _ => blocks.iter().map(block_html).collect(),
    }
}

fn block_html(block: &Block) -> String {
    match block {
        Block::Paragraph(spans) => format!("<p>{}</p>", spans_html(spans)),
        Block::Heading(level, spans) => format!("<h{level}>{}</h{level}>", spans_html(spans)),
        Block::Code(code) => format!("<pre><code>{}</code></pre>", escaped(code)),
        Block::Image { path, alt } => format!("<img src=\"{}\" alt=\"{}\"/>", escaped(path), escaped(alt)),
        Block::List(start, items) => {
            let (open, close) = match start {
                Some(1) => ("<ol>".to_owned(), "</ol>"),
                Some(number) => (format!("<ol start=\"{number}\">"), "</ol>"),
                None => ("<ul>".to_owned(), "</ul>"),
            };
            let items: String = items.iter().map(|item| format!("<li>{}</li>", item_html(item))).collect();
            format!("{open}{items}{close}")
        }
        Block::Table(rows) => {
            let row_html = |(index, row): (usize, &Vec<Vec<Span>>)| {
                let tag = if index == 0 { "th" } else { "td" };
                let cells: String = row.iter().map(|cell| format!("<{tag}>{}</{tag}>", spans_html(cell))).collect();
                format!("<tr>{cells}</tr>")
            };
            format!("<table>{}</table>", rows.iter().enumerate().map(row_html).collect::<String>())
        }
    }
}

fn item_html(blocks: &[Block]) -> String {
    match blocks {
        [Block::Paragraph(spans), rest @ ..] if rest.iter().all(|block| matches!(block, Block::List(..))) => {
            format!("{}{}", spans_html(spans), rest.iter().map(block_html).collect::<String>())
        }
        _ => blocks.iter().map(block_html).collect(),
    }
}

fn spans_html(spans: &[Span]) -> String {
    let one = |span: &Span| {
        let mut html = escaped(&span.text).replace('\n', "<br/>");
        if span.style.code {
            html = format!("<code>{html}</code>");
        }
        if span.style.italic {
            html = format!("<i>{html}</i>");
        }
        if span.style.bold {
            html = format!("<b>{html}</b>");
        }
        match &span.link {
            Some(link) => format!("<a href=\"{}\">{html}</a>", escaped(link)),
            None => html,
        }
    };
    spans.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_html() {
        let check = |text: &str, expected: &str| assert_eq!(to_html(text), expected, "{text:?}");
        check("a **b** & <c>", "a <b>b</b> &amp; &lt;c&gt;");
        check("a\\\nb\n\nc", "<p>a<br/>b</p><p>c</p>");
        check("- a\n  - b", "<ul><li>a<ul><li>b</li></ul></li></ul>");
        check("```\nx < 1\n```", "<pre><code>x &lt; 1</code></pre>");
        check("![d](a.png)", "<img src=\"a.png\" alt=\"d\"/>");
    }
}
