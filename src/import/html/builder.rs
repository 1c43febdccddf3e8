//! Blocks of text from the tags and words of HTML, as they come.

use super::{Converted, clean, data_picture, percent_decoded};
use crate::model::markup;
use crate::model::text::{Block, Span, Style};
use html5gum::StartTag;

/// Lists deeper than this are flattened.
const MAX_DEPTH: usize = 7;

#[derive(Default)]
pub(super) struct Builder {
    /// Finished blocks; one level for the page, one for each open list item and cell.
    levels: Vec<Vec<Block>>,
    lists: Vec<(Option<u64>, Vec<Vec<Block>>)>,
    spans: Vec<Span>,
    bold: u32,
    italic: u32,
    code: u32,
    /// Bold by a style, for each open span.
    span_bold: Vec<bool>,
    raised: Option<bool>,
    link: Option<String>,
    heading: Option<u8>,
    pre: Option<String>,
    table: Option<Vec<Vec<Vec<Span>>>>,
    /// The element whose content is passed over, and how many of its name are open.
    skip: Option<(String, u32)>,
    out: Converted,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self { levels: vec![Vec::new()], ..Self::default() }
    }

    pub(super) fn start(&mut self, tag: &StartTag<()>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        if let Some((skipped, depth)) = &mut self.skip {
            *depth += u32::from(*skipped == name && !tag.self_closing);
            return;
        }
        if is_hidden(tag) && !matches!(name.as_str(), "br" | "img" | "hr" | "input") {
            self.out.left_out.insert("text that is hidden until it is asked for".to_owned());
            self.skip = Some((name, 1));
            return;
        }
        match name.as_str() {
            "rt" => self.push("("),
            "rp" => self.skip = Some((name, 1)),
            "br" => self.line_break(),
            "p" | "div" | "section" | "article" | "blockquote" | "dl" | "dd" | "dt" | "figure" | "figcaption" | "center" | "header"
            | "footer" | "details" | "summary" | "fieldset" | "form" | "prompt" => self.block_break(&name),
            "hr" => self.flush(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                self.heading = name.get(1..).and_then(|digit| digit.parse().ok());
            }
            "b" | "strong" | "th" if name != "th" => self.bold += 1,
            "i" | "em" | "cite" | "var" | "dfn" => self.italic += 1,
            "code" | "tt" | "kbd" | "samp" => self.code += 1,
            "span" | "font" => {
                let style = attribute(tag, "style").unwrap_or_default().replace(' ', "").to_lowercase();
                let bold =
                    ["font-weight:bold", "font-weight:600", "font-weight:700", "font-weight:800"].iter().any(|mark| style.contains(mark));
                self.bold += u32::from(bold);
                self.span_bold.push(bold);
            }
            "sub" | "sup" => self.raised = Some(name == "sup"),
            "pre" => {
                self.flush();
                self.pre = Some(String::new());
            }
            "ul" | "ol" => self.open_list(&name, tag),
            "li" => self.open_item(),
            "a" => {
                let target = attribute(tag, "href")
                    .filter(|href| href.starts_with("https://") || href.starts_with("http://") || href.starts_with("mailto:"));
                self.link = target.map(|href| clean(&href));
            }
            "img" | "image" => self.picture(tag),
            "table" if self.table.is_none() => {
                self.flush();
                self.table = Some(Vec::new());
            }
            "tr" => {
                if let Some(table) = &mut self.table {
                    self.spans.clear();
                    table.push(Vec::new());
                }
            }
            "script" | "style" | "iframe" | "object" | "embed" | "svg" | "video" | "audio" | "math" | "template" | "noscript"
            | "canvas" | "applet" | "frameset" | "title" => {
                if !matches!(name.as_str(), "style" | "title") {
                    self.out.left_out.insert(format!("<{name}>"));
                }
                if let Some(source) = attribute(tag, "src").filter(|_| matches!(name.as_str(), "audio" | "video")) {
                    self.push(&format!("[sound:{source}]"));
                }
                if !tag.self_closing && name != "embed" {
                    self.skip = Some((name, 1));
                }
            }
            "meta" | "link" | "input" | "button" | "base" => drop(self.out.left_out.insert(format!("<{name}>"))),
            _ => {}
        }
    }

    pub(super) fn end(&mut self, name: &str) {
        if let Some((skipped, depth)) = &mut self.skip {
            *depth -= u32::from(skipped == name);
            if *depth == 0 {
                self.skip = None;
            }
            return;
        }
        match name {
            "rt" => self.push(")"),
            "p" | "div" | "section" | "article" | "blockquote" | "dl" | "dd" | "dt" | "figure" | "figcaption" | "center" | "header"
            | "footer" | "details" | "summary" | "fieldset" | "form" | "prompt" => self.block_break(name),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.flush(),
            "b" | "strong" => self.bold = self.bold.saturating_sub(1),
            "i" | "em" | "cite" | "var" | "dfn" => self.italic = self.italic.saturating_sub(1),
            "code" | "tt" | "kbd" | "samp" => self.code = self.code.saturating_sub(1),
            "span" | "font" => self.bold = self.bold.saturating_sub(u32::from(self.span_bold.pop().unwrap_or(false))),
            "sub" | "sup" => self.raised = None,
            "pre" => self.end_pre(),
            "ul" | "ol" => self.close_list(),
            "li" => self.close_item(),
            "a" => self.link = None,
            "td" | "th" => self.end_cell(),
            "table" => self.end_table(),
            _ => {}
        }
    }

    fn style(&self) -> Style {
        Style { bold: self.bold > 0, italic: self.italic > 0, code: self.code > 0 }
    }

    pub(super) fn text(&mut self, text: &str) {
        if self.skip.is_some() {
            return;
        }
        if let Some(pre) = &mut self.pre {
            pre.push_str(text);
            return;
        }
        let text = text.replace('\u{a0}', " ");
        let (mut rest, style) = (text.as_str(), self.style());
        // Formulas keep their characters: they are shown as code.
        while let Some((before, formula, after)) = formula(rest) {
            self.words(before, style);
            self.words(formula.trim(), Style { code: true, ..style });
            rest = after;
        }
        self.words(rest, style);
    }

    fn words(&mut self, text: &str, style: Style) {
        let raised = match self.raised {
            Some(up) if !text.trim().is_empty() => text.replace(text.trim(), &raise(text.trim(), up)),
            _ => text.to_owned(),
        };
        let at_start = self.spans.last().is_none_or(|span| span.text.ends_with(['\n', ' ']));
        let mut words = String::with_capacity(raised.len());
        let mut blank = at_start;
        for c in raised.chars() {
            if c.is_whitespace() {
                if !blank {
                    words.push(' ');
                }
                blank = true;
            } else {
                words.push(c);
                blank = false;
            }
        }
        if !words.is_empty() {
            self.push_styled(&clean(&words), style);
        }
    }

    fn push(&mut self, text: &str) {
        let style = self.style();
        self.push_styled(&clean(text), style);
    }

    fn push_styled(&mut self, text: &str, style: Style) {
        match self.spans.last_mut() {
            Some(last) if last.style == style && last.link == self.link => last.text.push_str(text),
            _ => self.spans.push(Span { text: text.to_owned(), style, link: self.link.clone() }),
        }
    }

    fn line_break(&mut self) {
        if let Some(pre) = &mut self.pre {
            pre.push('\n');
        } else if self.spans.iter().any(|span| !span.text.trim().is_empty()) {
            // Two in a row begin a paragraph.
            if self.spans.last().is_some_and(|span| span.text.ends_with('\n')) && self.table.is_none() {
                self.flush();
            } else {
                self.push_styled("\n", Style::default());
            }
        }
    }

    fn block_break(&mut self, name: &str) {
        if self.table.is_some() || (name == "div" && self.heading.is_none()) {
            // Editors make a div of every line.
            if self.spans.last().is_some_and(|span| !span.text.ends_with('\n'))
                && self.spans.iter().any(|span| !span.text.trim().is_empty())
            {
                self.push_styled("\n", Style::default());
            }
        } else {
            self.flush();
        }
    }

    fn open_list(&mut self, name: &str, tag: &StartTag<()>) {
        self.flush();
        if self.lists.len() < MAX_DEPTH {
            let start = (name == "ol").then(|| attribute(tag, "start").and_then(|start| start.parse().ok()).unwrap_or(1));
            self.lists.push((start, Vec::new()));
        }
    }

    fn open_item(&mut self) {
        self.flush();
        if self.levels.len() > self.lists.len() {
            self.close_item();
        }
        if !self.lists.is_empty() {
            self.levels.push(Vec::new());
        }
    }

    fn close_item(&mut self) {
        self.flush();
        if self.levels.len() > 1 && self.levels.len() > self.lists.len() {
            let item = self.levels.pop().unwrap_or_default();
            if let Some((_, items)) = self.lists.last_mut().filter(|_| !item.is_empty()) {
                items.push(item);
            }
        }
    }

    fn close_list(&mut self) {
        self.close_item();
        if let Some((start, items)) = self.lists.pop().filter(|(_, items)| !items.is_empty()) {
            self.block(Block::List(start, items));
        }
    }

    fn end_pre(&mut self) {
        if let Some(code) = self.pre.take() {
            let code = clean(code.trim_matches('\n')).replace('\t', "    ");
            if !code.trim().is_empty() {
                self.block(Block::Code(code));
            }
        }
    }

    fn end_cell(&mut self) {
        let mut cell = std::mem::take(&mut self.spans);
        for span in &mut cell {
            span.text = span.text.replace('\n', " ");
        }
        if let Some(row) = self.table.as_mut().and_then(|table| table.last_mut()) {
            row.push(cell);
        } else {
            self.spans = cell;
        }
    }

    fn end_table(&mut self) {
        let Some(mut rows) = self.table.take() else { return };
        rows.retain(|row| row.iter().any(|cell| cell.iter().any(|span| !span.text.trim().is_empty())));
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        if columns == 0 {
            return;
        }
        if columns == 1 {
            // A table of one column is layout.
            for spans in rows.into_iter().flatten() {
                self.block(Block::Paragraph(spans));
            }
            return;
        }
        for row in &mut rows {
            row.resize(columns, Vec::new());
        }
        self.block(Block::Table(rows));
    }

    fn picture(&mut self, tag: &StartTag<()>) {
        let alt = clean(attribute(tag, "alt").unwrap_or_default().trim());
        let Some(source) = attribute(tag, "src").map(|source| source.trim().to_owned()).filter(|source| !source.is_empty()) else { return };
        let lower = source.to_ascii_lowercase();
        if lower.starts_with("data:") {
            match data_picture(&source) {
                Some((name, bytes)) => {
                    self.picture_block(&name, alt);
                    self.out.pictures.push((name, bytes));
                }
                None => drop(self.out.left_out.insert("a picture within the text that cannot be read".to_owned())),
            }
        } else if lower.starts_with("http:") || lower.starts_with("https:") || lower.starts_with("//") {
            self.out.left_out.insert(format!("a picture from the web, {source}; nothing is fetched"));
            let words = if alt.is_empty() { "picture".to_owned() } else { format!("picture: {alt}") };
            let link = std::mem::replace(&mut self.link, Some(clean(&source)).filter(|_| !source.starts_with("//")));
            self.push(&format!("[{words}]"));
            self.link = link;
        } else if lower.contains(':') || lower.split(['/', '\\']).any(|part| part == "..") || lower.starts_with(['/', '\\']) {
            self.out.left_out.insert(format!("a picture that is not beside the text, {source}"));
        } else {
            self.picture_block(&percent_decoded(&source), alt);
        }
    }

    fn picture_block(&mut self, path: &str, alt: String) {
        if self.table.is_some() {
            self.push(&format!("[picture: {}]", if alt.is_empty() { path } else { &alt }));
            return;
        }
        self.flush();
        self.block(Block::Image { path: clean(path), alt });
    }

    fn flush(&mut self) {
        let heading = self.heading.take();
        if self.table.is_some() {
            return;
        }
        let mut spans = std::mem::take(&mut self.spans);
        trim(&mut spans);
        if spans.is_empty() {
            return;
        }
        if let Some(level) = heading {
            for span in &mut spans {
                span.text = span.text.replace('\n', " ");
            }
            self.block(Block::Heading(level, spans));
        } else {
            self.block(Block::Paragraph(spans));
        }
    }

    fn block(&mut self, block: Block) {
        if let Some(level) = self.levels.last_mut() {
            level.push(block);
        }
    }

    pub(super) fn finish(mut self) -> Converted {
        if self.table.is_some() {
            self.end_cell();
            self.end_table();
        }
        self.end_pre();
        self.flush();
        while !self.lists.is_empty() {
            self.close_list();
        }
        let blocks: Vec<Block> = std::mem::take(&mut self.levels).into_iter().flatten().collect();
        self.out.text = markup::print(&blocks);
        self.out
    }
}

