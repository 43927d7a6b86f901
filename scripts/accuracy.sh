#!/usr/bin/env bash
# Matching, measured beside its peers (make accuracy). Exits 1 where a target is missed.
#
# PEOPLE=N          people of the generated population for the speed comparison (default 1020000, about a million records; 0 leaves it out)
# PEER_SECONDS=N    seconds that a peer may take for one data set (default 1800)
set -euo pipefail
cd "$(dirname "$0")/.."

folder=var/accuracy
venv=$folder/venv
requirements=scripts/accuracy/requirements.txt
mkdir -p "$folder"

if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    if ! command -v apt-get >/dev/null || ! "${as_root[@]}" apt-get install -y -q python3 python3-venv >"$folder/install.log" 2>&1; then
        echo "make accuracy needs Python 3.11 or newer with venv. What to do: install python3 and python3-venv, then run it again." >&2
        exit 1
    fi
fi

if ! cmp -s "$requirements" "$venv/installed.txt"; then
    echo "Installing the peers and the data sets' packages ($requirements) …"
    rm -rf "$venv"
    python3 -m venv "$venv"
    if ! "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements" >"$folder/install.log" 2>&1; then
        tail -5 "$folder/install.log" >&2
        echo "The peers could not be installed. What to do: see $folder/install.log and check the way to the Python package index." >&2
        exit 1
    fi
    cp "$requirements" "$venv/installed.txt"
fi

cargo build --release --locked --bin family-context
export PYTHONDONTWRITEBYTECODE=1
exec "$venv/bin/python" scripts/accuracy/measure.py \
    --program target/release/family-context --out "$folder" --people "${PEOPLE:-1020000}" --peer-seconds "${PEER_SECONDS:-1800}" "$@"
