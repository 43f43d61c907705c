#!/usr/bin/env bash
# Makes sure that everything `make test` needs besides Rust and Node is there.
#
# What comes from the system's package manager (a browser, PostgreSQL, nginx, openssl, Python's venv) is
# installed when this user may, else named exactly. The rest goes below the target folder and node_modules.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"

has() { command -v "$1" > /dev/null 2>&1; }
has_browser() { [ -n "${SWITCHBOARD_CHROMIUM:-}" ] || has chromium || has chromium-browser || has google-chrome; }
has_postgres() { has initdb || ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1; }
has_nginx() { has nginx || [ -x /usr/sbin/nginx ]; }
has_venv() { python3 -c 'import venv, ensurepip' > /dev/null 2>&1; }

missing_packages() {
    has_browser || echo chromium
    has_postgres || echo postgresql
    has_nginx || echo nginx
    has openssl || echo openssl
    has python3 || echo python3
    has_venv || echo python3-venv
}

install_packages() {
    local packages="$1" as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        as_root=(sudo -n)
        sudo -n true 2> /dev/null || return 1
    fi
    has apt-get || return 1
    # Debian would make and start a database of its own for the whole machine; the tests bring theirs.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        "${as_root[@]}" mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf > /dev/null
    fi
    # shellcheck disable=SC2086  # a list of words
    "${as_root[@]}" apt-get update -qq &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends $packages > /dev/null
}

packages="$(missing_packages | tr '\n' ' ')"
if [ -n "${packages// /}" ]; then
    echo "Installing $packages"
    if ! install_packages "$packages"; then
        echo "The tests need these and this user may not install them. As root:" >&2
        echo "    apt-get install $packages" >&2
        echo "(elsewhere than on Debian: the packages with Chromium, PostgreSQL 15+, nginx, OpenSSL, Python venv)" >&2
        exit 1
    fi
    still="$(missing_packages | tr '\n' ' ')"
    if [ -n "${still// /}" ]; then
        echo "Still missing after installing: $still" >&2
        exit 1
    fi
fi

# httpbin, the stranger that the tests call.
environment="$CARGO_TARGET_DIR/test-tools/python"
if ! cmp -s end2end/requirements.txt "$environment/requirements.txt"; then
    echo "Installing $(tr '\n' ' ' < end2end/requirements.txt)"
    rm -rf "$environment"
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement end2end/requirements.txt
    cp end2end/requirements.txt "$environment/requirements.txt"
fi

if [ end2end/package-lock.json -nt end2end/node_modules/.package-lock.json ]; then
    export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
    npm ci --prefix end2end --no-audit --no-fund --loglevel=error
    touch end2end/node_modules/.package-lock.json
fi
