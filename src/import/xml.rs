//! XML as a small tree. No document type, no entities but the five of XML, bounded depth, attributes and text.

use super::ImportError;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

const MAX_DEPTH: usize = 64;
const MAX_ATTRIBUTES: usize = 256;
const MAX_TEXT: usize = 32 * 1024 * 1024;

/// An element.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Element {
    /// Its name without a prefix.
    pub(super) name: String,
    /// Attributes, prefixes taken off.
    pub(super) attributes: Vec<(String, String)>,
    /// What is in it.
    pub(super) children: Vec<Child>,
    /// The line it starts on.
    pub(super) line: usize,
}

/// What an element holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Child {
    /// Another element.
    Element(Element),
    /// Text.
    Text(String),
}

impl Element {
    /// An attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Elements right below.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|child| match child {
            Child::Element(element) => Some(element),
            Child::Text(_) => None,
        })
    }

    /// Elements right below with a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements().filter(move |element| element.name == name)
    }

    /// The first element right below with a name.
    pub(super) fn first(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| element.name == name)
    }

    /// Every element below with a name, at any depth, in the order of the document.
    pub(super) fn below<'a>(&'a self, name: &str) -> Vec<&'a Element> {
        let mut found = Vec::new();
        let mut stack: Vec<&Element> = self.elements().collect();
        stack.reverse();
        while let Some(element) = stack.pop() {
            if element.name == name {
                found.push(element);
            }
            let from = stack.len();
            stack.extend(element.elements());
            if let Some(new) = stack.get_mut(from..) {
                new.reverse();
            }
        }
        found
    }

    /// All text in it.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        self.collect_text(&mut out);
        out
    }

    fn collect_text(&self, out: &mut String) {
        for child in &self.children {
            match child {
                Child::Text(text) => out.push_str(text),
                Child::Element(element) => element.collect_text(out),
            }
        }
    }

    /// What is in it as HTML, for texts that mix words and tags.
    pub(super) fn inner_html(&self, replace: &mut dyn FnMut(&Element) -> Option<String>) -> String {
        let mut out = String::new();
        for child in &self.children {
            match child {
                Child::Text(text) => out.push_str(&escaped(text)),
                Child::Element(element) => {
                    if let Some(own) = replace(element) {
                        out.push_str(&own);
                        continue;
                    }
                    out.push_str(&format!("<{}", element.name));
                    for (name, value) in &element.attributes {
                        out.push_str(&format!(" {name}=\"{}\"", escaped(value).replace('"', "&quot;")));
                    }
                    out.push_str(&format!(">{}", element.inner_html(replace)));
                    if !matches!(element.name.as_str(), "br" | "img" | "hr" | "input" | "meta" | "link") {
                        out.push_str(&format!("</{}>", element.name));
                    }
                }
            }
        }
        out
    }
}

/// A text as it stands in XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn refused(text: &str, at: u64, message: String) -> ImportError {
    let before = text.get(..usize::try_from(at).unwrap_or(0)).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    ImportError::Refused { line, column, message }
}

