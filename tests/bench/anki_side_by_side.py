#!/usr/bin/env python3
"""Anki's library (`anki` 26.9.3 from PyPI) and Ascertain on the same files, in one run: CPU seconds and peak memory.

    cargo build --release --example search_times && cargo build --release
    python tests/bench/anki_side_by_side.py target/release/ascertain [--notes 100000]

Each step runs in a process of its own; CPU is user and system time of that process, memory the peak of its resident set.
"""
import argparse, csv, json, os, random, resource, shutil, subprocess, sys, tempfile, time

WORDS = """authentication authorization encryption decryption firewall honeypot sandbox malware phishing spoofing tampering repudiation
availability integrity confidentiality federation kerberos certificate keystore hashing salting nonce entropy cipher plaintext ciphertext
hypervisor container microservice orchestration segmentation handshake downgrade replay injection deserialization vulnerability exploit patching
hardening baseline configuration inventory attestation audit logging correlation forensics evidence governance compliance policy standard
procedure guideline risk threat likelihood impact mitigation transference acceptance avoidance residual appetite tolerance continuity recovery
resilience redundancy failover backup snapshot replication escrow the of and a to in is that it for as with on by be this are from or""".split()
ROUNDS = 20
QUERIES = ["encryption", "tag:domain3", "is:due", "is:new", "is:suspended", "prop:s>30", "-tag:domain1 cipher", "(firewall or honeypot) is:review", '"of and"', "rated:7"]


def build(folder, notes):
    """100,000 notes with ten answers each, as Anki stores them."""
    from anki.collection import Collection, ExportAnkiPackageOptions
    random.seed(20261128)
    col = Collection(os.path.join(folder, "peer.anki2"))
    col.set_config("fsrs", True)
    model = col.models.by_name("Basic")
    decks = [col.decks.id(f"Bench::Part {n}") for n in range(5)]
    sentence = lambda: " ".join(random.choice(WORDS) for _ in range(random.randint(8, 24)))
    rows = []
    for n in range(notes):
        note = col.new_note(model)
        note.fields[0], note.fields[1] = f"{sentence()} <b>{n}</b>?", f"{sentence()}<br>{sentence()}"
        note.tags = [f"domain{n % 8}", "bench"]
        rows.append((note.fields[0], note.fields[1], " ".join(note.tags)))
        col.add_note(note, decks[n % 5])
    now = int(time.time())
    today = col.sched.today
    log_id = (now - 700 * 86400) * 1000
    cards, log = [], []
    for index, card in enumerate(col.db.list("select id from cards order by id")):
        if index % 10 == 9:
            continue
        at = (now - 690 * 86400 + random.randint(0, 86400 * 20)) * 1000
        interval, last = 0, 0
        for step in range(11):
            ease = random.choices([1, 2, 3, 4], [8, 10, 74, 8])[0]
            kind = 0 if step == 0 else 1
            interval = 1 if ease == 1 else max(1, min(150, int((interval or 1) * random.uniform(1.3, 2.4))))
            at += random.randint(1, 999)
            log.append((at, card, -1, ease, interval, last, 500, random.randint(1500, 30000), kind))
            last = interval
            at += interval * 86_400_000
            if at >= now * 1000:
                break
        s = random.uniform(0.5, 200)
        due = today + random.randint(-20, 120)
        data = json.dumps({"s": round(s, 4), "d": round(random.uniform(1, 10), 3), "dr": 0.9, "decay": 0.1542, "lrt": log[-1][0] // 1000})
        cards.append((2, 2, due, interval, 2500, step + 1, random.randint(0, 3), data, card))
    log.sort()
    unique, last = [], 0
    for row in log:
        last = max(last + 1, row[0])
        unique.append((last, *row[1:]))
    col.db.executemany("update cards set type = ?, queue = ?, due = ?, ivl = ?, factor = ?, reps = ?, lapses = ?, data = ? where id = ?", cards)
    col.db.executemany("insert into revlog values (?, ?, ?, ?, ?, ?, ?, ?, ?)", unique)
    col.db.execute("update cards set queue = -1 where id % 97 = 0 and type = 2")
    package = os.path.join(folder, "peer.apkg")
    col.export_anki_package(out_path=package, options=ExportAnkiPackageOptions(with_scheduling=True, with_media=False, with_deck_configs=False, legacy=False), limit=None)
    with open(os.path.join(folder, "peer.csv"), "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Front", "Back", "Tags"])
        writer.writerows(rows)
    print(f"made {notes} notes, {len(unique)} answers; package of {os.path.getsize(package) / 1e6:.0f} MB")
    col.close()


def anki_import(folder):
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
    col = Collection(os.path.join(folder, "anki-imported.anki2"))
    options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=False)
    col.import_anki_package(ImportAnkiPackageRequest(package_path=os.path.join(folder, "peer.apkg"), options=options))
    print(col.card_count(), col.db.scalar("select count(*) from revlog"))
    col.close()


