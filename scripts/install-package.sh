#!/usr/bin/env bash
# install-package.sh COMMAND PACKAGE: sees that a command is there; installs the distribution's package for it where it can.
set -euo pipefail

command -v "$1" >/dev/null && exit 0

refuse() {
    echo "The package $2 is not installed and $1: install it (on Debian: apt-get install $2)." >&2
    exit 1
}

command -v apt-get >/dev/null || refuse "this system has no apt-get" "$2"
if [ "$(id -u)" = 0 ]; then
    as_root=()
elif command -v sudo >/dev/null; then
    as_root=(sudo)
else
    refuse "this user is neither root nor has sudo" "$2"
fi

echo "Installing $2 from this system's packages" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$1" >>"$log" 2>&1
}
# The lists of a new machine are empty or old.
install "$2" || { "${as_root[@]}" apt-get update >>"$log" 2>&1 && install "$2"; } || {
    tail -n 5 "$log" >&2
    refuse "installing it failed" "$2"
}
