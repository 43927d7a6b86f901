#!/usr/bin/env bash
# Sees that PostgreSQL's server (14 or newer) is there; installs the distribution's where it can. The distribution's own cluster is neither made
# nor started: this program runs one of its own. With DATABASE_URL set no server is needed here.
set -euo pipefail

oldest=14

server_is_there() {
    local folder version
    for folder in /usr/lib/postgresql/*/bin /usr/local/pgsql/bin "$(pg_config --bindir 2>/dev/null || true)" "$(dirname "$(command -v initdb || true)")"; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && [ -x "$folder/postgres" ]; then
            version=$("$folder/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
            [ "$version" -ge "$oldest" ] && return 0
        fi
    done
    return 1
}

refuse() {
    echo "PostgreSQL's server ($oldest or newer) is not installed and $1: install it (on Debian: apt-get install postgresql), or set DATABASE_URL." >&2
    exit 1
}

if [ -n "${DATABASE_URL:-}${DATABASE_URL_FILE:-}" ] || server_is_there; then
    exit 0
fi

command -v apt-get >/dev/null || refuse "this system has no apt-get"
if [ "$(id -u)" = 0 ]; then
    as_root=()
elif command -v sudo >/dev/null; then
    as_root=(sudo)
else
    refuse "this user is neither root nor has sudo"
fi

echo "Installing PostgreSQL's server from this system's packages" >&2
log=$(mktemp)
settings=/etc/postgresql-common/createcluster.d/family-context.conf
finish() {
    rm -f "$log"
    # The next cluster that somebody else makes on this machine is theirs to decide about.
    if [ -e "$settings" ]; then "${as_root[@]}" rm -f "$settings"; fi
}
trap finish EXIT

run() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@" >>"$log" 2>&1 && return 0
    tail -n 5 "$log" >&2
    refuse "installing it failed"
}

run apt-get update
package=$(apt-cache search --names-only '^postgresql-[0-9]+$' | sed -E 's/^(postgresql-[0-9]+) .*/\1/' | sort -t- -k2 -n | tail -n 1)
[ -n "$package" ] && [ "${package#postgresql-}" -ge "$oldest" ] || refuse "this system's packages hold none"
# The common package first: it reads the setting that keeps the server's package from making and starting a cluster.
run apt-get install --yes --no-install-recommends postgresql-common
run sh -c "mkdir -p $(dirname "$settings") && echo 'create_main_cluster = false' >$settings"
run apt-get install --yes --no-install-recommends "$package"
server_is_there || refuse "the package $package did not bring it"
