#!/usr/bin/env bash
# The release binary in a real window: first run, three cards by key, undo, import of a deck, restart, everything there.
# Pictures of each screen go to target/e2e. Needs Xvfb, xdotool and ImageMagick.
set -euo pipefail
cd "$(dirname "$0")/../.."
app=${1:-target/release/ascertain}
out=target/e2e
data=$(mktemp -d)
run=$(mktemp -d)
rm -rf "$out"
mkdir -p "$out"
export XDG_RUNTIME_DIR=$run LIBGL_ALWAYS_SOFTWARE=1
unset WAYLAND_DISPLAY WAYLAND_SOCKET

Xvfb -displayfd 3 -screen 0 1280x820x24 -nolisten tcp -noreset 3>"$run/display" 2>/dev/null &
server=$!
pid=
trap 'kill "$pid" "$server" 2>/dev/null || true; rm -rf "$data" "$run"' EXIT

fail() {
    echo "error: $1" >&2
    import -window root "$out/failure.png" 2>/dev/null || true
    cat "$run/log" >&2 2>/dev/null || true
    exit 1
}

# Waits until a command succeeds, for at most a minute.
await() {
    local what=$1
    shift
    for _ in $(seq 300); do
        if "$@" >/dev/null 2>&1; then return 0; fi
        sleep 0.2
    done
    fail "$what did not come about"
}

await "the display" test -s "$run/display"
DISPLAY=:$(cat "$run/display")
export DISPLAY

start() {
    "$app" --data-dir "$data" --seed 3 "$@" >"$run/log" 2>&1 &
    pid=$!
    await "the window" xdotool search --onlyvisible --name '^Ascertain$'
    window=$(xdotool search --onlyvisible --name '^Ascertain$' | head -n 1)
    xdotool windowmove "$window" 0 0 windowsize "$window" 1280 820
    sleep 1
    await "the focus" xdotool windowfocus --sync "$window"
    sleep 0.5
}

quit() {
    xdotool key ctrl+q
    for _ in $(seq 100); do
        kill -0 "$pid" 2>/dev/null || { wait "$pid" && return 0 || fail "the program ended with $?"; }
        sleep 0.1
    done
    fail "the program did not end"
}

# Kills the program, and waits until its window is gone too.
kill_it() {
    kill -9 "$pid"
    wait "$pid" 2>/dev/null || true
    for _ in $(seq 100); do
        xdotool search --onlyvisible --name '^Ascertain$' >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    fail "the window of the killed program stays"
}

key() {
    for name in "$@"; do
        xdotool key "$name"
        sleep 0.5
    done
}

shot() {
    sleep 0.4
    import -window root "$out/$1.png"
}

reviews() { "$app" stats --json --data-dir "$data" | grep -q "\"reviews\": $1,"; }
has_deck() { "$app" due --json --data-dir "$data" | grep -q "\"id\": \"$1\""; }

echo "first run"
start
shot welcome
key Return
shot study-question
for count in 1 2 3; do
    key space
    [ "$count" = 1 ] && shot study-answer
    key space
    await "answer $count" reviews "$count"
done
key u
await "the undo" reviews 2
key question
shot shortcuts
key Escape Escape
shot today
key b
shot library
key Escape t
shot progress
key ctrl+p
shot settings

echo "nothing is drawn while nothing changes"
sleep 2
ticks() { awk '{print $14 + $15}' "/proc/$pid/stat"; }
before=$(ticks)
sleep 5
after=$(ticks)
echo "idle for 5 s: $((after - before)) ticks of CPU"
[ $((after - before)) -le 2 ] || fail "the idle window used $((after - before)) ticks"
quit

echo "import"
cat >"$data/mine.ron" <<'DECK'
Deck(
    format: 1,
    id: "mine",
    title: "My own deck",
    notes: [Basic(id: "one", front: "Is this my own card?", back: "**Yes.**")],
)
DECK
start "$data/mine.ron"
shot import
key Return
await "the import" has_deck mine
shot imported
quit

