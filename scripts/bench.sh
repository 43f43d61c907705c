#!/usr/bin/env bash
# Measures the release program given, beside the yardstick given, and prints a block for docs/performance.md.
set -euo pipefail
cd "$(dirname "$0")/.."

SWITCHBOARD_BINARY="${1:?the program}"
SWITCHBOARD_YARDSTICK="${2:?the yardstick}"
export SWITCHBOARD_BINARY SWITCHBOARD_YARDSTICK

has_browser() { [ -n "${SWITCHBOARD_CHROMIUM:-}" ] || command -v chromium chromium-browser google-chrome > /dev/null; }

missing=""
command -v wrk > /dev/null || missing="wrk"
has_browser || missing="$missing chromium"
if [ -n "$missing" ]; then
    echo "The benchmarks need what is missing here. As root: apt-get install $missing" >&2
    exit 1
fi
if [ end2end/package-lock.json -nt end2end/node_modules/.package-lock.json ]; then
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --prefix end2end --no-audit --no-fund --loglevel=error
    touch end2end/node_modules/.package-lock.json
fi
echo "What the mask costs:"
cargo run --quiet --release -p oauth --example mask_cost
cd end2end
exec node_modules/.bin/tsx scripts/bench.ts
