#!/usr/bin/env bash
# A private PostgreSQL for the tests:
#   scripts/postgres.sh start <empty folder>   starts one on a free port and prints its URL
#   scripts/postgres.sh stop <folder>          stops it
# It listens on 127.0.0.1 only and does not sync to disk: its data is worth nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

action="${1:?start or stop}"
folder="${2:?a folder}"
data="$folder/data"

# Debian keeps the server's programs off the PATH, one folder per version; the newest is taken.
programs="$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -1 || true)"
[ -n "$programs" ] || programs="$(dirname "$(command -v initdb)")"

# PostgreSQL refuses to run as root.
as_postgres() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd / && setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
    else
        "$@"
    fi
}

case "$action" in
    start)
        mkdir -p "$data"
        if [ "$(id -u)" -eq 0 ]; then
            chmod 711 "$folder"
            chown postgres:postgres "$data"
        fi
        chmod 700 "$data"
        port="$(scripts/free-port.sh)"
        as_postgres "$programs/initdb" -D "$data" -A trust -U app --no-sync --encoding UTF8 > "$folder/initdb.log"
        as_postgres "$programs/pg_ctl" -D "$data" -w -l "$data/log" -s \
            -o "-p $port -k $data -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300" start 1>&2
        as_postgres "$programs/createdb" -h 127.0.0.1 -p "$port" -U app app
        echo "postgres://app@127.0.0.1:$port/app"
        ;;
    stop)
        as_postgres "$programs/pg_ctl" -D "$data" -m fast -s stop
        ;;
    *)
        echo "usage: $0 start|stop <folder>" >&2
        exit 2
        ;;
esac
