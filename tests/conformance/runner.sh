#!/usr/bin/env bash
# Prints the path of a launcher of the conformance runner that works on this machine.
# Called by the tests (tests/src/conformance.rs); by hand: tests/conformance/runner.sh .cache/conformance
#
# The runner asks for glibc 2.38. Where the system's is older, the launcher brings the next Debian release's, unpacked
# into the cache folder: nothing is installed, apt's own state stays as it is, and the testee, which the runner starts,
# keeps the system's libraries.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: runner.sh CACHE_DIR" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"$here/install.sh" "$1"
cache=$(cd "$1" && pwd)
launcher=$cache/runner
needed=2.38
release=trixie
libraries=$cache/libc/usr/lib/$(uname -m)-linux-gnu

is_new_enough() { printf '%s\n%s\n' "$needed" "$1" | sort --version-sort --check=quiet; }

loader() { find "$libraries" -name 'ld-linux-*.so.*' 2>/dev/null | head -n 1; }

archive() {
    awk '$1 == "URIs:" { print $2; exit }
         $1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /^http/) { print $i; exit } }' \
        /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null || true
}

unpack_libraries() {
    local apt=$cache/apt uri options package
    uri=$(archive)
    [ -n "$uri" ] && command -v apt-get dpkg-deb >/dev/null || {
        echo "the conformance runner needs glibc $needed, and this is no Debian to take a newer one from" >&2
        return 1
    }
    rm -rf "$apt" "$cache/libc" "$cache/libc.new"
    mkdir -p "$apt"/{state/lists/partial,cache/archives/partial,packages} "$cache/libc.new"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $release main" >"$apt/sources.list"
    options=(-o Dir::State="$apt/state" -o Dir::State::status=/dev/null -o Dir::Cache="$apt/cache"
        -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o APT::Sandbox::User="$(id -un)")
    apt-get "${options[@]}" -qq update >&2
    (cd "$apt/packages" && apt-get "${options[@]}" -qq download libc6 libstdc++6 libgcc-s1 >&2)
    for package in "$apt"/packages/*.deb; do
        dpkg-deb -x "$package" "$cache/libc.new"
    done
    # At once: a folder with half of the libraries would be taken for whole by the next call.
    mv "$cache/libc.new" "$cache/libc"
    rm -rf "$apt"
}

write_launcher() {
    local start=("$cache/suite")
    if ! is_new_enough "$(getconf GNU_LIBC_VERSION | cut -d ' ' -f 2)"; then
        [ -n "$(loader)" ] || unpack_libraries
        start=("$(loader)" --library-path "$libraries" "$cache/suite")
    fi
    { echo '#!/bin/sh'; printf 'exec'; printf ' "%s"' "${start[@]}" '$@'; echo; } >"$launcher.new"
    chmod +x "$launcher.new"
    mv "$launcher.new" "$launcher"
}

exec 9>"$cache/lock"
flock 9
write_launcher
echo "$launcher"
