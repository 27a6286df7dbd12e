#!/usr/bin/env bash
# Fetches Google's conformance suite: the schemas that its testee is compiled from, and the program that examines it.
# Called by build.rs, by runner.sh and by the torture test; by hand: tests/conformance/install.sh .cache/conformance
#
# Afterwards the cache folder holds proto/ (the schemas), links to the runner (suite), to the compiler (protoc) and to the
# schemas that come with it (include), and ready, which carries the hash of requirements.txt and of this script: where it
# matches there is nothing to do. A lock lets builds call it at once.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: install.sh CACHE_DIR" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"
cache=$(cd "$1" && pwd)
wanted=$(cat "$here/requirements.txt" "$here/install.sh" | sha256sum | cut -c1-16)

is_ready() {
    [ "$(cat "$cache/ready" 2>/dev/null)" = "$wanted" ] && [ -x "$cache/suite" ] && [ -x "$cache/protoc" ] &&
        [ -d "$cache/include" ] && [ -d "$cache/proto" ]
}

# A Python may exist without the parts that make an environment: Debian packages them apart.
find_python() {
    local candidate
    for candidate in python3 /usr/bin/python3; do
        if "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

install_python() {
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
    apt-get update >&2 && apt-get install -y python3-venv >&2
}

fetch() {
    local python environment=$cache/venv package
    python=$(find_python) || { install_python && python=$(find_python); } || {
        echo "no Python that can make a virtual environment: install python3-venv" >&2
        return 1
    }
    rm -rf "$environment" "$cache/proto" "$cache/ready"
    "$python" -m venv "$environment" >&2
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
        --requirement "$here/requirements.txt" >&2
    package=$("$environment/bin/python" -c 'import protoc, pathlib; print(pathlib.Path(protoc.__file__).parent)')
    mkdir "$cache/proto"
    # The files of google/protobuf stay behind: those that protocall brings are under test, too.
    cp -r "$package/include/conformance" "$cache/proto/"
    ln -sfn "$package/_bin/conformance_test_runner" "$cache/suite"
    ln -sfn "$package/_bin/protoc" "$cache/protoc"
    ln -sfn "$package/include" "$cache/include"
    echo "$wanted" >"$cache/ready"
    # Cargo runs build.rs again when this file is younger than the run of build.rs that made it.
    touch -r "$here/requirements.txt" "$cache/ready"
}

exec 9>"$cache/lock"
flock 9
is_ready || fetch
