#!/usr/bin/env bash
# Every check. What it needs and a machine lacks is installed: PostgreSQL's server, and Python for the contract fuzzer. The test runner's own
# summary ends it.
set -euo pipefail
cd "$(dirname "$0")/.."

# The same examples on every run; `make soak` draws others.
export PROPTEST_CASES="${PROPTEST_CASES:-256}" PROPTEST_RNG_SEED="${PROPTEST_RNG_SEED:-20261101}"
# Settings of whoever runs this are not those of the tests.
unset DATABASE_URL DATABASE_URL_FILE AUTHORITY BIND_ADDR CLOCK_DATE JWT_ISSUER JWT_AUDIENCE JWT_JWKS JWT_ROLES_CLAIM LOG STATE_DIR DATABASE_CA

# Ends the tests' private clusters, also those that an earlier run left, and removes them.
sweep() {
    local place folder process
    for place in var/test/postgres var/test/demonstration/postgres; do
        folder=$(readlink -f "$place" 2>/dev/null || true)
        [ -d "$folder" ] || continue
        process=$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null || true)
        if [ -n "$process" ] && grep -qs postgres "/proc/$process/comm"; then
            kill -INT "$process" 2>/dev/null || true
            for _ in $(seq 100); do
                grep -qs postgres "/proc/$process/comm" || break
                sleep 0.1
            done
        fi
        rm -rf "$folder"
    done
    rm -rf var/test
}

# Fuzzes a service with the demonstration's population on a free port.
fuzz() {
    local output=var/test/demonstration.txt service address token
    mkdir -p var/test
    STATE_DIR=var/test/demonstration BIND_ADDR=127.0.0.1:0 target/debug/family-context demo >"$output" &
    service=$!
    until grep -qs "^curl" "$output"; do
        kill -0 "$service" 2>/dev/null || { wait "$service"; return 1; }
        sleep 0.2
    done
    address=$(grep --only-matching --max-count=1 'http://[0-9.:]*' "$output")
    # Both sides of the API: whoever looks up families, and whoever decides doubtful matches.
    token=$(STATE_DIR=var/test/demonstration LOG=off target/debug/family-context token \
        --subject s.fuzzer --name Fuzzer --role early_help_worker --role steward)
    tests/schemathesis.sh "$address" "$token" || { kill -TERM "$service"; wait "$service"; return 1; }
    kill -TERM "$service"
    wait "$service"
}

step() {
    printf '\n== %s\n' "$*" >&2
}

step "what is needed"
scripts/install-postgresql.sh
scripts/install-package.sh curl curl
scripts/install-package.sh python3 python3
if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    # Debian keeps what a virtual environment needs in a package without a command of its own.
    scripts/install-package.sh no-command python3-venv
fi

step "format"
cargo fmt --check

step "clippy"
cargo clippy --locked --all-targets --quiet -- --deny warnings

sweep
trap sweep EXIT

step "contract fuzzing against the live service"
cargo build --locked --quiet
fuzz

step "tests"
cargo test --locked
