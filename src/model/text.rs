//! The small Markdown cards are written in: paragraphs, emphasis, code, lists, tables, links and images by relative path.
//! HTML is shown as the text it is.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A block of text.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Running text.
    Paragraph(Vec<Span>),
    /// A heading, 1 to 6.
    Heading(u8, Vec<Span>),
    /// A list; numbered from a number, or with bullets.
    List(Option<u64>, Vec<Vec<Block>>),
    /// Code, shown as it is.
    Code(String),
    /// Rows of cells; the first row is the head.
    Table(Vec<Vec<Vec<Span>>>),
    /// A picture.
    Image {
        /// Path relative to the deck's media folder.
        path: String,
        /// What it shows.
        alt: String,
    },
}

/// A run of text in one style.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Span {
    /// The text; a line break is a newline.
    pub text: String,
    /// How it is set.
    pub style: Style,
    /// Where it leads.
    pub link: Option<String>,
}

/// How a run of text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Strong.
    pub bold: bool,
    /// Emphasised.
    pub italic: bool,
    /// Monospaced.
    pub code: bool,
}

/// Reads Markdown. Never fails: what is not understood is text.
pub fn parse(markdown: &str) -> Vec<Block> {
    let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES);
    let mut builder = Builder::default();
    for event in parser {
        builder.event(event);
    }
    builder.finish()
}

/// The text without any markup, blocks on lines of their own: for a terminal and for searching.
pub fn plain(markdown: &str) -> String {
    let mut out = String::new();
    plain_blocks(&parse(markdown), "", &mut out);
    out.trim_end().to_owned()
}

fn plain_blocks(blocks: &[Block], indent: &str, out: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(spans) | Block::Heading(_, spans) => {
                let text: String = spans.iter().map(|span| span.text.as_str()).collect();
                for line in text.lines() {
                    out.push_str(&format!("{indent}{line}\n"));
                }
            }
            Block::Code(code) => code.lines().for_each(|line| out.push_str(&format!("{indent}    {line}\n"))),
            Block::Image { alt, .. } => out.push_str(&format!("{indent}[picture: {alt}]\n")),
            Block::List(start, items) => {
                for (index, item) in items.iter().enumerate() {
                    let mark = start.map_or("- ".to_owned(), |start| format!("{}. ", start + index as u64));
                    let mut inner = String::new();
                    plain_blocks(item, "  ", &mut inner);
                    out.push_str(&format!("{indent}{mark}{}\n", inner.trim()));
                }
            }
            Block::Table(rows) => {
                for row in rows {
                    let cells: Vec<String> = row.iter().map(|cell| cell.iter().map(|span| span.text.as_str()).collect()).collect();
                    out.push_str(&format!("{indent}{}\n", cells.join(" | ")));
                }
            }
        }
    }
}

/// The pictures a text names.
pub fn images(markdown: &str) -> Vec<String> {
    fn collect(blocks: Vec<Block>, found: &mut Vec<String>) {
        for block in blocks {
            match block {
                Block::Image { path, .. } => found.push(path),
                Block::List(_, items) => items.into_iter().for_each(|item| collect(item, found)),
                Block::Paragraph(_) | Block::Heading(..) | Block::Code(_) | Block::Table(_) => {}
            }
        }
    }
    let mut found = Vec::new();
    if markdown.contains("![") {
        collect(parse(markdown), &mut found);
    }
    found
}

/// Deeper nesting than this is flattened: a page of `>` must not overflow anything.
const MAX_DEPTH: usize = 8;

#[derive(Default)]
struct Builder {
    /// Finished blocks; one level for the page and one for each open list item.
    levels: Vec<Vec<Block>>,
    lists: Vec<(Option<u64>, Vec<Vec<Block>>)>,
    spans: Vec<Span>,
    style: Style,
    link: Option<String>,
    heading: Option<u8>,
    code: Option<String>,
    image: Option<(String, String)>,
    table: Vec<Vec<Vec<Span>>>,
    skipped_lists: usize,
}

