#!/usr/bin/env bash
# Everything: lints, Rust tests on SQLite and PostgreSQL, browser tests against the release program.
# The last line is "N passed, N failed" over all suites; a step that fails as a whole counts as one failure.
set -uo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-never}"

passed=0
failed=0
work="$(mktemp -d "${TMPDIR:-/tmp}/switchboard-test.XXXXXX")"
# The user that runs PostgreSQL must be able to walk through it.
chmod 711 "$work"
postgres=""

finish() {
    [ -z "$postgres" ] || scripts/postgres.sh stop "$postgres"
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

count() {
    passed=$((passed + $1))
    failed=$((failed + $2))
}

# step <name> <command ...>: something that is no test suite; counts only when it fails.
step() {
    local name="$1"
    shift
    echo "=== $name"
    "$@" && return 0
    echo "=== $name failed" >&2
    count 0 1
    return 1
}

# rust_suite <name> <cargo arguments ...>: counts what the test harness printed.
rust_suite() {
    local name="$1" log="$work/rust.log" status sums
    shift
    echo "=== $name"
    cargo "$@" 2>&1 | tee "$log"
    status="${PIPESTATUS[0]}"
    sums="$(awk '
        /^test result:/ { for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) p += $(i - 1); if ($i ~ /^failed/) f += $(i - 1) } }
        /^ *Summary \[/ { for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) p += $(i - 1); if ($i ~ /^(failed|timed)/) f += $(i - 1) } }
        END { print p + 0, f + 0 }' "$log")"
    # shellcheck disable=SC2086  # two numbers
    set -- $sums
    # A build that broke has no failed test to show for it.
    [ "$status" -eq 0 ] || [ "$2" -gt 0 ] || set -- "$1" 1
    count "$1" "$2"
}

browser_suite() {
    local report="$work/playwright.json" sums
    echo "=== browser"
    (
        cd end2end &&
            PLAYWRIGHT_JSON_OUTPUT_NAME="$report" SWITCHBOARD_BINARY="$CARGO_TARGET_DIR/release/switchboard" \
                SWITCHBOARD_TEST_TOOLS="$CARGO_TARGET_DIR/test-tools" \
                node_modules/.bin/playwright test --reporter=list,json
    )
    # Without a report the run itself broke.
    sums="$(node -e '
        const { stats, errors } = JSON.parse(require("fs").readFileSync(process.argv[1]));
        console.log(stats.expected, stats.unexpected + stats.flaky + errors.length);' "$report" 2> /dev/null || echo "0 1")"
    # shellcheck disable=SC2086
    count $sums
}

step "tools" scripts/install-test-tools.sh
scripts/lint.sh
count 0 $?

step "PostgreSQL" mkdir "$work/postgres"
if SWITCHBOARD_TEST_POSTGRES="$(scripts/postgres.sh start "$work/postgres")"; then
    export SWITCHBOARD_TEST_POSTGRES
    postgres="$work/postgres"
else
    echo "=== PostgreSQL did not start" >&2
    count 0 1
fi

build_ok=true
step "build" make --no-print-directory build || build_ok=false

# `frontend` stays out: with it, `ssr` and `hydrate` would be on at once.
selection=(--release --workspace --exclude frontend --exclude bundle --features app/ssr)
if cargo nextest --version > /dev/null 2>&1; then
    rust_suite "Rust" nextest run --no-fail-fast "${selection[@]}"
    rust_suite "Rust, documentation" test --doc --no-fail-fast "${selection[@]}"
else
    rust_suite "Rust" test --no-fail-fast "${selection[@]}"
fi
rust_suite "bundle" test --package bundle

if $build_ok; then
    step "types of the browser tests" end2end/node_modules/.bin/tsc --noEmit --project end2end
    browser_suite
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