def anki_csv(folder):
    from anki.collection import Collection
    from anki.import_export_pb2 import ImportCsvRequest
    col = Collection(os.path.join(folder, "anki-csv.anki2"))
    path = os.path.join(folder, "peer.csv")
    metadata = col.get_csv_metadata(path=path, delimiter=None)
    col.import_csv(ImportCsvRequest(path=path, metadata=metadata))
    print(col.card_count())
    col.close()


def anki_search(folder):
    from anki.collection import Collection
    col = Collection(os.path.join(folder, "anki-imported.anki2"))
    col.find_cards("deck:current")
    found = {}
    for query in QUERIES:
        began = time.process_time()
        for _ in range(ROUNDS):
            ids = col.find_cards(query)
        found[query] = [len(ids), (time.process_time() - began) / ROUNDS]
    print(json.dumps(found))
    col.close()


def measured(command):
    """CPU seconds, peak resident MiB and output of a process."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writer, 1)
        os.close(reader)
        os.execvp(command[0], command)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        out = pipe.read()
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{command} failed: {out[:500]}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out


def compare(name, theirs, ours, cpu, memory=None):
    ratio = theirs[0] / ours[0]
    line = f"{name}: Anki {theirs[0]:.2f} s CPU, {theirs[1]:.0f} MiB; Ascertain {ours[0]:.2f} s, {ours[1]:.0f} MiB; {ratio:.1f} times faster (wanted {cpu})"
    if memory:
        line += f", {ours[1] / theirs[1]:.2f} of its memory (wanted at most {memory})"
    print(line)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("ascertain")
    parser.add_argument("--notes", type=int, default=100_000)
    parser.add_argument("--folder")
    parser.add_argument("--step")
    arguments = parser.parse_args()
    if arguments.step:
        return globals()[arguments.step](arguments.folder, *([arguments.notes] if arguments.step == "build" else []))
    folder = arguments.folder or tempfile.mkdtemp(prefix="ascertain-peer-")
    step = lambda name: measured([sys.executable, __file__, arguments.ascertain, "--folder", folder, "--notes", str(arguments.notes), "--step", name])
    if not os.path.exists(os.path.join(folder, "peer.apkg")):
        print(step("build")[2], end="")
    for name in ("anki-imported.anki2", "anki-csv.anki2", "ours", "ours-csv"):
        path = os.path.join(folder, name)
        shutil.rmtree(path, ignore_errors=True) if os.path.isdir(path) else os.path.exists(path) and os.remove(path)
    ours = lambda data, *command: measured([arguments.ascertain, "--data-dir", os.path.join(folder, data), *command])
    theirs, mine = step("anki_import"), ours("ours", "import", os.path.join(folder, "peer.apkg"))
    print("   ", theirs[2].strip(), "|", mine[2].strip().splitlines()[-1])
    compare("package", theirs, mine, 3, "a third")
    theirs, mine = step("anki_csv"), ours("ours-csv", "import", os.path.join(folder, "peer.csv"))
    print("   ", theirs[2].strip(), "|", mine[2].strip().splitlines()[-1])
    compare("CSV", theirs, mine, 5)
    theirs = json.loads(step("anki_search")[2])
    example = os.path.join(os.path.dirname(arguments.ascertain), "examples", "search_times")
    mine = json.loads(measured([example, os.path.join(folder, "ours"), *QUERIES])[2])
    for query in QUERIES:
        (count, seconds), (own_count, own_seconds) = theirs[query], mine[query]
        same = "same" if count == own_count else f"OTHER RESULTS {count} and {own_count}"
        print(f"search {query}: {count} cards, {same}; {seconds * 1000:.1f} ms and {own_seconds * 1000:.2f} ms, {seconds / max(own_seconds, 1e-9):.0f} times faster (wanted 10)")
    if not arguments.folder:
        shutil.rmtree(folder)


main()
