#!/usr/bin/env bash
# What a developer runs every few minutes: lints, then the unit tests on this machine's own.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"

scripts/lint.sh
# `frontend` is the browser's half; together with the server it would switch `ssr` and `hydrate` on at once.
cargo test --release --workspace --exclude frontend --exclude bundle --features app/ssr --lib --bins
cargo test --package bundle
