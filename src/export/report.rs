//! The report of a mock exam as a page and as a table.

/// What a report says, in words.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// The exam.
    pub title: String,
    /// When it was sat.
    pub date: String,
    /// The score.
    pub score: String,
    /// Where that is beside the cut.
    pub verdict: String,
    /// Whether it is a pass.
    pub passed: Option<bool>,
    /// Sentences on the score, the conditions and the answers.
    pub lines: Vec<String>,
    /// By domain.
    pub domains: Vec<SheetDomain>,
    /// By question.
    pub items: Vec<SheetItem>,
}

/// A domain.
#[derive(Debug, Clone, Default)]
pub struct SheetDomain {
    /// What it is called.
    pub title: String,
    /// "11 of 13".
    pub right: String,
    /// In per cent.
    pub share: f64,
    /// The interval of the share.
    pub interval: String,
    /// Its weight.
    pub weight: String,
    /// Change against the attempt before.
    pub change: String,
}

/// A question.
#[derive(Debug, Clone, Default)]
pub struct SheetItem {
    /// Its number.
    pub number: usize,
    /// Its domain.
    pub domain: String,
    /// What it asks.
    pub stem: String,
    /// The answer given.
    pub given: String,
    /// The key.
    pub key: String,
    /// Credit, 0 to 1.
    pub credit: f64,
    /// Whether it counts.
    pub counts: bool,
    /// Flagged.
    pub flagged: bool,
    /// How sure the learner was.
    pub confidence: String,
    /// Why it was missed.
    pub cause: String,
    /// Seconds it took.
    pub seconds: i64,
    /// The same in words.
    pub time: String,
    /// The learner's note.
    pub note: String,
    /// Its parts with their reasons, and whether each is right.
    pub reasons: Vec<(String, String, bool)>,
    /// Where it is written.
    pub sources: Vec<String>,
}

/// A field of a table. One that a spreadsheet would take for a formula begins with an apostrophe.
fn field(text: &str) -> String {
    let guarded = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if guarded.contains([',', '"', '\n', '\r']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

/// The questions as a table (RFC 4180), with a head.
pub fn report_csv(sheet: &Sheet) -> String {
    let mut out = String::from("number,domain,question,given,key,credit,counts,flagged,confidence,cause,seconds,note\r\n");
    let yes = |on: bool| if on { "yes" } else { "no" }.to_owned();
    for item in &sheet.items {
        let fields = [
            item.number.to_string(),
            field(&item.domain),
            field(&item.stem),
            field(&item.given),
            field(&item.key),
            format!("{:.2}", item.credit),
            yes(item.counts),
            yes(item.flagged),
            field(&item.confidence),
            field(&item.cause),
            item.seconds.to_string(),
            field(&item.note),
        ];
        out.push_str(&fields.join(","));
        out.push_str("\r\n");
    }
    out
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("<br>"),
            _ => out.push(c),
        }
    }
    out
}

const STYLE: &str = include_str!("report.css");

/// The report as one page without scripts or anything from elsewhere.
pub fn report_html(sheet: &Sheet) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}, {date}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p class=\"date\">Mock exam, {date}</p>\n",
        title = escape(&sheet.title),
        date = escape(&sheet.date),
    );
    let class = match sheet.passed {
        Some(true) => "pass",
        Some(false) => "fail",
        None => "open",
    };
    out.push_str(&format!("<p class=\"score\">{}</p>\n<p class=\"{class}\">{}</p>\n", escape(&sheet.score), escape(&sheet.verdict)));
    for line in &sheet.lines {
        out.push_str(&format!("<p>{}</p>\n", escape(line)));
    }
    domains_html(sheet, &mut out);
    out.push_str("<h2>Questions</h2>\n");
    sheet.items.iter().for_each(|item| item_html(item, &mut out));
    out.push_str("</body>\n</html>\n");
    out
}

fn domains_html(sheet: &Sheet, out: &mut String) {
    out.push_str("<h2>By domain</h2>\n<table>\n<tr><th>Domain<th>Correct<th>Share<th>80 % interval<th>Weight<th>Change</tr>\n");
    for domain in &sheet.domains {
        out.push_str(&format!(
            "<tr><td>{}<td>{}<td>{:.0} %<td>{}<td>{}<td>{}</tr>\n",
            escape(&domain.title),
            escape(&domain.right),
            domain.share,
            escape(&domain.interval),
            escape(&domain.weight),
            escape(&domain.change)
        ));
    }
    out.push_str("</table>\n");
}

fn item_html(item: &SheetItem, out: &mut String) {
    let mark = if item.credit >= 1.0 { "✓" } else { "✕" };
    let mut facts = vec![item.domain.clone(), format!("you: {}", item.given), format!("key: {}", item.key), item.time.clone()];
    facts.extend((!item.counts).then(|| "did not count".to_owned()));
    facts.extend(item.flagged.then(|| "flagged".to_owned()));
    facts.extend([item.confidence.clone(), item.cause.clone()].into_iter().filter(|words| !words.is_empty()));
    out.push_str(&format!("<section>\n<h3>{mark} {}. {}</h3>\n", item.number, escape(&item.stem)));
    out.push_str(&format!("<p class=\"facts\">{}</p>\n<ul>\n", escape(&facts.join(" · "))));
    for (part, why, right) in &item.reasons {
        let class = if *right { "right" } else { "wrong" };
        out.push_str(&format!("<li class=\"{class}\">{} <span>{}</span></li>\n", escape(part), escape(why)));
    }
    out.push_str("</ul>\n");
    if !item.note.is_empty() {
        out.push_str(&format!("<p>Your note: {}</p>\n", escape(&item.note)));
    }
    for source in &item.sources {
        out.push_str(&format!("<p class=\"source\">{}</p>\n", escape(source)));
    }
    out.push_str("</section>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let item = SheetItem {
            number: 1,
            domain: "IAM, roles".into(),
            stem: "=cmd|' /C calc'!A0 & <b>".into(),
            given: "A".into(),
            key: "B".into(),
            note: "say \"what\"".into(),
            reasons: vec![("A. <script>".into(), "no".into(), false)],
            ..SheetItem::default()
        };
        Sheet { title: "A <Mock>".into(), items: vec![item], ..Sheet::default() }
    }

    #[test]
    fn a_table_has_no_formula_and_quotes_what_must_be_quoted() {
        let table = report_csv(&sheet());
        let row = table.lines().nth(1).expect("a row");
        assert!(row.starts_with("1,\"IAM, roles\",'=cmd|' /C calc'!A0 & <b>,A,B,0.00,no,no,"), "{row}");
        assert!(row.ends_with(",\"say \"\"what\"\"\""), "{row}");
    }

    #[test]
    fn a_page_shows_text_as_text() {
        let page = report_html(&sheet());
        assert!(page.contains("A &lt;Mock&gt;") && page.contains("&lt;script&gt;") && !page.contains("<script"));
        assert!(!page.contains("http"), "nothing is fetched");
    }
}
