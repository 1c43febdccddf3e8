//! Note types of the packages we write, and the JSON of a collection of schema 11.

use serde_json::{Value, json};

/// Most questions of a case: a note type has so many templates.
pub(super) const MAX_QUESTIONS: usize = 12;

const CSS: &str = ".card { font-family: sans-serif; font-size: 20px; text-align: left; max-width: 42em; margin: auto; } .cloze { font-weight: bold; color: #3b6ea5; }";

/// A note type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Model {
    Basic,
    BothWays,
    Cloze,
    Question,
    Case,
}

impl Model {
    pub(super) const ALL: [Self; 5] = [Self::Basic, Self::BothWays, Self::Cloze, Self::Question, Self::Case];

    /// Fixed, so that packages written on two days use one note type.
    pub(super) fn id(self) -> i64 {
        1_795_000_000_001 + self as i64
    }

    fn name(self) -> &'static str {
        match self {
            Self::Basic => "Ascertain Basic",
            Self::BothWays => "Ascertain Both Ways",
            Self::Cloze => "Ascertain Cloze",
            Self::Question => "Ascertain Question",
            Self::Case => "Ascertain Case",
        }
    }

    fn fields(self) -> Vec<String> {
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        match self {
            Self::Basic | Self::BothWays => named(&["Front", "Back", "Ascertain"]),
            Self::Cloze => named(&["Text", "Extra", "Ascertain"]),
            Self::Question => named(&["Question", "Answer", "Ascertain"]),
            Self::Case => {
                let mut fields: Vec<String> = named(&["Scenario"]);
                fields.extend((1..=MAX_QUESTIONS).flat_map(|number| [format!("Question {number}"), format!("Answer {number}")]));
                fields.push("Ascertain".to_owned());
                fields
            }
        }
    }

    /// How many fields stand before the one that holds our own text of the note.
    pub(super) fn field_count(self) -> usize {
        self.fields().len() - 1
    }

    /// Name, question and answer of each card.
    fn templates(self) -> Vec<(String, String, String)> {
        let answer = |back: &str| format!("{{{{FrontSide}}}}\n\n<hr id=answer>\n\n{{{{{back}}}}}");
        let one = |name: &str, front: &str, back: &str| (name.to_owned(), format!("{{{{{front}}}}}"), answer(back));
        match self {
            Self::Basic => vec![one("Card 1", "Front", "Back")],
            Self::BothWays => vec![one("Card 1", "Front", "Back"), one("Card 2", "Back", "Front")],
            Self::Cloze => vec![("Cloze".to_owned(), "{{cloze:Text}}".to_owned(), "{{cloze:Text}}<br>\n{{Extra}}".to_owned())],
            Self::Question => vec![one("Question", "Question", "Answer")],
            Self::Case => (1..=MAX_QUESTIONS)
                .map(|number| {
                    let question =
                        format!("{{{{#Question {number}}}}}{{{{Scenario}}}}<hr>{{{{Question {number}}}}}{{{{/Question {number}}}}}");
                    (format!("Question {number}"), question, answer(&format!("Answer {number}")))
                })
                .collect(),
        }
    }

    fn json(self, seconds: i64) -> Value {
        let fields: Vec<Value> = (self.fields().iter().enumerate())
            .map(|(ord, name)| json!({"name": name, "ord": ord, "sticky": false, "rtl": false, "font": "Arial", "size": 20, "media": []}))
            .collect();
        let templates: Vec<Value> = (self.templates().into_iter().enumerate())
            .map(|(ord, (name, question, answer))| json!({"name": name, "ord": ord, "qfmt": question, "afmt": answer, "bqfmt": "", "bafmt": "", "did": null, "bfont": "", "bsize": 0}))
            .collect();
        json!({
            "id": self.id(), "name": self.name(), "type": i32::from(self == Self::Cloze), "mod": seconds, "usn": -1, "sortf": 0, "did": 1,
            "tmpls": templates, "flds": fields, "css": CSS, "latexPre": "", "latexPost": "", "latexsvg": false, "req": [], "tags": [], "vers": [],
        })
    }
}

pub(super) fn models(seconds: i64) -> Value {
    Value::Object(Model::ALL.into_iter().map(|model| (model.id().to_string(), model.json(seconds))).collect())
}

/// Decks by id and name, the one every collection has among them.
pub(super) fn decks(named: &[(i64, String, String)], seconds: i64) -> Value {
    let deck = |id: i64, name: &str, summary: &str| {
        json!({
            "id": id, "name": name, "desc": summary, "mod": seconds, "usn": -1, "collapsed": false, "browserCollapsed": false, "dyn": 0, "conf": 1,
            "extendNew": 0, "extendRev": 0, "lrnToday": [0, 0], "revToday": [0, 0], "newToday": [0, 0], "timeToday": [0, 0],
        })
    };
    let mut all = serde_json::Map::new();
    all.insert("1".to_owned(), deck(1, "Default", ""));
    for (id, name, summary) in named {
        all.insert(id.to_string(), deck(*id, name, summary));
    }
    Value::Object(all)
}

pub(super) fn options() -> Value {
    json!({"1": {
        "id": 1, "name": "Default", "mod": 0, "usn": 0, "maxTaken": 60, "autoplay": true, "timer": 0, "replayq": true, "dyn": false,
        "new": {"bury": false, "delays": [1.0, 10.0], "initialFactor": 2500, "ints": [1, 4, 0], "order": 1, "perDay": 20},
        "rev": {"bury": false, "ease4": 1.3, "ivlFct": 1.0, "maxIvl": 36500, "perDay": 200, "hardFactor": 1.2},
        "lapse": {"delays": [10.0], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0.0},
    }})
}

pub(super) fn conf(west_minutes: i32, rollover_hour: u8) -> Value {
    json!({
        "activeDecks": [1], "curDeck": 1, "newSpread": 0, "collapseTime": 1200, "timeLim": 0, "estTimes": true, "dueCounts": true, "curModel": null,
        "nextPos": 1, "sortType": "noteFld", "sortBackwards": false, "addToCur": true, "dayLearnFirst": false, "schedVer": 2, "sched2021": true,
        "creationOffset": west_minutes, "rollover": rollover_hour,
    })
}

pub(super) const SCHEMA: &str = "
create table col (id integer primary key, crt integer not null, mod integer not null, scm integer not null, ver integer not null, dty integer not null,
    usn integer not null, ls integer not null, conf text not null, models text not null, decks text not null, dconf text not null, tags text not null);
create table notes (id integer primary key, guid text not null, mid integer not null, mod integer not null, usn integer not null, tags text not null,
    flds text not null, sfld integer not null, csum integer not null, flags integer not null, data text not null);
create table cards (id integer primary key, nid integer not null, did integer not null, ord integer not null, mod integer not null, usn integer not null,
    type integer not null, queue integer not null, due integer not null, ivl integer not null, factor integer not null, reps integer not null,
    lapses integer not null, left integer not null, odue integer not null, odid integer not null, flags integer not null, data text not null);
create table revlog (id integer primary key, cid integer not null, usn integer not null, ease integer not null, ivl integer not null,
    lastIvl integer not null, factor integer not null, time integer not null, type integer not null);
create table graves (usn integer not null, oid integer not null, type integer not null);
";

pub(super) const INDEXES: &str = "
create index ix_notes_usn on notes (usn);
create index ix_cards_usn on cards (usn);
create index ix_revlog_usn on revlog (usn);
create index ix_cards_nid on cards (nid);
create index ix_cards_sched on cards (did, queue, due);
create index ix_revlog_cid on revlog (cid);
create index ix_notes_csum on notes (csum);
";
