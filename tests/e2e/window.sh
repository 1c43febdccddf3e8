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
kill -9 "$pid"
"$app" verify --data-dir "$data" || fail "the history is not well after a kill"
reviews 2 || fail "reviews were lost"
echo "1 passed, 0 failed"
