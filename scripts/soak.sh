#!/usr/bin/env bash
# The long ones: every property with many more examples, drawn anew, the tests that are too long for every day, and the fuzz targets. A failure prints its
# seed or its input.
#
# FUZZ_SECONDS=N    seconds a fuzz target (default 120; 0 leaves them out)
set -euo pipefail
cd "$(dirname "$0")/.."

seed=$(od -An -N6 -tu8 /dev/urandom | tr -d ' ')
echo "PROPTEST_RNG_SEED=$seed"
export PROPTEST_RNG_SEED="$seed" PROPTEST_CASES="${PROPTEST_CASES:-20000}"
scripts/install-postgresql.sh
scripts/install-package.sh curl curl
scripts/install-python.sh
cargo test --release --locked -- --include-ignored
if [ "${FUZZ_SECONDS:=120}" != 0 ]; then
    scripts/fuzz.sh "$FUZZ_SECONDS"
fi
