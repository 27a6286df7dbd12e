#!/usr/bin/env bash
# Fetches grpc-java's interoperability client and server, and prints the folder that holds them.
# Called by tests/src/java.rs; by hand: tests/java/install.sh target/java
#
# Afterwards CACHE_DIR has a folder per content of pom.xml with lib/ (the jars) and certs/ (what these programs show and trust
# by TLS, which they do not let one choose). A lock lets many call it at once.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: install.sh CACHE_DIR" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"
cache=$(cd "$1" && pwd)
folder=$cache/$(cat "$here/pom.xml" "$here/install.sh" | sha256sum | cut -c1-16)

need() {
    local program=$1 package=$2
    command -v "$program" >/dev/null && return
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        apt-get update >&2 && apt-get install -y "$package" >&2
    fi
    command -v "$program" >/dev/null || { echo "there is no $program: install it (Debian: $package)" >&2; exit 1; }
}

fetch() {
    local certificates
    rm -rf "$folder"
    mkdir -p "$folder"
    mvn --quiet --batch-mode --file "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder/lib" >&2
    certificates=("$folder"/lib/grpc-testing-1*.jar)
    (cd "$folder" && python3 -m zipfile -e "${certificates[0]}" from_jar && mv from_jar/certs certs && rm -r from_jar) >&2
    touch "$folder/ready"
}

exec 9>"$cache/lock"
flock 9
need java default-jdk-headless
need python3 python3
if [ ! -e "$folder/ready" ]; then
    need mvn maven
    fetch
fi
echo "$folder"