echo "restart"
sed -i 's/theme: System/theme: Dark/' "$data/settings.ron"
start
await "the reviews of before" reviews 2
has_deck mine || fail "the imported deck is gone"
shot today-dark
key b
shot library-dark
key Escape space space
shot study-dark
kill_it
"$app" verify --data-dir "$data" || fail "the history is not well after a kill"
reviews 2 || fail "reviews were lost"

echo "a mock exam by keyboard alone, killed twice"
exam=$(mktemp -d)
trap 'kill "$pid" "$server" 2>/dev/null || true; rm -rf "$data" "$run" "$exam"' EXIT
mkdir -p "$exam/decks"
{
    printf 'Deck(format: 1, id: "bank", title: "Bank", notes: [\n'
    for n in 1 2 3 4 5 6; do
        printf 'Choice(id: "c%s", stem: "Which one fits question %s best?", options: [Key(text: "k%s", why: "y"), Wrong(text: "v%s", why: "n"), Wrong(text: "w%s", why: "n")], expect: 0.6),\n' $n $n $n $n $n
    done
    printf 'Choice(id: "two", stem: "Which two fit best here?", options: [Key(text: "a", why: "y"), Key(text: "b", why: "y"), Wrong(text: "c", why: "n"), Wrong(text: "d", why: "n")]),\n'
    printf 'Order(id: "order", stem: "Put these three steps in order.", steps: ["one", "two", "three"]),\n'
    printf 'Match(id: "match", stem: "Match these two things here.", pairs: [("l", "x"), ("m", "y")], decoys: ["z"]),\n'
    printf 'Typed(id: "typed", stem: "Which word is it, please?", accept: ["word"]),\n])\n'
} >"$exam/decks/bank.ron"
cat >"$exam/decks/exam.ron" <<'EXAM'
Exam(format: 1, id: "small", title: "Small exam", status: Current, questions: (10, 10), minutes: 30, scoring: Percent(pass: 50),
    driver: Linear, domains: [(id: "all", title: "All", weight: 100, confirmed: true, draws: [Deck("bank")])])
EXAM
echo '(welcomed: true, target: Exam("small"), theme: Light)' >"$exam/settings.ron"
data_before=$data
data=$exam
start
key x
shot exams
key Tab Tab Tab Tab Tab Tab Tab Return
shot exam-start
key Tab Tab Tab Tab Tab Tab Tab Tab Tab Tab Tab Tab Tab Tab Return
shot exam-tutorial
key Return
# One answer and the next question; Enter goes on from a field too.
answer() { key a 2 Return; }
answer
answer
shot exam-question
answer
kill_it
sleep 3
start
shot exam-back
key Return
answer
answer
answer
key ctrl+r
shot exam-list
key ctrl+r
kill_it
start
key Return
answer
answer
answer
answer
shot exam-end
key Return
sleep 1
shot exam-report
quit
"$app" exam report --json --data-dir "$data" >"$run/report.json"
count() { grep -c "$1" "$run/report.json" || true; }
[ "$(count '"answered": true')" = 10 ] || fail "$(count '"answered": true') of 10 answers are there after two kills"
right=$(count '"credit": 1.0')
grep -q "\"raw\": $right.0," "$run/report.json" || fail "the raw score is not the $right right answers"
grep -q '"of": 10,' "$run/report.json" || fail "not all questions count"
grep -q "closed" "$run/report.json" || fail "the report does not say that the program was closed"
used=$(sed -n 's/.*"used_seconds": \([0-9]*\).*/\1/p' "$run/report.json")
[ "$used" -ge 10 ] && [ "$used" -le 600 ] || fail "$used seconds used"
"$app" verify --data-dir "$data" || fail "the history is not well after a kill"
"$app" stats --json --data-dir "$data" | grep -q '"all_reviews": 0,' || fail "a mock exam wrote reviews"
echo "exam: $right of 10 right, $used s"
data=$data_before
echo "1 passed, 0 failed"
