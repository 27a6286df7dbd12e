#!/usr/bin/env bash
# Brings what the tests need of Go's modules: programs, and the schemas of Connect's conformance suite.
# Called by tests/src/go.rs and by build.rs; by hand: tests/go/install.sh program target/go interop_client
#
# `program CACHE NAME` prints the path of a program of programs.txt, built at the first call. `schemas CACHE` puts the
# suite's schemas into CACHE/proto. Both do nothing where what is wanted is there. A lock lets many call at once.
set -euo pipefail

usage() { echo "usage: install.sh program CACHE_DIR NAME | install.sh schemas CACHE_DIR" >&2; exit 2; }
[ $# -ge 2 ] || usage
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$2"
cache=$(cd "$2" && pwd)

package_of() { awk -v name="$1" '$1 == name { print $2 }' "$here/programs.txt"; }

need_go() {
    command -v go >/dev/null && return
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        apt-get update >&2 && apt-get install -y golang-go >&2
    fi
    command -v go >/dev/null || { echo "there is no Go: install it (Debian: golang-go)" >&2; exit 1; }
}

program() {
    local name=$1 package
    package=$(package_of "$name")
    [ -n "$package" ] || { echo "programs.txt has no $name" >&2; exit 2; }
    local folder=$cache/${package##*@}-$name
    if [ ! -x "$folder/$name" ]; then
        need_go
        # Outside of any module, so that none of ours is looked for. What is built has its package's name.
        (cd "$cache" && GOBIN="$folder/new" GOFLAGS= go install "$package") >&2
        mv "$folder/new/$(basename "${package%@*}")" "$folder/$name"
    fi
    echo "$folder/$name"
}

schemas() {
    local module folder
    module=$(package_of connectconformance | sed 's|/cmd/[^@]*||')
    [ "$(cat "$cache/ready" 2>/dev/null)" = "$module" ] && [ -d "$cache/proto" ] && return
    need_go
    folder=$(cd "$cache" && GOFLAGS= go mod download -json "$module" | sed -n 's/^\t*"Dir": "\(.*\)",$/\1/p')
    [ -d "$folder/proto" ] || { echo "the module $module has no schemas" >&2; exit 1; }
    rm -rf "$cache/proto" "$cache/ready"
    mkdir "$cache/proto"
    cp -r "$folder/proto/connectrpc" "$cache/proto/"
    chmod -R u+w "$cache/proto"
    echo "$module" >"$cache/ready"
    # Cargo runs build.rs again when this file is younger than the run of build.rs that made it.
    touch -r "$here/programs.txt" "$cache/ready"
}

exec 9>"$cache/lock"
flock 9
case "$1 $#" in
    "program 3") program "$3" ;;
    "schemas 2") schemas ;;
    *) usage ;;
esac
