#!/usr/bin/env bash
# The fuzz targets, one after the other (make fuzz, and a part of make soak). Stops at the first finding and says how to see it again.
#
#   scripts/fuzz.sh [SECONDS] [TARGET…]     seconds a target (default 60); without a target, all of them
#
# Runs on a stable toolchain: coverage comes from the compiler, and no sanitizer is used, since the crate has no unsafe code.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds="${1:-60}"
shift || true
case "$seconds" in
    '' | *[!0-9]*) echo "scripts/fuzz.sh takes seconds as a whole number, and then names of targets." >&2; exit 2 ;;
esac

scripts/install-package.sh g++ g++
if ! command -v cargo-fuzz >/dev/null; then
    cargo install cargo-fuzz --locked --quiet
fi

targets=("$@")
if [ "${#targets[@]}" = 0 ]; then
    mapfile -t targets < <(cargo fuzz list)
fi
cargo fuzz build --sanitizer none

for target in "${targets[@]}"; do
    seeds="fuzz/seeds/$target"
    corpus="fuzz/corpus/$target"
    mkdir -p "$corpus"
    folders=("$corpus")
    [ -d "$seeds" ] && folders+=("$seeds")
    log="fuzz/target/$target.log"
    if ! cargo fuzz run --sanitizer none "$target" "${folders[@]}" -- \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=3072 -max_len=2048 -print_final_stats=1 >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        echo "FINDING in $target: keep the input under fuzz/seeds/$target, where every test run takes it up." >&2
        exit 1
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
    coverage=$(grep -o 'cov: [0-9]*' "$log" | tail -n 1)
    printf '%-26s %ss  %12s inputs  %s  no finding\n' "$target" "$seconds" "$runs" "$coverage"
done
