#!/usr/bin/env bash
# Runs fuzz targets on a stable compiler: `tests/fuzz/run.sh SECONDS [TARGET…]`, all of them without names. Begins with the fixtures; what is
# found lies in the folder that is named at the end.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-60}
shift || true
host=$(rustc -vV | sed -n 's/^host: //p')
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-../../target/fuzz}
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions"
# For this one target machine, so that build scripts are built without the flags.
cargo build --release --target "$host" --bins
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    for file in fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi
programs=$(cd "$CARGO_TARGET_DIR/$host/release" && pwd)
found=$(mktemp -d)
failed=0
for target in "${targets[@]}"; do
    mkdir -p "$found/$target/seeds"
    cp ../fixtures/corpus/* ../fixtures/import/* "$found/$target/seeds/"
    if (cd "$found/$target" && "$programs/$target" seeds -max_total_time="$seconds" -timeout=10 -rss_limit_mb=3000 -max_len=8192 >log 2>&1); then
        echo "$target: nothing found"
    else
        echo "$target: FOUND, see $found/$target"
        failed=1
    fi
done
exit $failed
