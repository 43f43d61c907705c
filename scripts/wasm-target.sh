#!/usr/bin/env bash
# Makes sure that this Rust can compile for the browser.
set -euo pipefail

libraries="$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown"
[ -d "$libraries" ] && exit 0

if command -v rustup > /dev/null; then
    exec rustup target add wasm32-unknown-unknown
fi
echo "Rust's standard library for wasm32-unknown-unknown is missing and there is no rustup to add it." >&2
echo "Install rustup (https://rustup.rs) or your distribution's package for that target." >&2
exit 1
