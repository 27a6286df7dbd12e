#!/usr/bin/env bash
# Runs the codec's tests under AddressSanitizer, with the assertions of debug builds. Called by .ci/run; by hand:
# fuzz/sanitize.sh
#
# The tests of `tests/` are built a second time, as tests of the crate in `tests` beside this file; the unit tests of
# `protocall` where they belong.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
triple=$(rustc -vV | sed -n 's/^host: //p')
# The flag is not stable, though what it does is part of every toolchain.
export RUSTC_BOOTSTRAP=1 RUSTFLAGS='-Zsanitizer=address -Cdebug-assertions'

cargo test --manifest-path ../Cargo.toml --package protocall --no-default-features --lib --locked --target "$triple"
cargo test --package protocall-sanitized --release --locked --target "$triple"
