#!/usr/bin/env bash
# Every check. What it needs and a machine lacks is installed: PostgreSQL's server, and Python for the contract fuzzer. The test runner's own
# summary ends it.
set -euo pipefail
cd "$(dirname "$0")/.."

# The same examples on every run; `make soak` draws others.
export PROPTEST_CASES="${PROPTEST_CASES:-256}" PROPTEST_RNG_SEED="${PROPTEST_RNG_SEED:-20261101}"
# Settings of whoever runs this are not those of the tests, but for the server: DATABASE_URL (or DATABASE_URL_FILE) and DATABASE_CA.
unset AUTHORITY BIND_ADDR CLOCK_DATE JWT_ISSUER JWT_AUDIENCE JWT_JWKS JWT_ROLES_CLAIM LOG STATE_DIR STATEMENT_TIMEOUT

# Ends the tests' private cluster, also one that an earlier run left, and removes it.
sweep() {
    local folder process
    folder=$(readlink -f var/test/postgres 2>/dev/null || true)
    if [ -d "$folder" ]; then
        process=$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null || true)
        if [ -n "$process" ] && grep -qs postgres "/proc/$process/comm"; then
            kill -INT "$process" 2>/dev/null || true
            for _ in $(seq 100); do
                grep -qs postgres "/proc/$process/comm" || break
                sleep 0.1
            done
        fi
        rm -rf "$folder"
    fi
    rm -rf var/test
}

# Sees that the tests can use the server of DATABASE_URL: where they cannot, one sentence says why.
check_server() {
    local said
    said=$(cargo test --locked --quiet --test behaviour -- --exact database::a_test_gets_a_migrated_database_of_its_own 2>&1) && return 0
    grep '^family-context: ' <<<"$said" >&2 || printf '%s\n' "$said" >&2
    return 1
}

step() {
    printf '\n== %s\n' "$*" >&2
}

step "what is needed"
scripts/install-postgresql.sh
scripts/install-package.sh curl curl
scripts/install-python.sh

step "format"
cargo fmt --check

step "clippy"
cargo clippy --locked --all-targets --quiet -- --deny warnings

sweep
trap sweep EXIT

if [ -n "${DATABASE_URL:-}${DATABASE_URL_FILE:-}" ]; then
    step "the server of DATABASE_URL"
    check_server
fi

step "contract fuzzing against the live service"
cargo test --locked --quiet --test behaviour contract_fuzzing:: -- --include-ignored --nocapture

step "tests"
cargo test --locked
