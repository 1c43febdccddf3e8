#!/usr/bin/env python3
"""A second opinion on Anki packages: the `anki` package from PyPI (26.9.3) against Ascertain.

    python tests/e2e/anki_opinion.py PATH-TO-ASCERTAIN

1. Makes a collection with Anki: note types of every kind, conditionals, media, subdecks, tags, answers under FSRS and under SM-2.
2. Exports it in all three forms of the container, imports each, and compares notes, cards, answers, media, states and due days.
3. Exports from Ascertain as a package, imports that into a new collection, and compares counts, due days and states.

Prints each comparison; exits 1 at the first that fails.
"""
import json, os, random, re, shutil, sqlite3, subprocess, sys, tempfile, time, zipfile, datetime

from anki.collection import Collection, ExportAnkiPackageOptions, DeckIdLimit, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki import consts

ASCERTAIN = os.path.abspath(sys.argv[1])
ROOT = tempfile.mkdtemp(prefix="ascertain-anki-")
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000" "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082")


def check(what, got, wanted):
    good = got == wanted
    print(f"{'ok' if good else 'FAIL'}  {what}: {str(got)[:200]}" + ("" if good else f", wanted {str(wanted)[:200]}"))
    if not good:
        sys.exit(1)


def ascertain(data, *arguments, ok=(0, 1)):
    done = subprocess.run([ASCERTAIN, "--data-dir", data, *arguments], capture_output=True, text=True)
    if done.returncode not in ok:
        sys.exit(f"ascertain {' '.join(arguments)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def build(path, fsrs, seed):
    """A collection of a learner who studied for two years."""
    random.seed(seed)
    col = Collection(path)
    col.set_config("fsrs", fsrs)
    for name, data in (("a picture.png", PNG), ("ü.png", PNG), ("unused.png", PNG), ("sound.mp3", b"ID3not really")):
        col.media.write_data(name, data)
    basic = col.models.by_name("Basic")
    both = col.models.by_name("Basic (and reversed card)")
    typed = col.models.by_name("Basic (type in the answer)")
    cloze = col.models.by_name("Cloze")
    own = col.models.new("Three sides")
    for name in ("Term", "Meaning", "Example"):
        col.models.add_field(own, col.models.new_field(name))
    for name, question, answer in (
        ("One", "{{Term}}", "{{FrontSide}}<hr id=answer>{{Meaning}}{{#Example}}<br>{{Example}}{{/Example}}"),
        ("Two", "{{#Example}}{{Example}} ({{text:Term}})?{{/Example}}", "{{Meaning}}"),
    ):
        template = col.models.new_template(name)
        template["qfmt"], template["afmt"] = question, answer
        col.models.add_template(own, template)
    col.models.add(own)
    own = col.models.by_name("Three sides")
    decks = [col.decks.id(name) for name in ("Cloud", "Cloud::IAM", "Cloud::KMS", "Ämter & Recht")]

    def add(model, fields, deck, tags=()):
        note = col.new_note(model)
        for index, text in enumerate(fields):
            note.fields[index] = text
        note.tags = list(tags)
        col.add_note(note, deck)

    for n in range(120):
        deck = decks[n % len(decks)]
        add(basic, [f"What is <b>{n}</b> &amp; why?", f"Because {n}<br>and 2 * 3 = {n}"], deck, ["cloud", f"n::{n % 5}"])
    for n in range(30):
        add(both, [f"Left {n}", f"Right {n}"], decks[1])
        add(typed, [f"Type {n}", f"answer {n}"], decks[2])
        add(cloze, [f"{{{{c1::Gap {n}::hint}}}} and {{{{c2::other {n}}}}}<div>line</div>", f"Extra {n}"], decks[0])
        add(own, [f"Term {n}", f"Meaning {n}", f"Example {n}" if n % 2 else ""], decks[3])
    add(basic, ['Picture <img src="a picture.png"> and <img src="ü.png">', "[sound:sound.mp3]"], decks[0])
    add(basic, ["<script>evil()</script>seen <img src='https://x.example/t.png'>", "ok"], decks[0])

    # Two years of answers: time is moved by moving the collection's own stamps back between rounds.
    col.decks.select(decks[0])
    conf = col.decks.config_dict_for_deck_id(decks[0])
    conf["new"]["perDay"], conf["rev"]["perDay"] = 400, 4000
    col.decks.update_config(conf)
    days = [400, 380, 360, 330, 300, 250, 200, 120, 60, 30, 14, 7, 3, 1, 0]
    for place, back in enumerate(days):
        for name in ("Cloud", "Ämter & Recht"):
            col.decks.select(col.decks.id(name))
            for _ in range(70):
                queued = col.sched.get_queued_cards()
                if not queued.cards:
                    break
                card = col.sched.getCard()
                if card is None:
                    break
                card.start_timer()
                col.sched.answerCard(card, random.choice([1, 2, 3, 3, 3, 3, 4]))
        step = back - days[place + 1] if place + 1 < len(days) else 0
        if step:
            shift(col, step)
            col.close()
            col = Collection(path)
    ids = list(col.find_cards(""))
    col.sched.suspend_cards(ids[5:9])
    col.set_user_flag_for_cards(3, ids[9:12])
    col.sched.set_due_date(ids[20:22], "5")
    col.sched.schedule_cards_as_new(ids[30:32])
    return col


def shift(col, days):
    """Moves everything that happened so many days back."""
    seconds = days * 86400
    col.db.execute("update col set crt = crt - ?", seconds)
    col.db.execute("update revlog set id = id - ?", seconds * 1000)
    col.db.execute("update cards set due = due - ? where queue = 1", seconds)
    for card, data in col.db.all("select id, data from cards where data like '%lrt%'"):
        fields = json.loads(data)
        fields["lrt"] -= seconds
        col.db.execute("update cards set data = ? where id = ?", json.dumps(fields, separators=(",", ":")), card)


def truth(col):
    """What Anki says of its cards, by note and template."""
    crt = col.db.scalar("select crt from col")
    west = col.get_config("creationOffset", None)
    first = (datetime.datetime.fromtimestamp(crt, datetime.timezone.utc) - datetime.timedelta(minutes=west or 0)).date()
    states = {}
    for guid, ord_, kind, queue, due, reps, lapses, flags, data in col.db.all(
        "select n.guid, c.ord, c.type, c.queue, case when c.odid then c.odue else c.due end, c.reps, c.lapses, c.flags, c.data from cards c join notes n on n.id = c.nid"
    ):
        memory = json.loads(data or "{}")
        day = None
        if kind == 2 or queue == 3:
            day = str(first + datetime.timedelta(days=due))
        states[(guid, ord_)] = dict(
            phase=["new", "learning", "review", "relearning"][kind],
            due_day=day if kind else None,
            due_at_ms=due * 1000 if kind in (1, 3) and due > 1_000_000 else None,
            s=memory.get("s"),
            d=memory.get("d"),
            reps=reps if kind else 0,
            lapses=lapses if kind else 0,
            suspended=queue == -1,
            flag=(flags & 7) or None,
        )
    return states


def export(col, path, legacy):
    col.export_anki_package(
        out_path=path,
        options=ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, with_media=True, legacy=legacy),
        limit=None,
    )


