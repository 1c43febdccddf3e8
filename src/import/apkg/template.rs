//! Card templates: `{{Field}}`, `{{filter:Field}}`, `{{#Field}}…{{/Field}}`, `{{^Field}}…{{/Field}}`.

/// Sections nested deeper than this are not sections.
const MAX_DEPTH: usize = 40;

/// A template, read once for all notes of its type.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Html(String),
    /// Filters, outermost first, and the field.
    Field(Vec<String>, String),
    Section {
        field: String,
        negated: bool,
        inner: Vec<Piece>,
    },
}

/// An open section, with its field and whether it is negated, and what is in it so far; the template itself has no field.
type Open = (Option<(String, bool)>, Vec<Piece>);

/// What a template asks of a note.
pub(super) trait Fields {
    /// A field's HTML; none if there is no such field.
    fn field(&self, name: &str) -> Option<&str>;
    /// What stands in for a field with filters.
    fn filtered(&self, filters: &[String], name: &str) -> String;
}

impl Template {
    /// Reads a template. Never fails: what is not understood is text.
    pub(super) fn parse(source: &str) -> Self {
        let source = source.replace("{{=<% %>=}}", "");
        // Open sections with what is in them so far; the first is the template itself.
        let mut stack: Vec<Open> = vec![(None, Vec::new())];
        let mut rest = without_comments(&source);
        let mut owned;
        while let Some((before, tag, after)) = next_tag(&rest) {
            if !before.is_empty() {
                push(&mut stack, Piece::Html(before.to_owned()));
            }
            let tag = tag.trim();
            match (tag.chars().next(), tag.get(1..).map(str::trim)) {
                (Some('#' | '^'), Some(name)) if stack.len() < MAX_DEPTH => {
                    stack.push((Some((name.to_owned(), tag.starts_with('^'))), Vec::new()));
                }
                (Some('/'), Some(name)) if stack.last().is_some_and(|(head, _)| head.as_ref().is_some_and(|(open, _)| open == name)) => {
                    close(&mut stack);
                }
                (Some('#' | '^' | '/' | '!') | None, _) => {}
                _ => {
                    let mut parts: Vec<String> = tag.split(':').map(|part| part.trim().to_owned()).collect();
                    let name = parts.pop().unwrap_or_default();
                    push(&mut stack, Piece::Field(parts, name));
                }
            }
            owned = after.to_owned();
            rest = owned;
        }
        if !rest.is_empty() {
            push(&mut stack, Piece::Html(rest));
        }
        while stack.len() > 1 {
            close(&mut stack);
        }
        Self { pieces: stack.pop().map(|(_, pieces)| pieces).unwrap_or_default() }
    }

    /// The HTML of a note.
    pub(super) fn render(&self, fields: &dyn Fields) -> String {
        let mut out = String::new();
        render(&self.pieces, fields, &mut out);
        out
    }

    /// The fields it names with a filter.
    pub(super) fn fields_with(&self, filter: &str) -> Vec<&str> {
        fn collect<'a>(pieces: &'a [Piece], filter: &str, found: &mut Vec<&'a str>) {
            for piece in pieces {
                match piece {
                    Piece::Field(filters, name) if filters.iter().any(|own| own == filter) => found.push(name),
                    Piece::Section { inner, .. } => collect(inner, filter, found),
                    Piece::Field(..) | Piece::Html(_) => {}
                }
            }
        }
        let mut found = Vec::new();
        collect(&self.pieces, filter, &mut found);
        found
    }
}

fn push(stack: &mut [Open], piece: Piece) {
    if let Some((_, pieces)) = stack.last_mut() {
        pieces.push(piece);
    }
}

fn close(stack: &mut Vec<Open>) {
    if let Some((Some((field, negated)), inner)) = stack.pop() {
        push(stack, Piece::Section { field, negated, inner });
    }
}

fn without_comments(source: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(source.len()), source);
    while let Some((before, after)) = rest.split_once("<!--") {
        out.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

fn next_tag(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (tag, after) = rest.split_once("}}")?;
    Some((before, tag, after))
}

fn render(pieces: &[Piece], fields: &dyn Fields, out: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Html(html) => out.push_str(html),
            Piece::Field(filters, name) if filters.is_empty() => match fields.field(name) {
                Some(html) => out.push_str(html),
                None => out.push_str(&fields.filtered(filters, name)),
            },
            Piece::Field(filters, name) => out.push_str(&fields.filtered(filters, name)),
            Piece::Section { field, negated, inner } => {
                let full = fields.field(field).is_some_and(|html| !is_blank(html));
                if full != *negated {
                    render(inner, fields, out);
                }
            }
        }
    }
}

/// Anki counts a field as empty that holds nothing but breaks and blanks.
pub(super) fn is_blank(html: &str) -> bool {
    let mut rest = html.trim();
    while let Some(after) = ["<br>", "<br/>", "<br />", "<div>", "</div>", "&nbsp;"].iter().find_map(|mark| rest.strip_prefix(mark)) {
        rest = after.trim_start();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Note(&'static [(&'static str, &'static str)]);

    impl Fields for Note {
        fn field(&self, name: &str) -> Option<&str> {
            self.0.iter().find(|(own, _)| *own == name).map(|(_, value)| *value)
        }
        fn filtered(&self, filters: &[String], name: &str) -> String {
            format!("<{}|{name}>", filters.join(","))
        }
    }

    #[test]
    fn templates_render_as_anki_does() {
        let note = Note(&[("Front", "Q"), ("Extra", "<br>"), ("Back", "A")]);
        let check = |source: &str, expected: &str| assert_eq!(Template::parse(source).render(&note), expected, "{source}");
        check("{{Front}} is {{ Back }}", "Q is A");
        check("{{#Extra}}x{{/Extra}}{{^Extra}}none{{/Extra}}", "none");
        check("{{#Front}}a{{#Back}}b{{/Back}}{{/Front}}", "ab");
        check("{{#Missing}}x{{/Missing}}{{^Missing}}y{{/Missing}}", "y");
        check("{{text:Front}} {{tts en_US voices=x:Back}}", "<text|Front> <tts en_US voices=x|Back>");
        check("a<!-- {{Front}} -->b{{never closed", "ab{{never closed");
        check("{{#Front}}open", "open");
        check("{{/Front}}x", "x");
        check(&"{{#Front}}".repeat(10_000), "");
        assert_eq!(Template::parse("{{#A}}{{type:cloze:B}}{{/A}}").fields_with("cloze"), ["B"]);
    }
}
