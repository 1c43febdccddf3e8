//! HTML of other programs as blocks of our own text. Only known constructs are taken; everything else is left out and named. Nothing is
//! fetched, run or opened.

mod builder;
mod quick;

use super::foreign::Findings;
use crate::model::markup;
use crate::model::text::{Block, Span};
use base64::Engine as _;
use builder::Builder;
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};
use std::collections::BTreeSet;

/// Largest picture within a text.
const MAX_INLINE_BYTES: usize = 8 * 1024 * 1024;

/// What a text of HTML became.
#[derive(Debug, Default)]
pub(super) struct Converted {
    /// Our text.
    pub(super) text: String,
    /// Constructs that were left out: "script", "a picture from the web".
    pub(super) left_out: BTreeSet<String>,
    /// Pictures that stood in the text itself, by the name the text now gives them.
    pub(super) pictures: Vec<(String, Vec<u8>)>,
}

/// Converts, and reports what was left out.
pub(super) fn to_text(html: &str, line: usize, findings: &mut Findings, pictures: &mut Vec<(String, Vec<u8>)>) -> String {
    let converted = convert(html);
    for name in &converted.left_out {
        // What a template holds is the same for every note.
        if line == 0 {
            findings.changed_once(line, format!("left out: {name}"));
        } else {
            findings.changed(line, format!("left out: {name}"));
        }
    }
    pictures.extend(converted.pictures);
    converted.text
}

/// Elements whose marks say that a text is HTML. A name that is also a type in code needs more than its brackets: it is not here.
const ELEMENTS: [&str; 38] = [
    "mark",
    "del",
    "ruby",
    "rt",
    "br",
    "div",
    "p",
    "b",
    "i",
    "u",
    "em",
    "strong",
    "img",
    "span",
    "ul",
    "ol",
    "li",
    "code",
    "pre",
    "sub",
    "sup",
    "table",
    "tr",
    "td",
    "th",
    "tbody",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "small",
    "blockquote",
    "center",
    "font",
    "kbd",
];

/// Whether a text is worth reading as HTML.
pub(super) fn looks_like_html(text: &str) -> bool {
    memchr::memchr2_iter(b'<', b'&', text.as_bytes()).any(|at| {
        let rest = text.get(at + 1..).unwrap_or_default();
        if text.as_bytes().get(at) == Some(&b'&') {
            return rest.starts_with('#') || rest.split_once(';').is_some_and(|(name, _)| entity(name).is_some());
        }
        let name = rest.strip_prefix('/').unwrap_or(rest);
        let length = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let (name, after) = name.split_at(length);
        // Code, and words about a tag: "the `<b>` tag", "the <table> tag".
        if text.get(..at).is_some_and(|before| before.ends_with('`')) || !is_closed(text, name) {
            return false;
        }
        let is_known =
            ELEMENTS.iter().any(|known| known.eq_ignore_ascii_case(name)) || (name.eq_ignore_ascii_case("a") && after.starts_with(' '));
        is_known && (after.starts_with('>') || after.starts_with([' ', '/', '\n']) && after.contains('>'))
    })
}

/// Whether an element ends somewhere, or needs no end.
fn is_closed(text: &str, name: &str) -> bool {
    let ends = |at: usize| {
        let after = text.get(at + 2..).unwrap_or_default();
        after.get(..name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name))
    };
    ["br", "hr", "img", "p", "li"].iter().any(|empty| empty.eq_ignore_ascii_case(name)) || text.match_indices("</").any(|(at, _)| ends(at))
}

/// What one of HTML's named characters is.
pub(super) fn entity(name: &str) -> Option<String> {
    if name.is_empty() || name.len() > 32 || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let source = format!("&{name};");
    let words = Tokenizer::new(source.as_str()).filter_map(|Ok(token)| if let Token::String(words) = token { Some(words) } else { None });
    let text: String = words.map(|words| String::from_utf8_lossy(&words.value).into_owned()).collect();
    (text != source && !text.ends_with(';')).then_some(text)
}