/// Reads a document. `text` is what was decoded of the file.
pub(super) fn parse(text: &str) -> Result<Element, ImportError> {
    let mut reader = Reader::from_str(text);
    let mut stack = vec![Element::default()];
    let (mut counted_to, mut line, mut room) = (0_usize, 1_usize, MAX_TEXT);
    loop {
        let at = reader.buffer_position();
        let here = usize::try_from(at).unwrap_or(0);
        line += text.as_bytes().get(counted_to..here).map_or(0, |part| part.split(|byte| *byte == b'\n').count() - 1);
        counted_to = here;
        let event =
            reader.read_event().map_err(|error| refused(text, reader.error_position(), format!("this is not well-formed XML: {error}")))?;
        match event {
            Event::Start(tag) => {
                if stack.len() > MAX_DEPTH {
                    return Err(refused(text, at, format!("elements are nested more than {MAX_DEPTH} deep")));
                }
                stack.push(element(&tag, line).map_err(|message| refused(text, at, message))?);
            }
            Event::Empty(tag) => {
                let empty = element(&tag, line).map_err(|message| refused(text, at, message))?;
                push(&mut stack, Child::Element(empty));
            }
            Event::End(_) => {
                if stack.len() > 1
                    && let Some(done) = stack.pop()
                {
                    push(&mut stack, Child::Element(done));
                }
            }
            Event::Text(words) => push_text(&mut stack, &words.xml10_content(), &mut room),
            Event::CData(words) => push_text(&mut stack, &words, &mut room),
            Event::GeneralRef(reference) => {
                let resolved = match reference.resolve_char_ref() {
                    Ok(Some(c)) => c.to_string(),
                    _ => predefined(&reference)
                        .ok_or_else(|| refused(text, at, format!("the entity `{}` is not one of XML's own", &*reference)))?,
                };
                push_text(&mut stack, &resolved, &mut room);
            }
            // One that only names the format is passed over; nothing is fetched.
            Event::DocType(words) if !words.contains("<!ENTITY") => {}
            Event::DocType(_) => {
                return Err(refused(
                    text,
                    at,
                    "a document type with entities of its own is not read: it can make a small file endless".to_owned(),
                ));
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
        if room == 0 {
            return Err(refused(text, at, "the texts in it are longer than 32 MiB".to_owned()));
        }
    }
    if stack.len() > 1 {
        return Err(refused(text, text.len() as u64, "the file ends in the middle".to_owned()));
    }
    let root = stack.pop().and_then(|page| page.elements().next().cloned());
    root.ok_or_else(|| refused(text, 0, "there is no element in it".to_owned()))
}

fn predefined(name: &str) -> Option<String> {
    let text = match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        // Not XML's, but what exporters that think of HTML write.
        other => return super::html::entity(other),
    };
    Some(text.to_owned())
}

fn push(stack: &mut [Element], child: Child) {
    if let Some(top) = stack.last_mut() {
        top.children.push(child);
    }
}

fn push_text(stack: &mut [Element], text: &str, room: &mut usize) {
    *room = room.saturating_sub(text.len());
    let Some(top) = stack.last_mut() else { return };
    match top.children.last_mut() {
        Some(Child::Text(last)) => last.push_str(text),
        _ => top.children.push(Child::Text(text.to_owned())),
    }
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or(name).to_owned()
}

fn element(tag: &BytesStart<'_>, line: usize) -> Result<Element, String> {
    let mut attributes = Vec::new();
    // Without the check for duplicates, whose cost grows with the square of their number.
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| format!("an attribute cannot be read: {error}"))?;
        if attributes.len() >= MAX_ATTRIBUTES {
            return Err(format!("an element has more than {MAX_ATTRIBUTES} attributes"));
        }
        let key: &str = attribute.key.as_ref();
        attributes.push((local(key), unescaped(&attribute.value)?));
    }
    let name = tag.name();
    let name: &str = name.as_ref();
    Ok(Element { name: local(name), attributes, children: Vec::new(), line })
}

/// The value of an attribute. A sign that names no character is text, as exporters forget to write `&amp;` in addresses.
fn unescaped(value: &str) -> Result<String, String> {
    let (mut out, mut rest) = (String::with_capacity(value.len()), value);
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (name, tail) = after.split_once(';').unwrap_or(("", after));
        if name.starts_with('#') {
            let part = format!("&{name};");
            out.push_str(&quick_xml::escape::unescape(&part).map_err(|error| error.to_string())?);
            rest = tail;
        } else if let Some(text) = predefined(name) {
            out.push_str(&text);
            rest = tail;
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_become_trees_with_lines() {
        let root =
            parse("<?xml version='1.0'?>\n<a x=\"1 &amp; 2\">\n  <p:b>t &lt; <i>u</i></p:b><c/><![CDATA[<raw>]]>&#65;</a>").expect("read");
        assert_eq!((root.name.as_str(), root.attribute("x"), root.line), ("a", Some("1 & 2"), 2));
        let b = root.first("b").expect("there");
        assert_eq!((b.text().as_str(), b.line), ("t < u", 3));
        assert_eq!(b.inner_html(&mut |_| None), "t &lt; <i>u</i>");
        assert!(root.text().contains("<raw>A"));
    }

    #[test]
    fn bombs_and_damage_are_refused_with_a_place() {
        let check = |text: &str, expected: &str| {
            let error = parse(text).expect_err("refused").to_string();
            assert!(error.contains(expected), "{error}");
        };
        check("<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "document type");
        check("<x>&undefined;</x>", "entity");
        let arrow = parse("<x y='a&rarr;b?c=1&d=2'>go &rarr; on</x>").expect("read");
        assert_eq!((arrow.text().as_str(), arrow.attribute("y")), ("go → on", Some("a→b?c=1&d=2")));
        check(&"<a>".repeat(1_000_000), "nested");
        check(&format!("<a {}/>", (0..300).map(|n| format!("a{n}='1' ")).collect::<String>()), "attributes");
        check("<a><b></a>", "well-formed");
        check("<a>", "middle");
        check("", "no element");
    }
}
