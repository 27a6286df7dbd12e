#!/usr/bin/env bash
# Installs what the peers in JavaScript stand on, and prints the folder with their modules.
# Called by tests/src/node.rs; by hand: tests/node/install.sh target/node
#
# CACHE_DIR has a folder per content of package.json. A lock lets many call it at once.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: install.sh CACHE_DIR" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"
cache=$(cd "$1" && pwd)
folder=$cache/$(sha256sum <"$here/package.json" | cut -c1-16)

need_npm() {
    command -v node >/dev/null && command -v npm >/dev/null && return
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        apt-get update >&2 && apt-get install -y nodejs npm >&2
    fi
    command -v npm >/dev/null || { echo "there is no npm: install it (Debian: nodejs npm)" >&2; exit 1; }
}

exec 9>"$cache/lock"
flock 9
need_npm
if [ ! -e "$folder/ready" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    cp "$here/package.json" "$folder/"
    (cd "$folder" && npm install --no-audit --no-fund --no-package-lock --ignore-scripts) >&2
    touch "$folder/ready"
fi
echo "$folder/node_modules"
