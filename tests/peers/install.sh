#!/usr/bin/env bash
# Makes the Python that the peers run on and prints the path of its launcher.
# Called by the tests (tests/src/peer.rs); by hand: tests/peers/install.sh target/peers
#
# The cache folder holds an environment per content of requirements.txt and generated modules per content of
# the schemas, so a second run only computes two hashes. A lock lets many tests call it at once.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: install.sh CACHE_DIR" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
protos=$(cd "$here/../../examples/proto" && pwd)
interop=$(cd "$here/../proto" && pwd)
mkdir -p "$1"
cache=$(cd "$1" && pwd)

digest() { sha256sum | cut -c1-16; }

# A Python may exist without the parts that make an environment: Debian packages them apart.
can_make_environment() {
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1
}

find_python() {
    local candidate
    for candidate in python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
        if can_make_environment "$candidate"; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return 0
        fi
    done
    return 1
}

install_python() {
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
    apt-get update >&2 && apt-get install -y python3-venv >&2
}

make_environment() {
    local environment=$1 python
    python=$(find_python) || { install_python && python=$(find_python); } || {
        echo "no Python 3.10 or newer that can make a virtual environment: install python3-venv" >&2
        exit 1
    }
    rm -rf "$environment"
    "$python" -m venv "$environment" >&2
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
        --requirement "$here/requirements.txt" >&2
    touch "$environment/ready"
}

generate_modules() {
    local environment=$1 modules=$2
    rm -rf "$modules"
    mkdir -p "$modules"
    (cd "$protos" && find . -name '*.proto' -printf '%P\n' | sort | xargs "$environment/bin/python" \
        -m grpc_tools.protoc -I . --python_out="$modules" --grpc_python_out="$modules") >&2
    "$environment/bin/python" -m grpc_tools.protoc -I "$interop" --python_out="$modules" \
        --grpc_python_out="$modules" interop.proto >&2
    touch "$modules/ready"
}

write_launcher() {
    local launcher=$1 environment=$2 modules=$3
    printf '#!/bin/sh\nPYTHONPATH="%s" PYTHONDONTWRITEBYTECODE=1 exec "%s/bin/python" -u "$@"\n' \
        "$modules" "$environment" >"$launcher.new"
    chmod +x "$launcher.new"
    mv "$launcher.new" "$launcher"
}

wanted=$(digest <"$here/requirements.txt")
schema=$(cd "$protos" && find . -name '*.proto' | sort | xargs cat |
    cat - "$interop/interop.proto" "$here/requirements.txt" "$here/install.sh" | digest)
environment=$cache/venv-$wanted
modules=$cache/modules-$schema
launcher=$cache/python-$schema

exec 9>"$cache/lock"
flock 9
[ -e "$environment/ready" ] || make_environment "$environment"
[ -e "$modules/ready" ] || generate_modules "$environment" "$modules"
[ -x "$launcher" ] || write_launcher "$launcher" "$environment" "$modules"
echo "$launcher"
