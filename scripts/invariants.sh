#!/usr/bin/env bash
# Checks the invariants of ARCHITECTURE.md that no compiler checks: which crate may know what.
# Prints one line per violation and exits with 1 when there is any. File sizes are only pointed out.
set -uo pipefail
cd "$(dirname "$0")/.."

violations=0

violation() {
    echo "invariant $1: $2" >&2
    violations=$((violations + 1))
}

# forbid_crates <invariant> <why> <crates, separated by |> <cargo tree arguments ...>
forbid_crates() {
    local number="$1" why="$2" crates="$3" tree found
    shift 3
    if ! tree="$(cargo tree --quiet --edges normal,no-proc-macro --prefix none --format '{p}' "$@")"; then
        violation "$number" "cargo tree $* failed"
        return
    fi
    found="$(sed 's/ .*//' <<< "$tree" | sort -u | grep -xE "$crates" | tr '\n' ' ')"
    [ -z "$found" ] || violation "$number" "$why: $found"
}

# forbid_text <invariant> <why> <pattern> <paths ...>; our own files only, tracked or not yet.
forbid_text() {
    local number="$1" why="$2" pattern="$3" found
    shift 3
    found="$(sources "$@" | without_tests_and_comments "$pattern")"
    [ -z "$found" ] || violation "$number" "$why:"$'\n'"$found"
}

sources() {
    git ls-files --cached --others --exclude-standard -- "$@" | while read -r file; do
        [ -f "$file" ] && echo "$file"
    done
}