impl Builder {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => {
                let style = Style { code: true, ..self.style };
                self.push(&code, style);
            }
            Event::SoftBreak => self.text(" "),
            Event::HardBreak => self.text("\n"),
            Event::Html(html) | Event::InlineHtml(html) => self.text(&html),
            Event::Rule => self.flush_paragraph(),
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.flush_paragraph(),
            Tag::Heading { level, .. } => {
                self.flush_paragraph();
                self.heading = Some(level as u8);
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                self.flush_paragraph();
                self.code = Some(String::new());
            }
            Tag::List(_) if self.lists.len() >= MAX_DEPTH => self.skipped_lists += 1,
            Tag::List(start) => {
                self.flush_paragraph();
                self.lists.push((start, Vec::new()));
            }
            Tag::Item if self.skipped_lists == 0 => self.levels.push(Vec::new()),
            Tag::Strong => self.style.bold = true,
            Tag::Emphasis => self.style.italic = true,
            Tag::Link { dest_url, .. } => self.link = Some(dest_url.to_string()),
            Tag::Image { dest_url, .. } => self.image = Some((dest_url.to_string(), String::new())),
            Tag::Table(_) => {
                self.flush_paragraph();
                self.table.clear();
            }
            Tag::TableHead | Tag::TableRow => self.table.push(Vec::new()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock => {
                if let Some(code) = self.code.take() {
                    self.block(Block::Code(code.trim_end_matches('\n').to_owned()));
                }
            }
            TagEnd::List(_) if self.skipped_lists > 0 => self.skipped_lists -= 1,
            TagEnd::List(_) => {
                if let Some((start, items)) = self.lists.pop() {
                    self.block(Block::List(start, items));
                }
            }
            TagEnd::Item if self.skipped_lists == 0 => {
                self.flush_paragraph();
                let item = self.levels.pop().unwrap_or_default();
                if let Some((_, items)) = self.lists.last_mut() {
                    items.push(item);
                }
            }
            TagEnd::Item | TagEnd::Paragraph | TagEnd::HtmlBlock | TagEnd::Heading(_) => self.flush_paragraph(),
            TagEnd::Strong => self.style.bold = false,
            TagEnd::Emphasis => self.style.italic = false,
            TagEnd::Link => self.link = None,
            TagEnd::Image => {
                if let Some((path, alt)) = self.image.take() {
                    self.flush_paragraph();
                    self.block(Block::Image { path, alt });
                }
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.spans);
                if let Some(row) = self.table.last_mut() {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                let table = std::mem::take(&mut self.table);
                self.block(Block::Table(table));
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(code) = &mut self.code {
            code.push_str(text);
        } else if let Some((_, alt)) = &mut self.image {
            alt.push_str(text);
        } else {
            self.push(text, self.style);
        }
    }

    fn push(&mut self, text: &str, style: Style) {
        match self.spans.last_mut() {
            Some(last) if last.style == style && last.link == self.link => last.text.push_str(text),
            _ => self.spans.push(Span { text: text.to_owned(), style, link: self.link.clone() }),
        }
    }

    fn flush_paragraph(&mut self) {
        let heading = self.heading.take();
        if self.spans.iter().all(|span| span.text.trim().is_empty()) {
            self.spans.clear();
            return;
        }
        let spans = std::mem::take(&mut self.spans);
        self.block(match heading {
            Some(level) => Block::Heading(level, spans),
            None => Block::Paragraph(spans),
        });
    }

    fn block(&mut self, block: Block) {
        if self.levels.is_empty() {
            self.levels.push(Vec::new());
        }
        if let Some(level) = self.levels.last_mut() {
            level.push(block);
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.flush_paragraph();
        self.levels.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str) -> Span {
        Span { text: text.to_owned(), ..Span::default() }
    }

    #[test]
    fn styles_links_and_code_become_spans() {
        let blocks = parse("a **b** *c* `d` [e](https://x.example)");
        let Some(Block::Paragraph(spans)) = blocks.first() else { panic!("{blocks:?}") };
        assert_eq!(spans.len(), 8);
        assert_eq!(spans.first(), Some(&span("a ")));
        assert!(spans.iter().any(|s| s.text == "b" && s.style.bold));
        assert!(spans.iter().any(|s| s.text == "c" && s.style.italic));
        assert!(spans.iter().any(|s| s.text == "d" && s.style.code));
        assert!(spans.iter().any(|s| s.text == "e" && s.link.as_deref() == Some("https://x.example")));
    }

    #[test]
    fn lists_tables_and_code_blocks_keep_their_shape() {
        assert_eq!(plain("1. one\n2. two\n   - deep\n\nend"), "1. one\n2. two\n  - deep\nend");
        assert_eq!(plain("| a | b |\n|---|---|\n| 1 | 2 |"), "a | b\n1 | 2");
        assert_eq!(plain("```\nx = 1\n```"), "x = 1".to_owned().replace('x', "    x"));
        assert_eq!(images("see ![alt](a/b.png) and\n\n- ![c](d.png)"), ["a/b.png", "d.png"]);
    }

    #[test]
    fn html_is_text_and_hostile_nesting_is_bounded() {
        assert_eq!(plain("<script>x</script>"), "<script>x</script>");
        for hostile in [">".repeat(10_000), "- ".repeat(2_000), "[".repeat(5_000), "*".repeat(20_000)] {
            let _ = plain(&hostile);
        }
    }
}