/// Blanks at both ends go, and before a line break.
fn trim(spans: &mut Vec<Span>) {
    while spans.last().is_some_and(|span| span.text.trim().is_empty()) {
        spans.pop();
    }
    if let Some(last) = spans.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
    let blank = spans.iter().take_while(|span| span.text.trim().is_empty()).count();
    spans.drain(..blank);
    if let Some(first) = spans.first_mut() {
        first.text = first.text.trim_start().to_owned();
    }
    for span in spans {
        while span.text.contains(" \n") {
            span.text = span.text.replace(" \n", "\n");
        }
    }
}

/// Whether an element is hidden where it stands.
fn is_hidden(tag: &StartTag<()>) -> bool {
    let style = attribute(tag, "style").unwrap_or_default().replace(' ', "").to_ascii_lowercase();
    style.contains("display:none") || style.contains("visibility:hidden")
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    tag.attributes.iter().find(|(own, _)| own.0 == name.as_bytes()).map(|(_, value)| String::from_utf8_lossy(&value.value).into_owned())
}

/// The first formula of a text: what stands before it, the formula, what stands after.
fn formula(text: &str) -> Option<(&str, &str, &str)> {
    if !text.contains(['\\', '[']) {
        return None;
    }
    [("\\(", "\\)"), ("\\[", "\\]"), ("[latex]", "[/latex]"), ("[$$]", "[/$$]"), ("[$]", "[/$]")]
        .iter()
        .filter_map(|(open, close)| {
            let start = text.find(open)?;
            let inner = text.get(start + open.len()..)?;
            let end = inner.find(close)?;
            Some((start, text.get(..start)?, inner.get(..end)?, inner.get(end + close.len()..)?))
        })
        .min_by_key(|(start, ..)| *start)
        .map(|(_, before, inner, after)| (before, inner, after))
}

/// Raised and lowered digits have characters of their own.
fn raise(text: &str, up: bool) -> String {
    const UP: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻";
    const DOWN: &str = "₀₁₂₃₄₅₆₇₈₉₊₋";
    let table = if up { UP } else { DOWN };
    let place = |c: char| "0123456789+-".find(c);
    if text.chars().all(|c| place(c).is_some()) {
        return text.chars().filter_map(|c| table.chars().nth(place(c)?)).collect();
    }
    format!("{}({text})", if up { "^" } else { "_" })
}
