#!/usr/bin/env bash
# Format, invariants of the architecture, clippy for the server and for the browser.
# Every step runs, whatever the ones before it found; the exit code is the number of steps that failed.
set -uo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"

failed=0
step() {
    local name="$1"
    shift
    echo "== $name"
    if ! "$@"; then
        echo "== $name failed" >&2
        failed=$((failed + 1))
    fi
}

scripts/wasm-target.sh || exit 1
step "format" cargo fmt --all --check
step "invariants" scripts/invariants.sh
step "clippy, server" cargo clippy --workspace --exclude frontend --features app/ssr --all-targets -- -D warnings
step "clippy, browser" cargo clippy --package frontend --target wasm32-unknown-unknown -- -D warnings
exit "$failed"
