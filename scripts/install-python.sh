#!/usr/bin/env bash
# Sees that Python is there, with what a virtual environment needs: for the contract fuzzer.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-package.sh python3 python3
if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    # Debian keeps what a virtual environment needs in a package without a command of its own.
    scripts/install-package.sh no-command python3-venv
fi