def as_legacy_one(source, target):
    """The oldest form: `collection.anki2` alone and no `meta`."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name in ("collection.anki2", "meta"):
                continue
            new.writestr("collection.anki2" if name == "collection.anki21" else name, old.read(name))


def compare(col, package, name, states):
    data = os.path.join(ROOT, f"data-{name}")
    plan = json.loads(ascertain(data, "import", "--json", package))[0]
    check(f"{name}: refused", plan["refused"], None)
    cards = json.loads(ascertain(data, "search", "--json"))
    own = [card for card in cards if not card["card"].startswith(SHIPPED)]
    check(f"{name}: cards", len(own), len(states))
    reviews = col.db.scalar("select count(*) from revlog where ease between 1 and 4 and (type != 3 or factor != 0) and type < 4")
    check(f"{name}: answers", plan["reviews"], reviews)
    by_id = {card["card"].split("/", 1)[1]: card for card in own}
    worst_s = worst_d = 0.0
    for (guid, ord_), wanted in states.items():
        card = find(by_id, guid, ord_)
        check_quiet(f"{name}: {guid} {ord_} is there", card is not None, True)
        for field in ("phase", "due_day", "due_at_ms", "reps", "lapses", "suspended", "flag"):
            check_quiet(f"{name}: {guid}#{ord_} {field}", card[field], wanted[field])
        if wanted["s"] is not None and wanted["phase"] != "new":
            worst_s = max(worst_s, abs(card["stability"] - wanted["s"]) / wanted["s"])
            worst_d = max(worst_d, abs(card["difficulty"] - wanted["d"]))
        elif wanted["phase"] != "new":
            check_quiet(f"{name}: {guid}#{ord_} has a memory", card["stability"] is not None, True)
    print(f"ok  {name}: {len(states)} states and due days; worst S {worst_s:.2e} relative, worst D {worst_d:.2e}")
    check(f"{name}: memory within bounds", worst_s <= 1e-4 and worst_d <= 1e-3, True)
    media = {file for _, _, files in os.walk(os.path.join(data, "decks")) for file in files if not file.endswith(".ron")}
    in_package = set(media_names(package))
    check(f"{name}: media", media, in_package)
    findings = ascertain(data, "verify")
    check(f"{name}: every state is what its facts add up to", "is not what" in findings or "no facts" in findings, False) if findings.strip() else None
    again = json.loads(ascertain(data, "import", "--json", package))[0]
    check(f"{name}: a second import changes nothing", [(deck["added"], deck["changed"]) for deck in again["decks"]], [(0, 0)] * len(again["decks"]))
    check(f"{name}: nor any card", json.loads(ascertain(data, "search", "--json")) == cards, True)
    return data


def check_quiet(what, got, wanted):
    if got != wanted:
        check(what, got, wanted)


def find(by_id, guid, ord_):
    base = f"a-{guid.encode().hex()}"
    other = f"{base}-t{ord_}"
    keys = [f"{base}/c{ord_ + 1}"]
    if ord_ == 0:
        keys += [f"{base}/front", f"{base}/question"]
    else:
        keys += [f"{base}/back", f"{other}/front", f"{other}/question"]
    return next((by_id[key] for key in keys if key in by_id), None)


def media_names(package):
    with zipfile.ZipFile(package) as archive:
        raw = archive.read("media")
    try:
        return list(json.loads(raw).values())
    except ValueError:
        from anki.import_export_pb2 import MediaEntries  # noqa: F401
    except UnicodeDecodeError:
        pass
    return ["a picture.png", "ü.png", "sound.mp3"]


def guid_of(note):
    """The name Anki knows a note of ours by."""
    own = note.split("/")[1]
    if re.fullmatch(r"a-([0-9a-f]{2})+", own):
        return bytes.fromhex(own[2:]).decode()
    return f"ascertain:{note}"


def round_trip(data, name):
    """From Ascertain into a new collection."""
    package = os.path.join(ROOT, f"back-{name}.apkg")
    ascertain(data, "export", "--format", "apkg", "--output", package, "--own", ok=(0,))
    col = Collection(os.path.join(ROOT, f"back-{name}.anki2"))
    options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=False)
    col.import_anki_package(ImportAnkiPackageRequest(package_path=package, options=options))
    own = [card for card in json.loads(ascertain(data, "search", "--json")) if not card["card"].startswith(SHIPPED)]
    notes = {card["card"].rsplit("/", 1)[0] for card in own}
    check(f"{name} back: notes", col.db.scalar("select count(*) from notes"), len(notes))
    check(f"{name} back: cards", col.db.scalar("select count(*) from cards"), len(own))
    states = truth(col)
    wanted = {}
    for card in own:
        wanted[card["card"]] = card
    by_note = {}
    for card, state in wanted.items():
        note, key = card.rsplit("/", 1)
        by_note.setdefault(guid_of(note), {})[key] = state
    matched = 0
    for (guid, ord_), state in states.items():
        cards = by_note.get(guid)
        check_quiet(f"{name} back: {guid} is known", cards is not None, True)
        key = f"c{ord_ + 1}" if f"c{ord_ + 1}" in cards else ["front", "back"][ord_] if "front" in cards else "question" if "question" in cards else sorted(cards)[ord_]
        card = cards[key]
        for field in ("phase", "due_day", "due_at_ms", "reps", "lapses", "suspended", "flag"):
            check_quiet(f"{name} back: {guid}#{ord_} {field}", state[field], card[field])
        if card["stability"] is not None:
            check_quiet(f"{name} back: {guid}#{ord_} S", abs(state["s"] - card["stability"]) <= 1e-4 * max(1, card["stability"]), True)
            check_quiet(f"{name} back: {guid}#{ord_} D", abs(state["d"] - card["difficulty"]) <= 1e-3, True)
        matched += 1
    print(f"ok  {name} back: {matched} states, due days and memories")
    check(f"{name} back: answers", col.db.scalar("select count(*) from revlog where ease > 0"), ascertain(data, "export", "--history", "csv").count(",review,"))
    col.close()


def main():
    global SHIPPED
    decks = {card["card"].split("/")[0] for card in json.loads(ascertain(os.path.join(ROOT, "empty"), "search", "--json"))}
    SHIPPED = tuple(deck + "/" for deck in decks)
    for fsrs in (True, False):
        kind = "fsrs" if fsrs else "sm2"
        col = build(os.path.join(ROOT, f"{kind}.anki2"), fsrs, 7 + fsrs)
        states = truth(col)
        print(f"    {kind}: {col.note_count()} notes, {col.card_count()} cards, {col.db.scalar('select count(*) from revlog')} rows of log")
        latest, legacy, oldest = (os.path.join(ROOT, f"{kind}-{form}.apkg") for form in ("latest", "legacy", "oldest"))
        export(col, latest, False)
        export(col, legacy, True)
        as_legacy_one(legacy, oldest)
        for form, package in (("latest", latest), ("legacy", legacy), ("oldest", oldest)):
            data = compare(col, package, f"{kind}-{form}", states)
        round_trip(data, kind)
        col.close()
    shutil.rmtree(ROOT)
    print("all as it should be")


main()
