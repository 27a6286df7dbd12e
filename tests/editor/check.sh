#!/usr/bin/env bash
# What an editor knows of generated code: tests/editor/check.sh. It takes rust-analyzer as rustup has it beside the compiler,
# lays `sample` out as a user's crate in target/editor, and asks about it (check.py). Needs rustup and python3.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"
rustup component add rust-analyzer
analyzer=$(rustup which rust-analyzer)
sample="$root/target/editor/sample"
rm -rf "$sample"
mkdir -p "$sample"
cp -R "$here/sample/." "$sample/"
cat >"$sample/Cargo.toml" <<MANIFEST
[package]
name = "sample"
version = "0.0.0"
edition = "2024"

[dependencies]
protocall = { path = "$root/runtime" }

[workspace]
MANIFEST
cp "$root/Cargo.lock" "$sample/"
export CARGO_TARGET_DIR="$root/target/outside"
cargo check --quiet --manifest-path "$sample/Cargo.toml"
exec python3 "$here/check.py" "$analyzer" "$sample"