/// Where `@@PLUGINFILE@@/` names a file of its own, the file's name, without what is asked of a server. `renamed` says what a file is
/// called here.
pub(super) fn plugin_files(html: &str, renamed: &[(String, String)]) -> String {
    const MARK: &str = "@@PLUGINFILE@@/";
    let (mut out, mut rest) = (String::with_capacity(html.len()), html);
    while let Some((before, after)) = rest.split_once(MARK) {
        out.push_str(before);
        let length = after.find(['"', '\'', ')', '<', '>', ' ', '\n']).unwrap_or(after.len());
        let (name, tail) = after.split_at(length);
        let name = name.split('?').next().unwrap_or(name);
        let decoded = percent_decoded(name);
        match renamed.iter().find(|(old, _)| *old == decoded) {
            Some((_, new)) => out.push_str(&new.replace(' ', "%20")),
            None => out.push_str(name),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Converts a text of HTML.
pub(super) fn convert(html: &str) -> Converted {
    match quick::convert(html) {
        Some(text) => Converted { text, ..Converted::default() },
        None => convert_fully(html),
    }
}

fn convert_fully(html: &str) -> Converted {
    if !html.contains(['<', '&', '\\']) && !["[sound:", "[latex]", "[$"].iter().any(|mark| html.contains(mark)) {
        // Most fields are plain words. White space means nothing in HTML.
        let words = html.split_whitespace().collect::<Vec<_>>().join(" ");
        let blocks = [Block::Paragraph(vec![Span { text: clean(&words), ..Span::default() }])];
        let text = if words.is_empty() { String::new() } else { markup::print(&blocks) };
        return Converted { text, ..Converted::default() };
    }
    let mut builder = Builder::new();
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => builder.start(&tag),
            Token::EndTag(tag) => builder.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => builder.text(&String::from_utf8_lossy(&text.value)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    builder.finish()
}

/// A text without what our format refuses: control characters, and marks that turn the order of text round.
pub(super) fn clean(text: &str) -> String {
    let bad = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || is_turning(c);
    if text.contains(bad) { text.replace(bad, "") } else { text.to_owned() }
}

/// Whether a character turns the order of text round.
fn is_turning(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A PNG, JPEG, GIF or WebP picture written into an address, with a name made of its bytes.
fn data_picture(source: &str) -> Option<(String, Vec<u8>)> {
    let (head, body) = source.get(5..)?.split_once(',')?;
    let lower = head.to_ascii_lowercase();
    let kind = lower.strip_prefix("image/")?.split(';').next()?.to_owned();
    let ending = match kind.as_str() {
        "png" => "png",
        "jpeg" | "jpg" => "jpg",
        "gif" => "gif",
        "webp" => "webp",
        _ => return None,
    };
    if !lower.contains("base64") || body.len() / 4 * 3 > MAX_INLINE_BYTES {
        return None;
    }
    let bytes = decode_base64(body)?;
    Some((format!("inline-{:016x}.{ending}", crate::model::id::fnv1a(&bytes)), bytes))
}

/// Base64 with any white space in it.
pub(super) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(packed).ok()
}

/// `%20` and its kin, where they make text.
pub(super) fn percent_decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|two| std::str::from_utf8(two).ok()).and_then(|two| u8::from_str_radix(two, 16).ok());
        if let Some(decoded) = hex.filter(|_| byte == b'%') {
            out.push(decoded);
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_our_markup() {
        let check = |html: &str, expected: &str| assert_eq!(convert(html).text, expected, "{html:?}");
        check("plain  words", "plain words");
        check("a<br>b<br><br>c", "a\\\nb\n\nc");
        check("<div>one</div><div>two</div>", "one\\\ntwo");
        check("<p>one</p><p>two &amp; three</p>", "one\n\ntwo & three");
        check("<b>bold</b>, <i>it</i> <code>x</code>", "**bold**, *it* `x`");
        check("<span style=\"font-weight: bold\">b</span>c", "**b**c");
        check("<ul><li>a<li>b<ul><li>c</ul></ul>", "- a\n- b\n  - c");
        check("<ol start=3><li>a</li></ol>", "3. a");
        check("<pre><code>x &lt; 1\ny</code></pre>", "```\nx < 1\ny\n```");
        check("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2<br>3</td></tr></table>", "| a | b |\n|---|---|\n| 1 | 2 3 |");
        check("<a href='https://x.example/a'>l</a> <a href='javascript:1'>m</a>", "[l](https://x.example/a) m");
        check("<img src=\"a%20b.png\" alt=d>", "![d](<a b.png>)");
        check("x<sup>2</sup> H<sub>2</sub>O n<sup>th</sup>", "x² H₂O n^(th)");
        check("so \\(a_1 * b\\) holds", "so `a_1 * b` holds");
        check("2 * 3 &lt;b&gt; _x_", "2 * 3 \\<b> \\_x\\_");
        check("<ruby>木<rp>(</rp><rt>き</rt><rp>)</rp></ruby>です", "木(き)です");
        check("seen <div style=\"visibility: hidden\">a<div>b</div>c</div><span style='display:none'>d</span>too", "seen too");
        check("25y<sup>2 </sup>- 9", "25y² - 9");
        check("so [$]x[/$] and [latex]y[/latex]", "so `x` and `y`");
        check("", "");
        check("&nbsp;", "");
    }

    #[test]
    fn html_is_told_from_words_about_it() {
        let check = |text: &str, expected: bool| assert_eq!(looks_like_html(text), expected, "{text}");
        check("a<br>b", true);
        check("<font color=\"red\">Oak</font>", true);
        check("R&amp;D", true);
        check("x &rarr; y", true);
        check("<p>one", true);
        check("What does the `<b>` tag do?", false);
        check("Which attribute goes with the <table> tag?", false);
        check("List<String> and a < b && c > d", false);
        check("AT&T; R&D", false);
    }

    #[test]
    fn nothing_active_or_remote_comes_through() {
        let check = |html: &str, named: &str| {
            let converted = convert(html);
            assert!(converted.left_out.iter().any(|name| name.contains(named)), "{html:?}: {:?}", converted.left_out);
            assert!(!converted.text.contains("evil") && !converted.text.contains("!["), "{html:?}: {}", converted.text);
        };
        check("<script>evil()</script>ok", "script");
        check("<iframe src=file:///evil></iframe>", "iframe");
        check("<img src=https://x.example/e.png onerror=evil>", "from the web");
        check("<img src=file:///evil.png>", "not beside");
        check("<img src=../../evil.png>", "not beside");
        check("<svg><script>evil</script></svg>", "svg");
        check("<object data=evil></object>", "object");
        check("<meta http-equiv=refresh content=evil>", "meta");
        check("<img src='data:text/html;base64,ZXZpbA=='>", "cannot be read");
        assert_eq!(convert("<style>p {display:none}</style>seen").text, "seen");
        assert_eq!(convert("a\u{202e}b\u{7}").text, "ab");
        let _ = convert(&"<div><b>".repeat(100_000));
        let _ = convert(&"<ul><li>".repeat(20_000));
    }

    #[test]
    fn a_picture_within_the_text_is_kept() {
        let converted = convert("<img src='data:image/png;base64,iVBORw0KGgo='>");
        let (name, bytes) = converted.pictures.first().expect("a picture");
        assert_eq!(bytes, b"\x89PNG\r\n\x1a\n");
        assert_eq!(converted.text, format!("![]({name})"));
    }
}
