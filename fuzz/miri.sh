#!/usr/bin/env bash
# Interprets the codec's unsafe code under Miri: its unit tests, and the inputs that the fuzz targets begin with. Called by
# .ci/run; by hand: fuzz/miri.sh [--target TRIPLE]
#
# Miri is part of rustup's nightly toolchain only, which is installed if it is missing. It sees what AddressSanitizer does
# not: reads of memory that was never written, and pointers that are used beyond what they were made for.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
cargo +nightly miri --version >/dev/null 2>&1 \
    || rustup toolchain install nightly --profile minimal --component miri,rust-src \
    || { echo "Miri cannot be had: it needs rustup and its nightly toolchain" >&2; exit 1; }
target=$PWD/../target/miri
../tests/conformance/install.sh ../.cache/conformance
CARGO_TARGET_DIR=$target cargo +nightly miri test --manifest-path ../Cargo.toml --package protocall \
    --no-default-features --lib --locked "$@" -- wire::
CARGO_TARGET_DIR=$target cargo +nightly miri test --package protocall-fuzz --lib --locked "$@"
