#!/usr/bin/env bash
# Builds all fuzz targets and runs each for so many seconds; fails on the first finding. Called by .ci/run; by hand:
# fuzz/run.sh 60 [TARGET...]
#
# cargo-fuzz is taken from the path, else it is installed into .cache/. Corpora are kept in fuzz/corpus and grow from
# run to run; what is found lies in fuzz/artifacts.
set -euo pipefail

[ $# -ge 1 ] || { echo "usage: run.sh SECONDS [TARGET...]" >&2; exit 2; }
seconds=$1
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(decode round_trip unknown_fields hostile_impl json text proto frame metadata web http2)

cd "$(dirname "${BASH_SOURCE[0]}")"
root=$(cd .. && pwd)
triple=$(rustc -vV | sed -n 's/^host: //p')
# The flags of the sanitizer are not stable, though what they do is part of every toolchain.
export RUSTC_BOOTSTRAP=1 PATH="$root/.cache/bin:$PATH"

command -v cargo-fuzz >/dev/null || cargo install cargo-fuzz --locked --quiet --root "$root/.cache"
"$root/tests/conformance/install.sh" "$root/.cache/conformance"
cargo fuzz build
for target in "${targets[@]}"; do
    "target/$triple/release/seeds" "$target" "corpus/$target"
    [ "$seconds" -gt 0 ] || continue
    echo "--- $target"
    # An input that takes a minute, or two gigabytes, is a finding as well.
    cargo fuzz run "$target" -- -max_total_time="$seconds" -timeout=60 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0
done
