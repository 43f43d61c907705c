#!/usr/bin/env bash
# Measures the release program given and prints a table.
set -euo pipefail
cd "$(dirname "$0")/.."

SWITCHBOARD_BINARY="${1:?the program}"
export SWITCHBOARD_BINARY
if ! command -v wrk > /dev/null; then
    echo "The benchmarks need wrk. As root: apt-get install wrk" >&2
    exit 1
fi
if [ end2end/package-lock.json -nt end2end/node_modules/.package-lock.json ]; then
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --prefix end2end --no-audit --no-fund --loglevel=error
    touch end2end/node_modules/.package-lock.json
fi
cd end2end
exec node_modules/.bin/tsx scripts/bench.ts