# Reads file names; prints `file:line: text` of matches outside comments, test files and `mod tests { … }`
# (which house rules put at the end of a file).
without_tests_and_comments() {
    local pattern="$1" file
    while read -r file; do
        case "$file" in */tests/* | */tests.rs | *_tests.rs | */benches/*) continue ;; esac
        awk -v pattern="$pattern" -v file="$file" '
            /^#\[cfg\((all\()?test[,)]/ { test = 1; next }
            test && /^mod [a-z_]+ \{/ { exit }
            { test = 0 }
            /^[[:space:]]*\/\// { next }
            $0 ~ pattern { print "  " file ":" FNR ": " $0 }
        ' "$file"
    done
}

native="sqlx|sqlx-core|sqlx-sqlite|sqlx-postgres|reqwest|hyper|hyper-util|rustls|regex|regex-automata|rquickjs"

# 1  The vocabulary is plain data.
forbid_crates 1 "model must stay plain data that compiles to WASM, but pulls" \
    "tokio|leptos|axum|$native" --package model

# 2  Only `store` speaks SQL.
forbid_text 2 "only server/store may name sqlx" 'sqlx(::|!)' \
    'app/*.rs' 'frontend/*.rs' 'server/src/*.rs' 'server/engine/*.rs' 'server/egress/*.rs' 'server/build.rs'
forbid_crates 2 "only store may depend on sqlx, but egress pulls" "sqlx|sqlx-core" --package egress

# 3  One door out.
forbid_text 3 "only server/egress opens connections; go through engine::egress" \
    'TcpStream::connect|UdpSocket::|reqwest::|lookup_host|ToSocketAddrs|client::conn|client::legacy' \
    'app/*.rs' 'frontend/*.rs' 'server/src/*.rs' 'server/engine/*.rs' 'server/store/*.rs' 'server/certificates/*.rs'
# One place makes the socket that listens.
forbid_text 3 "only server/egress opens connections; server/src/serve.rs listens" 'TcpSocket::' \
    'app/*.rs' 'frontend/*.rs' 'server/src/*.rs' 'server/engine/*.rs' 'server/store/*.rs' 'server/certificates/*.rs' \
    ':!server/src/serve.rs'
forbid_crates 3 "oauth builds calls and sends none, but pulls" "tokio|hyper|hyper-util|reqwest|ureq|curl|egress|store" \
    --package oauth
forbid_crates 3 "the program must have no second HTTP client, but pulls" "reqwest|ureq|curl|isahc" --package server

# Whatever leaves has asked `engine::departure`, which runs the instance-name guard: its `Leave` has no other maker, and
# its `Egress` is a private field. Nobody else opens a door of their own.
forbid_text 3 "only engine::departure sends; give it a Leave" \
    'Egress::new|egress::Egress|[{, ]Egress[,}]|Smtp(Transport|Client)|AsyncTransport|lettre::transport' \
    'app/*.rs' 'frontend/*.rs' 'server/src/*.rs' 'server/engine/src/*.rs' ':!server/engine/src/departure.rs' \
    ':!server/engine/src/departure/*'

# 4  Only the vault decrypts.
forbid_text 4 "only engine::vault may use the cipher" \
    'chacha20poly1305|XChaCha20Poly1305|AeadInPlace|\.decrypt\(' \
    'app/*.rs' 'frontend/*.rs' 'server/src/*.rs' 'server/store/*.rs' 'server/egress/*.rs' 'server/oauth/*.rs' \
    'server/engine/src/*.rs' ':!server/engine/src/vault.rs' ':!server/engine/src/vault/*'
# An uploaded private key is decrypted with the password that came with it, and with nothing else.
forbid_text 4 "only engine::vault may use the cipher" 'chacha20poly1305|XChaCha20Poly1305|AeadInPlace' \
    'server/certificates/*.rs'

# 5  The interface asks the engine.
forbid_text 5 "app must not name store or sqlx; ask engine" '(^|[^_[:alnum:]])(store|sqlx)::' 'app/src/*.rs'
if grep -qE '^(store|sqlx)[. =]' app/Cargo.toml; then
    violation 5 "app/Cargo.toml must not depend on store or sqlx"
fi

# 6  What the browser downloads.
forbid_crates 6 "the browser's half must not pull" "tokio|engine|store|egress|axum|${native//|regex|regex-automata/}" \
    --package frontend --target wasm32-unknown-unknown
# leptos_config names regex for reading Cargo.toml on the server; the linker drops it from the WASM.
unexpected="$(cargo tree --quiet --edges normal,no-proc-macro --prefix depth --depth 1 --invert regex \
    --package frontend --target wasm32-unknown-unknown 2> /dev/null | grep '^1' | grep -v '^1leptos_config ')"
[ -z "$unexpected" ] || violation 6 "the browser's half must not pull regex: $unexpected"

# 7  Addresses of pages stand in one file.
forbid_text 7 "path strings of pages belong to app/src/routes.rs" \
    '(href|action)="/|"/(connections|processes|integrations|oauth-profiles|protocol-profiles|inbound-users|oauth-clients|mid-servers|connectors|transactions|expiry|applications|settings|login|setup)["/?{]' \
    'app/src/*.rs' 'frontend/*.rs' ':!app/src/routes.rs' ':!app/src/routes/*'

# 8  One half at a time: `app` with both features would bring the server into the browser.
# forbid_feature <feature> <cargo tree arguments ...>
forbid_feature() {
    local feature="$1" features
    shift
    if ! features="$(cargo tree --quiet --edges normal --prefix none --format '{p} {f}' "$@")"; then
        violation 8 "cargo tree $* failed"
    elif ! features="$(grep '^app ' <<< "$features")"; then
        violation 8 "app is not in cargo tree $*"
    elif grep -qw "$feature" <<< "$features"; then
        violation 8 "app must not have the feature $feature in cargo tree $*"
    fi
}
forbid_feature hydrate --package server
forbid_feature ssr --package frontend --target wasm32-unknown-unknown

# 9  Time, ids and chance are passed in.
forbid_text 9 "clock, ids and randomness come from engine's clock.rs" \
    'SystemTime::now|OffsetDateTime::now|Uuid::(now_v7|new_v4)|rand::(rng|random|thread_rng)|OsRng' \
    'app/*.rs' 'frontend/*.rs' 'server/src/*.rs' 'server/store/*.rs' 'server/egress/*.rs' 'server/oauth/*.rs' \
    'server/certificates/*.rs' 'server/engine/src/*.rs' ':!server/engine/src/clock.rs'

# 10  Text stays text: the renderer does not escape what stands in these elements, so each has one file that does. A value
#     of an address is read where it is parsed.
forbid_text 10 "only ui/text_area.rs may have a <textarea>; use TextArea or SecretArea" '<textarea|textarea\(\)' \
    'app/src/*.rs' ':!app/src/ui/text_area.rs'
forbid_text 10 "only ui/page_title.rs may set the title; use PageTitle" '<[Tt]itle[ />]|leptos_meta::.*Title|[^_[:alnum:]]title\(\)\.' \
    'app/src/*.rs' ':!app/src/ui/page_title.rs'
forbid_text 10 "only shell.rs may have scripts and styles" '<([Ss]cript|[Ss]tyle|noscript)[ />]|(script|style|noscript)\(\)' \
    'app/src/*.rs' ':!app/src/shell.rs'
forbid_text 10 "only ui/prose.rs and shell.rs may put HTML on a page; use Prose" 'inner_html|InertElement' \
    'app/src/*.rs' ':!app/src/ui/prose.rs' ':!app/src/shell.rs'
forbid_text 10 "only address.rs reads queries and paths; use its query_value, query_text and path_parameter" \
    'use_query|use_params|use_url|use_location\(\)\.search' 'app/src/*.rs' ':!app/src/address.rs'

# One of each: a second sqlx brings a second SQLite, a second TLS library a second set of holes.
for crate in sqlx reqwest rustls; do
    count="$(grep -cx "name = \"$crate\"" Cargo.lock)"
    [ "$count" -le 1 ] || violation "supply" "Cargo.lock has $count versions of $crate"
done
for crate in aws-lc-rs aws-lc-sys openssl openssl-sys native-tls; do
    if grep -qx "name = \"$crate\"" Cargo.lock; then
        violation "supply" "Cargo.lock has $crate; the only TLS is rustls with ring"
    fi
done

sources '*.rs' | while read -r file; do
    lines="$(wc -l < "$file")"
    [ "$lines" -le 400 ] || echo "note: $file has $lines lines; look twice whether it is one thing" >&2
done

[ "$violations" -eq 0 ] || exit 1
