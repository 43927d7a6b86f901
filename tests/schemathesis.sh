#!/bin/sh
# Fuzzes a running service by its own openapi.yaml: no 5xx, no answer that is not documented, no token that is not asked for.
#
#   tests/schemathesis.sh BASE_URL TOKEN      for example http://127.0.0.1:8080 and a token of the role triage
#
# Seed, number of examples and every package are pinned. SCHEMATHESIS_EXAMPLES and SCHEMATHESIS_SEED change the first two for a long run.
# The packages go into a virtual environment of their own, in STATE_DIR/schemathesis (default var/schemathesis), made once.
set -eu

if [ $# -ne 2 ]; then
    echo "usage: tests/schemathesis.sh BASE_URL TOKEN" >&2
    exit 2
fi
base_url=${1%/}
token=$2
folder=$(cd "$(dirname "$0")" && pwd)
environment=${STATE_DIR:-$folder/../var}/schemathesis
requirements=$folder/schemathesis-requirements.txt

if ! cmp -s "$requirements" "$environment/requirements.txt"; then
    rm -rf "$environment"
    if ! python3 -m venv "$environment" >&2; then
        echo "schemathesis needs Python 3 with its venv module: apt-get install python3-venv" >&2
        exit 1
    fi
    "$environment/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$requirements"
    cp "$requirements" "$environment/requirements.txt"
fi

# Run from a folder of its own: it leaves notes about what it found where it is run.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"$environment/bin/schemathesis" --config-file "$folder/schemathesis.toml" run "$base_url/openapi.yaml" \
    --url "$base_url" \
    --header "Authorization: Bearer $token" \
    --checks all \
    --phases examples,coverage,fuzzing,stateful \
    --max-examples "${SCHEMATHESIS_EXAMPLES:-50}" \
    --seed "${SCHEMATHESIS_SEED:-20261101}" \
    --no-color
